"""Frames that are torn: for a moment parts of the picture are not where they were, and then they are back."""

from dataclasses import dataclass

import numpy as np

from analyzers.contract import Flow, Motion
from analyzers.measures.cuts.likeness import likeness
from analyzers.measures.steps.steps import Steps

AROUND = 8  # steps on each side that an error is held against
SPIKE, LEAST = 2.5, 0.008  # of the usual error of the flow, and more than it at least: two grey levels
LONGEST = 4  # frames; what stays longer is shown on purpose
LIT = 0.15  # change of ln brightness: light, and not the picture, comes and goes
GONE = 0.85  # share of the picture found in the torn frame, up to which it is torn
BACK = 0.9  # and in the one after it, from which it is back


@dataclass(frozen=True, slots=True)
class Torn:
    first: int
    after: int
    share: float  # of the picture that is not where it was


def find_torn(motion: Motion, flow: Flow, steps: Steps, ends: list[int]) -> list[Torn]:
    spikes = _spikes(flow)
    found: list[Torn] = []
    for n, step in enumerate(spikes):
        if found and step < found[-1].after:
            continue
        for back in spikes[n + 1 :]:
            if back - step > LONGEST:
                break
            if torn := _torn(motion, steps, ends, step, back):
                found.append(torn)
                break
    return found


def _spikes(flow: Flow) -> list[int]:
    """Steps that the flow explains much worse than those around."""
    error = np.asarray(flow.residual, np.float64)
    if not len(error):
        return []
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(error, AROUND, mode="reflect" if len(error) > AROUND else "edge"), 2 * AROUND + 1
    )
    usual = np.median(windows, axis=1)
    return np.flatnonzero((error > SPIKE * usual) & (error > usual + LEAST)).tolist()


def _torn(motion: Motion, steps: Steps, ends: list[int], step: int, back: int) -> Torn | None:
    """The frames after one spike and up to the other, where the picture is whole before and after."""
    first, after = step + 1, back + 1
    is_light = max(abs(float(steps.brighter[step])), abs(float(steps.brighter[back]))) > LIT
    if is_light or any(step <= end <= after + 1 for end in ends):
        return None
    before = motion.grey[step]
    if likeness(before, motion.grey[after]).kept < BACK:
        return None
    found = likeness(before, motion.grey[first]).kept_before
    if found is None or found > GONE:
        return None
    return Torn(first, after, 1 - found)
