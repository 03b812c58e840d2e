"""Which stretches of a video a describer is asked about, and which pictures it is shown of each.

Pictures are taken shot by shot, not blindly: each shot that holds a sampled picture is shown, none twice in a question.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from analyzers.contract import Frames
from analyzers.edit.cut_analysis import CutRow
from analyzers.edit.scene_segmentation import SceneRow
from analyzers.measures.describe.rows import Level
from analyzers.measures.sampled import TICK_S

MOST_OVERLAP = 0.25  # of a window


@dataclass(frozen=True, slots=True)
class Sight:
    """A sampled picture, without its pixels: those are fetched when it is shown, so that a long video fits."""

    number: int  # among the sampled pictures
    index: int  # in the frames table
    t_s: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of video to ask about."""

    level: Level
    start_s: float  # of what is asked about
    end_s: float
    frames: tuple[Sight, ...]
    own_s: tuple[float, float]  # of what its row stands for: windows share their overlap half and half
    shot: int | None = None
    window: int | None = None


def sights(frames: Frames) -> list[Sight]:
    return [Sight(number, frame.index, frame.t_s) for number, frame in enumerate(frames)]


class Reel:
    """A video as describers look at it: its sampled pictures, by shots."""

    def __init__(
        self, frames: Frames, cuts: Sequence[CutRow] | None, video_s: float, every_s: float, most: int
    ) -> None:
        self.source, self.video_s, self._every_s, self._most = frames, video_s, every_s, max(most, 1)
        self._sights = sights(frames)
        self._times_s = [sight.t_s for sight in self._sights]
        shots = sorted((row for row in cuts or () if row.level == "shot"), key=lambda row: row.start_s)
        self._shots = [(row.start_s, row.end_s, row.shot) for row in shots if row.end_s > row.start_s]
        self._shots = self._shots or ([(0.0, video_s, None)] if video_s > 0 and len(frames) else [])
        self._starts_s = [start_s for start_s, _, _ in self._shots]

    def shots(self) -> Iterator[Stretch]:
        """Every shot; one longer than can be shown at once is told in equal parts."""
        for start_s, end_s, shot in self._shots:
            parts = max(ceil((end_s - start_s) / (self._every_s * self._most) - TICK_S), 1)
            edges = [start_s + (end_s - start_s) * i / parts for i in range(parts)] + [end_s]
            for a, b in pairwise(edges):
                yield Stretch("shot", a, b, self._pictures(a, b), (a, b), shot)

    def scenes(self, scenes: Sequence[SceneRow] | None) -> Iterator[Stretch]:
        """Visits to scenes, where they hold several shots and are not the whole video: else they were told already."""
        for row in scenes or ():
            if len(row.shots) > 1 and len(scenes or ()) > 1 and (pictures := self._pictures(row.start_s, row.end_s)):
                yield Stretch("scene", row.start_s, row.end_s, pictures, (row.start_s, row.end_s))

    def windows(self, long_s: float, overlap_s: float) -> Iterator[Stretch]:
        """Windows of equal length that overlap; no longer than can be shown at once."""
        if not self._shots:
            return
        long_s = min(long_s, self._every_s * self._most)
        overlap_s = min(overlap_s, MOST_OVERLAP * long_s)
        count = max(ceil((self.video_s - overlap_s) / (long_s - overlap_s) - TICK_S), 1)
        step_s = (self.video_s - overlap_s) / count
        starts_s = [i * step_s for i in range(count)]
        seams_s = [0.0, *(start_s + overlap_s / 2 for start_s in starts_s[1:]), self.video_s]
        for window, start_s in enumerate(starts_s):
            end_s = min(start_s + step_s + overlap_s, self.video_s)
            own_s = seams_s[window], seams_s[window + 1]
            yield Stretch("window", start_s, end_s, self._pictures(start_s, end_s), own_s, window=window)

    def video(self) -> Iterator[Stretch]:
        """All of it, in as many pictures as can be shown at once."""
        if pictures := self._pictures(0.0, self.video_s):
            yield Stretch("video", 0.0, self.video_s, pictures, (0.0, self.video_s))

    def _pictures(self, start_s: float, end_s: float) -> tuple[Sight, ...]:
        first = max(bisect_right(self._starts_s, start_s + TICK_S) - 1, 0)
        found: list[Sight] = []
        for a, b, _ in self._shots[first:]:
            if a >= end_s - TICK_S:
                break
            found += self._of_shot(max(a, start_s), min(b, end_s), a)
        if len(found) <= self._most:
            return tuple(found)
        return tuple(found[(2 * i + 1) * len(found) // (2 * self._most)] for i in range(self._most))

    def _of_shot(self, start_s: float, end_s: float, shot_s: float) -> list[Sight]:
        first, after = (bisect_left(self._times_s, at_s - TICK_S) for at_s in (start_s, end_s))
        here = self._sights[first:after]
        if start_s == shot_s > 0 and len(here) > 1:
            here = here[1:]  # the first may still show the shot before
        chosen: list[Sight] = []
        for frame in here:
            if not chosen or frame.t_s >= chosen[-1].t_s + self._every_s - TICK_S:
                chosen.append(frame)
        return chosen
