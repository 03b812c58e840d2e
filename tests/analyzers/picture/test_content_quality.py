"""Pictures blurred, grained, cut into blocks and bands by the test, and told apart."""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
import pytest
from scipy.stats import spearmanr

from analyzers.contract import Frame
from analyzers.edit.cut_analysis import CutRow
from analyzers.picture.content_quality import Row, content_quality
from analyzers.picture.picture_tags import TagRow
from analyzers.schema import Origin, to_table
from resources.render.picture import Noise, Photo, draw
from tests.analyzers.picture.test_color_analysis import as_frames, encoded
from tests.inputs import make_frames, make_media, make_motion

WIDTH, HEIGHT = 576, 1024
SCENES = (Photo("bus"), Photo("coffee"), Photo("cat"), Noise(3))
scenes = pytest.mark.parametrize("scene", SCENES, ids=str)


def picture(scene: Photo | Noise = SCENES[0]) -> np.ndarray:
    return draw(scene, WIDTH, HEIGHT)


def blurred(rgb: np.ndarray, sigma: float) -> np.ndarray:
    return np.asarray(cv2.GaussianBlur(rgb, (0, 0), sigma)) if sigma else rgb


def grained(rgb: np.ndarray, sigma: float) -> np.ndarray:
    noise = np.random.default_rng(5).normal(0, 1, rgb.shape[:2]) * sigma
    return (rgb + noise[..., None]).round().clip(0, 255).astype(np.uint8)


def gradient(step: int, sigma: float = 0.0) -> np.ndarray:
    level = np.linspace(60, 140, HEIGHT) // step * step
    return grained(np.repeat(np.repeat(level[:, None, None], WIDTH, 1), 3, 2), sigma)


def analyse(
    frames: Sequence[Frame],
    shots: Sequence[CutRow] | None = None,
    small: np.ndarray | None = None,
    tags: Sequence[TagRow] | None = None,
) -> list[Row]:
    """Rows that also fit their table."""
    motion = make_motion(np.zeros((0, 16, 9, 3), np.uint8) if small is None else small)
    end_s = max(len(frames) / 4, motion.end_s)
    media = make_media(width_px=WIDTH, height_px=HEIGHT, duration_s=end_s)
    rows = list(content_quality(frames, motion, media, shots, tags))
    to_table(Row, rows, Origin("local-0", "content_quality", "measured", "test", None, None, [0.0]))
    return rows


def quality(rgb: np.ndarray) -> Row:
    return analyse([Frame(0, 0.0, np.ascontiguousarray(rgb))])[-1]


def rank(values: Sequence[float], steps: Sequence[float]) -> float:
    return round(float(spearmanr(values, steps).statistic), 6)


@scenes
def test_the_more_blur_the_less_sharp_and_the_worse(scene: Photo):
    sigmas = (0, 0.5, 1, 1.5, 2, 3, 4)
    rows = [quality(blurred(picture(scene), sigma)) for sigma in sigmas]
    assert rank([row.sharpness or 0 for row in rows], sigmas) == -1
    assert rank([row.tech_score or 0 for row in rows], sigmas) <= -0.95
    assert max(rows, key=lambda row: row.tech_score or 0) is rows[0]


@scenes
def test_noise_is_as_strong_as_what_was_added(scene: Photo):
    own = quality(picture(scene)).noise_sigma
    for sigma in (2, 4, 8, 16):
        assert quality(grained(picture(scene), sigma)).noise_sigma == pytest.approx(np.hypot(sigma, own), rel=0.15)


@scenes
def test_the_more_noise_the_worse(scene: Photo):
    sigmas = (0, 2, 4, 8, 16)
    assert rank([quality(grained(picture(scene), sigma)).tech_score or 0 for sigma in sigmas], sigmas) == -1


@scenes
def test_the_harder_the_compression_the_worse(scene: Photo):
    crfs = (18, 23, 28, 33, 38, 45)
    rows = [analyse(encoded([picture(scene)] * 2, crf))[-1] for crf in crfs]
    assert rank([row.gen_loss_est for row in rows], crfs) >= 0.95
    assert rank([row.tech_score or 0 for row in rows], crfs) <= -0.95


def test_blocks_of_eight_are_seen_and_a_whole_picture_has_none():
    rgb = picture(Photo("coffee"))
    small = cv2.resize(rgb, (WIDTH // 8, HEIGHT // 8), interpolation=cv2.INTER_AREA)
    blocks = np.repeat(np.repeat(np.asarray(small), 8, 0), 8, 1)
    mixed = cv2.addWeighted(blurred(rgb, 1.0), 0.7, blocks, 0.3, 0)
    assert quality(np.asarray(mixed)).blockiness > 0.2
    assert quality(rgb).blockiness < 0.02


def test_steps_in_a_gradient_are_bands_and_grain_hides_them():
    assert quality(gradient(2)).banding > 0.6  # bands of 25 pixels
    assert quality(gradient(2, sigma=1.5)).banding < 0.01
    assert quality(picture()).banding < 0.02


@pytest.mark.parametrize(("level", "ev"), [(118, 0.0), (161, 1.0), (85, -1.0), (0, -10.0)])
def test_exposure_counts_stops_from_middle_grey(level: int, ev: float):
    assert quality(np.full((64, 64, 3), level, np.uint8)).exposure_ev == pytest.approx(ev, abs=0.05)


@pytest.mark.parametrize("way", [cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4])
def test_a_picture_enlarged_three_times_is_told(way: int):
    small = cv2.resize(picture(), (WIDTH // 3, HEIGHT // 3), interpolation=cv2.INTER_AREA)
    assert quality(np.asarray(cv2.resize(small, (WIDTH, HEIGHT), interpolation=way))).is_upscaled is True
    assert quality(picture()).is_upscaled is False


def lit(level: np.ndarray) -> Row:
    """Of two seconds of flat pictures of these levels."""
    pictures = np.repeat(np.repeat(level.round().astype(np.uint8)[:, None, None, None], 18, 2), 32, 1)
    pictures = np.ascontiguousarray(np.repeat(pictures, 3, 3))
    return analyse(make_frames(make_motion(pictures)), small=pictures)[-1]


def test_a_lamp_at_eight_hertz_flickers_and_slowly_growing_light_does_not():
    t = np.arange(60) / 30
    swing, growing = lit(120 + 20 * np.sin(2 * np.pi * 8 * t)), lit(np.linspace(60, 180, 60))
    assert swing.flicker == pytest.approx(20 / 255 / 2**0.5, rel=0.15)
    assert growing.flicker is not None
    assert growing.flicker < 0.002


def test_each_shot_has_its_own_row_and_the_video_its_own():
    frames = as_frames([picture()] * 4 + [blurred(picture(), 4)] * 4)
    shots = [CutRow(float(i), i + 1.0, None, "shot", shot=i) for i in range(2)]
    sharp, soft, whole = analyse(frames, shots)
    assert (sharp.level, sharp.shot, soft.shot, whole.level, whole.shot) == ("shot", 0, 1, "video", None)
    assert (sharp.sharpness or 0) > (whole.sharpness or 0) > (soft.sharpness or 1)


def test_without_a_model_nobody_says_that_it_pleases():
    assert quality(picture()).aesth_score is None


def test_a_model_says_of_each_shot_how_it_pleases_and_of_the_video_by_their_lengths():
    frames = as_frames([picture()] * 16)
    borders = [0.0, 3.0, 3.5, 4.0]
    shots = [CutRow(a, b, None, "shot", shot=i) for i, (a, b) in enumerate(pairwise(borders))]
    tags = [
        TagRow(0.0, 3.0, None, 0, "aesthetics", None, None, 0.2),
        TagRow(3.0, 3.5, None, 1, "noise", None, None, 0.7),
    ]
    tags += [
        TagRow(3.5, 4.0, None, 2, "aesthetics", None, None, 0.9),
        TagRow(3.5, 4.0, 0.9, 2, "style", "game", 1, None),
    ]
    told = [row.aesth_score for row in analyse(frames, shots, tags=tags)]
    assert told == [0.2, None, 0.9, pytest.approx((3 * 0.2 + 0.5 * 0.9) / 3.5)]
    whole = [TagRow(0.0, 4.0, None, None, "aesthetics", None, None, 0.4)]
    assert [row.aesth_score for row in analyse(frames, tags=whole)] == [pytest.approx(0.4)]


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (3, 50), (50, 3), (17, 33), (65, 37)])
@pytest.mark.parametrize("fill", ["black", "white", "noise"])
def test_odd_pictures_give_finite_numbers(shape: tuple[int, int], fill: str):
    rgb = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    if fill != "noise":
        rgb[:] = 255 * (fill == "white")
    row = quality(rgb)
    assert row.level == "video"
    if fill != "noise":
        assert (row.sharpness, row.tech_score, row.is_upscaled, row.noise_sigma, row.banding) == (
            None,
            None,
            None,
            0,
            0,
        )
