"""The ledger: one row for every input that was accepted, and what became of it.

Dagster's own retries are best-effort: one is lost for good when its code server is away at that second. What is
lost is decided here: accepted = waiting + running + done + partial + refused + gave_up, at every moment, in a
SQLite file of its own that survives a power cut. Whoever accepts an input writes it here first.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, get_args

from resources import crash
from resources.places import check_key

State = Literal["waiting", "running", "done", "partial", "refused", "gave_up"]
TERMINAL: tuple[State, ...] = ("done", "partial", "refused", "gave_up")
ATTEMPTS = 3  # of one input, until it gave_up
FIRST_PAUSE_S = 60.0  # before the second attempt; five times as long before the third
AHEAD_S = 60.0  # of now: a time that was written down by a clock which has been set back since

VERSION = 2  # of the schema; a file of an earlier one is brought up when it is opened
SCHEMA = """
CREATE TABLE IF NOT EXISTS inputs (
    video TEXT PRIMARY KEY, source TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    run_id TEXT, word TEXT, reason TEXT, remedy TEXT,
    accepted_at REAL NOT NULL, changed_at REAL NOT NULL, due_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS inputs_by_state ON inputs (state, due_at);
CREATE TABLE IF NOT EXISTS tally (accepted INTEGER NOT NULL, forgotten INTEGER NOT NULL);
INSERT INTO tally SELECT 0, 0 WHERE NOT EXISTS (SELECT * FROM tally);
"""


class NewerLedgerError(sqlite3.DatabaseError):
    """A ledger that a newer program has written: what it means is not guessed at."""

    def __init__(self, path: Path, version: int) -> None:
        super().__init__(
            f"{path} is of version {version}, and this program knows {VERSION}: update the program, or put the copy of "
            "the data folder back that was made before the update"
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One input."""

    video: str
    source: str  # the URL or the path that was handed in
    state: State
    attempts: int
    run_id: str | None
    word: str | None
    reason: str | None
    remedy: str | None
    accepted_at: float  # seconds since 1970, as all times here
    changed_at: float
    due_at: float  # not before then it is started again
    report_sha: str | None = None  # SHA-256 of report.json where it is done or partial


class Ledger:
    """Opened anew for every use: processes come and go, and each holds the file for milliseconds."""

    def __init__(self, data: Path) -> None:
        self._path = data / "ledger.sqlite"

    # What comes in

    def accept(self, video: str, source: str) -> bool:
        """Write an input down; whether it is new. One that was refused or given up waits again, from the beginning."""
        return bool(self.accept_many([(video, source)]))

    def accept_many(self, pairs: Iterable[tuple[str, str]]) -> list[str]:
        """Write videos and their sources down, all or none of them; the keys that are new, in their order."""
        now = time.time()
        with self._writing() as db:
            return [video for video, source in pairs if _accept(db, check_key(video), source, now)]

    def forget(self, video: str) -> bool:
        """Take an input out, on request; whether it was there."""
        with self._writing() as db:
            gone = db.execute("DELETE FROM inputs WHERE video = ?", (video,)).rowcount
            db.execute("UPDATE tally SET forgotten = forgotten + ?", (gone,))
            return bool(gone)

    # What becomes of it

    def begin(self, video: str, run_id: str) -> None:
        """A run is at it: one more attempt, however often its steps begin. What nobody accepted is accepted now."""
        now = time.time()
        with self._writing() as db:
            _insert_missing(db, video, now)
            db.execute(
                "UPDATE inputs SET attempts = CASE WHEN run_id IS ? THEN attempts "
                "WHEN state IN ('waiting', 'running') THEN attempts + 1 ELSE 1 END, "
                "state = 'running', run_id = ?, report_sha = NULL, changed_at = ? WHERE video = ?",
                (run_id, run_id, now, video),
            )

    def finish(
        self,
        video: str,
        state: State,
        word: str | None = None,
        reason: str | None = None,
        remedy: str | None = None,
        report_sha: str | None = None,
    ) -> None:
        """It came to an end. Only done and partial have a report, and they have one."""
        assert state in TERMINAL
        assert (report_sha is not None) == (state in ("done", "partial"))
        now = time.time()
        with self._writing() as db:
            _insert_missing(db, video, now)
            _set(db, video, state, word, reason, remedy, now, report_sha)

    def postpone(
        self, video: str, word: str, reason: str, remedy: str, *, wait_s: float = 0.0, counts: bool = True
    ) -> State | None:
        """An attempt failed in a way that may pass: it waits for the next one, at least `wait_s`, or has had its last.

        One that does not count, because it was not for this input's sake that it failed, is as if it had not been.

        What has come to an end meanwhile, or was forgotten, stays as it is; what it is now is returned.
        """
        with self._writing() as db:
            row = db.execute("SELECT state, attempts FROM inputs WHERE video = ?", (video,)).fetchone()
            if row is None:
                return None
            if row[0] in TERMINAL:
                return row[0]
            attempts = row[1]
            if not counts:
                db.execute("UPDATE inputs SET attempts = MAX(attempts - 1, 0) WHERE video = ?", (video,))
            state: State = "waiting" if attempts < ATTEMPTS or not counts else "gave_up"
            pause_s = max(FIRST_PAUSE_S * 5 ** max(attempts - 1, 0), wait_s)
            _set(db, video, state, word, reason, remedy, time.time() + pause_s, None)
            return state

    def put_off(self, video: str, seconds: float) -> bool:
        """Not due before then: its work was requested just now. Whether it was still waiting."""
        with self._writing() as db:
            changed = db.execute(
                "UPDATE inputs SET due_at = ? WHERE video = ? AND state = 'waiting'", (time.time() + seconds, video)
            )
            return bool(changed.rowcount)

    def clock_was_ahead(self) -> list[str]:
        """What was written down at a time that has yet to come is due now, if it waits; its keys."""
        now = time.time()
        with self._writing() as db:
            found = db.execute(
                "UPDATE inputs SET due_at = ?, changed_at = ?, accepted_at = MIN(accepted_at, ?) "
                "WHERE state = 'waiting' AND changed_at > ? RETURNING video",
                (now, now, now, now + AHEAD_S),
            )
            return [row[0] for row in found]

    def put_back(self, video: str) -> None:
        """Whoever was at it stopped on purpose: it waits again, and the attempt does not count."""
        now = time.time()
        with self._writing() as db:
            db.execute(
                "UPDATE inputs SET state = 'waiting', attempts = MAX(attempts - 1, 0), run_id = NULL, changed_at = ?, "
                "due_at = ? WHERE video = ? AND state = 'running'",
                (now, now, video),
            )

    # What it says

    def entry(self, video: str) -> Entry | None:
        return next(iter(self._entries("WHERE video = ?", video)), None)

    def due(self, most: int) -> list[Entry]:
        """What waits to be started, the longest waiting first."""
        where = "WHERE state = 'waiting' AND due_at <= ? ORDER BY accepted_at, rowid LIMIT ?"  # of one list: its order
        return self._entries(where, time.time(), most)

    def unfinished(self) -> list[str]:
        """All that have not come to an end, the first accepted first."""
        with self._opened() as db:
            where = "state IN ('waiting', 'running') ORDER BY accepted_at, rowid"
            return [row[0] for row in db.execute(f"SELECT video FROM inputs WHERE {where}")]

    def in_state(self, state: State, most: int = 10_000) -> list[Entry]:
        return self._entries("WHERE state = ? ORDER BY changed_at DESC LIMIT ?", state, most)

    def page(self, state: State | None, offset: int, limit: int) -> list[Entry]:
        """A part of all inputs, or of those in one state, the newest first."""
        where = "WHERE ? IS NULL OR state = ? ORDER BY accepted_at DESC, rowid DESC LIMIT ? OFFSET ?"
        return self._entries(where, state, state, limit, offset)

    def words(self) -> dict[tuple[State, str], int]:
        """How many inputs bear each word of refusal or failure, by state."""
        with self._opened() as db:
            found = db.execute("SELECT state, word, COUNT(*) FROM inputs WHERE word IS NOT NULL GROUP BY state, word")
            return {(state, word): n for state, word, n in found}

    def counts(self) -> dict[State, int]:
        """How many inputs are in each state, all states named."""
        with self._opened() as db:
            return _counts(db)

    def accepted(self) -> int:
        """All inputs ever accepted and not forgotten, by a count of its own."""
        with self._opened() as db:
            return _accepted(db)

    def unaccounted(self) -> int:
        """Inputs that were accepted and of which nothing is known: 0, or something is badly wrong."""
        with self._opened() as db:
            db.execute("BEGIN")  # both counts of one moment: others write between two reads
            return _accepted(db) - sum(_counts(db).values())

    def _entries(self, where: str, *values: object) -> list[Entry]:
        columns = ", ".join(field.name for field in fields(Entry))
        with self._opened() as db:
            return [Entry(*row) for row in db.execute(f"SELECT {columns} FROM inputs {where}", values)]

    # The file

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        try:
            db.execute("PRAGMA synchronous = FULL")
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise NewerLedgerError(self._path, version)
            if version < VERSION:
                _bring_up(db)
            yield db
        finally:
            db.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._opened() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                crash.point("before_commit", "ledger")
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")
            crash.point("after_commit", "ledger")


def _bring_up(db: sqlite3.Connection) -> None:
    """The newest schema, once, whoever comes first."""
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("BEGIN IMMEDIATE")
    try:
        for statement in SCHEMA.split(";"):
            db.execute(statement)
        if "report_sha" not in {column[1] for column in db.execute("PRAGMA table_info(inputs)")}:
            db.execute("ALTER TABLE inputs ADD COLUMN report_sha TEXT")
        db.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _accept(db: sqlite3.Connection, video: str, source: str, now: float) -> bool:
    row = db.execute("SELECT state FROM inputs WHERE video = ?", (video,)).fetchone()
    if row is None:
        _insert(db, video, source, now)
    elif row[0] in ("refused", "gave_up"):
        db.execute(
            "UPDATE inputs SET state = 'waiting', attempts = 0, word = NULL, reason = NULL, remedy = NULL, "
            "run_id = NULL, report_sha = NULL, changed_at = ?, due_at = ? WHERE video = ?",
            (now, now, video),
        )
    return row is None


def _insert(db: sqlite3.Connection, video: str, source: str, now: float) -> None:
    db.execute(
        "INSERT INTO inputs (video, source, state, accepted_at, changed_at, due_at) VALUES (?,?,?,?,?,?)",
        (video, source, "waiting", now, now, now),
    )
    db.execute("UPDATE tally SET accepted = accepted + 1")


def _insert_missing(db: sqlite3.Connection, video: str, now: float) -> None:
    if db.execute("SELECT 1 FROM inputs WHERE video = ?", (check_key(video),)).fetchone() is None:
        _insert(db, video, "by hand", now)


def _set(
    db: sqlite3.Connection,
    video: str,
    state: State,
    word: str | None,
    reason: str | None,
    remedy: str | None,
    due_at: float,
    report_sha: str | None,
) -> None:
    db.execute(
        "UPDATE inputs SET state = ?, word = ?, reason = ?, remedy = ?, changed_at = ?, due_at = ?, report_sha = ? "
        "WHERE video = ?",
        (state, word, reason, remedy, time.time(), due_at, report_sha, video),
    )


def _counts(db: sqlite3.Connection) -> dict[State, int]:
    found = dict(db.execute("SELECT state, COUNT(*) FROM inputs GROUP BY state").fetchall())
    return {state: found.get(state, 0) for state in get_args(State)}


def _accepted(db: sqlite3.Connection) -> int:
    accepted, forgotten = db.execute("SELECT accepted, forgotten FROM tally").fetchone()
    return accepted - forgotten
