"""Whether a patch that holds was laid over the footage: its outline, how still it is, and how it comes and goes.

A drawing's outline is sharp while it is there and gone without it; it comes and goes from one frame to the next, or
grows or fades where it stands while nothing around it stirs; or it outlasts a cut. What belongs to the scene does
none of this.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Motion
from analyzers.measures.stickers.holds import SAME, Mask, Patch

Floats = NDArray[np.float32]
Span = tuple[int, int]  # frames, the last not included
Way = Literal["cut", "pop", "fade"]
LOOKS = 7  # frames of its life that are held against each other
AROUND = 0.35  # of its longer side, what is looked at around it
HELD = 0.8  # share of its places that hold
STILL = 5.0  # grey levels that it may stir, coding included
STEP, MOST_OF_IT = 24.0, 0.88  # grey levels across nearly all of its outline,
OUTLINED, HALF_OF_IT = 40.0, 0.62  # and across most of it, and in the mean,
MORE_OUTLINED = 1.35  # times what is there without it
CHANGED = 0.6  # of the picture at a cut that something can outlast
CONTRAST = 20.0  # grey levels between it and what it covers
COMES_S = 0.5  # before and after it is there, where it may be growing or fading
SETTLED = 4  # frames
QUICK_S = 0.17  # while a quarter to three quarters of it are there
ABRUPT = 0.6  # of it, from one frame to the next
CORE_FIRST = 0.15  # of what is there in its middle, more than at its rim
QUIET = 4.0  # grey levels a frame that the surroundings may stir
BARELY = 0.1  # of it that is there: it has come
NEAR_CUT_S = 0.15  # what comes and goes with a shot says nothing


@dataclass(frozen=True, slots=True)
class Side:
    """How a patch comes, or how it goes, seen backwards."""

    frame: int  # the first that shows any of it; going: the first that shows none
    way: Way | None  # None: with a shot, or in a way that things of a scene do


@dataclass(frozen=True, slots=True)
class Overlay:
    patch: Patch
    first: int  # frames
    after: int
    comes: Way | None
    goes: Way | None
    is_over_cut: bool
    colour: float  # mean difference of its places' strongest and weakest channel

    @property
    def is_laid_over(self) -> bool:
        return self.comes is not None or self.goes is not None or self.is_over_cut


def as_overlay(motion: Motion, samples: Sequence[int], patch: Patch, shots: Sequence[Span]) -> Overlay | None:
    """What a patch is, if its outline says that it may be laid over the footage. Shots leave out soft transitions."""
    if patch.n_px < HELD * int(patch.mask.sum()):
        return None
    span = samples[patch.first], samples[patch.after] if patch.after < len(samples) else len(motion.t_s)
    view = _View(motion, patch)
    if _outline(view, _spread(span, 2)) is None:  # most go here, after two looks
        return None
    look, stir = view.look(span)
    outline = _outline(view, _spread(span, LOOKS))
    if stir > STILL or outline is None:
        return None
    apart = max(round(NEAR_CUT_S / _frame_s(motion)), 2)
    before, behind = _shot_at(shots, span[0] + apart), _shot_at(shots, span[1] - 1 - apart)
    without = [at for at in (span[0] - n * apart for n in (1, 2, 3)) if at >= before[0]]
    without += [at for at in (span[1] + n * apart for n in (0, 1, 2)) if at < behind[1]]
    if without and outline < MORE_OUTLINED * float(view.steps(without).mean()):
        return None
    comes, goes = Side(span[0], None), Side(span[1], None)
    if before[0] <= span[0] < before[1]:  # in a soft transition anything comes and goes
        comes = _side(view, look, span, before[0], +1)
    if behind[0] <= span[1] - 1 < behind[1]:
        goes = _side(view, look, span, behind[1], -1)
    colours = look[view.inside]
    colour = float((colours.max(axis=-1) - colours.min(axis=-1)).mean())
    return Overlay(patch, comes.frame, goes.frame, comes.way, goes.way, _outlasts(motion, span, shots, apart), colour)


def _outline(view: "_View", frames: Sequence[int]) -> float | None:
    """Grey levels across its outline; None where much of it has none."""
    steps = view.steps(frames)
    is_sharp = float((steps >= STEP).mean()) >= MOST_OF_IT and float((steps >= OUTLINED).mean()) >= HALF_OF_IT
    return float(steps.mean()) if is_sharp and steps.mean() >= OUTLINED else None


def _outlasts(motion: Motion, span: Span, shots: Sequence[Span], apart: int) -> bool:
    """Whether it is there before and after a cut between pictures that have little in common."""
    for one, other in pairwise(shots):
        if span[0] + apart <= one[1] and other[0] <= span[1] - apart:
            before, after = (motion.rgb[at].astype(np.int16) for at in (one[1] - 1, other[0]))
            if float((np.abs(before - after).max(axis=-1) > SAME).mean()) >= CHANGED:
                return True
    return False


class _View:
    """A patch and its surroundings in any frame."""

    def __init__(self, motion: Motion, patch: Patch) -> None:
        import cv2

        height, width = motion.grey.shape[1:]
        reach = max(round(AROUND * max(patch.w, patch.h)), 4)
        top, left = max(patch.y - reach, 0), max(patch.x - reach, 0)
        bottom, right = min(patch.y + patch.h + reach, height), min(patch.x + patch.w + reach, width)
        mask = np.zeros((bottom - top, right - left), np.uint8)
        mask[patch.y - top : patch.y - top + patch.h, patch.x - left : patch.x - left + patch.w] = patch.mask
        kernel = np.ones((3, 3), np.uint8)
        grown, shrunk = cv2.dilate(mask, kernel), cv2.erode(mask, kernel)
        self._rgb, self._rows, self._columns = motion.rgb, slice(top, bottom), slice(left, right)
        self.frame_s = _frame_s(motion)
        self._band: Mask = (grown > 0) & (shrunk == 0)
        self.inside: Mask = shrunk > 0 if shrunk.sum() >= 9 else mask > 0
        away = cv2.distanceTransform(mask, cv2.DIST_L2, 3)[self.inside]
        self.core: Mask = away >= np.median(away)  # of the places inside
        self.outside: Mask = cv2.dilate(grown, kernel) == 0
        self._kernel = kernel

    def at(self, frame: int) -> NDArray[np.uint8]:
        return np.ascontiguousarray(self._rgb[frame][self._rows, self._columns])

    def look(self, span: Span) -> tuple[Floats, float]:
        """What it looks like, and how much it stirs."""
        seen = np.stack([self.at(frame) for frame in _spread(span, LOOKS)]).astype(np.float32)
        look = np.median(seen, axis=0)
        return look, float(np.abs(seen - look).max(axis=-1)[:, self.inside].mean())

    def off(self, frame: int, look: Floats) -> Floats:
        """How far each place inside is from the look."""
        return np.abs(self.at(frame)[self.inside] - look[self.inside]).max(axis=-1)

    def steps(self, frames: Sequence[int]) -> Floats:
        """Grey levels across each place of its outline."""
        import cv2

        crops = [self.at(frame) for frame in frames]
        steps = [cv2.subtract(cv2.dilate(crop, self._kernel), cv2.erode(crop, self._kernel)) for crop in crops]
        return np.stack([step.max(axis=-1)[self._band] for step in steps]).mean(axis=0).astype(np.float32)

    def stirs(self, frame: int, other: int) -> float:
        """How much the surroundings differ between two frames."""
        if not self.outside.any():
            return 0.0
        one, two = (self.at(at)[self.outside].astype(np.int16) for at in (frame, other))
        return float(np.abs(one - two).mean())


def _side(view: _View, look: Floats, span: Span, border: int, onward: int) -> Side:
    """How it comes (onward is 1), or goes (onward is -1: the same, seen backwards)."""
    edge = span[0] if onward > 0 else span[1] - 1  # a frame that shows it
    outermost = border if onward > 0 else border - 1  # of the shot on that side
    away = min(max(round(COMES_S / view.frame_s), 2), max(onward * (edge - outermost), 0))
    inner = min(SETTLED, span[1] - span[0] - 1)
    frames = [edge + onward * n for n in range(-away, inner + 1)]  # from before it is there
    off = np.stack([view.off(frame, look) for frame in frames])
    settled = np.median(off[-inner - 1 :], axis=0)
    before = off[: away // 2]
    contrast = float((np.median(before, axis=0) - settled).mean()) if len(before) >= 2 else 0.0
    if contrast < CONTRAST:  # it was there all the time, or came with the shot
        with_shot = away < 2 or float((off[:away] - settled).mean(axis=1).max()) < CONTRAST
        return Side(border if with_shot else edge + (onward < 0), None)
    there = 1 - (off - settled).mean(axis=1) / contrast  # share of it that is there, frame by frame
    noise = float(there[: len(before)].max())
    shown = there > max(BARELY, noise + BARELY / 2)
    frame = frames[len(shown) - int(np.argmin(shown[::-1]))]
    if len(abrupt := np.flatnonzero(np.diff(there) >= ABRUPT)):
        frame = frames[int(abrupt[-1]) + 1]
        return Side(frame if onward > 0 else frame + 1, "cut")
    partly = (there > noise + BARELY) & (there < 1 - 2 * BARELY)
    is_quick = int(((there > 0.25) & (there < 0.75)).sum()) * view.frame_s <= QUICK_S and noise < 0.5
    is_quiet = max(view.stirs(a, b) for a, b in pairwise(frames)) <= QUIET
    way: Way | None = None
    if is_quick or is_quiet:
        way = _way(1 - (off[partly] - settled) / np.maximum(before.mean(axis=0) - settled, 1), view.core)
    return Side(frame if onward > 0 else frame + 1, way)


def _way(there: Floats, core: Mask) -> Way:
    """By how much of its places are there in the frames between: none are, the middle comes first, or all together."""
    if len(there) < 2:
        return "cut"
    if core.all():
        return "fade"
    return "pop" if float(there[:, core].mean() - there[:, ~core].mean()) > CORE_FIRST else "fade"


def _spread(span: Span, count: int) -> list[int]:
    """Frames of the middle of a span."""
    aside = (span[1] - span[0]) * 0.15
    return np.unique(np.linspace(span[0] + aside, span[1] - 1 - aside, count).round().astype(int)).tolist()


def _shot_at(shots: Sequence[Span], frame: int) -> Span:
    return next((shot for shot in reversed(shots) if shot[0] <= frame), shots[0])


def _frame_s(motion: Motion) -> float:
    return max(float(np.median(motion.dur_s)), 1e-3)
