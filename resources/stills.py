"""Stills: single pictures of a file at full resolution, found by seeking. Runs in a child: see `inchild`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Look
from resources import door
from resources.door import refusal
from resources.inchild import Descriptor, alarm
from resources.picture import Shaper, usable_sar
from resources.playback import QUIET_S, THREADS

NEAR_S = 2.0  # a picture so close ahead is reached by decoding on, not by seeking again
SLACK_S = 1e-4


def look(handle: Descriptor) -> None:
    """Refuse what does not open."""
    alarm(QUIET_S)
    door.open_media(handle.number).close()


def pictures(handle: Descriptor, times_s: list[float]) -> list[NDArray[np.uint8]]:
    """The picture on screen at each time, upright and square, each (height, width, 3)."""
    with door.open_media(handle.number) as file:
        finder = _finder(file)
        order = sorted(range(len(times_s)), key=lambda i: times_s[i])
        found = {i: finder.at(times_s[i]) for i in order}
        return [found[i] for i in range(len(times_s))]


def parts(
    handle: Descriptor, looks: Sequence[Look], times_s: Sequence[float], side_px: int, into: Path
) -> list[tuple[int, ...]]:
    """What each look shows, written one after the other, and their shapes; times ascend."""
    shapes = []
    with door.open_media(handle.number) as file, into.open("wb") as raw:
        finder = _finder(file)
        for look, time_s in zip(looks, times_s, strict=True):
            seen = part(finder.at(time_s), look, side_px)
            raw.write(np.ascontiguousarray(seen).data)
            shapes.append(seen.shape)
    return shapes


def part(picture: NDArray[np.uint8], look: Look, side_px: int) -> NDArray[np.uint8]:
    """A part of a picture, at least a pixel of it, no longer than `side_px`."""
    import cv2

    height, width = picture.shape[:2]
    x, y = min(round(look.x * width), width - 1), min(round(look.y * height), height - 1)
    right, bottom = max(x + 1, round((look.x + look.w) * width)), max(y + 1, round((look.y + look.h) * height))
    seen = picture[y:bottom, x:right]
    scale = side_px / max(seen.shape[:2])
    if scale >= 1:
        return seen
    size = max(1, round(seen.shape[1] * scale)), max(1, round(seen.shape[0] * scale))
    return np.asarray(cv2.resize(seen, size, interpolation=cv2.INTER_AREA), np.uint8)


def _finder(file: Any) -> "_Finder":
    alarm(QUIET_S)
    stream = door.picture_stream(file)
    if stream is None or not door.is_decodable(stream):
        raise refusal("no_frames")
    stream.codec_context.options = {"max_pixels": str(door.MAX_PIXELS)}
    stream.codec_context.thread_type = "AUTO"
    stream.codec_context.thread_count = THREADS
    return _Finder(file, stream)


class _Finder:
    def __init__(self, file: Any, stream: Any) -> None:
        self.file, self.stream = file, stream
        self.first_s = 0.0  # the first picture's time on the file's own clock
        self._frames = self._decoded()
        self._shown: Any = None  # the last frame at or before the time asked for
        self._ahead: Any = None  # the one after it
        self._shaper: Shaper | None = None
        self._shaped: tuple[Any, NDArray[np.uint8]] | None = None  # the last frame asked for, and its picture
        self._step()
        self.first_s = self._time(self._ahead) if self._ahead else 0.0

    def at(self, time_s: float) -> NDArray[np.uint8]:
        if self._ahead is None or time_s - self._time(self._ahead) > NEAR_S:
            self._seek(time_s)
        while self._ahead is not None and self._time(self._ahead) <= time_s + SLACK_S:
            self._step()
        frame = self._shown or self._ahead
        if frame is None:
            raise refusal("no_frames", f"none at {time_s:.3f} s")
        if self._shaper is None:
            self._shaper = Shaper(frame, usable_sar(self.stream.sample_aspect_ratio), None)
        if self._shaped is None or self._shaped[0] is not frame:
            self._shaped = frame, self._shaper.large(frame)
        return self._shaped[1]

    def _seek(self, time_s: float) -> None:
        """To the key frame before; from the very start where the file cannot seek there."""
        import av.error

        for target_s in (time_s, time_s - 10, None):
            wanted_s = -1e9 if target_s is None else max(0.0, target_s) + self.first_s
            try:
                if target_s is None:
                    self.file.seek(0, backward=True, any_frame=False)
                else:
                    self.file.seek(int(wanted_s / self.stream.time_base), stream=self.stream)
            except av.error.FFmpegError:
                continue
            self._frames, self._shown, self._ahead = self._decoded(), None, None
            self._step()
            if self._ahead is not None and self._time(self._ahead) <= time_s + SLACK_S:
                return

    def _step(self) -> None:
        self._shown = self._ahead or self._shown
        self._ahead = next(self._frames, None)

    def _time(self, frame: Any) -> float:
        return float(frame.pts * frame.time_base) - self.first_s

    def _decoded(self) -> Any:
        import av.error

        try:
            for packet in self.file.demux(self.stream):
                alarm(QUIET_S)
                try:
                    frames = packet.decode()
                except (av.error.FFmpegError, ValueError):
                    continue
                yield from (frame for frame in frames if frame.pts is not None)
        except av.error.FFmpegError:
            return
