"""A face's eyes and smile by cascades of OpenCV's wheel: an answer of lesser quality, and no download.

Whether somebody wears glasses it does not say: its cascade for eyes behind glasses finds bare ones as well.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Mesh, ReadFace
from resources.haar import cascade, frontal_faces
from resources.lookout import shrunk
from resources.weights import Weights

SIDE_PX = 200  # of the picture; a face fills about half of it
LEAST_FACE = 0.3  # of that side
EYES, EYE_NEIGHBOURS, EYE = 0.55, 4, 0.16  # share of the face, from its top, where eyes are; least width of one
MOUTH, SMILE_NEIGHBOURS, SMILE = 0.45, 18, 0.3  # share from its bottom where the mouth is; least width of a smile


def load(weights: Weights) -> ReadFace:
    return Parts(cascade("frontalface_alt2"), cascade("eye_tree_eyeglasses"), cascade("smile"))


class Parts:
    def __init__(self, faces: Any, eyes: Any, smiles: Any) -> None:
        self._faces, self._eyes, self._smiles = faces, eyes, smiles

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[Mesh | None]:
        import cv2

        for rgb in images:
            scale = min(1.0, SIDE_PX / max(rgb.shape[:2]))
            grey = shrunk(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), scale)
            middle = np.array(grey.shape[::-1]) / 2
            sizes = LEAST_FACE * min(grey.shape), float(min(grey.shape))
            boxes = [box for box, _ in frontal_faces(self._faces, grey, sizes)]
            nearest = min(boxes, key=lambda box: float(np.hypot(*(_middle(box) - middle))), default=None)
            yield self._read(grey, nearest) if nearest else None

    def _read(self, grey: NDArray[np.uint8], box: tuple[float, float, float, float]) -> Mesh:
        x, y, w, h = (int(edge) for edge in box)
        upper = np.ascontiguousarray(grey[y : y + round(EYES * h), x : x + w])
        lower = np.ascontiguousarray(grey[y + h - round(MOUTH * h) : y + h, x : x + w])
        eyes = self._eyes.detectMultiScale(upper, 1.1, EYE_NEIGHBOURS, minSize=(round(EYE * w),) * 2)
        sides = {ex + ew / 2 < w / 2 for ex, _, ew, _ in eyes}
        smiles = self._smiles.detectMultiScale(
            lower, 1.15, SMILE_NEIGHBOURS, minSize=(round(SMILE * w), round(SMILE * w / 2))
        )
        return Mesh(is_smiling=len(smiles) > 0, eyes_visible=len(sides))


def _middle(box: tuple[float, float, float, float]) -> NDArray[np.float64]:
    return np.array([box[0] + box[2] / 2, box[1] + box[3] / 2])
