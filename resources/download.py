"""A post from the web into a folder: the video, what TikTok says of it, and its captions. Whole, or a typed error.

The network is asked in a child (`downloading.tiktok`) that is killed when it is late, in a fresh folder each time;
what came must open as media before it counts. No second list of what was downloaded is kept: it is in the store.
"""

import random
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from resources import decode, slideshow
from resources.door import MediaError, opened
from resources.downloading import guard, tiktok, turns
from resources.downloading.errors import failure
from resources.downloading.links import LIVE, Link, canonical
from resources.downloading.tiktok import LEAST_BYTES_PER_S, Found, Order
from resources.inchild import DiedError, in_child
from resources.settings import Settings

FIRST_PAUSE_S = 2.0  # before the second try; doubled after each
LONGEST_PAUSE_S = 30.0  # between tries; a server that asks for more is asked again by a later run
SLOWED_S = 60.0  # for everybody, where TikTok says "too many" and not for how long
MEMORY_BYTES = 4 << 30
SPARE_S = 30.0
# Words of the door that mean: not the video, but an error page, or half of it.
NOT_WHOLE = ("empty_file", "not_media", "no_index", "no_frames", "too_broken", "unfinished_download")

T = TypeVar("T")
__all__ = ["bring", "canonical", "resolve"]


def resolve(link: Link, data: Path, settings: Settings) -> Link:
    """The post that a short link leads to. Raises MediaError."""

    def ask() -> Link:
        with tempfile.TemporaryDirectory(prefix="link-") as folder:
            address = _in_child(tiktok.resolve, _order(link, Path(folder), settings))
        return _led_to(address, settings)

    return _patiently(ask, data, settings)


def bring(link: Link, folder: Path, data: Path, settings: Settings) -> list[str]:
    """Fill a folder with video.mp4, info.json and perhaps captions.vtt; what was left out. Raises MediaError."""
    try:
        left_out = _patiently(lambda: _attempt(link, folder, settings), data, settings)
    except MediaError as error:
        if error.word != "network":  # of which nothing can be learned about the page
            turns.note(data, link.video, is_broken=error.word == "extractor_broken")
        raise
    turns.note(data, link.video, is_broken=False)
    return left_out


def _attempt(link: Link, folder: Path, settings: Settings) -> list[str]:
    half = Path(tempfile.mkdtemp(dir=folder, prefix="attempt-"))
    try:
        order = _order(link, half, settings)
        found = _in_child(tiktok.fetch, order)
        video = half / "video"
        if found.kind == "slideshow":
            _make_slideshow(found, half, video)
        _check(video)
        for name, kept in (("info.json", "info.json"), ("captions.vtt", "captions.vtt"), ("video", "video.mp4")):
            if (half / name).exists():
                (half / name).replace(folder / kept)
        return list(found.left_out)
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _make_slideshow(found: Found, folder: Path, video: Path) -> None:
    pictures = [folder / name for name in found.pictures]
    try:
        slideshow.make(pictures, folder / found.sound if found.sound else None, video)
    except MediaError as error:
        raise failure("photo_post", f"{error}", can_retry=error.word in NOT_WHOLE) from error


def _check(video: Path) -> None:
    """What came opens at the door."""
    try:
        with opened(video) as descriptor:
            decode.look(descriptor)
    except MediaError as error:
        if error.word in NOT_WHOLE:
            raise failure("broken_file", error.detail) from error
        raise


def _order(link: Link, folder: Path, settings: Settings) -> Order:
    return Order(
        url=link.url,
        kind=link.kind,
        folder=str(folder),
        proxy=settings.proxy or guard.machines_proxy(),
        cookies=settings.cookies,
        max_bytes=int(settings.download_mb * 1e6),
        max_s=settings.download_minutes * 60,
        wait_s=settings.download_wait_s,
        bytes_per_s=settings.download_mb_per_s * 1e6,
        also_open=guard.ALSO_OPEN,
    )


def _in_child(work: Callable[[Order], T], order: Order) -> T:
    least = min(LEAST_BYTES_PER_S, order.bytes_per_s / 2 or LEAST_BYTES_PER_S)
    seconds = 3 * order.wait_s + order.max_bytes / least + SPARE_S
    try:
        return in_child(
            work, order, seconds=seconds, memory_bytes=MEMORY_BYTES, file_bytes=order.max_bytes + tiktok.BLOCK
        )
    except DiedError as death:
        word = {"timeout": "timeout", "memory": "too_large"}.get(death.word, "network")
        raise failure(word, death.detail, can_retry=death.word != "memory") from death


def _led_to(address: str, settings: Settings) -> Link:
    """The post at the end of a short link."""
    path = urlsplit(address).path
    if path in ("", "/"):
        raise failure("removed", "the short link leads nowhere any more")
    if LIVE.fullmatch(path):
        raise failure("live")
    link = canonical(address, settings)
    if link.kind == "short":
        raise failure("bad_url", "the short link leads to another one")
    return link


def _patiently(call: Callable[[], T], data: Path, settings: Settings) -> T:
    """Call until it works, while that can help; each failure makes the next pause longer."""
    for number in range(settings.download_tries):
        turns.await_turn(data, settings.download_pause_s)
        try:
            return call()
        except MediaError as error:
            asked_s: float | None = getattr(error, "retry_after_s", None)
            if error.word == "rate_limited":
                turns.hold(data, asked_s or SLOWED_S)
            pause_s = asked_s if asked_s is not None else FIRST_PAUSE_S * 2**number * random.uniform(0.8, 1.2)
            if not error.can_retry or number + 1 >= settings.download_tries or pause_s > LONGEST_PAUSE_S:
                raise
        time.sleep(pause_s)
    raise AssertionError("download_tries is above zero")
