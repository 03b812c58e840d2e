"""Decode: one media file in, one pass, everything the analyzers share out.

`decode` fills a folder with media.json, motion/, frames/ and audio/ (see resources/store.py), all on
one clock: seconds from the first picture. The work is done by `playback`, in a child that may die.
Nothing else in the house opens a media file.
"""

import errno
import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Look, Media
from resources import playback, stills
from resources.door import MediaError, opened, refusal
from resources.inchild import Descriptor, DiedError, in_child
from resources.playback import Take
from resources.store import describe_array, write_array

__all__ = ["MediaError", "closeups", "decode", "full_frames", "look", "sha256"]

log = logging.getLogger(__name__)
MEMORY_BYTES = 4 << 30  # address space of the child
FILE_BYTES = 48 << 30  # of one raw array: an hour of sampled 720x1280 pictures
BASE_S, BYTES_PER_S = 600.0, 50_000  # the child's deadline; a stuck decoder is ended sooner (playback.QUIET_S)
PIECE_BYTES = 1 << 20
Result = TypeVar("Result")


def decode(
    path: Path, into: Path, *, frames_per_s: float = 4.0, short_side_px: int = 720, root: Path | None = None
) -> Media:
    """Decode one file once; what the analyzers share is written below `into`. Raises MediaError.

    A file without a picture is decoded too: no frames, its sound, and the warning `no_video`.
    """
    for name in ("motion", "frames", "audio"):
        (into / name).mkdir(parents=True)
    with opened(path, root) as descriptor:
        take = _in_child(playback.play, descriptor, into, frames_per_s, short_side_px)
        media = Media(**take.facts, sha256=sha256(descriptor))
    _describe(take, into)
    (into / "media.json").write_text(json.dumps(asdict(media), indent=1))
    (into / "decoder.json").write_text(json.dumps(take.decoder))
    log.debug("%s: %d frames; the child held %d MB", path.name, media.n_frames, take.peak_mb)
    return media


def full_frames(path: Path, times_s: Iterable[float], *, root: Path | None = None) -> list[NDArray[np.uint8]]:
    """The pictures on screen at these times, as (height, width, 3) at full resolution. Raises MediaError."""
    with opened(path, root) as descriptor:
        return _in_child(stills.pictures, descriptor, [float(t) for t in times_s])


def closeups(path: Path, looks: Sequence[Look], times_s: Sequence[float], side_px: int) -> list[NDArray[np.uint8]]:
    """Parts of the pictures on screen at these times, which ascend. Raises MediaError."""
    with opened(path) as descriptor, tempfile.TemporaryDirectory(dir=path.parent, prefix=".closeups-") as folder:
        raw = Path(folder) / "pictures.raw"
        shapes = _in_child(stills.parts, descriptor, list(looks), list(times_s), side_px, raw)
        every = np.fromfile(raw, np.uint8)
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    return [piece.reshape(shape) for piece, shape in zip(np.split(every, ends[:-1]), shapes, strict=True)]


def look(descriptor: int) -> None:
    """Refuse what does not even open as media. Raises MediaError."""
    _in_child(stills.look, descriptor)


def sha256(descriptor: int, into: Any = None) -> str:
    """The digest of a whole open file; its bytes go to `into` as well, if given."""
    digest, at = hashlib.sha256(), 0
    while piece := os.pread(descriptor, PIECE_BYTES, at):
        digest.update(piece)
        at += len(piece)
        if into is not None:
            into.write(piece)
    return digest.hexdigest()


def _in_child(work: Callable[..., Result], descriptor: int, *args: Any) -> Result:
    """The work's result, or a MediaError for whatever became of the child."""
    seconds = BASE_S + os.fstat(descriptor).st_size / BYTES_PER_S
    try:
        return in_child(
            work, Descriptor(descriptor), *args, seconds=seconds, memory_bytes=MEMORY_BYTES, file_bytes=FILE_BYTES
        )
    except DiedError as death:
        word = {"timeout": "timeout", "memory": "memory"}.get(death.word, "decoder_crashed")
        raise refusal(word, death.detail) from death
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise refusal("too_long", f"its pictures would fill more than {FILE_BYTES >> 30} GB") from error
        if error.errno == errno.EIO:
            raise refusal("unreadable", "the disk failed") from error
        raise


def _describe(take: Take, into: Path) -> None:
    """The descriptions of the large arrays that the child wrote, and the small arrays."""
    n, (width, height), (large_width, large_height) = len(take.t_s), take.small_size, take.large_size
    shapes = {
        "motion/grey": ((n, height, width), np.uint8),
        "motion/rgb": ((n, height, width, 3), np.uint8),
        "frames/rgb": ((len(take.sampled), large_height, large_width, 3), np.uint8),
        "audio/stereo": ((take.n_stereo, 2), np.float32),
        "audio/mono": ((take.n_mono,), np.float32),
    }
    for name, (shape, kind) in shapes.items():
        folder, array = name.split("/")
        (into / f"{name}.raw").touch()
        describe_array(into / folder, array, shape, kind)
    write_array(into / "motion", "t_s", take.t_s)
    write_array(into / "motion", "dur_s", take.dur_s)
    write_array(into / "motion", "is_key", take.is_key)
    write_array(into / "motion", "is_dup", take.is_dup)
    write_array(into / "frames", "index", take.sampled)
    write_array(into / "frames", "t_s", take.t_s[take.sampled])
    offset_s = take.facts["a_start_s"] or 0.0
    (into / "audio/clock.json").write_text(json.dumps({"offset_s": offset_s}))
