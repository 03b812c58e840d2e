"""Contradictions: two analyzers' rows that cannot both be right.

Only what is impossible in any video is one: a style, however odd, is none. Each is looked for where both speak of the
same time at some length, so that half a second's inexactness of either makes none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analyzers.contract import Voice
from analyzers.edit.camera_analysis import Row as CameraRow
from analyzers.edit.cut_analysis import CutRow
from analyzers.edit.pacing_curve import PaceRow
from analyzers.edit.temporal_consistency import ConsistencyRow
from analyzers.measures.meaning.spans import Span, Spanned, inside, shared_s, spans_of, union
from analyzers.people.face_detection import FaceRow
from analyzers.picture.background_segmentation import Row as GroundRow
from analyzers.sound.audio_analysis import Row as SoundRow
from analyzers.speech.speech_transcription import Row as SpokenRow
from analyzers.things.object_detection import Row as ThingRow

Why = Literal[
    "sound_in_silence", "words_without_a_voice", "beats_in_silence", "cut_in_a_freeze", "camera_moves_in_a_freeze",
    "camera_moves_nothing_else_does", "seen_in_black", "face_without_foreground", "face_without_a_person",
]  # fmt: skip

SILENT_DB = -60.0  # rms, as audio_analysis counts silence
EDGE_S = 0.15  # of every stretch, in which two measurements may differ
WORDLESS = 0.05  # share of a text's time in which a voice is heard, up to which nobody is
MOSTLY = 0.8  # of a sound's time, in which there is none
SHORTEST_S = 0.5  # of what contradicts
LONGER_S = 1.0  # where a sampled picture, or two, may err
BEATS = 3
SURE, LARGE = 0.7, 0.05  # confidence of a face, and its share of the picture, more than blackdetect's 2 %
NO_GROUND = 0.02  # share of the picture
FAST_W_S, STILL_W_S = 0.2, 0.01  # of a camera; and of the whole picture, which follows it
GOING = ("pan_left", "pan_right", "tilt_up", "tilt_down", "whip", "track")


@dataclass(frozen=True, slots=True)
class Contradiction:
    start_s: float
    end_s: float
    a: str  # analyzer
    b: str
    row_a: Span
    row_b: Span
    why: Why


def silences(sound: Sequence[SoundRow]) -> list[Span]:
    return spans_of(
        (r for r in sound if r.kind == "loudness" and (r.rms_db is None or r.rms_db < SILENT_DB)), gap_s=1e-6
    )


def in_silence(silent: Sequence[Span], name: str, rows: Sequence[Spanned]) -> Iterator[Contradiction]:
    """What is heard where there is nothing to hear."""
    for row in rows:
        length_s = row.end_s - row.start_s
        if length_s >= EDGE_S and shared_s(silent, row.start_s, row.end_s) >= MOSTLY * length_s:
            first = next(span for span in silent if span[1] > row.start_s)
            yield _both("audio_analysis", first, name, row, "sound_in_silence")


def beats_in_silence(silent: Sequence[Span], sound: Sequence[SoundRow]) -> Iterator[Contradiction]:
    """A pulse goes on through a break of a bar; what is counted here is as many beats in longer silence."""
    beats = np.array([row.start_s for row in sound if row.kind == "beat"])
    for start_s, end_s in inside(silent, 2 * LONGER_S):
        within = beats[(beats > start_s) & (beats < end_s)]
        if len(within) >= BEATS:
            first, last = float(within[0]), float(within[-1])
            whole = start_s - 2 * LONGER_S, end_s + 2 * LONGER_S
            yield Contradiction(
                first, last, "audio_analysis", "audio_analysis", whole, (first, last), "beats_in_silence"
            )


def words_without_a_voice(voice: Voice, silent: Sequence[Span], spoken: Sequence[SpokenRow]) -> Iterator[Contradiction]:
    """Segments without a voice one after the other are told once, by the first of them."""
    heard = union((start, end) for start, end in voice.spans_s.tolist())
    was_bare = False
    for row in sorted(spoken, key=lambda row: row.start_s):
        length_s = row.end_s - row.start_s
        if row.level != "segment" or not row.text or length_s < LONGER_S:
            continue
        is_told = shared_s(silent, row.start_s, row.end_s) >= MOSTLY * length_s  # as sound in silence
        is_bare = not is_told and shared_s(heard, row.start_s, row.end_s) <= WORDLESS * length_s
        if is_bare and not was_bare:
            yield _both("voice", (row.start_s, row.end_s), "speech_transcription", row, "words_without_a_voice")
        was_bare = is_bare


def frozen(
    consistency: Sequence[ConsistencyRow], cuts: Sequence[CutRow], camera: Sequence[CameraRow]
) -> Iterator[Contradiction]:
    """A picture that stands can neither be cut nor panned."""
    stills = [(row.start_s, row.end_s) for row in consistency if row.kind == "freeze"]
    for still in inside(stills, EDGE_S):
        whole = still[0] - EDGE_S, still[1] + EDGE_S
        for row in cuts:
            if row.level == "cut" and row.kind == "hard" and still[0] < row.start_s < still[1]:
                yield _both("temporal_consistency", whole, "cut_analysis", row, "cut_in_a_freeze")
        for row in camera:
            both_s = min(still[1], row.end_s) - max(still[0], row.start_s)
            if row.level == "segment" and row.move in GOING and both_s >= SHORTEST_S:
                yield _both("temporal_consistency", whole, "camera_analysis", row, "camera_moves_in_a_freeze")


def moves_alone(camera: Sequence[CameraRow], pace: Sequence[PaceRow]) -> Iterator[Contradiction]:
    """A camera that goes far in a picture of which no part moves."""
    for row in camera:
        length_s = row.end_s - row.start_s
        if row.level != "segment" or row.move not in GOING or (row.amount or 0) < FAST_W_S * length_s:
            continue
        for second in pace:
            full = row.start_s <= second.start_s and second.end_s <= row.end_s
            if full and second.motion < STILL_W_S and second.end_s - second.start_s >= LONGER_S - 1e-6:
                yield _both(
                    "pacing_curve", (second.start_s, second.end_s), "camera_analysis", row,
                    "camera_moves_nothing_else_does",
                )  # fmt: skip
                break


def seen_in_black(
    consistency: Sequence[ConsistencyRow], faces: Sequence[FaceRow], things: Sequence[ThingRow]
) -> Iterator[Contradiction]:
    """Texts may be white and thin on black, so they are none."""
    black = inside([(row.start_s, row.end_s) for row in consistency if row.kind == "black"], EDGE_S)
    large_faces = [row for row in faces if row.level == "track" and row.size_frac >= LARGE]
    large_things = [row for row in things if row.level == "track" and row.screen_share >= LARGE]
    for name, rows in (("face_detection", large_faces), ("object_detection", large_things)):
        for row in rows:
            for span in black:
                if min(span[1], row.end_s) - max(span[0], row.start_s) >= SHORTEST_S:
                    whole = span[0] - EDGE_S, span[1] + EDGE_S
                    yield _both("temporal_consistency", whole, name, row, "seen_in_black")


def face_without_foreground(faces: Sequence[FaceRow], ground: Sequence[GroundRow]) -> Iterator[Contradiction]:
    """A large face, and pictures that are said to be nothing but background."""
    empty = [r for r in ground if r.level == "sample" and r.fg_ratio is not None and r.fg_ratio < NO_GROUND]
    spans = spans_of(empty, gap_s=1e-6)
    for track in _tracks(faces):
        if shared_s(spans, track.start_s, track.end_s) >= LONGER_S:
            first = next(span for span in spans if span[1] > track.start_s)
            yield _both("background_segmentation", first, "face_detection", track, "face_without_foreground")


def face_without_a_person(faces: Sequence[FaceRow], things: Sequence[ThingRow]) -> Iterator[Contradiction]:
    """A large face where a finder that knows persons finds nothing at all, not even what a picture hangs on."""
    samples = sorted((row for row in things if row.level == "sample"), key=lambda row: row.start_s)
    if not any(row.label == "person" for row in samples):
        return
    by_track: dict[int, list[FaceRow]] = {}
    for row in faces:
        if row.level == "sample":
            by_track.setdefault(row.track_id, []).append(row)
    starts = np.array([row.start_s for row in samples])
    for track in _tracks(faces):
        bare, seen = [], by_track.get(track.track_id, [])
        for face in seen:
            first, after = np.searchsorted(starts, [face.start_s - 1e-3, face.start_s + 1e-3])
            if not any(_holds(thing, face) for thing in samples[first:after]):
                bare.append((face.start_s, face.end_s))
        spans = union(bare, gap_s=1e-6)
        if sum(end_s - start_s for start_s, end_s in spans) >= 2 * LONGER_S and len(bare) > len(seen) / 2:
            yield _both("object_detection", spans[0], "face_detection", track, "face_without_a_person")


def _tracks(faces: Sequence[FaceRow]) -> list[FaceRow]:
    """Faces that are large, sure and there for a while."""
    return [row for row in faces if row.level == "track" and row.size_frac >= LARGE and (row.confidence or 0) >= SURE]


def _holds(thing: ThingRow, face: FaceRow) -> bool:
    x, y = face.x + face.w / 2, face.y + face.h / 2
    return thing.x <= x <= thing.x + thing.w and thing.y <= y <= thing.y + thing.h


def _both(a: str, row_a: Span, b: str, row: Spanned, why: Why) -> Contradiction:
    start_s, end_s = max(row_a[0], row.start_s), min(row_a[1], row.end_s)
    return Contradiction(start_s, max(start_s, end_s), a, b, row_a, (row.start_s, row.end_s), why)
