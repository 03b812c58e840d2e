"""Talk: stretches of speech with the pauses between them, and what of them lies in a span."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

BREAK_S = 3.0  # after that long nobody waits for the next word: the talk is over, and what follows is another
Spans = NDArray[np.float64]  # (n, 2) start and end, ascending


def spans_of(spans: Iterable[Sequence[float]], gap_s: float = 0.0) -> Spans:
    """Spans in order from the first picture on, as one where they lie that close together."""
    joined: list[list[float]] = []
    for start_s, end_s in sorted((max(start, 0.0), end) for start, end, *_ in spans if end > max(start, 0.0)):
        if joined and start_s - joined[-1][1] <= gap_s:
            joined[-1][1] = max(joined[-1][1], end_s)
        else:
            joined.append([start_s, end_s])
    return np.array(joined).reshape(-1, 2)


def seconds_in(spans: Spans, start_s: float, end_s: float) -> float:
    """How much of a span they fill."""
    return float((np.minimum(spans[:, 1], end_s) - np.maximum(spans[:, 0], start_s)).clip(0).sum())
