"""Dagster's event log, made cheap for a run in this process.

Dagster opens a connection for every event, commits, and closes it. Measured on a step that does nothing:
0.17 s as it comes, 0.09 s with what is done here.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def cheap_events(data: Path, run_id: str) -> Iterator[None]:
    """While the block runs, its run's events cost no fold-back of the log into the file and no wait for the disk.

    SQLite folds its log back whenever the last connection closes, so one is kept open to each database. A commit
    that does not wait may be lost in a power cut, never half written; the run is then started again anyway.
    """
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    history = data / "dagster" / "history"
    event.listen(Engine, "connect", _do_not_wait)
    try:
        with ExitStack() as held:
            for path in (history / "runs.db", history / "runs" / "index.db", history / "runs" / f"{run_id}.db"):
                connection = held.enter_context(closing(sqlite3.connect(path)))
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
            yield
    finally:
        event.remove(Engine, "connect", _do_not_wait)


def _do_not_wait(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=NORMAL")
