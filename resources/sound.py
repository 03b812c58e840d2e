"""Sound: a track's frames as 48 kHz stereo on disk, piece by piece, and from it 16 kHz mono."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resources.door import MAX_S, refusal

RATE_HZ = 48_000
MONO_HZ = 16_000
# Frames with more channels are never touched: PyAV 18.1 reads past its arrays (a 22-byte AAC packet makes
# twelve channels out of stereo, and looking at them kills the process).
MOST_CHANNELS = 8
# Timestamps are rounded and packets overlap a little; a hole this long is a hole.
HOLE_S = 0.1
# A mix of two unlike channels is 3 dB below them, of one that sounds and one that is silent 6 dB: from here
# on, mixing loses the sound, and the louder channel is taken instead. Two opposite channels would be silence.
MOST_LOSS = 10 ** (-5 / 10)
PIECE_S = 20
BATCH = 24_000  # samples looked at and written at once: half a second


class SoundWriter:
    """Writes one track. Its holes are filled with silence, so that sample n is at `start_s` + n / 48000."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.start_s: float | None = None  # on the file's own clock
        self.n_samples = 0
        self.rate_hz: int | None = None  # of the first frame
        self.channels: int | None = None
        self.lost = 0  # frames that could not be used
        self.is_finite = True
        self.has_changed = False
        self._file = path.open("wb")
        self._kind: Any = None
        self._resampler: Any = None
        self._heard_s = 0.0  # time of the frames so far
        self._shift_s = 0.0
        self._power = np.zeros(3)  # left, right, mix
        self._waiting: list[NDArray[np.float32]] = []
        self._n_waiting = 0

    def add(self, frame: Any) -> None:
        """One decoded frame."""
        if frame.samples == 0:
            return
        channels = frame.layout.nb_channels
        if not 1 <= channels <= MOST_CHANNELS or not 1 <= frame.sample_rate <= 768_000:
            self.lost += 1
            return
        time_s = None if frame.pts is None or frame.time_base is None else float(frame.pts * frame.time_base)
        if self.start_s is None:
            self.start_s, self.rate_hz, self.channels = time_s or 0.0, frame.sample_rate, channels
        elif time_s is not None:
            self._keep_time(time_s)
        self._resample(frame, channels)
        self._heard_s += frame.samples / frame.sample_rate
        if self._heard_s > MAX_S:
            raise refusal("too_long")

    def finish(self) -> None:
        """After the last frame."""
        self._flush()
        self._file.close()

    @property
    def power(self) -> NDArray[np.float64]:
        return self._power

    def _keep_time(self, time_s: float) -> None:
        due_s = (self.start_s or 0.0) + self._heard_s
        hole_s = time_s + self._shift_s - due_s
        if hole_s < -HOLE_S:  # the time jumps back: what follows goes on from here
            self._shift_s = due_s - time_s
        elif hole_s > HOLE_S:
            if self._heard_s + hole_s > MAX_S:
                raise refusal("too_long")
            self._flush()
            self._heard_s += hole_s
            self.n_samples = round(self._heard_s * RATE_HZ)
            self._file.seek(self.n_samples * 8)  # a hole in the file reads as zeros and takes no room

    def _resample(self, frame: Any, channels: int) -> None:
        import av.error

        kind = frame.format.name, frame.layout.name, frame.sample_rate
        if kind != self._kind:
            self.has_changed |= self._kind is not None
            self._flush()
            self._kind = kind
            # swresample would make a mono track 3 dB quieter on its way to stereo
            self._resampler = av.AudioResampler("flt", "mono" if channels == 1 else "stereo", RATE_HZ)
        frame.pts = None  # the resampler would fill and cut by itself
        try:
            self._write(self._resampler.resample(frame))
        except (av.error.FFmpegError, ValueError):
            self.lost += 1
            self._write_waiting()
            self._kind = self._resampler = None

    def _flush(self) -> None:
        import av.error

        if self._resampler is not None:
            try:
                self._write(self._resampler.resample(None))
            except (av.error.FFmpegError, ValueError):
                self.lost += 1
        self._write_waiting()
        self._kind = self._resampler = None

    def _write(self, frames: list[Any]) -> None:
        for frame in frames:
            self._waiting.append(frame.to_ndarray().reshape(frame.samples, -1))
            self._n_waiting += frame.samples
        if self._n_waiting >= BATCH:
            self._write_waiting()

    def _write_waiting(self) -> None:
        if not self._waiting:
            return
        both = np.concatenate(self._waiting)
        self._waiting, self._n_waiting = [], 0
        if not np.isfinite(both).all():
            self.is_finite = False
            both = np.nan_to_num(both, nan=0, posinf=0, neginf=0)
        if both.shape[1] == 1:
            both = np.repeat(both, 2, axis=1)
        self._file.write(both.tobytes())
        self.n_samples += len(both)
        left, right = both.astype(np.float64).T  # a dot product would wake BLAS's threads, which then spin
        self._power += (left**2).sum(), (right**2).sum(), ((left + right) ** 2).sum() / 4


def write_mono(sound: SoundWriter, path: Path) -> int:
    """16 kHz mono from the stereo file; how many samples."""
    import av

    if sound.n_samples == 0:
        path.touch()
        return 0
    resampler = av.AudioResampler("flt", "mono", MONO_HZ)
    left, right, mix = sound.power
    use = None if mix >= MOST_LOSS * max(left, right) else int(right > left)
    wanted, written = -(-sound.n_samples * MONO_HZ // RATE_HZ), 0
    with path.open("wb") as file:
        for piece in _pieces(sound):
            one = piece.mean(axis=1) if use is None else np.ascontiguousarray(piece[:, use])
            frame = av.AudioFrame.from_ndarray(one[None], "flt", "mono")
            frame.sample_rate = RATE_HZ
            for made in resampler.resample(frame):
                written += _append(file, made, wanted - written)
        for made in resampler.resample(None):
            written += _append(file, made, wanted - written)
        np.zeros(wanted - written, np.float32).tofile(file)
    return wanted


def _append(file: Any, frame: Any, most: int) -> int:
    samples = frame.to_ndarray()[0, :most]
    file.write(samples.tobytes())
    return len(samples)


def _pieces(sound: SoundWriter) -> Iterator[NDArray[np.float32]]:
    with sound.path.open("rb") as file:
        while len(piece := np.fromfile(file, np.float32, PIECE_S * RATE_HZ * 2)):
            yield piece.reshape(-1, 2)
