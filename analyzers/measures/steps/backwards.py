"""What runs backwards: pictures that come again in the opposite order, and sounds that swell and break off."""

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Motion, Spectrum
from analyzers.measures.steps.steps import Floats, cell_changes
from analyzers.measures.steps.stills import Span

BACK = -0.7  # cosine between the movements before and after a turn
MOVED = 1e-3  # widths a frame of the liveliest cell
SHORTEST_S = 0.3  # of a way back
AWAY, SAME = 2.0, 0.25  # grey levels from the picture of the turn; share of them that the way there and back differ by
EARLY = 3  # frames around the turn, in which nothing has changed enough yet
WINDOW_S, HOP_S, LEAST_S = 4.0, 1.0, 2.0  # of sound
FEWEST = 3  # windows of a long sound: a riser before a drop swells too
BANDS_HZ = (120, 240, 480, 960, 1920, 3840, 7680)
RANGE_DB, LEAST_DB = 35.0, 50.0  # below the loudest of a band, and below that of all, that is heard of it
LAG = 3  # frames of the spectrum: 30 ms
SWELLS, SWELLS_WHOLE = -0.35, -0.2  # skewness of the changes of level, in bands and as a whole


def find_turns(motion: Motion, shift: NDArray[np.floating], ends: list[int]) -> list[Span]:
    """Stretches whose pictures are those before them in the opposite order."""
    shift = np.asarray(shift, np.float32)
    found: list[Span] = []
    for frame in _turns(shift):
        if found and frame < found[-1][1] - EARLY:
            continue
        best = max((_way_back(motion, frame, gap, ends) for gap in (0, 1)), key=lambda way: way[1] - way[0])
        if best[1] - best[0] > 2 * EARLY and _seconds(motion, *best) >= SHORTEST_S:
            found.append(best)
    return found


def _turns(shift: Floats) -> list[int]:
    """Frames at which everything goes back where it came from."""
    sizes = np.linalg.norm(shift, axis=1)
    turns = []
    for gap in (1, 2):
        products = (shift[:-gap] * shift[gap:]).sum(axis=1)
        moved = np.minimum(np.abs(shift[:-gap]).max(axis=1, initial=0), np.abs(shift[gap:]).max(axis=1, initial=0))
        is_turn = (products <= BACK * sizes[:-gap] * sizes[gap:]) & (moved >= MOVED)
        turns += (np.flatnonzero(is_turn) + 1).tolist()
    return sorted(set(turns))


def _way_back(motion: Motion, turn: int, gap: int, ends: list[int]) -> Span:
    """How far the pictures after a turn are those before it; `gap` is 1 where the turn's picture is shown twice."""
    count, after = len(motion.t_s), turn + gap
    low = max([end for end in ends if end <= turn], default=0)
    high = min([end for end in ends if end > turn], default=count)
    for k in range(1, min(turn - low, high - after - 1) + 1):
        there, back = motion.grey[turn - k], motion.grey[after + k]
        apart = float(cell_changes(there, motion.grey[turn]).mean())
        if k > EARLY and (apart < AWAY or float(cell_changes(there, back).mean()) > SAME * apart):
            return after, after + k
    return after, after + max(min(turn - low, high - after - 1), 0) + 1


def _seconds(motion: Motion, first: int, after: int) -> float:
    return float(motion.t_s[min(after, len(motion.t_s)) - 1] - motion.t_s[first])


def find_swells(spectrum: Spectrum, end_s: float) -> list[tuple[float, float, float]]:
    """(start, end, skewness) of stretches whose sounds rise slowly and stop at once.

    Forwards a sound is struck and dies away: of 26 recordings of speech, music and noises none swells for long, and
    23 do when they are played backwards; applause and crunching have no direction.
    """
    last_s = max(end_s - WINDOW_S, 0.0)
    starts = np.unique(np.append(np.arange(0, last_s, HOP_S), last_s))
    swells = [
        (start_s, skew)
        for start_s in starts.tolist()
        if (skew := _skewness(spectrum, start_s, min(start_s + WINDOW_S, end_s))) is not None
    ]
    runs: list[list[tuple[float, float]]] = []
    for swell in swells:
        if runs and swell[0] - runs[-1][-1][0] <= WINDOW_S / 2:
            runs[-1].append(swell)
        else:
            runs.append([swell])
    found: list[tuple[float, float, float]] = []
    for run in runs:
        if len(run) >= min(FEWEST, len(starts)):
            start_s = max(run[0][0], found[-1][1] if found else 0.0)
            found.append((start_s, min(run[-1][0] + WINDOW_S, end_s), float(np.mean([skew for _, skew in run]))))
    return found


def _skewness(spectrum: Spectrum, start_s: float, end_s: float) -> float | None:
    """None where the sound does not swell."""
    first, after = np.searchsorted(spectrum.t_s, [start_s, end_s])
    if after <= first or end_s - start_s < LEAST_S:
        return None
    power = np.square(np.asarray(spectrum.magnitude[first:after], np.float64))
    edges = np.searchsorted(spectrum.hz, BANDS_HZ)
    bands = np.add.reduceat(power, edges, axis=1)[:, :-1]
    whole, each = _skew(bands.sum(axis=1, keepdims=True)), _skew(bands)
    return each if each <= SWELLS and whole <= SWELLS_WHOLE else None


def _skew(power: NDArray[np.float64]) -> float:
    level = 10 * np.log10(np.maximum(power, 1e-8))
    loudest = np.percentile(level, 98, axis=0)
    level = np.maximum(level, np.maximum(loudest - RANGE_DB, loudest.max() - LEAST_DB))
    change = level[LAG:] - level[:-LAG]
    return float((change**3).mean() / max(float((change**2).mean()) ** 1.5, 1e-9))
