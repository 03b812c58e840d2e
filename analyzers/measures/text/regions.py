"""Where letters are on a picture, and whether they are still there, without reading them.

Letters are strokes: strong gradients in a fixed pattern. An overlay keeps its pattern while the picture
behind it moves, so a known text is looked for by its own gradients alone, and a new one shows as strokes
that hold still for some frames and were not there a sample ago.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Motion

VIEW_SHORT_SIDE_PX = 360  # letters 2 % of the picture's height still have 12 px
STROKE = 16.0  # grey levels per pixel from which on an edge is a stroke
STEADY_S = 0.036  # strokes must hold this long before and after a sample: one frame at 30 fps, two at 60
SLOWEST_S = 0.11  # or for one frame, in videos down to 10 fps
WINDOW_PX = (24, 6)  # about four small letters on a picture 160 px wide
SUCCEEDED = 0.5  # strokes where a text has just gone, against its own: fewer are the picture behind it
SHORTEST = 1.2  # width of a word of two letters, in heights of the line
GOES_ON = 0.35  # new strokes beside a text, against its own: from one letter in the next two on
BESIDE = 1.2  # of its height, that is looked at there
HELD = 0.35  # share of its strokes a text keeps while it is there
AGREES = 0.6  # mean cosine of the strokes' directions while it is there
LETTER_AGREES = 0.75  # the same within one letter: another letter's strokes agree less
LETTER_AGREES_ELSEWHERE = 0.45  # and where it moved by parts of a pixel
ALIKE = 0.75  # correlation of a moved text's pixels with themselves
STRONGER = 1.3  # gain in contrast that says it was read while still fading in
CARRIED = 0.8  # correlation of a moving text's surroundings with themselves
MOVES_AT_MOST = 0.15  # of the picture's width between two samples

Look = Literal["same", "stronger", "grown", "changed", "moved", "gone"]
Field = NDArray[np.float32]  # (2, height, width): gradient to the right and down, in grey levels per pixel


def field(grey: NDArray[np.uint8]) -> Field:
    import cv2

    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, ksize=3, scale=0.25)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1, ksize=3, scale=0.25)
    return np.stack([across, down]).astype(np.float32)


def view(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A sampled picture, grey and small enough to look at often."""
    import cv2

    height, width = rgb.shape[:2]
    scale = min(1.0, VIEW_SHORT_SIDE_PX / max(1, min(height, width)))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA) if scale < 1 else rgb
    return cv2.cvtColor(np.ascontiguousarray(small), cv2.COLOR_RGB2GRAY).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of the picture from its left to its right edge, in shares of its height."""

    top: float
    bottom: float

    def cut(self, rgb: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], int]:
        """That part of a picture, and the row it begins at."""
        height = rgb.shape[0]
        first, last = round(self.top * height), max(round(self.bottom * height), round(self.top * height) + 1)
        return rgb[first:last], first

    def holds(self, box: "Box") -> bool:
        return self.top <= box.y and box.y + box.h <= self.bottom


WHOLE = Band(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Box:
    """A level box, in shares of the picture."""

    x: float
    y: float
    w: float
    h: float

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """left, top, right, bottom, at least one pixel large and within the picture."""
        left, top = (
            int(np.clip(np.floor(v), 0, n - 1)) for v, n in ((self.x * width, width), (self.y * height, height))
        )
        right = int(np.clip(np.ceil((self.x + self.w) * width), left + 1, width))
        bottom = int(np.clip(np.ceil((self.y + self.h) * height), top + 1, height))
        return left, top, right, bottom

    def moved(self, dx: float, dy: float) -> "Box":
        return Box(self.x + dx, self.y + dy, self.w, self.h)

    def grown(self, by_x: float, by_y: float) -> "Box":
        x0, y0 = max(0.0, self.x - by_x), max(0.0, self.y - by_y)
        x1, y1 = min(1.0, self.x + self.w + by_x), min(1.0, self.y + self.h + by_y)
        return Box(x0, y0, max(x1 - x0, 0.0), max(y1 - y0, 0.0))


def union(boxes: list[Box]) -> Box:
    x0, y0 = min(b.x for b in boxes), min(b.y for b in boxes)
    return Box(x0, y0, max(b.x + b.w for b in boxes) - x0, max(b.y + b.h for b in boxes) - y0)


def overlap(a: Box, b: Box) -> float:
    """Share of the smaller box that lies in the other."""
    wide = min(a.x + a.w, b.x + b.w) - max(a.x, b.x)
    high = min(a.y + a.h, b.y + b.h) - max(a.y, b.y)
    smaller = min(a.w * a.h, b.w * b.h)
    return wide * high / smaller if wide > 0 and high > 0 and smaller > 0 else 0.0


class Patch:
    """How a text's strokes look on the small picture, and where."""

    def __init__(self, grey: NDArray[np.uint8], box: Box) -> None:
        self.box = box
        height, width = grey.shape
        self._left, self._top, right, bottom = box.pixels(width, height)
        self._width, self._height = width, height
        self._grey = grey[self._top : bottom, self._left : right]
        around = field(grey[max(0, self._top - 1) : bottom + 1, max(0, self._left - 1) : right + 1])
        y, x = min(1, self._top), min(1, self._left)
        self.strokes = around[:, y : y + bottom - self._top, x : x + right - self._left]
        size = np.hypot(*self.strokes)
        self._floor = max(STROKE, 0.35 * float(np.percentile(size, 95)))
        self.strokes = self.strokes * (size > self._floor)
        self._weight = np.hypot(*self.strokes)
        self._letter_px = max(6, round(0.6 * (bottom - self._top)))
        self._beside = self._strokes_beside(grey, 0.5 * self._floor)

    @property
    def has_strokes(self) -> bool:
        return int((self._weight > 0).sum()) >= 12

    def succeeded(self, grey: NDArray[np.uint8]) -> bool:
        """Whether strokes as dense as its own are at its place, or in a part of it, of whatever text."""
        if grey.shape != (self._height, self._width) or not self.has_strokes:
            return True
        here = np.hypot(*self._field_at(grey, self._left, self._top)) > self._floor
        # A shorter word fills only a part of its place: two letters of it do.
        wide = min(round(SHORTEST * here.shape[0]), here.shape[1])
        columns = np.convolve(here.mean(axis=0), np.full(wide, 1 / wide), "valid")
        return float(columns.max()) > SUCCEEDED * float((self._weight > 0).mean())

    def goes_on(self, grey: NDArray[np.uint8]) -> bool:
        """Whether strokes like its own came where its next letters would be."""
        import cv2

        if grey.shape != (self._height, self._width) or self._beside.shape[1] < 2:
            return False
        before = cv2.dilate(self._beside.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        came = self._strokes_beside(grey, self._floor) & ~before
        return float(came.mean()) > GOES_ON * float((self._weight > 0).mean())

    def _strokes_beside(self, grey: NDArray[np.uint8], floor: float) -> NDArray[np.bool_]:
        """Strong strokes to the right of it."""
        high, wide = self._grey.shape
        left = self._left + wide
        cut = grey[self._top : self._top + high, left : left + round(BESIDE * high) + 1]
        return np.hypot(*field(cut)) > floor if cut.size else np.zeros((high, 0), bool)

    def look(self, grey: NDArray[np.uint8], letter_agrees: float = LETTER_AGREES) -> Look:
        """Whether the text is still there, on another picture of the same size."""
        if grey.shape != (self._height, self._width) or not self.has_strokes:
            return "gone"
        here = self._field_at(grey, self._left, self._top)
        shared = (here * self.strokes).sum(axis=0)
        both = np.hypot(*here) * self._weight
        own = self._weight**2
        held = float(shared.sum() / own.sum())
        agrees = float(shared.sum() / max(both.sum(), 1e-6))
        if held < HELD or agrees < AGREES:
            return "gone"
        if any(self._letter_gone(shared, both, own, x, letter_agrees) for x in self._letters()):
            return "changed"
        return "stronger" if held > STRONGER and self._contrast_can_grow() else "same"

    def moved_to(self, grey: NDArray[np.uint8]) -> Box | None:
        """Where else the same pixels are, nearby, or None."""
        import cv2

        high, wide = self._grey.shape
        reach = round(MOVES_AT_MOST * self._width)
        y0, x0 = max(0, self._top - reach), max(0, self._left - reach)
        around = grey[y0 : self._top + high + reach, x0 : self._left + wide + reach]
        if high < 4 or wide < 8 or around.shape[0] < high or around.shape[1] < wide or self._grey.std() < 8:
            return None
        alike = cv2.matchTemplate(around, self._grey, cv2.TM_CCOEFF_NORMED)
        _, best, _, (x, y) = cv2.minMaxLoc(alike)
        if best < ALIKE or self.least(grey, x0 + x, y0 + y) < LETTER_AGREES_ELSEWHERE:
            return None
        return self.box.moved((x0 + x - self._left) / self._width, (y0 + y - self._top) / self._height)

    def least(self, grey: NDArray[np.uint8], left: int | None = None, top: int | None = None) -> float:
        """How well the worst of its letters agrees, there or at its own place."""
        here = self._field_at(grey, self._left if left is None else left, self._top if top is None else top)
        shared, both = (here * self.strokes).sum(axis=0), np.hypot(*here) * self._weight
        parts = [np.s_[:, x : x + self._letter_px] for x in self._letters()]
        usual = float(self._weight.sum()) * self._letter_px / self._weight.shape[1]
        inked = [part for part in parts if float(self._weight[part].sum()) > 0.25 * usual]
        return min((float(shared[p].sum() / max(float(both[p].sum()), 1e-6)) for p in inked), default=0.0)

    def _field_at(self, grey: NDArray[np.uint8], left: int, top: int) -> Field:
        high, wide = self._grey.shape
        y, x = min(1, top), min(1, left)
        cut = grey[max(0, top - 1) : top + high + 1, max(0, left - 1) : left + wide + 1]
        return field(cut)[:, y : y + high, x : x + wide]

    def _letters(self) -> range:
        return range(0, max(1, self._grey.shape[1] - self._letter_px + 1), max(1, self._letter_px // 2))

    def _letter_gone(self, shared: Field, both: Field, own: Field, x: int, agrees: float) -> bool:
        part = np.s_[:, x : x + self._letter_px]
        weight = float(own[part].sum())
        if weight < 0.25 * float(own.sum()) * self._letter_px / own.shape[1]:
            return False  # hardly a stroke here: a space
        held = float(shared[part].sum()) / weight
        return held < 0.2 or float(shared[part].sum() / max(float(both[part].sum()), 1e-6)) < agrees

    def _contrast_can_grow(self) -> bool:
        return float(np.percentile(self._weight[self._weight > 0], 90)) < 90


def is_carried(before: NDArray[np.uint8], was: Box, after: NDArray[np.uint8], now: Box) -> bool:
    """Whether what surrounds a text moved with it, from one picture to the next, and did not stay."""
    height, width = before.shape
    rim_y, rim_x = round(was.h * height), round(was.h * height)
    left, top, right, bottom = was.pixels(width, height)
    dx, dy = round((now.x - was.x) * width), round((now.y - was.y) * height)
    x0, y0 = max(0, left - rim_x, -dx), max(0, top - rim_y, -dy)
    x1, y1 = min(width, right + rim_x, width - dx), min(height, bottom + rim_y, height - dy)
    if max(abs(dx), abs(dy)) < 2 or x1 - x0 < 8 or y1 - y0 < 8:
        return False
    around = np.ones((y1 - y0, x1 - x0), bool)
    around[max(0, top - 2 - y0) : bottom + 2 - y0, max(0, left - 2 - x0) : right + 2 - x0] = False
    a = before[y0:y1, x0:x1][around].astype(np.float32)
    b = after[y0 + dy : y1 + dy, x0 + dx : x1 + dx][around].astype(np.float32)
    stayed = after[y0:y1, x0:x1][around].astype(np.float32)
    if len(a) < 50 or min(a.std(), b.std(), stayed.std()) < 4:
        return False
    along = float(np.corrcoef(a, b)[0, 1])
    return along > CARRIED and 1 - along < 0.5 * (1 - float(np.corrcoef(a, stayed)[0, 1]))


class FreshStrokes:
    """Tells at which samples strokes appeared that may be a text."""

    def __init__(self, motion: Motion) -> None:
        self._motion = motion
        self._last: Field | None = None

    def density(self, index: int, known: list[Box]) -> NDArray[np.float32]:
        """Share of new, steady strokes in the window around each place of the picture, outside the known boxes.

        New is what was weaker by half anywhere next to it: a picture that creeps along brings nothing new.
        """
        import cv2

        steady = self._steady(index)
        last, self._last = self._last, steady
        if last is None:
            return np.ones(steady.shape[1:], np.float32)
        size = np.hypot(*steady)
        around = cv2.dilate(np.hypot(*last), np.ones((3, 3), np.uint8))
        new = ((size > STROKE) & (around < 0.5 * size)).astype(np.float32)
        height, width = new.shape
        for box in known:
            left, top, right, bottom = box.grown(0.3 * box.h, 0.3 * box.h).pixels(width, height)
            new[top:bottom, left:right] = 0
        return cv2.boxFilter(new, -1, WINDOW_PX)  # pyright: ignore[reportReturnType]

    def _steady(self, index: int) -> Field:
        """Gradients that the frames around a sample share."""
        t = self._motion.t_s
        near = [i for i in (index - 2, index - 1, index, index + 1, index + 2) if 0 <= i < len(t)]
        limits = {abs(i - index): STEADY_S if abs(i - index) > 1 else SLOWEST_S for i in near}
        near = [i for i in near if abs(float(t[i] - t[index])) <= limits[abs(i - index)]]
        fields = np.stack([field(np.ascontiguousarray(self._motion.grey[i])) for i in near])
        mean = fields.mean(axis=0)
        size = np.maximum(np.hypot(*mean), 1e-6)
        along = (fields * (mean / size)).sum(axis=1).min(axis=0)
        return (mean / size * np.maximum(along, 0)).astype(np.float32)
