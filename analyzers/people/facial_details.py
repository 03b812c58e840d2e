"""Facial details: what a face does from frame to frame, its mouth, brows and eyes and the turn of the head.

A row of level `sample` is one face in one frame (every frame, up to thirty a second) of a track of face_detection, from
that frame's time to the next one's; a row of level `track` sums its samples up: medians, and for what is true or false
what holds of most of them. Frames in which the face is not found again give no row. Left and right are the person's
own; yaw, pitch and roll are those of the head's fitted pose. Beards and make-up are not looked for.

The mesh is MediaPipe's, https://arxiv.org/abs/1907.06724; movements of the face are scored by its blendshapes where
the model has them, else a smile by the mouth's corners, and brows not at all. A mouth speaks where its opening moves as
often as syllables come, 2 to 7 times a second (https://doi.org/10.1371/journal.pcbi.1000436), while a voice is heard.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.columns import BoxH, BoxW, BoxX, BoxY, Column, Confidence, EndS, StartS
from analyzers.contract import Closeups, Look, Media, Mesh, ReadFace, Voice, analyzer
from analyzers.measures.people import mesh as face
from analyzers.measures.people.head import turn_of_pose
from analyzers.measures.people.names import BLENDSHAPES
from analyzers.measures.people.speaking import speaking
from analyzers.measures.tracks.boxes import Box, overlap
from analyzers.people.face_detection import FaceRow, PitchDeg, RollDeg, YawDeg

PER_S = 30.0  # frames read a second, at most
ROOM = 2.0  # of the face's longer side that a look spans, so that a face that moves between two samples stays inside
SIDE_PX = 320  # of a look, at most: the face is then 160 px, as large as the mesh's own network sees it
SAME = 0.2  # overlap of the mesh with where the face was expected, below which it is another face
SMILING = 0.4  # `smile` from which on people call it one

EyeOpen = Annotated[
    float | None, Column("distance of the lids over the width of the eye: 0 shut, about 0.3 open", low=0, bits=32)
]
IrisX = Annotated[
    float | None,
    Column("iris between the eye's corners: -1 at the picture's left one, 1 at its right one", -1, 1, bits=32),
]
IrisY = Annotated[
    float | None,
    Column("iris across the line between the eye's corners, in half widths of the eye; above 0: down", -1, 1, bits=32),
]


@dataclass(frozen=True, slots=True)
class DetailRow:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    level: Annotated[Literal["sample", "track"], Column("one frame of a face, or its whole track")]
    track_id: Annotated[int, Column("the face's number in face_detection", low=0, bits=32)]
    person_id: Annotated[int, Column("the person's number in face_detection", low=0, bits=32)]
    x: BoxX
    y: BoxY
    w: BoxW
    h: BoxH
    eye_gap_px: Annotated[
        float | None, Column("between the middles of the eyes, in pixels of the file", low=0, bits=32)
    ] = None
    yaw_deg: YawDeg = None
    pitch_deg: PitchDeg = None
    roll_deg: RollDeg = None
    mouth_open: Annotated[
        float | None, Column("gap between the lips over the distance of the eyes' outer corners", low=0, bits=32)
    ] = None
    smile: Annotated[float | None, Column("how much the corners of the mouth are drawn up", 0, 1, bits=32)] = None
    is_smiling: Annotated[bool | None, Column("whether it is a smile")] = None
    brow: Annotated[float | None, Column("brows: -1 drawn down, 0 at rest, 1 raised", -1, 1, bits=32)] = None
    has_glasses: Annotated[bool | None, Column("whether the eyes are behind glasses; null where nobody looked")] = None
    eyes_visible: Annotated[int | None, Column("eyes that are seen", 0, 2, bits=32)] = None
    speaking_prob: Annotated[
        float | None, Column("chance that this mouth speaks now, by its movement and the voice", 0, 1, bits=32)
    ] = None
    left_eye_open: EyeOpen = None
    right_eye_open: EyeOpen = None
    left_iris_x: IrisX = None  # null in a shut eye
    left_iris_y: IrisY = None
    right_iris_x: IrisX = None
    right_iris_y: IrisY = None
    blendshapes: Annotated[
        tuple[float, ...] | None,
        Column("52 movements of the face, in the order of analyzers/measures/people/names.py", 0, 1, bits=32),
    ] = None
    n_samples: Annotated[int | None, Column("of a track: frames in which it was read", low=1, bits=32)] = None


@dataclass(frozen=True, slots=True)
class _Glance:
    """A face expected in a frame, and the part of the frame that is looked at."""

    track_id: int
    person_id: int
    end_s: float
    confidence: float
    box: Box
    look: Look


@analyzer(version=1, max_gap_s=0.25, stage="gpu_medium", role="face_landmarks", evidence="model")
def facial_details(
    face_detection: Sequence[FaceRow], closeups: Closeups, media: Media, voice: Voice, model: ReadFace
) -> Iterator[DetailRow]:
    tall = media.height_px / media.width_px
    glances = _glances(face_detection, closeups.t_s, tall)
    tracks: dict[int, list[DetailRow]] = {}
    pictures = closeups([glance.look for glance in glances], SIDE_PX)
    for glance, mesh in zip(glances, model(pictures), strict=True):
        if mesh and (row := _sample(glance, mesh, media, float(closeups.t_s[glance.look.index]))):
            tracks.setdefault(glance.track_id, []).append(row)
    rows: list[DetailRow] = []
    for samples in tracks.values():
        chances = speaking([row.start_s for row in samples], [row.mouth_open for row in samples], voice)
        told = [replace(row, speaking_prob=chance) for row, chance in zip(samples, chances, strict=True)]
        rows += [_track(told), *told]
    yield from sorted(rows, key=lambda row: (row.start_s, row.track_id, row.level == "sample"))


def _glances(rows: Sequence[FaceRow], t_s: NDArray[np.float64], tall: float) -> list[_Glance]:
    """Every look at every face, in the order of time."""
    samples: dict[int, list[FaceRow]] = {}
    for row in rows:
        if row.level == "sample":
            samples.setdefault(row.track_id, []).append(row)
    found: list[_Glance] = []
    for track_id, sights in samples.items():
        start_s, end_s = sights[0].start_s, max(sight.end_s for sight in sights)
        indices = _thinned(t_s, start_s, end_s)
        times_s = t_s[indices]
        at_s = np.array([sight.start_s for sight in sights])
        edges = np.array([(s.x, s.y, s.w, s.h, s.confidence or 0.0) for s in sights])
        placed = np.stack([np.interp(times_s, at_s, edges[:, i]) for i in range(5)], axis=1)
        ends_s = np.append(times_s[1:], end_s)
        for index, ends, (x, y, w, h, confidence) in zip(indices, ends_s, placed.tolist(), strict=True):
            look = _widened(int(index), (x, y, w, h), tall)
            found.append(_Glance(track_id, sights[0].person_id, float(ends), confidence, (x, y, w, h), look))
    return sorted(found, key=lambda glance: (glance.look.index, glance.track_id))


def _thinned(t_s: NDArray[np.float64], start_s: float, end_s: float) -> list[int]:
    """The frames of a span, no more than PER_S of them a second."""
    first, after = np.searchsorted(t_s, [start_s - 1e-6, end_s - 1e-6])
    kept: list[int] = []
    for index in range(int(first), int(after)):
        if not kept or t_s[index] - t_s[kept[-1]] > 0.9 / PER_S:
            kept.append(index)
    return kept


def _widened(index: int, box: Box, tall: float) -> Look:
    """A square around the face, as far as it lies in the picture."""
    x, y, w, h = box
    half_w = ROOM / 2 * max(w, h * tall)
    half_h = half_w / tall
    left, top = max(0.0, x + w / 2 - half_w), max(0.0, y + h / 2 - half_h)
    right, bottom = min(1.0, x + w / 2 + half_w), min(1.0, y + h / 2 + half_h)
    return Look(index, left, top, right - left, bottom - top)


def _sample(glance: _Glance, mesh: Mesh, media: Media, start_s: float) -> DetailRow | None:
    """What one frame shows of a face; None where it is another face, or not in the frame."""
    look, box = glance.look, glance.box
    row = DetailRow(
        start_s, glance.end_s, glance.confidence, "sample", glance.track_id, glance.person_id, *_inside(box),
        is_smiling=mesh.is_smiling, has_glasses=mesh.has_glasses, eyes_visible=mesh.eyes_visible,
    )  # fmt: skip
    if mesh.points is None:
        return row
    unit = np.array([look.w * media.width_px, look.h * media.height_px, look.w * media.width_px])
    points = mesh.points.astype(float) * unit  # in pixels of the file
    low, high = mesh.points[:, :2].min(axis=0).astype(float), mesh.points[:, :2].max(axis=0).astype(float)
    found = _inside(
        (look.x + low[0] * look.w, look.y + low[1] * look.h, (high[0] - low[0]) * look.w, (high[1] - low[1]) * look.h)
    )
    if overlap(found, box) < SAME:
        return None
    turn = turn_of_pose(mesh.matrix) if mesh.matrix is not None else face.turn_of_mesh(points)
    left, right = face.left_eye(points), face.right_eye(points)
    shapes = None if mesh.blendshapes is None else np.clip(mesh.blendshapes.astype(float), 0, 1).round(4).tolist()
    smile = face.smile(points) if shapes is None else _mean(shapes, "mouthSmileLeft", "mouthSmileRight")
    x, y, w, h = found
    return replace(
        row, x=x, y=y, w=w, h=h, eye_gap_px=face.eye_gap(points),
        yaw_deg=turn[0], pitch_deg=turn[1], roll_deg=turn[2],
        mouth_open=face.mouth_open(points), smile=smile, is_smiling=smile >= SMILING,
        brow=None if shapes is None else _brow(shapes),
        left_eye_open=left.open, right_eye_open=right.open,
        left_iris_x=left.x, left_iris_y=left.y, right_iris_x=right.x, right_iris_y=right.y,
        blendshapes=None if shapes is None else tuple(shapes),
    )  # fmt: skip


def _brow(shapes: Sequence[float]) -> float:
    raised = max(_mean(shapes, "browInnerUp"), _mean(shapes, "browOuterUpLeft", "browOuterUpRight"))
    return raised - _mean(shapes, "browDownLeft", "browDownRight")


def _mean(shapes: Sequence[float], *names: str) -> float:
    return sum(shapes[BLENDSHAPES.index(name)] for name in names) / len(names)


def _inside(box: Box) -> Box:
    """The box, kept inside the picture."""
    x, y = min(max(box[0], 0.0), 1.0), min(max(box[1], 0.0), 1.0)
    return x, y, max(min(box[0] + box[2], 1.0) - x, 0.0), max(min(box[1] + box[3], 1.0) - y, 0.0)


MEDIANS = (
    "x", "y", "w", "h", "eye_gap_px", "yaw_deg", "pitch_deg", "roll_deg", "mouth_open", "smile", "brow",
    "speaking_prob", "left_eye_open", "right_eye_open", "left_iris_x", "left_iris_y", "right_iris_x", "right_iris_y",
)  # fmt: skip


def _track(samples: Sequence[DetailRow]) -> DetailRow:
    first = samples[0]
    shapes = [row.blendshapes for row in samples if row.blendshapes]
    eyes = _present(samples, "eyes_visible")
    return replace(
        first, level="track", end_s=samples[-1].end_s,
        confidence=float(np.mean([row.confidence for row in samples if row.confidence is not None])),
        **{name: _median(_present(samples, name)) for name in MEDIANS},
        **{name: _most(_present(samples, name)) for name in ("is_smiling", "has_glasses")},
        eyes_visible=round(float(np.median(eyes))) if eyes else None,
        blendshapes=tuple(round(float(s), 4) for s in np.median(shapes, axis=0)) if shapes else None,
        n_samples=len(samples),
    )  # fmt: skip


def _present(samples: Sequence[DetailRow], name: str) -> list[float]:
    return [value for row in samples if (value := getattr(row, name)) is not None]


def _median(values: Sequence[float]) -> float | None:
    return float(np.median(values)) if values else None


def _most(values: Sequence[float]) -> bool | None:
    return bool(np.mean(values) >= 0.5) if values else None
