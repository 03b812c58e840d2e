"""The scores are what they claim to be."""

import pytest

from tests.truth.scores import colour_distance, event_f1, matched
from tests.truth.texts import edit_distance, lines_wrong


def test_events_are_matched_once_and_nearest_first():
    assert matched([10, 11], [11], 1) == [(1, 0)]
    assert matched([10], [12], 1) == []
    assert event_f1([([1, 2, 3], [1, 2, 4])], 0.5) == pytest.approx(2 / 3)
    assert event_f1([([], [])], 1) == 1


def test_edit_distance_counts_what_must_be_changed():
    assert edit_distance("kitten", "sitting") == 3
    assert edit_distance("", "abc") == 3


def test_lines_are_compared_in_any_order_and_missing_ones_count():
    assert lines_wrong(["world", "hello"], ["hello", "world"]) == 0
    assert lines_wrong(["hello"], ["hello", "world"]) == 5
    assert lines_wrong(["hello", "xyz"], ["hello"]) == 3


def test_colour_distance_is_that_of_ciede2000():
    assert colour_distance("#808080", "#808080") == 0
    assert colour_distance("#000000", "#ffffff") == pytest.approx(100, abs=0.1)
