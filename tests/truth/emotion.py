"""How often a voice made higher, faster or louder is told to be more aroused, without a model of emotion."""

import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from analyzers.contract import Audio, Voice
from analyzers.speech.speech_emotion import Row, speech_emotion
from resources.loaders import no_tags
from resources.weights import Weights
from tests.inputs import make_pitch, make_spectrum, make_voice
from tests.speech import RATE, hush, sound_track, spoken
from tests.truth.real import Table
from tests.truth.speech import WORDLESS, _sound_of

GOAL = 0.95  # share of neighbours in the right order
SENTENCES = (
    ("en", "Look at that dog over there, it is running down the hill to the river."),
    ("en+f3", "And so my fellow Americans, ask not what your country can do for you."),
    ("de", "Heute zeige ich euch, wie man einen einfachen Kuchen mit Äpfeln backt."),
    ("de+f2", "Ich habe gestern im Laden um die Ecke eine neue Jacke gekauft."),
)
STEPS: dict[str, tuple[dict[str, Any], ...]] = {
    "pitch": ({"pitch": 15}, {"pitch": 40}, {"pitch": 65}, {"pitch": 90}),
    "rate": tuple({"words_per_minute": rate} for rate in (110, 140, 180, 230)),
    "gain": ({"gain": 0.1}, {"gain": 0.2}, {"gain": 0.4}, {"gain": 0.8}),
    "all three": tuple({"pitch": 20 + 22 * i, "words_per_minute": 120 + 30 * i, "gain": 0.1 * 2**i} for i in range(4)),
}


def tables(media: Path) -> Iterator[Table]:
    if shutil.which("espeak-ng"):
        yield arousal_table()
    yield wordless_table(media)


def arousal_table() -> Table:
    body = []
    for name, steps in STEPS.items():
        found = [arousals(steps, voice, text) for voice, text in SENTENCES]
        right = [a < b for rising in found for a, b in pairwise(rising)]
        share = float(np.mean(right))
        mean = ", ".join(f"{value:.2f}" for value in np.mean(found, axis=0))
        body.append((name, f"{sum(right)} of {len(right)}", mean, "" if share >= GOAL else "missed"))
    notes = (
        "speech_emotion without a model, on four sentences of espeak-ng (two voices each of English and German), each "
        "said four times, calmer to more excited, with a second between. Counted are neighbours whose arousal rises. "
        "No weights of a model of emotion are at hand: loaders are tested on tiny checkpoints of the real format.",
    )
    return Table(
        "Arousal by the voice", ("what rises", "in the right order", "mean arousal", f"goal {GOAL}"), tuple(body), notes
    )


def wordless_table(media: Path) -> Table:
    body = []
    for folder, name, what in WORDLESS:
        mono, heard = _sound_of(media / folder / name)
        rows = _rows(sound_track(mono), heard)
        claimed = sum(row.end_s - row.start_s for row in rows)
        body.append((name, what, f"{len(mono) / RATE:.1f}", f"{claimed:.1f}", "missed" if rows else ""))
    notes = ("speech_emotion, speaker_diarization and tts_voice tell of what the detector of voices hears, no less.",)
    return Table(
        "Emotion told where nobody speaks", ("file", "what", "length, s", "told, s", "goal 0 s"), tuple(body), notes
    )


def arousals(steps: tuple[dict[str, Any], ...], voice: str, text: str) -> list[float]:
    """Of each variant of a sentence, said one after the other."""
    parts, middles, at = [hush(1)], [], 1.0
    for step in steps:
        said = step.get("gain", 0.5) * spoken(text, voice, step.get("words_per_minute", 160), step.get("pitch", 50))
        middles.append((at, at + len(said) / RATE))
        parts += [said.astype(np.float32), hush(1)]
        at += len(said) / RATE + 1
    audio: Audio = sound_track(np.concatenate(parts))
    heard = make_voice(audio)
    rows = _rows(audio, heard)
    return [
        float(np.mean([r.arousal for r in rows if r.arousal is not None and start <= (r.start_s + r.end_s) / 2 <= end]))
        for start, end in middles
    ]


def _rows(audio: Audio, heard: Voice) -> list[Row]:
    model = no_tags.load(Weights("prosody", Path()))
    return list(speech_emotion(audio, make_spectrum(audio), heard, make_pitch(audio, heard), None, model))
