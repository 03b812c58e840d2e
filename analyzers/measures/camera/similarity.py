"""Similarities of the picture: (x, y, ln scale, angle), what its content does from one frame to another.

Lengths are in widths of the picture, from its centre, y down; angles are clockwise, in radians.
"""

import cmath
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Points = NDArray[np.complex128]  # x + iy, in widths from the picture's centre


def compose(after: Floats, before: Floats) -> Floats:
    """The similarity that does `before`, then `after`."""
    moved = move_points(complex(before[0], before[1]), after)
    return np.array([moved.real, moved.imag, before[2] + after[2], before[3] + after[3]])


def inverse(similarity: Floats) -> Floats:
    turned = complex(similarity[0], similarity[1]) * cmath.exp(-complex(similarity[2], similarity[3]))
    return np.array([-turned.real, -turned.imag, -similarity[2], -similarity[3]])


def move_points(points: Any, similarity: Floats) -> Any:
    """Points x + iy in widths from the centre, moved."""
    return points * cmath.exp(complex(similarity[2], similarity[3])) + complex(similarity[0], similarity[1])


def weighted_similarity(here: Points, there: Points, weight: Floats) -> Floats:
    weight = weight / weight.sum()
    from_mean, to_mean = weight @ here, weight @ there
    centred = here - from_mean
    turn = complex((weight * centred.conj()) @ (there - to_mean) / max(weight @ abs(centred) ** 2, 1e-9))
    turn = cmath.log(turn if abs(turn) > 1e-3 else 1e-3)
    still = np.array([0.0, 0.0, turn.real, turn.imag])
    shift = to_mean - move_points(from_mean, still)
    return still + np.array([shift.real, shift.imag, 0.0, 0.0])
