import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data
from skimage.transform import resize

from analyzers.edit.loop_seam import SeamRow, loop_seam
from tests.inputs import empty_inputs, make_audio, make_motion, make_spectrum

HEIGHT, WIDTH, RATE = 120, 80, 48_000
SCENE = (resize(data.coffee(), (HEIGHT, 300), anti_aliasing=True) * 255).astype(np.uint8)


def swung(seconds: float) -> NDArray[np.uint8]:
    """A camera that swings once a second."""
    t = np.arange(round(seconds * 30)) / 30
    left = (100 + 40 * np.sin(2 * np.pi * t)).astype(int)
    return np.stack([SCENE[:, x : x + WIDTH] for x in left])


def tone(*hz: float, seconds: float = 3.0) -> NDArray[np.float32]:
    """Tones one after the other."""
    t = np.arange(round(seconds * RATE / len(hz))) / RATE
    wave = np.concatenate([0.3 * np.sin(2 * np.pi * f * t) for f in hz])
    return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)


def seam(pictures: NDArray[np.uint8], sound: NDArray[np.float32] | None = None) -> SeamRow:
    audio = make_audio(np.zeros((0, 2), np.float32) if sound is None else sound)
    (row,) = loop_seam(make_motion(pictures), make_spectrum(audio), ())
    return row


def test_whole_swings_go_round_and_half_ones_do_not():
    whole, half = seam(swung(3.0)), seam(swung(2.75))
    assert whole.is_loop
    assert whole.visual_seam == 0
    assert half.visual_seam is not None
    assert half.visual_seam > 0.2
    assert half.is_loop is False


def test_another_picture_at_the_end_is_the_whole_seam():
    row = seam(np.concatenate([swung(2.0), np.repeat(255 - SCENE[None, :, 200:280], 30, axis=0)]))
    assert row.visual_seam == pytest.approx(1, abs=0.1)
    assert row.is_loop is False


def test_without_sound_the_picture_decides():
    row = seam(swung(3.0))
    assert row.audio_seam is None
    assert row.is_loop


def test_a_sound_that_ends_as_it_began_has_no_seam():
    assert seam(swung(3.0), tone(440)).audio_seam == 0
    assert seam(swung(3.0), tone(440)).is_loop
    for other in (
        tone(300, 5000),
        np.concatenate([tone(440, seconds=2.0), np.zeros((RATE, 2), "f4")]),
    ):
        row = seam(swung(3.0), other)
        assert row.audio_seam is not None
        assert row.audio_seam > 0.5
        assert row.is_loop is False


def test_a_beat_may_stop_between_two_strokes():
    t = np.arange(3 * RATE) / RATE
    strokes = (np.sin(2 * np.pi * 200 * t) * np.exp(-(t % 0.5) / 0.05)).astype(np.float32)
    row = seam(swung(3.0), np.repeat(strokes[:, None], 2, axis=1))
    assert row.audio_seam is not None
    assert row.audio_seam <= 0.25


def test_two_black_ends_are_no_loop():
    pictures = swung(3.0).copy()
    pictures[:10] = pictures[-10:] = 0
    row = seam(pictures)
    assert row.visual_seam is None
    assert row.is_loop is None


def test_nothing_in_gives_nothing_out():
    inputs = empty_inputs()
    assert list(loop_seam(inputs["motion"], inputs["spectrum"], None)) == []  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("size", [(1, 1), (2, 2), (17, 33)])
@pytest.mark.parametrize("samples", [0, 1, 5000])
def test_the_smallest_videos_are_survived(count, size, samples):
    pictures = np.random.default_rng(0).integers(0, 256, (count, *size, 3), np.uint8)
    spectrum = make_spectrum(make_audio(np.ones((samples, 2), np.float32)))
    assert len(list(loop_seam(make_motion(pictures), spectrum, None))) == (count > 1)
