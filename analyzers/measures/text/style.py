"""What a line of text looks like: its ink's box, the colours of letters, outline and plate, its size.

The line's pixels are put into a few colours (k-means in CIELAB). Letters are the colour that runs through
the middle of the line and not along its rim; an outline is what encloses them.
"""

import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

COLOURS = 5
MAX_PIXELS = 10_000  # more add nothing to a colour
MARGIN = 0.6  # of the line's height, looked at around it for a plate
ENCLOSED = 0.55  # share of the letters' rim that an outline takes
FILLS = 0.85  # of its bounding box, by a plate; letters fill half
STAYS_FREE = 0.4  # columns that letters fill, of those that all of their colour fills
BESIDE = 0.4  # of the line's height: marks stand no farther from the next letter
FARTHEST = 0.4  # share of a letter's pixels, those least like the ground, that its colour is taken from
THICKEST = 0.22  # outline, of the letters' height: what reaches farther is a plate
PLATE_STEP = 14.0  # length of the step in RGB across a plate's edge
PLATE_EDGE = 0.85  # share of the edge's length where the step goes the same way
PLATE_FLAT = 4.0  # grey levels that a solid plate's pixels differ by
SMALL_PX = 64  # lines less high are enlarged: their letters' strokes are 2 px wide


@dataclass(frozen=True, slots=True)
class Style:
    corners: NDArray[np.float32]  # of the ink, clockwise from its start, in pixels
    cap_px: float
    fill: NDArray[np.float64]  # sRGB 0..255
    stroke: NDArray[np.float64] | None
    stroke_px: float | None
    plate: NDArray[np.float64] | None
    plate_alpha: float | None


def measure(rgb: NDArray[np.uint8], corners: NDArray[np.float32], text: str) -> Style | None:
    """None where no colour looks like letters."""
    import cv2

    wide, high = float(np.linalg.norm(corners[1] - corners[0])), float(np.linalg.norm(corners[3] - corners[0]))
    enlarged = max(1.0, SMALL_PX / max(high, 8.0))
    wide, high = max(4, round(wide * enlarged)), max(4, round(high * enlarged))
    margin = round(MARGIN * high)
    level = np.array(
        [[margin, margin], [margin + wide, margin], [margin + wide, margin + high], [margin, margin + high]], np.float32
    )
    turn = cv2.getPerspectiveTransform(corners.astype(np.float32), level)
    size = (wide + 2 * margin, high + 2 * margin)
    whole = cv2.warpPerspective(rgb, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    line = np.ascontiguousarray(whole[margin : margin + high, margin : margin + wide]).astype(np.uint8)
    lab = cv2.cvtColor(line.astype(np.float32) / 255, cv2.COLOR_RGB2Lab).astype(np.float32)
    labels = _colours(lab)
    letters = _letters(lab, labels)
    if letters is None:
        return None
    letters = _in_line(letters, text)
    outline = _outline(labels, letters, soft_px=1 + 0.75 * enlarged)
    ink = letters if outline is None else letters | outline
    box = _extent(ink)
    if box is None:
        return None
    x0, y0, x1, y1 = box
    inside = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32) + margin
    back = cv2.perspectiveTransform(inside[None], np.linalg.inv(turn))[0]
    fill = _core_colour(line, letters)
    cap_px = _cap_height(letters, text) / enlarged
    stroke_px = None if outline is None else _thickness(letters, outline) / enlarged
    plate, alpha = _plate(whole.astype(np.uint8), (x0 + margin, y0 + margin, x1 + margin, y1 + margin), high)
    return Style(
        corners=back.astype(np.float32),
        cap_px=cap_px,
        fill=fill,
        stroke=None if outline is None else np.median(line[_core(outline)], axis=0),
        stroke_px=stroke_px,
        plate=plate,
        plate_alpha=alpha,
    )


def _colours(lab: NDArray[np.float32]) -> NDArray[np.int32]:
    """Each pixel's colour number; colours that look alike are one."""
    import cv2

    flat = lab.reshape(-1, 3)
    step = max(1, len(flat) // MAX_PIXELS)
    sample = np.ascontiguousarray(flat[::step])
    count = min(COLOURS, len(np.unique(sample.round(), axis=0)))
    cv2.setRNGSeed(0)
    rule = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 15, 0.5)
    _, _, centres = cv2.kmeans(sample, count, np.zeros(0, np.int32), rule, 1, cv2.KMEANS_PP_CENTERS)  # pyright: ignore[reportCallIssue, reportArgumentType]
    nearest = ((flat[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
    same_as = np.arange(count)
    for i in range(count):
        for j in range(i):
            if np.linalg.norm(centres[i] - centres[j]) < 10 and same_as[j] == j:
                same_as[i] = j
                break
    return same_as[nearest].reshape(lab.shape[:2]).astype(np.int32)


def _letters(lab: NDArray[np.float32], labels: NDArray[np.int32]) -> NDArray[np.bool_] | None:
    """The colour that letters are in: through the middle, thin, not along the rim, clear of its surroundings."""
    import cv2

    high = labels.shape[0]
    rim = np.ones_like(labels, bool)
    edge = max(1, round(0.06 * high))
    rim[edge:-edge, edge:-edge] = False
    middle = np.zeros_like(rim)
    middle[high // 4 : high - high // 4] = True
    found: list[tuple[float, NDArray[np.bool_]]] = []
    for colour in np.unique(labels):
        mask = _free(labels == colour)
        in_middle, on_rim = float(mask[middle].mean()), float(mask[rim].mean())
        if in_middle < 0.05 or on_rim > 0.6 * in_middle + 0.02:
            continue
        inside = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)
        if float(np.percentile(inside[mask], 90)) > 0.25 * high:
            continue
        around = cv2.dilate(mask.astype(np.uint8), np.ones((7, 7), np.uint8)).astype(bool) & ~mask
        if not around.any():
            continue
        core = mask & (inside >= min(2.0, float(inside.max())))
        stands_out = float(np.linalg.norm(np.median(lab[core], axis=0) - np.median(lab[around], axis=0)))
        columns = float(mask[middle.any(axis=1)].any(axis=0).mean())
        solid = float((inside >= 2).sum()) / float(mask.sum()) + 0.05
        found.append((stands_out * columns * solid * (1 - on_rim / max(in_middle, 1e-6)), mask))
    found.sort(key=lambda pair: -pair[0])
    letters = [mask for _, mask in found if not any(_holds(mask, other) for _, other in found if other is not mask)]
    return letters[0] if letters else None


def _free(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without what reaches the rim, if letters are left: the ground around a plate may share their colour."""
    import cv2

    _, parts = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    on_rim = np.unique(np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]]))
    free = mask & ~np.isin(parts, on_rim)
    high = mask.shape[0]
    middle = np.s_[high // 4 : high - high // 4]
    spread = float(free[middle].any(axis=0).mean())
    return free if spread > STAYS_FREE * float(mask[middle].any(axis=0).mean()) else mask


def _in_line(letters: NDArray[np.bool_], text: str) -> NDArray[np.bool_]:
    """Without specks of the ground that share the letters' colour: above, below and beside the line."""
    import cv2

    high = letters.shape[0]
    count, parts, stats, _ = cv2.connectedComponentsWithStats(letters.astype(np.uint8), connectivity=8)
    lefts, tops, wides, highs = (stats[:, i] for i in range(4))
    rights, bottoms = lefts + wides, tops + highs
    is_part = np.arange(count) > 0
    in_middle = is_part & (tops < 0.6 * high) & (bottoms > 0.4 * high)
    if not in_middle.any():
        return letters
    tall = in_middle & (highs >= 0.5 * np.percentile(highs[in_middle], 80))
    top, bottom = int(tops[tall].min()), int(bottoms[tall].max())
    size = bottom - top
    has_marks = any(unicodedata.combining(c) for c in unicodedata.normalize("NFD", text))
    above, below = (0.3 * size if has_marks else 0.0), (0.3 * size if "_" in text else 0.0)
    middles = (tops + bottoms) / 2
    kept = is_part & (middles > top - above) & (middles < bottom + below)
    for part in np.flatnonzero(kept & ~tall):
        gaps = np.maximum(lefts[tall] - rights[part], lefts[part] - rights[tall])
        kept[part] = gaps.min() < BESIDE * size
    return np.isin(parts, np.flatnonzero(kept))


def _holds(mask: NDArray[np.bool_], other: NDArray[np.bool_]) -> bool:
    """Whether another colour lies within this one's contours: an outline or a plate holds its letters."""
    import cv2

    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = cv2.drawContours(np.zeros(mask.shape, np.uint8), contours, -1, 1, cv2.FILLED)
    _, _, wide, high = cv2.boundingRect(max(contours, key=cv2.contourArea))
    is_plate = float(filled.sum()) > FILLS * wide * high
    # Letters hold the ground in their eyes, too.
    return other.sum() > (0.05 if is_plate else 0.2) * mask.sum() and float(filled[other].mean()) > 0.6


def _outline(labels: NDArray[np.int32], letters: NDArray[np.bool_], soft_px: float) -> NDArray[np.bool_] | None:
    """What encloses the letters, if one colour does, and ends before the rim. `soft_px` of it is their blurred edge."""
    import cv2

    high = labels.shape[0]
    distance = cv2.distanceTransform((~letters).astype(np.uint8), cv2.DIST_L2, 3)
    near = (distance > soft_px) & (distance <= max(soft_px + 2, 0.05 * high))
    if near.sum() < 20:
        return None
    colours, counts = np.unique(labels[near], return_counts=True)
    colour = colours[counts.argmax()]
    if counts.max() < ENCLOSED * counts.sum():
        return None
    far = distance > max(4.0, 0.28 * high)
    mask = (labels == colour) & ~letters
    if far.any() and float(mask[far].mean()) > 0.5:
        return None  # the ground, or a plate, not an outline
    reach = _reach(distance, mask, soft_px)
    tall = np.flatnonzero(letters.mean(axis=1) > 0.02)
    if not reach or reach - 1 > THICKEST * (np.ptp(tall) + 1):
        return None
    return mask & (distance <= reach)


def _reach(distance: NDArray[Any], mask: NDArray[np.bool_], soft_px: float) -> float | None:
    """How far from the letters the outline's colour still prevails."""
    step = 1.0
    last = None
    for low in np.arange(soft_px, max(4.0, 0.3 * distance.shape[0]), step):
        ring = (distance > low) & (distance <= low + step)
        if not ring.any() or float(mask[ring].mean()) < 0.5:
            break
        last = float(low + step)
    return last


def _thickness(letters: NDArray[np.bool_], outline: NDArray[np.bool_]) -> float:
    """The outline's area over the length of the rim it runs along."""
    import cv2

    distance = cv2.distanceTransform((~letters).astype(np.uint8), cv2.DIST_L2, 3)
    return float(np.percentile(distance[outline], 90)) if outline.any() else 0.0


def _core(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The mask without its blurred rim, as far as there is something left."""
    import cv2

    inside = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)
    return mask & (inside >= min(2.0, 0.7 * float(inside.max())))


def _core_colour(line: NDArray[np.uint8], letters: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Compression bleeds the ground into thin strokes, never the other way: their far end counts."""
    import cv2

    pixels = line[_core(letters)].astype(np.float64)
    middle = np.median(pixels, axis=0)
    near = cv2.dilate(letters.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool) & ~letters
    if not near.any():
        return middle
    along = pixels @ (middle - np.median(line[near].astype(np.float64), axis=0))
    return np.median(pixels[along >= np.quantile(along, 1 - FARTHEST)], axis=0)


def _extent(ink: NDArray[np.bool_]) -> tuple[int, int, int, int] | None:
    """Box of the ink, without specks: every border row and column must hold a little of it."""
    high, wide = ink.shape
    rows = np.flatnonzero(ink.sum(axis=1) >= max(1, 0.01 * wide))
    columns = np.flatnonzero(ink.sum(axis=0) >= max(1, 0.06 * high))
    if not len(rows) or not len(columns):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _cap_height(letters: NDArray[np.bool_], text: str) -> float:
    """Height of a capital: from the line most letters stand on up to the tops of the tall ones."""
    import cv2

    count, _, stats, _ = cv2.connectedComponentsWithStats(letters.astype(np.uint8), connectivity=8)
    big = [stats[i] for i in range(1, count) if stats[i][3] > 0.25 * letters.shape[0]]
    if not big:
        rows = np.flatnonzero(letters.any(axis=1))
        return float(len(rows))
    bottoms = np.array([s[1] + s[3] for s in big], float)
    tops = np.array([s[1] for s in big], float)
    base = float(np.median(bottoms))
    height = base - float(np.percentile(tops, 25))
    has_tall = any(c.isupper() or c.isdigit() or c in "bdfhklt" for c in text)
    return height if has_tall else height / 0.73  # x-height over cap height of common sans serifs


def _plate(
    whole: NDArray[np.uint8], box: tuple[int, int, int, int], high: int
) -> tuple[NDArray[np.float64] | None, float | None]:
    """The colour of the plate behind a line, and how much of the picture it covers up.

    A plate ends above and below the line in a level edge. What lies just inside of it is the plate over what
    lies just outside: the slope between the two is what shines through.
    """
    x0, y0, x1, y1 = box
    strip = whole[:, x0:x1].astype(np.float64)
    reach = round(MARGIN * high)
    sides = [
        _edge(strip, range(y0 - 5, max(2, y0 - reach), -1), -1),
        _edge(strip, range(y1 + 5, min(len(strip) - 3, y1 + reach)), 1),
    ]
    edges = [edge for edge in sides if edge is not None]
    # The plates of two lines run into each other: each has one edge only, which must be a clear one.
    is_narrow = x1 - x0 < 3 * (y1 - y0)
    if not edges or (len(edges) == 1 and is_narrow):
        return None, None
    if len(edges) == 1 and float(np.linalg.norm(np.median(edges[0][0] - edges[0][1], axis=0))) < 40:
        return None, None
    if len(edges) == 2 and np.abs(np.median(edges[0][0], axis=0) - np.median(edges[1][0], axis=0)).max() > 60:
        return None, None
    inner, outer = (np.concatenate([edge[i] for edge in edges]) for i in (0, 1))
    spread = outer - outer.mean(axis=0)
    through = 0.0
    if spread.std() > 8:
        through = float(np.clip((spread * (inner - inner.mean(axis=0))).sum() / (spread**2).sum(), 0, 0.9))
    alpha = 1.0 if through < 0.12 else 1 - through
    colour = np.median(inner - (1 - alpha) * outer, axis=0) / alpha
    return np.clip(colour, 0, 255), alpha


def _edge(
    strip: NDArray[np.float64], rows: range, outwards: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Colours just inside and just outside of the nearest level edge along the whole strip."""
    for row in rows:
        inner, outer = strip[row - 2 * outwards], strip[row + 2 * outwards]
        step = inner - outer
        size = np.linalg.norm(step, axis=1)
        one_way = ((step @ np.median(step, axis=0)) > 0).mean() > PLATE_EDGE and size.mean() > PLATE_STEP
        flat = np.abs(inner - np.median(inner, axis=0)).mean() < PLATE_FLAT
        if one_way or (flat and (size > PLATE_STEP).mean() > 0.6):
            best = max(
                (r for r in range(row, row + 3 * outwards, outwards) if 2 <= r < len(strip) - 2),
                key=lambda r: float(np.abs((strip[r - 1] - strip[r + 1]).sum(axis=1)).mean()),
            )
            inside, outside = best - 3 * outwards, best + 3 * outwards
            if min(inside, outside) >= 0 and max(inside, outside) < len(strip):
                return strip[inside], strip[outside]
    return None


def combined(styles: list[Style]) -> Style:
    """What most of several pictures of one line say."""
    strokes = [s for s in styles if s.stroke is not None]
    plates = [s for s in styles if s.plate is not None]
    # A dark outline cannot be seen on dark ground: one picture in three that shows it is enough.
    has_stroke, has_plate = 3 * len(strokes) >= len(styles), 2 * len(plates) > len(styles)
    return Style(
        corners=np.median([s.corners for s in styles], axis=0),
        cap_px=float(np.median([s.cap_px for s in styles])),
        fill=np.median([s.fill for s in styles], axis=0),
        stroke=np.median([s.stroke for s in strokes], axis=0) if has_stroke else None,  # pyright: ignore[reportCallIssue, reportArgumentType]
        stroke_px=float(np.median([s.stroke_px or 0.0 for s in strokes])) if has_stroke else None,
        plate=np.median([s.plate for s in plates], axis=0) if has_plate else None,  # pyright: ignore[reportCallIssue, reportArgumentType]
        plate_alpha=float(np.median([s.plate_alpha or 1.0 for s in plates])) if has_plate else None,
    )


def as_hex(colour: NDArray[np.float64] | None) -> str | None:
    if colour is None:
        return None
    return "#" + "".join(f"{round(float(c)):02x}" for c in np.clip(colour, 0, 255))
