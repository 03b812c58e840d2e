"""How a head is turned: from five points of its face, or from the pose that a face mesh was fitted with.

Yaw and pitch are those of the head as it would be upright in the picture; roll is then its turn in the picture. So
turning the picture changes roll alone, and mirroring it the signs of yaw and roll. With five points the head is taken
for one of mean proportions, seen from afar: the eyes' line and the mouth's give roll, the place of the nose between
them yaw and pitch.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Of MediaPipe's canonical face, where the eyes' middles and the corners of the mouth are: the tip of the nose stands
# before that plane by this much of the distance between the eyes, and lies this far from the eyes down to the mouth.
NOSE_DEPTH = 0.62
NOSE_HEIGHT = 0.58
MOUTH_BELOW = 1.05  # from eyes to mouth, of the distance between the eyes

Turn = tuple[float, float, float]  # yaw, pitch, roll in degrees


def turn_of_points(points: Sequence[tuple[float, float]]) -> Turn | None:
    """From the right eye, the left eye, the tip of the nose, the mouth's right and left corner; None where they fall
    together."""
    eye, other, nose, corner, far = (complex(x, y) for x, y in points)
    across = (other - eye) + (far - corner) * abs(other - eye) / max(abs(far - corner), 1e-9)
    if abs(other - eye) < 1e-6 or abs(across) < 1e-6 or abs(far - corner) < 1e-6:
        return None
    upright = np.conj(across) / abs(across)
    eyes, mouth = (eye + other) / 2, (corner + far) / 2
    gap = abs(((other - eye) * upright).real)
    tall = ((mouth - eyes) * upright).imag
    if gap < 1e-6 or tall < 1e-6:
        return None
    tip = (nose - eyes) * upright
    lean = ((mouth - eyes) * upright).real  # the middle line, where the nose would lie without yaw
    aside = tip.real - lean * NOSE_HEIGHT
    yaw = np.arctan2(aside, gap * NOSE_DEPTH)
    pitch = np.arctan((NOSE_HEIGHT - tip.imag / tall) * MOUTH_BELOW / NOSE_DEPTH)
    return _degrees(yaw), _degrees(pitch), _degrees(np.angle(across))


def turn_of_pose(matrix: NDArray[np.float32]) -> Turn:
    """From the pose of a face before the camera: x to the right, y up, z towards us."""
    r = np.asarray(matrix, float)[:3, :3]
    yaw = np.arctan2(-r[2, 0], np.hypot(r[0, 0], r[1, 0]))
    return _degrees(yaw), _degrees(-np.arctan2(r[2, 1], r[2, 2])), _degrees(-np.arctan2(r[1, 0], r[0, 0]))


def _degrees(angle: float) -> float:
    return float(np.degrees(angle))
