"""Events at their times, shot by shot, scenes where there are several, contradictions beside the words."""

from types import SimpleNamespace
from typing import Any

import pytest

from analyzers.edit.scene_segmentation import SceneRow
from tests.analyzers.describe.told import CUTS, RED_S, SECONDS, of, rows_of
from tests.describers import Answers, SeesRed, overlap


def test_a_red_circle_is_told_at_its_time():
    (event,) = of(rows_of("qwen2_vl_temporal", SeesRed()), "event")
    assert overlap((event.start_s, event.end_s), RED_S) >= 0.8
    assert (event.subjects, event.shot) == (("red circle",), 0)


@pytest.mark.parametrize("most", [3, 5, 64])
def test_an_event_in_a_shot_told_in_parts_is_one(most: int):
    (event,) = of(rows_of("qwen2_vl_temporal", SeesRed(most)), "event")
    assert overlap((event.start_s, event.end_s), RED_S) >= 0.8


def test_scenes_of_several_shots_are_told_besides():
    scenes = [SceneRow(0.0, 7.0, None, 0, (0, 1)), SceneRow(7.0, 12.0, None, 1, (2,))]
    scene = of(rows_of("qwen2_vl_temporal", SeesRed(), scene_segmentation=scenes), "scene")
    assert [(row.start_s, row.end_s) for row in scene] == [(0.0, 7.0)]
    assert of(rows_of("qwen2_vl_temporal", SeesRed()), "scene") == []


def test_what_the_tables_contradict_is_said_of_the_row():
    track: Any = SimpleNamespace(start_s=0.0, end_s=7.0, level="track", person_id=0)
    model = Answers('{"text": "Nobody.", "people_n": 0}')
    rows = rows_of("qwen2_vl_temporal", model, face_detection=[track], object_detection=[])
    for row in rows:
        said_so = row.level == "video" or row.shot == 0
        assert [each.table for each in row.contradictions] == (["face_detection"] if said_so else [])
    assert rows[0].text == "Nobody."


def test_cuts_that_are_told_wrongly_are_said_of_the_video():
    rows = rows_of("qwen2_vl_temporal", Answers('{"text": "A.", "cuts_n": 5}'), cut_analysis=CUTS)
    assert [each.table for each in rows[-1].contradictions] == ["cut_analysis"]
    assert rows[-1].end_s == SECONDS
