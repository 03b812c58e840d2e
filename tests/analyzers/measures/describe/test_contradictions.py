"""Planted contradictions are found, all of them; words that the tables bear out have none."""

from types import SimpleNamespace as Row
from typing import Any

import pytest

from analyzers.measures.describe.answers import Told
from analyzers.measures.describe.contradictions import contradictions
from analyzers.measures.describe.stretches import Stretch, sights
from analyzers.measures.describe.tables import Tables
from tests.describers import clip

FRAMES, _ = clip(4)
SHOT = Stretch("shot", 0.0, 4.0, tuple(sights(FRAMES)), (0.0, 4.0), shot=0)


def face(person: int, start_s: float = 0.0, end_s: float = 4.0) -> Any:
    return Row(start_s=start_s, end_s=end_s, level="track", person_id=person)


def thing(label: str, start_s: float = 0.0, end_s: float = 4.0) -> Any:
    return Row(start_s=start_s, end_s=end_s, level="track", label=label)


def text(words: str, role: str = "title", start_s: float = 0.5, end_s: float = 3.5) -> Any:
    return Row(start_s=start_s, end_s=end_s, text=words, role=role)


def cut(at_s: float) -> Any:
    return Row(start_s=at_s, end_s=at_s, level="cut")


def found(words: str = "A room.", *, parsed: bool = True, tables: Tables, **more: Any) -> list[str]:
    return [each.table for each in contradictions(Told(words, parsed, **more), SHOT, tables)]


TWO = Tables(faces=[face(0), face(1)], objects=[thing("person"), thing("person"), thing("dog")])
NONE = Tables(faces=[], objects=[])


@pytest.mark.parametrize("count", [0, 1, 3, 7])
def test_another_number_of_people_is_a_contradiction(count: int):
    assert found(tables=TWO, people_n=count) == ["face_detection"]
    assert found(tables=NONE, people_n=count) == (["object_detection"] if count else [])


@pytest.mark.parametrize("words", ["Three men play cards.", "Nobody is there.", "There are 5 young women."])
def test_people_are_counted_in_prose_where_the_answer_does_not(words: str):
    assert found(words, tables=TWO) == ["face_detection"]


@pytest.mark.parametrize(
    "words",
    [
        "Two people talk.",
        "A man looks at two dogs.",
        "Two men, then three men.",
        "A man, and no one else.",
        "Nobody helps her.",
        "One people.",
    ],
)
def test_prose_that_fits_or_says_nothing_certain_is_none(words: str):
    assert found(words, tables=TWO) == []


def test_the_right_number_is_none_and_broken_tracks_are_not_counted_twice():
    assert found(tables=TWO, people_n=2) == []
    broken = Tables(faces=[face(0, 0, 2), face(0, 2, 4)], objects=[thing("person", 0, 2), thing("person", 2, 4)])
    assert found(tables=broken, people_n=1) == []


def test_where_nobody_looked_nothing_is_contradicted():
    assert found("Two people.", tables=Tables(), people_n=9, screen_text=("HELLO",), cuts_n=4) == []


def test_writing_that_nobody_reads_is_a_contradiction():
    tables = Tables(texts=[text("WAIT FOR IT")])
    assert found(tables=tables, screen_text=("SALE 50 %",)) == ["text_overlay"]
    assert found(tables=Tables(texts=[]), screen_text=("SALE 50 %",)) == ["text_overlay"]


@pytest.mark.parametrize("claimed", ["Wait for it!", "wait f0r it", "WAIT FOR", "wait for it …"])
def test_writing_that_is_there_is_none_however_it_is_spelled(claimed: str):
    assert found(tables=Tables(texts=[text("WAIT\nFOR IT")]), screen_text=(claimed,)) == []


def test_overlooked_captions_are_a_contradiction_that_names_the_row():
    tables = Tables(texts=[text("shop", "scene_text"), text("WAIT FOR IT")])
    (only,) = contradictions(Told("A room.", True, screen_text=()), SHOT, tables)
    assert (only.table, only.row) == ("text_overlay", 1)
    assert found(tables=Tables(texts=[text("shop", "scene_text")]), screen_text=()) == []
    assert found(tables=Tables(texts=[text("brief", start_s=1.0, end_s=1.3)]), screen_text=()) == []
    assert found(tables=tables, screen_text=None) == []


def test_another_number_of_cuts_is_a_contradiction():
    tables = Tables(cuts=[cut(1.1), cut(2.1)])
    assert found(tables=tables, cuts_n=0) == ["cut_analysis"]
    assert found(tables=tables, cuts_n=2) == []
    assert found(tables=Tables(cuts=[]), cuts_n=0) == []


def test_cuts_between_two_pictures_count_as_one_where_one_is_seen():
    assert found(tables=Tables(cuts=[cut(1.1), cut(1.15), cut(2.1)]), cuts_n=2) == []


def test_what_could_not_be_read_contradicts_nothing():
    assert found("Three men", parsed=False, tables=TWO) == []
