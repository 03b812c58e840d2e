"""What posture joints make: a person stands, sits or lies, where enough of the body is seen to tell."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.measures.people.names import JOINTS

Posture = Literal["stand", "sit", "lie"]
CERTAIN = 0.5  # of a joint that counts
LYING_DEG = 60.0  # of the trunk from the upright
SITTING = 0.5  # a thigh that reaches down by less of the trunk's length points at us, or to the side
STANDING = 0.65  # and by more, if the leg is straight
STRAIGHT_DEG = 145.0  # at the knee


def posture_of(joints: NDArray[np.float64]) -> Posture | None:
    """From (17, 3) joints in one unit across and down."""
    shoulders, hips = _middle(joints, "shoulder"), _middle(joints, "hip")
    if shoulders is None or hips is None:
        return None
    trunk = hips - shoulders
    length = float(np.linalg.norm(trunk))
    if length <= 0:
        return None
    if lean_deg(trunk) > LYING_DEG:
        return "lie"
    left, right = _of_leg(joints, "left", length), _of_leg(joints, "right", length)
    if left and right:
        return left if left == right else None
    return left or right


def lean_deg(trunk: NDArray[np.float64]) -> float:
    """Angle of the trunk from hips up to shoulders against the upright, 0..180."""
    return float(np.degrees(np.arctan2(abs(trunk[0]), trunk[1])))


def angle_deg(a: NDArray[np.float64], corner: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Between two limbs that meet in a joint."""
    u, v = a - corner, b - corner
    size = float(np.linalg.norm(u) * np.linalg.norm(v))
    return float(np.degrees(np.arccos(np.clip(u @ v / size, -1, 1)))) if size > 0 else 180.0


def joint(joints: NDArray[np.float64], name: str) -> NDArray[np.float64] | None:
    """Where a joint is; None where it is not certain."""
    x, y, certainty = joints[JOINTS.index(name)]
    return np.array([x, y]) if certainty >= CERTAIN else None


def _middle(joints: NDArray[np.float64], name: str) -> NDArray[np.float64] | None:
    left, right = joint(joints, f"left_{name}"), joint(joints, f"right_{name}")
    return None if left is None or right is None else (left + right) / 2


def _of_leg(joints: NDArray[np.float64], side: str, trunk: float) -> Posture | None:
    hip, knee, ankle = (joint(joints, f"{side}_{name}") for name in ("hip", "knee", "ankle"))
    if hip is None or knee is None:
        return None
    down = float(knee[1] - hip[1]) / trunk
    if down < SITTING:
        return "sit"
    if ankle is not None and down >= STANDING and angle_deg(hip, knee, ankle) >= STRAIGHT_DEG:
        return "stand"
    return None
