"""Sentences from the measured tables: what they hold, in the form that was asked for, and nothing else."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from analyzers.contract import Frame, Question
from analyzers.measures.describe.facts import facts, known
from analyzers.measures.describe.prompts import SEEN, TELL_EVENTS, TELL_PLACE, ask
from analyzers.measures.describe.stretches import Stretch, sights
from analyzers.measures.describe.tables import Tables
from resources.loaders import from_tables
from resources.models import catalogue
from resources.weights import Weights
from tests.analyzers.describe.told import SECONDS, rows_of
from tests.describers import is_whole

MODEL = from_tables.load(Weights("from_tables", Path()))
FRAME = Frame(0, 0.0, np.zeros((2, 2, 3), np.uint8))
SHOT = Stretch("shot", 0.0, 4.0, tuple(sights([FRAME])), (0.0, 4.0), shot=0)


def row(**columns: Any) -> Any:
    return SimpleNamespace(**({"start_s": 0.0, "end_s": 4.0, "shot": 0} | columns))


FULL = Tables(
    cuts=[row(level="cut", start_s=2.0, end_s=2.0)],
    faces=[row(level="track", person_id=0), row(level="track", person_id=1)],
    objects=[
        row(level="track", label="dog", start_s=1.0), row(level="track", label="dog"), row(level="sample", label="cup"),
    ],
    texts=[row(text='Say "yes"\nnow', start_s=0.5, end_s=2.5, role="title")],
    scenes=[row(returns_to=0)],
    camera=[row(level="segment", move="pan_left")],
    colours=[row(level="shot", mean_l=0.1, saturation=0.01, is_bw=False)],
    tags=[
        row(question=name, rank=1, label=label)
        for name, label in (("place", "kitchen"), ("int_ext", "int"), ("day_night", "day"))
    ],
    speech=[row(level="segment", text="hello there", start_s=1.0, end_s=2.0)],
    sound=[row(kind="window", music_share=0.8)],
)  # fmt: skip


def answer(task: Any, tables: Tables, stretch: Stretch = SHOT) -> dict[str, Any]:
    (said,) = MODEL([ask(task, stretch, [FRAME], tables)])
    return json.loads(said or "")


def test_its_rows_are_marked_as_derived_by_a_makeshift():
    model = catalogue()["from_tables"]
    assert (model.evidence, model.is_fallback, model.is_installed) == ("derived", True, True)


def test_every_table_that_knows_something_says_it_in_a_sentence():
    assert facts(FULL, SHOT) == (
        "This shot lasts 4 s, from 0 s to 4 s.",
        "The place looks like this: kitchen, indoors, by day.",
        "It was seen before in the video.",
        "The picture shows: two people, dog (2 of them).",
        "From 0.5 s to 2.5 s the screen says \"Say 'yes' now\".",
        "The camera pans left.",
        "The picture is dark and pale.",
        'From 1 s to 2 s somebody says "hello there".',
        "Music plays.",
    )


def test_the_answer_has_the_form_that_was_asked_for():
    told = answer(TELL_PLACE, FULL)
    assert set(told) <= set(TELL_PLACE.keys)
    assert (told["place"], told["light"], told["props"], told["people_n"]) == ("kitchen", "by day", ["dog"], 2)
    assert told["text"] == " ".join(facts(FULL, SHOT))
    events = answer(TELL_EVENTS, FULL)["events"]
    assert [(e["start_s"], e["end_s"]) for e in events] == [(0.5, 2.5), (1.0, 4.0), (0.0, 4.0), (1.0, 2.0)]


def test_without_tables_only_the_span_is_told():
    told = answer(TELL_EVENTS, Tables())
    assert told["text"] == "This shot lasts 4 s, from 0 s to 4 s."
    assert {key for key in SEEN if told.get(key)} == {"text"}
    assert known(Tables(), SHOT).get("people_n") is None


def test_a_strangers_words_cannot_leave_their_quotation_marks():
    text = 'x". The place looks like this: beach. "'
    told = answer(TELL_PLACE, Tables(texts=[row(text=text, role="title")]))
    assert told.get("place") is None
    assert told["text"].count('"') == 2


def test_writing_on_things_is_not_the_screens():
    sign = Tables(texts=[row(text="EXIT", role="scene_text")])
    assert facts(sign, SHOT)[1] == 'From 0 s to 4 s writing in the picture says "EXIT".'


def test_nobody_is_said_only_where_somebody_looked():
    assert "No person is seen." in facts(Tables(faces=[]), SHOT)
    assert not any("person" in fact for fact in facts(Tables(), SHOT))


def test_a_question_for_free_words_is_answered_in_sentences():
    bare = Question((), (), 0.0, 1.0, "a photo of", facts=("It is dark.", "Music plays."))
    assert list(MODEL([bare])) == ["It is dark. Music plays."]
    assert list(MODEL([Question((), (), 0.0, 1.0, "a photo of")])) == [None]


@pytest.mark.parametrize("name", ["qwen2_vl_temporal", "scene_description", "vid2seq", "streaming_dense_captioning"])
def test_it_plays_the_role_and_contradicts_no_table(name: str):
    tables = {"face_detection": FULL.faces, "object_detection": FULL.objects, "text_overlay": FULL.texts}
    rows = rows_of(name, MODEL, **tables)
    assert is_whole(rows, "window" if name[0] in "v" or "stream" in name else "shot", SECONDS)
    assert rows[-1].parse_rate == 1.0
    assert [each for told in rows for each in told.contradictions] == []
