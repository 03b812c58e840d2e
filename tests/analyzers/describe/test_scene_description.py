"""Place, light, things and style of each shot; people that the tracks do not bear out."""

from types import SimpleNamespace
from typing import Any

from tests.analyzers.describe.told import of, rows_of
from tests.describers import Answers, SeesRed


def test_it_tells_place_light_things_and_style():
    first, second = of(rows_of("scene_description", SeesRed()), "shot")
    assert (first.place, first.light, first.props, first.style) == ("studio", "dim", ("red circle",), "animation")
    assert second.props == ()


def test_what_it_does_not_tell_is_absent():
    rows = rows_of("scene_description", Answers('{"text": "A wall.", "place": "unknown", "people_n": -1}'))
    assert all(
        (row.place, row.light, row.props, row.style, row.people_n) == (None, None, (), None, None) for row in rows
    )


def test_people_that_the_tracks_do_not_bear_out_are_a_contradiction():
    tracks: list[Any] = [SimpleNamespace(start_s=0.0, end_s=7.0, level="track", person_id=i) for i in range(2)]
    model = Answers('{"text": "A room.", "people_n": 2}')
    rows = rows_of("scene_description", model, face_detection=tracks, object_detection=[])
    assert [len(row.contradictions) for row in rows] == [0, 1, 0]
