"""Fillers and repeats in words that are planted, and none in words that only look like them."""

import pytest

from analyzers.measures.speech.stumbles import find_fillers, find_repeats
from analyzers.speech.speech_transcription import Row

STEP_S = 0.3


def words(text: str, lang: str | None = "en") -> list[Row]:
    """A word every 0.3 s, one right after the other; "_" is a pause of that length."""
    return [
        Row(i * STEP_S, (i + 1) * STEP_S, 0.9, "word", text=word, lang=lang, segment=0)
        for i, word in enumerate(text.split())
        if word != "_"
    ]


def fillers(text: str, lang: str | None = "en") -> list[str]:
    return [found.text.lower() for found in find_fillers(words(text, lang))]


def repeats(text: str, lang: str | None = "en") -> list[tuple[str, int | None]]:
    return [(found.text.lower(), found.times) for found in find_repeats(words(text, lang))]


@pytest.mark.parametrize(
    ("lang", "text", "found"),
    [
        ("en", "So um I was, you know, thinking uhhh about it", ["um", "you know", "uhhh"]),
        ("de", "Das ist ähm, also, nicht öh so einfach", ["ähm", "also", "öh"]),
        ("fr", "Je suis euh allé, du coup, au hum marché", ["euh", "du coup", "hum"]),
        ("es", "Yo eh quiero, o sea, mmm ir a casa", ["eh", "o sea", "mmm"]),
        ("it", "Io ehm volevo, cioè, andare uhm a casa", ["ehm", "cioè", "uhm"]),
        ("pt", "Eu hum queria, tipo, ir ãh para casa", ["hum", "tipo", "ãh"]),
        ("nl", "Ik eh wil, zeg maar, naar uhm huis", ["eh", "zeg maar", "uhm"]),
        ("pl", "Ja yyy chcę, to znaczy, iść eee do domu", ["yyy", "to znaczy", "eee"]),
    ],
)
def test_hesitation_is_found_in_eight_languages(lang: str, text: str, found: list[str]):
    assert fillers(text, lang) == found


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "I like the way you know this and I mean it well enough"),
        ("de", "Er geht um die Ecke und er ist also halt zu spät"),
        ("fr", "Il est du genre à faire quoi en fait"),
        ("es", "Este perro es del tipo que sabes a ver"),
        ("it", "Questo tipo di cose cioè tante le sai bene"),
        ("pt", "Um tipo de bem e assim a vida é boa"),
        ("nl", "Wat zeg je nou dus gewoon eigenlijk"),
        ("pl", "To znaczy tyle co wiesz po prostu i o tym"),
    ],
)
def test_words_that_mean_something_are_no_fillers(lang: str, text: str):
    assert fillers(text, lang) == []


def test_a_word_between_two_pauses_stands_by_itself():
    assert fillers("it was _ like _ really big") == ["like"]
    assert fillers("it was _ like really big") == []


def test_only_what_is_no_word_anywhere_is_a_filler_of_an_unknown_language():
    assert fillers("um hmmm er y eh", None) == ["hmmm"]


@pytest.mark.parametrize(
    ("lang", "text", "found"),
    [
        ("en", "I I want to to to go", [("i", 2), ("to", 3)]),
        ("en", "and then and then we left", [("and then", 2)]),
        ("en", "I um I want it", [("i", 2)]),
        ("de", "ich ich weiß nicht", [("ich", 2)]),
        ("fr", "je je ne sais pas", [("je", 2)]),
        ("es", "yo yo no sé", [("yo", 2)]),
        ("it", "io io non lo so", [("io", 2)]),
        ("pt", "eu eu não sei", [("eu", 2)]),
        ("nl", "ik ik weet het niet", [("ik", 2)]),
        ("pl", "ja ja nie wiem", [("ja", 2)]),
    ],
)
def test_what_is_said_again_at_once_is_found(lang: str, text: str, found: list[tuple[str, int]]):
    assert repeats(text, lang) == found


def test_a_word_that_is_begun_twice_is_a_repeat():
    assert repeats("look at th- this dog") == [("th", 2)]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "I know that that is all she had had"),
        ("en", "one zero zero zero one nine 5 5 5"),
        ("en", "the dog saw the dog"),
        ("de", "die die gekommen sind"),
        ("fr", "nous nous voyons demain si vous vous levez"),
        ("zh", "谢 谢 谢 谢"),
    ],
)
def test_what_the_grammar_says_twice_is_none(lang: str, text: str):
    assert repeats(text, lang) == []


def test_what_is_said_again_later_is_none():
    assert repeats("go _ _ _ _ _ _ go") == []


def test_no_words_no_stumbles():
    assert list(find_fillers([])) == []
    assert list(find_repeats([])) == []
