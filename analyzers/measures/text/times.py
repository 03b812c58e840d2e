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
from analyzers.measures.text.regions import Box, Field, field

Move = Literal["cut", "fade", "pop", "slide", "typewriter"]

THERE = 0.5  # share of its strokes from which on a text is there
SEEN = 0.15  # share that is the first of it
WHOLE = 0.9
MOVE_S = 1.2  # longest entrance or exit looked for
SCALES = (0.35, 0.5, 0.65, 0.8, 0.9, 1.1)  # of a popping text, against its size at rest
GROWS = 2.0  # factor of a popping text's size from frame to frame, at most
SMALLEST_PX = (5, 12)  # height and width that a text can be told from the ground at
REACH = 0.4  # of the picture's width, that a slide comes from
AGREES = 0.55  # mean cosine of strokes that are the text's, elsewhere or in another size
FADES = 0.01  # share of its contrast that a fading text loses from frame to frame: what held its place is another text
FADED_AGREES = 0.3  # mean cosine at its place while the picture shines through
MIN_MOVE_S = 0.075  # shorter is a cut: two frames at 30 fps


@dataclass(frozen=True, slots=True)
class Passage:
    """An entrance, or an exit: from the first frame that shows something to the first that shows all of it."""

    index: int  # of the outermost frame that shows the text
    kind: Move
    seconds: float
    word_t_s: tuple[float, ...] = ()  # when each of equal parts of the text came, for a typewriter


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
        return float(self.parts(index, 1)[0])

    def parts(self, index: int, count: int) -> NDArray[np.float64]:
        """The same for equal parts, from left to right."""
        here = self._field(index)
        shared = (here * self.strokes).sum(axis=(0, 1))
        own = (self.strokes**2).sum(axis=(0, 1))
        edges = np.linspace(0, len(own), count + 1).round().astype(int)
        sums = [(float(shared[a:b].sum()), float(own[a:b].sum())) for a, b in pairwise(edges)]
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
        reach = round(REACH * self.width)
        top, left = max(0, self.top - reach), max(0, self.left - reach)
        around = field(np.ascontiguousarray(self.motion.grey[index][self._place(reach)]))
        agrees = _agreement(around, self.strokes)
        if agrees is None:
            return 0.0, 0.0
        y, x = np.unravel_index(int(agrees.argmax()), agrees.shape)
        far = float(np.hypot(top + y - self.top, left + x - self.left)) / self.width
        return float(agrees[y, x]), far

    def resized(self, index: int) -> tuple[float, float]:
        """Best agreement of the text in another size around the same middle, and that size."""
        import cv2

        best = (0.0, 1.0)
        around = field(np.ascontiguousarray(self.motion.grey[index][self._place(3)]))
        for scale in SCALES:
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


def passage(rest: Rest, inside: int, outside: int, wall: int, words: int) -> Passage:
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
    return _typed(rest, edge, step, words) or _followed(rest, edge, step, wall, shares)


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
        elif resized > max(AGREES, agrees, in_place) and scale / GROWS <= size <= scale:
            kind, scale = "pop", size
        elif SEEN < now < share - FADES and in_place > FADED_AGREES:
            kind = "fade"
        else:
            break
        votes[kind] += 1
        outer, share = index, min(share, now)
        index += step
    inner = edge
    while 0 <= inner - step < len(t) and shares.get(inner, 0.0) < WHOLE and abs(float(t[inner] - t[edge])) < 0.5:
        votes["pop" if rest.resized(inner)[0] > rest.agrees(inner) else "fade"] += 0.5
        inner -= step
        shares.setdefault(inner, rest.share(inner))
    seconds = abs(float(t[outer] - t[inner]))
    if seconds < MIN_MOVE_S:
        return Passage(outer, "cut", 0.0)
    return Passage(outer, max(votes, key=lambda kind: votes[kind]), seconds)


def _typed(rest: Rest, edge: int, step: int, words: int) -> Passage | None:
    """A typewriter: the parts of a text appear one after the other, from left to right."""
    count = max(6, words)
    t = rest.motion.t_s
    first = max(0, int(np.searchsorted(t, t[edge] - 2 * MOVE_S))) if step < 0 else edge
    if step > 0:
        return None
    last = min(len(t) - 1, int(np.searchsorted(t, t[edge] + 2 * MOVE_S)))
    shares = np.stack([rest.parts(i, count) for i in range(first, last + 1)])
    usable = np.isfinite(shares[0])
    if usable.sum() < 5:
        return None
    came = np.full(count, -1)
    for part in np.flatnonzero(usable):
        there = shares[:, part] >= THERE
        if not there[edge - first :].any():
            return None
        start = edge - first + int(there[edge - first :].argmax())
        while start > 0 and there[start - 1]:
            start -= 1
        came[part] = start
    order = came[usable]
    spread_s = float(t[first + order.max()] - t[first + order.min()])
    rises = np.diff(order)
    if spread_s < 0.15 or (rises < 0).sum() > 0.15 * len(rises) or (rises > 0).sum() < 0.5 * len(rises):
        return None
    filled = np.interp(np.arange(count), np.flatnonzero(usable), order).round().astype(int)
    times = tuple(float(t[first + i]) for i in filled)
    return Passage(first + int(order.min()), "typewriter", spread_s, times)
