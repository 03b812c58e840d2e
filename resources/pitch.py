"""The shared pitch pass: how high the voice is where somebody speaks, tracked once for every analyzer of speech.

YIN (de Cheveigné and Kawahara, https://doi.org/10.1121/1.1458024): how much the sound differs from itself a period
later, made level over the lags, and the first lag at which it hardly does. That takes the period, not twice it.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Audio, Pitch, Voice
from resources.store import write_array

RATE_HZ = 16_000
HOP = 160  # 10 ms
LOWEST_HZ, HIGHEST_HZ = 60, 500  # from a low man's creak to an excited child
LONGEST = RATE_HZ // LOWEST_HZ + 2  # lag, samples
SHORTEST = RATE_HZ // HIGHEST_HZ
FIRST = 8  # lags below the range are looked at too: a whistle at 900 Hz is no voice at 450
WINDOW = 512  # samples compared with those a lag later: 32 ms, two periods of 60 Hz
PIECE = WINDOW + LONGEST
CLEAR = 0.1  # YIN's own threshold: the first lag that differs by less is the period
VOICED = 0.3  # more than that of any lag is breath, noise, or many voices at once
QUIET_DB = -60.0  # what is below has no pitch worth the name
STEADY = 1.2  # ratio to the frame before that a voice does not exceed in 10 ms: three semitones
BATCH = 1000  # frames at a time


def track_pitch(mono: NDArray[np.float32], offset_s: float, spans_s: Iterable[Sequence[float]]) -> Pitch:
    """The pitch of 16 kHz sound inside these spans, which do not overlap and are in order."""
    times, found = [np.zeros(0)], [np.zeros(0)]
    for start_s, end_s in spans_s:
        first = max(0, round((start_s - offset_s) * RATE_HZ))
        last = min(len(mono), round((end_s - offset_s) * RATE_HZ))
        starts = np.arange(first, last - PIECE + 1, HOP)
        if not len(starts):
            continue
        parts = [_frames(mono, starts[i : i + BATCH]) for i in range(0, len(starts), BATCH)]
        found.append(_steady(np.concatenate(parts)))
        times.append(offset_s + (starts + PIECE / 2) / RATE_HZ)
    return Pitch(np.concatenate(times), np.concatenate(found))


def _frames(mono: NDArray[np.float32], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Each frame's pitch, NaN where it has none."""
    sound = np.nan_to_num(mono[starts[0] : starts[-1] + PIECE], posinf=1, neginf=-1).clip(-8, 8)
    pieces = np.lib.stride_tricks.sliding_window_view(sound, PIECE)[::HOP].astype(np.float64)
    pieces = pieces - pieces.mean(axis=1, keepdims=True)
    differs = _difference(pieces)
    lag, depth = _period(differs)
    level_db = 10 * np.log10((pieces**2).mean(axis=1) + 1e-12)
    is_voiced = (depth < VOICED) & (level_db > QUIET_DB) & (lag >= SHORTEST) & (lag < LONGEST - 1)
    return np.where(is_voiced, RATE_HZ / np.maximum(lag, 1), np.nan)


def _difference(pieces: NDArray[np.float64]) -> NDArray[np.float64]:
    """YIN's difference for every lag, over its mean up to there: 1 where nothing repeats, 0 where all does."""
    size = 1024  # holds a piece, so nothing wraps around
    head = np.fft.rfft(pieces[:, :WINDOW], size, axis=1)
    whole = np.fft.rfft(pieces, size, axis=1)
    product = np.fft.irfft(np.conj(head) * whole, size, axis=1)[:, :LONGEST]
    energy = np.concatenate([np.zeros((len(pieces), 1)), np.cumsum(pieces**2, axis=1)], axis=1)
    later = energy[:, WINDOW : WINDOW + LONGEST] - energy[:, :LONGEST]
    raw = np.maximum(later[:, :1] + later - 2 * product, 0)
    mean = np.cumsum(raw[:, 1:], axis=1) / np.arange(1, LONGEST)
    level = np.ones_like(raw)
    np.divide(raw[:, 1:], mean, out=level[:, 1:], where=mean > 1e-12)
    return level


def _period(level: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The first clear dip's lag between the samples, and how deep it is; the deepest where none is clear."""
    inner = level[:, FIRST:-1]
    is_dip = (inner <= level[:, FIRST - 1 : -2]) & (inner < level[:, FIRST + 1 :])
    is_clear = is_dip & (inner < CLEAR)
    rows = np.arange(len(level))
    lag = np.where(is_clear.any(axis=1), is_clear.argmax(axis=1), inner.argmin(axis=1)) + FIRST
    before, here, after = level[rows, lag - 1], level[rows, lag], level[rows, lag + 1]
    bend = before - 2 * here + after
    shift = np.divide(before - after, 2 * bend, out=np.zeros_like(bend), where=bend > 1e-12)
    return lag + shift.clip(-0.5, 0.5), here


def _steady(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Without frames that agree with neither neighbour: those are octave slips and chance."""
    padded = np.concatenate([[np.nan], hz, [np.nan]])
    with np.errstate(invalid="ignore"):
        near = [np.maximum(hz / other, other / hz) < STEADY for other in (padded[:-2], padded[2:])]
    return np.where(near[0] | near[1], hz, np.nan)


def write_pitch(audio: Audio, voice: Voice, folder: Path) -> int:
    """Fill a folder with the pitch of one sound track's stretches of speech; the number of frames."""
    pitch = track_pitch(audio.mono, audio.offset_s, voice.spans_s.tolist())
    write_array(folder, "t_s", pitch.t_s)
    write_array(folder, "hz", pitch.hz)
    return len(pitch.hz)
