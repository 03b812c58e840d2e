"""Cuts: where one shot ends and the next begins, how the one becomes the other, and what that makes of the video."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal, cast

import numpy as np

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Cut, Motion, analyzer
from analyzers.measures.cuts.boundaries import Boundary, find_boundaries
from analyzers.measures.cuts.returns import earlier_shots

Kind = Literal[
    "hard", "dissolve", "fade_black", "fade_white",
    "wipe_left", "wipe_right", "wipe_up", "wipe_down",
    "slide_left", "slide_right", "slide_up", "slide_down",
    "zoom", "whip", "jump_cut",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class CutRow:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    level: Annotated[Literal["cut", "shot", "video"], Column("what the row is about")]
    kind: Annotated[
        Kind | None, Column("of a cut: how the old picture becomes the new; left is where the new one goes")
    ] = None
    boundary_frame: Annotated[int | None, Column("of a cut: first frame of the new shot alone", low=0, bits=32)] = None
    len_frames: Annotated[
        int | None, Column("of a cut: frames that show both pictures, or neither; 0 if hard", low=0, bits=32)
    ] = None
    shot: Annotated[int | None, Column("of a shot: its number, from 0", low=0, bits=32)] = None
    len_s: Annotated[
        float | None, Column("of a shot: its length in seconds, half of its soft transitions included", low=0)
    ] = None
    is_dup_scene: Annotated[bool | None, Column("of a shot: the picture returns to an earlier shot's")] = None
    same_as_shot: Annotated[int | None, Column("of a shot: the earliest shot that it returns to", low=0, bits=32)] = (
        None
    )
    n_cuts: Annotated[int | None, Column("of the video: number of cuts", low=0, bits=32)] = None
    asl_s: Annotated[float | None, Column("of the video: mean length of a shot in seconds", low=0)] = None
    median_s: Annotated[float | None, Column("of the video: median length of a shot in seconds", low=0)] = None
    cpm: Annotated[float | None, Column("of the video: cuts a minute", low=0)] = None
    cv: Annotated[float | None, Column("of the video: spread of the shots' lengths over their mean", low=0)] = None


@analyzer(version=2, max_gap_s=0.1, stage="gpu_light", role="cut")
def cut_analysis(motion: Motion, model: Cut) -> Iterator[CutRow]:
    if not len(motion.t_s):
        return
    cuts = find_boundaries(motion, model(motion))
    shots = list(_shots(motion, cuts))
    yield from sorted([*_cut_rows(motion, cuts), *shots], key=lambda row: row.start_s)
    yield _statistics(motion, cuts, shots)


def _cut_rows(motion: Motion, cuts: list[Boundary]) -> Iterator[CutRow]:
    for cut in cuts:
        start_s, end_s = float(motion.t_s[cut.start]), float(motion.t_s[cut.end])
        kind = cast(Kind, cut.kind)
        length = cut.end - cut.start
        yield CutRow(start_s, end_s, cut.confidence, "cut", kind=kind, boundary_frame=cut.end, len_frames=length)


def _shots(motion: Motion, cuts: list[Boundary]) -> Iterator[CutRow]:
    """One row a shot; a soft transition is shared half and half."""
    times = [0.0, *(float(motion.t_s[cut.start] + motion.t_s[cut.end]) / 2 for cut in cuts), motion.end_s]
    clean = [0, *(cut.end for cut in cuts)], [*(cut.start for cut in cuts), len(motion.t_s)]
    same_as = earlier_shots(motion, list(zip(*clean, strict=True)))
    for shot, ((start_s, end_s), same) in enumerate(zip(pairwise(times), same_as, strict=True)):
        length_s = end_s - start_s
        yield CutRow(
            start_s, end_s, None, "shot", shot=shot, len_s=length_s, is_dup_scene=same is not None, same_as_shot=same
        )


def _statistics(motion: Motion, cuts: list[Boundary], shots: list[CutRow]) -> CutRow:
    lengths = np.array([shot.end_s - shot.start_s for shot in shots])
    mean_s, end_s = float(lengths.mean()), motion.end_s
    return CutRow(
        0.0,
        end_s,
        None,
        "video",
        n_cuts=len(cuts),
        asl_s=mean_s,
        median_s=float(np.median(lengths)),
        cpm=60 * len(cuts) / end_s if end_s > 0 else None,
        cv=float(lengths.std()) / mean_s if mean_s > 0 else None,
    )
