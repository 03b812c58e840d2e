"""Picture and sound together: how far apart they run, and which cuts, moves and texts fall on beats and onsets.

The `video` row tells the offset of the sound, null where nothing can be told: music that goes on by itself, or events
so even that several offsets fit. A `cut`, `move` or `text` row is one event of the picture with its distance to the
nearest beat and onset; `cuts`, `moves` and `texts` rows count them, beside what chance would give. No sound, no rows.

Offset: one shift of moments of the picture onto onsets, see analyzers/measures/sync. Mouths are not looked at.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Flow, Motion, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.sync.moments import change_moments, move_moments
from analyzers.measures.sync.offset import Offset, covered_share, find_offset
from analyzers.sound.audio_analysis import Row as SoundRow
from analyzers.text.text_overlay import Row as TextRow

# The usual window for beats, two frames of 30 a second: https://www.music-ir.org/mirex/wiki/2021:Audio_Beat_Tracking
ON_S = 0.07
Times = NDArray[np.float64]
Group = Literal["cuts", "moves", "texts"]
EVENTS: dict[Literal["cut", "move", "text"], Group] = {"cut": "cuts", "move": "moves", "text": "texts"}


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence  # of an offset: share of the events that agree with it and with no other
    kind: Annotated[Literal["video", "cuts", "moves", "texts", "cut", "move", "text"], Column("what the row speaks of")]
    offset_s: Annotated[
        float | None, Column("video: how much later the sound comes than its picture; null where nothing can be told")
    ] = None
    told_by: Annotated[
        Literal["changes", "moves"] | None, Column("video: what of the picture the offset was told by")
    ] = None
    n_agree: Annotated[int | None, Column("video: events that agree with the offset", low=0, bits=32)] = None
    n: Annotated[int | None, Column("cuts, moves, texts: number of events", low=0, bits=32)] = None
    on_beat_share: Annotated[
        float | None, Column("cuts, moves, texts: share within 70 ms of a beat; null without beats", low=0, high=1)
    ] = None
    on_beat_chance: Annotated[
        float | None, Column("cuts, moves, texts: the share that events at any time would have", low=0, high=1)
    ] = None
    on_onset_share: Annotated[
        float | None, Column("cuts, moves, texts: share within 70 ms of an onset; null without onsets", low=0, high=1)
    ] = None
    on_onset_chance: Annotated[
        float | None, Column("cuts, moves, texts: the share that events at any time would have", low=0, high=1)
    ] = None
    beat_distance_s: Annotated[
        float | None, Column("cut, move, text: from the nearest beat, positive if it comes after the beat")
    ] = None
    onset_distance_s: Annotated[
        float | None, Column("cut, move, text: from the nearest onset, positive if it comes after the onset")
    ] = None
    is_on_beat: Annotated[bool | None, Column("cut, move, text: within 70 ms of a beat")] = None
    is_on_onset: Annotated[bool | None, Column("cut, move, text: within 70 ms of an onset")] = None


@analyzer(version=1, max_gap_s=0.1, evidence="derived")
def audio_visual_sync(
    motion: Motion,
    flow: Flow,
    audio_analysis: Sequence[SoundRow],
    cut_analysis: Sequence[CutRow] | None,
    text_overlay: Sequence[TextRow] | None,
) -> Iterator[Row]:
    beats_s, onsets_s = (_times(r.start_s for r in audio_analysis if r.kind == kind) for kind in ("beat", "onset"))
    if not len(motion.t_s) or not len(beats_s) + len(onsets_s):
        return
    changes_s = change_moments(motion)
    moves_s = move_moments(flow, changes_s)
    yield _offset_row(motion, changes_s, moves_s, onsets_s)
    events: dict[Literal["cut", "move", "text"], Times] = {
        "cut": _times((r.start_s + r.end_s) / 2 for r in cut_analysis or () if r.level == "cut"),
        "move": moves_s,
        "text": _times(r.start_s for r in text_overlay or () if r.start_s > motion.t_s[0]),
    }
    for kind, times_s in events.items():
        if len(times_s):
            yield _count_row(EVENTS[kind], times_s, beats_s, onsets_s, motion.end_s)
            yield from (_event_row(kind, time_s, beats_s, onsets_s) for time_s in times_s.tolist())


def _times(found: Iterable[float]) -> Times:
    return np.sort(np.fromiter(found, float))


def _offset_row(motion: Motion, changes_s: Times, moves_s: Times, onsets_s: Times) -> Row:
    frame_s = float(np.median(np.diff(motion.t_s))) if len(motion.t_s) > 1 else motion.end_s
    told: list[tuple[Offset, Literal["changes", "moves"]]] = []
    if offset := find_offset(changes_s, onsets_s, frame_s):
        told.append((offset, "changes"))
    if offset := find_offset(moves_s, onsets_s, frame_s):
        told.append((offset, "moves"))
    if not told:
        return Row(0.0, motion.end_s, None, "video")
    best, by = max(told, key=lambda one: one[0].confidence)
    return Row(0.0, motion.end_s, best.confidence, "video", best.offset_s, by, best.n_agree)


def _count_row(kind: Group, times_s: Times, beats_s: Times, onsets_s: Times, end_s: float) -> Row:
    (beat, beat_chance), (onset, onset_chance) = (_shares(times_s, s, end_s) for s in (beats_s, onsets_s))
    return Row(
        0.0,
        end_s,
        None,
        kind,
        n=len(times_s),
        on_beat_share=beat,
        on_beat_chance=beat_chance,
        on_onset_share=onset,
        on_onset_chance=onset_chance,
    )


def _shares(times_s: Times, sounds_s: Times, end_s: float) -> tuple[float | None, float | None]:
    """How many events fall on a sound, and how many would by chance."""
    if not len(sounds_s):
        return None, None
    distances = np.array([_distance(time_s, sounds_s) or 0.0 for time_s in times_s.tolist()])
    return float((np.abs(distances) <= ON_S).mean()), covered_share(sounds_s, ON_S, 0.0, end_s)


def _event_row(kind: Literal["cut", "move", "text"], time_s: float, beats_s: Times, onsets_s: Times) -> Row:
    beat, onset = _distance(time_s, beats_s), _distance(time_s, onsets_s)
    return Row(
        time_s,
        time_s,
        None,
        kind,
        beat_distance_s=beat,
        onset_distance_s=onset,
        is_on_beat=None if beat is None else abs(beat) <= ON_S,
        is_on_onset=None if onset is None else abs(onset) <= ON_S,
    )


def _distance(time_s: float, sounds_s: Times) -> float | None:
    return float(time_s - sounds_s[np.abs(sounds_s - time_s).argmin()]) if len(sounds_s) else None
