"""The clock: from a file's own times to seconds from the first picture."""

from statistics import median

import numpy as np
from numpy.typing import NDArray

# Times that go back by less are pictures handed over out of order (AVI with B-frames: 1 3 2 5 6 4);
# by more, a second recording glued to the first.
GLUED_S = 0.5


class Clock:
    """Reads one picture's time after the other, and makes them one increasing series in the end."""

    def __init__(self, nominal_s: float) -> None:
        self.nominal_s = nominal_s
        self.is_increasing = True
        self.first_s = 0.0  # the first picture's time on the file's own clock
        self._times: list[float] = []
        self._shift_s = 0.0
        self._latest_s = 0.0

    def __len__(self) -> int:
        return len(self._times)

    def read(self, pts: int | None, time_base: float) -> float:
        """Seconds from the first picture. A picture without a time follows the one before."""
        time_s = self._latest_s + self.nominal_s - self._shift_s if pts is None else pts * time_base
        if not self._times:
            self.first_s = self._latest_s = time_s = 0.0 if pts is None else time_s
        elif time_s + self._shift_s <= self._latest_s:
            self.is_increasing = False
            if time_s + self._shift_s < self._latest_s - GLUED_S:
                self._shift_s = self._latest_s + self.nominal_s - time_s
        time_s += self._shift_s
        self._times.append(time_s)
        self._latest_s = max(self._latest_s, time_s)
        return time_s - self.first_s

    def series(self, last_s: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Every picture's time, strictly increasing from 0, and how long it stays; `last_s` is the last one's."""
        if not self._times:
            return np.zeros(0), np.zeros(0)
        times = np.sort(np.array(self._times))
        self.first_s = float(times[0])
        times = _apart(times - times[0], self.nominal_s)
        steps = np.diff(times)
        usual_s = median(steps) if len(steps) else self.nominal_s
        if last_s < usual_s / 2:  # unknown, or one tick of the clock, as FLV and some Matroska files say
            last_s = usual_s
        return times, np.append(steps, last_s)


def _apart(times: NDArray[np.float64], nominal_s: float) -> NDArray[np.float64]:
    """Pictures of one time share the span until the next."""
    starts = np.flatnonzero(np.diff(times, prepend=-1.0) > 0)
    if len(starts) == len(times):
        return times
    counts = np.diff(starts, append=len(times))
    spans = np.append(np.diff(times[starts]), nominal_s * counts[-1])
    place = np.arange(len(times)) - np.repeat(starts, counts)
    return np.repeat(times[starts], counts) + place * np.repeat(spans / counts, counts)
