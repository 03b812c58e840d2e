"""What is planted in a film is told of it, through all that measures it."""

import pytest

from tests.truth.meaning import MOVEMENTS, first_movement_s, is_in_order, written_acts, written_beats


@pytest.mark.parametrize("name", ["a slow ball", "a still"])
def test_the_first_movement_of_a_film_is_told_within_a_frame(name: str):
    video, true = MOVEMENTS[name]
    found = first_movement_s(video)
    assert found == (None if true is None else pytest.approx(true, abs=1 / 30))


def test_cuts_of_a_film_lie_on_its_beats_as_often_as_planted():
    row = written_beats(28)
    assert row.locked_pct == pytest.approx(80, abs=3)
    assert (row.n, row.p) == (20, pytest.approx(0, abs=1e-6))


def test_a_film_of_three_acts_is_parted_where_they_meet():
    rows = written_acts(35)
    assert [row.start_s for row in rows] == [0.0, pytest.approx(5.0, abs=1), pytest.approx(13.0, abs=1)]
    assert is_in_order(rows)
