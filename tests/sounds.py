"""Sounds of known kind, time and room, for tests of what a sound track holds: all at 48 kHz, one channel."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Audio
from tests.inputs import make_audio
from tests.speech import RATE as SPOKEN_HZ
from tests.speech import spoken

RATE = 48_000
Sound = NDArray[np.float64]
SENTENCES = (
    "Today I will show you how to bake the best bread of your life, and it takes only ten minutes.",
    "Wait for the end, because nobody expected what happened when we opened the door of that old house.",
    "First cut the onions, then heat the oil. Do not forget the salt.",
    "This is the third time this week that my neighbour has parked in front of my garage.",
)


def clock(seconds: float) -> Sound:
    return np.arange(round(seconds * RATE)) / RATE


def gain(db: float) -> float:
    return 10 ** (db / 20)


def loud(sound: Sound, rms_db: float) -> Sound:
    """The same sound at a given mean level."""
    return sound * gain(rms_db) / max(float(np.sqrt(np.mean(sound**2))), 1e-12)


def track(sound: Sound) -> Audio:
    """A sound track of one sound on both sides, not beyond full scale."""
    return make_audio(np.repeat(np.clip(sound, -1, 1)[:, None], 2, axis=1).astype(np.float32))


def coded(sound: Sound, bit_rate: int = 96_000) -> Audio:
    """The same after AAC, as videos carry it."""
    import io

    import av

    stereo = np.repeat(np.clip(sound, -1, 1)[None], 2, axis=0).astype(np.float32)
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("aac", rate=RATE, layout="stereo", bit_rate=bit_rate)
        for first in range(0, stereo.shape[1], 1024):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(stereo[:, first : first + 1024]), "fltp", "stereo")
            frame.sample_rate, frame.pts = RATE, first
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    file.seek(0)
    with av.open(file) as made:
        heard = [frame.to_ndarray() for frame in made.decode(audio=0)]
    return make_audio(np.ascontiguousarray(np.concatenate(heard, axis=1).T[: stereo.shape[1]]))


def placed(sounds: Sequence[tuple[float, Sound]], seconds: float) -> Sound:
    """Sounds laid at their times on silence, as far as it goes."""
    total = np.zeros(round(seconds * RATE))
    for at_s, sound in sounds:
        first = round(at_s * RATE)
        total[first : first + len(sound)] += sound[: max(len(total) - first, 0)]
    return total


# Noise


def coloured(seconds: float, exponent: float = 0.0, seed: int = 0) -> Sound:
    """Noise whose power falls as 1 / f ** exponent: white 0, pink 1, brown 2; its peak is one."""
    white = np.random.default_rng(seed).normal(size=round(seconds * RATE))
    hz = np.fft.rfftfreq(len(white), 1 / RATE)
    shaped = np.fft.irfft(np.fft.rfft(white) / np.maximum(hz, 20) ** (exponent / 2), len(white))
    return shaped / np.abs(shaped).max()


# Music


def note(hz: float, seconds: float, decay_s: float, harmonics: int = 6) -> Sound:
    """A plucked or struck string."""
    t = clock(seconds)
    partials = [np.sin(2 * np.pi * hz * k * t) * np.exp(-t * k / decay_s) / k for k in range(1, harmonics + 1)]
    return np.sum(partials, axis=0) * np.clip(t / 0.004, 0, 1) * np.clip((seconds - t) / 0.02, 0, 1)


def melody(seconds: float, bpm: float = 110, seed: int = 0) -> Sound:
    """Chords of sustained tones in a key, and notes on eighths above them."""
    rng = np.random.default_rng(seed)
    scale = 220 * 2 ** (np.array([0, 2, 4, 5, 7, 9, 11]) / 12)
    eighth_s = 30 / bpm
    laid: list[tuple[float, Sound]] = []
    for number, at_s in enumerate(np.arange(0, seconds, eighth_s)):
        if number % 8 == 0:
            root = rng.integers(0, 7)
            laid += [(at_s, 0.2 * note(scale[(root + k) % 7], 8 * eighth_s, 2.0)) for k in (0, 2, 4)]
        if rng.random() < 0.7:
            laid.append((at_s, 0.3 * note(2 * rng.choice(scale), 2 * eighth_s, 0.4)))
    return placed(laid, seconds)


def beat(seconds: float, bpm: float = 120, seed: int = 0) -> Sound:
    """Kick, snare and hi-hats."""
    rng = np.random.default_rng(seed)
    t = clock(0.3)
    kick = 0.8 * np.sin(2 * np.pi * (50 * t + 1.5 * (1 - np.exp(-t / 0.03)))) * np.exp(-t / 0.07)
    laid: list[tuple[float, Sound]] = []
    for number, at_s in enumerate(np.arange(0, seconds, 30 / bpm)):
        laid.append((at_s, 0.12 * rng.normal(size=len(t)) * np.exp(-t / 0.015)))
        if number % 4 == 0:
            laid.append((at_s, kick))
        if number % 4 == 2:
            laid.append((at_s, 0.3 * rng.normal(size=len(t)) * np.exp(-t / 0.05)))
    return placed(laid, seconds)


def song(seconds: float, bpm: float = 120, seed: int = 0) -> Sound:
    return melody(seconds, bpm, seed) + 0.5 * beat(seconds, bpm, seed)


# Speech


def talk(seconds: float, voice: str = "en", seed: int = 0, pause_s: float = 0.4) -> Sound:
    """Sentences with pauses; the test is skipped where nothing here can speak."""
    return placed(talk_placed(seconds, voice, seed, pause_s), seconds)


def talk_placed(seconds: float, voice: str = "en", seed: int = 0, pause_s: float = 0.4) -> list[tuple[float, Sound]]:
    from scipy.signal import resample_poly

    laid: list[tuple[float, Sound]] = []
    at_s, number = 0.3, seed
    while at_s < seconds:
        said = spoken(SENTENCES[number % len(SENTENCES)], voice, 150 + 15 * (number % 3))
        sound = np.asarray(resample_poly(said, RATE // SPOKEN_HZ, 1), float)
        laid.append((at_s, sound))
        at_s, number = at_s + len(sound) / RATE + pause_s, number + 1
    return laid


# Rooms


def room(rt60_s: float, seed: int = 0, direct_db: float = 3.0) -> Sound:
    """A room's answer to a clap: the direct sound, then noise that falls by 60 dB in `rt60_s`.

    `direct_db` is the power of the direct sound over all of the reverberation's.
    """
    t = clock(1.2 * rt60_s)
    tail = np.random.default_rng(seed).normal(size=len(t)) * 10 ** (-3 * t / rt60_s)
    tail[: round(0.003 * RATE)] = 0
    tail *= gain(-direct_db) / np.sqrt(np.sum(tail**2))
    tail[0] = 1
    return tail


def in_room(sound: Sound, answer: Sound) -> Sound:
    from scipy.signal import fftconvolve

    wet = np.asarray(fftconvolve(sound, answer))[: len(sound)]
    return wet * np.abs(sound).max() / max(float(np.abs(wet).max()), 1e-12)


def claps(times_s: Sequence[float], seconds: float, seed: int = 0) -> Sound:
    rng = np.random.default_rng(seed)
    t = clock(0.02)
    return placed([(at_s, rng.normal(size=len(t)) * np.exp(-t / 0.004) * 0.3) for at_s in times_s], seconds)


# Effects of an edit


def whoosh(seconds: float = 0.5, low_hz: float = 300, high_hz: float = 3000, peak: float = 0.5, seed: int = 0) -> Sound:
    """A rush of air that comes and goes: noise in a band that moves up, then down again."""
    t = clock(seconds)
    middle = np.exp(np.log(low_hz) + np.log(high_hz / low_hz) * np.sin(np.pi * t / seconds))
    rushed = _moving_band(len(t), middle, 1.0, seed) * np.sin(np.pi * t / seconds) ** 2
    return peak * rushed / np.abs(rushed).max()


def riser(seconds: float = 2.0, low_hz: float = 200, high_hz: float = 5000, rise_db: float = 30, seed: int = 0,
          peak: float = 0.5, is_tonal: bool = False) -> Sound:  # fmt: skip
    """What grows louder and higher, and breaks off."""
    t = clock(seconds)
    share = t / seconds
    middle = low_hz * (high_hz / low_hz) ** share
    if is_tonal:
        phase = 2 * np.pi * np.cumsum(middle) / RATE
        grown = np.sin(phase) + 0.5 * np.sin(2 * phase)
    else:
        grown = _moving_band(len(t), middle, 0.8, seed)
    grown = grown * gain(1) ** ((share - 1) * rise_db) * np.clip((seconds - t) / 0.01, 0, 1)
    return peak * grown / np.abs(grown).max()


def boom(seconds: float = 1.5, hz: float = 50, decay_s: float = 0.35, peak: float = 0.8, seed: int = 0) -> Sound:
    """A deep stroke that rings on."""
    t = clock(seconds)
    deep = np.sin(2 * np.pi * (hz * t + 1.2 * (1 - np.exp(-t / 0.04)))) * np.exp(-t / decay_s)
    struck = np.random.default_rng(seed).normal(size=len(t)) * np.exp(-t / 0.02) * 0.15
    return peak * (deep + struck) * np.clip(t / 0.002, 0, 1) * np.clip((seconds - t) / 0.05, 0, 1)


def ding(seconds: float = 1.5, hz: float = 1800, decay_s: float = 0.4, peak: float = 0.4) -> Sound:
    """A small bell, with the partials of one."""
    t = clock(seconds)
    partials = ((1.0, 1.0, 1.0), (2.76, 0.4, 0.6), (5.4, 0.2, 0.3))
    rung = [a * np.sin(2 * np.pi * hz * k * t) * np.exp(-t / (decay_s * d)) for k, a, d in partials if hz * k < 20_000]
    return peak * np.sum(rung, axis=0) * np.clip(t / 0.002, 0, 1) * np.clip((seconds - t) / 0.02, 0, 1)


def bleep(seconds: float = 0.5, hz: float = 1000, peak: float = 0.4) -> Sound:
    """What a swear word is covered with."""
    t = clock(seconds)
    return peak * np.sin(2 * np.pi * hz * t) * np.clip(np.minimum(t, seconds - t) / 0.005, 0, 1)


def _moving_band(count: int, middle_hz: Sound, octaves: float, seed: int) -> Sound:
    """Noise around a frequency that changes: white noise, filtered spectrum by spectrum."""
    from scipy.signal import istft, stft

    size, step = 1024, 256
    white = np.random.default_rng(seed).normal(size=count + 2 * size)
    hz, t, spectra = stft(white, RATE, nperseg=size, noverlap=size - step)
    centre = np.interp(t - size / RATE, np.arange(count) / RATE, middle_hz)
    distance = np.log2(np.maximum(hz, 1)[:, None] / centre)
    _, sound = istft(spectra * np.exp(-0.5 * (distance / octaves) ** 2), RATE, nperseg=size, noverlap=size - step)
    return np.asarray(sound, float)[size : size + count]
