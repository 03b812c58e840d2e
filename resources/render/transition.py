"""How one rendered shot gives way to the next."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
Change = Literal[
    "dissolve", "fade_black", "fade_white",
    "wipe_left", "wipe_right", "wipe_up", "wipe_down",  # the way the edge travels
    "slide_left", "slide_right", "slide_up", "slide_down",  # the way both pictures travel
    "zoom", "whip",
]  # fmt: skip


def blend(kind: Change, before: Rgb, after: Rgb, share: float) -> Rgb:
    """The picture on the way from one shot to the next; `share` of the way is done."""
    if kind == "dissolve":
        return _mixed(before, after, share)
    if kind in ("fade_black", "fade_white"):
        blank = np.full_like(before, 0 if kind == "fade_black" else 255)
        if share < 0.5:
            return _mixed(before, blank, share * 2)
        return _mixed(blank, after, share * 2 - 1)
    if kind == "zoom":
        return _zoomed(before, after, share)
    if kind == "whip":
        return _whipped(before, after, share)
    style, towards = kind.split("_")
    return _along(towards, before, after, share, is_slide=style == "slide")


def _mixed(before: Rgb, after: Rgb, share: float) -> Rgb:
    import cv2

    return cv2.addWeighted(before, 1 - share, after, share, 0)  # pyright: ignore[reportReturnType]


def _along(towards: str, before: Rgb, after: Rgb, share: float, *, is_slide: bool) -> Rgb:
    """Along one axis: the pictures are turned so that everything travels to the left."""
    if towards in ("up", "down"):
        before, after = before.transpose(1, 0, 2), after.transpose(1, 0, 2)
    if towards in ("right", "down"):
        before, after = before[:, ::-1], after[:, ::-1]
    width = before.shape[1]
    edge = round(width * (1 - share))
    if is_slide:
        out = np.concatenate([before[:, width - edge :], after[:, : width - edge]], axis=1)
    else:
        out = np.concatenate([before[:, :edge], after[:, edge:]], axis=1)
    if towards in ("right", "down"):
        out = out[:, ::-1]
    if towards in ("up", "down"):
        out = out.transpose(1, 0, 2)
    return np.ascontiguousarray(out)


def _zoomed(before: Rgb, after: Rgb, share: float) -> Rgb:
    """Into the earlier picture, and out of its depth into the later one."""
    early, late = _scaled(before, 3**share), _scaled(after, 3 ** (share - 1))
    return _mixed(early, late, float(np.clip((share - 0.35) / 0.3, 0, 1)))


def _scaled(rgb: Rgb, factor: float) -> Rgb:
    import cv2

    height, width = rgb.shape[:2]
    shift = (1 - factor) / 2
    view = np.array([[factor, 0, shift * width], [0, factor, shift * height]])
    return cv2.warpAffine(rgb, view, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)  # pyright: ignore[reportReturnType]


def _whipped(before: Rgb, after: Rgb, share: float) -> Rgb:
    """A fast pan over both pictures and their mirror images, smeared by its own speed."""
    import cv2

    width = before.shape[1]
    strip = np.concatenate([before, before[:, ::-1], after[:, ::-1], after], axis=1)
    left = round(3 * width * share * share * (3 - 2 * share))
    smear = max(1, round(0.4 * width * share * (1 - share) * 4))
    smeared = np.asarray(cv2.blur(strip[:, max(left - smear, 0) : left + width + smear], (smear, 1)), np.uint8)
    offset = left - max(left - smear, 0)
    return np.ascontiguousarray(smeared[:, offset : offset + width])
