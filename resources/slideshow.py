"""Pictures and a sound as a video: each picture for its time, one after the other, over the post's sound.

TikTok shows a photo post's pictures in turn while its sound plays round and round. How long one stays is the viewer's
doing; here it is three seconds, or the sound's length shared out where that comes near. The files are opened at the
door, each in a child.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resources import decode
from resources.door import refusal
from resources.render.slideshow import write
from resources.sound import RATE_HZ
from resources.store import map_array

PICTURE_S = 3.0
SHARED_S = (2.0, 5.0)  # a picture's share of the sound that is taken instead of PICTURE_S
LONG_SIDE_PX = 1920
MOST = 100  # pictures; TikTok takes 35
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
SOUND_SUFFIXES = (".mp3", ".m4a", ".aac", ".wav", ".flac")


def make(pictures: Sequence[Path], sound: Path | None, into: Path) -> float:
    """Write the video; the seconds that each picture is shown. Raises MediaError."""
    if not 0 < len(pictures) <= MOST:
        raise refusal("too_many_streams" if pictures else "no_frames", f"{len(pictures)} pictures")
    samples = _samples(sound) if sound is not None else None
    each_s = seconds_each(len(pictures), len(samples) / RATE_HZ if samples is not None else 0.0)
    stills = (decode.full_frames(path, [0.0])[0] for path in pictures)
    first = next(stills)
    write(_again(first, stills), _size(first), each_s, samples, into)
    return each_s


def seconds_each(count: int, sound_s: float) -> float:
    """How long each picture is shown."""
    shared_s = sound_s / count
    return shared_s if SHARED_S[0] <= shared_s <= SHARED_S[1] else PICTURE_S


def is_one(path: Path) -> bool:
    """Whether it is a folder with pictures."""
    try:
        return path.is_dir() and bool(parts(path)[0])
    except OSError:
        return False


def parts(folder: Path) -> tuple[list[Path], Path | None]:
    """The pictures of a folder by name, and its sound. Numbers count as numbers: 2.jpg comes before 10.jpg."""
    files = sorted((path for path in folder.iterdir() if not path.name.startswith(".")), key=_natural)
    pictures = [path for path in files if path.suffix.lower() in SUFFIXES]
    return pictures, next((path for path in files if path.suffix.lower() in SOUND_SUFFIXES), None)


def _natural(path: Path) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"([0-9]{1,18})", path.name)]


def _samples(path: Path) -> NDArray[np.float32]:
    """The sound, 48 kHz stereo."""
    with tempfile.TemporaryDirectory(prefix="sound-") as folder:
        decode.decode(path, Path(folder))
        return np.array(map_array(Path(folder) / "audio", "stereo")[:], np.float32)


def _size(picture: NDArray[np.uint8]) -> tuple[int, int]:
    """Width and height of the video: the first picture's, no larger than TikTok's, and even."""
    height, width = picture.shape[:2]
    scale = min(1.0, LONG_SIDE_PX / max(height, width))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _again(first: NDArray[np.uint8], rest: Iterator[NDArray[np.uint8]]) -> Iterator[NDArray[np.uint8]]:
    yield first
    yield from rest
