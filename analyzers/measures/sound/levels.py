"""Levels of stereo samples: power block by block, how alike the channels are, and where they are cut off."""

from dataclasses import dataclass
from math import log10, sqrt

import numpy as np
from numpy.typing import NDArray

BLOCK_S = 0.1
CHUNK_BLOCKS = 100  # 10 s of sound in memory at a time
FULL_SCALE = 0.999  # a clipped sample: within 0.01 dB of full scale, or beyond
MIN_RUN = 3  # samples in a row: two can be the top of any loud wave
# The top of an unclipped wave is a parabola: over the n samples within 0.1 % of the crest, the step into them is about
# 0.004 / n. A flat top is stepped into several times faster.
MIN_CORNER = 0.012
JOIN_S = 0.25  # one span of clipping, not one for each half wave, or for each crest that a lossy codec left flat


SILENCE = 1e-6  # rms of -120 dBFS, below the last bit of any recording
CHUNK = 1 << 20  # samples in memory at a time


def level_db(samples: NDArray[np.float32], rate_hz: int, offset_s: float, start_s: float, end_s: float) -> float | None:
    """Rms of a span of (n,) or (n, 2) samples in dBFS, of all channels; None in digital silence and without sound."""
    first, after = (min(max(0, round((t - offset_s) * rate_hz)), len(samples)) for t in (start_s, end_s))
    if after <= first:
        return None
    power = 0.0
    for at in range(first, after, CHUNK):
        chunk = np.nan_to_num(samples[at : min(at + CHUNK, after)], posinf=1, neginf=-1)
        power += float(np.sum(np.square(chunk, dtype=np.float64)))
    rms = sqrt(power / samples[first:after].size)
    return 20 * log10(rms) if rms > SILENCE else None


@dataclass(frozen=True, slots=True)
class Levels:
    block_power: NDArray[np.float64]  # mean square of both channels, every BLOCK_S
    width: float | None  # 0: same in both channels, 1: unrelated or opposite
    clipped_spans_s: list[tuple[float, float]]
    clipped_share: float  # of the samples


def measure_levels(stereo: NDArray[np.float32], rate_hz: int) -> Levels:
    """The levels of (n, 2) samples, read in slices."""
    block = round(BLOCK_S * rate_hz)
    powers, hot = [], ([], [])
    own = shared = 0.0
    for start in range(0, len(stereo), block * CHUNK_BLOCKS):
        chunk = stereo[start : start + block * CHUNK_BLOCKS].astype(np.float64)
        edges = np.arange(0, len(chunk), block)
        square = (chunk**2).mean(axis=1)
        powers.append(np.add.reduceat(square, edges) / np.diff(edges, append=len(chunk)))
        own += 2 * float(square.sum())
        shared += 2 * float((chunk[:, 0] * chunk[:, 1]).sum())
        for channel in (0, 1):
            hot[channel].append(start + np.flatnonzero(np.abs(chunk[:, channel]) >= FULL_SCALE))
    runs = [_flat_tops(stereo[:, channel], np.concatenate(hot[channel])) for channel in (0, 1)] if powers else []
    clipped = sum(int((run[:, 1] - run[:, 0]).sum()) for run in runs)
    return Levels(
        block_power=np.concatenate(powers) if powers else np.zeros(0),
        width=float(np.clip(1 - shared / own, 0, 1)) if own > 0 else None,
        clipped_spans_s=_joined(np.concatenate(runs), rate_hz) if runs else [],
        clipped_share=clipped / (2 * len(stereo)) if len(stereo) else 0.0,
    )


def _flat_tops(samples: NDArray[np.float32], hot: NDArray[np.intp]) -> NDArray[np.intp]:
    """(n, 2) first and after-last sample of each run at full scale that has corners."""
    if not len(hot):
        return np.zeros((0, 2), np.intp)
    breaks = np.flatnonzero(np.diff(hot) > 1)
    first, after = hot[np.r_[0, breaks + 1]], hot[np.r_[breaks, len(hot) - 1]] + 1
    last = len(samples) - 1

    def played(at: NDArray[np.intp]) -> NDArray[np.float64]:
        return np.clip(samples[np.clip(at, 0, last)].astype(np.float64), -1, 1)

    step = np.maximum(np.abs(played(first) - played(first - 1)), np.abs(played(after - 1) - played(after)))
    length = after - first
    is_flat = (length >= MIN_RUN) & (step * length > MIN_CORNER)
    return np.stack([first, after], axis=1)[is_flat]


def _joined(runs: NDArray[np.intp], rate_hz: int) -> list[tuple[float, float]]:
    spans: list[tuple[float, float]] = []
    for first, after in runs[np.argsort(runs[:, 0])] / rate_hz:
        if spans and first - spans[-1][1] < JOIN_S:
            spans[-1] = (spans[-1][0], max(spans[-1][1], float(after)))
        else:
            spans.append((float(first), float(after)))
    return spans
