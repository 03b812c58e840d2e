import pytest

from analyzers.measures.meaning.phrases import promises, questions, said
from tests import meaning
from tests.truth.hooks import SENTENCES


@pytest.mark.parametrize(("line", "asks", "gives"), [one for lang in SENTENCES.values() for one in lang])
def test_openings_ask_and_promise_as_people_read_them(line: str, asks: bool, gives: bool):
    told = list(said(meaning.words(line, 0.0)))
    assert (bool(questions(told)), bool(promises(told))) == (asks, gives)


def test_a_sentence_ends_at_its_mark_or_at_a_pause():
    rows = meaning.words("We won. Did you see it?", 0.0) + meaning.words("no way", 5.0, segment=1)
    assert [one.text for one in said(rows)] == ["we won", "did you see it", "no way"]


def test_a_promise_begins_with_its_first_word():
    (found,) = promises(said(meaning.words("today I'll show you how it works", 1.0, per_s=2.0)))
    assert found.start_s == pytest.approx(1.5)


def test_words_of_a_segment_without_times_lie_evenly_in_it():
    whole = [row for row in meaning.words("okay so here's how to do it", 0.0, per_s=2.0) if row.level == "segment"]
    (found,) = promises(said(whole))
    assert found.start_s == pytest.approx(1.0)
