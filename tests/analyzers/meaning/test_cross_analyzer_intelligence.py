import numpy as np
import pytest

from analyzers.meaning.cross_analyzer_intelligence import Row
from analyzers.sound.audio_analysis import Row as SoundRow
from tests import meaning
from tests.truth.meaning import clean, contradictions, crossed, cuts_on_beats, on_beats, planted
from tests.truth.rows import known


def pair(rows: list[Row], a: str, b: str) -> Row | None:
    return next((row for row in rows if (row.level, row.a_kind, row.b_kind) == ("pair", a, b)), None)


@pytest.mark.parametrize("seed", range(3))
def test_eighty_percent_of_the_cuts_on_beats_are_told_as_eighty(seed: int):
    row = cuts_on_beats(on_beats(0.8, seed)[0])
    assert row.locked_pct == pytest.approx(80, abs=3)
    assert (row.lift or 0) > 3
    assert (row.p or 0) < 1e-6
    assert sum(row.offsets or ()) == row.n == 40
    assert abs(row.median_offset_ms or 0) < 20


def test_cuts_anywhere_are_on_beats_as_often_as_chance_has_it():
    told = on_beats(1.0, 0)[0]
    at = np.random.default_rng(3).uniform(1, told.end_s - 1, 200)
    told.rows["cut_analysis"] = [meaning.cut(t) for t in sorted(at.tolist())]
    row = cuts_on_beats(told)
    assert row.lift == pytest.approx(1, abs=0.3)
    assert (row.p or 0) > 0.01


def test_what_comes_later_than_its_anchor_has_a_positive_offset():
    texts = [meaning.text("a", t + 0.12, t + 0.5) for t in range(1, 9)]
    rows = crossed(10.0, text_overlay=texts, audio_analysis=[meaning.beat(float(t)) for t in range(1, 9)])
    row = pair(rows, "caption", "beat")
    assert row is not None
    assert row.median_offset_ms == pytest.approx(120)
    assert row.locked_pct == 0
    assert row.offsets is not None
    assert row.offsets[12] == 8  # 75 to 125 ms


def test_a_frame_that_is_longer_than_the_window_widens_it():
    cuts = [meaning.cut(t + 0.09) for t in range(1, 6)]
    beats = [meaning.beat(float(t)) for t in range(1, 6)]
    for fps, locked in ((10.0, 100), (30.0, 0)):
        rows = crossed(7.0, motion=meaning.still(7.0, fps), cut_analysis=cuts, audio_analysis=beats)
        row = pair(rows, "cut", "beat")
        assert row is not None
        assert row.locked_pct == locked


def test_two_events_are_no_pair():
    rows = crossed(9.0, cut_analysis=[meaning.cut(1), meaning.cut(2)], audio_analysis=[meaning.beat(t) for t in (1, 2)])
    assert [row for row in rows if row.level == "pair"] == []


def test_things_that_come_in_the_same_seconds_have_a_lift_and_others_have_none():
    faces = [row for t in (2, 9, 15, 21, 30) for row in meaning.face(float(t), t + 2.0)]
    texts = [meaning.text("a", float(t), t + 2.0) for t in (2, 9, 15, 21, 30)]
    rows = crossed(40.0, face_detection=faces, text_overlay=texts)
    both = [row for row in rows if row.level == "cooccurrence"]
    assert [(row.a_kind, row.b_kind, row.n) for row in both] == [("text", "face", 10)]
    assert both[0].lift == pytest.approx(4)
    assert (both[0].p or 1) < 0.05


@pytest.mark.parametrize("why", planted())
def test_a_planted_contradiction_is_found_and_no_other(why: str):
    assert contradictions(clean() | planted()[why]) == {why}


def test_tables_that_agree_have_no_contradiction():
    assert contradictions(clean()) == set()


def test_a_contradiction_names_both_rows():
    rows = crossed(20.0, **(clean() | planted()["cut_in_a_freeze"]))
    (row,) = [row for row in rows if row.level == "contradiction"]
    assert (row.a_kind, row.row_a) == ("temporal_consistency", "temporal_consistency 13.000-15.000")
    assert (row.b_kind, row.row_b) == ("cut_analysis", "cut_analysis 14.000-14.000")
    assert row.start_s == 14.0


def test_a_pause_of_the_music_or_a_cut_at_the_edge_of_a_freeze_is_no_contradiction():
    short = meaning.loudness([-20.0] * 10 + [None] * 5 + [-20.0] * 25) + [meaning.beat(i / 2) for i in range(40)]
    edge = [meaning.cut(13.05), meaning.cut(14.95)]
    assert contradictions(clean() | {"audio_analysis": short, "cut_analysis": edge}) == set()


def test_a_face_in_a_frame_on_the_wall_needs_no_person():
    things = meaning.thing("tv", 0.0, 10.0) + meaning.thing("person", 12.0, 13.0)
    assert contradictions(clean() | {"object_detection": things}) == set()


def test_it_survives_one_frame_and_rows_beyond_the_end():
    assert crossed(1 / 30, **(clean() | {"motion": meaning.still(1 / 30)})) is not None
    assert crossed(0.0, **clean()) == []


def test_every_number_is_finite_in_a_dense_video():
    onsets = [known(SoundRow, start_s=i / 10, end_s=i / 10, kind="onset") for i in range(600)]
    rows = crossed(
        60.0, **(clean() | {"audio_analysis": onsets, "cut_analysis": [meaning.cut(i / 4) for i in range(1, 240)]})
    )
    assert all(np.isfinite(row.lift) and 0 <= (row.p or 0) <= 1 for row in rows if row.lift is not None)
