"""Near-duplicates, templates and styles: planted ones found, none among videos that only resemble each other."""

import numpy as np
import pytest

from analyzers.measures.trends import alike
from analyzers.measures.trends.alike import Sounds, alike_pairs, components, styles
from analyzers.measures.trends.style import IS_LOOK, TRAITS

VIDEOS = 400
ALL_SHARED = Sounds(frozenset({50, 51}), frozenset({(50, 51)}), frozenset({(50, 51)}))
COPIES = {(number, VIDEOS - 1 - number) for number in range(40)}


@pytest.fixture
def corpus() -> tuple[np.ndarray, list[np.ndarray]]:
    """Videos of all kinds, of which forty are there twice, the second time as a worse copy."""
    rng = np.random.default_rng(5)
    vectors = rng.normal(0, 1, (VIDEOS, len(TRAITS))).astype(np.float32)
    vectors[rng.random(vectors.shape) < 0.1] = np.nan
    vectors[:, IS_LOOK] = rng.normal(0, 1, (VIDEOS, int(IS_LOOK.sum())))
    cuts = [np.cumsum(rng.lognormal(0.5, 0.6, rng.integers(2, 20))) for _ in range(VIDEOS)]
    for one, copy in COPIES:
        vectors[copy] = vectors[one] + rng.normal(0, 0.04, len(TRAITS))
        cuts[copy] = cuts[one] + rng.uniform(-0.02, 0.02, len(cuts[one]))
    return vectors, cuts


def found(vectors: np.ndarray, cuts: list[np.ndarray], sounds: Sounds = Sounds()) -> set[tuple[int, int]]:  # noqa: B008
    return {(pair.one, pair.other) for pair in alike_pairs(vectors, cuts, sounds) if pair.is_duplicate}


def test_every_copy_is_found_and_nothing_else(corpus):
    assert found(*corpus) == COPIES


def test_block_by_block_the_same_is_found(corpus, monkeypatch):
    monkeypatch.setattr(alike, "BLOCK", 37)
    assert found(*corpus) == COPIES


def test_other_pictures_to_the_same_cuts_are_a_template(corpus):
    vectors, cuts = corpus
    cuts[50] = cuts[51] = np.cumsum([1.0, 0.5, 2.0, 0.7, 1.4, 3.0])
    pairs = [pair for pair in alike_pairs(vectors, cuts, Sounds()) if (pair.one, pair.other) == (50, 51)]
    assert [pair.is_duplicate for pair in pairs] == [False]


def test_one_look_with_other_cuts_is_no_duplicate(corpus):
    vectors, cuts = corpus
    vectors[51] = vectors[50]
    cuts[50], cuts[51] = np.array([2.0, 5.0, 6.0]), np.array([2.0, 4.0, 9.0])
    assert (50, 51) not in found(vectors, cuts)


def test_without_cuts_the_sound_decides(corpus):
    vectors, cuts = corpus
    cuts[50] = cuts[51] = np.zeros(0)
    vectors[51] = vectors[50] + 0.11
    assert (50, 51) not in found(vectors, cuts)
    assert (50, 51) in found(vectors, cuts, ALL_SHARED)


def test_just_the_same_look_with_another_sound_is_no_duplicate(corpus):
    vectors, cuts = corpus
    cuts[50] = cuts[51] = np.zeros(0)
    vectors[51] = vectors[50]
    assert (50, 51) in found(vectors, cuts)
    assert (50, 51) not in found(vectors, cuts, Sounds(heard=frozenset({50, 51})))


def test_one_trait_may_be_quite_wrong(corpus):
    vectors, cuts = corpus
    one, copy = min(COPIES)
    vectors[copy, 7] += 4
    assert (one, copy) in found(vectors, cuts)


def test_a_sound_alone_makes_no_duplicate(corpus):
    assert (50, 51) not in found(*corpus, ALL_SHARED)


def test_without_colours_nothing_is_taken_for_a_copy():
    vectors = np.zeros((20, len(TRAITS)), np.float32)
    vectors[:, IS_LOOK] = np.nan
    assert alike_pairs(vectors, [np.zeros(0)] * 20, Sounds()) == []


def test_crowds_are_styles_and_the_rest_is_none():
    rng = np.random.default_rng(6)
    middles = rng.normal(0, 2, (3, len(TRAITS)))
    crowds = [
        middle + rng.normal(0, 0.15, (size, len(TRAITS))) for middle, size in zip(middles, (30, 20, 10), strict=True)
    ]
    vectors = np.concatenate([*crowds, rng.normal(0, 3, (40, len(TRAITS)))]).astype(np.float32)
    told = [sorted(members.tolist()) for members in styles(vectors)]
    assert told == [list(range(30)), list(range(30, 50)), list(range(50, 60))]


def test_nothing_in_gives_nothing_out():
    vectors = np.zeros((0, len(TRAITS)), np.float32)
    assert alike_pairs(vectors, [], Sounds()) == []
    assert styles(vectors) == []


def test_what_hangs_together_is_one_group():
    groups = components([(0, 3), (3, 5), (1, 2)], 7)
    assert [group.tolist() for group in groups] == [[0, 3, 5], [1, 2]]
