"""Gestures of drawn hands are told as well as the card promises; hits are counted as one would by hand."""

from analyzers.people.gesture_recognition import Row
from tests.hands import NOISE
from tests.truth.people_hands import clap_errors, drawn_f1, hits


def row(gesture, start_s, end_s) -> Row:
    return Row(start_s, end_s, None, gesture, "right", 0)


def test_a_gesture_is_a_hit_once_where_it_overlaps_by_half():
    true = [("wave", 1.0, 3.0)]
    assert hits([row("wave", 1.5, 3.0), row("wave", 1.0, 3.0)], true) == 1
    assert hits([row("wave", 2.2, 3.0)], true) == 0
    assert hits([row("horns", 1.0, 3.0)], true) == 0


def test_drawn_gestures_are_told_through_noise_and_lost_looks():
    for dropped in (0.0, 0.1):
        tally = drawn_f1(NOISE, dropped, seeds=2)
        assert tally.f1 >= 0.95
        assert tally.extra == 0


def test_a_clap_that_every_frame_shows_is_told_within_one():
    errors, true = clap_errors(30.0, seeds=3)
    assert len(errors) == true
    assert max(errors) <= 1 / 30
