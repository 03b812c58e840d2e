"""One file from the web, whole and checked: what has arrived is kept, and only the rest is asked for.

It lies in a folder of its model, by the address's digest, until the model is placed.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from http.client import HTTPException
from typing import BinaryIO

from resources import receipts
from resources.pulling.patience import Stumble, Tell, ask, in_words, patiently, refuse
from resources.pulling.room import require_room, room_reported
from resources.pulling.sums import Received, Source, Sum, check, refuse_another
from resources.pulling.web import Answer, PullError

CHUNK = 1 << 20


class Partial:
    """What has arrived of one address so far, and the mark by which the server knows its version."""

    def __init__(self, source: Source) -> None:
        self.path = source.folder / hashlib.sha256(source.url.encode()).hexdigest()[:32]
        self._mark = self.path.with_suffix(".json")

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    @property
    def mark(self) -> str | None:
        try:
            return json.loads(self._mark.read_text())
        except (OSError, ValueError):
            return None

    def begin(self, mark: str | None) -> None:
        self.clear()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._mark.write_text(json.dumps(mark))

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)
        self._mark.unlink(missing_ok=True)


def fetch(source: Source, tell: Tell) -> Received:
    """Get an address into its partial file, and check it. What fails the check is removed."""
    partial = Partial(source)
    had = partial.size
    if had and source.sha256 == receipts.sha256(partial.path):
        return Received(partial.path, Sum(str(source.sha256), "catalogue"))
    said = patiently(lambda: _transfer(source, partial, tell), tell, lambda: partial.size)
    tell("checking", partial.size, partial.size)
    try:
        return Received(partial.path, check(source, partial.path, said))
    except PullError:
        partial.clear()
        if not had:
            raise
    return fetch(source, tell)  # what lay there was of another version: once more, from the beginning


def _transfer(source: Source, partial: Partial, tell: Tell) -> Mapping[str, str]:
    """One attempt: ask for what is missing and append it. Gives what the hub says of the file."""
    start, mark = partial.size, partial.mark
    is_resumed = bool(start and (mark or source.sha256))  # with neither, nothing would tell two versions apart
    headers = {"Range": f"bytes={start}-"} | ({"If-Range": mark} if mark else {}) if is_resumed else {}
    answer = ask(source.url, source.mirrors, headers)
    with answer.response:
        if answer.status == 416 and answer.header("Content-Range") == f"bytes */{start}":
            return answer.hub  # all of it is here
        if answer.status == 416 or (answer.status == 206 and not _continues(answer, start)):
            partial.clear()
            raise Stumble(f"{source.url} has another length than before", 0.0)
        refuse(answer, source.url)
        refuse_another(source, answer.hub)
        if answer.status == 200:
            start = 0
            with room_reported(partial.path.parent):
                partial.begin(_version_mark(answer))
        length = answer.header("Content-Length") or ""
        _append(answer, partial, start, start + int(length) if length.isdigit() else None, tell)
    return answer.hub


def _append(answer: Answer, partial: Partial, done: int, total: int | None, tell: Tell) -> None:
    folder = partial.path.parent
    if total is not None:
        require_room(total - done, folder)
    with partial.path.open("ab", buffering=0) as file:
        tell("fetching", done, total)
        while chunk := _read(answer, done):
            with room_reported(folder):
                _write(file, chunk)
            done += len(chunk)
            tell("fetching", done, total)
        os.fsync(file.fileno())
    if total is not None and done < total:
        raise Stumble(f"{answer.address} was cut off at {done} of {total} bytes")


def _read(answer: Answer, done: int) -> bytes:
    """Whatever has come by now: a slow server is not waited for until a whole chunk is there."""
    try:
        return answer.response.read1(CHUNK)  # pyright: ignore[reportAttributeAccessIssue]  # an HTTPError has it too
    except (OSError, HTTPException) as error:
        raise Stumble(f"{answer.address} was cut off at {done} bytes ({in_words(error)})") from error


def _write(file: BinaryIO, chunk: bytes) -> None:
    left = memoryview(chunk)
    while left:
        left = left[file.write(left) :]


def _continues(answer: Answer, start: int) -> bool:
    return (answer.header("Content-Range") or "").startswith(f"bytes {start}-")


def _version_mark(answer: Answer) -> str | None:
    """What may stand in If-Range: a strong ETag, or a date."""
    etag = answer.header("ETag")
    return etag if etag and not etag.startswith("W/") else answer.header("Last-Modified")
