"""Changes of speed within a shot: everything that moves goes on in its direction, from one frame to the next faster."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analyzers.measures.steps.steps import Floats

MOVED = 1e-3  # widths a frame of the liveliest cell: less is not measured well enough
CLOSE_S, FAR_S = 0.2, 0.5  # held against each other on both sides: to find a change, to measure it
FEWEST = 4  # steps on a side
LEAST = 1.25  # times faster or slower
ONE_WAY = 0.95  # cosine between the movements before and after
SHARP = 0.25  # of the speed, by which the second step from the change may differ from it: a hand takes longer
STEP, STEP_FAR = 0.5, 1.0  # of the error that a speed which changes evenly leaves, close and far: a change leaves less
AGREED = 0.6  # share of what moves that changes its speed by the same factor
CAMERA = 0.5  # share of the cells that move: the camera does
MOVING = 0.25  # of the liveliest cell's speed
ALIKE = 0.2  # of that factor


@dataclass(frozen=True, slots=True)
class Pace:
    first: int  # frame
    after: int
    factor: float  # beside the longest pace of the shot
    share: float  # of what moves that agrees


def find_paces(shift: NDArray[np.floating], frame_s: float) -> list[Pace]:
    """Stretches of one shot, from its steps; a single one where its speed never changes at once."""
    shift = np.asarray(shift, np.float32)
    count = len(shift)
    close, far = (max(FEWEST, round(seconds / frame_s)) for seconds in (CLOSE_S, FAR_S))
    changes: list[int] = []
    found = {k: _change(shift, k, close, far) for k in range(FEWEST, count - FEWEST + 1)}
    sizes = {k: abs(np.log(change[0])) for k, change in found.items() if change}
    for k in sorted(sizes, key=lambda k: -sizes[k]):
        if all(abs(k - other) >= FEWEST for other in changes):
            changes.append(k)
    borders = [0, *sorted(changes), count]
    factors, shares = [1.0], [1.0]
    for k in borders[1:-1]:
        factor, share = _factor(*_sides(shift, k, far, borders))
        factors.append(factors[-1] * factor)
        shares.append(share)
    longest = int(np.argmax(np.diff(borders)))
    return [
        Pace(a, b, factor / factors[longest], share)
        for (a, b), factor, share in zip(pairwise(borders), factors, shares, strict=True)
    ]


def _sides(shift: Floats, k: int, reach: int, borders: list[int]) -> tuple[Floats, Floats]:
    low = max([b for b in borders if b < k], default=0)
    high = min([b for b in borders if b > k], default=len(shift))
    return shift[max(k - reach, low) : k], shift[k : min(k + reach, high)]


def _change(shift: Floats, k: int, close: int, far: int) -> tuple[float, float] | None:
    """Factor and agreement of a change of speed before step k; None where there is none."""
    before, after = shift[max(k - close, 0) : k], shift[k : k + close]
    a, b = before.mean(axis=0), after.mean(axis=0)
    size_a, size_b = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    if min(np.abs(a).max(), np.abs(b).max()) < MOVED or a @ b < ONE_WAY * size_a * size_b:
        return None
    if max(size_a, size_b) < LEAST * min(size_a, size_b):
        return None
    is_sharp = all(
        abs(float(step @ mean) / float(mean @ mean) - 1) <= SHARP
        for steps, mean in ((before[-3:-1], a), (after[1:3], b))
        for step in steps
    )
    factor, share = _factor(before, after)
    if not is_sharp or share < AGREED or not _is_step(before, after, STEP):
        return None
    is_step = _is_step(shift[max(k - far, 0) : k], shift[k : k + far], STEP_FAR)
    return (factor, share) if is_step else None


def _is_step(before: Floats, after: Floats, most: float) -> bool:
    """Whether two constant speeds explain the stretch better than one that changes evenly."""
    way = before.mean(axis=0) + after.mean(axis=0)
    speed = np.concatenate([before, after]).astype(np.float64) @ way / float(way @ way)
    two = speed - np.repeat([speed[: len(before)].mean(), speed[len(before) :].mean()], [len(before), len(after)])
    place = np.arange(len(speed)) - (len(speed) - 1) / 2
    even = speed - speed.mean() - place * (place @ speed) / (place @ place)
    return float(two @ two) <= most * float(even @ even)


def _factor(before: Floats, after: Floats) -> tuple[float, float]:
    """How much faster all is, and the share of cells that agree. Things that pass wander from cell to cell."""
    a, b = before.mean(axis=0).reshape(-1, 2), after.mean(axis=0).reshape(-1, 2)
    weight = np.hypot(*a.T) + np.hypot(*b.T)
    moving = weight >= weight.max() / 3
    if moving.mean() >= CAMERA:
        factor = float((a * b).sum() / max(float((a * a).sum()), 1e-12))
    else:
        factor = _travelled(after) / max(_travelled(before), 1e-9)
    each = (a * b).sum(axis=1) / np.maximum((a * a).sum(axis=1), 1e-12)
    return factor, float((np.abs(each[moving] / factor - 1) <= ALIKE).mean()) if factor > 0 else 0.0


def _travelled(steps: Floats) -> float:
    """By what moves, in the middle of its steps."""
    speed = np.hypot(steps[:, ::2], steps[:, 1::2])
    return float(np.mean(np.where(speed >= speed.max(axis=1, keepdims=True) * MOVING, speed, 0).sum(axis=1)))
