"""Pictures composed by the test: a thing on a third, a turned horizon, a mirrored half."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from analyzers.contract import Frame
from analyzers.edit.cut_analysis import CutRow
from analyzers.picture.composition_analysis import Row, composition_analysis
from analyzers.picture.picture_tags import TagRow
from analyzers.schema import Origin, to_table
from analyzers.things.object_detection import Row as ThingRow
from resources.render.picture import Canvas, Flat, Gradient, Move, Noise, Patches, Photo, Picture, Sprite

from resources.render.picture import apply_sprite, draw  # isort: skip
from tests.inputs import make_media

WIDTH, HEIGHT = 720, 1280
SHORE = Patches((("#90b0e0", 0.55), ("#305030", 0.45)))
GROUNDS = (Flat("#808080"), Gradient("#f0c060", "#204080"), Noise(5), Noise(6))
PLACES = ((1 / 3, 1 / 3), (2 / 3, 1 / 3), (1 / 3, 2 / 3), (2 / 3, 2 / 3), (0.5, 0.5))


def with_disc(ground: Picture, x: float, y: float) -> np.ndarray:
    look = Photo("cat")
    return apply_sprite(draw(ground, WIDTH, HEIGHT), Sprite("circle", 0, 9, x=x, y=y, w=0.25, h=0.25, look=look), 0)


def turned(scene: Picture, deg: float) -> np.ndarray:
    """As a camera sees it that is turned counter-clockwise: the horizon goes clockwise."""
    return Canvas(scene, (Move(0, 0, roll_deg=-deg),), None, None, 1.0, WIDTH, HEIGHT).at(0.5)


def thing(label: str, x: float, y: float, w: float, h: float, start_s: float = 0.0) -> ThingRow:
    return ThingRow(start_s, start_s + 0.25, 0.9, "sample", label, 0, "test", 0, x, y, w, h, w * h, None)


def analyse(
    pictures: Sequence[np.ndarray],
    things: Sequence[ThingRow] | None = None,
    cuts: Sequence[CutRow] | None = None,
    tags: Sequence[TagRow] | None = None,
) -> list[Row]:
    """Rows that also fit their table."""
    frames = [Frame(i, i / 4, np.ascontiguousarray(picture)) for i, picture in enumerate(pictures)]
    media = make_media(duration_s=len(frames) / 4)
    rows = list(composition_analysis(frames, media, cuts, things, tags))
    to_table(Row, rows, Origin("local-0", "composition_analysis", "derived", "test", None, None, [0.0]))
    return rows


def seen(picture: np.ndarray, *things: ThingRow) -> Row:
    return analyse([picture], things)[-1]


@pytest.mark.parametrize("ground", GROUNDS, ids=str)
@pytest.mark.parametrize("place", PLACES)
def test_a_disc_is_found_where_it_stands(ground: Picture, place: tuple[float, float]):
    row = seen(with_disc(ground, *place))
    assert (row.subject_x, row.subject_y) == pytest.approx(place, abs=0.02)
    assert row.placement == ("centre" if place == (0.5, 0.5) else "third")


@pytest.mark.parametrize("ground", [*GROUNDS, SHORE], ids=str)
def test_a_ground_without_a_thing_has_no_subject(ground: Picture):
    row = seen(draw(ground, WIDTH, HEIGHT))
    assert (row.subject_x, row.thirds_dist, row.placement, row.headroom) == (None, None, None, None)


def test_a_named_person_is_the_subject_and_has_room_above():
    row = seen(with_disc(GROUNDS[0], 0.5, 0.5), thing("person", 0.2, 0.1, 0.3, 0.6), thing("car", 0.1, 0.5, 0.9, 0.5))
    assert (row.subject, row.headroom) == ("person", 0.1)
    assert (row.subject_x, row.subject_y, row.subject_share) == pytest.approx((0.35, 0.4, 0.18))


def test_a_thing_that_walks_has_room_ahead_and_one_that_stands_has_none():
    walk = [thing("person", 0.1 + 0.05 * i, 0.2, 0.2, 0.5, i / 4) for i in range(4)]
    stand = [thing("person", 0.1, 0.2, 0.2, 0.5, i / 4) for i in range(4)]
    ground = [draw(GROUNDS[0], WIDTH, HEIGHT)] * 4
    assert analyse(ground, walk)[-1].lookroom == pytest.approx(1 - 0.15 - 0.2)
    assert analyse(ground, [replace(row, x=0.7 - row.x) for row in walk])[-1].lookroom == pytest.approx(0.55)
    assert analyse(ground, stand)[-1].lookroom is None


@pytest.mark.parametrize("deg", [-12, -5, -1, 0, 1, 5, 12])
def test_a_turned_horizon_is_measured_to_half_a_degree(deg: float):
    assert seen(turned(SHORE, deg)).horizon_deg == pytest.approx(deg, abs=0.5)


@pytest.mark.parametrize("scene", [Noise(5), Noise(7), Photo("flower"), Photo("cat"), Flat("#808080")], ids=str)
def test_where_no_line_is_there_is_no_horizon(scene: Picture):
    assert seen(draw(scene, WIDTH, HEIGHT)).horizon_deg is None


def test_black_bars_are_neither_horizon_nor_picture():
    picture = with_disc(Noise(5), 1 / 3, 0.5)
    picture[:320] = picture[-320:] = 0
    row = seen(picture)
    assert row.horizon_deg is None
    assert (row.subject_x, row.subject_y) == pytest.approx((1 / 3, 0.5), abs=0.02)


def test_a_mirrored_half_is_symmetric_and_a_plain_picture_is_not():
    half = draw(Photo("coffee"), WIDTH // 2, HEIGHT)
    mirrored = seen(np.concatenate([half, half[:, ::-1]], axis=1)).symmetry
    assert mirrored is not None
    assert mirrored > 0.95
    assert (seen(with_disc(Noise(5), 1 / 3, 1 / 3)).symmetry or 0) < 0.5
    assert seen(draw(Flat("#808080"), WIDTH, HEIGHT)).symmetry is None


def test_contrasts_on_the_left_weigh_left():
    left, right, middle = (seen(with_disc(GROUNDS[0], x, 0.5)).balance or 0.0 for x in (0.25, 0.75, 0.5))
    assert left == pytest.approx(-0.5, abs=0.05)
    assert right == pytest.approx(0.5, abs=0.05)
    assert middle == pytest.approx(0, abs=0.05)


def test_what_a_thing_does_not_cover_is_empty():
    covered = np.pi / 4 * 0.25**2 * WIDTH / HEIGHT
    assert seen(with_disc(GROUNDS[0], 0.5, 0.5)).neg_space == pytest.approx(1 - covered, abs=0.02)
    assert seen(draw(Photo("tissue"), WIDTH, HEIGHT)).neg_space < 0.05


def test_every_shot_has_samples_a_second_apart_and_one_row_of_its_own():
    pictures = [with_disc(GROUNDS[0], 1 / 3, 1 / 3)] * 8 + [draw(Noise(5), WIDTH, HEIGHT)] * 4
    cuts = [CutRow(0.0, 2.0, None, "shot", shot=0), CutRow(2.0, 3.0, None, "shot", shot=1)]
    rows = analyse(pictures, cuts=cuts)
    assert [(row.level, row.shot, row.start_s, row.end_s) for row in rows] == [
        ("sample", 0, 0.0, 1.25), ("sample", 0, 1.25, 2.0), ("shot", 0, 0.0, 2.0),
        ("sample", 1, 2.0, 3.0), ("shot", 1, 2.0, 3.0),
    ]  # fmt: skip
    assert [row.placement for row in rows if row.level == "shot"] == ["third", None]


def test_a_models_opinion_stands_in_the_row_of_its_shot_and_nothing_else_changes():
    pictures = [draw(Noise(5), WIDTH, HEIGHT)] * 8
    cuts = [CutRow(0.0, 1.0, None, "shot", shot=0), CutRow(1.0, 2.0, None, "shot", shot=1)]
    tags = [
        TagRow(0.0, 1.0, 0.8, 0, "shot_scale", "MCU", 1, None),
        TagRow(0.0, 1.0, 0.1, 0, "shot_scale", "CU", 2, None),
        TagRow(1.0, 2.0, 0.8, 1, "angle", "overhead", 1, None),
        TagRow(1.0, 2.0, 0.6, 1, "arrangement", "thirds", 1, None),
        TagRow(1.0, 2.0, 0.9, 1, "place", "kitchen", 1, None),
        TagRow(1.0, 2.0, None, 1, "aesthetics", None, None, 0.5),
    ]
    rows = analyse(pictures, cuts=cuts, tags=tags)
    told = [(row.scale, row.angle, row.arrangement) for row in rows if row.level == "shot"]
    assert told == [("MCU", None, None), (None, "overhead", "thirds")]
    assert [replace(row, scale=None, angle=None, arrangement=None) for row in rows] == analyse(pictures, cuts=cuts)
    whole = [TagRow(0.0, 2.0, 0.8, None, "angle", "low", 1, None)]
    assert analyse(pictures, tags=whole)[-1].angle == "low"


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (3, 50), (50, 3), (17, 33)])
@pytest.mark.parametrize("fill", ["black", "white", "noise"])
def test_odd_pictures_give_finite_numbers(shape: tuple[int, int], fill: str):
    rgb = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    if fill != "noise":
        rgb[:] = 255 * (fill == "white")
    row = seen(rgb)
    assert row.level == "shot"
    if fill != "noise":
        assert (row.subject_x, row.symmetry, row.horizon_deg, row.balance, row.neg_space) == (None,) * 4 + (1.0,)
