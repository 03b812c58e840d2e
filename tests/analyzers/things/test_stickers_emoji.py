"""Stickers and emoji that were laid over footage, and what only looks like them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

import cv2
import numpy as np
import pytest

from analyzers.contract import Emoji
from analyzers.edit.cut_analysis import CutRow
from analyzers.picture.watermark import Position
from analyzers.picture.watermark import Row as MarkRow
from analyzers.schema import Origin, to_table
from analyzers.text.text_overlay import Row as TextRow
from analyzers.things.stickers_emoji import Row, stickers_emoji
from resources.fonts import EMOJI_FONTS, find_font
from resources.loaders.emoji_font import Namer
from resources.loaders.no_emoji import no_names
from resources.render import Flat, Move, Photo, Shake, Shot, Sprite, Sticker, Text, Video, pictures
from tests.inputs import make_frames, make_motion

STILL = Shot(Photo("coffee"), 3.0)
PANNED = Shot(Photo("bus"), 3.0, moves=(Move(0, 3, x=0.6),))
FACE = Sticker("face", 0.7, 2.2, 0.4, 0.35, 0.22)
has_font = pytest.mark.skipif(find_font(EMOJI_FONTS) is None, reason="no colour emoji font is installed here")


def named(name: str | None):
    """A model that gives every picture this name."""

    def play(images: Iterable[np.ndarray], /) -> Iterator[Emoji | None]:
        for _ in images:
            yield Emoji(name, 0.9) if name else None

    return play


def found(
    video: Video,
    *,
    cuts: Sequence[CutRow] = (),
    texts: Sequence[TextRow] | None = (),
    marks: Sequence[MarkRow] = (),
    model: Any = no_names,
) -> list[Row]:
    """Rows that also fit their table, of pictures as they come out of a lossy file."""
    large = [_coded(rgb) for rgb in pictures(video)]
    small = [cv2.resize(rgb, (160, 284), interpolation=cv2.INTER_AREA) for rgb in large]
    motion = make_motion(np.stack(small), float(video.fps))
    frames = [replace(frame, rgb=large[frame.index]) for frame in make_frames(motion)]
    rows = list(stickers_emoji(motion, frames, cuts, texts, marks, model))
    to_table(Row, rows, Origin("local-0", "stickers_emoji", "measured", "test", None, None, motion.t_s.tolist()))
    return rows


def _coded(rgb: np.ndarray) -> np.ndarray:
    _, packed = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 60])
    return np.ascontiguousarray(cv2.imdecode(packed, cv2.IMREAD_COLOR)[..., ::-1])


def clip(*shots: Shot, fps: int = 12, **more: Any) -> Video:
    return Video(shots, width=288, height=512, fps=fps, **more)


def text(words: str, x: float, y: float, w: float, h: float) -> TextRow:
    told: dict[str, Any] = dict.fromkeys(field.name for field in fields(TextRow))
    told |= {"start_s": 0.7, "end_s": 2.2, "text": words, "role": "caption", "cap_height_frac": 0.03}
    return TextRow(**told | {"x": x, "y": y, "w": w, "h": h})


@pytest.mark.parametrize("shot", [STILL, PANNED], ids=["still", "panned"])
@pytest.mark.parametrize("look", ["face", "star"])
def test_a_sticker_is_found_where_and_when_it_is(shot: Shot, look: str):
    (row,) = found(clip(shot, stickers=(replace(FACE, look=look),)))
    assert (row.start_s, row.end_s) == (pytest.approx(0.7, abs=0.09), pytest.approx(2.2, abs=0.09))
    assert (row.x + row.w / 2, row.y + row.h / 2) == (pytest.approx(0.4, abs=0.02), pytest.approx(0.35, abs=0.02))
    assert row.w == pytest.approx(0.22, abs=0.03)
    assert (row.kind, row.codepoint, row.confidence, row.track_id) == ("sticker", None, None, 0)


@pytest.mark.parametrize(("entrance", "anim"), [("cut", "none"), ("pop", "pop"), ("fade", "fade")])
def test_it_is_told_how_it_comes(entrance: Any, anim: str):
    (row,) = found(
        clip(
            Shot(Photo("coffee"), 2.0), fps=24, stickers=(replace(FACE, end_s=2.0, entrance=entrance, entrance_s=0.3),)
        )
    )
    assert row.anim == anim
    assert row.start_s == pytest.approx(0.7, abs=0.13)


@pytest.mark.parametrize("shot", [STILL, PANNED], ids=["still", "panned"])
@pytest.mark.parametrize("anim", ["pulse", "bounce", "spin", "path"])
def test_one_that_moves_is_followed_and_told_how(shot: Shot, anim: Any):
    sticker = Sticker("arrow", 0.5, 2.0, 0.3, 0.4, 0.25, anim=anim, speed=(0.25, 0.1))
    (row,) = found(clip(replace(shot, seconds=2.5), fps=24, stickers=(sticker,)))
    assert (row.anim, row.kind) == (anim, "sticker")
    assert (row.start_s, row.end_s) == (pytest.approx(0.5, abs=0.05), pytest.approx(2.0, abs=0.05))
    assert (row.x + row.w / 2, row.y + row.h / 2) == (pytest.approx(0.3, abs=0.04), pytest.approx(0.4, abs=0.03))


def test_one_that_slides_in_is_told_where_it_stays():
    (row,) = found(clip(PANNED, fps=24, stickers=(replace(FACE, entrance="slide"),)))
    assert row.anim == "slide"
    assert row.start_s == pytest.approx(0.7, abs=0.13)
    assert row.y + row.h / 2 == pytest.approx(0.35, abs=0.02)


def test_one_that_is_there_from_the_start_is_told_by_its_going():
    (row,) = found(clip(STILL, stickers=(replace(FACE, start_s=0.0),)))
    assert (row.start_s, row.end_s) == (0.0, pytest.approx(2.2, abs=0.09))


def test_one_that_outlasts_a_cut_is_one():
    video = clip(Shot(Photo("cat"), 1.5), Shot(Photo("rocket"), 1.5), stickers=(replace(FACE, start_s=0, end_s=3),))
    cut = CutRow(1.5, 1.5, 0.9, "cut", kind="hard", boundary_frame=18, len_frames=0)
    (row,) = found(video, cuts=[cut])
    assert (row.start_s, row.end_s, row.anim) == (0.0, pytest.approx(3.0, abs=0.01), None)


def test_several_are_told_apart_and_numbered_in_the_order_of_time():
    others = Sticker("heart", 0.2, 1.4, 0.7, 0.7, 0.2), Sticker("arrow", 1.2, 2.6, 0.25, 0.7, 0.25)
    rows = found(clip(STILL, stickers=(FACE, *others)))
    assert [row.track_id for row in rows] == [0, 1, 2]
    assert [round(row.start_s, 1) for row in rows] == [0.2, 0.8, 1.2]  # at 12 frames a second


def test_an_emoji_has_the_name_that_the_model_gives_it():
    (row,) = found(clip(STILL, stickers=(FACE,)), model=named("1F642"))
    assert (row.kind, row.codepoint) == ("emoji", "1F642")
    assert row.confidence == pytest.approx(0.9)


PLAIN = {
    "nothing happens": clip(STILL),
    "the camera pans": clip(PANNED),
    "the camera is held in the hand": clip(Shot(Photo("zidane"), 3.0, shake=Shake(1.5, 0.01))),
    "a cut": clip(Shot(Photo("cat"), 1.5), Shot(Photo("rocket"), 1.5)),
    "a ball rolls by": clip(STILL, sprites=(Sprite("circle", 0, 3, 0.0, 0.5, 0.3, 0.3, (0.35, 0.0)),)),
    "a ball is there at once and rolls on with the footage": clip(
        replace(PANNED, moves=(Move(0, 3, x=0.3),)),
        sprites=(Sprite("circle", 0.7, 2.2, 0.5, 0.5, 0.3, 0.3, (-0.1, 0.0), look=Photo("cat")),),
    ),
    "a picture in the picture": clip(
        STILL, sprites=(Sprite("rectangle", 0.7, 2.2, 0.5, 0.35, 0.4, 0.3, look=Photo("cat")),)
    ),
    "a plate": clip(STILL, sprites=(Sprite("rectangle", 0.7, 2.2, 0.5, 0.35, 0.4, 0.1, look=Flat("#e03060")),)),
    "the ornament of a car": clip(PANNED, stickers=(replace(FACE, start_s=0.0, end_s=3.0),)),
}


@pytest.mark.parametrize("name", PLAIN)
def test_footage_without_stickers_has_none(name: str):
    cuts = [CutRow(1.5, 1.5, 0.9, "cut", kind="hard", boundary_frame=18, len_frames=0)] if name == "a cut" else []
    assert found(PLAIN[name], cuts=cuts) == []


def test_what_is_there_with_a_whole_shot_is_told_only_by_a_sure_name():
    assert len(found(PLAIN["the ornament of a car"], model=named("1F642"))) == 1


def test_captions_and_watermarks_are_not_told_again():
    caption = clip(STILL, texts=(Text("WOW", 0.7, 2.2, 0.5, 0.35, 0.2, fill_hex="#ffe000", stroke_hex="#0000ff"),))
    assert found(caption, texts=[text("WOW", 0.2, 0.3, 0.6, 0.1)]) == []
    place = Position(0.7, 2.2, 0.29, 0.29, 0.22, 0.13)
    mark = MarkRow(0.7, 2.2, None, "other", None, (place,), alternates=False)
    assert found(clip(STILL, stickers=(FACE,)), marks=[mark]) == []


def test_without_the_texts_only_what_has_a_name_is_told():
    video = clip(STILL, stickers=(FACE,))
    assert found(video, texts=None) == []
    assert len(found(video, texts=None, model=named("1F642"))) == 1


def test_an_emoji_that_was_read_as_letters_is_told_if_its_name_is_sure():
    assert len(found(clip(STILL, stickers=(FACE,)), texts=[text("8", 0.3, 0.3, 0.2, 0.1)], model=named("1F642"))) == 1


@has_font
@pytest.mark.parametrize("shot", [STILL, PANNED], ids=["still", "panned"])
def test_emoji_of_the_font_are_named(shot: Shot):
    path = find_font(EMOJI_FONTS)
    assert path
    places = ((0.25, 0.25), (0.7, 0.25), (0.25, 0.7), (0.7, 0.7))
    looks = "😂", "🔥", "😍", "🍕"
    shown = tuple(Sticker(look, 0.5, 2.5, x, y, 0.22) for look, (x, y) in zip(looks, places, strict=True))
    rows = found(clip(shot, stickers=shown), model=Namer(path))
    assert {row.codepoint for row in rows} == {f"{ord(look):X}" for look in looks}
    assert all(row.kind == "emoji" for row in rows)


@has_font
def test_a_drawing_that_no_font_has_keeps_without_a_name():
    path = find_font(EMOJI_FONTS)
    assert path
    shown = FACE, Sticker("star", 0.7, 2.2, 0.7, 0.7, 0.25)
    assert [row.codepoint for row in found(clip(STILL, stickers=shown), model=Namer(path))] == [None, None]


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (64, 36), (7, 333)])
@pytest.mark.parametrize("count", [1, 2, 40])
def test_odd_pictures_are_survived(size: tuple[int, int], count: int):
    noise = np.random.default_rng(0).integers(0, 256, (count, *size, 3), np.uint8)
    for small in (np.zeros_like(noise), np.full_like(noise, 255), noise):
        motion = make_motion(small)
        assert list(stickers_emoji(motion, make_frames(motion), [], [], [], named("1F642"))) == []


def test_an_empty_video_has_none():
    motion = make_motion(np.zeros((0, 16, 16, 3), np.uint8))
    assert list(stickers_emoji(motion, [], [], [], [], no_names)) == []
