"""Products by their looks: when to look, and which sights are one product and its stay.

Detectors that are asked by name take seconds for a picture: a shot is looked at twice, a long one every other second,
one below a second once.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np

from analyzers.measures.tracks.follow import Seen, follow

SHORT_S = 1.0  # of a shot that one look is enough for
STEP_S = 1.75  # pictures lie a quarter of a second apart, and nothing goes unseen for more than two seconds
SURER = 0.1  # that much surer a single sight must be


@dataclass(frozen=True, slots=True)
class Look:
    """One picture that is looked at, and the time that it stands for."""

    picture: int
    t_s: float
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Stay:
    """One product in one shot."""

    kind: str
    start_s: float
    end_s: float
    confidence: float
    box: tuple[float, float, float, float]


def looks(times_s: Sequence[float], cuts_s: Sequence[float], video_s: float) -> list[Look]:
    """The pictures to look at, in the order of time; each stands for the time up to halfway to its neighbours."""
    found: list[Look] = []
    borders = [0.0, *cuts_s, max([video_s, *times_s[-1:]])]
    for number, (start_s, end_s) in enumerate(pairwise(borders)):
        first = bisect_left(times_s, start_s)
        after = bisect_left(times_s, end_s) if number < len(cuts_s) else len(times_s)
        chosen = _spread(times_s[first:after], start_s, end_s)
        edges = [start_s, *(float(np.mean(pair)) for pair in pairwise(times_s[first + i] for i in chosen)), end_s]
        for place, (begin_s, over_s) in zip(chosen, pairwise(edges), strict=False):
            found.append(Look(first + place, times_s[first + place], begin_s, over_s))
    return found


def _spread(times_s: Sequence[float], start_s: float, end_s: float) -> list[int]:
    if not times_s:
        return []
    lasts_s = end_s - start_s
    count = 1 if lasts_s < SHORT_S else max(2, ceil(lasts_s / STEP_S))
    wanted = [start_s + (i + 0.5) * lasts_s / count for i in range(count)]
    return sorted({int(np.argmin(np.abs(np.subtract(times_s, at_s)))) for at_s in wanted})


def stays(sights: Sequence[Seen], seen_at: Sequence[Look], cuts_s: Sequence[float], sure: float) -> list[Stay]:
    """One for each product and shot; `picture` of a sight counts the looks."""
    tracks = follow(sights, [look.t_s for look in seen_at], cuts_s, sure=sure)
    found: list[Stay] = []
    for track in _pieced(tracks, sights, seen_at, cuts_s):
        here = [sights[i] for i in track]
        scores = [sight.confidence for sight in here]
        if len(here) == 1 and scores[0] < sure + SURER:
            continue
        x, y, w, h = (float(edge) for edge in np.median([(s.x, s.y, s.w, s.h) for s in here], axis=0))
        span_s = seen_at[here[0].picture].start_s, seen_at[here[-1].picture].end_s
        found.append(Stay(here[0].kind, *span_s, float(np.mean(scores)), (x, y, min(w, 1 - x), min(h, 1 - y))))
    return found


def _pieced(
    tracks: Sequence[Sequence[int]], sights: Sequence[Seen], seen_at: Sequence[Look], cuts_s: Sequence[float]
) -> list[list[int]]:
    """Two tracks of one kind in one shot are one product that moved, unless both are seen at once."""
    pieces: list[list[int]] = []
    shots = [bisect_right(cuts_s, look.t_s) for look in seen_at]
    for track in tracks:
        first = sights[track[0]]
        for piece in pieces:
            last = sights[piece[-1]]
            if last.kind == first.kind and last.picture < first.picture and shots[last.picture] == shots[first.picture]:
                piece += track
                break
        else:
            pieces.append(list(track))
    return pieces
