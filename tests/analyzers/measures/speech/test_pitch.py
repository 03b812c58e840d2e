"""Pitch of sounds whose fundamental is known, and none where there is none."""

import numpy as np
import pytest

from analyzers.measures.speech.pitch import track_pitch
from tests.speech import RATE, noise, spoken, tone


def median(mono: np.ndarray) -> float | None:
    return track_pitch(mono, 0.0, [(0.0, len(mono) / RATE)]).median_hz(0.0, len(mono) / RATE)


@pytest.mark.parametrize("hz", [65, 85, 110, 146.8, 220, 261.6, 350, 440, 495])
@pytest.mark.parametrize("harmonics", [1, 3, 20])
def test_the_fundamental_of_a_buzz_is_found(hz: float, harmonics: int):
    assert median(tone(hz, 1.0, harmonics=harmonics)) == pytest.approx(hz, rel=0.005)


@pytest.mark.parametrize("hz", [90, 130, 210, 320])
def test_it_is_found_where_it_is_missing_or_weak(hz: float):
    t = np.arange(RATE) / RATE
    missing = sum(np.sin(2 * np.pi * hz * n * t + n) for n in (2, 3, 4, 5)) / 10
    weak = sum((0.3 if n % 2 else 1.0) * np.sin(2 * np.pi * hz * n * t) for n in range(1, 9)) / 10
    assert median(missing.astype(np.float32)) == pytest.approx(hz, rel=0.02)
    assert median(weak.astype(np.float32)) == pytest.approx(hz, rel=0.02)


@pytest.mark.parametrize("hz", [100, 200, 400])
def test_some_noise_does_no_harm(hz: float):
    mono = tone(hz, 1.0, harmonics=10) + noise(1.0, 0.03)
    assert median(mono) == pytest.approx(hz, rel=0.02)


def test_a_glide_is_followed():
    t = np.arange(2 * RATE) / RATE
    phase = 2 * np.pi * np.cumsum(120 + 60 * t) / RATE
    mono = (0.2 * (np.sin(phase) + 0.5 * np.sin(2 * phase))).astype(np.float32)
    pitch = track_pitch(mono, 0.0, [(0.0, 2.0)])
    assert pitch.hz == pytest.approx(120 + 60 * pitch.t_s, rel=0.02)


@pytest.mark.parametrize(
    "mono",
    [
        np.zeros(RATE, np.float32), np.ones(RATE, np.float32), noise(1), noise(1, 1.0), tone(700, 1), tone(3000, 1),
        tone(30, 1), tone(150, 1, level=1e-4), np.zeros(0, np.float32), np.zeros(1, np.float32),
        np.full(RATE, np.nan, np.float32),
    ],
    ids=["silence", "constant", "noise", "loud noise", "700 Hz", "3 kHz", "30 Hz", "faint", "nothing", "one", "broken"],
)  # fmt: skip
def test_what_is_no_voice_has_no_pitch(mono: np.ndarray):
    assert median(mono) is None


def test_only_the_spans_are_measured_and_times_are_the_videos():
    mono = np.concatenate([tone(100, 1.0, harmonics=5), tone(200, 1.0, harmonics=5)])
    pitch = track_pitch(mono, 10.0, [(10.2, 10.8), (11.2, 11.8)])
    assert 10.2 < pitch.t_s[0] < pitch.t_s[-1] < 11.8
    assert np.all(np.diff(pitch.t_s) > 0)
    assert pitch.median_hz(10.0, 11.0) == pytest.approx(100, rel=0.01)
    assert pitch.median_hz(11.0, 12.0) == pytest.approx(200, rel=0.01)
    assert pitch.median_hz(10.9, 11.1) is None
    assert pitch.median_hz(0.0, 1.0) is None
    assert track_pitch(mono, 10.0, []).median_hz(0, 99) is None


@pytest.mark.parametrize("voice", ["en", "en+f3"])
def test_a_higher_voice_has_a_higher_pitch(voice: str):
    low, middle, high = (
        median(spoken("the quick brown fox jumps over the lazy dog", voice, pitch=p)) for p in (10, 50, 90)
    )
    assert low is not None
    assert 60 < low < 0.8 * middle < 0.7 * high < 300
