"""The offset between two series of moments: the one shift at which most of the one fall on the other.

Unrelated series agree somewhere by chance: the agreement must be far beyond what chance gives, and no other shift may
come near it. Where both repeat evenly within the shifts that are looked at, any of several fits, and none is told.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]
MOST_S = 0.5  # a sound farther from its picture is taken for another event
BEYOND_S = 4.0  # shifts at which agreement can only be chance, to compare with
STEP_S = 0.005
NEAR_FRAMES, NARROWEST_S = 0.8, 0.017  # onsets are heard every 10 ms
FEWEST = 4  # moments that agree
RARE = 1e-4  # the chance that unrelated series agree so well anywhere
UNIQUE = 1.35  # the agreement over that at the next best shift
LEAST_SHARE = 0.4  # of the moments of the rarer series
EVEN_SHARE = 0.7  # of the moments that have another one at the same distance: the series repeats


@dataclass(frozen=True, slots=True)
class Offset:
    """How much later the sounds come."""

    offset_s: float
    confidence: float  # share of the moments that agree here and nowhere else
    n_agree: int
    share: float  # of the pictures' moments


def find_offset(pictures_s: Curve, sounds_s: Curve, frame_s: float) -> Offset | None:
    """The shift of sounds against pictures; None where nothing can be told."""
    count = len(pictures_s)
    if count < FEWEST or len(sounds_s) < FEWEST:
        return None
    near_s = max(NEAR_FRAMES * frame_s, NARROWEST_S)
    shifts = np.arange(-BEYOND_S, BEYOND_S + STEP_S / 2, STEP_S)
    agree = _agreement(pictures_s, sounds_s, shifts, near_s)
    within = np.abs(shifts) <= MOST_S
    most = int(agree[within].max())
    top = float(np.median(shifts[within & (agree == most)]))
    top = float(shifts[within][np.abs(shifts[within] - top).argmin()])
    best_s = _refined(pictures_s, sounds_s, _widest(shifts, within & (agree == most), top), near_s)
    elsewhere = np.abs(shifts - best_s) > 2 * near_s + STEP_S
    rivals = elsewhere & (within | ~_replicas(pictures_s, shifts - best_s, near_s))
    runner_up = int(agree[rivals].max(initial=0))
    rarer = min(count, len(sounds_s))
    is_enough = most >= max(FEWEST, LEAST_SHARE * rarer) and most >= UNIQUE * runner_up
    if not is_enough or abs(best_s) > MOST_S or _chance(most, pictures_s, sounds_s, near_s) > RARE:
        return None
    return Offset(best_s, float(np.clip((most - runner_up) / rarer, 0, 1)), most, most / count)


def _agreement(pictures_s: Curve, sounds_s: Curve, shifts: Curve, near_s: float) -> NDArray[np.intp]:
    """How many moments of the rarer series meet one of the other, at each shift."""
    few, many, sign = (
        (pictures_s, sounds_s, 1) if len(pictures_s) <= len(sounds_s) else (sounds_s, pictures_s, -1)
    )  # fmt: skip
    moved = few[:, None] + sign * shifts[None]
    after = np.searchsorted(many, moved)
    ahead = np.abs(many[np.minimum(after, len(many) - 1)] - moved)
    behind = np.abs(many[np.maximum(after - 1, 0)] - moved)
    return (np.minimum(ahead, behind) <= near_s).sum(axis=0)


def _widest(shifts: Curve, is_top: NDArray[np.bool_], fallback: float) -> float:
    """The middle of the longest run of equally good shifts."""
    edges = np.flatnonzero(np.diff(np.r_[False, is_top, False].astype(int))).reshape(-1, 2)
    if not len(edges):
        return fallback
    first, after = edges[(edges[:, 1] - edges[:, 0]).argmax()]
    return float(shifts[first] + shifts[after - 1]) / 2


def _refined(pictures_s: Curve, sounds_s: Curve, shift_s: float, near_s: float) -> float:
    """The median distance of those that agree."""
    apart = sounds_s[None] - pictures_s[:, None]
    close = apart[np.abs(apart - shift_s) <= near_s + STEP_S]
    return float(np.median(close)) if len(close) else shift_s


def _replicas(times_s: Curve, shifts: Curve, near_s: float) -> NDArray[np.bool_]:
    """Shifts by which the series falls on itself."""
    inside = _agreement(times_s, times_s, shifts, near_s)
    return inside >= EVEN_SHARE * np.maximum(len(times_s) - np.abs(shifts) / np.median(np.diff(times_s)), FEWEST)


def _chance(most: int, pictures_s: Curve, sounds_s: Curve, near_s: float) -> float:
    """How likely unrelated series agree so well at any of the shifts."""
    from scipy.stats import binom

    few, many = (pictures_s, sounds_s) if len(pictures_s) <= len(sounds_s) else (sounds_s, pictures_s)
    start_s, end_s = min(few[0], many[0]), max(few[-1], many[-1])
    share = covered_share(many, near_s, start_s, end_s)
    return float(binom.sf(most - 1, len(few), share)) * MOST_S / near_s


def covered_share(times_s: Curve, near_s: float, start_s: float, end_s: float) -> float:
    """The share of a stretch that lies within reach of any of the times: what chance hits."""
    if end_s <= start_s:
        return 1.0
    low, high = np.clip(times_s - near_s, start_s, end_s), np.clip(times_s + near_s, start_s, end_s)
    covered = np.minimum(high, np.r_[low[1:], np.inf]) - low
    return float(np.clip(covered.sum() / (end_s - start_s), 1e-6, 1))
