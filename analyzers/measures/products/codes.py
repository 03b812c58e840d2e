"""QR codes and the bar codes of shops (EAN-13, EAN-8, UPC-A) in a picture: what they say, and where.

OpenCV's readers (https://docs.opencv.org/4.x/d7/de3/classcv_1_1QRCodeDetectorAruco.html and its barcode module) take a
tenth of a second for a picture full of detail. They are shown only those places that look like a code: two shades and
nothing between them, close together. A place is not shown to them again while it looks the same, except a few times
where it has the marks of a code and could not be read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from math import hypot
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
# What is turned upright around a place, in its diagonals (it may be half a code), the scale it is looked
# at in, and by how much of their width the bars are taken wider.
BAR_VIEWS = (1.4, 1.0, (0.0, 0.06)), (1.4, 2.0, (0.06,)), (2.8, 0.5, (0.06,))
BARS_PX, MOST_PX = 320, 720  # side of what is turned: at least, and at most after it was scaled
EDGES = 20, 90  # across bars: a third of the 60 of an EAN-13, and half as many more for what stands beside it
UNLIKE = 0.3  # spread of the bars' widths over their mean: a code's are one to four modules, 0.5
EDGE = 20  # of 255, from one pixel to the next
FINDERS, CELL_PX = 2, 4  # of a QR code's three marks, and how exactly they are counted
# Two legs from one mark to the others of a QR code, as long as each other and square, in marks' widths: 14 modules of 7
# in the smallest code, 170 in the largest.
LEG_WIDTHS, LEGS_ALIKE, SQUARE = (1.4, 25.0), 0.8, 0.3
MARKS_ALIKE = 0.6  # smaller over larger: compression eats at thin lines
MOST_MARKS = 12  # to be tried in threes
AROUND = 25  # modules around marks that may hold the others
CLEAR_PX = 8.0  # of a module, that it is enlarged to
TRIES = 3  # pictures more in which a place with marks is read
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
    tries: int  # left, where it could not be read


class Reader:
    """Reads a video's pictures one after the other."""

    def __init__(self) -> None:
        import cv2

        self._qr, self._bars = cv2.QRCodeDetectorAruco(), cv2.barcode.BarcodeDetector()
        self._slow_qr = cv2.QRCodeDetector()  # reads some that the other does not
        self._before: list[Look] = []

    def read(self, rgb: NDArray[np.uint8]) -> list[Code]:
        import cv2

        grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
        found: list[Code] = []
        looks: list[Look] = []
        for place in places(grey):
            x0, y0, x1, y1 = place
            shades = np.asarray(cv2.resize(grey[y0:y1, x0:x1], (24, 24), interpolation=cv2.INTER_AREA), np.uint8)
            look = self._again(place, shades)
            if look is None or look.tries:
                codes, is_likely = self._read(grey, place)
                left = look.tries - 1 if look else TRIES
                look = Look(place, shades, codes, left if is_likely and not codes else 0)
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
                return Look(place, look.shades, codes, look.tries)
        return None

    def _read(self, grey: NDArray[np.uint8], place: Place) -> tuple[list[Code], bool]:
        """The codes of a place, and whether it has the marks of one."""
        x0, y0, x1, y1 = place
        piece = np.ascontiguousarray(grey[y0:y1, x0:x1])
        if _stripedness(piece) >= STRIPED:
            codes = self._read_bars(grey, place)
            return codes, False
        marks = find_marks(piece)
        if len(marks) < FINDERS:
            return [], False
        if codes := self._read_qr(piece, x0, y0, grey):
            return codes, False
        # The place may have cut off a corner of it, or hold much else.
        reach = AROUND * float(np.median(marks[:, 2]))
        middles = marks[:, :2] + place[:2]
        x0, y0 = (max(0, int(edge)) for edge in middles.min(axis=0) - reach)
        x1, y1 = (int(edge) for edge in middles.max(axis=0) + reach)
        piece = np.ascontiguousarray(grey[y0:y1, x0:x1])
        if (corners := find_corners(find_marks(piece))) is None:
            return [], False
        left, top, right, bottom, module = corners
        near = np.ascontiguousarray(piece[top:bottom, left:right])
        return self._read_qr(near, x0 + left, y0 + top, grey, max(1.0, CLEAR_PX / module)), True

    def _read_qr(
        self, piece: NDArray[np.uint8], left: int, top: int, grey: NDArray[np.uint8], scale: float = 1.0
    ) -> list[Code]:
        """As it is; or enlarged, where it is known that there is one."""
        import cv2

        readers = [self._qr]
        if scale > 1:
            piece = np.asarray(cv2.resize(piece, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
            readers = [self._qr, self._slow_qr]
        for reader in readers:
            try:
                _, payloads, corners, _ = reader.detectAndDecodeMulti(piece)
            except UnicodeDecodeError:  # OpenCV hands out text alone, and this payload is none
                return []
            found = [
                _code(text, "qr", points / scale + np.array([left, top]), grey)
                for text, points in _pairs(payloads, corners)
                if text
            ]
            if found:
                return found
        return []

    def _read_bars(self, grey: NDArray[np.uint8], place: Place) -> list[Code]:
        """The reader is told where the bars are, set upright: it finds those alone that have just its sizes."""
        import cv2

        x0, y0, x1, y1 = place
        lean_deg, middle = _lean_deg(grey[y0:y1, x0:x1]), np.array([x0 + x1, y0 + y1]) / 2
        for room, scale, ways in BAR_VIEWS:
            side = max(BARS_PX, room * float(np.hypot(x1 - x0, y1 - y0)))
            if scale != 1 and side * scale > MOST_PX:
                continue
            scale = min(scale, MOST_PX / side)
            upright = cv2.getRotationMatrix2D((float(middle[0]), float(middle[1])), lean_deg, scale)
            upright[:, 2] += side * scale / 2 - middle
            size = round(side * scale)
            view = np.asarray(cv2.warpAffine(grey, upright, (size, size), flags=cv2.INTER_CUBIC), np.uint8)
            bars = _bars(view)
            if bars is None or not _are_of_a_code(view, bars):
                break
            for wider in ways:
                corners = _around(bars, wider)
                _, payloads, kinds = self._bars.decodeWithType(view, corners[None])
                if payloads and payloads[0] and kinds[0] in FORMATS:
                    back = cv2.invertAffineTransform(upright)
                    points = np.asarray(_around(bars, 0.0) @ back[:, :2].T + back[:, 2], np.float32)
                    return [_code(payloads[0], FORMATS[kinds[0]], points, grey)]
        return []


def _bars(view: NDArray[np.uint8]) -> tuple[int, int, int, int] | None:
    """Box of the largest thicket of upright edges: left, top, width, height."""
    import cv2

    across = cv2.absdiff(cv2.Sobel(view, cv2.CV_32F, 1, 0, ksize=1), np.zeros(1))
    down = cv2.absdiff(cv2.Sobel(view, cv2.CV_32F, 0, 1, ksize=1), np.zeros(1))
    is_edge = ((across > EDGE) & (across > 3 * down)).astype(np.float32)
    window = max(3, len(view) // 10)
    thick = cv2.blur(is_edge, (window, window))
    count, _, stats, _ = cv2.connectedComponentsWithStats((thick > 0.5 * thick.max()).astype(np.uint8))
    if count < 2:
        return None
    x, y, w, h, _ = stats[1 + int(np.argmax(stats[1:, 4]))]
    return int(x), int(y), int(w), int(h)


def _are_of_a_code(view: NDArray[np.uint8], bars: tuple[int, int, int, int]) -> bool:
    """As many as a code has, or some of them, and of several widths: a fence's are all alike."""
    import cv2

    x, y, w, h = bars
    middle = np.ascontiguousarray(view[y + h // 2 : y + h // 2 + 3, x : x + w])
    if not middle.size:
        return False
    line = cv2.reduce(middle, 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F)
    is_light = line > cv2.blur(line, (max(9, w // 10) | 1, 1))
    widths = np.diff(np.flatnonzero(np.diff(is_light.ravel())))
    return EDGES[0] <= len(widths) + 1 <= EDGES[1] and float(widths.std() / widths.mean()) >= UNLIKE


def _around(bars: tuple[int, int, int, int], wider: float) -> NDArray[np.float32]:
    """Corners from the lower left clockwise, as the reader wants them, without the frayed ends of the bars."""
    x, y, w, h = bars
    left, right, top, bottom = x - wider * w, x + w + wider * w, y + 0.2 * h, y + 0.8 * h
    return np.array([(left, bottom), (left, top), (right, top), (right, bottom)], np.float32)


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
    alike, crossed, strength = _edges(piece)
    return float(np.hypot(alike, crossed) / strength) if strength > 0 else 0.0


def _lean_deg(piece: NDArray[np.uint8]) -> float:
    """By how much bars are to be turned to stand upright."""
    alike, crossed, _ = _edges(piece)
    return float(np.degrees(np.arctan2(crossed, alike))) / 2  # of the way across the bars


def _edges(piece: NDArray[np.uint8]) -> tuple[float, float, float]:
    """Of the tensor of the picture's slopes: difference and mixture of its ways, and its strength."""
    import cv2

    across, down = cv2.Sobel(piece, cv2.CV_32F, 1, 0, ksize=1), cv2.Sobel(piece, cv2.CV_32F, 0, 1, ksize=1)
    xx, yy, xy = float(cv2.norm(across) ** 2), float(cv2.norm(down) ** 2), float(np.vdot(across, down))
    return xx - yy, 2 * xy, xx + yy


def find_marks(piece: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(n, 3): middle and module of each place where dark and light take turns as 1:1:3:1:1 both across and down.

    A QR code has three of them.
    """
    import cv2

    around = max(25, min(piece.shape) // 4) | 1
    dark = cv2.adaptiveThreshold(piece, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, around, 0)
    shape = piece.shape[0] // CELL_PX + 1, piece.shape[1] // CELL_PX + 1
    across, down = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    rows, columns, modules = _centres(np.asarray(dark, np.uint8))
    across[rows // CELL_PX, columns // CELL_PX] = modules
    columns, rows, modules = _centres(np.ascontiguousarray(np.asarray(dark, np.uint8).T))
    down[rows // CELL_PX, columns // CELL_PX] = modules
    near = np.ones((3, 3), np.uint8)
    across, down = cv2.dilate(across, near), cv2.dilate(down, near)
    is_mark = ((across > 0) & (down > 0)).astype(np.uint8)
    count, labels, _, middles = cv2.connectedComponentsWithStats(is_mark)
    marks = np.zeros((count - 1, 3))
    for number in range(1, count):
        # A turned mark is wider along a row than it is: by as much as along a column.
        widths = np.sqrt(across * down)[labels == number]
        marks[number - 1] = (*((middles[number] + 0.5) * CELL_PX), float(np.median(widths)))
    return marks


def find_corners(marks: NDArray[np.float64]) -> tuple[int, int, int, int, float] | None:
    """Box of the likeliest code, its quiet zone included, and its module: three marks in a right angle."""
    best, found = 1.0, None
    for three in combinations(marks[:MOST_MARKS].tolist(), 3):
        least, middle, most = sorted(module for _, _, module in three)
        if least < MARKS_ALIKE * most:
            continue
        width = 7 * middle
        for (x, y, _), (x1, y1, _), (x2, y2, _) in (three, (three[1], three[0], three[2]), (three[2], *three[:2])):
            (ax, ay), (bx, by) = (x1 - x, y1 - y), (x2 - x, y2 - y)
            short, long = sorted((hypot(ax, ay), hypot(bx, by)))
            if short < LEGS_ALIKE * long or not LEG_WIDTHS[0] * width <= long <= LEG_WIDTHS[1] * width:
                continue
            slant = abs(ax * bx + ay * by) / (short * long)
            odd = slant + 1 - short / long
            if slant <= SQUARE and odd < best:
                corners = np.array([[x, y], [x1, y1], [x2, y2], [x1 + x2 - x, y1 + y2 - y]])
                low, high = corners.min(axis=0) - 1.2 * width, corners.max(axis=0) + 1.2 * width
                left, top = (max(0, int(edge)) for edge in low)
                best, found = odd, (left, top, int(high[0]) + 1, int(high[1]) + 1, middle)
    return found


def _centres(dark: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Row, column and module of the middle of every five runs in a row that measure 1:1:3:1:1, the outer ones dark."""
    wide = dark.shape[1] + 1
    line = np.pad(dark, ((0, 0), (0, 1)), constant_values=2).ravel()  # the 2 parts one row from the next
    starts = np.flatnonzero(np.diff(line, prepend=3))
    lengths = np.diff(starts, append=len(line)).astype(np.float32)
    if len(lengths) < 5:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32)
    runs = np.stack([lengths[i : len(lengths) - 4 + i] for i in range(5)])
    module = runs.sum(axis=0) / 7
    shares = np.array([1, 1, 3, 1, 1], np.float32)[:, None]
    is_so = (np.abs(runs - shares * module) <= np.maximum(0.5 * module, 1)).all(axis=0) & (module >= 1.5)
    is_so &= line[starts[: len(module)]] == 1
    first = starts[2 : 2 + len(module)][is_so]
    middle = first + (runs[2][is_so] / 2).astype(np.int64)
    return middle // wide, middle % wide, module[is_so]


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
