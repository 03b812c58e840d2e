"""A loud second is seen as a loud second, and what is not there is not drawn."""

from base64 import b64decode

import numpy as np
from PIL import Image

from analyzers.contract import Audio
from tests.inputs import make_frames, make_motion
from tiktok_assets.page.keepsakes import CONTACT, MOST_STEPS, keep_parts, n_tiles, waveform


def sound(mono: np.ndarray) -> Audio:
    return Audio(np.zeros((0, 2), np.float32), mono.astype(np.float32), 0.25)


def test_the_loud_second_stands_out():
    mono = np.zeros(48_000)
    mono[16_000:32_000] = 0.5 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)
    told = waveform(sound(mono))
    peak, rms = (np.frombuffer(b64decode(told[name]), np.uint8) for name in ("peak", "rms"))
    at_s = np.arange(len(peak)) * told["step_s"]
    loud = (at_s >= 1) & (at_s < 2)
    assert set(peak[~loud]) == {0}
    assert abs(int(peak[loud].max()) - 128) <= 1
    assert abs(int(rms[loud].max()) - 90) <= 2
    assert told["offset_s"] == 0.25


def test_an_hour_has_no_more_steps_than_a_screen_shows():
    told = waveform(sound(np.zeros(16_000 * 600)))
    assert len(b64decode(told["peak"])) <= MOST_STEPS


def test_silence_is_flat_and_no_sound_is_none():
    assert set(b64decode(waveform(sound(np.zeros(1600)))["peak"])) == {0}
    assert waveform(sound(np.zeros(0))) is None


def test_a_strip_of_pictures_is_kept_and_removed_with_them(tmp_path):
    pictures = np.zeros((30, 40, 30, 3), np.uint8)
    keep_parts(tmp_path, make_frames(make_motion(pictures)), sound(np.zeros(0)), 1.0)
    with Image.open(tmp_path / CONTACT) as sheet:
        assert sheet.width % n_tiles(1.0) == 0
    keep_parts(tmp_path, [], sound(np.zeros(0)), 1.0)
    assert not (tmp_path / CONTACT).exists()
