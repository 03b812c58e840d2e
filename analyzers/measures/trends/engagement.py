"""Engagement: how much a video moves its viewers to do something, against the other videos of the corpus.

Likes, comments and shares per play, as a logarithm, in robust standard deviations from the corpus's median.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST_PLAYS = 100  # below, one friend's like decides
LEAST_VIDEOS = 10  # to speak of a corpus
TO_SIGMA = 1.4826  # of a normal distribution's median deviation


def engagement_z(plays: Floats, acts: Floats) -> Floats:
    """One number a video; NaN where it, or the corpus, cannot be judged."""
    with np.errstate(invalid="ignore"):
        rate = np.where(plays >= LEAST_PLAYS, np.log((acts + 0.5) / (plays + 1)), np.nan)
    known = rate[~np.isnan(rate)]
    if len(known) < LEAST_VIDEOS:
        return np.full(len(rate), np.nan)
    middle = np.median(known)
    spread = TO_SIGMA * np.median(np.abs(known - middle))
    return (rate - middle) / spread if spread > 0 else np.full(len(rate), np.nan)
