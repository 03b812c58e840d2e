"""Spans of time: how they cover one another."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Span = tuple[float, float]


class Spanned(Protocol):
    """Any analyzer's row."""

    @property
    def start_s(self) -> float: ...

    @property
    def end_s(self) -> float: ...


def union(spans: Iterable[Span], gap_s: float = 0.0) -> list[Span]:
    """Spans that touch, or are that near, joined; in the order of time."""
    joined: list[Span] = []
    for start_s, end_s in sorted(spans):
        if joined and start_s <= joined[-1][1] + gap_s:
            joined[-1] = joined[-1][0], max(joined[-1][1], end_s)
        else:
            joined.append((start_s, end_s))
    return joined


def spans_of(rows: Iterable[Spanned], gap_s: float = 0.0) -> list[Span]:
    return union(((row.start_s, row.end_s) for row in rows), gap_s)


def covered_s(spans: Sequence[Span], edges_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each stretch from one edge to the next the seconds that disjoint spans, in order, cover."""
    if not spans:
        return np.zeros(max(len(edges_s) - 1, 0))
    starts, ends = np.array(spans, np.float64).T
    before = np.r_[0.0, np.cumsum(ends - starts)]
    done = np.searchsorted(starts, edges_s)  # spans that begin before each edge
    over = np.where(done > 0, np.maximum(ends[np.maximum(done - 1, 0)] - edges_s, 0), 0)
    return np.maximum(np.diff(before[done] - over), 0)


def shared_s(spans: Sequence[Span], start_s: float, end_s: float) -> float:
    """How much of one stretch disjoint spans, in order, cover."""
    return float(covered_s(spans, np.array([start_s, end_s]))[0]) if end_s > start_s else 0.0


def inside(spans: Sequence[Span], margin_s: float) -> list[Span]:
    """The spans without their ends."""
    return [(start_s + margin_s, end_s - margin_s) for start_s, end_s in spans if end_s - start_s > 2 * margin_s]


def tiles(borders_s: Iterable[float], end_s: float) -> list[Span]:
    return list(pairwise([0.0, *sorted({b for b in borders_s if 0 < b < end_s}), end_s]))
