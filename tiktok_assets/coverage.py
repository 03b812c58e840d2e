"""Coverage: which second of a video each analyzer looked at, and what came of it.

One row per analyzer and second, with no second missing: a gap is a fact, not an absence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Annotated, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analyzers.columns import Column
from analyzers.contract import REGISTRY, Media, Spec
from resources.spectrum import HOP
from resources.store import Outcome, Store

SPECTRUM_STEP_S = HOP / 48_000
LOOKED_AT = ("frames", "motion", "flow", "audio", "spectrum")
Seen = Literal["measured", "none_found", "degraded", "skipped", "failed", "lost"]


@dataclass(frozen=True, slots=True)
class Coverage:
    video_id: Annotated[str, Column("partition key of the video")]
    analyzer: Annotated[str, Column("name of the analyzer")]
    second: Annotated[int, Column("number of the second, from 0", low=0, bits=32)]
    status: Annotated[Seen, Column("what came of looking; lost: the file promised this second and does not hold it")]
    n_rows: Annotated[int, Column("rows that touch this second", low=0, bits=32)]
    n_samples: Annotated[int, Column("pictures or spectra looked at in this second", low=0, bits=32)]


@dataclass(frozen=True, slots=True)
class Clock:
    """When a video's samples lie: enough to say what an analyzer can have seen."""

    media: Media
    frame_t_s: NDArray[np.float64]
    sampled_t_s: NDArray[np.float64]

    @property
    def seconds(self) -> int:
        return ceil(round(self.media.duration_s + self.media.lost_s, 6))

    @property
    def longest_frame_s(self) -> float:
        return float(np.max(np.diff(self.frame_t_s), initial=0.0))

    def samples_s(self, spec: Spec) -> NDArray[np.float64]:
        """When the analyzer looks: at the first decoded part it names, or when its upstream looks."""
        looks_at = _looks_at(spec)
        if looks_at == "frames":
            return self.sampled_t_s
        if looks_at in ("motion", "flow"):
            return self.frame_t_s
        if looks_at in ("audio", "spectrum"):
            start = self.media.a_start_s
            return np.arange(start, self.media.duration_s, SPECTRUM_STEP_S) if start is not None else np.zeros(0)
        upstream = [self.samples_s(REGISTRY[name]) for name in spec.inputs if name in REGISTRY]
        return min(upstream, key=len, default=np.zeros(0))

    def largest_gap_s(self, spec: Spec) -> float:
        """The longest stretch with pictures in it that the analyzer did not look at."""
        if _looks_at(spec) != "frames" or not len(self.frame_t_s):
            return 0.0
        borders = np.append(self.sampled_t_s, self.media.duration_s)
        after = np.searchsorted(self.frame_t_s, borders[:-1] + 1e-6)
        unseen = np.searchsorted(self.frame_t_s, borders[1:] - 1e-6) - after
        return float(np.max(np.diff(borders)[unseen > 0], initial=0.0))


def _looks_at(spec: Spec) -> str | None:
    return next((name for name in spec.inputs if name in LOOKED_AT), None)


def read_clock(store: Store, video: str) -> Clock:
    return Clock(store.read("media", video), store.read("motion", video).t_s, store.read("sampling", video))


def coverage_rows(spec: Spec, outcome: Outcome, table: pa.Table, clock: Clock, video: str) -> Iterator[Coverage]:
    """Every second of the video, as one analyzer saw it."""
    seconds = clock.seconds
    touched = _rows_per_second(table, seconds)
    sampled = np.bincount(clock.samples_s(spec).clip(0).astype(int), minlength=seconds)
    whole_s = clock.media.duration_s
    for second in range(seconds):
        seen: Seen = outcome.status if outcome.status in ("degraded", "skipped", "failed") else "measured"
        if outcome.is_trusted and second >= whole_s:
            seen = "lost"
        elif seen == "measured" and not touched[second]:
            seen = "none_found"
        looked = int(sampled[second]) if outcome.is_trusted else 0
        yield Coverage(video, spec.name, second, seen, int(touched[second]), looked)


def _rows_per_second(table: pa.Table, seconds: int) -> NDArray[np.int64]:
    """How many rows touch each second: a span counts in every second it reaches into."""
    change = np.zeros(seconds + 1, np.int64)
    for start, end in zip(table["start_s"].to_pylist(), table["end_s"].to_pylist(), strict=True):
        first = min(int(start), seconds)
        change[first] += 1
        change[min(max(ceil(end), first + 1), seconds)] -= 1
    return np.cumsum(change)[:seconds]
