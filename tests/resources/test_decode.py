"""What the decoder hands on is what was drawn and sung: upright, square, in true colours, on one true clock."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from analyzers.contract import Audio, Frames, Media, Motion
from resources.decode import decode, full_frames
from resources.door import MediaError
from resources.store import Store
from tests.battery.boxes import patched, set_matrix
from tests.battery.film import ONE_BY_ONE, copy, film, flat, sine

VIDEO = "local-0123456789abcdef"
PLAIN = {"preset": "veryfast", "g": "15", "bf": "0"}
MS = Fraction(1, 1000)


class Opened:
    """A file, decoded, and read back as the analyzers read it."""

    def __init__(self, path: Path, data: Path, **how: Any) -> None:
        store = Store(root=str(data))
        self.folder = store.folder("sources", VIDEO)
        decode(path, self.folder, **how)
        self.media: Media = store.read("media", VIDEO)
        self.motion: Motion = store.read("motion", VIDEO)
        self.frames: Frames = store.read("frames", VIDEO)
        self.audio: Audio = store.read("audio", VIDEO)


@pytest.fixture
def opened(tmp_path: Path) -> Callable[..., Opened]:
    made: list[Path] = []

    def open_it(path: Path, **how: Any) -> Opened:
        made.append(tmp_path / f"data{len(made)}")
        return Opened(path, made[-1], **how)

    return open_it


def _shade(i: int) -> NDArray[np.uint8]:
    """A picture that says which it is: grey, 3 levels a frame."""
    return np.full((64, 48, 3), 20 + 3 * i, np.uint8)


# The picture


@pytest.mark.parametrize(
    ("matrix", "corners", "rotation", "is_mirrored"),
    [
        ((1, 0, 0, 1), "rgbw", 0, False),
        ((0, 1, -1, 0), "brwg", 270, False),  # clockwise: what was at the bottom left is now at the top left
        ((-1, 0, 0, -1), "wbgr", 180, False),
        ((0, -1, 1, 0), "gwrb", 90, False),
        ((-1, 0, 0, 1), "grwb", 0, True),
        ((1, 0, 0, -1), "bwrg", 180, True),
        ((0, 1, 1, 0), "rbgw", 90, True),
        ((0, -1, -1, 0), "wgbr", 270, True),
        ((0.7, 0.7, -0.7, 0.7), "rgbw", 0, False),
    ],
)
def test_a_picture_is_turned_as_its_matrix_says(
    matrix: tuple[float, ...], corners: str, rotation: int, is_mirrored: bool, tmp_path: Path, opened: Any
) -> None:
    colours = {"r": (255, 0, 0), "g": (0, 255, 0), "b": (0, 0, 255), "w": (255, 255, 255)}
    drawn = np.zeros((128, 96, 3), np.uint8)
    for colour, (y, x) in zip("rgbw", ((0, 0), (0, 48), (64, 0), (64, 48)), strict=True):
        drawn[y : y + 64, x : x + 48] = colours[colour]
    whole = film(tmp_path / "a.mp4", size=(96, 128), n=2, draw=lambda i: drawn, sound=None)
    turned = patched(whole, tmp_path / "b.mp4", lambda moov: set_matrix(moov, *matrix))
    found = opened(turned)
    media, picture = found.media, found.frames[0].rgb
    height, width, _ = picture.shape
    assert (media.rotation_deg, media.is_mirrored) == (rotation, is_mirrored)
    assert (media.width_px, media.height_px) == (width, height) == ((128, 96) if rotation in (90, 270) else (96, 128))
    for rgb in (picture, found.motion.rgb[0], full_frames(turned, [0.0])[0]):
        high, wide, _ = rgb.shape
        spots = ((high // 4, wide // 4), (high // 4, -wide // 4), (-high // 4, wide // 4), (-high // 4, -wide // 4))
        for colour, (y, x) in zip(corners, spots, strict=True):
            assert np.abs(rgb[y, x].astype(int) - colours[colour]).max() < 40, (corners, colour)


def test_pixels_become_square(tmp_path: Path, opened: Any) -> None:
    path = film(tmp_path / "a.mp4", size=(180, 320), n=2, sar=Fraction(16, 9), sound=None)
    found = opened(path)
    assert (found.media.width_px, found.media.height_px) == (320, 320)
    assert found.media.sar == pytest.approx(16 / 9)
    assert found.frames[0].rgb.shape == (320, 320, 3)
    assert found.motion.rgb.shape[1:] == (160, 160, 3)


@pytest.mark.parametrize(
    ("codec", "pix_fmt", "colours", "size"),
    [
        ("libx264", "yuv420p", {"colorspace": 1, "color_range": 1}, (720, 1280)),
        ("libx264", "yuv420p", {}, (320, 240)),  # says nothing: small, so BT.601
        ("libx264", "yuvj420p", {"color_range": 2}, (322, 242)),
        ("libx264", "yuv420p10le", {"colorspace": 1, "color_range": 1}, (322, 242)),
        ("libx264", "yuv422p10le", {"colorspace": 1, "color_range": 1}, (182, 121)),
        ("libx264", "yuv444p", {"colorspace": 1, "color_range": 1}, (181, 121)),
        ("libx264rgb", "rgb24", {}, (320, 240)),
        ("libx265", "yuv420p", {}, (320, 240)),
    ],
)
def test_colours_are_those_drawn(
    codec: str, pix_fmt: str, colours: dict[str, int], size: tuple[int, int], tmp_path: Path, opened: Any
) -> None:
    orange = (230, 120, 30)
    path = film(
        tmp_path / "a.mp4", size=size, n=2, codec=codec, pix_fmt=pix_fmt, colours=colours, draw=flat(*size, *orange),
        sound=None,
    )  # fmt: skip
    found = opened(path, short_side_px=120)
    for rgb in (found.motion.rgb[0], found.frames[0].rgb, full_frames(path, [0.0])[0]):
        assert np.abs(rgb.reshape(-1, 3).astype(int) - orange).max() <= 6
    assert found.motion.grey[0].mean() == pytest.approx(0.299 * 230 + 0.587 * 120 + 0.114 * 30, abs=4)


@pytest.mark.parametrize(("transfer", "white"), [(16, 0.5807), (18, 0.75)])
def test_hdr_looks_as_on_an_ordinary_screen(transfer: int, white: float, tmp_path: Path, opened: Any) -> None:
    """The white of a page, 203 nits, is nearly white; unmapped it would be a grey of 148 or 191."""
    code = 64 + round(876 * white)
    name = {16: "smpte2084", 18: "arib-std-b67"}[transfer]

    def frame(i: int) -> av.VideoFrame:
        planes = np.full((192, 96), 512, np.uint16)
        planes[:128] = code
        planes[:128, :48] = 64  # black on the left
        return av.VideoFrame.from_ndarray(planes, "yuv420p10le")

    path = film(
        tmp_path / "a.mp4", size=(96, 128), n=2, codec="libx265", pix_fmt="yuv420p10le", frames=frame, sound=None,
        colours={"color_trc": transfer, "color_primaries": 9, "colorspace": 9, "color_range": 1},
        options={"x265-params": f"{ONE_BY_ONE}:lossless=1:colorprim=bt2020:transfer={name}:colormatrix=bt2020nc"},
    )  # fmt: skip
    found = opened(path)
    assert found.media.is_hdr
    for rgb in (found.motion.rgb[0], found.frames[0].rgb):
        assert rgb[:, : rgb.shape[1] // 3].max() <= 2
        right = rgb[:, -rgb.shape[1] // 3 :]
        assert 205 <= right.min() <= right.max() <= 225
    assert not opened(film(tmp_path / "sdr.mp4", n=2)).media.is_hdr


def test_transparent_parts_are_black(tmp_path: Path, opened: Any) -> None:
    clear = np.full((64, 96, 4), (200, 200, 200, 0), np.uint8)
    clear[:, 48:, 3] = 255
    path = film(
        tmp_path / "a.mov", size=(96, 64), n=2, codec="qtrle", pix_fmt="argb", sound=None,
        frames=lambda i: av.VideoFrame.from_ndarray(clear, "rgba"),
    )  # fmt: skip
    rgb = opened(path).frames[0].rgb
    assert rgb[:, :40].max() == 0
    assert rgb[:, 56:].min() == 200


def test_repeated_pictures_are_marked_and_others_are_not(tmp_path: Path, opened: Any) -> None:
    path = film(tmp_path / "a.mkv", size=(48, 64), n=9, codec="ffv1", draw=lambda i: _shade(i // 3 * 5), sound=None)
    motion = opened(path).motion
    assert motion.is_dup.tolist() == [False, True, True] * 3
    assert motion.grey.shape == (9, 64, 48)


# The clock


def test_irregular_times_are_kept_exactly(tmp_path: Path, opened: Any) -> None:
    times_ms = (np.cumsum([20, 33, 66, 250] * 8) - 20).tolist()
    path = film(tmp_path / "a.mkv", n=32, pts=lambda i: times_ms[i], time_base=MS, options=PLAIN, sound=None)
    found = opened(path, frames_per_s=4.0)
    assert found.motion.t_s == pytest.approx(np.array(times_ms) / 1000, abs=1e-9)
    assert found.motion.dur_s[:-1] == pytest.approx(np.diff(times_ms) / 1000, abs=1e-9)
    assert found.media.is_vfr
    due = [next(t for t in times_ms if t >= 250 * k) for k in range(times_ms[-1] // 250 + 1)]
    assert [round(frame.t_s * 1000) for frame in found.frames] == sorted(set(due))
    assert [found.motion.t_s[frame.index] for frame in found.frames] == [frame.t_s for frame in found.frames]


@pytest.mark.parametrize("name", ["a.ts", "a.mp4", "a.mkv"])
def test_time_begins_with_the_first_picture(name: str, tmp_path: Path, opened: Any) -> None:
    path = film(tmp_path / name, n=30, pts=lambda i: 3000 + i * 100 // 3, time_base=MS, sound_at_s=2.0)
    found = opened(path)
    assert found.motion.t_s[0] == 0
    assert found.media.duration_s == pytest.approx(1.0, abs=0.04)
    assert found.media.a_start_s == pytest.approx(-1.0, abs=0.06)
    assert found.audio.offset_s == found.media.a_start_s


@pytest.mark.parametrize(
    ("name", "sound", "late_s"),
    [("a.mov", "pcm_s16le", 0.0), ("a.mp4", "aac", 0.0), ("a.mp4", "aac", 0.5), ("a.mkv", "libopus", 0.25),
     ("a.ts", "aac", 0.0)],
)  # fmt: skip
def test_a_click_is_heard_when_its_flash_is_seen(
    name: str, sound: str, late_s: float, tmp_path: Path, opened: Any
) -> None:
    def sing(t: NDArray[np.float64]) -> NDArray[np.float32]:
        click = (np.abs(t + late_s - 1.0) < 0.002) * 0.9
        return np.stack([click, click]).astype(np.float32)

    path = film(
        tmp_path / name, size=(48, 64), n=60, sound=sound, rate=48_000, sing=sing, sound_at_s=late_s, sound_s=1.5,
        draw=lambda i: np.full((64, 48, 3), 255 * (i == 30), np.uint8),
    )  # fmt: skip
    found = opened(path)
    flash_s = found.motion.t_s[int(found.motion.grey[:].reshape(60, -1).mean(axis=1).argmax())]
    assert flash_s == pytest.approx(1.0, abs=1e-3)
    for samples, rate in ((np.abs(found.audio.stereo[:, 0]), 48_000), (np.abs(found.audio.mono), 16_000)):
        loud = np.flatnonzero(samples > samples.max() / 2)
        assert found.audio.offset_s + loud.mean() / rate == pytest.approx(flash_s, abs=0.004)


def test_a_hole_in_the_sound_is_silence_of_its_length(tmp_path: Path, opened: Any) -> None:
    whole = film(tmp_path / "a.mkv", n=60, sound="pcm_s16le", rate=48_000)
    path = copy([whole], tmp_path / "b.mkv", change=lambda p, n: None if _is_sound_of(p, 0.5, 1.0) else p)
    before, after = opened(whole).audio, opened(path).audio
    assert len(after.stereo) == pytest.approx(len(before.stereo), abs=1500)
    assert np.abs(after.stereo[26_000:46_000]).max() == 0
    assert np.abs(after.stereo[60_000:61_000]).max() > 0.2


def _is_sound_of(packet: Any, start_s: float, end_s: float) -> bool:
    return packet.stream.type == "audio" and start_s <= packet.pts * packet.time_base < end_s


# The sound


def test_mono_is_in_both_channels_and_as_loud_as_before(tmp_path: Path, opened: Any) -> None:
    path = film(tmp_path / "a.mov", n=30, sound="pcm_f32le", layout="mono", sing=sine(1000, 1, 0.5))
    audio = opened(path).audio
    assert np.array_equal(audio.stereo[:, 0], audio.stereo[:, 1])
    assert np.abs(audio.stereo[1000:-1000]).max() == pytest.approx(0.5, abs=0.01)
    assert np.abs(audio.mono[1000:-1000]).max() == pytest.approx(0.5, abs=0.01)
    assert len(audio.stereo) == pytest.approx(48_000, abs=100)
    assert len(audio.mono) == -(-len(audio.stereo) // 3)


@pytest.mark.parametrize(("right", "loud"), [(1.0, 0.5), (-1.0, 0.5), (0.0, 0.5)])
def test_the_mono_mix_loses_no_sound(right: float, loud: float, tmp_path: Path, opened: Any) -> None:
    def sing(t: NDArray[np.float64]) -> NDArray[np.float32]:
        return (sine(1000, 2, 0.5)(t) * np.array([[1], [right]])).astype(np.float32)

    path = film(tmp_path / "a.mov", n=30, sound="pcm_f32le", rate=48_000, sing=sing)
    assert np.abs(opened(path).audio.mono[1000:-1000]).max() == pytest.approx(loud, abs=0.02)


def test_nan_becomes_silence_and_is_said(tmp_path: Path, opened: Any) -> None:
    def sing(t: NDArray[np.float64]) -> NDArray[np.float32]:
        sound = sine()(t)
        sound[:, 5], sound[0, 6] = np.nan, np.inf
        return sound

    path = film(tmp_path / "a.mov", n=10, sound="pcm_f32le", rate=48_000, sing=sing)
    found = opened(path)
    assert found.media.warnings == ("audio_not_finite",)
    assert np.isfinite(found.audio.stereo).all()
    assert found.audio.stereo[5].tolist() == [0, 0]
    assert opened(film(tmp_path / "b.mov", n=10, sound="pcm_f32le")).media.warnings == ()


def test_sound_without_a_picture_is_decoded_and_said(tmp_path: Path, opened: Any) -> None:
    found = opened(film(tmp_path / "a.m4a", codec=None, sound_s=1.0))
    assert found.media.warnings == ("no_video",)
    assert (found.media.n_frames, len(found.motion.t_s), len(found.frames)) == (0, 0, 0)
    assert found.media.duration_s == pytest.approx(1.0, abs=0.05)
    assert len(found.motion.grey[:]) == 0
    assert len(found.audio.stereo) > 40_000


def test_a_picture_without_sound_has_no_samples(tmp_path: Path, opened: Any) -> None:
    found = opened(film(tmp_path / "a.mp4", n=5, sound=None))
    assert (len(found.audio.stereo), len(found.audio.mono), found.media.a_start_s) == (0, 0, None)
    assert found.media.warnings == ()


# What is lost


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_a_cut_file_says_how_much_is_lost(name: str, tmp_path: Path, opened: Any) -> None:
    whole = film(tmp_path / name, n=120, container={"movflags": "faststart"} if name == "a.mp4" else None)
    cut = tmp_path / f"cut_{name}"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    media = opened(cut).media
    assert "truncated" in media.warnings
    assert 0.5 < media.duration_s < 3.5
    assert media.duration_s + media.lost_s == pytest.approx(4.0, abs=0.1)
    assert opened(whole).media.lost_s == 0


def test_the_same_file_gives_the_same_bytes_even_a_damaged_one(tmp_path: Path, opened: Any) -> None:
    whole = film(tmp_path / "a.mp4", n=60, container={"movflags": "faststart"})
    damaged = bytearray(whole.read_bytes())
    middle = len(damaged) // 2
    damaged[middle : middle + 2000] = np.random.default_rng(1).bytes(2000)
    (tmp_path / "b.mp4").write_bytes(damaged)
    for path in (whole, tmp_path / "b.mp4"):
        first, second = (_bytes_of(opened(path).folder) for _ in range(2))
        assert first == second


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


# Single pictures


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts", "a.avi"])
def test_full_frames_are_those_on_screen_at_the_time(name: str, tmp_path: Path) -> None:
    codec = {"codec": "ffv1"} if name == "a.avi" else {}
    path = film(tmp_path / name, size=(48, 64), n=70, fps=10, draw=_shade, **codec, sound=None)
    times = [6.95, 0.0, 3.26, 3.2, 0.19, 50.0]
    found = [round((float(rgb.mean()) - 20) / 3) for rgb in full_frames(path, times)]
    assert found == [69, 0, 32, 32, 1, 69]


def test_full_frames_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as refused:
        full_frames(film(tmp_path / "a.m4a", codec=None, sound_s=0.5), [0.0])
    assert refused.value.word == "no_frames"
    assert full_frames(film(tmp_path / "b.mp4", n=2), []) == []
