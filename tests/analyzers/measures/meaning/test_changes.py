import numpy as np
import pytest

from analyzers.measures.meaning.changes import change_points, noise
from analyzers.measures.meaning.spans import covered_s, shared_s, union


def test_a_step_in_noise_is_found_where_it_is_and_noise_alone_has_none():
    for seed in range(20):
        values = np.random.default_rng(seed).normal(0, 1, (60, 4))
        assert change_points(values, 4) == []
        values[25:] += 2
        (found,) = change_points(values, 4)
        assert found == pytest.approx(25, abs=1)


def test_parts_are_no_shorter_than_asked():
    values = np.zeros((40, 1))
    values[20:22] = 100
    assert np.diff([0, *change_points(values, 4), 40]).min() >= 4


def test_nothing_to_part_is_not_parted():
    assert change_points(np.zeros((0, 2)), 4) == change_points(np.zeros((50, 0)), 4) == []
    assert change_points(np.zeros((50, 3)), 4) == []


def test_noise_is_the_usual_deviation_whatever_the_steps():
    series = np.random.default_rng(0).normal(0, 2, 2000)
    assert noise(series, 0.1) == pytest.approx(2, rel=0.1)
    series[1000:] += 50
    assert noise(series, 0.1) == pytest.approx(2, rel=0.1)
    assert noise(np.zeros(10), 0.5) == noise(np.zeros(1), 0.5) == 0.5


def test_spans_cover_what_they_cover():
    spans = union([(1.0, 2.0), (1.5, 3.0), (5.0, 6.0)])
    assert spans == [(1.0, 3.0), (5.0, 6.0)]
    assert covered_s(spans, np.arange(8.0)).tolist() == [0, 1, 1, 0, 0, 1, 0]
    assert (shared_s(spans, 2.5, 5.5), shared_s(spans, 3.0, 3.0), shared_s([], 0, 1)) == (1.0, 0.0, 0.0)
