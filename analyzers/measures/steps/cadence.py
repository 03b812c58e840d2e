"""Repeats that come at a steady beat, as of 24 pictures a second in a video of 30, even where a coder smeared them.

A coder that is short of bits draws a repeated frame half way between its neighbours: it then changes less than they
do, but not by so little that it could be told alone. What is the least of every beat, over many of them, is told by its
place.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzers.measures.steps.steps import Floats, Steps

LONGEST = 6  # steps of a beat: 25 pictures in 30 frames
BEATS = {2: 12, 3: 8, 4: 7, 5: 6, 6: 6}  # that make a cadence: by chance the least is at one place once in 2**12, 6**6
SMOOTH = 0.85  # of the mean of its two neighbours, up to which a step is less than they are
DEEP = 0.6  # the same of the step in the middle, of all those of a cadence
MOVING, MOVED = 1.0, 1e-3  # grey levels and widths of the liveliest cell, of the neighbours: less is no movement


@dataclass(frozen=True, slots=True)
class _Dips:
    change: Floats  # (n,) of every step, against the geometric mean of its neighbours
    shift: Floats
    is_moving: NDArray[np.bool_]


def find_cadences(steps: Steps) -> list[list[int]]:
    """Frames that repeat the one before, cadence by cadence; a frame that belongs to two is told with the first."""
    count = len(steps.change)
    if count < 3:
        return []
    change = steps.change.astype(np.float32).mean(axis=1)
    shift = np.hypot(*np.moveaxis(steps.shift.astype(np.float32).reshape(count, -1, 2), -1, 0)).mean(axis=1)
    lively = (steps.change.max(axis=1, initial=0) >= MOVING) & (np.abs(steps.shift).max(axis=1, initial=0) >= MOVED)
    dips = _Dips(_dip(change), _dip(shift), np.concatenate([[False], lively[:-2] & lively[2:], [False]]))
    found: list[list[int]] = []
    taken: set[int] = set()
    for beat in range(2, LONGEST + 1):
        is_least = _is_least(change, beat) & (dips.change <= SMOOTH) & dips.is_moving
        for phase in range(beat):
            for chain in _chains(is_least[phase::beat], BEATS[beat]):
                members = [phase + beat * k for k in chain]
                is_deep = max(float(np.median(d[members])) for d in (dips.change, dips.shift)) <= DEEP
                frames = [step + 1 for step in members]
                if is_deep and not taken & set(frames):
                    found.append(frames)
                    taken |= set(frames)
    return found


def _dip(size: Floats) -> Floats:
    beside = np.sqrt(np.maximum(size[:-2] * size[2:], 1e-20))
    return np.concatenate([[1.0], size[1:-1] / beside, [1.0]]).astype(np.float32)


def _is_least(size: Floats, beat: int) -> NDArray[np.bool_]:
    """Of as many steps around each as a beat has."""
    reach = max(beat // 2, 1)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(size, reach, constant_values=np.inf), 2 * reach + 1)
    return size <= windows.min(axis=1)


def _chains(flags: NDArray[np.bool_], least: int) -> list[range]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [range(a, b) for a, b in edges.reshape(-1, 2).tolist() if b - a >= least]
