"""How large a person is shown, from the height of the face: the film maker's scale from extreme close-up to wide."""

from collections.abc import Sequence
from statistics import median
from typing import Literal

from analyzers.people.face_detection import FaceRow

Scale = Literal["ECU", "CU", "MCU", "MS", "WS", "EWS"]

# A face's box reaches from the forehead to the chin, about 0.85 of a head; a body is seven and a half heads tall.
LEAST_HEIGHT: tuple[tuple[Scale, float], ...] = (
    ("ECU", 0.65),  # the head is cut off
    ("CU", 0.36),  # head and shoulders
    ("MCU", 0.24),  # down to the chest
    ("MS", 0.13),  # down to the waist
    ("WS", 0.05),  # the whole body
)


def shot_scale(faces: Sequence[FaceRow], start_s: float, end_s: float) -> Scale | None:
    """The scale of the largest face of a stretch; None without one."""
    heights: dict[int, list[float]] = {}
    for row in faces:
        if row.level == "sample" and start_s <= row.start_s < end_s:
            heights.setdefault(row.track_id, []).append(row.h)
    largest = max(map(median, heights.values()), default=None)
    if largest is None:
        return None
    for scale, least in LEAST_HEIGHT:
        if largest >= least:
            return scale
    return "EWS"
