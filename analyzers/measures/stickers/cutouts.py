"""What an overlay looks like, cut out of the large sampled pictures along its outline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Frame, Frames
from analyzers.measures.sampled import Sampled

Box = tuple[float, float, float, float]  # x, y, w, h as shares of the picture
Place = Callable[[float], NDArray[np.float64]]  # at a time: 2 x 3, of shares of the picture
MOST_SEEN = 5  # pictures of it that are put together
ASIDE_S = 0.6  # how far from it in time what it covers is looked for
STIRS, DIFFERS = 14, 26  # grey levels: most that it stirs, least that it differs from what it covers
MOST_DIFFER = 0.7  # share of what it covers that does
MARGIN = 0.12  # of its longer side, around the outline that the small pictures show
MARGIN_MOVING = 0.2  # of one that was followed: what lies around it does not stay
WHOLE = 0.5  # share of that outline's area that has to be found again


@dataclass(frozen=True, slots=True)
class Cutout:
    rgba: NDArray[np.uint8]  # alpha is 255 where it is
    box: Box  # around what is there
    fill: float  # share of its box, ragged rims left out
    aspect: float  # height of the picture over its width


class Cutter:
    def __init__(self, frames: Frames) -> None:
        self._sampled = Sampled(frames)

    def cut(
        self, mask: NDArray[np.bool_], box: Box, start_s: float, end_s: float, place: Place | None = None
    ) -> Cutout | None:
        """Where `mask` is the outline within `box`, roughly; None where no sample shows it.

        `place` tells of one that moves where it is at a time: from the places of `box` to those of then.
        """
        seen = _some(self._sampled.within(start_s, end_s))
        if not seen:
            return None
        aside = self._sampled.within(max(start_s - ASIDE_S, 0), start_s)[-1:]
        aside += self._sampled.within(end_s, end_s + ASIDE_S)[:1]
        height, width = seen[0].rgb.shape[:2]
        left, top, wide, tall = (share * side for share, side in zip(box, (width, height) * 2, strict=True))
        reach = (MARGIN_MOVING if place else MARGIN) * max(wide, tall)
        x0, y0 = max(round(left - reach), 0), max(round(top - reach), 0)
        x1, y1 = min(round(left + wide + reach), width), min(round(top + tall + reach), height)
        rough = np.zeros((y1 - y0, x1 - x0), np.uint8)
        _lay(mask, rough, round(left) - x0, round(top) - y0, max(round(wide), 1), max(round(tall), 1))
        here = x0, y0, x1, y1
        crops = np.stack([_crop(frame, here, place and place(frame.t_s)) for frame in seen])
        look = np.median(crops, axis=0).astype(np.int16)
        others = [
            _crop(other, here, place and place(frame.t_s)) for other in aside for frame in (seen if place else seen[:1])
        ]
        inside = _exact(look, crops, others, rough, reach)
        if int(inside.sum()) < WHOLE * int(rough.sum()):
            inside = rough > 0
        down, across = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        a, b, c, d = int(across[0]), int(down[0]), int(across[-1]) + 1, int(down[-1]) + 1
        rgba = np.dstack([look.astype(np.uint8), inside * np.uint8(255)])
        found = (x0 + a) / width, (y0 + b) / height, (c - a) / width, (d - b) / height
        return Cutout(rgba, found, _fill(inside[b:d, a:c]), height / width)


def _crop(frame: Frame, here: tuple[int, int, int, int], place: NDArray[np.float64] | None) -> NDArray[np.uint8]:
    import cv2

    x0, y0, x1, y1 = here
    if place is None:
        return frame.rgb[y0:y1, x0:x1]
    height, width = frame.rgb.shape[:2]
    sides = np.array([width, height])
    linear = place[:, :2] * sides[:, None] / sides
    shift = place[:, 2] * sides + linear @ (x0 + 0.5, y0 + 0.5) - 0.5
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(frame.rgb, np.column_stack([linear, shift]), (x1 - x0, y1 - y0), flags=flags)
    return np.asarray(seen, np.uint8)


def _fill(inside: NDArray[np.bool_]) -> float:
    """Share of its box, without the rows and columns that hold little of it: a disc has 0.82."""
    rows, columns = inside.sum(axis=1), inside.sum(axis=0)
    return float(inside[rows >= 0.2 * rows.max()][:, columns >= 0.2 * columns.max()].mean())


def _some(frames: Sequence[Frame]) -> list[Frame]:
    inner = frames[1:-1] if len(frames) > 3 else frames
    which = np.unique(np.linspace(0, len(inner) - 1, MOST_SEEN).round().astype(int)) if inner else []
    return [inner[int(i)] for i in which]


def _lay(mask: NDArray[np.bool_], onto: NDArray[np.uint8], x: int, y: int, wide: int, tall: int) -> None:
    import cv2

    large = np.asarray(cv2.resize(mask.astype(np.uint8) * 255, (wide, tall), interpolation=cv2.INTER_LINEAR)) > 127
    piece = onto[y : y + tall, x : x + wide]
    piece[:] = large[: piece.shape[0], : piece.shape[1]]


def _exact(
    look: NDArray[np.int16], crops: NDArray[np.uint8], aside: Sequence[NDArray[np.uint8]], rough: NDArray[np.uint8],
    reach: float,
) -> NDArray[np.bool_]:  # fmt: skip
    """What stays while it is there, and was not there before or is gone behind."""
    import cv2

    kernel = np.ones((3, 3), np.uint8)
    near = cv2.dilate(rough, np.ones((2 * max(round(reach / 2), 1) + 1,) * 2, np.uint8)) > 0
    inside = near & (np.abs(crops - look).max(axis=-1).mean(axis=0) <= STIRS)
    if aside:
        inside &= np.mean([np.abs(other - look).max(axis=-1) > DIFFERS for other in aside], axis=0) > MOST_DIFFER
    closing = np.ones((2 * max(round(reach / 4), 1) + 1,) * 2, np.uint8)
    opened = cv2.morphologyEx(inside.astype(np.uint8), cv2.MORPH_OPEN, kernel)
    whole = cv2.morphologyEx(np.pad(opened, len(closing)), cv2.MORPH_CLOSE, closing)
    outlines, _ = cv2.findContours(whole, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(whole)
    if outlines:
        largest = max(map(cv2.contourArea, outlines))
        cv2.drawContours(filled, [one for one in outlines if cv2.contourArea(one) >= 0.1 * largest], -1, 1, cv2.FILLED)
    pad = len(closing)
    return filled[pad:-pad, pad:-pad] > 0
