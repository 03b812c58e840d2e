"""Accents: syllables that stand out of the talk around them, louder or higher, and sounds that are held.

Standing out is told against the syllables within some seconds: everybody stresses some, so what counts is the spread of
this speaker's own. A held sound is a voiced one whose spectrum stays as it is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Pitch, Spectrum, Voice
from analyzers.measures.speech.nuclei import band_powers, is_voiced, level_curve

AROUND_S, NOT_ITSELF_S = 8.0, 0.25  # compared with what lies that far off, but for its own word
FEWEST = 6  # syllables to compare with
LEAST_DB, LEAST_ST = 2.0, 1.0  # of spread: where somebody speaks that evenly, no ear tells the difference
ALONE_Z, BOTH_Z = 2.7, 3.2  # spreads that one of the two, or both together, must stand out by
ALONE_DB, ALONE_ST = 4.0, 2.0  # and at least that much; half of each for both together
NEAR_S = 0.05  # of a syllable's pitch: its vowel
LOUD_HZ = 100, 5_000
PAIRS, PAIR_S = 30, 0.5  # syllables compared with each, and how far apart, to tell how fast the pitch falls
STEEPEST, FALLS_S = 2.0, 4.0  # semitones a second, and for how long: a breath
VOWEL_S = 0.15  # half of a slow syllable

SAME_STEPS = 8  # of 10 ms: how far apart two spectra are compared
SAME_DB = 6.0  # they differ by less in a held sound; from vowel to consonant it is 10 and more
BANDS, LOW_HZ, HIGH_HZ = 10, 200, 4_000
HELD_S = 0.35  # read speech of four people and four synthesizers in 150 s holds one sound that long
DEEP_DB, FLOOR = 50.0, 1e-10
USUAL_SYLLABLE_S, LEAST_SYLLABLE_S = 0.6, 0.05  # longer steps between syllables are pauses; less spread is none


@dataclass(frozen=True, slots=True)
class Accent:
    start_s: float
    end_s: float
    at_s: float
    z: float
    louder_db: float | None
    higher_st: float | None


@dataclass(frozen=True, slots=True)
class Held:
    start_s: float
    end_s: float
    z: float | None


def find_accents(nuclei_s: NDArray[np.float64], spectrum: Spectrum, voice: Voice, pitch: Pitch) -> list[Accent]:
    """Each syllable that stands out, in the order of time."""
    levels_db = _levels_db(nuclei_s, spectrum, voice)
    semitones = _without_the_fall(nuclei_s, np.array([_semitones(pitch, t) for t in nuclei_s.tolist()]), voice)
    found = []
    for i, at_s in enumerate(nuclei_s.tolist()):
        near = (np.abs(nuclei_s - at_s) <= AROUND_S) & (np.abs(nuclei_s - at_s) > NOT_ITSELF_S)
        louder_db, loud_z = _over(levels_db, i, near, LEAST_DB)
        higher_st, high_z = _over(semitones, i, near, LEAST_ST)
        both_z = (loud_z + high_z) / np.sqrt(2)
        is_loud = loud_z >= ALONE_Z and louder_db >= ALONE_DB
        is_high = high_z >= ALONE_Z and higher_st >= ALONE_ST and louder_db >= 0  # a squeak that dies away is none
        if is_loud or is_high or (both_z >= BOTH_Z and louder_db >= ALONE_DB / 2 and higher_st >= ALONE_ST / 2):
            start_s, end_s = _own_time(nuclei_s, i)
            rises = (None if np.isnan(rise) else float(rise) for rise in (louder_db, higher_st))
            found.append(Accent(start_s, end_s, at_s, float(max(loud_z, high_z, both_z)), *rises))
    return found


def _levels_db(nuclei_s: NDArray[np.float64], spectrum: Spectrum, voice: Voice) -> NDArray[np.float64]:
    """The loudest of each syllable, of all of its sound: in the band in which it was found "ah" drowns "ee"."""
    levels = np.full(len(nuclei_s), np.nan)
    for start_s, end_s in voice.spans_s.tolist():
        times, curve = level_curve(spectrum, start_s - NEAR_S, end_s + NEAR_S, *LOUD_HZ)
        for i in np.flatnonzero((nuclei_s >= start_s - NEAR_S) & (nuclei_s <= end_s + NEAR_S)):
            levels[i] = curve[np.abs(times - nuclei_s[i]) <= NEAR_S].max(initial=-np.inf)
    return np.where(np.isfinite(levels), levels, np.nan)


def _without_the_fall(
    nuclei_s: NDArray[np.float64], semitones: NDArray[np.float64], voice: Voice
) -> NDArray[np.float64]:
    """Pitch as it were if it did not fall from the start of each stretch of speech to its end, as it always does."""
    starts = np.sort(voice.spans_s[:, 0])
    number = np.searchsorted(starts, nuclei_s + NEAR_S, side="right") - 1
    since_s = nuclei_s - starts[number.clip(0)] if len(starts) else np.zeros(len(nuclei_s))
    slopes = [np.zeros(0)]
    for i in range(len(nuclei_s)):
        near = slice(i + 1, i + 1 + PAIRS)
        apart_s = nuclei_s[near] - nuclei_s[i]
        is_one = (number[near] == number[i]) & (apart_s > PAIR_S)
        slopes.append((semitones[near] - semitones[i])[is_one] / apart_s[is_one])
    known = np.concatenate(slopes)
    known = known[~np.isnan(known)]
    fall = float(np.clip(np.median(known), -STEEPEST, 0)) if len(known) else 0.0
    return semitones - fall * since_s.clip(0, FALLS_S)


def _semitones(pitch: Pitch, at_s: float) -> float:
    hz = pitch.median_hz(at_s - NEAR_S, at_s + NEAR_S)
    return np.nan if hz is None else 12 * float(np.log2(hz))


def _over(values: NDArray[np.float64], i: int, near: NDArray[np.bool_], least: float) -> tuple[float, float]:
    """How far a value is above its neighbours' median, and in their spreads; NaN and 0 where that is not known."""
    others = values[near]
    others = others[~np.isnan(others)]
    if np.isnan(values[i]) or len(others) < FEWEST:
        return np.nan, 0.0
    rise = float(values[i] - np.median(others))
    return rise, rise / max(float(others.std()), least)


def _own_time(nuclei_s: NDArray[np.float64], i: int) -> tuple[float, float]:
    """Halfway to the syllables beside it, or less."""
    at_s = float(nuclei_s[i])
    before = (nuclei_s[i - 1] + at_s) / 2 if i else -np.inf
    after = (nuclei_s[i + 1] + at_s) / 2 if i + 1 < len(nuclei_s) else np.inf
    return max(float(before), at_s - VOWEL_S), min(float(after), at_s + VOWEL_S)


def find_held(spectrum: Spectrum, voice: Voice, pitch: Pitch, nuclei_s: NDArray[np.float64]) -> list[Held]:
    """Sounds that are held, and how much longer than the syllables of this talk usually take."""
    steps = np.diff(nuclei_s)
    steps = steps[steps < USUAL_SYLLABLE_S]
    usual_s, spread_s = (
        (float(np.median(steps)), max(float(steps.std()), LEAST_SYLLABLE_S)) if len(steps) else (0.0, 0.0)
    )
    found = []
    for start_s, end_s in voice.spans_s.tolist():
        for first_s, last_s in _steady(spectrum, pitch, start_s, end_s):
            z = (last_s - first_s - usual_s) / spread_s if len(steps) >= FEWEST else None
            found.append(Held(first_s, last_s, z))
    return found


def _steady(spectrum: Spectrum, pitch: Pitch, start_s: float, end_s: float) -> list[tuple[float, float]]:
    """Spans of a stretch of speech in which the voice sounds the same all the time."""
    first, after = np.searchsorted(spectrum.t_s, [start_s, end_s])
    if after - first <= SAME_STEPS:
        return []
    times = spectrum.t_s[first:after]
    powers = band_powers(spectrum, int(first), int(after), np.geomspace(LOW_HZ, HIGH_HZ, BANDS + 1))
    bands = 10 * np.log10(powers + FLOOR)
    shape = np.maximum(bands, bands.max() - DEEP_DB)
    shape = shape - shape.mean(axis=1, keepdims=True)
    differs = np.sqrt(np.square(shape[SAME_STEPS:] - shape[:-SAME_STEPS]).mean(axis=1))
    voiced = is_voiced(times, pitch)
    same = (differs < SAME_DB) & voiced[SAME_STEPS:] & voiced[:-SAME_STEPS]
    edges = np.flatnonzero(np.diff(np.r_[0, same.astype(int), 0])).reshape(-1, 2)
    spans = [(float(times[a]), float(times[b - 1 + SAME_STEPS])) for a, b in edges.tolist()]
    return [(a, b) for a, b in spans if b - a >= HELD_S]
