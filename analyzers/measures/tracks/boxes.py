"""Boxes: left, top, width and height, in any one unit."""

from collections.abc import Iterable

Box = tuple[float, float, float, float]


def overlap(a: Box, b: Box) -> float:
    """Shared area over the area of both."""
    across = max(min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0]), 0.0)
    down = max(min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1]), 0.0)
    both = across * down
    return both / max(a[2] * a[3] + b[2] * b[3] - both, 1e-12)


def within(box: Iterable[float]) -> Box:
    """A box in shares of the picture that begins inside of it, ended at its edges."""
    x, y, w, h = (float(edge) for edge in box)
    return x, y, min(w, 1 - x), min(h, 1 - y)
