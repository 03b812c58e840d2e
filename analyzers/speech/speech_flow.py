"""Speech flow: where talk halts, stumbles, stresses or draws out a word.

A row is one of five. `pause`: nobody speaks for a while within the talk, from sound to sound. `filler`: a hesitation
("um", "ähm") or a word that says nothing where it stands ("you know"). `repeat`: words said again at once. `emphasis`:
syllables louder or higher than this speaker's others nearby. `stretch`: a sound held far longer than a syllable.

Fillers and repeats need the words of a transcript with times, in English, German, French, Spanish, Italian,
Portuguese, Dutch or Polish; the others are heard in the sound, and named by the word where there is one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Pitch, Spectrum, Voice, analyzer
from analyzers.measures.speech.accents import Accent, find_accents, find_held
from analyzers.measures.speech.nuclei import find_nuclei
from analyzers.measures.speech.stumbles import Stumble, find_fillers, find_repeats, spoken
from analyzers.measures.speech.talk import BREAK_S, spans_of
from analyzers.speech.speech_transcription import Row as SpokenRow

MIN_PAUSE_S = 0.2  # shorter is the closure of a consonant, or a breath
NEAR_S = 0.08  # a word's times are that inexact
SAME_ACCENT_S = 0.05  # between two stressed syllables of one word


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    kind: Annotated[
        Literal["pause", "filler", "repeat", "emphasis", "stretch"], Column("what happens to the flow of speech")
    ]
    found_from: Annotated[Literal["words", "sound"], Column("words of the transcript, or the sound")]
    len_s: Annotated[float, Column("how long it lasts", low=0)]
    word: Annotated[
        str | None, Column("what is said, of a pause the word before; null where no word is known", verbatim=True)
    ] = None
    times: Annotated[int | None, Column("repeat: how often it is said", low=2, bits=32)] = None
    z: Annotated[
        float | None, Column("emphasis, stretch: how far it stands out, in spreads of the syllables around it")
    ] = None
    louder_db: Annotated[float | None, Column("emphasis: level over the syllables around it")] = None
    higher_st: Annotated[float | None, Column("emphasis: pitch over the syllables around it, in semitones")] = None


@analyzer(version=1, max_gap_s=0.032, evidence="derived")
def speech_flow(
    spectrum: Spectrum, voice: Voice, pitch: Pitch, speech_transcription: Sequence[SpokenRow] | None
) -> Iterator[Row]:
    words = sorted((row for row in speech_transcription or () if row.level == "word"), key=lambda row: row.start_s)
    nuclei_s, _ = find_nuclei(spectrum, voice, pitch)
    yield from _pauses(voice, words)
    yield from (_stumble("filler", found, words) for found in find_fillers(words))
    yield from (_stumble("repeat", found, words) for found in find_repeats(words))
    yield from _emphases(find_accents(nuclei_s, spectrum, voice, pitch), words)
    for held in find_held(spectrum, voice, pitch, nuclei_s):
        if held.end_s > 0:
            start_s = max(held.start_s, 0.0)
            word = _word_at((held.start_s + held.end_s) / 2, words)
            yield Row(
                start_s,
                held.end_s,
                None,
                "stretch",
                "sound",
                held.end_s - start_s,
                spoken([word]) if word else None,
                z=held.z,
            )


def _pauses(voice: Voice, words: Sequence[SpokenRow]) -> Iterator[Row]:
    spans = spans_of(voice.spans_s.tolist()).tolist()
    for (_, start_s), (end_s, _) in pairwise(spans):
        inside = any(start_s < (word.start_s + word.end_s) / 2 < end_s for word in words)
        if MIN_PAUSE_S <= end_s - start_s < BREAK_S and not inside:
            before = [word for word in words if word.start_s < start_s]
            yield Row(start_s, end_s, None, "pause", "sound", end_s - start_s, spoken(before[-1:]) or None)


def _stumble(kind: Literal["filler", "repeat"], found: Stumble, words: Sequence[SpokenRow]) -> Row:
    said = words[found.first : found.after]
    sure = [word.confidence for word in said if word.confidence is not None]
    start_s, end_s = said[0].start_s, max(word.end_s for word in said)
    confidence = sum(sure) / len(sure) if sure else None
    return Row(start_s, end_s, confidence, kind, "words", end_s - start_s, found.text, found.times)


def _emphases(accents: Sequence[Accent], words: Sequence[SpokenRow]) -> Iterator[Row]:
    """One row for each word, or for the syllables beside one another where no words are known."""
    groups: list[tuple[SpokenRow | None, list[Accent]]] = []
    for accent in accents:
        word = _word_at(accent.at_s, words)
        last = groups[-1] if groups else None
        if last and last[0] is word and (word or accent.start_s - last[1][-1].end_s <= SAME_ACCENT_S):
            last[1].append(accent)
        else:
            groups.append((word, [accent]))
    for word, group in groups:
        start_s, end_s = (word.start_s, word.end_s) if word else (max(group[0].start_s, 0.0), group[-1].end_s)
        top = max(group, key=lambda accent: accent.z)
        if end_s > 0:
            yield Row(
                start_s,
                end_s,
                None,
                "emphasis",
                "words" if word else "sound",
                end_s - start_s,
                spoken([word]) if word else None,
                z=top.z,
                louder_db=top.louder_db,
                higher_st=top.higher_st,
            )


def _word_at(at_s: float, words: Sequence[SpokenRow]) -> SpokenRow | None:
    """The word that is said then, or the nearest one within its times' error."""
    near = [word for word in words if word.start_s - NEAR_S <= at_s < word.end_s + NEAR_S]
    return min(
        near,
        key=lambda word: abs((word.start_s + word.end_s) / 2 - at_s) - (word.end_s - word.start_s) / 2,
        default=None,
    )
