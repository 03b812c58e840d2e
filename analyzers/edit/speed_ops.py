"""Speed operations: where the footage was slowed, sped up, stopped, played backwards, or runs at another rate.

One row per operation. `speed`: within a shot everything that moves changes its speed at once and by the same factor;
how fast it really was no picture tells, so factors are beside the longest stretch of the shot. A whole shot at another
speed, and a speed that changes gradually, leave no trace that differs from a camera's own doing: no row. `reverse`:
the pictures come again in the opposite order, or the sounds swell and break off, as they do backwards. `freeze`: of
the stills that temporal_consistency found, those that the picture moves into, or out of, within a shot: neither a slide
show's nor a photograph's over which a camera is moved. `dup`, `drop`: as found there; repeats of a steady cadence say
which share of the frames is new, be it slow motion or a lower rate.

Everything about time is said here; visual_effects repeats the freezes, speeds and reverses among its effects.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Flow, Motion, Spectrum, analyzer
from analyzers.edit.camera_analysis import Row as CameraRow
from analyzers.edit.cut_analysis import CutRow
from analyzers.edit.temporal_consistency import ConsistencyRow
from analyzers.measures.effects.stills import is_same_still
from analyzers.measures.steps.backwards import find_swells, find_turns
from analyzers.measures.steps.steps import read_shifts
from analyzers.measures.steps.tempo import LEAST, Pace, find_paces

TICK_S = 1e-6  # times are kept to the microsecond
BESIDE_S, MOVED, MOVED_SHARE = 0.4, 8, 0.3  # next to a freeze: time, grey levels and share of the picture that moves
LEG = 3  # frames beside it, to see anything move
LIT, DARK = 0.15, 8.0  # change of ln brightness in one step: light, and not the picture, changes; black has none
SURE_SKEW = 1.0  # of swelling sound: as much as struck strings have forwards

Shifts = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class MapPoint:
    t_s: Annotated[float, Column("in the video", 0)]
    source_s: Annotated[float, Column("in the footage, from the beginning of the shot at its own speed", 0)]


@dataclass(frozen=True, slots=True)
class SpeedRow:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    op: Annotated[Literal["speed", "freeze", "reverse", "dup", "drop"], Column("what was done")]
    told_by: Annotated[Literal["picture", "sound"], Column("what shows it")]
    factor: Annotated[
        float | None,
        Column("speed: beside the shot's longest stretch; freeze: 0; dup: share of new frames; -1: backwards", -1),
    ] = None
    map: Annotated[
        tuple[MapPoint, ...] | None, Column("speed: which moment of the footage is shown, linear in between")
    ] = None


@analyzer(version=2, max_gap_s=0.1)
def speed_ops(
    motion: Motion,
    flow: Flow,
    spectrum: Spectrum,
    cut_analysis: Sequence[CutRow] | None,
    camera_analysis: Sequence[CameraRow] | None,
    temporal_consistency: Sequence[ConsistencyRow] | None,
) -> Iterator[SpeedRow]:
    if len(motion.t_s) < 2:
        return
    shift = read_shifts(motion, flow)
    cuts = [row for row in cut_analysis or () if row.level == "cut"]
    ends = [row.boundary_frame for row in cuts if row.boundary_frame]
    whips = [row for row in camera_analysis or () if row.move == "whip"]
    lights = [row for row in temporal_consistency or () if row.kind in ("flicker", "black")]
    found = [
        *_paces(motion, shift, ends),
        *_backwards(motion, shift, spectrum, ends),
        *_broken(motion, temporal_consistency or (), [*cuts, *whips, *lights]),
    ]
    yield from sorted(found, key=lambda row: (row.start_s, row.op))


def _paces(motion: Motion, shift: Shifts, ends: list[int]) -> Iterator[SpeedRow]:
    for first, after in pairwise(sorted({0, *ends, len(motion.t_s)})):
        frame_s = float(np.median(motion.dur_s[first:after]))
        if after - first < 3 or frame_s <= 0:
            continue
        paces = find_paces(shift[first : after - 1], frame_s)
        source_s = 0.0
        for pace in paces:
            row, source_s = _pace(motion, first, pace, source_s)
            if max(pace.factor, 1 / pace.factor) >= LEAST**0.5:
                yield row


def _pace(motion: Motion, shot: int, pace: Pace, source_s: float) -> tuple[SpeedRow, float]:
    """The row, and where in the footage it ends."""
    start_s, end_s = (_time(motion, shot + frame) for frame in (pace.first, pace.after))
    reached_s = source_s + (end_s - start_s) * pace.factor
    points = MapPoint(start_s, source_s), MapPoint(end_s, reached_s)
    return SpeedRow(start_s, end_s, pace.share, "speed", "picture", pace.factor, points), reached_s


def _backwards(motion: Motion, shift: Shifts, spectrum: Spectrum, ends: list[int]) -> Iterator[SpeedRow]:
    back = 0  # a way back from a way back goes forwards
    for first, after in find_turns(motion, shift, ends):
        if first > back:
            yield SpeedRow(_time(motion, first), _time(motion, after), None, "reverse", "picture", -1.0)
            back = after
    for start_s, end_s, skew in find_swells(spectrum, motion.end_s):
        yield SpeedRow(start_s, end_s, min(-skew / SURE_SKEW, 1.0), "reverse", "sound", -1.0)


def _broken(
    motion: Motion, rows: Sequence[ConsistencyRow], changes: Sequence[CutRow | CameraRow | ConsistencyRow]
) -> Iterator[SpeedRow]:
    for row in rows:
        match row.kind:
            case "freeze":
                before, after = (row.start_s - BESIDE_S, row.start_s), (row.end_s, row.end_s + BESIDE_S)
                if any(_moves(motion, *span) and not _is_changed(span, changes) for span in (before, after)):
                    yield SpeedRow(row.start_s, row.end_s, None, "freeze", "picture", 0.0)
            case "dup":
                first, after = np.searchsorted(motion.t_s, [row.start_s - TICK_S, row.end_s - TICK_S]).tolist()
                share = 1 - len(row.frames or ()) / (after - first) if row.hz is not None else None
                yield SpeedRow(row.start_s, row.end_s, None, "dup", "picture", share)
            case "drop":
                yield SpeedRow(row.start_s, row.end_s, None, "drop", "picture")


def _is_changed(span: tuple[float, float], changes: Sequence[CutRow | CameraRow | ConsistencyRow]) -> bool:
    return any(change.start_s <= span[1] + TICK_S and span[0] - TICK_S <= change.end_s for change in changes)


def _moves(motion: Motion, start_s: float, end_s: float) -> bool:
    """Whether something moves here that is more than a photograph under a camera, or its light."""
    first, after = np.searchsorted(motion.t_s, [start_s - TICK_S, end_s - TICK_S]).tolist()
    if start_s < -TICK_S or after - first < LEG:
        return False
    light = np.log(motion.grey[first:after].mean(axis=(1, 2)) + DARK)
    if np.abs(np.diff(light)).max() > LIT:
        return False
    middle = (first + after) // 2
    pairs = [(motion.grey[a], motion.grey[b]) for a, b in ((first, middle), (middle, after - 1))]
    changes = [float((np.abs(one.astype(np.int16) - other) > MOVED).mean()) for one, other in pairs]
    return min(changes) >= MOVED_SHARE and not all(is_same_still(*pair) for pair in pairs)


def _time(motion: Motion, frame: int) -> float:
    return float(motion.t_s[frame]) if frame < len(motion.t_s) else motion.end_s
