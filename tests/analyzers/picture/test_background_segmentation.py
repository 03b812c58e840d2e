"""Masks, grounds and colours that were drawn, told by rules alone and by a model that knows them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from analyzers.contract import Flow, Frame, Media, Motion
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.ground.blur import edge_sigma
from analyzers.picture.background_segmentation import Row, background_segmentation
from analyzers.schema import Origin, to_table
from resources.render import Effect, Flat, Gradient, Move, Noise, Photo, Shake, Shot, Sprite, Video, pictures
from tests.inputs import make_flow, make_frames, make_media, make_motion
from tests.truth.rows import known

SIZE = 160, 284
DISC = Sprite("circle", 0, 9, x=0.5, y=0.55, w=0.6, h=0.6, look=Photo("cat"))


@dataclass
class Clip:
    motion: Motion
    frames: list[Frame]
    flow: Flow
    media: Media


def clip(video: Video, fps: int = 15) -> Clip:
    drawn = np.stack(list(pictures(replace(video, width=SIZE[0], height=SIZE[1], fps=fps))))
    motion = make_motion(drawn, fps)
    return Clip(motion, make_frames(motion), make_flow(motion), make_media(duration_s=motion.end_s))


def nobody(images: Iterable[np.ndarray]):
    for _ in images:
        yield np.zeros((0, 0), np.float32)


def analyse(made: Clip, model: Callable = nobody, cuts: list[CutRow] | None = None) -> list[Row]:
    """Rows that also fit their table."""
    rows = list(background_segmentation(made.frames, made.motion, made.flow, made.media, cuts, model))
    to_table(Row, rows, Origin("local-0", "background_segmentation", "model", "test", None, None, made.motion.t_s))
    return rows


def mask_of(row: Row) -> np.ndarray:
    assert row.mask_rle is not None
    return np.repeat(np.arange(len(row.mask_rle)) % 2 > 0, row.mask_rle).reshape(row.mask_h, row.mask_w)


def true_mask(row: Row, sprite: Sprite) -> np.ndarray:
    """The disc, on the row's grid."""
    down, across = np.mgrid[: row.mask_h, : row.mask_w] + 0.5
    tall = SIZE[1] / SIZE[0]
    x = sprite.x + sprite.speed[0] * (row.start_s - sprite.start_s)
    return np.hypot(across / row.mask_w - x, (down / row.mask_h - sprite.y) * tall) < sprite.w / 2


def overlap(row: Row, sprite: Sprite) -> float:
    found, true = mask_of(row), true_mask(row, sprite)
    return float((found & true).sum() / (found | true).sum())


def parted(rows: list[Row]) -> tuple[list[Row], Row]:
    samples, shots = [row for row in rows if row.level == "sample"], [row for row in rows if row.level == "shot"]
    assert len(shots) == 1
    return samples, shots[0]


# By rules


@pytest.mark.parametrize("move", [Move(0, 2, x=0.8), Move(0, 2, y=-0.6), Move(0, 2, x=-0.5, zoom=1.3)], ids=str)
def test_what_stands_before_a_moving_ground_is_foreground(move: Move):
    made = clip(Video((Shot(Photo("bus"), 2.0, moves=(move,)),), sprites=(DISC,)))
    samples, shot = parted(analyse(made))
    assert len(samples) >= len(made.frames) - 1
    assert np.median([overlap(row, DISC) for row in samples]) >= 0.7
    assert (shot.bg_type, shot.start_s, shot.end_s) == ("moving", 0.0, pytest.approx(2.0))
    assert shot.fg_ratio == pytest.approx(np.pi * 0.3**2 * 160 / 284, abs=0.07)


def test_what_moves_before_a_standing_ground_is_foreground():
    disc = Sprite("circle", 0, 9, x=0.1, y=0.5, w=0.4, h=0.4, speed=(0.5, 0.0), look=Photo("coffee"))
    samples, shot = parted(analyse(clip(Video((Shot(Photo("bus"), 3.0),), sprites=(disc,)))))
    assert shot.bg_type == "static"
    inner = [row for row in samples if 0.25 < row.start_s < 1.6]
    assert np.median([overlap(row, disc) for row in inner]) >= 0.7


@pytest.mark.parametrize(
    ("colour", "kind"),
    [("#00b140", "greenscreen"), ("#00ff00", "greenscreen"), ("#0047bb", "greenscreen"), ("#f4f1ea", "flat"),
     ("#8899aa", "flat"), ("#c04020", "flat"), ("#000000", "flat"), ("#5c7a4a", "flat")],
)  # fmt: skip
def test_a_plain_ground_is_told_with_its_colour(colour: str, kind: str):
    from skimage.color import deltaE_ciede2000, rgb2lab

    samples, shot = parted(analyse(clip(Video((Shot(Flat(colour), 1.0),), sprites=(DISC,)))))
    assert shot.bg_type == kind
    told, true = (np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)]) / 255 for c in (shot.bg_hex, colour))
    assert deltaE_ciede2000(rgb2lab(told), rgb2lab(true)) <= 3
    if colour == "#00b140":
        assert min(overlap(row, DISC) for row in samples) >= 0.9


@pytest.mark.parametrize("picture", [Photo("coffee"), Noise(7), Gradient("#f0c060", "#204080")], ids=str)
def test_where_nothing_tells_there_is_no_mask_and_no_share(picture):
    samples, shot = parted(analyse(clip(Video((Shot(picture, 1.5),)))))
    assert samples == []
    assert (shot.fg_ratio, shot.bg_type) == (None, "static")
    samples, shot = parted(analyse(clip(Video((Shot(picture, 1.5, shake=Shake(1.0, 0.05)),)))))
    assert len(samples) <= 1
    samples, shot = parted(analyse(clip(Video((Shot(Noise(8), 1.5, moves=(Move(0, 1.5, x=0.6),)),)))))
    assert len(samples) <= 1
    assert shot.bg_type == "moving"


def test_shots_are_told_one_by_one():
    made = clip(Video((Shot(Flat("#00b140"), 1.0), Shot(Photo("coffee"), 1.0)), sprites=(DISC,)))
    cut = known(CutRow, start_s=1.0, end_s=1.0, level="cut")
    shots = [row for row in analyse(made, cuts=[cut]) if row.level == "shot"]
    assert [(row.start_s, row.end_s, row.shot) for row in shots] == [(0.0, 1.0, 0), (1.0, pytest.approx(2.0), 1)]
    assert shots[0].bg_type == "greenscreen"
    assert shots[1].bg_type != "greenscreen"


# With a model


def knows(sprite: Sprite, softness: float = 0.01) -> Callable:
    """A model that knows where the disc is, with a soft edge."""

    def model(images: Iterable[np.ndarray]):
        for _ in images:
            down, across = np.mgrid[:256, :256] / 256 + 1 / 512
            away = np.hypot(across - sprite.x, (down - sprite.y) * SIZE[1] / SIZE[0]) - sprite.w / 2
            yield np.clip(0.5 - away / softness / 2, 0, 1).astype(np.float32)

    return model


def test_a_models_mask_is_kept():
    made = clip(Video((Shot(Photo("bus"), 2.0, moves=(Move(0, 2, x=0.8),)),), sprites=(DISC,)))
    samples, shot = parted(analyse(made, knows(DISC)))
    assert len(samples) == len(made.frames)
    assert min(overlap(row, DISC) for row in samples) >= 0.9
    assert (shot.bg_type, shot.fg_ratio) == ("moving", pytest.approx(np.pi * 0.3**2 * 160 / 284, abs=0.01))
    assert shot.confidence == pytest.approx(0.97, abs=0.03)
    assert samples[-1].end_s == pytest.approx(2.0)


def test_a_softer_matte_has_a_wider_edge():
    made = clip(Video((Shot(Photo("bus"), 0.5),), sprites=(DISC,)))
    widths = [parted(analyse(made, knows(DISC, softness)))[0][0].matte_edge for softness in (0.005, 0.02, 0.05)]
    assert widths == sorted(widths)
    assert widths[1] == pytest.approx(0.8 * 2 * 0.02, rel=0.5)


def test_a_ground_out_of_focus_is_blurred_and_more_so_reads_more():
    """The disc in focus lies over a picture that is not."""
    sigmas = []
    for strength in (0, 0.5, 1, 1.5, 2.5):  # of the blur, in hundredths of the width
        ground = Video((Shot(Photo("bus"), 0.5),), effects=(Effect("blur", 0, 9, strength),) if strength else ())
        drawn = list(pictures(replace(ground, width=360, height=640, fps=8)))
        sharp = list(pictures(replace(ground, width=360, height=640, fps=8, effects=(), sprites=(DISC,))))
        down, across = np.mgrid[:640, :360] + 0.5
        inside = np.hypot(across / 360 - DISC.x, (down / 640 - DISC.y) * 640 / 360) < DISC.w / 2
        motion = make_motion(
            np.stack([np.where(inside[..., None], s, d) for s, d in zip(sharp, drawn, strict=True)]), 8
        )
        made = Clip(motion, make_frames(motion), make_flow(motion), make_media(duration_s=motion.end_s))
        _, shot = parted(analyse(made, knows(DISC)))
        sigmas.append(shot.bg_blur)
        assert shot.bg_type == ("blurred" if strength >= 1 else "static" if strength == 0 else shot.bg_type)
    assert sigmas == sorted(sigmas)


def test_the_blur_that_was_added_is_read():
    import cv2

    from resources.render.picture import draw

    sharp = cv2.cvtColor(draw(Photo("bus"), 360, 640), cv2.COLOR_RGB2GRAY).astype(np.float32)
    everywhere = np.ones(sharp.shape, bool)
    for sigma in (2.0, 3.0, 4.0):
        assert edge_sigma(cv2.GaussianBlur(sharp, (0, 0), sigma), everywhere) == pytest.approx(sigma, rel=0.35)
    assert edge_sigma(np.full((64, 64), 90, np.float32), np.ones((64, 64), bool)) is None


def test_a_model_that_sees_nobody_says_so():
    made = clip(Video((Shot(Photo("coffee"), 1.0),)))
    samples, shot = parted(analyse(made, lambda images: (np.zeros((16, 16), np.float32) for _ in images)))
    assert {row.fg_ratio for row in samples} == {0.0}
    assert (shot.fg_ratio, shot.bg_type) == (0.0, "static")
    whole = parted(analyse(made, lambda images: (np.ones((16, 16), np.float32) for _ in images)))[1]
    assert (whole.fg_ratio, whole.bg_type, whole.bg_hex) == (1.0, None, None)


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (33, 77), (3, 300), (300, 3)])
@pytest.mark.parametrize("count", [1, 2, 9])
@pytest.mark.parametrize("model", [nobody, knows(DISC)], ids=["rules", "model"])
def test_pictures_of_any_size_and_number_are_survived(shape: tuple[int, int], count: int, model: Callable):
    rng = np.random.default_rng(0)
    for drawn in (
        rng.integers(0, 256, (count, *shape, 3)),
        np.zeros((count, *shape, 3)),
        np.full((count, *shape, 3), 255),
    ):
        motion = make_motion(drawn.astype(np.uint8), 4)
        made = Clip(motion, make_frames(motion), make_flow(motion), make_media(duration_s=motion.end_s))
        assert [row.level for row in analyse(made, model)][-1] == "shot"
