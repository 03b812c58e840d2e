"""How the parts of a composed picture lie, from its borders over a stretch of time."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.measures.layout.borders import (
    CLEAR,
    EVERY,
    MOVES,
    Greys,
    Seen,
    change,
    full_borders,
    is_composed,
    turned,
    watch,
    where_it_moves,
)  # fmt: skip

Layout = Literal["full", "duet_h", "duet_v", "pip", "split_n", "letterbox", "blurpad"]
Box = tuple[float, float, float, float]  # x0, y0, x1, y1 in pixels
LEAST_BAR, MOST_BAR = 0.02, 0.45  # of the side
BAR_COLOUR = 8  # grey levels that a bar strays, compressed
BAR_SHARE = 0.55  # of a bar's pixels that have its colour: the rest may be a caption
FAINT = 0.2  # of its length, where the content is as dark as the bar
BAR_ENDS = 0.9  # the same of its first and last rows
RINGING = 4  # rows beside a border that compression spoils
EVEN = 0.012  # of the side: how far two bars, or a split, may be off
PARTS = (2, 3, 4)
PAD_DETAIL = 0.25  # of the content's: a pad is blurred
PAD_LIKENESS = 0.15  # correlation of a pad with the content, enlarged: editors crop and shade it too
INSET_W, INSET_H, INSET_MOST = 0.2, 0.1, 0.6  # of the width, of the height, of the area
ALIKE, END_OFF = 0.7, 0.12  # of two sides, what both have; of a side, what may be missing at its ends
SURE = 0.75  # of the length of its sides, where an inset leans on the picture's: it has fewer
CANDIDATES, PROVEN = 24, 12  # columns looked at for sides of insets; boxes whose content is looked at


@dataclass(frozen=True, slots=True)
class Arrangement:
    layout: Layout
    boxes: tuple[tuple[str, Box], ...]  # role and place


def arrange(pictures: Greys) -> Arrangement:
    """Of grey pictures of one size, in the order of time."""
    height, width = pictures[0].shape
    whole = (0.0, 0.0, float(width), float(height))
    if min(height, width) < 32:
        return Arrangement("full", (("content", whole),))
    across = turned(pictures)
    columns, rows = watch(pictures), watch(across)
    framed = _bars(pictures, across, columns, rows) or _pads(pictures, across, columns, rows)
    inside = framed[1] if framed else whole
    if framed is None or framed[0] == "letterbox":
        parts = _split(pictures, across, inside)
        if parts:
            return parts
        inset = _inset(pictures, across, columns, rows, inside)
        if inset:
            return Arrangement("pip", (("main", inside), ("inset", inset)))
    if framed:
        return Arrangement(framed[0], (("content", inside),))
    return Arrangement("full", (("content", whole),))


def visible(picture: NDArray[np.uint8], found: Arrangement) -> float:
    """Share of the arrangement's borders that one picture shows."""
    height, width = picture.shape
    columns, rows = watch([picture]), watch(turned([picture]))
    shares = []
    for _, (x0, y0, x1, y1) in found.boxes:
        shares += [columns.along(int(x), y0, y1) for x in (x0, x1) if 0 < x < width]
        shares += [rows.along(int(y), x0, x1) for y in (y0, y1) if 0 < y < height]
    return float(np.mean(shares)) if shares else 0.0


def _bars(pictures: Greys, across: Greys, columns: Seen, rows: Seen) -> tuple[Layout, Box] | None:
    height, width = pictures[0].shape
    for seen, views, side in ((rows, pictures, height), (columns, across, width)):
        pairs = [(a, b) for a, b in _pairs(seen, side) if _is_bar(views, 0, a) and _is_bar(views, b, side)]
        if pairs:
            first, last = min(pairs, key=lambda pair: pair[1] - pair[0])
            return "letterbox", ((first, 0.0, last, height) if seen is columns else (0.0, first, width, last))
    return None


def _pairs(seen: Seen, side: int) -> list[tuple[int, int]]:
    """Borders as far from the one end as from the other; where one of them is clear, the other may be fainter."""
    pairs = []
    for border in full_borders(seen):
        if not LEAST_BAR * side <= min(border, side - border) <= MOST_BAR * side:
            continue
        reach = max(EVEN * side, 2)
        other, clear = seen.clearest(side - border - reach, side - border + reach, 0, EVERY * len(seen.stays))
        if clear >= FAINT:
            pairs.append((min(border, other), max(border, other)))
    return pairs


def _is_bar(pictures: Greys, first: int, last: int) -> bool:
    """Rows first..last have one colour that stays, apart from captions."""
    first, last = first + (RINGING if first else 0), last - (0 if first else RINGING)
    if last - first < 2:
        return False
    stripes = np.stack([picture[first:last:2, ::4] for picture in pictures]).astype(np.int16)
    colour = np.median(stripes)
    blank = np.abs(stripes - colour) <= BAR_COLOUR
    by_row = blank.mean(axis=(0, 2))
    return bool(blank.mean() >= BAR_SHARE and min(by_row[0], by_row[-1]) >= BAR_ENDS)


def _pads(pictures: Greys, across: Greys, columns: Seen, rows: Seen) -> tuple[Layout, Box] | None:
    height, width = pictures[0].shape
    for seen, views, side in ((rows, pictures, height), (columns, across, width)):
        for first, last in _pairs(seen, side):
            if _is_pad(views, first, last):
                return "blurpad", ((first, 0.0, last, height) if seen is columns else (0.0, first, width, last))
    return None


def _is_pad(pictures: Greys, first: int, last: int) -> bool:
    """Above `first` and below `last` lies the content between them, enlarged to fill the picture, and blurred."""
    import cv2

    height, width = pictures[0].shape
    outer = np.r_[0 : max(first - RINGING, 1), min(last + RINGING, height - 1) : height]
    likeness = []
    for picture in pictures[:: max(len(pictures) // 4, 1)]:
        sharp = np.abs(cv2.Laplacian(picture, cv2.CV_16S)).mean(axis=1)
        if sharp[outer].mean() > PAD_DETAIL * sharp[first + RINGING : last - RINGING].mean():
            return False
        content = picture[first:last]
        scale = height / (last - first)
        filled = np.asarray(cv2.resize(content, (round(width * scale), height), interpolation=cv2.INTER_AREA))
        left = (filled.shape[1] - width) // 2
        filled = cv2.blur(filled[:, left : left + width], (width // 12 | 1, width // 12 | 1))
        one, other = filled[outer].astype(np.float64).ravel(), picture[outer].astype(np.float64).ravel()
        if min(one.std(), other.std()) > 1:
            likeness.append(float(np.corrcoef(one, other)[0, 1]))
    return bool(likeness and np.median(likeness) > PAD_LIKENESS)


def _split(pictures: Greys, across: Greys, inside: Box) -> Arrangement | None:
    """Parts of one size beside or above each other, or both, each of which moves."""
    x0, y0, x1, y1 = (int(n) for n in inside)
    cropped = [np.ascontiguousarray(picture[y0:y1, x0:x1]) for picture in pictures]
    cropped_across = [np.ascontiguousarray(picture[x0:x1, y0:y1]) for picture in across]
    edges = [_even_borders(views, watch(views)) for views in (cropped, cropped_across)]
    n_across, n_down = len(edges[0]) + 1, len(edges[1]) + 1
    if n_across * n_down == 1:
        return None
    xs, ys = [x0, *(x0 + b for b in edges[0]), x1], [y0, *(y0 + b for b in edges[1]), y1]
    boxes = [(float(a), float(c), float(b), float(d)) for c, d in pairwise(ys) for a, b in pairwise(xs)]
    if any(change(pictures, box) < MOVES for box in boxes):
        return None
    if len(boxes) > 2:
        return Arrangement("split_n", tuple(("part", box) for box in boxes))
    roles = ("left", "right") if n_across == 2 else ("top", "bottom")
    return Arrangement("duet_h" if n_across == 2 else "duet_v", tuple(zip(roles, boxes, strict=True)))


def _even_borders(pictures: Greys, seen: Seen) -> list[int]:
    """Those that cut the width into equal parts."""
    height, width = pictures[0].shape
    borders = [b for b in full_borders(seen) if is_composed(pictures, b, 0, height)]
    for count in reversed(PARTS):
        chosen = []
        for i in range(1, count):
            place = i * width / count
            chosen += sorted((b for b in borders if abs(b - place) <= EVEN * width), key=lambda b: abs(b - place))[:1]
        if len(chosen) == count - 1:
            return chosen
    return []


def _inset(pictures: Greys, across: Greys, columns: Seen, rows: Seen, inside: Box) -> Box | None:
    """The clearest box whose content moves on its own."""
    x0, y0, x1, y1 = inside
    columns, rows = where_it_moves(columns, pictures), where_it_moves(rows, across)
    upright = _sides(columns, y0, y1, x0, x1)
    found: list[tuple[float, Box]] = []
    for i, (left, top, bottom) in enumerate(upright):
        for right, other_top, other_bottom in upright[i + 1 :]:
            ends = _joined((top, bottom), (other_top, other_bottom), inside, left, right)
            if ends is None or right - left < INSET_W * (x1 - x0):
                continue
            box = _closed(rows, float(left), float(right), *ends, inside)
            if box is None:
                continue
            clear = _clearness(columns, rows, box, inside)
            if clear:
                found.append((clear, box))
    best = sorted(set(found), reverse=True)[:PROVEN]
    return next((box for _, box in best if _moves_alone(pictures, across, box, inside)), None)


def _sides(seen: Seen, first: float, last: float, low: float, high: float) -> list[tuple[int, float, float]]:
    """Upright stretches that may be the side of a box: column, first and last row. The picture's own sides are two."""
    votes = seen.votes.copy()
    found: list[tuple[int, float, float]] = [(int(low), first, last), (int(high), first, last)]
    for _ in range(CANDIDATES):
        column = int(votes.argmax())
        if votes[column] <= INSET_H / 2:
            break
        votes[max(column - 2, 0) : column + 3] = 0
        if not low + 4 < column + 1 < high - 4:
            continue
        for start, stop in _runs(seen.stays[:, column]):
            if (stop - start) * EVERY >= INSET_H * (last - first):
                found.append((column + 1, float(start * EVERY), float(stop * EVERY)))
    return sorted(found)


def _runs(is_there: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Stretches of True, small gaps closed."""
    import cv2

    gap = np.ones((max(len(is_there) // 24, 3), 1), np.uint8)
    closed = np.asarray(cv2.morphologyEx(is_there.astype(np.uint8)[:, None], cv2.MORPH_CLOSE, gap)).ravel()
    edges = np.flatnonzero(np.diff(np.concatenate([[0], closed, [0]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _joined(
    one: tuple[float, float], other: tuple[float, float], inside: Box, left: int, right: int
) -> tuple[float, float] | None:
    """The rows that two sides share; a side of the picture itself goes along with any."""
    if left == int(inside[0]) and right == int(inside[2]):
        return None
    if left == int(inside[0]):
        return other
    if right == int(inside[2]):
        return one
    shared = min(one[1], other[1]) - max(one[0], other[0])
    top, bottom = min(one[0], other[0]), max(one[1], other[1])
    return (top, bottom) if shared > ALIKE * (bottom - top) else None


def _closed(rows: Seen, left: float, right: float, top: float, bottom: float, inside: Box) -> Box | None:
    """The box with its upper and lower side on the nearest rows that have a border there."""
    _, y0, _, y1 = inside
    reach = max(END_OFF * (bottom - top), 8.0)
    ends = []
    for end, edge in ((top, y0), (bottom, y1)):
        row, clear = rows.clearest(end - reach, end + reach, left, right)
        if clear >= CLEAR:
            ends.append(float(row))
        elif abs(end - edge) <= reach:
            ends.append(float(edge))
        else:
            return None
    return left, ends[0], right, ends[1]


def _clearness(columns: Seen, rows: Seen, box: Box, inside: Box) -> float:
    """How clearly its sides are seen: the least clear of those that are not the picture's; 0 where it is no inset."""
    x0, y0, x1, y1 = box
    width, height = inside[2] - inside[0], inside[3] - inside[1]
    share = (x1 - x0) * (y1 - y0) / (width * height)
    if y1 - y0 < INSET_H * height or share > INSET_MOST:
        return 0.0
    sides = [
        seen.along(int(at), *span)
        for at, edge, seen, span in (
            (x0, inside[0], columns, (y0, y1)), (x1, inside[2], columns, (y0, y1)),
            (y0, inside[1], rows, (x0, x1)), (y1, inside[3], rows, (x0, x1)),
        )
        if abs(at - edge) > 1
    ]  # fmt: skip
    least = CLEAR if len(sides) == 4 else SURE
    return min(sides) if len(sides) >= 2 and min(sides) >= least else 0.0


def _moves_alone(pictures: Greys, across: Greys, box: Box, inside: Box) -> bool:
    """Its content moves, and goes on nowhere outside; one that leans on the picture's side needs more proof."""
    x0, y0, x1, y1 = box
    if change(pictures, box) < MOVES:
        return False
    proofs = [
        is_composed(views, int(at), *span)
        for at, edge, views, span in (
            (x0, inside[0], pictures, (y0, y1)), (x1, inside[2], pictures, (y0, y1)),
            (y0, inside[1], across, (x0, x1)), (y1, inside[3], across, (x0, x1)),
        )
        if abs(at - edge) > 1
    ]  # fmt: skip
    if False in proofs or proofs.count(True) < 2:
        return False
    return len(proofs) == 4 or _change_outside(pictures, box) >= MOVES


def _change_outside(pictures: Greys, box: Box) -> float:
    height, width = pictures[0].shape
    x0, y0, x1, y1 = box
    beside: list[Any] = [(0, 0, width, y0), (0, y1, width, height), (0, y0, x0, y1), (x1, y0, width, y1)]
    areas = [(b[2] - b[0]) * (b[3] - b[1]) for b in beside]
    moved = [change(pictures, b) if area > 64 else 0.0 for b, area in zip(beside, areas, strict=True)]
    return float(np.dot(moved, areas) / max(sum(areas), 1))
