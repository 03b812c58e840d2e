"""Width of edges: how many pixels a picture takes from dark to light, by FFmpeg's blurdetect.

Marziliano and others, https://doi.org/10.1109/ICIP.2002.1038902. An edge between two pixels reads 3.
"""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray


class EdgeWidth:
    """The filter, fed with pictures of one size."""

    def __init__(self, width: int, height: int) -> None:
        import av.filter

        self._graph: Any = av.filter.Graph()
        source = self._graph.add_buffer(width=width, height=height, format="gray", time_base=Fraction(1))
        measure, sink = self._graph.add("blurdetect"), self._graph.add("buffersink")
        source.link_to(measure)
        measure.link_to(sink)
        self._graph.configure()
        self._count = 0

    def __call__(self, grey: NDArray[np.uint8]) -> float | None:
        """In pixels; None where there is no edge."""
        import av

        frame = av.VideoFrame.from_ndarray(grey, format="gray")
        frame.pts, frame.time_base = self._count, Fraction(1)
        self._count += 1
        self._graph.push(frame)
        width = float(self._graph.pull().metadata["lavfi.blur"])
        return width if np.isfinite(width) else None
