"""Faces: where they are, how they are turned, and which of them are one person's.

A row of level `sample` is one face in one sampled picture, from that picture's time to the next one's; a row of level
`track` is that face from its first sample to its last, within one shot: its box is the median of its samples' boxes,
its angles and its sharpness their medians, its confidence their mean. What is seen once is left out, unless surely and
in a shot of a single sample. `track_id` ends at a cut, `person_id` does not: tracks that look like one person's share
it, within this video alone; it says nothing about who that is.

Boxes and points come from the finder; ByteTrack (https://arxiv.org/abs/2110.06864) joins them within a shot, and
analyzers/measures/people/persons.py across cuts.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.columns import BoxH, BoxW, BoxX, BoxY, Column, Confidence, EndS, StartS
from analyzers.contract import Face, FindFaces, Frames, Media, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.people.head import turn_of_points
from analyzers.measures.people.looks import Appearance, appearance
from analyzers.measures.people.persons import Track, persons, track_of
from analyzers.measures.tracks.boxes import within
from analyzers.measures.tracks.follow import Seen, follow
from analyzers.measures.tracks.spans import ends

MIN_CONFIDENCE = 0.6  # from here on a box begins a track; below, it only continues one
SURE = 0.8  # of a track's best sight: hands and blotches reach 0.75, faces 5 % of the picture wide 0.8

YawDeg = Annotated[
    float | None,
    Column("turn of the head about its upright axis; above 0: it looks to the picture's right", -180, 180, bits=32),
]
PitchDeg = Annotated[float | None, Column("nod of the head; above 0: it looks up", -180, 180, bits=32)]
RollDeg = Annotated[
    float | None, Column("tilt of the head in the picture; above 0: clockwise as seen", -180, 180, bits=32)
]


@dataclass(frozen=True, slots=True)
class FaceRow:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    level: Annotated[Literal["sample", "track"], Column("one picture of a face, or all of its time in a shot")]
    track_id: Annotated[int, Column("number of the face within the video; it ends at a cut", low=0, bits=32)]
    person_id: Annotated[int, Column("number of the person within the video, across cuts", low=0, bits=32)]
    x: BoxX
    y: BoxY
    w: BoxW
    h: BoxH
    size_frac: Annotated[
        float, Column("of the picture that the box covers; of a track: at most", low=0, high=1, bits=32)
    ]
    yaw_deg: YawDeg  # null from a finder that knows only boxes
    pitch_deg: PitchDeg
    roll_deg: RollDeg
    sharp: Annotated[
        float, Column("edges that the face would lose if it were blurred: 0 blurred to 1 crisp", 0, 1, bits=32)
    ]
    n_samples: Annotated[int | None, Column("of a track: sampled pictures that show it", low=1, bits=32)] = None


@dataclass(frozen=True, slots=True)
class _Sight:
    """One face in one picture: where it is, as follow() takes it, and what it looks like."""

    seen: Seen
    turn: tuple[float, float, float] | None
    look: Appearance
    vector: NDArray[np.float32] | None


@analyzer(version=2, max_gap_s=0.25, stage="gpu_light", role="face", evidence="model")
def face_detection(
    frames: Frames, media: Media, cut_analysis: Sequence[CutRow] | None, model: FindFaces
) -> Iterator[FaceRow]:
    sights: list[_Sight] = []
    answers = model(frame.rgb for frame in frames)
    for number, (frame, faces) in enumerate(zip(frames, answers, strict=True)):
        sights += [_sight(number, face, frame.rgb) for face in faces]
    times_s = [frame.t_s for frame in frames]
    cuts_s = sorted((row.start_s + row.end_s) / 2 for row in cut_analysis or () if row.level == "cut")
    ends_s = ends(times_s, cuts_s, media.duration_s)
    shots = [bisect_right(cuts_s, time_s) for time_s in times_s]
    found = follow([sight.seen for sight in sights], times_s, cuts_s, sure=MIN_CONFIDENCE)
    tracks = [[sights[i] for i in track] for track in found]
    tracks = [track for track in tracks if _counts(track, shots.count(shots[track[0].seen.picture]))]
    numbers = persons([_track(track) for track in tracks])
    rows: list[FaceRow] = []
    for track_id, (track, person_id) in enumerate(zip(tracks, numbers, strict=True)):
        rows += _rows(track_id, person_id, track, times_s, ends_s)
    yield from sorted(rows, key=lambda row: (row.start_s, row.track_id, row.level == "sample"))


def _sight(number: int, face: Face, rgb: NDArray[np.uint8]) -> _Sight:
    height, width = rgb.shape[:2]
    x, y = face.x / width, face.y / height
    w, h = min(face.w / width, 1 - x), min(face.h / height, 1 - y)
    turn = turn_of_points(face.points) if face.points else None
    return _Sight(Seen(number, "face", face.confidence, x, y, w, h), turn, appearance(rgb, face), face.vector)


def _track(track: Sequence[_Sight]) -> Track:
    return track_of(
        [sight.seen.picture for sight in track],
        [sight.look for sight in track],
        [sight.vector for sight in track if sight.vector is not None],
    )


def _counts(track: Sequence[_Sight], pictures: int) -> bool:
    """A sure sight, and a second one, where the shot holds a second picture."""
    scores = [sight.seen.confidence for sight in track]
    return max(scores) >= SURE and (pictures == 1 or sum(score >= MIN_CONFIDENCE for score in scores) >= 2)


def _rows(
    track_id: int, person_id: int, track: Sequence[_Sight], times_s: Sequence[float], ends_s: Sequence[float]
) -> Iterator[FaceRow]:
    boxes = np.array([(s.seen.x, s.seen.y, s.seen.w, s.seen.h) for s in track])
    turns = [sight.turn for sight in track if sight.turn]
    yield FaceRow(
        times_s[track[0].seen.picture],
        ends_s[track[-1].seen.picture],
        float(np.mean([sight.seen.confidence for sight in track])),
        "track",
        track_id,
        person_id,
        *within(np.median(boxes, axis=0)),
        float((boxes[:, 2] * boxes[:, 3]).max()),
        *(map(float, np.median(turns, axis=0)) if turns else (None, None, None)),
        sharp=float(np.median([sight.look.sharp for sight in track])),
        n_samples=len(track),
    )
    for sight, box in zip(track, boxes, strict=True):
        yield FaceRow(
            times_s[sight.seen.picture],
            ends_s[sight.seen.picture],
            sight.seen.confidence,
            "sample",
            track_id,
            person_id,
            *within(box),
            float(box[2] * box[3]),
            *(sight.turn or (None, None, None)),
            sharp=sight.look.sharp,
        )
