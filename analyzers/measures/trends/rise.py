"""Rise and fall: in which week something is seen more often, or less, than in the week before.

A week's share is compared with the share before: a corpus that grows does not make everything rise. Counted are
authors, where they are known: one who posts twenty videos with a word of his own is no trend. Given how often it was
seen in both weeks together, chance deals these out as the weeks' sizes say (the conditional test of two Poisson rates,
Przyborowski and Wilenski 1940, https://doi.org/10.2307/2332612); of thousands of tests at once so many are believed
that one in twenty is wrong (Benjamini and Hochberg 1995, https://doi.org/10.1111/j.2517-6161.1995.tb02031.x).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FALSE_SHARE = 0.05  # of the rises and falls that are told


@dataclass(frozen=True, slots=True)
class InWeek:
    """One thing in one week."""

    thing: int
    week: int
    n_videos: int
    growth: float | None  # of its share since the week before; None where that may be chance
    p_value: float | None


def in_weeks(things: Ints, videos: Ints, week_of: Ints, voice_of: Ints) -> list[InWeek]:
    """Every week in which a thing was seen, or was clearly missed; a video's week below 0 is not known.

    `things[i]` was seen in `videos[i]`; `week_of` and `voice_of` (whose video it is) speak of every video.
    """
    dated = week_of[videos] >= 0
    things, videos = things[dated], videos[dated]
    seen = _counts(things, week_of[videos], videos)
    heard = _counts(things, week_of[videos], voice_of[videos])
    known = week_of >= 0
    sizes = _counts(np.zeros(int(known.sum()), np.int64), week_of[known], voice_of[known])
    at = sorted({key for thing, week in heard for key in ((thing, week), (thing, week + 1))})
    tested = [key for key in at if sizes.get((0, key[1] - 1)) and sizes.get((0, key[1]))]
    now, before = (np.array([heard.get((thing, week - back), 0) for thing, week in tested], float) for back in (0, 1))
    all_now, all_before = (np.array([sizes[0, week - back] for _, week in tested], float) for back in (0, 1))
    chances = p_values(now, all_now, before, all_before)
    ratios = (now + 0.5) / (all_now + 1) * (all_before + 1) / (before + 0.5)  # half a video each: never without end
    told = {
        key: (float(ratio), float(chance))
        for key, ratio, chance, is_told in zip(tested, ratios, chances, believed(chances), strict=True)
        if is_told
    }
    nothing = (None, None)
    return [InWeek(*key, seen.get(key, 0), *told.get(key, nothing)) for key in at if key in seen or key in told]


def p_values(now: Floats, all_now: Floats, before: Floats, all_before: Floats) -> Floats:
    """How often chance alone makes two weeks differ at least so much, in either direction."""
    from scipy.special import bdtr, bdtrc

    if not len(now):
        return np.zeros(0)
    both = now + before
    expected = all_now / (all_now + all_before)
    at_most = bdtr(now, both.astype(np.int64), expected)
    at_least = np.where(now > 0, bdtrc(np.maximum(now - 1, 0), both.astype(np.int64), expected), 1.0)
    return np.minimum(1.0, 2 * np.minimum(at_most, at_least))


def believed(chances: Floats) -> NDArray[np.bool_]:
    """Which of many tests are told."""
    ordered = np.sort(chances)
    allowed = FALSE_SHARE * np.arange(1, len(ordered) + 1) / max(len(ordered), 1)
    below = np.flatnonzero(ordered <= allowed)
    return chances <= (ordered[below[-1]] if len(below) else -1.0)


def _counts(things: Ints, weeks: Ints, whose: Ints) -> dict[tuple[int, int], int]:
    """How many different ones each thing has in each week."""
    single = np.unique(np.stack([things, weeks, whose], axis=1), axis=0)
    keys, counts = np.unique(single[:, :2], axis=0, return_counts=True)
    return {(int(thing), int(week)): int(count) for (thing, week), count in zip(keys, counts, strict=True)}
