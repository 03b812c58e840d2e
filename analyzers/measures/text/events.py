"""From followed lines to texts: phantoms dropped, pieces put together, times and looks measured."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Frames, Motion, Read, TextBox
from analyzers.measures.text import style as text_style
from analyzers.measures.text.easing import Easing
from analyzers.measures.text.karaoke import lit_words
from analyzers.measures.text.regions import Box, overlap, union
from analyzers.measures.text.style import Style
from analyzers.measures.text.times import Move, Passage, Rest, passage
from analyzers.measures.text.tracks import Reading, Track, follow, squeezed, voted

SURE = 0.8  # a single reading must be this sure; phantoms in texture mostly read at 0.5 to 0.75
SURE_OF_A_GLIMPSE = 0.9  # seen in one sample only
TOGETHER_S = 0.3  # lines of one text come and go within this
LINE_GAP = 1.1  # between the ink of two lines of one text, in heights of the taller
SIZE_RATIO = 1.6
SHORT, SHORT_TILT_DEG = 5.0, 8.0  # widths per height, degrees
LARGEST_LETTER = 0.25  # of the picture's height: a single "O" that is larger is a thing
LOOKED_AT = 3  # pictures a style is measured on


@dataclass(frozen=True, slots=True)
class Event:
    """One text."""

    text: str
    confidence: float
    votes: int
    n_samples: int
    start_s: float
    end_s: float
    box: Box
    angle_deg: float
    cap_height: float
    fill: NDArray[np.float64] | None
    stroke: NDArray[np.float64] | None
    stroke_share: float | None
    plate: NDArray[np.float64] | None
    plate_alpha: float | None
    entrance: Move | None
    entrance_s: float | None
    exit: Move | None
    exit_s: float | None
    easing: Easing | None
    exit_easing: Easing | None
    words: tuple[tuple[str, float, float], ...]
    is_lit: bool
    is_in_scene: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line, measured."""

    text: str
    confidence: float
    votes: int
    n_samples: int
    box: Box
    angle_deg: float
    cap_height: float
    style: Style | None
    start_s: float
    end_s: float
    came: Passage | None
    went: Passage | None
    is_in_scene: bool

    @property
    def is_typed(self) -> bool:
        return self.came is not None and self.came.kind in ("typewriter", "karaoke")

    @property
    def typed_until_s(self) -> float:
        return self.start_s + (self.came.seconds if self.came and self.is_typed else 0.0)


def events(frames: Frames, motion: Motion, model: Read) -> Iterator[Event]:
    tracks = _without_doubles(_mended(follow(frames, motion, model)))
    trusted = [track for track in tracks if _is_trusted(track)]
    lines = [_measured(track, _neighbours(track, trusted), frames, motion) for track in trusted]
    blocks = _blocks(lines)
    for block in sorted(blocks, key=lambda block: (min(line.start_s for line in block), block[0].box.y)):
        yield _event(block, motion)


def _is_trusted(track: Track) -> bool:
    text, confidence, votes = voted(track.readings)
    letters = sum(letter.isalnum() for letter in text)
    if track.missed > len(track.readings):
        return False
    if len(track.places) < 2:
        return confidence >= SURE_OF_A_GLIMPSE and letters >= 2
    if letters < 2:
        is_upright = track.patch.box.h < LARGEST_LETTER and _is_level(track.readings[-1].line)
        return is_upright and confidence >= SURE_OF_A_GLIMPSE and len(track.readings) >= 2 and track.missed == 0
    return confidence >= SURE or (votes >= 2 and confidence >= SURE - 0.05)


def _is_level(line: TextBox) -> bool:
    (x0, y0), (x1, y1) = line.corners[:2]
    return x1 - x0 > 4 * abs(y1 - y0)


def _mended(tracks: list[Track]) -> list[Track]:
    """Tracks that go on, sample by sample, where another of the same text ended, as one."""
    whole: list[Track] = []
    for track in tracks:
        before = next((old for old in whole if _goes_on(old, track)), None)
        if before is None:
            whole.append(track)
            continue
        before.readings += track.readings
        before.places |= track.places
        before.missed += track.missed
        before.carried += track.carried
    return whole


def _goes_on(old: Track, new: Track) -> bool:
    if new.first - old.last > 1 or new.last <= old.last:
        return False
    is_same = squeezed(voted(old.readings)[0]) == squeezed(voted(new.readings)[0])
    return is_same and overlap(old.places[old.last], new.places[max(new.first, min(old.last, new.last))]) > 0.5


def _without_doubles(tracks: list[Track]) -> list[Track]:
    """A line that was also found in pieces, or within another, once: the one with more letters."""
    longest_first = sorted(tracks, key=lambda track: -len(track.text))
    kept: list[Track] = []
    for track in longest_first:
        if not any(_is_within(track, other) for other in kept):
            kept.append(track)
    return sorted(kept, key=lambda track: track.first)


def _is_within(track: Track, other: Track) -> bool:
    shared = track.places.keys() & other.places.keys()
    inside = [s for s in shared if overlap(track.places[s], other.places[s]) > 0.6]
    return len(inside) >= 0.6 * len(track.places)


def _neighbours(track: Track, others: list[Track]) -> tuple[int | None, int | None]:
    """Last sample of the text that stood here before, and first of the one that comes after."""
    here = [
        other for other in others
        if other is not track and overlap(other.places[other.last], track.places[track.first]) > 0.3
    ]  # fmt: skip
    before = [other.last for other in here if other.last < track.first]
    after = [other.first for other in here if other.first > track.last]
    return max(before, default=None), min(after, default=None)


def _measured(track: Track, neighbours: tuple[int | None, int | None], frames: Frames, motion: Motion) -> Line:
    text, confidence, votes = voted(track.readings)
    last = _at_rest(track)
    resting = _resting(track, last.box)
    middle = resting[len(resting) // 2]
    height, width = frames[middle].rgb.shape[:2]
    spots = sorted({resting[len(resting) * i // (LOOKED_AT + 1)] for i in range(1, LOOKED_AT + 1)})
    corners = _levelled(np.asarray(last.line.corners, np.float32))
    styles = []
    for spot in spots:
        place = track.places[spot]
        shift = np.array([(place.x - last.box.x) * width, (place.y - last.box.y) * height], np.float32)
        if style := text_style.measure(frames[spot].rgb, corners + shift, text):
            styles.append(style)
    style = text_style.combined(styles) if styles else None
    ink = style.corners if style else corners
    box = _box_of(ink, width, height)
    across = ink[1] - ink[0]
    cap_px = style.cap_px if style else 0.7 * float(np.linalg.norm(corners[3] - corners[0]))
    start_s, end_s, came, went = _life(track, text, neighbours, resting, frames, motion)
    return Line(
        text=text,
        confidence=min(confidence, 1.0),
        votes=votes,
        n_samples=len(track.places),
        box=box,
        angle_deg=float(np.degrees(np.arctan2(across[1], across[0]))),
        cap_height=float(np.clip(cap_px / height, 0, 1)),
        style=style,
        start_s=start_s,
        end_s=end_s,
        came=came,
        went=went,
        is_in_scene=track.carried >= max(2, 0.4 * len(track.places)),
    )


def _levelled(corners: NDArray[np.float32]) -> NDArray[np.float32]:
    """A short word's own tilt is the detector's guess: within SHORT_TILT_DEG it is level."""
    across, down = corners[1] - corners[0], corners[3] - corners[0]
    tilt = float(np.degrees(np.arctan2(across[1], across[0])))
    if abs(tilt) > SHORT_TILT_DEG or np.linalg.norm(across) > SHORT * np.linalg.norm(down):
        return corners
    (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32)


def _at_rest(track: Track) -> Reading:
    """The reading that shows the text as most samples do: in its final size, and in its place if it has one."""
    return max(track.readings, key=lambda r: (sum(_is_like(box, r.box) for box in track.places.values()), r.box.w))


def _is_like(box: Box, other: Box) -> bool:
    is_here = abs(box.x - other.x) < 0.01 and abs(box.y - other.y) < 0.01
    return is_here and abs(box.w - other.w) < 0.12 * other.w


def _resting(track: Track, rest: Box) -> list[int]:
    """Samples that show the text in its final size, and in its place if it has one."""
    sized = [s for s, box in sorted(track.places.items()) if abs(box.w - rest.w) < 0.12 * rest.w]
    still = [
        s for s in sized
        if abs(track.places[s].x - rest.x) < 0.01 and abs(track.places[s].y - rest.y) < 0.01
    ]  # fmt: skip
    return still if 2 * len(still) >= len(sized) else sized or [track.last]


def _box_of(corners: NDArray[np.float32], width: int, height: int) -> Box:
    x0, y0 = np.clip(corners.min(axis=0) / (width, height), 0, 1)
    x1, y1 = np.clip(corners.max(axis=0) / (width, height), 0, 1)
    return Box(float(x0), float(y0), float(x1 - x0), float(y1 - y0))


def _life(
    track: Track,
    text: str,
    neighbours: tuple[int | None, int | None],
    resting: list[int],
    frames: Frames,
    motion: Motion,
) -> tuple[float, float, Passage | None, Passage | None]:
    """Start, end, and how it came and went, to the frame."""
    index = [frames[s].index for s in resting]
    before = frames[track.first - 1].index if track.first > 0 else None
    after = frames[track.last + 1].index if track.last + 1 < len(frames) else None
    start = 0 if before is None else frames[track.first].index
    end = len(motion.t_s) - 1 if after is None else frames[track.last].index
    came = went = None
    first = Rest(motion, index[:LOOKED_AT], track.places[resting[0]])
    if before is not None and first.has_strokes:
        wall = frames[neighbours[0]].index if neighbours[0] is not None else -1
        came = passage(first, index[0], before, wall, text)
        start = came.index
    final = Rest(motion, index[-LOOKED_AT:], track.places[resting[-1]])
    if final.has_strokes:
        last_index = after if after is not None else len(motion.t_s)
        wall = frames[neighbours[1]].index if neighbours[1] is not None else len(motion.t_s)
        went = passage(final, index[-1], last_index, wall, text)
        end = went.index
        if after is None and end >= len(motion.t_s) - 1:
            went = None
    end = max(start, end)
    return float(motion.t_s[start]), float(motion.t_s[end] + motion.dur_s[end]), came, went


def _blocks(lines: list[Line]) -> list[list[Line]]:
    """Lines that are one text, top to bottom."""
    blocks: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.box.y, line.start_s)):
        home = next((block for block in blocks if any(_stand_together(upper, line) for upper in block)), None)
        if home is None:
            blocks.append([line])
        else:
            home.append(line)
    return blocks


def _stand_together(upper: Line, lower: Line) -> bool:
    a, b = upper.box, lower.box
    tall = max(upper.cap_height, lower.cap_height)
    if tall <= 0 or min(upper.cap_height, lower.cap_height) * SIZE_RATIO < tall:
        return False
    if abs(upper.angle_deg - lower.angle_deg) > 6:
        return False
    comes_together = abs(upper.start_s - lower.start_s) <= TOGETHER_S or (
        -TOGETHER_S <= lower.start_s - upper.typed_until_s <= TOGETHER_S
    )
    if not comes_together or abs(upper.end_s - lower.end_s) > TOGETHER_S or not _look_alike(upper.style, lower.style):
        return False
    shared = min(a.x + a.w, b.x + b.w) - max(a.x, b.x)
    is_below = b.y - (a.y + a.h) < LINE_GAP * 1.4 * tall and b.y >= a.y + 0.5 * a.h
    is_beside = abs(a.y + a.h / 2 - b.y - b.h / 2) < 0.4 * tall and -1.2 * tall < shared < 0.3 * tall
    return (is_below and shared >= 0.4 * min(a.w, b.w)) or is_beside


def _look_alike(a: Style | None, b: Style | None) -> bool:
    if a is None or b is None:
        return True
    return float(np.abs(a.fill - b.fill).max()) < 40


def _event(block: list[Line], motion: Motion) -> Event:
    block = _in_reading_order(block)
    first = min(block, key=lambda line: line.start_s)
    final = max(block, key=lambda line: line.end_s)
    styled = next((line for line in block if line.style), None)
    style = styled.style if styled else None
    typed = all(line.is_typed for line in block)
    start_s = first.start_s
    typed_s = max(line.typed_until_s for line in block) - start_s
    lit = () if typed else lit_words(motion, [(line.text, line.box) for line in block], start_s, final.end_s)
    return Event(
        text=_joined(block),
        confidence=float(np.mean([line.confidence for line in block])),
        votes=min(line.votes for line in block),
        n_samples=max(line.n_samples for line in block),
        start_s=start_s,
        end_s=max(final.end_s, start_s + 1e-3),
        box=union([line.box for line in block]),
        angle_deg=float(np.median([line.angle_deg for line in block])),
        cap_height=float(np.median([line.cap_height for line in block])),
        fill=style.fill if style else None,
        stroke=style.stroke if style else None,
        stroke_share=_stroke_share(style),
        plate=style.plate if style else None,
        plate_alpha=style.plate_alpha if style else None,
        entrance=first.came.kind if first.came else None,
        entrance_s=(typed_s if typed else first.came.seconds) if first.came else None,
        exit=final.went.kind if final.went else None,
        exit_s=final.went.seconds if final.went else None,
        easing=first.came.easing if first.came else None,
        exit_easing=final.went.easing if final.went else None,
        words=lit or (tuple(_typed_words(block)) if typed else ()),
        is_lit=bool(lit),
        is_in_scene=2 * sum(line.is_in_scene for line in block) > len(block),
    )


def _in_reading_order(block: list[Line]) -> list[Line]:
    """From top to bottom, and pieces of one line from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(block, key=_middle_y):
        if rows and _middle_y(line) - _middle_y(rows[-1][0]) < 0.5 * line.cap_height:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.box.x)]


def _middle_y(line: Line) -> float:
    return line.box.y + line.box.h / 2


def _joined(block: list[Line]) -> str:
    """Lines by line breaks; pieces of one line by a space."""
    text = block[0].text
    for before, line in pairwise(block):
        is_beside = abs(before.box.y + before.box.h / 2 - line.box.y - line.box.h / 2) < 0.5 * before.cap_height
        text += (" " if is_beside else "\n") + line.text
    return text


def _stroke_share(style: Style | None) -> float | None:
    if style is None or style.stroke_px is None:
        return None
    return float(np.clip(style.stroke_px / max(style.cap_px, 1.0), 0, 1))


def _typed_words(block: list[Line]) -> Iterator[tuple[str, float, float]]:
    """When each word of typed lines was there, until the next one was."""
    words = [word for line in block for word in line.text.split()]
    came_s = [t_s for line in block if line.came for t_s in line.came.word_t_s]
    done_s = max([line.typed_until_s for line in block])
    for word, (start_s, end_s) in zip(words, pairwise([*came_s, max(done_s, came_s[-1])]), strict=True):
        yield word, start_s, max(end_s, start_s)
