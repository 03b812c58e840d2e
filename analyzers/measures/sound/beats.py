"""Beats from an onset envelope: is there a pulse, how fast, and when does it fall.

The period is the lag at which the envelope repeats once, twice, three and four times, in windows of some seconds:
noise and speech agree to 0.2 at most, a drummer to 0.4 and more. Beats are placed by dynamic programming (Ellis 2007,
https://doi.org/10.1080/09298210701653344): librosa's beat_track does the same, for 10 s of compiling on a fresh
machine and 2 s in every later process.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]

WINDOW_S = 8.0  # four beats at the slowest tempo with room to compare, short enough for players who drift
STEP_S = 2.0
SLOWEST_BPM, FASTEST_BPM = 45.0, 210.0
USUAL_BPM, USUAL_OCTAVES = 120.0, 0.9  # people tap near 2 Hz: https://doi.org/10.1080/09298219908573098
FASTER_SHARE = (
    0.95  # of two tempi an octave apart the faster counts if it repeats as well: even clicks, not hi-hats (0.90)
)
CROSSING = (2 / 3, 4 / 3)  # of a period of one and a half beats: the beat, and two of them
LAG_STEP = 0.25  # of the envelope's: four periods must still fall on four onsets
REPEATS = 4  # so many periods must fit into three quarters of a window
MIN_CLARITY = 0.36  # a window of full length that shows a pulse; a shorter one must be clearer
HELD_CLARITY = 0.16  # a window that goes on with the pulse beside it
MIN_RISE = 0.5  # of a full scale of 20; a held tone wavers by less
SWELL_S = 2.0  # slower changes are no beat
SMOOTHING_S = 0.02  # onsets that players mean to be together lie this close
TIGHTNESS = 100.0  # Ellis' weight of a steady period against the onsets
MIN_BEATS = 4


@dataclass(frozen=True, slots=True)
class Pulse:
    """A steady beat."""

    bpm: float
    clarity: float  # 0..1, how well it repeats
    beats_s: Curve  # from the envelope's first value
    strengths: Curve  # the envelope at the beats


def find_pulse(envelope: Curve, rate_hz: float) -> Pulse | None:
    """The pulse of an envelope (analyzers.measures.sound.spectral.stress_envelope), or None where there is none."""
    from scipy.ndimage import uniform_filter1d

    envelope = np.asarray(envelope, np.float64)
    if len(envelope) < 2 or envelope.max() < MIN_RISE:
        return None
    highest = np.percentile(envelope[envelope > MIN_RISE / 10], 99)  # one bang must not hide the rest
    smooth = _smoothed(np.minimum(envelope, highest), SMOOTHING_S * rate_hz)
    windows = _windows(smooth - uniform_filter1d(smooth, round(SWELL_S * rate_hz)), rate_hz)
    slowest = min(60 / SLOWEST_BPM * rate_hz, 0.75 * windows.shape[1] / REPEATS)
    lags = np.arange(60 / FASTEST_BPM * rate_hz, slowest, LAG_STEP)
    if not len(lags):
        return None
    repeats = _repeats(windows, lags)
    best = _best_lag(repeats, lags, rate_hz)
    clarity = repeats[:, np.abs(lags - lags[best]) <= 1].max(axis=1)
    needed = MIN_CLARITY * np.sqrt(WINDOW_S * rate_hz / windows.shape[1])
    spans = _spans(clarity, needed, len(envelope), rate_hz)
    if not spans:
        return None
    period = _refined(windows[clarity >= needed].mean(axis=0), lags[best])
    at = np.concatenate([first + place_beats(smooth[first:last], period) for first, last in spans])
    if len(at) < MIN_BEATS:
        return None
    exact = np.array([_peak_near(smooth, i) for i in at])
    bpm = 60 * rate_hz / _beat_distance(exact, period)
    strengths = np.interp(exact, np.arange(len(smooth)), smooth)
    return Pulse(bpm, float(min(clarity[clarity >= needed].mean(), 1.0)), exact / rate_hz, strengths)


def place_beats(envelope: Curve, period: float) -> NDArray[np.intp]:
    """Indices of the beats: on the onsets and about a period apart, as well as both can be had."""
    spread = envelope.std()
    if spread == 0 or len(envelope) < 2 * period:
        return np.zeros(0, np.intp)
    score = envelope / spread
    back = np.arange(-round(2 * period), -round(period / 2) + 1)
    cost = -TIGHTNESS * np.log(-back / period) ** 2
    best = score.copy()
    came_from = np.full(len(score), -1)
    for i in range(-back[-1], len(score)):
        reach = back[max(0, -i - back[0]) :] + i
        gains = best[reach] + cost[-len(reach) :]
        k = int(gains.argmax())
        if gains[k] > 0:
            best[i] += gains[k]
            came_from[i] = reach[k]
    last = len(score) - round(period)
    i = last + int(best[last:].argmax())
    found = []
    while i >= 0:
        found.append(i)
        i = came_from[i]
    return _without_weak_ends(np.array(found[::-1]), score)


def _without_weak_ends(at: NDArray[np.intp], score: Curve) -> NDArray[np.intp]:
    """Beats before the first and after the last onset that carries one are only the ruler running on."""
    heard = np.array([score[max(i - 2, 0) : i + 3].max() for i in at])
    strong = np.flatnonzero(heard >= 0.35 * np.median(heard[heard > 0])) if (heard > 0).any() else np.zeros(0, int)
    return at[strong[0] : strong[-1] + 1] if len(strong) else at[:0]


def _smoothed(curve: Curve, sigma: float) -> Curve:
    from scipy.ndimage import gaussian_filter1d

    return np.asarray(gaussian_filter1d(curve, sigma), np.float64)


def _windows(envelope: Curve, rate_hz: float) -> Curve:
    """(windows, lags) autocorrelation of the envelope, 1 where it repeats exactly."""
    size = min(len(envelope), round(WINDOW_S * rate_hz))
    found = []
    for start in range(0, len(envelope) - size + 1, round(STEP_S * rate_hz)):
        piece = envelope[start : start + size] - envelope[start : start + size].mean()
        raw = np.real(np.fft.irfft(np.abs(np.fft.rfft(piece, 2 * size)) ** 2))[:size]
        unbiased = raw * size / np.arange(size, 0, -1)
        found.append(unbiased / raw[0] if raw[0] > 1e-9 * size else np.zeros(size))
    return np.array(found)


def _repeats(windows: Curve, lags: Curve) -> Curve:
    """(windows, lags) how well the envelope repeats after one period, and after two to four."""
    steps = np.arange(windows.shape[1])
    once, *more = (np.stack([np.interp(n * lags, steps, window) for window in windows]) for n in range(1, REPEATS + 1))
    later = np.mean(more, axis=0)
    return np.sqrt(np.maximum(once, 0) * np.maximum(later, 0))


def _best_lag(repeats: Curve, lags: Curve, rate_hz: float) -> int:
    usual = np.exp(-0.5 * (np.log2(60 * rate_hz / lags / USUAL_BPM) / USUAL_OCTAVES) ** 2)
    total = (repeats**2).mean(axis=0)  # squared: windows with a pulse decide, not the talk between them
    best = int((np.sqrt(total) * usual).argmax())
    crossing = [i for ratio in CROSSING for i in np.flatnonzero(np.abs(lags - ratio * lags[best]) <= 1)]
    if crossing and total[crossing].max() > total[best]:  # it counts across the beats, in threes against twos
        best = int(max(crossing, key=lambda i: float(np.sqrt(total[i]) * usual[i])))
    near = np.flatnonzero(np.abs(lags - lags[best] / 2) <= 1)
    if len(near) and total[near].max() >= FASTER_SHARE**2 * total[best]:
        best = int(near[total[near].argmax()])
    return best


def _spans(clarity: Curve, needed: float, length: int, rate_hz: float) -> list[tuple[int, int]]:
    """Stretches of the envelope whose windows hold a pulse, and show it somewhere."""
    size, step = round(WINDOW_S * rate_hz), round(STEP_S * rate_hz)
    spans: list[tuple[int, int]] = []
    held = np.flatnonzero(np.diff(np.r_[False, clarity >= HELD_CLARITY, False].astype(int)))
    for first, after in held.reshape(-1, 2):
        if clarity[first:after].max() < needed:
            continue
        start = first * step
        end = length if after == len(clarity) else min((after - 1) * step + size, length)
        if spans and start <= spans[-1][1]:
            start = spans.pop()[0]
        spans.append((start, end))
    return spans


def _refined(agreement: Curve, lag: float) -> float:
    """The period to a fraction of a step, read where it has repeated several times."""
    period = lag
    for times in (1, 2, REPEATS):
        around = round(period * times)
        reach = max(1, around // 50)
        low = around - reach
        around = low + int(agreement[low : around + reach + 1].argmax())
        period = _peak_near(agreement, around) / times
    return period


def _peak_near(curve: Curve, i: int) -> float:
    """The top of the parabola through a peak and its neighbours."""
    low, high = max(i - 2, 0), min(i + 3, len(curve))
    i = low + int(curve[low:high].argmax())
    if not 0 < i < len(curve) - 1:
        return float(i)
    before, top, after = curve[i - 1 : i + 2]
    bend = before - 2 * top + after
    return float(i) if bend >= 0 else i + float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5))


def _beat_distance(at: Curve, period: float) -> float:
    """The distance that most beats keep: the slope through each run of steady beats, the median over all."""
    steps = np.diff(at)
    steady = steps[np.abs(steps / period - 1) < 0.1]
    if not len(steady):
        return period
    spread = min(8, len(at) - 1)
    far = (at[spread:] - at[:-spread]) / spread
    far = far[np.abs(far / np.median(steady) - 1) < 0.03]
    return float(np.median(far)) if len(far) else float(np.median(steady))
