"""Grey and silence score nothing, the right tables much, and every table that is wrong or missing costs its term."""

from dataclasses import replace

import numpy as np
import pytest

from resources.rebuild.likeness import TERMS
from resources.rebuild.plates import choose_plates
from resources.rebuild.score import Judge, Likeness, _likeness, read_original
from resources.rebuild.script import USED, Tables
from resources.render import Flat, Shot
from tests.resources.rebuild.known import FILM, Known, known


@pytest.fixture(scope="module")
def film() -> Known:
    return known()


def scored(film: Known, tables: Tables, *, with_stills: bool = True) -> Likeness:
    """What these tables make of the film; the stills are those of the right tables."""
    original = read_original(film.motion, film.flow, film.audio, film.tables, film.duration_s)
    plates = choose_plates(Judge(original, film.tables).script, film.frames)
    return Judge(original, tables).likeness(plates if with_stills else None)


def points(told: Likeness, term: str | None = None) -> float:
    """All together, or of one term, where there are any."""
    found = told.terms[term] if term else told.score
    assert found is not None
    return found


def without(film: Known, name: str) -> Tables:
    return {other: rows for other, rows in film.tables.items() if other != name}


def changed(film: Known, name: str, change) -> Tables:
    return {**film.tables, name: [change(dict(row)) for row in film.tables[name]]}


def test_the_original_against_itself_has_all_points_and_grey_with_silence_has_none():
    grey = np.full((3, len(TERMS)), 0.5)
    assert _likeness(np.zeros_like(grey), grey).score == 100
    assert _likeness(grey, grey).score == 0
    assert _likeness(2 * grey, grey).score == -100
    assert _likeness(grey, np.zeros_like(grey)).score is None


def test_no_tables_at_all_are_worth_nothing(film):
    """A grey ground with a faint grid, and silence."""
    told = scored(film, {}, with_stills=False)
    assert told.score == pytest.approx(0, abs=5)
    assert told.terms["letters"] == told.terms["envelope"] == told.terms["onsets"] == 0


def test_the_right_tables_rebuild_most_of_it(film):
    told = scored(film, film.tables)
    assert points(told) > 80
    assert points(told, "structure") > 80
    assert points(told, "motion") > 80
    assert points(told, "onsets") > 80
    assert [second.second for second in told.seconds] == [0, 1, 2, 3]


def test_stills_are_nearer_than_colours_and_shapes(film):
    drawn, still = scored(film, film.tables, with_stills=False), scored(film, film.tables)
    assert 20 < points(drawn) < points(still)


@pytest.mark.parametrize("name", ["text_overlay", "camera_analysis", "cut_analysis", "audio_analysis"])
def test_a_table_that_is_missing_costs_points(film, name):
    assert points(scored(film, without(film, name))) < points(scored(film, film.tables)) - 2


def test_without_the_texts_the_letters_are_gone_and_nothing_else(film):
    whole, less = scored(film, film.tables).terms, scored(film, without(film, "text_overlay")).terms
    assert (whole["letters"] or 0) > 30
    assert less["letters"] == 0
    assert less["motion"] == pytest.approx(whole["motion"], abs=6)
    assert less["envelope"] == whole["envelope"]


def test_texts_at_the_wrong_time_cost_the_letters(film):
    late = changed(film, "text_overlay", lambda row: row | {"start_s": row["start_s"] + 1, "end_s": row["end_s"] + 1})
    assert points(scored(film, late), "letters") < 0.6 * points(scored(film, film.tables), "letters")


def test_a_camera_that_goes_the_other_way_is_worse_than_one_that_stands(film):
    back = changed(film, "camera_analysis", lambda row: row | {"dx_w_s": -row["dx_w_s"]})
    stands = changed(film, "camera_analysis", lambda row: row | {"dx_w_s": 0.0})
    assert points(scored(film, back), "motion") < points(scored(film, stands), "motion")
    assert points(scored(film, back), "structure") < points(scored(film, stands), "structure")


def test_strokes_at_the_wrong_moments_cost_the_onsets(film):
    def late(row: dict) -> dict:
        return row | {"start_s": row["start_s"] + 0.12} if row["kind"] == "onset" else row

    assert points(scored(film, changed(film, "audio_analysis", late)), "onsets") < 10


def test_what_a_table_adds_is_told_for_those_that_have_rows(film):
    original = read_original(film.motion, film.flow, film.audio, film.tables, film.duration_s)
    judge = Judge(original, film.tables)
    added = judge.added(choose_plates(judge.script, film.frames))
    assert set(added) == {name for name in USED if film.tables.get(name)}
    assert added["text_overlay"] > 2
    assert added["cut_analysis"] > 2
    assert added["audio_analysis"] > 20
    assert added["color_analysis"] == 0  # of stills
    assert judge.added(None)["color_analysis"] > 5


def test_a_video_without_sound_has_no_points_of_sound():
    mute = known(replace(FILM, sound=()))
    told = scored(mute, mute.tables)
    assert told.terms["envelope"] is None
    assert told.terms["onsets"] is None
    assert points(told) > 75


def test_one_grey_without_a_sound_cannot_be_scored():
    """Nothing is there to be rebuilt: grey and silence are the original."""
    blank = known(replace(FILM, shots=(Shot(Flat("#808080"), 2.0),), texts=(), sound=()))
    assert scored(blank, {}, with_stills=False).score is None


def test_nothing_in_gives_no_score():
    empty = known()
    none = slice(0, 0)
    motion = replace(
        empty.motion, t_s=empty.motion.t_s[none], dur_s=empty.motion.dur_s[none], is_key=empty.motion.is_key[none],
        is_dup=empty.motion.is_dup[none], grey=empty.motion.grey[none], rgb=empty.motion.rgb[none],
    )  # fmt: skip
    audio = replace(empty.audio, stereo=empty.audio.stereo[none], mono=empty.audio.mono[none])
    judge = Judge(read_original(motion, empty.flow, audio, {}, 0.0), {})
    assert judge.likeness(None).score is None
    assert judge.added([]) == {}
