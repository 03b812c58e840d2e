"""Whether a mouth speaks: its opening moves as often as syllables come, while a voice is heard."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Voice

SYLLABLES_HZ = 2.0, 7.0  # https://doi.org/10.1371/journal.pcbi.1000436
AROUND_S = 1.0  # over which movement is taken together: a few syllables
STILL = 0.012  # root mean square of the opening's movement that is as likely a speaking mouth as a mesh that trembles
GRID_HZ = 30.0
MOST_GAP_S = 0.5  # without a sight, after which a mouth is a new one


def speaking(times_s: Sequence[float], opening: Sequence[float | None], voice: Voice) -> list[float | None]:
    """The chance at each time; None where the mouth was not read, or too shortly to say."""
    known = [i for i, value in enumerate(opening) if value is not None]
    chances: list[float | None] = [None] * len(times_s)
    if len(known) < 2:
        return chances
    t, gap = np.array([times_s[i] for i in known]), np.array([opening[i] for i in known], float)
    breaks = np.flatnonzero(np.diff(t) > MOST_GAP_S) + 1
    for piece in np.split(np.arange(len(t)), breaks):
        if t[piece[-1]] - t[piece[0]] < AROUND_S / 2:
            continue
        moved = _movement(t[piece], gap[piece])
        for i, chance in zip(piece, _chance(moved) * _heard(t[piece], voice), strict=True):
            chances[known[i]] = float(chance)
    return chances


def _movement(t: NDArray[np.float64], gap: NDArray[np.float64]) -> NDArray[np.float64]:
    """Root mean square of the movement in the band of syllables, around each time."""
    from scipy.ndimage import uniform_filter1d
    from scipy.signal import butter, sosfiltfilt

    grid = np.arange(t[0], t[-1] + 0.5 / GRID_HZ, 1 / GRID_HZ)
    even = np.interp(grid, t, gap)
    band = butter(2, SYLLABLES_HZ, "bandpass", fs=GRID_HZ, output="sos")
    moved = sosfiltfilt(band, even, padlen=min(len(even) - 1, round(GRID_HZ)))
    power = uniform_filter1d(moved**2, round(AROUND_S * GRID_HZ), mode="nearest")
    return np.interp(t, grid, np.sqrt(np.maximum(power, 0)))


def _chance(moved: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + (STILL / np.maximum(moved, 1e-9)) ** 3)


def _heard(t: NDArray[np.float64], voice: Voice) -> NDArray[np.float64]:
    """The chance of a voice, over half a second; 1 where the video has no sound that could contradict."""
    if not len(voice.t_s):
        return np.ones(len(t))
    from scipy.ndimage import maximum_filter1d

    return np.interp(t, voice.t_s, maximum_filter1d(voice.chance.astype(float), 15), left=0, right=0)
