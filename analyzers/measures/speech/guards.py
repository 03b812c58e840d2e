"""Guards against invented text: why an utterance that a model of speech wrote is not believed.

Such models write fluent sentences over silence, music and noise, and nothing they say of themselves is proof. So each
text is held against what was heard where it is said to be: whether a voice was there, how loud, how fast it would be.
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Utterance, Voice, Word
from analyzers.measures.speech.phrases import ANYWHERE, CREDITS, FAREWELLS
from analyzers.measures.speech.syllables import count_syllables, normalised

Reason = Literal[
    "no_energy", "not_words", "no_speech", "outside_voice", "known_phrase", "loop", "too_fast", "low_logprob"
]

SILENT_DB = -65.0  # a whisper at the far end of a quiet room is louder
NO_SPEECH, FAILED = 0.6, -1.0  # Whisper's own: probability of no speech, mean log-probability of a failed decoding
SOME_VOICE = 0.3  # share of an utterance's time: with less, and the model itself in doubt, nobody spoke
NO_VOICE = 0.1  # share of an utterance's time: what a word's edge may touch by chance
DOUBTED_NO_SPEECH, DOUBTED_LOGPROB = 0.4, -0.7  # the same, for what the model is known to make up
CREDIT_WORDS = 12  # a subtitler's credit is no longer
SLOW = 0.7  # syllables a second: a farewell laid over a whole window of music
LONGEST_FAREWELL_S = 10.0  # the same, in whatever script
SURE_VOICE = 0.6  # share of its time with a voice that a farewell must have; a spoken one has 0.8 and more
FAINT_DB = 18.0  # a farewell that much below the video's other speech is noise of the room
STEP_S = 0.01
EDGE_S = 0.25  # times of words are that inexact, and the voice's edges too
TOO_FAST = 15.0  # syllables a second. People reach 8, auctioneers 11, and sped up by half nobody passes 14
FEW = 6  # syllables: the rate of a short word is all error of its times
MAX_COMPRESSION = 2.4  # Whisper's own; a text of that ratio says the same thing again and again
# As often a thing may be said in a row: laughter and choruses repeat themselves too.
WORD_TIMES, PHRASE_TIMES, LETTER_TIMES, SEGMENT_TIMES = 10, 6, 20, 8
SEGMENT_TIMES_PACKED = 3  # where the whole window's text is one that compresses too well
LONGEST_PHRASE = 12  # words
# What is heard besides, as captions name it: "[Music]", "(laughs)", "*sighs*", and the same in Chinese and Japanese.
SOUND_NAMES = re.compile(r"\[[^\[\]]*\]|\([^()]*\)|\*[^*]*\*|【[^【】]*】|（[^（）]*）")


@dataclass(frozen=True, slots=True)
class Heard:
    """What the sound says where an utterance is said to be."""

    voice_share: float  # 0..1 of its time
    level_db: float | None  # None: digital silence, or no sound at all
    usual_db: float | None = None  # of all speech of the video


def why_not(said: Utterance, heard: Heard) -> Reason | None:
    """The first reason not to believe an utterance; None where there is none. Without text nothing is claimed."""
    if said.text is None:
        return None
    if heard.level_db is None or heard.level_db < SILENT_DB:
        return "no_energy"
    if not normalised(SOUND_NAMES.sub(" ", said.text)):
        return "not_words"
    if nobody_spoke(said, heard.voice_share):
        return "no_speech"
    is_by_ear = said.avg_logprob is not None  # captions that people wrote need no detector's leave
    if is_by_ear and heard.voice_share < NO_VOICE:
        return "outside_voice"
    if is_known_phrase(said, heard):
        return "known_phrase"
    if is_loop(said.text):
        return "loop"
    if is_too_fast(said):
        return "too_fast"
    return "low_logprob" if said.avg_logprob is not None and said.avg_logprob < FAILED else None


def nobody_spoke(said: Utterance, voice_share: float) -> bool:
    """Whether the model itself doubts that anybody spoke, and its text or the sound does not speak against that."""
    if said.no_speech_prob is None or said.no_speech_prob <= NO_SPEECH:
        return False
    return (said.avg_logprob is not None and said.avg_logprob < FAILED) or voice_share < SOME_VOICE


def is_known_phrase(said: Utterance, heard: Heard) -> bool:
    """A subtitler's credit; or a farewell that the sound or the model itself does not vouch for."""
    plain = normalised(said.text or "")
    tight = plain.replace(" ", "")
    is_credit = plain.startswith(CREDITS) or tight.startswith(CREDITS) or any(credit in plain for credit in ANYWHERE)
    if is_credit and len(plain.split()) <= CREDIT_WORDS:
        return True
    if plain not in FAREWELLS and tight not in FAREWELLS:
        return False
    is_faint = heard.usual_db is not None and heard.level_db is not None and heard.usual_db - heard.level_db > FAINT_DB
    return heard.voice_share < SURE_VOICE or is_faint or _is_doubted(said) or _is_slow(said)


def _is_doubted(said: Utterance) -> bool:
    no_speech = said.no_speech_prob is not None and said.no_speech_prob > DOUBTED_NO_SPEECH
    return no_speech or (said.avg_logprob is not None and said.avg_logprob < DOUBTED_LOGPROB)


def _is_slow(said: Utterance) -> bool:
    seconds = said.end_s - said.start_s
    count = count_syllables(said.text or "", said.lang)
    return seconds > LONGEST_FAREWELL_S or (count is not None and count < SLOW * seconds)


def is_loop(text: str) -> bool:
    """Whether a text goes round in circles: the same word, phrase or letters again and again."""
    plain = normalised(text)
    words = plain.split()
    if most_in_a_row(words, 2) >= WORD_TIMES or most_in_a_row(words, LONGEST_PHRASE, 3) >= PHRASE_TIMES:
        return True
    if re.search(rf"(\w{{1,4}}?)\1{{{LETTER_TIMES - 1},}}", plain.replace(" ", "") if len(words) < 3 else plain):
        return True
    raw = plain.encode()
    return bool(raw) and len(raw) / len(zlib.compress(raw)) > MAX_COMPRESSION


def most_in_a_row(items: Sequence[str], longest: int, shortest: int = 1) -> int:
    """How often a group of items, up to so many, comes at once again at most."""
    most = 0
    for size in range(shortest, longest + 1):
        same = 0
        for i in range(size, len(items)):
            same = same + 1 if items[i] == items[i - size] else 0
            most = max(most, same // size + 1)
    return most


def in_a_loop(said: Sequence[Utterance]) -> NDArray[np.bool_]:
    """Which utterances are one of many of the same text in a row."""
    texts = [normalised(one.text) if one.text else None for one in said]
    looped = np.zeros(len(texts), bool)
    start = 0
    for i in range(1, len(texts) + 1):
        if i == len(texts) or texts[i] is None or texts[i] != texts[start]:
            is_packed = any((one.compression_ratio or 0) > MAX_COMPRESSION for one in said[start:i])
            if i - start >= (SEGMENT_TIMES_PACKED if is_packed else SEGMENT_TIMES) and texts[start]:
                looped[start:i] = True
            start = i
    return looped


def is_too_fast(said: Utterance) -> bool:
    """Whether nobody can speak that fast: by its words' times, where it has them."""
    count = count_syllables(said.text or "", said.lang)
    if count is None or count < FEW:
        return False
    start_s, end_s = (said.words[0].start_s, said.words[-1].end_s) if said.words else (said.start_s, said.end_s)
    return count > TOO_FAST * (end_s - start_s)


def share_of(parts: Sequence[Utterance | Word], voice: Voice) -> float:
    """Share of the time of something said in which a voice is heard, give or take EDGE_S."""
    instants = np.concatenate(
        [np.linspace(part.start_s, part.end_s, max(2, int((part.end_s - part.start_s) / STEP_S) + 1)) for part in parts]
    )
    if not len(voice.spans_s):
        return 0.0
    number = np.searchsorted(voice.spans_s[:, 0] - EDGE_S, instants, side="right") - 1
    is_inside = (number >= 0) & (instants < voice.spans_s[number.clip(0), 1] + EDGE_S)
    return float(is_inside.mean())
