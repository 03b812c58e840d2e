"""The sound of a rendered video: layers of known pitch, tempo and loudness, added up."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

NOTES = {"C": 0, "C#": 1, "D": 2, "D#": 3, "E": 4, "F": 5, "F#": 6, "G": 7, "G#": 8, "A": 9, "A#": 10, "B": 11}
ATTACK_S = 0.005  # a tone starts softly, so that it does not click
RELEASE_S = 0.03  # and ends softer still, so that its end is no onset


@dataclass(frozen=True, slots=True)
class Sine:
    hz: float
    start_s: float = 0.0
    end_s: float | None = None  # None: to the end of the clip
    level_db: float = -12.0  # of its peak
    side: Literal["both", "left", "right", "opposite"] = "both"


@dataclass(frozen=True, slots=True)
class Chord:
    """Three notes with soft overtones: minor or major on a root."""

    root: str
    mode: Literal["major", "minor"]
    start_s: float = 0.0
    end_s: float | None = None
    level_db: float = -12.0
    octave: int = 4


@dataclass(frozen=True, slots=True)
class Clicks:
    """Short dry strokes on every beat."""

    bpm: float
    first_s: float = 0.0
    end_s: float | None = None
    level_db: float = -6.0
    accent_every: int = 4  # the bar's first stroke is higher


@dataclass(frozen=True, slots=True)
class PinkNoise:
    lufs: float
    start_s: float = 0.0
    end_s: float | None = None
    seed: int = 1
    is_wide: bool = False  # a different noise on each side


@dataclass(frozen=True, slots=True)
class Sweep:
    low_hz: float
    high_hz: float
    start_s: float = 0.0
    end_s: float | None = None
    level_db: float = -12.0


@dataclass(frozen=True, slots=True)
class Fade:
    """What has been laid before it is scaled along a line: from one gain at its start to another at its end."""

    start_s: float
    end_s: float
    from_db: float
    to_db: float


@dataclass(frozen=True, slots=True)
class Dings:
    """Struck notes that die away, one after the other."""

    every_s: float = 0.5
    decay_s: float = 0.15
    level_db: float = -9.0


@dataclass(frozen=True, slots=True)
class Backwards:
    """What has been laid before it is played from its end to its beginning."""


@dataclass(frozen=True, slots=True)
class Hush:
    """Nothing: a sound track that is silent."""


Layer = Sine | Chord | Clicks | PinkNoise | Sweep | Fade | Backwards | Dings | Hush


def beat_times(clicks: Clicks, seconds: float) -> NDArray[np.float64]:
    end = min(clicks.end_s if clicks.end_s is not None else seconds, seconds)
    return np.arange(clicks.first_s, end - 0.02, 60 / clicks.bpm)


def mix(layers: tuple[Layer, ...], seconds: float, rate_hz: int) -> NDArray[np.float32]:
    """The layers' sum, (n, 2), not beyond full scale."""
    total = np.zeros((round(seconds * rate_hz), 2))
    for layer in layers:
        if isinstance(layer, Fade):
            first, last = round(layer.start_s * rate_hz), round(layer.end_s * rate_hz)
            part = total[first:last]
            part *= 10 ** (np.linspace(layer.from_db, layer.to_db, len(part)) / 20)[:, None]
        elif isinstance(layer, Backwards):
            total = total[::-1].copy()
        elif not isinstance(layer, Hush):
            total += _sounded(layer, total, rate_hz)
    return np.clip(total, -1, 1).astype(np.float32)


def k_weighted_lufs(stereo: NDArray[np.floating], rate_hz: int) -> float:
    """Loudness of a steady sound after ITU-R BS.1770-4; its gates have nothing to do there."""
    from scipy.signal import lfilter

    assert rate_hz == 48_000, "the standard's coefficients are those of 48 kHz"
    shelf = [1.53512485958697, -2.69169618940638, 1.19839281085285], [1, -1.69065929318241, 0.73248077421585]
    high_pass = [1, -2, 1], [1, -1.99004745483398, 0.99007225036621]
    heard = lfilter(*high_pass, lfilter(*shelf, stereo, axis=0), axis=0)
    return float(-0.691 + 10 * np.log10(np.mean(np.square(heard), axis=0).sum()))


def _sounded(layer: Layer, like: NDArray[np.float64], rate_hz: int) -> NDArray[np.float64]:
    count = len(like)
    out = np.zeros_like(like)
    if isinstance(layer, Clicks):
        for number, at in enumerate(beat_times(layer, count / rate_hz)):
            stroke = _stroke(2000 if number % layer.accent_every == 0 else 1500, rate_hz) * 10 ** (layer.level_db / 20)
            first = round(at * rate_hz)
            out[first : first + len(stroke)] += stroke[: count - first, None]
        return out
    if isinstance(layer, Dings):
        out += _dings(layer, np.arange(count) / rate_hz)[:, None]
        return out
    if isinstance(layer, Fade | Backwards | Hush):
        return out
    first = round(layer.start_s * rate_hz)
    last = count if layer.end_s is None else min(round(layer.end_s * rate_hz), count)
    t = np.arange(last - first) / rate_hz
    if isinstance(layer, PinkNoise):
        out[first:last] = _pink(layer, len(t), rate_hz)
        return out
    wave = _wave(layer, t)
    wave *= np.clip(np.minimum(t / ATTACK_S, t[::-1] / RELEASE_S), 0, 1) * 10 ** (layer.level_db / 20)
    left, right = {"left": (1, 0), "right": (0, 1), "opposite": (1, -1)}.get(getattr(layer, "side", "both"), (1, 1))
    out[first:last] = wave[:, None] * [left, right]
    return out


def _wave(layer: Sine | Chord | Sweep, t: NDArray[np.float64]) -> NDArray[np.float64]:
    """With a peak of one."""
    if isinstance(layer, Sine):
        return np.sin(2 * np.pi * layer.hz * t)
    if isinstance(layer, Sweep):
        seconds = max(len(t) / 48_000, 1e-9)
        climb = np.log(layer.high_hz / layer.low_hz) / seconds
        return np.sin(2 * np.pi * layer.low_hz * (np.exp(climb * t) - 1) / climb)
    root = NOTES[layer.root] + 12 * (layer.octave - 4) - 9  # in half tones from A4
    steps = (0, 4, 7) if layer.mode == "major" else (0, 3, 7)
    notes = [440 * 2 ** ((root + step) / 12) for step in steps]
    wave = sum(np.sin(2 * np.pi * hz * part * t) / part**2 for hz in notes for part in (1, 2, 3))
    return np.asarray(wave) / max(float(np.abs(wave).max(initial=0)), 1e-9)


def _dings(layer: Dings, t: NDArray[np.float64]) -> NDArray[np.float64]:
    number, since = np.divmod(t, layer.every_s)
    hz = 440 * 2 ** ((number * 5 % 12) / 12)
    onset = np.clip(since / ATTACK_S, 0, 1)
    return np.sin(2 * np.pi * hz * since) * np.exp(-since / layer.decay_s) * onset * 10 ** (layer.level_db / 20)


def _stroke(hz: float, rate_hz: int) -> NDArray[np.float64]:
    t = np.arange(round(0.03 * rate_hz)) / rate_hz
    return np.sin(2 * np.pi * hz * t) * np.exp(-t / 0.006)


def _pink(layer: PinkNoise, count: int, rate_hz: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(layer.seed)
    white = rng.standard_normal((count, 2 if layer.is_wide else 1))
    hz = np.maximum(np.fft.rfftfreq(count, 1 / rate_hz), 20)
    pink = np.fft.irfft(np.fft.rfft(white, axis=0) / np.sqrt(hz)[:, None], count, axis=0)
    stereo = np.broadcast_to(pink, (count, 2))
    return stereo * 10 ** ((layer.lufs - k_weighted_lufs(stereo, rate_hz)) / 20)
