"""Across analyzers: which events keep time with the sound, what comes together, and which tables contradict each other.

A `pair` row holds one kind of event against one kind of anchor: how many of the events fall within 50 ms of one, or
within a frame where that is longer, how far from it they fall, and what chance would give. A `cooccurrence` row holds
two things that are there in the same seconds more, or less, often than chance would have it. A `contradiction` row
names two rows that cannot both be right; which of them is wrong it does not tell.

The value `p` of a pair is how likely as many events, each at any time by itself, fall on anchors; that of a
co-occurrence the share of shifts of the one along the video at which the two are as far from chance. Many are looked
at, so one in twenty has p below 0.05 by chance.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Annotated, Literal

import numpy as np

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Motion, Voice, analyzer
from analyzers.edit.camera_analysis import Row as CameraRow
from analyzers.edit.cut_analysis import CutRow
from analyzers.edit.pacing_curve import PaceRow
from analyzers.edit.temporal_consistency import ConsistencyRow
from analyzers.edit.visual_effects import Row as EffectRow
from analyzers.measures.meaning.contradictions import (
    Contradiction,
    Why,
    beats_in_silence,
    face_without_a_person,
    face_without_foreground,
    frozen,
    in_silence,
    moves_alone,
    seen_in_black,
    silences,
    words_without_a_voice,
)
from analyzers.measures.meaning.matrix import Times, pairs, together
from analyzers.measures.meaning.signals import NOT_THE_VIDEOS
from analyzers.measures.meaning.spans import Spanned, covered_s, spans_of
from analyzers.people.face_detection import FaceRow
from analyzers.people.gesture_recognition import Row as GestureRow
from analyzers.picture.background_segmentation import Row as GroundRow
from analyzers.sound.audio_analysis import Row as SoundRow
from analyzers.sound.sound_effects import Row as SfxRow
from analyzers.speech.speaker_diarization import Row as SpeakerRow
from analyzers.speech.speech_flow import Row as FlowRow
from analyzers.speech.speech_transcription import Row as SpokenRow
from analyzers.text.text_overlay import Row as TextRow
from analyzers.things.object_detection import Row as ThingRow

EVENTS = ("cut", "caption", "caption_word", "effect", "punch_in", "gesture", "sfx")
ANCHORS = ("beat", "downbeat", "onset", "word", "pause")
INSTANTS = ("cut", "beat", "effect", "sfx", "gesture")  # that are counted by the second
NO_MOVES = (None, "static", "handheld")
SECOND_S = 0.3  # of a second, from which on a thing is there in it; an instant always is
TICK_S = 1e-6


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    level: Annotated[Literal["pair", "cooccurrence", "contradiction"], Column("what the row speaks of")]
    a_kind: Annotated[str, Column("pair: the events; cooccurrence: a thing; contradiction: an analyzer, or the voice")]
    b_kind: Annotated[str, Column("pair: the anchors; cooccurrence: another thing; contradiction: another analyzer")]
    n: Annotated[int | None, Column("pair: events; cooccurrence: seconds that have both", low=0, bits=32)] = None
    locked_pct: Annotated[
        float | None, Column("pair: percent of the events that fall on an anchor", low=0, high=100)
    ] = None
    median_offset_ms: Annotated[
        float | None, Column("pair: of events within 525 ms of an anchor, positive if they come after it")
    ] = None
    offsets: Annotated[
        tuple[int, ...] | None, Column("pair: events by offset, in 21 bins of 50 ms around 0, from -525 to 525 ms", 0)
    ] = None
    lift: Annotated[float | None, Column("times as often as chance would have it", low=0)] = None
    p: Annotated[float | None, Column("how likely that is by chance", 0, 1)] = None
    row_a: Annotated[str | None, Column("contradiction: the first row, by its table and its start and end")] = None
    row_b: Annotated[str | None, Column("contradiction: the other row, by its table and its start and end")] = None
    why: Annotated[Why | None, Column("contradiction: what cannot be")] = None


@analyzer(version=1, max_gap_s=0.1, evidence="derived")
def cross_analyzer_intelligence(
    motion: Motion,
    voice: Voice,
    cut_analysis: Sequence[CutRow] | None,
    camera_analysis: Sequence[CameraRow] | None,
    pacing_curve: Sequence[PaceRow] | None,
    temporal_consistency: Sequence[ConsistencyRow] | None,
    visual_effects: Sequence[EffectRow] | None,
    audio_analysis: Sequence[SoundRow] | None,
    sound_effects: Sequence[SfxRow] | None,
    speech_transcription: Sequence[SpokenRow] | None,
    speech_flow: Sequence[FlowRow] | None,
    speaker_diarization: Sequence[SpeakerRow] | None,
    text_overlay: Sequence[TextRow] | None,
    face_detection: Sequence[FaceRow] | None,
    gesture_recognition: Sequence[GestureRow] | None,
    object_detection: Sequence[ThingRow] | None,
    background_segmentation: Sequence[GroundRow] | None,
) -> Iterator[Row]:
    end_s = motion.end_s
    if end_s <= 0:
        return
    cuts, sound, spoken = cut_analysis or (), audio_analysis or (), speech_transcription or ()
    texts = [row for row in text_overlay or () if row.role not in NOT_THE_VIDEOS]
    effects, sfx, faces = visual_effects or (), sound_effects or (), face_detection or ()
    camera, things, consistency = camera_analysis or (), object_detection or (), temporal_consistency or ()
    beats = [row for row in sound if row.kind == "beat"]
    moments_s = {
        "cut": [(row.start_s + row.end_s) / 2 for row in cuts if row.level == "cut"],
        "caption": [row.start_s for row in texts],
        "caption_word": [word.start_s for row in texts for word in row.words],
        "effect": [row.start_s for row in effects if row.effect != "punch_in"],
        "punch_in": [row.start_s for row in effects if row.effect == "punch_in"],
        "gesture": [at_s for row in gesture_recognition or () for at_s in row.at_s or (row.start_s,)],
        "sfx": [_struck_s(row) for row in sfx],
        "beat": [row.start_s for row in beats],
        "downbeat": [row.start_s for row in beats if row.is_downbeat],
        "onset": [row.start_s for row in sound if row.kind == "onset"],
        "word": [row.start_s for row in spoken if row.level == "word"],
        "pause": [row.start_s for row in speech_flow or () if row.kind == "pause"],
    }
    moments = {name: _times(times_s, end_s) for name, times_s in moments_s.items()}
    yield from _pairs(moments, float(np.median(motion.dur_s)), end_s)
    stretches = {
        "text": texts,
        "speech": [row for row in spoken if row.level == "segment"],
        "face": [row for row in faces if row.level == "sample"],
        "person": [row for row in things if row.level == "sample" and row.label == "person"],
        "camera_move": [row for row in camera if row.level == "segment" and row.move not in NO_MOVES],
    }
    yield from _together(moments, stretches, end_s)
    silent = silences(sound)
    found: list[Iterable[Contradiction]] = [
        in_silence(silent, "speech_transcription", [row for row in spoken if row.level == "segment" and row.text]),
        in_silence(silent, "speaker_diarization", speaker_diarization or ()),
        in_silence(silent, "sound_effects", sfx),
        beats_in_silence(silent, sound),
        words_without_a_voice(voice, silent, spoken),
        frozen(consistency, cuts, camera),
        moves_alone(camera, pacing_curve or ()),
        seen_in_black(consistency, faces, things),
        face_without_foreground(faces, background_segmentation or ()),
        face_without_a_person(faces, things),
    ]
    for some in found:
        yield from (_contradiction(one) for one in some)


def _pairs(moments: Mapping[str, Times], frame_s: float, end_s: float) -> Iterator[Row]:
    events, anchors = ({name: moments[name] for name in names} for names in (EVENTS, ANCHORS))
    for pair in pairs(events, anchors, frame_s, end_s):
        yield Row(
            0.0,
            end_s,
            None,
            "pair",
            pair.a,
            pair.b,
            pair.n,
            100 * pair.locked,
            None if pair.median_s is None else 1000 * pair.median_s,
            pair.histogram,
            pair.lift,
            pair.p,
        )


def _together(moments: Mapping[str, Times], stretches: Mapping[str, Sequence[Spanned]], end_s: float) -> Iterator[Row]:
    seconds = np.minimum(np.arange(ceil(end_s - TICK_S) + 1.0), end_s)
    there = {name: np.histogram(moments[name], seconds)[0] > 0 for name in INSTANTS}
    there |= {
        name: covered_s(spans_of(rows), seconds) >= SECOND_S * np.diff(seconds) for name, rows in stretches.items()
    }
    for both in together(there):
        yield Row(0.0, end_s, None, "cooccurrence", both.a, both.b, both.n, lift=both.lift, p=both.p)


def _times(times_s: Iterable[float], end_s: float) -> Times:
    """Each moment once, the first picture's left out: what is there from the start does not start."""
    return np.unique([t for t in times_s if TICK_S < t < end_s])


def _struck_s(row: SfxRow) -> float:
    """The moment that editors lay upon something."""
    return row.end_s if row.sfx == "riser" else row.peak_s if row.sfx == "whoosh" else row.onset_s


def _contradiction(one: Contradiction) -> Row:
    def named(analyzer: str, span: tuple[float, float]) -> str:
        return f"{analyzer} {span[0]:.3f}-{span[1]:.3f}"

    return Row(
        max(one.start_s, 0.0),
        max(one.end_s, 0.0),
        None,
        "contradiction",
        one.a,
        one.b,
        row_a=named(one.a, one.row_a),
        row_b=named(one.b, one.row_b),
        why=one.why,
    )
