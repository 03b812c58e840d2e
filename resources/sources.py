"""From a file somewhere to a video's decoded parts in the store. The source assets are these functions."""

import fcntl
import glob
import json
import logging
import os
import re
from dataclasses import asdict
from pathlib import Path

from analyzers.contract import Post
from resources import decode
from resources.door import MediaError, opened, refusal
from resources.flow import write_flow
from resources.settings import Settings
from resources.spectrum import write_spectrum
from resources.store import Store, folder_written_whole, written_whole
from resources.voice import write_voice

LOG = logging.getLogger(__name__)
LOOK_FIRST_BYTES = 1 << 30  # larger files must open as media before they are hashed
CAPTIONS = re.compile(r"(\.[A-Za-z]{2,3}([-_][A-Za-z]+)*)?\.vtt")  # after a video's name: .vtt, .de.vtt, .eng-US.vtt
CAPTIONS_BYTES = 4 << 20  # an hour of talk is 100 kB


def accept(store: Store, path: Path, root: Path | None = None, *, must_open: bool = False) -> str:
    """File the request for a local video beside its future data; its partition key. Raises MediaError.

    `root` is the folder that the file may come from; links may not lead out of it. With `must_open`, what
    does not even open as media is refused here, before it becomes a partition.
    """
    path = Path(path)
    with opened(path, root) as descriptor:
        if must_open or os.fstat(descriptor).st_size > LOOK_FIRST_BYTES:
            decode.look(descriptor)  # eight gigabytes of nothing are not read through
        video = f"local-{decode.sha256(descriptor)[:16]}"
        request = {"path": os.readlink(f"/proc/self/fd/{descriptor}"), "name": path.name}
    with written_whole(store.request_path(video)) as half:
        half.write_text(json.dumps(request, ensure_ascii=False, indent=1))
    if captions := captions_beside(path):
        _take_captions(store, video, captions, root)
    return video


def captions_beside(path: Path) -> Path | None:
    """The captions that lie beside a video under its name: clip.vtt or clip.de.vtt for clip.mp4."""
    found = sorted(path.parent.glob(f"{glob.escape(path.stem)}*.vtt"))
    return next((beside for beside in found if CAPTIONS.fullmatch(beside.name.removeprefix(path.stem))), None)


def _take_captions(store: Store, video: str, path: Path, root: Path | None) -> None:
    """File a video's captions beside it; captions that cannot be read do not keep the video out."""
    try:
        with opened(path, root) as descriptor, open(os.dup(descriptor), "rb") as file:
            text = file.read(CAPTIONS_BYTES + 1)
    except MediaError as error:
        LOG.warning("the captions %s are left out: %s", path.name, error)
        return
    if len(text) > CAPTIONS_BYTES:
        LOG.warning("the captions %s are left out: larger than %d MB", path.name, CAPTIONS_BYTES >> 20)
        return
    with written_whole(store.captions_path(video)) as half:
        half.write_bytes(text)


def fetch(store: Store, video: str) -> Path:
    """Bring the requested file into the store, once; where it came from may be gone later. Raises MediaError."""
    if store.video_path(video).exists():
        return store.video_path(video)
    request = json.loads(store.request_path(video).read_text())
    with opened(Path(request["path"])) as descriptor, written_whole(store.video_path(video)) as half:
        with half.open("wb") as copy:
            digest = decode.sha256(descriptor, copy)
        if video.startswith("local-") and video != f"local-{digest[:16]}":
            raise refusal("unreadable", "it has changed since it was accepted: hand it in again")
    return store.video_path(video)


def decode_video(store: Store, video: str, settings: Settings) -> None:
    """Decode the video once: media, motion, frames and audio."""
    with folder_written_whole(store.folder("sources", video)) as half:
        decode.decode(
            store.video_path(video),
            half,
            frames_per_s=settings.frames_per_s,
            short_side_px=settings.short_side_px,
        )


def write_post(store: Store, video: str) -> Post:
    """What is said of the video where it comes from; all absent for a file that came without."""
    captions = store.captions_path(video)
    text = captions.read_text(encoding="utf-8-sig", errors="replace") if captions.exists() else None
    post = Post(subtitles=text)
    with written_whole(store.folder("sources", video) / "post.json") as half:
        half.write_text(json.dumps(asdict(post)))
    return post


def derive_flow(store: Store, video: str) -> int:
    with folder_written_whole(store.source_folder("flow", video)) as half:
        return write_flow(store.read("motion", video), half)


def derive_spectrum(store: Store, video: str) -> int:
    with folder_written_whole(store.source_folder("spectrum", video)) as half:
        return write_spectrum(store.read("audio", video), half)


def derive_voice(store: Store, video: str) -> int:
    with folder_written_whole(store.source_folder("voice", video)) as half:
        return write_voice(store.read("audio", video), half)


def ensure(store: Store, video: str, name: str, settings: Settings) -> None:
    """Make a decoded part again that was cleared away after the report."""
    if name not in LARGE or _is_there(store, video, name):
        return
    if name in DERIVED:
        ensure(store, video, DERIVED[name][0], settings)
    lock = store.folder("sources", video).with_suffix(".lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # several analyzers may miss the same part at the same moment
        if _is_there(store, video, name):
            return
        if name in DERIVED:
            DERIVED[name][1](store, video)
        else:
            decode_video(store, video, settings)
            write_post(store, video)


def clear(store: Store, video: str) -> None:
    """Remove the large arrays; what the file is, and when each of its pictures is shown, stay."""
    for name, arrays in LARGE.items():
        for array in arrays:
            (store.source_folder(name, video) / f"{array}.raw").unlink(missing_ok=True)


def _is_there(store: Store, video: str, name: str) -> bool:
    return all((store.source_folder(name, video) / f"{array}.raw").exists() for array in LARGE[name])


LARGE = {
    "motion": ("rgb", "grey"),
    "frames": ("rgb",),
    "audio": ("stereo", "mono"),
    "flow": ("xy",),
    "spectrum": ("magnitude",),
    "voice": ("chance",),
}
DERIVED = {
    "flow": ("motion", derive_flow),
    "spectrum": ("audio", derive_spectrum),
    "voice": ("audio", derive_voice),
}


def prepare(store: Store, path: Path, settings: Settings) -> str:
    """Everything above for one local file, without Dagster: for scoring and measuring."""
    video = accept(store, path)
    fetch(store, video)
    decode_video(store, video, settings)
    write_post(store, video)
    derive_flow(store, video)
    derive_spectrum(store, video)
    derive_voice(store, video)
    return video
