"""After a power cut: what was running is over, what was half written goes, and the next attempt is due."""

import os
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.dagster_run import DagsterRunStatus

from resources.ledger import Ledger
from tests.tiktok_assets.upkeep.small import small
from tiktok_assets.upkeep import recover as module
from tiktok_assets.upkeep.recover import recover
from tiktok_assets.upkeep.workers import this_process

KEY = "local-0123456789abcdef"


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def a_run(instance, status: DagsterRunStatus, **tags: str) -> str:
    named = {name.replace("__", "/"): value for name, value in tags.items()}
    return instance.create_run_for_job(small, status=status, tags=named).run_id


LEFT = [DagsterRunStatus.STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.CANCELING, DagsterRunStatus.NOT_STARTED]


@pytest.mark.parametrize("status", LEFT)
def test_a_run_that_a_power_cut_took_is_ended_and_its_video_waits(store, instance, status):
    run_id = a_run(instance, status, dagster__partition=KEY)
    ledger = Ledger(Path(store.root))
    ledger.begin(KEY, run_id)
    done = recover(store, instance)
    assert (done.failed_runs, done.waiting) == ([run_id], [KEY])
    assert instance.get_run_by_id(run_id).is_finished
    assert ledger.entry(KEY).state == "waiting"


def test_while_the_system_runs_what_is_in_progress_is_left_alone(store, instance, monkeypatch):
    monkeypatch.setattr(module, "_is_running", lambda instance: True)
    run_id = a_run(instance, DagsterRunStatus.STARTED)
    assert recover(store, instance).alive == [run_id]


def test_a_command_that_lives_is_left_alone_and_one_that_was_killed_is_not(store, instance):
    mine = a_run(instance, DagsterRunStatus.STARTED, tiktok__worker=this_process())
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    born = Path(f"/proc/{other.pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    host = this_process().split()[0]
    lost = a_run(instance, DagsterRunStatus.STARTED, tiktok__worker=f"{host} {other.pid} {born}")
    assert recover(store, instance).failed_runs == []
    other.kill()
    other.wait()
    done = recover(store, instance)
    assert (done.failed_runs, done.alive) == ([lost], [mine])


def test_half_written_files_and_folders_of_yesterday_go_and_young_ones_stay(store, instance):
    data = Path(store.root)
    old, young = data / "tables" / "glow" / ".x.parquet.abc.tmp", data / "reports" / KEY / ".report.json.abc.tmp"
    folder, whole = data / "sources" / f".{KEY}.abc.tmp", data / "tables" / "glow" / f"{KEY}.parquet"
    for path in (old, young, folder / "motion" / "grey.raw", whole):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("half")
    for path in (old, folder, whole):
        os.utime(path, (time.time() - 2 * 86_400,) * 2)
    assert recover(store, instance).leftovers == 2
    assert [p.exists() for p in (old, young, folder, whole)] == [False, True, False, True]


def test_where_nothing_was_lost_nothing_is_done(store, instance):
    assert recover(store, instance) == module.Recovered()
