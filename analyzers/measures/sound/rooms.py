"""What a recording tells of where it was made: how long sound rings on there, and how far speech stands out of noise.

Reverberation is read off the places where sound falls freely, band by band: a room's falls are as steep as the room
lets them be, and the source's own are no rarer but spread (https://doi.org/10.1121/1.4904515 compares such ways).
Noise is what is heard between the words.
"""

from dataclasses import dataclass
from math import log10

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Spectrum

Curve = NDArray[np.float64]

BANDS_HZ = (250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0)
BATCH = 1000  # spectra in memory at a time
STEP_S = 0.01  # between spectra
DEPTH_DB = 70.0  # below the loudest moment nothing is read
FLOOR_SHARE = 5.0  # per cent of the time in which a band holds noise alone
ABOVE_FLOOR_DB = 8.0  # a fall is read down to there: nearer, the noise bends it
START_DB = 20.0  # above the floor, where a fall that can be read begins
RISE_DB = 3.0  # reverberation wavers by that much on its way down
TOP_DB = 3.0  # left out below the peak, where the source still sounds
MIN_FALL_DB, MIN_READ_DB, MIN_SPECTRA = 15.0, 9.0, 6
MIN_STRAIGHTNESS = 0.9  # r squared of the line through it
MIN_FALLS, MIN_MOMENTS, MOMENT_S = 6, 3, 0.5  # fewer, or all at once, tell of one sound, not of the room
SPREAD = 0.2  # of the estimates around the true one, in natural logarithms
CLUSTER = 1.6  # times longer or shorter than the most frequent: those that the room made
MIN_ALIKE = 0.6  # of the falls' weight; where the room was found they had 0.77 and more, where it was not 0.5
# The source's own falls lengthen most of a short room's: this percentile of the cluster errs least from 0.3 to 1.5 s.
SHARE = 30.0

FRAME = 160  # samples of 16 kHz: 10 ms
AFTER_S, BEFORE_S = 0.2, 0.06  # of speech that are neither speech nor noise: the room's answer, and a soft beginning
MIN_NOISE_S = 0.2
DIGITAL_SILENCE = 1e-9  # -90 dB: nothing that a microphone heard
MIN_EXCESS = 1.1  # speech that adds less than a tenth to the noise cannot be measured


@dataclass(frozen=True, slots=True)
class Fall:
    """One free fall of one band."""

    at_s: float
    rt60_s: float
    depth_db: float


def rt60_s(falls: list[Fall]) -> float | None:
    """How long sound takes to fall by 60 dB; None where too few falls agree."""
    moments = {round(fall.at_s / MOMENT_S) for fall in falls}
    if len(falls) < MIN_FALLS or len(moments) < MIN_MOMENTS:
        return None
    times = np.array([fall.rt60_s for fall in falls])
    weights = np.array([fall.depth_db for fall in falls]) * np.sqrt(times)  # slow falls are rare: they need long pauses
    candidates = np.log(times)
    nearness = np.exp(-0.5 * ((candidates[:, None] - candidates) / SPREAD) ** 2)
    likeliest = times[(nearness * weights).sum(axis=1).argmax()]
    is_alike = (times > likeliest / CLUSTER) & (times < likeliest * CLUSTER)
    if weights[is_alike].sum() < MIN_ALIKE * weights.sum():
        return None
    return float(np.percentile(times[is_alike], SHARE))


def find_falls(spectrum: Spectrum) -> list[Fall]:
    """Every free fall in every band."""
    levels = _band_levels(spectrum)
    return [fall for band in levels.T for fall in _falls_of(band, spectrum.t_s)] if len(levels) else []


def _band_levels(spectrum: Spectrum) -> Curve:
    """(n, bands) decibels, read in slices."""
    edges = np.searchsorted(spectrum.hz, BANDS_HZ)
    parts = []
    for start in range(0, len(spectrum.t_s), BATCH):
        power = np.asarray(spectrum.magnitude[start : start + BATCH, edges[0] : edges[-1]], np.float32) ** 2
        parts.append(np.add.reduceat(power, edges[:-1] - edges[0], axis=1))
    return 10 * np.log10(np.concatenate(parts).astype(float) + 1e-12) if parts else np.zeros((0, len(BANDS_HZ) - 1))


def _falls_of(level: Curve, t_s: Curve) -> list[Fall]:
    floor = max(float(np.percentile(level, FLOOR_SHARE)), float(level.max()) - DEPTH_DB)
    high = np.flatnonzero(level >= floor + START_DB)
    values = level.tolist()
    found: list[Fall] = []
    at = 0
    for first in high.tolist():
        if first < at:
            continue
        top, last, at = _descent(values, first, floor + ABOVE_FLOOR_DB)
        if fall := _read(level[top : last + 1], float(t_s[top])):
            found.append(fall)
    return found


def _descent(level: list[float], first: int, floor: float) -> tuple[int, int, int]:
    """From the peak down to the lowest point before the level rises again; and where to look on."""
    top = lowest = at = first
    while at < len(level) and floor < level[at] <= level[lowest] + RISE_DB:
        if level[at] > level[top]:
            top = lowest = at
        elif level[at] < level[lowest]:
            lowest = at
        at += 1
    return top, lowest, max(at, first + 1)


def _read(level: Curve, at_s: float) -> Fall | None:
    if level[0] - level[-1] < MIN_FALL_DB:
        return None
    free = level[int(np.argmax(level <= level[0] - TOP_DB)) :]
    if len(free) < MIN_SPECTRA or free[0] - free[-1] < MIN_READ_DB:
        return None
    time_s = np.arange(len(free)) * STEP_S
    slope, start = np.polyfit(time_s, free, 1)
    if slope >= 0 or 1 - np.var(free - (start + slope * time_s)) / np.var(free) < MIN_STRAIGHTNESS:
        return None
    return Fall(at_s, float(-60 / slope), float(level[0] - level[-1]))


def snr_db(mono: NDArray[np.float32], start_s: float, spans_s: Curve) -> float | None:
    """Speech's power over that of what is heard between the words, below 8 kHz; None where either is missing."""
    power = _frame_power(mono)
    at_s = start_s + (np.arange(len(power)) + 0.5) * FRAME / 16_000
    inside, around = np.zeros(len(power), bool), np.zeros(len(power), bool)
    for first_s, after_s in spans_s.tolist():
        inside |= (at_s >= first_s) & (at_s < after_s)
        around |= (at_s >= first_s - BEFORE_S) & (at_s < after_s + AFTER_S)
    if not inside.any() or (~around).sum() * FRAME / 16_000 < MIN_NOISE_S:
        return None
    noise, both = float(np.median(power[~around])), float(power[inside].mean())
    return 10 * log10(both / noise - 1) if noise > DIGITAL_SILENCE and both > MIN_EXCESS * noise else None


def _frame_power(mono: NDArray[np.float32]) -> Curve:
    """Mean square of every 10 ms, read in slices."""
    parts = []
    for start in range(0, len(mono) - FRAME + 1, FRAME * BATCH):
        samples = np.nan_to_num(mono[start : start + FRAME * BATCH], posinf=1, neginf=-1).astype(float)
        whole = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
        parts.append((whole**2).mean(axis=1))
    return np.concatenate(parts) if parts else np.zeros(0)
