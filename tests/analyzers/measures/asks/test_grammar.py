"""What is asked for, and what only looks like it, sentence by sentence."""

import re
import time

import pytest

from analyzers.measures.asks.grammar import PIECE, calls
from analyzers.text.comment_cta_detection import GRAMMARS
from tests.truth.asked import scores
from tests.truth.asking import SEEN, UNSEEN, templated


def asked(text: str) -> set[str]:
    return {call.cta for call in calls(text, GRAMMARS)}


def quoted(text: str) -> list[str]:
    return [text[call.first : call.after] for call in calls(text, GRAMMARS)]


@pytest.mark.parametrize("lang", ["en", "de"])
def test_of_sentences_from_frames_no_more_than_one_in_twenty_is_wrong(lang: str):
    assert len(templated(lang)) >= 100
    found = scores(templated(lang))
    assert found.precision >= 0.95
    assert found.recall >= 0.95


@pytest.mark.parametrize("lang", SEEN)
def test_sentences_as_people_say_them(lang: str):
    found = scores(SEEN[lang])
    assert found.precision >= 0.95
    assert found.recall >= 0.95


@pytest.mark.parametrize("lang", UNSEEN)
def test_sentences_that_were_held_out(lang: str):
    found = scores(UNSEEN[lang])
    assert found.precision >= 0.9
    assert found.recall >= 0.9


@pytest.mark.parametrize(
    "text",
    ["I don't like this", "the comments were wild", "following the recipe", "I like dogs", "folgende Schritte",
     "Please don't follow me", "Folgt mir bitte nicht", "nicht liken", "No me sigas", "Non seguirmi", "Ne partagez pas",
     "", " ", "?", "\u201c\u201d", "#follow #like #comment #savethis", "unfollow me", "12:30", "\u0000", "@", "👇👇👇"],
)  # fmt: skip
def test_what_only_looks_like_a_call_is_none(text: str):
    assert asked(text) == set()


def test_an_imperative_needs_nobody_who_does_it():
    assert asked("Follow me") == {"follow"}
    assert asked("Please follow me") == {"follow"}
    assert asked("If you like cats, follow me") == {"follow"}
    assert asked("The dogs follow me") == set()
    assert asked("They follow me") == set()


def test_what_is_reported_or_quoted_is_no_call():
    assert asked("She said follow me for more") == set()
    assert asked("He was like “follow me for more”") == set()
    assert asked("“Follow me for more” is what they all want") == set()
    assert asked("Comment “RECIPE” and I'll send it") == {"comment"}


def test_not_to_forget_is_to_do():
    assert asked("Don't forget to follow me") == {"follow"}
    assert asked("Don't follow me") == set()
    assert asked("Vergesst nicht, das Video zu liken und zu teilen") >= {"like"}


def test_a_question_needs_its_mark_where_its_words_alone_do_not_ask():
    assert asked("Would you wear this?") == {"question"}
    assert asked("would you wear this") == set()
    assert asked("What do you think") == {"question"}


@pytest.mark.parametrize(
    ("text", "quote"),
    [("FOLLOW\nFOR MORE", "FOLLOW\nFOR MORE"), ("LINKIN BIO", "LINKIN BIO"), ("so Follow\u2019 me", "Follow\u2019 me"),
     ("Save  THIS   for later!", "Save  THIS   for later"), ("👇 link in bio 👇", "link in bio"),
     ("ＦＯＬＬＯＷ me", "ＦＯＬＬＯＷ me")],
)  # fmt: skip
def test_the_quote_is_what_was_written_breaks_and_lost_blanks_included(text: str, quote: str):
    assert quoted(text) == [quote]


def test_two_calls_of_one_kind_that_overlap_are_one_and_others_are_not():
    text = "Like, comment and share! And follow me. Follow me!"
    found = [call.cta for call in calls(text, GRAMMARS)]
    assert (sorted(found[:3]), found[3:]) == (["comment", "like", "share"], ["follow", "follow"])
    assert quoted("follow me for more")[0] == "follow me for more"


def test_every_pattern_is_made_of_what_the_notation_knows():
    for grammar in GRAMMARS:
        language = grammar.language
        lists = [*language.words.values(), *language.leads, *language.conditions, *language.reported]
        for given in (*language.asked.values(), *language.anywhere.values()):
            lists += given
        for pattern in lists:
            assert re.sub(r"\s", "", "".join(PIECE.findall(pattern))) == re.sub(r"\s", "", pattern), pattern
            assert not re.search(r"\w\?\w", pattern), pattern  # a word may be left out, a letter may not
            assert pattern == pattern.casefold(), pattern
            assert "'" not in pattern


@pytest.mark.parametrize(
    "text",
    ["follow me " * 400, "a " * 5000, "/ " * 5000, "like , " * 700, "x" * 10_000, "link " * 1000,
     "tell me tell me in " * 300, "which one would you which " * 200],
)  # fmt: skip
def test_a_long_text_made_to_slow_it_down_does_not(text: str):
    started = time.process_time()
    calls(text, GRAMMARS)
    assert time.process_time() - started < 20
