"""Background: how much of the picture is foreground, where, and what lies behind it.

A row of level `sample` is the mask of one sampled picture, from its time to the next one's; a row of level `shot` tells
the background of one shot. Where nothing tells foreground from background a sample has no row, and the shot's share is
null: that is no statement that there is no foreground. `greenscreen` is a plain ground of a studio's green or blue,
`flat` one of any other colour, `blurred` one whose edges are much softer than the foreground's, `moving` one that goes
by or stirs. Whether a ground was filmed behind the person or put there cannot be told from its looks.

Masks come from the model, or, without one, from colour and movement (analyzers/measures/ground).
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.columns import Column, Confidence, EndS, Fraction, HexColour, StartS
from analyzers.contract import Flow, Frame, Frames, Media, Motion, Segment, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.ground.apart import (
    as_lab,
    border,
    border_speed,
    differs,
    moves_otherwise,
    plain_colour,
    standing,
    unlike,
)
from analyzers.measures.ground.blur import WIDTH_PX, edge_sigma

Kind = Literal["static", "moving", "blurred", "flat", "greenscreen"]
GRID_PX = 64  # width of a mask; its height follows the picture's, at most twice as much and a half
STILLS = 24  # pictures of a shot from which its standing ground is taken
ASKED_S = 1.0  # between two measurements of blur
STILL_SPEED = 0.02  # widths a second: what a hand that holds a phone and errors of the flow make
SOFTER, SOFT, SOFT_PX = 2.0, 0.004, 1.2  # blurred: over the foreground's blur; in widths of the picture; in pixels
KEY_CHROMA = 0.1  # OKLab: a painted wall stays below that
KEY_HUES_DEG = (125, 165), (240, 280)  # OKLab's hue of a studio's green, and of its blue
FRONT = 0.5


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    level: Annotated[Literal["sample", "shot"], Column("one picture's mask, or a whole shot's background")]
    shot: Annotated[int, Column("number of the shot, from 0", low=0, bits=32)]
    fg_ratio: Annotated[Fraction | None, Column("share of the picture that is foreground; null where nobody can tell")]
    bg_type: Annotated[Kind | None, Column("shot: what lies behind")] = None
    bg_hex: Annotated[HexColour | None, Column("shot: middle colour of the background, sRGB as #rrggbb")] = None
    bg_blur: Annotated[
        float | None,
        Column("shot: sigma of the background's edges, in widths of the picture; null without edges", low=0, bits=32),
    ] = None
    matte_edge: Annotated[
        float | None, Column("sample: width of the mask's soft edge, in widths of the picture", low=0, bits=32)
    ] = None
    mask_w: Annotated[int | None, Column("sample: columns of the mask", low=1, bits=32)] = None
    mask_h: Annotated[int | None, Column("sample: rows of the mask", low=1, bits=32)] = None
    mask_rle: Annotated[
        tuple[int, ...] | None, Column("sample: lengths of runs in reading order, background first", low=0, bits=32)
    ] = None


@dataclass(frozen=True, slots=True)
class Shot:
    number: int
    start_s: float
    end_s: float
    frames: Frames  # the video's: mapped when they are asked for, so a long shot is not held
    numbers: range  # of those that are the shot's
    times_s: Sequence[float]


@dataclass(frozen=True, slots=True)
class Sight:
    """One picture, parted."""

    frame: Frame
    small: NDArray[np.uint8]
    mask: NDArray[np.bool_] | None
    confidence: float | None
    soft_edge: float | None


@analyzer(version=2, max_gap_s=0.25, stage="gpu_light", role="segment", evidence="model")
def background_segmentation(
    frames: Frames,
    motion: Motion,
    flow: Flow,
    media: Media,
    cut_analysis: Sequence[CutRow] | None,
    model: Segment,
) -> Iterator[Row]:
    for shot in _shots(frames, media, cut_analysis or ()):
        about = _Ground(flow, shot)
        ends_s = [*shot.times_s[1:], shot.end_s]
        sights = _parted(shot, motion, flow, model)
        for sight, end_s in zip(sights, ends_s, strict=True):
            about.add(sight)
            if sight.mask is not None:
                yield _sample(sight, shot.number, end_s)
        yield about.row()


def _shots(frames: Frames, media: Media, cuts: Sequence[CutRow]) -> Iterator[Shot]:
    cuts_s = sorted((row.start_s + row.end_s) / 2 for row in cuts if row.level == "cut")
    times_s = [frame.t_s for frame in frames]
    numbers = [bisect_right(cuts_s, time_s) for time_s in times_s]
    for number in dict.fromkeys(numbers):
        first, after = numbers.index(number), bisect_right(numbers, number)
        end_s = max(media.duration_s, times_s[after - 1])
        if number < len(cuts_s):
            end_s = max(min(cuts_s[number], end_s), times_s[after - 1])
        start_s = min(max(cuts_s[number - 1], 0.0), times_s[first]) if number else times_s[first]
        yield Shot(number, start_s, end_s, frames, range(first, after), times_s[first:after])


def _parted(shot: Shot, motion: Motion, flow: Flow, model: Segment) -> Iterator[Sight]:
    step = max(1, len(shot.numbers) // STILLS)
    ground: NDArray[np.uint8] | None = None
    is_first = True
    shown = (shot.frames[number] for number in shot.numbers)
    for frame, mask in zip(shown, model(shot.frames[number].rgb for number in shot.numbers), strict=True):
        small = _small(frame.rgb)
        if mask.size:
            yield _by_model(frame, small, mask)
            continue
        if is_first:  # only without a model is it asked for
            if border_speed(flow, shot.times_s[::step], shot.end_s) <= STILL_SPEED:
                ground = standing([_small(shot.frames[number].rgb) for number in shot.numbers[::step]])
            is_first = False
        yield Sight(frame, small, _by_rules(frame, small, ground, shot, motion, flow), None, None)


def _small(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import cv2

    rows = round(GRID_PX * rgb.shape[0] / rgb.shape[1])
    size = GRID_PX, int(np.clip(rows, GRID_PX // 4, 5 * GRID_PX // 2))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def _by_model(frame: Frame, small: NDArray[np.uint8], mask: NDArray[np.float32]) -> Sight:
    import cv2

    shares = np.asarray(cv2.resize(mask, small.shape[1::-1], interpolation=cv2.INTER_LINEAR))
    front = mask > FRONT
    around = front.astype(np.uint8)
    edge = float((cv2.morphologyEx(around, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0).sum()) / 2
    soft = float(((mask > 0.1) & (mask < 0.9)).sum())
    sureness = float(np.clip(np.abs(2 * mask - 1).mean(), 0, 1))
    return Sight(frame, small, shares > FRONT, sureness, soft / edge / mask.shape[1] if edge else None)


def _by_rules(
    frame: Frame, small: NDArray[np.uint8], ground: NDArray[np.uint8] | None, shot: Shot, motion: Motion, flow: Flow
) -> NDArray[np.bool_] | None:
    lab = as_lab(small)
    if (colour := plain_colour(lab)) is not None:
        front = unlike(lab, colour)
    else:
        front = differs(small, ground) if ground is not None else np.zeros(small.shape[:2], bool)
        if not front.any():
            front = moves_otherwise(motion, flow, frame.t_s, shot.start_s, shot.end_s, small.shape[:2])
    return front if front.any() else None


def _sample(sight: Sight, shot: int, end_s: float) -> Row:
    assert sight.mask is not None
    flat = sight.mask.ravel()
    runs = np.diff(np.concatenate([[0], np.flatnonzero(np.diff(flat)) + 1, [flat.size]]))
    lengths = tuple(int(run) for run in ([0, *runs] if flat[0] else runs))
    rows, columns = sight.mask.shape
    return Row(
        sight.frame.t_s,
        max(end_s, sight.frame.t_s),
        sight.confidence,
        "sample",
        shot,
        float(flat.mean()),
        matte_edge=sight.soft_edge,
        mask_w=columns,
        mask_h=rows,
        mask_rle=lengths,
    )


class _Ground:
    """What is known of a shot's background."""

    def __init__(self, flow: Flow, shot: Shot) -> None:
        self._flow, self._shot = flow, shot
        self._shares: list[float] = []
        self._sureness: list[float] = []
        self._colours: list[NDArray[np.float64]] = []
        self._plain: list[bool] = []
        self._speeds: list[float] = []
        self._blurs: list[tuple[float | None, float | None]] = []
        self._asked_s = -ASKED_S
        self._width = WIDTH_PX

    def add(self, sight: Sight) -> None:
        back = ~sight.mask if sight.mask is not None else border(sight.small.shape)
        self._width = min(WIDTH_PX, sight.frame.rgb.shape[1])
        if sight.mask is not None:
            self._shares.append(float(sight.mask.mean()))
        if sight.confidence is not None:
            self._sureness.append(sight.confidence)
        inner = _shrunk(back) if sight.mask is not None else back
        if not inner.any():
            return
        colours = sight.small[inner]
        self._colours.append(np.median(colours, axis=0))
        self._plain.append(plain_colour(as_lab(sight.small)) is not None)
        self._speeds.append(self._speed(sight.frame.t_s, inner))
        if sight.frame.t_s - self._asked_s >= ASKED_S:
            self._asked_s = sight.frame.t_s
            self._blurs.append(_blurs(sight.frame.rgb, inner, sight.mask))

    def _speed(self, t_s: float, back: NDArray[np.bool_]) -> float:
        """Of three quarters of the background, in widths a second."""
        import cv2

        first = int(np.searchsorted(self._flow.t_s, t_s + 1e-6))
        if first >= len(self._flow.t_s) or not self._flow.t_s[first] < self._shot.end_s:
            return 0.0
        before_s = self._flow.t_s[first - 1] if first else self._shot.start_s
        step_s = max(float(self._flow.t_s[first] - before_s), 1e-3)
        speed = np.linalg.norm(np.asarray(self._flow.xy[first], np.float32), axis=2)
        where = cv2.resize(back.astype(np.uint8), speed.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
        return float(np.percentile(speed[where], 75)) / step_s if where.any() else 0.0

    def row(self) -> Row:
        colour = np.median(self._colours, axis=0) if self._colours else None
        blurs = [back for back, _ in self._blurs if back is not None]
        return Row(
            self._shot.start_s,
            self._shot.end_s,
            float(np.mean(self._sureness)) if self._sureness else None,
            "shot",
            self._shot.number,
            float(np.mean(self._shares)) if self._shares else None,
            self._kind(colour) if colour is not None else None,
            "#{:02x}{:02x}{:02x}".format(*colour.round().astype(int)) if colour is not None else None,
            float(np.median(blurs)) if blurs else None,
        )

    def _kind(self, colour: NDArray[np.float64]) -> Kind:
        if Counter(self._plain).most_common(1)[0][0]:
            return "greenscreen" if _is_key(colour) else "flat"
        both = [(back, front) for back, front in self._blurs if back is not None and front is not None]
        least = max(SOFT, SOFT_PX / self._width)
        softer = [back > least and back > SOFTER * front for back, front in both]
        if softer and np.mean(softer) > 0.5:
            return "blurred"
        return "moving" if np.median(self._speeds) > STILL_SPEED else "static"


def _shrunk(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Away from the foreground's edge, which mixes both."""
    import cv2

    return cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=1) > 0


def _is_key(colour: NDArray[np.float64]) -> bool:
    _, a, b = as_lab(colour.round().astype(np.uint8)[None, None])[0, 0]
    hue = float(np.degrees(np.arctan2(b, a))) % 360
    return bool(np.hypot(a, b) >= KEY_CHROMA) and any(low <= hue <= high for low, high in KEY_HUES_DEG)


def _blurs(
    rgb: NDArray[np.uint8], back: NDArray[np.bool_], front: NDArray[np.bool_] | None
) -> tuple[float | None, float | None]:
    """Of the background's and of the foreground's edges, in widths of the picture."""
    import cv2

    width = min(WIDTH_PX, rgb.shape[1])
    size = width, max(1, round(width * rgb.shape[0] / rgb.shape[1]))
    grey = cv2.cvtColor(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY).astype(np.float32)
    told: list[float | None] = []
    for part in (back, _shrunk(front) if front is not None else None):
        if part is None:
            told.append(None)
            continue
        where = cv2.resize(part.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
        sigma = edge_sigma(grey, where)
        told.append(None if sigma is None else sigma / width)
    return told[0], told[1]
