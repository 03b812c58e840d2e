"""Sound: how loud, fast, wide and in which key the sound track is, and where it beats, starts, changes and clips.

A `summary` row (one per sound track) speaks of the whole; `loudness` rows lie on a grid of half seconds; `beat` and
`onset` rows are instants (start_s = end_s); `section` and `clipping` rows are spans. Columns that a kind does not speak
of are null. No sound track: no rows. Silence: the summary, without loudness, tempo or key, and the grid.

Loudness: EBU R 128 (FFmpeg's `ebur128`). Onsets, mel bands, pitch peaks and brightness: librosa on the shared
spectrum, https://doi.org/10.25080/Majora-7b98e3ed-003. Beats, bars, key and sections: see analyzers/measures.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Audio, Spectrum, analyzer
from analyzers.measures.sound.bars import find_bars
from analyzers.measures.sound.beats import Pulse, find_pulse
from analyzers.measures.sound.levels import BLOCK_S, Levels, measure_levels
from analyzers.measures.sound.loudness import STEP_S, Loudness, measure_loudness
from analyzers.measures.sound.sections import find_sections
from analyzers.measures.sound.spectral import (
    ENVELOPE_LAG_S,
    Walk,
    find_onsets,
    onset_envelope,
    stress_envelope,
    walk_spectrum,
)
from analyzers.measures.sound.tonality import Mode, Tonic, find_key

GRID_BLOCKS = 5  # of BLOCK_S: a loudness row every half second
SILENT_DB = -60.0  # RMS of full scale; what FFmpeg's silencedetect calls silence
NO_SIGNAL_DB = -120.0  # below the dither of 16 bits: digital silence
SECTION_GROUP = 10  # spectra: sections are looked for in steps of 0.1 s
ACCENT_S = 0.06  # after a beat, in which its stroke is loudest


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence  # of beats the pulse's clarity; other kinds have none
    kind: Annotated[
        Literal["summary", "loudness", "beat", "onset", "section", "clipping"], Column("what the row speaks of")
    ]
    lufs_i: Annotated[float | None, Column("summary: integrated loudness, LUFS; null in silence")] = None
    true_peak_db: Annotated[float | None, Column("summary: peak, also between samples, dB of full scale")] = None
    lra_lu: Annotated[float | None, Column("summary: loudness range, LU; null below 4 s", low=0)] = None
    tempo_bpm: Annotated[float | None, Column("summary: beats a minute; null without a pulse", low=0)] = None
    pulse_clarity: Annotated[float | None, Column("summary: how well the beat repeats", low=0, high=1)] = None
    key: Annotated[Tonic | None, Column("summary: tonic; null where no key stands out")] = None
    mode: Annotated[Mode | None, Column("summary: mode of the key")] = None
    key_likeness: Annotated[float | None, Column("summary: correlation with the key's profile", low=0, high=1)] = None
    dominant_hz: Annotated[float | None, Column("summary: frequency of the strongest partial", low=0)] = None
    centroid_hz: Annotated[float | None, Column("summary: brightness, mean spectral centroid", low=0)] = None
    stereo_width: Annotated[
        float | None, Column("summary: 0 mono, 1 unrelated or opposite channels", low=0, high=1)
    ] = None
    silence_share: Annotated[float | None, Column("summary: share of the time below -60 dB", low=0, high=1)] = None
    clipping_share: Annotated[float | None, Column("summary: share of the samples in flat tops", low=0, high=1)] = None
    lufs_s: Annotated[float | None, Column("loudness: short-term, the 3 s up to the row's end, LUFS")] = None
    lufs_m: Annotated[float | None, Column("loudness: momentary, the 400 ms up to the row's end, LUFS")] = None
    rms_db: Annotated[float | None, Column("loudness: level, dB; a full-scale sine has -3")] = None
    is_downbeat: Annotated[bool | None, Column("beat: first of its bar; null where no accents say so")] = None
    beat_in_bar: Annotated[int | None, Column("beat: number in its bar; null like is_downbeat", low=1, bits=32)] = None
    strength: Annotated[float | None, Column("onset: height over the track's highest", low=0, high=1)] = None
    section: Annotated[str | None, Column("section: letter; sections that sound alike share one", verbatim=True)] = None


@analyzer(version=2, max_gap_s=0.1)
def audio_analysis(audio: Audio, spectrum: Spectrum) -> Iterator[Row]:
    if not len(audio.stereo):
        return
    levels = measure_levels(audio.stereo, audio.rate_hz)
    loudness = measure_loudness(audio.stereo, audio.rate_hz)
    walk = walk_spectrum(spectrum)
    rate_hz = _rate_hz(spectrum)
    pulse = find_pulse(stress_envelope(walk.mel), rate_hz)
    rows = [
        _summary(audio, levels, loudness, walk, pulse),
        *_loudness_rows(audio, levels, loudness),
        *_beat_rows(pulse, walk, rate_hz),
        *_onset_rows(onset_envelope(walk.mel), rate_hz),
        *_section_rows(walk, levels, rate_hz),
        *(Row(start, end, None, "clipping") for start, end in levels.clipped_spans_s),
    ]
    yield from _on_the_videos_clock(rows, audio.offset_s)


def _on_the_videos_clock(rows: list[Row], offset_s: float) -> Iterator[Row]:
    """Rows timed from the first sample, moved to where the sound lies; what is before the picture is cut off."""
    for row in rows:
        start_s, end_s = row.start_s + offset_s, row.end_s + offset_s
        is_instant = row.kind in ("beat", "onset")
        if start_s >= 0 if is_instant else end_s > 0:
            yield replace(row, start_s=max(start_s, 0.0), end_s=end_s)


def _rate_hz(spectrum: Spectrum) -> float:
    """Spectra a second."""
    return (len(spectrum.t_s) - 1) / float(spectrum.t_s[-1] - spectrum.t_s[0]) if len(spectrum.t_s) > 1 else 100.0


def _summary(audio: Audio, levels: Levels, loudness: Loudness, walk: Walk, pulse: Pulse | None) -> Row:
    key = find_key(walk.peaks)
    silent = levels.block_power < 10 ** (SILENT_DB / 10)
    return Row(
        0.0,
        len(audio.stereo) / audio.rate_hz,
        None,
        "summary",
        lufs_i=loudness.integrated,
        true_peak_db=loudness.true_peak_db,
        lra_lu=loudness.range_lu,
        tempo_bpm=pulse.bpm if pulse else None,
        pulse_clarity=pulse.clarity if pulse else None,
        key=key.tonic if key else None,
        mode=key.mode if key else None,
        key_likeness=key.likeness if key else None,
        dominant_hz=walk.dominant_hz,
        centroid_hz=walk.centroid_hz,
        stereo_width=None if silent.all() else levels.width,
        silence_share=float(silent.mean()),
        clipping_share=levels.clipped_share,
    )


def _loudness_rows(audio: Audio, levels: Levels, loudness: Loudness) -> Iterator[Row]:
    duration_s = len(audio.stereo) / audio.rate_hz
    for first in range(0, len(levels.block_power), GRID_BLOCKS):
        power = float(levels.block_power[first : first + GRID_BLOCKS].mean())
        end_s = min((first + GRID_BLOCKS) * BLOCK_S, duration_s)
        reading = round(end_s / STEP_S) - 1
        is_read = 0 <= reading < len(loudness.momentary)
        yield Row(
            first * BLOCK_S,
            end_s,
            None,
            "loudness",
            lufs_m=loudness.momentary[reading] if is_read else None,
            lufs_s=loudness.short_term[reading] if is_read else None,
            rms_db=10 * float(np.log10(power)) if power > 10 ** (NO_SIGNAL_DB / 10) else None,
        )


def _beat_rows(pulse: Pulse | None, walk: Walk, rate_hz: float) -> Iterator[Row]:
    if pulse is None:
        return
    times_s = np.maximum(pulse.beats_s - ENVELOPE_LAG_S, 0)
    level = walk.mel.sum(axis=1)
    strokes = (times_s * rate_hz).round().astype(int)
    loudest = np.array([level[i : i + round(ACCENT_S * rate_hz) + 1].max(initial=1e-15) for i in strokes])
    bars = find_bars(10 * np.log10(loudest))
    for i, time_s in enumerate(times_s.tolist()):
        in_bar = int(bars[i]) if bars is not None else None
        is_downbeat = in_bar == 1 if in_bar is not None else None
        yield Row(time_s, time_s, pulse.clarity, "beat", is_downbeat=is_downbeat, beat_in_bar=in_bar)


def _onset_rows(envelope: np.ndarray, rate_hz: float) -> Iterator[Row]:
    for i in find_onsets(envelope, rate_hz):
        time_s = max(float(i / rate_hz) - ENVELOPE_LAG_S, 0.0)
        yield Row(time_s, time_s, None, "onset", strength=float(envelope[i] / envelope.max()))


def _section_rows(walk: Walk, levels: Levels, rate_hz: float) -> Iterator[Row]:
    edges = np.arange(0, len(walk.mel), SECTION_GROUP)
    power = np.add.reduceat(walk.mel.astype(np.float64), edges)
    for section in find_sections(power, rate_hz / SECTION_GROUP):
        start_s = section.first * SECTION_GROUP / rate_hz
        end_s = min(section.after * SECTION_GROUP, len(walk.mel)) / rate_hz
        heard = levels.block_power[round(start_s / BLOCK_S) : max(round(end_s / BLOCK_S), 1)]
        if heard.max(initial=0) >= 10 ** (SILENT_DB / 10):
            yield Row(start_s, end_s, None, "section", section=section.label)
