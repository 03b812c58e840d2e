"""Bodies: where people are, how their joints lie, and what posture that is.

A row of level `sample` is one person in one frame, about ten a second in the shots where somebody is, from that
frame's time to the next look; a row of level `track` is that person from the first look to the last, within one shot:
its box is the median of its samples' boxes, its posture the most frequent. `person_id` is that of the face on these
shoulders. Without a model of joints the rows are the people of object_detection, without joints and posture.

A shot is looked through where a face or a person was found in it, or where the finder itself sees somebody in one of
a few of its pictures. Several people, and small ones, are looked at one by one. ByteTrack
(https://arxiv.org/abs/2110.06864) joins what is found.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.columns import BoxH, BoxW, BoxX, BoxY, Column, Confidence, EndS, StartS
from analyzers.contract import Body, Closeups, FindBodies, Flow, Frames, Look, Media, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.people.posture import Posture, posture_of
from analyzers.measures.people.presence import NEAR_S, Somebody, in_whole_pixels, looks_at
from analyzers.measures.tracks.boxes import Box, overlap
from analyzers.measures.tracks.follow import Seen, follow
from analyzers.measures.tracks.spans import ends
from analyzers.people.face_detection import FaceRow
from analyzers.things.object_detection import Row as ObjectRow

LOOK_S = 0.1  # from one look to the next: a hand waves at most three times a second
SIDE_PX = 640  # of a look, at most; the networks see 256
FIRST_LOOKS = 2  # sampled pictures of a shot in which nobody was found
FIRST_LOOKS_IN_ALL = 24  # a quarter of a second in all where nobody is
MIN_CONFIDENCE = 0.5  # from here on a body begins a track
LONGEST_S = 0.25  # that one look stands for
SAME = 0.5  # overlap of two boxes that are one body, seen in two looks


@dataclass(frozen=True, slots=True)
class Joint:
    x: Annotated[float, Column("as a share of the picture's width; beyond 0..1 outside of it", bits=32)]
    y: Annotated[float, Column("as a share of the picture's height; beyond 0..1 outside of it", bits=32)]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class BodyRow:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    level: Annotated[Literal["sample", "track"], Column("one look at a person, or all of its time in a shot")]
    track_id: Annotated[int, Column("number of the body within the video; it ends at a cut", low=0, bits=32)]
    person_id: Annotated[int | None, Column("number in face_detection of the person whose face it is", low=0, bits=32)]
    x: BoxX
    y: BoxY
    w: BoxW
    h: BoxH
    posture: Annotated[Posture | None, Column("null where too little of the body is seen")]
    motion: Annotated[
        float | None,
        Column("mean speed of what is in the box against the rest, in picture widths a second", low=0, bits=32),
    ]
    joints: Annotated[
        tuple[Joint, ...], Column("17 of them, in the order of analyzers/measures/people/names.py; none of a box")
    ] = ()
    n_samples: Annotated[int | None, Column("of a track: looks that show it", low=1, bits=32)] = None


@dataclass(frozen=True, slots=True)
class _Found:
    """One body in one look, in shares of the picture."""

    number: int  # of the frame looked at, counted in looks
    confidence: float
    box: Box
    joints: NDArray[np.float64] | None  # (17, 3)


@analyzer(version=1, max_gap_s=0.25, stage="gpu_medium", role="pose", evidence="model")
def body_pose(
    frames: Frames,
    media: Media,
    closeups: Closeups,
    flow: Flow,
    cut_analysis: Sequence[CutRow] | None,
    face_detection: Sequence[FaceRow] | None,
    object_detection: Sequence[ObjectRow] | None,
    model: FindBodies,
) -> Iterator[BodyRow]:
    cuts_s = sorted((row.start_s + row.end_s) / 2 for row in cut_analysis or () if row.level == "cut")
    faces = [row for row in face_detection or () if row.level == "sample"]
    people = [row for row in object_detection or () if row.level == "sample" and row.label == "person"]
    if model.knows_joints:
        seen = [Somebody(row.start_s, (row.x, row.y, row.w, row.h), is_face=True) for row in faces]
        seen += [Somebody(row.start_s, (row.x, row.y, row.w, row.h), is_face=False) for row in people]
        shots = _shots_with_somebody(frames, cuts_s, seen, model)
        indices = _looked_at(closeups.t_s, cuts_s, shots)
        times_s = [float(closeups.t_s[index]) for index in indices]
        found = list(_found(indices, _parts(times_s, cuts_s, seen, media), closeups, model))
    else:
        times_s = sorted({row.start_s for row in people})
        found = [_boxed(times_s.index(row.start_s), row) for row in people]
    tracks = _tracks(found, times_s, cuts_s)
    rows: list[BodyRow] = []
    untils = zip(times_s, ends(times_s, cuts_s, media.duration_s), strict=True)
    ends_s = [min(end_s, start_s + LONGEST_S) for start_s, end_s in untils]
    for track_id, track in enumerate(tracks):
        person_id = _person(track, times_s, faces)
        samples = [_sample(one, track_id, person_id, times_s, ends_s, flow, media) for one in track]
        rows += [_track(samples), *samples]
    yield from sorted(rows, key=lambda row: (row.start_s, row.track_id, row.level == "sample"))


def _boxed(number: int, person: ObjectRow) -> _Found:
    return _Found(number, person.confidence or 0.0, (person.x, person.y, person.w, person.h), None)


def _shots_with_somebody(
    frames: Frames, cuts_s: Sequence[float], seen: Sequence[Somebody], model: FindBodies
) -> set[int]:
    """Numbers of the shots: by what others found, and by a first look where they found nobody."""
    known = {bisect_right(cuts_s, one.at_s) for one in seen}
    of_shot: dict[int, list[int]] = {}
    for number, frame in enumerate(frames):
        of_shot.setdefault(bisect_right(cuts_s, frame.t_s), []).append(number)
    first = [
        (shot, numbers[len(numbers) * (2 * i + 1) // (2 * FIRST_LOOKS)])
        for shot, numbers in of_shot.items()
        if shot not in known
        for i in range(FIRST_LOOKS)
    ]
    kept = first[:: max(1, -(-len(first) // FIRST_LOOKS_IN_ALL))]
    answers = model(frames[number].rgb for _, number in kept)
    return known | {shot for (shot, _), bodies in zip(kept, answers, strict=True) if bodies}


def _looked_at(t_s: NDArray[np.float64], cuts_s: Sequence[float], shots: set[int]) -> list[int]:
    """Frames of these shots, LOOK_S apart, each shot from its first."""
    kept: list[int] = []
    last: tuple[int, float] | None = None
    for index, time_s in enumerate(t_s):
        shot = bisect_right(cuts_s, time_s)
        if shot in shots and (last is None or last[0] != shot or time_s - last[1] >= LOOK_S - 1e-3):
            kept.append(index)
            last = shot, float(time_s)
    return kept


def _parts(
    times_s: Sequence[float], cuts_s: Sequence[float], seen: Sequence[Somebody], media: Media
) -> list[tuple[int, Box]]:
    """What to look at in each frame: by who was seen there in the same shot, in whole pixels."""
    of_shot: dict[int, list[Somebody]] = {}
    for one in sorted(seen, key=lambda one: one.at_s):
        of_shot.setdefault(bisect_right(cuts_s, one.at_s), []).append(one)
    size = np.array([media.width_px, media.height_px])
    parts: list[tuple[int, Box]] = []
    for number, time_s in enumerate(times_s):
        here = of_shot.get(bisect_right(cuts_s, time_s), [])
        first = bisect_left(here, time_s - 2 * NEAR_S, key=lambda one: one.at_s)
        after = bisect_right(here, time_s + 2 * NEAR_S, key=lambda one: one.at_s)
        parts += [(number, in_whole_pixels(box, size)) for box in looks_at(time_s, here[first:after])]
    return parts


def _found(
    indices: Sequence[int], parts: Sequence[tuple[int, Box]], closeups: Closeups, model: FindBodies
) -> Iterator[_Found]:
    """Every body once, however many looks show it."""
    sizes: list[tuple[int, int]] = []

    def pictures() -> Iterator[NDArray[np.uint8]]:
        for picture in closeups([Look(indices[number], *box) for number, box in parts], SIDE_PX):
            sizes.append((picture.shape[1], picture.shape[0]))
            yield picture

    now: list[_Found] = []
    for order, ((number, box), bodies) in enumerate(zip(parts, model(pictures()), strict=True)):
        if now and now[0].number != number:
            yield from _once(now)
            now = []
        now += [_placed(number, box, body, *sizes[order]) for body in bodies]
    yield from _once(now)


def _placed(number: int, part: Box, body: Body, width: int, height: int) -> _Found:
    """From pixels of a look to shares of the picture."""
    scale = np.array([part[2] / width, part[3] / height])
    x, y = np.array(part[:2]) + (body.x, body.y) * scale
    w, h = (body.w, body.h) * scale
    box = float(x), float(y), float(min(w, 1 - x)), float(min(h, 1 - y))
    if body.joints is None:
        return _Found(number, body.confidence, box, None)
    joints = body.joints.astype(float)
    joints[:, :2] = part[:2] + joints[:, :2] * scale
    return _Found(number, body.confidence, box, joints)


def _once(found: Sequence[_Found]) -> Iterator[_Found]:
    kept: list[_Found] = []
    for one in sorted(found, key=lambda one: -one.confidence):
        if all(overlap(one.box, other.box) < SAME for other in kept):
            kept.append(one)
    yield from kept


def _tracks(found: Sequence[_Found], times_s: Sequence[float], cuts_s: Sequence[float]) -> list[list[_Found]]:
    """Bodies followed within their shots; what is seen in one look alone is left out where there were more."""
    seen = [Seen(one.number, "person", one.confidence, *one.box) for one in found]
    looks = Counter(bisect_right(cuts_s, time_s) for time_s in times_s)
    tracks = [[found[i] for i in track] for track in follow(seen, times_s, cuts_s, sure=MIN_CONFIDENCE)]
    return [track for track in tracks if len(track) > 1 or looks[bisect_right(cuts_s, times_s[track[0].number])] == 1]


def _person(track: Sequence[_Found], times_s: Sequence[float], faces: Sequence[FaceRow]) -> int | None:
    """Whose face lies where this body's nose is, most of the time."""
    votes: Counter[int] = Counter()
    for one in track:
        if one.joints is None or one.joints[0, 2] < MIN_CONFIDENCE:
            continue
        x, y = one.joints[0, :2]
        for face in faces:
            is_now = face.start_s - LOOK_S <= times_s[one.number] < face.end_s + LOOK_S
            if is_now and face.x <= x <= face.x + face.w and face.y <= y <= face.y + face.h:
                votes[face.person_id] += 1
    return votes.most_common(1)[0][0] if votes else None


def _sample(
    one: _Found,
    track_id: int,
    person_id: int | None,
    times_s: Sequence[float],
    ends_s: Sequence[float],
    flow: Flow,
    media: Media,
) -> BodyRow:
    start_s, end_s = times_s[one.number], ends_s[one.number]
    return BodyRow(
        start_s,
        end_s,
        one.confidence,
        "sample",
        track_id,
        person_id,
        *one.box,
        posture=None if one.joints is None else posture_of(one.joints * (media.width_px, media.height_px, 1)),
        motion=_motion(one.box, start_s, end_s, flow),
        joints=() if one.joints is None else tuple(Joint(*map(float, joint)) for joint in one.joints),
    )


def _motion(box: Box, start_s: float, end_s: float, flow: Flow) -> float | None:
    """How fast the picture moves in the box, the camera's own movement taken away."""
    first, after = np.searchsorted(flow.t_s, [start_s, end_s], side="right")
    xy = np.asarray(flow.xy[int(first) : int(after)], np.float32)
    if not len(xy):
        return None
    rows, columns = xy.shape[1:3]
    left, top = int(box[0] * columns), int(box[1] * rows)
    right, bottom = max(left + 1, round((box[0] + box[2]) * columns)), max(top + 1, round((box[1] + box[3]) * rows))
    rest = np.median(xy, axis=(1, 2), keepdims=True)
    moved = np.linalg.norm((xy - rest)[:, top:bottom, left:right], axis=-1).mean(axis=(1, 2))
    return float(moved.sum() / max(end_s - start_s, 1e-3)) if np.isfinite(moved).all() else None


def _track(samples: Sequence[BodyRow]) -> BodyRow:
    first = samples[0]
    x, y, w, h = (float(edge) for edge in np.median([(s.x, s.y, s.w, s.h) for s in samples], axis=0))
    postures = Counter(sample.posture for sample in samples)
    motions = [sample.motion for sample in samples if sample.motion is not None]
    return replace(
        first,
        end_s=samples[-1].end_s,
        confidence=float(np.mean([sample.confidence or 0.0 for sample in samples])),
        level="track",
        x=x, y=y, w=min(w, 1 - x), h=min(h, 1 - y),
        posture=postures.most_common(1)[0][0],
        motion=float(np.mean(motions)) if motions else None,
        joints=(),
        n_samples=len(samples),
    )  # fmt: skip
