"""Horizon: how far the longest level line of one picture is turned.

Line segments by LSD, https://doi.org/10.5201/ipol.2012.gjmr-lsd, joined along one line.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDE = 240  # pixels across; a turn of 0.5 degrees is 2 of them
LEVEL_DEG = 20.0  # what is turned further is no horizon
SHORTEST = 0.04  # of the width
SAME_DEG, SAME_PX = 2.0, 1.5  # of a segment from the line that it continues
COVERS, LONGEST = 0.6, 0.2  # of the width: all that lies on the line, and the longest piece of it
BLACK, FLAT = 24, 2.0  # grey levels: beside a bar lies nothing


def find_horizon(grey: NDArray[np.uint8]) -> float | None:
    """Degrees, clockwise; None without a line across most of the picture."""
    import cv2

    wide = min(WIDE, grey.shape[1])
    high = round(grey.shape[0] * wide / grey.shape[1])
    if min(wide, high) < 16:
        return None
    small = np.asarray(cv2.resize(grey, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE).detect(small)[0]
    if found is None:
        return None
    lines = np.asarray(found, float).reshape(-1, 4)
    lines = np.where(lines[:, :1] <= lines[:, 2:3], lines, lines[:, [2, 3, 0, 1]])
    across, down = lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]
    turn = np.degrees(np.arctan2(down, across))
    lines, turn = (a[(abs(turn) < LEVEL_DEG) & (across > SHORTEST * wide)] for a in (lines, turn))
    best, covered = None, COVERS
    for line, angle in zip(lines, turn, strict=True):
        if line[2] - line[0] < LONGEST * wide:
            continue
        same = lines[(abs(turn - angle) < SAME_DEG) & (_off(lines, line) < SAME_PX)]
        share = _covered(same, wide)
        if share > covered:
            fitted = _fitted(same)
            if not _borders_a_bar(small, fitted):
                best, covered = fitted, share
    return float(np.degrees(np.arctan(best[0]))) if best is not None else None


def _off(lines: Any, line: Any) -> Any:
    """How far other segments' ends are off a line, in pixels."""
    x0, y0, x1, y1 = line
    length = np.hypot(x1 - x0, y1 - y0)
    ends = [(x1 - x0) * (lines[:, i + 1] - y0) - (y1 - y0) * (lines[:, i] - x0) for i in (0, 2)]
    reach = np.maximum(
        np.abs(lines[:, [0, 2]] - (x0 + x1) / 2).max(axis=1) / length, 1
    )  # an end far out may stray more
    return np.max(np.abs(ends), axis=0) / length / reach


def _covered(lines: Any, wide: int) -> float:
    """Share of the width."""
    is_covered = np.zeros(wide, bool)
    for x0, _, x1, _ in lines:
        is_covered[max(int(x0), 0) : int(np.ceil(x1))] = True
    return float(is_covered.mean())


def _fitted(lines: Any) -> Any:
    """Slope and height at the left edge, by least squares over the segments' ends and their lengths."""
    x, y = lines[:, [0, 2]].ravel(), lines[:, [1, 3]].ravel()
    weight = np.repeat(np.sqrt(lines[:, 2] - lines[:, 0]), 2)
    return np.polyfit(x, y, 1, w=weight)


def _borders_a_bar(grey: NDArray[np.uint8], line: Any) -> bool:
    """Nothing but black above it, or below."""
    x = np.arange(0, grey.shape[1], 4)
    y = np.polyval(line, x)
    for away in (-5, 5):
        beside = np.clip(np.round(y + away), 0, grey.shape[0] - 1).astype(int)
        values = grey[beside, x].astype(float)
        if values.mean() < BLACK and values.std() < FLAT:
            return True
    return False
