"""Rise and fall: planted ones told, a flat control silent, one author no trend, a growing corpus none either."""

import numpy as np
import pytest

from analyzers.measures.trends.rise import believed, in_weeks, p_values

WEEKS = 12


def told(counts: np.ndarray, sizes: np.ndarray, by_one: bool = False) -> list[tuple[int, int, bool]]:
    """Thing, week and whether it grew, of things of which `counts[thing, week]` videos of `sizes[week]` have each."""
    weeks = np.repeat(np.arange(len(sizes)), sizes)
    first = np.concatenate([[0], np.cumsum(sizes)])
    pairs = [
        (thing, first[week] + number)
        for thing, row in enumerate(counts)
        for week, count in enumerate(row)
        for number in range(count)
    ]
    things, videos = np.array(pairs, np.int64).reshape(-1, 2).T
    voices = np.arange(len(weeks))
    if by_one:
        voices[videos] = 0
    found = in_weeks(things, videos, weeks, voices)
    return [(row.thing, row.week, row.growth > 1) for row in found if row.growth is not None]


def test_a_planted_rise_is_told_once():
    counts = np.full((20, WEEKS), 10)
    counts[3, 8:] = 40
    assert told(counts, np.full(WEEKS, 200)) == [(3, 8, True)]


def test_a_fall_to_nothing_is_told():
    counts = np.full((20, WEEKS), 20)
    counts[3, 8:] = 0
    assert told(counts, np.full(WEEKS, 200)) == [(3, 8, False)]


@pytest.mark.parametrize("seed", range(10))
def test_a_flat_corpus_is_silent(seed: int):
    counts = np.random.default_rng(seed).poisson(8, (200, WEEKS))
    assert told(counts, np.full(WEEKS, 200)) == []


def test_a_corpus_that_grows_makes_nothing_rise():
    sizes = 100 * 2 ** np.arange(6)
    assert told(np.tile(sizes // 10, (5, 1)), sizes) == []


def test_one_author_is_no_trend():
    counts = np.full((1, WEEKS), 10)
    counts[0, 8:] = 60
    assert told(counts, np.full(WEEKS, 200))
    assert told(counts, np.full(WEEKS, 200), by_one=True) == []


def test_the_growth_is_that_of_the_share():
    weeks = np.repeat([0, 1], [200, 400])
    videos = np.concatenate([np.arange(20), np.arange(200, 320)])
    found = in_weeks(np.zeros(140, np.int64), videos, weeks, np.arange(600))
    assert [row.n_videos for row in found] == [20, 120]
    assert found[0].growth is None
    assert found[1].growth == pytest.approx(3.0, rel=0.03)


def test_without_a_date_there_is_no_week():
    assert in_weeks(np.zeros(5, np.int64), np.arange(5), np.full(5, -1), np.arange(5)) == []


def test_the_first_week_has_none_before_it():
    found = in_weeks(np.zeros(50, np.int64), np.arange(50), np.zeros(50, np.int64), np.arange(50))
    assert [(row.n_videos, row.growth) for row in found] == [(50, None)]


def test_chances_are_those_of_a_coin():
    both = p_values(np.array([9.0, 5.0, 0.0]), np.full(3, 50.0), np.array([1.0, 5.0, 10.0]), np.full(3, 50.0))
    assert both == pytest.approx([22 / 1024, 1.0, 2 / 1024])


def test_of_many_tests_few_are_believed():
    chances = np.concatenate([[1e-6], np.linspace(0.009, 1, 999)])
    assert np.flatnonzero(believed(chances)).tolist() == [0]
    assert not believed(np.zeros(0)).any()
