"""What one walk over the shared spectrum yields: mel bands, onsets, pitch peaks, brightness.

Of librosa only the mel bands are taken: its other modules compile themselves when they are imported, 20 s on a fresh
machine and 2 s in every process after that, and two that do so at once can leave a cache behind that crashes both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Spectrum
from analyzers.measures.sound.tonality import Peaks, find_peaks

BATCH = 1000  # spectra in memory at a time, a multiple of GROUP
GROUP = 5  # spectra averaged for pitch and brightness: 50 ms
MEL_BANDS, MEL_LOW_HZ, MEL_HIGH_HZ = 64, 30.0, 11_000.0  # AAC at TikTok's bit rates keeps little above
AUDIBLE = 1e-3  # magnitude of the strongest partial: -60 dB of full scale
ONSET_DEPTH_DB = 70.0  # quieter than this below the loudest moment counts as silence
# An attack shows as soon as the window's edge touches it. Measured on clicks: the envelope peaks 11 ms after them.
ENVELOPE_LAG_S = 0.011
# Of 0.15 to 0.5 the exponent that finds the beat, not its half or double, in drum loops of 70 to 150 bpm.
HEARD_POWER = 0.2
LEAD_IN, FIRST = 4, 6  # spectra of silence put before the sound, and those that feel it
LATE = 2  # spectra by which the envelope follows: a spectrum is centred, and sees 21 ms ahead
MIN_RISE_DB = 1.2  # of the mean band over its surroundings; steady noise wavers by less


@dataclass(frozen=True, slots=True)
class Walk:
    """A sound track's spectrum, summed up."""

    mel: NDArray[np.float32]  # (n, MEL_BANDS) power
    peaks: list[Peaks]
    centroid_hz: float | None
    dominant_hz: float | None


def walk_spectrum(spectrum: Spectrum) -> Walk:
    """Read the spectrum once, in slices."""
    import librosa

    rate_hz = 2 * float(spectrum.hz[-1])
    basis = librosa.filters.mel(
        sr=rate_hz, n_fft=2 * (len(spectrum.hz) - 1), n_mels=MEL_BANDS, fmin=MEL_LOW_HZ, fmax=MEL_HIGH_HZ
    )
    mel, peaks, centroids = [], [], []
    whole = np.zeros(len(spectrum.hz))
    for start in range(0, len(spectrum.t_s), BATCH):
        magnitude = np.asarray(spectrum.magnitude[start : start + BATCH], np.float32)
        power = magnitude**2
        mel.append(power @ basis.T)
        whole += power.sum(axis=0, dtype=np.float64)
        edges = np.arange(0, len(power), GROUP)
        groups = np.sqrt(np.add.reduceat(power, edges) / np.diff(edges, append=len(power))[:, None])
        groups = groups[groups.max(axis=1) >= AUDIBLE]
        if len(groups):
            peaks.append(find_peaks(groups, rate_hz))
            centroids.append(groups @ spectrum.hz / groups.sum(axis=1))
    return Walk(
        mel=np.concatenate(mel) if mel else np.zeros((0, MEL_BANDS), np.float32),
        peaks=peaks,
        centroid_hz=float(np.concatenate(centroids).mean()) if centroids else None,
        dominant_hz=_strongest_hz(whole, spectrum.hz) if centroids else None,
    )


def onset_envelope(mel: NDArray[np.float32]) -> NDArray[np.float64]:
    """How much louder each moment is than the one before, in dB of the mean band: shows every onset, however soft."""
    loudest = float(mel.max(initial=0))
    if loudest <= 0:
        return np.zeros(len(mel))
    silence = loudest * 10 ** (-ONSET_DEPTH_DB / 10)
    return _rises(lambda led_in: 10 * np.log10(np.maximum(led_in, silence)), mel)


def stress_envelope(mel: NDArray[np.float32]) -> NDArray[np.float64]:
    """The same of loudness as heard (a power law, full scale 20): strokes stand out from what fills the gaps."""
    usual_peak = float(np.percentile(mel.max(axis=1), 99)) if len(mel) else 0.0
    if usual_peak <= 0:
        return np.zeros(len(mel))
    return _rises(lambda led_in: 20 * np.minimum(led_in / usual_peak, 1) ** HEARD_POWER, mel)


def _rises(scale: Callable[[NDArray[np.float32]], NDArray[Any]], mel: NDArray[np.float32]) -> NDArray[np.float64]:
    level = scale(np.pad(mel, ((LEAD_IN, 0), (0, 0))))
    steps = np.maximum(np.diff(level, axis=0), 0).mean(axis=1, dtype=np.float64)
    rise = steps[LEAD_IN - 1 - LATE :][: len(mel)]
    # The first sound comes out of nothing; it counts no more than what comes later, so a steady sound has no start.
    rise[:FIRST] = np.minimum(rise[:FIRST], rise[FIRST:].max(initial=0))
    return rise


def find_onsets(envelope: NDArray[np.float64], rate_hz: float) -> NDArray[np.intp]:
    """Indices at which something starts to sound: highest of what is near, and well above the usual around."""
    from scipy.ndimage import maximum_filter1d

    near, around = round(0.03 * rate_hz), round(0.1 * rate_hz)
    highest = maximum_filter1d(envelope, 2 * near + 1, mode="nearest") if len(envelope) else envelope
    total = np.concatenate([[0.0], np.cumsum(envelope)])
    places = np.arange(len(envelope))
    low, high = np.maximum(places - around, 0), np.minimum(places + around + 1, len(envelope))
    usual = (total[high] - total[low]) / (high - low)
    found: list[int] = []
    for place in np.flatnonzero((envelope == highest) & (envelope >= usual + MIN_RISE_DB)).tolist():
        if not found or place - found[-1] > near:
            found.append(place)
    return np.array(found, np.intp)


def _strongest_hz(power: NDArray[np.float64], hz: NDArray[np.float64]) -> float:
    """The highest partial, between the bins by the parabola through its decibels."""
    top = int(np.clip(power[1:].argmax() + 1, 1, len(power) - 2))  # bin 0 is an offset, not a sound
    before, peak, after = np.log(np.maximum(power[top - 1 : top + 2], 1e-30))
    bend = before - 2 * peak + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return float((top + np.clip(shift, -0.5, 0.5)) * (hz[1] - hz[0]))
