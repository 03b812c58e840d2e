"""Temporal consistency: where the run of pictures is broken by repeated, missing, frozen, torn or flickering frames.

One row per finding. `dup`: frames that repeat the one before while everything moves; those of a steady cadence, as of
24 pictures a second in a video of 30, are one row with its frequency. `drop`: frames are missing before the one named.
`freeze`: one picture stands for a quarter of a second or longer, as in a slide show; a still camera with a sensor's
grain does not. `flicker`: light that comes and goes regularly. `warp`: for a moment the picture is torn or displaced
in a way that no movement explains. `black`: nothing is shown. Steps are told by the optical flow and by what changes
in cells of a tenth of the picture's width; black as FFmpeg's blackdetect tells it. What of this an editor did on
purpose, speed_ops says.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Annotated, Any, Literal

import numpy as np

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Flow, Motion, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.steps.cadence import find_cadences
from analyzers.measures.steps.flicker import Flicker, find_flicker
from analyzers.measures.steps.jumps import find_jumps
from analyzers.measures.steps.steps import Steps, change_ratios, move_ratios, read_steps
from analyzers.measures.steps.stills import Span, find_stills
from analyzers.measures.steps.torn import find_torn

Kind = Literal["flicker", "drop", "dup", "freeze", "warp", "black"]

TOGETHER = 8  # frames between two repeats of one cadence: 24 pictures in 30 frames repeat every fifth
BESIDE = 3  # frames around a still in which nothing repeats but the coder settles
BLACK_STILL = 0.5  # share of a still's frames that are black, from which it is nothing but black
CADENCE, UNEVEN = 4, 4  # runs of repeats that make one, and frames by which their distances may differ: one is missed


@dataclass(frozen=True, slots=True)
class ConsistencyRow:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    kind: Annotated[Kind, Column("what is wrong, or was done on purpose")]
    frames: Annotated[
        tuple[int, ...] | None,
        Column("dup: frames that repeat the one before; drop: the frame before which some are missing; else null", 0),
    ] = None
    hz: Annotated[float | None, Column("flicker: its frequency; dup: repeats a second where they are regular", 0)] = (
        None
    )
    magnitude: Annotated[
        float | None,
        Column(
            "dup, drop: number of frames; freeze: seconds; flicker: share of the light that goes; "
            "warp: share of the picture that is not where it was; black: null",
            0,
        ),
    ] = None


@analyzer(version=2, max_gap_s=0.1)
def temporal_consistency(motion: Motion, flow: Flow, cut_analysis: Sequence[CutRow] | None) -> Iterator[ConsistencyRow]:
    if not len(motion.t_s):
        return
    steps = read_steps(motion, flow)
    ends = [row.boundary_frame for row in cut_analysis or () if row.boundary_frame]
    yield from sorted(_findings(motion, flow, steps, ends), key=lambda row: (row.start_s, row.kind))


def _findings(motion: Motion, flow: Flow, steps: Steps, ends: list[int]) -> Iterator[ConsistencyRow]:
    ratio, moved = change_ratios(motion, steps), move_ratios(steps)
    black = list(_runs(steps.is_black))
    stills = find_stills(motion, steps, ratio, moved)
    stills = [still for still in stills if steps.is_black[slice(*still)].mean() < BLACK_STILL]
    flickers = list(_flickers(motion, steps, ends))
    jumps = find_jumps(motion, steps, ratio, moved, ends)
    explained = [
        *((a - BESIDE, b + BESIDE) for a, b in stills),
        *black,
        *((found.first, found.last + 2) for found in flickers),
    ]
    for first, after in black:
        yield _row(motion, "black", first, after)
    for first, after in stills:
        start_s, end_s = _times(motion, first, after)
        yield ConsistencyRow(start_s, end_s, None, "freeze", magnitude=end_s - start_s)
    for found in flickers:
        swing = float(1 - np.exp(-found.swing))
        yield _row(motion, "flicker", found.first, found.last + 1, confidence=found.share, hz=found.hz, magnitude=swing)
    repeats = {*jumps.repeats, *(frame for frames in find_cadences(steps) for frame in frames)}
    for frames in _cadences([frame for frame in sorted(repeats) if not _within(frame, explained)]):
        yield _repeated(motion, frames)
    for frame, count in jumps.missing.items():
        if not _within(frame, explained):
            yield _row(motion, "drop", frame, frame + 1, frames=(frame,), magnitude=float(count))
    for torn in find_torn(motion, flow, steps, ends):
        if not _within(torn.first, explained):
            yield _row(motion, "warp", torn.first, torn.after, magnitude=torn.share)


def _flickers(motion: Motion, steps: Steps, ends: list[int]) -> Iterator[Flicker]:
    for first, after in pairwise(sorted({0, *ends, len(motion.t_s)})):
        brighter = np.append(np.float32(0), steps.brighter[first : after - 1])
        for found in find_flicker(motion.t_s[first:after], brighter):
            yield replace(found, first=first + found.first, last=first + found.last)


def _cadences(repeats: list[int]) -> Iterator[list[int]]:
    """Repeats of one steady cadence together, all others run by run."""
    for group in _grouped(repeats, TOGETHER):
        if _is_cadence(group):
            yield group
        else:
            yield from _grouped(group, 1)


def _is_cadence(frames: list[int]) -> bool:
    starts = [run[0] for run in _grouped(frames, 1)]
    return len(starts) >= CADENCE and int(np.ptp(np.diff(starts))) <= UNEVEN


def _grouped(frames: Iterable[int], reach: int) -> list[list[int]]:
    groups: list[list[int]] = []
    for frame in frames:
        if groups and frame - groups[-1][-1] <= reach:
            groups[-1].append(frame)
        else:
            groups.append([frame])
    return groups


def _repeated(motion: Motion, frames: list[int]) -> ConsistencyRow:
    starts = [run[0] for run in _grouped(frames, 1)]
    seconds = float(motion.t_s[starts[-1]] - motion.t_s[starts[0]])
    hz = (len(starts) - 1) / seconds if _is_cadence(frames) and seconds > 0 else None
    return _row(motion, "dup", frames[0], frames[-1] + 1, frames=tuple(frames), hz=hz, magnitude=float(len(frames)))


def _row(
    motion: Motion, kind: Kind, first: int, after: int, confidence: float | None = None, **more: Any
) -> ConsistencyRow:
    return ConsistencyRow(*_times(motion, first, after), confidence, kind, **more)


def _times(motion: Motion, first: int, after: int) -> tuple[float, float]:
    return float(motion.t_s[first]), float(motion.t_s[after]) if after < len(motion.t_s) else motion.end_s


def _within(frame: int, spans: Iterable[Span]) -> bool:
    return any(first <= frame < after for first, after in spans)


def _runs(flags: np.ndarray) -> Iterator[Span]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    yield from ((int(a), int(b)) for a, b in edges.reshape(-1, 2))
