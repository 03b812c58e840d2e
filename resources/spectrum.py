"""The shared short-time spectrum: computed once, read by every analyzer that needs one."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Audio
from resources.store import describe_array, write_array

WINDOW = 2048  # samples of 48 kHz: 43 ms, 23 Hz a bin
HOP = 480  # 10 ms
BATCH = 1000  # spectra at a time: 10 s of sound in memory


def spectra(audio: Audio) -> Iterator[NDArray[np.float16]]:
    """Batches of (n, 1025) magnitudes; the k-th spectrum is centred on sample k * HOP."""
    from scipy.fft import rfft

    total = len(audio.stereo)
    if not total:
        return
    window = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    scale = 2 / window.sum()
    count = -(-total // HOP)
    for first in range(0, count, BATCH):
        last = min(first + BATCH, count)
        low, high = first * HOP - WINDOW // 2, (last - 1) * HOP + WINDOW // 2
        chunk = audio.stereo[max(low, 0) : min(high, total)]
        padded = np.pad(chunk, ((max(-low, 0), max(high - total, 0)), (0, 0)))
        power = np.zeros((last - first, WINDOW // 2 + 1), np.float32)
        for channel in (0, 1):
            samples = np.ascontiguousarray(padded[:, channel])
            pieces = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
            power += np.abs(np.asarray(rfft(pieces * window, axis=1, workers=2))) ** 2  # pyright: ignore[reportCallIssue, reportArgumentType]
        yield np.minimum(np.sqrt(power / 2) * scale, 60_000).astype(np.float16)


def times_s(audio: Audio) -> NDArray[np.float64]:
    count = -(-len(audio.stereo) // HOP)
    return audio.offset_s + np.arange(count) * HOP / audio.rate_hz


def bins_hz(audio: Audio) -> NDArray[np.float64]:
    return np.arange(WINDOW // 2 + 1) * audio.rate_hz / WINDOW


def write_spectrum(audio: Audio, folder: Path) -> int:
    """Fill a folder with the spectrum of one sound track; the number of spectra."""
    count = 0
    with (folder / "magnitude.raw").open("wb") as raw:
        for batch in spectra(audio):
            batch.tofile(raw)
            count += len(batch)
    describe_array(folder, "magnitude", (count, WINDOW // 2 + 1), np.float16)
    write_array(folder, "t_s", times_s(audio))
    write_array(folder, "hz", bins_hz(audio))
    return count
