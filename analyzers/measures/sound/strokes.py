"""Effects that are struck: dings and beeps, which are tones out of nowhere, and booms, which are deep.

A ding is a few tones high up that begin together, make up nearly all that is new, and die away evenly; a beep is one
tone that neither dies away nor swells, and stops at once. A boom is what a drum is, for longer: it falls evenly for a
third of a second and more. Where several follow one another they are music.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Spectrum
from analyzers.measures.sound.effects import BATCH, FLOOR, STEP_S, Curve, Effect, Name, Power, decibels, slices

NEAR = 250  # spectra on either side in which strokes count as a series
SERIES = 2  # others in that time, from which on they are music
FAINTER_DB = 15.0  # others are not counted if they are so much softer

# Tones
FIRST_BIN, AFTER_BIN = 4, 512  # 94 Hz to 12 kHz
HIGH_HZ = (600.0, 10_500.0)  # below, voices have their strong harmonics
LOWEST_HZ = 850.0  # of a ding's strongest tone; bells and notifications lie above
AROUND = 25  # bins, 586 Hz: a tone's surroundings, by their geometric mean
STANDS_OUT = 10.0  # times its surroundings
MEAN = 6  # spectra averaged before and after an onset
APART = 6  # spectra from the onset to the middle of either mean: the window of a spectrum does not reach across
NEW_SHARE = 0.6  # of all that is new at an onset, that tones must make up: spoken vowels have less up there
LEAST_NEW = 1e-5  # power, -50 dB
PARTIAL = 0.02  # of the new power, that a tone must have to be looked at further
MOST_TONES = 4  # a spoken vowel has more
LOOK = 200  # spectra after an onset that are looked at
READ = 40  # spectra of the fall that a line is laid through
DEAD_DB = 25.0  # below its loudest, where a tone has died away
DYING_DB_S = (-120.0, -6.0)  # a ding's fall
STEADY_DB_S = (-4.0, 4.0)
STRAIGHT_DB = 0.6  # the falls of speech and of played notes are more uneven
MIN_TONE_S, MIN_RISE_DB = 0.15, 10.0
BEEP_S = (0.2, 2.0)
STOP_DB, STOP = 15.0, 6  # a beep falls so far in so many spectra

# Booms
LOW_BINS = slice(1, 6)  # 23 to 117 Hz
REST_BINS = slice(7, 300)  # above: what else begins with it
BEFORE = 25  # spectra before a boom that it stands out of
MIN_BOOM_DB, MIN_BOOM_RISE_DB, LOW_SHARE = -32.0, 12.0, 0.8
BOOM_ATTACK = 9  # spectra from 15 dB below
BOOM_FALL_DB_S = (-70.0, -8.0)
BOOM_STRAIGHT_DB = 1.5
MIN_BOOM_S = 0.33  # until it is 20 dB down; a kick drum is through in less
READ_BOOM, LOOK_BOOM = 60, 400


@dataclass(frozen=True, slots=True)
class Stroke:
    """One stroke before its neighbours are looked at."""

    effect: Effect
    level_db: float
    is_whole: bool  # itself an effect, and not only a witness that others are music


def find_tones(spectrum: Spectrum) -> list[Effect]:
    """Dings and beeps."""
    return alone(list(_tones(spectrum)))


def alone(strokes: Sequence[Stroke]) -> list[Effect]:
    """Those that are no part of a series."""
    found = []
    for one in strokes:
        others = [
            other
            for other in strokes
            if other is not one
            and abs(other.effect.first - one.effect.first) <= NEAR
            and other.level_db > one.level_db - FAINTER_DB
        ]
        if one.is_whole and len(others) <= SERIES:
            found.append(one.effect)
    return found


def _tones(spectrum: Spectrum) -> Iterator[Stroke]:
    from scipy.ndimage import maximum_filter1d, uniform_filter1d

    hz = spectrum.hz[FIRST_BIN:AFTER_BIN]
    is_high = (hz >= HIGH_HZ[0]) & (hz <= HIGH_HZ[1])
    margin = APART + MEAN + 8
    for start, lead, whole in slices(spectrum, margin, LOOK + margin):
        power = whole[:, FIRST_BIN:AFTER_BIN]
        mean = np.asarray(uniform_filter1d(power, MEAN, axis=0, mode="constant"), np.float32)
        after, before = _shifted(mean, APART), _shifted(mean, -APART)
        new = np.clip(after - 2 * before, 0, None)
        around = np.exp(uniform_filter1d(np.log(after + 1e-12), AROUND, axis=1))
        is_tone = (after > STANDS_OUT * around) & is_high
        tonal = np.where(is_tone, new, 0).sum(axis=1, dtype=np.float64)
        share = tonal / np.maximum(new.sum(axis=1, dtype=np.float64), 1e-9)
        is_peak = (tonal == maximum_filter1d(tonal, 17)) & (tonal > LEAST_NEW) & (share >= NEW_SHARE)
        last = min(len(spectrum.t_s) - start, len(power) - lead, BATCH)
        for at in np.flatnonzero(is_peak[lead : lead + last]) + lead:
            bins = np.flatnonzero(is_tone[at] & (new[at] > PARTIAL * tonal[at]))
            if not len(bins):  # many faint ones are no bell
                continue
            if stroke := _tone(power, int(at), bins, float(hz[bins[new[at][bins].argmax()]]), start - lead):
                yield stroke


def _shifted(mean: Power, by: int) -> Power:
    """Every row's mean of what lies `by` rows later; nothing beyond the ends."""
    shifted = np.zeros_like(mean)
    if len(mean) > abs(by):
        shifted[max(-by, 0) : len(mean) - max(by, 0)] = mean[max(by, 0) : len(mean) + min(by, 0)]
    return shifted


def _tone(power: Power, at: int, bins: NDArray[np.intp], hz: float, offset: int) -> Stroke | None:
    """The stroke of which these bins are the tones, if it sounds like one."""
    wide = np.unique(np.clip(bins[:, None] + np.arange(-2, 3), 0, power.shape[1] - 1))
    early = max(at - 15, 0)
    level = decibels(power[early : at + LOOK, wide].sum(axis=1, dtype=np.float64))
    quiet = power[max(at - 30, 0) : max(at - 8, 1), wide].sum(axis=1)
    base = float(decibels(np.array([np.median(quiet)]))[0])
    top = at - early + int(level[at - early : at - early + 12].argmax())
    first = _back(level, top, level[top] - 6)
    after = _on(level, top, max(level[top] - DEAD_DB, base + 6))
    slope, spread = _line(level[top + 2 : min(after, top + 2 + READ)])
    rise = float(level[top] - base)
    if (after - top) * STEP_S < MIN_TONE_S or spread > STRAIGHT_DB or rise < MIN_RISE_DB:
        return None
    name = _tone_name(level, top, after, slope)
    tones = 1 + int((np.diff(bins) > 4).sum())
    if name is None:
        return None
    is_whole = hz >= LOWEST_HZ and tones <= MOST_TONES and (name == "ding" or tones == 1)
    moved = offset + early
    effect = Effect(name, moved + first, moved + top, moved + after, rise - MIN_RISE_DB)
    return Stroke(effect, float(level[top]), is_whole)


def _tone_name(level: Curve, top: int, after: int, slope: float) -> Name | None:
    if DYING_DB_S[0] <= slope <= DYING_DB_S[1]:
        return "ding"
    stops = level[max(after - STOP, 0)] - level[min(after + STOP, len(level) - 1)] >= STOP_DB
    if STEADY_DB_S[0] <= slope <= STEADY_DB_S[1] and stops and BEEP_S[0] <= (after - top) * STEP_S <= BEEP_S[1]:
        return "beep"
    return None


def find_booms(spectrum: Spectrum) -> list[Effect]:
    from scipy.ndimage import maximum_filter1d

    low, rest = _low_and_rest(spectrum)
    level = decibels(low)
    is_peak = (low == maximum_filter1d(low, 31)) & (level > MIN_BOOM_DB) if len(low) else np.zeros(0, bool)
    return alone([stroke for at in np.flatnonzero(is_peak) if (stroke := _boom(level, low, rest, int(at)))])


def _low_and_rest(spectrum: Spectrum) -> tuple[Curve, Curve]:
    low, rest = [], []
    for _, _, power in slices(spectrum):
        low.append(power[:, LOW_BINS].sum(axis=1))
        rest.append(power[:, REST_BINS].sum(axis=1))
    return tuple(np.concatenate(parts).astype(float) if parts else np.zeros(0) for parts in (low, rest))  # pyright: ignore[reportReturnType]


def _boom(level: Curve, low: Curve, rest: Curve, at: int) -> Stroke | None:
    start = max(at - BEFORE, 0)
    before = slice(start, max(at - 8, start + 1))
    base = float(np.median(level[before])) if at > 8 else float(decibels(np.zeros(1))[0])
    rise = float(level[at]) - base
    attack = at - _back(level, at, max(level[at] - 15, base + 3))
    after = _on(level[: at + LOOK_BOOM], at, max(level[at] - 20, base + 4))
    slope, spread = _line(level[at : min(after, at + READ_BOOM)])
    if rise < MIN_BOOM_RISE_DB or attack > BOOM_ATTACK or spread > BOOM_STRAIGHT_DB:
        return None
    if not BOOM_FALL_DB_S[0] <= slope <= BOOM_FALL_DB_S[1]:
        return None
    new = [max(float(part[at + 3 : at + 12].mean() - 2 * np.median(part[before])), 0.0) if at + 3 < len(part) else 0.0
           for part in (low, rest)]  # fmt: skip
    is_whole = (after - at) * STEP_S >= MIN_BOOM_S and new[0] >= LOW_SHARE * (new[0] + new[1]) > FLOOR
    first = _back(level, at, level[at] - 6)
    return Stroke(Effect("boom", first, at, after, rise - MIN_BOOM_RISE_DB), float(level[at]), is_whole)


def _back(level: Curve, at: int, down_to: float) -> int:
    """The first of the values before `at` that lie above a level."""
    below = np.flatnonzero(level[:at] <= down_to)
    return int(below[-1]) + 1 if len(below) else 0


def _on(level: Curve, at: int, down_to: float) -> int:
    """The first value after `at` that does not lie above a level."""
    below = np.flatnonzero(level[at + 1 :] <= down_to)
    return at + 1 + int(below[0]) if len(below) else len(level)


def _line(level: Curve) -> tuple[float, float]:
    """Slope per second of the line through a fall, and how far it strays from it."""
    if len(level) < 6:
        return 0.0, np.inf
    time_s = np.arange(len(level)) * STEP_S
    slope, start = np.polyfit(time_s, level, 1)
    return float(slope), float(np.std(level - start - slope * time_s))
