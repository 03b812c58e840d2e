"""Asking again: which answers and failures may pass, how long to wait, and when to give up."""

import email.utils
import socket
import ssl
import time
import urllib.error
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import TypeVar

from resources.pulling.web import Answer, PullError, get

TRIES = 5  # in a row without getting on
GETTING_ON = 1 << 20  # bytes after which a cut connection no longer counts as a failed try
FIRST_PAUSE_S = 1.0  # doubled after each failure
LONGEST_WAIT_S = 120.0  # that a server may ask for
PASSING = (408, 425, 429, 500, 502, 503, 504)  # answers after which asking again helps

T = TypeVar("T")
Tell = Callable[[str, int, int | None], None]  # what goes on, bytes so far, bytes in all


class Stumble(Exception):  # noqa: N818  # no error yet
    """Something that may pass: what it was, and how long to wait where the server says so."""

    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


def patiently(call: Callable[[], T], tell: Tell, so_far: Callable[[], int] = lambda: 0) -> T:
    """Call until it works; give up after a few failures in a row between which nothing was gained."""
    failures = 0
    while True:
        before = so_far()
        try:
            return call()
        except Stumble as stumble:
            failures = 1 if so_far() - before >= GETTING_ON else failures + 1
            if failures >= TRIES:
                remedy = "Run the same command again later: it goes on from what was received"
                raise PullError("unreachable", f"{stumble}, {TRIES} times in a row", remedy) from stumble
            wait_s = FIRST_PAUSE_S * 2 ** (failures - 1) if stumble.wait_s is None else stumble.wait_s
            tell(f"{stumble}; trying again in {wait_s:.0f} s", so_far(), None)
            time.sleep(wait_s)


def ask(url: str, mirrors: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
    """An answer, or a stumble where the way there may be open again soon."""
    try:
        return get(url, mirrors, headers)
    except (OSError, HTTPException) as error:
        cause = error.reason if isinstance(error, urllib.error.URLError) else error
        if isinstance(cause, ssl.SSLCertVerificationError | socket.gaierror):
            remedy = "Check the connection and the proxy, set a mirror in tiktok.toml, or bring the files: --from DIR"
            raise PullError("unreachable", f"{url} cannot be reached: {in_words(cause)}", remedy) from error
        raise Stumble(f"{url} cannot be reached: {in_words(cause)}") from error


def refuse(answer: Answer, url: str) -> None:
    """Raise unless the answer carries the file."""
    status = answer.status
    if status in (200, 206):
        return
    if status in PASSING:
        wait_s = _asked_wait(answer)
        if wait_s is not None and wait_s > LONGEST_WAIT_S:
            raise PullError("too_many", f"{url} answers {status}", f"Try again in {wait_s / 60:.0f} minutes")
        raise Stumble(f"{url} answers {status}", wait_s)
    if status in (401, 403):
        remedy = "Accept the licence on the model's page, then set HF_TOKEN to a token of that account"
        said = (answer.header("X-Error-Message") or "it is not open to everybody")[:200]  # the hub's own words
        raise PullError("not_allowed", f"{url} answers {status}: {said}", remedy)
    if status in (404, 410):
        remedy = "Look for the file elsewhere and bring it: --from DIR; its sum says whether it is the right one"
        raise PullError("not_found", f"{url} answers {status}: the file is not there any more", remedy)
    raise PullError("unreachable", f"{url} answers {status}", "Set a mirror in tiktok.toml, or bring it: --from DIR")


def _asked_wait(answer: Answer) -> float | None:
    """Retry-After, in seconds or as a date."""
    asked = answer.header("Retry-After") or ""
    if asked.strip().isdigit():
        return float(asked)
    try:
        return max(email.utils.parsedate_to_datetime(asked).timestamp() - time.time(), 0.0)
    except ValueError:
        return None


def in_words(error: object) -> str:
    return str(error) or type(error).__name__
