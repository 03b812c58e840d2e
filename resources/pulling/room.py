"""Room on the disk: what is missing, before and while a file is written."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from resources.pulling.web import PullError

RESERVE = 64 << 20  # bytes left free
FULL = (errno.ENOSPC, errno.EDQUOT)


def require_room(size: int, folder: Path) -> None:
    """Raise where that many bytes do not fit."""
    if (missing := size + RESERVE - shutil.disk_usage(folder).free) > 0:
        raise _no_room(folder, f"{in_units(missing)} more")


@contextmanager
def room_reported(folder: Path) -> Iterator[None]:
    """What writing stumbles over, told as what to do about it."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise _no_room(folder, "more room") from error
        remedy = "Make the folder writable, or set TIKTOK_MODELS to another one"
        raise PullError("disk", f"cannot write in {folder}: {error.strerror or error}", remedy) from error


def _no_room(folder: Path, missing: str) -> PullError:
    remedy = f"Free {missing}, or set TIKTOK_MODELS to a folder on a larger disk; what was received is kept"
    return PullError("disk", f"the disk of {folder} is full", remedy)


def in_units(size: float) -> str:
    """Bytes for people."""
    for unit in ("B", "kB", "MB"):
        if size < 999.5:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.2f} GB" if size < 10 else f"{size:.0f} GB"
