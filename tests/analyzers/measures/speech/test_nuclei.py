"""Syllables of a buzz that swells and fades a known number of times, and of nothing."""

import numpy as np
import pytest

from analyzers.contract import Voice
from analyzers.measures.speech.nuclei import find_nuclei
from tests.inputs import make_pitch, make_spectrum
from tests.speech import RATE, hush, noise, sound_track, tone


def syllables(mono: np.ndarray, *spans: tuple[float, float]) -> np.ndarray:
    audio = sound_track(mono.astype(np.float32))
    voice = Voice(np.zeros(0), np.zeros(0, np.float32), np.array(spans, float).reshape(-1, 2))
    return find_nuclei(make_spectrum(audio), voice, make_pitch(audio, voice))[0]


def swelling(per_s: float, seconds: float = 4.0, depth: float = 0.9) -> np.ndarray:
    buzz = tone(140, seconds, 0.1, 20)
    return buzz * (1 - depth * (0.5 + 0.5 * np.cos(2 * np.pi * per_s * np.arange(len(buzz)) / RATE)))


@pytest.mark.parametrize("per_s", [2, 3, 4, 5, 6, 7, 8])
def test_each_swell_is_a_syllable_and_lies_at_its_top(per_s: float):
    found = syllables(swelling(per_s), (0.0, 4.0))
    assert found == pytest.approx((np.arange(4 * per_s) + 0.5) / per_s, abs=0.02)


def test_speech_beside_noise_is_counted_alone():
    mono = np.concatenate([noise(1, 0.01), swelling(4, 2), noise(1, 0.01)]) + noise(4, 0.002)
    assert len(syllables(mono, (1.0, 3.0))) == 8
    assert len(syllables(mono, (0.0, 1.0), (3.0, 4.0))) == 0


def test_what_is_far_below_the_loud_ones_is_no_syllable():
    mono = np.concatenate([swelling(4, 2), 0.01 * swelling(4, 2)])
    assert len(syllables(mono, (0.0, 4.0))) == 8


@pytest.mark.parametrize(
    "mono", [hush(0), hush(0.01), hush(2), noise(2, 0.1)], ids=["none", "moment", "silence", "noise"]
)
def test_where_nothing_is_voiced_there_are_none(mono: np.ndarray):
    assert len(syllables(mono, (0.0, len(mono) / RATE))) == 0
    assert len(syllables(mono)) == 0
