"""Hands: where they are, whose, how each of their 21 points lies, which fingers are straight, and what they show.

A row of level `sample` is one hand in one frame, about ten a second where hands may be, from that frame's time to the
next look; a row of level `track` is that hand from the first look to the last, within one shot: its box is the median
of its samples' boxes, its gesture and fingers the most frequent. Left and right are the person's own. `person_id` is
that of the body at whose wrist the hand is.

Looked at are the surroundings of every wrist that body_pose is sure of, every frame of them while two wrists meet; and
where those show no hand the whole picture, twice a second where somebody is and in a few pictures where nobody was
found, and ten times a second around those that show one. ByteTrack (https://arxiv.org/abs/2110.06864) joins what is
found; a track's side is what most of its looks say. Fingers and pointing are geometry on the points; `gesture` is the
model's, of those it knows.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.columns import BoxH, BoxW, BoxX, BoxY, Column, Confidence, EndS, StartS
from analyzers.contract import Closeups, FindHands, Frames, Hand, Look, Media, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.people.hands import Finger, fingers_up, palm, pointing_deg
from analyzers.measures.people.names import JOINTS
from analyzers.measures.people.presence import WHOLE, in_whole_pixels
from analyzers.measures.people.reach import CERTAIN, are_meeting, squares
from analyzers.measures.tracks.boxes import Box
from analyzers.measures.tracks.follow import Seen, follow
from analyzers.people.body_pose import BodyRow
from analyzers.people.face_detection import FaceRow
from analyzers.things.object_detection import Row as ObjectRow

LOOK_S = 0.1  # from one look to the next: a hand waves at most three times a second
MEETING_S = 1 / 30  # while two hands meet: a clap is told to the frame
SELDOM_S = 0.5  # where somebody is, and no hand at a wrist
FIRST_S = 1.5  # where nobody was found
FIRST_LOOKS_IN_ALL = 24  # a sixth of a second in all where nobody is
SIDE_PX = 640  # of a look at the whole picture, at most
WRIST_PX = 384  # of a look at a wrist; the networks see 224
MIN_CONFIDENCE = 0.5  # from here on a hand begins a track
LONGEST_S = 0.25  # that one look stands for
SAME = 0.3  # of a palm, between the points of what two looks show: one hand
AT_WRIST = 1.5  # palms between a hand's wrist and the body's


@dataclass(frozen=True, slots=True)
class HandPoint:
    x: Annotated[float, Column("as a share of the picture's width; beyond 0..1 outside of it", bits=32)]
    y: Annotated[float, Column("as a share of the picture's height; beyond 0..1 outside of it", bits=32)]
    z: Annotated[float, Column("nearer to the camera than the wrist is, in picture widths; below 0 farther", bits=32)]


@dataclass(frozen=True, slots=True)
class HandRow:
    start_s: StartS
    end_s: EndS
    confidence: Confidence  # how sure the model is which of the two hands it is
    level: Annotated[Literal["sample", "track"], Column("one look at a hand, or all of its time in a shot")]
    track_id: Annotated[int, Column("number of the hand within the video; it ends at a cut", low=0, bits=32)]
    person_id: Annotated[int | None, Column("number in face_detection of the person whose hand it is", low=0, bits=32)]
    hand: Annotated[Literal["left", "right"], Column("the person's own")]
    x: BoxX
    y: BoxY
    w: BoxW
    h: BoxH
    gesture: Annotated[str | None, Column("as the model names it; null where it shows none that the model knows")]
    gesture_confidence: Annotated[float | None, Column("of the gesture's name", 0, 1, bits=32)]
    fingers_up: Annotated[tuple[Finger, ...], Column("those that are straight, from the thumb on")]
    pointing_dir_deg: Annotated[
        float | None, Column("of a hand that points, in the picture: 0 right, 90 up", -180, 180, bits=32)
    ]
    points: Annotated[
        tuple[HandPoint, ...], Column("21 of them, in MediaPipe's order, from the wrist; none of a track")
    ] = ()
    n_samples: Annotated[int | None, Column("of a track: looks that show it", low=1, bits=32)] = None


@dataclass(frozen=True, slots=True)
class _Body:
    """One body at one time, in shares of the picture."""

    track_id: int
    person_id: int | None
    joints: NDArray[np.float64]  # (17, 3)


@dataclass(frozen=True, slots=True)
class _Found:
    """One hand in one look, in shares of the picture; depth in its widths."""

    index: int  # in the frames table
    hand: Hand
    points: NDArray[np.float64]  # (21, 3)

    @property
    def box(self) -> Box:
        low, high = (np.clip(edge, 0, 1) for edge in (self.points[:, :2].min(axis=0), self.points[:, :2].max(axis=0)))
        (x, y), (w, h) = low.tolist(), (high - low).tolist()
        return x, y, w, h


@analyzer(version=1, max_gap_s=0.25, stage="gpu_medium", role="hands", evidence="model")
def hand_gesture(
    frames: Frames,
    media: Media,
    closeups: Closeups,
    cut_analysis: Sequence[CutRow] | None,
    body_pose: Sequence[BodyRow] | None,
    face_detection: Sequence[FaceRow] | None,
    object_detection: Sequence[ObjectRow] | None,
    model: FindHands,
) -> Iterator[HandRow]:
    cuts_s = sorted((row.start_s + row.end_s) / 2 for row in cut_analysis or () if row.level == "cut")
    tall = media.height_px / max(media.width_px, 1)
    bodies = _bodies(body_pose or ())
    known_s = [row.start_s for row in body_pose or ()] + [row.start_s for row in face_detection or ()]
    known_s += [row.start_s for row in object_detection or () if row.label == "person"]
    known = {bisect_right(cuts_s, time_s) for time_s in known_s}
    wrists = _at_wrists(bodies, closeups.t_s, tall)
    found = list(_found(wrists, closeups, WRIST_PX, media, model))
    seen = {one.index for one in found}
    around = _first_looks(frames, cuts_s, known, closeups.t_s, model)
    around += _seldom_looks(closeups, cuts_s, known, seen, model)
    whole = {index: [WHOLE] for index in _between(around, closeups.t_s, seen)}
    found += _found(whole, closeups, SIDE_PX, media, model)
    indices = sorted({*wrists, *whole})
    times_s = [float(closeups.t_s[index]) for index in indices]
    ends_s = _ends(times_s, cuts_s, media.duration_s)
    spans_s = dict(zip(indices, zip(times_s, ends_s, strict=True), strict=True))
    rows: list[HandRow] = []
    for track_id, track in enumerate(_tracks(found, indices, times_s, cuts_s)):
        person_id = _person(track, closeups.t_s, bodies, tall)
        side = _side(track)
        samples = [_sample(one, track_id, person_id, side, spans_s[one.index], tall) for one in track]
        rows += [_track(samples), *samples]
    yield from sorted(rows, key=lambda row: (row.start_s, row.track_id, row.level == "sample"))


def _bodies(rows: Sequence[BodyRow]) -> dict[float, list[_Body]]:
    """Those with joints, by their time."""
    found: dict[float, list[_Body]] = {}
    for row in rows:
        if row.level == "sample" and row.joints:
            joints = np.array([(joint.x, joint.y, joint.confidence or 0.0) for joint in row.joints])
            found.setdefault(row.start_s, []).append(_Body(row.track_id, row.person_id, joints))
    return found


def _at_wrists(bodies: dict[float, list[_Body]], t_s: NDArray[np.float64], tall: float) -> dict[int, list[Box]]:
    """What to look at, by frame: around the wrists of each look of body_pose, and between looks where they meet."""
    parts: dict[int, list[Box]] = {}
    times_s = sorted(bodies)
    for number, time_s in enumerate(times_s):
        for body in bodies[time_s]:
            boxes = squares(body.joints, tall)
            if boxes:
                parts.setdefault(_frame(t_s, time_s), []).extend(boxes)
            near = [
                other.joints
                for other_s in times_s[max(0, number - 2) : number + 3]
                for other in bodies[other_s]
                if other.track_id == body.track_id and abs(other_s - time_s) <= 2.5 * LOOK_S
            ]
            if boxes and are_meeting(near, tall):
                until_s = times_s[number + 1] if number + 1 < len(times_s) else time_s + LOOK_S
                last_s = time_s
                for index in range(_frame(t_s, time_s) + 1, len(t_s)):
                    if t_s[index] >= min(until_s, time_s + 1.5 * LOOK_S) - 1e-6:
                        break
                    if t_s[index] - last_s >= MEETING_S - 2e-3:
                        parts.setdefault(index, []).extend(boxes)
                        last_s = float(t_s[index])
    return parts


def _frame(t_s: NDArray[np.float64], time_s: float) -> int:
    """The frame that is shown at a time."""
    return max(int(np.searchsorted(t_s, time_s + 1e-6, side="right")) - 1, 0)


def _first_looks(
    frames: Frames, cuts_s: Sequence[float], known: set[int], t_s: NDArray[np.float64], model: FindHands
) -> list[tuple[float, float]]:
    """Shots in which nobody was found, and yet a few sampled pictures show a hand, as spans of time."""
    of_shot: dict[int, list[int]] = {}
    for number, frame in enumerate(frames):
        if bisect_right(cuts_s, frame.t_s) not in known:
            of_shot.setdefault(bisect_right(cuts_s, frame.t_s), []).append(number)
    first: list[tuple[int, int]] = []
    for shot, numbers in of_shot.items():
        looks = max(2, round((frames[numbers[-1]].t_s - frames[numbers[0]].t_s) / FIRST_S))
        first += sorted({(shot, numbers[len(numbers) * (2 * i + 1) // (2 * looks)]) for i in range(looks)})
    kept = first[:: max(1, -(-len(first) // FIRST_LOOKS_IN_ALL))]
    answers = model(frames[number].rgb for _, number in kept)
    edges_s = [-1.0, *cuts_s, float(t_s[-1]) + 1 if len(t_s) else 0.0]
    seen = {shot for (shot, _), hands in zip(kept, answers, strict=True) if hands}
    return [(edges_s[shot], edges_s[shot + 1]) for shot in sorted(seen)]


def _seldom_looks(
    closeups: Closeups, cuts_s: Sequence[float], known: set[int], taken: set[int], model: FindHands
) -> list[tuple[float, float]]:
    """Where somebody is, and no hand at a wrist: spans of time around the looks that show a hand."""
    looks: list[int] = []
    last_s = -SELDOM_S
    taken_s = sorted(float(closeups.t_s[index]) for index in taken)
    for index, time_s in enumerate(closeups.t_s):
        if bisect_right(cuts_s, time_s) not in known or time_s - last_s < SELDOM_S - 1e-3:
            continue
        after = bisect_right(taken_s, float(time_s))
        if not any(abs(other_s - time_s) < 1.5 * LOOK_S for other_s in taken_s[max(0, after - 1) : after + 1]):
            looks.append(index)
            last_s = float(time_s)
    answers = model(closeups([Look(index) for index in looks], SIDE_PX))
    spans = []
    for index, hands in zip(looks, answers, strict=True):
        time_s = float(closeups.t_s[index])
        cut = bisect_right(cuts_s, time_s)
        start_s = max([time_s - SELDOM_S, *cuts_s[max(cut - 1, 0) : cut]])
        if hands:
            spans.append((start_s, min([time_s + SELDOM_S, *cuts_s[cut : cut + 1]])))
    return spans


def _between(spans_s: Sequence[tuple[float, float]], t_s: NDArray[np.float64], taken: set[int]) -> Iterator[int]:
    """Frames of these spans, LOOK_S apart, where nothing is looked at already."""
    taken_s = sorted(float(t_s[index]) for index in taken)
    last_s = -LOOK_S
    for start_s, end_s in sorted(spans_s):
        first, after = np.searchsorted(t_s, [start_s - 1e-6, end_s - 1e-6])
        for index in range(int(first), int(after)):
            time_s = float(t_s[index])
            place = bisect_right(taken_s, time_s)
            near = taken_s[max(0, place - 1) : place + 1]
            if time_s - last_s >= LOOK_S - 1e-3 and all(abs(other - time_s) >= LOOK_S - 1e-3 for other in near):
                yield index
                last_s = time_s


def _found(
    parts: dict[int, list[Box]], closeups: Closeups, side_px: int, media: Media, model: FindHands
) -> Iterator[_Found]:
    """Every hand once, however many looks at a frame show it."""
    size = np.array([media.width_px, media.height_px])
    tall = media.height_px / max(media.width_px, 1)
    looks = [Look(index, *in_whole_pixels(box, size)) for index in sorted(parts) for box in parts[index]]
    sizes: list[tuple[int, int]] = []

    def pictures() -> Iterator[NDArray[np.uint8]]:
        for picture in closeups(looks, side_px):
            sizes.append((picture.shape[1], picture.shape[0]))
            yield picture

    now: list[_Found] = []
    for order, (look, hands) in enumerate(zip(looks, model(pictures()), strict=True)):
        if now and now[0].index != look.index:
            yield from _once(now, tall)
            now = []
        now += [_placed(look, hand, *sizes[order]) for hand in hands]
    yield from _once(now, tall)


def _placed(look: Look, hand: Hand, width: int, height: int) -> _Found:
    """From pixels of a look to shares of the picture."""
    across, down = look.w / width, look.h / height
    points = hand.points.astype(float) * (across, down, across) + (look.x, look.y, 0)
    return _Found(look.index, hand, points)


def _once(found: Sequence[_Found], tall: float) -> Iterator[_Found]:
    kept: list[_Found] = []
    for one in sorted(found, key=lambda one: -one.hand.confidence):
        flat = _flat(one.points, tall)
        is_new = all(
            np.linalg.norm(flat - _flat(other.points, tall), axis=1).mean() >= SAME * palm(flat) for other in kept
        )
        if is_new and min(one.box[2:]) > 0:
            kept.append(one)
    yield from kept


def _flat(points: NDArray[np.float64], tall: float) -> NDArray[np.float64]:
    """In widths of the picture, without depth."""
    return points[:, :2] * (1, tall)


def _tracks(
    found: Sequence[_Found], indices: Sequence[int], times_s: Sequence[float], cuts_s: Sequence[float]
) -> list[list[_Found]]:
    """Hands followed within their shots; what is seen in one look alone is left out where there were more."""
    numbers = {index: number for number, index in enumerate(indices)}
    found = sorted(found, key=lambda one: one.index)
    seen = [Seen(numbers[one.index], "hand", one.hand.confidence, *one.box) for one in found]
    shots = {index: bisect_right(cuts_s, time_s) for index, time_s in zip(indices, times_s, strict=True)}
    looks = Counter(shots.values())
    tracks = [[found[i] for i in track] for track in follow(seen, times_s, cuts_s, sure=MIN_CONFIDENCE)]
    return [track for track in tracks if len(track) > 1 or looks[shots[track[0].index]] == 1]


def _ends(times_s: Sequence[float], cuts_s: Sequence[float], video_s: float) -> list[float]:
    """When each look's time is over: at the next look, at a cut, or a quarter of a second later."""
    ends_s = []
    for number, start_s in enumerate(times_s):
        cut = bisect_right(cuts_s, start_s)
        until = [start_s + LONGEST_S, max(video_s, start_s), *cuts_s[cut : cut + 1], *times_s[number + 1 : number + 2]]
        ends_s.append(min(until))
    return ends_s


def _side(track: Sequence[_Found]) -> Literal["left", "right"]:
    """What its looks say, each by how sure it is."""
    surely = sum((one.hand.confidence - 0.5) * (1 if one.hand.side == "left" else -1) for one in track)
    return "left" if surely > 0 else "right"


def _person(
    track: Sequence[_Found], t_s: NDArray[np.float64], bodies: dict[float, list[_Body]], tall: float
) -> int | None:
    """Whose wrist lies where this hand's is, most of the time."""
    votes: Counter[int] = Counter()
    for one in track:
        flat = _flat(one.points, tall)
        here = bodies.get(float(t_s[one.index]), ())
        near = [
            (float(np.linalg.norm(body.joints[joint, :2] * (1, tall) - flat[0])), number)
            for number, body in enumerate(here)
            for joint in (JOINTS.index("left_wrist"), JOINTS.index("right_wrist"))
            if body.joints[joint, 2] >= CERTAIN
        ]
        if near and min(near)[0] < AT_WRIST * palm(flat):
            whose = here[min(near)[1]].person_id
            votes.update([] if whose is None else [whose])
    return votes.most_common(1)[0][0] if votes else None


def _sample(
    one: _Found,
    track_id: int,
    person_id: int | None,
    side: Literal["left", "right"],
    span_s: tuple[float, float],
    tall: float,
) -> HandRow:
    solid = one.points * (1, tall, 1)
    fingers = fingers_up(solid)
    hand = one.hand
    return HandRow(
        *span_s,
        hand.confidence,
        "sample",
        track_id,
        person_id,
        side,
        *one.box,
        gesture=hand.gesture,
        gesture_confidence=hand.gesture_confidence,
        fingers_up=fingers,
        pointing_dir_deg=pointing_deg(solid, fingers),
        points=tuple(HandPoint(*map(float, point)) for point in one.points),
    )


def _track(samples: Sequence[HandRow]) -> HandRow:
    first = samples[0]
    x, y, w, h = (float(edge) for edge in np.median([(s.x, s.y, s.w, s.h) for s in samples], axis=0))
    gesture = Counter(sample.gesture for sample in samples).most_common(1)[0][0]
    sure = [s.gesture_confidence for s in samples if s.gesture == gesture and s.gesture_confidence is not None]
    return replace(
        first,
        end_s=samples[-1].end_s,
        confidence=float(np.mean([sample.confidence or 0.0 for sample in samples])),
        level="track",
        x=x, y=y, w=min(w, 1 - x), h=min(h, 1 - y),
        gesture=gesture,
        gesture_confidence=float(np.mean(sure)) if sure else None,
        fingers_up=Counter(sample.fingers_up for sample in samples).most_common(1)[0][0],
        pointing_dir_deg=None,
        points=(),
        n_samples=len(samples),
    )  # fmt: skip
