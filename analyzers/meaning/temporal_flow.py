"""Temporal flow: the parts a video falls into, what each is for in the telling, and how much energy it has.

A row is one part; parts tile the video. One begins where cuts, movement, loudness, speech, text, faces and colours
change together: see analyzers/measures/meaning/changes. What it is for is told by its place: the first seconds are the
hook, the last part before the end the payoff. `cta` is told by the calls to action of the second half, `loop` by a
seam that nobody notices. That is the convention of short videos, and no understanding of what is told.

Energy is the mean of cutting (1.5 cuts a second), movement (0.75 widths a second), loudness (-45 to -12 dB) and
speech (4 words a second), each of 0..1, of those that are known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Motion, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.edit.loop_seam import SeamRow
from analyzers.edit.pacing_curve import PaceRow
from analyzers.measures.meaning.beats import Beat, borders, last_call, parts
from analyzers.measures.meaning.signals import (
    Series,
    Signal,
    colouring,
    cutting,
    facing,
    grid,
    moving,
    sounding,
    speaking,
    writing,
)
from analyzers.people.face_detection import FaceRow
from analyzers.picture.color_analysis import Row as ColourRow
from analyzers.sound.audio_analysis import Row as SoundRow
from analyzers.speech.speech_transcription import Row as SpokenRow
from analyzers.text.comment_cta_detection import Row as CtaRow
from analyzers.text.text_overlay import Row as TextRow

NO_END = ("question", "watch_end")  # calls that do not end a video
LOOP_S, LONGEST_LOOP_S = 1.0, 3.0  # of the end that runs into the beginning; up to that from the last cut on


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    beat: Annotated[Beat, Column("what the part is for, by its place and by what is asked in it")]
    energy: Annotated[
        float | None, Column("how much happens, of what is known; null where nothing is", low=0, high=1, bits=32)
    ]
    reason: Annotated[str, Column("what changes where it begins, in words")]


@analyzer(version=1, max_gap_s=0.5, evidence="derived")
def temporal_flow(
    motion: Motion,
    cut_analysis: Sequence[CutRow] | None,
    pacing_curve: Sequence[PaceRow] | None,
    audio_analysis: Sequence[SoundRow] | None,
    speech_transcription: Sequence[SpokenRow] | None,
    text_overlay: Sequence[TextRow] | None,
    face_detection: Sequence[FaceRow] | None,
    color_analysis: Sequence[ColourRow] | None,
    comment_cta_detection: Sequence[CtaRow] | None,
    loop_seam: Sequence[SeamRow] | None,
) -> Iterator[Row]:
    end_s = motion.end_s
    if end_s <= 0:
        return
    edges_s = grid(end_s)
    signals = _signals(
        edges_s, cut_analysis, pacing_curve, audio_analysis, speech_transcription, text_overlay, face_detection,
        color_analysis,
    )  # fmt: skip
    cuts_s = [(row.start_s + row.end_s) / 2 for row in cut_analysis or () if row.level == "cut"]
    asked = [
        (row.start_s, min(row.end_s, end_s))
        for row in comment_cta_detection or ()
        if row.channel != "caption" and row.cta not in NO_END and row.start_s < end_s
    ]
    cta, loop_s = last_call(asked, end_s), _loop_s(loop_seam, cuts_s, end_s)
    for part in parts(edges_s, signals, borders(edges_s, signals, cuts_s), cta, loop_s):
        yield Row(part.start_s, part.end_s, None, part.beat, part.energy, part.reason)


def _signals(
    edges_s: Series,
    cuts: Sequence[CutRow] | None,
    pace: Sequence[PaceRow] | None,
    sound: Sequence[SoundRow] | None,
    spoken: Sequence[SpokenRow] | None,
    texts: Sequence[TextRow] | None,
    faces: Sequence[FaceRow] | None,
    colours: Sequence[ColourRow] | None,
) -> list[Signal]:
    """Those that are known."""
    told = [
        None if cuts is None else cutting(edges_s, cuts),
        moving(edges_s, pace or ()),
        sounding(edges_s, sound or ()),
        None if spoken is None else speaking(edges_s, spoken),
        None if texts is None else writing(edges_s, texts),
        None if faces is None else facing(edges_s, faces),
        *colouring(edges_s, colours or ()),
    ]
    return [signal for signal in told if signal is not None]


def _loop_s(seams: Sequence[SeamRow] | None, cuts_s: Sequence[float], end_s: float) -> float | None:
    """From where on the end runs into the beginning; None where it does not."""
    if not any(seam.is_loop for seam in seams or ()):
        return None
    last = [at for at in cuts_s if LOOP_S / 2 <= end_s - at <= LONGEST_LOOP_S]
    return max(last, default=end_s - LOOP_S)
