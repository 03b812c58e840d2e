"""Whose turn it is: downloads of all processes begin at a distance, and all wait while TikTok asks us to slow down."""

import fcntl
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from resources.downloading.errors import failure

LONGEST_WAIT_S = 30.0  # within a download; beyond, it is handed back to be started again later
LONGEST_HOLD_S = 3600.0
APART_S = 1.0  # those that waited do not all begin at once
# After so many failures in a row that only a newer yt-dlp mends, of so many videos, nobody is asked for an hour.
BROKEN_IN_A_ROW, BROKEN_VIDEOS = 20, 3


def await_turn(data: Path, pause_s: float) -> None:
    """Wait for a place in the line. Raises `rate_limited` where that is far off."""
    with _line(data) as file:
        now, next_s = time.time(), _next(file)
        if next_s - now > LONGEST_WAIT_S:
            is_broken = len(_noted(file).get("broken", [])) >= BROKEN_IN_A_ROW
            why = f"nothing is asked of TikTok for {next_s - now:.0f} s"
            raise failure("extractor_broken" if is_broken else "rate_limited", why, retry_after_s=next_s - now)
        begin_s = max(now, next_s)
        if pause_s or next_s > now:
            _write(file, begin_s + max(pause_s, APART_S if next_s > now else 0.0))
    time.sleep(begin_s - now)


def hold(data: Path, seconds: float) -> None:
    """Nobody asks for so long."""
    with _line(data) as file:
        _write(file, max(_next(file), time.time() + min(seconds, LONGEST_HOLD_S)))


def note(data: Path, video: str, *, is_broken: bool) -> None:
    """Whether TikTok's page was understood. Too many in a row that were not stop the asking, for everybody."""
    with _line(data) as file:
        before = _noted(file).get("broken", [])
        broken = [*before, video][-BROKEN_IN_A_ROW:] if is_broken else []
        if broken == before:
            return
        next_s = _next(file)
        if len(broken) >= BROKEN_IN_A_ROW and len(set(broken)) >= BROKEN_VIDEOS:
            next_s = (
                next_s if next_s > time.time() else time.time() + LONGEST_HOLD_S
            )  # one that was not asked adds nothing
        _write(file, next_s, broken)


@contextmanager
def _line(data: Path) -> Iterator[IO[str]]:
    data.mkdir(parents=True, exist_ok=True)
    with (data / "downloads.json").open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _next(file: IO[str]) -> float:
    """When the next may begin; a clock that was set back keeps nobody waiting for longer than a hold."""
    try:
        next_s = float(_noted(file)["next_s"])
    except (ValueError, KeyError, TypeError):
        return 0.0
    return next_s if next_s - time.time() <= LONGEST_HOLD_S + 60 else 0.0


def _noted(file: IO[str]) -> dict[str, Any]:
    file.seek(0)
    try:
        noted = json.loads(file.read())
    except ValueError:
        return {}
    return noted if isinstance(noted, dict) else {}


def _write(file: IO[str], next_s: float, broken: list[str] | None = None) -> None:
    kept = _noted(file).get("broken", []) if broken is None else broken
    file.seek(0)
    file.truncate()
    file.write(json.dumps({"next_s": next_s, "broken": kept}))
    file.flush()
