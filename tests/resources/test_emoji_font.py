"""Which emoji a picture shows: those of the font are named, what is none is not."""

import numpy as np
import pytest

from resources.fonts import EMOJI_FONTS, find_font
from resources.loaders import emoji_font, no_emoji
from resources.models import Model, catalogue, how_to_get
from resources.render import Photo, Sticker
from resources.render.picture import draw
from resources.render.sticker import StickerLayer
from resources.weights import BadModelError, Weights

has_font = pytest.mark.skipif(find_font(EMOJI_FONTS) is None, reason="no colour emoji font is installed here")


def cut_out(look: str, size_px: int, angle_deg: float = 0.0) -> np.ndarray:
    """A sticker over a photograph, and exactly where it is."""
    ground = draw(Photo("coffee"), 400, 400)
    layer = StickerLayer(Sticker(look, 0, 1, size=size_px / 400, angle_deg=angle_deg), 400, 400)
    over_black, over_white = (layer.onto(np.full_like(ground, shade), 0.5) for shade in (0, 255))
    alpha = 255 - (over_white.astype(int) - over_black).max(axis=-1)
    left, top, wide, tall = (round(side) for side in layer.box())
    seen = np.dstack([layer.onto(ground, 0.5), alpha.astype(np.uint8)])
    return seen[top - 3 : top + tall + 3, left - 3 : left + wide + 3]


@has_font
def test_emoji_are_named_at_any_size():
    name = emoji_font.load(Weights("emoji_font", folder=find_font(EMOJI_FONTS).parent))
    looks = "😂😭🥺🔥💀👀✨🎉🍕🚀⚽🐶👍💪"
    for size_px in (40, 90, 200):
        told = list(name(cut_out(look, size_px) for look in looks))
        assert [one.codepoint if one else None for one in told] == [f"{ord(look):X}" for look in looks]
        assert all(0 < one.confidence <= 1 for one in told if one)


@has_font
def test_a_flag_is_named_by_both_its_letters():
    name = emoji_font.load(Weights("emoji_font", folder=find_font(EMOJI_FONTS).parent))
    (flag,) = name([cut_out("🇧🇷", 120)])
    assert flag is not None
    assert flag.codepoint == "1F1E7-1F1F7"


@has_font
def test_drawings_photographs_and_nothing_have_no_name():
    name = emoji_font.load(Weights("emoji_font", folder=find_font(EMOJI_FONTS).parent))
    whole = np.full((90, 90, 1), 255, np.uint8)
    photographs = [np.dstack([draw(Photo(one), 90, 90), whole]) for one in ("cat", "bus", "zidane", "tissue", "hopper")]
    nothing = [np.zeros((50, 50, 4), np.uint8), np.zeros((1, 1, 4), np.uint8), np.full((1, 1, 4), 255, np.uint8)]
    drawings = [cut_out(look, 100) for look in ("face", "star")]
    assert list(name([*photographs, *nothing, *drawings])) == [None] * 10


def test_without_a_font_nothing_has_a_name():
    name = no_emoji.load(Weights("nameless_stickers", folder=None))  # pyright: ignore[reportArgumentType]
    assert list(name([np.zeros((4, 4, 4), np.uint8)] * 2)) == [None, None]


def test_a_font_is_found_by_its_files_name_in_any_folder(tmp_path):
    font = tmp_path / "deep" / "down" / "Some Font.TTF"
    font.parent.mkdir(parents=True)
    font.touch()
    assert find_font(("missing.ttf", "some font.ttf"), (str(tmp_path),)) == font
    assert find_font(("missing.ttf",), (str(tmp_path), str(tmp_path / "nowhere"))) is None


def test_a_model_that_works_with_a_font_is_there_where_the_font_is():
    lacking = Model("letters", "emoji", "MIT", "none", "1", fonts=("no such font.ttf",))
    assert not lacking.is_installed
    assert lacking.is_carried
    assert "apt-get install fonts-noto-color-emoji" in how_to_get(lacking)
    assert catalogue()["emoji_font"].is_installed == (find_font(EMOJI_FONTS) is not None)
    assert catalogue()["emoji_font"].fonts == EMOJI_FONTS


def test_where_the_font_went_away_loading_says_so(monkeypatch):
    monkeypatch.setattr(emoji_font, "find_font", lambda names: None)
    with pytest.raises(BadModelError, match="NotoColorEmoji"):
        emoji_font.load(Weights("emoji_font", folder=None))  # pyright: ignore[reportArgumentType]
