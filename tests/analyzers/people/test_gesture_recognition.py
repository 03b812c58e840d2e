"""Hands drawn by their points do what is known: each gesture is told, once and in time, and nothing else is."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from analyzers.measures.people.hands import FINGERS, fingers_up
from analyzers.measures.people.names import JOINTS
from analyzers.people.body_language import body_language
from analyzers.people.body_pose import BodyRow, Joint
from analyzers.people.gesture_recognition import Row, gesture_recognition
from analyzers.people.hand_gesture import HandRow
from analyzers.sound.audio_analysis import Row as SoundRow
from tests.hands import hand_rows, hand_shape, relaxed_hand, thumb_hand
from tests.inputs import make_media

OPEN, FOUR = hand_shape(FINGERS), hand_shape(FINGERS[1:])
RELAXED = relaxed_hand()
MEDIA = make_media()
SHOWN = {
    "thumb_up": thumb_hand(is_up=True),
    "thumb_down": thumb_hand(is_up=False),
    "point": hand_shape(["index"], turn_deg=40),
    "horns": hand_shape(["index", "pinky"]),
    "call": hand_shape(["thumb", "pinky"]),
    "i_love_you": hand_shape(["thumb", "index", "pinky"]),
    "open_palm": OPEN,
}


def told(rows: Sequence[HandRow], sound: Sequence[SoundRow] | None = None) -> list[Row]:
    return list(gesture_recognition(rows, None, None, sound, MEDIA))


def held(shape, start_s: float = 1.0, end_s: float = 2.0):
    """A relaxed hand that shows a shape for a while."""
    return lambda t: (shape if start_s <= t < end_s else RELAXED, 0.5, 0.9)


def waving(hz: float = 2.0, start_s: float = 1.0, end_s: float = 4.0, shape=OPEN):
    def path(t: float):
        if not start_s <= t < end_s:
            return RELAXED, 0.5, 1.2
        return shape, 0.5 + 0.06 * np.sin(2 * np.pi * hz * (t - start_s)), 0.8

    return path


def meeting(at_s: Sequence[float], side: int, *, lag: float = 0.0, reach: float = 0.15) -> Callable:
    """A hand that meets the other in the middle at these times: there and back in 0.2 s each."""
    shape = hand_shape(FINGERS, is_left=side < 0)

    def path(t: float):
        nearest = min((abs(t - moment - lag) for moment in at_s), default=9.0)
        away = reach * min(nearest / 0.2, 1.0)
        return shape, 0.5 + side * (0.02 + away), 0.9

    return path


def clapping(at_s: Sequence[float], seconds: float, **choices) -> list[HandRow]:
    right = hand_rows(meeting(at_s, -1), seconds, side="right", track_id=0, seed=1, **choices)
    return right + hand_rows(meeting(at_s, 1), seconds, side="left", track_id=1, seed=2, **choices)


def sounds(*at_s: float) -> list[SoundRow]:
    return [SoundRow(time, time, None, "onset") for time in at_s]


@pytest.mark.parametrize("name", SHOWN)
def test_a_sign_is_told_for_as_long_as_it_is_held(name):
    (row,) = told(hand_rows(held(SHOWN[name]), 3.0))
    assert (row.gesture, row.hand, row.person_id, row.track_id) == (name, "right", 0, 0)
    assert (row.start_s, row.end_s) == pytest.approx((1.0, 2.0), abs=0.11)


def test_a_sign_that_is_only_passed_through_is_none():
    assert told(hand_rows(held(SHOWN["horns"], 1.0, 1.2), 3.0)) == []


def test_what_points_says_where():
    for turn in (-60, 0, 75):
        (row,) = told(hand_rows(held(hand_shape(["index"], turn_deg=turn)), 3.0))
        assert row.direction_deg == pytest.approx(90 - turn - 15, abs=4)  # an index finger stands 15 degrees outwards


@pytest.mark.parametrize("hz", [1.0, 2.0, 3.0])
def test_a_wave_swings_and_is_counted(hz):
    (row,) = told(hand_rows(waving(hz), 5.0, dropped=0.1))
    assert (row.gesture, row.hand) == ("wave", "right")
    assert row.hz == pytest.approx(hz, abs=0.15)
    assert row.count == pytest.approx(3 * hz, abs=1.5)
    assert (row.start_s, row.end_s) == pytest.approx((1.0, 4.0), abs=0.5)


def test_claps_are_counted_and_told_between_the_looks():
    at_s = [1.03, 1.58, 2.11, 2.66]
    (row,) = told(clapping(at_s, 4.0))
    assert (row.gesture, row.count, row.hand) == ("clap", 4, None)
    assert row.at_s == pytest.approx(at_s, abs=0.04)
    assert row.hz == pytest.approx(1 / 0.543, abs=0.1)


def test_every_frame_looked_at_tells_a_clap_to_half_a_frame():
    at_s = [1.03, 1.58, 2.11, 2.66]
    (row,) = told(clapping(at_s, 4.0, looks_hz=30))
    assert row.at_s == pytest.approx(at_s, abs=0.5 / 30)


def test_claps_are_on_the_beat_where_they_sound():
    at_s = [1.0, 1.5, 2.0]
    rows = clapping(at_s, 3.0, looks_hz=30)
    answers = [told(rows, sound)[0].is_on_beat for sound in (None, [], sounds(*at_s), sounds(1.25, 1.75, 2.25))]
    assert answers == [None, False, True, False]


def test_a_hand_lost_while_it_touches_the_other_is_a_clap_all_the_same():
    rows = [row for row in clapping([1.5], 3.0) if not (row.track_id and 1.42 < row.start_s < 1.58)]
    (row,) = [row for row in told(rows) if row.gesture == "clap"]
    assert row.at_s == pytest.approx([1.5], abs=0.06)


def test_hands_that_are_laid_together_or_stop_before_they_meet_do_not_clap():
    slowly = [
        hand_rows(lambda t, s=s: (RELAXED, 0.5 + s * (0.02 + 0.06 * abs(t - 2)), 0.9), 4.0, side=side, track_id=track)
        for s, side, track in ((-1, "right", 0), (1, "left", 1))
    ]
    apart = [
        hand_rows(
            lambda t, s=s: (RELAXED, 0.5 + s * (0.14 + 0.12 * abs(np.sin(6 * t))), 0.9), 4.0, side=side, track_id=track
        )
        for s, side, track in ((-1, "right", 0), (1, "left", 1))
    ]
    assert told(slowly[0] + slowly[1]) == []
    assert told(apart[0] + apart[1]) == []


@pytest.mark.parametrize(("way", "degrees"), [((1, 0), 0.0), ((-0.9, 0.3), -162.0), ((-1, 0), 180.0)])
def test_a_swipe_goes_to_a_side_and_rests(way, degrees):
    def path(t: float):
        share = np.clip((t - 1.0) / 0.35, 0, 1) - 0.5
        return RELAXED, 0.5 + 0.4 * share * way[0], 0.9 + 0.4 * share * way[1]

    (row,) = told(hand_rows(path, 2.5))
    assert row.gesture == "swipe"
    assert row.direction_deg is not None
    assert np.cos(np.radians(row.direction_deg - degrees)) > 0.99
    assert (row.start_s, row.end_s) == pytest.approx((1.0, 1.35), abs=0.15)


def test_a_hand_that_is_raised_or_comes_back_does_not_swipe():
    def raised(t: float):
        return RELAXED, 0.5, 1.2 - 0.6 * np.clip((t - 1.0) / 0.35, 0, 1)

    def back(t: float):
        return RELAXED, 0.5 + 0.3 * np.sin(np.pi * np.clip((t - 1.0) / 0.6, 0, 1)), 0.9

    assert told(hand_rows(raised, 2.5)) == []
    assert told(hand_rows(back, 2.5)) == []


def test_counting_adds_finger_to_finger():
    fingers = ("index", "middle", "ring", "pinky", "thumb")

    def path(t: float):
        return hand_shape(fingers[: min(int(t / 0.8), 5)]), 0.5, 0.9

    (row,) = told(hand_rows(path, 4.0))
    assert (row.gesture, row.count) == ("count_fingers", 4)
    assert row.start_s == pytest.approx(0.8, abs=0.15)


@pytest.mark.parametrize("seed", range(3))
def test_hands_that_rest_or_talk_show_nothing(seed):
    rng = np.random.default_rng(seed)
    paces, phases = rng.uniform(0.3, 1.5, 6), rng.uniform(0, 6, 6)

    def talking(t: float):
        x, y = (0.03 * np.sin(2 * np.pi * paces[k : k + 3] * t + phases[k : k + 3]).sum() for k in (0, 3))
        return RELAXED, 0.3 + x, 1.0 + y

    assert told(hand_rows(lambda t: (RELAXED, 0.5, 0.9), 6.0, seed=seed)) == []
    assert told(hand_rows(talking, 8.0, dropped=0.1, seed=seed)) == []


@pytest.mark.parametrize("width", [0.06, 0.1])
def test_open_hands_that_go_about_while_somebody_talks_do_not_wave(width):
    for seed in range(6):
        rng = np.random.default_rng(seed)
        ways = gaussian_filter1d(rng.normal(0, 1, (2, 120)), 2.5)
        ways *= width / ways.std(axis=1, keepdims=True)

        def talking(t: float, ways=ways):
            return OPEN, 0.5 + ways[0, round(10 * t) + 10], 0.9 + ways[1, round(10 * t) + 10]

        assert [row for row in told(hand_rows(talking, 10.0, seed=seed)) if row.gesture == "wave"] == []


def somebody(wrists: Callable[[float], tuple[float, float, float]], seconds: float) -> list[BodyRow]:
    """One who stands with both elbows at the sides; each wrist's distance from the middle, and how high, are given."""
    rows = []
    for t in np.arange(0, seconds, 0.1).tolist():
        right, left, height = wrists(t)
        places = {
            "shoulder": (0.12, 0.9), "elbow": (0.15, 1.05), "hip": (0.08, 1.25),
        }  # fmt: skip
        joints = [Joint(0.5, 0.4, 0.9)] * 17
        for side, sign, away in (("right", -1, right), ("left", 1, left)):
            for name, (x, y) in (places | {"wrist": (away, height)}).items():
                joints[JOINTS.index(f"{side}_{name}")] = Joint(0.5 + sign * x, y * 9 / 16, 0.9)
        rows.append(BodyRow(t, t + 0.1, 0.9, "sample", 0, 4, 0.3, 0.3, 0.4, 0.6, "stand", 0.0, tuple(joints)))
    return rows


def test_wrists_tell_claps_and_waves_where_no_hands_were_found():
    def away(t: float) -> float:
        return 0.02 + 0.15 * min(min(abs(t - moment) for moment in (1.0, 1.6, 2.2)) / 0.2, 1.0)

    clapping = somebody(lambda t: (away(t), away(t), 1.0), 3.5)
    (row,) = gesture_recognition([], clapping, None, None, MEDIA)
    assert (row.gesture, row.count, row.person_id, row.hand) == ("clap", 3, 4, None)
    assert row.at_s == pytest.approx((1.0, 1.6, 2.2), abs=0.04)
    waving = somebody(lambda t: (0.2 + 0.06 * np.sin(4 * np.pi * t), 0.16, 0.85), 4.0)
    (row,) = gesture_recognition([], waving, list(body_language(waving, MEDIA)), None, MEDIA)
    assert (row.gesture, row.person_id, row.hand) == ("wave", 4, "right")
    assert row.hz == pytest.approx(2.0, abs=0.1)
    still = somebody(lambda t: (0.1, 0.1, 1.1), 4.0)
    assert list(gesture_recognition([], still, list(body_language(still, MEDIA)), None, MEDIA)) == []


def test_fingers_of_a_drawn_hand_are_told_through_noise_and_turns():
    rng = np.random.default_rng(3)
    sets = [(), ("thumb",), ("index",), ("index", "middle"), FINGERS[1:], FINGERS, ("index", "pinky")]
    for fingers in sets:
        for turn in range(0, 360, 45):
            for is_left in (False, True):
                shape = hand_shape(fingers, is_left=is_left, turn_deg=turn)
                assert fingers_up(shape + rng.normal(0, 0.02, shape.shape)) == fingers
