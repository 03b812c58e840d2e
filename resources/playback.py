"""Playback: a media file played once from its first byte to its last, in the child.

Packet by packet, because one bad packet ends PyAV's own `decode()`; what is lost is counted, and said.
Raw arrays go to disk as they come, so memory does not grow with the file.
"""

import os
import time
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resources import door, hdr, promise
from resources.clock import Clock
from resources.door import refusal
from resources.inchild import Descriptor, alarm
from resources.picture import Shaper, usable_sar
from resources.sound import RATE_HZ, SoundWriter, write_mono

THREADS = min(2, os.cpu_count() or 1)
ONE_THREAD_PIXELS = 4096 * 2304  # beyond, every thread holds another 50 MB picture
QUIET_S = 30.0  # without one packet for so long, the kernel ends the child
PATIENCE_S, SLOWEST_FRAME_S = 60.0, 1.0  # too_slow: after a minute, slower than a frame a second
DEFAULT_FPS = 25.0
WAITING = 4  # pictures between the decoder and the writer
FEW = 100  # too_broken: of at least so many packets ...
FEW_SHARE = 0.05  # ... no more than this share came through


@dataclass(slots=True)
class Take:
    """What one playback found; the large arrays are on disk."""

    t_s: NDArray[np.float64]
    dur_s: NDArray[np.float64]
    is_key: NDArray[np.bool_]
    is_dup: NDArray[np.bool_]
    sampled: NDArray[np.int64]  # which pictures are in frames
    small_size: tuple[int, int] = (1, 1)
    large_size: tuple[int, int] = (1, 1)
    n_stereo: int = 0
    n_mono: int = 0
    facts: dict[str, Any] = field(default_factory=dict)  # for Media
    decoder: dict[str, str] = field(default_factory=dict)  # which libraries decoded it: name -> version
    peak_mb: int = 0


def play(handle: Descriptor, into: Path, frames_per_s: float, short_side_px: int) -> Take:
    """Everything the analyzers share, of one file. Runs in a child: see `inchild`."""
    import resource

    import av
    import cv2

    cv2.setNumThreads(1)
    take = _play(handle.number, into, frames_per_s, short_side_px, ignore_edits=False)
    if take is None:
        take = _play(handle.number, into, frames_per_s, short_side_px, ignore_edits=True)
    if take is None:
        raise refusal("no_frames")
    take.decoder = {"av": av.__version__, "ffmpeg": av.ffmpeg_version_info}
    take.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    return take


def _play(descriptor: int, into: Path, frames_per_s: float, short_side_px: int, *, ignore_edits: bool) -> Take | None:
    """None where an edit list hides every frame, and may be ignored."""
    alarm(QUIET_S)
    with door.open_media(descriptor, ignore_edits=ignore_edits) as file:
        picture, sound = door.picture_stream(file), door.sound_stream(file)
        if picture is not None and not door.is_decodable(picture):
            raise refusal("unsupported_codec", _codec_name(picture))
        if picture is None and sound is None:
            raise door.nothing_inside(descriptor, file)
        reel = _Reel(file, picture, sound, into, frames_per_s, short_side_px)
        reel.play()
        if picture is not None and len(reel.clock) == 0:
            if reel.seen["hidden"] and not ignore_edits:
                return None
            raise refusal("encrypted" if reel.seen["encrypted"] else "no_frames")
        if picture is None and reel.sound.n_samples == 0:
            raise refusal("encrypted" if reel.seen["encrypted"] else "no_frames")
        if reel.seen["packets"] >= FEW and len(reel.clock) <= FEW_SHARE * reel.seen["packets"] and reel.failed:
            raise refusal("too_broken", f"{len(reel.clock)} frames from {reel.seen['packets']} packets")
        alarm(0)
        return reel.take(descriptor, ignore_edits=ignore_edits)


class _Reel:
    """One open file on its way through the decoder."""

    def __init__(
        self, file: Any, picture: Any, sound: Any, into: Path, frames_per_s: float, short_side_px: int
    ) -> None:
        self.file, self.picture, self.sound_stream = file, picture, sound
        self.into, self.frames_per_s, self.short_side_px = into, frames_per_s, short_side_px
        rate = (picture.average_rate or picture.guessed_rate) if picture is not None else None
        self.fps = float(rate) if rate and 0.001 <= rate <= 1000 else None
        self.clock = Clock(1 / (self.fps or DEFAULT_FPS))
        self.sound = SoundWriter(into / "audio/stereo.raw")
        self.writer: _PictureWriter | None = None
        self.seen: Counter[str] = Counter()
        self.failed: list[int] = []  # which picture packets could not be decoded
        self.is_key: list[bool] = []
        self.sampled: list[int] = []
        self.last_s = 0.0
        self._next_sample_s = 0.0
        self._kind: Any = None
        self._begun = time.monotonic()

    def play(self) -> None:
        """Decode all of it."""
        if self.picture is not None:
            coder = self.picture.codec_context
            coder.options = {"max_pixels": str(door.MAX_PIXELS)}  # what is given at opening holds for probing only
            coder.thread_type = "AUTO"
            coder.thread_count = 1 if coder.width * coder.height > ONE_THREAD_PIXELS else THREADS
        try:
            for packet in self._packets():
                if packet.stream is self.picture:
                    self._picture_packet(packet)
                else:
                    self._sound_packet(packet)
            self.sound.finish()
        finally:
            if self.writer:
                self.writer.close()

    def _packets(self) -> Iterator[Any]:
        """A read error is the end of the file, as for every player; the decoders are emptied all the same."""
        import av.error

        streams = [s for s in (self.picture, self.sound_stream) if s is not None]
        try:
            for packet in self.file.demux(streams):
                alarm(QUIET_S)
                yield packet
        except av.error.FFmpegError:
            self.seen["read_errors"] += 1
            for stream in streams:
                last = av.Packet()
                last.stream = stream
                yield last

    def _picture_packet(self, packet: Any) -> None:
        is_last = packet.size == 0
        if not is_last:
            self.seen["packets"] += 1
            if self.seen["packets"] == 1:
                self.seen["late_start"] = not packet.is_keyframe
            if packet.is_discard:
                self.seen["hidden"] += 1
            if packet.is_corrupt:
                self.seen["corrupt"] += 1
                self.failed.append(self.seen["packets"])
            if packet.has_sidedata("encryption_info"):
                raise refusal("encrypted")
            if self.seen["packets"] > 2 * door.MAX_FRAMES:
                raise refusal("too_many_frames")
            if time.monotonic() - self._begun > PATIENCE_S + SLOWEST_FRAME_S * len(self.clock):
                raise refusal("too_slow", f"{len(self.clock)} frames in {PATIENCE_S:.0f} s")
        for frame in self._decoded(packet):
            self._frame(frame)

    def _decoded(self, packet: Any) -> Iterator[Any]:
        """A packet's frames; at the end of the file, also those behind a frame that fails."""
        import av.error

        for _ in range(1 if packet.size else 64):
            try:
                frames = packet.decode()
            except av.error.EOFError:
                return
            except (av.error.FFmpegError, ValueError) as error:
                if isinstance(error, av.error.MemoryError):
                    raise refusal("too_many_pixels") from error
                self.failed.append(self.seen["packets"])
                continue
            yield from frames
            if packet.size == 0:
                return

    def _frame(self, frame: Any) -> None:
        if frame.width * frame.height > door.MAX_PIXELS:
            raise refusal("too_many_pixels", f"{frame.width}x{frame.height}")
        if len(self.clock) >= door.MAX_FRAMES:
            raise refusal("too_many_frames")
        if frame.is_corrupt:
            self.seen["bent"] += 1
        if self.writer is None:
            self.writer = _PictureWriter(frame, usable_sar(self.picture.sample_aspect_ratio), self)
        self._note_changes(frame)
        t_s = self.clock.read(frame.pts, float(frame.time_base or 0))
        if t_s > door.MAX_S:
            raise refusal("too_long")
        self.last_s = float((frame.duration or 0) * (frame.time_base or 0))
        is_sampled = t_s >= self._next_sample_s - 1e-6
        if is_sampled:
            self._next_sample_s = (np.floor(t_s * self.frames_per_s + 1e-6) + 1) / self.frames_per_s
            self.sampled.append(len(self.is_key))
        self.is_key.append(frame.key_frame)
        self.writer.add(frame, is_sampled)

    def _note_changes(self, frame: Any) -> None:
        kind = (frame.width, frame.height), frame.format.name
        if self._kind is not None and kind != self._kind:
            self.seen["size_changed"] += kind[0] != self._kind[0]
            self.seen["format_changed"] += kind[1] != self._kind[1]
        self._kind = kind

    def _sound_packet(self, packet: Any) -> None:
        import av.error

        if packet.size and packet.has_sidedata("encryption_info"):
            self.seen["encrypted"] += 1
        try:
            frames = packet.decode()
        except (av.error.FFmpegError, ValueError):
            self.sound.lost += bool(packet.size)
            return
        for frame in frames:
            self.sound.add(frame)

    def take(self, descriptor: int, *, ignore_edits: bool) -> Take:
        """What was found."""
        t_s, dur_s = self.clock.series(self.last_s)
        n_mono = write_mono(self.sound, self.into / "audio/mono.raw")
        has_sound = self.sound.n_samples > 0
        v_start_s = self.clock.first_s if len(t_s) else None
        a_start_s = None
        if has_sound:
            a_start_s = (self.sound.start_s or 0.0) - v_start_s if v_start_s is not None else 0.0
        end_s = float(t_s[-1] + dur_s[-1]) if len(t_s) else self.sound.n_samples / RATE_HZ
        if end_s > door.MAX_S:
            raise refusal("too_long")
        size = os.fstat(descriptor).st_size
        lost_s, is_cut = self._lost(descriptor, size, end_s, v_start_s or 0.0)
        shaper = self.writer.shaper if self.writer else None
        facts = {
            "container": self.file.format.name,
            "vcodec": _codec_name(self.picture) if self.picture is not None else None,
            "acodec": _codec_name(self.sound_stream) if has_sound else None,
            "width_px": shaper.width_px if shaper else 0,
            "height_px": shaper.height_px if shaper else 0,
            "sar": shaper.sar if shaper else 1.0,
            "rotation_deg": shaper.turn.rotation_deg if shaper else 0,
            "is_mirrored": bool(shaper and shaper.turn.is_mirrored),
            "is_hdr": bool(self.writer and self.writer.is_hdr),
            "fps_nominal": self._nominal_fps(t_s),
            "is_vfr": bool(len(t_s) > 2 and np.ptp(np.diff(t_s)) > 0.002),
            "n_frames": len(t_s),
            "duration_s": end_s,
            "lost_s": lost_s,
            "v_start_s": v_start_s,
            "a_start_s": a_start_s,
            "a_end_s": a_start_s + self.sound.n_samples / RATE_HZ if a_start_s is not None else None,
            "audio_rate_hz": self.sound.rate_hz if has_sound else None,
            "audio_channels": self.sound.channels if has_sound else None,
            "bitrate": round(size * 8 / end_s) if end_s > 0 else None,
            "size_bytes": size,
            "warnings": self._warnings(is_cut, ignore_edits),
        }
        return Take(
            t_s=t_s,
            dur_s=dur_s,
            is_key=np.array(self.is_key, bool),
            is_dup=np.array(self.writer.is_dup if self.writer else [], bool),
            sampled=np.array(self.sampled, np.int64),
            small_size=shaper.small_size if shaper else (1, 1),
            large_size=shaper.large_size if shaper else (1, 1),
            n_stereo=self.sound.n_samples,
            n_mono=n_mono,
            facts=facts,
        )

    def _nominal_fps(self, t_s: NDArray[np.float64]) -> float | None:
        """What the header says, unless the pictures' own times say otherwise: FLV often claims 1000."""
        if len(t_s) < 3:
            return self.fps
        measured = (len(t_s) - 1) / float(t_s[-1])
        usual = 1 / float(np.median(np.diff(t_s)))
        is_honest = self.fps is not None and min(measured, usual) / 1.5 < self.fps < max(measured, usual) * 1.5
        return self.fps if is_honest else measured

    def _lost(self, descriptor: int, size: int, end_s: float, start_s: float) -> tuple[float, bool]:
        ends = [promise.end_of_index_s(s, size) for s in (self.picture, self.sound_stream)]
        promised = [end - start_s for end in ends if end is not None]
        is_cut = bool(promised) or promise.is_cut_off(descriptor, size)
        if is_cut and not promised and self.file.duration:
            promised = [self.file.duration / 1e6]
        return max([0.0, *(end - end_s for end in promised)]), is_cut

    def _warnings(self, is_cut: bool, ignore_edits: bool) -> tuple[str, ...]:
        packets, shown = self.seen["packets"] - self.seen["hidden"], len(self.clock)
        # the cut itself spoils the last packet, and what two threads still held
        failed = [n for n in self.failed if not is_cut or n < self.seen["packets"] - 3]
        is_late = bool(self.seen["late_start"]) and shown < packets
        silent = packets - len(failed) - shown
        named = {
            "truncated": is_cut,
            "decode_errors": bool(failed) or (self.seen["bent"] > 0 and not is_late and not is_cut),
            "audio_decode_errors": self.sound.lost > (1 if is_cut else 0),
            "missing_start": is_late,
            "time_not_increasing": not self.clock.is_increasing,
            "edit_list_ignored": ignore_edits,
            "frames_missing": not is_cut and not is_late and silent > max(1, 0.1 * packets) and self._counts_frames(),
            "size_changed": self.seen["size_changed"] > 0,
            "format_changed": self.seen["format_changed"] > 0,
            "audio_format_changed": self.sound.has_changed,
            "audio_not_finite": not self.sound.is_finite,
            "no_video": self.picture is None,
        }
        return tuple(name for name in door.WARNINGS if named[name])

    def _counts_frames(self) -> bool:
        """Whether this codec's packets are frames: VP8 and VP9 hide some, interlaced H.264 may have two each."""
        is_interlaced = self.writer is not None and self.writer.is_interlaced
        return not _codec_name(self.picture).startswith(("vp8", "vp9", "mpeg")) and not is_interlaced


class _PictureWriter:
    """Shapes and writes pictures in a thread beside the decoder: OpenCV, numpy and write(2) let go of the GIL."""

    def __init__(self, first: Any, sar: float, reel: _Reel) -> None:
        self.shaper = Shaper(first, sar, reel.short_side_px)
        self.is_hdr = hdr.is_hdr(first.color_trc)
        self.is_interlaced = first.interlaced_frame
        self.is_dup: list[bool] = []
        self._before: bytes | None = None
        self._rgb = (reel.into / "motion/rgb.raw").open("wb", buffering=0)
        self._grey = (reel.into / "motion/grey.raw").open("wb", buffering=0)
        self._frames = (reel.into / "frames/rgb.raw").open("wb", buffering=0)
        self._thread = ThreadPoolExecutor(1)
        self._waiting: deque[Future[None]] = deque()
        self._most = WAITING if first.width * first.height <= ONE_THREAD_PIXELS else 0

    def add(self, frame: Any, is_sampled: bool) -> None:
        self._waiting.append(self._thread.submit(self._write, frame, is_sampled))
        while len(self._waiting) > self._most:
            self._waiting.popleft().result()

    def close(self) -> None:
        try:
            while self._waiting:
                self._waiting.popleft().result()
        finally:
            self._thread.shutdown(cancel_futures=True)
            for file in (self._rgb, self._grey, self._frames):
                file.close()

    def _write(self, frame: Any, is_sampled: bool) -> None:
        import cv2

        small = self.shaper.small(frame)
        said = small.tobytes()
        self.is_dup.append(said == self._before)
        self._before = said
        _write_all(self._rgb, said)
        _write_all(self._grey, cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).tobytes())
        if is_sampled:
            _write_all(self._frames, self.shaper.large(frame).data)


def _write_all(file: Any, said: Any) -> None:
    left = memoryview(said).cast("B")
    while len(left):
        left = left[file.write(left) :]


def _codec_name(stream: Any) -> str:
    """The codec's own name, not its decoder's: av1, not libdav1d."""
    if stream.codec_context is None:
        return "unknown"
    return stream.codec_context.codec.canonical_name
