"""Heads of known turns, as five points and as poses."""

import numpy as np
import pytest

from analyzers.measures.people.head import MOUTH_BELOW, NOSE_DEPTH, NOSE_HEIGHT, turn_of_points, turn_of_pose

# Right eye, left eye, tip of the nose, corners of the mouth: x to the right, y up, z towards us.
HEAD = np.array([
    [-0.5, 0, 0], [0.5, 0, 0], [0, -NOSE_HEIGHT * MOUTH_BELOW, NOSE_DEPTH], [-0.4, -MOUTH_BELOW, 0],
    [0.4, -MOUTH_BELOW, 0],
])  # fmt: skip
TURNS = [
    (0, 0, 0),
    (20, 0, 0),
    (-35, 0, 0),
    (0, 15, 0),
    (0, -20, 0),
    (0, 0, 30),
    (0, 0, -80),
    (25, 0, 40),
    (-15, 10, -20),
]


def rotation(yaw: float, pitch: float, roll: float) -> np.ndarray:
    y, p, r = np.radians([yaw, -pitch, -roll])
    about_y = [[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]]
    about_x = [[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]]
    about_z = [[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]]
    return np.array(about_z) @ about_y @ about_x


def seen(turn) -> list[tuple[float, float]]:
    """The head's points in a picture, where y goes down."""
    return [(300 + 80 * x, 500 - 80 * y) for x, y, _ in HEAD @ rotation(*turn).T]


@pytest.mark.parametrize("turn", TURNS)
def test_a_pose_tells_how_the_head_is_turned(turn):
    pose = np.eye(4)
    pose[:3, :3] = rotation(*turn)
    assert turn_of_pose(pose.astype(np.float32)) == pytest.approx(turn, abs=1e-3)


@pytest.mark.parametrize("turn", TURNS)
def test_five_points_tell_it_too(turn):
    both = 2.5 if turn[0] and turn[1] else 0.5  # the two are taken apart as if the other were not
    assert turn_of_points(seen(turn)) == pytest.approx(turn, abs=both)


def test_a_mirror_turns_yaw_and_roll_around_and_leaves_pitch():
    turn = turn_of_points(seen((20, 10, 15)))
    assert turn is not None
    yaw, pitch, roll = turn
    points = [(600 - x, y) for x, y in seen((20, 10, 15))]
    mirrored = [points[i] for i in (1, 0, 2, 4, 3)]
    assert turn_of_points(mirrored) == pytest.approx((-yaw, pitch, -roll), abs=1e-6)


def test_place_and_size_change_nothing():
    moved = [(3 * x - 200, 3 * y + 50) for x, y in seen((20, 10, 15))]
    assert turn_of_points(moved) == pytest.approx(turn_of_points(seen((20, 10, 15))), abs=1e-6)


def test_points_that_fall_together_have_no_turn():
    assert turn_of_points([(5.0, 5.0)] * 5) is None
    assert turn_of_points([(0, 0), (0, 0), (1, 1), (0, 2), (2, 2)]) is None
