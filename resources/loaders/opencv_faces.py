"""Faces seen from the front by a cascade of OpenCV's wheel: boxes alone, and no download."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Face, FindFaces
from resources.haar import cascade, frontal_faces
from resources.lookout import Found, Lookout, Picture, around, corners, shrunk, small_of
from resources.weights import Weights

EVERY = 2  # changed pictures of a shot from one search of the whole to the next
SHORT_SIDE_PX = 240  # finds faces from a tenth of it on, in a fifth of the time that 360 take
GROWTH = 1.5  # of a face from one search to the next, at most
TRIM = 0.1  # of its width that a cascade's square stands off the face on each side


def load(weights: Weights) -> FindFaces:
    return Frontal(cascade("frontalface_alt2"))


class Frontal:
    def __init__(self, finder: Any) -> None:
        self._finder = finder

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[list[Face]]:
        lookout = Lookout(self._search, EVERY)
        for rgb in images:
            small, _ = small_of(rgb)
            yield [Face(sure, *_trimmed(box)) for sure, box in lookout.found(rgb, small)]

    def _search(self, grey: Picture, near: list[float] | None) -> Iterator[Found]:
        """Faces of any size; or one of about the size that it had."""
        part, left, top = around(grey, near)
        scale = min(1.0, SHORT_SIDE_PX / min(grey.shape))
        sizes = ((near[2] - near[0]) * scale / GROWTH, (near[2] - near[0]) * scale * GROWTH) if near else None
        for box, sure in frontal_faces(self._finder, shrunk(part, scale), sizes):
            yield sure, corners(box, scale, left, top)


def _trimmed(box: list[float]) -> tuple[float, float, float, float]:
    """From forehead to chin, as other finders draw it: narrower than the square."""
    x0, y0, x1, y1 = box
    return x0 + TRIM * (x1 - x0), y0, (1 - 2 * TRIM) * (x1 - x0), y1 - y0
