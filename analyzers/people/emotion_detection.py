"""Expressions: what faces express from moment to moment, and how pleasant and how excited that looks.

A row of level `sample` is one face in one frame of facial_details, about five a second of its track, until the next; a
row of level `segment` is a stretch of a track in which one expression prevails, its shares the samples' mean. What a
face shows is not what somebody feels. Valence and arousal are the model's own where it tells them; else they are those
of the seven expressions, by https://doi.org/10.1016/0092-6566(77)90037-X, weighed by their shares.

Rules over blendshapes need a reader of faces that gives them; without it, or a network of expressions, there is no row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.columns import Column, Confidence, EndS, Fraction, StartS
from analyzers.contract import Closeups, Expression, Media, Portrait, ReadExpression, analyzer
from analyzers.measures.people.names import EXPRESSIONS
from analyzers.measures.people.portrait import Sitting
from analyzers.people.facial_details import DetailRow

EVERY_S = 0.2  # from one sample to the next: an expression lasts half a second and more
SETTLED_S = 0.6  # over which samples are taken together before one expression is said to prevail
SHORTEST_S = 0.4  # of a segment; a shorter one belongs to the one before
GAP_S = 0.5  # without a sight of the face, after which a segment ends
SPAN = 4.0  # distances of the eyes in a portrait
LEAST_EYES_PX = 16.0  # between the eyes: below, a face is too small to be read
SIDEWAYS_DEG = 50.0  # turn of a head from which on a network sees half a face
ASIDE = 0.0156  # distances of the eyes that the middle of a mesh's box moves against the head's turn, for each degree

# Valence and arousal of each of EXPRESSIONS.
FEELINGS = np.array([(-0.51, 0.59), (-0.6, 0.35), (-0.64, 0.6), (0.81, 0.51), (0, 0), (-0.63, -0.27), (0.4, 0.67)])

Expressed = Literal["angry", "disgusted", "fearful", "happy", "neutral", "sad", "surprised"]


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence  # the share of `top`
    level: Annotated[Literal["sample", "segment"], Column("one frame of a face, or a stretch of one expression")]
    track_id: Annotated[int, Column("the face's number in face_detection", low=0, bits=32)]
    person_id: Annotated[int, Column("the person's number in face_detection", low=0, bits=32)]
    top: Annotated[Expressed, Column("the expression that is likeliest; of a segment: that prevails")]
    angry: Fraction
    disgusted: Fraction
    fearful: Fraction
    happy: Fraction
    neutral: Fraction
    sad: Fraction
    surprised: Fraction
    valence: Annotated[float, Column("-1 unpleasant, 1 pleasant", -1, 1, bits=32)]
    arousal: Annotated[float, Column("-1 calm, 1 excited", -1, 1, bits=32)]
    n_samples: Annotated[int | None, Column("of a segment: its samples", low=1, bits=32)] = None


@analyzer(version=1, max_gap_s=0.3, stage="gpu_light", role="emotion", evidence="model", is_biometric=True)
def emotion_detection(
    facial_details: Sequence[DetailRow], closeups: Closeups, media: Media, model: ReadExpression
) -> Iterator[Row]:
    details = _thinned(facial_details)
    if model.side_px is None:
        answers = model(Portrait(blendshapes=row.blendshapes) for row in details)
    else:
        details, portraits = _portraits(details, closeups, media, model.side_px)
        answers = model(portraits)
    tracks: dict[int, list[tuple[DetailRow, Expression]]] = {}
    for row, answer in zip(details, answers, strict=True):
        if answer is not None:
            tracks.setdefault(row.track_id, []).append((row, answer))
    ends_s = {row.track_id: row.end_s for row in facial_details if row.level == "sample"}
    rows = [row for number, track in tracks.items() for row in _rows(track, ends_s[number])]
    yield from sorted(rows, key=lambda row: (row.start_s, row.track_id, row.level == "sample"))


def _thinned(rows: Sequence[DetailRow]) -> list[DetailRow]:
    """Frames of each track, EVERY_S apart, in the order of time."""
    last_s: dict[int, float] = {}
    kept = []
    for row in sorted((row for row in rows if row.level == "sample"), key=lambda row: (row.start_s, row.track_id)):
        if row.start_s - last_s.get(row.track_id, -np.inf) >= EVERY_S - 1e-3:
            kept.append(row)
            last_s[row.track_id] = row.start_s
    return kept


def _portraits(
    details: Sequence[DetailRow], closeups: Closeups, media: Media, side_px: int
) -> tuple[list[DetailRow], Iterator[Portrait]]:
    """Who can be shown, and their portraits."""
    shown = []
    for row in details:
        sitting = _sitting(row, int(np.searchsorted(closeups.t_s, row.start_s - 1e-6)), media)
        look = sitting.look(media) if sitting else None
        if sitting and look:
            shown.append((row, sitting, look))

    def taken() -> Iterator[Portrait]:
        pictures = closeups([look for _, _, look in shown], 2 * side_px)
        for (row, sitting, look), picture in zip(shown, pictures, strict=True):
            yield Portrait(sitting.taken(picture, look, media, side_px), row.blendshapes)

    return [row for row, _, _ in shown], taken()


def _sitting(row: DetailRow, index: int, media: Media) -> Sitting | None:
    """Around the middle of the face: where its nose would be if it looked at us."""
    if row.eye_gap_px is None or row.yaw_deg is None or row.roll_deg is None:
        return None
    if row.eye_gap_px < LEAST_EYES_PX or abs(row.yaw_deg) > SIDEWAYS_DEG:
        return None
    eyes_px = row.eye_gap_px / float(np.cos(np.radians(row.yaw_deg)))
    middle = complex((row.x + row.w / 2) * media.width_px, (row.y + row.h / 2) * media.height_px)
    middle += ASIDE * row.yaw_deg * eyes_px * np.exp(1j * np.radians(row.roll_deg))
    return Sitting(index, middle, SPAN * eyes_px, row.roll_deg)


def _rows(track: Sequence[tuple[DetailRow, Expression]], end_s: float) -> Iterator[Row]:
    times_s = np.array([row.start_s for row, _ in track])
    shares = np.array([answer.shares for _, answer in track], float)
    feelings = np.array([_feeling(answer) for _, answer in track])
    ends_s = np.minimum(np.append(times_s[1:], end_s), times_s + GAP_S)
    first = track[0][0]
    for now, then, top in _stretches(times_s, shares):
        span = float(times_s[now]), float(ends_s[then - 1])
        means = shares[now:then].mean(axis=0), feelings[now:then].mean(axis=0)
        yield _row(span, "segment", first, top, *means, then - now)
    for i in range(len(track)):
        span = float(times_s[i]), float(ends_s[i])
        yield _row(span, "sample", first, int(shares[i].argmax()), shares[i], feelings[i])


def _feeling(answer: Expression) -> tuple[float, float]:
    valence, arousal = (answer.shares @ FEELINGS).tolist()
    return (
        valence if answer.valence is None else answer.valence,
        arousal if answer.arousal is None else answer.arousal,
    )


def _stretches(times_s: NDArray[np.float64], shares: NDArray[np.float64]) -> list[tuple[int, int, int]]:
    """First and one past the last sample of each stretch in which one expression prevails, and which."""
    sums = np.concatenate([np.zeros((1, shares.shape[1])), np.cumsum(shares, axis=0)])
    first_near = np.searchsorted(times_s, times_s - SETTLED_S / 2 - 1e-6)
    after_near = np.searchsorted(times_s, times_s + SETTLED_S / 2 + 1e-6)
    prevailing = (sums[after_near] - sums[first_near]).argmax(axis=1)  # the same number divides each
    is_lost = np.diff(times_s) > GAP_S
    for first, after in _runs(prevailing, is_lost):
        lasts_s = times_s[min(after, len(times_s) - 1)] - times_s[first]
        if first and not is_lost[first - 1] and lasts_s < SHORTEST_S:
            prevailing[first:after] = prevailing[first - 1]
    return [(first, after, int(prevailing[first])) for first, after in _runs(prevailing, is_lost)]


def _runs(prevailing: NDArray[np.intp], is_lost: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    yield from pairwise([0, *(np.flatnonzero((np.diff(prevailing) != 0) | is_lost) + 1).tolist(), len(prevailing)])


def _row(
    span: tuple[float, float],
    level: Literal["sample", "segment"],
    who: DetailRow,
    top: int,
    shares: NDArray[np.float64],
    feeling: NDArray[np.float64],
    n_samples: int | None = None,
) -> Row:
    names: tuple[Expressed, ...] = EXPRESSIONS
    angry, disgusted, fearful, happy, neutral, sad, surprised = np.clip(shares, 0, 1).tolist()
    valence, arousal = feeling.tolist()
    return Row(
        *span, float(np.clip(shares[top], 0, 1)), level, who.track_id, who.person_id, names[top],
        angry, disgusted, fearful, happy, neutral, sad, surprised, valence, arousal, n_samples,
    )  # fmt: skip
