"""The renderer draws what is described, and what it says of it is so."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from resources.render import (
    Clicks,
    Effect,
    Flat,
    Gradient,
    Hush,
    Move,
    Noise,
    Patches,
    Photo,
    PinkNoise,
    Shake,
    Shot,
    Sine,
    Sprite,
    Text,
    Transition,
    Video,
    frame_times,
    pictures,
    render,
    truth_of,
    uneven_times,
)  # fmt: skip
from resources.render.picture import PHOTOS, pose_at
from resources.render.sound import k_weighted_lufs, mix
from resources.render.transition import Change

SMALL = Video((Shot(Flat("#c04020"), 0.5), Shot(Noise(1), 0.5)), width=180, height=320)


def decoded(path: Path) -> tuple[list[float], np.ndarray]:
    with av.open(str(path)) as file:
        frames = list(file.decode(video=0))
    return [float(f.time or 0) for f in frames], np.stack([f.to_ndarray(format="rgb24") for f in frames])


def test_the_file_holds_the_frames_at_the_times_that_were_promised(tmp_path: Path):
    truth = render(SMALL, tmp_path / "clip.mp4")
    times, rgb = decoded(tmp_path / "clip.mp4")
    assert times == pytest.approx(truth.t_s, abs=1e-6)
    assert rgb.shape == (30, 320, 180, 3)
    assert [shot.first_frame for shot in truth.shots] == [0, 15]
    change = np.abs(np.diff(rgb.astype(float), axis=0)).mean(axis=(1, 2, 3))
    assert change.argmax() + 1 == 15


def test_the_same_description_gives_the_same_bytes(tmp_path: Path):
    video = replace(SMALL, sound=(Clicks(120), PinkNoise(-20)))
    render(video, tmp_path / "one.mp4")
    render(video, tmp_path / "two.mp4")
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


@pytest.mark.parametrize("fps", [24, Fraction(30000, 1001), 60])
def test_frame_rates_are_exact(tmp_path: Path, fps: Fraction):
    video = replace(SMALL, fps=fps)
    render(video, tmp_path / "clip.mp4")
    times, _ = decoded(tmp_path / "clip.mp4")
    assert len(times) == round(fps)
    assert np.diff(times) == pytest.approx(float(1 / fps), abs=2e-5)


def test_uneven_frame_times_are_written_as_given(tmp_path: Path):
    video = replace(SMALL, times_s=uneven_times(1.0))
    truth = render(video, tmp_path / "clip.mp4")
    times, _ = decoded(tmp_path / "clip.mp4")
    assert times == pytest.approx(truth.t_s, abs=1e-6)
    assert np.ptp(np.diff(times)) > 0.02
    assert truth.changes[0].start_s == min(t for t in truth.t_s if t >= 0.5)


def test_a_colour_survives_the_codec(tmp_path: Path):
    render(replace(SMALL, crf=18), tmp_path / "clip.mp4")
    with av.open(str(tmp_path / "clip.mp4")) as file:
        frame = next(file.decode(video=0))
        assert file.streams.video[0].codec_context.colorspace == 1
    y, u, v = _yuv_at(frame, 80, 80)
    assert (y, u, v) == pytest.approx((92, 101, 186), abs=1)


def _yuv_at(frame: av.VideoFrame, x: int, y: int) -> tuple[int, int, int]:
    planes = frame.to_ndarray()
    height, width = frame.height, frame.width
    chroma = planes[height:].reshape(2, height // 2, width // 2)
    return int(planes[y, x]), int(chroma[0, y // 2, x // 2]), int(chroma[1, y // 2, x // 2])


def test_the_camera_goes_exactly_where_it_is_sent():
    video = Video((Shot(Noise(2), 1.0, moves=(Move(0, 1, x=0.5),)),), width=360, height=640)
    frames = list(pictures(video))
    # 0.5 widths a second at 30 fps and 360 px: 6 px a frame, content to the left
    assert np.array_equal(frames[0][:, 6:], frames[1][:, :-6])
    assert np.abs(frames[0][:, 6:].astype(int) - frames[1][:, :-6]).max() == 0


def test_moves_add_up_and_stay():
    moves = (Move(0, 1, x=0.2), Move(1, 1, zoom=2.0, ease="smooth"), Move(1, 0, roll_deg=5))
    assert pose_at(moves, None, 0.5).x == pytest.approx(0.1)
    end = pose_at(moves, None, 9)
    assert (end.x, end.zoom, end.roll_deg) == pytest.approx((0.2, 2.0, 5.0))
    assert pose_at((), Shake(4, 0.01), 1 / 16).x == pytest.approx(0.01)


@pytest.mark.parametrize("kind", Change.__args__)
def test_every_transition_leads_from_one_picture_to_the_other(kind: Change):
    shots = (Shot(Photo("china"), 0.5), Shot(Photo("coffee"), 1.0, enter=Transition(kind, 0.5)))
    video = Video(shots, width=90, height=160)
    frames = np.stack(list(pictures(video))).astype(float)
    change = truth_of(video).changes[0]
    assert (change.first_frame, change.end_frame) == (15, 30)
    assert np.array_equal(frames[14], frames[0])
    assert np.array_equal(frames[30], frames[-1])
    mixed = frames[15:30]
    assert all(np.abs(picture - frames[0]).mean() > 0.5 for picture in mixed)
    assert all(np.abs(picture - frames[-1]).mean() > 0.5 for picture in mixed)


@pytest.mark.parametrize("name", PHOTOS)
def test_every_photograph_lies_in_a_wheel(name: str):
    (picture,) = pictures(Video((Shot(Photo(name), 0.03),), width=90, height=160))
    assert picture.std() > 10


def test_stripes_and_gradients_cover_what_they_should():
    (picture,) = pictures(Video((Shot(Patches((("#ff0000", 0.25), ("#0000ff", 0.75))), 0.03),), width=90, height=160))
    assert (picture[..., 0] == 255).mean() == pytest.approx(0.25)
    (picture,) = pictures(Video((Shot(Gradient("#000000", "#ffffff"), 0.03),), width=90, height=160))
    assert picture[0].mean() < 2
    assert picture[-1].mean() > 253


def test_a_text_is_on_show_when_and_where_the_truth_says():
    text = Text("HELLO", 0.2, 0.6, y=0.25, fill_hex="#ffff00", stroke_hex="#000000")
    video = Video((Shot(Flat("#3060a0"), 1.0),), texts=(text,), width=360, height=640)
    frames = np.stack(list(pictures(video)))
    (line,) = truth_of(video).texts
    differs = np.abs(frames.astype(int) - frames[0]).max(axis=3) > 40
    shown = np.flatnonzero(differs.any(axis=(1, 2)))
    assert (line.start_s, line.end_s) == pytest.approx((shown[0] / 30, (shown[-1] + 1) / 30))
    down, across = np.nonzero(differs[10])
    assert (line.x * 360, line.y * 640) == pytest.approx((across.min(), down.min()), abs=1.5)
    assert (line.w * 360, line.h * 640) == pytest.approx((np.ptp(across) + 1, np.ptp(down) + 1), abs=2)


@pytest.mark.parametrize("entrance", ["fade", "pop", "slide", "typewriter"])
def test_an_entrance_begins_with_its_first_picture_and_comes_to_rest(entrance):
    text = Text("two\nlines", 0.2, 0.9, box_hex="#ff2050", entrance=entrance)
    frames = np.stack(list(pictures(Video((Shot(Flat("#3060a0"), 1.0),), texts=(text,), width=360, height=640))))
    assert np.array_equal(frames[5], frames[0])
    assert not np.array_equal(frames[6], frames[0])
    assert not np.array_equal(frames[6], frames[20])
    assert np.array_equal(frames[16], frames[20])


def test_sprites_and_effects_keep_to_their_times():
    sprite = Sprite("circle", 0.0, 0.5, x=0.2, speed=(1.0, 0.0))
    flash = Effect("flash", 0.8, 0.9)
    video = Video((Shot(Flat("#3060a0"), 1.0),), sprites=(sprite,), effects=(flash,), width=90, height=160)
    frames = np.stack(list(pictures(video))).astype(int)
    red = (frames[..., 0] > 200) & (frames[..., 2] < 80)
    middle = [np.nonzero(picture)[1].mean() for picture in red[:15]]
    assert np.diff(middle) == pytest.approx(3, abs=1)
    assert not red[15:].any()
    assert [i for i, picture in enumerate(frames) if picture.min() > 250] == [24, 25, 26]


def test_the_sound_is_where_it_should_be(tmp_path: Path):
    render(replace(SMALL, sound=(Clicks(240, first_s=0.25),)), tmp_path / "clip.mp4")
    with av.open(str(tmp_path / "clip.mp4")) as file:
        left = np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])
    loud = np.flatnonzero(np.abs(left) > 0.2) / 48_000
    assert loud.min() == pytest.approx(0.25, abs=0.002)
    assert loud[loud > 0.4].min() == pytest.approx(0.5, abs=0.002)


def test_noise_has_the_loudness_that_was_asked_for():
    assert k_weighted_lufs(mix((PinkNoise(-23.0),), 3.0, 48_000), 48_000) == pytest.approx(-23.0, abs=0.1)
    # The standard's own calibration: a 997 Hz sine of -20 dB on both sides reads -20 LUFS.
    assert k_weighted_lufs(mix((Sine(997, level_db=-20),), 3.0, 48_000), 48_000) == pytest.approx(-20.0, abs=0.1)


def test_no_sound_is_not_the_same_as_silence(tmp_path: Path):
    render(SMALL, tmp_path / "mute.mp4")
    render(replace(SMALL, sound=(Hush(),)), tmp_path / "silent.mp4")
    with av.open(str(tmp_path / "mute.mp4")) as mute, av.open(str(tmp_path / "silent.mp4")) as silent:
        assert (len(mute.streams.audio), len(silent.streams.audio)) == (0, 1)


def test_frame_times_start_at_zero_and_rise():
    times = frame_times(replace(SMALL, fps=Fraction(30000, 1001)))
    assert times[0] == 0
    assert (np.diff(times) > 0).all()
