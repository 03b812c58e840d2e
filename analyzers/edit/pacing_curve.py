"""Pacing curve: how much happens in every second of the video, in cuts, movement, words, screen text and sound.

One row a second, from the first picture to the end; the last one is as short as the video leaves it.
A column is null where what it is counted from failed or is not there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Audio, Flow, Motion, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.sound.levels import level_db
from analyzers.speech.speech_transcription import Row as SpokenRow
from analyzers.text.text_overlay import Row as TextRow

BATCH = 256  # steps of flow mapped at a time
TICK_S = 1e-6  # times are kept to the microsecond: what starts that much early belongs to the next second


@dataclass(frozen=True, slots=True)
class PaceRow:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    cuts: Annotated[int | None, Column("cuts and transitions that begin in this second", low=0, bits=32)]
    motion: Annotated[float, Column("mean speed of the picture's parts, in widths a second; hard cuts left out", low=0)]
    words: Annotated[int | None, Column("words that begin in this second; null without a transcript", low=0, bits=32)]
    text_chars: Annotated[int | None, Column("most characters on screen at once, blanks not counted", low=0, bits=32)]
    energy_db: Annotated[float | None, Column("rms level in dBFS, a full-scale sine at -3; null where it is silent")]


@analyzer(version=2, max_gap_s=0.1, evidence="derived")
def pacing_curve(
    motion: Motion,
    flow: Flow,
    audio: Audio,
    cut_analysis: Sequence[CutRow] | None,
    text_overlay: Sequence[TextRow] | None,
    speech_transcription: Sequence[SpokenRow] | None,
) -> Iterator[PaceRow]:
    end_s = motion.end_s
    cuts = None if cut_analysis is None else [row for row in cut_analysis if row.level == "cut"]
    moved = _moved(flow, cuts or [])
    spoken_s = None if speech_transcription is None else _word_times_s(speech_transcription)
    for second in range(ceil(end_s - TICK_S)):
        start_s, stop_s = float(second), min(second + 1.0, end_s)
        first, last = np.searchsorted(flow.t_s, [start_s - TICK_S, stop_s - TICK_S])
        yield PaceRow(
            start_s,
            stop_s,
            None,
            cuts=None if cuts is None else sum(start_s <= row.start_s + TICK_S < stop_s for row in cuts),
            motion=float(moved[first:last].sum()) / (stop_s - start_s),
            words=None if spoken_s is None else sum(start_s <= t + TICK_S < stop_s for t in spoken_s),
            text_chars=None if text_overlay is None else _most_chars(text_overlay, start_s, stop_s),
            energy_db=level_db(audio.stereo, audio.rate_hz, audio.offset_s, start_s, stop_s),
        )


def _moved(flow: Flow, cuts: Sequence[CutRow]) -> NDArray[np.float64]:
    """How far the picture's parts went in every step, on average; nothing where a new picture begins."""
    moved = np.zeros(len(flow.t_s))
    for first in range(0, len(moved), BATCH):
        shift = np.asarray(flow.xy[first : first + BATCH], np.float32)
        moved[first : first + BATCH] = np.hypot(shift[..., 0], shift[..., 1]).mean(axis=(1, 2))
    # From one picture to an unrelated one nothing has moved, whatever the flow makes of it.
    new = [row.boundary_frame - 1 for row in cuts if row.boundary_frame and not row.len_frames]
    moved[[step for step in new if step < len(moved)]] = 0
    return moved


def _most_chars(texts: Sequence[TextRow], start_s: float, stop_s: float) -> int:
    """The most at any moment: it can only rise where a text comes in."""
    shown = [row for row in texts if row.start_s < stop_s - TICK_S and row.end_s > start_s + TICK_S]
    moments = {max(row.start_s, start_s) for row in shown}
    return max((sum(_chars(row) for row in shown if row.start_s <= t < row.end_s) for t in moments), default=0)


def _chars(row: TextRow) -> int:
    return sum(not character.isspace() for character in row.text)


def _word_times_s(rows: Sequence[SpokenRow]) -> list[float] | None:
    """When each word begins; those of a segment whose words have no times lie evenly in it. None without a text."""
    segments = [row for row in rows if row.level == "segment"]
    if any(row.text is None or row.n_words is None for row in segments):
        return None
    times = [row.start_s for row in rows if row.level == "word"]
    timed = {row.segment for row in rows if row.level == "word"}
    for row in segments:
        if row.segment not in timed and row.n_words:
            times += [row.start_s + (row.end_s - row.start_s) * i / row.n_words for i in range(row.n_words)]
    return times
