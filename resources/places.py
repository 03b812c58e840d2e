"""Where things lie, and which names may become paths. Loads nothing, so that a listing answers at once."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEY = re.compile(r"[0-9]{8,24}|(?:local|link)-[0-9a-f]{16}")


def data_folder() -> Path:
    return Path(os.environ.get("TIKTOK_DATA") or ROOT / "data").resolve()


def models_folder() -> Path:
    """Weights are shared by all data folders: they are large, and the same for everybody."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("TIKTOK_MODELS") or Path(cache) / "tiktok-assets" / "models").resolve()


def settings_path() -> Path:
    return Path(os.environ.get("TIKTOK_SETTINGS") or ROOT / "tiktok.toml")


def as_text(path: str) -> str:
    """A path or a file's name as it may be written down: it may hold bytes that are no text."""
    return os.fsencode(path).decode("utf-8", "replace")


def check_key(video: str) -> str:
    """A partition key that may become a path; anything else never touches the disk."""
    if not KEY.fullmatch(video):
        raise ValueError(f"{video!r} is no video key: digits of a TikTok id, or local- or link-<16 hex digits>")
    return video


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """One process at a time, as long as the block lasts; the kernel lets go of the lock of one that dies."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
