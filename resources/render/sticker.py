"""Pictures that an editor lays over footage: stickers drawn here, and emoji where a colour font has them."""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from resources.fonts import EMOJI_FONTS, STRIKES_PX, find_font
from resources.render.picture import eased
from resources.render.text import POP_FROM, SLIDE_FROM, laid

Rgba = NDArray[np.uint8]
Drawing = Literal["face", "heart", "star", "arrow"]
DRAWN_PX = 512  # stickers are drawn this large, and made smaller
RIM = 0.04  # of a sticker's size: the white rim around it
PULSES_HZ = BOUNCES_HZ = 1.5
PULSE, BOUNCE = 0.15, 0.35  # of its size
TURN_DEG_PER_S = 180
SEEN_ALPHA = 25  # of 255: fainter parts of an emoji's shadow are not part of its box


@dataclass(frozen=True, slots=True)
class Sticker:
    """One sticker, centred on (x, y): a drawing, or the emoji of these characters."""

    look: Drawing | str
    start_s: float
    end_s: float
    x: float = 0.5
    y: float = 0.5
    size: float = 0.2  # longer side, in widths of the picture
    angle_deg: float = 0.0  # turned clockwise
    entrance: Literal["cut", "fade", "pop", "slide"] = "cut"
    entrance_s: float = 0.3
    exit: Literal["cut", "fade", "pop"] = "cut"
    exit_s: float = 0.3
    anim: Literal["none", "pulse", "bounce", "spin", "path"] = "none"
    speed: tuple[float, float] = (0.0, 0.0)  # of a path: widths a second, to the right and down

    @property
    def is_emoji(self) -> bool:
        return self.look not in DRAWINGS


def can_draw(sticker: Sticker) -> bool:
    """Whether it takes no font that is missing here."""
    return not sticker.is_emoji or find_font(EMOJI_FONTS) is not None


class StickerLayer:
    """A sticker at a picture's size."""

    def __init__(self, sticker: Sticker, width: int, height: int) -> None:
        self._sticker, self._width, self._height = sticker, width, height
        self._whole = _sized(_drawn(sticker.look), sticker.size * width)

    def box(self) -> tuple[float, float, float, float]:
        """Left, top, width, height where it rests, in pixels of the picture."""
        inside = _turned(self._whole, 1.0, self._sticker.angle_deg)[..., 3] > SEEN_ALPHA
        down, across = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        tall, wide = inside.shape
        left, top = self._sticker.x * self._width - wide / 2, self._sticker.y * self._height - tall / 2
        return left + float(across[0]), top + float(down[0]), float(np.ptp(across)) + 1, float(np.ptp(down)) + 1

    def onto(self, rgb: NDArray[np.uint8], t: float) -> NDArray[np.uint8]:
        one = self._sticker
        if not one.start_s - 1e-6 <= t < one.end_s - 1e-6:
            return rgb
        scale, alpha, below, angle_deg = 1.0, 1.0, 0.0, one.angle_deg
        coming = min((t - one.start_s + 0.017) / one.entrance_s, 1.0)
        going = min((one.end_s - t) / one.exit_s, 1.0)
        for kind, share in ((one.entrance, coming), (one.exit, going)):
            if kind == "fade":
                alpha *= share
            elif kind == "pop":
                scale *= POP_FROM + (1 - POP_FROM) * eased(share, "out")
            elif kind == "slide":
                below += SLIDE_FROM * (1 - eased(share, "out"))
        gone_s = t - one.start_s
        right = 0.0
        if one.anim == "pulse":
            scale *= 1 + PULSE * sin(2 * pi * PULSES_HZ * gone_s)
        elif one.anim == "bounce":
            below -= BOUNCE * one.size * abs(sin(pi * BOUNCES_HZ * gone_s))
        elif one.anim == "spin":
            angle_deg += TURN_DEG_PER_S * gone_s
        elif one.anim == "path":
            right, below = right + one.speed[0] * gone_s, below + one.speed[1] * gone_s
        x, y = (one.x + right) * self._width, one.y * self._height + below * self._width
        return laid(rgb, _turned(self._whole, scale, angle_deg), x, y, alpha)


def _sized(rgba: Rgba, longer_px: float) -> Rgba:
    import cv2

    scale = longer_px / max(rgba.shape[:2])
    tall, wide = (max(round(side * scale), 1) for side in rgba.shape[:2])
    alpha = rgba[..., 3:].astype(np.float32) / 255
    solid = np.concatenate([rgba[..., :3] * alpha, 255 * alpha], axis=-1)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    resized = cv2.resize(solid, (wide, tall), interpolation=way)
    colours = resized[..., :3] / np.maximum(resized[..., 3:] / 255, 1e-3)
    return np.concatenate([colours, resized[..., 3:]], axis=-1).round().clip(0, 255).astype(np.uint8)


def _turned(rgba: Rgba, scale: float, angle_deg: float) -> Rgba:
    import cv2

    if angle_deg == 0:
        return rgba if scale == 1 else _sized(rgba, scale * max(rgba.shape[:2]))
    tall, wide = rgba.shape[:2]
    side = int(np.ceil(scale * np.hypot(tall, wide))) + 2
    turn = cv2.getRotationMatrix2D((wide / 2, tall / 2), -angle_deg, scale)
    turn[:, 2] += (side / 2 - wide / 2, side / 2 - tall / 2)
    return cv2.warpAffine(rgba, turn, (side, side), flags=cv2.INTER_LINEAR)  # pyright: ignore[reportReturnType]


@lru_cache(16)  # 1 MB each
def _drawn(look: str) -> Rgba:
    """Tight around what is drawn."""
    rgba = DRAWINGS[look]() if look in DRAWINGS else _emoji(look)
    inside = rgba[..., 3] > 0
    down, across = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    return rgba[down[0] : down[-1] + 1, across[0] : across[-1] + 1] if len(down) else rgba


def _emoji(characters: str) -> Rgba:
    from PIL import Image, ImageDraw, ImageFont

    path = find_font(EMOJI_FONTS)
    assert path, "no colour emoji font is installed"
    for strike_px in STRIKES_PX:
        try:
            font = ImageFont.truetype(str(path), strike_px)
        except OSError:
            continue
        left, top, right, bottom = (round(edge) for edge in font.getbbox(characters))
        image = Image.new("RGBA", (max(right - left, 1), max(bottom - top, 1)))
        ImageDraw.Draw(image).text((-left, -top), characters, font=font, embedded_color=True)
        return np.asarray(image)
    raise OSError(f"{path} has no drawings of a known size")


def _pen() -> tuple:
    from PIL import Image, ImageDraw

    image = Image.new("RGBA", (DRAWN_PX, DRAWN_PX), (255, 255, 255, 0))
    return image, ImageDraw.Draw(image)


def _face() -> Rgba:
    """Round and yellow, with a look of its own that no font has: square eyes and a straight green mouth."""
    image, pen = _pen()
    px = DRAWN_PX
    pen.ellipse((0, 0, px - 1, px - 1), "white")
    pen.ellipse((RIM * px, RIM * px, px - RIM * px, px - RIM * px), "#f5c518")
    for x in (0.25, 0.6):
        pen.rectangle((x * px, 0.3 * px, (x + 0.15) * px, 0.45 * px), "#203080")
    pen.rectangle((0.3 * px, 0.62 * px, 0.7 * px, 0.74 * px), "#109050")
    return np.asarray(image)


def _polygon(points: list[tuple[float, float]], colour: str) -> Rgba:
    image, pen = _pen()
    middle = np.mean(points, axis=0)
    for grow, fill in ((1.0, "white"), (1 - 3 * RIM, colour)):
        pen.polygon([tuple((middle + (np.array(point) - middle) * grow) * DRAWN_PX) for point in points], fill)
    return np.asarray(image)


def _heart() -> Rgba:
    turns = np.linspace(0, 2 * pi, 90)
    across = 0.5 + 0.49 * np.sin(turns) ** 3
    down = 0.45 - (13 * np.cos(turns) - 5 * np.cos(2 * turns) - 2 * np.cos(3 * turns) - np.cos(4 * turns)) / 34
    return _polygon(list(zip(across.tolist(), down.tolist(), strict=True)), "#7040d0")


def _star() -> Rgba:
    rays = [(0.49 if i % 2 == 0 else 0.28, pi * i / 7) for i in range(14)]
    return _polygon([(0.5 + away * sin(turn), 0.5 - away * cos(turn)) for away, turn in rays], "#20b0c0")


def _arrow() -> Rgba:
    points = [(0.0, 0.38), (0.55, 0.38), (0.55, 0.15), (1.0, 0.5), (0.55, 0.85), (0.55, 0.62), (0.0, 0.62)]
    return _polygon(points, "#e02020")


DRAWINGS = {"face": _face, "heart": _heart, "star": _star, "arrow": _arrow}
