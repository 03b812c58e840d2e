"""Speakers from planted voices: counted, told apart, in the order in which they are heard."""

from itertools import pairwise

import numpy as np
import pytest

from analyzers.contract import Voice
from analyzers.speech.speaker_diarization import Row, speaker_diarization
from tests.inputs import make_voice
from tests.speech import hush, mono_audio, noise, spoken, tone
from tests.truth.diarization import GOAL, Planted, Turn, drawn, error_rate, planted, told_with


def rows_of(true: list[Turn], spans=None, chance: float = 0.3) -> list[Row]:
    held = np.array([turn[:2] for turn in true] if spans is None else spans, float)
    audio, voice, names = planted(true, held, max(end for _, end, _ in true))
    return list(speaker_diarization(audio, voice, Planted(len(names), chance)))


def test_speakers_are_numbered_as_they_come_and_have_their_share():
    rows = rows_of([(0.5, 3.5, "B"), (4.0, 6.0, "A"), (6.5, 9.5, "B")])
    assert [(row.start_s, row.end_s, row.speaker) for row in rows] == [
        (0.5, 3.5, "S1"),
        (4.0, 6.0, "S2"),
        (6.5, 9.5, "S1"),
    ]
    assert [row.share for row in rows] == pytest.approx([0.75, 0.25, 0.75])
    assert all((row.confidence or 0) > 0.8 for row in rows)


@pytest.mark.parametrize("speakers", [1, 2, 3])
@pytest.mark.parametrize("seed", [10, 11, 12])
def test_of_drawn_conversations_hardly_anything_is_given_to_the_wrong_speaker(speakers: int, seed: int):
    true = drawn(speakers, seed)
    told = told_with(true, np.array([turn[:2] for turn in true]), 0.5, seed)
    assert len({name for *_, name in told}) == speakers
    assert error_rate(true, told) <= GOAL


def test_a_change_without_a_pause_is_found_within_half_a_second():
    first, second = rows_of([(0.0, 6.0, "A"), (6.0, 12.0, "B")], spans=[(0, 12)])
    assert (first.speaker, second.speaker) == ("S1", "S2")
    assert first.end_s == second.start_s == pytest.approx(6, abs=0.5)


def test_the_window_in_which_two_are_mixed_is_no_third_speaker():
    rows = rows_of([(0.0, 5.0, "A"), (5.0, 10.0, "B")] * 1, spans=[(0, 10)], chance=0.0)
    assert {row.speaker for row in rows} == {"S1", "S2"}


def test_who_says_one_short_word_is_a_speaker_and_a_breath_is_its_neighbours():
    true = [(0.0, 4.0, "A"), (4.5, 5.1, "B"), (5.6, 9.0, "A")]
    assert [row.speaker for row in rows_of(true)] == ["S1", "S2", "S1"]
    breath = [(0.0, 4.0, "A"), (4.1, 4.35, "B"), (6.0, 9.0, "C")]
    rows = rows_of(breath)
    assert [row.speaker for row in rows] == ["S1", "S1", "S2"]
    assert rows[1].confidence is None


def test_rows_cover_the_speech_and_nothing_else():
    true = drawn(3, 5)
    rows = rows_of(true)
    assert sum(row.end_s - row.start_s for row in rows) == pytest.approx(sum(end - start for start, end, _ in true))
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in pairwise(rows))


@pytest.mark.parametrize("mono", [np.zeros(0, np.float32), hush(5), noise(5), tone(300, 5)])
def test_where_nobody_speaks_there_is_no_row(mono: np.ndarray):
    audio = mono_audio(mono)
    assert list(speaker_diarization(audio, make_voice(audio), Planted(1, 0.0))) == []


def test_speech_too_short_to_judge_anywhere_has_no_row():
    voice = Voice(np.zeros(0), np.zeros(0, np.float32), np.array([[1.0, 1.3]]))
    assert list(speaker_diarization(mono_audio(noise(2)), voice, Planted(1, 0.0))) == []


def test_two_synthesised_voices_that_alternate_are_told_apart():
    """The voices are known to the planted model; where they speak is heard."""
    said = [
        spoken("And so my fellow Americans, ask not.", voice, pitch=pitch)
        for voice, pitch in (("en", 30), ("en+f3", 70))
    ]
    parts, true, at = [hush(0.6)], [], 0.6
    for i in range(6):
        part = said[i % 2]
        true.append((at, at + len(part) / 16_000, "AB"[i % 2]))
        parts += [part, hush(0.6)]
        at += len(part) / 16_000 + 0.6
    spans = make_voice(mono_audio(np.concatenate(parts))).spans_s
    assert error_rate(true, told_with(true, spans, 0.4)) <= GOAL


def test_the_error_rate_counts_what_is_missed_invented_and_confused():
    true = [(0.0, 4.0, "A"), (5.0, 9.0, "B")]
    assert error_rate(true, [(0.0, 4.0, "x"), (5.0, 9.0, "y")]) == 0
    assert error_rate(true, [(0.0, 4.0, "x")]) == 0.5
    assert error_rate(true, [(0.0, 4.0, "x"), (5.0, 9.0, "x")]) == 0.5
    assert error_rate(true, [(0.0, 4.0, "x"), (5.0, 9.0, "y"), (10.0, 12.0, "y")]) == 0.25
    assert error_rate(true, []) == 1
    assert error_rate([(0.0, 4.0, "A"), (2.0, 4.0, "B")], [(0.0, 4.0, "x")]) == pytest.approx(1 / 3)
    assert error_rate([], []) == 0
