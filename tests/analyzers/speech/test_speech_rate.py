"""How fast somebody speaks, from planted words and from synthesized speech, and nothing where nobody does."""

from collections.abc import Sequence

import numpy as np
import pytest

from analyzers.contract import Audio, Voice
from analyzers.measures.speech.syllables import count_syllables
from analyzers.speech.speech_rate import Row, speech_rate
from analyzers.speech.speech_transcription import Row as SpokenRow
from tests.inputs import make_pitch, make_spectrum, make_voice
from tests.speech import hush, noise, sound_track, spoken, tone

TEXT = {
    "en": "When the sunlight strikes raindrops in the air, they act as a prism and form a rainbow. "
    "The rainbow is a division of white light into many beautiful colors.",
    "de": "Einst stritten sich Nordwind und Sonne, wer von ihnen beiden wohl der Stärkere wäre, als ein Wanderer, "
    "der in einen warmen Mantel gehüllt war, des Weges daherkam.",
}
SPEEDS = (120, 160, 220)


def rates(audio: Audio, *said: SpokenRow, voice: Voice | None = None) -> list[Row]:
    voice = make_voice(audio) if voice is None else voice
    return list(speech_rate(make_spectrum(audio), voice, make_pitch(audio, voice), list(said)))


def whole(rows: Sequence[Row]) -> Row:
    (row,) = (row for row in rows if row.level == "whole")
    return row


def voice_in(*spans: tuple[float, float]) -> Voice:
    return Voice(np.zeros(0), np.zeros(0, np.float32), np.array(spans, float).reshape(-1, 2))


def word(start_s: float, end_s: float, text: str = "banana", lang: str = "en") -> SpokenRow:
    return SpokenRow(start_s, end_s, 0.9, "word", text=text, lang=lang, segment=0)


def said(mono: np.ndarray) -> Audio:
    """Speech as loud as a video's, with quiet around it."""
    return sound_track(np.concatenate([hush(0.5), 0.5 * mono, hush(0.5)]).astype(np.float32))


def test_words_a_minute_are_the_transcripts_words_over_the_talk():
    words = [word(1 + 0.5 * i, 1.4 + 0.5 * i) for i in range(12)]  # two a second, from 1 to 6.9 s
    rows = rates(sound_track(hush(10)), *words, voice=voice_in((1.0, 6.9)))
    assert [row.level for row in rows] == ["window"] * 4 + ["whole"]
    assert [(row.start_s, row.end_s) for row in rows] == [(0, 2), (2, 4), (4, 6), (6, 8), (1.0, 6.9)]
    assert {row.counted_from for row in rows} == {"words"}
    assert whole(rows).words_per_min == pytest.approx(12 / 5.9 * 60)
    assert whole(rows).syllables_per_s == pytest.approx(36 / 5.9)
    assert rows[1].words_per_min == pytest.approx(120)
    assert rows[0].talk_s == pytest.approx(1)
    assert whole(rows).pause_share == pytest.approx(0)


def test_pauses_slow_the_speech_and_not_the_articulation():
    words = [word(i * 0.5, i * 0.5 + 0.5) for i in (0, 1, 2, 3, 6, 7, 8, 9)]
    row = whole(rates(sound_track(hush(5)), *words, voice=voice_in((0, 2), (3, 5))))
    assert row.words_per_min == pytest.approx(8 / 5 * 60)
    assert row.pause_share == pytest.approx(0.2)
    assert row.syllables_per_s == pytest.approx(24 / 5)
    assert row.articulation_per_s == pytest.approx(24 / 4)


def test_a_long_break_is_no_pause():
    words = [word(i * 0.5, i * 0.5 + 0.5) for i in (0, 1, 2, 3, 40, 41, 42, 43)]
    rows = rates(sound_track(hush(23)), *words, voice=voice_in((0, 2), (20, 22)))
    assert [row.start_s for row in rows] == [0, 20, 0]
    assert whole(rows).words_per_min == pytest.approx(120)
    assert whole(rows).pause_share == pytest.approx(0)


def test_a_text_without_word_times_is_spread_over_the_speech_in_it():
    segment = SpokenRow(0.0, 6.0, 0.9, "segment", text="one two three four five six", lang="en", segment=0)
    rows = rates(sound_track(hush(6)), segment, voice=voice_in((0, 2), (4, 6)))
    assert [row.words_per_min for row in rows] == [pytest.approx(90), None, pytest.approx(90), pytest.approx(90)]
    assert whole(rows).counted_from == "words"


def test_what_is_not_believed_is_not_counted():
    rejected = SpokenRow(0.0, 2.0, 0.9, "rejected", text="thanks for watching", lang="en", reason="no_speech")
    assert rates(sound_track(hush(3)), rejected, voice=voice_in()) == []


def test_scripts_that_part_no_words_have_syllables_and_those_without_vowels_have_words():
    chinese = whole(rates(sound_track(hush(3)), word(0, 2, "今天天气很好", "zh"), voice=voice_in((0, 2))))
    assert (chinese.words_per_min, chinese.syllables_per_s) == (None, pytest.approx(3))
    arabic = whole(rates(sound_track(hush(3)), word(0, 2, "مرحبا", "ar"), voice=voice_in((0, 2))))
    assert (arabic.words_per_min, arabic.syllables_per_s) == (pytest.approx(30), None)


def test_windows_without_words_are_counted_by_ear_and_the_whole_only_where_words_are():
    audio = said(np.concatenate([spoken("a first sentence is spoken here"), hush(1), spoken("and then another one")]))
    heard = make_voice(audio).spans_s
    rows = rates(audio, word(*heard[0].tolist(), text="a first sentence is spoken here"))
    ways = [row.counted_from for row in rows if row.level == "window"]
    assert ways[0] == "words"
    assert ways[-1] == "nuclei"
    assert whole(rows).counted_from == "words"


@pytest.mark.parametrize("lang", TEXT)
def test_speech_of_known_speed_is_told_within_a_tenth_by_its_words(lang: str):
    per_min = []
    for speed in SPEEDS:
        mono = spoken(TEXT[lang], lang, speed)
        segment = SpokenRow(0.5, 0.5 + len(mono) / 16_000, 0.9, "segment", text=TEXT[lang], lang=lang, segment=0)
        row = whole(rates(said(mono), segment))
        true = len(TEXT[lang].split()) / (len(mono) / 16_000) * 60
        assert row.words_per_min == pytest.approx(true, rel=0.1)
        per_min.append(row.words_per_min)
    assert per_min == sorted(per_min)


@pytest.mark.parametrize("voice", ["en", "en+f3", "de+f3"])
def test_speech_of_known_speed_is_told_by_its_sound_and_in_the_right_order(voice: str):
    errors, found = [], []
    for speed in SPEEDS:
        mono = spoken(TEXT[voice[:2]], voice, speed)
        row = whole(rates(said(mono)))
        assert (row.counted_from, row.words_per_min) == ("nuclei", None)
        syllables = count_syllables(TEXT[voice[:2]], voice[:2]) or 0
        found.append(row.syllables_per_s or 0)
        errors.append(found[-1] / (syllables / (len(mono) / 16_000)) - 1)
    assert found == sorted(found)
    assert abs(float(np.mean(errors))) < 0.1
    assert max(map(abs, errors)) < 0.15


@pytest.mark.parametrize(
    "mono",
    [hush(0), hush(5), noise(5, 0.2), tone(440, 5), tone(120, 5, 0.1, 20), noise(0.001)],
    ids=["no sound", "silence", "noise", "tone", "buzz", "a few samples"],
)
def test_where_nobody_speaks_there_is_no_rate(mono: np.ndarray):
    assert rates(sound_track(mono)) == []


def test_without_a_transcript_the_sound_is_counted():
    audio = said(spoken(TEXT["en"]))
    voice = make_voice(audio)
    rows = list(speech_rate(make_spectrum(audio), voice, make_pitch(audio, voice), None))
    assert {row.counted_from for row in rows} == {"nuclei"}
