"""Pitch of sounds whose fundamental is known, and none where there is none."""

from pathlib import Path

import numpy as np
import pytest

from resources.pitch import track_pitch
from resources.settings import Settings
from resources.sources import ensure
from resources.store import Store, write_array
from tests.inputs import make_pitch, make_voice
from tests.speech import RATE, mono_audio, noise, spoken, tone


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


def test_what_is_stored_is_what_was_tracked_and_it_is_made_again_with_all_that_it_needs(tmp_path: Path):
    store, video = Store(root=str(tmp_path)), "local-0000000000000000"
    folder = store.source_folder("audio", video)
    folder.mkdir(parents=True)
    mono = spoken("somebody says something here")
    write_array(folder, "mono", mono)
    write_array(folder, "stereo", np.repeat(mono[:, None], 2, axis=1))
    (folder / "clock.json").write_text('{"offset_s": 0.25}')
    ensure(store, video, "pitch", Settings())
    audio = store.read("audio", video)
    kept, made = store.read("pitch", video), make_pitch(audio, make_voice(audio))
    assert np.array_equal(kept.t_s, made.t_s)
    assert np.array_equal(kept.hz, made.hz, equal_nan=True)
    assert np.isfinite(kept.hz).any()
    for name in ("voice", "pitch"):
        for array in store.source_folder(name, video).glob("*.raw"):
            array.unlink()
    ensure(store, video, "pitch", Settings())
    assert np.array_equal(store.read("pitch", video).hz, made.hz, equal_nan=True)


def test_where_nobody_speaks_there_is_no_pitch():
    audio = mono_audio(noise(2))
    assert len(make_pitch(audio, make_voice(audio)).t_s) == 0
