"""Synthetic voice: how likely each stretch of speech was spoken by a machine, as a detector of such voices hears it.

A row is a stretch of speech, as long as the detector takes at once. It tells a probability and no verdict: such
detectors were trained on certain synthesizers, and other ones, music below a voice, noise, filters and strong
compression lead them astray both ways. Without a detector nothing is said at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Audio, Classify, Voice, analyzer
from analyzers.measures.speech.stretches import sound_of, stretches_s

LONGEST_S, SHORTEST_S, PAUSE_S = 4.0, 1.0, 0.5  # most detectors are trained on about four seconds
# What detectors call a voice that was made, and one that was recorded.
MADE = {"fake", "spoof", "spoofed", "synthetic", "deepfake", "ai", "generated", "aivoice", "tts"}
REAL = {"real", "bonafide", "bona-fide", "human", "humanvoice", "genuine", "natural"}


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    synthetic_prob: Annotated[
        float, Column("how likely the voice was made by a machine: the detector's own number", low=0, high=1, bits=32)
    ]


@analyzer(version=1, stage="gpu_light", role="synthetic_voice", max_gap_s=1.0, evidence="model")
def tts_voice(audio: Audio, voice: Voice, model: Classify) -> Iterator[Row]:
    longest_s = model.window_s or LONGEST_S
    spans = stretches_s(voice.spans_s, longest_s=longest_s, shortest_s=SHORTEST_S, pause_s=PAUSE_S)
    if not spans:
        return
    made = _made(model.labels)
    for (start_s, end_s), told in zip(spans, model(sound_of(audio, *span) for span in spans), strict=True):
        yield Row(max(start_s, 0.0), max(end_s, 0.0), None, min(max(float(told[made]), 0.0), 1.0))


def _made(labels: tuple[str, ...]) -> int:
    """Which of a detector's two labels is the made voice; one that says so of none is not guessed at."""
    plain = [label.lower().replace(" ", "").replace("_", "") for label in labels]
    if (
        len(plain) == 2
        and plain[0] in REAL | MADE
        and plain[1] in REAL | MADE
        and (plain[0] in MADE) != (plain[1] in MADE)
    ):
        return int(plain[1] in MADE)
    raise ValueError(f"no detector of made voices: its labels are {', '.join(labels) or 'none'}")
