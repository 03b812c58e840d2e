"""Emotion from planted models and from synthesised voices: aroused variants in order, and silence without a row."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from analyzers.contract import Voice
from analyzers.speech.speaker_diarization import Row as SpeakerRow
from analyzers.speech.speech_emotion import Row, speech_emotion
from resources.loaders import no_tags
from resources.weights import Weights
from tests.inputs import make_pitch, make_spectrum, make_voice
from tests.speech import RATE, hush, noise, sound_track, spoken, tone

SENTENCE = "Look at that dog over there, it is running down the hill to the river."


class Says:
    """A model that scores every stretch alike."""

    window_s = None

    def __init__(self, labels: tuple[str, ...], *scores: float) -> None:
        self.labels, self.scores, self.heard = labels, scores, []

    def __call__(self, stretches: Iterable[NDArray[np.float32]], /) -> Iterator[NDArray[np.float32]]:
        for stretch in stretches:
            self.heard.append(len(stretch))
            yield np.array(self.scores, np.float32)


def rows_of(mono: NDArray[np.float32], model=None, spans=None, speakers=None) -> list[Row]:
    audio = sound_track(mono)
    voice = make_voice(audio)
    if spans is not None:
        voice = Voice(voice.t_s, voice.chance, np.array(spans, float))
    chosen = model or no_tags.load(Weights("prosody", Path()))
    return list(speech_emotion(audio, make_spectrum(audio), voice, make_pitch(audio, voice), speakers, chosen))


def variants(*voices: dict, gap_s: float = 1.0) -> tuple[NDArray[np.float32], list[list[float]]]:
    """The same sentence several times with pauses, and where each is."""
    parts, spans, at = [hush(gap_s)], [], gap_s
    for given in voices:
        gain = given.pop("gain", 1.0)
        said = gain * spoken(SENTENCE, **given)
        spans.append([at, at + len(said) / RATE])
        parts += [said, hush(gap_s)]
        at += len(said) / RATE + gap_s
    return np.concatenate(parts).astype(np.float32), spans


def arousal(rows: list[Row], spans: list[list[float]]) -> list[float]:
    """The mean of each variant's stretches."""
    return [
        float(np.mean([row.arousal for row in rows if start - 0.3 <= (row.start_s + row.end_s) / 2 <= end + 0.3]))
        for start, end in spans
    ]


@pytest.mark.parametrize(
    "steps",
    [
        [{"pitch": 20}, {"pitch": 50}, {"pitch": 85}],
        [{"words_per_minute": 110}, {"words_per_minute": 160}, {"words_per_minute": 230}],
        [{"gain": 0.1}, {"gain": 0.35}, {"gain": 1.0}],
        [
            {"pitch": 20, "words_per_minute": 120, "gain": 0.15},
            {"pitch": 50, "words_per_minute": 160, "gain": 0.4},
            {"pitch": 80, "words_per_minute": 210, "gain": 1.0},
        ],
    ],
    ids=["pitch", "rate", "gain", "all"],
)
def test_higher_faster_and_louder_is_more_aroused(steps: list[dict]):
    mono, spans = variants(*(dict(step) for step in steps))
    found = arousal(rows_of(mono), spans)
    assert found == sorted(found)
    assert found[2] - found[0] > 0.1


def test_without_a_model_nothing_is_said_of_valence_or_of_classes():
    mono, _ = variants({}, {})
    rows = rows_of(mono)
    assert {(row.emotion, row.probs, row.valence, row.dominance, row.confidence) for row in rows} == {
        (None, (), None, None, None)
    }
    assert all(row.arousal == pytest.approx(0.5, abs=0.1) for row in rows)
    assert all(row.f0_hz == pytest.approx(100, rel=0.25) for row in rows)
    assert all(row.energy_db is not None for row in rows)


def test_one_stretch_alone_has_nothing_to_be_compared_with():
    buzz = tone(120, 2, 0.2, 12)
    (row,) = rows_of(buzz, spans=[[0.0, 2.0]])
    assert (row.arousal, row.f0_hz) == (None, pytest.approx(120, rel=0.02))


def test_each_speaker_is_compared_with_himself():
    low, high = tone(110, 2, 0.1, 12), tone(220, 2, 0.1, 12)
    mono = np.concatenate([low, hush(1), high, hush(1), low, hush(1), high])
    spans = [[0, 2], [3, 5], [6, 8], [9, 11]]
    together = [row.arousal or 0.0 for row in rows_of(mono, spans=spans)]
    assert together[1] > 0.6 > 0.4 > together[0]
    turns = [SpeakerRow(*span, 0.9, f"S{1 + i % 2}", 0.5) for i, span in enumerate(spans)]
    assert [row.arousal for row in rows_of(mono, spans=spans, speakers=turns)] == [pytest.approx(0.5, abs=0.02)] * 4


def test_a_model_of_classes_gives_each_its_share_under_its_full_name():
    mono, _ = variants({}, {})
    model = Says(("neu", "hap", "ang", "sad"), 0.1, 0.2, 0.6, 0.1)
    for row in rows_of(mono, model):
        assert (row.emotion, row.confidence, row.valence) == ("angry", pytest.approx(0.6), None)
        assert [share.label for share in row.probs] == ["angry", "happy", "neutral", "sad"]
        assert sum(share.share for share in row.probs) == pytest.approx(1)
        assert row.arousal is not None
    assert all(RATE <= length <= 6 * RATE + 1 for length in model.heard)


def test_a_model_of_dimensions_gives_all_three_and_no_class():
    mono, _ = variants({}, {})
    model = Says(("arousal", "dominance", "valence"), 0.7, 1.04, -0.02)
    for row in rows_of(mono, model):
        assert (row.arousal, row.dominance, row.valence) == (pytest.approx(0.7), 1.0, 0.0)
        assert (row.emotion, row.probs, row.confidence) == (None, (), None)


@pytest.mark.parametrize(
    "mono",
    [np.zeros(0, np.float32), np.zeros(1, np.float32), hush(8), noise(8), tone(440, 8), tone(150, 8, harmonics=10)],
    ids=["nothing", "one sample", "silence", "noise", "tone", "buzz"],
)
def test_where_nobody_speaks_there_is_no_row(mono: NDArray[np.float32]):
    model = Says(("neu", "hap"), 0.5, 0.5)
    assert rows_of(mono, model) == []
    assert model.heard == []
