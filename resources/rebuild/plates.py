"""One still a shot, as its report keeps it: from where its camera sees most, without the texts that lie over it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Frames
from resources.rebuild.picture import Picture, Plate
from resources.rebuild.script import Row, Script
from resources.render.picture import rgb_of

STILL_PX = 320  # width of a still
MOST_LOOKS = 12  # sampled pictures of a shot that are weighed against each other
NEAR = 0.5  # of the way from the letters' colour to what is around: nearer pixels are letters
SPREAD_PX = 2  # around letters, where they shine into the picture
MEND_PX = 3


def choose_plates(script: Script, frames: Frames) -> list[Plate]:
    """In the order of the shots; a shot without a sampled picture has none."""
    times = np.array([frame.t_s for frame in frames]) if len(frames) else np.zeros(0)
    found = []
    for scene in script.scenes:
        mixed = [(b.start_s, b.end_s) for b in script.blends]
        inside = np.flatnonzero((times >= scene.start_s - 1e-6) & (times < scene.end_s - 1e-6))
        pure = [i for i in inside.tolist() if not any(start <= times[i] < end for start, end in mixed)]
        if candidates := pure or inside.tolist():
            frame = frames[_widest(script, times, candidates)]
            found.append(Plate(frame.t_s, without_texts(_small(frame.rgb), script.texts, frame.t_s)))
    return found


def _widest(script: Script, times: NDArray[np.float64], candidates: Sequence[int]) -> int:
    """The picture that holds most of what the others show; of equals the one in the middle."""
    steps = np.linspace(0, len(candidates) - 1, min(len(candidates), MOST_LOOKS)).round().astype(int)
    looks = [candidates[i] for i in steps.tolist()]
    middle = float(np.mean(times[looks]))

    def worth(one: int) -> tuple[float, float]:
        shares = [script.path.shared(float(times[other]), float(times[one]), 100, 100) for other in looks]
        return round(float(np.mean(shares)), 2), -abs(float(times[one]) - middle)

    return max(looks, key=worth)


def _small(rgb: Picture) -> Picture:
    import cv2

    height, width = rgb.shape[:2]
    size = (STILL_PX, max(round(height * STILL_PX / width), 1))
    return rgb if width <= STILL_PX else cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)  # pyright: ignore[reportReturnType]


def without_texts(rgb: Picture, texts: Sequence[Row], t: float) -> Picture:
    """Where letters and their plates stand at this moment, the picture around them goes on."""
    import cv2

    hidden = np.zeros(rgb.shape[:2], np.uint8)
    for row in texts:
        if row["start_s"] <= t < row["end_s"] and row["role"] != "scene_text":
            left, top, right, bottom = box_of(row, rgb.shape[1], rgb.shape[0], around=0.02)
            part = hidden[top:bottom, left:right]
            if row["box_hex"]:
                part[:] = 255
            else:
                part |= _spread(letters_of(rgb, row) | _stroke_of(rgb, row), SPREAD_PX)[top:bottom, left:right]
    return cv2.inpaint(rgb, hidden, MEND_PX, cv2.INPAINT_TELEA) if hidden.any() else rgb  # pyright: ignore[reportReturnType]


def letters_of(rgb: Picture, row: Row) -> NDArray[np.bool_]:
    """Pixels of a text that was found: within its box, nearer to its letters' colour than to what is around them."""
    if row["fill_hex"] is None:
        return np.zeros(rgb.shape[:2], np.bool_)
    other = row["box_hex"] or row["stroke_hex"]
    around = rgb_of(other) if other else _ring(rgb, row)
    return _nearer(rgb, row, rgb_of(row["fill_hex"]), around)


def _stroke_of(rgb: Picture, row: Row) -> NDArray[np.bool_]:
    if row["stroke_hex"] is None:
        return np.zeros(rgb.shape[:2], np.bool_)
    return _nearer(rgb, row, rgb_of(row["stroke_hex"]), _ring(rgb, row))


def _nearer(rgb: Picture, row: Row, one: Sequence[float], other: Sequence[float]) -> NDArray[np.bool_]:
    found = np.zeros(rgb.shape[:2], np.bool_)
    left, top, right, bottom = box_of(row, rgb.shape[1], rgb.shape[0])
    part = rgb[top:bottom, left:right].astype(np.float32)
    way = np.subtract(one, other).astype(np.float32)
    length = float(way @ way)
    if part.size and length:
        found[top:bottom, left:right] = (part - np.array(other, np.float32)) @ way / length > NEAR
    return found


def _ring(rgb: Picture, row: Row) -> list[float]:
    """The usual colour around a text."""
    left, top, right, bottom = box_of(row, rgb.shape[1], rgb.shape[0], around=0.03)
    inner = box_of(row, rgb.shape[1], rgb.shape[0])
    around = np.ones((bottom - top, right - left), np.bool_)
    around[inner[1] - top : inner[3] - top, inner[0] - left : inner[2] - left] = False
    ring = rgb[top:bottom, left:right][around]
    return np.median(ring, axis=0).tolist() if len(ring) else [128.0, 128.0, 128.0]


def box_of(row: Row, width: int, height: int, around: float = 0.0) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of a row in pixels, with a rim in widths of the picture."""
    rim = around * width
    left, top = row["x"] * width - rim, row["y"] * height - rim
    right, bottom = (row["x"] + row["w"]) * width + rim, (row["y"] + row["h"]) * height + rim
    return max(int(left), 0), max(int(top), 0), min(int(np.ceil(right)), width), min(int(np.ceil(bottom)), height)


def _spread(mask: NDArray[np.bool_], by_px: int) -> NDArray[np.uint8]:
    import cv2

    around = np.ones((2 * by_px + 1, 2 * by_px + 1), np.uint8)
    return np.asarray(cv2.dilate(mask.astype(np.uint8) * 255, around), np.uint8)
