"""Correlated colour temperature of a light, and its distance from the black body's colours.

Krystek's formula for the Planckian locus, https://doi.org/10.1002/col.5080100109; the nearest point is looked up.
"""

import numpy as np
from numpy.typing import NDArray

COOLEST_K, HOTTEST_K = 1_500.0, 15_000.0  # the formula's own range ends there
MAX_DUV = 0.05  # CIE 15: farther from the locus a colour temperature has no meaning
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)

_KELVIN = 1e6 / np.linspace(1e6 / HOTTEST_K, 1e6 / COOLEST_K, 3000)  # even steps in mired, as the eye sees them


def _locus(kelvin: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2) CIE 1960 u, v."""
    square = kelvin**2
    u = (0.860117757 + 1.54118254e-4 * kelvin + 1.28641212e-7 * square) / (
        1 + 8.42420235e-4 * kelvin + 7.08145163e-7 * square
    )
    v = (0.317398726 + 4.22806245e-5 * kelvin + 4.20481691e-8 * square) / (
        1 - 2.89741816e-5 * kelvin + 1.61456053e-7 * square
    )
    return np.stack([u, v], axis=1)


_LOCUS = _locus(_KELVIN)


def colour_temperature(linear: NDArray[np.float64]) -> tuple[float, float] | None:
    """Kelvin and Duv (above the locus, greenish, is positive) of a light in linear sRGB; None far from any white."""
    x, y, z = TO_XYZ @ linear
    divisor = x + 15 * y + 3 * z
    if divisor <= 0:
        return None
    uv = np.array([4 * x, 6 * y]) / divisor
    away = np.hypot(*(_LOCUS - uv).T)
    nearest = int(away.argmin())
    if away[nearest] > MAX_DUV or nearest in (0, len(_KELVIN) - 1):
        return None
    return float(_KELVIN[nearest]), float(np.copysign(away[nearest], uv[1] - _LOCUS[nearest, 1]))
