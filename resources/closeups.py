"""Closeups: any frame of a video, or a part of it, at the file's own resolution, for analyzers that ask.

Decoding a frame again costs a millisecond or two, and nothing where nobody asks; keeping every full frame would cost
as much time, and three megabytes each. The pictures come in portions, so memory stays flat.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Look
from resources import decode

PORTION = 128  # looks in one child: at most some 150 MB at 640 pixels, and one seek


class Closeups:
    def __init__(self, path: Path, t_s: NDArray[np.float64]) -> None:
        self._path, self.t_s = path, t_s

    def __call__(self, looks: Sequence[Look], side_px: int, /) -> Iterator[NDArray[np.uint8]]:
        for first in range(0, len(looks), PORTION):
            portion = looks[first : first + PORTION]
            yield from decode.closeups(self._path, portion, [float(self.t_s[one.index]) for one in portion], side_px)
