"""Files out of an archive: the named one alone, never a path that the archive chooses."""

import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from resources.pulling.room import in_units, require_room, room_reported
from resources.pulling.web import PullError

LARGEST = 32 << 30  # bytes of one file


def unpack(archive: Path, member: str, target: Path) -> None:
    """Write one file of a zip to `target`."""
    with _opened(archive) as held:
        size = _size(held, archive, member)
        require_room(size, target.parent)
        with held.open(member) as packed, room_reported(target.parent), target.open("wb") as file:
            shutil.copyfileobj(packed, file, 1 << 20)


def copy(source: Path, target: Path) -> None:
    """Copy a file that is none of ours, where there is room for it."""
    require_room(source.stat().st_size, target.parent)
    with source.open("rb") as given, room_reported(target.parent), target.open("wb") as file:
        shutil.copyfileobj(given, file, 1 << 20)


def read(archive: Path, member: str, largest: int) -> bytes:
    """One small file of a zip."""
    with _opened(archive) as held:
        if (size := _size(held, archive, member)) > largest:
            raise _bad(archive, f"holds {in_units(size)} as {member}")
        return held.read(member)


@contextmanager
def _opened(archive: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(archive) as held:
            yield held
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _bad(archive, f"is no whole zip archive ({error})") from error


def _size(held: zipfile.ZipFile, archive: Path, member: str) -> int:
    try:
        size = held.getinfo(member).file_size  # no more than this is ever unpacked
    except KeyError:
        raise _bad(archive, f"does not hold {member}") from None
    if size > LARGEST:
        raise _bad(archive, f"holds {in_units(size)} as {member}")
    return size


def _bad(archive: Path, what: str) -> PullError:
    return PullError("wrong_sum", f"the archive {archive.name} {what}", "Get it from another source: --from DIR")
