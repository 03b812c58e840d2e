"""Eased moves: the one start, end, amount and easing that lie nearest to a stretch of a path."""

from typing import Literal

import numpy as np

from analyzers.measures.camera.similarity import Floats

Easing = Literal["linear", "ease_in", "ease_out", "ease_in_out"]

GRID = 14  # starts, and ends, tried at first; then, three times, closer around the best of them
FINER = np.linspace(-1, 1, 9)
SHAPES: dict[Easing, tuple[float, ...]] = {  # exponents; their peak speed is that many times the mean
    "linear": (1.0,),
    "ease_in": (2.0, 3.0),
    "ease_out": (2.0, 3.0),
    "ease_in_out": (0.0, 3.0),  # 0: half a cosine
}


def fit(t: Floats, p: Floats, easing: Easing, power: float) -> tuple[float, float, float, float, float, float]:
    """Squared error, start, end, amount, peak speed and exponent of the best move of one shape."""
    centred = p - p.mean()
    a, b = (grid.ravel() for grid in np.meshgrid(*[np.linspace(t[0], t[-1], GRID)] * 2, indexing="ij"))
    reach = (t[-1] - t[0]) / (GRID - 1)
    best = (np.inf, float(t[0]), float(t[-1]), 0.0)
    for _ in range(4):
        best = min(best, _best(t, centred, a, b, easing, power))
        a, b = (grid.ravel() for grid in np.meshgrid(*(at + reach * FINER for at in best[1:3]), indexing="ij"))
        reach /= 4
    error, start_s, end_s, amount = best
    return error, start_s, end_s, amount, abs(amount) * (power or np.pi / 2) / (end_s - start_s), power


def _best(t: Floats, centred: Floats, a: Floats, b: Floats, easing: Easing, power: float) -> tuple[float, ...]:
    """Squared error, start, end and amount of the best of the moves from a to b."""
    is_move = (b - a > 1.5 * (t[1] - t[0])) & (a >= t[0] - 1e-9) & (b <= t[-1] + 1e-9)
    if not is_move.any():
        return np.inf, float(t[0]), float(t[-1]), 0.0
    a, b = a[is_move], b[is_move]
    shape = shape_of((t - a[:, None]) / (b - a)[:, None], easing, power)
    shape -= shape.mean(axis=1, keepdims=True)
    size = np.maximum((shape**2).sum(axis=1), 1e-12)
    amount = shape @ centred / size
    error = np.maximum((centred**2).sum() - amount**2 * size, 0)
    k = int(np.argmin(error))
    return float(error[k]), float(a[k]), float(b[k]), float(amount[k])


def shape_of(u: Floats, easing: Easing, power: float) -> Floats:
    u = np.clip(u, 0, 1)
    if easing == "ease_in_out":
        if not power:
            return (1 - np.cos(np.pi * u)) / 2
        return np.where(u < 0.5, 4 * u**3, 1 - 4 * (1 - u) ** 3)
    return 1 - (1 - u) ** power if easing == "ease_out" else u**power
