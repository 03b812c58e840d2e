"""How an entrance or an exit runs: evenly, speeding up, slowing down, or past its end and back."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Easing = Literal["linear", "ease_in", "ease_out", "ease_in_out", "overshoot"]

FEWEST = 5  # moments on the way: fewer tell no curve from a line
TOO_FAR = 0.05  # of the way, that it goes past its end where it overshoots
WRONG = 0.06  # of the way: what no curve meets better than that runs by no rule
SAME = 0.85  # error of the best curve over that of the next kind: above, the two cannot be told apart
STEPS = 25  # starts, and ends, that are tried

CURVES: tuple[tuple[Easing, float], ...] = (
    ("linear", 1), ("ease_in", 2), ("ease_in", 3), ("ease_out", 2), ("ease_out", 3), ("ease_in_out", 2),
    ("ease_in_out", 3),
)  # fmt: skip


def easing_of(t_s: NDArray[np.float64], gone: NDArray[np.float64], way: float, least: float) -> Easing | None:
    """From how far it has gone, moment by moment in order: 0 before its start, `way` from its end on.

    A text that goes past either of them by `least` overshoots.
    """
    if len(t_s) < FEWEST or way <= 0:
        return None
    too_far = max(least, TOO_FAR * way)
    if (gone > way + too_far).sum() > 1 or (gone < -too_far).sum() > 1:
        return "overshoot"
    span_s = float(t_s[-1] - t_s[0])
    starts = t_s[0] + span_s * np.linspace(-0.3, 0.6, STEPS)
    ends = t_s[-1] - span_s * np.linspace(-0.3, 0.6, STEPS)
    first, last = (part.ravel() for part in np.meshgrid(starts, ends))
    possible = last - first > 0.25 * span_s
    first, last = first[possible], last[possible]
    u = np.clip((t_s[None] - first[:, None]) / (last - first)[:, None], 0, 1)
    errors: dict[Easing, float] = {}
    for kind, power in CURVES:
        wrong = float(np.sqrt((((_curve(u, kind, power) - gone[None] / way) ** 2).mean(axis=1)).min()))
        errors[kind] = min(wrong, errors.get(kind, np.inf))
    best, second = sorted(errors, key=lambda kind: errors[kind])[:2]
    if errors[best] > WRONG or errors[best] > SAME * errors[second]:
        return None
    return best


def _curve(u: NDArray[np.float64], kind: Easing, power: float) -> NDArray[np.float64]:
    if kind == "ease_out":
        return 1 - (1 - u) ** power
    if kind == "ease_in_out":
        return np.where(u < 0.5, 2 ** (power - 1) * u**power, 1 - 2 ** (power - 1) * (1 - u) ** power)
    return u**power
