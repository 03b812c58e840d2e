"""Every second of every analyzer is accounted for."""

from dataclasses import replace

import numpy as np
import pytest

from resources.store import Outcome
from tests.inputs import make_media
from tiktok_assets.analysis import analyse
from tiktok_assets.coverage import Clock, coverage_rows

OK = Outcome("ok", 1, "f", "builtin")


def clock(duration_s: float = 3.0, fps: float = 30.0, per_s: float = 4.0, **media) -> Clock:
    n = round(duration_s * fps)
    times = np.arange(n) / fps
    sampled = times[:: round(fps / per_s)]
    return Clock(make_media(duration_s=duration_s, n_frames=n, **media), times, sampled)


@pytest.fixture
def table(house, store, video, settings):
    analyse(house["glow"], store, video, settings)
    return store.read_table("glow", video)


def seen(spec, outcome, table, at) -> list[str]:
    return [row.status for row in coverage_rows(spec, outcome, table, at, "v")]


def test_a_second_with_rows_is_measured_and_one_without_is_not(house, table):
    assert seen(house["glow"], OK, table, clock(3.0)) == ["measured", "measured", "none_found"]


def test_a_begun_second_counts(house, table):
    assert len(seen(house["glow"], OK, table, clock(2.1))) == 3


@pytest.mark.parametrize("status", ["skipped", "failed", "degraded"])
def test_an_outcome_colours_every_second(house, table, status):
    rows = list(coverage_rows(house["glow"], replace(OK, status=status), table.slice(0, 0), clock(2.0), "v"))
    assert {row.status for row in rows} == {status}
    assert all((row.n_samples == 0) == (status != "degraded") for row in rows)


def test_what_the_file_lost_is_told(house, table):
    assert seen(house["glow"], OK, table, clock(2.0, lost_s=1.5)) == ["measured", "measured", "lost", "lost"]


def test_samples_are_counted_where_the_analyzer_looks(house, table):
    per_second = [row.n_samples for row in coverage_rows(house["glow"], OK, table, clock(2.0, 32.0), "v")]
    assert per_second == [4, 4]
    per_second = [row.n_samples for row in coverage_rows(house["blank"], OK, table, clock(2.0), "v")]
    assert per_second == [30, 30]


def test_the_largest_gap_is_the_longest_unseen_stretch(house):
    assert clock(3.0, 30.0).largest_gap_s(house["glow"]) == pytest.approx(8 / 30)
    assert clock(3.0, 30.0).largest_gap_s(house["blank"]) == 0
    sparse = replace(clock(3.0), sampled_t_s=np.array([0.0, 2.0]))
    assert sparse.largest_gap_s(house["glow"]) == pytest.approx(2.0)


def test_a_slow_slideshow_has_no_gap_where_it_has_no_pictures(house):
    slides = Clock(make_media(duration_s=10.0, n_frames=5), np.arange(5) * 2.0, np.arange(5) * 2.0)
    assert slides.largest_gap_s(house["glow"]) == 0
