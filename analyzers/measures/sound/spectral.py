"""What one walk over the shared spectrum yields: mel bands, onsets, pitch peaks, brightness."""

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
            centroids.append(librosa.feature.spectral_centroid(S=groups.T, sr=rate_hz)[0])
    return Walk(
        mel=np.concatenate(mel) if mel else np.zeros((0, MEL_BANDS), np.float32),
        peaks=peaks,
        centroid_hz=float(np.concatenate(centroids).mean()) if centroids else None,
        dominant_hz=_strongest_hz(whole, spectrum.hz) if centroids else None,
    )


def onset_envelope(mel: NDArray[np.float32]) -> NDArray[np.float64]:
    """How much louder each moment is than the one before, in dB of the mean band: shows every onset, however soft."""
    import librosa

    loudest = float(mel.max(initial=0))
    if loudest <= 0:
        return np.zeros(len(mel))
    return _rises(lambda led_in: librosa.power_to_db(led_in, ref=loudest, amin=1e-15, top_db=ONSET_DEPTH_DB), mel)


def stress_envelope(mel: NDArray[np.float32]) -> NDArray[np.float64]:
    """The same of loudness as heard (a power law, full scale 20): strokes stand out from what fills the gaps."""
    usual_peak = float(np.percentile(mel.max(axis=1), 99)) if len(mel) else 0.0
    if usual_peak <= 0:
        return np.zeros(len(mel))
    return _rises(lambda led_in: 20 * np.minimum(led_in / usual_peak, 1) ** HEARD_POWER, mel)


def _rises(scale: Callable[[NDArray[np.float32]], NDArray[Any]], mel: NDArray[np.float32]) -> NDArray[np.float64]:
    import librosa

    level = scale(np.pad(mel, ((LEAD_IN, 0), (0, 0))).T)
    rise = librosa.onset.onset_strength(S=level, sr=48_000, hop_length=480)[LEAD_IN:].astype(np.float64)
    # The first sound comes out of nothing; it counts no more than what comes later, so a steady sound has no start.
    rise[:FIRST] = np.minimum(rise[:FIRST], rise[FIRST:].max(initial=0))
    return rise


def find_onsets(envelope: NDArray[np.float64], rate_hz: float) -> NDArray[np.intp]:
    """Indices at which something starts to sound."""
    import librosa

    if len(envelope) < 2:
        return np.zeros(0, np.intp)
    near, around = round(0.03 * rate_hz), round(0.1 * rate_hz)
    return librosa.util.peak_pick(
        envelope, pre_max=near, post_max=near + 1, pre_avg=around, post_avg=around + 1, delta=MIN_RISE_DB, wait=near
    )


def _strongest_hz(power: NDArray[np.float64], hz: NDArray[np.float64]) -> float:
    """The highest partial, between the bins by the parabola through its decibels."""
    top = int(np.clip(power[1:].argmax() + 1, 1, len(power) - 2))  # bin 0 is an offset, not a sound
    before, peak, after = np.log(np.maximum(power[top - 1 : top + 2], 1e-30))
    bend = before - 2 * peak + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return float((top + np.clip(shift, -0.5, 0.5)) * (hz[1] - hz[0]))
