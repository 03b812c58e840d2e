"""Nothing accepted is lost: what nobody works on is requested again, a few at a time, until it has come to an end."""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.storage.dagster_run import DagsterRunStatus
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

from resources import sources
from resources.ledger import ATTEMPTS, Ledger
from resources.settings import Settings
from tests.tiktok_assets.upkeep.small import small
from tiktok_assets.definitions import build
from tiktok_assets.partitions import VIDEO_SET
from tiktok_assets.sensors import reconciler
from tiktok_assets.upkeep import reconciler as module
from tiktok_assets.upkeep.reconciler import MOST_QUEUED, PER_TICK, active_videos, reconcile
from tiktok_assets.upkeep.workers import WORKER, fail_gone, is_gone, this_process

KEYS = [f"local-{n:016x}" for n in range(5000)]
KEY = KEYS[0]


@pytest.fixture
def instance(monkeypatch):
    monkeypatch.setattr(module, "SETTLE_S", 0.0)
    monkeypatch.setattr(module, "shortage", lambda *_: None)  # whatever this machine's disk
    with dg.DagsterInstance.ephemeral() as made:
        yield made


@pytest.fixture
def ledger(store) -> Ledger:
    return Ledger(Path(store.root))


@pytest.fixture
def clock(monkeypatch):
    """Time, moved on by hand: ledger and reconciler see the same."""
    shift = [0.0]
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + shift[0])
    return shift


ORIGIN = RemoteJobOrigin(
    RemoteRepositoryOrigin(ManagedGrpcPythonEnvCodeLocationOrigin(LoadableTargetOrigin(module_name="m"), "l"), "r"),
    "small",
)


def a_run(instance, status: DagsterRunStatus, **tags: str) -> str:
    named = {name.replace("__", "/"): value for name, value in tags.items()}
    return instance.create_run_for_job(small, status=status, tags=named, remote_job_origin=ORIGIN).run_id


def settle(instance, store):
    plan = module.Plan()
    module.settle(instance, store, plan, settle_s=0.0)
    return plan


def begun(instance, ledger, status: DagsterRunStatus, **tags: str) -> str:
    run_id = a_run(instance, status, dagster__partition=KEY, **tags)
    ledger.begin(KEY, run_id)
    return run_id


# Rows that are running


@pytest.mark.parametrize("status", [DagsterRunStatus.STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.CANCELING])
def test_what_a_run_is_at_is_left_alone(store, instance, ledger, status):
    begun(instance, ledger, status)
    assert settle(instance, store).postponed == []
    assert ledger.entry(KEY).state == "running"


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (DagsterRunStatus.FAILURE, "run_failed"),
        (DagsterRunStatus.CANCELED, "canceled"),
        (DagsterRunStatus.SUCCESS, "no_report"),
    ],
)
def test_what_its_run_left_without_a_report_waits_again(store, instance, ledger, status, word):
    begun(instance, ledger, status)
    assert settle(instance, store).postponed == [KEY]
    assert (ledger.entry(KEY).state, ledger.entry(KEY).word) == ("waiting", word)


def test_what_a_run_that_is_gone_from_the_records_was_at_waits_again(store, instance, ledger):
    ledger.begin(KEY, "0f0f0f0f-0000-0000-0000-000000000000")
    assert settle(instance, store).postponed == [KEY]
    assert ledger.entry(KEY).word == "run_missing"


def test_another_run_over_the_same_video_counts_as_work(store, instance, ledger):
    begun(instance, ledger, DagsterRunStatus.FAILURE)
    a_run(instance, DagsterRunStatus.QUEUED, dagster__partition=KEY)
    assert settle(instance, store).postponed == []


def test_a_retry_that_dagster_promised_is_waited_for_and_not_for_ever(store, instance, ledger, clock):
    begun(instance, ledger, DagsterRunStatus.FAILURE, dagster__will_retry="true")
    assert settle(instance, store).postponed == []
    clock[0] += 10 * module.GRACE_S
    assert settle(instance, store).postponed == [KEY]


def test_a_batch_counts_as_work_for_all_its_videos(store, instance, ledger):
    instance.add_dynamic_partitions(VIDEO_SET, KEYS[:10])
    ends = {"dagster__asset_partition_range_start": KEYS[2], "dagster__asset_partition_range_end": KEYS[4]}
    a_run(instance, DagsterRunStatus.STARTED, **ends)
    assert active_videos(instance) == set(KEYS[2:5])


def test_after_its_last_attempt_an_input_is_given_up_with_the_reason(store, instance, ledger):
    for _ in range(ATTEMPTS):
        run_id = begun(instance, ledger, DagsterRunStatus.FAILURE)
        plan = settle(instance, store)
    assert plan.gave_up == [KEY]
    assert ledger.entry(KEY).state == "gave_up"
    assert run_id in ledger.entry(KEY).reason


def test_a_video_whose_file_alone_was_brought_in_again_is_done_as_before(
    house, store, instance, ledger, clips, settings
):
    video = sources.accept(store, clips[0])
    ledger.accept(video, "a")
    instance.add_dynamic_partitions(VIDEO_SET, [video])
    job = build(settings).resolve_job_def("analyze")
    assert job.execute_in_process(instance=instance, partition_key=video).success
    before = ledger.entry(video)
    report = store.report_folder(video) / "report.json"
    assert (before.state, before.attempts) == ("done", 1)
    assert before.report_sha == hashlib.sha256(report.read_bytes()).hexdigest()
    only = [dg.AssetKey(["source", "video"])]
    assert job.execute_in_process(instance=instance, partition_key=video, asset_selection=only).success
    assert ledger.entry(video).state == "running"
    assert settle(instance, store).postponed == []
    assert (ledger.entry(video).state, ledger.entry(video).report_sha) == ("done", before.report_sha)


# Runs whose process is gone


def test_a_run_of_this_process_is_alive_and_one_of_a_killed_process_is_not(instance):
    mine = instance.get_run_by_id(a_run(instance, DagsterRunStatus.STARTED, tiktok__worker=this_process()))
    assert not is_gone(instance, mine)
    script = "from tiktok_assets.upkeep.workers import this_process; print(this_process())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=HOME)
    lost = a_run(instance, DagsterRunStatus.STARTED, tiktok__worker=done.stdout.strip())
    assert fail_gone(instance) == [lost]
    assert instance.get_run_by_id(lost).status == DagsterRunStatus.FAILURE
    assert WORKER == "tiktok/worker"


HOME = Path(__file__).parents[3]


def test_a_process_number_that_was_given_anew_is_another_process(instance):
    host, pid, born = this_process().split()
    run_id = a_run(instance, DagsterRunStatus.STARTED, tiktok__worker=f"{host} {pid} {int(born) - 500}")
    assert is_gone(instance, instance.get_run_by_id(run_id))


def test_a_process_on_another_machine_is_none_of_ours(instance):
    run_id = a_run(instance, DagsterRunStatus.STARTED, tiktok__worker="elsewhere 1 1")
    assert not is_gone(instance, instance.get_run_by_id(run_id))


@pytest.mark.parametrize("is_alive", [True, False])
def test_a_launched_run_is_looked_up_by_the_process_it_named(instance, is_alive):
    run_id = a_run(instance, DagsterRunStatus.STARTED, **{".dagster__grpc_info": '{"host": "localhost"}'})
    run = instance.get_run_by_id(run_id)
    other = subprocess.Popen([sys.executable, "-c", "pass"])
    other.wait()
    pid = os.getpid() if is_alive else other.pid
    instance.report_engine_event(f"Started process for run (pid: {pid}).", run)
    assert is_gone(instance, run) is not is_alive


# What is started


def ready(instance, ledger, keys: list[str], clock) -> None:
    """Partitions that the automation was given its time for."""
    ledger.accept_many([(key, "list.txt") for key in keys])
    instance.add_dynamic_partitions(VIDEO_SET, keys)


def test_a_new_video_is_left_to_the_automation_first(store, instance, ledger, clock):
    ready(instance, ledger, [KEY], clock)
    assert reconcile(instance, store, Settings()).to_start == []
    clock[0] += module.GRACE_S + 1
    assert [entry.video for entry in reconcile(instance, store, Settings()).to_start] == [KEY]


def test_what_is_no_partition_yet_waits_for_its_dose(store, instance, ledger, clock):
    ledger.accept(KEY, "list.txt")
    clock[0] += 1e5
    assert reconcile(instance, store, Settings()).to_start == []


def test_an_attempt_that_is_due_is_requested_once(store, instance, ledger, clock):
    ready(instance, ledger, [KEY], clock)
    ledger.begin(KEY, "lost")
    settle(instance, store)
    assert reconcile(instance, store, Settings()).to_start == []
    clock[0] += 61
    assert len(reconcile(instance, store, Settings()).to_start) == 1
    assert reconcile(instance, store, Settings()).to_start == [], "requested twice"
    clock[0] += module.ASKED_S + 1
    assert len(reconcile(instance, store, Settings()).to_start) == 1, "the request was lost, and never made again"


def test_nothing_is_requested_of_what_runs_or_is_queued(store, instance, ledger, clock):
    ready(instance, ledger, KEYS[:2], clock)
    reconcile(instance, store, Settings())
    clock[0] += module.GRACE_S + 1
    a_run(instance, DagsterRunStatus.QUEUED, dagster__partition=KEYS[0])
    assert [entry.video for entry in reconcile(instance, store, Settings()).to_start] == [KEYS[1]]


def test_five_thousand_are_handed_over_in_doses_in_their_order(store, instance, ledger, clock):
    ready(instance, ledger, KEYS, clock)
    for _ in range(3):  # all are seen once
        reconcile(instance, store, Settings())
    clock[0] += module.GRACE_S + 1
    first = [entry.video for entry in reconcile(instance, store, Settings()).to_start]
    assert first == KEYS[:PER_TICK]
    second = [entry.video for entry in reconcile(instance, store, Settings()).to_start]
    assert second == KEYS[PER_TICK : 2 * PER_TICK]


def test_a_full_queue_is_not_filled_further(store, instance, ledger, clock, monkeypatch):
    ready(instance, ledger, KEYS[:60], clock)
    reconcile(instance, store, Settings())
    clock[0] += module.GRACE_S + 1
    for n in range(MOST_QUEUED - 3):
        a_run(instance, DagsterRunStatus.QUEUED, n=str(n))
    assert len(reconcile(instance, store, Settings()).to_start) == 3
    for n in range(3):
        a_run(instance, DagsterRunStatus.QUEUED, more=str(n))
    plan = reconcile(instance, store, Settings())
    assert plan.to_start == []
    assert "queued" in plan.said


def test_on_a_disk_that_is_almost_full_nothing_is_begun_and_the_sensor_says_so(
    store, instance, ledger, clock, monkeypatch
):
    ready(instance, ledger, [KEY], clock)
    reconcile(instance, store, Settings())
    clock[0] += module.GRACE_S + 1
    monkeypatch.setattr(module, "shortage", lambda *_: "the disk is almost full: 0.1 GB free")
    assert reconcile(instance, store, Settings()).to_start == []
    assert "almost full" in str(tick(instance, store).skip_reason)
    monkeypatch.setattr(module, "shortage", lambda *_: None)
    assert len(reconcile(instance, store, Settings()).to_start) == 1


# The sensor


def tick(instance, store):
    context = dg.build_sensor_context(instance=instance, resources={"store": store})
    return reconciler(context)


def test_the_sensor_requests_one_run_per_video_by_its_partition(store, instance, ledger, clock):
    ready(instance, ledger, KEYS[:2], clock)
    tick(instance, store)
    clock[0] += module.GRACE_S + 1
    requests = tick(instance, store).run_requests
    assert [request.partition_key for request in requests] == KEYS[:2]
    assert len({request.run_key for request in requests}) == 2


def test_with_nothing_owed_the_sensor_says_so(store, instance):
    assert "nothing is owed" in str(tick(instance, store).skip_reason)


@pytest.mark.expects_errors
def test_an_input_that_nobody_can_account_for_is_an_alarm(store, instance, ledger, monkeypatch):
    import sqlite3

    ledger.accept(KEY, "a")
    with sqlite3.connect(Path(store.root) / "ledger.sqlite") as db:
        db.execute("DELETE FROM inputs")
    db.close()
    assert reconcile(instance, store, Settings()).unaccounted == 1
    tick(instance, store)
