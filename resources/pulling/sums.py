"""Whether a file is the right one: the catalogue's sum; where that has none, what the hub says of it.

The hub states the sha256 of large files and git's sha1 of small ones. Where nobody states a sum,
what came first is trusted, and its sum noted.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from resources.pulling.web import PullError
from resources.receipts import sha256

Checked = Literal["catalogue", "hub", "nobody"]


class Sum(NamedTuple):
    """A file's sum, and who vouches for it."""

    sha256: str
    checked: Checked


@dataclass(frozen=True, slots=True)
class Source:
    """Where a file comes from, and what is known of it."""

    url: str
    folder: Path  # for what has arrived
    mirrors: Mapping[str, str]
    sha256: str | None = None
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """A whole file that passed its check."""

    path: Path
    sum: Sum


def check(source: Source, path: Path, hub: Mapping[str, str]) -> Sum:
    """Compare with the catalogue's sum, or with what the hub says; the sum of what was received is kept either way."""
    if source.commit and hub.get("X-Repo-Commit", source.commit) != source.commit:
        raise _wrong(source.url, f"comes from commit {hub['X-Repo-Commit']}, not {source.commit}")
    got = sha256(path)
    if source.sha256:
        if got != source.sha256:
            raise _wrong(source.url, f"has the sha256 {got}, not {source.sha256} as in the catalogue")
        return Sum(got, "catalogue")
    if (stated := _stated(hub)) is None:
        return Sum(got, "nobody")
    if stated != (got if len(stated) == 64 else _git_sum(path)):
        raise _wrong(source.url, f"is not the file {stated} that the hub says it is")
    return Sum(got, "hub")


def refuse_another(source: Source, hub: Mapping[str, str]) -> None:
    """Raise before gigabytes are fetched, where the hub says that it holds another file by now."""
    stated = _stated(hub)
    if source.sha256 and stated and len(stated) == 64 and stated != source.sha256:
        raise _wrong(source.url, f"is the file {stated} by now, not {source.sha256} as in the catalogue")


def _stated(hub: Mapping[str, str]) -> str | None:
    stated = (hub.get("X-Linked-Etag") or hub.get("ETag") or "").removeprefix("W/").strip('"').lower()
    return stated if re.fullmatch(r"[0-9a-f]{64}|[0-9a-f]{40}", stated) else None


def _wrong(url: str, what: str) -> PullError:
    remedy = "Nothing of it is kept. If it stays so, the source has changed: bring the right file, --from DIR"
    return PullError("wrong_sum", f"{url} {what}", remedy)


def _git_sum(path: Path) -> str:
    """Git's sum of a file: its length stands before its bytes."""
    begin = b"blob %d\0" % path.stat().st_size
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.sha1(begin, usedforsecurity=False)).hexdigest()
