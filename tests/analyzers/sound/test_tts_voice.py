"""A probability for each stretch of speech, from the label that means a made voice; nothing where nobody speaks."""

from collections.abc import Iterable, Iterator
from dataclasses import fields

import numpy as np
import pytest
from numpy.typing import NDArray

from analyzers.contract import Voice
from analyzers.sound.tts_voice import Row, tts_voice
from tests.inputs import make_voice
from tests.speech import RATE, hush, mono_audio, noise, tone


class Hears:
    """A detector that takes what is loud for made."""

    def __init__(self, *labels: str, window_s: float | None = None) -> None:
        self.labels, self.window_s, self.heard = labels, window_s, []

    def __call__(self, stretches: Iterable[NDArray[np.float32]], /) -> Iterator[NDArray[np.float32]]:
        for stretch in stretches:
            self.heard.append(len(stretch) / RATE)
            made = 0.9 if np.abs(stretch).max() > 0.2 else 0.2
            yield np.array([made, 1 - made], np.float32)


def rows_of(mono: NDArray[np.float32], model: Hears, *spans: tuple[float, float]) -> list[Row]:
    voice = Voice(np.zeros(0), np.zeros(0, np.float32), np.array(spans, float).reshape(-1, 2))
    return list(tts_voice(mono_audio(mono), voice, model))


MONO = np.concatenate([noise(3, 0.02), hush(2), noise(3, 0.3)])


@pytest.mark.parametrize("labels", [("fake", "real"), ("Spoof", "Bonafide"), ("AI_Voice", "HumanVoice")])
def test_each_stretch_has_the_probability_of_the_made_voice(labels: tuple[str, str]):
    rows = rows_of(MONO, Hears(*labels), (0, 3), (5, 8))
    assert [(row.start_s, row.end_s, round(row.synthetic_prob, 3)) for row in rows] == [(0, 3, 0.2), (5, 8, 0.9)]


def test_the_order_of_the_labels_does_not_matter():
    rows = rows_of(MONO, Hears("real", "fake"), (0, 3), (5, 8))
    assert [round(row.synthetic_prob, 3) for row in rows] == [0.8, 0.1]


def test_no_verdict_is_given():
    assert [field.name for field in fields(Row)] == ["start_s", "end_s", "confidence", "synthetic_prob"]
    assert {row.confidence for row in rows_of(MONO, Hears("fake", "real"), (0, 3))} == {None}


@pytest.mark.parametrize(
    "labels", [(), ("female", "male"), ("real", "human"), ("fake", "real", "music"), ("fake", "tts")]
)
def test_a_detector_that_does_not_say_which_voice_is_made_is_refused(labels: tuple[str, ...]):
    with pytest.raises(ValueError, match="no detector of made voices"):
        rows_of(MONO, Hears(*labels), (0, 3))


def test_stretches_are_as_long_as_the_detector_takes():
    model = Hears("fake", "real")
    rows_of(noise(10), model, (0, 9.6), (9.8, 10))
    assert model.heard == pytest.approx([10 / 3] * 3, abs=0.001)
    longer = Hears("fake", "real", window_s=10.0)
    rows_of(noise(10), longer, (0, 10))
    assert longer.heard == [10.0]


@pytest.mark.parametrize("mono", [np.zeros(0, np.float32), hush(5), noise(5), tone(300, 5)])
def test_where_nobody_speaks_there_is_no_row(mono: NDArray[np.float32]):
    audio, model = mono_audio(mono), Hears("fake", "real")
    assert list(tts_voice(audio, make_voice(audio), model)) == []
    assert model.heard == []
