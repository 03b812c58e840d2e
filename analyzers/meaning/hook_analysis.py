"""Hook: what the first second, the first two and the first three seconds offer to make a viewer stay.

A row is one window from the beginning of the video. Moments are null where the thing does not come within the window,
shares and yes-or-no columns where nobody looked. Questions and promises are told by patterns, in English and German:
see analyzers/measures/meaning/phrases. Movement is read off the shared flow, without cuts and texts.

The score adds up what is there, each thing with the points of POINTS: a thing that comes at once has them all, one
that comes after three seconds none. It is a checklist of what editors advise, not a measured effect on viewers. What
nobody looked for is no part of it: `score_most` is what could be reached.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np

from analyzers.columns import Column, Confidence, EndS, Fraction, StartS
from analyzers.contract import Flow, Motion, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.meaning.onset import Box, first_motion_s
from analyzers.measures.meaning.phrases import Phrase, promises, questions, said, shown
from analyzers.measures.meaning.signals import NOT_THE_VIDEOS, QUIET_DB
from analyzers.measures.meaning.spans import Span, shared_s, spans_of
from analyzers.people.face_detection import FaceRow
from analyzers.sound.audio_analysis import Row as SoundRow
from analyzers.speech.speech_transcription import Row as SpokenRow
from analyzers.text.text_overlay import Row as TextRow

Name = Literal["motion", "word", "text", "face", "cuts", "loudness", "question", "promise"]
WINDOWS_S = (1.0, 2.0, 3.0)
POINTS: dict[Name, int] = {
    "motion": 15, "word": 20, "text": 15, "face": 15, "cuts": 10, "loudness": 5, "question": 10, "promise": 10,
}  # fmt: skip
ENOUGH_CUTS = 2  # of a window, for all the points
ENOUGH_LU = 10.0
SAMPLE_S = 0.25  # from one sampled picture to the next
TICK_S = 1e-6  # times are kept to the microsecond


@dataclass(frozen=True, slots=True)
class ScorePart:
    name: Annotated[Name, Column("what the points are for")]
    points: Annotated[int, Column("reached", low=0, bits=32)]
    most: Annotated[int, Column("that could be reached", low=0, bits=32)]


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    window_s: Annotated[float, Column("the window: 1, 2 or 3; a shorter video ends it earlier", low=0, bits=32)]
    first_motion_s: Annotated[float | None, Column("last frame before something moves", low=0)]
    first_word_s: Annotated[float | None, Column("first word; without words with times, speech", low=0)]
    first_text_s: Annotated[float | None, Column("first text that the edit put on the screen", low=0)]
    first_face_s: Annotated[
        float | None, Column("first sampled picture with a face, or the cut since the sample before", low=0)
    ]
    cuts: Annotated[int | None, Column("cuts and transitions that begin in it", low=0, bits=32)]
    text_share: Annotated[Fraction | None, Column("share of it with text on the screen", 0, 1, bits=32)]
    speech_share: Annotated[Fraction | None, Column("share of it in which somebody speaks", 0, 1, bits=32)]
    loudness_jump_lu: Annotated[
        float | None, Column("largest rise of the momentary loudness in half a second, from -60 LUFS on", low=0)
    ]
    has_question: Annotated[bool | None, Column("a question begins in it, spoken or written")]
    has_promise: Annotated[bool | None, Column("something is announced in it that the rest gives, said or written")]
    quote: Annotated[str | None, Column("the first sentence that asks or promises, in small letters", verbatim=True)]
    score: Annotated[int, Column("sum of the parts' points", low=0, high=100, bits=32)]
    score_most: Annotated[int, Column("sum of what they could be", low=0, high=100, bits=32)]
    score_parts: Annotated[tuple[ScorePart, ...], Column("what the score is made of; without what nobody looked for")]


@analyzer(version=1, max_gap_s=0.25, evidence="derived")
def hook_analysis(
    motion: Motion,
    flow: Flow,
    cut_analysis: Sequence[CutRow] | None,
    audio_analysis: Sequence[SoundRow] | None,
    speech_transcription: Sequence[SpokenRow] | None,
    text_overlay: Sequence[TextRow] | None,
    face_detection: Sequence[FaceRow] | None,
) -> Iterator[Row]:
    if motion.end_s <= 0:
        return
    texts = [row for row in text_overlay or () if row.role not in NOT_THE_VIDEOS]
    spoken = speech_transcription or ()
    words = [row for row in spoken if row.level == "word"] or [row for row in spoken if row.level == "segment"]
    faces = [row for row in face_detection or () if row.level == "sample"]
    changes = [(row.start_s, row.end_s) for row in cut_analysis or () if row.level == "cut"]
    moved_s = first_motion_s(motion, flow, WINDOWS_S[-1], changes, _boxes(text_overlay or ()))
    sentences = [*said(spoken), *shown(texts)]
    asks, gives = questions(sentences), promises(sentences)
    can_read = speech_transcription is not None or text_overlay is not None
    talk = spans_of(row for row in spoken if row.level == "segment") or spans_of(words)
    for window_s in WINDOWS_S:
        end_s = min(window_s, motion.end_s)
        cuts = None if cut_analysis is None else sum(start_s < end_s - TICK_S for start_s, _ in changes)
        firsts = [
            _within(at_s, end_s)
            for at_s in (moved_s, _first_s(words), _first_s(texts), _since_cut(_first_s(faces), changes))
        ]
        is_known = [True, speech_transcription is not None, text_overlay is not None, face_detection is not None]
        jump_lu = _jump_lu(audio_analysis or (), end_s)
        asked, given = (_in(phrases, end_s) for phrases in (asks, gives))
        flags = [bool(asked) if can_read else None, bool(given) if can_read else None]
        parts = _score(firsts, is_known, cuts, jump_lu, flags)
        yield Row(
            0.0,
            end_s,
            None,
            window_s,
            firsts[0],
            firsts[1],
            firsts[2],
            firsts[3],
            cuts,
            None if text_overlay is None else min(shared_s(spans_of(texts), 0.0, end_s) / end_s, 1.0),
            None if speech_transcription is None else min(shared_s(talk, 0.0, end_s) / end_s, 1.0),
            jump_lu,
            flags[0],
            flags[1],
            min([*asked, *given], key=lambda phrase: phrase.start_s).quote if asked or given else None,
            sum(part.points for part in parts),
            sum(part.most for part in parts),
            parts,
        )
        if window_s >= motion.end_s:
            return


def _boxes(texts: Sequence[TextRow]) -> list[Box]:
    """Where texts come and go, which is no movement. What is painted on things moves with them."""
    return [
        ((row.start_s, row.end_s), row.x, row.y, row.x + row.w, row.y + row.h)
        for row in texts
        if row.role != "scene_text" and row.start_s <= WINDOWS_S[-1]
    ]


def _first_s(rows: Sequence[SpokenRow] | Sequence[TextRow] | Sequence[FaceRow]) -> float | None:
    return min((row.start_s for row in rows), default=None)


def _since_cut(at_s: float | None, changes: Sequence[Span]) -> float | None:
    """What the first sample after a cut shows came with the cut."""
    if at_s is None:
        return None
    return max((end_s for _, end_s in changes if at_s - SAMPLE_S < end_s <= at_s), default=at_s)


def _within(at_s: float | None, end_s: float) -> float | None:
    return at_s if at_s is not None and at_s < end_s - TICK_S else None


def _in(phrases: Sequence[Phrase], end_s: float) -> list[Phrase]:
    return [phrase for phrase in phrases if phrase.start_s < end_s - TICK_S]


def _jump_lu(sound: Sequence[SoundRow], end_s: float) -> float | None:
    readings = [row for row in sound if row.kind == "loudness" and row.end_s <= end_s + TICK_S]
    if len(readings) < 2 or all(row.lufs_m is None for row in readings):
        return None
    levels = [QUIET_DB if row.lufs_m is None else max(row.lufs_m, QUIET_DB) for row in readings]
    return max(float(np.diff(levels).max()), 0.0)


def _score(
    firsts: Sequence[float | None],
    is_known: Sequence[bool],
    cuts: int | None,
    jump_lu: float | None,
    flags: Sequence[bool | None],
) -> tuple[ScorePart, ...]:
    """Each known thing's share of its points, 0..1."""
    early = [
        None if not known else 0.0 if at_s is None else 1 - at_s / WINDOWS_S[-1]
        for at_s, known in zip(firsts, is_known, strict=True)
    ]
    shares = [
        *early,
        None if cuts is None else min(cuts / ENOUGH_CUTS, 1.0),
        None if jump_lu is None else min(jump_lu / ENOUGH_LU, 1.0),
        *(None if flag is None else float(flag) for flag in flags),
    ]
    told = zip(POINTS.items(), shares, strict=True)
    return tuple(ScorePart(name, round(share * most), most) for (name, most), share in told if share is not None)
