"""Rates and timecode, held against OpenTimelineIO's and against the clock."""

from fractions import Fraction

import numpy as np
import opentimelineio as otio
import pytest

from resources.render import uneven_times
from tiktok_assets.exports.clock import NTSC, Rate, rate_of


@pytest.mark.parametrize("exact", [*NTSC, *map(Fraction, (24, 25, 30, 50, 60))])
def test_timecode_is_that_of_opentimelineio(exact):
    rate = Rate(exact)
    for frame in [*range(0, 4000, 7), 1798, 1799, 1800, 1801, 3598, 3600, 17981, 17982, 17983, 107892, 215784]:
        assert rate.timecode(frame) == otio.opentime.RationalTime(frame, float(exact)).to_timecode()


def test_drop_frame_timecode_keeps_up_with_the_clock():
    rate = Rate(Fraction(30000, 1001))
    assert rate.timecode(1799) == "00:00:59;29"
    assert rate.timecode(1800) == "00:01:00;02"
    assert rate.timecode(17982) == "00:10:00;00"
    assert rate.timecode(rate.frame(3600.0)) == "01:00:00;00"


def test_rates_that_timecode_does_not_know_count_on():
    assert Rate(Fraction(12)).timecode(25) == "00:00:02:01"
    assert Rate(Fraction(25, 2)).timecode(13) == "00:00:01:00"


@pytest.mark.parametrize("exact", [*NTSC, *map(Fraction, (15, 24, 30, 60)), Fraction(33, 2)])
def test_the_rate_is_that_of_the_frames_also_where_times_are_whole_milliseconds(exact):
    exact_s = np.arange(400) / float(exact)
    for t_s in (exact_s, np.round(exact_s, 3)):
        rate = rate_of(t_s.tolist(), 30.0, is_vfr=False)
        assert float(rate.exact) == pytest.approx(float(exact), rel=1e-4)
        assert [rate.frame(t) for t in t_s] == list(range(400))


def test_uneven_frames_have_the_nominal_rate():
    t_s = uneven_times(4.0)
    assert rate_of(t_s, 30.2, is_vfr=True).exact == 30
    assert rate_of(t_s, None, is_vfr=True).exact in (24, 25, 30)


def test_one_picture_and_none_have_a_rate():
    assert rate_of([0.0], None, is_vfr=False).exact == 30
    assert rate_of([], None, is_vfr=False).exact == 30
    assert rate_of([0.0], 25.0, is_vfr=False).exact == 25
