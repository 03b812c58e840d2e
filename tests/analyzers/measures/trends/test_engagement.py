"""Engagement: against the corpus's median, in robust deviations."""

import numpy as np
import pytest

from analyzers.measures.trends.engagement import engagement_z

PLAYS = np.full(101, 10_000.0)
ACTS = 10_000 * np.exp(np.linspace(-4, -2, 101))


def test_the_middle_is_zero_and_more_is_more():
    z = engagement_z(PLAYS, ACTS)
    assert z[50] == pytest.approx(0, abs=1e-9)
    assert (np.diff(z) > 0).all()


def test_one_wild_video_does_not_move_the_others():
    wild = ACTS.copy()
    wild[100] *= 1000
    assert engagement_z(PLAYS, wild)[:100] == pytest.approx(engagement_z(PLAYS, ACTS)[:100])


def test_what_nobody_played_is_not_judged():
    z = engagement_z(np.concatenate([PLAYS, [3.0, np.nan]]), np.concatenate([ACTS, [3.0, 5.0]]))
    assert np.isnan(z[-2:]).all()
    assert np.isfinite(z[:-2]).all()


@pytest.mark.parametrize("videos", [0, 1, 9])
def test_a_few_videos_are_no_corpus(videos: int):
    assert np.isnan(engagement_z(PLAYS[:videos], ACTS[:videos])).all()


def test_a_corpus_without_spread_judges_nobody():
    assert np.isnan(engagement_z(PLAYS, np.full(101, 100.0))).all()
