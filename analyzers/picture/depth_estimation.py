"""Depth: how much of the picture is near, in between and far, how deep it is, and how soft the far is.

A row of level `sample` is one picture, one a second; a row of level `shot` is the median of a shot's samples. Near, mid
and far are thirds of the picture's own scale of nearness, from its nearest place to its farthest: of two pictures they
cannot be compared in metres, unless the model tells metres. A picture without depth has no shares.

By the model's map alone: from blur or movement no sound depth is told, so without a model there is no table. The
difference in blur is measured (analyzers/measures/ground/blur.py).
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.columns import Column, Confidence, EndS, Fraction, StartS
from analyzers.contract import Frame, Frames, Media, Range, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.ground.blur import WIDTH_PX, edge_sigma

EVERY_S = 1.0  # one picture is looked at in that time: depth is the costliest of all maps
ENDS = 2, 98  # percentiles taken for the nearest and the farthest place: single pixels stray
LEAST_DEPTH = 0.02  # of the nearest: a wall seen from the front, and a model's noise on it
LEAST_PART = 0.05  # of the picture, for its blur


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    level: Annotated[Literal["sample", "shot"], Column("one picture, or the median of a shot's")]
    shot: Annotated[int, Column("number of the shot, from 0", low=0, bits=32)]
    near_share: Annotated[Fraction | None, Column("of the picture in the nearest third; null where it has no depth")]
    mid_share: Annotated[Fraction | None, Column("of the picture in the middle third")]
    far_share: Annotated[Fraction | None, Column("of the picture in the farthest third")]
    subject_m: Annotated[
        float | None,
        Column("distance of the nearest thing in the middle, in metres; null unless told in metres", low=0),
    ]
    depth_range: Annotated[Fraction, Column("1 - nearness of the farthest place over that of the nearest")]
    dof_blur: Annotated[
        float | None,
        Column("sigma of the far edges minus that of the near ones, in widths of the picture; null without edges"),
    ]


@analyzer(version=1, max_gap_s=1.25, stage="gpu_medium", role="depth", evidence="model")
def depth_estimation(
    frames: Frames, media: Media, cut_analysis: Sequence[CutRow] | None, model: Range
) -> Iterator[Row]:
    cuts_s = sorted((row.start_s + row.end_s) / 2 for row in cut_analysis or () if row.level == "cut")
    chosen = list(_chosen(frames, cuts_s))
    shots = [bisect_right(cuts_s, frames[number].t_s) for number in chosen]
    samples: list[Row] = []
    maps = model(frames[number].rgb for number in chosen)
    for place, (number, told) in enumerate(zip(chosen, maps, strict=True)):
        frame, shot = frames[number], shots[place]
        end_s = frames[chosen[place + 1]].t_s if place + 1 < len(chosen) else max(media.duration_s, frame.t_s)
        if shot < len(cuts_s):
            end_s = min(end_s, max(cuts_s[shot], frame.t_s))
        sample = _sample(frame, end_s, shot, told, model.is_metric)
        yield sample
        if samples and samples[-1].shot != shot:
            yield _median(samples)
            samples = []
        samples.append(sample)
    if samples:
        yield _median(samples)


def _chosen(frames: Frames, cuts_s: Sequence[float]) -> Iterator[int]:
    """One picture a second, and the first of every shot."""
    due_s, shot = -1.0, -1
    for number, frame in enumerate(frames):
        here = bisect_right(cuts_s, frame.t_s)
        if frame.t_s >= due_s - 1e-6 or here != shot:
            yield number
            due_s, shot = frame.t_s + EVERY_S, here


def _sample(frame: Frame, end_s: float, shot: int, told: NDArray[np.float32], is_metric: bool) -> Row:
    near = 1 / np.maximum(told, 1e-3) if is_metric else told
    farthest, nearest = (float(end) for end in np.percentile(near, ENDS))
    deep = float(np.clip(1 - farthest / nearest, 0, 1)) if nearest > 0 else 0.0
    row = Row(
        frame.t_s, end_s, None, "sample", shot, None, None, None, _subject_m(told) if is_metric else None, deep, None
    )
    if deep < LEAST_DEPTH:
        return row
    share = (near - farthest) / (nearest - farthest)
    is_near, is_far = share >= 2 / 3, share < 1 / 3
    parts = float(is_near.mean()), float((~is_near & ~is_far).mean()), float(is_far.mean())
    soft = _softer(frame.rgb, is_near, is_far)
    return replace(row, near_share=parts[0], mid_share=parts[1], far_share=parts[2], dof_blur=soft)


def _subject_m(metres: NDArray[np.float32]) -> float:
    rows, columns = metres.shape
    middle = metres[int(0.3 * rows) : int(0.7 * rows) + 1, int(0.3 * columns) : int(0.7 * columns) + 1]
    return float(np.percentile(middle, 20))


def _softer(rgb: NDArray[np.uint8], is_near: NDArray[np.bool_], is_far: NDArray[np.bool_]) -> float | None:
    import cv2

    if min(is_near.mean(), is_far.mean()) < LEAST_PART:
        return None
    width = min(WIDTH_PX, rgb.shape[1])
    size = width, max(1, round(width * rgb.shape[0] / rgb.shape[1]))
    grey = cv2.cvtColor(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY).astype(np.float32)
    sigmas = []
    for part in (is_far, is_near):
        where = cv2.resize(part.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
        inner = cv2.erode(where, np.ones((5, 5), np.uint8), borderValue=1) > 0  # the edge between both is neither's
        sigmas.append(edge_sigma(grey, inner))
    far, near = sigmas
    return None if far is None or near is None else (far - near) / width


def _median(samples: Sequence[Row]) -> Row:
    def middle(name: str) -> float | None:
        known = [getattr(row, name) for row in samples if getattr(row, name) is not None]
        return float(np.median(known)) if known else None

    return Row(
        samples[0].start_s,
        samples[-1].end_s,
        None,
        "shot",
        samples[0].shot,
        middle("near_share"),
        middle("mid_share"),
        middle("far_share"),
        middle("subject_m"),
        middle("depth_range") or 0.0,
        middle("dof_blur"),
    )
