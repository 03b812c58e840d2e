"""Pictures: from a decoder's frame to upright RGB with square pixels, small or large.

The small pictures are averaged from the frame's own planes and only then turned into RGB: a tenth of
the price of converting every whole frame (0.1 against 1.3 ms at 720x1280).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resources import hdr

SMALL_WIDTH_PX = 160
SMALL_HEIGHT_PX = 640  # at most about so high, for pictures like towers
MOST_SAR = 10.0  # beyond is a mistake in the file: FFmpeg's own decoders drop such values
FULL_RANGE = 2  # AVCOL_RANGE_JPEG
# AVColorSpace: the weights of red and blue in luma
LUMA = {1: (0.2126, 0.0722), 4: (0.30, 0.11), 5: (0.299, 0.114), 6: (0.299, 0.114), 7: (0.212, 0.087),
        9: (0.2627, 0.0593), 10: (0.2627, 0.0593)}  # fmt: skip
SWSCALE = {1: 1, 4: 4, 5: 5, 6: 5, 7: 7, 9: 9, 10: 9}  # AVColorSpace -> SWS_CS_*

Rgb = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Turn:
    """How a stored picture becomes upright: swap rows and columns first, then flip."""

    is_swapped: bool = False
    is_flipped_x: bool = False
    is_flipped_y: bool = False

    @property
    def is_mirrored(self) -> bool:
        return (self.is_swapped + self.is_flipped_x + self.is_flipped_y) % 2 == 1

    @property
    def rotation_deg(self) -> int:
        """Counter-clockwise, after mirroring left to right where the picture is mirrored."""
        down = self.is_flipped_y  # where the stored picture's vertical axis ends up
        if self.is_swapped:
            return 270 if self.is_flipped_x else 90
        return 180 if down else 0

    def size(self, width: int, height: int) -> tuple[int, int]:
        return (height, width) if self.is_swapped else (width, height)

    def __call__(self, picture: NDArray[Any]) -> NDArray[Any]:
        import cv2

        if self.is_swapped:
            picture = cv2.transpose(picture)
        if self.is_flipped_x and self.is_flipped_y:
            return cv2.flip(picture, -1)
        if self.is_flipped_x or self.is_flipped_y:
            return cv2.flip(picture, 1 if self.is_flipped_x else 0)
        return picture


def read_turn(frame: Any) -> Turn:
    """From the display matrix; one that is no right angle leaves the picture as it is stored."""
    try:
        found = frame.side_data.get("DISPLAYMATRIX")
    except ValueError:  # PyAV 18.1 knows not every kind of side data, such as a photo's EXIF
        return {0: Turn(), 90: Turn(True, False, True), 180: Turn(False, True, True), 270: Turn(True, True, False)}.get(
            frame.rotation % 360, Turn()
        )
    if found is None:
        return Turn()
    across, down = np.frombuffer(bytes(found), np.int32)[:6].reshape(2, 3)[:, :2].astype(float)
    (a, b), (c, d) = across, down  # x' = ax + cy, y' = bx + dy
    straight, swapped = min(abs(a), abs(d)), min(abs(b), abs(c))
    if straight > 100 * max(abs(b), abs(c)):
        return Turn(False, bool(a < 0), bool(d < 0))
    if swapped > 100 * max(abs(a), abs(d)):
        return Turn(True, bool(c < 0), bool(b < 0))
    return Turn()


def usable_sar(ratio: Any) -> float:
    """Width of a stored pixel over its height; 1 where the file says nothing, or nonsense."""
    sar = float(ratio) if ratio else 1.0
    return sar if 1 / MOST_SAR <= sar <= MOST_SAR else 1.0


def small_factor(width: int, height: int) -> int:
    """By how much a picture is shrunk to be about 160 wide: 1, or even, so that halved colour planes divide too."""
    wanted = max(width / SMALL_WIDTH_PX, height / SMALL_HEIGHT_PX)
    return 1 if wanted < 1.5 else 2 * max(1, round(wanted / 2))


class Shaper:
    """Turns the frames of one video into pictures of one size, whatever the frames do."""

    def __init__(self, first: Any, sar: float, short_side_px: int | None) -> None:
        self.turn, self.sar = read_turn(first), sar
        self._stored = first.width, first.height
        square = max(1, round(first.width * sar)), first.height
        self.width_px, self.height_px = self.turn.size(*square)
        short = min(square)
        scale = 1.0 if short_side_px is None else min(1.0, short_side_px / short)
        self._large = max(1, round(square[0] * scale)), max(1, round(square[1] * scale))
        self.factor = small_factor(self.width_px, self.height_px)
        self._small = max(1, square[0] // self.factor), max(1, square[1] // self.factor)
        self.large_size = self.turn.size(*self._large)
        self.small_size = self.turn.size(*self._small)
        self._coding: Any = None
        self._matrix: Any = None
        self._is_plain = False

    def large(self, frame: Any) -> Rgb:
        """(height, width, 3), the short side at most as asked for."""
        return np.ascontiguousarray(self.turn(_rgb(frame, self._large)))

    def small(self, frame: Any) -> Rgb:
        """(height, width, 3), about 160 wide."""
        self._learn(frame)
        picture = self._from_planes(frame) if self._is_plain else _rgb(frame, self._small)
        return np.ascontiguousarray(self.turn(picture))

    def _learn(self, frame: Any) -> None:
        coding = frame.format.name, frame.width, frame.height, frame.colorspace, frame.color_range, frame.color_trc
        if coding == self._coding:
            return
        self._coding = coding
        form = frame.format
        bits = form.components[0].bits
        self._is_plain = (
            len(form.components) == 3
            and len(frame.planes) == 3
            and not form.is_rgb
            and 8 <= bits <= 12
            and not form.is_big_endian
            and colour_space(frame) in LUMA
        )
        if self._is_plain:
            self._matrix = _to_rgb_matrix(*LUMA[colour_space(frame)], bits, is_full_range(frame))

    def _from_planes(self, frame: Any) -> Rgb:
        import cv2

        is_whole = self.sar == 1 and (frame.width, frame.height) == self._stored
        luma, *colour = (_plane(plane, frame.format.components[0].bits) for plane in frame.planes)
        planes = [_shrunk(luma, self._small, self.factor, self.factor, is_whole)]
        across = round(luma.shape[1] / colour[0].shape[1])
        down = round(luma.shape[0] / colour[0].shape[0])
        planes += [_shrunk(c, self._small, self.factor / across, self.factor / down, is_whole) for c in colour]
        yuv = cv2.merge(planes)
        if hdr.is_hdr(frame.color_trc):
            return hdr.to_sdr(cv2.transform(yuv.astype(np.float32), self._matrix) / 255, frame.color_trc)
        if yuv.dtype == np.uint8:
            return np.asarray(cv2.transform(yuv, self._matrix), np.uint8)
        return np.minimum(cv2.transform(yuv, self._matrix), 255).astype(np.uint8)


def colour_space(frame: Any) -> int:
    """The frame's YCbCr matrix; where it says nothing, what players assume from its size."""
    if frame.colorspace in LUMA:
        return frame.colorspace
    if frame.colorspace not in (2, 3):
        return frame.colorspace
    is_large = max(frame.width, frame.height) >= 1280 or min(frame.width, frame.height) > 576
    return 9 if hdr.is_hdr(frame.color_trc) else 1 if is_large else 6


def is_full_range(frame: Any) -> bool:
    return frame.color_range == FULL_RANGE or (frame.color_range == 0 and frame.format.name.startswith("yuvj"))


def _rgb(frame: Any, size: tuple[int, int]) -> Rgb:
    """The whole frame as stored, in RGB, scaled; transparent parts are black."""
    form = frame.format
    has_alpha = form.has_palette or "a" in form.name.removeprefix("gray").removesuffix("le").removesuffix("be")
    if hdr.is_hdr(frame.color_trc) and not form.is_rgb:
        signal = _converted(frame, size, "rgb48le")
        return hdr.to_sdr(signal.astype(np.float32) / 65535, frame.color_trc)
    if not has_alpha:
        return _converted(frame, size, "rgb24")
    rgba = _converted(frame, size, "rgba")
    return (rgba[..., :3].astype(np.uint16) * rgba[..., 3:] // 255).astype(np.uint8)


def _converted(frame: Any, size: tuple[int, int], form: str) -> NDArray[Any]:
    """By swscale, in one thread: with more it is faster and not the same twice (PyAV 18.1)."""
    matters = {}
    if not frame.format.is_rgb and not frame.format.name.startswith(("gray", "pal", "mono")):
        space = SWSCALE.get(colour_space(frame), 5)
        matters = {
            "src_colorspace": space,
            "dst_colorspace": space,
            "src_color_range": 2 if is_full_range(frame) else 1,
            "dst_color_range": 2,
        }
    is_smaller = size[0] < frame.width or size[1] < frame.height
    made = frame.reformat(*size, format=form, interpolation="AREA" if is_smaller else "BICUBIC", threads=1, **matters)
    return made.to_ndarray()


def _plane(plane: Any, bits: int) -> NDArray[Any]:
    """A view of the decoder's own memory: valid as long as the frame."""
    kind, wide = (np.uint8, 1) if bits == 8 else (np.uint16, 2)
    rows = np.frombuffer(plane, np.uint8)[: plane.height * plane.line_size].view(kind)
    return rows.reshape(plane.height, plane.line_size // wide)[:, : plane.width]


def _shrunk(plane: NDArray[Any], size: tuple[int, int], across: float, down: float, is_whole: bool) -> NDArray[Any]:
    """Area averages; halving first, for which OpenCV has its fastest code."""
    import cv2

    width, height = size
    if is_whole and across >= 1 and down >= 1:
        plane = plane[: height * int(down), : width * int(across)]
        while across % 2 == 0 and down % 2 == 0:
            across, down = across / 2, down / 2
            half = plane.shape[1] // 2, plane.shape[0] // 2
            plane = cv2.resize(plane, half, interpolation=cv2.INTER_AREA)
    if (plane.shape[1], plane.shape[0]) == size:
        return plane
    is_smaller = plane.shape[1] >= width and plane.shape[0] >= height
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA if is_smaller else cv2.INTER_LINEAR)


def _to_rgb_matrix(red: float, blue: float, bits: int, is_full: bool) -> NDArray[np.float32]:
    """3x4: Y'CbCr codes to R'G'B' of 0..255, with the offsets in the last column."""
    unit = 2 ** (bits - 8)
    full = 2**bits - 1
    low, luma, chroma = (0, full, full) if is_full else (16 * unit, 219 * unit, 224 * unit)
    green = 1 - red - blue
    mix = np.array(
        [
            [1, 0, 2 * (1 - red)],
            [1, -2 * blue * (1 - blue) / green, -2 * red * (1 - red) / green],
            [1, 2 * (1 - blue), 0],
        ]
    )
    mix = 255 * mix / np.array([luma, chroma, chroma])
    return np.column_stack([mix, -mix @ np.array([low, 128 * unit, 128 * unit])]).astype(np.float32)
