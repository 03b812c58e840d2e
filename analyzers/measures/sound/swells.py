"""Effects that swell: whooshes, which come and go within a second, and risers, which grow and break off.

Both show in how loud it is between 300 Hz and 12 kHz: speech moves there in syllables, drums in strokes and paper in
crackles, while these swell evenly.
"""

from dataclasses import dataclass

import numpy as np

from analyzers.contract import Spectrum, Voice
from analyzers.measures.sound.effects import STEP_S, Curve, Effect, decibels, slices

LOW_HZ, HIGH_HZ, BANDS = 300.0, 12_000.0, 16  # a third of an octave each
WIDE_LOW_HZ = 80.0  # where a riser may begin
SMOOTH = 7  # spectra
APART = 31  # spectra around a swell's peak in which nothing is louder
LEAST_DB, QUIETER_DB = -45.0, 15.0  # a swell's level, and how far it may stay below the track's loud moments
WAVER_DB = 3.5  # on its way up or down
DEPTH_DB = 45.0  # no swell is followed further down
FLAT = 25  # spectra without a new low: the bottom is reached
CORE_DB = 10.0  # below the peak: a swell's core
EMERGES_DB, AUDIBLE_DB = 5.0, 45.0  # above what was before, and below its peak: where a swell begins to be heard
MIN_RISE_DB, MIN_FALL_DB = 12.0, 10.0
MIN_OCTAVES = 1.3  # that a rush of air is wide; a tone is not
FINE_BINS = slice(13, 342)  # 300 Hz to 8 kHz
AROUND = 25  # bins
MOST_TONAL = 0.3  # mean logarithm of power over its surroundings, negated: noise has 0.1, vowels and notes 0.4 and more
MOST_BENT_DB = 1.5  # second difference of the level within the core, rms: air has 0.4 to 1, speech and paper 2 to 6
CORE_S, MIN_SWELL_S, MIN_GO_S, LONGEST_S = (0.14, 1.2), 0.07, 0.05, 1.5
RISER_S, RISER_CORE_S, BREAK_SHARE, MIN_CLIMB = 0.8, 0.25, 0.3, 0.5  # octaves that its middle climbs
# While somebody speaks a long "sh" must not pass for air: only what is longer, wider and more even.
HEARD, IN_SPEECH_S, IN_SPEECH_OCTAVES, IN_SPEECH_BENT_DB = 0.3, 0.2, 2.0, 1.3


@dataclass(frozen=True, slots=True)
class Sound:
    """How loud every moment is, and where it is spoken."""

    bands: Curve  # (n, BANDS) power, higher ones raised as the ear does
    level: Curve  # dB, smoothed
    bend: Curve  # dB, how much the level's slope changes from one spectrum to the next
    wide: Curve  # dB, smoothed, from WIDE_LOW_HZ up
    chance: Curve  # of a voice


@dataclass(frozen=True, slots=True)
class Swell:
    """One swelling: from its lowest before to its lowest after, in spectra, and its core."""

    low: int
    first: int
    peak: int
    last: int
    bottom: int

    @property
    def core_s(self) -> float:
        return (self.last - self.first) * STEP_S

    @property
    def core(self) -> slice:
        return slice(self.first, self.last + 1)


def find_swells(spectrum: Spectrum, voice: Voice) -> list[Effect]:
    """Whooshes and risers."""
    from scipy.ndimage import maximum_filter1d

    if not len(spectrum.t_s):
        return []
    sound = _sound(spectrum, voice)
    least = max(LEAST_DB, float(np.percentile(sound.level, 95)) - QUIETER_DB)
    peaks = np.flatnonzero((sound.level == maximum_filter1d(sound.level, APART)) & (sound.level > least))
    found, seen = [], -1
    for peak in peaks.tolist():
        if peak > seen:
            swell = _swell(sound.level, peak)
            seen = swell.last
            if effect := _named(spectrum, sound, swell):
                found.append(effect)
    return found


def _sound(spectrum: Spectrum, voice: Voice) -> Sound:
    from scipy.ndimage import uniform_filter1d

    edges_hz = np.geomspace(LOW_HZ, HIGH_HZ, BANDS + 1)
    edges = np.searchsorted(spectrum.hz, edges_hz)
    lowest = int(np.searchsorted(spectrum.hz, WIDE_LOW_HZ))
    weights = np.sqrt(edges_hz[:-1] / 1000)
    bands, wide = [], []
    for _, _, power in slices(spectrum):
        bands.append(np.add.reduceat(power[:, edges[0] : edges[-1]], edges[:-1] - edges[0], axis=1) * weights)
        wide.append(power[:, lowest : edges[-1]].sum(axis=1))
    by_band = np.concatenate(bands).astype(float)
    total = by_band.sum(axis=1)
    level = decibels(uniform_filter1d(total, SMOOTH))
    chance = np.zeros(len(level))
    if len(voice.t_s):
        chance = np.interp(spectrum.t_s, voice.t_s, voice.chance)
    return Sound(
        by_band,
        level,
        np.diff(decibels(np.pad(total, 1, "edge")), 2),
        decibels(uniform_filter1d(np.concatenate(wide).astype(float), SMOOTH)),
        chance,
    )


def _swell(level: Curve, peak: int) -> Swell:
    low = peak - _way_down(level[peak::-1])
    bottom = peak + _way_down(level[peak:])
    top = float(level[peak])
    first = peak - _while_above(level[peak : low - 1 if low else None : -1], max(top - CORE_DB, level[low] + 2))
    last = peak + _while_above(level[peak : bottom + 1], max(top - CORE_DB, level[bottom] + 2))
    return Swell(low, first, peak, last, bottom)


def _way_down(level: Curve) -> int:
    """How far it is from a peak to the lowest point before it goes up again."""
    values = level.tolist()
    lowest = 0
    for at, value in enumerate(values):
        if value > values[lowest] + WAVER_DB or at - lowest > FLAT or values[0] - values[lowest] > DEPTH_DB:
            break
        if value < values[lowest]:
            lowest = at
    return lowest


def _while_above(level: Curve, least: float) -> int:
    below = np.flatnonzero(level <= least)
    return max(int(below[0]) - 1, 0) if len(below) else max(len(level) - 1, 0)


def _named(spectrum: Spectrum, sound: Sound, swell: Swell) -> Effect | None:
    level, peak = sound.level, swell.peak
    rise, fall = float(level[peak] - level[swell.low]), float(level[peak] - level[swell.bottom])
    if rise < MIN_RISE_DB or fall < MIN_FALL_DB:
        return None
    above = min(rise - MIN_RISE_DB, fall - MIN_FALL_DB)
    first = _begins(sound.wide, swell)
    if _is_riser(sound, swell):
        return Effect("riser", first, peak, _breaks_off(sound.wide, peak), above)
    if _is_whoosh(spectrum, sound, swell):
        return Effect("whoosh", first, peak, swell.bottom + 1, above)
    return None


def _is_riser(sound: Sound, swell: Swell) -> bool:
    up_s, gone_s = (swell.peak - swell.first) * STEP_S, (swell.last - swell.peak) * STEP_S
    if (swell.peak - swell.low) * STEP_S < RISER_S or up_s < RISER_CORE_S or gone_s > BREAK_SHARE * up_s:
        return False
    return _climb(sound.bands, swell) >= MIN_CLIMB


def _climb(bands: Curve, swell: Swell) -> float:
    """Octaves from the middle of its first quarter to that of its last sixth, of what it adds."""
    new = np.clip(bands[swell.low : swell.peak + 1] - 2 * bands[swell.low], 0, None)
    total = new.sum(axis=1)
    middle = (new * np.arange(BANDS)).sum(axis=1)[total > 0] / total[total > 0] * np.log2(HIGH_HZ / LOW_HZ) / BANDS
    if len(middle) < FLAT:
        return 0.0
    return float(np.median(middle[-max(len(middle) // 6, 3) :]) - np.median(middle[: len(middle) // 4]))


def _is_whoosh(spectrum: Spectrum, sound: Sound, swell: Swell) -> bool:
    comes_s, goes_s = (swell.peak - swell.first) * STEP_S, (swell.last - swell.peak) * STEP_S
    is_shaped = CORE_S[0] <= swell.core_s <= CORE_S[1] and comes_s >= MIN_SWELL_S and goes_s >= MIN_GO_S
    if not is_shaped or (swell.peak - swell.low) * STEP_S > LONGEST_S:
        return False
    octaves, bent = _octaves(sound.bands, swell), float(np.sqrt(np.mean(sound.bend[swell.core] ** 2)))
    is_spoken = sound.chance[swell.core].mean() > HEARD
    if is_spoken and (swell.core_s < IN_SPEECH_S or octaves < IN_SPEECH_OCTAVES or bent > IN_SPEECH_BENT_DB):
        return False
    return octaves >= MIN_OCTAVES and bent <= MOST_BENT_DB and _tonal(spectrum, swell) < MOST_TONAL


def _octaves(bands: Curve, swell: Swell) -> float:
    before = np.maximum(bands[swell.low], bands[swell.bottom])
    spread = np.clip(bands[swell.core] - 2 * before, 0, None).sum(axis=0)
    return float((spread > 0.1 * spread.max()).sum()) * np.log2(HIGH_HZ / LOW_HZ) / BANDS if spread.any() else 0.0


def _tonal(spectrum: Spectrum, swell: Swell) -> float:
    from scipy.ndimage import uniform_filter1d

    power = np.square(np.asarray(spectrum.magnitude[swell.core, FINE_BINS], np.float32)).mean(axis=0)
    return -float(np.log(power / (uniform_filter1d(power, AROUND) + 1e-14) + 1e-6).mean())


def _begins(wide: Curve, swell: Swell) -> int:
    """Where it emerges from what was there before."""
    quiet = wide[max(swell.low - FLAT, 0) : swell.low + 1].min()
    least = max(float(wide[swell.peak]) - AUDIBLE_DB, float(quiet) + EMERGES_DB)
    below = np.flatnonzero(wide[: swell.peak] <= least)
    return int(below[-1]) + 1 if len(below) else 0


def _breaks_off(wide: Curve, peak: int) -> int:
    near = wide[max(peak - SMOOTH, 0) : peak + 2 * SMOOTH]
    loud = np.flatnonzero(near >= near.max() - 6)  # there half of what is averaged lies behind
    return max(peak - SMOOTH, 0) + int(loud[-1])
