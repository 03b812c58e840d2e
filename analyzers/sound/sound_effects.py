"""Sound effects: whooshes, risers, dings, beeps, booms, and what a model has a name for, with the cut they fall upon.

A row is one effect. The five of an edit are found by their shape in the shared spectrum, see analyzers/measures/sound
(strokes, swells); other events (a dog, applause, a siren) by the names in audio_environment's rows, where a model of
sounds was asked. An effect hits the cut, the punch-in or the text nearest to the moment that editors lay upon it: the
peak of a whoosh, the end of a riser, the onset of anything else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Audio, Spectrum, Voice, analyzer
from analyzers.edit.camera_analysis import Row as CameraRow
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.sound.effects import Effect
from analyzers.measures.sound.events import Event, find_events, sets_in_s
from analyzers.measures.sound.strokes import find_booms, find_tones
from analyzers.measures.sound.swells import find_swells
from analyzers.sound.audio_environment import Row as EnvironmentRow
from analyzers.text.text_overlay import Row as TextRow

Target = Literal["cut", "punch", "text", "none"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happens in the picture."""

    what: Target
    at_s: float


SYNC_S = 0.15  # further apart, picture and sound are not felt as one: three frames at 24 a second, and an onset's error
PUNCH_S = 0.5  # a slower zoom is no punch-in
NEAR_S = 0.3  # a model's name within that of an effect's shape is a name for it
# What models call the five. What rings and what beeps is hard to tell apart in a second.
RINGING = frozenset(
    (
        "Ding", "Ping", "Jingle, tinkle", "Chink, clink", "Doorbell", "Ding-dong", "Zing", "Glass", "Beep, bleep",
        "Busy signal", "Dial tone", "Telephone", "Telephone bell ringing", "Ringtone", "Reversing beeps", "Alarm",
        "Alarm clock", "Smoke detector, smoke alarm", "Microwave oven", "Cash register", "Sonar",
    )
)  # fmt: skip
RUSHING = frozenset(("Whoosh, swoosh, swish", "Arrow", "Whip", "Spray", "Steam", "Hiss", "Wind"))
THEIR_NAMES = {
    "whoosh": RUSHING,
    "riser": RUSHING,
    "ding": RINGING,
    "beep": RINGING,
    "boom": frozenset(
        ("Boom", "Explosion", "Thump, thud", "Thunk", "Bang", "Thunder", "Eruption", "Artillery fire", "Rumble")
    ),
}


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    sfx: Annotated[str, Column("whoosh, riser, ding, beep, boom, or the model's name for the event", verbatim=True)]
    source: Annotated[Literal["shape", "model"], Column("what found it: its shape in the spectrum, or a model")]
    also: Annotated[tuple[str, ...], Column("the model's other names for it, the surest first", verbatim=True)]
    onset_s: Annotated[float, Column("when it begins to be heard", low=0)]
    peak_s: Annotated[float, Column("when it is loudest", low=0)]
    peak_db: Annotated[float | None, Column("highest sample of the track within it, dB of full scale")]
    sync_to: Annotated[
        Target | None, Column("what happens in the picture at the same moment; null where nobody looked")
    ]
    sync_offset_s: Annotated[
        float | None, Column("how much later than that in the picture it falls; null without one", bits=32)
    ]


@analyzer(version=1, max_gap_s=0.1)
def sound_effects(
    audio: Audio,
    spectrum: Spectrum,
    voice: Voice,
    audio_environment: Sequence[EnvironmentRow] | None,
    cut_analysis: Sequence[CutRow] | None,
    text_overlay: Sequence[TextRow] | None,
    camera_analysis: Sequence[CameraRow] | None,
) -> Iterator[Row]:
    marks = _marks(cut_analysis, text_overlay, camera_analysis)
    windows = [row for row in audio_environment or () if row.kind == "window"]
    events = find_events(windows)
    effects = [*find_tones(spectrum), *find_booms(spectrum), *find_swells(spectrum, voice)]
    shaped = [_shaped(audio, spectrum, effect, events, marks) for effect in effects]
    rows = list(shaped)
    for event in events:
        if not any(_is_named(row.sfx, row.start_s, row.end_s, event) for row in shaped):
            rows.append(_named(audio, event, windows[0].end_s - windows[0].start_s, marks))
    yield from sorted((row for row in rows if row.end_s > 0), key=lambda row: row.start_s)


# Effects


def _shaped(
    audio: Audio, spectrum: Spectrum, effect: Effect, events: Sequence[Event], marks: Sequence[Mark] | None
) -> Row:
    last = len(spectrum.t_s) - 1
    start_s, peak_s, end_s = (float(spectrum.t_s[min(at, last)]) for at in (effect.first, effect.peak, effect.after))
    names = [event for event in events if _is_named(effect.name, start_s, end_s, event)]
    start_s, peak_s = max(start_s, 0.0), max(peak_s, 0.0)
    hit_s = {"whoosh": peak_s, "riser": end_s}.get(effect.name, start_s)
    sync_to, offset_s = _sync(hit_s, marks)
    return Row(
        start_s,
        end_s,
        max([effect.score, *(event.score for event in names)]),
        effect.name,
        "shape",
        tuple(dict.fromkeys(name for event in names for name in event.names)),
        start_s,
        peak_s,
        _loudest(audio, start_s, end_s)[1],
        sync_to,
        offset_s,
    )


def _is_named(name: str, start_s: float, end_s: float, event: Event) -> bool:
    is_near = event.start_s < end_s + NEAR_S and event.end_s > start_s - NEAR_S
    return is_near and not THEIR_NAMES[name].isdisjoint(event.names)


def _named(audio: Audio, event: Event, window_s: float, marks: Sequence[Mark] | None) -> Row:
    onset_s = min(sets_in_s(audio.mono, audio.offset_s, event, window_s), event.end_s)
    peak_s, peak_db = _loudest(audio, onset_s, event.end_s)
    sync_to, offset_s = _sync(onset_s, marks)
    return Row(
        onset_s,
        event.end_s,
        min(event.score, 1.0),
        event.names[0],
        "model",
        event.names[1:],
        onset_s,
        peak_s,
        peak_db,
        sync_to,
        offset_s,
    )


def _loudest(audio: Audio, start_s: float, end_s: float) -> tuple[float, float | None]:
    """When the highest sample falls, and how high it is; no level in digital silence."""
    first = max(round((start_s - audio.offset_s) * audio.rate_hz), 0)
    after = max(round((end_s - audio.offset_s) * audio.rate_hz), first)
    samples = np.nan_to_num(np.abs(audio.stereo[first:after]).max(axis=1, initial=0), posinf=1)
    if not len(samples) or samples.max() < 1e-6:
        return start_s, None
    at = int(samples.argmax())
    return max(audio.offset_s + (first + at) / audio.rate_hz, 0.0), 20 * float(np.log10(samples[at]))


# Synchrony


def _marks(
    cuts: Sequence[CutRow] | None, texts: Sequence[TextRow] | None, moves: Sequence[CameraRow] | None
) -> list[Mark] | None:
    """What happens in the picture, and when; None where nobody looked."""
    if cuts is None and texts is None and moves is None:
        return None
    marks: list[Mark] = []
    for cut in cuts or ():
        if cut.level == "cut":  # a hard one is where the new shot begins, a soft one where it is half done
            marks.append(Mark("cut", (cut.start_s + cut.end_s) / 2 if cut.len_frames else cut.end_s))
    for move in moves or ():
        if move.move == "zoom_in" and (move.is_digital or move.end_s - move.start_s <= PUNCH_S):
            marks.append(Mark("punch", move.start_s))
    marks += [Mark("text", text.start_s) for text in texts or () if text.entrance is not None]
    return marks


def _sync(at_s: float, marks: Sequence[Mark] | None) -> tuple[Target | None, float | None]:
    """The nearest mark and how much later the sound is."""
    if marks is None:
        return None, None
    nearest = min(marks, key=lambda mark: abs(at_s - mark.at_s), default=None)
    if nearest is None or abs(at_s - nearest.at_s) > SYNC_S:
        return "none", None
    return nearest.what, at_s - nearest.at_s
