"""Overlay texts as phones' editors set them: bold, with a stroke or a rounded box behind each line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from resources.render.picture import Ease, eased, rgb_of

LINE_HEIGHT = 1.3  # in font sizes
PADDING = 0.22  # of a box around its line, in font sizes
SLIDE_FROM = 0.35  # how far below its place a sliding text starts, in widths
POP_FROM = 0.3  # size of a popping text at its start
MOST_DRAWN = 64  # states of texts that are kept: a process draws those of one video after the other


@dataclass(frozen=True, slots=True)
class Text:
    """One text, of one line or more (\\n), centred on (x, y)."""

    text: str
    start_s: float
    end_s: float
    x: float = 0.5
    y: float = 0.5
    size: float = 0.075  # of the font, in widths of the picture
    font: str = "DejaVuSans-Bold"  # of those in matplotlib's wheel
    fill_hex: str = "#ffffff"
    stroke_hex: str | None = None
    stroke: float = 0.08  # thickness, in font sizes
    box_hex: str | None = None
    box_alpha: float = 1.0
    entrance: Literal["cut", "fade", "pop", "slide", "typewriter"] = "cut"
    entrance_s: float = 0.3
    exit: Literal["cut", "fade", "pop", "slide"] = "cut"
    exit_s: float = 0.3
    drift: tuple[float, float] = (0.0, 0.0)  # widths a second, to the right and down
    ease: Ease | None = None  # of the entrance; None: a fade is linear, all else slows down
    words_s: tuple[float, ...] = ()  # when each word comes; with `lit_hex`, when it takes that colour
    lit_hex: str | None = None
    is_lit_alone: bool = False  # a word is lit until the next is


class TextLayer:
    """A text at a picture's size."""

    def __init__(self, text: Text, width: int, height: int) -> None:
        self._text, self._width, self._height = text, width, height
        self._whole, self._line_boxes = _drawn(text, width)

    def lines(self) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
        """Each line and its ink's box in pixels of the picture: left, top, width, height."""
        tall, wide = self._whole.shape[:2]
        left, top = self._text.x * self._width - wide / 2, self._text.y * self._height - tall / 2
        for line, (x, y, w, h) in zip(self._text.text.split("\n"), self._line_boxes, strict=True):
            yield line, (left + x, top + y, w, h)

    def onto(self, rgb: NDArray[np.uint8], t: float) -> NDArray[np.uint8]:
        text = self._text
        if not text.start_s - 1e-6 <= t < text.end_s - 1e-6:
            return rgb
        coming = min((t - text.start_s + 0.017) / text.entrance_s, 1.0)  # the first picture already shows something
        going = min((text.end_s - t) / text.exit_s, 1.0)
        bitmap, alpha, scale, below = self._whole, 1.0, 1.0, 0.0
        for kind, share in ((text.entrance, coming), (text.exit, going)):
            if share >= 1:
                continue
            ease = text.ease if kind == text.entrance and share == coming else None
            if kind == "fade":
                alpha *= eased(share, ease or "linear")
            elif kind == "pop":
                scale *= POP_FROM + (1 - POP_FROM) * eased(share, ease or "out")
            elif kind == "slide":
                below += SLIDE_FROM * (1 - eased(share, ease or "out"))
                alpha *= min(3 * share, 1.0)
            elif kind == "typewriter":
                letters = max(1, round(share * len(text.text)))
                bitmap = _typed(text, self._width, letters)
        if text.words_s:
            bitmap = _spoken(text, self._width, int(np.searchsorted(text.words_s, t + 1e-6, side="right")))
        gone_s = t - text.start_s
        x = text.x * self._width + text.drift[0] * gone_s * self._width
        y = text.y * self._height + (text.drift[1] * gone_s + below) * self._width
        return laid(rgb, _resized(bitmap, scale), x, y, alpha)


def laid(rgb: NDArray[np.uint8], bitmap: NDArray[np.uint8], x: float, y: float, alpha: float) -> NDArray[np.uint8]:
    tall, wide = bitmap.shape[:2]
    height, width = rgb.shape[:2]
    left, top = round(x - wide / 2), round(y - tall / 2)
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + wide, width), min(top + tall, height)
    if x0 >= x1 or y0 >= y1:
        return rgb
    piece = bitmap[y0 - top : y1 - top, x0 - left : x1 - left].astype(np.float32)
    share = piece[..., 3:] * (alpha / 255)
    out = rgb.copy()
    under = out[y0:y1, x0:x1]
    out[y0:y1, x0:x1] = (under + (piece[..., :3] - under) * share).round().astype(np.uint8)
    return out


def _resized(bitmap: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    import cv2

    if scale == 1:
        return bitmap
    tall, wide = bitmap.shape[:2]
    size = (max(round(wide * scale), 1), max(round(tall * scale), 1))
    return cv2.resize(bitmap, size, interpolation=cv2.INTER_AREA)  # pyright: ignore[reportReturnType]


@cache
def font_path(name: str) -> str:
    found = find_spec("matplotlib")
    assert found
    assert found.origin
    return str(Path(found.origin).parent / "mpl-data/fonts/ttf" / f"{name}.ttf")


@lru_cache(MOST_DRAWN)
def _spoken(text: Text, width: int, words: int) -> NDArray[np.uint8]:
    """With so many words said: the others are not there yet, or not in the colour of what was said."""
    ends = [match.end() for match in re.finditer(r"\S+", text.text)]
    said = ends[words - 1] if words else 0
    if text.lit_hex is None:
        return _drawn(text, width, said)[0]
    plain, lit = _drawn(text, width)[0], _drawn(replace(text, fill_hex=text.lit_hex), width, said)[0]
    if said:
        ink = _drawn(replace(text, box_hex=None), width, said)[0][..., 3] > 0
        if text.is_lit_alone and words > 1:
            ink &= ~(_drawn(replace(text, box_hex=None), width, ends[words - 2])[0][..., 3] > 0)
        plain = np.where(ink[..., None], lit, plain)
    return plain


@lru_cache(MOST_DRAWN)
def _typed(text: Text, width: int, letters: int) -> NDArray[np.uint8]:
    return _drawn(text, width, letters)[0]


def _drawn(
    text: Text, width: int, letters: int | None = None
) -> tuple[NDArray[np.uint8], list[tuple[int, int, int, int]]]:
    """The text as RGBA, and each line's ink in it. With `letters`, only so many of them are there yet."""
    from PIL import Image, ImageDraw, ImageFont

    px = text.size * width
    font = ImageFont.truetype(font_path(text.font), px)
    stroke_px = round(text.stroke * px) if text.stroke_hex else 0
    pad = round(PADDING * px) + stroke_px
    lines = text.text.split("\n")
    inks = [font.getbbox(line, stroke_width=stroke_px, anchor="ls") for line in lines]
    wide = round(max(ink[2] - ink[0] for ink in inks)) + 2 * pad
    step = LINE_HEIGHT * px
    tall = round(step * len(lines)) + 2 * pad
    # Ink colour everywhere, so that a half-covered edge does not turn grey.
    image = Image.new("RGBA", (wide, tall), (*rgb_of(text.stroke_hex or text.box_hex or text.fill_hex), 0))
    pen = ImageDraw.Draw(image)
    boxes: list[tuple[int, int, int, int]] = []
    left_over = letters if letters is not None else len(text.text)
    for row, (line, ink) in enumerate(zip(lines, inks, strict=True)):
        left, base = (wide - ink[2] - ink[0]) / 2, pad + step * (row + 0.5) + 0.36 * px
        if text.box_hex and left_over > 0:
            # Every line's box is as tall as the font, whatever letters the line has.
            box = (left + ink[0] - pad, base - 0.95 * px, left + ink[2] + pad - 1, base + 0.42 * px)
            alpha = round(255 * text.box_alpha)
            pen.rounded_rectangle(box, 0.2 * px, (*rgb_of(text.box_hex), alpha))
        shown = line[: max(left_over, 0)]
        left_over -= len(line) + 1
        stroke = {"stroke_width": stroke_px, "stroke_fill": rgb_of(text.stroke_hex)} if text.stroke_hex else {}
        pen.text((left, base), shown, rgb_of(text.fill_hex), font, anchor="ls", **stroke)
        mask = Image.new("L", image.size)
        ImageDraw.Draw(mask).text((left, base), line, 255, font, anchor="ls", stroke_width=stroke_px)
        boxes.append(_extent(np.asarray(mask) > 127))
    return np.asarray(image), boxes


def _extent(inside: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Left, top, width, height of what is set."""
    down, across = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not len(down):
        return 0, 0, 0, 0
    return int(across[0]), int(down[0]), int(np.ptp(across)) + 1, int(np.ptp(down)) + 1
