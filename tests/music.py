"""Sounds for tests of music: tunes and loops of known notes and strokes, 48 kHz mono, different for each seed."""

from fractions import Fraction
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
Sound = NDArray[np.float64]
SCALE = (0, 2, 4, 5, 7, 9, 11, 12)
ROOTS = (0, 5, 7, 9)


def _time(seconds: float) -> Sound:
    return np.arange(round(seconds * RATE)) / RATE


def _level(sound: Sound) -> Sound:
    return 0.5 * sound / max(float(np.abs(sound).max(initial=0)), 1e-9)


def played(seed: int, seconds: float, note_s: float = 0.25) -> Sound:
    """A tune of one synthesizer, in C, at one tempo: seeds differ in their notes alone."""
    rng, t = np.random.default_rng(seed), _time(note_s)
    notes = 60 + rng.choice(SCALE, round(seconds / note_s))
    return _level(np.concatenate([_struck([note], t, 5, 0.2) for note in notes]))


def chords(seed: int, seconds: float) -> Sound:
    """Two of four chords a second, in any order."""
    rng, t = np.random.default_rng(seed), _time(0.5)
    roots = 60 + rng.choice(ROOTS, round(seconds / 0.5))
    return _level(np.concatenate([_struck([r, r + (3 if r == 69 else 4), r + 7], t, 3, 0.3) for r in roots]))


def _struck(notes: list[int], t: Sound, harmonics: int, fade_s: float) -> Sound:
    tones = [440 * 2 ** ((note - 69) / 12) * n for note in notes for n in range(1, harmonics + 1)]
    parts = [np.sin(2 * np.pi * hz * t) / (1 + i % harmonics) for i, hz in enumerate(tones)]
    return np.sum(parts, axis=0) * np.exp(-t / fade_s) * np.minimum(t / 0.005, 1)


def drums(seed: int, seconds: float, bpm: float = 120) -> Sound:
    """A kit and a rhythm of its own."""
    rng, t = np.random.default_rng(seed), _time(0.25)
    sweep = rng.uniform(40, 60) * t + rng.uniform(1, 2) * (1 - np.exp(-t / rng.uniform(0.02, 0.05)))
    kick = 0.8 * np.sin(2 * np.pi * sweep) * np.exp(-t / rng.uniform(0.05, 0.15))
    rattle = rng.normal(size=len(t)) * np.exp(-t / rng.uniform(0.03, 0.08))
    snare = 0.8 * rattle + 0.4 * np.sin(2 * np.pi * rng.uniform(150, 250) * t) * np.exp(-t / 0.06)
    hat = 0.4 * rng.normal(size=len(t)) * np.exp(-t / 0.015)
    sound, step = np.zeros(round(seconds * RATE)), 15 / bpm
    for number in range(int(seconds / step)):
        for stroke, every, first, chance in ((kick, 4, 0, 0.9), (snare, 8, 4, 0.9), (hat, 2, 0, 0.7)):
            if number % every == first and rng.random() < chance:
                at = round(number * step * RATE)
                sound[at : at + len(stroke)] += stroke[: len(sound) - at]
    return _level(sound)


def noisy(sound: Sound, snr_db: float, seed: int = 0) -> Sound:
    """With white noise, by the mean power of both."""
    noise = np.random.default_rng(seed).normal(size=sound.shape)
    return sound + noise * np.sqrt(np.mean(sound**2) / np.mean(noise**2)) * 10 ** (-snr_db / 20)


def recoded(sound: Sound, codec: str, bit_rate: int) -> Sound:
    """Through a lossy codec and back: `aac` or `libmp3lame`."""
    import av

    packed = BytesIO()
    with av.open(packed, "w", format={"aac": "mp4", "libmp3lame": "mp3"}[codec]) as file:
        stream = file.add_stream(codec, rate=RATE, layout="mono", bit_rate=bit_rate)
        size = stream.codec_context.frame_size or 1024
        for at in range(0, len(sound), size):
            samples = np.ascontiguousarray(sound[None, at : at + size], np.float32)
            frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
    packed.seek(0)
    resampler = av.AudioResampler("fltp", "mono", RATE)
    with av.open(packed) as file:
        pieces = [piece.to_ndarray()[0] for frame in file.decode(audio=0) for piece in resampler.resample(frame)]
    return np.concatenate(pieces).astype(np.float64)
