"""The transcript from planted utterances over sounds made here; invented ones end up beside it, with a reason."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from analyzers.contract import Audio, Post, Utterance, Voice, Word
from analyzers.speech.speech_transcription import Row, speech_transcription
from resources.loaders import post_subtitles, voice_only
from resources.weights import Weights
from tests.inputs import empty_inputs, make_pitch, make_voice
from tests.speech import RATE, mono_audio, noise, spoken, tone


class Says:
    """A model of speech that says what it is told to."""

    def __init__(self, *said: Utterance) -> None:
        self.said = said

    def __call__(self, audio: Audio, voice: Voice, post: Post, /) -> Iterator[Utterance]:
        return iter(self.said)


def voices(audio: Audio, *spans: tuple[float, float]) -> Voice:
    """As if the detector had heard somebody in these spans."""
    t_s = audio.offset_s + np.arange(-(-len(audio.mono) // 512)) * 0.032
    chance = np.zeros(len(t_s), np.float32)
    for start, end in spans:
        chance[(t_s >= start) & (t_s < end)] = 0.9
    return Voice(t_s, chance, np.array(spans, float).reshape(-1, 2))


def sentence(start_s: float = 1.0, text: str = "Look at that dog", step_s: float = 0.5) -> Utterance:
    """A word every half a second."""
    words = tuple(
        Word(word, start_s + i * step_s, start_s + (i + 1) * step_s, 0.8) for i, word in enumerate(text.split())
    )
    return Utterance(start_s, words[-1].end_s, text, "en", words, -0.2, 0.01, 1.1)


def rows_of(audio: Audio, voice: Voice, *said: Utterance) -> list[Row]:
    return list(speech_transcription(audio, voice, make_pitch(audio, voice), Post(), Says(*said)))


@pytest.fixture(scope="module")
def buzz() -> Audio:
    """Two seconds at 120 Hz, two at 240, as loud as speech, and silence."""
    parts = [tone(120, 2, 0.1, 12), tone(240, 2, 0.05, 12), np.zeros(6 * RATE, np.float32)]
    return mono_audio(np.concatenate(parts))


def test_a_segment_is_followed_by_its_words(buzz: Audio):
    segment, *words = rows_of(buzz, voices(buzz, (0.5, 4.0)), sentence())
    assert (segment.level, segment.segment, segment.text, segment.n_words) == ("segment", 0, "Look at that dog", 4)
    assert (segment.start_s, segment.end_s, segment.lang, segment.voice_share) == (1.0, 3.0, "en", 1.0)
    assert (segment.avg_logprob, segment.no_speech_prob, segment.compression_ratio) == (-0.2, 0.01, 1.1)
    assert segment.confidence == pytest.approx(0.8)
    assert [(word.level, word.text, word.segment) for word in words] == [
        ("word", text, 0) for text in ("Look", "at", "that", "dog")
    ]
    assert [(word.start_s, word.end_s) for word in words] == [(1.0, 1.5), (1.5, 2.0), (2.0, 2.5), (2.5, 3.0)]
    assert {word.confidence for word in words} == {0.8}


def test_pitch_speed_and_level_are_those_of_each_word(buzz: Audio):
    segment, *words = rows_of(buzz, voices(buzz, (0.5, 4.0)), sentence(text="Look at my potato"))
    assert [word.pitch_hz for word in words] == [pytest.approx(hz, rel=0.02) for hz in (120, 120, 240, 240)]
    assert [word.syllables_per_s for word in words] == [2, 2, 2, 6]
    assert segment.syllables_per_s == 3
    assert words[0].level_db - words[2].level_db == pytest.approx(6.02, abs=0.1)


def test_what_is_not_voiced_has_no_pitch_and_a_silent_place_no_level():
    audio = mono_audio(np.concatenate([noise(4), np.zeros(4 * RATE, np.float32)]))
    rows = rows_of(audio, voices(audio, (0.5, 4.0)), sentence())
    assert {row.pitch_hz for row in rows} == {None}
    (silent,) = rows_of(audio, voices(audio, (0.5, 4.0)), sentence(5.0))
    assert (silent.level, silent.reason, silent.level_db) == ("rejected", "no_energy", None)


def test_what_is_not_believed_is_told_apart_with_its_reason_and_without_its_words(buzz: Audio):
    loop = Utterance(0.6, 3.9, "so so so so so so so so so so so so", "en", sentence().words, -0.3, 0.1, 4.0)
    rows = rows_of(buzz, voices(buzz, (0.5, 4.0)), loop, sentence())
    assert [(row.level, row.reason, row.segment) for row in rows[:2]] == [
        ("rejected", "loop", None),
        ("segment", None, 0),
    ]
    assert rows[0].text == loop.text
    assert [row.level for row in rows].count("word") == 4


def test_the_same_text_segment_after_segment_is_rejected(buzz: Audio):
    said = [Utterance(0.5 + 0.3 * i, 0.8 + 0.3 * i, "Thank you so", "en", (), -0.2, 0.1) for i in range(9)]
    assert {row.reason for row in rows_of(buzz, voices(buzz, (0.4, 4.0)), *said)} == {"loop"}


def test_text_where_the_detector_hears_nobody_is_rejected(buzz: Audio):
    (row,) = rows_of(buzz, voices(buzz, (3.5, 4.0)), sentence(1.0, step_s=0.4))
    assert (row.level, row.reason, row.voice_share) == ("rejected", "outside_voice", 0.0)


@pytest.mark.parametrize(
    "mono",
    [np.zeros(10 * RATE, np.float32), noise(10), tone(440, 10), tone(150, 10, harmonics=10)],
    ids=["silence", "noise", "tone", "buzz"],
)
def test_whatever_a_model_invents_over_silence_noise_and_tones_there_are_no_words(mono: np.ndarray):
    audio = mono_audio(mono)
    invented = [sentence(1.0), sentence(4.0, "Thanks for watching"), sentence(6.0, "Thank you")]
    rows = rows_of(audio, make_voice(audio), *invented)
    assert [row.level for row in rows] == ["rejected"] * 3
    assert None not in {row.reason for row in rows}


def test_spoken_words_are_kept_and_their_speed_is_that_of_the_speaker():
    mono = spoken("And so my fellow Americans, ask not what your country can do for you.", words_per_minute=160)
    audio = mono_audio(np.concatenate([np.zeros(RATE, np.float32), mono]))
    text = "And so my fellow Americans, ask not what your country can do for you."
    end_s = 1 + len(mono) / RATE
    (row,) = rows_of(audio, make_voice(audio), Utterance(1.0, end_s, text, "en", (), -0.2, 0.01))
    assert row.level == "segment"
    assert row.n_words == 14
    assert row.voice_share == pytest.approx(1, abs=0.1)
    assert row.syllables_per_s == pytest.approx(18 / (end_s - 1), rel=0.06)
    assert row.pitch_hz == pytest.approx(100, rel=0.2)  # espeak-ng's own middle
    assert row.confidence == pytest.approx(0.82, abs=0.01)


def test_without_a_model_voices_are_segments_without_text(buzz: Audio):
    voice = voices(buzz, (0.5, 1.5), (2.5, 4.0))
    model = voice_only.load(Weights("voice_only", Path()))
    rows = list(speech_transcription(buzz, voice, make_pitch(buzz, voice), Post(), model))
    assert [(row.level, row.text, row.segment, row.n_words) for row in rows] == [
        ("segment", None, 0, None),
        ("segment", None, 1, None),
    ]
    assert [row.pitch_hz for row in rows] == [pytest.approx(120, rel=0.02), pytest.approx(240, rel=0.02)]
    assert [row.confidence for row in rows] == [pytest.approx(0.9, abs=0.05)] * 2


def test_the_posts_own_captions_are_believed_where_there_is_sound(buzz: Audio):
    model = post_subtitles.load(Weights("post_subtitles", Path()))
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\nlook at that\n\n00:02.500 --> 00:03.500\n谢谢大家来看"
    rows = list(speech_transcription(buzz, voices(buzz), make_pitch(buzz, voices(buzz)), Post(subtitles=vtt), model))
    assert [(row.level, row.text, row.n_words, row.confidence) for row in rows] == [
        ("segment", "look at that", 3, None),
        ("segment", "谢谢大家来看", None, None),
    ]


def test_sound_that_starts_before_the_picture_is_cut_off_there():
    audio = mono_audio(tone(120, 6, 0.1, 12), offset_s=-2.0)
    said = [sentence(-2.0, "one two"), sentence(-0.5, "three four five")]
    rows = rows_of(audio, voices(audio, (-2.0, 3.0)), *said)
    assert [(row.text, row.start_s) for row in rows if row.level == "word"] == [("four", 0.0), ("five", 0.5)]
    assert rows[0].start_s == 0.0
    assert len([row for row in rows if row.level == "segment"]) == 1


def test_words_of_no_length_have_no_speed(buzz: Audio):
    still = Utterance(1.0, 1.0, "hm", "en", (Word("hm", 1.0, 1.0, 0.5),), -0.2, 0.0)
    for row in rows_of(buzz, voices(buzz, (0.5, 4.0)), still):
        assert row.syllables_per_s is None


def test_nothing_in_gives_nothing_out():
    given = empty_inputs()
    assert rows_of(given["audio"], given["voice"]) == []  # pyright: ignore[reportArgumentType]
    told: Sequence[Row] = rows_of(mono_audio(noise(1)), make_voice(mono_audio(noise(1))))
    assert told == []
    assert rows_of(mono_audio(np.zeros(0, np.float32)), voices(mono_audio(np.zeros(0, np.float32))), sentence())[
        0
    ].reason
