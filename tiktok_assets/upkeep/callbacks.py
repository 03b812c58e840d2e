"""Callbacks: who wants to be told of a result is told, as soon as there is one.

A wish is a file in <data>/callbacks until it is fulfilled, so that nothing is forgotten when processes die. A sensor
walks the files: it tells what came to an end, tries again later where nobody listened, and gives up after a while.
"""

import hashlib
import hmac
import json
import logging
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import dagster as dg

from resources.ledger import TERMINAL, Entry, Ledger
from resources.places import check_key, settings_path
from resources.posting import NotPostedError, post
from resources.settings import Settings, load_settings
from resources.store import Store, written_whole
from tiktok_assets.results import report_path

LOG = logging.getLogger(__name__)
ATTEMPTS = 6
FIRST_PAUSE_S = 30.0  # doubled after each attempt: the last is a quarter of an hour after the first
PER_TICK = 20
TICK_S = 30.0  # no new attempt is begun after that; the daemon allows a tick 60 seconds


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody's wish to be told of one video."""

    video: str
    url: str
    attempts: int = 0
    due_at: float = 0.0


def leave_word(data: Path, video: str, url: str) -> None:
    """File a wish; the same wish twice is one."""
    name = f"{check_key(video)}.{hashlib.sha256(url.encode()).hexdigest()[:16]}.json"
    _write(data / "callbacks" / name, Wish(video, url))


def deliver(data: Path, settings: Settings, token: str | None = None) -> tuple[int, int]:
    """Tell everybody whose video came to an end; how many were told, and how many could not be reached."""
    told = failed = 0
    began = time.monotonic()
    for path, wish, entry in _due(data):
        if told + failed >= PER_TICK or time.monotonic() - began > TICK_S:
            break
        body = json.dumps(message(data, entry), ensure_ascii=False).encode()
        try:
            post(wish.url, body, _headers(body, token), also_allowed=settings.callback_hosts)
        except NotPostedError as error:
            failed += 1
            _put_off(path, wish, error)
        else:
            told += 1
            path.unlink(missing_ok=True)
    return told, failed


def message(data: Path, entry: Entry) -> dict[str, Any]:
    """What is told: how it ended, and what the report says in short."""
    told: dict[str, Any] = {
        "id": entry.video,
        "status": entry.state,
        "source": entry.source,
        "word": entry.word,
        "reason": entry.reason,
        "remedy": entry.remedy,
        "report": f"/results/{entry.video}/report.json",
    }
    try:
        report = json.loads(report_path(data, entry.video).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {name: value for name, value in told.items() if value is not None and name != "report"}
    fared = {name: {"status": a["status"], "rows": a["rows"]} for name, a in report["analyzers"].items()}
    told |= {"summary": report["summary"], "analyzers": fared}
    return {name: value for name, value in told.items() if value is not None}


def sign(body: bytes, token: str) -> str:
    """What proves to the receiver that the message is ours, and whole."""
    return "sha256=" + hmac.new(token.encode(), body, hashlib.sha256).hexdigest()


def _headers(body: bytes, token: str | None) -> dict[str, str]:
    headers = {"Content-Type": "application/json", "User-Agent": "tiktok-assets"}
    return headers | ({"X-Signature": sign(body, token)} if token else {})


def _due(data: Path) -> Iterator[tuple[Path, Wish, Entry]]:
    ledger, now = Ledger(data), time.time()
    for path in sorted((data / "callbacks").glob("*.json")):
        wish = Wish(**json.loads(path.read_text(encoding="utf-8")))
        if wish.due_at > now:
            continue
        entry = ledger.entry(wish.video)
        if entry is None:
            path.unlink(missing_ok=True)  # forgotten on request, and its callbacks with it
        elif entry.state in TERMINAL:
            yield path, wish, entry


def _put_off(path: Path, wish: Wish, error: NotPostedError) -> None:
    tried = replace(wish, attempts=wish.attempts + 1, due_at=time.time() + FIRST_PAUSE_S * 2**wish.attempts)
    if error.is_final or tried.attempts >= ATTEMPTS:
        LOG.warning("%s: nobody was told at %s: %s", wish.video, wish.url, error)
        _write(path.parent / "undelivered" / path.name, tried)
        path.unlink(missing_ok=True)
    else:
        _write(path, tried)


def _write(path: Path, wish: Wish) -> None:
    with written_whole(path) as half:
        half.write_text(json.dumps(asdict(wish)), encoding="utf-8")


@dg.sensor(
    name="callbacks",
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells those who asked for it how a video fared.",
)
def tell(context: dg.SensorEvaluationContext, store: Store):
    from tiktok_assets.api.token import read_token

    settings = load_settings(settings_path())
    told, failed = deliver(Path(store.root), settings, read_token(settings))
    return dg.SkipReason(f"{told} told, {failed} not reached" if told or failed else "nobody waits to be told")
