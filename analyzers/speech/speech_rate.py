"""Speech rate: how fast somebody speaks, in words and syllables, and how much of the talk is pauses.

A `window` is two seconds of the video with talk in them, the `whole` all of them together. Talk is speech with its
pauses; where nobody speaks for longer, before and after, it counts for nothing.

Counted are the words of the transcript, each spread over its time, with the syllables of their spelling; the whole is
of the windows with words. Where there are none, the syllables of the sound are counted (analyzers/measures/speech/
nuclei.py): these are right within a tenth on average, and there is no number of words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Annotated, Literal

import numpy as np

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Pitch, Spectrum, Voice, analyzer
from analyzers.measures.speech.nuclei import find_nuclei
from analyzers.measures.speech.syllables import are_parted, count_syllables, normalised
from analyzers.measures.speech.talk import BREAK_S, Spans, seconds_in, spans_of
from analyzers.speech.speech_transcription import Row as SpokenRow

WINDOW_S = 2.0
MIN_TALK_S, MIN_SPEECH_S = 0.5, 0.3  # with less of it a rate would be chance
INSTANT_S = 1e-3  # of a word whose times are one
Way = Literal["words", "nuclei"]


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    level: Annotated[Literal["window", "whole"], Column("two seconds, or all the talk there is")]
    counted_from: Annotated[Way, Column("words of the transcript, or syllable nuclei of the sound")]
    talk_s: Annotated[float, Column("speech and its pauses in this span: what is counted in", low=0)]
    words_per_min: Annotated[
        float | None,
        Column("words a minute of talk; null without words, and where the script does not part them", low=0),
    ] = None
    syllables_per_s: Annotated[
        float | None, Column("syllables a second of talk; null where the script does not tell them", low=0)
    ] = None
    articulation_per_s: Annotated[float | None, Column("syllables a second of speech, without the pauses", low=0)] = (
        None
    )
    pause_share: Annotated[
        float | None, Column("share of the talk that is pauses; null where no voice is heard", low=0, high=1, bits=32)
    ] = None


@dataclass(frozen=True, slots=True)
class _Said:
    """Words or syllables of one piece of time."""

    start_s: float
    end_s: float
    words: float | None
    syllables: float | None

    def share(self, start_s: float, end_s: float) -> float:
        """How much of it lies in a span."""
        return max(0.0, min(self.end_s, end_s) - max(self.start_s, start_s)) / (self.end_s - self.start_s)


@dataclass(frozen=True, slots=True)
class _Counted:
    """What a span holds."""

    way: Way
    talk_s: float
    speech_s: float
    words: float | None
    syllables: float | None


@analyzer(version=1, max_gap_s=0.032, evidence="derived")
def speech_rate(
    spectrum: Spectrum,
    voice: Voice,
    pitch: Pitch,
    speech_transcription: Sequence[SpokenRow] | None,
) -> Iterator[Row]:
    speech = spans_of(voice.spans_s.tolist())
    spelt = _spelt(speech_transcription or (), speech)
    talk = spans_of([*speech.tolist(), *((said.start_s, said.end_s) for said in spelt)], BREAK_S)
    if not len(talk):
        return
    heard = [_Said(t, t + INSTANT_S, None, 1.0) for t in find_nuclei(spectrum, voice, pitch)[0].tolist()]
    end_s = max(float(talk[-1, 1]), float(spectrum.t_s[-1]) if len(spectrum.t_s) else 0.0)
    counted = []
    for number in range(int(talk[0, 0] // WINDOW_S), ceil(talk[-1, 1] / WINDOW_S)):
        start_s, stop_s = number * WINDOW_S, min((number + 1) * WINDOW_S, end_s)
        if seconds_in(talk, start_s, stop_s) > 0:
            counted.append(_counted(spelt, heard, talk, speech, start_s, stop_s))
            yield _row(start_s, stop_s, "window", counted[-1])
    way: Way = "words" if spelt else "nuclei"
    yield _row(
        float(talk[0, 0]), float(talk[-1, 1]), "whole", _together([one for one in counted if one.way == way], way)
    )


def _spelt(rows: Sequence[SpokenRow], speech: Spans) -> list[_Said]:
    """The words of a transcript; of a segment whose words have no times, its text over the speech in it."""
    timed = {row.segment for row in rows if row.level == "word"}
    found = []
    for row in rows:
        if row.text is None or row.level == "rejected" or (row.level == "segment" and row.segment in timed):
            continue
        count = max(len(normalised(row.text).split()), 1)
        words, syllables = count if are_parted(row.text) else None, count_syllables(row.text, row.lang)
        spans = [(row.start_s, max(row.end_s, row.start_s + INSTANT_S))]
        if row.level == "segment" and seconds_in(speech, *spans[0]) > 0:
            inside = speech.clip(*spans[0])
            spans = [(start, end) for start, end in inside.tolist() if end > start]
        whole_s = sum(end - start for start, end in spans)
        for start_s, end_s in spans:
            share = (end_s - start_s) / whole_s
            found.append(_Said(start_s, end_s, _times(words, share), _times(syllables, share)))
    return found


def _times(count: float | None, share: float) -> float | None:
    return None if count is None else count * share


def _counted(
    spelt: Sequence[_Said], heard: Sequence[_Said], talk: Spans, speech: Spans, start_s: float, end_s: float
) -> _Counted:
    seconds = seconds_in(talk, start_s, end_s), seconds_in(speech, start_s, end_s)
    inside = [(said, share) for said in spelt if (share := said.share(start_s, end_s)) > 0]
    if not inside:
        return _Counted("nuclei", *seconds, None, sum(said.share(start_s, end_s) for said in heard))
    words, syllables = (
        _sum([_times(getattr(said, of), share) for said, share in inside]) for of in ("words", "syllables")
    )
    return _Counted("words", *seconds, words, syllables)


def _sum(counts: Sequence[float | None]) -> float | None:
    """None as soon as one of them is not known."""
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _together(counted: Sequence[_Counted], way: Way) -> _Counted:
    seconds = sum(one.talk_s for one in counted), sum(one.speech_s for one in counted)
    return _Counted(way, *seconds, _sum([one.words for one in counted]), _sum([one.syllables for one in counted]))


def _row(start_s: float, end_s: float, level: Literal["window", "whole"], counted: _Counted) -> Row:
    talk_s = counted.talk_s if counted.talk_s >= MIN_TALK_S else None
    speech_s = counted.speech_s if counted.speech_s >= MIN_SPEECH_S else None
    per_s = [
        None if count is None or seconds is None else count / seconds
        for count, seconds in ((counted.words, talk_s), (counted.syllables, talk_s), (counted.syllables, speech_s))
    ]
    return Row(
        start_s,
        end_s,
        None,
        level,
        counted.way,
        counted.talk_s,
        words_per_min=_times(per_s[0], 60),
        syllables_per_s=per_s[1],
        articulation_per_s=per_s[2],
        pause_share=float(np.clip(1 - counted.speech_s / counted.talk_s, 0, 1)) if counted.speech_s else None,
    )
