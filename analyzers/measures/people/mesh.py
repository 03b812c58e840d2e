"""What the points of a face mesh say of eyes and mouth: ratios of lengths, so the face's size is no matter.

The points are those of MediaPipe's canonical face; lengths are taken in all three dimensions, so that a turn of the
head changes them little. Left and right are the person's own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzers.measures.people.head import Turn

Points = NDArray[np.float64]  # (478, 3), all three axes of one scale

RIGHT_CORNERS, LEFT_CORNERS = (33, 133), (362, 263)  # from left to right in the picture of a face that looks at us
RIGHT_LIDS = ((160, 144), (159, 145), (158, 153))  # upper, lower
LEFT_LIDS = ((385, 380), (386, 374), (387, 373))
RIGHT_IRIS, LEFT_IRIS = 468, 473
UPPER_LIP, LOWER_LIP = 13, 14  # their inner edges
MOUTH_CORNERS = (61, 291)
FOREHEAD, CHIN = 10, 152
FOREHEAD_DEG = 3.3  # by which the line between them leans on a head that looks straight, as poses fitted beside it say
RESTING, LAUGHING = 0.56, 0.16  # width of a mouth at rest, of the eyes' distance, and how much wider one that laughs is
SHUT = 0.08  # openness below which an iris is not seen


@dataclass(frozen=True, slots=True)
class Eye:
    open: float  # distance of the lids over the width of the eye
    x: float | None  # of the iris between the corners, -1..1 from the picture's left to its right
    y: float | None  # and across the line between them, in half widths of the eye, down


def right_eye(points: Points) -> Eye:
    return _eye(points, RIGHT_CORNERS, RIGHT_LIDS, RIGHT_IRIS)


def left_eye(points: Points) -> Eye:
    return _eye(points, LEFT_CORNERS, LEFT_LIDS, LEFT_IRIS)


def eye_gap(points: Points) -> float:
    """Distance of the eyes' middles in the picture, in the points' unit."""
    right, left = points[list(RIGHT_CORNERS), :2].mean(axis=0), points[list(LEFT_CORNERS), :2].mean(axis=0)
    return float(np.linalg.norm(right - left))


def mouth_open(points: Points) -> float:
    """The gap between the lips, over the distance of the eyes' outer corners."""
    return _apart(points, UPPER_LIP, LOWER_LIP) / max(_apart(points, RIGHT_CORNERS[0], LEFT_CORNERS[1]), 1e-9)


def smile(points: Points) -> float:
    """How far the mouth's corners are drawn apart and up, 0..1."""
    eyes = max(_apart(points, RIGHT_CORNERS[0], LEFT_CORNERS[1]), 1e-9)
    return float(np.clip((_apart(points, *MOUTH_CORNERS) / eyes - RESTING) / LAUGHING, 0, 1))


def turn_of_mesh(points: Points) -> Turn:
    """Where no pose was fitted: from the lines across and down the face."""
    across = points[LEFT_CORNERS[1]] - points[RIGHT_CORNERS[0]]
    down = points[CHIN] - points[FOREHEAD]
    across = across / max(float(np.linalg.norm(across)), 1e-9)
    down = down - across * float(down @ across)
    down = down / max(float(np.linalg.norm(down)), 1e-9)
    roll = np.arctan2(across[1], across[0])
    yaw = np.arctan2(across[2], np.hypot(across[0], across[1]))
    pitch = np.degrees(-np.arcsin(np.clip(down[2], -1, 1))) + FOREHEAD_DEG
    return float(np.degrees(yaw)), float(pitch), float(np.degrees(roll))


def _eye(points: Points, corners: tuple[int, int], lids: tuple[tuple[int, int], ...], iris: int) -> Eye:
    width = max(_apart(points, *corners), 1e-9)
    gap = float(np.mean([_apart(points, upper, lower) for upper, lower in lids])) / width
    if gap < SHUT or len(points) <= iris:
        return Eye(gap, None, None)
    one, other = (complex(*points[corner, :2]) for corner in corners)
    half, middle = (other - one) / 2, (one + other) / 2
    away = (complex(*points[iris, :2]) - middle) / (half if half else 1e-9)
    return Eye(gap, float(np.clip(away.real, -1, 1)), float(np.clip(away.imag, -1, 1)))


def _apart(points: Points, one: int, other: int) -> float:
    return float(np.linalg.norm(points[one] - points[other]))
