"""Hands drawn by their 21 points, and the rows that hand_gesture would give of them: what they do is known."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from analyzers.measures.people.hands import FINGERS, Finger, fingers_up, pointing_deg
from analyzers.people.hand_gesture import HandPoint, HandRow

KNUCKLES = np.array([(0.25, -0.95, 0), (0.0, -1.0, 0), (-0.22, -0.93, 0), (-0.42, -0.8, 0)])
BONES = (0.45, 0.3, 0.25)  # of a straight finger, from its knuckle on; a palm is 1
STRAIGHT, LOOSE, CURLED = (0, 0, 0), (15, 60, 100), (60, 150, 200)  # each bone's turn towards the palm, in degrees
THUMB_OUT = ((0.3, -0.2, 0), (0.55, -0.33, 0), (0.8, -0.45, 0), (1.05, -0.57, 0))
THUMB_IN = ((0.3, -0.25, 0), (0.4, -0.5, 0.05), (0.2, -0.6, 0.15), (0.0, -0.62, 0.15))
NOISE = 0.02  # palms: a hundredth of a hand's length
LOOKS_HZ = 10.0
Points = NDArray[np.float64]
Pose = tuple[Points, float, float]  # a shape, and where its wrist is, in widths of the picture


def hand_shape(
    fingers: Sequence[Finger], *, is_left: bool = False, turn_deg: float = 0.0, is_loose: bool = False
) -> Points:
    """A hand with these fingers straight, its palm to us; a right one's thumb is to our right. Turned clockwise.

    The others are closed, or hang loose.
    """
    points = np.zeros((21, 3))
    points[1:5] = THUMB_OUT if "thumb" in fingers else np.mean([THUMB_IN, THUMB_OUT], axis=0) if is_loose else THUMB_IN
    for number, finger in enumerate(FINGERS[1:]):
        knuckle = KNUCKLES[number]
        way = knuckle / np.linalg.norm(knuckle)
        first = 5 + 4 * number
        points[first] = knuckle
        turns = np.radians(STRAIGHT if finger in fingers else LOOSE if is_loose else CURLED)
        bones = np.cos(turns)[:, None] * way + np.sin(turns)[:, None] * (0, 0, 1)
        points[first + 1 : first + 4] = knuckle + np.cumsum(bones * np.array(BONES)[:, None], axis=0)
    if is_left:
        points[:, 0] *= -1
    turn = np.radians(turn_deg)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    points[:, :2] = points[:, :2] @ matrix.T
    return points


def thumb_hand(*, is_up: bool, is_left: bool = False) -> Points:
    """A fist whose thumb points straight up, or down."""
    shape = hand_shape(["thumb"], is_left=is_left)
    x, y = (shape[4] - shape[2])[:2]
    now = np.degrees(np.arctan2(y, x))
    return hand_shape(["thumb"], is_left=is_left, turn_deg=(-90 if is_up else 90) - now)


def relaxed_hand(*, is_left: bool = False) -> Points:
    """Nothing straight, nothing closed."""
    return hand_shape([], is_left=is_left, is_loose=True)


def hand_rows(
    path: Callable[[float], Pose | None],
    seconds: float,
    *,
    side: str = "right",
    track_id: int = 0,
    person_id: int | None = 0,
    palm: float = 0.08,
    tall: float = 16 / 9,
    looks_hz: float = LOOKS_HZ,
    noise: float = NOISE,
    dropped: float = 0.0,
    seed: int = 0,
) -> list[HandRow]:
    """Of a hand whose palm is that share of the picture's width long; dropped looks show none."""
    rng = np.random.default_rng(seed)
    rows = []
    for t in np.arange(0, seconds, 1 / looks_hz):
        pose = path(float(t))
        is_dropped = rng.random() < dropped
        if pose is None or is_dropped:
            continue
        shape, x, y = pose
        solid = (shape + rng.normal(0, noise, shape.shape)) * palm + (x, y, 0)
        rows.append(hand_row(float(t), 1 / looks_hz, solid, side, track_id, person_id, tall))
    return rows


def hand_row(
    t: float, for_s: float, solid: Points, side: str, track_id: int, person_id: int | None, tall: float
) -> HandRow:
    points = solid / (1, tall, 1)
    low, high = np.clip(points[:, :2].min(axis=0), 0, 1), np.clip(points[:, :2].max(axis=0), 0, 1)
    fingers = fingers_up(solid)
    return HandRow(
        t,
        t + for_s,
        0.95,
        "sample",
        track_id,
        person_id,
        "left" if side == "left" else "right",
        *map(float, (*low, *(high - low))),
        gesture=None,
        gesture_confidence=None,
        fingers_up=fingers,
        pointing_dir_deg=pointing_deg(solid, fingers),
        points=tuple(HandPoint(*map(float, point)) for point in points),
    )
