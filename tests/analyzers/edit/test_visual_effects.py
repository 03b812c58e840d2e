import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data
from skimage.transform import resize

from analyzers.edit.camera_analysis import Row as CameraRow
from analyzers.edit.cut_analysis import CutRow
from analyzers.edit.speed_ops import SpeedRow
from analyzers.edit.temporal_consistency import ConsistencyRow
from analyzers.edit.visual_effects import Part, Row, visual_effects
from analyzers.picture.background_segmentation import Row as GroundRow
from analyzers.picture.layout_composite import Region
from analyzers.picture.layout_composite import Row as LayoutRow
from tests.inputs import make_motion

Pictures = NDArray[np.uint8]
HEIGHT, WIDTH = 284, 160
WHOLE = (resize(data.coffee(), (HEIGHT, 700), anti_aliasing=True) * 255).astype(np.uint8)
OTHER = (resize(data.astronaut(), (HEIGHT, 700), anti_aliasing=True) * 255).astype(np.uint8)
BESIDE = 2 / 30 + 1e-6


def panned(count: int = 60, speed: int = 1, whole: Pictures = WHOLE) -> Pictures:
    return np.stack([whole[:, speed * i : speed * i + WIDTH] for i in range(count)])


def effects(
    pictures: Pictures, *, cuts=(), camera=(), consistency=(), speeds=(), layouts=(), grounds=(), fps: float = 30.0
) -> list[Row]:
    motion = make_motion(pictures, fps)
    return list(visual_effects(motion, cuts, camera, consistency, speeds, layouts, grounds))


def assert_one(rows: list[Row], effect: str, first: int, after: int, fps: float = 30.0) -> Row:
    (row,) = rows
    assert row.effect == effect
    assert row.start_s == pytest.approx(first / fps, abs=BESIDE)
    assert row.end_s == pytest.approx(after / fps, abs=BESIDE)
    return row


def whitened(pictures: Pictures, shares: NDArray[np.floating]) -> Pictures:
    return (pictures + (255 - pictures) * shares[:, None, None, None]).round().astype(np.uint8)


def changed(first: int, after: int, change) -> Pictures:
    pictures = panned().copy()
    pictures[first:after] = [change(picture) for picture in pictures[first:after]]
    return pictures


def split(picture: Pictures) -> Pictures:
    red, green, blue = np.moveaxis(picture, -1, 0)
    return np.stack([np.roll(red, -2, axis=1), green, np.roll(blue, 2, axis=1)], axis=-1)


def mirrored(picture: Pictures) -> Pictures:
    return np.concatenate([picture[:, : WIDTH // 2], picture[:, : WIDTH // 2][:, ::-1]], axis=1)


def colourless(picture: Pictures) -> Pictures:
    return np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)


def test_a_plain_clip_has_no_effects():
    assert effects(panned()) == []
    assert effects(np.repeat(panned(1), 40, axis=0)) == []


def test_a_hard_cut_is_no_effect():
    assert effects(np.concatenate([panned(30), panned(30, whole=OTHER), panned(30)])) == []


@pytest.mark.parametrize("strength", [0.4, 0.7, 1.0])
def test_a_flash_is_found_with_its_strength(strength: float):
    shares = np.zeros(60)
    shares[30:33] = strength
    row = assert_one(effects(whitened(panned(), shares)), "flash", 30, 33)
    assert row.strength == pytest.approx(strength, rel=0.1)


def test_a_flash_that_dies_away_is_one():
    shares = np.zeros(60)
    shares[30:39] = np.linspace(0.9, 0.1, 9)
    assert_one(effects(whitened(panned(), shares)), "flash", 30, 39)


@pytest.mark.parametrize("hz", [4, 8, 12])
def test_steady_flashes_are_a_strobe_and_its_frequency(hz: float):
    t = np.arange(120) / 60
    shares = np.where((t >= 0.5) & (t < 1.5) & ((t - 0.5 + 1e-9) * hz % 1 < 0.5), 0.9, 0)
    (row,) = effects(whitened(panned(120), shares), fps=60)
    assert row.effect == "strobe"
    assert row.hz == pytest.approx(hz, abs=0.3)
    assert row.strength == pytest.approx(0.9, rel=0.1)


def test_lamps_and_night_are_no_flash():
    """Light of lamps multiplies what it falls on, here more and there less."""
    rng = np.random.default_rng(4)
    night = panned() * 0.15
    down, across = np.mgrid[:HEIGHT, :WIDTH]
    stage = []
    for i, picture in enumerate(night):
        beam = np.exp(-(((across - 80 + 60 * np.sin(i / 3)) / 25) ** 2)) * (i // 5 % 2)
        colour = rng.permutation([230.0, 40.0, 120.0])
        stage.append(picture + beam[..., None] * (picture * 3 + colour * (0.3 + 0.7 * down / HEIGHT)[..., None]))
    assert effects(np.clip(stage, 0, 255).astype(np.uint8)) == []
    grainy = night + rng.normal(0, 6, night.shape)
    assert effects(np.clip(grainy, 0, 255).astype(np.uint8)) == []
    lit = panned() * np.where(np.arange(60) // 4 % 2, 0.4, 1.0)[:, None, None, None]
    assert effects(lit.astype(np.uint8)) == []


def test_a_step_of_exposure_is_no_flash():
    shares = np.zeros(60)
    shares[30:] = 0.4
    assert effects(whitened(panned(), shares)) == []


@pytest.mark.parametrize("is_black", [True, False])
def test_a_video_fades_in_and_out(is_black: bool):
    shares = np.ones(60)
    shares[:15], shares[-20:] = np.arange(15) / 15, 1 - np.arange(1, 21) / 20
    faded = panned() * shares[:, None, None, None]
    faded = faded if is_black else whitened(panned(), 1 - shares)
    come, go = effects(faded.astype(np.uint8))
    assert_one([come], "fade_in", 0, 15)
    assert_one([go], "fade_out", 40, 60)


def test_a_video_that_begins_black_and_cuts_to_a_picture_does_not_fade():
    pictures = panned().copy()
    pictures[:10], pictures[50:] = 0, 0
    assert effects(pictures) == []


def test_a_fade_between_two_shots_is_a_fade_out_and_a_fade_in():
    shares = np.ones(60)
    shares[20:40] = np.abs(np.arange(20) - 9.5) / 10
    pictures = np.concatenate([panned(30), panned(30, whole=OTHER)]) * shares[:, None, None, None]
    cut = CutRow(20 / 30, 40 / 30, 0.9, "cut", kind="fade_black", boundary_frame=40, len_frames=20)
    out, into = effects(pictures.astype(np.uint8), cuts=(cut,))
    assert_one([out], "fade_out", 20, 30)
    assert_one([into], "fade_in", 30, 40)


def test_red_and_blue_beside_each_other_are_split():
    row = assert_one(effects(changed(20, 40, split)), "rgb_split", 20, 40)
    assert row.strength == pytest.approx(4 / WIDTH, rel=0.1)


def test_stripes_of_red_and_blue_are_not_split():
    stripes = np.zeros((HEIGHT, 220, 3), np.uint8)
    stripes[:, np.arange(220) % 8 < 4, 0] = stripes[:, np.arange(220) % 8 >= 4, 2] = 220
    assert effects(panned(whole=stripes)) == []


def test_halves_that_mirror_each_other_are_a_mirror():
    assert_one(effects(changed(21, 42, mirrored)), "mirror", 21, 42)


def test_a_symmetric_drawing_is_no_mirror():
    assert effects(np.repeat(mirrored(panned(1)[0])[None], 40, axis=0)) == []


def test_colour_turned_off_and_on_is_black_and_white():
    assert_one(effects(changed(25, 45, colourless)), "bw", 25, 45)


def test_a_video_and_a_shot_without_colours_are_no_effect():
    assert effects(changed(0, 60, colourless)) == []
    assert effects(np.concatenate([panned(30), [colourless(picture) for picture in panned(30, whole=OTHER)]])) == []


def test_a_negative_is_inverted():
    assert_one(effects(changed(25, 35, lambda picture: 255 - picture)), "invert", 25, 35)


def test_an_abrupt_blur_is_one_and_a_slow_focus_is_not():
    import cv2

    row = assert_one(effects(changed(20, 40, lambda picture: cv2.GaussianBlur(picture, (0, 0), 3))), "blur", 20, 40)
    assert row.strength == pytest.approx(3 / WIDTH, rel=0.1)
    pulled = [cv2.GaussianBlur(picture, (0, 0), 0.3 + 3 * np.sin(np.pi * i / 60)) for i, picture in enumerate(panned())]
    assert effects(np.stack(pulled).astype(np.uint8)) == []


def test_a_digital_zoom_of_a_moment_is_a_punch_in():
    punch = CameraRow(1.0, 1 + 1 / 30, 0.9, "segment", move="zoom_in", amount=1.3, is_digital=True)
    slow = CameraRow(0.0, 2.0, 0.9, "segment", move="zoom_in", amount=1.3, is_digital=True)
    filmed = CameraRow(1.0, 1.2, 0.9, "segment", move="zoom_in", amount=1.3, is_digital=None)
    row = assert_one(effects(panned(), camera=(punch, slow, filmed)), "punch_in", 30, 31)
    assert row.factor == 1.3


def test_what_speed_ops_says_of_time_is_said_here_too():
    rows = (
        SpeedRow(0.1, 0.4, None, "freeze", "picture", 0.0),
        SpeedRow(0.5, 0.8, 0.9, "speed", "picture", 2.0),
        SpeedRow(0.8, 1.0, 0.8, "speed", "picture", 0.25),
        SpeedRow(1.2, 1.5, 0.9, "speed", "picture", 0.5),
        SpeedRow(1.6, 1.9, None, "reverse", "picture", -1.0),
        SpeedRow(1.9, 1.95, None, "dup", "picture"),
    )
    found = [(row.effect, row.start_s, row.end_s, row.factor) for row in effects(panned(), speeds=rows)]
    assert found == [
        ("freeze", 0.1, 0.4, 0), ("ramp", 0.5, 1.0, 0.25), ("slow", 1.2, 1.5, 0.5), ("reverse", 1.6, 1.9, -1),
    ]  # fmt: skip


def test_an_inset_is_an_overlay_with_its_place_and_a_split_screen_is_none():
    inset = LayoutRow(0.5, 1.5, None, "pip", (Region(0, 0, 1, 1, "main"), Region(0.6, 0.1, 0.3, 0.2, "inset")))
    halves = LayoutRow(1.5, 2, None, "duet_h", (Region(0, 0, 0.5, 1, "left"), Region(0.5, 0, 0.5, 1, "right")))
    (row,) = effects(panned(), layouts=(inset, halves))
    assert (row.effect, row.start_s, row.end_s, row.region) == ("overlay", 0.5, 1.5, Part(0.6, 0.1, 0.3, 0.2))


def test_a_green_screen_is_one_and_a_wall_is_none():
    green, wall = (GroundRow(0.0, 2.0, None, "shot", 0, None, bg_type=kind) for kind in ("greenscreen", "flat"))
    (row,) = effects(panned(), grounds=(green, wall))
    assert (row.effect, row.region) == ("greenscreen", None)


def filmed(way: NDArray[np.floating], fps: float = 30.0) -> list[CameraRow]:
    """Frame by frame, from where the camera is."""
    steps = np.diff(way, axis=0, append=way[-1:]) * fps
    return [CameraRow(i / fps, (i + 1) / fps, 0.9, "frame", dx_w_s=x, dy_w_s=y) for i, (x, y) in enumerate(steps)]


def test_a_fast_shake_that_begins_and_ends_at_once_is_one_and_a_hand_is_none():
    t = np.arange(60) / 30
    inside = (t >= 0.7) & (t < 1.2)
    turn = 2 * np.pi * 10 * (t - 0.7)
    round_ = 0.02 * np.stack([np.sin(turn), np.cos(turn)], axis=1)
    row = assert_one(effects(panned(), camera=filmed(0.1 * t[:, None] + round_ * inside[:, None])), "shake", 21, 36)
    assert row.hz == pytest.approx(10, abs=1.5)
    for hz, size in ((4, 0.02), (9, 0.001)):
        hand = size * np.stack([np.sin(2 * np.pi * hz * t), np.cos(2 * np.pi * hz * t)], axis=1)
        assert effects(panned(), camera=filmed(hand)) == []
    assert effects(panned(), camera=filmed(round_)) == []  # a road shakes all along


def test_corners_that_darken_at_once_are_a_vignette_and_a_lens_and_a_step_of_exposure_are_none():
    down, across = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    gone = (0.6 * (down**2 + across**2) / 2)[..., None]
    row = assert_one(
        effects(changed(20, 40, lambda picture: (picture * (1 - gone)).astype(np.uint8))), "vignette", 20, 40
    )
    assert row.strength == pytest.approx(0.6, rel=0.1)
    assert effects(changed(0, 60, lambda picture: (picture * (1 - gone)).astype(np.uint8))) == []
    assert effects(changed(20, 40, lambda picture: (picture * 0.6).astype(np.uint8))) == []


def test_torn_frames_close_together_are_a_glitch_and_one_alone_is_a_broken_file():
    torn = [ConsistencyRow(a, a + 1 / 30, None, "warp", magnitude=0.6) for a in (1.0, 1.2)]
    row = assert_one(effects(panned(), consistency=torn), "glitch", 30, 37)
    assert row.strength == 0.6
    assert effects(panned(), consistency=torn[:1]) == []


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (7, 33)])
@pytest.mark.parametrize("count", [1, 2, 40])
def test_odd_pictures_are_survived(size: tuple[int, int], count: int):
    rng = np.random.default_rng(0)
    for pictures in (
        np.zeros((count, *size, 3)),
        np.full((count, *size, 3), 255),
        rng.integers(0, 255, (count, *size, 3)),
    ):
        effects(pictures.astype(np.uint8))
