"""Where the colours of a picture are: the mean of each of its coarse squares."""

import numpy as np
from numpy.typing import NDArray

COLUMNS = 8
MOST_ROWS = 24  # of a picture much taller than a screen


def find_mosaic(rgb: NDArray[np.uint8]) -> list[str]:
    """Row by row, COLUMNS a row, each as #rrggbb."""
    import cv2

    height, width = rgb.shape[:2]
    rows = min(max(round(COLUMNS * height / width), 1), MOST_ROWS)
    means = np.asarray(cv2.resize(rgb, (COLUMNS, rows), interpolation=cv2.INTER_AREA), np.uint8)
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in means.reshape(-1, 3).tolist()]
