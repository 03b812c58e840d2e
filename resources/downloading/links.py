"""Addresses: which may be asked for at all, and the one spelling and key of each video. No network here.

An address is taken apart and put together anew from a host of the list and a path of the list; nothing else of
what was handed in goes on.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from resources.downloading.errors import BadUrlError, failure
from resources.settings import Settings

Kind = Literal["video", "slideshow", "short"]

MAIN_HOST = "www.tiktok.com"
HOSTS = (MAIN_HOST, "tiktok.com", "m.tiktok.com", "vm.tiktok.com", "vt.tiktok.com")
SHORT_HOSTS = ("vm.tiktok.com", "vt.tiktok.com")
LONGEST = 2048  # characters; the longest that the app shares have 400

ID = r"(?P<id>[0-9]{8,24})"
USER = r"@(?P<user>[A-Za-z0-9_.-]{0,64})"
POST = re.compile(rf"/{USER}/(?P<kind>video|photo)/{ID}/?")
VIDEO = re.compile(rf"/(?:embed(?:/v[0-9])?|player/v[0-9]|share/video|video|v)/{ID}(?:\.html)?/?")
SHORT = re.compile(r"/(?:t/)?(?P<code>[A-Za-z0-9]{4,32})/?")
# Pages that are TikTok's, and no single post.
OTHER = re.compile(
    r"/?|/@[A-Za-z0-9_.-]{0,64}(?:/(?:live|collection|playlist)(?:/.*)?)?/?"
    r"|/(?:share/live|share/user|live|tag|music|sticker|effect|search|discover|explore|foryou|following|channel|topics"
    r"|place|shop|login|signup|upload|messages)(?:/.*)?"
)
LIVE = re.compile(rf"/{USER}/live/?|/share/live/.*|/live(?:/.*)?")
INVISIBLE = re.compile(r"[\x00-\x20\x7f-\uffff\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Link:
    """One address: the key of its video, how it is asked for, and what is to be found there."""

    video: str  # TikTok's id; of a short link, which only the network can resolve, link-<16 hex digits>
    url: str
    kind: Kind


def canonical(url: str, settings: Settings) -> Link:
    """The one form of an address. Raises BadUrlError: `bad_url`, or `unsupported_kind` for what is no single post."""
    split = _taken_apart(url.strip())
    host = (split.hostname or "").lower()
    is_added = host in settings.download_hosts
    _check_host(split, host, is_added)
    origin = f"{split.scheme}://{split.netloc}" if is_added else f"https://{MAIN_HOST}"
    path = split.path.replace("%40", "@")
    if found := POST.fullmatch(path):
        kind: Kind = "video" if found["kind"] == "video" else "slideshow"
        return Link(found["id"], f"{origin}/@{found['user'] or '_'}/{found['kind']}/{found['id']}", kind)
    if found := VIDEO.fullmatch(path):
        return Link(found["id"], f"{origin}/@_/video/{found['id']}", "video")
    if (found := SHORT.fullmatch(path)) and (host in SHORT_HOSTS or path.startswith("/t/")):
        short = f"{origin}/t/{found['code']}" if host not in SHORT_HOSTS else f"https://{host}/{found['code']}/"
        return Link(f"link-{hashlib.sha256(short.encode()).hexdigest()[:16]}", short, "short")
    if LIVE.fullmatch(path):
        raise failure("unsupported_kind", "a live stream")
    if OTHER.fullmatch(path):
        raise failure("unsupported_kind", f"the page {path[:80] or '/'}")
    raise _bad("its path names no post")


def _taken_apart(url: str) -> SplitResult:
    if len(url) > LONGEST:
        raise _bad(f"it has {len(url):,} characters")
    if INVISIBLE.search(url) or "\\" in url:
        raise _bad("it holds a character that no address has")
    try:
        split = urlsplit(url)
        _ = split.port
    except ValueError as error:
        raise _bad(str(error)) from error
    if split.scheme not in ("http", "https") or not split.netloc:
        raise _bad("it does not begin with https://")
    return split


def _check_host(split: SplitResult, host: str, is_added: bool) -> None:
    if "@" in split.netloc:
        raise _bad("it names a user or a password")
    if host not in HOSTS and not is_added:
        raise _bad(f"{host[:80] or 'nothing'} is none of {', '.join(HOSTS)}")
    if not is_added and split.netloc.lower() != host:
        raise _bad("it names a port")


def _bad(because: str) -> BadUrlError:
    error = failure("bad_url", because)
    assert isinstance(error, BadUrlError)
    return error
