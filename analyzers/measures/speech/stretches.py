"""Stretches of speech as long as a model judges them well: joined over short pauses, long ones in equal parts."""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Audio


def stretches_s(
    spans_s: Sequence[Sequence[float]] | NDArray[np.float64], *, longest_s: float, shortest_s: float, pause_s: float
) -> list[tuple[float, float]]:
    """Start and end of each; what is left shorter than `shortest_s` is left out."""
    joined: list[tuple[float, float]] = []
    for start_s, end_s in np.asarray(spans_s, np.float64).reshape(-1, 2).tolist():
        if joined and start_s - joined[-1][1] < pause_s:
            joined[-1] = joined[-1][0], end_s
        else:
            joined.append((start_s, end_s))
    parts: list[tuple[float, float]] = []
    for start_s, end_s in joined:
        if end_s - start_s >= shortest_s:
            edges = np.linspace(start_s, end_s, ceil((end_s - start_s) / longest_s) + 1).tolist()
            parts += pairwise(edges)
    return parts


def sound_of(audio: Audio, start_s: float, end_s: float) -> NDArray[np.float32]:
    """The 16 kHz samples of a span."""
    first, after = (round((t - audio.offset_s) * audio.mono_rate_hz) for t in (start_s, end_s))
    return audio.mono[max(first, 0) : max(after, 0)]
