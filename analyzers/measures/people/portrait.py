"""Portraits: one face cut out of a picture, upright, of one size, square; black where the picture ends."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Look, Media


@dataclass(frozen=True, slots=True)
class Sitting:
    """Where a portrait is taken from: a square in one frame, in pixels of the file."""

    index: int  # of the frame
    middle: complex
    side: float
    roll_deg: float  # of the head; the portrait is upright

    def look(self, media: Media) -> Look | None:
        """The part of the frame that holds it; None where it lies outside."""
        angle = np.radians(self.roll_deg)
        half = self.side / 2 * (abs(np.cos(angle)) + abs(np.sin(angle)))
        wide, high = media.width_px, media.height_px
        left, right = (float(np.clip((self.middle.real + s * half) / wide, 0, 1)) for s in (-1, 1))
        top, bottom = (float(np.clip((self.middle.imag + s * half) / high, 0, 1)) for s in (-1, 1))
        if (right - left) * wide < 2 or (bottom - top) * high < 2:
            return None
        return Look(self.index, left, top, right - left, bottom - top)

    def taken(self, picture: NDArray[np.uint8], look: Look, media: Media, side_px: int) -> NDArray[np.uint8]:
        """The portrait, from the picture that the look gave."""
        import cv2

        scale = picture.shape[1] / (look.w * media.width_px), picture.shape[0] / (look.h * media.height_px)
        step = self.side / side_px * np.exp(1j * np.radians(self.roll_deg))  # in the file, for one pixel to the right
        corner = self.middle - step * (1 + 1j) * (side_px - 1) / 2
        corner -= complex(look.x * media.width_px, look.y * media.height_px)
        matrix = np.array(
            [
                [step.real * scale[0], -step.imag * scale[0], corner.real * scale[0] - 0.5],
                [step.imag * scale[1], step.real * scale[1], corner.imag * scale[1] - 0.5],
            ]
        )
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(picture, matrix, (side_px, side_px), flags=flags), np.uint8)
