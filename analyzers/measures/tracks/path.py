"""How far and how fast the middle of a followed box went, in widths of the picture."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def speeds(times_s: Sequence[float], middles: NDArray[np.float64]) -> list[float | None]:
    """Widths a second at each sight, from the one before to the one after; none where there is only one sight."""
    if len(times_s) < 2:
        return [None] * len(times_s)
    t = np.asarray(times_s, float)
    before, after = np.maximum(np.arange(len(t)) - 1, 0), np.minimum(np.arange(len(t)) + 1, len(t) - 1)
    gone = np.linalg.norm(middles[after] - middles[before], axis=1)
    lasted = t[after] - t[before]
    return [float(way / time) if time > 0 else None for way, time in zip(gone, lasted, strict=True)]


def length(middles: NDArray[np.float64]) -> float:
    """The way from the first sight to the last, without the trembling of the boxes: means of three in between."""
    if len(middles) > 2:
        inner = (middles[:-2] + middles[1:-1] + middles[2:]) / 3
        middles = np.concatenate([middles[:1], inner, middles[-1:]])
    return float(np.linalg.norm(np.diff(middles, axis=0), axis=1).sum())
