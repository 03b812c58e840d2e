"""What is wrong with one grey picture (height, width): noise, block edges, bands, lost detail, soft edges."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]
# Immerkaer's mask, https://doi.org/10.1006/cviu.1996.0060: blind to planes; white noise of 1 comes out as 6.
MASK = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
MASK_GAIN = 6.0
NOISE_TILE = 16
SMOOTH_SHARE = 0.1  # of the tiles, those with the least in them: what trembles there is noise
FEW_TILES = 8
CLIP_SIGMAS = 3.0  # nearer to black or white, half of the noise is cut off
BLOCK = 8  # of the usual transforms; the smallest part whose detail is asked for
HOLDS_SOMETHING = 1.5  # grey levels, spread of a part once smoothed
NO_DETAIL = 0.25  # grey levels of noise: rounding to whole levels alone leaves 0.29
MACROBLOCK = 16
FAINT_STEP = 24  # grey levels; larger ones are edges of things
BAND_STEP = 6  # grey levels from one band to the next
BAND_FLAT = 6  # pixels without any change on both sides of such a step
BAND_LINE = 11  # pixels around it, of which so many belong to the same line:
BAND_LINE_LEAST = 8
BAND_REACH = 17  # pixels that count as banded around a line
EDGE_REACH = 9  # pixels that an edge may take
EDGE_RANGE = 50  # grey levels of a strong edge
EDGE_TILE, EDGE_ROWS = 32, 4  # pixels; one row of so many is looked at
EDGE_TILES = 40  # with fewer tiles with a strong edge nothing is said


def residual(grey: Grey) -> Floats:
    """What is left of the finest detail, in grey levels of noise."""
    import cv2

    return cv2.filter2D(grey, cv2.CV_32F, MASK / MASK_GAIN)  # pyright: ignore[reportReturnType]


def noise_sigma(grey: Grey, fine: Floats) -> float:
    """Spread of white noise in grey levels, from the smoothest parts of the picture."""
    import cv2

    strength = _tile_means(np.abs(fine), NOISE_TILE) * np.sqrt(np.pi / 2)
    smooth = cv2.blur(grey, (5, 5)).astype(np.float32)
    level = _tile_means(smooth, NOISE_TILE)
    structure = _tile_means(smooth * smooth, NOISE_TILE) - level**2
    sigma = 0.0
    for _ in range(2):
        margin = CLIP_SIGMAS * sigma + 4
        is_open = (level > margin) & (level < 255 - margin)
        if is_open.sum() < FEW_TILES:
            is_open[:] = True
        order = np.argsort(structure[is_open], kind="stable")
        smoothest = order[: max(int(SMOOTH_SHARE * len(order)), FEW_TILES)]
        sigma = float(np.median(strength[is_open][smoothest])) if len(smoothest) else 0.0
    return sigma


def lost_share(grey: Grey, fine: Floats) -> float:
    """Of the parts that hold something, those without any fine detail."""
    import cv2

    smooth = cv2.blur(grey, (3, 3)).astype(np.float32)
    spread = _tile_means(smooth * smooth, BLOCK) - _tile_means(smooth, BLOCK) ** 2
    holds = spread > HOLDS_SOMETHING**2
    detail = _tile_means(fine * fine, BLOCK)[holds]
    return float((detail < NO_DETAIL**2).mean()) if len(detail) else 0.0


def blockiness(grey: Grey, scale: float) -> float:
    """How much likelier a lone step is on the encoder's grid than off it; `scale`: stored pixels to one of `grey`."""
    excess = [_grid_excess(picture, scale) for picture in (grey, np.ascontiguousarray(grey.T))]
    return float(np.clip(np.mean(excess), 0, 1))


def _grid_excess(grey: Grey, scale: float) -> float:
    """Along the columns, wherever the grid begins: a crop may have moved it."""
    import cv2

    if grey.shape[1] <= max(3 * MACROBLOCK / scale, MACROBLOCK):
        return 0.0
    step = cv2.absdiff(grey[:, 1:], grey[:, :-1])
    beside = cv2.add(step[:, :-2], step[:, 2:])
    inner = step[:, 1:-1]
    lone = ((inner > beside) & (inner < FAINT_STEP)).mean(axis=0)
    phase = ((np.arange(len(lone)) + 2.5) * scale % MACROBLOCK).astype(int)
    count = np.bincount(phase, minlength=MACROBLOCK)
    of_phase = np.bincount(phase, lone, MACROBLOCK)[count > 0] / count[count > 0]
    return float(of_phase.max() - np.median(of_phase))


def banded_share(grey: Grey) -> float:
    """Of the picture, what lies beside a long faint step between two stretches of one level each."""
    across = _beside_steps(grey)
    down = _beside_steps(np.ascontiguousarray(grey.T)).T
    return float((across | down).mean())


def _beside_steps(grey: Grey) -> NDArray[np.uint8]:
    import cv2

    if grey.shape[1] < 2 * BAND_FLAT + 2:
        return np.zeros(grey.shape, np.uint8)
    step = cv2.absdiff(grey[:, 1:], grey[:, :-1])
    flat = (step == 0).view(np.uint8)
    run = np.ones((1, BAND_FLAT), np.uint8)
    line = np.zeros(grey.shape, np.uint8)
    is_faint = (step > 0) & (step <= BAND_STEP)
    before = np.asarray(cv2.erode(flat, run, anchor=(BAND_FLAT - 1, 0)), bool)
    after = np.asarray(cv2.erode(flat, run, anchor=(0, 0)), bool)
    line[:, 1:-2] = is_faint[:, 1:-1] & before[:, :-2] & after[:, 2:]
    near = cv2.boxFilter(line, cv2.CV_16U, (BAND_LINE, BAND_LINE), normalize=False)
    long = line & (np.asarray(near) >= BAND_LINE_LEAST).view(np.uint8)
    return cv2.dilate(long, np.ones((1, BAND_REACH), np.uint8))  # pyright: ignore[reportReturnType]


def best_slope(grey: Grey) -> float | None:
    """Of strong edges, the share of their height that lies between two pixels: 1 in a picture sharp to the pixel.

    The upper quartile of the best of each part; what is drawn over the picture later is sharp in few of them.
    """
    best = [_best_slopes(picture) for picture in (grey, np.ascontiguousarray(grey.T))]
    found = np.concatenate(best)
    return float(np.percentile(found, 75)) if len(found) >= EDGE_TILES else None


def _best_slopes(grey: Grey) -> Floats:
    import cv2

    if grey.shape[1] < EDGE_REACH:
        return np.zeros(0, np.float32)
    rows = np.ascontiguousarray(grey[::EDGE_ROWS])
    step = cv2.absdiff(rows[:, 1:], rows[:, :-1])
    reach = np.ones((1, EDGE_REACH), np.uint8)
    height = cv2.subtract(cv2.dilate(rows, reach), cv2.erode(rows, reach))[:, :-1]
    slope = np.where(height > EDGE_RANGE, step / np.maximum(height, 1).astype(np.float32), np.float32(0))
    best = _tiles(slope, EDGE_TILE // EDGE_ROWS, EDGE_TILE).max(axis=(1, 3)).ravel()
    return best[best > 0]


def _tile_means(values: Floats, side: int) -> Floats:
    import cv2

    high, wide = values.shape[0] // side, values.shape[1] // side
    if not high or not wide:
        return np.zeros(0, np.float32)
    whole = np.ascontiguousarray(values[: high * side, : wide * side])
    return np.asarray(cv2.resize(whole, (wide, high), interpolation=cv2.INTER_AREA), np.float32).ravel()


def _tiles(values: Any, high: int, wide: int) -> Any:
    """(rows, high, columns, wide); what does not fill a tile is left out."""
    rows, columns = values.shape[0] // high, values.shape[1] // wide
    return values[: rows * high, : columns * wide].reshape(rows, high, columns, wide)
