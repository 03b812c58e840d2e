"""The shared voice pass: as its makers run it, on the video's clock, and silent where nobody speaks."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analyzers.contract import Audio
from resources import voice
from resources.settings import Settings
from resources.sources import clear, derive_voice, ensure
from resources.store import Store, describe_array, map_array, write_array
from tests.inputs import make_voice
from tests.speech import mono_audio, noise, spoken, tone

RATE = 16_000


def test_the_chances_are_those_of_its_makers_streaming_code():
    import torch
    from silero_vad import load_silero_vad

    rng = np.random.default_rng(0)
    bursts = np.repeat(rng.uniform(0, 0.3, 60), 3_000).astype(np.float32)
    mono = (bursts * rng.normal(size=len(bursts))).astype(np.float32)
    ours = np.concatenate(list(voice.chances(mono_audio(mono))))
    with torch.no_grad():
        theirs = load_silero_vad(onnx=True).audio_forward(torch.from_numpy(mono)[None], RATE).numpy().reshape(-1)
    assert len(ours) == len(theirs) == -(-len(mono) // voice.WINDOW)
    assert ours == pytest.approx(theirs, abs=2e-3)


def test_the_stretches_are_those_of_its_makers_without_their_padding():
    from silero_vad.utils_vad import get_speech_timestamps_from_probs

    rng = np.random.default_rng(1)
    for _ in range(20):
        chance = np.repeat(np.tile([0.1, 0.9], 20), rng.integers(1, 15, 40)).astype(np.float32)
        chance = np.append(chance, np.zeros(10, np.float32))
        audio = mono_audio(np.zeros(len(chance) * voice.WINDOW, np.float32))
        # They look for the end of a pause from the window before: 96 ms there are 100 here.
        theirs = get_speech_timestamps_from_probs(chance, speech_pad_ms=0, min_silence_duration_ms=96)
        ours = voice.spans_s(chance, audio)
        assert ours[:, 1].tolist() == pytest.approx([span["end"] / RATE for span in theirs])
        assert (ours[:, 0] + voice.BEFORE_S).tolist() == pytest.approx([span["start"] / RATE for span in theirs])


def test_a_moment_of_doubt_does_not_end_a_stretch_and_a_knock_is_none():
    audio = mono_audio(np.zeros(100 * voice.WINDOW, np.float32))
    chance = np.zeros(100, np.float32)
    chance[10:50], chance[30:40], chance[70:76] = 0.9, 0.4, 0.9
    assert voice.spans_s(chance, audio).tolist() == [[pytest.approx(9 * 0.032), pytest.approx(50 * 0.032)]]


@pytest.mark.parametrize(
    "mono",
    [
        np.zeros(5 * RATE, np.float32),
        noise(5),
        noise(5, level=0.5),
        tone(440, 5),
        tone(120, 5),
        np.ones(5 * RATE, "f4"),
    ],
    ids=["silence", "noise", "loud noise", "440 Hz", "hum", "constant"],
)
def test_nobody_speaks_in_silence_noise_and_tones(mono: np.ndarray):
    assert make_voice(mono_audio(mono)).spans_s.shape == (0, 2)


@pytest.mark.parametrize("samples", [0, 1, voice.WINDOW - 1, voice.WINDOW, voice.WINDOW + 1])
def test_the_shortest_sounds_get_as_many_windows_as_they_begin(samples: int):
    heard = make_voice(mono_audio(np.zeros(samples, np.float32)))
    assert len(heard.t_s) == len(heard.chance) == -(-samples // voice.WINDOW)
    assert heard.spans_s.shape == (0, 2)


def test_broken_samples_do_no_harm():
    mono = noise(2)
    mono[1000:1010] = [np.nan, np.inf, -np.inf, 1e30, -1e30, 0, 0, 0, 0, 0]
    assert np.isfinite(make_voice(mono_audio(mono)).chance).all()


def test_batches_join_without_a_seam(monkeypatch: pytest.MonkeyPatch):
    audio = mono_audio(noise(3) * np.linspace(0, 1, 3 * RATE, dtype=np.float32))
    whole = np.concatenate(list(voice.chances(audio)))
    monkeypatch.setattr(voice, "BATCH", 7)
    assert np.concatenate(list(voice.chances(audio))) == pytest.approx(whole, abs=1e-5)


def test_a_pause_parts_two_stretches_and_times_are_the_videos():
    first, second = spoken("this is the first part of it"), spoken("and here comes another one")
    hush = np.zeros(RATE, np.float32)
    for pause_s in (0.3, 0.7, 1.5):
        gap = np.zeros(round(pause_s * RATE), np.float32)
        mono = np.concatenate([hush, first, gap, second, hush]).astype(np.float32)
        mono += noise(len(mono) / RATE, level=1e-3)[: len(mono)]
        audio = replace(mono_audio(mono), offset_s=0.5)
        spans = make_voice(audio).spans_s
        assert len(spans) == 2
        assert spans[0, 0] == pytest.approx(1.5, abs=0.03)
        assert spans[1, 0] - spans[0, 1] == pytest.approx(pause_s, abs=0.06)


def test_what_is_stored_is_what_was_heard_and_it_is_made_again_when_it_was_cleared(tmp_path: Path):
    store = Store(root=str(tmp_path))
    video = "local-0000000000000000"
    folder = store.source_folder("audio", video)
    folder.mkdir(parents=True)
    mono = noise(2, level=0.2)
    write_array(folder, "mono", mono)
    (folder / "stereo.raw").write_bytes(np.repeat(mono, 2).tobytes())
    describe_array(folder, "stereo", (len(mono), 2), np.float32)
    (folder / "clock.json").write_text('{"offset_s": 0.25}')
    assert derive_voice(store, video) == 63
    kept, made = store.read("voice", video), make_voice(Audio(np.zeros((0, 2), np.float32), mono, 0.25))
    assert np.array_equal(kept.chance, made.chance)
    assert kept.t_s[0] == 0.25
    assert kept.spans_s.shape == (0, 2)
    (store.source_folder("voice", video) / "chance.raw").unlink()
    ensure(store, video, "voice", Settings())
    assert np.array_equal(map_array(store.source_folder("voice", video), "chance")[:], made.chance)
    clear(store, video)
    assert not (store.source_folder("voice", video) / "chance.raw").exists()


def test_it_works_without_pytorch():
    script = (
        "import sys, numpy as np; from analyzers.contract import Audio; from resources import voice;"
        "audio = Audio(np.zeros((0, 2), np.float32), np.zeros(16000, np.float32));"
        "list(voice.chances(audio)); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[2])
