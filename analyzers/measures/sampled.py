"""Sampled pictures of a stretch of time, found without walking through all of them."""

from bisect import bisect_left
from collections.abc import Sequence

from analyzers.contract import Frame, Frames

TICK_S = 1e-6  # times are kept to the microsecond


class Sampled:
    """Pictures by their times."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self._times_s: Sequence[float] = [frame.t_s for frame in frames]

    def within(self, start_s: float, end_s: float) -> list[Frame]:
        first, after = (bisect_left(self._times_s, at - TICK_S) for at in (start_s, end_s))
        return [self._frames[i] for i in range(first, after)]

    def spread(self, start_s: float, end_s: float, step_s: float) -> list[Frame]:
        """As many as lie `step_s` apart, without the first, which may still show the shot before."""
        here = self.within(start_s, end_s)
        chosen: list[Frame] = []
        for frame in here[1:] or here:
            if not chosen or frame.t_s >= chosen[-1].t_s + step_s - TICK_S:
                chosen.append(frame)
        return chosen
