"""QR codes and the bar codes of shops (EAN-13, EAN-8, UPC-A) in a picture: what they say, and where.

OpenCV's readers (https://docs.opencv.org/4.x/d7/de3/classcv_1_1QRCodeDetectorAruco.html and its barcode module) take a
tenth of a second for a picture full of detail. They are shown only those places that look like a code: two shades and
nothing between them, close together. A place is not shown to them again while it looks the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Format = Literal["qr", "ean_13", "ean_8", "upc_a", "upc_e"]
FORMATS: dict[str, Format] = {"EAN_13": "ean_13", "EAN_8": "ean_8", "UPC_A": "upc_a", "UPC_E": "upc_e"}
SHORT_SIDES_PX = 360, 90  # looked at twice: codes as small as can be read, and those that fill the picture
WINDOW_PX = 9  # of the small picture: holds both shades of a code, and little else
CONTRAST = 70  # between the shades, of 255: half of what CRF 35 leaves of black on white
TWO_SHADES = 0.5  # variance over the most that the contrast allows: 1 for black and white, 0.33 for an even spread
LEAST_PX = 14  # of the small picture: below that no module of a code is left
FILLED = 0.5  # of the place's box
MOST_PLACES = 4  # in one picture
MARGIN = 0.2  # around a place, of its longer side: the readers want the quiet zone
STRIPED = 0.6  # share of the edges' strength that lies one way: bars reach 0.8 to 1, a QR code 0.2
BAR_VIEWS = (320, 1.0), (640, 1.0), (640, 0.5)  # room around bars in pixels, and the scale they are looked at in
FINDERS, CELL_PX = 2, 4  # of a QR code's three marks, and how exactly they are counted
NEAR_PX = 24  # of a place from one picture to the next, a quarter of a second later
ALIKE = 6.0  # mean difference of two looks at a place, of 255: what compression adds


@dataclass(frozen=True, slots=True)
class Code:
    """One code in one picture; its box in pixels of that picture."""

    payload: str
    format: Format
    x: float
    y: float
    w: float
    h: float


Place = tuple[int, int, int, int]  # x0, y0, x1, y1


@dataclass(frozen=True, slots=True)
class Look:
    """What a place looked like, small, and what was read there."""

    place: Place
    shades: NDArray[np.uint8]
    codes: list[Code]


class Reader:
    """Reads a video's pictures one after the other."""

    def __init__(self) -> None:
        import cv2

        self._qr, self._bars = cv2.QRCodeDetectorAruco(), cv2.barcode.BarcodeDetector()
        self._before: list[Look] = []

    def read(self, rgb: NDArray[np.uint8]) -> list[Code]:
        import cv2

        grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
        found: list[Code] = []
        looks: list[Look] = []
        for place in places(grey):
            x0, y0, x1, y1 = place
            shades = np.asarray(cv2.resize(grey[y0:y1, x0:x1], (24, 24), interpolation=cv2.INTER_AREA), np.uint8)
            look = self._again(place, shades) or Look(place, shades, self._read(grey, place))
            looks.append(look)
            found += [code for code in look.codes if code.payload not in [other.payload for other in found]]
        self._before = looks
        return found

    def _again(self, place: Place, shades: NDArray[np.uint8]) -> "Look | None":
        """What was read here, or a few pixels from here, in the picture before, where it looks the same."""
        import cv2

        for look in self._before:
            moved = np.subtract(place, look.place)
            if np.abs(moved).max() <= NEAR_PX and cv2.absdiff(shades, look.shades).mean() < ALIKE:
                right, down = float(moved[0]), float(moved[1])
                # The shades stay those that were read: small changes must not add up.
                codes = [replace(code, x=max(0.0, code.x + right), y=max(0.0, code.y + down)) for code in look.codes]
                return Look(place, look.shades, codes)
        return None

    def _read(self, grey: NDArray[np.uint8], place: Place) -> list[Code]:
        x0, y0, x1, y1 = place
        piece = np.ascontiguousarray(grey[y0:y1, x0:x1])
        if _stripedness(piece) >= STRIPED:
            return self._read_bars(grey, place)
        if count_finders(piece) < FINDERS:
            return []
        try:
            _, payloads, corners, _ = self._qr.detectAndDecodeMulti(piece)
        except UnicodeDecodeError:  # OpenCV hands out text alone, and this payload is none
            return []
        return [
            _code(text, "qr", points + np.array([x0, y0]), grey) for text, points in _pairs(payloads, corners) if text
        ]

    def _read_bars(self, grey: NDArray[np.uint8], place: Place) -> list[Code]:
        """The reader finds bars of some widths only, reckoned from the picture that it is given: it gets several."""
        import cv2

        x0, y0, x1, y1 = place
        for room, scale in BAR_VIEWS:
            half_w, half_h = max(room, x1 - x0) // 2, max(room, y1 - y0) // 2
            left, top = max(0, (x0 + x1) // 2 - half_w), max(0, (y0 + y1) // 2 - half_h)
            view = grey[top : (y0 + y1) // 2 + half_h, left : (x0 + x1) // 2 + half_w]
            view = cv2.resize(view, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            _, payloads, kinds, corners = self._bars.detectAndDecodeWithType(view)
            found = [
                _code(text, FORMATS[kind], points / scale + np.array([left, top]), grey)
                for (text, points), kind in zip(_pairs(payloads, corners), kinds, strict=False)
                if text and kind in FORMATS
            ]
            if found:
                return found
        return []


def _pairs(payloads: Any, corners: Any) -> list[tuple[str, NDArray[np.float32]]]:
    points = np.zeros((0, 4, 2), np.float32) if corners is None else np.asarray(corners, np.float32).reshape(-1, 4, 2)
    return list(zip(payloads, points, strict=False))


def _code(text: str, format: Format, points: NDArray[np.float32], grey: NDArray[np.uint8]) -> Code:
    tall, wide = grey.shape
    x0, y0 = np.clip(points.min(axis=0), 0, (wide, tall))
    x1, y1 = np.clip(points.max(axis=0), 0, (wide, tall))
    return Code(text, format, float(x0), float(y0), float(x1 - x0), float(y1 - y0))


def _stripedness(piece: NDArray[np.uint8]) -> float:
    """How far all edges lie one way: 0..1."""
    import cv2

    across, down = cv2.Sobel(piece, cv2.CV_32F, 1, 0, ksize=1), cv2.Sobel(piece, cv2.CV_32F, 0, 1, ksize=1)
    xx, yy, xy = float(cv2.norm(across) ** 2), float(cv2.norm(down) ** 2), float(np.vdot(across, down))
    return float(np.hypot(xx - yy, 2 * xy) / (xx + yy)) if xx + yy > 0 else 0.0


def count_finders(piece: NDArray[np.uint8]) -> int:
    """Places where dark and light take turns as 1:1:3:1:1 both across and down: a QR code has three of them."""
    import cv2

    around = max(25, min(piece.shape) // 4) | 1
    dark = cv2.adaptiveThreshold(piece, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, around, 0)
    shape = piece.shape[0] // CELL_PX + 1, piece.shape[1] // CELL_PX + 1
    across, down = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    rows, columns = _centres(np.asarray(dark, np.uint8))
    across[rows // CELL_PX, columns // CELL_PX] = 1
    columns, rows = _centres(np.ascontiguousarray(np.asarray(dark, np.uint8).T))
    down[rows // CELL_PX, columns // CELL_PX] = 1
    near = np.ones((3, 3), np.uint8)
    return cv2.connectedComponents(cv2.bitwise_and(cv2.dilate(across, near), cv2.dilate(down, near)))[0] - 1


def _centres(dark: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and column of the middle of every five runs in one row that measure 1:1:3:1:1, the outer ones dark."""
    wide = dark.shape[1] + 1
    line = np.pad(dark, ((0, 0), (0, 1)), constant_values=2).ravel()  # the 2 parts one row from the next
    starts = np.flatnonzero(np.diff(line, prepend=3))
    lengths = np.diff(starts, append=len(line)).astype(np.float32)
    if len(lengths) < 5:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    runs = np.stack([lengths[i : len(lengths) - 4 + i] for i in range(5)])
    module = runs.sum(axis=0) / 7
    shares = np.array([1, 1, 3, 1, 1], np.float32)[:, None]
    is_so = (np.abs(runs - shares * module) <= np.maximum(0.5 * module, 1)).all(axis=0) & (module >= 1.5)
    is_so &= line[starts[: len(module)]] == 1
    first = starts[2 : 2 + len(module)][is_so]
    middle = first + (runs[2][is_so] / 2).astype(np.int64)
    return middle // wide, middle % wide


def places(grey: NDArray[np.uint8]) -> list[Place]:
    """Where a code may be, the largest first, in pixels of the picture."""
    import cv2

    found: list[Place] = []
    for side in SHORT_SIDES_PX:
        scale = side / min(grey.shape)
        if scale > 1:
            continue
        size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
        small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
        for x, y, w, h in _checkered(small):
            margin = MARGIN * max(w, h)
            x0, y0 = max(0, int((x - margin) / scale)), max(0, int((y - margin) / scale))
            x1 = min(grey.shape[1], int((x + w + margin) / scale) + 1)
            y1 = min(grey.shape[0], int((y + h + margin) / scale) + 1)
            if not any(a <= x0 and b <= y0 and c >= x1 and d >= y1 for a, b, c, d in found):
                found.append((x0, y0, x1, y1))
    return sorted(found, key=lambda p: -(p[2] - p[0]) * (p[3] - p[1]))[:MOST_PLACES]


def _checkered(small: NDArray[np.uint8]) -> Iterator[tuple[int, int, int, int]]:
    """Boxes of what has two shades, both of them in every window."""
    import cv2

    window = np.ones((WINDOW_PX, WINDOW_PX), np.uint8)
    contrast = cv2.absdiff(cv2.dilate(small, window), cv2.erode(small, window)).astype(np.float32)
    light = small.astype(np.float32)
    mean = cv2.blur(light, (WINDOW_PX, WINDOW_PX))
    variance = cv2.sqrBoxFilter(light, cv2.CV_32F, (WINDOW_PX, WINDOW_PX)) - mean * mean
    is_so = (contrast >= CONTRAST) & (variance >= TWO_SHADES * contrast * contrast / 4)
    solid = cv2.morphologyEx(is_so.astype(np.uint8), cv2.MORPH_CLOSE, window)
    solid = cv2.morphologyEx(solid, cv2.MORPH_OPEN, window)
    count, _, stats, _ = cv2.connectedComponentsWithStats(solid)
    for x, y, w, h, area in stats[1:count]:
        if min(w, h) >= LEAST_PX and area >= FILLED * w * h:
            yield int(x), int(y), int(w), int(h)
