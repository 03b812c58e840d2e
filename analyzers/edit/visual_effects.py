"""Visual effects: what the edit laid over the pictures, or did to their time, and from when to when.

One row per effect; times are those of the frames that it changes. Only what cannot be mistaken for a camera, a lens or
a lamp is told: white mixed into the picture (`flash`, `strobe`), fades, colours split sideways, a digital zoom of a
moment, halves that mirror each other, colour or light that is turned off or over in the middle of a scene, an abrupt
blur or vignette, torn pictures, shake that is faster than a hand and begins and ends at once. From other tables:
`freeze`, `slow`, `fast`, `reverse` of speed_ops, and `ramp` where speeds follow each other; an `overlay` is an inset of
layout_composite, a `greenscreen` the ground that background_segmentation found. Slow digital zooms are rows of
camera_analysis; grain, a blur towards the middle, and whatever lasts for a whole shot look the same when a camera
makes them: no row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Annotated, Literal

import numpy as np

from analyzers.columns import BoxH, BoxW, BoxX, BoxY, Column, Confidence, EndS, StartS
from analyzers.contract import Motion, analyzer
from analyzers.edit.camera_analysis import Row as CameraRow
from analyzers.edit.cut_analysis import CutRow
from analyzers.edit.speed_ops import SpeedRow
from analyzers.edit.temporal_consistency import ConsistencyRow
from analyzers.measures.cuts.transitions import thumbs
from analyzers.measures.effects.light import Light, Tiny, find_fade, find_flashes
from analyzers.measures.effects.looks import (
    find_blurred,
    find_colourless,
    find_mirrored,
    find_negatives,
    find_split,
    find_vignettes,
)
from analyzers.measures.effects.shakes import find_shakes
from analyzers.picture.background_segmentation import Row as GroundRow
from analyzers.picture.layout_composite import Row as LayoutRow

Effect = Literal[
    "flash", "strobe", "fade_in", "fade_out", "blur", "rgb_split", "glitch", "shake", "punch_in", "vignette", "freeze",
    "slow", "fast", "ramp", "reverse", "mirror", "bw", "invert", "greenscreen", "overlay",
]  # fmt: skip

TICK_S = 1e-6  # times are kept to the microsecond
AT_ENDS_S = 4.0  # how much of the video is searched for a fade at its beginning and its end
LEG = 3  # frames: a fade of fewer is a cut
BLANK = 10.0  # grey levels from black or white at the turn of a fade
PUNCH_S, PUNCH = 0.5, 1.05  # longest, and by what factor at least
TORN_APART_S, TORN = 0.5, 2  # between two torn frames of one glitch, and how many make one: one may be a broken file


@dataclass(frozen=True, slots=True)
class Part:
    x: BoxX
    y: BoxY
    w: BoxW
    h: BoxH


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    effect: Annotated[Effect, Column("what was done to the picture")]
    strength: Annotated[
        float | None,
        Column(
            "flash, strobe: share of white at the brightest; fades: share that goes or comes; blur: its spread (one "
            "sigma), rgb_split: from red to blue, shake: rms of the way from the middle, all in widths; glitch: share "
            "of the picture that is torn; vignette: share of the light that goes in the corners; else null",
            low=0,
            high=1,
            bits=32,
        ),
    ] = None
    hz: Annotated[float | None, Column("strobe: flashes a second; shake: swings a second", low=0)] = None
    factor: Annotated[
        float | None,
        Column("punch_in: how much larger; freeze: 0; slow, fast: as in speed_ops; ramp: the one farthest from 1"),
    ] = None
    region: Annotated[Part | None, Column("where in the picture; null: all of it")] = None


@analyzer(version=2, max_gap_s=0.1)
def visual_effects(
    motion: Motion,
    cut_analysis: Sequence[CutRow] | None,
    camera_analysis: Sequence[CameraRow] | None,
    temporal_consistency: Sequence[ConsistencyRow] | None,
    speed_ops: Sequence[SpeedRow] | None,
    layout_composite: Sequence[LayoutRow] | None,
    background_segmentation: Sequence[GroundRow] | None,
) -> Iterator[Row]:
    if len(motion.t_s) < 2:
        return
    tiny = thumbs(motion)
    cuts = [row for row in cut_analysis or () if row.level == "cut"]
    rows = [
        *_lights(motion, tiny, cuts),
        *_fades(motion, tiny, cuts),
        *_looks(motion, tiny),
        *_punches(camera_analysis or ()),
        *_shakes(motion, camera_analysis or (), cuts),
        *_glitches(temporal_consistency or ()),
        *_retimed(speed_ops or ()),
        *_overlays(layout_composite or ()),
        *(
            Row(row.start_s, row.end_s, row.confidence, "greenscreen")
            for row in background_segmentation or ()
            if row.bg_type == "greenscreen"
        ),
    ]
    yield from sorted(rows, key=lambda row: (row.start_s, row.effect))


def _lights(motion: Motion, tiny: Tiny, cuts: list[CutRow]) -> Iterator[Row]:
    for light in find_flashes(tiny, motion.t_s):
        start_s, end_s = _times(motion, light.first, light.after)
        if not any(cut.start_s < end_s and start_s < cut.end_s for cut in cuts):  # a soft transition does the same
            effect = "strobe" if light.hz else "flash"
            yield Row(start_s, end_s, light.share, effect, min(light.strength, 1.0), light.hz)


def _fades(motion: Motion, tiny: Tiny, cuts: list[CutRow]) -> Iterator[Row]:
    """At the video's two ends, and both halves of every fade that is a transition."""
    reach = int(np.searchsorted(motion.t_s, AT_ENDS_S))
    opening = find_fade(tiny[:reach], motion.t_s[:reach])
    if opening:
        yield _row(motion, "fade_in", opening)
    first = int(np.searchsorted(motion.t_s, motion.end_s - AT_ENDS_S))
    closing = find_fade(tiny[first:][::-1], motion.t_s[first:][::-1])
    if closing:
        last = len(tiny) - 1
        yield _row(motion, "fade_out", replace(closing, first=last - closing.after + 1, after=last - closing.first + 1))
    for cut in cuts:
        if cut.kind in ("fade_black", "fade_white"):
            yield from _halves(motion, tiny, cut, 0 if cut.kind == "fade_black" else 255)


def _halves(motion: Motion, tiny: Tiny, cut: CutRow, blank: int) -> Iterator[Row]:
    first, after = np.searchsorted(motion.t_s, [cut.start_s - TICK_S, cut.end_s - TICK_S]).tolist()
    level = np.array([np.abs(picture.astype(np.int16) - blank).mean() for picture in tiny[first:after]])
    if not len(level):
        return
    nothing = first + np.flatnonzero(level <= max(BLANK, float(level.min())))
    halves: tuple[tuple[Effect, int, int], ...] = (
        ("fade_out", first, int(nothing[0])),
        ("fade_in", int(nothing[-1]) + 1, after),
    )
    for effect, a, b in halves:
        if b - a >= LEG:
            yield Row(*_times(motion, a, b), cut.confidence, effect, 1.0)


def _looks(motion: Motion, tiny: Tiny) -> Iterator[Row]:
    for first, after in find_negatives(tiny):
        yield Row(*_times(motion, first, after), None, "invert")
    for first, after in find_colourless(tiny, motion.t_s):
        yield Row(*_times(motion, first, after), None, "bw")
    for first, after in find_mirrored(motion):
        yield Row(*_times(motion, first, after), None, "mirror")
    for first, after, widths in find_split(motion):
        yield Row(*_times(motion, first, after), None, "rgb_split", widths)
    for first, after, widths in find_blurred(motion, tiny):
        yield Row(*_times(motion, first, after), None, "blur", widths)
    for first, after, share in find_vignettes(tiny):
        yield Row(*_times(motion, first, after), None, "vignette", min(share, 1.0))


def _punches(camera: Sequence[CameraRow]) -> Iterator[Row]:
    for row in camera:
        is_zoom = row.level == "segment" and row.move == "zoom_in" and row.is_digital
        if is_zoom and row.end_s - row.start_s <= PUNCH_S and (row.amount or 0) >= PUNCH:
            yield Row(row.start_s, row.end_s, row.confidence, "punch_in", factor=row.amount)


def _shakes(motion: Motion, camera: Sequence[CameraRow], cuts: Sequence[CutRow]) -> Iterator[Row]:
    """Shot by shot, where the camera's way is known all along."""
    t_s = np.asarray(motion.t_s)
    way = np.zeros((len(t_s), 2))
    for row in camera:
        if row.level == "frame" and row.dx_w_s is not None and row.dy_w_s is not None:
            frame = int(np.searchsorted(t_s, row.start_s - TICK_S))
            way[frame] = np.array([row.dx_w_s, row.dy_w_s]) * (row.end_s - row.start_s)
    ends = [row.boundary_frame for row in cuts if row.boundary_frame]
    for first, after in pairwise(sorted({0, *ends, len(t_s)})):
        for shake in find_shakes(t_s[first:after], way[first:after]):
            times = _times(motion, first + shake.first, first + shake.after)
            yield Row(*times, None, "shake", min(shake.widths, 1.0), shake.hz)


def _retimed(rows: Sequence[SpeedRow]) -> Iterator[Row]:
    for row in rows:
        if row.op == "freeze" or row.op == "reverse":
            yield Row(row.start_s, row.end_s, row.confidence, row.op, factor=row.factor)
    run: list[SpeedRow] = []
    for row in [*(row for row in rows if row.op == "speed" and row.factor), None]:
        if row and (not run or row.start_s <= run[-1].end_s + TICK_S):
            run.append(row)
            continue
        if run:
            yield _paced(run)
        run = [row] if row else []


def _paced(run: list[SpeedRow]) -> Row:
    """Stretches of other speeds that touch each other are one ramp."""
    factor = max((row.factor or 1.0 for row in run), key=lambda factor: abs(np.log(factor)))
    known = [row.confidence for row in run if row.confidence is not None]
    effect = "ramp" if len(run) > 1 else "fast" if factor > 1 else "slow"
    return Row(run[0].start_s, run[-1].end_s, min(known, default=None), effect, factor=factor)


def _overlays(rows: Sequence[LayoutRow]) -> Iterator[Row]:
    for row in rows:
        for part in row.regions:
            if part.role == "inset":
                where = Part(part.x, part.y, part.w, part.h)
                yield Row(row.start_s, row.end_s, row.confidence, "overlay", region=where)


def _glitches(rows: Sequence[ConsistencyRow]) -> Iterator[Row]:
    torn: list[ConsistencyRow] = []
    for row in [*(row for row in rows if row.kind == "warp"), None]:
        if row and (not torn or row.start_s - torn[-1].end_s <= TORN_APART_S):
            torn.append(row)
            continue
        if len(torn) >= TORN:
            share = max((one.magnitude or 0.0 for one in torn), default=0.0)
            yield Row(torn[0].start_s, torn[-1].end_s, None, "glitch", min(share, 1.0))
        torn = [row] if row else []


def _row(motion: Motion, effect: Effect, light: Light) -> Row:
    return Row(*_times(motion, light.first, light.after), light.share, effect, light.strength)


def _times(motion: Motion, first: int, after: int) -> tuple[float, float]:
    return float(motion.t_s[first]), float(motion.t_s[after]) if after < len(motion.t_s) else motion.end_s
