"""What changes from every frame to the next, cell by cell, and how much that is beside the steps around it."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Flow, Motion

Floats = NDArray[np.float32]
Grey = NDArray[np.uint8]

CELL_PX = 16  # of the small picture: four cells of the flow, and large enough that the codec's noise averages out
BATCH = 256  # frames mapped at a time
POP = 6.0  # grey levels of the worst cell, up to which a key frame draws the same picture anew: up to 4.7 at CRF 35
PIECE = 4096  # steps measured at a time
AROUND = 6  # steps on each side that a step is held against
SEEN = 1.0  # grey levels that the liveliest cell changes in a step: less is no movement to tell anything by
MOVED = 1e-3  # widths, a sixth of a pixel of 160: steps this small are not measured well enough
LIVELY = 0.25  # of the second largest step around: a step that is not a repeat
BLACK, BLACK_SHARE = 25, 0.98  # grey level and share of the picture: those of FFmpeg's blackdetect
DARK = 8.0  # grey levels added before a ratio is taken: black has no brightness to change


@dataclass(frozen=True, slots=True)
class Steps:
    """Step i leads from frame i to frame i + 1."""

    change: NDArray[np.float16]  # (n, cells) mean difference, grey levels
    shift: NDArray[np.float16]  # (n, 2 * cells) movement, in widths
    brighter: Floats  # (n,) change of ln brightness that most cells share
    is_black: NDArray[np.bool_]  # (n + 1,) of every frame


def read_steps(motion: Motion, flow: Flow) -> Steps:
    count, height, width = motion.grey.shape
    rows, columns = max(height // CELL_PX, 1), max(width // CELL_PX, 1)
    change = np.zeros((max(count - 1, 0), rows * columns), np.float16)
    brighter, is_black = np.zeros(len(change), np.float32), np.zeros(count, bool)
    for first in range(0, len(change), BATCH):
        last = min(first + BATCH, len(change))
        change[first:last], brighter[first:last] = _changes(motion.grey[first : last + 1], rows, columns)
    for first in range(0, count, BATCH):
        pictures = motion.grey[first : first + BATCH]
        is_black[first : first + BATCH] = [(picture <= BLACK).mean() >= BLACK_SHARE for picture in pictures]
    return Steps(change, read_shifts(motion, flow), brighter, is_black)


def read_shifts(motion: Motion, flow: Flow) -> NDArray[np.float16]:
    """(n, 2 * cells) movement of every step, in widths."""
    count, height, width = motion.grey.shape
    rows, columns = max(height // CELL_PX, 1), max(width // CELL_PX, 1)
    shift = np.zeros((max(count - 1, 0), 2 * rows * columns), np.float16)
    for first in range(0, len(shift), BATCH):
        last = min(first + BATCH, len(shift))
        shift[first:last] = _shifts(flow.xy[first:last], rows, columns)
    return shift


def _changes(pictures: NDArray[np.uint8], rows: int, columns: int) -> tuple[Floats, Floats]:
    import cv2

    size, way = (columns, rows), cv2.INTER_AREA
    tiny = [np.asarray(cv2.resize(p.astype(np.float32), size, interpolation=way)).ravel() for p in pictures]
    light = np.log(np.stack(tiny) + DARK)
    return np.stack([cell_changes(a, b) for a, b in pairwise(pictures)]), np.median(
        np.diff(light, axis=0), axis=1
    ).astype(np.float32)


def cell_changes(one: Grey, other: Grey) -> Floats:
    """(cells,) mean difference in grey levels."""
    import cv2

    height, width = one.shape
    size = (max(width // CELL_PX, 1), max(height // CELL_PX, 1))
    change = cv2.absdiff(one, other).astype(np.float32)
    return cv2.resize(change, size, interpolation=cv2.INTER_AREA).ravel()  # pyright: ignore[reportReturnType]


def is_redrawn(motion: Motion, steps: Steps) -> NDArray[np.bool_]:
    """(n,) steps to a key frame that may show the same picture, only coded anew."""
    return np.asarray(motion.is_key[1:]) & (steps.change.max(axis=1, initial=0) <= POP)


def change_ratios(motion: Motion, steps: Steps) -> Floats:
    """Every step's change over that of a usual step around it; NaN where nothing moves."""
    change = steps.change.copy()
    for k in np.flatnonzero(is_redrawn(motion, steps)).tolist():
        beside = [change[j].astype(np.float32) for j in (k - 1, k + 1) if 0 <= j < len(change)]
        change[k] = np.mean(beside, axis=0) if beside else 0
    return ratios(change, SEEN)


def move_ratios(steps: Steps) -> Floats:
    """Every step's movement over that of a usual step around it; NaN where nothing moves."""
    return ratios(steps.shift, MOVED)


def _shifts(xy: NDArray[np.float16], rows: int, columns: int) -> Floats:
    import cv2

    size = (columns, rows)
    cells = [cv2.resize(step.astype(np.float32), size, interpolation=cv2.INTER_AREA) for step in xy]
    return np.stack(cells).reshape(len(xy), -1)


def ratios(vectors: NDArray[np.floating], floor: float) -> Floats:
    """Every step's size over that of a usual step around it; NaN where even the largest entry is below the floor.

    A step is measured along the mean of those around, so what does something else counts for little.
    """
    parts = []
    for start in range(0, len(vectors), PIECE):
        low, stop = max(start - AROUND, 0), min(start + PIECE, len(vectors))
        parts.append(_ratios(vectors[low : stop + AROUND], floor)[start - low : stop - low])
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def _ratios(vectors: NDArray[np.floating], floor: float) -> Floats:
    vectors = np.asarray(vectors, np.float32)
    count = len(vectors)
    sums = np.concatenate([np.zeros((1, vectors.shape[1]), np.float64), np.cumsum(vectors, axis=0, dtype=np.float64)])
    low, high = np.maximum(np.arange(count) - AROUND, 0), np.minimum(np.arange(count) + AROUND + 1, count)
    mean = ((sums[high] - sums[low]) / (high - low)[:, None]).astype(np.float32)
    along = np.full((count, 2 * AROUND + 1), np.nan, np.float32)
    scale = np.maximum((mean**2).sum(axis=1), 1e-20)
    for column, offset in enumerate(range(-AROUND, AROUND + 1)):
        here = slice(max(-offset, 0), count - max(offset, 0))
        there = slice(max(offset, 0), count - max(-offset, 0))
        if here.start < count and there.start < count:
            along[here, column] = (vectors[there] * mean[here]).sum(axis=1) / scale[here]
    moving = np.abs(vectors).max(axis=1, initial=0)
    is_still = np.array([moving[a:b].max(initial=0) < floor for a, b in zip(low, high, strict=True)], bool)
    ratio = np.full(count, np.nan, np.float32)
    for i in np.flatnonzero(~is_still).tolist():
        known = along[i][~np.isnan(along[i])]
        lively = known[known > LIVELY * np.sort(known)[-2:][0]]
        if len(lively):
            ratio[i] = along[i, AROUND] / np.median(lively)
    return ratio
