"""The contact sheet: a few pictures of a video side by side, small enough to live in an event log."""

from base64 import b64encode
from io import BytesIO
from urllib.parse import quote

import numpy as np
from PIL import Image

from analyzers.contract import Frames

COLUMNS = 8
TILE_HEIGHT_PX = 128
MAX_BYTES = 15_000  # every byte is stored twice in Dagster's databases
# The UI draws Markdown of less than 1,000 characters at once: 570 bytes are 760 in base64, the frame around them 200.
GLANCE_PX, GLANCE_WIDTH_PX, GLANCE_BYTES = 32, 600, 570
UNQUOTED = "/:;=,+'"  # characters that need no escape in the address of a picture


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
    """The sheet as Markdown with the picture inside; longer than 1,000 characters, so the UI shows it on a click."""
    sheet = contact_image(frames)
    if sheet is None:
        return None
    data = _webp(sheet, (60, 40, 20, 5), MAX_BYTES)
    return f"![contact sheet](data:image/webp;base64,{b64encode(data).decode()})"


def glance(frames: Frames) -> str | None:
    """The same in so few bytes that the UI draws it at once: blurred, and enough to know a video again."""
    small = contact_image(frames, tile_height_px=GLANCE_PX)
    if small is None:
        return None
    data = _webp(small, (30, 20, 10, 5, 0), GLANCE_BYTES)
    while len(data) > GLANCE_BYTES:
        small = small.resize((max(1, small.width * 3 // 4), max(1, small.height * 3 // 4)))
        data = _webp(small, (0,), GLANCE_BYTES)
    size = f"width='{GLANCE_WIDTH_PX}' height='{max(1, round(GLANCE_WIDTH_PX * small.height / small.width))}'"
    picture = f"<image {size} href='data:image/webp;base64,{b64encode(data).decode()}'/>"
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' {size}>{picture}</svg>"
    return f"![](data:image/svg+xml,{quote(svg, safe=UNQUOTED)})"


def _webp(picture: Image.Image, qualities: tuple[int, ...], most: int) -> bytes:
    """The picture in the best of these qualities that fits, or in the last."""
    data = b""
    for quality in qualities:
        file = BytesIO()
        picture.save(file, "WEBP", quality=quality, method=6)
        data = file.getvalue()
        if len(data) <= most:
            break
    return data
