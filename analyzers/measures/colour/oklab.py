"""sRGB and OKLab, there and back: https://bottosson.github.io/posts/oklab/."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_CODES = np.arange(256) / 255
LINEAR = np.where(_CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4).astype(np.float32)
TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    np.float32,
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    np.float32,
)


def to_linear(rgb: NDArray[np.uint8]) -> Floats:
    """Light, 0..1, from 8-bit sRGB."""
    return LINEAR[rgb]


def to_oklab(linear: Floats) -> Floats:
    """(..., 3) L, a, b from linear sRGB."""
    return np.cbrt(linear @ TO_CONES.T) @ TO_LAB.T


def to_hex(lab: NDArray[np.floating]) -> str:
    """The nearest sRGB colour as #rrggbb."""
    cones = np.linalg.solve(TO_LAB.astype(np.float64), np.asarray(lab, np.float64)) ** 3
    linear = np.clip(np.linalg.solve(TO_CONES.astype(np.float64), cones), 0, 1)
    coded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = (round(255 * v) for v in coded)
    return f"#{red:02x}{green:02x}{blue:02x}"
