"""Offsets of written films are right within a frame; unrelated sound has none."""

import pytest

from tests.truth.sync import bounces, clicks_at, flashes, moments, told_of


@pytest.mark.parametrize(("draw", "fps", "offset_s"), [(flashes, 24, -0.4), (bounces, 30, 0.25), (flashes, 60, 0.1)])
def test_the_offset_of_a_film_is_right_within_a_frame(draw, fps: int, offset_s: float):
    times_s = moments(3)
    sound = clicks_at(tuple(t + offset_s for t in times_s), times_s[-1] + 1.2)
    told = told_of(draw(times_s, sound, fps))
    assert told is not None
    assert told.offset_s == pytest.approx(offset_s, abs=1 / fps)


@pytest.mark.parametrize("draw", [flashes, bounces])
def test_unrelated_clicks_have_no_offset(draw):
    times_s = moments(11)
    told = told_of(draw(times_s, clicks_at(moments(12), times_s[-1] + 1.2), 30))
    assert told is not None
    assert told.offset_s is None
