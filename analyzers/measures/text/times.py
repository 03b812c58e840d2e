"""When exactly a text comes and goes, and how: followed frame by frame in the small pictures.

A text's strokes at rest are correlated with every frame around its first and last sample. The share of them
that is there tells a cut from a fade; where, how large or how far from the left they are there tells slide,
pop and typewriter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Motion
from analyzers.measures.text.easing import FEWEST, Easing, easing_of
from analyzers.measures.text.karaoke import word_spans
from analyzers.measures.text.regions import Box, Field, field

Move = Literal["cut", "fade", "pop", "slide", "typewriter", "karaoke"]

THERE = 0.5  # share of its strokes from which on a text is there
SEEN = 0.15  # share that is the first of it
WHOLE = 0.9
MOVE_S = 1.2  # longest entrance or exit looked for
SCALES = (0.35, 0.42, 0.5, 0.57, 0.64, 0.71, 0.78, 0.84, 0.9, 0.95, 1.06, 1.12)  # of a popping text, at rest 1
GROWS = 2.0  # factor of a popping text's size from frame to frame, at most
SMALLEST_PX = (5, 12)  # height and width that a text can be told from the ground at
REACH = 0.4  # of the picture's width, that a slide comes from
AGREES = 0.55  # mean cosine of strokes that are the text's, elsewhere or in another size
FADES = 0.01  # share of its contrast that a fading text loses from frame to frame: what held its place is another text
FADED_AGREES = 0.3  # mean cosine at its place while the picture shines through
SHRUNK = 0.87  # size that a pop gets below
OVERSHOT = 1.15  # size of a popping text before it settles, at most
SIZES = tuple(round(0.04 * i, 2) for i in range(7, 33))  # the same where it is measured
SIZE_STEP = 0.06  # of a popping text's size, that is more than a misjudgement
SETTLES_S = 0.3  # after an entrance, or before an exit, that belongs to how it runs
MIN_MOVE_S = 0.075  # shorter is a cut: two frames at 30 fps


WORD_S = 0.06  # between two words that come one after the other, at least
Edges = Sequence[tuple[float, float]]  # of parts of a text, from left to right, in shares of its width
EQUAL_PARTS: Edges = tuple((i / 6, (i + 1) / 6) for i in range(6))


@dataclass(frozen=True, slots=True)
class Passage:
    """An entrance, or an exit: from the first frame that shows something to the first that shows all of it."""

    index: int  # of the outermost frame that shows the text
    kind: Move
    seconds: float
    word_t_s: tuple[float, ...] = ()  # when each word came, where one came after the other
    easing: Easing | None = None


class Rest:
    """A text's strokes at rest, on the small picture."""

    def __init__(self, motion: Motion, indices: Sequence[int], box: Box) -> None:
        _, height, width = motion.grey.shape
        self.motion, self.width = motion, width
        self.left, self.top, self.right, self.bottom = box.pixels(width, height)
        greys = [np.ascontiguousarray(motion.grey[i]) for i in indices]
        self.grey = np.mean([g[self._place()] for g in greys], axis=0).astype(np.float32)
        strokes = np.mean([field(g)[(slice(None), *self._place())] for g in greys], axis=0).astype(np.float32)
        size = np.hypot(*strokes)
        self.strokes = strokes * (size > max(6.0, 0.3 * float(np.percentile(size, 95))))

    def _place(self, pad: int = 0) -> tuple[slice, slice]:
        return (
            slice(max(0, self.top - pad), self.bottom + pad),
            slice(max(0, self.left - pad), self.right + pad),
        )

    @property
    def has_strokes(self) -> bool:
        return bool((self.strokes != 0).any())

    def share(self, index: int) -> float:
        """How much of the text one frame shows at its place: 0 none, 1 as at rest."""
        return float(self.parts(index, ((0.0, 1.0),))[0])

    def parts(self, index: int, edges: Edges) -> NDArray[np.float64]:
        """The same for parts, from left to right: where each begins and ends, in shares of its width."""
        here = self._field(index)
        shared = (here * self.strokes).sum(axis=(0, 1))
        own = (self.strokes**2).sum(axis=(0, 1))
        columns = [(round(a * len(own)), max(round(b * len(own)), round(a * len(own)) + 1)) for a, b in edges]
        sums = [(float(shared[a:b].sum()), float(own[a:b].sum())) for a, b in columns]
        return np.array([held / whole if whole > 0 else np.nan for held, whole in sums])

    def _field(self, index: int) -> Field:
        y, x = self.top - max(0, self.top - 1), self.left - max(0, self.left - 1)
        cut = np.ascontiguousarray(self.motion.grey[index][self._place(1)])
        return field(cut)[:, y : y + self.bottom - self.top, x : x + self.right - self.left]

    def agrees(self, index: int) -> float:
        """Mean cosine of the strokes at their place, whatever their contrast."""
        here = self._field(index) * (self.strokes != 0).any(axis=0)
        both = float((here**2).sum() * (self.strokes**2).sum())
        return float((here * self.strokes).sum()) / both**0.5 if both > 0 else 0.0

    def elsewhere(self, index: int) -> tuple[float, float]:
        """Best agreement of the strokes anywhere near, and how far from their place, in widths."""
        agrees, across, down = self.shifted(index)
        return agrees, float(np.hypot(across, down))

    def shifted(self, index: int) -> tuple[float, float, float]:
        """Best agreement of the strokes anywhere near, and where: to the right and down, in widths."""
        reach = round(REACH * self.width)
        top, left = max(0, self.top - reach), max(0, self.left - reach)
        around = field(np.ascontiguousarray(self.motion.grey[index][self._place(reach)]))
        agrees = _agreement(around, self.strokes)
        if agrees is None:
            return 0.0, 0.0, 0.0
        y, x = (int(n) for n in np.unravel_index(int(agrees.argmax()), agrees.shape))
        return float(agrees[y, x]), (left + x - self.left) / self.width, (top + y - self.top) / self.width

    def resized(self, index: int, scales: Sequence[float] = SCALES) -> tuple[float, float]:
        """Best agreement of the text in another size around the same middle, and that size."""
        import cv2

        best = (0.0, 1.0)
        room = 3 + round(0.5 * (max(scales) - 1.1) * self.grey.shape[1])
        around = field(np.ascontiguousarray(self.motion.grey[index][self._place(room)]))
        for scale in scales:
            size = (round(self.grey.shape[1] * scale), round(self.grey.shape[0] * scale))
            if size[0] < SMALLEST_PX[1] or size[1] < SMALLEST_PX[0]:
                continue
            strokes = field(cv2.resize(self.grey, size, interpolation=cv2.INTER_AREA).astype(np.uint8))
            strength = np.hypot(*strokes)
            strokes = strokes * (strength > max(6.0, 0.3 * float(np.percentile(strength, 95))))
            middle_y, middle_x = (around.shape[1] - size[1]) // 2, (around.shape[2] - size[0]) // 2
            y0, x0 = max(0, middle_y - 2), max(0, middle_x - 2)
            near = around[:, y0 : middle_y + size[1] + 3, x0 : middle_x + size[0] + 3]
            agrees = _agreement(near, strokes)
            if agrees is not None and float(agrees.max()) > best[0]:
                best = float(agrees.max()), scale
        return best


def _agreement(around: Field, strokes: Field) -> NDArray[np.float32] | None:
    """Mean cosine between the strokes and what lies under them, for every shift."""
    import cv2

    if around.shape[1] < strokes.shape[1] or around.shape[2] < strokes.shape[2] or not strokes.any():
        return None
    shared = sum(cv2.matchTemplate(a, s, cv2.TM_CCORR) for a, s in zip(around, strokes, strict=True))
    mask = (strokes != 0).any(axis=0).astype(np.float32)
    energy = cv2.matchTemplate((around**2).sum(axis=0), mask, cv2.TM_CCORR)
    own = float((strokes**2).sum())
    # A share of what full contrast would give is asked for too, else flat ground agrees by chance.
    return shared / np.sqrt(np.maximum(energy, 0.04 * own) * own)  # pyright: ignore[reportReturnType, reportOperatorIssue]


def passage(rest: Rest, inside: int, outside: int, wall: int, text: str) -> Passage:
    """Follow a text from a frame where it rests, outwards past its start or its end.

    `inside` is a frame that shows it whole, `outside` one that does not yet, or no longer. Another text
    holds the place in the frame `wall`.
    """
    step = 1 if outside > inside else -1
    t = rest.motion.t_s
    count = len(t)
    limit = outside + step * max(1, int(np.searchsorted(t, t[inside] + MOVE_S) - inside))
    shares = {}
    edge = inside
    lost = 0
    index = inside
    while 0 <= index < count and index not in (limit, wall):
        shares[index] = rest.share(index)
        if shares[index] >= THERE:
            edge, lost = index, 0
        elif index == outside or (index - outside) * step > 0:
            lost += 1
            if lost > 2:
                break
        index += step
    return _typed(rest, edge, step, text) or _followed(rest, edge, step, wall, shares)


def _followed(rest: Rest, edge: int, step: int, wall: int, shares: dict[int, float]) -> Passage:
    """From the last frame that shows most of it in its place, on to the last that shows any of it."""
    t = rest.motion.t_s
    votes: dict[Move, float] = {"fade": 0.0, "slide": 0.0, "pop": 0.0}
    outer, share, scale, far = edge, rest.share(edge), 1.0, 1.5 / rest.width
    index = edge + step
    while True:
        if not 0 <= index < len(t) or abs(float(t[index] - t[edge])) > MOVE_S:
            if votes["pop"] > votes["fade"] + votes["slide"]:
                outer = edge  # what never ends is the picture behind it
                votes["pop"] = 0.0
            break
        if index == wall:
            break
        now, in_place = rest.share(index), rest.agrees(index)
        agrees, away = rest.elsewhere(index)
        resized, size = rest.resized(index)
        if agrees > AGREES and agrees >= resized and away > far:
            kind, far = "slide", away
        elif resized > max(AGREES, agrees, in_place) and scale / GROWS <= size <= (OVERSHOT if scale >= 1 else scale):
            kind, scale = "pop", size
        elif SEEN < now < share - FADES and in_place > FADED_AGREES:
            kind = "fade"
        elif votes["pop"] > 1 and index - outer != 2 * step:
            index += step  # one size that was not recognized
            continue
        else:
            break
        votes[kind] += 1
        outer, share = index, min(share, now)
        index += step
    if votes["pop"] and scale > SHRUNK:
        outer, votes["pop"] = edge, 0.0  # what stays that large is another text
    inner = edge
    while 0 <= inner - step < len(t) and shares.get(inner, 0.0) < WHOLE and abs(float(t[inner] - t[edge])) < 0.5:
        votes["pop" if rest.resized(inner)[0] > rest.agrees(inner) else "fade"] += 0.5
        inner -= step
        shares.setdefault(inner, rest.share(inner))
    seconds = abs(float(t[outer] - t[inner]))
    if seconds < MIN_MOVE_S:
        return Passage(outer, "cut", 0.0)
    kind = max(votes, key=lambda kind: votes[kind])
    return Passage(outer, kind, seconds, easing=_easing(rest, outer, inner, step, kind))


def _easing(rest: Rest, outer: int, inner: int, step: int, kind: Move) -> Easing | None:
    """How a fade, a slide or a pop runs between its outermost frame and the rest."""
    t = rest.motion.t_s
    if abs(outer - inner) < FEWEST - 1:
        return None
    settled = inner
    while 0 <= settled - step < len(t) and abs(float(t[settled] - t[inner])) < SETTLES_S:
        settled -= step
    indices = list(range(outer, settled - step, -step))
    if kind == "fade":
        here = np.array([rest.share(i) for i in indices])
        # The share is of what is taken for the text at rest, which may itself still be fading.
        whole = max(float(np.median(here[-3:])), 1e-6)
        left, way, least = 1 - here / whole, 1.0, np.inf
    elif kind == "slide":
        shifts = np.array([rest.shifted(i)[1:] for i in indices])
        left = shifts @ (shifts[0] / max(float(np.hypot(*shifts[0])), 1e-6))
        way, least = float(left[0]), 2 / rest.width
    else:
        left = 1 - np.array([rest.resized(i, SIZES)[1] for i in indices])
        way, least = float(left[0]), SIZE_STEP
    times, gone = (t[indices], way - left) if step < 0 else (t[indices[::-1]], left[::-1])
    return easing_of(times, gone, way, least)


def _came_at_once(rest: Rest, edge: int, edges: Edges) -> bool:
    """Whether one frame shows every part of it, and the one before none."""
    now = rest.parts(edge, edges)
    before = rest.parts(edge - 1, edges) if edge else np.zeros(len(edges))
    return not (now < THERE).any() and not (before >= THERE).any()


def _typed(rest: Rest, edge: int, step: int, text: str) -> Passage | None:
    """A typewriter, or a caption as it is spoken: letters, or words, appear one after the other."""
    if step > 0 or not text.split() or _came_at_once(rest, edge, EQUAL_PARTS):
        return None
    t = rest.motion.t_s
    first = max(0, int(np.searchsorted(t, t[edge] - 2 * MOVE_S)))
    last = min(len(t) - 1, int(np.searchsorted(t, t[edge] + 2 * MOVE_S)))
    spans = word_spans(text)
    heads = [(a + 0.1 * (b - a), a + 0.45 * (b - a)) for a, b in spans]
    tails = [(a + 0.55 * (b - a), a + 0.9 * (b - a)) for a, b in spans]
    came = _arrivals(rest, [*EQUAL_PARTS, *heads, *tails], first, last, edge)
    if came is None:
        return None
    count = len(EQUAL_PARTS)
    order, starts, ends = came[:count], came[count : count + len(spans)], came[count + len(spans) :]
    words = tuple(float(t[first + i]) for i in starts)
    if _is_in_order(order, t[first:]):
        whole = [abs(a - b) <= 1 for a, b, word in zip(starts, ends, text.split(), strict=True) if len(word) >= 4]
        kind = "karaoke" if _is_by_words(words) and whole and 2 * sum(whole) > len(whole) else "typewriter"
    elif _is_by_words(words) and (np.abs(starts - ends) <= 1).all():
        kind = "karaoke"
    else:
        return None
    begins, done = min(order.min(), starts.min()), max(order.max(), ends.max())
    return Passage(first + int(begins), kind, float(t[first + done] - t[first + begins]), words)


def _is_by_words(words: tuple[float, ...]) -> bool:
    return len(words) > 1 and all(after - before > WORD_S for before, after in pairwise(words))


def _is_in_order(order: NDArray[np.int64], t: NDArray[np.float64]) -> bool:
    """Whether parts came from left to right, and took their time."""
    rises = np.diff(order)
    is_slow = float(t[order.max()] - t[order.min()]) >= 0.15
    return is_slow and (rises < 0).sum() <= 0.15 * len(rises) and (rises > 0).sum() >= 0.5 * len(rises)


def _arrivals(rest: Rest, edges: Edges, first: int, last: int, edge: int) -> NDArray[np.int64] | None:
    """The frame from which on each part is there, counted from `first`; None where one never is."""
    shares = np.stack([rest.parts(i, edges) for i in range(first, last + 1)])
    usable = np.isfinite(shares[0])
    if usable[: len(EQUAL_PARTS)].sum() < 5:
        return None
    came = np.full(len(edges), -1)
    for part in np.flatnonzero(usable):
        there = shares[:, part] >= THERE
        if not there[edge - first :].any():
            if part < len(EQUAL_PARTS):
                return None
            usable[part] = False
            continue
        start = edge - first + int(there[edge - first :].argmax())
        while start > 0 and there[start - 1]:
            start -= 1
        came[part] = start
    middles = np.array([(a + b) / 2 for a, b in edges])
    near = [int(np.abs(middles[usable] - middle).argmin()) for middle in middles]
    return np.where(usable, came, came[usable][near])
