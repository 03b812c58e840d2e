"""Ages: how old each face looks, as a range of years.

A row of level `track` is one track of face_detection, a row of level `person` one person over all of its tracks, from
the first sight to the last. Read are the sharpest frontal sights of each part of its time, five at most; the range and
`age` are their medians, and a range holds the middle half of the single ages. It is how old somebody looks to
the model named in `method`, which is often ten years wrong. Faces too small or turned away have no row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Age, Closeups, Look, Media, Portrait, ReadAge, analyzer
from analyzers.measures.people.portrait import Sitting
from analyzers.people.face_detection import FaceRow

MOST = 5  # sights of a track that are read
FRONTAL_DEG = 30.0  # turn and nod of a head whose age is read
LEAST_PX = 40.0  # root of the face box's area
SPAN = 2.0  # roots of that area in a portrait


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    level: Annotated[Literal["track", "person"], Column("one track of a face, or all of a person's")]
    track_id: Annotated[int | None, Column("of a track: its number in face_detection", low=0, bits=32)]
    person_id: Annotated[int, Column("the person's number in face_detection", low=0, bits=32)]
    age: Annotated[float, Column("years that the face looks old", 0, 120, bits=32)]
    age_low: Annotated[float, Column("lower end of the range, in years", 0, 120, bits=32)]
    age_high: Annotated[float, Column("upper end of the range, in years", 0, 120, bits=32)]
    method: Annotated[str, Column("how the model tells ages")]
    n_frames: Annotated[int, Column("sights that were read", low=1, bits=32)]


@analyzer(version=1, max_gap_s=0.3, stage="gpu_light", role="age", evidence="model", is_biometric=True)
def age_estimation(
    face_detection: Sequence[FaceRow], closeups: Closeups, media: Media, model: ReadAge
) -> Iterator[Row]:
    sights: dict[int, list[FaceRow]] = {}
    for row in face_detection:
        if row.level == "sample":
            sights.setdefault(row.track_id, []).append(row)
    shown = sorted(
        _shown((face for track in sights.values() for face in _best(track, media)), closeups, media),
        key=lambda one: one[1].index,
    )

    def portraits() -> Iterator[Portrait]:
        pictures = closeups([look for _, _, look in shown], 2 * model.side_px)
        for (_, sitting, look), picture in zip(shown, pictures, strict=True):
            yield Portrait(sitting.taken(picture, look, media, model.side_px))

    ages: dict[int, list[Age]] = {}
    for (face, _, _), age in zip(shown, model(portraits()), strict=True):
        ages.setdefault(face.track_id, []).append(age)
    persons: dict[int, list[int]] = {}
    for track_id in ages:
        persons.setdefault(sights[track_id][0].person_id, []).append(track_id)
    rows = []
    for person_id, tracks in persons.items():
        for track_id in tracks:
            rows.append(_row("track", track_id, person_id, sights[track_id], ages[track_id], model.method))
        every = [face for track_id in tracks for face in sights[track_id]]
        told = [age for track_id in tracks for age in ages[track_id]]
        rows.append(_row("person", None, person_id, every, told, model.method))
    yield from sorted(rows, key=lambda row: (row.start_s, row.person_id, row.level == "track", row.track_id or 0))


def _best(track: Sequence[FaceRow], media: Media) -> list[FaceRow]:
    """The sharpest frontal sight of each part of the track's time."""
    fit = [
        face
        for face in track
        if max(abs(face.yaw_deg or 0.0), abs(face.pitch_deg or 0.0)) <= FRONTAL_DEG
        and _size_px(face, media) >= LEAST_PX
    ]
    if not fit:
        return []
    parts = np.array_split(np.arange(len(fit)), min(MOST, len(fit)))
    return [fit[max(part, key=lambda i: fit[i].sharp)] for part in parts]


def _shown(faces: Iterator[FaceRow], closeups: Closeups, media: Media) -> Iterator[tuple[FaceRow, Sitting, Look]]:
    for face in faces:
        middle = complex((face.x + face.w / 2) * media.width_px, (face.y + face.h / 2) * media.height_px)
        index = int(np.searchsorted(closeups.t_s, face.start_s - 1e-6))
        sitting = Sitting(index, middle, SPAN * _size_px(face, media), face.roll_deg or 0.0)
        if look := sitting.look(media):
            yield face, sitting, look


def _size_px(face: FaceRow, media: Media) -> float:
    return float(np.sqrt(face.w * media.width_px * face.h * media.height_px))


def _row(
    level: Literal["track", "person"],
    track_id: int | None,
    person_id: int,
    sights: Sequence[FaceRow],
    ages: Sequence[Age],
    method: str,
) -> Row:
    years = [age.years for age in ages]
    age = float(np.median(years))
    low = min(float(np.median([age.low for age in ages])), float(np.percentile(years, 25)))
    high = max(float(np.median([age.high for age in ages])), float(np.percentile(years, 75)))
    span = min(face.start_s for face in sights), max(face.end_s for face in sights)
    return Row(*span, None, level, track_id, person_id, age, low, high, method, len(ages))
