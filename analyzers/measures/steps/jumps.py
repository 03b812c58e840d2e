"""Which frames repeat the one before, and before which some are missing, by how far everything moves in each step."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Motion
from analyzers.measures.steps.steps import AROUND, Steps
from analyzers.measures.steps.stills import QUIET

Floats = NDArray[np.float32]

REPEAT, LIKELY = 0.2, 0.35  # share of a usual step, up to which a frame repeats the one before; if the flow agrees
STAYS = 0.15  # of a usual movement: the flow agrees without a doubt
BRIEF = 3  # steps; a longer rest must be as quiet as a still: where little moves, little is a usual step
STANDS = 0.5  # of a usual movement, up to which the flow agrees that a frame is a repeat
LIT = 0.15  # change of ln brightness: light came and went, and nothing moved
SUDDEN = 0.6  # of a usual step on both sides of a repeat: what comes to rest slows down first
STOPPED, STOOD = 0.4, 0.05  # the same beside a step in which nothing changes at all
MISSING, CHANGED = 1.5, 1.3  # usual movements in one step, and usual changes, from which frames may be missing
LONE, LEVEL = 1.2, 0.7  # its change over that of either step beside it, and the smaller over the larger of those two
BESIDE = 3  # steps on each side whose median tells the usual movement: flow of a fraction of a pixel strays
ROUND = 0.45  # how far from a whole number
MOST = 6  # missing at once: beyond, it is another moment and not a lost frame
TURNING = 0.4  # cosine between the movements before and after
EVEN, OVER = 0.55, 1.4  # the smaller over the larger of the two, and the step over the larger: in a jerk they differ
MOVING = 0.25  # of the liveliest cell's usual movement: one that moves
AGREED, ALIKE = 0.55, 0.35  # share of those that go as much farther, and how alike; one missing of CRF 35 has 0.64
LACKING = 0.6  # share of a jump that the steps before it lacked: then those were repeats
REGULAR = 0.9  # share of frames that last as long as the usual one in a video of constant rate
TICK = 0.1  # of a frame


@dataclass(frozen=True, slots=True)
class Jumps:
    repeats: list[int]  # frames that repeat the one before
    missing: dict[int, int]  # frame -> how many are missing before it


def find_jumps(motion: Motion, steps: Steps, ratio: Floats, moved: Floats, ends: list[int]) -> Jumps:
    """`ends` are the first frames of new shots; what is a still is for others to say."""
    repeats = set(_sudden_stops(steps, ratio, moved, ends))
    missing: dict[int, int] = {}
    usual_s = _usual_s(motion)
    for step in np.flatnonzero((moved >= MISSING) & (ratio >= CHANGED)).tolist():
        count = _missing_before(motion, steps, ratio, step, ends, usual_s)
        if not count:
            continue
        reach = slice(max(step - count - 2, 0), step)
        before = np.fmax(np.nan_to_num(moved[reach], nan=1.0), ratio[reach])
        lacked = float(np.clip(1 - before, 0, 1).sum())
        if lacked >= LACKING * count and not repeats & set(range(step - count - 1, step + 1)):
            repeats |= set(range(step + 1 - count, step + 1))
        elif lacked < LACKING * count / 2:
            missing[step + 1] = count
    if usual_s is not None:
        missing |= _gaps(motion, usual_s)
    return Jumps(sorted(repeats), dict(sorted(missing.items())))


def _sudden_stops(steps: Steps, ratio: Floats, moved: Floats, ends: list[int]) -> list[int]:
    """Frames that stand still between steps of the usual size."""
    is_low = ((ratio <= REPEAT) & ~(moved > STANDS)) | ((ratio <= LIKELY) & (np.abs(moved) <= STAYS))
    found: list[int] = []
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_low, [False]]).astype(np.int8)))
    for first, last in edges.reshape(-1, 2).tolist():
        if first == 0 or last == len(ratio) or last - first > AROUND + 1:
            continue
        is_cut = any(first <= end <= last + 1 for end in ends)
        is_lit = np.abs(steps.brighter[[first - 1, last]]).max() > LIT
        is_quiet = last - first <= BRIEF or steps.change[first:last].max() <= QUIET
        least = STOPPED if ratio[first:last].max() <= STOOD else SUDDEN
        if is_quiet and not is_lit and not is_cut and min(ratio[first - 1], ratio[last]) >= least:
            found += range(first + 1, last + 1)
    return found


def _missing_before(
    motion: Motion, steps: Steps, ratio: Floats, step: int, ends: list[int], usual_s: float | None
) -> int:
    """How many frames' worth of movement this step has too much; 0 where that is not clear."""
    before, after = (_beside(ratio, step, way, ends) for way in (-1, 1))
    if not before or not after or any(before[0] - 1 <= end <= after[0] + 2 for end in ends):
        return 0
    beside = ratio[[before[0], after[0]]]
    if ratio[step] < LONE * beside.max() or beside.min() < LEVEL * beside.max():
        return 0  # a hand that jerks, or goes on at another speed
    here, a, b = (_movement(motion, steps, which, usual_s) for which in ([step], before, after))
    sizes = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    if min(sizes) <= 0 or min(sizes) < EVEN * max(sizes) or (a * b).sum() < TURNING * sizes[0] * sizes[1]:
        return 0
    times, agreed = _times_farther(here, (a + b) / 2)
    count = round(times) - 1
    over, _ = _times_farther(here, a if sizes[0] > sizes[1] else b)
    return (
        count if over >= OVER and agreed >= AGREED and 1 <= count <= MOST and abs(times - round(times)) <= ROUND else 0
    )


def _beside(ratio: Floats, step: int, way: int, ends: list[int]) -> list[int]:
    """The nearest steps on one side, within the shot, that are no repeats."""
    found: list[int] = []
    for k in range(step + way, step + way * (AROUND + 1), way):
        if not 0 <= k < len(ratio) or k + 1 in ends or len(found) == BESIDE:
            break
        found += [k] if ratio[k] >= SUDDEN else []
    return found


def _movement(motion: Motion, steps: Steps, which: list[int], usual_s: float | None) -> NDArray[np.float64]:
    """(cells, 2) median of these steps, by the frame or, where frames last differently, by the second."""
    moved = steps.shift[which].astype(np.float64).reshape(len(which), -1, 2)
    if usual_s is None:
        moved /= np.maximum(motion.dur_s[which], 1e-6)[:, None, None]
    return np.median(moved, axis=0)


def _times_farther(here: NDArray[np.float64], usual: NDArray[np.float64]) -> tuple[float, float]:
    """How many times the usual movement this is, by the cell in the middle, and the share of cells that agree."""
    size = np.hypot(*usual.T)
    moving = size >= MOVING * size.max()
    each = (here * usual).sum(axis=1)[moving] / size[moving] ** 2
    order = np.argsort(each)
    weight = np.cumsum(size[moving][order])
    times = float(each[order][np.searchsorted(weight, weight[-1] / 2)])
    return times, float((np.abs(each - times) <= ALIKE * abs(times)).mean())


def _usual_s(motion: Motion) -> float | None:
    """How long a frame lasts; None where the frame rate varies."""
    lasts = np.diff(motion.t_s)
    if not len(lasts):
        return None
    usual_s = float(np.median(lasts))
    is_usual = np.abs(lasts - usual_s) <= TICK * usual_s
    return usual_s if usual_s > 0 and is_usual.mean() >= REGULAR else None


def _gaps(motion: Motion, usual_s: float) -> dict[int, int]:
    """Frames that the file's own clock leaves room for."""
    times = np.diff(motion.t_s) / usual_s
    return {int(k) + 1: round(float(times[k])) - 1 for k in np.flatnonzero(times >= 2 - 2 * TICK)}
