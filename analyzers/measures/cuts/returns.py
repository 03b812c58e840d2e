"""Does a shot return to an earlier one's picture?"""

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Motion
from analyzers.measures.cuts.likeness import likeness

SAME_SCENE = 0.6  # share of an earlier shot's picture that has to be there again
COARSE_PX = 8  # long side of the pictures of a first look: a shift of a tenth of the picture matters little
ALIKE = 0.5  # their correlation, from which pieces are compared
CLOSEST = 4  # earlier pictures that are compared piece by piece, so that cost stays linear


def earlier_shots(motion: Motion, shots: list[tuple[int, int]]) -> list[int | None]:
    """Of every shot, given as first and end frame: the earliest that shows the same, at about the same place."""
    frames, owners = zip(*((f, i) for i, (first, end) in enumerate(shots) for f in _looks(first, end)), strict=True)
    coarse = np.stack([_coarse(motion.rgb[f]) for f in frames])
    owner = np.array(owners)
    same: list[int | None] = []
    for shot in range(len(shots)):
        mine, earlier = np.flatnonzero(owner == shot), np.flatnonzero(owner < shot)
        alike = coarse[mine] @ coarse[earlier].T
        closest = np.argsort(-alike, axis=None)[:CLOSEST]
        pairs = [np.unravel_index(k, alike.shape) for k in closest if alike.flat[k] >= ALIKE]
        found = [
            owners[earlier[j]]
            for i, j in pairs
            if likeness(motion.grey[frames[mine[i]]], motion.grey[frames[earlier[j]]]).kept >= SAME_SCENE
        ]
        origins = [f if same[f] is None else same[f] for f in found]
        same.append(min((o for o in origins if o is not None), default=None))
    return same


def _looks(first: int, end: int) -> list[int]:
    """A shot's first, middle and last frame."""
    last = max(end - 1, first)
    return sorted({first, (first + last) // 2, last})


def _coarse(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What the picture is like from afar: of unit length, without its mean."""
    import cv2

    height, width = picture.shape[:2]
    scale = COARSE_PX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.zeros((COARSE_PX, COARSE_PX, 3), np.float32)
    view = small[: size[1], : size[0]]
    view[:] = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    view -= view.mean()
    return small.ravel() / max(float(np.linalg.norm(small)), 1e-6)
