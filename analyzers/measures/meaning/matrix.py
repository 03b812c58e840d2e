"""What happens together: events beside anchors in time, and things beside things in the video's seconds.

By chance an event falls on an anchor as often as anchors, with their surroundings, cover the video. Events are taken
for independent of one another: a cut every two seconds that meets the beat once meets it always, and counts as often.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import lgamma

import numpy as np
from numpy.typing import NDArray

from analyzers.measures.sync.offset import covered_share

Times = NDArray[np.float64]
LOCK_S = 0.05  # or a frame, where that is longer
BIN_S, BINS = 0.05, 21  # of the histogram of offsets, around 0
EDGES_S = (np.arange(BINS + 1) - BINS / 2) * BIN_S
FEWEST = 3  # events, and anchors, of which anything can be told
LEAST_S = 6  # seconds of a video, to tell what comes together in them


@dataclass(frozen=True, slots=True)
class Pair:
    a: str
    b: str
    n: int
    locked: float  # share of the events
    median_s: float | None  # later than the anchor, of the events within the histogram's reach
    histogram: tuple[int, ...]
    lift: float
    p: float


@dataclass(frozen=True, slots=True)
class Together:
    a: str
    b: str
    n: int  # seconds with both
    lift: float
    p: float


def pairs(events: Mapping[str, Times], anchors: Mapping[str, Times], frame_s: float, end_s: float) -> list[Pair]:
    near_s = max(LOCK_S, frame_s) + 1e-6
    return [
        _pair(a, b, at, to, near_s, end_s)
        for a, at in events.items()
        for b, to in anchors.items()
        if a != b and len(at) >= FEWEST and len(to) >= FEWEST and end_s > 0
    ]


def _pair(a: str, b: str, at: Times, to: Times, near_s: float, end_s: float) -> Pair:
    offsets = _offsets(at, to)
    locked = float((np.abs(offsets) <= near_s).mean())
    chance = covered_share(to, near_s, 0.0, end_s)
    within = offsets[np.abs(offsets) < EDGES_S[-1]]
    return Pair(
        a,
        b,
        len(at),
        locked,
        float(np.median(within)) if len(within) else None,
        tuple(np.histogram(offsets, EDGES_S)[0].tolist()),
        locked / chance,
        _at_least(round(locked * len(at)), len(at), chance),
    )


def _at_least(hits: int, n: int, chance: float) -> float:
    """How likely so many of n are hit, or more: the tail of a binomial distribution."""
    if chance >= 1:
        return 1.0
    ways = [lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) for k in range(hits, n + 1)]
    k = np.arange(hits, n + 1)
    return float(min(np.exp(np.array(ways) + k * np.log(chance) + (n - k) * np.log1p(-chance)).sum(), 1.0))


def _offsets(at: Times, to: Times) -> Times:
    """From each time to the nearest anchor, positive if it comes after it."""
    after = np.searchsorted(to, at)
    later, before = at - to[np.minimum(after, len(to) - 1)], at - to[np.maximum(after - 1, 0)]
    return np.where(np.abs(before) <= np.abs(later), before, later)


def together(is_there: Mapping[str, NDArray[np.bool_]]) -> list[Together]:
    """Of every two things that are neither always nor never there."""
    names = [name for name, seconds in is_there.items() if len(seconds) >= LEAST_S and 0 < seconds.mean() < 1]
    return [_together(a, b, is_there[a], is_there[b]) for i, a in enumerate(names) for b in names[i + 1 :]]


def _together(a: str, b: str, one: NDArray[np.bool_], other: NDArray[np.bool_]) -> Together:
    """A thing comes in stretches, so chance is read off the other one moved along the video, not off single seconds."""
    spectrum = np.fft.rfft(one.astype(float)).conj() * np.fft.rfft(other.astype(float))
    both = np.fft.irfft(spectrum, len(one)).round().astype(int)  # at every shift; the first is none
    expected = float(one.mean() * other.mean() * len(one))
    far = np.abs(both[1:] - expected) >= abs(both[0] - expected) - 1e-9
    return Together(a, b, int(both[0]), both[0] / expected, (1 + int(far.sum())) / len(one))
