"""Cut rhythms: the same ones are found among many, even ones and chance are not."""

import numpy as np
import pytest

from analyzers.measures.trends.rhythm import same_rhythms, shared_cuts

VIDEOS = 300


@pytest.fixture
def many() -> list[np.ndarray]:
    """Videos that were cut by nobody's pattern."""
    rng = np.random.default_rng(3)
    return [np.cumsum(rng.lognormal(0.5, 0.6, rng.integers(0, 25))) for _ in range(VIDEOS)]


def test_one_template_is_found_in_all_its_videos(many: list[np.ndarray]):
    rng = np.random.default_rng(4)
    template = np.cumsum(rng.uniform(0.4, 3.0, 12))
    planted = [7, 100, 201, 299]
    for number in planted:
        many[number] = template + rng.uniform(0, 5) + rng.uniform(-0.035, 0.035, 12)  # a frame of 30 a second
    found = {(one, other) for one, other, _ in same_rhythms(many)}
    assert found == {(one, other) for one in planted for other in planted if one < other}


def test_videos_without_a_pattern_share_none(many: list[np.ndarray]):
    assert list(same_rhythms(many)) == []


def test_an_even_rhythm_is_nobodys():
    slides = [np.arange(1, 12) * 3.0 + start for start in (0, 0.5, 1)]
    assert list(same_rhythms(slides)) == []


def test_few_cuts_say_nothing():
    assert list(same_rhythms([np.array([1.0, 2.5, 5.0, 5.6])] * 3)) == []


def test_shared_cuts_count_both_ways():
    some = np.array([1.0, 2.0, 4.0, 5.0])
    assert shared_cuts(some, some + 7) == 1.0
    assert shared_cuts(some, some[:2]) == 0.5
    assert shared_cuts(some[:2], some) == 0.5
    assert shared_cuts(some, np.zeros(0)) == 0.0
