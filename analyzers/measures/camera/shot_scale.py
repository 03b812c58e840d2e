"""How large a person is shown, from the height of the face: the film maker's scale from extreme close-up to wide.

Faces come from the cascade inside OpenCV's wheel (Viola and Jones, https://doi.org/10.1109/CVPR.2001.990517;
`alt2`: upright, looking at the camera). A single picture's face may be a false one: two pictures must agree.
"""

from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Frame

Scale = Literal["ECU", "CU", "MCU", "MS", "WS", "EWS"]

# The cascade's box reaches from brows to chin, about 0.85 of a head; a body is seven and a half heads tall.
LEAST_HEIGHT: tuple[tuple[Scale, float], ...] = (
    ("ECU", 0.65),  # the head is cut off
    ("CU", 0.36),  # head and shoulders
    ("MCU", 0.24),  # down to the chest
    ("MS", 0.13),  # down to the waist
    ("WS", 0.05),  # the whole body
)
SHORT_SIDE_PX = 200
SMALLEST_PX = 20
STEP = 1.2  # from one size of face to the next
VOTES = 6  # neighbouring boxes that must agree: with 6, one in forty pictures without people shows a face
GROWTH = 1.4  # between two pictures of one shot
REACH = 1.5  # face heights that it may move between them, either way


def shot_scale(one: Frame, other: Frame) -> Scale | None:
    """The scale of the largest face that both of a shot's pictures show; None without one."""
    import cv2

    first, second = _small_grey(one.rgb), _small_grey(other.rgb)
    if min(first.shape) < SMALLEST_PX:
        return None
    cascade = cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data/haarcascade_frontalface_alt2.xml"))
    faces = cascade.detectMultiScale(first, STEP, VOTES, minSize=(SMALLEST_PX, SMALLEST_PX))
    for x, y, _, size in sorted(faces, key=lambda face: -face[3]):
        reach = int(REACH * size)
        around = second[max(y - reach, 0) : y + size + reach, max(x - reach, 0) : x + size + reach]
        least, most = (round(size * g) for g in (1 / GROWTH, GROWTH))
        again = cascade.detectMultiScale(
            np.ascontiguousarray(around), STEP / 1.1, VOTES, minSize=(least, least), maxSize=(most, most)
        )
        if len(again):
            return _scale_of((size + max(face[3] for face in again)) / 2 / len(first))
    return None


def _scale_of(height: float) -> Scale:
    for scale, least in LEAST_HEIGHT:
        if height >= least:
            return scale
    return "EWS"


def _small_grey(rgb: NDArray[np.uint8]) -> NDArray[Any]:
    import cv2

    shrink = min(SHORT_SIDE_PX / min(rgb.shape[:2]), 1.0)
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    return cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
