"""Do two pictures show the same scene? Piece by piece, whatever moved a little or became brighter."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]

LONG_SIDE_PX = 160  # size at which pictures are compared
BLOCK_PX = 20  # one piece of the picture
REACH_PX = 10  # how far a piece may have moved, beyond what the whole picture moved
TEXTURE = 5.0  # grey levels of deviation within a piece; below it there is nothing to recognise
SAME = 0.7  # correlation from which a piece counts as found again; the best of unrelated ones reach 0.5 to 0.6
CONTRAST, MOST_STRETCH = 40.0, 4.0  # deviation that dark pictures are stretched to, and how far at most
CERTAIN = 0.9  # correlation of a piece that moved or became brighter, and did nothing else
FLAT_CHANGE = 20.0  # grey levels by which a piece without texture has to change
BAR = 4.0  # grey levels of deviation along a row or a column, up to which it belongs to a bar
FRAME_SLACK = 0.03  # of the side: how far the borders of two pictures in the same frame lie apart
MAX_SHIFT = 0.6  # share of the picture's side that it may have moved as a whole


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much of each picture is found in the other one."""

    kept_before: float | None  # share of the textured pieces of the first that are in the second; None without any
    kept_after: float | None  # and the other way round
    changed: float  # share of all pieces that are not as they were
    textured_before: float  # share of pieces that have texture
    textured_after: float
    shift_px: float  # how far the picture as a whole moved, in pixels of LONG_SIDE_PX
    untouched: float  # share of the textured pieces of the first that are in the second without a doubt
    area: float  # share of the screen that was compared; the rest is bars in both

    @property
    def kept(self) -> float:
        """Share of the scene that goes on: the worse of both ways."""
        known = [share for share in (self.kept_before, self.kept_after) if share is not None]
        return min(known) if len(known) == 2 else 0.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture, ready to be compared."""

    picture: Floats
    detail: Floats
    median: float


def likeness(before: Grey, after: Grey) -> Likeness:
    """Compare where they lie; and if that fails, after the shift that fits the whole picture best."""
    box = _without_bars(before, after)
    area = before[box].size / before.size
    a, b = _sized(before[box]), _sized(after[box])
    stretch = float(np.clip(CONTRAST / max(a.std(), b.std(), 1e-3), 1, MOST_STRETCH))
    a, b = a * stretch, b * stretch
    still = _compare(_sheet(a), _sheet(b), (0, 0), area)
    if still.kept >= 0.6 or min(still.textured_before, still.textured_after) < 0.1:
        return still
    window = _window(a.shape)  # what lies at the borders has moved out of one of the two, or into it
    a, b = a * window, b * window
    shift = _global_shift(a, b)
    if shift is None or abs(shift[0]) + abs(shift[1]) < 3:
        return still
    moved = _compare(_sheet(a), _sheet(b), shift, area)
    return moved if moved.kept > still.kept else still


def _without_bars(before: Grey, after: Grey) -> tuple[slice, slice]:
    """Rows and columns that show something, in either picture."""
    shows = []
    for axis in (1, 0):
        spread = np.maximum(before.std(axis=axis), after.std(axis=axis))
        jump = np.abs(before.mean(axis=axis) - after.mean(axis=axis))
        shows.append(_extent((spread > BAR) | (jump > BAR)))
    rows, columns = shows
    return rows, columns


def _extent(used: NDArray[np.bool_]) -> slice:
    places = np.flatnonzero(used)
    return slice(int(places[0]), int(places[-1]) + 1) if len(places) else slice(0, len(used))


def same_frame(before: Grey, after: Grey) -> bool:
    """Both pictures fill the same rows and columns, as a film between bars does, and texts on a card do not."""
    for axis in (1, 0):
        a, b = (_extent(picture.std(axis=axis) > BAR) for picture in (before, after))
        if max(abs(a.start - b.start), abs(a.stop - b.stop)) > FRAME_SLACK * before.shape[1 - axis]:
            return False
    return True


def _sized(grey: Grey) -> Floats:
    import cv2

    height, width = grey.shape
    scale = LONG_SIDE_PX / max(height, width)
    size = (max(BLOCK_PX, round(width * scale)), max(BLOCK_PX, round(height * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.float32)


@cache
def _window(shape: tuple[int, int]) -> Floats:
    import cv2

    return np.asarray(cv2.createHanningWindow((shape[1], shape[0]), cv2.CV_32F), np.float32)


def _global_shift(a: Floats, b: Floats) -> tuple[int, int] | None:
    """Where the content of `a` lies in `b`: (right, down), from the phase of both spectra."""
    import cv2

    (x, y), _ = cv2.phaseCorrelate(a, b)
    if abs(x) > MAX_SHIFT * a.shape[1] or abs(y) > MAX_SHIFT * a.shape[0]:
        return None
    return round(x), round(y)


def _compare(a: Sheet, b: Sheet, shift: tuple[int, int], area: float) -> Likeness:
    gain = b.median - a.median
    kept_a, textured_a, changed_a, untouched = _found(a, b, shift, gain)
    kept_b, textured_b, changed_b, _ = _found(b, a, (-shift[0], -shift[1]), -gain)
    return Likeness(
        kept_before=kept_a,
        kept_after=kept_b,
        changed=max(changed_a, changed_b),
        textured_before=textured_a,
        textured_after=textured_b,
        shift_px=float(np.hypot(*shift)),
        untouched=untouched,
        area=area,
    )


def _found(one: Sheet, other: Sheet, shift: tuple[int, int], gain: float) -> tuple[float | None, float, float, float]:
    """Share of one's textured pieces in the other, share that is textured, that changed, that is there for certain."""
    import cv2

    a, b, detail_a = one.picture, other.picture, one.detail
    height, width = a.shape
    detail_b = cv2.copyMakeBorder(other.detail, REACH_PX, REACH_PX, REACH_PX, REACH_PX, cv2.BORDER_REFLECT_101)
    looked = textured = found = changed = certain = 0
    for top in range((height % BLOCK_PX) // 2, height - BLOCK_PX + 1, BLOCK_PX):
        for left in range((width % BLOCK_PX) // 2, width - BLOCK_PX + 1, BLOCK_PX):
            y, x = top + shift[1], left + shift[0]
            if not (0 <= y <= height - BLOCK_PX and 0 <= x <= width - BLOCK_PX):
                continue
            looked += 1
            piece = detail_a[top : top + BLOCK_PX, left : left + BLOCK_PX]
            if float(cv2.norm(piece)) < TEXTURE * BLOCK_PX:
                here, there = a[top : top + BLOCK_PX, left : left + BLOCK_PX], b[y : y + BLOCK_PX, x : x + BLOCK_PX]
                changed += abs(cv2.mean(there)[0] - cv2.mean(here)[0] - gain) > FLAT_CHANGE
                continue
            textured += 1
            area = detail_b[y : y + BLOCK_PX + 2 * REACH_PX, x : x + BLOCK_PX + 2 * REACH_PX]
            likest = float(cv2.matchTemplate(area, piece, cv2.TM_CCOEFF_NORMED).max())
            found += likest >= SAME
            changed += likest < SAME
            certain += likest >= CERTAIN
    if not looked:
        return None, 0.0, 0.0, 0.0
    kept, untouched = (found / textured, certain / textured) if textured else (None, 0.0)
    return kept, textured / looked, changed / looked, untouched


def _sheet(picture: Floats) -> Sheet:
    return Sheet(picture, _detail(picture), float(np.median(picture)))


def _detail(picture: Floats) -> Floats:
    """What a piece can be known by; a slope of light looks like any other."""
    import cv2

    return np.asarray(picture - cv2.blur(picture, (BLOCK_PX, BLOCK_PX)), np.float32)
