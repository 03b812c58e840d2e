"""How blurred the edges of a part of a picture are: Zhuo & Sim, https://doi.org/10.1016/j.patcog.2011.03.009.

An edge's steepness after two known blurs tells the blur that it had: steep1 / steep2 is
sqrt((own² + 2nd²) / (own² + 1st²)).
"""

import numpy as np
from numpy.typing import NDArray

WIDTH_PX = 360  # of the picture that is measured
FIRST_PX, SECOND_PX = 1.0, 2.5  # the two blurs' sigmas
STRONGEST = 90  # percentile of the steepness from which on a place is an edge
LEAST_STEEP = 3.0  # grey levels a pixel: below that there is compression and no edge
LEAST_PLACES = 50  # pixels on edges
MOST_PX = 20.0  # beyond that the two blurs make no difference


def edge_sigma(grey: NDArray[np.float32], part: NDArray[np.bool_]) -> float | None:
    """Sigma of the part's edges, in pixels; None without edges."""
    first, second = _steepness(grey, FIRST_PX), _steepness(grey, SECOND_PX)
    inside = first[part]
    if len(inside) < LEAST_PLACES:
        return None
    is_edge = part & (first >= max(LEAST_STEEP / 3, float(np.percentile(inside, STRONGEST))))
    if is_edge.sum() < LEAST_PLACES or float(np.median(first[is_edge])) < LEAST_STEEP / 2:
        return None
    ratio = float(np.median(first[is_edge] / np.maximum(second[is_edge], 1e-3))) ** 2
    most = (SECOND_PX / FIRST_PX) ** 2
    if ratio >= most:
        return 0.0
    own = (SECOND_PX**2 - ratio * FIRST_PX**2) / max(ratio - 1, 1e-6)
    return float(min(np.sqrt(max(own, 0.0)), MOST_PX))


def _steepness(grey: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    import cv2

    blurred = cv2.GaussianBlur(grey, (0, 0), sigma)
    across, down = cv2.Sobel(blurred, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(blurred, cv2.CV_32F, 0, 1, scale=1 / 8)
    return np.asarray(cv2.magnitude(across, down), np.float32)
