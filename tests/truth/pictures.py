"""A picture file as an analyzer would see it."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps


def picture_of(path: Path, *, honour_exif: bool = True) -> NDArray[np.uint8]:
    """Its pixels, upright, in colour and without transparency."""
    with Image.open(path) as image:
        upright = ImageOps.exif_transpose(image) if honour_exif else image
        return np.asarray(upright.convert("RGB"))
