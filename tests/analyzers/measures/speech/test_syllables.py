"""Syllables counted by hand, and scripts that do not tell them."""

import pytest

from analyzers.measures.speech.syllables import are_parted, count_syllables, normalised


@pytest.mark.parametrize(
    ("text", "lang", "count"),
    [
        ("The Commission recommends that prompt and favorable consideration be given to this request.", "en", 26),
        ("And so my fellow Americans, ask not what your country can do for you", "en", 18),
        ("one zero zero zero one nine oh two", "en", 12),
        ("Das ist ein schöner Tag, wir gehen in den Garten und essen Äpfel.", "de", 17),
        ("Je voudrais une tasse de café et une baguette", "fr", 12),
        ("Me gusta la música y bailar con mis amigos", "es", 14),
        ("Грамматика — это просто", "ru", 8),
        ("砸自己的脚", "zh", 5),
        ("ご視聴ありがとうございました", "ja", 14),
        ("감사합니다", "ko", 5),
    ],
)
def test_a_sentence_is_counted_within_a_tenth(text: str, lang: str, count: int):
    assert count_syllables(text, lang) == pytest.approx(count, rel=0.1)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("make", 1),
        ("makes", 1),
        ("maked", 1),
        ("the", 1),
        ("table", 2),
        ("wanted", 2),
        ("hmm", 1),
        ("3", 1),
        ("l'été", 2),
    ],
)
def test_single_words(word: str, count: int):
    assert count_syllables(word, "en") == count


@pytest.mark.parametrize("text", ["مرحبا بكم", "שלום", "สวัสดี", "", "...", "👍"])
def test_scripts_that_do_not_tell_say_none(text: str):
    assert count_syllables(text, None) is None


def test_scripts_without_blanks_are_known():
    assert are_parted("hello there")
    assert are_parted("감사합니다 여러분")
    assert not are_parted("谢谢观看")
    assert not are_parted("ありがとう")
    assert not are_parted("สวัสดี")


def test_a_text_without_its_dress():
    assert normalised("  Merci d'avoir regardé — CETTE vidéo!! ") == "merci davoir regardé cette vidéo"
    assert normalised("Don’t") == "dont"
    assert normalised("¿?…") == ""
