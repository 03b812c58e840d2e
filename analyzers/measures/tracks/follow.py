"""Which box of one picture is the same thing as which box of the next: ByteTrack, https://arxiv.org/abs/2110.06864.

Its filter predicts where each thing is at the next picture's own time; boxes are matched to what was predicted, the
sure ones first. At four pictures a second a thing moves by much of its own width from one to the next, so boxes are
compared with room around them (https://arxiv.org/abs/2211.14317). Every kind of thing is followed by itself, and
nothing is followed across a cut.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

LOST_S = 1.0  # a thing hidden for longer is another one when it comes back
ROOM = 0.5  # of its width and height that a box is widened by on each side, for the comparison
LEAST_OVERLAP = 0.15  # of two widened boxes that may be one thing: they lie 1.5 widths apart
UNIT = 1000.0  # the filter counts in thousandths of the picture's side


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing in one picture; edges as shares of the picture."""

    picture: int
    kind: str
    confidence: float
    x: float
    y: float
    w: float
    h: float


def follow(seen: Sequence[Seen], times_s: Sequence[float], cuts_s: Sequence[float], *, sure: float) -> list[list[int]]:
    """The tracks, each as indices into `seen` in the order of time, ordered by their first sight.

    Only what is at least `sure` begins a track; less sure boxes continue one. What belongs to none is left out.
    """
    steps_s = np.diff(times_s)
    per_s = 1 / float(np.median(steps_s)) if len(steps_s) and np.median(steps_s) > 0 else 4.0
    groups: dict[tuple[int, str], list[int]] = {}
    shots = [bisect_right(cuts_s, time) for time in times_s]
    for index, item in enumerate(seen):
        groups.setdefault((shots[item.picture], item.kind), []).append(index)
    tracks = [track for group in groups.values() for track in _follow_one_kind(group, seen, times_s, sure, per_s)]
    return sorted(tracks)


def _follow_one_kind(
    group: Sequence[int], seen: Sequence[Seen], times_s: Sequence[float], sure: float, per_s: float
) -> list[list[int]]:
    """Tracks of one kind within one shot."""
    import warnings

    from trackers import BIoU, ByteTrackTracker

    tracker = ByteTrackTracker(
        lost_track_buffer=round(30 * LOST_S),  # counted in frames of 30 a second
        frame_rate=per_s,
        track_activation_threshold=sure,
        high_conf_det_threshold=sure,
        minimum_consecutive_frames=1,
        minimum_iou_threshold=LEAST_OVERLAP,
        iou=BIoU(ROOM),
    )
    in_picture: dict[int, list[int]] = {}
    for index in group:
        in_picture.setdefault(seen[index].picture, []).append(index)
    tracks: dict[int, list[int]] = {}  # by the tracker's own record of a thing
    known: dict[int, Any] = {}  # every record so far, kept, so that none takes another's place
    for picture in range(min(in_picture), max(in_picture) + 1):
        indices = in_picture.get(picture, [])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # two pictures of one time
            found: Any = tracker.update(_as_detections(indices, seen), timestamp=float(times_s[picture]))
        opened = [record for record in tracker.tracks if id(record) not in known]
        known |= {id(record): record for record in opened}
        # The library numbers a thing at its second sight; its first is the record that was opened, in the same order.
        numbered = {record.tracker_id: record for record in tracker.tracks}
        newcomers = iter(opened)
        for index, number in zip(_indices(found), found.tracker_id if indices else (), strict=True):
            if number >= 0:
                tracks[id(numbered[int(number)])].append(index)
            elif seen[index].confidence >= sure:
                tracks[id(next(newcomers))] = [index]
    return list(tracks.values())


def _as_detections(indices: Sequence[int], seen: Sequence[Seen]) -> Any:
    import supervision

    boxes = np.array([(s.x, s.y, s.x + s.w, s.y + s.h) for s in (seen[i] for i in indices)], float).reshape(-1, 4)
    scores = np.array([seen[i].confidence for i in indices], float)
    return supervision.Detections(xyxy=boxes * UNIT, confidence=scores, data={"index": np.array(indices, int)})


def _indices(found: Any) -> list[int]:
    return [int(index) for index in found.data.get("index", ())]
