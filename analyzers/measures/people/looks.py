"""What a face looks like in one video: a small upright patch of it, and the colours of hair and clothes around it.

Good for telling the few people of one video apart, who mostly keep their clothes; it would not find anybody again
elsewhere. The patch is freed of the light that falls on it by taking each place against its surroundings.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Face

PATCH_PX = 48  # side of the upright patch; between the eyes it is half as much
# The places of the five points on the patch, as shares of its side.
PLACES = np.array([0.25 + 0.34j, 0.75 + 0.34j, 0.5 + 0.62j, 0.29 + 0.86j, 0.71 + 0.86j])
BOX_TO_PATCH = 0.78  # of a face's box that the patch spans where no points are known
SURROUNDINGS = 4.0  # pixels: standard deviation of what a place is compared with
SHARP_SIDE_PX = 256  # of the face that its sharpness is read from, at most
SMEAR = 9  # pixels
LIGHTS, TINTS = 6, 8  # cells of CIELAB: lightness, and each axis of colour
TINT = 16  # width of a cell of colour, in OpenCV's units; stronger colours belong to the outermost
SOFT = (0.25, 0.5, 0.25)  # of a colour that a cell and its neighbours get: another exposure moves a colour by a cell


@dataclass(frozen=True, slots=True)
class Appearance:
    """One face in one picture."""

    patch: NDArray[np.float16]  # (side, side), mean 0, length 1
    hair: NDArray[np.float16]  # shares of colours above the face
    clothes: NDArray[np.float16]  # and below it; empty where the picture ends there
    sharp: float


def appearance(rgb: NDArray[np.uint8], face: Face) -> Appearance:
    return Appearance(
        _patch(rgb, face),
        _colours(rgb, face.x, face.y - 0.25 * face.h, face.w, 0.3 * face.h),
        _colours(rgb, face.x - 0.5 * face.w, face.y + 1.35 * face.h, 2 * face.w, 1.2 * face.h),
        sharpness(rgb, face),
    )


def sharpness(rgb: NDArray[np.uint8], face: Face) -> float:
    """How much of its edges a face loses when it is smeared: 0 it was already. Crete and others,
    https://doi.org/10.1117/12.702790."""
    import cv2

    inside = rgb[int(face.y) : int(face.y + face.h) + 1, int(face.x) : int(face.x + face.w) + 1]
    scale = min(1.0, SHARP_SIDE_PX / max(inside.shape[:2]))
    if scale < 1:
        inside = cv2.resize(inside, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(np.ascontiguousarray(inside), cv2.COLOR_RGB2GRAY).astype(np.float32)
    kept = []
    for turned in (grey, grey.T):
        steps = np.abs(np.diff(turned, axis=1))
        smeared = np.abs(np.diff(cv2.blur(turned, (SMEAR, 1)), axis=1))
        kept.append(float(np.maximum(steps - smeared, 0).sum() / max(float(steps.sum()), 1.0)))
    return min(kept)


def _patch(rgb: NDArray[np.uint8], face: Face) -> NDArray[np.float16]:
    import cv2

    turn, shift = _fit(face)
    matrix = np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])
    flags: Any = cv2.INTER_AREA | cv2.WARP_INVERSE_MAP
    border = cv2.BORDER_REPLICATE
    shrink = max(1.0, abs(turn))  # a large face is averaged over what one pixel of the patch covers
    soft = cv2.GaussianBlur(_around(rgb, face), (0, 0), shrink / 2) if shrink > 1.5 else _around(rgb, face)
    left, top = _corner(face)
    matrix[:, 2] -= left, top
    small = cv2.warpAffine(soft, matrix, (PATCH_PX, PATCH_PX), flags=flags, borderMode=border)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    away = grey - cv2.GaussianBlur(grey, (0, 0), SURROUNDINGS)
    spread = np.sqrt(cv2.GaussianBlur(away * away, (0, 0), SURROUNDINGS)) + 2.0
    plain = away / spread
    plain -= plain.mean()
    return (plain / max(float(np.linalg.norm(plain)), 1e-6)).astype(np.float16)


def _corner(face: Face) -> tuple[int, int]:
    return max(0, int(face.x - face.w / 2)), max(0, int(face.y - face.h / 2))


def _around(rgb: NDArray[np.uint8], face: Face) -> NDArray[np.uint8]:
    """The face with room around it: what its patch can reach."""
    left, top = _corner(face)
    return np.ascontiguousarray(rgb[top : int(face.y + 1.5 * face.h) + 1, left : int(face.x + 1.5 * face.w) + 1])


def _fit(face: Face) -> tuple[complex, complex]:
    """The turn (and scale) and the shift that lead from the patch to the picture."""
    if face.points is None:
        scale = BOX_TO_PATCH * max(face.w, face.h) / PATCH_PX
        middle = complex(face.x + face.w / 2, face.y + face.h / 2)
        return complex(scale), middle - scale * (1 + 1j) * PATCH_PX / 2
    points, places = np.array([complex(x, y) for x, y in face.points]), PLACES * PATCH_PX
    centred = places - places.mean()
    turn = complex(np.vdot(centred, points - points.mean()) / np.vdot(centred, centred))
    return turn, complex(points.mean() - turn * places.mean())


def _colours(rgb: NDArray[np.uint8], x: float, y: float, w: float, h: float) -> NDArray[np.float16]:
    """Shares of the colours of a part of the picture; empty where most of it lies outside."""
    import cv2

    height, width = rgb.shape[:2]
    left, top = max(0, round(x)), max(0, round(y))
    right, bottom = min(width, round(x + w)), min(height, round(y + h))
    if right - left < 2 or bottom - top < 2 or (right - left) * (bottom - top) < 0.3 * w * h:
        return np.zeros(0, np.float16)
    small = cv2.resize(np.ascontiguousarray(rgb[top:bottom, left:right]), (24, 24), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).reshape(-1, 3).astype(int)
    light = lab[:, 0] * LIGHTS // 256
    a, b = (np.clip((lab[:, axis] - 128) // TINT + TINTS // 2, 0, TINTS - 1) for axis in (1, 2))
    cells = np.zeros((LIGHTS, TINTS, TINTS))
    np.add.at(cells, (light, a, b), 1 / len(lab))
    for axis in range(3):
        cells = _softened(cells, axis)
    return cells.ravel().astype(np.float16)


def _softened(cells: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    padded = np.pad(cells, [(1, 1) if n == axis else (0, 0) for n in range(3)], mode="edge")
    shifts = (np.take(padded, range(first, first + cells.shape[axis]), axis) for first in range(3))
    return sum((share * shift for share, shift in zip(SOFT, shifts, strict=True)), np.zeros_like(cells))
