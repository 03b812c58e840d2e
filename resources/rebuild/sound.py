"""The sound of a script: as loud as it was measured, struck where something began, a voice where somebody spoke."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resources.rebuild.script import Row, Tables
from resources.render.sound import NOTES

RATE_HZ = 48_000
STEPS_HZ = 100  # of the envelope
BLOCK_S = 10  # made at once
STROKE_S = 0.1  # in which a stroke falls to a third
HELD = 0.5  # of what sounds on beside strokes at full strength
PAUSE = 0.1  # of a voice's level, between its words
VOICE_HZ = 140.0
TONAL = ("music", "tonal")


@dataclass(frozen=True, slots=True)
class Score:
    """What is to be played, every hundredth of a second."""

    held: NDArray[np.float64]  # rms of what sounds on
    stroke: NDArray[np.float64]  # rms of what was struck
    is_tone: NDArray[np.bool_]
    voice_hz: NDArray[np.float64]  # 0 where nobody speaks
    tones_hz: tuple[float, ...]

    @property
    def is_silent(self) -> bool:
        return not (self.held.any() or self.stroke.any())


def read_score(tables: Tables, duration_s: float) -> Score:
    count = max(int(np.ceil(duration_s * STEPS_HZ)), 1)
    sounds = tables.get("audio_analysis", ())
    windows = [row for row in tables.get("audio_environment", ()) if row["kind"] == "window"]
    voice_hz = _voice_hz(tables.get("speech_transcription", ()), count)
    is_speech, is_tone = _marked(windows, ("speech",), count), _marked(windows, TONAL, count)
    open_share = np.where(is_speech & (voice_hz == 0) & bool(voice_hz.any()), PAUSE, 1.0)
    strokes = _strokes([row for row in sounds if row["kind"] == "onset"], count)
    held = np.where(strokes > 0.01, HELD, 1.0) * open_share
    scale = _scales([row for row in sounds if row["kind"] == "loudness"], np.hypot(held, strokes))
    return Score(held * scale, strokes * scale, is_tone, voice_hz, _tones_hz(sounds))


def played(score: Score, duration_s: float) -> Iterator[NDArray[np.float32]]:
    """Blocks of one channel, one after the other."""
    total = round(duration_s * RATE_HZ)
    steps = np.arange(len(score.held)) / STEPS_HZ
    for number, first in enumerate(range(0, total, BLOCK_S * RATE_HZ)):
        t = np.arange(first, min(first + BLOCK_S * RATE_HZ, total)) / RATE_HZ
        at = np.minimum((t * STEPS_HZ).astype(int), len(steps) - 1)
        noise = np.random.default_rng(number).standard_normal(len(t))
        hz = score.voice_hz[at]
        is_voice, is_tone = hz > 0, score.is_tone[at] & (hz == 0) & bool(score.tones_hz)
        carried = noise.copy()
        carried[is_tone] = _tone(score.tones_hz, t[is_tone])
        carried[is_voice] = _buzz(np.cumsum(hz)[is_voice] / RATE_HZ)
        wave = carried * np.interp(t, steps, score.held) + noise * np.interp(t, steps, score.stroke)
        yield np.clip(wave, -1, 1).astype(np.float32)


def _marked(windows: Sequence[Row], kinds: Sequence[str], count: int) -> NDArray[np.bool_]:
    found = np.zeros(count, np.bool_)
    for row in windows:
        if row["sound_class"] in kinds:
            found[_steps(row, count)] = True
    return found


def _voice_hz(rows: Sequence[Row], count: int) -> NDArray[np.float64]:
    """How high somebody speaks, where words are known in them, else in whole stretches."""
    spoken = [r for r in rows if r["level"] == "word"] or [r for r in rows if r["level"] == "segment"]
    pitches = {r["segment"]: r["pitch_hz"] for r in rows if r["level"] == "segment"}
    found = np.zeros(count)
    for row in spoken:
        found[_steps(row, count)] = pitches.get(row["segment"]) or VOICE_HZ
    return found


def _strokes(onsets: Sequence[Row], count: int) -> NDArray[np.float64]:
    found = np.zeros(count)
    for row in onsets:
        first = round(row["start_s"] * STEPS_HZ)
        if 0 <= first < count:
            fall = np.exp(-np.arange(min(count - first, 6 * round(STROKE_S * STEPS_HZ))) / (STROKE_S * STEPS_HZ))
            part = found[first : first + len(fall)]
            np.maximum(part, (row["strength"] or 0.0) * fall, out=part)
    return found


def _scales(levels: Sequence[Row], shape: NDArray[np.float64]) -> NDArray[np.float64]:
    """Every stretch of a shape as loud as it was measured; nothing where nothing was."""
    scale = np.zeros(len(shape))
    for row in levels:
        part = _steps(row, len(shape))
        strength = float(np.sqrt(np.mean(shape[part] ** 2))) if len(shape[part]) else 0.0
        if row["rms_db"] is not None and strength > 0:
            scale[part] = 10 ** (row["rms_db"] / 20) / strength
    return scale


def _steps(row: Row, count: int) -> slice:
    return slice(min(max(round(row["start_s"] * STEPS_HZ), 0), count), min(round(row["end_s"] * STEPS_HZ), count))


def _tones_hz(sounds: Sequence[Row]) -> tuple[float, ...]:
    """The triad of the key, or the strongest tone."""
    whole = next((row for row in sounds if row["kind"] == "summary"), None)
    if whole is None:
        return ()
    if whole["key"]:
        thirds = (0, 4, 7) if whole["mode"] == "major" else (0, 3, 7)
        return tuple(440 * 2 ** ((NOTES[whole["key"]] - 9 + step) / 12) for step in thirds)
    return (float(whole["dominant_hz"]),) if whole["dominant_hz"] else ()


def _tone(tones_hz: Sequence[float], t: NDArray[np.float64]) -> NDArray[np.float64]:
    """With an rms of one."""
    wave = np.zeros(len(t))
    for hz in tones_hz:
        wave += np.sin(2 * np.pi * hz * t)
    return wave * np.sqrt(2 / max(len(tones_hz), 1))


def _buzz(turns: NDArray[np.float64]) -> NDArray[np.float64]:
    """A voice's overtones, each weaker than the one below; an rms of one."""
    parts = [np.sin(2 * np.pi * k * turns) / k for k in (1, 2, 3, 4, 5, 6)]
    return np.sum(parts, axis=0) * np.sqrt(2 / sum(1 / k**2 for k in (1, 2, 3, 4, 5, 6)))
