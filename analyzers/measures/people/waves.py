"""Movements to and fro: where a signal swings at one pace, and how often a second."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SLOWEST_HZ, FASTEST_HZ = 0.8, 4.5  # of a hand that waves; poses come ten times a second
WINDOW_S = 1.4  # in which it swings at least once and a bit
LEAST_SWINGS = 2.0  # from one side to the other and back, in all
EXPLAINED = 0.6  # of the signal's movement that one sine must explain
FINE_HZ = 0.02


@dataclass(frozen=True, slots=True)
class Swing:
    start_s: float
    end_s: float
    hz: float
    amplitude: float  # half of the way from one side to the other


def swings(t_s: NDArray[np.float64], x: NDArray[np.float64], least: float) -> Iterator[Swing]:
    """Stretches in which `x` swings by at least `least` to each side; NaN interrupts it."""
    is_in = np.zeros(len(t_s), bool)
    for i in range(len(t_s)):
        inside = (t_s >= t_s[i]) & (t_s <= t_s[i] + WINDOW_S)
        if t_s[inside][-1] - t_s[i] >= 0.8 * WINDOW_S and _fits(t_s[inside], x[inside], least):
            is_in |= inside
    for first, after in _runs(is_in):
        times_s, signal = t_s[first:after], x[first:after]
        hz, amplitude, _ = _best_sine(times_s, signal)
        if hz * (times_s[-1] - times_s[0]) >= LEAST_SWINGS:
            yield Swing(float(times_s[0]), float(times_s[-1]), hz, amplitude)


def _fits(t_s: NDArray[np.float64], x: NDArray[np.float64], least: float) -> bool:
    if len(x) < 8 or np.isnan(x).any() or np.ptp(x) < 2 * least:
        return False
    _, amplitude, explained = _best_sine(t_s, x)
    return amplitude >= least and explained >= EXPLAINED


def _best_sine(t_s: NDArray[np.float64], x: NDArray[np.float64]) -> tuple[float, float, float]:
    """Pace, amplitude, and the share of the movement that it explains, of the sine that fits best beside a drift."""
    at = t_s - t_s.mean()
    drift = np.stack([np.ones_like(at), at], axis=1)
    rest = x - drift @ np.linalg.lstsq(drift, x, rcond=None)[0]
    whole = float((rest**2).sum())
    best = (SLOWEST_HZ, 0.0, 0.0)
    if whole <= 0:
        return best
    for hz in np.arange(SLOWEST_HZ, FASTEST_HZ, FINE_HZ):
        waves = np.stack([np.sin(2 * np.pi * hz * at), np.cos(2 * np.pi * hz * at)], axis=1)
        parts = np.linalg.lstsq(waves, rest, rcond=None)[0]
        explained = 1 - float(((rest - waves @ parts) ** 2).sum()) / whole
        if explained > best[2]:
            best = float(hz), float(np.linalg.norm(parts)), explained
    return best


def _runs(is_in: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], is_in.astype(int), [0]])))
    yield from ((int(first), int(after)) for first, after in edges.reshape(-1, 2))
