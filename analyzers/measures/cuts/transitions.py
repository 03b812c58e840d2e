"""Soft transitions: which mixture of the picture before and the picture after is on the screen?

Each kind predicts every picture in between from the last clean one before, the first clean one after
and one number, how far the change has come. The kind whose predictions fit best is the answer, and
the ramp of that number gives the first and the last frame. All on pictures 32 pixels long.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Motion

Floats = NDArray[np.floating[Any]]
Fit = tuple[Floats, Floats]  # of every picture: how far the change has come, and the squared error that is left

LONG_SIDE_PX = 32  # so small that hand-held movement between two frames is a fraction of a pixel
BATCH = 128  # frames mapped at a time
STEPS, QUICK_STEPS, ZOOM_STEPS = 25, 13, 17  # places on the way that are tried
STYLES = {"wipe": "wipe", "push": "slide", "cover": "slide", "reveal": "slide", "whip": "whip"}  # and their kinds
ZOOMS = (2.0, 3.0, 0.5)  # how far a zoom goes into the earlier picture; below 1 it moves away from it
TIE = 1e-3  # of a fade's energy: errors of going and coming that are as good as equal
HOPELESS = 0.8  # share left unexplained, beyond which other frames before and after will not help
MARGIN = 6  # frames beyond the change that the ramp is fitted on


@dataclass(frozen=True, slots=True)
class Change:
    """A change from one picture to another, as the best kind explains it."""

    kind: str
    start: int  # first frame that is not the old picture alone
    end: int  # first frame that is the new picture alone
    unexplained: float  # share of what differs from both pictures that this kind does not predict
    roughness: float  # rms between how far the change had come and a steady ramp


def thumbs(motion: Motion) -> NDArray[np.uint8]:
    """Every frame, tiny: 1.7 kB each, so that an hour is 190 MB and ten minutes are 31."""
    import cv2

    count, height, width = motion.grey.shape
    scale = LONG_SIDE_PX / max(height, width)
    size = (max(2, round(width * scale)), max(2, round(height * scale)))
    tiny = np.zeros((count, size[1], size[0], 3), np.uint8)
    for first in range(0, count, BATCH):
        for index, picture in enumerate(motion.rgb[first : first + BATCH], first):
            tiny[index] = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return tiny


def explain(
    tiny: NDArray[np.uint8], low: int, high: int, before: int, after: int, *, only: str | None = None
) -> Change | None:
    """The change between frames `before` and `after`, looked for among low..high (not included)."""
    change = None
    for _ in range(3):
        first, last = max(low, before - MARGIN), min(high, after + MARGIN + 1)
        if after - before < 2 or last - first < 4:
            return change
        a, b = tiny[before].astype(np.float32), tiny[after].astype(np.float32)
        pictures = tiny[first:last].astype(np.float32)
        kind, progress, unexplained = _best_kind(a, b, pictures, slice(before - first + 1, after - first), STEPS, only)
        ramp = _fade_ramp(progress) if kind.startswith("fade") else _ramp(progress)
        change = Change(kind, first + ramp[0] + 1, first + ramp[1], unexplained, ramp[2])
        if (before, after) == (change.start - 1, change.end) or unexplained > HOPELESS:
            break
        before, after = change.start - 1, change.end
    return change


def hint(tiny: NDArray[np.uint8], middle: int, reach: int) -> float:
    """A quick look at three frames: the share left unexplained if they are on the way; infinity if they are not."""
    at = [middle - reach, middle - reach // 2, middle, middle + reach // 2, middle + reach]
    pictures = tiny[at, ::2, ::2].astype(np.float32)
    flat = pictures.reshape(len(at), -1)
    to_a, to_b = ((flat - flat[0]) ** 2).sum(1), ((flat - flat[-1]) ** 2).sum(1)
    if float(np.minimum(to_a, to_b)[1:-1].sum()) < 0.05 * float(to_b[0]):
        return np.inf  # either the one or the other: nothing in between
    _, progress, unexplained = _best_kind(pictures[0], pictures[-1], pictures[1:-1], slice(None), QUICK_STEPS, None)
    is_under_way = 0.1 < progress[1] < 0.9 and progress[0] <= progress[1] <= progress[2]
    return unexplained if is_under_way else np.inf


def _best_kind(
    a: Floats, b: Floats, pictures: Floats, inside: slice, steps: int, only: str | None
) -> tuple[str, Floats, float]:
    """Name, progress of every picture, and the share of those `inside` that it does not explain."""
    flat = pictures.reshape(len(pictures), -1)
    to_a = ((flat - a.ravel()) ** 2).sum(1)
    to_b = ((flat - b.ravel()) ** 2).sum(1)
    nearest = float(np.minimum(to_a, to_b)[inside].sum()) + 1e-6
    fits = _fades(a, b, flat) if only else chain(_fades(a, b, flat), _edges(a, b, pictures, steps), _zooms(a, b, flat))
    best = ("", np.zeros(len(flat), np.float32), np.inf)
    for kind, (progress, error) in fits:
        share = float(error[inside].sum()) / nearest
        if share < best[2] and only in (None, kind):
            best = (kind, progress, share)
    return best


def _fades(a: Floats, b: Floats, flat: Floats) -> Iterator[tuple[str, Fit]]:
    a, b = a.ravel(), b.ravel()
    yield "dissolve", _between(a, b, flat)
    for kind, colour in (("fade_black", 0), ("fade_white", 255)):
        blank = np.full_like(a, colour)
        (out, error_out), (into, error_in) = _between(a, blank, flat), _between(blank, b, flat)
        is_late = np.arange(len(flat)) > int(((flat - blank) ** 2).sum(1).argmin())
        is_tie = np.abs(error_out - error_in) <= TIE * float(((a - blank) ** 2).sum())  # the same picture comes back
        is_late = np.where(is_tie, is_late, error_in < error_out)
        yield kind, (np.where(is_late, 1 + into, out) / 2, np.where(is_late, error_in, error_out))


def _between(a: Floats, b: Floats, flat: Floats) -> Fit:
    """The nearest point on the straight line from one picture to the other."""
    offset, step = flat - a, b - a
    share = np.clip(offset @ step / max(float(step @ step), 1e-6), 0, 1)
    return share, ((offset - share[:, None] * step) ** 2).sum(1)


def _edges(a: Floats, b: Floats, pictures: Floats, steps: int) -> Iterator[tuple[str, Fit]]:
    """Whatever travels: only its edge, the old picture, the new one, both, or both and fast."""
    for axis, ways in ((2, ("left", "right")), (1, ("up", "down"))):
        lines = [np.moveaxis(p, axis, 1).reshape(len(p), p.shape[axis], -1) for p in (a[None], b[None], pictures)]
        size = lines[0].shape[1]
        drawn = _weights(size, steps) @ np.concatenate([lines[0][0], lines[1][0]])
        error = _errors(lines[2].reshape(len(pictures), -1), drawn.reshape(len(drawn), -1))
        error = error.reshape(len(pictures), len(STYLES), 2, steps)
        for i, style in enumerate(STYLES):
            for j, way in enumerate(ways):
                yield f"{STYLES[style]}_{way}", _nearest(error[:, i, j])


def _zooms(a: Floats, b: Floats, flat: Floats) -> Iterator[tuple[str, Fit]]:
    for zoom in ZOOMS:
        drawn = _zoomed(a, b, zoom)
        yield "zoom", _nearest(_errors(flat, drawn.reshape(len(drawn), -1)))


def _errors(flat: Floats, drawn: Floats) -> Floats:
    """Squared error between every picture and every drawing."""
    error = (flat**2).sum(1)[:, None] - 2 * flat @ drawn.T + (drawn**2).sum(1)
    return np.maximum(error, 0)


def _nearest(error: Floats) -> Fit:
    """For every picture the place whose drawing is nearest, and the error that is left."""
    return error.argmin(1) / np.float32(error.shape[1] - 1), error.min(1)


def _zoomed(a: Floats, b: Floats, zoom: float) -> Floats:
    """Into the earlier picture and, mixed in around half-way, out of the depth of the later one."""
    height, width, channels = a.shape
    rows, columns = _zooming(height, 1, zoom), _zooming(width, channels, zoom)
    early, late = (
        of_rows @ picture.reshape(height, -1) @ of_columns
        for of_rows, picture, of_columns in zip(
            rows, (a, b), (part.transpose(0, 2, 1) for part in columns), strict=True
        )
    )
    new = np.clip((np.linspace(0, 1, ZOOM_STEPS, dtype=np.float32) - 0.35) / 0.3, 0, 1)[:, None, None]
    return (1 - new) * early + new * late


@cache
def _zooming(size: int, channels: int, zoom: float) -> tuple[Floats, Floats]:
    """What each line gives to each line on the screen, at every place on the way, of either picture."""
    places, one = np.linspace(0, 1, ZOOM_STEPS), np.eye(channels)
    early, late = ([np.kron(_scaled(size, zoom**place), one) for place in shown] for shown in (places, places - 1))
    return np.stack(early).astype(np.float32), np.stack(late).astype(np.float32)


def _scaled(size: int, factor: float) -> Floats:
    """What each line gives to each line of a picture that is resized about its middle and mirrored at its borders."""
    last = size - 1
    at = (np.arange(size) - (1 - factor) / 2 * last) / factor
    at = last - abs(at % max(2 * last, 1) - last)
    left = np.floor(at).astype(int)
    right, part = np.minimum(left + 1, last), (at - left)[:, None]
    one = np.eye(size)
    return (1 - part) * one[left] + part * one[right]


@cache
def _weights(size: int, steps: int) -> Floats:
    """What each line of both pictures gives to each line on the screen: (styles * ways * steps, size, 2 * size)."""
    places = np.linspace(0, 1, steps, dtype=np.float32)
    one = np.eye(size, dtype=np.float32)
    none = np.zeros_like(one)
    weights = []
    for style in STYLES:
        draw = _whipped if style == "whip" else partial(_edged, style)
        forth = [draw(*pair, places).transpose(0, 2, 1) for pair in ((one, none), (none, one))]
        back = [part[:, ::-1, ::-1] for part in forth]
        weights += [np.concatenate(forth, axis=2), np.concatenate(back, axis=2)]
    return np.concatenate(weights).astype(np.float32)


def _edged(style: str, a: Floats, b: Floats, places: Floats) -> Floats:
    """Rows with the edge at each place, 0 at the right border and 1 at the left: (places, rows, columns)."""
    width = a.shape[1]
    x = np.arange(width, dtype=np.float32)
    gone = places[:, None] * width  # columns that the change has come
    new = np.clip(x + 1 - (width - gone), 0, 1)[:, None, :]  # share of each column beyond the edge
    old_at = x + gone if style in ("push", "reveal") else np.broadcast_to(x, (len(places), width))
    new_at = x - (width - gone) if style in ("push", "cover") else np.broadcast_to(x, (len(places), width))
    return (1 - new) * _columns(a, old_at) + new * _columns(b, new_at)


def _whipped(a: Floats, b: Floats, places: Floats) -> Floats:
    """A fast pan over both pictures and their mirror images, smeared by its own speed."""
    import cv2

    width = a.shape[1]
    strip = np.concatenate([a, a[:, ::-1], b[:, ::-1], b], axis=1)
    drawn = []
    for place in places:
        smear = max(1, round(0.4 * width * 4 * place * (1 - place)))
        smeared = np.asarray(cv2.blur(strip, (smear, 1)), np.float32)
        drawn.append(_columns(smeared, 3 * width * place + np.arange(width, dtype=np.float32)[None])[0])
    return np.stack(drawn)


def _columns(picture: Floats, at: Floats) -> Floats:
    """Columns between the columns: (places, rows, columns)."""
    at = np.clip(at, 0, picture.shape[1] - 1)
    left = np.floor(at).astype(int)
    right = np.minimum(left + 1, picture.shape[1] - 1)
    part = (at - left)[None]
    return ((1 - part) * picture[:, left] + part * picture[:, right]).transpose(1, 0, 2)


def _fade_ramp(progress: Floats) -> tuple[int, int, float]:
    """Both legs on their own: the picture may stay away as long as it likes."""
    out, into = np.minimum(2 * progress, 1), np.maximum(2 * progress - 1, 0)
    first, _, rough_out = _ramp(out)
    _, last, rough_in = _ramp(into)
    return first, max(last, first + 1), max(rough_out, rough_in)


def _ramp(progress: Floats) -> tuple[int, int, float]:
    """Last frame at 0 and first frame at 1 of the ramp that fits best, straight or eased, and its rms error."""
    count = len(progress)
    index = np.arange(count)
    best = (0, count - 1, np.inf)
    for first in range(count - 1):
        ends = np.arange(first + 1, count)
        straight = np.clip((index[None] - first) / (ends - first)[:, None], 0, 1)
        for ramp in (straight, straight**2 * (3 - 2 * straight)):
            error = ((ramp - progress) ** 2).mean(1)
            k = int(error.argmin())
            if error[k] < best[2]:
                best = (first, int(ends[k]), float(error[k]))
    return best[0], best[1], float(np.sqrt(best[2]))
