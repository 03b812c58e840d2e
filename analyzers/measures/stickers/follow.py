"""Pictures that spring up or vanish from one frame to the next, and move, grow or turn in between.

What an edit lays over footage is there as a whole at once, where nothing like it was, and keeps its look while it
moves; it is followed in both directions from where it springs up and from where it vanishes. The place in each frame
is found as in S. Baker and I. Matthews, Lucas-Kanade 20 Years On (2004): inverse compositional, with a shift, a scale
and an angle.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Motion
from analyzers.measures.stickers.holds import LARGEST_H, LARGEST_W, Mask, Patch
from analyzers.measures.stickers.overlays import HALF_OF_IT, MORE_OUTLINED, MOST_OF_IT, OUTLINED, STEP, Floats, Span

Matrix = NDArray[np.float64]  # 2 x 3: from the sticker's own pixels to a frame's
CHANGES = 24  # grey levels from one frame to the next, in the channel that changes most
MOST_CHANGED = 0.4  # share of the picture, above which all of it does,
CALM = 2  # and so it may not in this many frames before and after
OPENING_PX = 5  # edges of footage that moves are thinner
LEAST_PX = 100  # places: 6 % of the picture's width squared
NEAR_PX, TOGETHER_PX = 2, 5  # around what changed; apart, the pieces of one
FILLS = 0.3  # share of its box
MOST = 60  # that are followed in a video, the largest ones
LASTS_S = 0.5
STEPS = 10  # that a place is bettered in
SETTLED_PX = 0.03
ALIKE = 14.0  # grey levels that its look may be off in a frame,
CLEARLY = 0.5  # and share of that of what is there without it
SMALLEST = 0.5  # of its size, from which nothing more is made allowance for
OUTLIER = 48.0  # grey levels, beyond which a place counts no more
MISSED = 2  # frames in a row that it may be lost for
STILL, GOES_WITH = 4.0, 0.6  # grey levels that still footage stirs, and share of what it stirs less seen from it
SEEN, STIRS, MOSTLY = 15, 16, 0.6  # frames, grey levels, share of the frames: what belongs to it keeps its look
LOOKS = 7  # frames that its outline is looked at in
MARGIN_PX = 6  # around it
AS_LARGE = 0.75  # of another's longer side, of the same one
STILL_OUTLINED, MOVES = 0.8, 0.2  # what moves by so much of its size may cover as sharp an outline as its own
AWAY = 1.0  # of its longer side: where it may not have been before it springs up


@dataclass(frozen=True, slots=True)
class Sudden:
    """A patch that is there in `frame` and not in the frame before, or after if it vanishes."""

    frame: int
    onward: int  # 1: it springs up, -1: it vanishes
    x: int
    y: int
    mask: Mask

    @property
    def frame_without(self) -> int:
        return self.frame - self.onward


@dataclass(frozen=True)
class Moving:
    patch: Patch  # where it is followed from; its times are frames here
    places: dict[int, Matrix]
    colour: float  # mean difference of its places' strongest and weakest channel
    springs_up: bool
    vanishes: bool

    @property
    def first(self) -> int:
        return self.patch.first

    @property
    def after(self) -> int:
        return self.patch.after

    @cached_property
    def frames(self) -> NDArray[np.int64]:
        return np.array(sorted(self.places))

    def at(self, frame: int) -> Matrix:
        """Its place; of a frame that it was lost in, the nearest one's."""
        return self.places[int(self.frames[np.abs(self.frames - frame).argmin()])]

    def places_as(self, other: "Moving") -> dict[int, Matrix]:
        """Its places as those of the other's own pixels, which are the same sticker."""
        both = np.intersect1d(self.frames, other.frames)
        frame = int(both[len(both) // 2])
        between = _compose(_inverse(self.places[frame]), other.places[frame])
        return {at: _compose(place, between) for at, place in self.places.items()}

    def posed(self, frame: int, height: int, width: int) -> Patch:
        """Its outline as it is in a frame."""
        import cv2

        whole = cv2.warpAffine(self.patch.mask.astype(np.uint8) * 255, self.at(frame), (width, height))
        whole = np.asarray(whole) > 127
        x, y, w, h = cv2.boundingRect(whole.view(np.uint8))
        mask = whole[y : y + h, x : x + w] if w else self.patch.mask
        return replace(self.patch, x=x, y=y, mask=mask, n_px=int(mask.sum()))

    def way(self, frame: int, other: int, height: int, width: int) -> Matrix:
        """From its places in one frame to those in another, as shares of the picture."""
        between = _compose(self.at(other), _inverse(self.at(frame)))
        sides = np.array([width, height])
        shift = between[:, 2] + 0.5 - between[:, :2] @ (0.5, 0.5)  # from the middles of pixels to their corners
        return np.column_stack([between[:, :2] * sides / sides[:, None], shift / sides])

    @property
    def size(self) -> float:
        """Its longer side, in pixels."""
        return max(self.patch.w, self.patch.h) * float(np.median(self.scales()))

    def middles(self) -> Floats:
        """(frames, 2): x and y of its middle."""
        middle = np.array([self.patch.w / 2, self.patch.h / 2, 1.0])
        return np.stack([self.places[int(frame)] @ middle for frame in self.frames]).astype(np.float32)

    def scales(self) -> Floats:
        return np.array([np.hypot(*self.places[int(frame)][:, 0]) for frame in self.frames], np.float32)

    def angles_deg(self) -> Floats:
        """Clockwise, without jumps."""
        turns = [np.arctan2(place[1, 0], place[0, 0]) for place in (self.places[int(frame)] for frame in self.frames)]
        return np.degrees(np.unwrap(turns)).astype(np.float32)


def sudden(motion: Motion, shots: Sequence[Span]) -> list[tuple[Sudden, Span]]:
    """Whatever springs up or vanishes within the shots, and its shot, in the order of time."""
    import cv2

    found: list[tuple[int, int, int, NDArray[np.uint8]]] = []
    all_over: set[int] = set()  # frames
    before = np.zeros(0, np.uint8)
    for first, after in shots:
        for frame in range(first, after):
            picture = np.ascontiguousarray(motion.rgb[frame])
            if frame > first:
                red, green, blue = cv2.split(cv2.absdiff(picture, before))
                changed = (cv2.max(cv2.max(red, green), blue) > CHANGES).view(np.uint8)
                count = cv2.countNonZero(changed)
                if count > MOST_CHANGED * changed.size:
                    all_over.update(range(frame - CALM, frame + CALM + 1))
                elif count >= LEAST_PX:
                    found += [(frame, x, y, mask) for x, y, mask in _pieces(changed)]
            before = picture
    calm = [one for one in found if one[0] not in all_over]
    largest = sorted(calm, key=lambda one: -int(one[3].sum()))[:MOST]
    return [
        (Sudden(frame if onward > 0 else frame - 1, onward, x, y, mask > 0), shot)
        for frame, x, y, mask in sorted(largest, key=lambda one: one[:3])
        for shot in shots
        if shot[0] <= frame < shot[1]
        for onward in (1, -1)
    ]


def _pieces(changed: NDArray[np.uint8]) -> Iterator[tuple[int, int, NDArray[np.uint8]]]:
    """Each that changed by itself, and those that lie near each other together."""
    import cv2

    opened = cv2.morphologyEx(changed, cv2.MORPH_OPEN, np.ones((OPENING_PX, OPENING_PX), np.uint8))
    if cv2.countNonZero(opened) < LEAST_PX // 2:
        return
    fine = np.asarray(cv2.morphologyEx(changed, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)))
    known: set[tuple[int, int, int, int]] = set()
    for seeds, reach_px in ((opened, NEAR_PX), (fine, TOGETHER_PX)):
        near = cv2.dilate(seeds, np.ones((2 * reach_px + 1, 2 * reach_px + 1), np.uint8))
        _, labels = cv2.connectedComponents(near, connectivity=4)
        for label in np.unique(labels[opened > 0]).tolist():
            found = _piece(fine & (labels == label).view(np.uint8))
            if found and (box := (found[0], found[1], *found[2].shape)) not in known:
                known.add(box)
                yield found


def _piece(changed: NDArray[np.uint8]) -> tuple[int, int, NDArray[np.uint8]] | None:
    """Its place and its outline, filled."""
    import cv2

    height, width = changed.shape
    x, y, w, h = cv2.boundingRect(changed)
    if cv2.countNonZero(changed) < max(LEAST_PX, FILLS * w * h) or w > LARGEST_W * width or h > LARGEST_H * height:
        return None
    piece = np.pad(changed[y : y + h, x : x + w], MARGIN_PX)
    outlines, _ = cv2.findContours(piece, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(piece)
    cv2.drawContours(filled, outlines, -1, 1, cv2.FILLED)
    return x, y, filled[MARGIN_PX:-MARGIN_PX, MARGIN_PX:-MARGIN_PX]


def followed(motion: Motion, start: Sudden, shot: Span) -> Moving | None:
    """From where it springs up to where it is lost; None if it does not look laid over the footage."""
    view = _Own(motion, start)
    if not view.is_outlined({start.frame: view.rests}, 0.0) or view.is_near(start.frame_without):
        return None
    places = {start.frame: view.rests}
    place = before = view.rests
    lost = 0
    for frame in range(start.frame + start.onward, shot[1] if start.onward > 0 else shot[0] - 1, start.onward):
        onward = _compose(place, _compose(_inverse(before), place))  # as it moved last
        likely, other = sorted((place, onward), key=lambda guess: view.off(frame, guess))
        found, off = view.found(frame, likely)
        if off > view.alike(found):
            found, off = view.found(frame, other)
        is_there = off <= view.alike(found)
        if is_there:
            before, place = place, found
            places[frame] = place
        lost = 0 if is_there else lost + 1
        if lost > MISSED:
            break
    least = max(LASTS_S / max(float(np.median(motion.dur_s)), 1e-3), 3)
    if len(places) < least or not view.is_outlined(places, STILL_OUTLINED if view.moves(places) else MORE_OUTLINED):
        return None
    if view.moves(places) and view.goes_with_footage(places):
        return None
    other_end = max(places) + 1 + MISSED if start.onward > 0 else min(places) - 1 - MISSED
    mask, x, y = view.outline(places, [start.frame_without] + [other_end] * (shot[0] <= other_end < shot[1]))
    patch = Patch(min(places), max(places) + 1, start.x + x, start.y + y, mask, int(mask.sum()))
    places = {at: _compose(place, np.array([[1.0, 0.0, x], [0.0, 1.0, y]])) for at, place in places.items()}
    return Moving(patch, places, view.colour, start.onward > 0, start.onward < 0)


def joined(found: Sequence[Moving]) -> list[Moving]:
    """One of those that were followed from both of their ends."""
    kept: list[Moving] = []
    for one in sorted(found, key=lambda one: (-one.patch.n_px * len(one.places), one.first)):
        twin = next((n for n, other in enumerate(kept) if _is_same(one, other)), None)
        if twin is None:
            kept.append(one)
            continue
        other = kept[twin]
        first, after = min(one.first, other.first), max(one.after, other.after)
        kept[twin] = replace(
            other, patch=replace(other.patch, first=first, after=after), places=one.places_as(other) | other.places,
            springs_up=one.springs_up or other.springs_up, vanishes=one.vanishes or other.vanishes,
        )  # fmt: skip
    return [one for one in kept if not any(_is_passing(one, other) for other in kept)]


def _is_same(one: Moving, other: Moving) -> bool:
    if (apart := _apart(one, other)) is None:
        return False
    away, size, larger = apart
    is_as_large = min(size, larger) > AS_LARGE * max(size, larger)
    return is_as_large and away < (1 - AS_LARGE) * max(size, larger)


def _is_passing(one: Moving, other: Moving) -> bool:
    """Whether it is a part of the other, for a part of its life."""
    if one is other or one.first < other.first or one.after > other.after:
        return False
    if one.after - one.first >= other.after - other.first - MISSED:
        return False
    apart = _apart(one, other)
    return apart is not None and apart[1] <= apart[2] and apart[0] < apart[2] / 2


def _apart(one: Moving, other: Moving) -> tuple[float, float, float] | None:
    """How far apart they are in the middle of the time that both are there, and their sizes then, in pixels."""
    both = np.intersect1d(one.frames, other.frames)
    if not len(both):
        return None
    frame = int(both[len(both) // 2])
    middles = [each.at(frame) @ np.array([each.patch.w / 2, each.patch.h / 2, 1.0]) for each in (one, other)]
    sizes = [max(each.patch.w, each.patch.h) * float(np.hypot(*each.at(frame)[:, 0])) for each in (one, other)]
    return float(np.hypot(*(middles[0] - middles[1]))), sizes[0], sizes[1]


class _Own:
    """A sticker's own pixels, and where they are in any frame."""

    def __init__(self, motion: Motion, start: Sudden) -> None:
        import cv2

        self._rgb = motion.rgb
        self._mask = np.pad(start.mask.astype(np.uint8), MARGIN_PX)
        self._kernel = np.ones((3, 3), np.uint8)
        height, width = self._mask.shape
        self._size = width, height
        self.rests: Matrix = np.array([[1.0, 0.0, start.x], [0.0, 1.0, start.y]])
        look = self._seen(start.frame, self.rests)
        self._band = (cv2.dilate(self._mask, self._kernel) > 0) & (cv2.erode(self._mask, self._kernel) == 0)
        self._inside = cv2.erode(self._mask, self._kernel) > 0
        self._look = look[self._inside]
        down, across = np.gradient(look, axis=0), np.gradient(look, axis=1)
        y, x = (grid[self._inside][:, None] - MARGIN_PX for grid in np.mgrid[:height, :width].astype(np.float32))
        self._middle = np.array([float(x.mean()), float(y.mean())])
        x, y, down, across = x - self._middle[0], y - self._middle[1], down[self._inside], across[self._inside]
        slopes = np.stack([across, down, across * x + down * y, down * x - across * y], axis=-1).reshape(-1, 4)
        self._solve = np.linalg.pinv(slopes.T @ slopes + 1e-3 * np.eye(4)) @ slopes.T
        without = self._seen(start.frame_without, self.rests)[self._inside]
        self._contrast = float(np.abs(without - self._look).mean())
        self.colour = float((self._look.max(axis=-1) - self._look.min(axis=-1)).mean())
        self._outline_without = float(self._steps(start.frame_without, self.rests).mean())
        self._search = start.x, start.y, cv2.convertScaleAbs(look)

    def _seen(self, frame: int, place: Matrix) -> Floats:
        """What lies in a frame where it would be."""
        import cv2

        aside = place.copy()
        aside[:, 2] -= place[:, :2] @ np.array([MARGIN_PX, MARGIN_PX])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        seen = cv2.warpAffine(
            np.ascontiguousarray(self._rgb[frame]), aside, self._size, flags=flags, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(seen, np.float32)

    def found(self, frame: int, place: Matrix) -> tuple[Matrix, float]:
        """Its place in a frame, from where it may be, and how far its look is off there."""
        best = place, np.inf
        for _ in range(STEPS):
            off = self._seen(frame, place)[self._inside] - self._look
            wrong = float(np.abs(off).mean())
            if wrong < best[1]:
                best = place, wrong
            elif wrong > 1.3 * best[1]:
                break
            right, down, grow, turn = self._solve @ np.clip(off, -OUTLIER, OUTLIER).reshape(-1)
            if max(abs(right), abs(down), 10 * abs(grow), 10 * abs(turn)) < SETTLED_PX:
                break
            place = _compose(place, _inverse(self._about_middle(right, down, grow, turn)))
            if not 0.2 < np.hypot(*place[:, 0]) < 5:
                break
        return best

    def off(self, frame: int, place: Matrix) -> float:
        return float(np.abs(self._seen(frame, place)[self._inside] - self._look).mean())

    def _about_middle(self, right: float, down: float, grow: float, turn: float) -> Matrix:
        linear = np.array([[1 + grow, -turn], [turn, 1 + grow]])
        shift = np.array([right, down]) + self._middle - linear @ self._middle
        return np.hstack([linear, shift[:, None]])

    def outline(self, places: dict[int, Matrix], without: Sequence[int]) -> tuple[Mask, int, int]:
        """Whatever keeps its look with it and is not the footage; what changed at once is only most of that."""
        import cv2

        some = _some(places, SEEN)
        seen = np.stack([self._seen(frame, places[frame]) for frame in some])
        stirs = np.abs(seen - np.median(seen, axis=0)).max(axis=-1).mean(axis=0)
        stays = stirs <= STIRS
        for frame in without:
            bare = np.stack([self._seen(frame, places[at]) for at in some])
            stays &= (np.abs(seen - bare).max(axis=-1) > STIRS).mean(axis=0) >= MOSTLY
        stays |= (self._mask > 0) & (stirs <= 2 * STIRS)
        whole = cv2.morphologyEx(stays.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
        outlines, _ = cv2.findContours(whole, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        filled = np.zeros_like(whole)
        cv2.drawContours(filled, [one for one in outlines if cv2.contourArea(one) >= 4], -1, 1, cv2.FILLED)
        x, y, w, h = cv2.boundingRect(filled if filled.any() else self._mask)
        return (filled if filled.any() else self._mask)[y : y + h, x : x + w] > 0, x - MARGIN_PX, y - MARGIN_PX

    def is_near(self, frame: int) -> bool:
        """Whether something that looks like it is in a frame, at its place or aside."""
        import cv2

        x, y, look = self._search
        reach = round(AWAY * max(self._size))
        top, left = max(y - MARGIN_PX - reach, 0), max(x - MARGIN_PX - reach, 0)
        bottom, right = y + self._size[1] + reach, x + self._size[0] + reach
        area = np.ascontiguousarray(self._rgb[frame][top:bottom, left:right])
        if area.shape[0] < look.shape[0] or area.shape[1] < look.shape[1]:
            return True
        inside = np.repeat(self._inside.astype(np.uint8)[..., None], 3, axis=2)
        off = cv2.matchTemplate(area, look, cv2.TM_SQDIFF, mask=inside)
        return float(np.sqrt(max(float(off.min()), 0) / max(int(inside.sum()), 1))) < 1.5 * self.alike(self.rests)

    def alike(self, place: Matrix) -> float:
        """Grey levels that its look may be off at a place: the smaller it is there, the coarser."""
        return min(ALIKE / float(np.clip(np.hypot(*place[:, 0]), SMALLEST, 1)), CLEARLY * self._contrast)

    def moves(self, places: dict[int, Matrix]) -> bool:
        corners = np.array([[0, 0, 1], [*self._size, 1]], float).T
        seen = np.stack([place @ corners for place in places.values()])
        return float(np.ptp(seen, axis=0).max()) >= MOVES * max(self._size)

    def goes_with_footage(self, places: dict[int, Matrix]) -> bool:
        """Whether what lies around it moves as it does."""
        import cv2

        around = cv2.dilate(self._mask, np.ones((5, 5), np.uint8)) == 0
        some = _some(places, SEEN)
        beside, behind = (
            np.stack([self._seen(frame, place(frame))[around] for frame in some])
            for place in (places.__getitem__, lambda _: self.rests)
        )
        moves, rests = (
            float(np.median(np.abs(seen - np.median(seen, axis=0)), axis=0).mean()) for seen in (beside, behind)
        )
        return rests > STILL and moves < GOES_WITH * rests

    def is_outlined(self, places: dict[int, Matrix], more: float) -> bool:
        """Whether its outline is sharp, and so much more than without it."""
        some = _some(places, LOOKS)
        steps = np.stack([self._steps(frame, places[frame]) for frame in some]).mean(axis=0)
        is_sharp = float((steps >= STEP).mean()) >= MOST_OF_IT and float((steps >= OUTLINED).mean()) >= HALF_OF_IT
        return is_sharp and float(steps.mean()) >= max(OUTLINED, more * self._outline_without)

    def _steps(self, frame: int, place: Matrix) -> Floats:
        """Grey levels across each place of its outline."""
        import cv2

        seen = self._seen(frame, place)
        steps = cv2.subtract(cv2.dilate(seen, self._kernel), cv2.erode(seen, self._kernel))
        return np.asarray(steps.max(axis=-1)[self._band], np.float32)


def _some(places: dict[int, Matrix], count: int) -> list[int]:
    frames = sorted(places)
    return [frames[int(n)] for n in np.linspace(0, len(frames) - 1, count).round()]


def _compose(outer: Matrix, inner: Matrix) -> Matrix:
    return np.column_stack([outer[:, :2] @ inner[:, :2], outer[:, :2] @ inner[:, 2] + outer[:, 2]])


def _inverse(place: Matrix) -> Matrix:
    back = np.linalg.inv(place[:, :2])
    return np.column_stack([back, -back @ place[:, 2]]).astype(np.float64)
