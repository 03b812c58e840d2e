"""Styles as vectors: units, what is not known, distances."""

import numpy as np
import pytest

from analyzers.measures.trends.style import TRAITS, distances, style_vectors, told_traits

NAMES = [trait.name for trait in TRAITS]


def test_a_unit_is_the_same_in_every_corpus():
    values = {"lightness": np.array([0.5, 0.62])}
    made = style_vectors(values, 2)[:, NAMES.index("lightness")]
    assert made[1] - made[0] == pytest.approx(1.0, abs=1e-5)


def test_counts_are_compared_by_their_ratio():
    made = style_vectors({"cuts_per_min": np.array([9.0, 19.0, 39.0])}, 3)[:, NAMES.index("cuts_per_min")]
    assert made[1] - made[0] == pytest.approx(made[2] - made[1], abs=1e-5)


def test_what_is_not_known_is_not_compared():
    vectors = np.zeros((2, len(TRAITS)), np.float32)
    vectors[0, 0], vectors[1, 1] = np.nan, np.nan
    vectors[0, 2] = 3.0
    assert distances(vectors, vectors)[0, 1] == pytest.approx(3 / np.sqrt(len(TRAITS) - 2))


def test_too_little_in_common_is_infinitely_far():
    vectors = np.full((2, len(TRAITS)), np.nan, np.float32)
    vectors[:, :5] = 0.0
    assert np.isinf(distances(vectors, vectors)).all()


def test_a_style_is_told_by_what_sets_it_apart():
    vectors = np.zeros((10, len(TRAITS)), np.float32)
    vectors[:3, NAMES.index("speech_share")] = 2.0
    vectors[:3, NAMES.index("lightness")] = 0.3
    assert told_traits(vectors, np.arange(3)) == [("speech_share", 2.0)]
    assert told_traits(vectors, np.arange(3, 10)) == []
