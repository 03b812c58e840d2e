"""Visual effects: looks, lights and freezes that the edit laid over the pictures, and from when to when.

One row per effect; times are those of the frames that it changes. Only what cannot be mistaken for a camera, a lens or
a lamp is told: white mixed into the picture (`flash`, `strobe`), fades, colours split sideways, a digital zoom of a
moment, a still within moving pictures, halves that mirror each other, colour or light that is turned off or over in
the middle of a scene, an abrupt blur, torn pictures. Changes of speed are rows of speed_ops; slow digital zooms of
camera_analysis; grain, vignettes, shake and focus look the same when a camera makes them. Every effect here is of the
whole picture.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Motion, analyzer
from analyzers.edit.camera_analysis import Row as CameraRow
from analyzers.edit.cut_analysis import CutRow
from analyzers.edit.temporal_consistency import ConsistencyRow
from analyzers.measures.cuts.transitions import thumbs
from analyzers.measures.effects.light import Light, Tiny, find_fade, find_flashes
from analyzers.measures.effects.looks import find_blurred, find_colourless, find_mirrored, find_negatives, find_split
from analyzers.measures.effects.stills import is_same_still

Effect = Literal[
    "flash", "strobe", "fade_in", "fade_out", "blur", "rgb_split", "glitch", "punch_in", "freeze", "mirror", "bw",
    "invert",
]  # fmt: skip

TICK_S = 1e-6  # times are kept to the microsecond
AT_ENDS_S = 4.0  # how much of the video is searched for a fade at its beginning and its end
LEG = 3  # frames: a fade of fewer is a cut
BLANK = 10.0  # grey levels from black or white at the turn of a fade
PUNCH_S, PUNCH = 0.5, 1.05  # longest, and by what factor at least
BESIDE_S, MOVED, MOVED_SHARE = 0.4, 8, 0.3  # next to a freeze: time, grey levels and share of the picture that moves
TORN_APART_S, TORN = 0.5, 2  # between two torn frames of one glitch, and how many make one: one may be a broken file


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
            "sigma), rgb_split: from red to blue, both in widths; glitch: share of the picture that is torn; else null",
            low=0,
            high=1,
            bits=32,
        ),
    ] = None
    hz: Annotated[float | None, Column("strobe: flashes a second", low=0)] = None
    factor: Annotated[float | None, Column("punch_in: how much larger", low=1)] = None


@analyzer(version=1, max_gap_s=0.1)
def visual_effects(
    motion: Motion,
    cut_analysis: Sequence[CutRow] | None,
    camera_analysis: Sequence[CameraRow] | None,
    temporal_consistency: Sequence[ConsistencyRow] | None,
) -> Iterator[Row]:
    if len(motion.t_s) < 2:
        return
    tiny = thumbs(motion)
    cuts = [row for row in cut_analysis or () if row.level == "cut"]
    lights = [*_lights(motion, tiny, cuts), *_fades(motion, tiny, cuts)]
    whips = [row for row in camera_analysis or () if row.move == "whip"]
    rows = [
        *lights,
        *_looks(motion, tiny),
        *_punches(camera_analysis or ()),
        *_freezes(motion, temporal_consistency or (), [*cuts, *lights, *whips]),
        *_glitches(temporal_consistency or ()),
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


def _punches(camera: Sequence[CameraRow]) -> Iterator[Row]:
    for row in camera:
        is_zoom = row.level == "segment" and row.move == "zoom_in" and row.is_digital
        if is_zoom and row.end_s - row.start_s <= PUNCH_S and (row.amount or 0) >= PUNCH:
            yield Row(row.start_s, row.end_s, row.confidence, "punch_in", factor=row.amount)


def _freezes(
    motion: Motion, rows: Sequence[ConsistencyRow], changes: Sequence[CutRow | CameraRow | Row]
) -> Iterator[Row]:
    """Stills that the picture moves into, or out of, within a shot and its light: neither a slide show's
    nor a photograph's over which a camera is moved."""
    for row in rows:
        if row.kind != "freeze":
            continue
        before, after = (row.start_s - BESIDE_S, row.start_s), (row.end_s, row.end_s + BESIDE_S)
        if any(_moves(motion, *span) and not _is_changed(span, changes) for span in (before, after)):
            yield Row(row.start_s, row.end_s, row.confidence, "freeze")


def _is_changed(span: tuple[float, float], changes: Sequence[CutRow | CameraRow | Row]) -> bool:
    return any(change.start_s <= span[1] + TICK_S and span[0] - TICK_S <= change.end_s for change in changes)


def _moves(motion: Motion, start_s: float, end_s: float) -> bool:
    first, after = np.searchsorted(motion.t_s, [start_s - TICK_S, end_s - TICK_S]).tolist()
    if start_s < -TICK_S or after - first < LEG:
        return False
    middle = (first + after) // 2
    pairs = [(motion.grey[a], motion.grey[b]) for a, b in ((first, middle), (middle, after - 1))]
    changes = [float((np.abs(one.astype(np.int16) - other) > MOVED).mean()) for one, other in pairs]
    return min(changes) >= MOVED_SHARE and not all(is_same_still(*pair) for pair in pairs)


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
