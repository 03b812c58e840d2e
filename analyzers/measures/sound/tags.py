"""What a model of sounds hears, row by row, and which of its names are speech, music, a setting, or an event.

Models of sounds share AudioSet's names, in the order of its ontology (https://research.google.com/audioset): what lies
between two names of that order belongs together.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.columns import Column
from analyzers.contract import Classify

Scores = NDArray[np.float32]
Group = Literal["speech", "music", "setting", "event"]

RATE_HZ = 16_000
ANY_S = 1.0  # the stretch for a model that takes any
LEAST, MOST = 0.1, 8  # the lowest score that is told of, and how many at most
# First name, and the first name after it.
RANGES: tuple[tuple[Group, str, str], ...] = (
    ("speech", "Speech", "Shout"),
    ("speech", "Whispering", "Laughter"),
    ("music", "Singing", "Groan"),
    ("music", "Music", "Wind"),
    ("setting", "Silence", ""),  # to the end: bare tones, rooms, noises, and where a recording comes from
)
# Every piece of music and all speech is called this too. An instrument's name alone may be a hum's or a siren's.
MUSIC = ("Music", "Singing")
SPEECH = ("Speech", "Child speech, kid speaking", "Conversation", "Narration, monologue", "Whispering")
INSIDE = ("Inside, small room", "Inside, large room or hall", "Inside, public space")
OUTSIDE = ("Outside, urban or manmade", "Outside, rural or natural")
MIN_SETTING = 0.05  # of all of them together; below, the model does not say


@dataclass(frozen=True, slots=True)
class Tag:
    """One name a model has for what it hears."""

    label: Annotated[str, Column("the model's name for it", verbatim=True)]
    score: Annotated[float, Column("the model's own", low=0, high=1, bits=32)]
    group: Annotated[Group, Column("whether it is speech, music, a setting (a room, noise, a bare tone), or an event")]


def groups_of(labels: Sequence[str]) -> tuple[Group, ...]:
    """What each label belongs to; an event, where AudioSet's order does not say otherwise."""
    found: list[Group] = ["event" for _ in labels]
    for group, first, after in RANGES:
        if first in labels:
            start = labels.index(first)
            end = labels.index(after) if after in labels else len(labels) if not after else start + 1
            found[start:end] = [group for _ in range(start, end)]
    return tuple(found)


def score_rows(model: Classify, mono: Scores, row_s: float, is_silent: NDArray[np.bool_]) -> Scores:
    """The scores of every label in every row: (n, labels). Each row has those of the stretch nearest to its middle.

    What is silent all through is not shown to the model: nothing is to be heard there.
    """
    rows = len(is_silent)
    scores = np.zeros((rows, len(model.labels)), np.float32)
    if not len(model.labels) or not rows:
        return scores
    length_s = model.window_s or ANY_S
    step = max(round(length_s / 2 / row_s), 1)  # rows to a stretch, the next of which overlaps by half
    pieces = [range(first, min(first + step, rows)) for first in range(0, rows, step)]
    heard = [piece for piece in pieces if not is_silent[_seen(piece, length_s, row_s, rows)].all()]
    stretches = (_stretch(mono, piece, length_s, row_s) for piece in heard)
    for piece, told in zip(heard, model(stretches), strict=True):
        scores[piece.start : piece.stop] = told
    return scores


def _middle_s(piece: range, row_s: float) -> float:
    return (piece.start + piece.stop) / 2 * row_s


def _seen(piece: range, length_s: float, row_s: float, rows: int) -> slice:
    """The rows that a piece's stretch covers."""
    middle_s = _middle_s(piece, row_s)
    return slice(max(int((middle_s - length_s / 2) / row_s), 0), min(int((middle_s + length_s / 2) / row_s) + 1, rows))


def _stretch(mono: Scores, piece: range, length_s: float, row_s: float) -> Scores:
    first = round((_middle_s(piece, row_s) - length_s / 2) * RATE_HZ)
    return mono[max(first, 0) : max(first + round(length_s * RATE_HZ), 1)]


def best(labels: Sequence[str], groups: Sequence[Group], scores: Scores) -> tuple[Tag, ...]:
    """What is told of one row: the surest names, the surest first."""
    order: list[int] = np.argsort(-scores, kind="stable")[:MOST].tolist()
    return tuple(Tag(labels[i], float(min(scores[i], 1.0)), groups[i]) for i in order if scores[i] >= LEAST)


def highest(labels: Sequence[str], wanted: Collection[str], scores: Scores) -> NDArray[np.float64]:
    """The highest score of some names in every row."""
    members = [i for i, label in enumerate(labels) if label in wanted]
    return scores[:, members].max(axis=1, initial=0).astype(np.float64)


def indoor_share(labels: Sequence[str], scores: Scores) -> float | None:
    """How sure the model is that it is inside rather than outside; None where it hears no setting."""
    mean = dict(zip(labels, scores.mean(axis=0).tolist(), strict=True)) if len(scores) else {}
    inside, outside = (sum(mean.get(name, 0.0) for name in names) for names in (INSIDE, OUTSIDE))
    return inside / (inside + outside) if inside + outside >= MIN_SETTING else None
