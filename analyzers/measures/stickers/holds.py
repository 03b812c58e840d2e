"""Patches of the screen that keep their colours for a while, and come and go as a whole.

Every place of the small picture holds its colour from one sample to another; places that begin to and cease to at the
same times, and lie together, are a patch. Over footage that moves, only what is laid over it holds; over footage that
stands still, what is laid over it begins later or ceases earlier.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Motion

Mask = NDArray[np.bool_]
STEP_S = 0.125
HOLDS = 4  # samples: what holds for half a second
SAME = 22  # grey levels in each channel, which lossy coding and a slow change of light stay below
FOLLOWS = 0.1  # of a new sample in the colour that is held
TOGETHER = 3  # samples within which a whole patch comes or goes
LEAST_PX = 40  # places: 6 % of the picture's width squared
LARGEST_W, LARGEST_H = 0.55, 0.4  # of the picture
MEDIAN_PX = 5  # around a place, most of which began as it did
CORE_PX = 9  # of a patch without its rim
RIM_PX, CLOSING_PX = 3, 3
FILLS = 0.35  # share of its box
NEVER = -1000


@dataclass(frozen=True, slots=True)
class Patch:
    """Where and when it holds, in samples; the last one not included."""

    first: int
    after: int
    x: int
    y: int
    mask: Mask  # of its box
    n_px: int  # places that really held

    @property
    def w(self) -> int:
        return self.mask.shape[1]

    @property
    def h(self) -> int:
        return self.mask.shape[0]


def sample(motion: Motion) -> list[int]:
    """Frames about STEP_S apart."""
    found, due_s = [], -1.0
    for number, t in enumerate(motion.t_s.tolist()):
        if t >= due_s - 1e-6:
            found.append(number)
            due_s = (np.floor(t / STEP_S + 1e-6) + 1) * STEP_S
    return found


def patches(motion: Motion, samples: list[int]) -> list[Patch]:
    """Every patch, the largest first; one of those that say the same."""
    found: list[Patch] = []
    for patch in sorted(_all(motion, samples), key=lambda one: -one.n_px):
        if not any(_is_same(patch, other) for other in found):
            found.append(patch)
    return found


def _all(motion: Motion, samples: list[int]) -> Iterator[Patch]:
    import cv2

    height, width = motion.grey.shape[1:]
    since = np.zeros((height, width), np.int32)
    held = np.zeros((height, width, 3), np.float32)
    ceased = np.full((height, width), -TOGETHER, np.int32)  # when the last long hold did, and since when it was one
    began = np.zeros((height, width), np.int32)
    for now, number in enumerate(samples):
        picture = np.ascontiguousarray(motion.rgb[number])
        if now == 0:
            held[:] = picture
            continue
        red, green, blue = cv2.split(cv2.absdiff(picture, cv2.convertScaleAbs(held)))
        is_new = cv2.max(cv2.max(red, green), blue) > SAME
        is_over = is_new & (since <= now - HOLDS)
        np.copyto(began, since, where=is_over)
        ceased[is_over] = now
        since[is_new] = now
        cv2.accumulateWeighted(picture, held, FOLLOWS)
        cv2.copyTo(picture.astype(np.float32), is_new.view(np.uint8), held)
        if now % 2 == 0:  # whatever ceases within two samples is seen at once by one of two
            yield from _grouped(began, ceased > now - TOGETHER, ceased)
    after = len(samples)
    lasts = after - since >= HOLDS
    yield from _grouped(np.where(lasts, since, began), lasts, np.where(lasts, after, ceased))


def _grouped(began: NDArray[np.int32], is_over: Mask, ceased: NDArray[np.int32]) -> Iterator[Patch]:
    """Patches among the places that ceased lately: those that lie together and began at one time, but for a few."""
    import cv2

    if np.count_nonzero(is_over) < LEAST_PX:
        return
    height, width = began.shape
    kernel = np.ones((3, 3), np.uint8)
    usual = cv2.medianBlur(np.where(is_over, began, NEVER).astype(np.float32), MEDIAN_PX)
    level = cv2.subtract(cv2.dilate(usual, kernel), cv2.erode(usual, kernel)) < TOGETHER
    _, labels, stats, _ = cv2.connectedComponentsWithStats((level & (usual >= 0)).astype(np.uint8), connectivity=4)
    for label, (x, y, w, h, area) in enumerate(stats.tolist()):
        if label == 0 or area < CORE_PX or w > LARGEST_W * width or h > LARGEST_H * height:
            continue
        left, top = max(x - RIM_PX, 0), max(y - RIM_PX, 0)
        here = slice(top, min(y + h + RIM_PX, height)), slice(left, min(x + w + RIM_PX, width))
        core = labels[here] == label
        near = cv2.dilate(core.astype(np.uint8), np.ones((2 * RIM_PX + 1, 2 * RIM_PX + 1), np.uint8)) > 0
        inside = near & is_over[here] & (np.abs(began[here] - usual[here][core].mean()) < TOGETHER)
        if patch := _patch(inside, began[here], ceased[here], left, top):
            yield patch


def _patch(inside: Mask, began: NDArray[np.int32], ceased: NDArray[np.int32], left: int, top: int) -> Patch | None:
    """Its largest piece, with the gaps filled where single places hold for longer or less."""
    import cv2

    whole = cv2.morphologyEx(inside.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((CLOSING_PX, CLOSING_PX), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(whole, connectivity=4)
    if len(stats) < 2:
        return None
    label = 1 + int(stats[1:, 4].argmax())
    x, y, w, h, area = stats[label].tolist()
    if area < max(LEAST_PX, FILLS * w * h):
        return None
    mask = labels[y : y + h, x : x + w] == label
    held = mask & inside[y : y + h, x : x + w]
    first, after = (round(float(times[y : y + h, x : x + w][held].mean())) for times in (began, ceased))
    return Patch(first, after, left + x, top + y, mask, int(held.sum()))


def _is_same(one: Patch, other: Patch) -> bool:
    if max(abs(one.first - other.first), abs(one.after - other.after)) > TOGETHER:
        return False
    w = min(one.x + one.w, other.x + other.w) - max(one.x, other.x)
    h = min(one.y + one.h, other.y + other.h) - max(one.y, other.y)
    return w > 0 and h > 0 and w * h > 0.3 * min(one.w * one.h, other.w * other.h)
