"""The common type of what the finders of effects find, and what they share."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Spectrum

Curve = NDArray[np.float64]
Power = NDArray[np.float32]
Name = Literal["whoosh", "riser", "ding", "beep", "boom"]

STEP_S = 0.01  # between spectra
BATCH = 1000  # spectra in memory at a time
FLOOR = 1e-7  # power of -70 dB: digital silence is no quieter than that
SURE_DB = 40.0  # so far above what it needs to stand out, an effect leaves no doubt


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect, timed in spectra."""

    name: Name
    first: int
    peak: int
    after: int
    above_db: float  # how far it stands out, over what it must

    @property
    def score(self) -> float:
        return min(0.5 + self.above_db / SURE_DB, 1.0)


def decibels(power: Curve) -> Curve:
    return 10 * np.log10(power + FLOOR)


def slices(spectrum: Spectrum, before: int = 0, after: int = 0) -> Iterator[tuple[int, int, Power]]:
    """Power in slices with what is around them: the slice's first spectrum, what comes before it, (n, bins)."""
    for start in range(0, len(spectrum.t_s), BATCH):
        first = max(start - before, 0)
        chunk = np.asarray(spectrum.magnitude[first : start + BATCH + after], np.float32)
        yield start, start - first, np.square(chunk, out=chunk)
