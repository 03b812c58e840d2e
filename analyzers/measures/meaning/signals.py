"""Signals of a video on one grid: how much it cuts, moves, sounds, speaks, writes and shows, step by step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from analyzers.edit.cut_analysis import CutRow
from analyzers.edit.pacing_curve import PaceRow
from analyzers.measures.meaning.spans import Spanned, covered_s, spans_of, union
from analyzers.people.face_detection import FaceRow
from analyzers.picture.color_analysis import Row as ColourRow
from analyzers.sound.audio_analysis import Row as SoundRow
from analyzers.speech.speech_transcription import Row as SpokenRow
from analyzers.text.text_overlay import Row as TextRow

Series = NDArray[np.float64]
STEP_S = 0.5
MOST_STEPS = 1200  # ten minutes; longer videos are looked at in longer steps
BRIDGE_S = 3.0  # of a pause that parts nothing: a breath, a blink, a caption that changes
QUIET_DB = -60.0  # what is below is silence, however far
NOT_THE_VIDEOS = ("scene_text", "watermark", "ui", "username")  # roles of texts that tell nothing of it


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that can be more or less."""

    values: Series
    least: float  # a difference that is felt
    low: float  # where its energy is 0, and
    high: float | None  # where it is 1; None where more of it is no more energy
    more: str  # how a rise is told, and
    less: str  # a fall
    unit: str  # how a value is told, as a format of its own


def grid(end_s: float) -> Series:
    """Edges of equal steps."""
    steps = int(np.clip(round(end_s / STEP_S), 1, MOST_STEPS))
    return np.linspace(0, end_s, steps + 1)


def cutting(edges_s: Series, rows: Sequence[CutRow]) -> Signal:
    times = [(row.start_s + row.end_s) / 2 for row in rows if row.level == "cut"]
    rate = np.histogram(times, edges_s)[0] / np.diff(edges_s)
    return Signal(rate, 0.8, 0.0, 1.5, "more cuts", "fewer cuts", "{:.1f} a second")


def moving(edges_s: Series, rows: Sequence[PaceRow]) -> Signal | None:
    if not rows:
        return None
    starts = np.array([row.start_s for row in rows])
    speed = np.array([row.motion for row in rows])
    middles = (edges_s[1:] + edges_s[:-1]) / 2
    seen = np.log2(1 + 20 * speed[np.clip(np.searchsorted(starts, middles, "right") - 1, 0, None)])
    return Signal(seen, 1.0, 0.0, 4.0, "more movement", "less movement", "")


def sounding(edges_s: Series, rows: Sequence[SoundRow]) -> Signal | None:
    known = [row for row in rows if row.kind == "loudness"]
    if not known:
        return None
    middles = np.array([(row.start_s + row.end_s) / 2 for row in known])
    level = np.array([QUIET_DB if row.rms_db is None else max(row.rms_db, QUIET_DB) for row in known])
    heard = np.interp((edges_s[1:] + edges_s[:-1]) / 2, middles, level)
    return Signal(bridged(edges_s, heard), 6.0, -45.0, -12.0, "louder", "quieter", "{:.0f} dB")


def speaking(edges_s: Series, rows: Sequence[SpokenRow]) -> Signal:
    words = [row for row in rows if row.level == "word"]
    if words:
        rate = np.histogram([row.start_s for row in words], edges_s)[0] / np.diff(edges_s)
    else:  # heard, not understood: as fast as people usually speak
        rate = 3 * shares(edges_s, (row for row in rows if row.level == "segment"))
    step_s = float(edges_s[1] - edges_s[0])
    wide = max(round(1.5 / step_s), 1)  # a second and a half: words come one by one
    padded = np.pad(rate, (wide // 2, wide - 1 - wide // 2), mode="edge")
    rate = np.convolve(padded, np.full(wide, 1 / wide), mode="valid")
    return Signal(bridged(edges_s, rate), 1.5, 0.0, 4.0, "more speech", "less speech", "{:.1f} words a second")


def writing(edges_s: Series, rows: Sequence[TextRow]) -> Signal:
    shown = [row for row in rows if row.role not in NOT_THE_VIDEOS]
    return Signal(
        bridged(edges_s, shares(edges_s, shown)), 0.5, 0.0, None, "text on the screen", "no more text on the screen", ""
    )


def facing(edges_s: Series, rows: Sequence[FaceRow]) -> Signal:
    seen = (row for row in rows if row.level == "sample")
    return Signal(bridged(edges_s, shares(edges_s, seen)), 0.5, 0.0, None, "a face comes in", "no face any more", "")


def colouring(edges_s: Series, rows: Sequence[ColourRow]) -> list[Signal]:
    """Light and colourfulness of the shots: they differ from shot to shot, so only much counts."""
    shots = sorted((row for row in rows if row.level == "shot"), key=lambda row: row.start_s)
    if not shots:
        return []
    at = np.searchsorted([row.start_s for row in shots], (edges_s[1:] + edges_s[:-1]) / 2, "right") - 1
    light, chroma = (np.array([getattr(shots[max(i, 0)], name) for i in at]) for name in ("mean_l", "saturation"))
    return [
        Signal(light, 0.3, 0.0, None, "brighter pictures", "darker pictures", ""),
        Signal(chroma, 0.12, 0.0, None, "more colour", "less colour", ""),
    ]


def shares(edges_s: Series, rows: Iterable[Spanned]) -> Series:
    return covered_s(union(spans_of(rows)), edges_s) / np.diff(edges_s)


def bridged(edges_s: Series, values: Series) -> Series:
    """Dips no longer than a pause filled up, the edges of longer ones where they are: a morphological closing."""
    reach = int(BRIDGE_S / float(edges_s[1] - edges_s[0]) / 2)
    if not reach:
        return values
    wide = 2 * reach + 1
    highest = sliding_window_view(np.pad(values, reach, mode="edge"), wide).max(axis=1)
    return sliding_window_view(np.pad(highest, reach, mode="edge"), wide).min(axis=1)
