"""What a rendered shot shows: its picture, the camera over it, things that lie on top, effects."""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
Ease = Literal["linear", "smooth", "in", "out", "overshoot"]
PHOTOS = {  # where photographs lie in wheels that are installed anyway
    "astronaut": ("skimage", "data/astronaut.png"),
    "cat": ("skimage", "data/chelsea.png"),
    "coffee": ("skimage", "data/coffee.png"),
    "hubble": ("skimage", "data/hubble_deep_field.jpg"),
    "motorcycle": ("skimage", "data/motorcycle_left.png"),
    "retina": ("skimage", "data/retina.jpg"),
    "rocket": ("skimage", "data/rocket.jpg"),
    "tissue": ("skimage", "data/ihc.png"),
    "china": ("sklearn", "datasets/images/china.jpg"),
    "flower": ("sklearn", "datasets/images/flower.jpg"),
    "hopper": ("matplotlib", "mpl-data/sample_data/grace_hopper.jpg"),
    "bus": ("ultralytics", "assets/bus.jpg"),
    "zidane": ("ultralytics", "assets/zidane.jpg"),
}
RIGHT_BARS = (
    "1110010", "1100110", "1101100", "1000010", "1011100", "1001110", "1010000", "1000100", "1001000", "1110100",
)  # fmt: skip
FIRST_DIGIT = (
    "LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL",
)  # fmt: skip
BLUR_STEPS = 9  # moments averaged for one smeared picture


@dataclass(frozen=True, slots=True)
class Flat:
    hex: str


@dataclass(frozen=True, slots=True)
class Gradient:
    top_hex: str
    bottom_hex: str


@dataclass(frozen=True, slots=True)
class Noise:
    """Soft blotches down to grain: a texture without any object in it."""

    seed: int = 0
    dark_hex: str = "#202830"
    light_hex: str = "#d8c8b0"


@dataclass(frozen=True, slots=True)
class Patches:
    """Stripes of flat colour from top to bottom: (hex, share of the picture)."""

    stripes: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Photo:
    """A photograph from PHOTOS, cropped around (x, y) of it."""

    name: str
    x: float = 0.5
    y: float = 0.5


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code, or the bar code of a shop's article, black on white with its quiet zone."""

    kind: Literal["qr", "ean_13"]
    payload: str
    turn_deg: float = 0.0  # counter-clockwise, on a white label that holds all of it


@dataclass(frozen=True, slots=True)
class Still:
    """A picture file, drawn at a size of the same proportions, or stretched to it."""

    path: Path


Picture = Flat | Gradient | Noise | Patches | Photo | Code | Still


@dataclass(frozen=True, slots=True)
class Move:
    """The camera goes somewhere, on the shot's own clock, and stays there. Instant where `seconds` is 0."""

    start_s: float
    seconds: float
    x: float = 0.0  # to the right, in widths of the picture
    y: float = 0.0  # down, in widths too
    zoom: float = 1.0  # factor by its end
    roll_deg: float = 0.0  # the camera turns clockwise
    ease: Ease = "linear"


@dataclass(frozen=True, slots=True)
class Shake:
    """A swing on both axes, a quarter turn apart."""

    hz: float
    amplitude: float  # in widths, from the middle to the extreme


@dataclass(frozen=True, slots=True)
class Pose:
    x: float
    y: float
    zoom: float
    roll_deg: float


@dataclass(frozen=True, slots=True)
class Grade:
    """A look laid over a shot: out = (in * gain + lift) ** (1 / gamma), then saturation, all of 0..1."""

    gain: tuple[float, float, float] = (1.0, 1.0, 1.0)
    lift: float = 0.0
    gamma: float = 1.0
    saturation: float = 1.0


@dataclass(frozen=True, slots=True)
class Sprite:
    """A shape, or a picture in the picture, that crosses the view at a constant speed."""

    shape: Literal["circle", "rectangle"]
    start_s: float
    end_s: float
    x: float = 0.5  # centre at its start
    y: float = 0.5
    w: float = 0.2  # in widths of the picture
    h: float = 0.2
    speed: tuple[float, float] = (0.0, 0.0)  # widths a second, to the right and down
    look: Picture = Flat("#e03030")


@dataclass(frozen=True, slots=True)
class Effect:
    kind: Literal[
        "flash",
        "strobe",
        "blur",
        "darken",
        "invert",
        "grain",
        "tear",
        "fade_in",
        "fade_out",
        "split",
        "mirror",
        "bw",
        "vignette",
        "shake",
    ]
    start_s: float
    end_s: float
    strength: float = 1.0
    hz: float = 8.0  # of a strobe


def rgb_of(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def eased(share: float, ease: Ease) -> float:
    if ease == "smooth":
        return share * share * (3 - 2 * share)
    if ease == "overshoot":  # a tenth too far, and back
        return 1 + 2.7 * (share - 1) ** 3 + 1.7 * (share - 1) ** 2
    if ease == "in":
        return share**3
    return 1 - (1 - share) ** 3 if ease == "out" else share


def pose_at(moves: tuple[Move, ...], shake: Shake | None, t: float) -> Pose:
    """Where the camera is, `t` seconds into its shot."""
    x = y = roll = 0.0
    zoom = 1.0
    for move in moves:
        share = float(t >= move.start_s - 1e-6) if not move.seconds else (t - move.start_s) / move.seconds
        done = eased(float(np.clip(share, 0, 1)), move.ease)
        x, y, roll = x + move.x * done, y + move.y * done, roll + move.roll_deg * done
        zoom *= move.zoom**done
    if shake:
        turn = 2 * np.pi * shake.hz * t
        x, y = x + shake.amplitude * float(np.sin(turn)), y + shake.amplitude * float(np.cos(turn))
    return Pose(x, y, zoom, roll)


class Canvas:
    """A shot's whole scene, drawn once, as large as its camera ever looks."""

    def __init__(
        self, picture: Picture, moves: tuple[Move, ...], shake: Shake | None, grade: Grade | None,
        seconds: float, width: int, height: int, exposure_s: float = 0.0,
    ) -> None:  # fmt: skip
        self._moves, self._shake, self._size, self._exposure_s = moves, shake, (width, height), exposure_s
        moments = np.linspace(0, seconds, max(2, int(seconds * 120)))
        corners = np.array([[sx * width / 2, sy * height / 2, 1] for sx in (-1, 1) for sy in (-1, 1)])
        seen = np.concatenate([corners @ self._view(t, (0.0, 0.0)).T for t in moments])
        low, high = np.floor(seen.min(axis=0) + 1e-6), np.ceil(seen.max(axis=0) - 1e-6)
        self._origin = (-float(low[0]) - 0.5, -float(low[1]) - 0.5)  # of a pixel: its middle
        wide, tall = (high - low).astype(int)
        scene = draw(picture, int(wide), int(tall))
        self._scene = graded(scene, grade) if grade else scene
        self._still: Rgb | None = None

    def at(self, t: float) -> Rgb:
        if not self._moves and not self._shake:
            if self._still is None:
                self._still = self._look(0.0)
            return self._still
        if not self._exposure_s:
            return self._look(t)
        moments = t - self._exposure_s * np.linspace(0.5, -0.5, BLUR_STEPS)
        return np.mean([self._look(m) for m in moments], axis=0).round().astype(np.uint8)

    def _look(self, t: float) -> Rgb:
        import cv2

        width, height = self._size
        view = self._view(t, self._origin)
        view[:, 2] += view[:, :2] @ [(1 - width) / 2, (1 - height) / 2]  # from the picture's middle to its first pixel
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(self._scene, view, self._size, flags=flags, borderMode=cv2.BORDER_REFLECT_101)  # pyright: ignore[reportReturnType]

    def _view(self, t: float, origin: tuple[float, float]) -> NDArray[np.float64]:
        """From pixels around the picture's middle to pixels of the scene."""
        pose = pose_at(self._moves, self._shake, t)
        angle, width = np.radians(pose.roll_deg), self._size[0]
        cos, sin = np.cos(angle) / pose.zoom, np.sin(angle) / pose.zoom
        return np.array([[cos, -sin, pose.x * width + origin[0]], [sin, cos, pose.y * width + origin[1]]])


def draw(picture: Picture, width: int, height: int) -> Rgb:
    """A picture at a size."""
    if isinstance(picture, Photo):
        return _cropped(picture, width, height)
    if isinstance(picture, Still):
        return _from_file(picture.path, width, height)
    if isinstance(picture, Noise):
        return _blotches(picture, width, height)
    if isinstance(picture, Code):
        return _printed(picture, width, height)
    if isinstance(picture, Gradient):
        down = np.linspace(0, 1, height)[:, None, None]
        mixed = np.array(rgb_of(picture.top_hex)) * (1 - down) + np.array(rgb_of(picture.bottom_hex)) * down
        return np.broadcast_to(mixed, (height, width, 3)).round().astype(np.uint8)
    stripes = picture.stripes if isinstance(picture, Patches) else ((picture.hex, 1.0),)
    drawn = np.empty((height, width, 3), np.uint8)
    edges = np.round(np.cumsum([0.0] + [share for _, share in stripes]) * height).astype(int)
    for (colour, _), top, bottom in zip(stripes, edges, edges[1:], strict=False):
        drawn[top:bottom] = rgb_of(colour)
    return drawn


def graded(rgb: Rgb, grade: Grade) -> Rgb:
    light = np.clip(rgb / np.float32(255) * np.array(grade.gain, np.float32) + grade.lift, 0, 1) ** (1 / grade.gamma)
    grey = light @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    light = grey[..., None] + (light - grey[..., None]) * grade.saturation
    return (np.clip(light, 0, 1) * 255).round().astype(np.uint8)


def apply_sprite(rgb: Rgb, sprite: Sprite, t: float) -> Rgb:
    if not sprite.start_s - 1e-6 <= t < sprite.end_s - 1e-6:
        return rgb
    height, width = rgb.shape[:2]
    look = _sprite_look(sprite.look, max(round(sprite.w * width), 1), max(round(sprite.h * width), 1))
    tall, wide = look.shape[:2]
    middle = np.array([sprite.x * width, sprite.y * height]) + np.array(sprite.speed) * (t - sprite.start_s) * width
    left, top = (round(float(n)) for n in middle - [wide / 2, tall / 2])
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + wide, width), min(top + tall, height)
    if x0 >= x1 or y0 >= y1:
        return rgb
    out = rgb.copy()
    piece = look[y0 - top : y1 - top, x0 - left : x1 - left]
    down, across = np.mgrid[y0 - top : y1 - top, x0 - left : x1 - left] + 0.5
    inside = (across / wide - 0.5) ** 2 + (down / tall - 0.5) ** 2 <= 0.25
    covered = inside if sprite.shape == "circle" else np.ones_like(inside)
    out[y0:y1, x0:x1][covered] = piece[covered]
    return out


def apply_effect(rgb: Rgb, effect: Effect, t: float) -> Rgb:
    import cv2

    if not effect.start_s - 1e-6 <= t < effect.end_s - 1e-6:
        return rgb
    if effect.kind == "blur":
        return cv2.GaussianBlur(rgb, (0, 0), effect.strength * rgb.shape[1] / 100)  # pyright: ignore[reportReturnType]
    if effect.kind == "grain":  # a sensor's noise, new in every frame; strength is its spread, 0..1
        noise = np.random.default_rng(round(t * 90_000)).normal(0, 255 * effect.strength, rgb.shape[:2])
        return (rgb + noise[..., None]).round().clip(0, 255).astype(np.uint8)
    if effect.kind == "invert":
        return 255 - rgb
    if effect.kind == "tear":  # bands are thrown to the sides, as a broken signal does; strength is in widths
        bands = np.random.default_rng(0).uniform(-effect.strength, effect.strength, 12) * rgb.shape[1]
        rows = np.array_split(rgb, len(bands))
        return np.concatenate([np.roll(row, round(float(by)), axis=1) for row, by in zip(rows, bands, strict=True)])
    if effect.kind == "split":  # red to the left and blue to the right; strength is in widths, from red to blue
        by = round(effect.strength * rgb.shape[1] / 2)
        red, green, blue = np.moveaxis(rgb, -1, 0)
        return np.stack([np.roll(red, -by, axis=1), green, np.roll(blue, by, axis=1)], axis=-1)
    if effect.kind == "mirror":
        half = rgb[:, : rgb.shape[1] // 2]
        return np.concatenate([half, half[:, ::-1]], axis=1)
    if effect.kind == "vignette":  # strength is the share of the light that goes in the corners
        down, across = np.mgrid[-1 : 1 : len(rgb) * 1j, -1 : 1 : rgb.shape[1] * 1j]
        return (rgb * (1 - effect.strength * (down**2 + across**2) / 2)[..., None]).round().astype(np.uint8)
    if effect.kind == "shake":  # round and round, strength widths from the middle
        turn, by = 2 * np.pi * effect.hz * (t - effect.start_s), effect.strength * rgb.shape[1]
        aside = np.array([[1, 0, by * np.sin(turn)], [0, 1, by * np.cos(turn)]])
        return cv2.warpAffine(rgb, aside, rgb.shape[1::-1], borderMode=cv2.BORDER_REFLECT_101)  # pyright: ignore[reportReturnType]
    if effect.kind == "bw":
        return graded(rgb, Grade(saturation=0))
    if effect.kind in ("fade_in", "fade_out"):
        gone = (t - effect.start_s) / (effect.end_s - effect.start_s)
        return (rgb * (gone if effect.kind == "fade_in" else 1 - gone)).round().astype(np.uint8)
    if effect.kind == "darken":
        return (rgb * (1 - effect.strength)).astype(np.uint8)
    is_lit = effect.kind == "flash" or (t - effect.start_s + 1e-6) * effect.hz % 1 < 0.5
    share = effect.strength if is_lit else 0.0
    return (rgb + (255 - rgb) * share).round().astype(np.uint8)


def apply_letterbox(rgb: Rgb, share: float) -> Rgb:
    bar = round(share * len(rgb))
    if not bar:
        return rgb
    out = rgb.copy()
    out[:bar] = out[-bar:] = 0
    return out


@cache
def photo(name: str) -> Rgb:
    """A photograph as it lies in its wheel."""
    from PIL import Image

    package, inside = PHOTOS[name]
    found = find_spec(package)
    assert found
    assert found.origin
    with Image.open(Path(found.origin).parent / inside) as image:
        rgb = np.asarray(image.convert("RGB")).copy()
    rgb.flags.writeable = False
    return rgb


@cache
def _sprite_look(look: Picture, width: int, height: int) -> Rgb:
    return draw(look, width, height)


def _from_file(path: Path, width: int, height: int) -> Rgb:
    from PIL import Image

    with Image.open(path) as image:
        return np.asarray(image.convert("RGB").resize((width, height), Image.Resampling.LANCZOS))


def _cropped(picture: Photo, width: int, height: int) -> Rgb:
    import cv2

    whole = photo(picture.name)
    tall, wide = whole.shape[:2]
    scale = max(width / wide, height / tall)
    crop_w, crop_h = min(wide, round(width / scale)), min(tall, round(height / scale))
    left, top = round((wide - crop_w) * picture.x), round((tall - crop_h) * picture.y)
    crop = whole[top : top + crop_h, left : left + crop_w]
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(crop, (width, height), interpolation=way)  # pyright: ignore[reportReturnType]


def _printed(code: Code, width: int, height: int) -> Rgb:
    import cv2

    if code.kind == "qr":
        modules = np.pad(cv2.QRCodeEncoder.create().encode(code.payload), 2, constant_values=255)  # 2 are there already
    else:
        modules = np.pad(255 - 255 * _bars(code.payload), ((0, 0), (9, 9)), constant_values=255)
    way = cv2.INTER_NEAREST if width >= 3 * modules.shape[1] else cv2.INTER_AREA
    printed = np.asarray(cv2.resize(modules, (width, height), interpolation=way), np.uint8)
    if code.turn_deg:
        cosine, sine = (abs(float(part(np.radians(code.turn_deg)))) for part in (np.cos, np.sin))
        fits = min(width / (width * cosine + height * sine), height / (width * sine + height * cosine))
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), code.turn_deg, fits)
        printed = np.asarray(cv2.warpAffine(printed, turn, (width, height), borderValue=255), np.uint8)
    return np.repeat(printed[..., None], 3, axis=2)


def _bars(digits: str) -> NDArray[np.uint8]:
    """EAN-13, a row of modules, 1 where it is dark: ISO/IEC 15420."""
    right = [tuple(map(int, bars)) for bars in RIGHT_BARS]
    left = [tuple(1 - bit for bit in bars) for bars in right]
    mirrored = [bars[::-1] for bars in right]
    parity = FIRST_DIGIT[int(digits[0])]
    halves = [(mirrored if even == "G" else left)[int(n)] for n, even in zip(digits[1:7], parity, strict=True)]
    bits = [(1, 0, 1), *halves, (0, 1, 0, 1, 0), *(right[int(n)] for n in digits[7:]), (1, 0, 1)]
    return np.array([[bit for group in bits for bit in group]], np.uint8)


def _blotches(noise: Noise, width: int, height: int) -> Rgb:
    import cv2

    rng = np.random.default_rng(noise.seed)
    level = np.zeros((height, width), np.float32)
    # Octaves from a fifth of a 720 px picture to 2 px, each half as strong as the one before.
    for cell, weight in ((144, 1.0), (72, 0.7), (36, 0.5), (18, 0.35), (9, 0.25), (4, 0.15), (2, 0.1)):
        grid = rng.standard_normal((height // cell + 2, width // cell + 2)).astype(np.float32)
        level += weight * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
    share = 1 / (1 + np.exp(-1.5 * level))[..., None]
    mixed = np.array(rgb_of(noise.dark_hex)) * (1 - share) + np.array(rgb_of(noise.light_hex)) * share
    return mixed.round().astype(np.uint8)
