"""Moments of the picture at which a sound would be expected: sudden changes of what is shown, and sudden moves.

A change is a cut, a flash, something that appears. A move is a blow: what moved stops, starts or turns back from one
frame to the next. Both are told from their surroundings, so a shaking camera or a busy scene raises the bar.
"""

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Flow, Motion

Curve = NDArray[np.float64]
BATCH = 256  # frames in memory at a time
AROUND_S = 0.5  # what a moment is compared with, before and after it
APART_S = 0.15  # between two moments
FIRST_COUNTS = 2.0  # a later change in this time must be so much larger: the end of a flash is as large as its start
MIN_CHANGE = 0.012  # mean difference of grey, 0..1; compression stays below 0.005
MIN_CHANGE_RATIO = 4.0  # over the median around it
MIN_TURN_W_S = 0.12  # change of speed in widths/s from frame to frame; a fall of 1 m seen from 2 m changes by 0.1
MIN_TURN_RATIO = 4.0
SPREAD_S = 0.1  # flow means nothing around a change of the whole picture


def change_moments(motion: Motion) -> Curve:
    """When the picture suddenly becomes another: the time of the first new frame."""
    return motion.t_s[_peaks(_changes(motion), motion.t_s, MIN_CHANGE, MIN_CHANGE_RATIO, FIRST_COUNTS)]


def move_moments(flow: Flow, changes_s: Curve) -> Curve:
    """When what moves suddenly moves otherwise, away from changes of the whole picture."""
    if len(flow.t_s) < 3:
        return np.zeros(0)
    t_s = flow.t_s[:-1]  # between two steps of flow lies the frame that both have
    found = t_s[_peaks(_turns(flow), t_s, MIN_TURN_W_S, MIN_TURN_RATIO, 1.0)]
    return found[_distance(found, changes_s) > SPREAD_S]


def _distance(times_s: Curve, others_s: Curve) -> Curve:
    """From each to the nearest of the others."""
    return np.min(np.abs(times_s[:, None] - others_s[None]), axis=1, initial=np.inf)


def _changes(motion: Motion) -> Curve:
    """Mean difference of every frame to the one before, 0..1."""
    found = np.zeros(len(motion.t_s))
    for start in range(1, len(found), BATCH):
        grey = motion.grey[start - 1 : start + BATCH].astype(np.int16)
        found[start : start + BATCH] = np.abs(np.diff(grey, axis=0)).mean(axis=(1, 2)) / 255
    return found


def _turns(flow: Flow) -> Curve:
    """Change of velocity between two steps of flow, in widths/s, of what moves most."""
    step_s = np.maximum(np.diff(flow.t_s, prepend=2 * flow.t_s[0] - flow.t_s[1]), 1e-3)
    velocity = np.zeros((len(step_s), 2))
    for start in range(0, len(step_s), BATCH):
        xy = np.asarray(flow.xy[start : start + BATCH], np.float32).reshape(-1, flow.xy.shape[1] * flow.xy.shape[2], 2)
        weight = (xy**2).sum(axis=2, keepdims=True)
        total = np.maximum(weight.sum(axis=1), 1e-9)
        velocity[start : start + BATCH] = (xy * weight).sum(axis=1) / total / step_s[start : start + BATCH, None]
    return np.hypot(*np.diff(velocity, axis=0).T)


def _peaks(curve: Curve, t_s: Curve, lowest: float, ratio: float, later: float) -> NDArray[np.intp]:
    """Where the curve rises far above what is around it; of close moments the first, unless a later one is larger."""
    from scipy.ndimage import median_filter

    if len(curve) < 2:
        return np.zeros(0, np.intp)
    step_s = max(float(np.median(np.diff(t_s))), 1e-3)
    usual = median_filter(curve, 2 * max(round(AROUND_S / step_s), 1) + 1, mode="nearest")
    found: list[int] = []
    for i in np.flatnonzero(curve >= np.maximum(lowest, ratio * usual)).tolist():
        if found and t_s[i] - t_s[found[-1]] < APART_S:
            if curve[i] > later * curve[found[-1]]:
                found[-1] = i
        else:
            found.append(i)
    return np.array(found, np.intp)
