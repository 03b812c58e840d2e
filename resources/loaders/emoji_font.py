"""Which emoji a picture shows, by a colour emoji font of this machine: its drawings are what pictures are held against.

Only emoji of one code point, and flags of countries: skin tones and families look too much alike. Makers draw one emoji
in many ways; a picture that no drawing of this font comes clearly nearest to has no name.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Emoji, NameEmoji
from resources.fonts import EMOJI_FONTS, STRIKES_PX, find_font
from resources.weights import BadModelError, Weights

Floats = NDArray[np.float32]
Span = tuple[float, float, float, float]  # left, top, right, bottom
SIZE_PX = 24  # of what is compared
FIRST, LAST = 0x203C, 0x1FAFF
LETTERS = range(0x1F1E6, 0x1F200)  # two of them are a flag
TONES = range(0x1F3FB, 0x1F400)  # of skin, no emoji by themselves
COUNTRIES = (
    "AR", "AT", "AU", "BE", "BG", "BO", "BR", "CA", "CH", "CI", "CL", "CM", "CN", "CO", "CR", "CU", "CZ", "DE", "DK",
    "DO", "DZ", "EC", "EE", "EG", "ES", "EU", "FI", "FR", "GB", "GH", "GR", "HR", "HU", "ID", "IE", "IL", "IN", "IQ",
    "IR", "IS", "IT", "JM", "JP", "KE", "KR", "KZ", "LB", "LK", "LT", "LU", "LV", "MA", "ME", "MK", "MT", "MX", "MY",
    "NG", "NL", "NO", "NZ", "PE", "PH", "PK", "PL", "PR", "PS", "PT", "PY", "QA", "RO", "RS", "RU", "SA", "SE", "SG",
    "SI", "SK", "SN", "SY", "TH", "TN", "TR", "TW", "UA", "US", "UY", "UZ", "VE", "VN", "ZA",
)  # fmt: skip
OFF_PX, SCALES = (-1.2, 0.0, 1.2), (0.92, 1.0, 1.08)  # how far a picture's box may be off, of SIZE_PX
EMPTY = 0.05  # share of a place that is covered, below which it has no colour of its own
SHORTLIST = 60  # drawings that are held against all of these
COLOURS, OUTLINE, SHADES = 0.5, 0.25, 0.25  # weights of a likeness: pattern of colours, outline, colours themselves
PLAIN = 0.002  # variance of a drawing in one colour: below it there is no pattern to compare
SURE, CLEARLY = 0.78, 0.02  # likeness from which it is that emoji, and by how much more than to any other


def load(weights: Weights) -> NameEmoji:
    """Finds the font; its emoji are drawn when the first picture comes."""
    path = find_font(EMOJI_FONTS)
    if path is None:
        raise BadModelError(f"none of {', '.join(EMOJI_FONTS)} is installed")
    return Namer(path)


@dataclass(frozen=True)
class Drawings:
    """Every emoji of a font, small."""

    codepoints: tuple[str, ...]
    alpha: Floats  # (n, pixels)
    colours: Floats  # (n, pixels, 3), where there is nothing their mean

    @cached_property
    def area(self) -> Floats:
        return self.alpha.sum(axis=1)

    @cached_property
    def mean(self) -> Floats:
        return np.einsum("np,npc->nc", self.alpha, self.colours) / self.area[:, None]

    @cached_property
    def square(self) -> Floats:
        return np.einsum("np,npc->n", self.alpha, self.colours**2) / self.area

    @cached_property
    def weighted(self) -> Floats:
        return (self.alpha[..., None] * self.colours).reshape(len(self.alpha), -1)

    def some(self, which: NDArray[np.intp]) -> "Drawings":
        return Drawings(tuple(self.codepoints[i] for i in which), self.alpha[which], self.colours[which])

    def likeness(self, pictures: Floats) -> Floats:
        """Of each picture (n, pixels, 4), 0..1, to each drawing."""
        mask, rgb = pictures[..., 3], pictures[..., :3]
        square = (rgb**2).sum(axis=-1) @ self.alpha.T / self.area
        mean = np.stack([rgb[..., k] @ self.alpha.T for k in range(3)], axis=-1) / self.area[:, None]
        product = rgb.reshape(len(rgb), -1) @ self.weighted.T / self.area
        off = np.sqrt(np.maximum(square - 2 * product + self.square, 0) / 3)
        together = product - (mean * self.mean).sum(axis=-1) + PLAIN
        spread = np.maximum(square - (mean**2).sum(axis=-1), 0) + PLAIN
        own = np.maximum(self.square - (self.mean**2).sum(axis=-1), 0) + PLAIN
        inside = mask @ self.alpha.T
        outline = inside / (mask.sum(axis=1)[:, None] + self.area - inside)
        return COLOURS * together / np.sqrt(spread * own) + OUTLINE * outline + SHADES * (1 - 2 * off)


class Namer:
    def __init__(self, font: Path) -> None:
        self._font = font

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[Emoji | None]:
        for image in images:
            yield self._named(image)

    @cached_property
    def _drawings(self) -> Drawings:
        return draw_all(self._font)

    def _named(self, image: NDArray[np.uint8]) -> Emoji | None:
        if (span := _span(image[..., 3])) is None or not self._drawings.codepoints:
            return None
        first = self._drawings.likeness(_looks(image, span, (0.0,), (1.0,)))[0]
        nearest = self._drawings.some(np.argsort(-first)[:SHORTLIST])
        likeness = nearest.likeness(_looks(image, span, OFF_PX, SCALES)).max(axis=0)
        best, *others = np.argsort(-likeness).tolist()
        clearly = float(likeness[best] - likeness[others[0]]) if others else 1.0
        if likeness[best] < SURE or clearly < CLEARLY:
            return None
        return Emoji(nearest.codepoints[best], min(float(likeness[best]), 1.0))


def draw_all(path: Path) -> Drawings:
    """Every emoji that the font has a drawing of."""
    codepoints, looks = [], []
    for characters, rgba in _glyphs(path):
        if (span := _span(rgba[..., 3])) is not None:
            codepoints.append("-".join(f"{ord(letter):X}" for letter in characters))
            looks.append(_fitted(*_smaller(_solid(rgba), span)) / 255)
    seen = np.array(looks, np.float32).reshape(len(looks), SIZE_PX * SIZE_PX, 4)
    return Drawings(tuple(codepoints), seen[..., 3], _colours(seen))


def _glyphs(path: Path) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    from fontTools.ttLib import TTFont
    from PIL import Image, ImageDraw, ImageFont, features

    with TTFont(path, lazy=True, fontNumber=0) as tables:
        known = sorted(code for code in tables.getBestCmap() or () if FIRST <= code <= LAST)
    named = [chr(code) for code in known if code not in LETTERS and code not in TONES]
    if features.check("raqm"):  # two letters become one flag only where glyphs are shaped
        named += ["".join(chr(LETTERS[ord(letter) - ord("A")]) for letter in country) for country in COUNTRIES]
    for strike_px in STRIKES_PX:
        try:
            font = ImageFont.truetype(str(path), strike_px)
        except OSError:
            continue
        for characters in named:
            left, top, right, bottom = (round(edge) for edge in font.getbbox(characters))
            if 0 < right - left < 2 * strike_px and bottom > top:
                image = Image.new("RGBA", (right - left, bottom - top))
                ImageDraw.Draw(image).text((-left, -top), characters, font=font, embedded_color=True)
                yield characters, np.asarray(image)
        return


def _looks(image: NDArray[np.uint8], span: Span, off_px: tuple[float, ...], scales: tuple[float, ...]) -> Floats:
    """A picture as it is compared, also a little aside and smaller and larger: whoever cut it out may be off."""
    small, (left, top, right, bottom) = _smaller(_solid(image), span)
    longer = max(right - left, bottom - top)
    x, y = (left + right) / 2, (top + bottom) / 2
    found = []
    for half in (longer * scale / 2 for scale in scales):
        for across in (x + off * longer / SIZE_PX for off in off_px):
            for down in (y + off * longer / SIZE_PX for off in off_px):
                found.append(_fitted(small, (across - half, down - half, across + half, down + half)))
    seen = (np.array(found) / 255).astype(np.float32).reshape(len(found), SIZE_PX * SIZE_PX, 4)
    return np.concatenate([_colours(seen), seen[..., 3:]], axis=-1)


def _solid(rgba: NDArray[np.uint8]) -> Floats:
    """Black where it is empty, so that what lies around it does not colour its rim when it is made smaller."""
    solid = rgba.astype(np.float32)
    solid[..., :3] *= solid[..., 3:] / 255
    return solid


def _colours(solid: Floats) -> Floats:
    """Its own colours (n, pixels, 3), and where it is empty their mean."""
    alpha = solid[..., 3:]
    mean = solid[..., :3].sum(axis=1, keepdims=True) / np.maximum(alpha.sum(axis=1, keepdims=True), 1e-3)
    return np.where(alpha > EMPTY, solid[..., :3] / np.maximum(alpha, EMPTY), mean).astype(np.float32)


def _span(alpha: NDArray[np.uint8]) -> Span | None:
    """What is not empty."""
    inside = alpha > 64
    down, across = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    return (float(across[0]), float(down[0]), across[-1] + 1.0, down[-1] + 1.0) if len(down) else None


def _smaller(pixels: Floats, span: Span) -> tuple[Floats, Span]:
    """A large picture so small that nothing is lost between its pixels when it is fitted."""
    import cv2

    scale = 1.5 * SIZE_PX / max(span[2] - span[0], span[3] - span[1])
    if scale >= 1:
        return pixels, span
    tall, wide = (max(round(side * scale), 1) for side in pixels.shape[:2])
    across, down = wide / pixels.shape[1], tall / pixels.shape[0]
    small = cv2.resize(pixels, (wide, tall), interpolation=cv2.INTER_AREA)
    return small, (span[0] * across, span[1] * down, span[2] * across, span[3] * down)  # pyright: ignore[reportReturnType]


def _fitted(pixels: Floats, span: Span) -> Floats:
    """What lies in the span, as a small square with its sides' ratio kept."""
    import cv2

    left, top, right, bottom = span
    scale = SIZE_PX / max(right - left, bottom - top)
    x, y = SIZE_PX / 2 - scale * (left + right) / 2, SIZE_PX / 2 - scale * (top + bottom) / 2
    into = np.array([[scale, 0, x], [0, scale, y]], np.float32)
    return cv2.warpAffine(pixels, into, (SIZE_PX, SIZE_PX), flags=cv2.INTER_LINEAR)  # pyright: ignore[reportReturnType]
