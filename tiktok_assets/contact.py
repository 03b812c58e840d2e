"""The contact sheet: a few pictures of a video side by side, small enough to live in an event log."""

from base64 import b64encode
from io import BytesIO

import numpy as np
from PIL import Image

from analyzers.contract import Frames

COLUMNS = 8
TILE_HEIGHT_PX = 128
MAX_BYTES = 15_000  # every byte is stored twice in Dagster's databases


def contact_image(frames: Frames, columns: int = COLUMNS, tile_height_px: int = TILE_HEIGHT_PX) -> Image.Image | None:
    """Evenly spread pictures in one row; None for a video without pictures."""
    if not len(frames):
        return None
    picked = [frames[int(i)] for i in np.linspace(0, len(frames) - 1, columns).round()]
    height, width, _ = picked[0].rgb.shape
    tile = (max(1, round(width * tile_height_px / height)), tile_height_px)
    sheet = Image.new("RGB", (tile[0] * columns, tile[1]))
    for column, frame in enumerate(picked):
        sheet.paste(Image.fromarray(frame.rgb).resize(tile, Image.Resampling.BILINEAR), (column * tile[0], 0))
    return sheet


def contact_sheet(frames: Frames) -> str | None:
    """The sheet as Markdown with the picture inside."""
    sheet = contact_image(frames)
    if sheet is None:
        return None
    for quality in (60, 40, 20, 5):
        webp = BytesIO()
        sheet.save(webp, "WEBP", quality=quality)
        if webp.tell() <= MAX_BYTES:
            break
    return f"![contact sheet](data:image/webp;base64,{b64encode(webp.getvalue()).decode()})"
