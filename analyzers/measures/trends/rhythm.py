"""Cut rhythm: which videos are cut at the same times, as those made from one template are.

Times count from the first cut, so a longer beginning does not matter. Candidates are found by the cosine of all
rhythms on a grid, block by block; then the cuts themselves are compared. An even rhythm is everybody's: videos that
are cut every three seconds, or on every beat, share nothing but that.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]

LEAST_CUTS = 6  # fewer fall together by chance in a corpus of ten thousand
LEAST_SPREAD = 0.15  # of the shots' lengths over their mean: below, the rhythm is even
BIN_S = 0.1
LONGEST_S = 60.0  # of a rhythm that is looked at
TOLERANCE_S = 0.09  # two frames of 24 a second
FIRST_OFF_S = 0.16  # by which the first cuts of two videos may miss each other
SAME = 0.9  # share of the cuts that both have
CANDIDATE = 0.6  # cosine; that of rhythms whose cuts are all up to a frame of 24 a second off is 0.75
MOST_CANDIDATES = 50  # of one video, the likest
BLOCK = 1000  # videos compared with all others at a time: 40 MB of 10,000


def shared_cuts(some: Times, others: Times) -> float:
    """Share of the cuts of both that have one in the other, from the first cut on."""
    if not len(some) or not len(others):
        return 0.0
    some, others = some - some[0], others - others[0]
    away = _away(some, others)
    others = others + np.median(away[np.abs(away) <= FIRST_OFF_S])  # the first cut is as far off as any
    return min(float((np.abs(_away(*both)) <= TOLERANCE_S).mean()) for both in ((some, others), (others, some)))


def same_rhythms(cuts: Sequence[Times]) -> Iterator[tuple[int, int, float]]:
    """Pairs of videos with one rhythm, and the share of the cuts that both have."""
    told = np.array([number for number, times in enumerate(cuts) if _tells(times)], np.int64)
    if len(told) < 2:
        return
    grid = np.stack([_on_grid(cuts[number]) for number in told])
    for first in range(0, len(told), BLOCK):
        alike = grid[first : first + BLOCK] @ grid[first:].T
        for row, likeness in enumerate(alike):
            likeness[: row + 1] = 0  # every pair once
            found = np.flatnonzero(likeness >= CANDIDATE)
            for other in found[np.argsort(-likeness[found], kind="stable")[:MOST_CANDIDATES]]:
                one, another = int(told[first + row]), int(told[first + other])
                share = shared_cuts(cuts[one], cuts[another])
                if share >= SAME:
                    yield one, another, share


def _away(some: Times, others: Times) -> Times:
    """From each cut's nearest one in the other video to the cut."""
    at = np.searchsorted(others, some)
    before, after = some - others[np.maximum(at - 1, 0)], some - others[np.minimum(at, len(others) - 1)]
    return np.where(np.abs(before) < np.abs(after), before, after)


def _tells(times: Times) -> bool:
    if len(times) < LEAST_CUTS:
        return False
    lengths = np.diff(times)
    return bool(lengths.mean() > 0 and lengths.std() >= LEAST_SPREAD * lengths.mean())


def _on_grid(times: Times) -> NDArray[np.float32]:
    """A rhythm as a unit vector; every cut is smeared over a bin to either side."""
    grid = np.zeros(int(LONGEST_S / BIN_S) + 3, np.float32)
    at = (times - times[0]) / BIN_S + 1
    at = at[at < len(grid) - 2]
    whole = np.floor(at).astype(np.int64)
    rest = (at - whole).astype(np.float32)
    for shift, weight in ((-1, 1 - rest), (0, 2 - rest), (1, 1 + rest), (2, rest)):
        np.add.at(grid, whole + shift, weight)
    return (grid / np.linalg.norm(grid)).astype(np.float32)
