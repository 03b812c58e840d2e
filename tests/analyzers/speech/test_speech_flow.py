"""Pauses, stresses and held sounds planted in synthesized speech; stumbles in planted words; none in even speech."""

import numpy as np
import pytest

from analyzers.contract import Audio
from analyzers.speech.speech_flow import Row, speech_flow
from analyzers.speech.speech_transcription import Row as SpokenRow
from tests.inputs import make_pitch, make_spectrum, make_voice
from tests.speech import RATE, hush, noise, sound_track, spoken, tone

SENTENCE = "we like to see the yellow garden because many people bring little flowers every morning"
WORDS = SENTENCE.split()
STRESSED = 5


def flow(audio: Audio, *words: SpokenRow) -> list[Row]:
    voice = make_voice(audio)
    return list(speech_flow(make_spectrum(audio), voice, make_pitch(audio, voice), list(words)))


def of(kind: str, rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.kind == kind]


def in_a_room(mono: np.ndarray) -> Audio:
    mono = np.concatenate([hush(0.6), mono, hush(0.6)]) + noise(len(mono) / RATE + 1.2, 1e-4)[: len(mono) + 19_200]
    return sound_track(mono.astype(np.float32))


def word(text: str, start_s: float, end_s: float, lang: str = "en") -> SpokenRow:
    return SpokenRow(start_s, end_s, 0.8, "word", text=text, lang=lang, segment=0)


def one_by_one(voice: str, louder_db: float = 0, higher: float = 1) -> tuple[Audio, list[SpokenRow]]:
    """A sentence of words that are spoken alike, but for one of them."""
    from scipy.signal import resample

    parts, words, at = [], [], 0.6
    for i, text in enumerate(WORDS):
        mono = spoken(text, voice, 150)
        mono = mono * (0.07 / np.sqrt(np.mean(mono**2)))
        if i == STRESSED:
            mono = np.asarray(resample(mono, int(len(mono) / higher))) * 10 ** (louder_db / 20)
        parts.append(mono)
        words.append(word(text, at, at + len(mono) / RATE))
        at += len(mono) / RATE
    return in_a_room(np.concatenate(parts)), words


@pytest.mark.parametrize("pause_s", [0.3, 0.7, 1.5])
@pytest.mark.parametrize("voice", ["en", "en+m3", "de"])
def test_a_pause_is_as_long_as_it_was_made(pause_s: float, voice: str):
    first, second = spoken("this is the first part of it", voice), spoken("and here comes another one", voice)
    audio = in_a_room(np.concatenate([first, hush(pause_s), second]))
    (pause,) = of("pause", flow(audio, word("it,", 1.9, 0.6 + len(first) / RATE)))
    assert pause.len_s == pytest.approx(pause_s, abs=0.06)
    assert pause.start_s == pytest.approx(0.6 + len(first) / RATE, abs=0.06)
    assert (pause.word, pause.found_from, pause.end_s - pause.start_s) == ("it", "sound", pytest.approx(pause.len_s))


def test_a_long_silence_is_no_pause():
    audio = in_a_room(np.concatenate([spoken("this is the first part of it"), hush(4), spoken("and another one")]))
    assert of("pause", flow(audio)) == []


def test_a_word_in_a_gap_speaks_against_a_pause():
    audio = in_a_room(np.concatenate([spoken("this is the first part of it"), hush(0.7), spoken("and another one")]))
    (pause,) = of("pause", flow(audio))
    whispered = word("psst", pause.start_s + 0.1, pause.end_s - 0.1)
    assert of("pause", flow(audio, whispered)) == []


@pytest.mark.parametrize("voice", ["en", "en+f3", "en+m3"])
@pytest.mark.parametrize("has_words", [True, False])
def test_a_louder_and_higher_word_is_an_emphasis_and_no_other(voice: str, has_words: bool):
    audio, words = one_by_one(voice, louder_db=6, higher=1.2)
    (found,) = of("emphasis", flow(audio, *(words if has_words else [])))
    true = words[STRESSED]
    assert true.start_s - 0.1 < (found.start_s + found.end_s) / 2 < true.end_s + 0.1
    assert found.word == (WORDS[STRESSED] if has_words else None)
    assert found.found_from == ("words" if has_words else "sound")
    assert (found.z or 0) >= 2.5
    assert (found.louder_db or 0) > 4
    assert (found.higher_st or 0) > 0


@pytest.mark.parametrize("voice", ["en", "en+f3", "en+m3", "de", "fr", "es+f3"])
def test_even_speech_has_neither_stress_nor_held_sound_nor_stumble(voice: str):
    audio, words = one_by_one(voice)
    assert {row.kind for row in flow(audio, *words)} <= {"pause"}
    text = "the rainbow is a division of white light into many beautiful colors that take the shape of a long arch"
    assert {row.kind for row in flow(in_a_room(0.5 * spoken(text, voice)))} <= {"pause"}


@pytest.mark.parametrize("voice", ["en", "en+f3"])
def test_a_sound_that_is_held_is_a_stretch(voice: str):
    first, second = spoken("i have a very", voice), spoken("long way to go home today", voice)
    audio = in_a_room(np.concatenate([first, _held(second, 0.08, 0.6)]))
    (found,) = of("stretch", flow(audio, word("long", 0.6 + len(first) / RATE, 0.6 + len(first) / RATE + 0.8)))
    assert found.start_s == pytest.approx(0.6 + len(first) / RATE + 0.08, abs=0.12)
    assert found.len_s == pytest.approx(0.65, abs=0.15)
    assert (found.word, (found.z or 0) > 2) == ("long", True)


def _held(mono: np.ndarray, at_s: float, seconds: float) -> np.ndarray:
    """A period of the voice said again and again, each time a little different."""
    from resources.pitch import track_pitch

    hz = track_pitch(mono, 0.0, [(0.0, at_s + 0.15)]).median_hz(at_s - 0.05, at_s + 0.1)
    assert hz is not None
    period, first = round(RATE / hz), round(at_s * RATE)
    two = mono[first : first + 2 * period] * np.hanning(2 * period)
    count = round(seconds * RATE / period)
    loudness = 1 + 0.05 * np.random.default_rng(0).normal(size=count)
    held = np.zeros((count + 2) * period)
    for i in range(count):
        held[i * period : (i + 2) * period] += two * loudness[i]
    return np.concatenate([mono[:first], held[period : count * period], mono[first + period :]]).astype(np.float32)


def test_stumbles_are_those_of_the_transcripts_words():
    said = ["So", "um", "I", "I", "want,", "you", "know,", "that"]
    words = [word(text, 1 + 0.3 * i, 1.3 + 0.3 * i) for i, text in enumerate(said)]
    found = [(row.kind, row.word, row.times, row.found_from) for row in flow(sound_track(hush(5)), *words)]
    expected = [("filler", "um", None), ("filler", "you know", None), ("repeat", "I", 2)]
    assert found == [(*one, "words") for one in expected]
    rejected = SpokenRow(1, 2, 0.9, "rejected", text="um um um", lang="en", reason="loop")
    assert flow(sound_track(hush(5)), rejected) == []


@pytest.mark.parametrize(
    "mono",
    [hush(0), hush(5), noise(5, 0.2), tone(440, 5), tone(120, 5, 0.1, 20), noise(0.001)],
    ids=["no sound", "silence", "noise", "tone", "buzz", "a few samples"],
)
def test_where_nobody_speaks_nothing_flows(mono: np.ndarray):
    assert flow(sound_track(mono)) == []


def test_without_a_transcript_the_sound_is_still_heard():
    audio, _ = one_by_one("en", louder_db=6, higher=1.2)
    voice = make_voice(audio)
    rows = list(speech_flow(make_spectrum(audio), voice, make_pitch(audio, voice), None))
    assert len(of("emphasis", rows)) == 1
