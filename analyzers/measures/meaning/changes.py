"""Joint change points: where the means of several series change at once, by penalised least squares.

The partition of least squared error plus a penalty for every border is found exactly (Jackson et al., IEEE Signal
Processing Letters 2005): every border is tried, so steps are counted in hundreds, not in millions.
"""

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]
LAG = 2  # steps over which a series is compared with itself
QUARTILE = 1.627  # of the distance of two normal values, three quarters lie below that many deviations
CAREFUL = 1.5  # over the gain that the best border of mere noise has


def noise(series: Series, least: float) -> float:
    """The usual deviation of one series about its own mean; a few changes of the mean do not raise it."""
    steps = np.abs(series[LAG:] - series[:-LAG])
    return max(least, float(np.percentile(steps, 75)) / QUARTILE) if len(steps) else least


def penalty(steps: int, series: int) -> float:
    """What a border must gain, of series of deviation 1: a chi-square's tail (Laurent and Massart, 2000)."""
    chances = np.log(max(steps, 2))
    return float(CAREFUL * (series + 2 * np.sqrt(series * chances) + 2 * chances))


def change_points(values: Series, shortest: int) -> list[int]:
    """The first step of every part but the first, from (steps, series) of deviation 1."""
    steps, series = values.shape
    if steps < 2 * shortest or not series:
        return []
    price = penalty(steps, series)
    sums = np.concatenate([np.zeros((1, series)), np.cumsum(values, axis=0)])
    squares = np.r_[0.0, np.cumsum((values**2).sum(axis=1))]
    best = np.full(steps + 1, np.inf)
    best[0] = -price
    before = np.zeros(steps + 1, int)
    for end in range(shortest, steps + 1):
        starts = np.arange(end - shortest + 1)
        means = ((sums[end] - sums[starts]) ** 2).sum(axis=1) / (end - starts)
        costs = best[starts] + squares[end] - squares[starts] - means + price
        before[end] = int(costs.argmin())
        best[end] = costs[before[end]]
    points = []
    at = before[steps]
    while at > 0:
        points.append(int(at))
        at = before[at]
    return points[::-1]
