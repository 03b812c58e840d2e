from itertools import pairwise

import numpy as np
import pytest

from analyzers.picture.color_analysis import Row as ColourRow
from tests import meaning
from tests.meaning import Act, Told, play, talk
from tests.truth.meaning import BUSY, EVEN, STORIES, is_in_order, parted
from tests.truth.rows import known


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("seed", [100, 101])
def test_three_acts_are_parted_within_a_second_and_in_order(name: str, seed: int):
    acts = STORIES[name]
    rows = parted(play(acts, seed))
    borders = np.array([row.start_s for row in rows])
    for at in np.cumsum([act.seconds for act in acts])[:-1]:
        assert np.abs(borders - at).min() <= 1
    assert is_in_order(rows)


@pytest.mark.parametrize("name", EVEN)
def test_a_video_that_goes_on_as_it_began_has_a_hook_and_no_other_border(name: str):
    rows = parted(play([EVEN[name]], 100))
    assert [(row.beat, row.start_s) for row in rows] == [("hook", 0.0), ("build", 3.0)]


@pytest.mark.parametrize("seed", range(4))
def test_somebody_who_pauses_for_breath_is_not_parted(seed: int):
    assert [row.beat for row in parted(talk(40.0, 0.8, seed))] == ["hook", "build"]


def test_a_darker_shot_alone_parts_nothing():
    told = play([Act(20, 3)], 1)
    shots = [(0.0, 12.0, 0.6, 0.08), (12.0, 20.0, 0.3, 0.14)]
    colours = [
        known(ColourRow, start_s=a, end_s=b, level="shot", mean_l=light, saturation=chroma)
        for a, b, light, chroma in shots
    ]
    assert len(parted(told, color_analysis=colours)) == 2


def test_parts_tile_the_video():
    for seconds in (0.5, 2.0, 4.6, 5.1, 30.0):
        told = play([Act(seconds)], 1)
        rows = parted(
            Told(seconds, told.rows),
            comment_cta_detection=[meaning.call("follow", seconds * 0.6, seconds)],
            loop_seam=[meaning.seam(seconds, True)],
        )
        assert rows[0].start_s == 0
        assert rows[-1].end_s == pytest.approx(seconds, abs=0.02)
        assert all(one.end_s == other.start_s < other.end_s for one, other in pairwise(rows))


def test_energy_rises_with_what_happens_and_the_reason_names_it():
    rows = parted(play(STORIES["quiet, loud, quiet"], 7))
    quiet, loud, after = (row.energy or 0 for row in rows)
    assert loud > 2 * max(quiet, after)
    assert "louder" in rows[1].reason or "more" in rows[1].reason
    assert "quieter" in rows[2].reason or "fewer" in rows[2].reason


def test_a_call_to_action_at_the_end_is_its_own_part():
    told = play([Act(20, 3)], 3)
    rows = parted(told, comment_cta_detection=[meaning.call("follow", 16.0, 19.5), meaning.call("like", 17, 19)])
    assert [(row.beat, row.start_s, row.end_s) for row in rows][-1] == ("cta", 16.0, pytest.approx(20.0))


@pytest.mark.parametrize("asked", [meaning.call("question", 16, 19), meaning.call("follow", 0.5, 19.5)])
def test_a_question_or_a_call_that_is_there_all_along_is_no_part(asked):
    assert "cta" not in {row.beat for row in parted(play([Act(20, 3)], 3), comment_cta_detection=[asked])}


def test_a_seam_that_nobody_notices_makes_the_end_a_loop():
    told = play([Act(10, 30), BUSY], 2)
    assert parted(told, loop_seam=[meaning.seam(18.0, True)])[-1].beat == "loop"
    assert parted(told, loop_seam=[meaning.seam(18.0, False)])[-1].beat == "payoff"


def test_without_any_table_only_the_place_is_told():
    rows = parted(Told(10.0))
    assert [(row.beat, row.energy) for row in rows] == [("hook", None), ("build", None)]


def test_an_hour_is_parted_without_looking_at_every_half_second():
    assert parted(play([Act(60), Act(60, 0.5, 0.6, -12)] * 8, 4))[0].beat == "hook"
