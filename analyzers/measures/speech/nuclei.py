"""Syllables of the sound: where the voice opens its mouth, told from loudness and voicing alone.

Each syllable has one loudest place, its nucleus: a peak of the sound's level between two dips, and voiced (de Jong and
Wempe, https://doi.org/10.3758/BRM.41.2.385). The level is that of the first formant's band: a consonant's buzz lies
below it and its hiss above.
"""

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Pitch, Spectrum, Voice

LOW_HZ, HIGH_HZ = 300, 1_000
STEP_S = 0.01  # of the spectrum
SMOOTH_STEPS = 1.0  # 10 ms: syllables of 8 a second lie 125 ms apart
MIN_DIP_DB = 0.8  # on both sides of a peak: two vowels side by side dip no deeper
BELOW_DB = 25.0  # under the loud ones: echo, breath
NEAR_S = 0.02  # as close must a voiced frame be
EDGE_S = 0.03  # around a stretch of speech: so that its first and last peak have two sides
FLOOR = 1e-10
BATCH = 1_000  # spectra in memory at a time
Times = NDArray[np.float64]


def find_nuclei(spectrum: Spectrum, voice: Voice, pitch: Pitch) -> tuple[Times, Times]:
    """When each syllable is loudest, ascending, and its level there in dB."""
    from scipy.signal import find_peaks

    curves = [level_curve(spectrum, start_s - EDGE_S, end_s + EDGE_S) for start_s, end_s in voice.spans_s.tolist()]
    if not any(len(t_s) for t_s, _ in curves):
        return np.zeros(0), np.zeros(0)
    usual = float(np.percentile(np.concatenate([level for _, level in curves]), 90))
    found = [
        (t_s[peaks], level[peaks]) for t_s, level in curves for peaks in [find_peaks(level, prominence=MIN_DIP_DB)[0]]
    ]
    times, levels = (np.concatenate(part) for part in zip(*found, strict=True))
    first = np.unique(times, return_index=True)[1]  # stretches that lie close share their edges
    times, levels = times[first], levels[first]
    is_one = (levels > usual - BELOW_DB) & is_voiced(times, pitch)
    return times[is_one], levels[is_one]


def level_curve(
    spectrum: Spectrum, start_s: float, end_s: float, low_hz: float = LOW_HZ, high_hz: float = HIGH_HZ
) -> tuple[Times, Times]:
    """The level of a band in a span, every 10 ms: the first formant's, if nothing else is said."""
    from scipy.ndimage import gaussian_filter1d

    first, after = np.searchsorted(spectrum.t_s, [start_s, end_s])
    power = band_powers(spectrum, int(first), int(after), np.array([low_hz, high_hz]))[:, 0]
    smooth = gaussian_filter1d(power, SMOOTH_STEPS) if len(power) else power
    return spectrum.t_s[first:after], 10 * np.log10(smooth + FLOOR)


def band_powers(spectrum: Spectrum, first: int, after: int, edges_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, bands) of some spectra, read in slices."""
    edges = np.searchsorted(spectrum.hz, edges_hz)
    found = [np.zeros((0, len(edges) - 1))]
    for at in range(first, after, BATCH):
        part = np.asarray(spectrum.magnitude[at : min(at + BATCH, after)])[:, edges[0] : edges[-1]]
        found.append(np.add.reduceat(np.square(part, dtype=np.float64), edges[:-1] - edges[0], axis=1))
    return np.concatenate(found)


def is_voiced(times: Times, pitch: Pitch) -> NDArray[np.bool_]:
    """Whether a voiced frame of the pitch lies close to each time."""
    voiced_s = pitch.t_s[~np.isnan(pitch.hz)]
    first, after = (np.searchsorted(voiced_s, times + shift) for shift in (-NEAR_S, NEAR_S))
    return after > first
