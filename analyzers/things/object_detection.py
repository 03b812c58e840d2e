"""Objects: which things are in the picture, where, from when to when, and how they move.

A row of level `sample` is one thing in one sampled picture, from that picture's time to the next one's; a row of
level `track` is that thing from its first sample to its last. A track holds one class and one shot: a thing that
is seen again after a cut is a new track. Its box is the median of its samples' boxes, its confidence their mean.
What is seen once is left out, unless surely and in a shot of a single sample. Speeds are those of the box's middle
in the picture, whoever moves, the thing or the camera.

Boxes come from the detector, those of faces from face_detection where the detector leaves them to that; ByteTrack
(https://arxiv.org/abs/2110.06864) joins them.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np

from analyzers.columns import BoxH, BoxW, BoxX, BoxY, Column, Confidence, EndS, StartS
from analyzers.contract import Detect, Detection, Frames, Media, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.tracks.boxes import Box, overlap, within
from analyzers.measures.tracks.follow import Seen, follow
from analyzers.measures.tracks.path import length, speeds
from analyzers.measures.tracks.spans import ends
from analyzers.people.face_detection import FaceRow

# Vocabularies whose detector leaves faces to face_detection, and the number that a face has in them.
FACES = {"opencv": 1}
# On annotated photographs, two to four of five boxes of the smallest detectors are right from here on
# (docs/accuracy.md); below, a box only continues a track.
MIN_CONFIDENCE = 0.4
SURE = 0.6  # in a shot too short for a second sight, one is enough from here on: five of six are right
TWICE = 0.85  # overlap from which on two boxes of different classes are one thing; the surer name stays


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    level: Annotated[Literal["sample", "track"], Column("one picture of a thing, or all of its time")]
    label: Annotated[str, Column("what it is, in the detector's words")]
    label_id: Annotated[int, Column("number of the label in the vocabulary", low=0, bits=32)]
    vocab: Annotated[str, Column("the list that the label comes from")]
    track_id: Annotated[int, Column("number of the thing within the video; it ends at a cut", low=0, bits=32)]
    x: BoxX
    y: BoxY
    w: BoxW
    h: BoxH
    screen_share: Annotated[float, Column("of the picture that the box covers; of a track: at most", low=0, high=1)]
    speed: Annotated[
        float | None,
        Column("of the box's middle, in widths of the picture a second; null if seen once", low=0, bits=32),
    ]
    path_len: Annotated[
        float | None, Column("of a track: way of the box's middle, in widths of the picture", low=0, bits=32)
    ] = None
    n_samples: Annotated[int | None, Column("of a track: sampled pictures that show it", low=1, bits=32)] = None


@analyzer(version=2, max_gap_s=0.25, stage="gpu_light", role="detect", evidence="model")
def object_detection(
    frames: Frames,
    media: Media,
    cut_analysis: Sequence[CutRow] | None,
    face_detection: Sequence[FaceRow] | None,
    model: Detect,
) -> Iterator[Row]:
    found: list[tuple[int, Detection]] = []
    seen: list[Seen] = []
    faces: dict[float, list[FaceRow]] = {}
    for row in (face_detection or ()) if model.vocab in FACES else ():
        if row.level == "sample":
            faces.setdefault(row.start_s, []).append(row)
    answers = model(frame.rgb for frame in frames)
    for number, (frame, things) in enumerate(zip(frames, answers, strict=True)):
        height, width = frame.rgb.shape[:2]
        now = (_face(row, FACES[model.vocab], width, height) for row in faces.get(frame.t_s, ()))
        for thing in (*_named_once(things), *now):
            found.append((number, thing))
            seen.append(_seen(number, thing, width, height))
    times_s = [frame.t_s for frame in frames]
    cuts_s = sorted((row.start_s + row.end_s) / 2 for row in cut_analysis or () if row.level == "cut")
    ends_s = ends(times_s, cuts_s, media.duration_s)
    shots = [bisect_right(cuts_s, time_s) for time_s in times_s]
    tracks = [
        track
        for track in follow(seen, times_s, cuts_s, sure=MIN_CONFIDENCE)
        if _counts([seen[i].confidence for i in track], shots.count(shots[seen[track[0]].picture]))
    ]
    tall = frames[0].rgb.shape[0] / frames[0].rgb.shape[1] if frames else 1.0
    rows: list[Row] = []
    for track_id, track in enumerate(tracks):
        things = [found[i][1] for i in track]
        sights = [seen[i] for i in track]
        rows += _rows(track_id, things[0], model.vocab, sights, times_s, ends_s, tall)
    yield from sorted(rows, key=lambda row: (row.start_s, row.track_id, row.level == "sample"))


def _face(row: FaceRow, number: int, width: int, height: int) -> Detection:
    box = row.x * width, row.y * height, row.w * width, row.h * height
    return Detection("face", number, row.confidence or 0.0, *box)


def _seen(number: int, thing: Detection, width: int, height: int) -> Seen:
    x, y = thing.x / width, thing.y / height
    w, h = min(thing.w / width, 1 - x), min(thing.h / height, 1 - y)
    return Seen(number, thing.label, thing.confidence, x, y, w, h)


def _named_once(things: Sequence[Detection]) -> list[Detection]:
    """Without second names for one box: a van is not a car and a truck."""
    kept: list[Detection] = []
    for thing in sorted(things, key=lambda thing: -thing.confidence):
        if not any(thing.label != other.label and overlap(_box(thing), _box(other)) > TWICE for other in kept):
            kept.append(thing)
    return kept


def _box(thing: Detection) -> Box:
    return thing.x, thing.y, thing.w, thing.h


def _counts(scores: Sequence[float], pictures: int) -> bool:
    """Two good sights; or a sure one, where the shot holds no second picture."""
    good = sum(score >= MIN_CONFIDENCE for score in scores)
    return good >= 2 or (pictures == 1 and max(scores) >= SURE)


def _rows(
    track_id: int,
    thing: Detection,
    vocab: str,
    sights: Sequence[Seen],
    times_s: Sequence[float],
    ends_s: Sequence[float],
    tall: float,  # height of the picture over its width
) -> Iterator[Row]:
    starts_s = [times_s[sight.picture] for sight in sights]
    boxes = np.array([(sight.x, sight.y, sight.w, sight.h) for sight in sights])
    middles = (boxes[:, :2] + boxes[:, 2:] / 2) * (1.0, tall)
    way, lasted = length(middles), starts_s[-1] - starts_s[0]
    what = thing.label, thing.label_id, vocab, track_id
    confidence = float(np.mean([sight.confidence for sight in sights]))
    yield Row(
        starts_s[0],
        ends_s[sights[-1].picture],
        confidence,
        "track",
        *what,
        *within(np.median(boxes, axis=0)),
        screen_share=float((boxes[:, 2] * boxes[:, 3]).max()),
        speed=way / lasted if lasted > 0 else None,
        path_len=way if len(sights) > 1 else None,
        n_samples=len(sights),
    )
    for sight, box, start_s, speed in zip(sights, boxes, starts_s, speeds(starts_s, middles), strict=True):
        share, end_s = float(box[2] * box[3]), ends_s[sight.picture]
        yield Row(start_s, end_s, sight.confidence, "sample", *what, *within(box), screen_share=share, speed=speed)
