"""`watch DIR`: what is put into a folder is analyzed, one video after the other, in this process. No UI, no daemon.

The folder is read as the drop folder is. The ledger remembers: what was taken and not finished is gone on with at
the next start, and a download that failed is tried again when it is due. Where the daemon runs on the same data,
it keeps what it was handed already.
"""

import json
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from resources.door import MediaError
from resources.ledger import ATTEMPTS, Entry, Ledger
from resources.settings import Settings
from tiktok_assets.arrivals.inbox import STABLE_S, Inbox, Refused, Taken, prepare, printable
from tiktok_assets.arrivals.room import shortage
from tiktok_assets.commands.analyze import Result, Workshop, workshop
from tiktok_assets.commands.console import ENVIRONMENT, OK, REFUSED, SOME_FAILED, USAGE, err, fail, out
from tiktok_assets.commands.console import printable as escaped
from tiktok_assets.definitions import silent
from tiktok_assets.partitions import VIDEO_SET

PAUSE_S = 1.0  # between two looks into the folder while there is nothing to do
LOOK_S = 2.0  # for one look while a video waits: taking a thousand files must not keep the first one waiting
PATIENCE_S = 5 * STABLE_S  # with --once, for files that are still being written
DAEMON_IS_ALIVE_S = 120.0  # since its last heartbeat; it beats every 30 s
MARKS = {"ok": "[green]✓[/]", "partial": "[yellow]![/]", "some_failed": "[yellow]~[/]"}
CODES = {"ok": OK, "partial": OK, "some_failed": SOME_FAILED, "refused": REFUSED, "error": SOME_FAILED}


def watch_folder(folder: Path, settings: Settings, *, is_once: bool, as_json: bool) -> int:
    """Watch until Ctrl-C, or take once what is there; the exit code."""
    if not folder.is_dir():
        raise fail(f"{folder}: there is no such folder", "Make it, or name another one", USAGE)
    stop_cleanly()
    code = OK
    try:
        with workshop(settings, [], silent) as shop:
            watcher = Watcher(shop, folder.resolve())
            if not as_json:
                out.print(f"watching {escaped(str(folder))}" + ("" if is_once else "; Ctrl-C ends it"))
            for found in watcher.results(is_once=is_once):
                code = max(code, _tell(found, watcher.ledger, as_json))
    except KeyboardInterrupt:
        if not as_json:
            out.print("stopped; what was taken and is not finished is gone on with at the next start")
        return OK
    except (OSError, sqlite3.Error) as error:
        remedy = "See what is wrong: python -m tiktok_assets doctor. Or choose another folder: --data DIR"
        raise fail(str(error), remedy, ENVIRONMENT) from None
    return code if is_once else OK


def stop_cleanly() -> None:
    """A service that is told to stop ends as by Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


class Watcher:
    """One folder, and the videos that this process has taken from it."""

    def __init__(self, shop: Workshop, folder: Path) -> None:
        self._shop, self._folder = shop, folder
        self._inbox = Inbox(shop.store, shop.settings, folder)
        self._mine: set[str] = set()
        self._trouble = ""
        self.ledger = self._inbox.ledger

    def results(self, *, is_once: bool) -> Iterator[Result | Refused]:
        """What becomes of everything that is there, and of what comes."""
        self._resume()
        patience = time.monotonic() + PATIENCE_S
        while True:
            taken = self._look(is_once)
            yield from taken.refused
            if entry := self._next():
                yield self._run(entry)
                patience = time.monotonic() + PATIENCE_S
            elif is_once and (not taken.n_left or time.monotonic() > patience):
                return
            else:
                time.sleep(PAUSE_S)

    def _look(self, is_once: bool) -> Taken:
        """Take what is there. Trouble with a disk or a folder passes; it is told once, and looked at again."""
        try:
            if trouble := shortage(Path(self._shop.store.root), self._shop.settings.free_gb):
                raise OSError(trouble)
            taken = self._inbox.take(LOOK_S)
        except OSError as error:
            if is_once:
                raise
            if type(error).__name__ + str(error.errno) != self._trouble:
                self._trouble = type(error).__name__ + str(error.errno)
                err.print(f"[yellow]![/] {escaped(str(error))}")
            return Taken()
        self._trouble = ""
        self._mine.update(taken.new)
        return taken

    def _next(self) -> Entry | None:
        """What to do now: what we took ourselves, and what nobody else is going to do."""
        others = set()
        if _daemon_is_alive(self._shop):
            others = set(self._shop.instance.get_dynamic_partitions(VIDEO_SET)) - self._mine
        due = self.ledger.due(len(others) + 1 if others else 1)
        return next((entry for entry in due if entry.video not in others), None)

    def _run(self, entry: Entry) -> Result:
        started = time.monotonic()
        self._mine.add(entry.video)
        try:
            prepare(self._shop.store, self._shop.settings, entry)
        except MediaError as error:
            self.ledger.finish(entry.video, "refused", error.word, error.detail, error.remedy)
            return Result(entry.source, "refused", 0.0, entry.video, None, error.word, error.detail, error.remedy)
        result = self._shop.run(entry.video, entry.source, started)
        if result.status == "error":  # a refusal has told the ledger itself
            self.ledger.postpone(entry.video, "error", result.reason or "", result.remedy or "")
        return result

    def _resume(self) -> None:
        """What an earlier process was at when it ended is due now; its attempt counts."""
        if _daemon_is_alive(self._shop):
            return  # its reconciler does this, and between two runs of a batch a video is in none
        for entry in self.ledger.in_state("running"):
            run = self._shop.instance.get_run_by_id(entry.run_id) if entry.run_id else None
            if (run is None or run.is_finished) and self.ledger.postpone(
                entry.video, "interrupted", "the process that was at it ended", "Nothing: it is tried again by itself"
            ) == "waiting":
                self.ledger.put_off(entry.video, 0)


def _daemon_is_alive(shop: Workshop) -> bool:
    beats = shop.instance.get_daemon_heartbeats().values()
    return any(time.time() - beat.timestamp < DAEMON_IS_ALIVE_S for beat in beats)


# What is told


def _tell(found: Result | Refused, ledger: Ledger, as_json: bool) -> int:
    """One line a finished video; its exit code."""
    if isinstance(found, Refused):
        error = found.error
        found = Result(printable(found.name), "refused", 0.0, None, None, error.word, error.detail, error.remedy)
    entry = ledger.entry(found.video_id) if found.video_id else None
    if as_json:
        due_at = entry.due_at if entry and entry.state == "waiting" else None
        print(json.dumps(found.as_json() | {"tried_again_at": due_at}, ensure_ascii=False), flush=True)
    elif found.status in ("refused", "error"):
        fail(f"{_short(found.file)}: {found.word}: {found.reason}", found.remedy or "", REFUSED)
        if entry and (later := _later(entry)):
            err.print(f"  {later}")
    else:
        out.print(f"{MARKS[found.status]} {escaped(_short(found.file))}  {found.seconds:.1f} s  {found.report}")
    return CODES[found.status]


def _short(source: str) -> str:
    return source if "://" in source else Path(source).name


def _later(entry: Entry) -> str:
    if entry.state == "waiting":
        at = time.strftime("%H:%M", time.localtime(entry.due_at))
        # An attempt that failed for no fault of the input did not count.
        which = f", for the {('2nd', '3rd')[min(entry.attempts, 2) - 1]} of {ATTEMPTS} times" if entry.attempts else ""
        return f"Tried again at {at}{which}"
    return f"Given up after {entry.attempts} attempts" if entry.state == "gave_up" else ""
