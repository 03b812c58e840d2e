"""Transcript: what is said, word by word, with its time, language, pitch and speed.

A `segment` is a stretch of speech as the model writes it down, followed by its `word` rows, where words have times of
their own; without a model of speech a segment has no text, and only says that somebody speaks. What a model wrote and
is not believed is a `rejected` row with the reason (analyzers/measures/speech/guards.py); its words are not told.

Pitch: YIN on the voiced parts (resources/pitch.py). Voices: Silero VAD; sung words are
speech for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp
from typing import Annotated, Literal

import numpy as np

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Audio, Pitch, Post, Transcribe, Utterance, Voice, Word, analyzer
from analyzers.measures.sound.levels import level_db
from analyzers.measures.speech.guards import Heard, Reason, in_a_loop, share_of, why_not
from analyzers.measures.speech.syllables import are_parted, count_syllables, normalised

SHORTEST_S = 0.05  # of a word: from a shorter one no speed can be told


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    level: Annotated[
        Literal["segment", "word", "rejected"],
        Column("a stretch of speech, a word of it, or a text that is not believed"),
    ]
    text: Annotated[
        str | None, Column("what is said, as it was written down; null where no model writes", verbatim=True)
    ] = None
    lang: Annotated[str | None, Column("language of the text, ISO 639-1")] = None
    segment: Annotated[
        int | None, Column("segment, word: number of the segment, from 0; null where rejected", low=0, bits=32)
    ] = None
    n_words: Annotated[
        int | None, Column("segment, rejected: words; null where the script does not part them", low=0, bits=32)
    ] = None
    syllables_per_s: Annotated[
        float | None, Column("speed from start to end; null where the script does not tell syllables", low=0)
    ] = None
    pitch_hz: Annotated[
        float | None, Column("median fundamental frequency; null where nothing is voiced", low=50, high=520)
    ] = None
    level_db: Annotated[float | None, Column("rms level in dBFS, a full-scale sine at -3; null where it is silent")] = (
        None
    )
    voice_share: Annotated[
        float | None, Column("share of the time in which the detector hears a voice", low=0, high=1, bits=32)
    ] = None
    avg_logprob: Annotated[float | None, Column("the model's mean log-probability of the window's text")] = None
    no_speech_prob: Annotated[
        float | None, Column("the model's probability that nobody speaks in the window", low=0, high=1, bits=32)
    ] = None
    compression_ratio: Annotated[float | None, Column("of the window's text: above 2.4 it repeats itself", low=0)] = (
        None
    )
    reason: Annotated[Reason | None, Column("rejected: why it is not believed")] = None


@analyzer(version=2, stage="gpu_medium", role="transcribe", max_gap_s=0.032, evidence="model")
def speech_transcription(audio: Audio, voice: Voice, pitch: Pitch, post: Post, model: Transcribe) -> Iterator[Row]:
    said = [utterance for utterance in model(audio, voice, post) if utterance.end_s > 0 and utterance.text != ""]
    if not said:
        return
    sound = _Sound(audio, voice, pitch)
    looped = in_a_loop(said)
    number = 0
    for utterance, is_looped in zip(said, looped, strict=True):
        reason = why_not(utterance, sound.heard(utterance)) or ("loop" if is_looped else None)
        yield sound.row(utterance, None if reason else number, reason)
        if reason is None:
            yield from (sound.word_row(word, utterance.lang, number) for word in utterance.words if word.end_s > 0)
            number += 1


class _Sound:
    """What is heard where something is said to be said."""

    def __init__(self, audio: Audio, voice: Voice, pitch: Pitch) -> None:
        self._audio, self._voice, self._pitch = audio, voice, pitch
        levels = [level for a, b in voice.spans_s.tolist() if (level := self.level_db(a, b)) is not None]
        self._usual_db = float(np.median(levels)) if levels else None

    def level_db(self, start_s: float, end_s: float) -> float | None:
        audio = self._audio
        return level_db(audio.mono, audio.mono_rate_hz, audio.offset_s, start_s, end_s)

    def heard(self, said: Utterance) -> Heard:
        parts = said.words or (said,)
        start_s, end_s = parts[0].start_s, parts[-1].end_s
        return Heard(share_of(parts, self._voice), self.level_db(start_s, end_s), self._usual_db)

    def row(self, said: Utterance, number: int | None, reason: Reason | None) -> Row:
        start_s, end_s = max(said.start_s, 0.0), max(said.end_s, 0.0)
        heard = self.heard(said)
        return Row(
            start_s,
            end_s,
            self._sureness(said),
            "rejected" if reason else "segment",
            text=said.text,
            lang=said.lang,
            segment=number,
            n_words=_n_words(said),
            syllables_per_s=_speed(said, said.lang),
            pitch_hz=self._pitch.median_hz(start_s, end_s),
            level_db=heard.level_db,
            voice_share=heard.voice_share,
            avg_logprob=said.avg_logprob,
            no_speech_prob=said.no_speech_prob,
            compression_ratio=said.compression_ratio,
            reason=reason,
        )

    def word_row(self, word: Word, lang: str | None, number: int) -> Row:
        return Row(
            max(word.start_s, 0.0),
            max(word.end_s, 0.0),
            word.confidence,
            "word",
            text=word.text,
            lang=lang,
            segment=number,
            syllables_per_s=_speed(word, lang),
            pitch_hz=self._pitch.median_hz(word.start_s, word.end_s),
            level_db=self.level_db(word.start_s, word.end_s),
            voice_share=share_of((word,), self._voice),
        )

    def _sureness(self, said: Utterance) -> float | None:
        """Of its words, else of its text, else of the voice."""
        known = [word.confidence for word in said.words if word.confidence is not None]
        if known:
            return sum(known) / len(known)
        if said.avg_logprob is not None:
            return min(1.0, exp(said.avg_logprob))
        if said.text is not None:
            return None
        first, after = np.searchsorted(self._voice.t_s, [said.start_s, said.end_s])
        return float(np.clip(np.mean(self._voice.chance[first:after]), 0, 1)) if after > first else None


def _n_words(said: Utterance) -> int | None:
    if said.words or said.text is None:
        return len(said.words) or None
    return len(normalised(said.text).split()) if are_parted(said.text) else None


def _speed(said: Utterance | Word, lang: str | None) -> float | None:
    seconds = said.end_s - said.start_s
    count = count_syllables(said.text, lang) if said.text and seconds >= SHORTEST_S else None
    return None if count is None else count / seconds
