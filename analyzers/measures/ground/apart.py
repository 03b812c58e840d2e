"""Foreground from background without a model: by the colour of a plain ground, or by what moves unlike the border.

Everything is on a small grid. A plain ground is one colour along the picture's left, right and upper edge; what differs
from it is foreground. Otherwise the border's movement, a similarity of the flow there, is the ground's; what moves
otherwise, or what differs from the median of a ground that stands, is foreground.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Flow, Motion
from analyzers.measures.colour.oklab import to_linear, to_oklab

Mask = NDArray[np.bool_]
Grey = NDArray[np.uint8]
BORDER = 0.06  # of the grid's width: the strip in which the ground is looked for
ONE_COLOUR = 0.04  # OKLab distance to the middle colour within which the light on a wall stays
MOSTLY = 0.7  # of the border that is of one colour; the rest is what reaches over it
OTHER_COLOUR = 0.08  # OKLab distance from which on something is no part of a plain ground
DIFFERENT = 28  # of 255, to the ground that stands: twice what compression adds
OTHER_SPEED, OTHER_SHARE = 0.03, 0.25  # widths a second, and of the ground's own speed: what flow errs by
STEEP, ANCHORED = 3.0, 0.25  # grey levels a pixel that movement is seen by, and share of the border that must have them
STRAY = 0.25  # of such places: where more of them differ from the standing ground, the camera moves
SEEN, SEEN_SHARE = 8, 0.3  # of 255, and of a region: what shows that it did not go with the ground
OWN = 0.9  # of that error, what a region's own movement may leave: flow that is mistaken leaves 1.1 to 2.5 times it
AROUND_S = 0.13  # the flow is summed over: half the time from one sample to the next
LEAST, MOST = 0.005, 0.85  # of the picture: less is noise, more is no foreground
LEAST_BY_FLOW, MOST_BY_FLOW = 0.05, 0.6  # what enters at the edge is smaller; parallax of a whole place is larger


def border(shape: tuple[int, ...]) -> Mask:
    """Left, right and upper edge: the lower one is where people stand."""
    wide = max(1, round(BORDER * shape[1]))
    strip = np.zeros(shape[:2], bool)
    strip[:wide] = strip[:, :wide] = strip[:, -wide:] = True
    return strip


def plain_colour(lab: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """The one colour of the border, in OKLab."""
    edge = lab[border(lab.shape)]
    middle = np.median(edge, axis=0)
    return middle if (np.linalg.norm(edge - middle, axis=1) <= ONE_COLOUR).mean() >= MOSTLY else None


def unlike(lab: NDArray[np.float32], colour: NDArray[np.float32]) -> Mask:
    return cleaned(np.linalg.norm(lab - colour, axis=2) > OTHER_COLOUR)


def as_lab(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    return to_oklab(to_linear(rgb)).astype(np.float32)


def standing(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8] | None:
    """What is there most of the time; of fewer than four pictures nobody can tell."""
    return np.median(np.stack(pictures), axis=0).astype(np.uint8) if len(pictures) >= 4 else None


def differs(rgb: NDArray[np.uint8], ground: NDArray[np.uint8]) -> Mask:
    """What is not the ground that stands; nothing where the border has no marks to show that it stands, or moves."""
    front = np.abs(rgb.astype(np.int16) - ground).max(axis=2) > DIFFERENT
    edge = border(front.shape)
    anchors = edge & textured(ground[..., 1], front.shape)
    if anchors.sum() < ANCHORED * edge.sum() or front[anchors].mean() > STRAY:
        return np.zeros_like(front)
    return cleaned(front)


def textured(grey: NDArray[np.uint8], shape: tuple[int, ...]) -> Mask:
    """Where the picture has marks by which movement is seen."""
    import cv2

    across, down = cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=1 / 8)
    steep = cv2.resize(cv2.magnitude(across, down), shape[1::-1], interpolation=cv2.INTER_AREA)
    return np.asarray(steep) > STEEP


def border_speed(flow: Flow, times_s: Sequence[float], end_s: float) -> float:
    """Of the border, in widths a second, by the middle of the steps after these times within a shot."""
    steps = np.searchsorted(flow.t_s, np.asarray(times_s) + 1e-6)
    found = []
    for step in steps[steps < np.searchsorted(flow.t_s, end_s - 1e-6)]:
        before_s = flow.t_s[step - 1] if step else 0.0
        xy = np.linalg.norm(np.asarray(flow.xy[step], np.float32), axis=2)
        found.append(float(np.median(xy[border(xy.shape)])) / max(float(flow.t_s[step] - before_s), 1e-3))
    return float(np.median(found)) if found else 0.0


def moves_otherwise(
    motion: Motion, flow: Flow, t_s: float, first_s: float, end_s: float, shape: tuple[int, int]
) -> Mask:
    """Where the picture moves unlike its border, around a time, within a shot, and is seen to."""
    import cv2

    low, high = max(t_s - AROUND_S, first_s), min(t_s + AROUND_S, end_s)
    first, after = (int(n) for n in np.searchsorted(flow.t_s, [low + 1e-6, high - 1e-6]))
    if after <= first or min(flow.xy.shape[1:3]) < 4:
        return np.zeros(shape, bool)
    shift = np.asarray(flow.xy[first:after], np.float32).sum(axis=0)
    lasted_s = float(motion.t_s[after] - motion.t_s[first])
    kept = border(shift.shape) & textured(motion.grey[first], (shift.shape[0], shift.shape[1]))
    if kept.sum() < ANCHORED * border(shift.shape).sum():
        return np.zeros(shape, bool)
    ground = _similarity(shift, kept)
    speed = np.linalg.norm(ground, axis=2)
    ratio = np.linalg.norm(shift - ground, axis=2) / np.maximum(OTHER_SPEED * lasted_s, OTHER_SHARE * speed)
    # A plain wall has no movement of its own: what would look the same had it moved with the ground is part of it.
    error = _missed(motion.grey[first], motion.grey[after], ground, shape)
    other = cleaned(
        np.asarray(cv2.resize(ratio, shape[::-1], interpolation=cv2.INTER_LINEAR)) > 1, LEAST_BY_FLOW, MOST_BY_FLOW
    )
    count, labels = cv2.connectedComponents(other.astype(np.uint8))
    seen = [n for n in range(1, count) if (error[labels == n] > SEEN).mean() >= SEEN_SHARE]
    if not seen:
        return np.zeros(shape, bool)
    own = _missed(motion.grey[first], motion.grey[after], shift, shape)
    strays = {n: (labels == n) & (error > SEEN) for n in seen}
    seen = [n for n, stray in strays.items() if own[stray].mean() <= OWN * error[stray].mean()]
    return np.isin(labels, seen) & other


def _missed(one: Grey, other: Grey, shift: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Grey levels by which the later picture, moved back, differs from the earlier one."""
    import cv2

    tall, wide = one.shape
    way = np.asarray(cv2.resize(shift, (wide, tall), interpolation=cv2.INTER_LINEAR), np.float32) * wide
    rows, columns = np.indices((tall, wide), np.float32)
    moved = cv2.remap(other, columns + way[..., 0], rows + way[..., 1], cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE)
    error = cv2.blur(cv2.absdiff(moved, np.asarray(one)), (5, 5))
    return np.asarray(cv2.resize(error, shape[::-1], interpolation=cv2.INTER_AREA), np.uint8)


def _similarity(flow: NDArray[np.float32], anchors: Mask) -> NDArray[np.float32]:
    """The shift, zoom and roll that fit the anchors best, everywhere; what strays is left out twice."""
    rows, columns = np.indices(flow.shape[:2])
    x, y = (columns - columns.mean()) / flow.shape[1], (rows - rows.mean()) / flow.shape[1]
    one, none = np.ones_like(x), np.zeros_like(x)
    across, down = np.stack([one, none, x, -y], axis=-1), np.stack([none, one, y, x], axis=-1)
    kept = anchors
    parts = np.zeros(4)
    for _ in range(3):
        terms = np.concatenate([across[kept], down[kept]])
        parts = np.linalg.lstsq(terms, np.concatenate([flow[kept][:, 0], flow[kept][:, 1]]), rcond=None)[0]
        fit = np.stack([across @ parts, down @ parts], axis=-1)
        error = np.linalg.norm(flow - fit, axis=2)
        kept = anchors & (error <= max(2 * float(np.median(error[kept])), 1e-3))
    return np.stack([across @ parts, down @ parts], axis=-1).astype(np.float32)


def cleaned(mask: Mask, least: float = LEAST, most: float = MOST) -> Mask:
    """Without specks and holes; nothing where too little or too much is left."""
    import cv2

    solid = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    solid = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid)
    large = [n for n in range(1, count) if stats[n, cv2.CC_STAT_AREA] >= least * mask.size]
    left = np.isin(labels, large)
    return left if least <= left.mean() <= most else np.zeros_like(mask)
