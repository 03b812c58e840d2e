"""Subject: the part of one picture that is unlike its edges, where no detector names one.

Contrast to the colours of the four borders, as in the second half of https://doi.org/10.1109/ICCV.2015.165 (MB+).
The spectral residual of cv2.saliency answers to outlines: it misses a disc on a blank ground by its radius.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WIDE = 64  # pixels that are looked at across
BORDER = 0.1  # of the picture, on each side
BLUR = 0.025  # of the width
COLOUR_NOISE = 5.0  # Lab units that colours of a border stray anyway
FAR = 3.0  # spreads of the borders' colours; what is nearer belongs to them
WHOLE_WIDTH = 0.98  # of the width: a band from side to side is a layer of the scene


@dataclass(frozen=True, slots=True)
class Blob:
    """Shares of the picture."""

    x: float  # middle
    y: float
    left: float
    top: float
    w: float
    h: float
    share: float  # of all that is unlike the borders


def find_subject(rgb: NDArray[np.uint8]) -> Blob | None:
    import cv2

    unlike = _unlike_borders(rgb)
    rows, columns = unlike.shape
    unlike = np.asarray(cv2.GaussianBlur(unlike, (0, 0), max(BLUR * columns, 0.5)))
    if unlike.max() < FAR:
        return None
    unlike = np.maximum(unlike - np.percentile(unlike, 25), 0)
    level = (unlike / unlike.max() * 255).astype(np.uint8)
    limit, _ = cv2.threshold(level, 0, 255, cv2.THRESH_OTSU)
    count, labels, boxes, _ = cv2.connectedComponentsWithStats((level > limit).view(np.uint8))
    weight = np.bincount(labels.ravel(), unlike.ravel(), count)
    weight[0] = 0
    best = int(weight.argmax())
    if not weight[best] or boxes[best][2] > WHOLE_WIDTH * columns:
        return None
    y, x = np.nonzero(labels == best)
    here = unlike[y, x] / weight[best]
    left, top, wide, high = (int(n) for n in boxes[best][:4])
    return Blob(
        float((x + 0.5) @ here / columns),
        float((y + 0.5) @ here / rows),
        left / columns,
        top / rows,
        wide / columns,
        high / rows,
        float(weight[best] / unlike.sum()),
    )


def _unlike_borders(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(rows, columns) distance to the colours of the two borders that are nearest, in their spreads."""
    import cv2

    rows = max(round(WIDE * rgb.shape[0] / rgb.shape[1]), 4)
    small = cv2.resize(rgb, (WIDE, min(rows, 4 * WIDE)), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    high, wide = max(int(BORDER * lab.shape[0]), 1), int(BORDER * WIDE)
    far = []
    for border in (lab[:high], lab[-high:], lab[:, :wide], lab[:, -wide:]):
        colours = border.reshape(-1, 3)
        spread = np.cov(colours.T) + COLOUR_NOISE**2 * np.eye(3)
        stray = lab - colours.mean(axis=0)
        far.append(np.sqrt(np.einsum("hwi,ij,hwj->hw", stray, np.linalg.inv(spread), stray)))
    return np.sort(far, axis=0)[:2].mean(axis=0).astype(np.float32)
