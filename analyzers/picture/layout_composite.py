"""Layout: whether the frame is one picture or put together from several, and where each of them lies.

A row is a stretch of time with one layout and the places of its parts. What an editor puts beside or over something
else ends on the same row or column of pixels all along and all the time, which edges of things do not: see
analyzers/measures/layout. A change of layout without a cut is timed to a sample; what is shown for less than half of
two seconds within a shot may be missed. An inset whose content stands still is a sticker or a plate to this analyzer,
and parts that all stand still cannot be told from one picture. Round insets and cut-out people are not looked for.

The sampled pictures are looked at rather than the small ones: at 720 pixels across, an edge turned by a tenth of a
degree is told from a border.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.columns import BoxH, BoxW, BoxX, BoxY, Column, Confidence, EndS, StartS
from analyzers.contract import Frame, Frames, Media, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.layout.arrange import Arrangement, Box, Layout, arrange, visible
from analyzers.measures.sampled import Sampled

Role = Literal["content", "left", "right", "top", "bottom", "part", "main", "inset"]
SHORTEST_S, LONGEST_S = 1.0, 2.0  # of a stretch that is looked at as one
SAMPLE_S = 0.26  # a cut is at most so much before the first sample that shows it
MOST = 8  # pictures of it
SAME = 0.9  # overlap of regions that are the same


@dataclass(frozen=True, slots=True)
class Region:
    x: BoxX
    y: BoxY
    w: BoxW
    h: BoxH
    role: Annotated[Role, Column("what the part is")]


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    layout: Annotated[
        Layout,
        Column(
            "one picture, two beside or above each other, an inset, equal parts, bars, or its own blurred copy around"
        ),
    ]
    regions: Annotated[tuple[Region, ...], Column("places of the parts, of the whole frame")]


@dataclass(slots=True)
class Stretch:
    start_s: float
    end_s: float
    found: Arrangement


@analyzer(version=1, max_gap_s=0.5)
def layout_composite(frames: Frames, media: Media, cut_analysis: Sequence[CutRow] | None) -> Iterator[Row]:
    sampled = Sampled(frames)
    joined: list[Stretch] = []
    for start_s, end_s, here in _stretches(sampled, media, cut_analysis or ()):
        found = arrange([_grey(frame) for frame in here])
        if joined and _is_same(joined[-1].found, found):
            joined[-1].end_s = end_s
        else:
            joined.append(Stretch(start_s, end_s, found))
    cuts_s = [row.start_s for row in cut_analysis or () if row.level == "shot"]
    for before, after in pairwise(joined):
        change_s = _change_s(sampled, before, after)
        at_cut_s = [cut_s for cut_s in cuts_s if change_s - SAMPLE_S < cut_s <= change_s]
        before.end_s = after.start_s = max(at_cut_s, default=change_s)
    for stretch in joined:
        yield _row(stretch, *frames[0].rgb.shape[:2])


def _change_s(sampled: Sampled, before: Stretch, after: Stretch) -> float:
    """When the one layout gives way to the other: the sample that parts best those that show its borders."""
    shown, sign = (before.found, -1) if after.found.layout == "full" else (after.found, 1)
    low, high = max(before.start_s, after.start_s - LONGEST_S), min(after.end_s, after.start_s + LONGEST_S)
    here = sampled.within(low, high)
    if len(here) < 2:
        return after.start_s
    seen = sign * np.array([visible(_grey(frame), shown) for frame in here])
    rise = [seen[i:].mean() - seen[:i].mean() for i in range(1, len(seen))]
    return here[int(np.argmax(rise)) + 1].t_s


def _stretches(sampled: Sampled, media: Media, cuts: Sequence[CutRow]) -> Iterator[tuple[float, float, list[Frame]]]:
    """Parts of long shots, and rows of short ones, with some of their pictures: layouts last over cuts."""
    ends_s = sorted(row.end_s for row in cuts if row.level == "shot") or [media.duration_s]
    start_s = 0.0
    for end_s in ends_s:
        if end_s - start_s < SHORTEST_S and end_s != ends_s[-1]:
            continue
        count = max(int(np.ceil((end_s - start_s) / LONGEST_S - 1e-6)), 1)
        for first_s, last_s in pairwise(np.linspace(start_s, end_s, count + 1)):
            here = sampled.within(first_s, last_s)
            if here:
                chosen = np.unique(np.linspace(0, len(here) - 1, min(len(here), MOST)).astype(int))
                yield float(first_s), float(last_s), [here[i] for i in chosen]
        start_s = end_s


def _grey(frame: Frame) -> NDArray[np.uint8]:
    import cv2

    return np.asarray(cv2.cvtColor(frame.rgb, cv2.COLOR_RGB2GRAY), np.uint8)


def _row(stretch: Stretch, height: int, width: int) -> Row:
    regions = tuple(
        Region(x0 / width, y0 / height, (x1 - x0) / width, (y1 - y0) / height, role)  # pyright: ignore[reportArgumentType]
        for role, (x0, y0, x1, y1) in stretch.found.boxes
    )
    return Row(stretch.start_s, stretch.end_s, None, stretch.found.layout, regions)


def _is_same(one: Arrangement, other: Arrangement) -> bool:
    return (
        one.layout == other.layout
        and len(one.boxes) == len(other.boxes)
        and all(_overlap(a, b) > SAME for (_, a), (_, b) in zip(one.boxes, other.boxes, strict=True))
    )


def _overlap(a: Box, b: Box) -> float:
    across = min(a[2], b[2]) - max(a[0], b[0])
    down = min(a[3], b[3]) - max(a[1], b[1])
    shared = max(across, 0.0) * max(down, 0.0)
    both = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in (a, b))
    return shared / (both - shared)
