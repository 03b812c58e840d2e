"""The daemon and the code server as real processes, one of which is killed, and what comes after it."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster._core.storage.dagster_run import DagsterRunStatus, RunsFilter

from tests.faults.system import START_S, STEPS_S, System, answers, clip, free_port, lives, running, until
from tiktok_assets.partitions import VIDEO_SET

pytestmark = pytest.mark.faults


@pytest.fixture
def system(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[System]:
    with running(tmp_path, **getattr(request, "param", {})) as made:
        yield made


def test_a_killed_run_worker_costs_an_attempt_and_nothing_else(system, tmp_path):
    """In the middle of an analyzer: noticed within a minute, done again, the gate free, the next video well."""
    system.drop(clip(tmp_path, "blue", "#336699"))
    spent = {"arrives and is at the analyzer": until(system.mark.exists, STEPS_S)}
    step = int(system.mark.read_text())
    (run,) = system.started()
    os.kill(system.worker_of(run.run_id), signal.SIGKILL)
    spent["its step is gone"] = until(lambda: not lives(step), 5)
    spent["the run is known to have failed"] = until(lambda: system.instance.get_run_by_id(run.run_id).is_failure, 60)
    spent["done"] = until(lambda: system.state(0) == "done", 300)
    (entry,) = system.ledger.page(None, 0, 10)
    assert entry.attempts <= 2
    assert system.is_gate_free()
    system.drop(clip(tmp_path, "red", "#993333"))
    spent["the next video is done"] = until(lambda: system.state(1) == "done", STEPS_S)
    print({what: round(seconds, 1) for what, seconds in spent.items()})
    assert system.ledger.unaccounted() == 0

    # Two runs over one video, submitted at once: one waits for the other.
    both = [system.launch(entry.video) for _ in range(2)]
    assert [process.wait(START_S) for process in both] == [0, 0]
    at_once, deadline = 0, time.monotonic() + STEPS_S
    mine = RunsFilter(tags={"dagster/partition": entry.video})
    busy = (DagsterRunStatus.STARTED, DagsterRunStatus.STARTING)
    runs = system.instance.get_runs(mine)
    while not all(each.is_finished for each in runs):
        assert time.monotonic() < deadline
        at_once = max(at_once, sum(each.status in busy for each in runs))
        time.sleep(0.1)
        runs = system.instance.get_runs(mine)
    assert at_once == 1
    assert sum(each.is_success for each in runs) >= 3


def test_a_code_server_and_its_worker_killed_are_found_out_by_the_reconciler(system, tmp_path):
    """The code server first, so that nobody sees the worker go; it is started again without `recover`."""
    video = system.begin(clip(tmp_path, "blue", "#336699"))
    until(system.mark.exists, STEPS_S)
    (run,) = system.started()
    worker = system.worker_of(run.run_id)
    system.kill("code")
    assert lives(worker), "a run does not need the code server that started it"
    os.kill(worker, signal.SIGKILL)
    time.sleep(1)
    assert not system.instance.get_run_by_id(run.run_id).is_finished, "somebody noticed: nothing is left to show"
    system.start()
    noticed = until(lambda: system.instance.get_run_by_id(run.run_id).is_failure, START_S)
    done = until(lambda: system.state(0) == "done", STEPS_S)
    print(f"noticed after {noticed:.0f} s, done {done:.0f} s later")
    assert system.ledger.entry(video).attempts <= 2  # Dagster's own retry of what failed is not another
    assert (system.ledger.unaccounted(), system.is_gate_free()) == (0, True)


@pytest.mark.parametrize("system", [{"TICK": "stays"}], indirect=True)
def test_a_daemon_killed_in_a_tick_loses_no_arrival_and_hands_none_over_twice(system, tmp_path):
    """And a webserver that is killed is missed by nobody."""
    system.mark.touch()  # no analysis hangs
    port = free_port()
    system.commands["webserver"] = [
        "dagster_webserver",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        "-w",
        str(system.workspace),
    ]
    system.start()
    until(lambda: answers(port), START_S)
    system.kill("webserver")
    del system.commands["webserver"]
    for name, colour in (("blue", "#336699"), ("red", "#993333")):
        system.drop(clip(tmp_path, name, colour))
    until(system.mark.with_name("tick").exists, START_S)
    assert not system.instance.get_dynamic_partitions(VIDEO_SET)
    system.kill("daemon")
    assert system.ledger.accepted() > 0
    system.start()
    until(lambda: (system.state(0), system.state(1)) == ("done", "done"), STEPS_S)
    entries = system.ledger.page(None, 0, 10)
    assert {entry.video for entry in entries} == set(system.instance.get_dynamic_partitions(VIDEO_SET))
    assert [entry.attempts for entry in entries] == [1, 1]
    assert system.ledger.unaccounted() == 0
