"""From a file somewhere to a video's decoded parts in the store. The source assets are these functions."""

import glob
import json
import logging
import os
import re
import shutil
import tempfile
from dataclasses import asdict, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from analyzers.contract import Post
from resources import decode, download, slideshow
from resources.closeups import Closeups
from resources.door import MediaError, opened, refusal
from resources.downloading import metadata
from resources.downloading.links import MAIN_HOST, canonical
from resources.flow import write_flow
from resources.ledger import Ledger
from resources.pitch import write_pitch
from resources.places import alone
from resources.settings import Settings
from resources.spectrum import write_spectrum
from resources.store import Store, folder_written_whole, written_whole
from resources.voice import write_voice

LOG = logging.getLogger(__name__)
LOOK_FIRST_BYTES = 1 << 30  # larger files must open as media before they are hashed
CAPTIONS = re.compile(r"(\.[A-Za-z]{2,3}([-_][A-Za-z]+)*)?\.vtt")  # after a video's name: .vtt, .de.vtt, .eng-US.vtt
CAPTIONS_BYTES = 4 << 20  # an hour of talk is 100 kB
INFO_BYTES = 16 << 20  # with all its variants and covers, yt-dlp writes 100 kB
INFOS = (".info.json", ".json")  # after a video's name; the first one counts


def accept(store: Store, path: Path, root: Path | None = None, *, must_open: bool = False) -> str:
    """Write a local video into the ledger, and file its request beside its future data; its key. Raises MediaError.

    `root` is the folder that the file may come from; links may not lead out of it. With `must_open`, what
    does not even open as media is refused here, before it becomes a partition. A folder of pictures, with or
    without a sound, is a photo post.
    """
    path = Path(path)
    if slideshow.is_one(path):
        video = f"local-{_digest(path, root)[:16]}"
        request = {"path": str(path.resolve()), "name": path.name, "kind": "slideshow"}
    else:
        with opened(path, root) as descriptor:
            if must_open or os.fstat(descriptor).st_size > LOOK_FIRST_BYTES:
                decode.look(descriptor)  # eight gigabytes of nothing are not read through
            video = f"local-{decode.sha256(descriptor)[:16]}"
            request = {"path": os.readlink(f"/proc/self/fd/{descriptor}"), "name": path.name}
    _file_request(store, video, str(path), request)
    if captions := captions_beside(path):
        _take_captions(store, video, captions, root)
    if info := info_beside(path):
        _take_info(store, video, info, root)
    return video


def accept_url(store: Store, url: str, settings: Settings) -> str:
    """Write an address into the ledger, and file its request; its key. No network. Raises BadUrlError."""
    link = canonical(url, settings)
    _file_request(store, link.video, link.url, _read_request(store, link.video) | {"url": link.url})
    return link.video


def _file_request(store: Store, video: str, source: str, request: dict[str, Any]) -> None:
    Ledger(Path(store.root)).accept(video, source.encode("utf-8", "replace").decode())
    _write_request(store, video, request)


def _write_request(store: Store, video: str, request: dict[str, Any]) -> None:
    with written_whole(store.request_path(video)) as half:
        half.write_text(json.dumps(request, indent=1))  # in ASCII: a path may hold bytes that are no text


def _read_request(store: Store, video: str) -> dict[str, Any]:
    try:
        return json.loads(store.request_path(video).read_text())
    except (FileNotFoundError, ValueError):  # a power cut leaves it empty
        return {}


def _digest(folder: Path, root: Path | None) -> str:
    """Of the pictures and the sound of a photo post."""
    digest = sha256()
    pictures, sound = slideshow.parts(folder)
    for path in [*pictures, *([sound] if sound else [])]:
        with opened(path, root) as descriptor:
            digest.update(decode.sha256(descriptor).encode())
    return digest.hexdigest()


def info_beside(path: Path) -> Path | None:
    """What was saved of a post beside its video: clip.info.json or clip.json for clip.mp4."""
    found = (path.parent / (path.stem + ending) for ending in INFOS)
    return next((beside for beside in found if os.path.exists(beside)), None)  # a name may be too long to ask for


def _take_info(store: Store, video: str, path: Path, root: Path | None) -> None:
    """File what is kept of a description; one that cannot be read does not keep the video out."""
    try:
        info = json.loads(_beginning(path, root, INFO_BYTES).decode("utf-8-sig"))
    except (MediaError, ValueError, RecursionError) as error:
        LOG.warning("the description %s is left out: %s", path.name, error)
        return
    if not isinstance(info, dict) or not (found := metadata.kept(info)):
        LOG.warning("the description %s is left out: it says nothing of a post", path.name)
        return
    _write_info(store, video, found)


def _write_info(store: Store, video: str, info: dict[str, Any]) -> None:
    with written_whole(store.info_path(video)) as half:
        half.write_text(json.dumps(info, ensure_ascii=False, indent=1))


def captions_beside(path: Path) -> Path | None:
    """The captions that lie beside a video under its name: clip.vtt or clip.de.vtt for clip.mp4."""
    found = sorted(path.parent.glob(f"{glob.escape(path.stem)}*.vtt"))
    return next((beside for beside in found if CAPTIONS.fullmatch(beside.name.removeprefix(path.stem))), None)


def _take_captions(store: Store, video: str, path: Path, root: Path | None) -> None:
    """File a video's captions beside it; captions that cannot be read do not keep the video out."""
    try:
        text = _beginning(path, root, CAPTIONS_BYTES + 1)
    except MediaError as error:
        LOG.warning("the captions %s are left out: %s", path.name, error)
        return
    if len(text) > CAPTIONS_BYTES:
        LOG.warning("the captions %s are left out: larger than %d MB", path.name, CAPTIONS_BYTES >> 20)
        return
    with written_whole(store.captions_path(video)) as half:
        half.write_bytes(text)


def _beginning(path: Path, root: Path | None, most: int) -> bytes:
    """The first bytes of a file from outside. Raises MediaError."""
    with opened(path, root) as descriptor, open(os.dup(descriptor), "rb") as file:
        return file.read(most)


def fetch(store: Store, video: str, settings: Settings | None = None) -> Path:
    """Bring what was requested into the store, once; where it came from may be gone later. Raises MediaError."""
    if store.video_path(video).exists():
        return store.video_path(video)
    request = _read_request(store, video)
    if not request and video.isdigit():  # a partition that was added by hand
        request = {"url": f"https://{MAIN_HOST}/@_/video/{video}"}
        _write_request(store, video, request)
    if "url" in request:
        _download(store, video, request, settings or Settings())
    elif request.get("kind") == "slideshow":
        _show_pictures(store, video, Path(request["path"]))
    elif "path" in request:
        _copy(store, video, Path(request["path"]))
    else:
        raise refusal("not_found", "nobody has said where it comes from")
    return store.video_path(video)


def _copy(store: Store, video: str, path: Path) -> None:
    with opened(path) as descriptor, written_whole(store.video_path(video)) as half:
        with half.open("wb") as copy:
            digest = decode.sha256(descriptor, copy)
        _check_unchanged(video, digest)
        _note_taken(store, video)


def _show_pictures(store: Store, video: str, folder: Path) -> None:
    _check_unchanged(video, _digest(folder, None))
    with written_whole(store.video_path(video)) as half:
        slideshow.make(*slideshow.parts(folder), half)
        _note_taken(store, video)


def _note_taken(store: Store, video: str) -> None:
    """When a local file came into the store: noted before the file is in its place, so that none is there without."""
    with written_whole(store.taken_path(video)) as half:
        half.write_text(json.dumps({"at": datetime.now(UTC).isoformat(timespec="seconds")}))


def _check_unchanged(video: str, digest: str) -> None:
    if video.startswith("local-") and video != f"local-{digest[:16]}":
        raise refusal("unreadable", "it has changed since it was accepted: hand it in again")


def _download(store: Store, video: str, request: dict[str, Any], settings: Settings) -> None:
    """From the web, beside its request; a short link to what is here already is filed as its duplicate."""
    data = Path(store.root)
    with alone(store.folder("media", video) / ".lock"):
        if store.video_path(video).exists():
            return
        link = canonical(request["url"], settings)
        if link.kind == "short":
            link = download.resolve(link, data, settings)
            same = link.video if store.video_path(link.video).exists() else None
            _write_request(store, video, request | {"leads_to": link.url} | ({"duplicate_of": same} if same else {}))
            if same:
                _link(store, same, video)
                return
        for left in store.folder("media", video).glob(".fetch-*"):  # of a process that was killed
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=store.folder("media", video), prefix=".fetch-") as folder:
            for left_out in download.bring(link, Path(folder), data, settings):
                LOG.warning("%s comes without its %s", video, left_out)
            info = json.loads((Path(folder) / "info.json").read_text(encoding="utf-8"))
            _write_info(store, video, metadata.kept(info | {"url": link.url}))
            if (captions := Path(folder) / "captions.vtt").exists():
                captions.replace(store.captions_path(video))
            (Path(folder) / "video.mp4").replace(store.video_path(video))


def _link(store: Store, there: str, here: str) -> None:
    """What is in the store under one key stands there under another too, and takes no room."""
    for find in (store.info_path, store.captions_path, store.video_path):
        if find(there).exists():
            with written_whole(find(here)) as half:
                half.unlink()
                os.link(find(there), half)


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
    try:
        info = json.loads(store.info_path(video).read_text())
    except (FileNotFoundError, ValueError):
        info = {}
    post = metadata.post_of(info, text)
    if post.url is None and "url" in (request := _read_request(store, video)):
        post = replace(post, url=request.get("leads_to") or request["url"])
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


def derive_pitch(store: Store, video: str) -> int:
    with folder_written_whole(store.source_folder("pitch", video)) as half:
        return write_pitch(store.read("audio", video), store.read("voice", video), half)


def ensure(store: Store, video: str, name: str, settings: Settings) -> None:
    """Make a decoded part again that was cleared away after the report."""
    if name not in LARGE or _is_there(store, video, name):
        return
    for part in DERIVED[name][0] if name in DERIVED else ():
        ensure(store, video, part, settings)
    with alone(
        store.folder("sources", video).with_suffix(".lock")
    ):  # several analyzers may miss the same part at the same moment
        if _is_there(store, video, name):
            return
        if name in DERIVED:
            DERIVED[name][1](store, video)
        else:
            decode_video(store, video, settings)
            write_post(store, video)


def as_input(store: Store, video: str, name: str, settings: Settings) -> Any:
    """A part of the video as an analyzer takes it, made again where it was cleared away."""
    ensure(store, video, name, settings)
    if name == "closeups":
        return Closeups(fetch(store, video, settings), store.read("motion", video).t_s)
    return store.read(name, video)


def clear(store: Store, video: str) -> None:
    """Remove the large arrays; what the file is, and when each of its pictures is shown, stay."""
    for path in parts(store, video):
        path.unlink(missing_ok=True)


def parts(store: Store, video: str) -> list[Path]:
    """The large arrays that are there."""
    every = [store.source_folder(name, video) / f"{array}.raw" for name, arrays in LARGE.items() for array in arrays]
    return [path for path in every if path.exists()]


def _is_there(store: Store, video: str, name: str) -> bool:
    return all((store.source_folder(name, video) / f"{array}.raw").exists() for array in LARGE[name])


LARGE = {
    "motion": ("rgb", "grey"),
    "frames": ("rgb",),
    "audio": ("stereo", "mono"),
    "flow": ("xy",),
    "spectrum": ("magnitude",),
    "voice": ("chance",),
    "pitch": ("hz",),
}
DERIVED = {
    "flow": (("motion",), derive_flow),
    "spectrum": (("audio",), derive_spectrum),
    "voice": (("audio",), derive_voice),
    "pitch": (("audio", "voice"), derive_pitch),
}


def prepare(store: Store, path: Path, settings: Settings) -> str:
    """Everything above for one local file, without Dagster: for scoring and measuring."""
    video = accept(store, path)
    fetch(store, video, settings)
    decode_video(store, video, settings)
    write_post(store, video)
    derive_flow(store, video)
    derive_spectrum(store, video)
    derive_voice(store, video)
    derive_pitch(store, video)
    return video
