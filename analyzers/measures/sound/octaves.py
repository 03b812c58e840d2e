"""How loud each octave of a stretch of sound is."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Spectrum

SILENCE_DB = -80.0  # of full scale: nothing below is told apart
EDGES_HZ = (60, 120, 240, 480, 960, 1920, 3840, 7680, 15360)


def octave_levels_db(spectrum: Spectrum, start_s: float, end_s: float) -> NDArray[np.float64]:
    """(8,) dB; silence where there is no sound (any more)."""
    first, after = np.searchsorted(spectrum.t_s, [start_s, end_s])
    if after <= first:
        return np.full(len(EDGES_HZ) - 1, SILENCE_DB)
    power = np.square(np.asarray(spectrum.magnitude[first:after], np.float64)).mean(axis=0)
    sums = [power[low:high].sum() for low, high in pairwise(np.searchsorted(spectrum.hz, EDGES_HZ))]
    return np.maximum(10 * np.log10(np.maximum(sums, 1e-12)), SILENCE_DB)
