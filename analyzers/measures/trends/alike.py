"""Near-duplicates, templates and styles: which videos are one video, are cut by one pattern, or are edited alike.

A duplicate looks and is edited like the other, and has its cuts or its sound as well; without cuts and sound it must
look just the same. A template shares its cuts alone. A style is a crowd in the space of the vectors, found by its
densest point and what lies within a radius of it, then the next one of what is left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzers.measures.trends.rhythm import SAME, Times, same_rhythms, shared_cuts
from analyzers.measures.trends.style import IS_LOOK, LEAST_KNOWN, Vectors, distances

Ints = NDArray[np.int64]

# Of nine videos and their copies at CRF 35 and 0.7 of the width, the looks were at most 0.088 apart, and the styles
# 0.077 but for one, whose shake went with its detail. The looks of different videos were at least 0.39 apart.
NEAR_STYLE = 0.35  # units; no trait counts for more than MOST_OFF, so one or two may be quite wrong
MOST_OFF = 1.0
NEAR_LOOK = 0.12  # units, of the colours alone
JUST_THE_SAME = 0.1  # units of both, where neither cuts nor sound can tell
LEAST_LOOK = 4  # colour traits that both must have
LEAST_CUTS = 2  # that tell something where look and style are alike already
STYLE_RADIUS = 0.5
LEAST_MEMBERS = 3  # of a style or a template
MOST_STYLES = 200
BLOCK = 500  # videos compared with all others at a time: 20 MB a matrix of 10,000


@dataclass(frozen=True, slots=True)
class Pair:
    """Two videos, by number, the lower first."""

    one: int
    other: int
    score: float
    is_duplicate: bool  # else of one template


@dataclass(frozen=True, slots=True)
class Sounds:
    """What is known of the videos' sound, by number."""

    heard: frozenset[int] = frozenset()  # whose sound was compared with all others
    shared: frozenset[tuple[int, int]] = frozenset()  # pairs that have a sound in common
    whole: frozenset[tuple[int, int]] = frozenset()  # those of them that have all of it in common


def alike_pairs(vectors: Vectors, cuts: Sequence[Times], sounds: Sounds) -> list[Pair]:
    """Every pair of near-duplicates, and every other pair of one template."""
    found = {(pair.one, pair.other): pair for pair in _duplicates(vectors, cuts, sounds)}
    for one, other, share in same_rhythms(cuts):
        found.setdefault((one, other), Pair(one, other, share, is_duplicate=False))
    return [found[key] for key in sorted(found)]


def _duplicates(vectors: Vectors, cuts: Sequence[Times], sounds: Sounds) -> Iterator[Pair]:
    for first in range(0, len(vectors), BLOCK):
        here, rest = vectors[first : first + BLOCK], vectors[first:]
        look = distances(here[:, IS_LOOK], rest[:, IS_LOOK], LEAST_LOOK)
        rows, others = np.nonzero(np.triu(look <= NEAR_LOOK, 1))
        for start in range(0, len(rows), BLOCK * BLOCK):
            part = slice(start, start + BLOCK * BLOCK)
            style = _apart(here, rest, rows[part], others[part])
            for row, other, far in zip(rows[part], others[part], style, strict=True):
                if far <= NEAR_STYLE:
                    one, another = first + int(row), first + int(other)
                    is_alike = max(float(far), float(look[row, other])) <= JUST_THE_SAME
                    can_be_heard = one in sounds.heard and another in sounds.heard
                    if (one, another) in sounds.whole or _is_backed(
                        cuts[one], cuts[another], is_alike and not can_be_heard
                    ):
                        yield Pair(one, another, float(1 - far), is_duplicate=True)


def _apart(here: Vectors, rest: Vectors, rows: Ints, others: Ints) -> NDArray[np.float32]:
    """How far the styles of some pairs are apart."""
    squares = np.minimum(np.abs(here[rows] - rest[others]), MOST_OFF) ** 2
    known = (~np.isnan(squares)).sum(axis=1)
    return np.where(known >= LEAST_KNOWN, np.sqrt(np.nansum(squares, axis=1) / np.maximum(known, 1)), np.inf)


def _is_backed(some: Times, others: Times, is_just_the_same: bool) -> bool:
    """Whether the cuts say that two videos are one, beside their look and style; without cuts, these alone."""
    if min(len(some), len(others)) >= LEAST_CUTS:
        return shared_cuts(some, others) >= SAME
    return is_just_the_same and len(some) == len(others)


def styles(vectors: Vectors) -> list[Ints]:
    """The members of every style, the largest style first, the nearest to its middle first."""
    left = np.arange(len(vectors))
    crowd = np.concatenate([_neighbours(vectors, first) for first in range(0, len(vectors), BLOCK)] or [left])
    found: list[Ints] = []
    while len(left) and len(found) < MOST_STYLES:
        middle = left[np.argmax(crowd[left])]
        if crowd[middle] < LEAST_MEMBERS:
            break
        far = distances(vectors[middle : middle + 1], vectors[left])[0]
        members = left[np.argsort(far, kind="stable")[: int((far <= STYLE_RADIUS).sum())]]
        if len(members) >= LEAST_MEMBERS:
            found.append(members)
            left = np.setdiff1d(left, members)
        else:
            crowd[middle] = 0  # its crowd went to others
    return sorted(found, key=lambda members: (-len(members), int(members[0])))


def _neighbours(vectors: Vectors, first: int) -> Ints:
    return (distances(vectors[first : first + BLOCK], vectors) <= STYLE_RADIUS).sum(axis=1)


def components(pairs: Sequence[tuple[int, int]], count: int) -> list[Ints]:
    """Who hangs together, the largest first; singles are left out."""
    root = list(range(count))

    def top(number: int) -> int:
        while root[number] != number:
            root[number] = root[root[number]]
            number = root[number]
        return number

    for one, other in pairs:
        low, high = sorted((top(one), top(other)))
        root[high] = low
    groups: dict[int, list[int]] = {}
    for number in sorted({number for pair in pairs for number in pair}):
        groups.setdefault(top(number), []).append(number)
    return sorted((np.array(group) for group in groups.values()), key=lambda group: (-len(group), int(group[0])))
