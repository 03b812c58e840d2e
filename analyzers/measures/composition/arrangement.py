"""How light and detail lie in one picture: symmetry, balance, empty space."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDE = 64  # pixels across that symmetry and balance are told from
DETAIL_WIDE, TILE = 256, 8  # pixels across, and of a part that may be empty
EMPTY = 4.0  # grey levels of spread in an empty part; a wall filmed in dim light has 2
PLAIN = 2.0  # grey levels of spread in a picture that shows nothing
BAR_SPREAD, BLACK = 2.0, 24  # grey levels within a bar: of spread, and at most


def without_bars(rgb: NDArray[np.uint8]) -> tuple[slice, slice]:
    """Rows and columns between black bars, which come in pairs."""
    import cv2

    grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY))
    inside = []
    for picture in (grey, grey.T):
        lively = np.flatnonzero((picture.std(axis=1) >= BAR_SPREAD) | (picture.mean(axis=1) >= BLACK))
        bar = min(lively[0], len(picture) - 1 - lively[-1]) if len(lively) else 0
        inside.append(slice(int(bar), len(picture) - int(bar)))
    return inside[0], inside[1]


def symmetry(rgb: NDArray[np.uint8]) -> float | None:
    """How like its mirror image, 0..1: correlation of the colours. None in a picture without any difference."""
    lab = _small(rgb)
    stray = lab - lab.mean(axis=(0, 1))
    power = float((stray * stray).sum())
    if power < PLAIN**2 * stray[..., 0].size:
        return None
    return float(np.clip((stray * stray[:, ::-1]).sum() / power, 0, 1))


def balance(rgb: NDArray[np.uint8]) -> float | None:
    """Where the contrasts lie: -1 at the left edge, 0 even, 1 at the right. None without any."""
    lab = _small(rgb)
    if min(lab.shape[:2]) < 2:
        return None
    weight = np.abs(np.gradient(lab, axis=(0, 1))).sum(axis=(0, 3))
    if weight.max() < PLAIN:
        return None
    places = (np.arange(lab.shape[1]) + 0.5) / lab.shape[1] * 2 - 1
    return float(weight.sum(axis=0) @ places / weight.sum())


def empty_share(rgb: NDArray[np.uint8]) -> float:
    """Share of the picture without detail."""
    import cv2

    wide = min(DETAIL_WIDE, rgb.shape[1])
    size = (wide, max(round(rgb.shape[0] * wide / rgb.shape[1]), 1))
    grey = cv2.cvtColor(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY).astype(np.float32)
    tiles = (max(size[0] // TILE, 1), max(size[1] // TILE, 1))
    mean, power = (cv2.resize(a, tiles, interpolation=cv2.INTER_AREA) for a in (grey, grey * grey))
    return float((np.asarray(power) - np.asarray(mean) ** 2 < EMPTY**2).mean())


def _small(rgb: NDArray[np.uint8]) -> Any:
    """(height, width, 3) CIELAB."""
    import cv2

    wide = min(WIDE, rgb.shape[1])
    size = (wide, max(round(rgb.shape[0] * wide / rgb.shape[1]), 1))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return cv2.cvtColor(small, cv2.COLOR_RGB2LAB)
