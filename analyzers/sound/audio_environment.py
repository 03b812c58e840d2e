"""Sound environment: whether a sound track is silence, noise, tones, speech or music, in what room, over what noise.

A `window` row speaks of half a second, from the first sample to the last; the `summary` of the whole. A model of sounds
is asked for names, where one is installed; without one, and for room and noise in any case, rules on the shared
spectrum and the heard voices decide: see analyzers/measures/sound (kinds, rooms, tags). No sound track: no rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Audio, Classify, Spectrum, Voice, analyzer
from analyzers.measures.sound import rooms, tags
from analyzers.measures.sound.kinds import (
    GROUP,
    GROUP_S,
    KINDS,
    PER_ROW,
    ROW_S,
    Kind,
    Rhythm,
    beating,
    by_row,
    chances,
    middles_s,
    shares,
    walk_texture,
    with_music,
)
from analyzers.measures.sound.levels import level_db
from analyzers.measures.sound.tags import Tag
from analyzers.sound.audio_analysis import SILENT_DB
from analyzers.sound.audio_analysis import Row as SoundRow

MUSIC = KINDS.index("music")
# The detector of voices believes in sung words, the model in pauses between words: neither alone decides.
DETECTOR = 0.45
HALF = 0.5  # of a row's sound: music is heard in it
EDGE_S = 0.1  # of speech, whose syllables are no onsets of music


@dataclass(frozen=True, slots=True)
class KindChance:
    """How likely one kind of sound is."""

    kind: Annotated[Kind, Column("kind of sound")]
    chance: Annotated[float, Column("chances of a row add up to one", low=0, high=1, bits=32)]


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence  # the chance of its sound_class
    kind: Annotated[Literal["summary", "window"], Column("what the row speaks of")]
    sound_class: Annotated[Kind, Column("what it is most likely; in the summary, on average")]
    probs: Annotated[tuple[KindChance, ...], Column("the chance of every kind")]
    tags: Annotated[tuple[Tag, ...], Column("what a model hears, the surest first; empty without a model")]
    speech_share: Annotated[float, Column("share of its time in which somebody speaks", low=0, high=1, bits=32)]
    music_share: Annotated[
        float, Column("share of its time with music, below speech too where that can be told", low=0, high=1, bits=32)
    ]
    rt60_s: Annotated[
        float | None,
        Column(
            "summary: reverberation time; dry speech itself has 0.1 to 0.25. Null in music, or if too little falls", 0
        ),
    ] = None
    snr_db: Annotated[
        float | None, Column("summary: speech over what is between the words, below 8 kHz; null without either")
    ] = None
    indoor_prob: Annotated[
        float | None, Column("summary: inside rather than outside; null unless the model hears which", low=0, high=1)
    ] = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What every row holds."""

    told: NDArray[np.float64]  # (n, kinds) chances
    has_music: NDArray[np.bool_]
    labels: tuple[str, ...]
    groups: tuple[tags.Group, ...]
    scores: tags.Scores  # (n, labels)


@analyzer(version=1, max_gap_s=0.1, role="tag_sound", evidence="model")
def audio_environment(
    audio: Audio, spectrum: Spectrum, voice: Voice, audio_analysis: Sequence[SoundRow] | None, model: Classify
) -> Iterator[Row]:
    if not len(audio.stereo):
        return
    heard = _hear(audio, spectrum, voice, _rhythm(audio_analysis or (), voice), model)
    yield _summary(audio, spectrum, voice, heard)
    sound_end_s = audio.offset_s + len(audio.stereo) / audio.rate_hz
    for number, chance in enumerate(heard.told):
        start_s = audio.offset_s + number * ROW_S
        end_s = min(start_s + ROW_S, sound_end_s)
        if end_s > 0:  # what is before the picture is cut off
            yield Row(
                max(start_s, 0.0),
                end_s,
                float(chance.max()),
                "window",
                KINDS[int(chance.argmax())],
                _probs(chance),
                tags.best(heard.labels, heard.groups, heard.scores[number]),
                _speech_share(voice, start_s, end_s),
                float(heard.has_music[number]),
            )


def _hear(audio: Audio, spectrum: Spectrum, voice: Voice, rhythm: Rhythm, model: Classify) -> Heard:
    is_silent = _silence(audio, -(-len(spectrum.t_s) // (GROUP * PER_ROW)))
    texture = walk_texture(spectrum)
    by_group = _spoken(voice, audio.offset_s, len(texture.peaky))
    found, spoken = shares(texture, audio.offset_s, by_group, is_silent, rhythm), by_row(by_group)
    groups = tags.groups_of(model.labels)
    scores = tags.score_rows(model, audio.mono, ROW_S, is_silent)
    if model.labels:
        pulse = beating(rhythm, middles_s(audio.offset_s, len(found)))
        found = with_music(found, np.maximum(tags.highest(model.labels, tags.MUSIC, scores), pulse))
        spoken = DETECTOR * spoken + (1 - DETECTOR) * tags.highest(model.labels, tags.SPEECH, scores)
    has_music = (found[:, MUSIC] >= HALF) & ~is_silent
    return Heard(chances(found, spoken, is_silent), has_music, model.labels, groups, scores)


def _silence(audio: Audio, rows: int) -> NDArray[np.bool_]:
    levels = [
        level_db(audio.stereo, audio.rate_hz, 0.0, number * ROW_S, (number + 1) * ROW_S) for number in range(rows)
    ]
    return np.array([level is None or level < SILENT_DB for level in levels], bool)


def _spoken(voice: Voice, start_s: float, count: int) -> NDArray[np.float64]:
    """The mean chance of a voice in each group of spectra."""
    group = ((voice.t_s - start_s) / GROUP_S).astype(int)
    is_there = (group >= 0) & (group < count)
    total = np.bincount(group[is_there], voice.chance[is_there], count)
    return total / np.maximum(np.bincount(group[is_there], minlength=count), 1)


def _rhythm(rows: Sequence[SoundRow], voice: Voice) -> Rhythm:
    onsets = np.array([row.start_s for row in rows if row.kind == "onset"])
    in_speech = np.zeros(len(onsets), bool)
    for start_s, end_s in voice.spans_s.tolist():
        in_speech |= (onsets >= start_s - EDGE_S) & (onsets <= end_s + EDGE_S)
    beats = np.array([row.start_s for row in rows if row.kind == "beat"])
    clarity = next((row.pulse_clarity for row in rows if row.kind == "summary"), None)
    return Rhythm(onsets[~in_speech], beats, clarity or 0.0)


def _summary(audio: Audio, spectrum: Spectrum, voice: Voice, heard: Heard) -> Row:
    end_s = audio.offset_s + len(audio.stereo) / audio.rate_hz
    mean, scores = heard.told.mean(axis=0), heard.scores.mean(axis=0)
    falls = [fall for fall in rooms.find_falls(spectrum) if not _is_pitched(heard, fall.at_s - audio.offset_s)]
    return Row(
        max(audio.offset_s, 0.0),
        max(end_s, 0.0),
        float(mean.max()),
        "summary",
        KINDS[int(mean.argmax())],
        _probs(mean),
        tags.best(heard.labels, heard.groups, scores),
        _speech_share(voice, audio.offset_s, end_s),
        float(heard.has_music.mean()),
        rt60_s=rooms.rt60_s(falls),
        snr_db=rooms.snr_db(audio.mono, audio.offset_s, _believed(voice, audio.offset_s, heard)),
        indoor_prob=tags.indoor_share(heard.labels, heard.scores),
    )


def _believed(voice: Voice, start_s: float, heard: Heard) -> NDArray[np.float64]:
    """The stretches of speech, without those in which the model hears something else."""
    if not heard.labels:
        return voice.spans_s
    middles = voice.spans_s.mean(axis=1)
    row = np.clip(((middles - start_s) / ROW_S).astype(int), 0, len(heard.told) - 1)
    return voice.spans_s[heard.told[row].argmax(axis=1) == KINDS.index("speech")]


def _is_pitched(heard: Heard, at_s: float) -> bool:
    """Whether music or a tone sounds there, whose own decay is not the room's."""
    row = min(int(at_s / ROW_S), len(heard.told) - 1)
    return bool(heard.has_music[row]) or KINDS[int(heard.told[row].argmax())] == "tonal"


def _probs(chance: NDArray[np.float64]) -> tuple[KindChance, ...]:
    return tuple(KindChance(kind, min(float(one), 1.0)) for kind, one in zip(KINDS, chance, strict=True))


def _speech_share(voice: Voice, start_s: float, end_s: float) -> float:
    shared = np.minimum(voice.spans_s[:, 1], end_s) - np.maximum(voice.spans_s[:, 0], start_s)
    return min(float(np.clip(shared, 0, None).sum()) / max(end_s - start_s, 1e-9), 1.0)
