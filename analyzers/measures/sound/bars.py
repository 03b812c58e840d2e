"""Bars from beats: which beat is the first, where accents say so."""

import numpy as np
from numpy.typing import NDArray

METERS = (4, 3)
MIN_BARS = 3
MIN_ACCENT_DB = 1.5  # the first beat over the next loudest
MIN_CLEARNESS = 1.5  # the same, in spreads of the beats' levels


def find_bars(level_db: NDArray[np.float64]) -> NDArray[np.intp] | None:
    """Each beat's number in its bar, from 1, by the beats' levels; None where no meter stands out."""
    clearest, found = MIN_CLEARNESS, None
    for meter in METERS:
        if len(level_db) < MIN_BARS * meter:
            continue
        phases = np.arange(len(level_db)) % meter
        means = np.array([level_db[phases == phase].mean() for phase in range(meter)])
        first = int(means.argmax())
        accent = means[first] - np.delete(means, first).max()
        spread = max(float((level_db - means[phases]).std()), 0.5)  # half a decibel is heard by nobody
        if accent >= MIN_ACCENT_DB and accent / spread > clearest:
            clearest, found = accent / spread, (phases - first) % meter + 1
    return found
