"""Until when what one sampled picture shows is taken to be there."""

from collections.abc import Sequence
from itertools import pairwise


def ends(times_s: Sequence[float], cuts_s: Sequence[float], video_s: float) -> list[float]:
    """When each sample's time is over: at the next sample, at a cut before that, or with the video."""
    last_s = max([video_s, *times_s[-1:]])
    return [
        min([end_s, *(cut_s for cut_s in cuts_s if start_s < cut_s)]) for start_s, end_s in pairwise([*times_s, last_s])
    ]
