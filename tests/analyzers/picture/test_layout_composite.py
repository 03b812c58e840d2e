"""Frames put together by the test, and frames in which things only look as if they were."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest

from analyzers.edit.cut_analysis import CutRow
from analyzers.picture.layout_composite import Row, layout_composite
from analyzers.schema import Origin, to_table
from resources.render import (
    Effect,
    Flat,
    Inset,
    Move,
    Noise,
    Patches,
    Photo,
    Shake,
    Shot,
    Sprite,
    Text,
    Video,
    pictures,
)
from resources.render.picture import Picture
from tests.analyzers.picture.test_color_analysis import as_frames, encoded
from tests.inputs import make_media

WIDTH, HEIGHT, FPS = 576, 1024, 4
SECONDS = 3.0


def clip(scene: Picture, width: int = WIDTH, height: int = HEIGHT, pan: float = 0.2, seconds: float = SECONDS) -> Video:
    moves = (Move(0, seconds, x=pan),) if pan else ()
    return Video((Shot(scene, seconds, moves=moves),), width=width, height=height, fps=FPS)


def composed(base: Video, *insets: Inset) -> list[np.ndarray]:
    return list(pictures(replace(base, insets=insets)))


def analyse(drawn: Sequence[np.ndarray], cuts: Sequence[CutRow] | None = None, crf: int = 28) -> list[Row]:
    """Rows that also fit their table."""
    rows = list(layout_composite(encoded(list(drawn), crf), make_media(duration_s=len(drawn) / FPS), cuts))
    to_table(Row, rows, Origin("local-0", "layout_composite", "measured", "test", None, None, [0.0]))
    return rows


def overlaps(row: Row, boxes: dict[str, tuple[float, float, float, float]]) -> float:
    """The least overlap of the regions with the boxes (x, y, w, h) of their roles."""
    found = {region.role: region for region in row.regions}
    if set(found) != set(boxes):
        return 0.0
    shares = []
    for role, (x, y, w, h) in boxes.items():
        r = found[role]  # pyright: ignore[reportArgumentType]
        across = max(min(r.x + r.w, x + w) - max(r.x, x), 0)
        down = max(min(r.y + r.h, y + h) - max(r.y, y), 0)
        shares.append(across * down / (r.w * r.h + w * h - across * down))
    return min(shares)


def only(rows: list[Row]) -> Row:
    (row,) = rows
    return row


@pytest.mark.parametrize("crf", [18, 28, 35])
def test_two_clips_side_by_side_and_one_above_the_other(crf: int):
    beside = only(analyse(composed(clip(Photo("bus")), Inset(clip(Photo("zidane"), 288), 0.5, 0)), crf=crf))
    above = only(analyse(composed(clip(Photo("bus")), Inset(clip(Photo("coffee"), WIDTH, 512), 0, 0.5)), crf=crf))
    assert (beside.layout, above.layout) == ("duet_h", "duet_v")
    assert overlaps(beside, {"left": (0, 0, 0.5, 1), "right": (0.5, 0, 0.5, 1)}) > 0.95
    assert overlaps(above, {"top": (0, 0, 1, 0.5), "bottom": (0, 0.5, 1, 0.5)}) > 0.95


@pytest.mark.parametrize("crf", [18, 28, 35])
@pytest.mark.parametrize("pan", [0.2, 0.0], ids=["camera pans", "camera stands"])
def test_an_inset_is_found_where_it_lies(crf: int, pan: float):
    inset = Inset(clip(Photo("zidane"), 200, 240, -0.2), 0.58, 0.1)
    row = only(analyse(composed(clip(Photo("china"), pan=pan), inset), crf=crf))
    assert row.layout == "pip"
    assert overlaps(row, {"main": (0, 0, 1, 1), "inset": (334 / WIDTH, 102 / HEIGHT, 200 / WIDTH, 240 / HEIGHT)}) > 0.95


def test_an_inset_comes_and_goes_within_a_shot():
    base = clip(Photo("bus"), pan=0.6, seconds=6.0)
    inset = Inset(clip(Photo("zidane"), 240, 240, -0.3, seconds=4.0), 0.1, 0.1, 1.5, 4.25)
    rows = analyse(composed(base, inset))
    assert [(row.start_s, row.end_s, row.layout) for row in rows] == [
        (0.0, 1.5, "full"), (1.5, 4.25, "pip"), (4.25, 6.0, "full")
    ]  # fmt: skip


def test_four_clips_in_a_grid():
    quarter = [Inset(clip(Photo(name), 288, 512, pan), x, y) for name, pan, x, y in
               (("coffee", -0.2, 0, 0.5), ("cat", 0.3, 0.5, 0.5), ("china", -0.1, 0.5, 0))]  # fmt: skip
    row = only(analyse(composed(clip(Photo("bus")), *quarter)))
    assert (row.layout, len(row.regions)) == ("split_n", 4)
    assert [(round(r.x, 2), round(r.y, 2), round(r.w, 2), round(r.h, 2)) for r in row.regions] == [
        (0, 0, 0.5, 0.5), (0.5, 0, 0.5, 0.5), (0, 0.5, 0.5, 0.5), (0.5, 0.5, 0.5, 0.5)
    ]  # fmt: skip


@pytest.mark.parametrize("crf", [18, 28, 35])
@pytest.mark.parametrize("pan", [0.2, 0.0], ids=["camera pans", "camera stands"])
def test_black_bars_with_and_without_a_caption(crf: int, pan: float):
    video = replace(clip(Photo("coffee"), pan=pan), letterbox=0.25)
    caption = (Text("when you see it", 0, 9, y=0.15, size=0.09),)
    for drawn in (video, replace(video, texts=caption)):
        row = only(analyse(list(pictures(drawn)), crf=crf))
        assert row.layout == "letterbox"
        assert overlaps(row, {"content": (0, 0.25, 1, 0.5)}) > 0.95


def test_two_clips_between_bars_lie_in_the_middle():
    row = only(analyse(composed(clip(Flat("#000000"), pan=0), Inset(clip(Photo("bus"), 288, 512), 0, 0.25),
                                Inset(clip(Photo("zidane"), 288, 512, -0.3), 0.5, 0.25))))  # fmt: skip
    assert row.layout == "duet_h"
    assert overlaps(row, {"left": (0, 0.25, 0.5, 0.5), "right": (0.5, 0.25, 0.5, 0.5)}) > 0.95


@pytest.mark.parametrize("name", ["bus", "cat", "china"])
def test_a_clip_on_its_own_blurred_copy(name: str):
    pad = replace(clip(Photo(name), pan=0.1), effects=(Effect("blur", 0, 9, 4),))
    row = only(analyse(composed(pad, Inset(clip(Photo(name), WIDTH, 324, 0.1), 0, 350 / HEIGHT))))
    assert row.layout == "blurpad"
    assert overlaps(row, {"content": (0, 350 / HEIGHT, 1, 324 / HEIGHT)}) > 0.95


def laid_over(rgb: np.ndarray, piece: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """A piece seen at an angle: its corners clockwise from its top left."""
    high, wide = piece.shape[:2]
    view = cv2.getPerspectiveTransform(
        np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32), corners.astype(np.float32)
    )
    share = cv2.warpPerspective(np.ones((high, wide), np.float32), view, (WIDTH, HEIGHT))[..., None]
    return (rgb * (1 - share) + cv2.warpPerspective(piece, view, (WIDTH, HEIGHT)) * share).astype(np.uint8)


def television(tilt_deg: float = 1.0) -> list[np.ndarray]:
    """A set on a wall, as a camera sees it that does not hang quite straight."""
    turn = np.radians(tilt_deg)
    turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    box = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    frame, screen = ((box * half) @ turned + (288, 450) for half in ((170, 100), (160, 90)))
    bezel = np.full((16, 16, 3), 18, np.uint8)
    return [
        laid_over(laid_over(wall, bezel, frame), shown, screen)
        for wall, shown in zip(
            pictures(clip(Noise(9), pan=0)), pictures(clip(Photo("zidane"), 320, 180, 0.4)), strict=True
        )
    ]


def door() -> list[np.ndarray]:
    """Somebody walks by in the next room."""
    walker = Sprite("circle", 0, 9, x=0.3, y=0.5, w=0.5, h=0.9, speed=(0.3, 0), look=Photo("zidane", 0.7))
    corners = np.array([[150, 150], [450, 153], [440, 950], [140, 950]])
    room = replace(clip(Photo("coffee"), 300, 800, 0), sprites=(walker,))
    return [laid_over(w, r, corners) for w, r in zip(pictures(clip(Noise(9), pan=0)), pictures(room), strict=True)]


def table() -> list[np.ndarray]:
    """A level edge across the middle, and things that move above and below it."""
    ground = Patches((("#90b0a0", 0.5), ("#704020", 0.5)))
    above = Sprite("circle", 0, 9, x=0.2, y=0.35, w=0.4, h=0.4, speed=(0.3, 0), look=Photo("cat"))
    below = Sprite("circle", 0, 9, x=0.6, y=0.72, w=0.2, h=0.2, speed=(-0.1, 0), look=Photo("coffee"))
    return list(pictures(replace(clip(ground, pan=0), sprites=(above, below))))


def half_lit() -> list[np.ndarray]:
    walker = Sprite("circle", 0, 9, x=0.2, y=0.35, w=0.4, h=0.4, speed=(0.3, 0), look=Photo("cat"))
    light = np.where(np.arange(WIDTH) < WIDTH // 2, 1.0, 0.45)[:, None]
    return [
        (rgb * light).astype(np.uint8) for rgb in pictures(replace(clip(Photo("coffee"), pan=0), sprites=(walker,)))
    ]


def night() -> list[np.ndarray]:
    """Black above and below, and grain in it; light in the middle."""
    down = np.arange(HEIGHT)
    light = (np.clip((down - 250) / 300, 0, 1) * np.clip((900 - down) / 200, 0, 1))[:, None, None]
    rng = np.random.default_rng(0)
    return [
        (rgb * light + rng.normal(2, 1.5, (HEIGHT, WIDTH, 1))).clip(0, 255).astype(np.uint8)
        for rgb in pictures(clip(Noise(9, "#000000", "#504030")))
    ]


def plate() -> list[np.ndarray]:
    text = Text("a caption on\na plate here", 0, 9, box_hex="#ffffff", fill_hex="#111111", size=0.1)
    return list(pictures(replace(clip(Photo("bus")), texts=(text,))))


def handheld() -> list[np.ndarray]:
    return list(
        pictures(
            replace(clip(Photo("motorcycle")), shots=(Shot(Photo("motorcycle"), SECONDS, shake=Shake(1.3, 0.02)),))
        )
    )


@pytest.mark.parametrize("scene", [television, door, table, half_lit, night, plate, handheld], ids=lambda f: f.__name__)
@pytest.mark.parametrize("crf", [18, 35])
def test_one_picture_is_one_picture(scene, crf: int):
    row = only(analyse(scene(), crf=crf))
    assert row.layout == "full"
    assert overlaps(row, {"content": (0, 0, 1, 1)}) == 1


@pytest.mark.parametrize("name", ["bus", "china", "motorcycle", "rocket"])
@pytest.mark.parametrize("pan", [0.2, 0.0])
def test_a_plain_clip_is_full(name: str, pan: float):
    assert [row.layout for row in analyse(list(pictures(clip(Photo(name), pan=pan))))] == ["full"]


def test_a_layout_lasts_over_cuts_and_changes_at_one():
    first = composed(clip(Photo("bus")), Inset(clip(Photo("zidane"), 288), 0.5, 0))
    drawn = [*first, *list(pictures(clip(Photo("china"))))]
    cuts = [
        CutRow(0.0, 1.5, None, "shot", shot=0),
        CutRow(1.5, 3.0, None, "shot", shot=1),
        CutRow(3.0, 6.0, None, "shot"),
    ]
    assert [(row.start_s, row.end_s, row.layout) for row in analyse(drawn, cuts)] == [
        (0.0, 3.0, "duet_h"), (3.0, 6.0, "full")
    ]  # fmt: skip


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (3, 50), (50, 3), (33, 35), (40, 64)])
@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("fill", ["black", "white", "noise"])
def test_odd_pictures_are_full(shape: tuple[int, int], count: int, fill: str):
    drawn = np.random.default_rng(0).integers(0, 256, (count, *shape, 3), dtype=np.uint8)
    if fill != "noise":
        drawn[:] = 255 * (fill == "white")
    rows = list(layout_composite(as_frames(list(drawn)), make_media(duration_s=count / 4), None))
    assert [row.layout for row in rows] == ["full"]


def test_a_duet_lasts_over_shots_of_a_single_picture():
    drawn = composed(clip(Photo("bus")), Inset(clip(Photo("zidane"), 288), 0.5, 0))
    cuts = [CutRow(i / 4, (i + 1) / 4, None, "shot", shot=i) for i in range(12)]
    assert [(row.start_s, row.end_s, row.layout) for row in analyse(drawn, cuts)] == [(0.0, 3.0, "duet_h")]
