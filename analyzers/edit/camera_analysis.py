"""Camera movement: how the camera moved from picture to picture, and which moves that makes.

A `frame` row spans one frame and tells the movement from it to the next; where nothing could be seen
there is none. A `segment` row spans one move; segments tile every shot. A camera that moves to the
right pushes what it sees to the left. Similarities are fitted on the shared flow and made exact by
following corners from all over the picture (Lucas and Kanade, IJCAI 1981, as OpenCV carries it).
A zoom on which depth bends the picture is a dolly.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Flow, Motion, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.camera.eased import Easing
from analyzers.measures.camera.moves import CAMERA, Stretch, moves
from analyzers.measures.camera.path import CameraPath, follow, rescaled
from analyzers.measures.camera.shot_scale import Scale, shot_scale
from analyzers.people.face_detection import FaceRow

Level = Literal["frame", "segment"]
Move = Literal[
    "static", "pan_left", "pan_right", "tilt_up", "tilt_down", "zoom_in", "zoom_out", "dolly_in", "dolly_out",
    "roll_cw", "roll_ccw", "handheld", "whip", "track",
]  # fmt: skip

TICK_S = 1e-6  # times are kept to the microsecond
HANDHELD_SHAKE = 0.0012  # widths, a fifth of a pixel of 160: a tripod, coded badly, stays below 0.0005
HANDHELD_WANDER = 0.012  # widths that a camera may drift and be called static
WHIP_W_S = 1.5  # widths a second: the picture is replaced in less than one
PARALLAX_REACH = 0.02  # widths that the picture must have moved before its depth can be told
DOLLY = 0.04  # share of that movement by which depth bends the picture; zooms made in the edit stay below 0.035
TRACK = 0.08  # the same for moves to the side, which bend lines in a cheap lens as well
BEND = 0.0018  # widths, 0.3 pixels of 160: less is the codec's
DOLLY_RATE_S = 0.8  # ln scale per second: nobody halves his distance in less than a second
EXACT = 0.002  # widths, a third of a pixel of 160: a flat picture, resized, fits that well
WHOLE = 0.7  # share of the picture that a zoom made in the edit must move; captions may stay
STEADY = 0.0008  # widths of shake: less than any hand


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    level: Annotated[Level, Column("`frame`: from one frame to the next; `segment`: one move of the camera")]
    dx_w_s: Annotated[
        float | None,
        Column("frame: camera to the right (content to the left), in picture widths per second", bits=32),
    ] = None
    dy_w_s: Annotated[
        float | None,
        Column("frame: camera downwards (content upwards), in picture widths per second", bits=32),
    ] = None
    zoom_rate_s: Annotated[
        float | None, Column("frame: growth of the picture per second, d ln(scale)/dt; above 0 zooms in", bits=32)
    ] = None
    roll_deg_s: Annotated[
        float | None, Column("frame: camera turning clockwise (content counter-clockwise), degrees per second", bits=32)
    ] = None
    shake_rms: Annotated[
        float | None,
        Column("distance from the smoothed path, root mean square of x and y together, in picture widths", 0, bits=32),
    ] = None
    move: Annotated[Move | None, Column("segment: what the camera does")] = None
    amount: Annotated[
        float | None,
        Column("segment: widths travelled (pan, tilt, track, whip), scale factor (zoom, dolly), degrees (roll)", 0),
    ] = None
    peak_rate: Annotated[
        float | None,
        Column("segment: fastest moment, per second: widths (pan, tilt, track, whip), ln scale, degrees", 0, bits=32),
    ] = None
    easing: Annotated[Easing | None, Column("segment: how the move starts and stops; null where there is no move")] = (
        None
    )
    is_digital: Annotated[
        bool | None, Column("segment: the zoom was made in the edit; null where that cannot be told")
    ] = None
    shake_hz: Annotated[float | None, Column("segment: the shake's strongest frequency", 0, bits=32)] = None
    shot_scale: Annotated[
        Scale | None,
        Column("segment: how much of a person is seen, by the height of a face; null without one, and in zooms"),
    ] = None


@analyzer(version=2, max_gap_s=0.1)
def camera_analysis(
    motion: Motion, flow: Flow, cut_analysis: Sequence[CutRow] | None, face_detection: Sequence[FaceRow] | None
) -> Iterator[Row]:
    for start_s, end_s in _shots(motion, cut_analysis):
        first, stop = np.searchsorted(motion.t_s, [start_s - TICK_S / 2, end_s - TICK_S / 2])
        rows = list(_shot(motion, flow, int(first), int(stop), start_s, end_s))
        scale = _scale(rows, face_detection or ())
        yield from (replace(row, shot_scale=scale) if scale and _keeps_size(row) else row for row in rows)


def _scale(rows: list[Row], faces: Sequence[FaceRow]) -> Scale | None:
    """How large a person is in the longest segment of a shot that does not zoom."""
    longest = max(filter(_keeps_size, rows), key=lambda row: row.end_s - row.start_s, default=None)
    return shot_scale(faces, longest.start_s - TICK_S / 2, longest.end_s - TICK_S / 2) if longest else None


def _keeps_size(row: Row) -> bool:
    return row.move is not None and not row.move.startswith(("zoom", "dolly"))


def _shots(motion: Motion, cuts: Sequence[CutRow] | None) -> list[tuple[float, float]]:
    shots = [(row.start_s, row.end_s) for row in cuts or () if row.level == "shot"]
    return shots or [(float(motion.t_s[0]), motion.end_s)] if len(motion.t_s) else []


def _shot(motion: Motion, flow: Flow, first: int, stop: int, start_s: float, end_s: float) -> Iterator[Row]:
    punch = rescaled(motion, first - 1, first) if first and stop - first > 1 else None
    if punch:  # what looks like a cut is the same picture, resized: told in the new picture's first frame
        (stretch,), _ = moves(punch)
        next_s = float(motion.t_s[first + 1])
        yield _segment(stretch, punch, start_s, next_s)
        first, start_s = first + 1, next_s
    if stop <= first:
        return
    path = follow(motion, flow, first, stop)
    stretches, shakes = moves(path)
    yield from _frames(path, shakes)
    bounds = [start_s, *(float(path.t_s[stretch.first]) for stretch in stretches[1:]), end_s]
    for stretch, (begin_s, finish_s) in zip(stretches, pairwise(bounds), strict=True):
        yield _segment(stretch, path, begin_s, finish_s)


def _frames(path: CameraPath, shakes: list[float | None]) -> Iterator[Row]:
    camera = path.steps * CAMERA / np.maximum(np.diff(path.t_s), TICK_S)[:, None]
    for i in np.flatnonzero(path.support):
        x, y, zoom, roll = camera[i].tolist()
        yield Row(
            float(path.t_s[i]),
            float(path.t_s[i + 1]),
            confidence=float(path.support[i]),
            level="frame",
            dx_w_s=x,
            dy_w_s=y,
            zoom_rate_s=zoom,
            roll_deg_s=roll,
            shake_rms=shakes[i],
        )


def _segment(stretch: Stretch, path: CameraPath, start_s: float, end_s: float) -> Row:
    within = slice(stretch.first, max(stretch.last, stretch.first + 1))
    support, misfit = path.support[within], path.misfit[within]
    move = _named(stretch, _parallax(path.bend[within], path.since[within]))
    amount = abs(stretch.amount)
    if stretch.part == "zoom":
        amount = float(np.exp(stretch.amount))
    return Row(
        start_s,
        end_s,
        confidence=float(support.mean()) if len(support) else None,
        level="segment",
        shake_rms=stretch.shake_rms,
        move=move,
        amount=amount if stretch.part else None,
        peak_rate=stretch.peak_rate if stretch.part else None,
        easing=stretch.easing,
        is_digital=_is_digital(stretch, move, support, misfit) if move.startswith(("zoom", "dolly")) else None,
        shake_hz=stretch.shake_hz,
    )


def _parallax(bend: NDArray[np.float64], since: NDArray[np.float64]) -> float:
    """How far neighbourhoods stray from one common movement, as a share of that movement."""
    far = since > PARALLAX_REACH
    if far.sum() < 3 or bend[far].max() < BEND:
        return 0.0
    return float(bend[far].sum() / since[far].sum())


def _named(stretch: Stretch, parallax: float) -> Move:
    match stretch.part:
        case None:
            shake = stretch.shake_rms or 0.0
            is_swaying = stretch.wander > HANDHELD_WANDER and shake > HANDHELD_SHAKE / 3
            return "handheld" if shake > HANDHELD_SHAKE or is_swaying else "static"
        case "zoom" if parallax > DOLLY and stretch.peak_rate < DOLLY_RATE_S:
            return "dolly_in" if stretch.amount > 0 else "dolly_out"
        case "zoom":
            return "zoom_in" if stretch.amount > 0 else "zoom_out"
        case "roll":
            return "roll_cw" if stretch.amount > 0 else "roll_ccw"
        case _ if stretch.peak_rate > WHIP_W_S and not stretch.is_jump:
            return "whip"
        case "x" if parallax > TRACK:
            return "track"
        case "x":
            return "pan_right" if stretch.amount > 0 else "pan_left"
        case "y":
            return "tilt_down" if stretch.amount > 0 else "tilt_up"


def _is_digital(stretch: Stretch, move: Move, support: NDArray[np.float64], misfit: NDArray[np.float64]) -> bool | None:
    if move.startswith("dolly"):
        return False
    if stretch.is_jump:
        return True
    is_exact = float(np.median(misfit)) < EXACT and float(support.mean()) > WHOLE
    is_still = stretch.shake_rms is not None and stretch.shake_rms < STEADY
    return True if is_exact and is_still and stretch.easing in ("linear", "ease_out") else None
