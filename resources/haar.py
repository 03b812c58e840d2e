"""Cascades that lie in OpenCV's wheel: boxes of faces seen from the front and of their parts, without a download.

https://doi.org/10.1109/CVPR.2001.990517
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resources.lookout import sureness

FACE_STEP = 1.15  # from one size of window to the next; 1.2 loses one face in twenty
FACE_NEIGHBOURS = 3  # hits on top of each other that make a face
FACE_PASSES = 53.76  # sum that the last stage of `frontalface_alt2` asks for
FACE_MARGIN = 1.2  # least sum beyond that: nineteen of twenty faces have it, every second hand or pattern has not
FACE_SURE = 3.2  # sum beyond that at which a confidence is 0.9: every second face has it
WINDOW_PX = 20  # the face that it was trained with; smaller ones cannot be found


def cascade(name: str) -> Any:
    import cv2

    return cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / f"haarcascade_{name}.xml"))


def frontal_faces(
    finder: Any, grey: NDArray[np.uint8], sizes: tuple[float, float] | None = None
) -> Iterator[tuple[tuple[float, float, float, float], float]]:
    """Boxes (left, top, width, height) of `frontalface_alt2`, within sizes if they are given; and how sure each is."""
    least, most = (max(WINDOW_PX, round(sizes[0])), round(sizes[1])) if sizes else (WINDOW_PX, 0)
    if min(grey.shape) < least or (sizes and most < least):
        return
    boxes, _, sums = finder.detectMultiScale3(
        grey, FACE_STEP, FACE_NEIGHBOURS, minSize=(least, least), maxSize=(most, most), outputRejectLevels=True
    )
    for (x, y, w, h), total in zip(boxes, np.ravel(sums), strict=True):
        if (margin := float(total) - FACE_PASSES) >= FACE_MARGIN:
            yield (float(x), float(y), float(w), float(h)), sureness(margin / FACE_SURE)
