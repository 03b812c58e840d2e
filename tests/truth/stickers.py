"""Clips with stickers and emoji, and how right the analyzer is about them."""

from collections.abc import Iterator, Sequence
from math import inf
from typing import Any

import numpy as np

from resources.fonts import EMOJI_FONTS, find_font
from resources.render import Move, Noise, Photo, Shake, Shot, Sticker, Text, Video
from resources.render.sticker import DRAWINGS
from tests.truth.scores import Found

WAVES = ("😂😍🔥💯🎉👀", "😭🥺🙏✨😎🤔", "👍👏💪🎂🍕🐶")
PANNED = ("🤣", "😱", "🚀", "🌹", "⚽", "🥳")
HELD_OUT = ("💖🙈😴🤩🐱🍔", "⭐🌈☕📱🚗🎵", "🤡💩👻🦄🌸🍓")  # that nothing was tried out with
LONGEST_OFF_S = 0.1


def _clip(*shots: Shot, **more: Any) -> Video:
    return Video(shots, width=576, height=1024, **more)


def _grid(emoji: str, start_s: float, end_s: float, first_size: float) -> Iterator[Sticker]:
    for i, one in enumerate(emoji):
        x, y = (0.2, 0.5, 0.8)[i % 3], (0.3, 0.65)[i // 3]
        yield Sticker(one, start_s, end_s, x, y, first_size + 0.02 * i, entrance="pop" if i % 2 else "cut")


STICKERS = {
    "stickers: still footage": _clip(
        Shot(Photo("zidane"), 3.5),
        stickers=(
            Sticker("face", 0.7, 2.4, 0.3, 0.3, 0.2),
            Sticker("heart", 1.2, 3.1, 0.7, 0.6, 0.16, entrance="pop", exit="pop"),
            Sticker("star", 2.0, 3.5, 0.6, 0.2, 0.12, entrance="fade"),
            Sticker("arrow", 0.0, 1.7, 0.25, 0.75, 0.25, angle_deg=-30),
        ),
    ),
    "stickers: moving footage": _clip(
        Shot(Photo("bus"), 3.5, moves=(Move(0, 3.5, x=0.7),)),
        stickers=(
            Sticker("face", 0.7, 2.4, 0.3, 0.3, 0.2),
            Sticker("heart", 1.2, 3.1, 0.7, 0.6, 0.2, entrance="pop"),
        ),
    ),
    "stickers: that move": _clip(
        Shot(Photo("bus"), 3.0, moves=(Move(0, 3, x=0.6),)),
        stickers=(
            Sticker("face", 0.5, 2.6, 0.25, 0.2, 0.2, anim="pulse"),
            Sticker("star", 0.3, 2.4, 0.7, 0.3, 0.18, anim="bounce"),
            Sticker("heart", 0.6, 2.8, 0.15, 0.55, 0.16, anim="path", speed=(0.25, 0.05)),
            Sticker("arrow", 0.4, 2.5, 0.7, 0.7, 0.25, anim="spin"),
            Sticker("face", 0.8, 2.7, 0.3, 0.8, 0.18, entrance="slide"),
        ),
    ),
    "stickers: over cuts": _clip(
        Shot(Photo("cat"), 1.0, shake=Shake(1.0, 0.01)),
        Shot(Photo("coffee"), 1.0, moves=(Move(0, 1, zoom=1.2),)),
        Shot(Noise(71), 1.0),
        stickers=(Sticker("star", 0.0, 3.0, 0.3, 0.3, 0.2), Sticker("face", 1.0, 3.0, 0.7, 0.65, 0.16)),
    ),
}
EMOJI = {
    "emoji: many": _clip(
        Shot(Photo("coffee"), 4.8),
        stickers=tuple(one for i, wave in enumerate(WAVES) for one in _grid(wave, 0.3 + 1.5 * i, 1.6 + 1.5 * i, 0.14)),
    ),
    "emoji: moving footage": _clip(
        Shot(Photo("china"), 3.5, shake=Shake(1.0, 0.015), moves=(Move(0, 3.5, x=0.5),)),
        stickers=tuple(
            Sticker(one, 0.5 + 0.2 * i, 2.0 + 0.2 * i, (0.2, 0.5, 0.8)[i % 3], (0.5, 0.8)[i // 3], 0.18)
            for i, one in enumerate(PANNED)
        ),
    ),
    "emoji: held out": _clip(
        Shot(Photo("zidane"), 4.8, shake=Shake(1.0, 0.01)),
        stickers=tuple(
            one for i, wave in enumerate(HELD_OUT) for one in _grid(wave, 0.3 + 1.5 * i, 1.6 + 1.5 * i, 0.14)
        ),
    ),
    "emoji: that move": _clip(
        Shot(Photo("coffee"), 3.0),
        stickers=(
            Sticker("🥰", 0.5, 2.6, 0.3, 0.2, 0.2, anim="pulse"),
            Sticker("🐸", 0.3, 2.4, 0.7, 0.3, 0.18, anim="bounce"),
            Sticker("🚁", 0.6, 2.8, 0.15, 0.55, 0.16, anim="path", speed=(0.2, 0.05)),
            Sticker("🍩", 0.4, 2.5, 0.7, 0.75, 0.2, anim="spin"),
            Sticker("🎁", 0.8, 2.7, 0.3, 0.8, 0.18, entrance="slide"),
        ),
    ),
    "emoji: beside a caption": _clip(
        Shot(Photo("cat"), 2.5),
        texts=(Text("wait for it", 0.5, 2.2, 0.4, 0.7, stroke_hex="#000000"),),
        stickers=(Sticker("😂", 0.5, 2.2, 0.78, 0.7, 0.09),),
    ),
}
if find_font(EMOJI_FONTS) is None:
    EMOJI = {}


def _pairs(f: Found) -> list[tuple[Any, Any | None]]:
    """Every true sticker, and the row that is at its place at its time."""
    return [
        (true, next((row for row in f.rows if _overlap(true, row) >= 0.5 and _is_then(true, row)), None))
        for true in f.truth.stickers
    ]


def _is_then(true: Any, row: Any) -> bool:
    return min(true.end_s, row.end_s) - max(true.start_s, row.start_s) > 0.5 * (true.end_s - true.start_s)


def _overlap(true: Any, row: Any) -> float:
    """Intersection over union."""
    w = min(true.x + true.w, row.x + row.w) - max(true.x, row.x)
    h = min(true.y + true.h, row.y + row.h) - max(true.y, row.y)
    both = max(w, 0) * max(h, 0)
    return both / (true.w * true.h + row.w * row.h - both)


def found_f1(found: Sequence[Found]) -> float:
    """Stickers that one row places and times right, start and end within LONGEST_OFF_S."""
    right = sum(
        row is not None and max(abs(true.start_s - row.start_s), abs(true.end_s - row.end_s)) <= LONGEST_OFF_S
        for f in found
        for true, row in _pairs(f)
    )
    return 2 * right / max(sum(len(f.truth.stickers) + len(f.rows) for f in found), 1)


def worst_iou(found: Sequence[Found]) -> float:
    overlaps = [_overlap(true, row) for f in found for true, row in _pairs(f) if row]
    return float(min(overlaps, default=0.0))


def time_error_s(found: Sequence[Found]) -> float:
    """Worst error of a start or an end, of those that are found."""
    errors = [
        max(abs(true.start_s - row.start_s), abs(true.end_s - row.end_s))
        for f in found
        for true, row in _pairs(f)
        if row
    ]
    return max(errors, default=inf)


def anims_right(found: Sequence[Found]) -> float:
    """Share of all stickers, but those that are there with a shot, of which it is told how they move or come."""
    pairs = [(true.sticker, row) for f in found for true, row in _pairs(f) if _anim(true.sticker)]
    return sum(row is not None and row.anim == _anim(one) for one, row in pairs) / max(len(pairs), 1)


def _anim(one: Sticker) -> str | None:
    if one.anim != "none":
        return one.anim
    way = one.entrance if one.start_s > 0 else one.exit
    return "none" if way == "cut" else way


def _names(found: Sequence[Found]) -> list[tuple[str, str | None]]:
    return [
        (true.sticker.look, row.codepoint) for f in found for true, row in _pairs(f) if row and true.sticker.is_emoji
    ]


def _is_right(look: str, codepoint: str | None) -> bool:
    return codepoint is not None and [f"{ord(sign):X}" for sign in look if sign != "\ufe0f"] == codepoint.split("-")


def named_right(found: Sequence[Found]) -> float:
    """Share of all emoji that are found and have their name."""
    right = sum(_is_right(look, codepoint) for look, codepoint in _names(found))
    return right / max(sum(len(f.truth.stickers) for f in found), 1)


def names_right(found: Sequence[Found]) -> float:
    """Share of the names given that are right."""
    given = [_is_right(look, codepoint) for look, codepoint in _names(found) if codepoint]
    return float(np.mean(given)) if given else 0.0


def names_of_drawings(found: Sequence[Found]) -> float:
    """Names given to what no font has."""
    return float(
        sum(
            row.codepoint is not None for f in found for true, row in _pairs(f) if row and true.sticker.look in DRAWINGS
        )
    )
