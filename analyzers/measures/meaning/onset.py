"""The first movement of a picture: when something in it begins to move by itself, not by a cut or a text that pops."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Flow, Motion
from analyzers.measures.meaning.spans import Span

Box = tuple[Span, float, float, float, float]  # when a text is there, and its left, top, right and bottom edge
SPEED_W_S = 0.03  # widths a second; slower is a breath, or the flow's error
LEAST_W = 0.0006  # widths from one frame to the next, a tenth of a pixel of 160: of stills the flow is nought
LEAST_SHARE = 0.008  # of the picture that moves: a hand
LOOKS = 3  # steps, of which two must move: a key frame of a still looks new once
FORESEEN, LITTLE = 2, 0.35  # frames that a movement shows in early, at CRF 35 by up to a quarter of its speed
MARGIN = 0.06  # of the picture around a text's box: the flow's patches reach that far
TICK_S = 1e-6


def first_motion_s(
    motion: Motion, flow: Flow, until_s: float, changes: Sequence[Span], texts: Sequence[Box]
) -> float | None:
    """When the first movement begins: the frame before the first one that shows it. None up to `until_s`."""
    steps = int(np.searchsorted(flow.t_s, until_s + TICK_S)) + LOOKS
    steps = min(steps, len(flow.t_s), len(motion.t_s) - 1)
    if steps < 1:
        return None
    moved = _moved(flow, motion.dur_s, steps)
    _leave_out(moved, flow.t_s[:steps], texts)
    begins, ends = motion.t_s[:steps], flow.t_s[:steps]
    for start_s, end_s in changes:  # from one shot to another nothing moves
        within = (ends >= start_s - TICK_S) & ((begins <= end_s - TICK_S) | (ends <= end_s + TICK_S))
        moved[within] = 0
    does, amount = (moved > 0).mean(axis=(1, 2)) >= LEAST_SHARE, moved.mean(axis=(1, 2))
    for i in np.flatnonzero(does):
        if does[i : i + LOOKS].sum() >= min(2, steps - i):
            first = _without_foresight(amount, int(i))
            return float(begins[first]) if begins[first] <= until_s else None
    return None


def _moved(flow: Flow, dur_s: NDArray[np.float64], steps: int) -> NDArray[np.float32]:
    """How far each cell moves in each of the first steps; 0 where that is too little."""
    shift = np.asarray(flow.xy[:steps], np.float32)
    least = np.maximum(SPEED_W_S * dur_s[:steps], LEAST_W).astype(np.float32)
    far = np.hypot(shift[..., 0], shift[..., 1])
    return np.where(far >= least[:, None, None], far, np.float32(0))


def _without_foresight(amount: NDArray[np.float32], first: int) -> int:
    """Coarsely coded frames take something of the ones to come: a frame or two of them show a little of a movement."""
    for i in range(first, first + FORESEEN):
        coming = amount[i + 1 : i + 5]
        if not len(coming) or amount[i] >= LITTLE * np.median(coming):
            return i
    return first + FORESEEN


def _leave_out(moved: NDArray[np.float32], times_s: NDArray[np.float64], texts: Sequence[Box]) -> None:
    rows, columns = moved.shape[1:]
    for (start_s, end_s), left, top, right, bottom in texts:
        when = (times_s >= start_s - TICK_S) & (times_s <= end_s + 2 * np.diff(times_s, append=times_s[-1]).max())
        first, last = int(max(top - MARGIN, 0) * rows), int(np.ceil(min(bottom + MARGIN, 1) * rows))
        near, far = int(max(left - MARGIN, 0) * columns), int(np.ceil(min(right + MARGIN, 1) * columns))
        moved[when, first:last, near:far] = 0
