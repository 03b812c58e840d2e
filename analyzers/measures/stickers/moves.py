"""How a sticker that was followed moves: what an editor's animations do to its place, its size and its angle."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Motion
from analyzers.measures.stickers.follow import Moving
from analyzers.measures.stickers.overlays import Floats

Anim = Literal["none", "pop", "fade", "slide", "bounce", "pulse", "spin", "path"]
COMES_S = 0.5  # at either end, where it may still be coming or already be going
MOVES = 0.15  # of its longer side: less is no motion
SLIDES = 0.25  # of its longer side
UPRIGHT = 2.0  # how much more a bounce goes up and down than aside
GROWS = 1.08  # largest to smallest size of a pulse
SMALL, BARELY_SMALLER = 0.8, 0.95  # of its size, when it pops up, and when it is lost while it does
TURNS_DEG = 90.0
STILL_TURNS_DEG = 8.0
ONE_WAY = 0.8  # of all that it turns, in one direction
TIMES = 2  # that it turns back


def anim_of(motion: Motion, one: Moving, *, is_from_start: bool) -> Anim | None:
    """None where it moves in another way, or its coming, or of what is there from the start its going, is unseen."""
    t, size = motion.t_s[one.frames], one.size
    aside_s = min(COMES_S, (float(t[-1]) - float(t[0])) / 4)
    body = (t >= t[0] + aside_s) & (t <= t[-1] - aside_s)
    middles, scales, angles = one.middles() / size, one.scales(), one.angles_deg()
    return _all_the_time(middles, scales, angles, body) or _as_it_comes(
        middles, scales, angles, body, (-1, one.vanishes) if is_from_start else (0, one.springs_up)
    )


def is_restless(anim: Anim | None) -> bool:
    return anim in ("bounce", "pulse", "spin", "path")


def _all_the_time(middles: Floats, scales: Floats, angles: Floats, body: NDArray[np.bool_]) -> Anim | None:
    if int(body.sum()) < 3:
        return None
    across, down = np.ptp(middles[body], axis=0)
    turned = float(np.ptp(angles[body]))
    if turned >= TURNS_DEG / 2 and abs(float(angles[-1] - angles[0])) >= ONE_WAY * float(np.ptp(angles)):
        return "spin"
    if max(across, down) >= MOVES:
        back = _turns_back(middles[:, 1], MOVES / 3)
        return "bounce" if down >= UPRIGHT * across and back >= TIMES else "path"
    sizes = scales[body]
    if sizes.max() >= GROWS * sizes.min() and _turns_back(scales, float(sizes.mean()) * (GROWS - 1) / 2) >= TIMES:
        return "pulse"
    return None


def _as_it_comes(
    middles: Floats, scales: Floats, angles: Floats, body: NDArray[np.bool_], side: tuple[int, bool]
) -> Anim | None:
    settled, size, angle = (np.median(values[body], axis=0) for values in (middles, scales, angles))
    if not body.any() or scales[body].max() >= GROWS * scales[body].min():
        return None
    if float(np.abs(angles[body] - angle).max()) >= STILL_TURNS_DEG:
        return None
    end, is_sudden = side
    if scales[end] <= (SMALL if is_sudden else BARELY_SMALLER) * size:
        return "pop"
    if float(np.hypot(*(middles[end] - settled))) >= SLIDES:
        return "slide"
    return "none" if is_sudden else None


def _turns_back(values: Floats, least: float) -> int:
    """How often they change direction, by more than the least."""
    count, highest, lowest, is_rising = 0, float(values[0]), float(values[0]), None
    for value in values.tolist():
        highest, lowest = max(highest, value), min(lowest, value)
        if is_rising is not False and value < highest - least:
            count, is_rising, lowest = count + (is_rising is not None), False, value
        elif is_rising is not True and value > lowest + least:
            count, is_rising, highest = count + (is_rising is not None), True, value
    return count
