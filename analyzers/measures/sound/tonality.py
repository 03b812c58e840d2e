"""Key and mode from the peaks of a spectrum.

Peaks are placed between the bins, folded to twelve pitch classes around the music's own tuning,
and held against the 24 turned profiles of Albrecht & Shanahan 2013, https://doi.org/10.1525/mp.2013.31.1.59. Speech
and noise glide between the semitones (steadiness below 0.25, music 0.35 and more): they have no key.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Tonic = Literal["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
Mode = Literal["major", "minor"]

TONICS: tuple[Tonic, ...] = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
PROFILES: dict[Mode, tuple[float, ...]] = {
    "major": (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081),
    "minor": (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052),
}
LOWEST_HZ, HIGHEST_HZ = 180.0, 2000.0  # below, a semitone is finer than half a bin; above, harmonics mislead
BINS = 129  # of the spectrum's 1025: up to 3 kHz
MIN_HEIGHT = 0.1  # of the spectrum's highest: what is lower is overtones and noise
MIN_STEADINESS = 0.3
MIN_LIKENESS = 0.65  # correlation with the best profile
MIN_CLASSES, CLASS_SHARE = 3, 0.05  # one held tone, or a fifth, is no key


@dataclass(frozen=True, slots=True)
class Peaks:
    """The peaks of a stretch of sound: where, in semitones (MIDI numbers), and how high."""

    semitones: NDArray[np.float64]
    weight: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Key:
    tonic: Tonic
    mode: Mode
    likeness: float  # 0..1


def find_peaks(magnitude: NDArray[np.float32], rate_hz: float) -> Peaks:
    """The spectral peaks of (n, 1025) magnitudes, placed between the bins by the parabola through each."""
    import librosa

    bin_hz = rate_hz / 2 / (magnitude.shape[1] - 1)
    before, here, after = magnitude[:, : BINS - 2], magnitude[:, 1 : BINS - 1], magnitude[:, 2:BINS]
    bins_hz = np.arange(1, here.shape[1] + 1) * bin_hz
    is_in_range = (bins_hz >= LOWEST_HZ) & (bins_hz < HIGHEST_HZ)
    is_high = here > MIN_HEIGHT * magnitude[:, :BINS].max(axis=1, keepdims=True)
    rows, places = np.nonzero((here > before) & (here >= after) & is_high & is_in_range)
    peak, slope = here[rows, places], (after[rows, places] - before[rows, places]) / 2
    shift = slope / (2 * peak - before[rows, places] - after[rows, places])
    shift[np.abs(shift) >= 1] = 0
    hz = (places + 1 + shift) * bin_hz
    return Peaks(librosa.hz_to_midi(hz), np.sqrt((peak + slope * shift / 2).astype(np.float64)))


def find_key(stretches: Iterable[Peaks]) -> Key | None:
    """The key of the whole, or None where nothing holds to one."""
    found = list(stretches)
    semitones = np.concatenate([p.semitones for p in found]) if found else np.zeros(0)
    weight = np.concatenate([p.weight for p in found]) if found else np.zeros(0)
    if not weight.sum():
        return None
    steady = (weight * np.exp(2j * np.pi * semitones)).sum() / weight.sum()
    if abs(steady) < MIN_STEADINESS:
        return None
    tuned = semitones - np.angle(steady) / (2 * np.pi)
    nearest = np.round(tuned)
    in_tune = np.cos(np.pi * (tuned - nearest)) ** 2
    chroma = np.bincount(nearest.astype(int) % 12, weight * in_tune, 12)
    if (chroma > CLASS_SHARE * chroma.sum()).sum() < MIN_CLASSES:
        return None
    keys = [
        Key(tonic, mode, min(float(np.corrcoef(np.roll(profile, turn), chroma)[0, 1]), 1.0))
        for mode, profile in PROFILES.items()
        for turn, tonic in enumerate(TONICS)
    ]
    best = max(keys, key=lambda key: key.likeness)
    return best if best.likeness >= MIN_LIKENESS else None
