"""Boxes on known paths get one track each."""

import numpy as np
import pytest

from analyzers.measures.tracks.follow import Seen, follow
from analyzers.measures.tracks.path import length, speeds

TIMES = [n / 4 for n in range(16)]


def sights(across, kind="thing", confidence=0.9, without=()) -> list[Seen]:
    """A box of a tenth of the picture's width whose left edge is at `across` in each picture."""
    return [Seen(n, kind, confidence, x, 0.4, 0.1, 0.2) for n, x in enumerate(across) if n not in without]


def together(*things: list[Seen]) -> list[Seen]:
    return sorted((sight for thing in things for sight in thing), key=lambda sight: sight.picture)


def pictures(tracks: list[list[int]], seen: list[Seen]) -> list[list[int]]:
    return [[seen[i].picture for i in track] for track in tracks]


def test_nothing_seen_makes_no_track():
    assert follow([], [], [], sure=0.4) == []
    assert follow([], TIMES, [1.0], sure=0.4) == []


@pytest.mark.parametrize("speed", [0.0, 0.05, 0.2, 0.4])
def test_a_thing_that_moves_evenly_is_one_track(speed):
    seen = sights([speed * t for t in TIMES if speed * t < 0.9])
    assert follow(seen, TIMES, [], sure=0.4) == [list(range(len(seen)))]


def test_uneven_times_are_taken_as_they_are():
    times = np.cumsum(np.random.default_rng(3).uniform(0.1, 0.4, 12)).tolist()
    seen = sights([0.2 * t for t in times])
    assert follow(seen, times, [], sure=0.4) == [list(range(12))]


@pytest.mark.parametrize("without", [(5,), (5, 6), (0, 1, 9)])
def test_what_is_hidden_for_a_moment_stays_the_same(without):
    seen = sights([0.1 + 0.1 * t for t in TIMES], without=without)
    assert follow(seen, TIMES, [], sure=0.4) == [list(range(len(seen)))]


def test_what_is_away_for_longer_than_a_second_is_another():
    seen = sights([0.3] * 16, without=range(5, 10))
    assert pictures(follow(seen, TIMES, [], sure=0.4), seen) == [[0, 1, 2, 3, 4], [10, 11, 12, 13, 14, 15]]


def test_a_cut_ends_every_track():
    seen = sights([0.3] * 16)
    tracks = follow(seen, TIMES, [1.0, 2.1], sure=0.4)
    assert pictures(tracks, seen) == [[0, 1, 2, 3], [4, 5, 6, 7, 8], [9, 10, 11, 12, 13, 14, 15]]


@pytest.mark.parametrize("kinds", [("dog", "cat"), ("dog", "dog")])
def test_things_that_cross_keep_their_tracks(kinds):
    seen = together(sights([0.1 + 0.2 * t for t in TIMES], kinds[0]), sights([0.9 - 0.2 * t for t in TIMES], kinds[1]))
    tracks = follow(seen, TIMES, [], sure=0.4)
    ways = sorted([round(seen[i].x, 6) for i in track] for track in tracks)
    assert ways == [[round(0.1 + 0.2 * t, 6) for t in TIMES], [round(0.9 - 0.2 * t, 6) for t in TIMES]]


def test_things_far_apart_are_two():
    seen = together(sights([0.0] * 16), sights([0.6] * 16))
    assert pictures(follow(seen, TIMES, [], sure=0.4), seen) == [list(range(16))] * 2


def test_unsure_boxes_continue_a_track_and_never_begin_one():
    sure, unsure = sights([0.3] * 3), [Seen(n, "thing", 0.2, 0.3, 0.4, 0.1, 0.2) for n in range(3, 8)]
    elsewhere = [Seen(n, "thing", 0.2, 0.8, 0.4, 0.1, 0.2) for n in range(8)]
    seen = together(sure, unsure, elsewhere)
    (track,) = follow(seen, TIMES, [], sure=0.4)
    assert [seen[i].x for i in track] == [0.3] * 8


def test_two_pictures_of_one_time_do_no_harm():
    seen = sights([0.3] * 4)
    assert sorted(i for track in follow(seen, [0.0, 0.25, 0.25, 0.5], [], sure=0.4) for i in track)[0] == 0


def test_the_same_boxes_give_the_same_tracks():
    rng = np.random.default_rng(1)
    seen = [
        Seen(n, "thing", float(rng.uniform(0.2, 1)), *rng.uniform(0, 0.8, 2), *rng.uniform(0.05, 0.2, 2))
        for n in range(16)
        for _ in range(20)
    ]
    assert follow(seen, TIMES, [], sure=0.4) == follow(seen, TIMES, [], sure=0.4)


def test_an_even_path_has_its_length_and_its_speed_everywhere():
    middles = np.stack([0.2 * np.array(TIMES), 0.1 * np.array(TIMES)], axis=1)
    true = float(np.hypot(0.2, 0.1))
    assert length(middles) == pytest.approx(true * TIMES[-1])
    assert speeds(TIMES, middles) == pytest.approx([true] * 16)


def test_boxes_that_tremble_hardly_move():
    middles = 0.5 + np.random.default_rng(2).normal(0, 0.002, (16, 2))
    assert length(middles) < 0.6 * float(np.linalg.norm(np.diff(middles, axis=0), axis=1).sum())


def test_one_sight_has_no_speed():
    assert speeds([1.0], np.zeros((1, 2))) == [None]
    assert length(np.zeros((1, 2))) == 0
