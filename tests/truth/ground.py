"""How right the background's type, colour and mask are: one number from what they found and what is true."""

from collections.abc import Sequence
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.truth.scores import Found

TRUE_KINDS = {
    "before a moving ground": "moving", "before a standing ground": "static", "before a green screen": "greenscreen",
    "before a wall": "flat",
}  # fmt: skip


def _shot(f: Found) -> Any:
    return next((row for row in f.rows if row.level == "shot"), None)


def _mask(row: Any) -> NDArray[np.bool_]:
    return np.repeat(np.arange(len(row.mask_rle)) % 2 > 0, row.mask_rle).reshape(row.mask_h, row.mask_w)


def mask_overlap(found: Sequence[Found]) -> float:
    """Of a clip's masks with its disc, the middle one; of the clips, the worst. No mask overlaps nothing."""
    return min(_middle_overlap(f) for f in found)


def _middle_overlap(f: Found) -> float:
    disc = f.video.sprites[0]
    overlaps = []
    for row in (row for row in f.rows if row.level == "sample"):
        down, across = np.mgrid[: row.mask_h, : row.mask_w] + 0.5
        tall = f.video.height / f.video.width
        x = disc.x + disc.speed[0] * (row.start_s - disc.start_s)
        true = np.hypot(across / row.mask_w - x, (down / row.mask_h - disc.y) * tall) < disc.w / 2
        overlaps.append(float((_mask(row) & true).sum() / (_mask(row) | true).sum()))
    missing = sum(shot.end_s - shot.start_s for shot in f.truth.shots) * 4 - len(overlaps)
    return float(np.median([*overlaps, *[0.0] * max(round(missing), 0)]))


def kinds_right(found: Sequence[Found]) -> float:
    return float(np.mean([_shot(f) is not None and _shot(f).bg_type == TRUE_KINDS[f.clip] for f in found]))


def key_error(found: Sequence[Found]) -> float:
    """CIEDE2000 of the ground's colour, the worst."""
    from skimage.color import deltaE_ciede2000, rgb2lab

    worst = 0.0
    for f in found:
        row, true = _shot(f), f.video.shots[0].picture
        if row is None or row.bg_hex is None:
            return inf
        codes = [np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)]) / 255 for c in (row.bg_hex, true.hex)]
        worst = max(worst, float(deltaE_ciede2000(*(rgb2lab(code) for code in codes))))
    return worst


def blur_rank(found: Sequence[Found]) -> float:
    from scipy.stats import spearmanr

    told = [getattr(_shot(f), "bg_blur", None) for f in found]
    steps = [f.video.effects[0].strength if f.video.effects else 0.0 for f in found]
    return -1.0 if None in told else float(spearmanr(told, steps).statistic)


def masks_told(found: Sequence[Found]) -> float:
    """Share of the samples in which a foreground is told."""
    return float(np.mean([sum(r.level == "sample" for r in f.rows) / (4 * f.truth.duration_s) for f in found]))
