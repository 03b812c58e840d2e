"""What kind of sound each half second holds, by rules alone: silence, noise, tones, music, or speech.

Speech is where voices were heard. Of the rest, tones stand out of their surroundings in the spectrum and stay where
they are from one quarter second to the next, which noise does not; tones that come and go, and whatever has a beat, are
music (after https://doi.org/10.1109/ICASSP.1997.596192, with a pulse in place of its rhythmicness).
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Spectrum

Kind = Literal["silence", "noise", "tonal", "speech", "music"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Curve = NDArray[np.float64]
Flags = NDArray[np.bool_]

GROUP = 25  # spectra averaged: 0.25 s, which blurs what glides and keeps what is held
GROUP_S = 0.25
PER_ROW = 2  # groups
ROW_S = PER_ROW * GROUP_S
BATCH = 40 * GROUP  # spectra in memory at a time
FIRST_BIN, AFTER_BIN = 4, 300  # 94 Hz to 7 kHz: where tones of music lie
AROUND = 25  # bins, 586 Hz: the surroundings that a tone stands out of
STANDS_OUT = 4.0  # times its surroundings
# The mean logarithm of power over its surroundings, negated: noise 0.05 to 0.1, applause 0.2, a rock band 0.3, an
# orchestra 1.3, bare tones 2 and more.
NOISY, TONAL = 0.15, 0.5
LOOSE, HELD = 0.1, 0.4  # likeness of neighbouring spectra, freed of their surroundings: noise below 0.3, music 0.6
HIGH_HZ = 2000.0  # what has its strongest tone above that for seconds is a bird or a whistle, not music
CONTEXT, MIN_TOLD = 4, 2  # groups on either side: a second; so many of them must say something
CHANGES, CHANGES_S = 3, 5.0  # so many onsets in so many seconds on either side make music of tones
CLEAR = 0.5  # clarity of a pulse from which on it leaves no doubt
BEATS_S = 2.5  # beats further apart than this have a pause of the music between them
HEARD = 0.5  # chance of a voice


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Onsets and beats, on the clock of the spectrum."""

    onsets_s: Curve
    beats_s: Curve
    clarity: float


NO_RHYTHM = Rhythm(np.zeros(0), np.zeros(0), 0.0)


@dataclass(frozen=True, slots=True)
class Texture:
    """What each group of spectra is like."""

    peaky: Curve  # how far tones stand out
    held: Curve  # how alike it is to the one before
    hz: Curve  # of its strongest tone


def walk_texture(spectrum: Spectrum) -> Texture:
    """Read the spectrum once, in slices."""
    from scipy.ndimage import uniform_filter1d

    peaky, held, hz = [], [], []
    before = np.zeros(AFTER_BIN - FIRST_BIN, np.float32)
    for start in range(0, len(spectrum.t_s), BATCH):
        power = np.asarray(spectrum.magnitude[start : start + BATCH, FIRST_BIN:AFTER_BIN], np.float32) ** 2
        edges = np.arange(0, len(power), GROUP)
        groups = np.add.reduceat(power, edges) / np.diff(edges, append=len(power))[:, None]
        ratio = groups / (uniform_filter1d(groups, AROUND, axis=1) + 1e-14)
        peaky.append(-np.log(ratio + 1e-6).mean(axis=1))
        tones = np.where(ratio > STANDS_OUT, groups, 0)
        hz.append(np.where(tones.any(axis=1), spectrum.hz[FIRST_BIN + tones.argmax(axis=1)], 0))
        shape = np.log(ratio + 1e-3)
        shape = shape - shape.mean(axis=1, keepdims=True)
        shape /= np.sqrt((shape**2).sum(axis=1, keepdims=True)) + 1e-9
        held.append((shape * np.concatenate([before[None], shape[:-1]])).sum(axis=1))
        before = shape[-1]
    return Texture(*(np.concatenate(parts).astype(float) if parts else np.zeros(0) for parts in (peaky, held, hz)))


def shares(texture: Texture, start_s: float, spoken: Curve, is_silent: Flags, rhythm: Rhythm) -> Curve:
    """How much of every row, voices left out, is each of KINDS: (n, 5). `spoken` is a voice's chance in each group."""
    rows = len(is_silent)
    is_told = ~np.repeat(is_silent, PER_ROW)[: len(spoken)] & (spoken < HEARD)  # a voice covers what lies below it
    stands_out = np.clip((texture.peaky - NOISY) / (TONAL - NOISY), 0, 1)
    is_held = np.clip((texture.held - LOOSE) / (HELD - LOOSE), 0, 1)
    tone = by_row(_around(stands_out * is_held, is_told))
    high = by_row(_around((texture.hz > HIGH_HZ).astype(float), is_told))
    middle_s = middles_s(start_s, rows)
    melody = tone * _changing(rhythm, middle_s) * (high < 0.5)
    music = np.maximum(melody, beating(rhythm, middle_s))
    tonal = tone * (1 - music)
    return np.stack([np.zeros(rows), 1 - music - tonal, tonal, np.zeros(rows), music], axis=1)


def with_music(found: Curve, music: Curve) -> Curve:
    """The same with another opinion on how much is music; noise and tones share the rest as they did."""
    noise, tonal, at = KINDS.index("noise"), KINDS.index("tonal"), KINDS.index("music")
    tones = found[:, tonal] / np.maximum(found[:, tonal] + found[:, noise], 1e-9)
    told = np.zeros_like(found)
    told[:, at], told[:, tonal], told[:, noise] = music, (1 - music) * tones, (1 - music) * (1 - tones)
    return told


def chances(found: Curve, spoken: Curve, is_silent: Flags) -> Curve:
    """What adds up to one: speech takes its chance first, and silence leaves none to anything else."""
    told = found / np.maximum(found.sum(axis=1, keepdims=True), 1e-9) * (1 - spoken)[:, None]
    told[:, KINDS.index("speech")] = spoken
    told[is_silent] = np.eye(len(KINDS))[KINDS.index("silence")]
    return told


def middles_s(start_s: float, rows: int) -> Curve:
    return (start_s + (np.arange(rows) + 0.5) * ROW_S).astype(np.float64)


def by_row(groups: Curve) -> Curve:
    """The mean of each row's groups."""
    edges = np.arange(0, len(groups), PER_ROW)
    return np.add.reduceat(groups, edges) / np.diff(edges, append=len(groups)) if len(groups) else groups


def _around(groups: Curve, is_told: Flags) -> Curve:
    """The mean over the neighbours that can be told; 0 where hardly any can."""
    window = np.ones(2 * CONTEXT + 1)
    total = np.convolve(groups * is_told, window, "same")[: len(groups)] if len(groups) else groups
    count = np.convolve(is_told.astype(float), window, "same")[: len(groups)] if len(groups) else groups
    return np.where(count >= MIN_TOLD, total / np.maximum(count, 1), 0)


def _changing(rhythm: Rhythm, middle_s: Curve) -> Curve:
    onsets = np.sort(rhythm.onsets_s)
    near = np.searchsorted(onsets, middle_s + CHANGES_S) - np.searchsorted(onsets, middle_s - CHANGES_S)
    return np.clip(near / CHANGES, 0, 1)


def beating(rhythm: Rhythm, middle_s: Curve) -> Curve:
    """How clear the pulse is where it is felt, 0 where it is not."""
    beats = np.sort(rhythm.beats_s)
    if len(beats) < 2:
        return np.zeros(len(middle_s))
    after = np.clip(np.searchsorted(beats, middle_s), 1, len(beats) - 1)
    is_between = (middle_s >= beats[0] - 0.5) & (middle_s <= beats[-1] + 0.5) & (np.diff(beats)[after - 1] < BEATS_S)
    return is_between * min(rhythm.clarity / CLEAR, 1.0)
