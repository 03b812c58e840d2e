"""Tables of videos that were never filmed: rows as the analyzers would give them, with what is true of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analyzers.contract import Flow, Motion, Voice
from analyzers.edit.camera_analysis import Row as CameraRow
from analyzers.edit.cut_analysis import CutRow
from analyzers.edit.loop_seam import SeamRow
from analyzers.edit.pacing_curve import PaceRow
from analyzers.edit.temporal_consistency import ConsistencyRow
from analyzers.people.face_detection import FaceRow
from analyzers.picture.background_segmentation import Row as GroundRow
from analyzers.sound.audio_analysis import Row as SoundRow
from analyzers.speech.speech_transcription import Row as SpokenRow
from analyzers.text.comment_cta_detection import Row as CtaRow
from analyzers.text.text_overlay import Row as TextRow
from analyzers.things.object_detection import Row as ThingRow
from tests.truth.rows import known

ROWS, COLUMNS = 12, 8  # of a still, tiny picture, and of its flow


def still(seconds: float, fps: float = 30.0) -> Motion:
    """A video of which nothing but its length is looked at."""
    n = round(seconds * fps)
    times = np.arange(n) / fps
    grey = np.zeros((n, ROWS, COLUMNS), np.uint8)
    return Motion(times, np.full(n, 1 / fps), times == 0, times > 0, grey, np.repeat(grey[..., None], 3, axis=3))


def flow(motion: Motion, moves_from_s: float | None = None, until_s: float = 1e9) -> Flow:
    """A fifth of the picture moves from then on."""
    xy = np.zeros((max(len(motion.t_s) - 1, 0), ROWS, COLUMNS, 2), np.float16)
    if moves_from_s is not None:
        begins = motion.t_s[:-1]
        when = (begins >= moves_from_s - 1e-9) & (begins < until_s - 1e-9)
        xy[when, :5, :4] = 0.3 * float(motion.dur_s[0])
    return Flow(motion.t_s[1:], xy, np.zeros(len(xy), np.float32))


def voice(*spans_s: tuple[float, float]) -> Voice:
    return Voice(np.zeros(0), np.zeros(0, np.float32), np.array(spans_s, float).reshape(-1, 2))


def cut(at_s: float) -> CutRow:
    return CutRow(at_s, at_s, 0.9, "cut", kind="hard", boundary_frame=round(at_s * 30), len_frames=0)


def beat(at_s: float, number: int = 1) -> SoundRow:
    return SoundRow(at_s, at_s, 0.9, "beat", is_downbeat=number == 1, beat_in_bar=number)


def loudness(levels_db: Sequence[float | None]) -> list[SoundRow]:
    """A level every half second."""
    return [SoundRow(i / 2, i / 2 + 0.5, None, "loudness", lufs_m=db, rms_db=db) for i, db in enumerate(levels_db)]


def words(text: str, start_s: float, per_s: float = 3.0, segment: int = 0) -> list[SpokenRow]:
    """A segment and its words, one after the other."""
    said = text.split()
    rows = [
        SpokenRow(start_s + i / per_s, start_s + (i + 1) / per_s, 0.9, "word", text=word, segment=segment)
        for i, word in enumerate(said)
    ]
    whole = SpokenRow(start_s, rows[-1].end_s, 0.9, "segment", text=text, segment=segment, n_words=len(said))
    return [whole, *rows]


def text(what: str, start_s: float, end_s: float, role: str = "caption") -> TextRow:
    return known(TextRow, start_s=start_s, end_s=end_s, text=what, role=role, x=0.2, y=0.7, w=0.6, h=0.1, words=())


def face(start_s: float, end_s: float, size: float = 0.1) -> list[FaceRow]:
    """A track, and its samples."""
    place: dict[str, Any] = {"x": 0.4, "y": 0.3, "w": 0.3, "h": 0.3, "size_frac": size, "track_id": 0, "person_id": 0}
    times = np.arange(start_s, end_s - 1e-9, 0.25)
    samples = [
        known(FaceRow, start_s=t, end_s=min(t + 0.25, end_s), confidence=0.95, level="sample", **place)
        for t in times.tolist()
    ]
    return [*samples, known(FaceRow, start_s=start_s, end_s=end_s, confidence=0.95, level="track", **place)]


def thing(label: str, start_s: float, end_s: float) -> list[ThingRow]:
    place: dict[str, Any] = {"x": 0.3, "y": 0.2, "w": 0.5, "h": 0.8, "screen_share": 0.4, "track_id": 0, "label": label}
    times = np.arange(start_s, end_s - 1e-9, 0.25)
    samples = [known(ThingRow, start_s=t, end_s=min(t + 0.25, end_s), level="sample", **place) for t in times.tolist()]
    return [*samples, known(ThingRow, start_s=start_s, end_s=end_s, level="track", **place)]


def ground(share: float, start_s: float, end_s: float) -> list[GroundRow]:
    times = np.arange(start_s, end_s - 1e-9, 0.25)
    return [known(GroundRow, start_s=t, end_s=t + 0.25, level="sample", shot=0, fg_ratio=share) for t in times.tolist()]


def camera(move: str, start_s: float, end_s: float, amount: float = 0.0) -> CameraRow:
    return known(CameraRow, start_s=start_s, end_s=end_s, level="segment", move=move, amount=amount)


def unsteady(kind: str, start_s: float, end_s: float) -> ConsistencyRow:
    return known(ConsistencyRow, start_s=start_s, end_s=end_s, kind=kind)


def pace(speeds: Sequence[float]) -> list[PaceRow]:
    """A speed every second."""
    return [PaceRow(float(i), i + 1.0, None, 0, speed, None, None, None) for i, speed in enumerate(speeds)]


def call(what: str, start_s: float, end_s: float) -> CtaRow:
    return known(CtaRow, start_s=start_s, end_s=end_s, cta=what, channel="screen", quote="")


def seam(end_s: float, is_loop: bool) -> SeamRow:
    return known(SeamRow, start_s=0.0, end_s=end_s, is_loop=is_loop)


@dataclass(frozen=True, slots=True)
class Act:
    """What one part of a video is like."""

    seconds: float
    shot_s: float = 3.0
    speed: float = 0.1
    level_db: float = -24.0
    words_per_s: float = 0.0
    has_face: bool = False
    has_text: bool = False


def phrases(seconds: float, pause_s: float, seed: int) -> list[SpokenRow]:
    """Words in breaths of about four seconds, with pauses between."""
    rng = np.random.default_rng(seed)
    at, rows = 0.3, []
    while at < seconds - 0.5:
        stop = min(at + 4 * float(rng.uniform(0.5, 1.8)), seconds - 0.3)
        while at < stop:
            rows.append(SpokenRow(at, at + 0.2, 0.9, "word", text="word", segment=0))
            at += float(rng.uniform(0.2, 0.5))
        at += pause_s * float(rng.uniform(0.3, 1.8))
    return rows


@dataclass(slots=True)
class Told:
    """The tables of a video, by the analyzers' names."""

    end_s: float
    rows: dict[str, list[Any]] = field(default_factory=dict)


def talk(seconds: float, pause_s: float, seed: int) -> Told:
    """Somebody who talks and pauses, in one shot, as loud as that."""
    rows = phrases(seconds, pause_s, seed)
    levels = np.full(round(seconds * 2), -45.0)
    levels[[int(row.start_s * 2) for row in rows]] = -20
    levels += np.random.default_rng(seed).normal(0, 2, len(levels))
    tables = {"speech_transcription": rows, "audio_analysis": loudness(levels.tolist()), "cut_analysis": []}
    return Told(seconds, tables | {"pacing_curve": pace([0.1] * round(seconds))})


def play(acts: Sequence[Act], seed: int = 0) -> Told:
    """Acts one after the other, as uneven as life."""
    rng = np.random.default_rng(seed)
    cuts, speeds, levels, spoken, faces, texts = [], [], [], [], [], []
    at = 0.0
    for number, act in enumerate(acts):
        end = at + act.seconds
        t = at
        while (t := t + act.shot_s * float(rng.uniform(0.6, 1.4))) < end - 0.3:
            cuts.append(cut(round(t * 30) / 30))
        if number + 1 < len(acts):
            cuts.append(cut(end))
        speeds += (act.speed * rng.lognormal(0, 0.35, round(act.seconds))).tolist()
        levels += (act.level_db + rng.normal(0, 2.5, round(act.seconds * 2))).tolist()
        t = at + 0.1
        while act.words_per_s and t < end - 0.3:
            spoken.append(SpokenRow(t, t + 0.2, 0.9, "word", text="word", segment=0))
            t += float(rng.uniform(0.5, 1.5)) / act.words_per_s
        if act.has_face:
            faces += face(at, end)
        if act.has_text:
            texts.append(text("text", at, end))
        at = end
    return Told(
        at,
        {
            "cut_analysis": cuts, "pacing_curve": pace(speeds), "audio_analysis": loudness(levels),
            "speech_transcription": spoken, "face_detection": faces, "text_overlay": texts,
        },
    )  # fmt: skip
