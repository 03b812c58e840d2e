"""Soft transitions: which mixture of the picture before and the picture after is on the screen?

Each kind predicts every picture in between from the last clean one before, the first clean one after
and one number, how far the change has come. The kind whose predictions fit best is the answer, and
the ramp of that number gives the first and the last frame. All on pictures 32 pixels long.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Motion

Floats = NDArray[np.floating[Any]]
Fit = tuple[Floats, Floats]  # of every picture: how far the change has come, and the squared error that is left

LONG_SIDE_PX = 32  # so small that hand-held movement between two frames is a fraction of a pixel
BATCH = 128  # frames mapped at a time
STEPS, QUICK_STEPS = 25, 13  # places of a moving edge that are tried
DIRECTIONS = ("left", "right", "up", "down")  # the way the edge, or the picture, travels
ZOOMS = (2.0, 3.0, 0.5)  # how far a zoom goes into the earlier picture; below 1 it moves away from it
HINT = 0.4  # share left unexplained, up to which three frames are worth a closer look
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
        kind, progress, unexplained = _best_kind(a, b, pictures, before - first, after - first, only)
        ramp = _fade_ramp(progress) if kind.startswith("fade") else _ramp(progress)
        change = Change(kind, first + ramp[0] + 1, first + ramp[1], unexplained, ramp[2])
        if (before, after) == (change.start - 1, change.end) or unexplained > HOPELESS:
            break
        before, after = change.start - 1, change.end
    return change


def is_mix(tiny: NDArray[np.uint8], middle: int, reach: int) -> bool:
    """A quick look at three frames: could they be on the way from `middle - reach` to `middle + reach`?"""
    at = [middle - reach, middle - reach // 2, middle, middle + reach // 2, middle + reach]
    pictures = tiny[at, ::2, ::2].astype(np.float32)
    flat = pictures.reshape(len(at), -1)
    to_a, to_b = ((flat - flat[0]) ** 2).sum(1), ((flat - flat[-1]) ** 2).sum(1)
    nearest = float(np.minimum(to_a, to_b)[1:-1].sum())
    if nearest < 0.05 * float(to_b[0]):
        return False  # either the one or the other: nothing in between
    for kind, fit in FITS.items():
        if kind == "zoom":
            continue  # slow to draw, and the model knows it
        progress, error = fit(pictures[0], pictures[-1], pictures[1:-1], QUICK_STEPS)
        is_under_way = 0.1 < progress[1] < 0.9 and progress[0] <= progress[1] <= progress[2]
        if is_under_way and float(error.sum()) < HINT * nearest:
            return True
    return False


def _best_kind(
    a: Floats, b: Floats, pictures: Floats, start: int, end: int, only: str | None
) -> tuple[str, Floats, float]:
    """Name, progress of every picture, and the share between `start` and `end` that it does not explain."""
    flat = pictures.reshape(len(pictures), -1)
    to_a = ((flat - a.ravel()) ** 2).sum(1)
    to_b = ((flat - b.ravel()) ** 2).sum(1)
    inside = slice(start + 1, end)
    nearest = float(np.minimum(to_a, to_b)[inside].sum()) + 1e-6
    best = ("", np.zeros(len(flat), np.float32), np.inf)
    for kind, fit in FITS.items():
        if only in (None, kind):
            progress, error = fit(a, b, pictures, STEPS)
            share = float(error[inside].sum()) / nearest
            if share < best[2]:
                best = (kind, progress, share)
    return best


def _fit_dissolve(a: Floats, b: Floats, pictures: Floats, steps: int) -> Fit:
    offset, step = (pictures - a).reshape(len(pictures), -1), (b - a).ravel()
    share = np.clip(offset @ step / max(float(step @ step), 1e-6), 0, 1)
    return share, ((offset - share[:, None] * step) ** 2).sum(1)


def _fit_fade(colour: int, a: Floats, b: Floats, pictures: Floats, steps: int) -> Fit:
    places = np.linspace(0, 1, steps, dtype=np.float32)
    part = np.abs(2 * places - 1)[:, None, None, None]
    drawn = np.where(places[:, None, None, None] < 0.5, a, b) * part + colour * (1 - part)
    return _nearest(pictures, drawn, places)


def _fit_edge(direction: str, styles: tuple[str, ...], a: Floats, b: Floats, pictures: Floats, steps: int) -> Fit:
    """The style that leaves least: whether the old picture, the new one or both travel with the edge."""
    a, b, pictures = (_columns_first(p, direction) for p in (a[None], b[None], pictures))
    fits = []
    for style in styles:
        from_a, from_b, places = _weights(style, a.shape[1], steps)
        fits.append(_nearest(pictures, from_a @ a[0] + from_b @ b[0], places))
    return min(fits, key=lambda fit: float(fit[1].sum()))


def _fit_zoom(a: Floats, b: Floats, pictures: Floats, steps: int) -> Fit:
    places = np.linspace(0, 1, steps, dtype=np.float32)
    fits = [_nearest(pictures, _zoomed(a, b, zoom, places), places) for zoom in ZOOMS]
    return min(fits, key=lambda fit: float(fit[1].sum()))


def _nearest(pictures: Floats, drawn: Floats, places: Floats) -> Fit:
    """For every picture the place whose drawing is nearest, and the squared error that is left."""
    flat = np.ascontiguousarray(pictures).reshape(len(pictures), -1)
    drawn = np.ascontiguousarray(drawn).reshape(len(places), -1)
    error = (flat**2).sum(1)[:, None] - 2 * flat @ drawn.T + (drawn**2).sum(1)
    return places[error.argmin(1)], np.maximum(error.min(1), 0)


def _zoomed(a: Floats, b: Floats, zoom: float, places: Floats) -> Floats:
    """Into the earlier picture and, mixed in around half-way, out of the depth of the later one."""
    drawn = []
    for place in places:
        early, late = _scaled(a, zoom**place), _scaled(b, zoom ** (place - 1))
        new = np.clip((place - 0.35) / 0.3, 0, 1)
        drawn.append((1 - new) * early + new * late)
    return np.stack(drawn)


def _scaled(picture: Floats, factor: float) -> Floats:
    import cv2

    height, width = picture.shape[:2]
    shift = (1 - factor) / 2
    view = np.array([[factor, 0, shift * (width - 1)], [0, factor, shift * (height - 1)]])
    return np.asarray(cv2.warpAffine(picture, view, (width, height), borderMode=cv2.BORDER_REFLECT_101), np.float32)


def _columns_first(pictures: Floats, direction: str) -> Floats:
    """(n, columns, the rest), turned so that everything travels to the left."""
    if direction in ("left", "right"):
        pictures = pictures.transpose(0, 2, 1, 3)
    pictures = pictures[:, ::-1] if direction in ("right", "down") else pictures
    return np.ascontiguousarray(pictures).reshape(*pictures.shape[:2], -1)


@cache
def _weights(style: str, width: int, steps: int) -> tuple[Floats, Floats, Floats]:
    """What each column of both pictures gives to each column on the screen: twice (steps, width, width); the places."""
    places = np.linspace(0, 1, steps, dtype=np.float32)
    one = np.eye(width, dtype=np.float32)
    none = np.zeros_like(one)
    draw = _whipped if style == "whip" else partial(_edged, style)
    return draw(one, none, places).transpose(0, 2, 1), draw(none, one, places).transpose(0, 2, 1), places


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


FITS: dict[str, Callable[[Floats, Floats, Floats, int], Fit]] = {
    "dissolve": _fit_dissolve,
    "fade_black": partial(_fit_fade, 0),
    "fade_white": partial(_fit_fade, 255),
    **{f"wipe_{way}": partial(_fit_edge, way, ("wipe",)) for way in DIRECTIONS},
    **{f"slide_{way}": partial(_fit_edge, way, ("push", "cover", "reveal")) for way in DIRECTIONS},
    **{f"whip_{way}": partial(_fit_edge, way, ("whip",)) for way in DIRECTIONS},
    "zoom": _fit_zoom,
}
