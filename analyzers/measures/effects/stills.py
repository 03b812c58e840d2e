"""A photograph over which a camera is moved in the edit: one picture, shifted, turned and resized."""

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

STEPS, PRECISION = 60, 1e-4
ALIKE = 0.997  # correlation of two aligned views of a photograph, 0.999; with something moving in them 0.98 to 0.995
SMOOTH_PX = 5


def is_same_still(one: Grey, other: Grey) -> bool:
    """Whether a movement of the whole explains all that differs.

    Aligned by https://doi.org/10.1109/TPAMI.2008.113, as OpenCV carries it.
    """
    import cv2

    if min(one.shape) < 4 * SMOOTH_PX:
        return False
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, STEPS, PRECISION)
    start = np.eye(2, 3, dtype=np.float32)
    shift, _ = cv2.phaseCorrelate(other.astype(np.float32), one.astype(np.float32))
    start[:, 2] = shift
    everywhere = np.full(other.shape, 255, np.uint8)
    try:
        likeness, _ = cv2.findTransformECC(other, one, start, cv2.MOTION_AFFINE, criteria, everywhere, SMOOTH_PX)
    except cv2.error:  # does not converge: it cannot be told
        return True
    return bool(likeness >= ALIKE)
