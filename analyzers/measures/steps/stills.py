"""Where the picture stands: the same one shown again and again, and not a camera that nobody moves.

A coder that repeats a picture leaves it alone once it has settled, until its next key frame; a sensor's grain keeps
trickling into the picture, even where the coder throws nearly all of it away. FFmpeg's freezedetect holds each frame
against the first of the stretch in the same way, but as a mean over the picture, which grain at CRF 28 passes.
"""

from itertools import pairwise

import numpy as np

from analyzers.contract import Motion
from analyzers.measures.steps.steps import BATCH, Floats, Steps, cell_changes, is_redrawn

Span = tuple[int, int]  # first frame, first frame after

FREEZE_S = 0.25  # shorter stills are repeated frames
FEWEST = 4  # steps without movement
QUIET = 0.6  # grey levels that the worst cell changes in a step: a repeated picture settles by up to 0.5
REPEAT = 0.35  # share of a usual step, up to which a frame repeats the one before
SETTLED = 6  # frames until the coder leaves a repeated picture alone
BLEED = 4  # last frames of a still, into which those predicted from both sides take what follows
DRIFT = 0.15  # grey levels of a cell against the settled picture: 0.12 at most in a still, grain has 0.2 to 4
STOPPED = 0.8  # the same of a cell that moved until then: the coder goes on repairing what movement left
LIVELY = 0.5  # grey levels that such a cell changed in each step
CAMERA = 0.5  # share of the cells that moved: the camera did, and with it those in which nothing is to be seen
SMEARED = 4  # steps over which a coder spreads the last one before a still, at CRF 35
PART, WHOLE, USUAL = 0.5, (0.6, 1.4), 0.8  # of a usual movement: each of them, all together, the one before them


def find_stills(motion: Motion, steps: Steps, ratio: Floats, moved: Floats) -> list[Span]:
    """Stretches that show one picture, from its first frame to the first that shows another."""
    worst = np.asarray(steps.change, np.float32).max(axis=1, initial=0)
    is_quiet = (worst <= QUIET) | (ratio <= REPEAT) | is_redrawn(motion, steps)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_quiet, [False]]).astype(np.int8)))
    return [
        (_began(moved, first), last + 1)
        for first, last in edges.reshape(-1, 2).tolist()
        if last - first >= FEWEST
        and motion.t_s[last] + motion.dur_s[last] - motion.t_s[first] >= FREEZE_S
        and _stands(motion, first, last + 1, _allowed(steps, first, last))
    ]


def _began(moved: Floats, first: int) -> int:
    """Where a still began whose last step a coder drew in parts: what comes to rest by itself slows down before."""
    for step in range(first - 1, max(first - SMEARED - 2, -1), -1):
        if moved[step] > PART:
            whole = float(np.nansum(moved[step + 1 : step + 1 + SMEARED]))
            return step + 2 if moved[step] >= USUAL and WHOLE[0] <= whole <= WHOLE[1] else first
    return first


def _allowed(steps: Steps, first: int, last: int) -> Floats:
    """How far each cell may drift: more where it moved up to the still, or moves from its end on."""
    moved = np.zeros(steps.change.shape[1], bool)
    for a, b in ((first - 2, first), (last, last + 2)):
        if a >= 0 and b <= len(steps.change):
            lively = (steps.change[a:b] > LIVELY).all(axis=0)
            moved |= lively | (lively.mean() >= CAMERA)
    return np.where(moved, STOPPED, DRIFT).astype(np.float32)


def _stands(motion: Motion, first: int, after: int, allowed: Floats) -> bool:
    keys = [first + 1 + k for k in np.flatnonzero(motion.is_key[first + 1 : after]).tolist()]
    last = max(after - min(BLEED, (after - first) // 4), first + 1)
    return all(_is_one_picture(motion, a, min(b, last), allowed) for a, b in pairwise([first, *keys, after]))


def _is_one_picture(motion: Motion, first: int, after: int, allowed: Floats) -> bool:
    """Between two key frames: whether nothing trickles in once the picture has settled."""
    settled = first + min(SETTLED, (after - first) // 2)
    reference = motion.grey[settled]
    return not any(
        (cell_changes(picture, reference) > allowed).any()
        for start in range(settled + 1, after, BATCH)
        for picture in motion.grey[start : min(start + BATCH, after)]
    )
