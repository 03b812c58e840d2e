"""Landmarks of a sound: pairs of spectral peaks that outlive compression, noise and a change of volume.

A peak of the spectrum that stands above everything around it is still there after AAC and under talk; two of them and
the time between them are rare enough to look a sound up by (Wang 2003, https://doi.org/10.5281/zenodo.1416340). Played
faster or in another key, a sound has other landmarks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Spectrum

LOW_BIN, HIGH_BIN = 5, 256  # of 23 Hz: 117 Hz to 6 kHz. Below, rumble; above, what low bit rates leave out
NEAR_S, NEAR_BINS = 4, 5  # a peak is the highest of so many spectra and bins around it
MIN_LEVEL_DB = -90.0  # of a full-scale sine
MIN_RISE_DB = 1.0  # over the mean of the spectra around it: a held tone has no moment of its own
BLOCK, BLOCK_PEAKS = 50, 12  # the strongest of each half second
BATCH = 20 * BLOCK  # spectra in memory at a time
PARTNERS = 6  # later peaks that a peak is paired with
NEAREST, FARTHEST = 3, 60  # spectra between the two of a pair
MOST_APART = 60  # bins between them: 1.4 kHz
STEP_BITS = 5  # the time between the two, in steps of 20 ms
HASH_BITS = 8 + 7 + STEP_BITS


@dataclass(frozen=True, slots=True)
class Landmarks:
    """When each landmark is heard, in order of time, and what it is."""

    t_s: NDArray[np.float32]
    hashes: NDArray[np.int32]  # below 2 ** HASH_BITS


def find_landmarks(spectrum: Spectrum) -> Landmarks:
    """The landmarks of a whole sound track, read in slices."""
    parts = list(_peaks(spectrum))
    at, bins = (np.concatenate(part) for part in zip(*parts, strict=True)) if parts else (np.zeros(0, int),) * 2
    firsts, hashes = _paired(at, bins)
    return Landmarks(spectrum.t_s[firsts].astype(np.float32), hashes.astype(np.int32))


def _peaks(spectrum: Spectrum) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Spectrum and bin of the strongest peaks, in order of time."""
    from scipy.ndimage import maximum_filter, uniform_filter1d

    count = len(spectrum.t_s)
    for start in range(0, count, BATCH):
        first, last = max(start - NEAR_S, 0), min(start + BATCH, count)
        part = np.asarray(spectrum.magnitude[first : last + NEAR_S], np.float32)[:, LOW_BIN:HIGH_BIN]
        level = 20 * np.log10(np.maximum(part, 1e-5))
        is_peak = level == maximum_filter(level, (2 * NEAR_S + 1, 2 * NEAR_BINS + 1), mode="nearest")
        is_peak &= level - uniform_filter1d(level, 2 * NEAR_S + 1, axis=0, mode="nearest") >= MIN_RISE_DB
        is_peak &= level > MIN_LEVEL_DB
        is_peak[1:] &= level[1:] > level[:-1]  # of equal ones the first
        is_peak[: start - first] = False
        is_peak[last - first :] = False
        at, bins = np.nonzero(is_peak)
        strong = np.sort(_strongest(at // BLOCK if first == start else (at + first - start) // BLOCK, level[at, bins]))
        yield at[strong] + first, bins[strong] + LOW_BIN


def _strongest(blocks: NDArray[np.intp], levels: NDArray[np.float32]) -> NDArray[np.intp]:
    """The highest few of each block."""
    order = np.lexsort((-levels, blocks))
    starts = np.searchsorted(blocks[order], blocks[order])
    return order[np.arange(len(order)) - starts < BLOCK_PEAKS]


def _paired(at: NDArray[np.intp], bins: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Each peak with the next few within reach: when the first is heard, and the pair as a number."""
    firsts, hashes = [], []
    taken = np.zeros(len(at), int)
    for step in range(1, 4 * PARTNERS):
        if step >= len(at):
            break
        apart, rise = at[step:] - at[:-step], bins[step:] - bins[:-step]
        fits = (apart >= NEAREST) & (apart <= FARTHEST) & (np.abs(rise) <= MOST_APART) & (taken[:-step] < PARTNERS)
        mine = np.flatnonzero(fits)
        taken[mine] += 1
        firsts.append(at[mine])
        hashes.append((bins[mine] << 7 | rise[mine] + MOST_APART) << STEP_BITS | apart[mine] // 2)
    if not firsts:
        return np.zeros(0, int), np.zeros(0, np.int64)
    found, pairs = np.concatenate(firsts), np.concatenate(hashes).astype(np.int64)
    order = np.lexsort((pairs, found))
    return found[order], pairs[order]
