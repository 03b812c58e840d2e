"""One screen that says how things stand."""

import json
from pathlib import Path

import pytest
from dagster._core.storage.dagster_run import DagsterRunStatus

from resources.ledger import Ledger
from resources.settings import Settings
from tests.tiktok_assets.test_cli import cli
from tests.tiktok_assets.upkeep.small import small
from tiktok_assets.instance import open_instance
from tiktok_assets.upkeep import status
from tiktok_assets.upkeep.workers import this_process

KEYS = [f"local-{n:016x}" for n in range(9)]


@pytest.fixture
def instance(store):
    with open_instance(Path(store.root)) as made:
        yield made


def test_an_empty_house_is_good_and_idle(store, instance, monkeypatch):
    monkeypatch.setattr(status, "shortage", lambda *_: None)
    seen = status.look(Path(store.root), instance, Settings())
    assert seen.is_good
    assert sum(seen.inputs.values()) == seen.queued == seen.unaccounted == 0
    said = "\n".join(status.lines(seen))
    assert "waiting 0" in said
    assert "running   nothing" in said
    assert "never seen here" in said


def test_what_runs_is_shown_with_its_video_and_whether_it_lives(store, instance):
    host, pid, born = this_process().split()
    for key, tag in ((KEYS[0], this_process()), (KEYS[1], f"{host} {pid} {int(born) - 9}")):
        tags = {"dagster/partition": key, "tiktok/worker": tag}
        instance.create_run_for_job(small, status=DagsterRunStatus.STARTED, tags=tags)
    seen = {run.video: run for run in status.look(Path(store.root), instance, Settings()).running}
    assert seen[KEYS[0]].is_alive
    assert not seen[KEYS[1]].is_alive
    assert seen[KEYS[0]].seconds >= 0


def test_the_last_failures_come_with_their_remedy(store, instance):
    ledger = Ledger(Path(store.root))
    for number, key in enumerate(KEYS):
        ledger.begin(key, "run")
        ledger.finish(key, "refused", "removed", f"number {number}", "Choose another")
    seen = status.look(Path(store.root), instance, Settings())
    assert [failure.reason for failure in seen.failures] == [f"number {n}" for n in (8, 7, 6, 5, 4)]
    assert "Choose another" in "\n".join(status.lines(seen))


def test_work_that_waits_for_a_daemon_that_is_not_there_is_not_good(store, instance, monkeypatch):
    monkeypatch.setattr(status, "shortage", lambda *_: None)
    Ledger(Path(store.root)).accept(KEYS[0], "a")
    seen = status.look(Path(store.root), instance, Settings())
    assert not seen.is_good
    assert seen.oldest_waiting_s is not None


def test_a_disk_that_is_almost_full_is_not_good_and_says_what_to_do(store, instance, monkeypatch):
    monkeypatch.setattr(status, "shortage", lambda *_: "the disk is almost full")
    seen = status.look(Path(store.root), instance, Settings())
    assert not seen.is_good
    assert "clean --older-than" in "\n".join(status.lines(seen))


def test_the_commands_print_json_for_programs(tmp_path):
    told = json.loads(cli("status", "--json", data=tmp_path).stdout)
    assert {"inputs", "running", "daemons", "disk_free_gb", "failures", "good"} <= set(told)
    assert json.loads(cli("recover", "--json", data=tmp_path).stdout)["failed_runs"] == []
    cleaned = cli("clean", "--older-than", "30d", "--dry-run", "--json", data=tmp_path)
    assert json.loads(cleaned.stdout) == {
        "videos": 0,
        "runs": 0,
        "leftovers": 0,
        "earlier": 0,
        "bytes": 0,
        "dry_run": True,
    }
    gone = cli("forget", KEYS[0], "--json", data=tmp_path)
    assert json.loads(gone.stdout) == {"files": 0, "bytes": 0, "runs": 0}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["forget", "../media"], "is no video id"),
        (["clean", "--older-than", "soon"], "is no number of days"),
        (["clean"], "Missing option"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_is_told(tmp_path, words, said):
    done = cli(*words, data=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
