"""Small marks that stand still over pictures that move, found by edges that stay while all others go.

The mean of the edges over a while keeps a mark's and loses those of what moves behind it, as in
https://openaccess.thecvf.com/content_cvpr_2017/html/Dekel_On_the_Effectiveness_CVPR_2017_paper.html. Where much of the
picture stands still, nothing is said: a lamp in the corner of a still picture looks like a mark.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Frame, Frames

Floats = NDArray[np.float32]
Size = tuple[int, int]
Box = tuple[int, int, int, int]  # x0, y0, x1, y1 in pixels of the small picture
Avoid = tuple[float, float, tuple[float, float, float, float]]  # start_s, end_s, box in shares of the picture

WIDTH_PX = 240  # of the small picture: a mark is 10 to 60 of them
WINDOW, HOP = 8, 4  # samples: two seconds, every second
STRONG = 24.0  # Sobel units of a clear edge
STAYS = 0.85  # of an edge's strength that its mean direction keeps
ELSEWHERE = 0.12  # share of all other clear edges that may stay as well
AROUND_PX, MOVES = 8, 4.0  # next to a mark, grey levels between two samples
CLOSING_PX = 7  # between the letters of a mark
LEAST_W, MOST_W, LEAST_H, MOST_H = 0.03, 0.4, 0.012, 0.15  # of the picture's width and height
FILLED = 0.12  # share of its box that has staying edges: a frame's outline has less
TURNS = 0.2  # of the energy of its edges in their main direction, what they have across it
LEAST_EDGES = 40  # pixels
AT_SIDE = 0.3  # of the picture: how far a mark's middle lies from a side at most
AT_RIM = 0.25  # the same from the top or bottom, of a mark that does not jump
SHOWN = 0.45  # cosine of a picture's edges with the mark's, which may be half transparent
SAME_PLACE, SAME_LOOK = 0.4, 0.6  # overlap and correlation of two finds of one mark
MOST_AROUND = 2.0  # of a mark's width and height: how much larger a find may be that holds it
TOGETHER_S = 0.3  # one mark is not in two places for longer, give or take a sample
FAINT = 0.15  # of the strongest edge
LASTS, LASTS_JUMPING = 0.85, 0.6  # of the video: a mark is on it nearly always; between its jumps it fades
SHORTEST_S = 2.5


@dataclass(frozen=True, slots=True)
class Look:
    """One small picture."""

    t_s: float
    grey: NDArray[np.uint8]
    edges: Floats


@dataclass(slots=True)
class Place:
    box: Box
    edges: Floats  # (height, width, 2) mean
    spans: list[tuple[float, float]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return sum(end - start for start, end in self.spans)


def find_marks(frames: Frames, end_s: float, avoid: Sequence[Avoid]) -> tuple[list[list[Place]], Size]:
    """Every mark's places, and the size of the pictures that their boxes are in."""
    places, size = _places(frames, end_s, avoid)
    return [mark for mark in _joined(places) if _is_mark(mark, end_s, size[1])], size


def _places(frames: Frames, end_s: float, avoid: Sequence[Avoid]) -> tuple[list[Place], Size]:
    """Every place where something stands still for a while, and the size of the pictures that their boxes are in."""
    if len(frames) < WINDOW or min(frames[0].rgb.shape[:2]) < WIDTH_PX // 2:
        return [], (1, 1)
    places: list[Place] = []
    for place in _candidates(frames, avoid):
        if not any(_overlap(place.box, known.box) > SAME_PLACE for known in places):
            places.append(place)
    if places:
        _find_times(frames, places, end_s)
    height, width = _small(frames[0]).shape
    return _tight(frames, places), (width, height)


def _candidates(frames: Frames, avoid: Sequence[Avoid]) -> Iterator[Place]:
    """From every two seconds, and from the whole video in 24 pictures."""
    whole = [frames[i] for i in sorted(set(np.linspace(0, len(frames) - 1, 3 * WINDOW).astype(int).tolist()))]
    yield from _standing([_look(frame) for frame in whole], avoid)
    window: list[Look] = []
    for i, frame in enumerate(frames):
        window = [*window[-WINDOW + 1 :], _look(frame)]
        if len(window) == WINDOW and i % HOP == HOP - 1:
            yield from _standing(window, avoid)


def _look(frame: Frame) -> Look:
    grey = _small(frame)
    return Look(frame.t_s, grey, _edges(grey))


def _small(frame: Frame) -> NDArray[np.uint8]:
    import cv2

    height, width = frame.rgb.shape[:2]
    size = (WIDTH_PX, max(round(height * WIDTH_PX / width), 1))
    small = cv2.resize(frame.rgb, size, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)  # pyright: ignore[reportReturnType]


def _edges(grey: NDArray[np.uint8]) -> Floats:
    import cv2

    across, down = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    return np.stack([across, down], axis=-1).astype(np.float32, copy=False)


def _standing(looks: Sequence[Look], avoid: Sequence[Avoid]) -> Iterator[Place]:
    import cv2

    change = np.mean([cv2.absdiff(a.grey, b.grey) for a, b in pairwise(looks)], axis=0)
    if change.mean() < MOVES / 2:
        return
    mean, strength = np.zeros_like(looks[0].edges), np.zeros(looks[0].grey.shape, np.float32)
    for look in looks:
        mean += look.edges / len(looks)
        strength += cv2.magnitude(look.edges[..., 0], look.edges[..., 1]) / len(looks)
    is_clear = strength >= STRONG
    stays = is_clear & (np.hypot(mean[..., 0], mean[..., 1]) >= STAYS * strength)
    for x0, y0, x1, y1 in _texts(stays.shape, looks, avoid):
        is_clear[y0:y1, x0:x1] = False
    kernel = np.ones((CLOSING_PX, CLOSING_PX), np.uint8)
    together = cv2.morphologyEx(stays.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    _, _, stats, _ = cv2.connectedComponentsWithStats(together)
    for x, y, w, h, _ in stats[1:].tolist():
        box = (x, y, x + w, y + h)
        if _is_written(box, stays.shape, looks, avoid):
            continue
        within = mean[y : y + h, x : x + w]
        if _is_small(box, stays.shape) and _turns(within) and _stands_out(box, stays, is_clear, change):
            yield Place(box, within.copy())


def _texts(shape: tuple[int, ...], looks: Sequence[Look], avoid: Sequence[Avoid]) -> Iterator[Box]:
    """Where something is written in that time, with a line's height around it."""
    height, width = shape
    for start_s, end_s, (x, y, w, h) in avoid:
        if start_s <= looks[-1].t_s and looks[0].t_s <= end_s:
            reach = round(h * height)
            left, top = max(round(x * width) - reach, 0), max(round(y * height) - reach, 0)
            yield left, top, round((x + w) * width) + reach, round((y + h) * height) + reach


def _is_written(box: Box, shape: tuple[int, ...], looks: Sequence[Look], avoid: Sequence[Avoid]) -> bool:
    return any(_overlap(box, text) > 0 for text in _texts(shape, looks, avoid))


def _is_small(box: Box, shape: tuple[int, ...]) -> bool:
    x0, y0, x1, y1 = box
    height, width = shape
    middle = (x0 + x1) / 2 / width
    is_sized = LEAST_W <= (x1 - x0) / width <= MOST_W and LEAST_H <= (y1 - y0) / height <= MOST_H
    return is_sized and min(middle, 1 - middle) <= AT_SIDE


def _turns(edges: Floats) -> bool:
    """Whether its edges run in several directions: a straight one stays wherever the picture moves along it."""
    flat = edges.reshape(-1, 2).astype(np.float64)
    least, most = np.linalg.eigvalsh(flat.T @ flat).tolist()
    return least >= TURNS * most


def _stands_out(box: Box, stays: NDArray[np.bool_], is_clear: NDArray[np.bool_], change: NDArray[np.floating]) -> bool:
    x0, y0, x1, y1 = box
    own = int(stays[y0:y1, x0:x1].sum())
    if own < max(LEAST_EDGES, FILLED * (x1 - x0) * (y1 - y0)):
        return False
    others = int(is_clear.sum()) - int(is_clear[y0:y1, x0:x1].sum())
    if int((stays & is_clear).sum()) - own > ELSEWHERE * others or others < LEAST_EDGES:
        return False
    rows = slice(max(y0 - AROUND_PX, 0), y1 + AROUND_PX)
    columns = slice(max(x0 - AROUND_PX, 0), x1 + AROUND_PX)
    around = np.ones(change.shape, bool)
    around[y0:y1, x0:x1] = False
    ring = change[rows, columns][around[rows, columns]]
    return len(ring) > 0 and float(ring.mean()) >= MOVES


def _find_times(frames: Frames, places: list[Place], end_s: float) -> None:
    """When each place shows its mark, sample by sample; a single sample's opinion is overruled by its neighbours."""
    likeness = np.zeros((len(frames), len(places)))
    for i, frame in enumerate(frames):
        edges = _edges(_small(frame))
        for j, place in enumerate(places):
            x0, y0, x1, y1 = place.box
            likeness[i, j] = _cosine(edges[y0:y1, x0:x1], place.edges)
    times = [*(frame.t_s for frame in frames), end_s]
    for j, place in enumerate(places):
        shown = np.pad(likeness[:, j] >= SHOWN, 1, mode="edge").astype(int)
        steady = shown[:-2] + shown[1:-1] + shown[2:] >= 2
        edges = np.flatnonzero(np.diff(np.concatenate([[False], steady, [False]]).astype(np.int8)))
        place.spans = [(float(times[a]), float(times[b])) for a, b in edges.reshape(-1, 2).tolist()]


def _tight(frames: Frames, places: list[Place]) -> list[Place]:
    """Each place as all its samples together show it: what moved too little within two seconds is gone."""
    means = [np.zeros_like(place.edges) for place in places]
    strengths = [np.zeros(place.edges.shape[:2], np.float32) for place in places]
    for frame in frames if places else ():
        edges = _edges(_small(frame))
        for place, mean, strength in zip(places, means, strengths, strict=True):
            if any(start <= frame.t_s < end for start, end in place.spans):
                x0, y0, x1, y1 = place.box
                mean += edges[y0:y1, x0:x1]
                strength += np.hypot(edges[y0:y1, x0:x1, 0], edges[y0:y1, x0:x1, 1])
    found = []
    for place, mean, strength in zip(places, means, strengths, strict=True):
        stays = _clear(np.hypot(mean[..., 0], mean[..., 1]) >= STAYS * np.maximum(strength, 1e-6), strength)
        if int(stays.sum()) >= LEAST_EDGES and _turns(mean * stays[..., None]):
            rows, columns = np.flatnonzero(stays.any(axis=1)), np.flatnonzero(stays.any(axis=0))
            top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
            x0, y0, *_ = place.box
            inside = mean[top:bottom, left:right]
            box = x0 + left, y0 + top, x0 + right, y0 + bottom
            found.append(Place(box, inside, place.spans))
    return found


def _clear(stays: NDArray[np.bool_], strength: Floats) -> NDArray[np.bool_]:
    """Without the faintest of what stays."""
    return stays & (strength >= FAINT * float(strength.max(initial=0)))


def _joined(places: list[Place]) -> list[list[Place]]:
    """Places that show the same thing, one after the other, are one mark's."""
    marks: list[list[Place]] = []
    for place in sorted(places, key=lambda one: (one.box[2] - one.box[0]) * (one.box[3] - one.box[1])):
        for mark in marks:
            box = None if any(_at_once(place, other) for other in mark) else _found_in(mark[0], place)
            if box:
                mark.append(Place(box, mark[0].edges, place.spans))
                break
        else:
            marks.append([place])
    return marks


def _at_once(one: Place, other: Place) -> bool:
    return any(a < d - TOGETHER_S and c < b - TOGETHER_S for a, b in one.spans for c, d in other.spans)


def _found_in(mark: Place, place: Place) -> Box | None:
    """Where in a place the mark of another stands: there may be some of the background around it."""
    import cv2

    (h, w), (height, width) = mark.edges.shape[:2], place.edges.shape[:2]
    if width > MOST_AROUND * w or height > MOST_AROUND * h:
        return None
    looked_for, there = (np.hypot(one.edges[..., 0], one.edges[..., 1]) for one in (mark, place))
    reach = round(0.2 * max(w, h)) + max(w - width, h - height, 0)
    padded = cv2.copyMakeBorder(there, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0)
    likeness = cv2.matchTemplate(padded, looked_for, cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(likeness)
    left, top = max(place.box[0] + x - reach, 0), max(place.box[1] + y - reach, 0)
    return (left, top, left + w, top + h) if best >= SAME_LOOK else None


def _is_mark(mark: list[Place], end_s: float, height: int) -> bool:
    seconds = sum(place.seconds for place in mark)
    if seconds < max(SHORTEST_S, (LASTS if len(mark) == 1 else LASTS_JUMPING) * end_s):
        return False
    if len(mark) > 1:
        return True
    middle = (mark[0].box[1] + mark[0].box[3]) / 2 / height
    return min(middle, 1 - middle) <= AT_RIM


def _overlap(a: Box, b: Box) -> float:
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0:
        return 0.0
    areas = [(x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in (a, b)]
    return w * h / min(areas)


def _cosine(a: Floats, b: Floats) -> float:
    return float((a * b).sum() / max(float(np.sqrt((a * a).sum() * (b * b).sum())), 1e-6))
