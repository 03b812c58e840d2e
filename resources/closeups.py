"""Closeups: any frame of a video, or a part of it, at the file's own resolution, for analyzers that ask.

Decoding a frame again costs a millisecond or two, and nothing where nobody asks; keeping every full frame would cost
as much time, and three megabytes each. The pictures come in portions, so memory stays flat; one is decoded while the
one before it is looked at.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
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
        if not looks:
            return
        with ThreadPoolExecutor(1, "closeups") as ahead:
            coming = ahead.submit(self._decoded, looks[:PORTION], side_px)
            for next_one in range(PORTION, len(looks) + PORTION, PORTION):
                pictures = coming.result()
                if next_one < len(looks):
                    coming = ahead.submit(self._decoded, looks[next_one : next_one + PORTION], side_px)
                yield from pictures

    def _decoded(self, portion: Sequence[Look], side_px: int) -> list[NDArray[np.uint8]]:
        return decode.closeups(self._path, portion, [float(self.t_s[one.index]) for one in portion], side_px)
