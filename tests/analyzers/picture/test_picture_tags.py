"""A planted model that knows what each picture shows: its answers reach the right shot, question and label."""

import string
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from typing import get_args

import numpy as np
import pytest

from analyzers.contract import Frame
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.zero_shot import answers, questions
from analyzers.measures.zero_shot.answers import shares
from analyzers.measures.zero_shot.questions import PAIRS, QUESTIONS
from analyzers.picture.picture_tags import TagRow, picture_tags
from analyzers.schema import Origin, to_table
from tests.inputs import make_media

SENTENCES = {
    question.name: dict(zip((label for label, _ in question.answers), question.sentences(), strict=True))
    for question in QUESTIONS
}
ALL = list(
    dict.fromkeys(
        chain(
            chain.from_iterable(chain.from_iterable(told.values()) for told in SENTENCES.values()),
            chain.from_iterable(chain.from_iterable(PAIRS.values())),
        )
    )
)
ANSWERS = [(name, label) for name, told in SENTENCES.items() for label in told]
Plan = Sequence[str]  # the sentences that are true of a picture


class Planted:
    """Sentences at right angles to each other; a picture fits those of the plan that its red level names."""

    scale = 100.0

    def __init__(self, *plans: Plan, kind: str = "softmax") -> None:
        self.kind, self.bias = kind, -15.0 if kind == "sigmoid" else 0.0
        self._plans = plans

    def __call__(self, images: Iterable[np.ndarray], /):
        for rgb in images:
            vector = self.embed_text(self._plans[int(rgb[0, 0, 0])]).sum(axis=0)
            yield vector / max(np.linalg.norm(vector), 1e-9)

    def embed_text(self, sentences: Sequence[str], /) -> np.ndarray:
        return np.eye(len(ALL), dtype=np.float32)[[ALL.index(sentence) for sentence in sentences]]


def pictures(*levels: int) -> list[Frame]:
    return [Frame(i, i / 4, np.full((4, 3, 3), level, np.uint8)) for i, level in enumerate(levels)]


def shots(*lengths_s: float) -> list[CutRow]:
    borders = np.cumsum([0.0, *lengths_s]).tolist()
    return [CutRow(a, b, None, "shot", shot=i) for i, (a, b) in enumerate(pairwise(borders))]


def tags(frames: Sequence[Frame], model: Planted, cuts: Sequence[CutRow] | None = None) -> list[TagRow]:
    """Rows that also fit their table."""
    media = make_media(duration_s=len(frames) / 4)
    rows = list(picture_tags(frames, media, cuts, model))  # pyright: ignore[reportArgumentType]
    to_table(TagRow, rows, Origin("local-0", "picture_tags", "model", "test", None, None, [0.0]))
    return rows


def best(rows: Sequence[TagRow]) -> dict[tuple[int | None, str], str | None]:
    return {(row.shot, row.question): row.label for row in rows if row.rank == 1}


def plan(**labels: str | None) -> Plan:
    return list(chain.from_iterable(SENTENCES[name][label] for name, label in labels.items()))  # pyright: ignore


@pytest.mark.parametrize("kind", ["softmax", "sigmoid"])
def test_every_shot_is_told_what_its_own_pictures_show(kind: str):
    plans = (
        plan(place="kitchen", int_ext="int", style="footage"),
        plan(place="beach", int_ext="ext", day_night="dusk", shot_scale="EWS"),
        plan(angle="overhead", arrangement="symmetric"),
    )
    rows = tags(pictures(*[0] * 8, *[1] * 12, *[2] * 4), Planted(*plans, kind=kind), shots(2, 3, 1))
    assert best(rows) == {
        (0, "place"): "kitchen", (0, "int_ext"): "int", (0, "style"): "footage",
        (1, "place"): "beach", (1, "int_ext"): "ext", (1, "day_night"): "dusk", (1, "shot_scale"): "EWS",
        (2, "angle"): "overhead", (2, "arrangement"): "symmetric",
    }  # fmt: skip
    assert {(row.shot, row.start_s, row.end_s) for row in rows} == {(0, 0.0, 2.0), (1, 2.0, 5.0), (2, 5.0, 6.0)}


@pytest.mark.parametrize(("question", "label"), ANSWERS, ids=lambda part: str(part))
def test_every_answers_sentences_lead_to_its_label_and_none_where_the_question_does_not_fit(question, label):
    rows = tags(pictures(0, 0), Planted(SENTENCES[question][label]))
    assert best(rows).get((None, question)) == label
    assert all(row.confidence is not None and row.confidence > 0.9 for row in rows if row.question == question)


@pytest.mark.parametrize("question", PAIRS)
def test_opposites_make_a_score(question):
    better, worse = zip(*PAIRS[question], strict=True)
    good, bad = ([row for row in tags(pictures(0, 0), Planted(p)) if row.question == question] for p in (better, worse))
    assert [row.score for row in good] == [pytest.approx(1, abs=0.01)]
    # What is well exposed is so against too dark and against too bright; what is too dark is not too bright as well.
    assert [row.score for row in bad] == [pytest.approx(0, abs=0.01)]
    assert good[0].label is good[0].rank is good[0].confidence is None


def test_a_model_that_cannot_tell_gives_no_answer_and_a_score_in_the_middle():
    rows = tags(pictures(0, 0, 0), Planted([]))
    assert [(row.question, row.score) for row in rows] == [(name, pytest.approx(0.5)) for name in PAIRS]


def test_two_answers_that_fit_alike_are_no_answer():
    assert best(tags(pictures(0, 0), Planted(plan(place="bar") + plan(place="stage")))) == {}


def test_pictures_of_one_shot_that_disagree_are_no_answer():
    model = Planted(plan(place="bar"), plan(place="pool"))
    frames = pictures(*[0] * 7, *[1] * 7)
    assert best(tags(frames, model, shots(3.5))) == {}
    assert best(tags(frames, model, shots(1.75, 1.75))) == {(0, "place"): "bar", (1, "place"): "pool"}


def test_a_question_that_does_not_fit_most_pictures_has_no_answer_by_the_others():
    frames = pictures(*[0] * 21, *[1] * 7)  # a title card, and then a quarter of the time a kitchen
    model = Planted(plan(place=None), plan(place="kitchen"))
    assert [row for row in tags(frames, model, shots(7)) if row.question == "place"] == []
    assert best(tags(frames, model, shots(5.25, 1.75))) == {(1, "place"): "kitchen"}


def test_a_shots_first_picture_which_may_show_the_one_before_is_left_out():
    frames = [Frame(i, float(i), np.full((2, 2, 3), level, np.uint8)) for i, level in enumerate([0, 0, 0, 0, 1, 1])]
    rows = tags(frames, Planted(plan(place="car"), plan(place="sky")), shots(3, 3))
    assert best(rows) == {(0, "place"): "car", (1, "place"): "sky"}


def test_the_next_best_answers_are_told_where_they_have_a_share():
    model = Planted(plan(place="bar"), plan(place="stage"), plan(place="shop"))
    frames = pictures(*[0] * 35, *[1] * 15, *[2] * 6)  # of eight that are looked at five, two and one
    told = [row for row in tags(frames, model, shots(14)) if row.question == "place"]
    assert [(row.rank, row.label) for row in told] == [(1, "bar"), (2, "stage"), (3, "shop")]
    assert [row.confidence for row in told] == pytest.approx([5 / 8, 2 / 8, 1 / 8], abs=1e-3)


def test_neither_the_order_of_shots_nor_of_questions_changes_an_answer(monkeypatch):
    plans = plan(place="gym", angle="low"), plan(place="snow", style="footage")
    frames, cuts = pictures(*[0] * 8, *[1] * 8), shots(2, 2)
    before = tags(frames, Planted(*plans), cuts)
    assert tags(frames, Planted(*plans), cuts[::-1]) == before
    turned = [questions.Question(q.name, q.templates[::-1], q.answers[::-1]) for q in QUESTIONS[::-1]]
    monkeypatch.setattr(answers, "QUESTIONS", turned)
    assert best(tags(frames, Planted(*plans), cuts)) == best(before)


def test_a_softmax_shares_by_its_scale_and_a_sigmoid_by_its_own_judgements():
    class Told:
        kind, scale, bias = "softmax", 10.0, 0.0

    vectors = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
    picture = np.array([0.8, 0.6], np.float32)
    told = Told()
    assert shares(told, picture, vectors)[0] == pytest.approx(np.exp(8) / (np.exp(8) + np.exp(6)))  # pyright: ignore
    told.kind, told.bias = "sigmoid", -7.0
    one, other = (1 / (1 + np.exp(-logit)) for logit in (8 - 7, 6 - 7))
    assert shares(told, picture, vectors)[0] == pytest.approx(one / (one + other))  # pyright: ignore
    told.bias = -1000.0  # neither is likely at all
    assert np.isfinite(shares(told, picture, vectors)).all()  # pyright: ignore


@pytest.mark.parametrize("lengths_s", [(0.25,), (1.0, 1.0), (30.0,), (0.5, 12.0, 3.0), (0.25, 0.25, 1.75, 2.0)])
def test_no_stretch_of_two_seconds_goes_unseen_and_few_pictures_are_looked_at(lengths_s):
    frames = [Frame(i, i / 4, np.full((2, 2, 3), i % 256, np.uint8)) for i in range(round(4 * sum(lengths_s)))]
    looked: list[float] = []

    class Noting(Planted):
        def __call__(self, images, /):
            for rgb in images:
                looked.append(int(rgb[0, 0, 0]) / 4)
                yield np.zeros(len(ALL), np.float32)

    tags(frames, Noting(), shots(*lengths_s))
    assert len(looked) <= len(lengths_s) + sum(lengths_s) / 1.75
    assert looked == sorted(set(looked))
    assert max(np.diff([0.0, *looked, sum(lengths_s)])) <= 2.0


def test_a_shot_without_a_picture_has_no_row_and_its_neighbours_keep_theirs():
    cuts = [CutRow(a, b, None, "shot", shot=i) for i, (a, b) in enumerate([(0.0, 1.05), (1.05, 1.2), (1.2, 3.0)])]
    rows = tags(pictures(*[0] * 5, *[1] * 7), Planted(plan(place="car"), plan(place="sky")), cuts)
    assert best(rows) == {(0, "place"): "car", (2, "place"): "sky"}


def test_without_shots_the_whole_video_is_one():
    rows = tags(pictures(*[0] * 8), Planted(plan(place="forest")))
    assert {(row.shot, row.start_s, row.end_s) for row in rows} == {(None, 0.0, 2.0)}
    assert best(rows) == {(None, "place"): "forest"}


@pytest.mark.parametrize("count", [0, 1, 2])
@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 5)])
def test_it_takes_any_picture_and_any_number(count: int, size: tuple[int, int]):
    frames = [Frame(i, i / 4, np.zeros((*size, 3), np.uint8)) for i in range(count)]
    assert len({row.question for row in tags(frames, Planted(plan(place="office")))}) == (5 if count else 0)


def test_sentences_are_written_as_models_of_words_know_them():
    for sentence in ALL:
        assert sentence == " ".join(sentence.lower().split())
        assert not set(sentence) & set(string.punctuation)
    for told in SENTENCES.values():
        sentences = list(chain.from_iterable(told.values()))
        assert len(set(sentences)) == len(sentences)


def test_every_label_that_a_column_may_hold_is_asked_for():
    asked = {
        "place": questions.Place, "int_ext": questions.Setting, "day_night": questions.Light,
        "shot_scale": questions.Scale, "angle": questions.Angle, "arrangement": questions.Arrangement,
        "style": questions.Style,
    }  # fmt: skip
    assert tuple(asked) == get_args(questions.Asked)
    assert tuple(PAIRS) == get_args(questions.Scored)
    for name, labels in asked.items():
        assert [label for label in SENTENCES[name] if label] == list(get_args(labels))
