"""Edges of speech to a few milliseconds: a detector's stretches, moved to where the sound itself begins and ends.

A detector that hears 32 ms at a time holds on to a stretch for up to 0.2 s after the last word: it listens for what
was before. The sound says more: three bands against how loud each is in the pause beside. Where no band stands out of
the pause, as over loud music, the detector's edge stays.
"""

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
HOP, SIZE = 80, 256  # samples: levels of 16 ms every 5 ms
STEP_S = HOP / RATE_HZ
BANDS_HZ = (80, 800, 2_500, 7_500)  # voice, vowels, hissing consonants: hum below and the codec's edge above left out
OUT_S, IN_S = 0.064, 0.25  # how far an edge may move: two windows out, and in as long as the detector holds on
PAUSE_S, SPEECH_S = 0.5, 0.4  # of the pause and of the speech beside an edge, compared
SHORTEST_PAUSE = 4  # levels: of fewer no usual one can be told
CLEAR_DB = 7.0  # over the pause: a band that stands out less says nothing
ABOVE_DB = 5.0  # over the pause: noise of a band hardly ever reaches it that often
BELOW_DB = 35.0  # under the speech: what dies away in the room is not said any more
LOUD, LASTS = 5, 8  # so many levels of so many that follow: a click is in four of them
FLOOR = 1e-10


def moved(spans_s: NDArray[np.float64], mono: NDArray[np.float32]) -> NDArray[np.float64]:
    """The same stretches (k, 2), in seconds of the sound, from where it begins to where it ends."""
    borders = np.concatenate([[0.0], spans_s.ravel(), [len(mono) / RATE_HZ]])
    out = spans_s.copy()
    for i, (start_s, end_s) in enumerate(spans_s.tolist()):
        before_s, after_s = borders[2 * i], borders[2 * i + 3]
        middle_s = (start_s + end_s) / 2
        first = _first_sound_s(mono, before_s, start_s, middle_s)
        # The same question, asked of the sound from its end.
        whole_s = len(mono) / RATE_HZ
        last = _first_sound_s(mono[::-1], whole_s - after_s, whole_s - end_s, whole_s - middle_s)
        out[i] = start_s if first is None else first, end_s if last is None else whole_s - last
    return out


def _first_sound_s(mono: NDArray[np.float32], before_s: float, edge_s: float, middle_s: float) -> float | None:
    """Where speech comes out of the pause from `before_s` to `edge_s`; None where it does not stand out of it."""
    begin_s = max(before_s, edge_s - PAUSE_S, 0.0)
    levels = _levels_db(mono, begin_s, min(middle_s, edge_s + SPEECH_S))
    edge = round((edge_s - begin_s) / STEP_S)
    pause, speech = levels[:edge], levels[edge:]
    if len(pause) < SHORTEST_PAUSE or not len(speech):
        return None
    usual, loud = np.median(pause, axis=0), np.percentile(speech, 75, axis=0)
    threshold = np.maximum(usual + ABOVE_DB, loud.max() - BELOW_DB)
    threshold[loud - usual < CLEAR_DB] = np.inf
    low = max(0, edge - round(OUT_S / STEP_S))
    is_loud = (levels[low : edge + round(IN_S / STEP_S)] > threshold).any(axis=1)
    lasting = np.convolve(is_loud, np.ones(LASTS), "full")[LASTS - 1 :] >= LOUD
    held = np.flatnonzero(is_loud & lasting)
    return begin_s + (low + int(held[0])) * STEP_S if held.size else None


def _levels_db(mono: NDArray[np.float32], start_s: float, end_s: float) -> NDArray[np.float64]:
    """(n, bands) every 5 ms, each of the 16 ms around its middle."""
    first, count = round(start_s * RATE_HZ), max(0, int((end_s - start_s) / STEP_S))
    margin = (SIZE - HOP) // 2
    low, high = first - margin, first + count * HOP + margin
    sound = np.nan_to_num(mono[max(0, low) : max(0, high)], posinf=1, neginf=-1).clip(-8, 8).astype(np.float64)
    sound = np.pad(sound, (max(0, -low), max(0, high - max(0, low) - len(sound))))
    if count == 0:
        return np.zeros((0, len(BANDS_HZ) - 1))
    pieces = np.lib.stride_tricks.sliding_window_view(sound, SIZE)[::HOP] * np.hanning(SIZE)
    power = np.abs(np.fft.rfft(pieces, axis=1) / SIZE) ** 2
    edges = np.searchsorted(np.fft.rfftfreq(SIZE, 1 / RATE_HZ), BANDS_HZ)
    return 10 * np.log10(np.add.reduceat(power[:, : edges[-1]], edges[:-1], axis=1) + FLOOR)
