"""Sounds for tests of speech: rendered tones and noise, and words where a synthesizer is installed."""

import shutil
import subprocess
import tempfile
import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from analyzers.contract import Audio

RATE = 16_000


def mono_audio(mono: NDArray[np.float32], offset_s: float = 0.0) -> Audio:
    """16 kHz sound as a sound track; the stereo that nothing of speech reads is left out."""
    return Audio(np.zeros((0, 2), np.float32), mono, offset_s)


def sound_track(mono: NDArray[np.float32]) -> Audio:
    """16 kHz sound as a whole sound track, for what reads the spectrum too."""
    from scipy.signal import resample_poly

    wide = np.asarray(resample_poly(mono, 3, 1), np.float32) if len(mono) else mono
    return Audio(np.repeat(wide[:, None], 2, axis=1), mono)


def hush(seconds: float) -> NDArray[np.float32]:
    return np.zeros(round(seconds * RATE), np.float32)


def noise(seconds: float, level: float = 0.1, seed: int = 0) -> NDArray[np.float32]:
    count = round(seconds * RATE)
    return (level * np.random.default_rng(seed).normal(size=count)).astype(np.float32)


def tone(hz: float, seconds: float, level: float = 0.3, harmonics: int = 1) -> NDArray[np.float32]:
    """A sine, or a buzz whose harmonics fall off as a voice's do."""
    t = np.arange(round(seconds * RATE)) / RATE
    parts = [np.sin(2 * np.pi * hz * n * t + n) / n for n in range(1, harmonics + 1) if hz * n < RATE / 2]
    return (level * np.sum(parts, axis=0)).astype(np.float32)


def spoken(text: str, voice: str = "en", words_per_minute: int = 160, pitch: int = 50) -> NDArray[np.float32]:
    """The words, without silence around them; the test is skipped where nothing here can speak."""
    if not shutil.which("espeak-ng"):
        pytest.skip("espeak-ng is not installed: apt install espeak-ng")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        command = ["espeak-ng", "-v", voice, "-s", str(words_per_minute), "-p", str(pitch), "-w", str(path), text]
        subprocess.run(command, check=True, capture_output=True)
        with wave.open(str(path)) as file:
            rate_hz, raw = file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), np.int16)
    from scipy.signal import resample_poly

    mono = np.asarray(resample_poly(raw.astype(np.float32) / 32768, RATE, rate_hz), np.float32)
    loud = np.flatnonzero(np.abs(mono) > 1e-3)
    return mono[loud[0] : loud[-1] + 1]
