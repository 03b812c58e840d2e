"""The drop folder: lists of addresses, media files and photo posts' folders, taken once and put away.

A list's videos are written into the ledger in one go, a media file is copied into the store; only then does the
file move to done/, or to rejected/ with the reason beside it. Whoever dies in between leaves the file where it
is, and it is taken again: the ledger knows each video already. Of what cannot be moved, a note is kept.
No Dagster here: the sensor and the `watch` command both work with this.
"""

import errno
import hashlib
import json
import logging
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from resources import slideshow, sources
from resources.door import UNFINISHED, MediaError, opened, refusal
from resources.downloading import links
from resources.ledger import Entry, Ledger
from resources.settings import Settings
from resources.store import Store, written_whole
from tiktok_assets.arrivals import url_lists

LOG = logging.getLogger(__name__)
STABLE_S = 2.0  # a file whose size and time have not changed for this long has been written whole
STABLE_FOLDER_S = 10.0  # a photo post's pictures come one after the other
FOLDER = "folder"  # mark of one that is no photo post
SPARE_S = 20.0  # for one look; Dagster gives up a sensor that takes 60 s, and one more large file must fit in
DOSE = 50  # new videos handed over at once
IN_HAND = 200  # handed over and without an end: Dagster keeps 130 kB for every run that waits
NOT_YET = (*UNFINISHED, ".tmp", ".partial", ".filepart", ".!qb")
COMES_ALONG = (".vtt", ".info.json")  # beside a video; alone they wait for it
DONE, REJECTED = "done", "rejected"
TOLD_LINES = 100  # of a list's bad ones, in the file beside it
LOST_MEDIUM = (errno.EIO, errno.ESTALE, errno.EREMOTEIO, errno.ETIMEDOUT)  # the file's own trouble, not ours


@dataclass(frozen=True, slots=True)
class Refused:
    """A file, or a line of a list, that is not taken."""

    name: str  # with the line's place, where it is one
    error: MediaError


@dataclass(slots=True)
class Taken:
    """What one look into the folder came to."""

    new: list[str] = field(default_factory=list)  # videos that the ledger did not know
    known: int = 0  # and those that it did, or that a list names twice
    refused: list[Refused] = field(default_factory=list)
    n_left: int = 0  # files that are there and had no time in this look, or are still being written


class Inbox:
    """One folder and what is known of the files in it."""

    def __init__(self, store: Store, settings: Settings, folder: Path) -> None:
        self._store, self.settings, self.folder = store, settings, folder
        self.ledger = Ledger(Path(store.root))
        self._seen: dict[str, tuple[str, float]] = {}  # still being written: name -> mark, since when

    def take(self, spare_s: float = SPARE_S) -> Taken:
        """Take what has been written whole, lists first, each kind in the order in which it came. Raises OSError."""
        taken = Taken()
        until = time.monotonic() + spare_s
        notes = _Notes(Path(self._store.root), self.folder)
        settled = self._settled(notes, taken)
        for number, (path, mark) in enumerate(settled):
            if time.monotonic() > until:
                taken.n_left += len(settled) - number
                break
            try:
                self._take_one(path, mark, notes, taken)
            except MediaError as error:
                self._refuse(path, mark, error, notes, taken)
            except OSError as error:
                if error.errno not in LOST_MEDIUM:
                    raise
                self._refuse(path, mark, refusal("unreadable", os.strerror(error.errno)), notes, taken)
        notes.save()
        return taken

    # What is there

    def _settled(self, notes: "_Notes", taken: Taken) -> list[tuple[Path, str]]:
        now, ticks, found = time.time(), time.monotonic(), []
        seen, self._seen = self._seen, {}
        there = list(self.folder.iterdir())
        videos = _stems_of_media(there)
        for path in there:
            try:
                mark, changed_at = _mark(path), _changed_at(path)
            except FileNotFoundError:  # somebody took it away just now
                continue
            if _is_left_alone(path, videos) or notes.says(path, mark):
                continue
            since = seen[path.name][1] if path.name in seen and seen[path.name][0] == mark else ticks
            still_s = STABLE_FOLDER_S if mark.startswith(FOLDER) else STABLE_S
            if now - changed_at >= still_s or ticks - since >= still_s:
                found.append((not _is_list(path), changed_at, path.name, path, mark))
            else:
                self._seen[path.name] = (mark, since)
                taken.n_left += 1
        notes.keep_only({path.name for path in there})
        return [(path, mark) for *_, path, mark in sorted(found)]

    # One file

    def _take_one(self, path: Path, mark: str, notes: "_Notes", taken: Taken) -> None:
        if mark == FOLDER:
            raise refusal("not_a_regular_file", "put the files themselves here")
        if _is_list(path):
            self._take_list(path, mark, notes, taken)
        else:
            self._take_media(path, mark, notes, taken)

    def _take_media(self, path: Path, mark: str, notes: "_Notes", taken: Taken) -> None:
        began_at = time.time()
        video = sources.accept(self._store, path, self.folder, must_open=True)
        sources.fetch(self._store, video, self.settings)
        entry = self.ledger.entry(video)
        if entry and entry.accepted_at >= began_at:
            taken.new.append(video)
        else:
            taken.known += 1
        for beside in self._beside(path):
            _put_away(beside, _mark(beside), DONE)
        if not _put_away(path, mark, DONE):
            notes.keep(path, mark)

    def _beside(self, path: Path) -> list[Path]:
        """Captions and metadata that came along with a video."""
        named = [path.with_name(path.stem + ending) for ending in sources.INFOS]
        captions = sources.captions_beside(path)
        return [beside for beside in (*named, *([captions] if captions else [])) if beside.exists()]

    def _take_list(self, path: Path, mark: str, notes: "_Notes", taken: Taken) -> None:
        content = _content(path, self.folder)
        if _mark(path) != mark:
            taken.n_left += 1
            return  # it has grown, or is another one by now
        batch = hashlib.sha256(content).hexdigest()
        if notes.knows(batch):
            notes.keep(path, mark, batch)
            return
        videos, bad = self._videos(url_lists.addresses(content, path.suffix.lower()))
        new = self.ledger.accept_many(videos)
        taken.new += new
        taken.known += len(videos) - len(new)
        LOG.info("%s: %d addresses, %d of them new, %d bad", printable(path), len(videos), len(new), len(bad))
        if bad:
            taken.refused.append(Refused(path.name, _bad_lines(bad)))
        kind, ending = (DONE, ".errors") if videos or not bad else (REJECTED, ".error")
        if not _put_away(path, mark, kind, (ending, _listed(bad)) if bad else None):
            notes.keep(path, mark, batch)

    def _videos(self, found: Sequence[url_lists.Found]) -> tuple[list[tuple[str, str]], list[str]]:
        """Keys and addresses, a video that is named twice twice; and what is wrong with the other lines."""
        videos, bad = [], []
        for one in found:
            try:
                link = links.canonical(one.text, self.settings)
                videos.append((link.video, link.url))
            except MediaError as error:
                bad.append(f"{one.place}: {error}: {printable(one.text[:200])}")
        return videos, bad

    def _refuse(self, path: Path, mark: str, error: MediaError, notes: "_Notes", taken: Taken) -> None:
        try:
            has_changed = _mark(path) != mark
        except FileNotFoundError:
            return
        if has_changed:  # what was refused is no longer what is there
            taken.n_left += 1
            return
        taken.refused.append(Refused(path.name, error))
        if mark == FOLDER or not _put_away(path, mark, REJECTED, (".error", f"{error}\n{error.remedy}\n")):
            notes.keep(path, mark)


def _bad_lines(bad: Sequence[str]) -> MediaError:
    n = len(bad)
    said = f"{n} line{'s name' if n > 1 else ' names'} no video: {bad[0]}" + " ..." * (n > 1)
    return MediaError("bad_lines", said, "see the file beside the list; mend these lines and drop them again")


def _listed(bad: Sequence[str]) -> str:
    more = [f"and {len(bad) - TOLD_LINES} more"] if len(bad) > TOLD_LINES else []
    return "\n".join([*bad[:TOLD_LINES], *more, ""])


# What is handed over


def next_dose(ledger: Ledger, known: set[str]) -> list[Entry]:
    """The next videos to become partitions, of which those in `known` have already: a few at a time, in order."""
    in_hand = sum(video in known for video in ledger.unfinished())
    most = min(DOSE, IN_HAND - in_hand)
    if most <= 0:
        return []
    fresh = [entry for entry in ledger.due(in_hand + most) if entry.video not in known]
    return fresh[:most]


def prepare(store: Store, settings: Settings, entry: Entry) -> None:
    """File the request of a video that came in a list: the step that fetches it reads it. Raises MediaError."""
    if "://" in entry.source and not store.request_path(entry.video).exists():
        sources.accept_url(store, entry.source, settings)


# Files


def _stems_of_media(there: Sequence[Path]) -> set[str]:
    """What the side-cars of the videos in a folder may be called before their ending, of those on their way too."""
    found = set()
    for path in there:
        if not path.name.lower().endswith((*url_lists.SUFFIXES, ".vtt")):
            parts = path.name.split(".")
            found |= {".".join(parts[:n]) for n in range(1, len(parts))}
    return found


def _is_left_alone(path: Path, videos: set[str]) -> bool:
    """What is ours, not yet a file, or tells of a video beside it and comes with that."""
    name = path.name.lower()
    if path.name in (DONE, REJECTED) and not path.is_symlink():
        return True
    if name.startswith((".", "~$")) or name.endswith((*NOT_YET, *COMES_ALONG)):
        return True
    return path.suffix.lower() == ".json" and path.stem in videos


def _is_list(path: Path) -> bool:
    return path.suffix.lower() in url_lists.SUFFIXES


def _mark(path: Path) -> str:
    """What is different as soon as a file is another one, or has other content; of a photo post, any of its files."""
    if not path.is_dir() or path.is_symlink():
        about = path.lstat()
        return f"{about.st_ino}:{about.st_size}:{about.st_mtime_ns}"
    pictures, sound = slideshow.parts(path)
    if not pictures:
        return FOLDER
    marks = [f"{part.name}:{_mark(part)}" for part in (*pictures, *([sound] if sound else []))]
    return f"{FOLDER}:{hashlib.sha256(os.fsencode('/'.join(marks))).hexdigest()}"


def _changed_at(path: Path) -> float:
    """When a file was last written, or anything directly in a folder."""
    inside = path.iterdir() if path.is_dir() and not path.is_symlink() else ()
    return max(other.lstat().st_mtime for other in (path, *inside))


def _content(path: Path, root: Path) -> bytes:
    """A list's bytes, read by one descriptor. Raises MediaError."""
    try:
        with opened(path, root) as descriptor:
            if os.fstat(descriptor).st_size > url_lists.MAX_BYTES:
                raise url_lists.too_large(f"{os.fstat(descriptor).st_size >> 20} MB")
            with open(os.dup(descriptor), "rb") as file:
                return file.read(url_lists.MAX_BYTES + 1)
    except MediaError as error:
        if error.word == "empty_file":
            return b""
        raise


def _put_away(path: Path, mark: str, kind: str, note: tuple[str, str] | None = None) -> bool:
    """Move a file, its note first; whether it is gone from where it was."""
    folder = path.parent / kind
    try:
        folder.mkdir(exist_ok=True)
        target = _free(folder, path.name)
        if note:
            with written_whole(_named(folder, target.name, note[0])) as half:
                half.write_text(note[1], encoding="utf-8", errors="replace")
        path.rename(target)
        if _mark(target) != mark:  # replaced in this very moment: the new one goes back
            target.rename(_free(path.parent, path.name))
    except FileNotFoundError:
        return not os.path.lexists(path)
    except OSError as error:
        LOG.debug("%s stays where it is: %s", printable(path), error)
        return False
    return True


def _free(folder: Path, name: str) -> Path:
    """A name in the folder that is not taken, as near to this one as can be."""
    target, number = folder / name, 1
    while os.path.lexists(target):
        target = _named(folder, Path(name).stem, f".{number}{Path(name).suffix}")
        number += 1
    return target


def _named(folder: Path, name: str, ending: str) -> Path:
    """Name and ending in the 255 bytes that file systems allow, with room for the half-written file's own name."""
    kept = os.fsencode(name)[: 235 - len(os.fsencode(ending))]
    return folder / (kept.decode("utf-8", "ignore") + ending)


def printable(path: Path | str) -> str:
    """A stranger's file name or text, for logs and the ledger: no line breaks, no control characters."""
    text = os.fsencode(str(path)).decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


class _Notes:
    """Which files stay in a folder although they were taken or refused: it is read-only, or they are folders."""

    def __init__(self, data: Path, folder: Path) -> None:
        name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
        self._path = data / "inboxes" / f"{name}.json"
        try:
            self._of: dict[str, tuple[str, str | None]] = json.loads(self._path.read_text())
        except (FileNotFoundError, ValueError):
            self._of = {}
        self._saved = dict(self._of)

    def says(self, path: Path, mark: str) -> bool:
        return path.name in self._of and self._of[path.name][0] == mark

    def knows(self, batch: str) -> bool:
        return any(of == batch for _, of in self._of.values())

    def keep(self, path: Path, mark: str, batch: str | None = None) -> None:
        self._of[path.name] = (mark, batch)

    def keep_only(self, names: set[str]) -> None:
        self._of = {name: note for name, note in self._of.items() if name in names}

    def save(self) -> None:
        if self._of != self._saved:
            with written_whole(self._path) as half:
                half.write_text(json.dumps(self._of))
