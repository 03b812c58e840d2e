"""The ledger: at every moment every accepted input is in exactly one state, whoever is killed when."""

import errno
import hashlib
import os
import random
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resources import crash
from resources.ledger import ATTEMPTS, FIRST_PAUSE_S, TERMINAL, VERSION, Ledger

VIDEOS = [f"local-{n:016x}" for n in range(6)]
SHA = "0" * 64
VIDEO = VIDEOS[0]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path)


def holds(ledger: Ledger) -> None:
    """The invariant, and what a row of each state has."""
    assert ledger.unaccounted() == 0
    for entry in ledger.page(None, 0, 10**6):
        assert (entry.report_sha is not None) == (entry.state in ("done", "partial"))
        assert entry.attempts <= ATTEMPTS or entry.state != "waiting"
        if entry.state == "running":
            assert entry.run_id


# One input's life


def test_an_input_is_new_once_and_waits(ledger):
    assert ledger.accept(VIDEO, "https://a") is True
    assert ledger.accept(VIDEO, "https://b") is False
    assert ledger.entry(VIDEO).source == "https://a"
    assert [entry.video for entry in ledger.due(10)] == [VIDEO]
    assert ledger.counts()["waiting"] == ledger.accepted() == 1


def test_an_attempt_is_a_run_however_often_its_steps_begin(ledger):
    ledger.accept(VIDEO, "a")
    for _ in range(3):
        ledger.begin(VIDEO, "run 1")
    assert (ledger.entry(VIDEO).state, ledger.entry(VIDEO).attempts) == ("running", 1)
    ledger.postpone(VIDEO, "network", "gone", "wait")
    ledger.begin(VIDEO, "run 1")  # Dagster's own retry of the step
    assert ledger.entry(VIDEO).attempts == 1
    ledger.begin(VIDEO, "run 2")
    assert ledger.entry(VIDEO).attempts == 2


def test_a_poison_input_comes_to_an_end(ledger):
    ledger.accept(VIDEO, "a")
    for n in range(ATTEMPTS):
        ledger.begin(VIDEO, f"run {n}")
        state = ledger.postpone(VIDEO, "run_failed", "segmentation fault", "none")
    assert state == ledger.entry(VIDEO).state == "gave_up"
    assert ledger.entry(VIDEO).reason == "segmentation fault"


def test_pauses_grow_and_a_servers_wish_is_kept(ledger):
    ledger.begin(VIDEO, "1")
    ledger.postpone(VIDEO, "w", "r", "m")
    assert ledger.entry(VIDEO).due_at == pytest.approx(time.time() + FIRST_PAUSE_S, abs=5)
    assert ledger.due(10) == []
    ledger.begin(VIDEO, "2")
    ledger.postpone(VIDEO, "w", "r", "m")
    assert ledger.entry(VIDEO).due_at == pytest.approx(time.time() + 5 * FIRST_PAUSE_S, abs=5)
    other = VIDEOS[1]
    ledger.begin(other, "1")
    ledger.postpone(other, "rate_limited", "r", "m", wait_s=7200)
    assert ledger.entry(other).due_at == pytest.approx(time.time() + 7200, abs=5)


@pytest.mark.parametrize("state", TERMINAL)
def test_what_has_ended_is_not_postponed(ledger, state):
    ledger.begin(VIDEO, "1")
    ledger.finish(VIDEO, state, report_sha=SHA if state in ("done", "partial") else None)
    before = ledger.entry(VIDEO)
    assert ledger.postpone(VIDEO, "run_failed", "late news", "none") == state
    assert ledger.put_off(VIDEO, 100) is False
    ledger.put_back(VIDEO)
    assert ledger.entry(VIDEO) == before


@pytest.mark.parametrize("state", TERMINAL)
def test_a_new_run_over_what_has_ended_is_a_first_attempt(ledger, state):
    for n in range(ATTEMPTS):
        ledger.begin(VIDEO, f"{n}")
    ledger.finish(VIDEO, state, report_sha=SHA if state in ("done", "partial") else None)
    ledger.begin(VIDEO, "by hand")
    assert (ledger.entry(VIDEO).state, ledger.entry(VIDEO).attempts) == ("running", 1)


def test_handed_in_again_what_was_refused_waits_and_what_is_done_stays(ledger):
    for video, state in zip(VIDEOS, ("refused", "gave_up"), strict=False):
        ledger.accept(video, "a")
        ledger.finish(video, state, "gone", "removed", "none")
        assert ledger.accept(video, "a") is False
        entry = ledger.entry(video)
        assert (entry.state, entry.attempts, entry.word) == ("waiting", 0, None)
    ledger.finish(VIDEOS[2], "done", report_sha=SHA)
    ledger.accept(VIDEOS[2], "a")
    assert ledger.entry(VIDEOS[2]).state == "done"
    holds(ledger)


def test_done_without_a_report_cannot_be_said(ledger):
    with pytest.raises(AssertionError):
        ledger.finish(VIDEO, "done")
    with pytest.raises(AssertionError):
        ledger.finish(VIDEO, "refused", report_sha=SHA)
    assert ledger.accepted() == 0


def test_a_key_that_is_none_changes_nothing(ledger):
    for action in (lambda: ledger.accept("../x", "a"), lambda: ledger.begin("../x", "1")):
        with pytest.raises(ValueError, match="no video key"):
            action()
    with pytest.raises(ValueError, match="no video key"):
        ledger.accept_many([(VIDEO, "a"), ("../x", "b")])
    assert ledger.accepted() == 0
    assert ledger.entry(VIDEO) is None


def test_what_is_forgotten_is_not_counted(ledger):
    ledger.accept_many([(video, "a") for video in VIDEOS])
    assert ledger.forget(VIDEO) is True
    assert ledger.forget(VIDEO) is False
    assert ledger.accepted() == len(VIDEOS) - 1
    holds(ledger)


def test_the_longest_waiting_come_first_and_all_come(ledger):
    many = [f"local-{n:016x}" for n in range(1000)]
    assert ledger.accept_many([(video, "list.txt") for video in many]) == many
    assert [entry.video for entry in ledger.due(50)] == many[:50]
    assert len(ledger.due(10**6)) == 1000


# The file


@pytest.mark.case("k16")
def test_a_ledger_of_the_first_version_is_brought_up(tmp_path):
    with sqlite3.connect(tmp_path / "ledger.sqlite") as db:
        db.executescript(
            "CREATE TABLE inputs (video TEXT PRIMARY KEY, source TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER "
            "NOT NULL DEFAULT 0, run_id TEXT, word TEXT, reason TEXT, remedy TEXT, accepted_at REAL NOT NULL, "
            "changed_at REAL NOT NULL, due_at REAL NOT NULL);"
            "CREATE TABLE tally (accepted INTEGER NOT NULL, forgotten INTEGER NOT NULL);"
            "INSERT INTO tally VALUES (1, 0);"
            f"INSERT INTO inputs VALUES ('{VIDEO}', 'a', 'waiting', 0, NULL, NULL, NULL, NULL, 1, 1, 1);"
        )
    db.close()
    ledger = Ledger(tmp_path)
    assert ledger.entry(VIDEO).report_sha is None
    holds(ledger)
    with sqlite3.connect(tmp_path / "ledger.sqlite") as db:
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)
    db.close()


@pytest.mark.case("k16")
def test_a_ledger_of_a_newer_version_is_neither_read_nor_written(tmp_path, ledger):
    ledger.accept(VIDEO, "a")
    with sqlite3.connect(tmp_path / "ledger.sqlite") as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.close()
    before = (tmp_path / "ledger.sqlite").read_bytes()
    for action in (ledger.counts, lambda: ledger.accept(VIDEOS[1], "b")):
        with pytest.raises(sqlite3.Error, match=f"is of version {VERSION + 1}.*: update the program"):
            action()
    assert (tmp_path / "ledger.sqlite").read_bytes() == before


def test_many_writers_at_once_lose_nothing(tmp_path):
    ledger, failures = Ledger(tmp_path), []

    def write(n: int) -> None:
        try:
            for k in range(20):
                video = f"local-{n:08x}{k:08x}"
                ledger.accept(video, "a")
                ledger.begin(video, "1")
                ledger.finish(video, "done", report_sha=SHA)
        except Exception as error:
            failures.append(error)

    writers = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert ledger.unaccounted() == 0
    assert failures == []
    assert ledger.counts()["done"] == ledger.accepted() == 160


# Random histories


def step(ledger: Ledger, what: str, video: str, run: int) -> None:
    actions: dict[str, Callable[[], object]] = {
        "accept": lambda: ledger.accept(video, "a"),
        "accept_many": lambda: ledger.accept_many([(v, "a") for v in VIDEOS]),
        "begin": lambda: ledger.begin(video, f"run {run}"),
        "postpone": lambda: ledger.postpone(video, "w", "r", "m"),
        "put_off": lambda: ledger.put_off(video, 10),
        "put_back": lambda: ledger.put_back(video),
        "refuse": lambda: ledger.finish(video, "refused", "w", "r", "m"),
        "done": lambda: ledger.finish(video, "done", report_sha=SHA),
        "partial": lambda: ledger.finish(video, "partial", "w", "r", "m", report_sha=SHA),
        "forget": lambda: ledger.forget(video),
    }
    actions[what]()


STEPS = ("accept", "accept_many", "begin", "postpone", "put_off", "put_back", "refuse", "done", "partial", "forget")
EXPLICIT = {"accept", "accept_many", "begin", "refuse", "done", "partial", "forget"}  # may change what has ended
history = st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(VIDEOS), st.integers(0, 4)), max_size=25)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history)
def test_after_any_history_everything_is_accounted_for(tmp_path_factory, steps):
    ledger = Ledger(tmp_path_factory.mktemp("ledger"))
    for what, video, run in steps:
        before = ledger.entry(video)
        step(ledger, what, video, run)
        holds(ledger)
        if before and before.state in TERMINAL and what not in EXPLICIT:
            assert ledger.entry(video) == before


def in_a_fork(work: Callable[[], None]) -> int:
    """How a process that does this ends: 0, an exit code, or minus a signal."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.parametrize("seed", range(4))
def test_a_writer_that_is_killed_anywhere_did_all_or_nothing(tmp_path, monkeypatch, seed):
    chance, ledger = random.Random(seed), Ledger(tmp_path)
    ledger.accept_many([(video, "a") for video in VIDEOS[:3]])
    for _ in range(30):
        what, video, run = chance.choice(STEPS), chance.choice(VIDEOS), chance.randrange(5)
        place = chance.choice(["before_commit", "after_commit"])
        before = ledger.page(None, 0, 100)
        monkeypatch.setenv("CRASH_AT", f"ledger.{place}")
        crash._passed.clear()
        assert in_a_fork(lambda w=what, v=video, r=run: step(ledger, w, v, r)) == -signal.SIGKILL
        monkeypatch.delenv("CRASH_AT")
        holds(ledger)
        if place == "before_commit":
            assert ledger.page(None, 0, 100) == before


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_fails_in_a_write_changes_nothing(ledger, monkeypatch, number):
    ledger.accept(VIDEO, "a")
    before = ledger.page(None, 0, 10)

    def fail(name: str, of: str | None = None) -> None:
        if name == "before_commit":
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(crash, "point", fail)
    for what in STEPS:
        with pytest.raises(OSError, match=os.strerror(number)):
            step(ledger, what, VIDEO, 1)
        assert ledger.page(None, 0, 10) == before


def test_a_full_disk_is_an_error_to_who_accepts_and_not_a_lost_input(tmp_path):
    """SQLite itself without room: the file may not grow any more."""
    ledger = Ledger(tmp_path)
    ledger.accept(VIDEO, "a")

    def accept_many_without_room() -> None:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        limit = 64 << 10
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        try:
            ledger.accept_many([(f"local-{n:016x}", "x" * 100) for n in range(5000)])
        except sqlite3.Error:
            os._exit(42)

    assert in_a_fork(accept_many_without_room) == 42
    holds(ledger)
    assert ledger.accepted() == 1


def test_the_sum_of_a_report_is_that_of_its_file(tmp_path, ledger):
    """What a row of `done` says can be checked: see test_bookkeeping.py for who writes it."""
    path = tmp_path / "report.json"
    path.write_text("{}")
    ledger.finish(VIDEO, "done", report_sha=hashlib.sha256(path.read_bytes()).hexdigest())
    assert ledger.entry(VIDEO).report_sha == hashlib.sha256(b"{}").hexdigest()


def test_many_are_accepted_in_one_go_in_their_order_and_each_once(ledger):
    pairs = [(video, f"list/{video}") for video in VIDEOS]
    assert ledger.accept_many([*pairs[:3], pairs[1]]) == VIDEOS[:3]
    ledger.finish(VIDEOS[1], "refused", "network", "", "")
    assert ledger.accept_many(reversed(pairs)) == VIDEOS[:2:-1]
    assert ledger.entry(VIDEOS[1]).state == "waiting"
    assert ledger.unfinished() == [*VIDEOS[:3], *VIDEOS[:2:-1]]
    assert [entry.video for entry in ledger.due(2)] == VIDEOS[:2]
    assert (ledger.accepted(), ledger.unaccounted()) == (len(VIDEOS), 0)


def test_many_are_accepted_all_or_none(ledger):
    with pytest.raises(ValueError, match="no video key"):
        ledger.accept_many([(VIDEO, "a"), ("../../etc/passwd", "b")])
    assert (ledger.accepted(), ledger.unfinished()) == (0, [])


def test_who_stops_on_purpose_has_made_no_attempt(ledger):
    ledger.accept(VIDEO, "a")
    ledger.begin(VIDEO, "run 1")
    ledger.put_back(VIDEO)
    assert (ledger.entry(VIDEO).state, ledger.entry(VIDEO).attempts) == ("waiting", 0)
    ledger.finish(VIDEO, "done", report_sha=SHA)
    ledger.put_back(VIDEO)
    assert ledger.entry(VIDEO).state == "done"
