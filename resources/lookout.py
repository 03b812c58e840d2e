"""Slow searches of OpenCV over a video's sampled pictures: as few of them as the pictures allow.

A picture that stands still keeps its answers. A changed one is searched as a whole at the start of a shot and every so
often, in between only where something was. What comes in later may be seen later.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Found = tuple[float, list[float]]  # confidence; corners
Search = Callable[[Picture, list[float] | None], Iterable[Found]]  # in the whole grey picture, or around a box

ROOM = 0.6, 0.3  # of its width and height that a thing is looked for on each side of where it was
SMALL_SIDE_PX = 120  # short side of what is compared
PATCH_PX = 7  # there; as large as a small face
STILL = 4.0  # greys that no patch of a still picture differs by; at CRF 35 it is 2 to 3
SAME_SHOT = 0.5  # least correlation with the picture before


class Lookout:
    """Things of one kind in one video after another picture."""

    def __init__(self, search: Search, every: int) -> None:
        self._search, self._every = search, every
        self._known: list[Found] = []  # each where it was seen last
        self._told: list[Found] = []  # of the picture searched last
        self._age = 0  # changed pictures since a whole one was searched
        self._before: Picture | None = None
        self._searched: Picture | None = None

    def found(self, rgb: Picture, small: Picture) -> list[Found]:
        """In one picture; `small` is the same, SMALL_SIDE_PX short and blurred."""
        import cv2

        is_new = not _goes_on(small, self._before)
        self._before = small
        if not _stands(small, self._searched):
            self._told = self._look(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8), is_new)
            self._searched = small
        return self._told

    def _look(self, grey: Picture, is_new: bool) -> list[Found]:
        if is_new or self._age + 1 >= self._every:
            self._age, self._known = 0, _once(self._search(grey, None))
            return self._known
        self._age += 1
        again = [max(self._search(grey, box), key=_confidence, default=None) for _, box in self._known]
        self._known = [now or thing for now, thing in zip(again, self._known, strict=True)]
        return _once(thing for thing in again if thing)


def small_of(rgb: Picture) -> tuple[Picture, float]:
    """The picture as it is compared, and its scale."""
    import cv2

    scale = min(1.0, SMALL_SIDE_PX / min(rgb.shape[:2]))
    return np.asarray(cv2.GaussianBlur(shrunk(rgb, scale), (5, 5), 0), np.uint8), scale


def shrunk(picture: NDArray[Any], scale: float) -> Picture:
    import cv2

    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def around(grey: Picture, near: list[float] | None) -> tuple[Picture, int, int]:
    """The part of a picture where something is to be looked for, and its left and upper edge."""
    if near is None:
        return grey, 0, 0
    x0, y0, x1, y1 = near
    across, down = ROOM[0] * (x1 - x0), ROOM[1] * (y1 - y0)
    left, top = max(int(x0 - across), 0), max(int(y0 - down), 0)
    return grey[top : int(y1 + down) + 1, left : int(x1 + across) + 1], left, top


def corners(box: Any, scale: float, left: int = 0, top: int = 0) -> list[float]:
    """In the picture's own pixels, of a box in a part of it."""
    x, y, w, h = (float(edge) / scale for edge in box)
    return [left + x, top + y, left + x + w, top + y + h]


def sureness(share: float) -> float:
    """0.9 where the share is 1, 0.5 where it is 0.3, 0 where it is 0."""
    return float(1 - 0.1 ** max(share, 0.0))


def _once(found: Iterable[Found]) -> list[Found]:
    """Without what lies on a surer one: a part of somebody, or somebody twice."""
    kept: list[Found] = []
    for thing in sorted(found, key=_confidence, reverse=True):
        x0, y0, x1, y1 = thing[1]
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        if not any(u0 <= x <= u1 and v0 <= y <= v1 for _, (u0, v0, u1, v1) in kept):
            kept.append(thing)
    return kept


def _confidence(thing: Found) -> float:
    return thing[0]


def _stands(small: Picture, searched: Picture | None) -> bool:
    """Whether nothing has changed since a picture was searched, not even a patch."""
    import cv2

    if searched is None or small.shape != searched.shape:
        return False
    return float(cv2.blur(cv2.absdiff(small, searched), (PATCH_PX, PATCH_PX)).max()) < STILL


def _goes_on(small: Picture, before: Picture | None) -> bool:
    """Whether two pictures in a row are of one shot, or of two that are alike."""
    import cv2

    if before is None or small.shape != before.shape:
        return False
    return float(cv2.matchTemplate(small, before, cv2.TM_CCOEFF_NORMED)[0, 0]) >= SAME_SHOT
