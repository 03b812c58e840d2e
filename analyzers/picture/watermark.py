"""Watermarks: the logos and names that apps and authors leave on a video, where they stand and when they jump.

One row per mark, with every place it takes. Marks that can be read (TikTok, CapCut, a name with an @) come from the
rows of text_overlay: small, at the rim, and on most of the video or in several places after each other. Others are
found by their pixels: what stays in a corner while the pictures behind it move. Over pictures that stand still or show
nothing, as a clear sky, a mark is told only where it can be read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Annotated, Literal

from analyzers.columns import BoxH, BoxW, BoxX, BoxY, Column, Confidence, EndS, StartS
from analyzers.contract import Frames, Media, analyzer
from analyzers.measures.marks.standing import Place, find_marks
from analyzers.text.text_overlay import Row as TextRow

Kind = Literal["tiktok", "capcut", "username", "other"]
NAMES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("tiktok", re.compile(r"\W*tik\s?tok\b", re.IGNORECASE)),
    ("capcut", re.compile(r"\W*cap\s?cut\b", re.IGNORECASE)),
    ("username", re.compile(r"@\s?[\w.\-]{2,30}\W*$")),
    ("other", re.compile(r"(snapchat|instagram|kwai|likee|inshot|kinemaster|filmora)\b", re.IGNORECASE)),
)
MOST_LETTERS = 40  # a sentence with the name of an app is none
SMALL = 0.03  # cap height of a mark, in heights of the picture
AT_SIDE = 0.35  # of the picture: how far a mark's middle lies from a side at most
AT_RIM = 0.25  # the same from the top or the bottom, for marks that do not jump
LASTS = 0.6  # of the video
SAME_WORDS = 0.75  # likeness of two readings of one mark
JUMP = 0.15  # of the picture, between two places
BESIDE = 2.5  # heights of a line, from an app's name to the author's


@dataclass(frozen=True, slots=True)
class Position:
    start_s: StartS
    end_s: EndS
    x: BoxX
    y: BoxY
    w: BoxW
    h: BoxH


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    kind: Annotated[Kind, Column("whose mark it is; `username`: a name with an @ alone")]
    text: Annotated[str | None, Column("as it is written; null for a mark without letters", verbatim=True)]
    positions: Annotated[tuple[Position, ...], Column("where it stands, in the order of time")]
    alternates: Annotated[bool, Column("it jumps from one place to another")]


@dataclass(frozen=True, slots=True)
class Written:
    kind: Kind
    rows: tuple[TextRow, ...]


@analyzer(version=2, max_gap_s=0.5)
def watermark(media: Media, frames: Frames, text_overlay: Sequence[TextRow] | None) -> Iterator[Row]:
    if not len(frames):
        return
    texts = text_overlay or ()
    rows = [_written_row(mark) for mark in _written(texts, media.duration_s)]
    avoid = [(text.start_s, text.end_s, (text.x, text.y, text.w, text.h)) for text in texts]
    marks, (width, height) = find_marks(frames, media.duration_s, avoid)
    rows += [_drawn_row(mark, width, height) for mark in marks]
    yield from sorted(rows, key=lambda row: (row.start_s, row.kind))


def _written(texts: Sequence[TextRow], video_s: float) -> Iterator[Written]:
    groups: list[list[TextRow]] = []
    for text in sorted(texts, key=lambda row: row.start_s):
        if not _may_be_mark(text):
            continue
        known = next((group for group in groups if _is_same_mark(group[-1], text)), None)
        if known is None:
            groups.append([text])
        else:
            known.append(text)
    marks = [Written(kind, tuple(group)) for group in groups if (kind := _kind(group[0].text))]
    for mark in marks:
        belongs = mark.kind == "username" and any(_is_beside(mark, app) for app in marks if app.kind != "username")
        if not belongs and _stays(mark, video_s):
            names = [name for name in marks if mark.kind != "username" and name.kind == "username"]
            yield Written(
                mark.kind, (*mark.rows, *(row for name in names if _is_beside(name, mark) for row in name.rows))
            )


def _may_be_mark(text: TextRow) -> bool:
    middle = text.x + text.w / 2
    is_small = text.cap_height_frac <= SMALL and len(text.text) <= MOST_LETTERS
    return (
        is_small and text.role != "scene_text" and min(middle, 1 - middle) <= AT_SIDE and _kind(text.text) is not None
    )


def _kind(text: str) -> Kind | None:
    plain = " ".join(text.split())
    return next((kind for kind, name in NAMES if name.match(plain)), None)


def _is_same_mark(one: TextRow, other: TextRow) -> bool:
    """By any line: the author's name may be read with the app's in one place, and by itself in the next."""
    lines, others = (row.text.casefold().split("\n") for row in (one, other))
    alike = max(SequenceMatcher(None, line, seen).ratio() for line in lines for seen in others)
    return _kind(one.text) == _kind(other.text) and alike >= SAME_WORDS and one.end_s <= other.start_s + 0.5


def _stays(mark: Written, video_s: float) -> bool:
    if sum(row.end_s - row.start_s for row in mark.rows) < LASTS * video_s:
        return False
    middles = [row.y + row.h / 2 for row in mark.rows]
    return _jumps(_positions(mark.rows)) or all(min(y, 1 - y) <= AT_RIM for y in middles)


def _is_beside(name: Written, app: Written) -> bool:
    """Whether a name stands next to an app's, most of its time."""
    near = [any(_are_neighbours(row, other) for other in app.rows) for row in name.rows]
    return sum(near) * 2 >= len(near)


def _are_neighbours(one: TextRow, other: TextRow) -> bool:
    overlap_s = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
    gap = max(one.y, other.y) - min(one.y + one.h, other.y + other.h)
    aside = max(one.x, other.x) - min(one.x + one.w, other.x + other.w)
    return overlap_s > (one.end_s - one.start_s) / 2 and gap < BESIDE * max(one.h, other.h) and aside < one.w / 2


def _written_row(mark: Written) -> Row:
    positions = _positions(mark.rows)
    lines = dict.fromkeys(line.strip() for row in _one_each(mark.rows) for line in row.text.split("\n"))
    confidence = max((row.confidence or 0.0 for row in mark.rows), default=0.0)
    return _row(mark.kind, "\n".join(lines), positions, confidence)


def _one_each(rows: Sequence[TextRow]) -> list[TextRow]:
    """The surest reading of the app's name, and of the author's."""
    surest: dict[Kind | None, TextRow] = {}
    for row in rows:
        kind = _kind(row.text)
        if kind not in surest or (row.votes, row.confidence or 0) > (surest[kind].votes, surest[kind].confidence or 0):
            surest[kind] = row
    return list(surest.values())


def _positions(rows: Sequence[TextRow]) -> list[Position]:
    """Where it stands: lines that are there together are one place."""
    found: list[Position] = []
    for row in sorted(rows, key=lambda one: one.start_s):
        last = found[-1] if found else None
        if last and row.start_s < last.end_s - 0.5 * (row.end_s - row.start_s):
            x, y = min(last.x, row.x), min(last.y, row.y)
            right, bottom = max(last.x + last.w, row.x + row.w), max(last.y + last.h, row.y + row.h)
            found[-1] = Position(last.start_s, max(last.end_s, row.end_s), x, y, right - x, bottom - y)
        else:
            found.append(Position(row.start_s, row.end_s, row.x, row.y, row.w, row.h))
    return found


def _drawn_row(mark: list[Place], width: int, height: int) -> Row:
    positions = [
        Position(start_s, end_s, x0 / width, y0 / height, (x1 - x0) / width, (y1 - y0) / height)
        for x0, y0, x1, y1, spans in ((*place.box, place.spans) for place in mark)
        for start_s, end_s in spans
    ]
    return _row("other", None, sorted(positions, key=lambda one: one.start_s), None)


def _row(kind: Kind, text: str | None, positions: list[Position], confidence: float | None) -> Row:
    end_s = max(one.end_s for one in positions)
    return Row(positions[0].start_s, end_s, confidence, kind, text, tuple(positions), _jumps(positions))


def _jumps(positions: Sequence[Position]) -> bool:
    """Whether two places lie so far apart that no jitter of a box explains it."""
    middles = [(one.x + one.w / 2, one.y + one.h / 2) for one in positions]
    return any(max(abs(a - c), abs(b - d)) > JUMP for a, b in middles for c, d in middles)
