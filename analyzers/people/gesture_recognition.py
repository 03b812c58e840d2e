"""Gestures: what hands show and do over time, how often, and whether on the beat.

A row is one gesture of one hand, or of both, from its first moment to its last. Signs (a thumb, a victory, a finger
that points ...) are held; a wave swings, a swipe goes one way and rests, claps are two hands that meet and part (their
times are `at_s`, told between the looks; one that is alone starts and ends at its instant), counting adds finger to
finger. All of it is rules on the points of hand_gesture; where no hands were found, claps are those of body_pose's
wrists, and waves those of body_language. Shapes that two hands make together, a heart among them, are not told: seen
from the side the hands hide each other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Media, analyzer
from analyzers.measures.people import skeleton as pose
from analyzers.measures.people.claps import claps
from analyzers.measures.people.hands import Finger, middle_of_palm, palm
from analyzers.measures.people.reach import OF_SHOULDERS
from analyzers.measures.people.signs import SURE, Sign, sign
from analyzers.measures.people.skeleton import Skeleton, skeletons
from analyzers.measures.people.waves import is_regular, swings
from analyzers.people.body_language import Row as LanguageRow
from analyzers.people.body_pose import BodyRow
from analyzers.people.hand_gesture import HandRow
from analyzers.sound.audio_analysis import Row as AudioRow

Side = Literal["left", "right"]
Gesture = Literal[Sign, "wave", "clap", "swipe", "count_fingers"]
Series = NDArray[np.float64]

HELD_S = 0.3  # of a sign that is shown, not passed through
RESTING_S = 0.6  # of an open palm and a fist: hands take both while they talk
BRIDGE_S = 0.25  # of looks that show nothing, or another sign, between two of the same
MOSTLY = 0.6  # share of the looks of a stretch that show it
STILL = 0.8  # palms a second, of an open palm and a fist that are shown
WAVE = 0.35  # palms, to each side, that fingertips swing
WAVE_HZ = 0.9  # at least: a slower one is a hand that is moved about
FINGERS_OF_WAVE = 3  # straight ones, of four
SWIPE = 2.5  # palms that a hand goes at once, to a side: up and down it is raised and lowered
SWIPE_LOOKS = 2  # that it takes at least: in one, two hands may be taken for each other
SWIPE_S = 0.5  # in which it does so at most
STRAIGHT = 0.9  # of its way, what brings it away
REST = 0.3  # of its pace on the way, before and after
REST_S = 0.25
SERIES_S = 1.2  # between claps that belong together
ON_BEAT_S = 0.05  # from a beat or an onset; or one frame, where that is longer
PALM_OF_FOREARM = 0.4
COUNTED_S = 0.2  # that each number is shown
COUNTED = 3  # numbers, at least
COUNT_S = 2.5  # that one number is shown at most


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence  # of a sign that the model names: the mean of its looks
    gesture: Annotated[Gesture, Column("what is shown or done")]
    hand: Annotated[Side | None, Column("the person's own; null of both together")]
    person_id: Annotated[int | None, Column("the person's number in face_detection", low=0, bits=32)]
    track_id: Annotated[int | None, Column("the hand's number in hand_gesture; null of both", low=0, bits=32)] = None
    count: Annotated[
        int | None, Column("of claps and of a wave's to and fro; of counting, the last number", low=1, bits=32)
    ] = None
    hz: Annotated[float | None, Column("of a wave and of claps: how many a second", low=0, bits=32)] = None
    direction_deg: Annotated[
        float | None, Column("of pointing and of a swipe, in the picture: 0 right, 90 up", -180, 180, bits=32)
    ] = None
    is_on_beat: Annotated[
        bool | None, Column("of claps: most are within 50 ms or a frame of a beat or an onset; null without sound")
    ] = None
    at_s: Annotated[tuple[float, ...], Column("of claps: the moments at which the hands meet")] = ()


@dataclass(frozen=True, slots=True)
class _Hand:
    """A track of hand_gesture; lengths in widths of the picture."""

    track_id: int
    person_id: int | None
    side: Side
    t_s: Series  # (n,)
    end_s: Series  # (n,)
    points: Series  # (n, 21, 3)
    fingers: tuple[tuple[Finger, ...], ...]
    signs: tuple[Sign | None, ...]
    sure: tuple[float | None, ...]  # of the model's name
    pointing_deg: tuple[float | None, ...]
    palm: float

    @property
    def middles(self) -> Series:
        """(n, 2) in palms."""
        return np.array([middle_of_palm(points)[:2] for points in self.points]) / self.palm


@analyzer(version=1, max_gap_s=0.25, evidence="derived")
def gesture_recognition(
    hand_gesture: Sequence[HandRow],
    body_pose: Sequence[BodyRow] | None,
    body_language: Sequence[LanguageRow] | None,
    audio_analysis: Sequence[AudioRow] | None,
    media: Media,
) -> Iterator[Row]:
    tall = media.height_px / max(media.width_px, 1)
    hands = _hands(hand_gesture, tall)
    bodies = skeletons(body_pose or (), tall)
    near_s = max(ON_BEAT_S, 1 / media.fps_nominal if media.fps_nominal else 0.0)
    strokes_s = None if audio_analysis is None else _strokes(audio_analysis)
    met = _claps(hands, bodies)
    clapping = [_clap(moments, person_id, strokes_s, near_s) for person_id, moments in met]
    waving = [row for hand in hands for row in _waves(hand) if not _within(row, clapping)]
    waving += [row for row in _arm_waves(body_language or ()) if not _within(row, [*clapping, *waving])]
    moving = clapping + waving
    swiping = [row for hand in hands for row in _swipes(hand) if not _within(row, moving)]
    counting = [row for hand in hands for row in _counts(hand)]
    held = [row for hand in hands for row in _held(hand) if not _within(row, moving + swiping + counting)]
    rows = [*moving, *swiping, *counting, *held]
    yield from sorted(rows, key=lambda row: (row.start_s, row.track_id or 0, row.gesture))


def _hands(rows: Sequence[HandRow], tall: float) -> list[_Hand]:
    tracks: dict[int, list[HandRow]] = {}
    for row in rows:
        if row.level == "sample" and row.points:
            tracks.setdefault(row.track_id, []).append(row)
    return [_hand(track, tall) for track in tracks.values()]


def _hand(track: Sequence[HandRow], tall: float) -> _Hand:
    points = np.array([[(p.x, p.y * tall, p.z) for p in row.points] for row in track])
    signs: list[Sign | None] = [
        sign(at, row.fingers_up, row.gesture, row.gesture_confidence) for at, row in zip(points, track, strict=True)
    ]
    return _Hand(
        track[0].track_id,
        track[0].person_id,
        track[0].hand,
        np.array([row.start_s for row in track]),
        np.array([row.end_s for row in track]),
        points,
        tuple(tuple(row.fingers_up) for row in track),
        tuple(signs),
        tuple(row.gesture_confidence if row.gesture else None for row in track),
        tuple(row.pointing_dir_deg for row in track),
        float(np.median([palm(at) for at in points])),
    )


def _within(row: Row, others: Sequence[Row]) -> bool:
    """Whether most of a row, or of the other, is what the same hand, or both of the person's, do at that time."""
    for other in others:
        length_s = max(min(row.end_s - row.start_s, other.end_s - other.start_s + 2 * REST_S), 1e-3)
        is_same_hand = other.hand is None or other.hand == row.hand
        is_same_person = None in (row.person_id, other.person_id) or row.person_id == other.person_id
        shared_s = min(row.end_s, other.end_s + REST_S) - max(row.start_s, other.start_s - REST_S)
        if is_same_hand and is_same_person and shared_s > length_s / 2:
            return True
    return False


# Signs that are held


def _held(hand: _Hand) -> Iterator[Row]:
    every: list[Sign] = [one for one in hand.signs if one]
    for shown in dict.fromkeys(every):
        is_shown = np.array([one == shown for one in hand.signs])
        for first, last in _stretches(hand, np.flatnonzero(is_shown)):
            within = slice(first, last + 1)
            length_s = float(hand.end_s[last] - hand.t_s[first])
            is_at_rest = shown in ("open_palm", "fist")
            if length_s < (RESTING_S if is_at_rest else HELD_S) - 1e-6 or is_shown[within].mean() < MOSTLY:
                continue
            if is_at_rest and _pace(hand, first, last) > STILL:
                continue
            looks = [i for i in range(first, last + 1) if is_shown[i]]
            sure = [value for i in looks if (value := hand.sure[i]) is not None and value >= SURE]
            yield Row(
                float(hand.t_s[first]),
                float(hand.end_s[last]),
                float(np.mean(sure)) if sure else None,
                shown,
                hand.side,
                hand.person_id,
                hand.track_id,
                direction_deg=_mean_deg([hand.pointing_deg[i] for i in looks]) if shown == "point" else None,
            )


def _stretches(hand: _Hand, looks: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """First and last of the looks that follow one another."""
    if not len(looks):
        return
    gaps = hand.t_s[looks[1:]] - hand.end_s[looks[:-1]]
    for group in np.split(looks, np.flatnonzero(gaps > BRIDGE_S) + 1):
        yield int(group[0]), int(group[-1])


def _pace(hand: _Hand, first: int, last: int) -> float:
    """Median, in palms a second."""
    middles, t_s = hand.middles[first : last + 1], hand.t_s[first : last + 1]
    if len(t_s) < 2:
        return 0.0
    return float(np.median(np.linalg.norm(np.diff(middles, axis=0), axis=1) / np.maximum(np.diff(t_s), 1e-6)))


def _mean_deg(angles: Sequence[float | None]) -> float | None:
    known = np.radians([angle for angle in angles if angle is not None])
    return float(np.degrees(np.arctan2(np.sin(known).mean(), np.cos(known).mean()))) if len(known) else None


def _counts(hand: _Hand) -> Iterator[Row]:
    """One finger more, and one more."""
    numbers = np.array([len(fingers) for fingers in hand.fingers])
    smooth = np.array([int(np.median(numbers[max(0, i - 1) : i + 2])) for i in range(len(numbers))])
    edges = [0, *(np.flatnonzero(np.diff(smooth)) + 1).tolist(), len(smooth)]
    runs = [
        (int(smooth[a]), float(hand.t_s[a]), float(hand.end_s[b - 1]))
        for a, b in pairwise(edges)
        if b > a and hand.end_s[b - 1] - hand.t_s[a] >= COUNTED_S
    ]
    first = 0
    for i in range(1, len(runs) + 1):
        is_next = i < len(runs) and runs[i][0] == runs[i - 1][0] + 1 and runs[i][1] - runs[i - 1][1] <= COUNT_S
        if is_next and runs[i - 1][0] >= 1:
            continue
        if runs[first][0] == 1 and i - first >= COUNTED:
            whose = hand.side, hand.person_id, hand.track_id
            yield Row(runs[first][1], runs[i - 1][2], None, "count_fingers", *whose, count=runs[i - 1][0])
        first = i


# To and fro, and one way


def _waves(hand: _Hand) -> Iterator[Row]:
    """Fingertips of an open hand, above its wrist, that swing from side to side."""
    tips = hand.points[:, [8, 12, 16, 20], :2].mean(axis=1)
    is_up = tips[:, 1] < hand.points[:, 0, 1]
    is_open = np.array([len(set(fingers) - {"thumb"}) >= FINGERS_OF_WAVE for fingers in hand.fingers])
    shown = is_up & _mostly(is_open)
    aside = np.where(shown, tips[:, 0] / hand.palm, np.nan)
    for swing in swings(hand.t_s, aside, WAVE):
        within = (hand.t_s >= swing.start_s) & (hand.t_s <= swing.end_s)
        if swing.hz < WAVE_HZ or not is_regular(hand.t_s[within], tips[within] / hand.palm, swing.hz):
            continue
        count = max(round(swing.hz * (swing.end_s - swing.start_s)), 1)
        whose = hand.side, hand.person_id, hand.track_id
        yield Row(swing.start_s, swing.end_s, None, "wave", *whose, count=count, hz=swing.hz)


def _mostly(is_so: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """By five looks at a time: a finger lost for one of them is not bent."""
    return np.array([is_so[max(0, i - 2) : i + 3].mean() > 0.5 for i in range(len(is_so))], bool)


def _arm_waves(rows: Sequence[LanguageRow]) -> Iterator[Row]:
    """As body_language tells them of wrists that swing about their elbows."""
    for row in rows:
        if row.event == "wave" and row.hz:
            count = max(round(row.hz * (row.end_s - row.start_s)), 1)
            yield Row(row.start_s, row.end_s, None, "wave", row.hand, row.person_id, count=count, hz=row.hz)


def _swipes(hand: _Hand) -> Iterator[Row]:
    """A way of SWIPE palms to a side within SWIPE_S, straight, from rest to rest."""
    middles, t_s = hand.middles, hand.t_s
    ways = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(middles, axis=0), axis=1))])
    start = 0
    while start < len(t_s):
        last = int(np.searchsorted(t_s, t_s[start] + SWIPE_S + 1e-6))
        ends = [end for end in range(start + SWIPE_LOOKS, last) if _is_swipe(t_s, middles, ways, start, end)]
        if not ends:
            start += 1
            continue
        end = max(ends, key=lambda end: float(np.linalg.norm(middles[end] - middles[start]) - t_s[end]))
        x, y = middles[end] - middles[start]
        whose = hand.side, hand.person_id, hand.track_id
        degrees = float(np.degrees(np.arctan2(-y, x)))
        yield Row(float(t_s[start]), float(t_s[end]), None, "swipe", *whose, direction_deg=degrees)
        start = end


def _is_swipe(t_s: Series, middles: Series, ways: Series, start: int, end: int) -> bool:
    across, down = np.abs(middles[end] - middles[start])
    away, way = float(np.hypot(across, down)), float(ways[end] - ways[start])
    is_far = away >= SWIPE and across > down and away >= STRAIGHT * way
    return is_far and _rests(t_s, ways, start, end, way / float(t_s[end] - t_s[start]))


def _rests(t_s: Series, ways: Series, start: int, end: int, pace: float) -> bool:
    """Whether it is slow before and after, where it is seen."""
    before = int(np.searchsorted(t_s, t_s[start] - REST_S - 1e-6))
    after = int(np.searchsorted(t_s, t_s[end] + REST_S + 1e-6)) - 1
    for a, b in ((before, start), (end, after)):
        if b <= a or (ways[b] - ways[a]) / (t_s[b] - t_s[a]) > REST * pace:
            return False
    return True


# Two hands that meet


def _claps(hands: Sequence[_Hand], bodies: Sequence[Skeleton]) -> list[tuple[int | None, list[float]]]:
    """Whose, and the moments of each series."""
    found: list[tuple[int | None, float]] = []
    for one, other in combinations(hands, 2):
        both = None in (one.person_id, other.person_id) or one.person_id == other.person_id
        if not both or one.side == other.side:
            continue
        t_s, first, second = np.intersect1d(one.t_s, other.t_s, return_indices=True)
        breadth = (one.palm + other.palm) / 2
        a, b = one.middles[first] * one.palm, other.middles[second] * other.palm
        who = one.person_id if one.person_id is not None else other.person_id
        found += [(who, time) for time in claps(t_s, np.linalg.norm(a - b, axis=1) / breadth)]
    for body in bodies:
        t_s, apart = _wrists_apart(body)
        seen_s = [time for who, time in found if None in (who, body.person_id) or who == body.person_id]
        found += [
            (body.person_id, time)
            for time in claps(t_s, apart)
            if all(abs(time - other) > BRIDGE_S for other in seen_s)
        ]
    series: list[tuple[int | None, list[float]]] = []
    for who, time in sorted(found, key=lambda one: (one[0] is None, one[0] or 0, one[1])):
        if series and series[-1][0] == who and time - series[-1][1][-1] <= SERIES_S:
            series[-1][1].append(time)
        else:
            series.append((who, [time]))
    return series


def _wrists_apart(body: Skeleton) -> tuple[Series, Series]:
    """In palms, as far as forearms tell them, and shoulders where those point at us."""
    forearms = [
        np.linalg.norm(pose.of(body.xy, f"{side}_wrist") - pose.of(body.xy, f"{side}_elbow"), axis=1)
        for side in ("left", "right")
    ]
    lengths = np.concatenate([*forearms, OF_SHOULDERS * pose.shoulder_width(body.xy)])
    apart = np.linalg.norm(pose.of(body.xy, "left_wrist") - pose.of(body.xy, "right_wrist"), axis=1)
    is_known = ~np.isnan(apart)
    if not is_known.any() or np.isnan(lengths).all():
        return np.zeros(0), np.zeros(0)
    palms = PALM_OF_FOREARM * float(np.nanpercentile(lengths, 75))
    return body.t_s[is_known], apart[is_known] / max(palms, 1e-9)


def _clap(at_s: list[float], person_id: int | None, strokes_s: Series | None, near_s: float) -> Row:
    span_s = at_s[-1] - at_s[0]
    return Row(
        at_s[0],
        at_s[-1],
        None,
        "clap",
        None,
        person_id,
        count=len(at_s),
        hz=(len(at_s) - 1) / span_s if span_s > 0 else None,
        is_on_beat=_on_beat(at_s, strokes_s, near_s),
        at_s=tuple(at_s),
    )


def _strokes(rows: Sequence[AudioRow]) -> Series:
    return np.array(sorted(row.start_s for row in rows if row.kind in ("beat", "onset")))


def _on_beat(at_s: Sequence[float], strokes_s: Series | None, near_s: float) -> bool | None:
    if strokes_s is None:
        return None
    if not len(strokes_s):
        return False
    near = [float(np.abs(strokes_s - time).min()) <= near_s + 1e-6 for time in at_s]
    return sum(near) > len(near) / 2
