"""The way of the camera through a shot, summed up from its speeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

GRID = np.array([(x, y, 1.0) for y in np.linspace(0, 1, 5) for x in np.linspace(0, 1, 5)])


@dataclass(frozen=True, slots=True)
class CameraPath:
    """Where the camera is at each step's end, on axes of its own start; it stands before and after them."""

    t_s: NDArray[np.float64]
    x: NDArray[np.float64]  # to the right, in widths of the first picture
    y: NDArray[np.float64]  # down, in widths too
    zoom: NDArray[np.float64]  # logarithm of the enlargement
    turn: NDArray[np.float64]  # clockwise, in radians

    def view(self, seen_s: float, from_s: float, width: float, height: float) -> NDArray[np.float64]:
        """From pixels of the picture at `seen_s` to those of the picture at `from_s`: 2 by 3."""
        x0, y0, zoom0, turn0 = self._at(from_s)
        x, y, zoom, turn = self._at(seen_s)
        scale, angle = np.exp(zoom0 - zoom), turn - turn0
        cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
        ahead = np.array([[np.cos(turn0), np.sin(turn0)], [-np.sin(turn0), np.cos(turn0)]]) @ [x - x0, y - y0]
        linear = np.array([[cos, -sin], [sin, cos]])
        middle = np.array([(width - 1) / 2, (height - 1) / 2])
        offset = ahead * np.exp(zoom0) * width + middle - linear @ middle
        return np.column_stack([linear, offset])

    def shared(self, seen_s: float, from_s: float, width: float, height: float) -> float:
        """How much of the picture at `seen_s` the one at `from_s` holds."""
        corners = (GRID * [width - 1, height - 1, 1]) @ self.view(seen_s, from_s, width, height).T
        return float(np.mean(((corners >= -0.5) & (corners <= [width - 0.5, height - 0.5])).all(axis=1)))

    def _at(self, t: float) -> tuple[float, float, float, float]:
        if not len(self.t_s):
            return 0.0, 0.0, 0.0, 0.0
        return tuple(float(np.interp(t, self.t_s, values)) for values in (self.x, self.y, self.zoom, self.turn))  # pyright: ignore[reportReturnType]


def camera_path(rows: Sequence[Mapping[str, Any]]) -> CameraPath:
    """Of the rows of level `frame` of camera_analysis, each a step from one frame to the next."""
    steps = [row for row in rows if row["level"] == "frame" and row["dx_w_s"] is not None]
    if not steps:
        nothing = np.zeros(0)
        return CameraPath(nothing, nothing, nothing, nothing, nothing)
    start = np.array([row["start_s"] for row in steps])
    end = np.array([row["end_s"] for row in steps])
    speeds = [
        np.array([row[name] or 0.0 for row in steps]) for name in ("dx_w_s", "dy_w_s", "zoom_rate_s", "roll_deg_s")
    ]
    across, down, zooms, turns = (speed * (end - start) for speed in speeds)
    zoom, turn = np.cumsum(zooms), np.cumsum(np.radians(turns))
    cos, sin, scale = np.cos(turn), np.sin(turn), np.exp(-zoom)
    x = np.cumsum((cos * across - sin * down) * scale)
    y = np.cumsum((sin * across + cos * down) * scale)
    first = np.zeros(1)
    values = [np.concatenate([first, value]) for value in (x, y, zoom, turn)]
    return CameraPath(np.concatenate([start[:1], end]), *values)
