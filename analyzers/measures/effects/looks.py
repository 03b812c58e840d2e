"""Looks put on a picture and taken off again: negative, colourless, mirrored, split, blurred, dark in the corners."""

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Motion

Tiny = NDArray[np.uint8]  # (n, height, width, 3)
Floats = NDArray[np.float32]
Span = tuple[int, int]  # first frame, first frame after

EVERY = 3  # frames between two looks; shorter spells are an accident
NEGATIVE, TURNED = 14.0, 30.0  # grey levels from the negative of the frame before, and from that frame itself
GREY, COLOURED = 10, 32  # grey levels between a pixel's channels, 95th percentile: without and with colour
SHOWN = 12.0  # grey levels of deviation across a picture that shows something
TURNS_S = 0.5  # within which colour goes, or comes back
ALIKE = 0.8  # correlation of two pictures of one scene
SAME_HALF = 0.85  # correlation of a half's detail with the other's: a face from the front stays below 0.6
PATTERN = 0.6  # the same, a few pixels beside the middle
DETAIL, DETAILED = 2.0, 0.5  # grey levels of detail in a cell, and share of the cells that have it
CELL_PX = 16
MOST_SPLIT = 0.06  # widths
LEAST_SPLIT_PX = 0.75  # of 160: the colours of a cheap lens are a quarter of it apart
SMOOTH_PX = 1.0  # colours are coded at half the size, and coarsely
APART, TOGETHER, ONE_WAY = 0.2, 0.55, 0.2  # correlation of red's edges with blue's: gained, reached, over the other way
SOFTER = 0.6  # share of the detail that an abrupt blur leaves
PLACE = 6.0  # grey levels: the tiny picture stays what it was
BLURRED = 0.3  # share of the change that the best blur leaves unexplained
SIGMAS_PX = np.geomspace(0.5, 10, 40)
LONGEST_BLUR_S = 5.0
CHANGED = 2.0  # grey levels of the whole picture, from which anything was laid over it
CORNERS, ROUND = 0.15, 0.85  # share of the light that goes in the corners; of a change, that it explains: 0.71 if even


def find_negatives(tiny: Tiny) -> Iterator[Span]:
    """From where the picture turns into its negative to where it turns back."""
    turns = [k for k in range(1, len(tiny)) if _is_turned(tiny[k - 1], tiny[k])]
    yield from zip(turns[::2], turns[1::2], strict=False)


def _is_turned(before: Tiny, now: Tiny) -> bool:
    change = np.abs(now.astype(np.int16) - before).mean()
    return bool(change >= TURNED and np.abs(now.astype(np.int16) + before - 255).mean() <= NEGATIVE)


def find_colourless(tiny: Tiny, t_s: NDArray[np.float64]) -> Iterator[Span]:
    """Where one scene loses its colours, or has none and gets them; a video without any is no effect."""
    chroma = np.array([np.percentile(np.ptp(picture, axis=-1), 95) for picture in tiny])
    grey = tiny.mean(axis=-1).reshape(len(tiny), -1)
    is_grey = (chroma <= GREY) & (grey.std(axis=1) >= SHOWN) if len(tiny) else np.zeros(0, bool)
    for first, after in runs(is_grey):
        if after - first >= EVERY and any(
            chroma[k] >= COLOURED and _correlation(grey[k], grey[at]) >= ALIKE for k, at in _beside(first, after, t_s)
        ):
            yield first, after


def _beside(first: int, after: int, t_s: NDArray[np.float64]) -> Iterator[Span]:
    """Frames around a span, each with the end of the span that is next to it."""
    low, high = np.searchsorted(t_s, [t_s[first] - TURNS_S, t_s[after - 1] + TURNS_S]).tolist()
    yield from ((k, first) for k in range(first - 1, low - 1, -1))
    yield from ((k, after - 1) for k in range(after, high))


def find_mirrored(motion: Motion) -> Iterator[Span]:
    """Where the one half of the picture is the other's mirror image."""
    for first, after in _spans(lambda k: _is_mirrored(motion.grey[k]), len(motion.t_s)):
        is_passing = first > 0 or after < len(motion.t_s)
        moved = np.abs(motion.grey[first].astype(np.int16) - motion.grey[(first + after) // 2]).mean()
        if is_passing or moved > DETAIL:  # a drawing may well be symmetric
            yield first, after


def _is_mirrored(grey: NDArray[np.uint8]) -> bool:
    return any(_is_even(view) for view in (grey, grey.T))


def _is_even(grey: NDArray[np.uint8]) -> bool:
    import cv2

    half = grey.shape[1] // 2
    if half < CELL_PX or grey.shape[0] < CELL_PX:
        return False
    fine = grey.astype(np.float32)
    fine -= cv2.blur(fine, (7, 7))
    one, other = fine[:, :half], fine[:, ::-1][:, :half]
    if _correlation(one.ravel(), other.ravel()) < SAME_HALF or _repeats(one, other):
        return False
    size = (half // CELL_PX, grey.shape[0] // CELL_PX)
    energy = np.sqrt(cv2.resize(one**2, size, interpolation=cv2.INTER_AREA))
    return float((energy >= DETAIL).mean()) >= DETAILED


def _repeats(one: Floats, other: Floats) -> bool:
    """Whether a pattern of stripes or tiles fits its mirror image elsewhere as well."""
    aside = [_correlation(one[:, d:].ravel(), other[:, :-d].ravel()) for d in range(3, CELL_PX + 1)]
    return max(aside) > PATTERN


def find_split(motion: Motion) -> Iterator[tuple[int, int, float]]:
    """Where red and blue lie beside each other, and how far, in widths."""
    shifts = cache(lambda k: split_px(motion.rgb[k]))
    for first, after in _spans(lambda k: shifts(k) is not None, len(motion.t_s)):
        if after - first >= EVERY:
            known = [shift for k in range(first, after) if (shift := shifts(k)) is not None]
            yield first, after, float(np.median(known)) / motion.rgb.shape[2]


def split_px(rgb: NDArray[np.uint8]) -> float | None:
    """Pixels from red to blue, sideways; None where they lie together."""
    import cv2

    reach = round(MOST_SPLIT * rgb.shape[1])
    if reach < 2 or rgb.shape[1] <= 4 * reach or rgb.shape[0] < reach:
        return None
    colours = rgb[..., ::2].astype(np.float32)
    smooth = np.asarray(cv2.GaussianBlur(colours, (0, 0), SMOOTH_PX), np.float32)[::3]
    edges = np.diff(smooth, axis=1)
    together = _correlation(edges[..., 0].ravel(), edges[..., 1].ravel())
    if together + APART > 1:
        return None
    likeness = _likeness_by_shift(smooth, reach)
    best = int(likeness.argmax())
    gained = likeness[best] - max(together + APART, likeness[-1 - best] + ONE_WAY)
    if likeness[best] < TOGETHER or gained < 0 or not 2 <= best <= 2 * reach - 2:
        return None
    sharp = _likeness_by_shift(colours[::3], reach)
    best += int(sharp[best - 1 : best + 2].argmax()) - 1
    a, b, c = sharp[best - 1 : best + 2].tolist()
    shift = abs(best - reach + 0.5 * (a - c) / min(a - 2 * b + c, -1e-6))
    return shift if shift >= LEAST_SPLIT_PX else None


def _likeness_by_shift(colours: Floats, reach: int) -> NDArray[np.float64]:
    """Correlation of red's edges with blue's, moved by -reach..reach pixels; all equal where there are none."""
    edges = np.diff(colours, axis=1)
    red, blue = edges[:, reach:-reach, 0].ravel(), edges[..., 1]
    width = edges.shape[1]
    return np.array([_correlation(red, blue[:, d : width - 2 * reach + d].ravel()) for d in range(2 * reach + 1)])


def find_blurred(motion: Motion, tiny: Tiny) -> Iterator[tuple[int, int, float]]:
    """Where the picture is blurred from one frame to the next and sharp again at once; the blur's size in widths."""
    detail = np.array([_detail(picture) for picture in motion.grey])
    start: tuple[int, float] | None = None
    for k in range(1, len(detail)):
        if start and motion.t_s[k] - motion.t_s[start[0]] > LONGEST_BLUR_S:
            start = None
        lower, higher = sorted((detail[k - 1], detail[k]))
        if higher < DETAIL / 2 or lower > SOFTER * higher or _moved(tiny, k):
            continue
        if detail[k] < detail[k - 1]:
            size = _blur_px(motion.grey[k - 1], motion.grey[k])
            start = (k, size) if size else start
        elif start and (size := _blur_px(motion.grey[k], motion.grey[k - 1])):
            if k - start[0] >= EVERY:
                yield start[0], k, (start[1] + size) / 2 / motion.grey.shape[2]
            start = None


def _detail(grey: NDArray[np.uint8]) -> float:
    import cv2

    return float(np.abs(cv2.Laplacian(grey, cv2.CV_16S)).mean())


def find_vignettes(tiny: Tiny) -> Iterator[tuple[int, int, float]]:
    """From where the corners darken from one frame to the next to where they are light again; share of light that goes.

    A lens or a lamp does not do that at once.
    """
    start: tuple[int, float] | None = None
    for k in range(1, len(tiny)):
        gone = _darkened(tiny[k - 1], tiny[k])
        if gone > 0:
            start = (k, gone)
        elif gone < 0 and start:
            yield start[0], k, (start[1] - gone) / 2
            start = None


def _darkened(before: Tiny, now: Tiny) -> float:
    """Share of the light that goes in the corners; below 0 where it comes back, 0 where the change is no vignette."""
    one, other = (picture.astype(np.float32).mean(axis=-1) for picture in (before, now))
    change = one - other
    if np.abs(change).mean() < CHANGED:
        return 0.0
    if change.mean() < 0:
        return -_darkened(now, before) if (other - one).mean() > 0 else 0.0
    down, across = ((np.arange(n) + 0.5) / n * 2 - 1 for n in one.shape)
    falls = one * (down[:, None] ** 2 + across**2) / 2  # what goes with the square of the way to the middle
    gone = float((change * falls).sum() / max(float((falls**2).sum()), 1.0))
    left = float(((change - gone * falls) ** 2).sum() / max(float((change**2).sum()), 1.0))
    return gone if gone >= CORNERS and left <= 1 - ROUND else 0.0


def _moved(tiny: Tiny, k: int) -> bool:
    return float(np.abs(tiny[k].astype(np.int16) - tiny[k - 1]).mean()) > PLACE


def _blur_px(sharp: NDArray[np.uint8], soft: NDArray[np.uint8]) -> float | None:
    import cv2

    source, target = sharp.astype(np.float32), soft.astype(np.float32)
    error = np.array([((cv2.GaussianBlur(source, (0, 0), size) - target) ** 2).mean() for size in SIGMAS_PX.tolist()])
    best = int(error.argmin())
    whole = float(((source - target) ** 2).mean())
    return float(SIGMAS_PX[best]) if error[best] <= BLURRED * whole else None


def runs(flags: NDArray[np.bool_]) -> Iterator[Span]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    yield from ((int(a), int(b)) for a, b in edges.reshape(-1, 2))


def _spans(test: Callable[[int], bool], count: int) -> Iterator[Span]:
    """Runs of frames that pass, found by every third and then made exact."""
    done = 0
    for a, b in runs(np.array([test(k) for k in range(0, count, EVERY)], bool)):
        first, last = a * EVERY, (b - 1) * EVERY
        while first > done and test(first - 1):
            first -= 1
        while last + 1 < count and test(last + 1):
            last += 1
        done = last + 1
        yield first, done


def _correlation(a: NDArray[np.floating], b: NDArray[np.floating]) -> float:
    a, b = a - a.mean(), b - b.mean()
    return float(a @ b) / max(float(np.sqrt((a @ a) * (b @ b))), 1e-6)
