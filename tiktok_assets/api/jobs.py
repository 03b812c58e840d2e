"""Taking a video in: it is written down in the ledger, and the answer given. Its run is queued right after.

The answer waits for the ledger alone; a daemon that is away keeps nobody waiting. Of many at once the drop folder's
sensor hands over what waits, in doses, whichever way it came in.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from resources import sources
from resources.door import MediaError
from resources.downloading.links import canonical
from tiktok_assets.api.house import House
from tiktok_assets.api.problems import ProblemError, Said
from tiktok_assets.api.requests import Accepted, Analyze, links
from tiktok_assets.arrivals.room import shortage
from tiktok_assets.upkeep.callbacks import leave_word
from tiktok_assets.wishes import file_wish

COUNTED_S = 1.0  # how long a count of what waits is believed, with what has come in since
RETRY_AFTER = {"Retry-After": "60"}
# One answer for what is not there and what is none of the caller's business: neither may be told from the other.
HIDDEN = ("not_found", "outside_root", "unreadable")


def routes(house: House, wake: Callable[[], None]) -> APIRouter:
    router = APIRouter()
    taking = threading.Lock()  # the ledger takes one writer at a time; in a queue here nobody polls for it
    together = Together(house)
    crowd = Crowd(house)

    @router.post(
        "/analyze",
        status_code=202,
        summary="Analyze a video",
        responses={status: {"model": Said} for status in (400, 401, 404, 413, 415, 422, 429, 503)},
    )
    def analyze(asked: Analyze) -> Accepted:
        """Answers at once with the id under which the result will be. The same video again is the same id."""
        crowd.check()
        with _refusals_told():
            video = _by_path(house, asked) if asked.url is None else together.announce(asked.url)
        with taking:
            if asked.url is not None:
                together.write()
                sources.accept_url(house.store, asked.url, house.settings)
            entry = house.ledger.entry(video)
            if entry is None or (entry.state == "waiting" and not entry.attempts):
                file_wish(house.store, video, _wish(asked))
            if asked.callback_url:
                leave_word(house.data, video, asked.callback_url)
        wake()
        return Accepted(id=video, status=entry.state if entry else "waiting", links=links(video))

    return router


class Together:
    """Addresses that come at the same moment, written down in one transaction: one wait for the disk, not twenty."""

    def __init__(self, house: House) -> None:
        self._house, self._waiting = house, deque[tuple[str, str]]()

    def announce(self, url: str) -> str:
        """An address's key; its row is written with the next ones. Raises MediaError."""
        link = canonical(url, self._house.settings)
        self._waiting.append((link.video, link.url))
        return link.video

    def write(self) -> None:
        """Put on the disk what was announced and nobody has written yet. One at a time."""
        if batch := [self._waiting.popleft() for _ in range(len(self._waiting))]:
            self._house.ledger.accept_many(batch)
            self._house.hold()


class Crowd:
    """Refuses while what is there already is more than the disk or patience hold."""

    def __init__(self, house: House) -> None:
        self._house, self._looked, self._waiting = house, -1e9, 0

    def check(self) -> None:
        if reason := shortage(self._house.data, self._house.settings.free_gb):
            raise ProblemError(503, reason, "Free some space, then send it again", "no_room", RETRY_AFTER)
        if time.monotonic() - self._looked > COUNTED_S:
            self._looked, self._waiting = time.monotonic(), self._house.ledger.counts()["waiting"]
        if self._waiting >= self._house.settings.api_waiting:
            self._looked = -1e9
            raise ProblemError(429, "too many inputs wait already", "Send it again later", "queue_full", RETRY_AFTER)
        self._waiting += 1  # at most: what is known already does not count twice for long


def _by_path(house: House, asked: Analyze) -> str:
    assert asked.video_path is not None
    for folder in house.settings.api_folders:
        root = Path(folder).expanduser()
        try:
            return sources.accept(house.store, root / asked.video_path, root)
        except MediaError as error:
            if error.word not in HIDDEN:
                raise
        except (OSError, ValueError):  # a name too long, a zero byte: nothing that could be a file
            continue
    raise ProblemError(404, "there is no such file in the folders of api_folders", "Name a file inside one of them")


def _wish(asked: Analyze) -> dict[str, Any]:
    """What is asked for beside the video."""
    return {name: value for name, value in (("profile", asked.profile), ("only", asked.only)) if value}


@contextmanager
def _refusals_told() -> Iterator[None]:
    try:
        yield
    except MediaError as error:
        raise ProblemError(422, error.detail, error.remedy, error.word) from error
