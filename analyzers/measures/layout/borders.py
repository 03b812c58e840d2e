"""Borders: straight lines along the picture's sides that stay on their pixel while the picture changes.

What an editor lays beside or over something else ends on one column or row of pixels, all along and all the time.
An edge of a thing is turned a little (one degree is 12 pixels over the height of 720), moves with the camera, and is
crossed by what moves. Columns are told here; rows are columns of the turned picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Greys = Sequence[NDArray[np.uint8]]  # of one size, in the order of time
EVERY = 4  # rows; a border is seen in all of them
STEP = 6  # grey levels from one side to the other
LONE = 1.4  # times the steps on its left and right; a texture has such a step in few places
OFTEN = 0.6  # of the pictures: two sides are alike now and then
CLEAR = 0.55  # of its length that a border is seen on
BESIDE = 3  # pixels from the border to where its sides are compared
UNRELATED = 0.4  # correlation along the two sides; what crosses an edge of a scene correlates
MOVES = 0.8  # grey levels of change between pictures; compression alone gives 0.3
SHADES = 4.0  # grey levels that a profile must vary for a correlation


@dataclass(frozen=True, slots=True)
class Seen:
    """Where steps from one pixel to the next stay: (rows / EVERY, columns), and how much of each column has one."""

    stays: NDArray[np.bool_]
    votes: NDArray[np.float64]  # (columns,) share of the rows at which it is exactly there

    def along(self, column: int, first: float, last: float) -> float:
        """Share of the rows first..last (in pixels) at which the border left of `column` is seen."""
        if not 1 <= column <= self.stays.shape[1]:
            return 0.0
        return float(self._rows(first, last)[:, column - 1].mean())

    def clearest(self, low: float, high: float, first: float, last: float) -> tuple[int, float]:
        """Of the columns low..high the one whose border is seen best along the rows first..last, and on what share."""
        low, high = max(int(low), 1), min(int(high), self.stays.shape[1]) + 1
        if low >= high:
            return 0, 0.0
        along = self._rows(first, last)[:, low - 1 : high - 1].mean(axis=0)
        best = np.flatnonzero(along >= along.max() - 0.02)
        middle = best[np.argmax(self.votes[low - 1 : high - 1][best])]
        return int(middle) + low, float(along[middle])

    def _rows(self, first: float, last: float) -> NDArray[np.bool_]:
        start = min(int(first) // EVERY, len(self.stays) - 1)
        return self.stays[start : max(int(last) // EVERY, start + 1)]


def watch(pictures: Greys) -> Seen:
    """The columns of a stretch of time."""
    import cv2

    high, wide = pictures[0][::EVERY].shape
    if wide < 3:
        return Seen(np.zeros((high, max(wide - 1, 0)), bool), np.zeros(max(wide - 1, 0)))
    count = np.zeros((high, wide - 1), np.float32)
    beside, around = np.ones((1, 3), np.uint8), np.array([[1, 0, 1]], np.uint8)
    for picture in pictures:
        rows = np.ascontiguousarray(picture[::EVERY])
        step = cv2.absdiff(rows[:, 1:], rows[:, :-1])
        count += (step > LONE * np.asarray(cv2.dilate(step, around))) & (step >= STEP)
    stays = (count >= OFTEN * len(pictures)).view(np.uint8)
    wavering = np.asarray(cv2.dilate(stays, beside), bool)  # compression moves it by a pixel here and there
    return Seen(wavering, stays.mean(axis=0))


def where_it_moves(seen: Seen, pictures: Greys) -> Seen:
    """Only those steps that have something beside them that changes: what stands still borders on itself."""
    import cv2

    size = seen.stays.shape[1], seen.stays.shape[0]
    steps = _steps(pictures)
    if not len(steps):
        return Seen(np.zeros_like(seen.stays), np.zeros_like(seen.votes))
    moves = (steps.mean(axis=0) >= MOVES).astype(np.uint8)
    near = cv2.resize(cv2.dilate(moves, np.ones((3, 3), np.uint8)), size, interpolation=cv2.INTER_NEAREST)
    stays = seen.stays & np.asarray(near, bool)
    return Seen(stays, seen.votes * stays.mean(axis=0) / np.maximum(seen.stays.mean(axis=0), 1e-6))


def turned(pictures: Greys) -> list[NDArray[np.uint8]]:
    """The same with rows for columns."""
    return [np.ascontiguousarray(picture.T) for picture in pictures]


def full_borders(seen: Seen) -> list[int]:
    """Columns that begin a new part, from top to bottom."""
    support = seen.stays.mean(axis=0)
    found: list[int] = []
    for column in np.argsort(-seen.votes):
        if support[column] >= CLEAR and all(abs(column + 1 - other) > BESIDE for other in found):
            found.append(int(column) + 1)
    return sorted(found)


def is_composed(pictures: Greys, column: int, first: float, last: float) -> bool | None:
    """What lies on one side of a border does not go on at the other. None where both are too plain to tell."""
    left, right = column - BESIDE, column + BESIDE - 1
    if left < 0 or right >= pictures[0].shape[1]:
        return None
    sides = [[_detail(picture[int(first) : int(last), x]) for picture in pictures] for x in (left, right)]
    one, other = (np.concatenate(side) for side in sides)
    if max(one.std(), other.std()) < SHADES:
        return None
    if min(one.std(), other.std()) < SHADES / 4:
        return True  # a blank side goes on nowhere
    return float(np.corrcoef(one, other)[0, 1]) < UNRELATED


def _detail(profile: NDArray[np.uint8]) -> Any:
    """How the shade changes along the line, without what is slower than a tenth of it."""
    shade = profile.astype(np.float64)
    width = max(len(shade) // 10, 3)
    total = np.cumsum(np.pad(shade, (width // 2 + 1, width - width // 2 - 1), mode="edge"))
    return shade - (total[width:] - total[:-width])[: len(shade)] / width


def change(pictures: Greys, box: tuple[float, float, float, float] | None = None) -> float:
    """Usual change from one picture to the next, in grey levels, without grain. Box: x0, y0, x1, y1 in pixels."""
    height, width = pictures[0].shape
    x0, y0, x1, y1 = (int(n) for n in box or (0, 0, width, height))
    steps = _steps([picture[y0:y1, x0:x1] for picture in pictures])
    return float(np.median(steps.mean(axis=(1, 2)))) if len(steps) else 0.0


def _steps(pictures: Greys) -> NDArray[np.float32]:
    """(steps, rows, columns) the same for every part of 8 x 8 pixels."""
    import cv2

    high, wide = pictures[0].shape
    size = (max(wide // 8, 1), max(high // 8, 1))
    small = [cv2.resize(picture, size, interpolation=cv2.INTER_AREA) for picture in pictures]
    steps = [cv2.absdiff(before, after) for before, after in pairwise(small)]
    return np.array(steps, np.float32).reshape(-1, size[1], size[0])
