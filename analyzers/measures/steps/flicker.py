"""Light that comes and goes regularly: how often, and how strongly."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LOWEST_HZ = 4.5  # a shaking hand swings slower, and the brightness of what it sees with it
WINDOW_S = 1.0  # four periods of the lowest
HOP_S = 0.2
COARSE_HZ, FINE_HZ = 0.1, 0.01
LEAST = 0.015  # amplitude of ln brightness: 3 % from dark to bright
CODED, CODED_SHARE = 0.05, 0.8  # the same near half the frame rate, and from which share of it: coders alternate too
REGULAR = 0.6  # share of the changes that the frequency and its harmonics explain
HARMONICS = 3
PERIODS = 4  # fewer are a few flashes
DRIFT_HZ = 0.6  # how much the frequency may differ from one window to the next
STARTS = 0.3  # of the swing: the first and last change that belong to it


@dataclass(frozen=True, slots=True)
class Flicker:
    first: int  # frame
    last: int  # last frame that it changes
    hz: float
    swing: float  # from dark to bright, ln
    share: float  # of the changes that are regular


def find_flicker(t_s: Floats, brighter: NDArray[np.float32]) -> list[Flicker]:
    """Within one shot: times of its frames, and how much brighter each is than the one before (0 for the first)."""
    if len(t_s) < 8:
        return []
    light = np.cumsum(brighter, dtype=np.float64)
    found: list[Flicker] = []
    chain: list[tuple[int, int, float]] = []
    for start in np.arange(t_s[0], max(t_s[-1] - WINDOW_S, t_s[0]) + HOP_S, HOP_S):
        first, after = np.searchsorted(t_s, [start - 1e-6, start + WINDOW_S + 1e-6]).tolist()
        hz = _strongest(t_s[first:after], light[first:after])
        if chain and (hz is None or abs(hz - chain[-1][2]) > DRIFT_HZ):
            found += _joined(t_s, light, brighter, chain)
            chain = []
        if hz is not None:
            chain.append((first, after, hz))
    return found + _joined(t_s, light, brighter, chain)


def _joined(
    t_s: Floats, light: Floats, brighter: NDArray[np.float32], chain: list[tuple[int, int, float]]
) -> list[Flicker]:
    """One flicker from windows that found the same: where it really begins and ends, and its exact frequency."""
    if not chain:
        return []
    first, after = chain[0][0], chain[-1][1]
    size = np.abs(brighter[first:after])
    changes = np.flatnonzero(size >= STARTS * np.percentile(size, 95))
    first, last = first + int(changes[0]), first + int(changes[-1])
    span = slice(first, last + 1)
    hz = float(np.median([hz for _, _, hz in chain]))
    grid = np.arange(hz - 0.5, hz + 0.5, FINE_HZ)
    times, flat = t_s[span], _flat(t_s[span], light[span], hz)
    hz = float(grid[_amplitudes(times, flat, grid).argmax()])
    if (times[-1] - times[0]) * hz < PERIODS - 0.5:
        return []
    low, high = np.percentile(flat, [5, 95])
    return [Flicker(first, last, hz, float(high - low), _explained(times, flat, hz))]


def _strongest(t_s: Floats, light: Floats) -> float | None:
    """The frequency that explains the changes of light; None where there is none."""
    if len(t_s) < 8:
        return None
    highest = 0.5 / float(np.median(np.diff(t_s)))
    grid = np.arange(LOWEST_HZ, highest + COARSE_HZ / 2, COARSE_HZ)
    if not len(grid):
        return None
    flat = _flat(t_s, light, LOWEST_HZ)
    amplitude = _amplitudes(t_s, flat, grid)
    best = int(amplitude.argmax())
    hz = float(grid[best])
    least = CODED if hz >= CODED_SHARE * highest else LEAST
    is_strong = amplitude[best] >= least and (t_s[-1] - t_s[0]) * hz >= PERIODS - 0.5
    return hz if is_strong and _explained(t_s, flat, hz) >= REGULAR else None


def _flat(t_s: Floats, light: Floats, hz: float) -> Floats:
    """Without slow changes: a moving mean over one period of the frequency is taken off."""
    step_s = max(float(np.median(np.diff(t_s))), 1e-6)
    reach = min(max(1, round(0.5 / hz / step_s)), max(1, (len(t_s) - 1) // 2))
    padded = np.pad(light, reach, mode="reflect")
    width = 2 * reach + 1
    return light - np.convolve(padded, np.full(width, 1 / width), "valid")


def _amplitudes(t_s: Floats, light: Floats, grid: Floats) -> Floats:
    window = np.hanning(len(t_s) + 2)[1:-1]
    waves = np.exp(-2j * np.pi * grid[:, None] * (t_s - t_s[0]))
    return 2 * np.abs(waves @ (light * window)) / window.sum()


def _explained(t_s: Floats, light: Floats, hz: float) -> float:
    """Share of the variance that the frequency and its harmonics make."""
    highest = 0.5 / float(np.median(np.diff(t_s)))
    parts = [np.ones(len(t_s))]
    for number in range(1, HARMONICS + 1):
        if number * hz <= highest or number == 1:
            turn = 2 * np.pi * number * hz * (t_s - t_s[0])
            parts += [np.sin(turn), np.cos(turn)]
    waves = np.stack(parts, axis=1)
    left = light - waves @ np.linalg.lstsq(waves, light, rcond=None)[0]
    return float(np.clip(1 - left.var() / max(light.var(), 1e-12), 0, 1))
