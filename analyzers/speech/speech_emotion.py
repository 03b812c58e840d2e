"""Emotion of the voice: how each stretch of speech sounds, by a model's classes or dimensions, and how aroused.

A row is up to six seconds of speech without a longer pause. A model of classes gives each its share; a model of
dimensions says arousal, dominance and valence. The models were trained on acted or podcast English: for other
languages, and for voices over loud music, they are guesses. It is told how a voice sounds, not what anybody feels.

Where the model tells no arousal, it is reckoned from pitch, level and speed against what is usual for the speaker (or
for the whole video, where speakers are not told apart): aroused speech is higher, louder and faster
(https://doi.org/10.1016/S0167-6393(02)00084-5). That needs two stretches to compare, and says nothing of valence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, log2
from typing import Annotated

import numpy as np

from analyzers.columns import Column, Confidence, EndS, Fraction, StartS
from analyzers.contract import Audio, Classify, Pitch, Spectrum, Voice, analyzer
from analyzers.measures.sound.levels import level_db
from analyzers.measures.speech.nuclei import find_nuclei
from analyzers.measures.speech.stretches import sound_of, stretches_s
from analyzers.speech.speaker_diarization import Row as SpeakerRow

LONGEST_S, SHORTEST_S, PAUSE_S = 6.0, 1.0, 0.5  # the models' own utterances: 2 to 11 s; below one second it is chance
DIMENSIONS = ("arousal", "valence", "dominance")
NAMES = {"neu": "neutral", "hap": "happy", "ang": "angry", "sad": "sad"}  # SUPERB's short ones
# By so much do joy and anger raise a voice above its usual: semitones, dB, and octaves of speed (20 %).
USUAL_RISE = (4.0, 6.0, 0.26)
STEEPNESS = 2.0  # a voice raised by just that in all three reads 0.88


@dataclass(frozen=True, slots=True)
class Share:
    label: Annotated[str, Column("emotion, by the model's own vocabulary")]
    share: Fraction


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    emotion: Annotated[str | None, Column("likeliest class; null where the model knows none")]
    probs: Annotated[tuple[Share, ...], Column("every class, likeliest first; empty where the model knows none")]
    arousal: Annotated[
        float | None,
        Column("0 calm, 1 excited: by the model, else by the voice against its usual (0.5); null if unknown", 0, 1),
    ]
    valence: Annotated[float | None, Column("0 unpleasant, 1 pleasant; null where the model does not tell", 0, 1)]
    dominance: Annotated[float | None, Column("0 weak, 1 strong; null where the model does not tell", 0, 1)]
    f0_hz: Annotated[float | None, Column("median pitch; null where nothing is voiced", low=50, high=520)]
    energy_db: Annotated[float | None, Column("rms level in dBFS, a full-scale sine at -3; null where it is silent")]


@analyzer(version=1, stage="gpu_light", role="voice_emotion", max_gap_s=1.0, evidence="model")
def speech_emotion(
    audio: Audio,
    spectrum: Spectrum,
    voice: Voice,
    pitch: Pitch,
    speaker_diarization: Sequence[SpeakerRow] | None,
    model: Classify,
) -> Iterator[Row]:
    spans = stretches_s(voice.spans_s, longest_s=LONGEST_S, shortest_s=SHORTEST_S, pause_s=PAUSE_S)
    if not spans:
        return
    voices = [_Sounding(span, audio, pitch) for span in spans]
    raised = _raised(voices, _speeds(spans, spectrum, voice, pitch), [_speaker(s, speaker_diarization) for s in spans])
    scores = model(sound_of(audio, *span) for span in spans)
    for heard, by_ear, told in zip(voices, raised, scores, strict=True):
        yield _row(heard, by_ear, dict(zip(model.labels, told.tolist(), strict=True)))


class _Sounding:
    """One stretch, as it sounds."""

    def __init__(self, span: tuple[float, float], audio: Audio, pitch: Pitch) -> None:
        self.start_s, self.end_s = max(span[0], 0.0), max(span[1], 0.0)
        self.f0_hz = pitch.median_hz(*span)
        self.energy_db = level_db(audio.mono, audio.mono_rate_hz, audio.offset_s, *span)


def _row(heard: _Sounding, by_ear: float | None, told: dict[str, float]) -> Row:
    dimensions = {name: _clipped(told.get(name)) for name in DIMENSIONS}
    classes = {NAMES.get(label, label): share for label, share in told.items() if label not in DIMENSIONS}
    ranked = sorted(classes.items(), key=lambda item: -item[1])
    return Row(
        heard.start_s,
        heard.end_s,
        _clipped(ranked[0][1]) if ranked else None,
        ranked[0][0] if ranked else None,
        tuple(Share(label, min(max(share, 0.0), 1.0)) for label, share in ranked),
        by_ear if dimensions["arousal"] is None else dimensions["arousal"],
        dimensions["valence"],
        dimensions["dominance"],
        heard.f0_hz,
        heard.energy_db,
    )


def _clipped(value: float | None) -> float | None:
    """A regression's answer is only about 0..1."""
    return None if value is None else min(max(value, 0.0), 1.0)


def _raised(
    voices: Sequence[_Sounding], speeds: Sequence[float | None], speakers: Sequence[str | None]
) -> list[float | None]:
    """Arousal of each stretch against the median of the same speaker's; None with nothing to compare it with."""
    measured = [
        (log2(one.f0_hz) * 12 if one.f0_hz else None, one.energy_db, log2(speed) if speed else None)
        for one, speed in zip(voices, speeds, strict=True)
    ]
    found: list[float | None] = []
    for own, speaker in zip(measured, speakers, strict=True):
        peers = [other for other, name in zip(measured, speakers, strict=True) if name == speaker]
        rises = []
        for value, step, known in zip(own, USUAL_RISE, zip(*peers, strict=True), strict=True):
            usual = [one for one in known if one is not None]
            if value is not None and len(usual) >= 2:
                rises.append((value - float(np.median(usual))) / step)
        found.append(1 / (1 + exp(-STEEPNESS * float(np.clip(np.mean(rises), -9, 9)))) if rises else None)
    return found


def _speeds(spans: Sequence[tuple[float, float]], spectrum: Spectrum, voice: Voice, pitch: Pitch) -> list[float | None]:
    """Syllables a second of each stretch, pauses left out."""
    nuclei_s, _ = find_nuclei(spectrum, voice, pitch)
    speeds: list[float | None] = []
    for start_s, end_s in spans:
        first, after = np.searchsorted(nuclei_s, [start_s, end_s])
        spoken_s = sum(max(0.0, min(b, end_s) - max(a, start_s)) for a, b in voice.spans_s.tolist())
        speeds.append(float(after - first) / spoken_s if after > first and spoken_s > 0 else None)
    return speeds


def _speaker(span: tuple[float, float], turns: Sequence[SpeakerRow] | None) -> str | None:
    """Who speaks most of a stretch."""
    shared: dict[str, float] = {}
    for turn in turns or ():
        shared_s = min(turn.end_s, span[1]) - max(turn.start_s, span[0])
        if shared_s > 0:
            shared[turn.speaker] = shared.get(turn.speaker, 0.0) + shared_s
    return max(shared, key=lambda name: shared[name], default=None)
