"""Movements to and fro: where a signal swings at one pace, and how often a second."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SLOWEST_HZ, FASTEST_HZ = 0.8, 4.5  # of a hand that waves; poses come ten times a second
WINDOW_S = 1.4  # in which it swings at least once and a bit
LEAST_SWINGS = 2.0  # from one side to the other and back, in all
EXPLAINED = 0.6  # of the signal's movement that one sine must explain
PACES_HZ = np.arange(SLOWEST_HZ, FASTEST_HZ, 0.02)
REGULAR = 0.8  # share of a wave's movement that one pace explains
ASIDE = 0.5  # of its way across, its way up and down at most


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


def is_regular(t_s: NDArray[np.float64], xy: NDArray[np.float64], hz: float) -> bool:
    """Whether one pace explains nearly all of a movement, (n, 2), and it goes aside: hands that talk go any way."""
    turns = 2 * np.pi * hz * t_s
    drift = np.stack([np.ones_like(t_s), t_s - t_s.mean()], axis=1)
    waves = np.concatenate([drift, np.sin(turns)[:, None], np.cos(turns)[:, None]], axis=1)
    moved, rest = (xy - basis @ np.linalg.lstsq(basis, xy, rcond=None)[0] for basis in (drift, waves))
    across, down = np.sqrt((moved**2).mean(axis=0))
    return bool((rest[:, 0] ** 2).mean() <= (1 - REGULAR) * across**2 and down <= ASIDE * across)


def _best_sine(t_s: NDArray[np.float64], x: NDArray[np.float64]) -> tuple[float, float, float]:
    """Pace, amplitude, and the share of the movement that it explains, of the sine that fits best beside a drift."""
    at = t_s - t_s.mean()
    drift = np.stack([np.ones_like(at), at], axis=1)
    rest = x - drift @ np.linalg.lstsq(drift, x, rcond=None)[0]
    whole = float((rest**2).sum())
    if whole <= 0:
        return SLOWEST_HZ, 0.0, 0.0
    turns = 2 * np.pi * PACES_HZ[:, None] * at
    sine, cosine = np.sin(turns), np.cos(turns)
    ss, cc, sc = ((a * b).sum(axis=1) for a, b in ((sine, sine), (cosine, cosine), (sine, cosine)))
    along_s, along_c = sine @ rest, cosine @ rest
    solid = np.maximum(ss * cc - sc**2, 1e-9)
    a, b = (along_s * cc - along_c * sc) / solid, (along_c * ss - along_s * sc) / solid
    explained = (a * along_s + b * along_c) / whole
    best = int(np.argmax(explained))
    return float(PACES_HZ[best]), float(np.hypot(a[best], b[best])), float(explained[best])


def _runs(is_in: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], is_in.astype(int), [0]])))
    yield from ((int(first), int(after)) for first, after in edges.reshape(-1, 2))
