"""Shake that an edit laid over the picture: it begins and ends at once, and is faster than any hand."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzers.measures.effects.looks import runs

Floats = NDArray[np.float64]

SMOOTH_S = 0.15  # on each side: what is slower than that is the camera's own way
LOWEST_HZ = 6.0  # a hand that films sways below 5, and trembles at 8 to 12 by less than a pixel of 160
LEAST = 0.005  # widths, rms: 0.8 pixels of 160
LOUD = 0.4  # of the strongest swing: a frame that still swings
CALM = 0.35  # of its rms, up to which the time before and after is calm
BESIDE_S = 0.3
SHORTEST_S, LONGEST_S = 0.15, 1.5  # what shakes for longer is a road
HOLE = 2  # frames between two swings
FEWEST, OUT = 5, 0.5  # swings to one side and the other, and the share of the rms that is one: a jump makes two


@dataclass(frozen=True, slots=True)
class Shake:
    first: int
    after: int
    widths: float  # rms of both axes together
    hz: float


def find_shakes(t_s: Floats, steps: Floats) -> Iterator[Shake]:
    """Within one shot: times of its frames, and how far the camera went (n, 2) from each to the next, in widths."""
    if len(t_s) < 8:
        return
    frame_s = float(np.median(np.diff(t_s)))
    path = np.concatenate([[[0.0, 0.0]], np.cumsum(steps[: len(t_s) - 1], axis=0)])
    away = path - _smooth(path, max(round(SMOOTH_S / max(frame_s, 1e-6)), 1))
    swing = np.hypot(*away.T)
    for first, after in _loud(swing):
        seconds = float(t_s[after - 1] - t_s[first]) + frame_s
        if not SHORTEST_S <= seconds <= LONGEST_S:
            continue
        size = float(np.sqrt((swing[first:after] ** 2).mean()))
        swings = _swings(away[first:after], size)
        hz = swings / 2 / seconds
        around = max(round(BESIDE_S / frame_s), 2)
        beside = swing[max(first - around, 0) : max(first - HOLE, 0)], swing[after + HOLE : after + around]
        is_calm = all(not len(side) or float(np.sqrt((side**2).mean())) <= CALM * size for side in beside)
        if size >= LEAST and swings >= FEWEST and hz >= LOWEST_HZ and is_calm:
            yield Shake(first, after, size, hz)


def _smooth(path: Floats, reach: int) -> Floats:
    window = np.hanning(2 * reach + 3)[1:-1]
    window /= window.sum()
    padded = np.pad(path, ((reach, reach), (0, 0)), mode="edge")
    return np.stack([np.convolve(axis, window, "valid") for axis in padded.T], axis=1)


def _loud(swing: Floats) -> list[tuple[int, int]]:
    strongest = float(np.percentile(swing, 95)) if len(swing) >= 40 else float(swing.max())
    if strongest < LEAST:
        return []
    is_loud = swing >= LOUD * strongest
    joined = is_loud.copy()
    for first, after in runs(~is_loud):
        if first > 0 and after < len(swing) and after - first <= HOLE:
            joined[first:after] = True
    return list(runs(joined))


def _swings(away: Floats, size: float) -> int:
    """How often the livelier axis is far on one side and then on the other."""
    axis = away[:, int(away.std(axis=0).argmax())]
    side = np.sign(axis[np.abs(axis) >= OUT * size])
    return int((side[1:] != side[:-1]).sum()) + 1 if len(side) else 0
