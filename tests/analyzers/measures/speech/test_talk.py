"""Stretches of talk joined over pauses, and what of them lies in a span."""

import pytest

from analyzers.measures.speech.talk import seconds_in, spans_of


def test_spans_are_joined_over_gaps_that_are_short_enough():
    spans = [(5.0, 6.0), (0.0, 1.0), (1.5, 2.0), (1.8, 1.9)]
    assert spans_of(spans).tolist() == [[0, 1], [1.5, 2], [5, 6]]
    assert spans_of(spans, 0.5).tolist() == [[0, 2], [5, 6]]
    assert spans_of(spans, 3).tolist() == [[0, 6]]


def test_what_lies_before_the_first_picture_is_cut_off():
    assert spans_of([(-2.0, -1.0), (-0.5, 1.0), (2.0, 2.0)]).tolist() == [[0, 1]]
    assert spans_of([]).shape == (0, 2)


def test_seconds_of_a_span_are_those_inside_it():
    spans = spans_of([(0.0, 1.0), (2.0, 4.0)])
    assert seconds_in(spans, 0.5, 3.0) == pytest.approx(1.5)
    assert seconds_in(spans, 5.0, 6.0) == 0
    assert seconds_in(spans_of([]), 0.0, 9.0) == 0
