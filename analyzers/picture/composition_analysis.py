"""Composition: where the subject stands in the frame, and how the frame is filled, levelled and balanced.

A row of level `sample` is one picture a second; a row of level `shot` is the median of its samples. The subject is
the largest sure thing of object_detection, or else the part of the picture that is least like its edges. Black
bars do not count as picture, but places are shares of the whole frame. The room ahead of a subject
is that in the direction in which it moves through the frame: which way a face looks is not known here. The horizon
is the longest line that lies nearly level: of a shelf or a kerb, its perspective is part of the angle. `scale`, `angle`
and `arrangement` are not measured: they are the opinion of a model, from picture_tags.

Thirds, headroom, look-room: B. Block, The Visual Story; G. Thompson, Grammar of the Shot. The rest:
analyzers/measures/composition.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Annotated, Any, Literal

import numpy as np

from analyzers.columns import Column, Confidence, EndS, Fraction, StartS
from analyzers.contract import Frame, Frames, Media, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.composition.arrangement import balance, empty_share, symmetry, without_bars
from analyzers.measures.composition.horizon import find_horizon
from analyzers.measures.composition.subject import find_subject
from analyzers.measures.sampled import Sampled
from analyzers.measures.zero_shot.questions import Angle, Arrangement, Scale
from analyzers.picture.picture_tags import TagRow
from analyzers.things.object_detection import Row as ThingRow

STEP_S = 1.0  # between two samples of a shot
NEAR = 0.07  # of the picture, from a point that the subject is meant to stand on
HEADS = {"person", "face"}
LEAST_SHARE = 0.02  # of the picture; smaller things are no subject
MOVES_W_S = 0.08  # widths a second; slower things stand
AROUND_S = 0.6  # on both sides of a sample, where its subject's movement is seen
Placement = Literal["third", "centre"]


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    level: Annotated[Literal["sample", "shot"], Column("one picture, or all of a shot")]
    shot: Annotated[int | None, Column("number of the shot in cut_analysis", low=0, bits=32)]
    subject: Annotated[str | None, Column("label in object_detection; null where contrast alone tells it apart")]
    subject_x: Annotated[Fraction | None, Column("middle of the subject; null without one", low=0, high=1, bits=32)]
    subject_y: Annotated[Fraction | None, Column("middle of the subject; null without one", low=0, high=1, bits=32)]
    subject_share: Annotated[float | None, Column("of the picture, the subject's box", low=0, high=1, bits=32)]
    thirds_dist: Annotated[
        float | None, Column("from the nearest crossing of the lines of thirds, in shares of the sides", low=0, bits=32)
    ]
    placement: Annotated[Placement | None, Column("the subject is on such a crossing, or in the middle")]
    headroom: Annotated[float | None, Column("of the height, above a person or face", low=0, high=1, bits=32)]
    lookroom: Annotated[float | None, Column("of the width, ahead of a subject that moves", low=0, high=1, bits=32)]
    symmetry: Annotated[float | None, Column("likeness to its mirror image; null if blank", low=0, high=1, bits=32)]
    horizon_deg: Annotated[
        float | None, Column("turn of the horizon, clockwise; null without one", low=-20, high=20, bits=32)
    ]
    neg_space: Annotated[float, Column("share of the picture without detail", low=0, high=1, bits=32)]
    balance: Annotated[
        float | None,
        Column("where the contrasts lie: -1 left, 0 even, 1 right; null if blank", low=-1, high=1, bits=32),
    ]
    scale: Annotated[Scale | None, Column("of a shot: how much is seen, by picture_tags; null where not clear")] = None
    angle: Annotated[Angle | None, Column("of a shot: from where it is seen, by picture_tags")] = None
    arrangement: Annotated[Arrangement | None, Column("of a shot: what orders the picture, by picture_tags")] = None


@dataclass(frozen=True, slots=True)
class Subject:
    label: str | None
    confidence: float | None
    x: float
    y: float
    share: float
    headroom: float | None = None
    lookroom: float | None = None


@analyzer(version=2, max_gap_s=1.0, evidence="derived")
def composition_analysis(
    frames: Frames,
    media: Media,
    cut_analysis: Sequence[CutRow] | None,
    object_detection: Sequence[ThingRow] | None,
    picture_tags: Sequence[TagRow] | None,
) -> Iterator[Row]:
    if not len(frames):
        return
    things = sorted((row for row in object_detection or () if row.level == "sample"), key=lambda row: row.start_s)
    starts_s, sampled = [row.start_s for row in things], Sampled(frames)
    tags = {(row.shot, row.question): row.label for row in picture_tags or () if row.rank == 1}
    for start_s, end_s, shot in _spans(cut_analysis or (), media.duration_s):
        here = sampled.spread(start_s, end_s, STEP_S)
        limits = [start_s, *(frame.t_s for frame in here[1:]), max(end_s, start_s)]
        samples: list[Row] = []
        for frame, (since_s, until_s) in zip(here, pairwise(limits), strict=True):
            near = things[
                bisect_right(starts_s, frame.t_s - 2 * AROUND_S) : bisect_right(starts_s, frame.t_s + AROUND_S)
            ]
            samples.append(_sample(frame, since_s, until_s, shot, [t for t in near if start_s <= t.start_s < end_s]))
        yield from samples
        if samples:
            yield replace(_summary(samples, start_s, end_s, shot), **_labels(tags, shot))


def _spans(cuts: Sequence[CutRow], video_s: float) -> list[tuple[float, float, int | None]]:
    shots = sorted((row for row in cuts if row.level == "shot"), key=lambda row: row.start_s)
    return [(row.start_s, row.end_s, row.shot) for row in shots] or [(0.0, video_s, None)]


def _sample(frame: Frame, start_s: float, end_s: float, shot: int | None, things: Sequence[ThingRow]) -> Row:
    import cv2

    inside = without_bars(frame.rgb)
    rgb = np.ascontiguousarray(frame.rgb[inside])
    subject = _named(things, frame.t_s) or _contrasting(frame, rgb, inside)
    return Row(
        start_s,
        end_s,
        subject.confidence if subject else None,
        "sample",
        shot,
        **_placed(subject),
        symmetry=symmetry(rgb),
        horizon_deg=find_horizon(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)),
        neg_space=empty_share(rgb),
        balance=balance(rgb),
    )


def _named(things: Sequence[ThingRow], t_s: float) -> Subject | None:
    """The largest sure thing on show; people come first."""
    shown = [row for row in things if row.start_s <= t_s + 1e-6 < row.end_s and row.screen_share >= LEAST_SHARE]
    if not shown:
        return None
    thing = max(shown, key=lambda row: (row.label in HEADS, row.w * row.h * (row.confidence or 0.0)))
    return Subject(
        thing.label,
        thing.confidence,
        min(thing.x + thing.w / 2, 1.0),
        min(thing.y + thing.h / 2, 1.0),
        thing.screen_share,
        thing.y if thing.label in HEADS else None,
        _room_ahead(thing, [row for row in things if row.track_id == thing.track_id]),
    )


def _room_ahead(thing: ThingRow, track: Sequence[ThingRow]) -> float | None:
    """From the box to the edge that it moves towards."""
    first, last = track[0], track[-1]
    seconds = last.start_s - first.start_s
    way = last.x + last.w / 2 - first.x - first.w / 2
    if not seconds or abs(way) < MOVES_W_S * seconds:
        return None
    return max(1.0 - thing.x - thing.w, 0.0) if way > 0 else thing.x


def _contrasting(frame: Frame, rgb: np.ndarray, inside: tuple[slice, slice]) -> Subject | None:
    blob = find_subject(rgb)
    if blob is None:
        return None
    height, width = frame.rgb.shape[:2]
    high, wide = rgb.shape[0] / height, rgb.shape[1] / width
    top, left = inside[0].start / height, inside[1].start / width
    return Subject(None, blob.share, left + blob.x * wide, top + blob.y * high, blob.w * blob.h * wide * high)


def _placed(subject: Subject | None) -> dict:
    """The columns that the subject's place decides."""
    if subject is None:
        return dict.fromkeys(
            ("subject", "subject_x", "subject_y", "subject_share", "thirds_dist", "placement", "headroom", "lookroom")
        )
    x, y = subject.x, subject.y
    from_third = float(np.hypot(min(abs(x - 1 / 3), abs(x - 2 / 3)), min(abs(y - 1 / 3), abs(y - 2 / 3))))
    from_centre = float(np.hypot(x - 0.5, y - 0.5))
    return {
        "subject": subject.label,
        "subject_x": x,
        "subject_y": y,
        "subject_share": min(subject.share, 1.0),
        "thirds_dist": from_third,
        "placement": "third" if from_third < NEAR else "centre" if from_centre < NEAR else None,
        "headroom": subject.headroom,
        "lookroom": subject.lookroom,
    }


def _summary(samples: Sequence[Row], start_s: float, end_s: float, shot: int | None) -> Row:
    """What most of the samples say; the subject is that of the most."""
    found = [row for row in samples if row.subject_x is not None]
    most = Counter(row.subject for row in found).most_common(1) if 2 * len(found) > len(samples) else []
    same = [row for row in found if most and row.subject == most[0][0]]
    x, y, share = (_median(getattr(row, name) for row in same) for name in ("subject_x", "subject_y", "subject_share"))
    sure = _median(row.confidence for row in same)
    rooms = [_median(getattr(row, name) for row in same) for name in ("headroom", "lookroom")]
    subject = Subject(same[0].subject, sure, x, y, share or 0.0, *rooms) if x is not None and y is not None else None
    level = [row.horizon_deg for row in samples if row.horizon_deg is not None]
    return Row(
        start_s,
        end_s,
        sure,
        "shot",
        shot,
        **_placed(subject),
        symmetry=_median(row.symmetry for row in samples),
        horizon_deg=_median(level) if 2 * len(level) > len(samples) else None,
        neg_space=float(np.median([row.neg_space for row in samples])),
        balance=_median(row.balance for row in samples),
    )


def _labels(tags: Mapping[tuple[int | None, str], str | None], shot: int | None) -> dict[str, Any]:
    """The columns that a model of pictures and words fills."""
    return {
        "scale": tags.get((shot, "shot_scale")),
        "angle": tags.get((shot, "angle")),
        "arrangement": tags.get((shot, "arrangement")),
    }


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.median(known)) if known else None
