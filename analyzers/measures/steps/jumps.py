"""Which frames repeat the one before, and before which some are missing, by how far everything moves in each step."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Motion
from analyzers.measures.steps.steps import AROUND, Steps, ratios
from analyzers.measures.steps.stills import QUIET

Floats = NDArray[np.float32]

MOVED = 1e-3  # widths, a sixth of a pixel of 160: steps this small are not measured well enough
REPEAT, LIKELY = 0.2, 0.35  # share of a usual step, up to which a frame repeats the one before; if the flow agrees
STAYS = 0.15  # of a usual movement: the flow agrees without a doubt
BRIEF = 3  # steps; a longer rest must be as quiet as a still: where little moves, little is a usual step
STANDS = 0.5  # of a usual movement, up to which the flow agrees that a frame is a repeat
LIT = 0.15  # change of ln brightness: light came and went, and nothing moved
SUDDEN = 0.6  # of a usual step on both sides of a repeat: what comes to rest slows down first
STOPPED, STOOD = 0.4, 0.05  # the same beside a step in which nothing changes at all
MISSING = 1.7  # usual movements in one step, from which frames may be missing
ROUND = 0.45  # how far from a whole number
MOST = 6  # missing at once: beyond, it is another moment and not a lost frame
ONE_WAY, TURNING = 0.9, 0.4  # cosine between a step's movement and that around it; between those on its two sides
EVEN = 0.7  # the smaller over the larger of the movements before and after: in a jerk they differ
LACKING = 0.6  # share of a jump that the steps before it lacked: then those were repeats
REGULAR = 0.9  # share of frames that last as long as the usual one in a video of constant rate
TICK = 0.1  # of a frame


@dataclass(frozen=True, slots=True)
class Jumps:
    repeats: list[int]  # frames that repeat the one before
    missing: dict[int, int]  # frame -> how many are missing before it


def find_jumps(motion: Motion, steps: Steps, ratio: Floats, ends: list[int]) -> Jumps:
    """`ends` are the first frames of new shots; what is a still is for others to say."""
    moved = ratios(steps.shift, MOVED)
    repeats = set(_sudden_stops(steps, ratio, moved, ends))
    missing: dict[int, int] = {}
    usual_s = _usual_s(motion)
    for step in np.flatnonzero(moved >= MISSING).tolist():
        count = _missing_before(motion, steps, ratio, step, ends, usual_s)
        if not count:
            continue
        before = np.nan_to_num(moved[max(step - count - 2, 0) : step], nan=1.0)
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
    before, after = (_neighbour(ratio, step, way) for way in (-1, 1))
    if before is None or after is None or any(before - 1 <= end <= after + 2 for end in ends):
        return 0
    seconds = 1.0 if usual_s is not None else float(motion.dur_s[step])
    a, here, b = (
        steps.shift[k].astype(np.float64) * (1.0 if usual_s is not None else seconds / float(motion.dur_s[k]))
        for k in (before, step, after)
    )
    mean = (a + b) / 2
    sizes = np.linalg.norm(a), np.linalg.norm(b), np.linalg.norm(mean), np.linalg.norm(here)
    if min(sizes) <= 0 or min(sizes[:2]) < EVEN * max(sizes[:2]):
        return 0
    if a @ b < TURNING * sizes[0] * sizes[1] or here @ mean < ONE_WAY * sizes[2] * sizes[3]:
        return 0
    times = float(here @ mean / sizes[2] ** 2)
    count = round(times) - 1
    return count if 1 <= count <= MOST and abs(times - round(times)) <= ROUND else 0


def _neighbour(ratio: Floats, step: int, way: int) -> int | None:
    """The nearest step on one side that is no repeat."""
    for k in range(step + way, step + way * (AROUND + 1), way):
        if not 0 <= k < len(ratio):
            return None
        if ratio[k] >= SUDDEN:
            return k
    return None


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
