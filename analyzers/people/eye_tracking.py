"""Eyes: where they look, whether that is into the camera, and when they blink.

A row of level `sample` is one face in one frame of facial_details. Its gaze is the look's direction against the line
from that face to the camera, head and eyes together: 0 and 0 is into the camera wherever the face is, a yaw above 0 to
the picture's right, a pitch above 0 up. A row of level `blink` begins with the first frame that has the lids shut and
ends with the first that has them open again; a row of level `track` sums the samples up. Lids are shut where both
are less than two thirds as far open as this person's eyes are around then; eyes shut for more than 0.8 s do not blink.

Of eight portraits that look into the camera the gaze is told within 7 degrees: it tells whether and to which side
somebody looks away, not what is read. Of 60 frames a second every other one is read, so a blink's ends are right within
one frame. A reader of whole eyes without irises gives only how many are seen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import analyzer
from analyzers.measures.people.eyes import blinks, looks_deg
from analyzers.people.facial_details import DetailRow

AT_CAMERA_DEG = 12.0  # from the camera, within which a look is taken for one into it: nearly twice the gaze's own error
LEAST_RATE_S = 3.0  # of eyes seen, before blinks are reckoned a minute

Region = Literal["top_left", "top", "top_right", "left", "centre", "right", "bottom_left", "bottom", "bottom_right"]
REGIONS: tuple[tuple[Region, Region, Region], ...] = (
    ("top_left", "top", "top_right"),
    ("left", "centre", "right"),
    ("bottom_left", "bottom", "bottom_right"),
)

GazeYaw = Annotated[
    float | None, Column("look's turn from the camera; above 0: to the picture's right", -90, 90, bits=32)
]
GazePitch = Annotated[float | None, Column("look's turn from the camera; above 0: up", -90, 90, bits=32)]


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    level: Annotated[Literal["sample", "blink", "track"], Column("one frame of a face, one blink, or a whole track")]
    track_id: Annotated[int, Column("the face's number in face_detection", low=0, bits=32)]
    person_id: Annotated[int, Column("the person's number in face_detection", low=0, bits=32)]
    eyes_visible: Annotated[int | None, Column("eyes that are seen", 0, 2, bits=32)] = None
    gaze_yaw_deg: GazeYaw = None  # null in shut eyes; of a track: the median
    gaze_pitch_deg: GazePitch = None
    is_at_camera: Annotated[bool | None, Column("whether the look goes into the camera; null where it is unknown")] = (
        None
    )
    target_region: Annotated[Region | None, Column("where the look goes, seen from the face; centre is the camera")] = (
        None
    )
    is_blinking: Annotated[bool | None, Column("whether the lids are shut in a blink")] = None
    blinks_per_min: Annotated[
        float | None, Column("of a track: blinks a minute in which the eyes were seen", low=0, bits=32)
    ] = None
    at_camera_share: Annotated[
        float | None, Column("of a track: share of the known looks that go into the camera", 0, 1, bits=32)
    ] = None
    n_samples: Annotated[int | None, Column("of a track: frames with a known look", low=0, bits=32)] = None


@analyzer(version=1, max_gap_s=0.25, evidence="derived")
def eye_tracking(facial_details: Sequence[DetailRow]) -> Iterator[Row]:
    tracks: dict[int, list[DetailRow]] = {}
    for row in facial_details:
        if row.level == "sample":
            tracks.setdefault(row.track_id, []).append(row)
    rows = [row for track in tracks.values() for row in _rows(track)]
    order = {"track": 0, "blink": 1, "sample": 2}
    yield from sorted(rows, key=lambda row: (row.start_s, row.track_id, order[row.level]))


def _rows(track: Sequence[DetailRow]) -> Iterator[Row]:
    shut = blinks(track)
    blinking = {i for first, after in shut for i in range(first, after)}
    samples = [
        _sample(row, look, i in blinking)
        for i, (row, look) in enumerate(zip(track, looks_deg(track).tolist(), strict=True))
    ]
    first = track[0]
    for start, after in shut:
        yield Row(track[start].start_s, track[after].start_s, None, "blink", first.track_id, first.person_id)
    yield _track(track, samples, len(shut))
    yield from samples


def _sample(row: DetailRow, look: Sequence[float], is_blinking: bool) -> Row:
    has_eyes = row.left_eye_open is not None
    open_eyes = sum(value is not None for value in (row.left_iris_x, row.right_iris_x))
    seen = open_eyes if has_eyes else row.eyes_visible
    plain = Row(row.start_s, row.end_s, row.confidence, "sample", row.track_id, row.person_id, seen)
    if not has_eyes:
        return plain
    if is_blinking or np.isnan(look[0]):
        return replace(plain, is_blinking=is_blinking)
    yaw, pitch = look
    return replace(
        plain,
        gaze_yaw_deg=yaw,
        gaze_pitch_deg=pitch,
        is_at_camera=bool(np.hypot(yaw, pitch) <= AT_CAMERA_DEG),
        target_region=region(yaw, pitch),
        is_blinking=False,
    )


def region(yaw: float, pitch: float) -> Region:
    return REGIONS[_third(-pitch)][_third(yaw)]


def _third(angle: float) -> int:
    return 0 if angle < -AT_CAMERA_DEG else 2 if angle > AT_CAMERA_DEG else 1


def _track(track: Sequence[DetailRow], samples: Sequence[Row], n_blinks: int) -> Row:
    first, last = samples[0], samples[-1]
    visible = [row.eyes_visible for row in samples if row.eyes_visible is not None]
    yaws = [row.gaze_yaw_deg for row in samples if row.gaze_yaw_deg is not None]
    pitches = [row.gaze_pitch_deg for row in samples if row.gaze_pitch_deg is not None]
    known = [row.is_at_camera for row in samples if row.is_at_camera is not None]
    yaw, pitch = (float(np.median(values)) if values else None for values in (yaws, pitches))
    seen_s = sum(row.end_s - row.start_s for row in track if row.left_eye_open is not None)
    return Row(
        first.start_s,
        last.end_s,
        None,
        "track",
        first.track_id,
        first.person_id,
        eyes_visible=round(float(np.median(visible))) if visible else None,
        gaze_yaw_deg=yaw,
        gaze_pitch_deg=pitch,
        is_at_camera=bool(np.mean(known) >= 0.5) if known else None,
        target_region=None if yaw is None or pitch is None else region(yaw, pitch),
        blinks_per_min=60 * n_blinks / seen_s if seen_s >= LEAST_RATE_S else None,
        at_camera_share=float(np.mean(known)) if known else None,
        n_samples=len(known),
    )
