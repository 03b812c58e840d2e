"""Texts followed through the samples of a video, with as few readings as it takes.

A picture is read when strokes appear outside the known texts, when a known text's pixels change, and
otherwise every MAX_UNREAD_S; of the picture no more than the band where that is so. Between readings a text is
followed by its pixels alone, backwards too.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Frames, Motion, Read, TextBox
from analyzers.measures.text.regions import (
    LETTER_AGREES,
    WHOLE,
    Band,
    Box,
    FreshStrokes,
    Look,
    Patch,
    is_carried,
    overlap,
    view,
)

MAX_UNREAD_S = 2.5  # a text that slipped past the strokes is read after this long, and found back to its start
FRESH = 0.35  # share of new strokes in a window of letters, from which on a still picture is read: texts bring 0.4 to 1
FRESH_ABOVE = 0.15  # and a moving one, above what it usually shows: 0.2 to 0.35 in a pan over a photograph
USUAL, USUAL_SAMPLES = 0.2, 5  # that share at first, and how many samples it is the mean of
FRESH_STEP, FRESH_MOST = 0.15, 0.75  # each reading in vain asks for denser strokes,
FRESH_CALM = 0.05  # and each sample without them for less again
BANDS = 16  # parts of the picture, top to bottom, whose last reading is remembered
BESIDE_FRESH = 0.5  # of the new strokes that have a picture read: where there are as many, it is read with them
ROOM = 0.05  # of the picture's height above and below what is to be read, and once its own height
SHORTEST_BAND = 0.2  # of the picture's height: less is hardly faster
LONGEST_BAND = 0.6  # and of what is longer, all is read
MIN_CONFIDENCE = 0.6
MIN_HEIGHT = 0.008  # of the picture's height: smaller letters have fewer than 8 px
LARGEST = 0.5  # height of a line, of the picture's short side: three letters fill the width at that
BRIDGED = 1  # samples a text may be hidden, by a flash or a bad picture
SURE = 0.9
SAME_DIGITS = 0.95  # agreement of the worst letter, from which on other digits are a misreading
SAME_TEXT = 0.9  # similarity of two readings of one text: one letter in ten


@dataclass(frozen=True, slots=True)
class Reading:
    sample: int
    line: TextBox
    box: Box


@dataclass(slots=True)
class Track:
    """One line of text: what was read, and where it was in each sample that shows it."""

    patch: Patch
    readings: list[Reading]
    places: dict[int, Box]  # by sample
    grown_at: list[tuple[int, int]] = field(default_factory=list)  # sample, letters: a text that was being typed
    missed: int = 0  # readings of the picture that did not find it
    carried: int = 0  # steps it moved along with the picture around it
    letter_agrees: float = LETTER_AGREES
    is_settled: bool = False  # what came beside it were not more letters
    look: Look = "same"

    @property
    def first(self) -> int:
        return min(self.places)

    @property
    def last(self) -> int:
        return max(self.places)

    @property
    def text(self) -> str:
        return self.readings[-1].line.text

    @property
    def is_believed(self) -> bool:
        """Sure enough that nothing else is looked for where it is."""
        return self.readings[-1].line.confidence >= SURE and len(squeezed(self.text)) >= 2


def follow(frames: Frames, motion: Motion, model: Read) -> list[Track]:
    """Every line of text, in order of appearance."""
    if not len(frames):
        return []
    return _Follower(frames, motion, model).run()


class _Follower:
    def __init__(self, frames: Frames, motion: Motion, model: Read) -> None:
        self._frames, self._model = frames, model
        self._fresh = FreshStrokes(motion)
        self._live: list[Track] = []
        self._done: list[Track] = []
        self._views: deque[NDArray[np.uint8]] = deque(
            maxlen=12
        )  # the newest last: longer than MAX_UNREAD_S at four a second
        self._vain, self._usual = 0.0, USUAL
        self._read_at_s = np.full(BANDS, -np.inf)

    def run(self) -> list[Track]:
        for sample in range(len(self._frames)):
            frame = self._frames[sample]
            grey = view(frame.rgb)
            self._views.append(grey)
            for track in self._live:
                _look_again(track, grey, self._views[-2] if len(self._views) > 1 else grey, sample)
            known = [track.places[sample] for track in self._live if sample in track.places and track.is_believed]
            fresh = self._fresh.density(frame.index, known)
            density = float(fresh.max())
            limit = min(max(FRESH, self._usual + FRESH_ABOVE) + self._vain, FRESH_MOST)
            beside = max(BESIDE_FRESH * limit, self._usual + BESIDE_FRESH * FRESH_ABOVE)
            wanted = [*self._stale(frame.t_s), *_fresh_rows(fresh, limit, beside), *self._restless(sample, grey)]
            found_new = bool(wanted) and self._read(sample, self._band(wanted, sample))
            if sample and not found_new:
                self._learn(density, density > limit)
            self._retire(sample)
        return sorted(self._done + self._live, key=lambda track: track.first)

    def _stale(self, t_s: float) -> Iterator[Band]:
        """What was not read for long."""
        for number in np.flatnonzero(t_s - self._read_at_s >= MAX_UNREAD_S - 1e-6):
            yield Band(number / BANDS, (number + 1) / BANDS)

    def _restless(self, sample: int, grey: NDArray[np.uint8]) -> Iterator[Band]:
        """Where a known text changed, or has gone and left others."""
        for track in self._live:
            is_succeeded = track.last == sample - 1 and track.patch.succeeded(grey)
            if is_succeeded or track.look in ("changed", "stronger", "grown"):
                box = track.patch.box
                yield Band(box.y - box.h, box.y + 2 * box.h)

    def _band(self, wanted: Sequence[Band], sample: int) -> Band:
        """All of it in one, with room around it, and no known text cut through."""
        top, bottom = min(band.top for band in wanted) - ROOM, max(band.bottom for band in wanted) + ROOM
        lacking = max(0.0, SHORTEST_BAND - (bottom - top)) / 2
        top, bottom = top - lacking, bottom + lacking
        for box in (track.places[sample] for track in self._live if sample in track.places):
            if box.y < bottom and box.y + box.h > top:
                top, bottom = min(top, box.y - ROOM), max(bottom, box.y + box.h + ROOM)
        return WHOLE if bottom - top > LONGEST_BAND else Band(max(top, 0.0), min(bottom, 1.0))

    def _learn(self, density: float, was_read: bool) -> None:
        """What the picture shows without any new text."""
        self._usual += (min(density, FRESH_MOST) - self._usual) / USUAL_SAMPLES
        step = FRESH_STEP if was_read else -FRESH_CALM
        self._vain = min(max(self._vain + step, 0.0), FRESH_MOST - FRESH)

    def _retire(self, sample: int) -> None:
        gone = [track for track in self._live if track.last < sample - BRIDGED]
        self._done += gone
        self._live = [track for track in self._live if track not in gone]

    def _read(self, sample: int, band: Band) -> bool:
        """Read a part of one picture and tell old from new; whether anything is new or changed."""
        frame = self._frames[sample]
        part, first_row = band.cut(frame.rgb)
        found = [_lowered(line, first_row) for line in next(iter(self._model([part])))]
        if band != WHOLE and any(_is_cut(line, band, len(frame.rgb)) for line in found):
            return self._read(sample, WHOLE)
        edges = np.arange(BANDS) / BANDS
        self._read_at_s[(edges >= band.top - 1e-6) & (edges + 1 / BANDS <= band.bottom + 1e-6)] = frame.t_s
        lines = list(_plausible(found, sample, frame.rgb.shape))
        grey = self._views[-1]
        was_visible = [t for t in self._live if sample in t.places and band.holds(t.places[sample])]
        found_new, taken = False, set()
        for reading in lines:
            track = self._belongs_to(reading, sample, taken)
            if track is None:
                self._live.append(self._begin(reading, grey))
                taken.add(id(self._live[-1]))
                found_new = True
                continue
            taken.add(id(track))
            found_new |= _add(track, reading, grey)
        for track in was_visible:
            if id(track) not in taken:
                track.missed += 1
                if track.look == "changed":
                    self._end(track, sample)
        return found_new

    def _end(self, track: Track, sample: int) -> None:
        """Another text, or none, has taken its place."""
        track.places.pop(sample, None)
        self._live.remove(track)
        if track.places:
            self._done.append(track)

    def _belongs_to(self, reading: Reading, sample: int, taken: set[int]) -> Track | None:
        free = [track for track in self._live if id(track) not in taken]
        near = [(overlap(reading.box, track.places[track.last]), track) for track in free]
        for share, track in sorted(near, key=lambda pair: -pair[0]):
            if share > 0.4 and _is_same(reading, track, self._views[-1]):
                return track
        for _, track in near:
            is_elsewhere = sample not in track.places and track.last >= sample - 2
            if is_elsewhere and _alike(reading.line.text, track.text) >= SAME_TEXT and _is_near(reading.box, track):
                return track
        return None

    def _begin(self, reading: Reading, grey: NDArray[np.uint8]) -> Track:
        patch = Patch(grey, reading.box)
        track = Track(patch, [reading], {reading.sample: reading.box})
        for back, earlier in enumerate(reversed(list(self._views)[:-1]), 1):
            if patch.look(earlier) not in ("same", "stronger"):
                box = patch.moved_to(earlier)
                if box is None:
                    break
                patch = Patch(earlier, box)
            track.places[reading.sample - back] = patch.box
        return track


def _fresh_rows(density: NDArray[np.float32], limit: float, beside: float) -> Iterator[Band]:
    """From the first to the last row with new strokes, where there are enough of them anywhere."""
    highest = density.max(axis=1)
    if highest.max() > limit:
        rows = np.flatnonzero(highest > beside)
        yield Band(float(rows[0]) / len(highest), float(rows[-1] + 1) / len(highest))


def _lowered(line: TextBox, rows: int) -> TextBox:
    return replace(line, corners=tuple((x, y + rows) for x, y in line.corners)) if rows else line


def _is_cut(line: TextBox, band: Band, height: int) -> bool:
    """Whether a line reaches the edge of what was read, where the picture goes on."""
    tops = [y for _, y in line.corners]
    room = 0.15 * (max(tops) - min(tops))
    is_above = band.top > 0 and min(tops) < band.top * height + room
    return is_above or (band.bottom < 1 and max(tops) > band.bottom * height - room)


def _look_again(track: Track, grey: NDArray[np.uint8], before: NDArray[np.uint8], sample: int) -> None:
    track.look = track.patch.look(grey, track.letter_agrees)
    if track.look == "gone" and track.last == sample - 1 and (box := track.patch.moved_to(grey)):
        track.carried += is_carried(before, track.patch.box, grey, box)
        track.patch, track.look = Patch(grey, box), "moved"
    if track.look == "same" and not track.is_settled and track.patch.goes_on(grey):
        track.look = "grown"
    if track.look != "gone":
        track.places[sample] = track.patch.box


def _add(track: Track, reading: Reading, grey: NDArray[np.uint8]) -> bool:
    """One more reading of a known text; whether it says more than before."""
    reaches_farther = reading.box.w > track.patch.box.w + 0.5 * reading.box.h
    is_longer = _is_longer(reading.line.text, track.text) and (track.look != "same" or reaches_farther)
    if is_longer:
        track.grown_at.append((reading.sample, len(reading.line.text)))
        track.readings = []
    elif track.look == "grown":
        track.is_settled = True
    elif track.look == "changed":
        track.letter_agrees -= 0.25  # what changed is behind the letters
    track.readings.append(reading)
    if is_longer or track.look != "same" or reading.sample not in track.places:
        track.patch = Patch(grey, reading.box)
    track.places[reading.sample] = reading.box
    track.look = "same"
    return is_longer


def _plausible(lines: list[TextBox], sample: int, shape: tuple[int, ...]) -> Iterator[Reading]:
    """Lines that may be a text: large enough, sure enough, and with a letter or digit in them."""
    height, width = shape[:2]
    for line in lines:
        corners = np.asarray(line.corners, float)
        high_px = float(np.linalg.norm(corners[3] - corners[0]))
        if line.confidence < MIN_CONFIDENCE or high_px < max(MIN_HEIGHT * height, 6):
            continue
        if not any(letter.isalnum() for letter in line.text) or _is_huge(line, corners, width, height):
            continue
        x0, y0 = np.clip(corners.min(axis=0) / (width, height), 0, 1)
        x1, y1 = np.clip(corners.max(axis=0) / (width, height), 0, 1)
        yield Reading(sample, line, Box(float(x0), float(y0), float(x1 - x0), float(y1 - y0)))


def _is_huge(line: TextBox, corners: NDArray[np.float64], width: int, height: int) -> bool:
    """A line as high as half the picture is wide, or a lone letter half that high, is a thing that looks like one."""
    high = float(np.linalg.norm(corners[3] - corners[0]))
    letters = sum(letter.isalnum() for letter in line.text)
    return high > (LARGEST if letters > 1 else 0.5 * LARGEST) * min(width, height)


def _is_same(reading: Reading, track: Track, grey: NDArray[np.uint8]) -> bool:
    """Whether a reading at a known text's place is that text, and not its successor."""
    old, new = track.text, reading.line.text
    counts_on = [c for c in old if c.isdigit()] != [c for c in new if c.isdigit()]
    if track.look in ("same", "stronger", "grown"):  # its pixels say so, whatever was read, but a 3 looks much like a 5
        return not (counts_on and reading.line.confidence > SURE and track.patch.least(grey) < SAME_DIGITS)
    if _is_longer(new, old) and not old[-1:].isdigit():
        return True
    if counts_on:
        return False
    return _alike(old, new) >= SAME_TEXT


def _is_longer(new: str, old: str) -> bool:
    """Whether a text went on being typed."""
    new, old = squeezed(new), squeezed(old)
    kept = next((i for i, (a, b) in enumerate(zip(new, old, strict=False)) if a != b), len(old))
    return len(new) > len(old) >= 2 and kept >= max(len(old) - 1, 2)  # the last letter may have been half there


def _is_near(box: Box, track: Track) -> bool:
    """Within reach of an entrance: a slide from outside, a pop to three times the size."""
    last = track.places[track.last]
    off = np.hypot(box.x + box.w / 2 - last.x - last.w / 2, box.y + box.h / 2 - last.y - last.h / 2)
    return off < 0.5 and 0.25 < box.h / max(last.h, 1e-6) < 4


def squeezed(text: str) -> str:
    """A text as compared: case and white space do not count."""
    return "".join(text.casefold().split())


def _alike(a: str, b: str) -> float:
    return SequenceMatcher(None, squeezed(a), squeezed(b), autojunk=False).ratio()


def voted(readings: list[Reading]) -> tuple[str, float, int]:
    """The text most readings support, letter by letter; its confidence, and how many said just that."""
    lines = [reading.line for reading in readings]
    best = max(lines, key=lambda line: sum(o.confidence * _alike(line.text, o.text) for o in lines) + line.confidence)
    ballots: list[dict[str, float]] = [{letter: best.confidence} for letter in best.text]
    for line in lines:
        if line is best:
            continue
        for kind, i0, i1, j0, j1 in SequenceMatcher(None, best.text, line.text, autojunk=False).get_opcodes():
            if kind == "equal" or (kind == "replace" and i1 - i0 == j1 - j0):
                for ballot, letter in zip(ballots[i0:i1], line.text[j0:j1], strict=True):
                    ballot[letter] = ballot.get(letter, 0.0) + line.confidence
    text = "".join(max(ballot, key=lambda letter: ballot[letter]) for ballot in ballots)
    agreed = [line.confidence for line in lines if squeezed(line.text) == squeezed(text)]
    return text, max(agreed, default=best.confidence), max(len(agreed), 1)
