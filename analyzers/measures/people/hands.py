"""One hand as geometry: its size, which fingers are straight, and where it points; from MediaPipe's 21 points.

Points are (21, 3) in one unit in all directions: to the right, down, and towards the camera.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Finger = Literal["thumb", "index", "middle", "ring", "pinky"]
Points = NDArray[np.float64]

FINGERS: tuple[Finger, ...] = ("thumb", "index", "middle", "ring", "pinky")
WRIST, INDEX, MIDDLE, PINKY = 0, 5, 9, 17  # the wrist, and the knuckles of fingers
BENT_DEG = 70.0  # a finger's turn at its middle joints together, from which it is no longer straight
CLOSED_DEG = 105.0  # from which it is closed; a relaxed one is between the two
THUMB_BENT_DEG = 60.0  # of its last two joints
THUMB_OUT = 0.45  # of the palm's length, from the thumb's tip to the line of the knuckles, at least, where it is out
BROAD = 1.1  # a palm's length over its knuckles' breadth


def palm(points: Points) -> float:
    """Length of the palm, also of one that is seen from the fingers or from the side."""
    length = np.linalg.norm(points[MIDDLE] - points[WRIST])
    return float(max(length, BROAD * np.linalg.norm(points[INDEX] - points[PINKY]), 1e-9))


def middle_of_palm(points: Points) -> Points:
    return points[[WRIST, INDEX, PINKY]].mean(axis=0)


def fingers_up(points: Points) -> tuple[Finger, ...]:
    """Those that are straight, from the thumb to the little finger."""
    return tuple(
        finger
        for number, finger in enumerate(FINGERS)
        if (_thumb_is_out(points) if number == 0 else _is_straight(points[4 * number + 1 : 4 * number + 5], points))
    )


def closed(points: Points) -> frozenset[Finger]:
    """Those that are bent into the palm; the thumb, which closes in many ways, is left out."""
    return frozenset(
        finger
        for number, finger in enumerate(FINGERS[1:], 1)
        if _turned_deg(points[4 * number + 1 : 4 * number + 5]) > CLOSED_DEG
    )


def pointing_deg(points: Points, fingers: tuple[Finger, ...]) -> float | None:
    """Where a hand points whose index finger alone, or with its thumb, is straight: 0 to the right, 90 up."""
    if "index" not in fingers or set(fingers) - {"thumb", "index"}:
        return None
    x, y = (points[INDEX + 3] - points[INDEX])[:2]
    if np.hypot(x, y) < palm(points) / 3:  # it points at us
        return None
    return float(np.degrees(np.arctan2(-y, x)))


def _is_straight(finger: Points, points: Points) -> bool:
    """`finger` from its knuckle to its tip. A bent one turns, and its tip comes back to the wrist."""
    tip, joint = (np.linalg.norm(point - points[WRIST]) for point in (finger[3], finger[1]))
    return _turned_deg(finger) < BENT_DEG and bool(tip > joint)


def _thumb_is_out(points: Points) -> bool:
    """It is straight, and its tip lies away from the knuckles."""
    return _turned_deg(points[1:5]) < THUMB_BENT_DEG and _away(
        points[4], points[INDEX], points[PINKY]
    ) > THUMB_OUT * palm(points)


def _away(point: Points, one: Points, other: Points) -> float:
    """From the stretch between two points."""
    along = other - one
    share = np.clip(np.dot(point - one, along) / max(float(np.dot(along, along)), 1e-12), 0, 1)
    return float(np.linalg.norm(point - one - share * along))


def _turned_deg(joints: Points) -> float:
    """How far a finger turns over its two middle joints."""
    return _turn_deg(joints[0], joints[1], joints[2]) + _turn_deg(joints[1], joints[2], joints[3])


def _turn_deg(a: Points, b: Points, c: Points) -> float:
    """How far the way from a over b to c turns."""
    first, second = b - a, c - b
    lengths = np.linalg.norm(first) * np.linalg.norm(second)
    return float(np.degrees(np.arccos(np.clip(np.dot(first, second) / max(float(lengths), 1e-12), -1, 1))))
