"""What was accepted and is not being worked on is requested again, until it has come to an end.

Dagster's own retry is lost for good when the code server is away at that second, and a run whose process was
killed may stay `started` for hours. The ledger knows what is owed; here it is compared with what Dagster does.
What is new becomes a partition by the drop folder's sensor, in doses, and is started by the automation, in batches.
Whatever that did not start in time, or did not finish, gets a run of its own.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
from dagster._core.execution.backfill import BulkActionsFilter, BulkActionStatus, PartitionBackfill
from dagster._core.storage.dagster_run import DagsterRunStatus, RunsFilter
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    AUTO_RETRY_RUN_ID_TAG,
    PARTITION_NAME_TAG,
    WILL_RETRY_TAG,
)

from resources.ledger import Entry, Ledger
from resources.settings import Settings
from resources.store import Store
from tiktok_assets.arrivals.room import shortage
from tiktok_assets.partitions import VIDEO_SET
from tiktok_assets.upkeep.bookkeeping import LATER, conclude
from tiktok_assets.upkeep.workers import ACTIVE, fail_gone

PER_TICK = 50  # requests: a run request costs a second of a tick (5,000 in one took more than 400 s)
MOST_QUEUED = 200  # a queued run costs 130 kB of disk
GRACE_S = 120.0  # for the automation to start a new partition, and for Dagster to do its own retry
ASKED_S = 300.0  # for a requested run to appear in the queue
SETTLE_S = 30.0  # between a run and the next of the same batch
LOOKED_AT = 2000  # rows that are due, of which many may be in work


@dataclass(slots=True)
class Plan:
    """What one look came to."""

    failed_runs: list[str] = field(default_factory=list)  # whose process was gone
    postponed: list[str] = field(default_factory=list)
    gave_up: list[str] = field(default_factory=list)
    to_start: list[Entry] = field(default_factory=list)
    held: str | None = None  # why nothing is started
    unaccounted: int = 0

    @property
    def said(self) -> str:
        """In a line, for who looks at the sensor."""
        parts = (("lost runs", self.failed_runs), ("postponed", self.postponed), ("given up", self.gave_up))
        found = [f"{len(videos)} {what}" for what, videos in parts if videos]
        return "; ".join([*([self.held] if self.held else []), *found]) or "nothing is owed"


def reconcile(instance: dg.DagsterInstance, store: Store, settings: Settings) -> Plan:
    """Settle what is lost, and say what is to be started."""
    ledger, data = Ledger(Path(store.root)), Path(store.root)
    plan = Plan(failed_runs=fail_gone(instance))
    settle(instance, store, plan)
    plan.unaccounted = ledger.unaccounted()
    plan.held = shortage(data, settings.free_gb)
    most = min(PER_TICK, MOST_QUEUED - instance.get_runs_count(RunsFilter(statuses=[DagsterRunStatus.QUEUED])))
    if plan.held or most <= 0:
        plan.held = plan.held or f"{MOST_QUEUED} runs are queued"
        return plan
    active, known = active_videos(instance), set(instance.get_dynamic_partitions(VIDEO_SET))
    for entry in ledger.due(LOOKED_AT):
        if len(plan.to_start) == most:
            break
        if entry.video in active or entry.video not in known:
            continue
        if not entry.attempts and entry.due_at == entry.accepted_at:  # seen for the first time
            ledger.put_off(entry.video, GRACE_S)
        elif ledger.put_off(entry.video, ASKED_S):
            plan.to_start.append(entry)
    return plan


def settle(instance: dg.DagsterInstance, store: Store, plan: Plan, *, settle_s: float = SETTLE_S) -> None:
    """Rows that are `running` while nobody works on them wait again, or have had their last attempt."""
    ledger, now = Ledger(Path(store.root)), time.time()
    running = ledger.in_state("running")
    active = active_videos(instance) if running else set()
    for entry in running:
        if entry.video in active or abs(now - entry.changed_at) < settle_s:  # the clock may have been set back
            continue
        record = instance.get_run_record_by_id(entry.run_id) if entry.run_id else None
        if record and (record.dagster_run.status in ACTIVE or _may_be_retried(record, now)):
            continue
        if record and record.dagster_run.is_success and (store.report_folder(entry.video) / "report.json").exists():
            conclude(store, entry.video)  # its file was brought in again; the report is as it was
            continue
        word, reason = _why(instance, record)
        state = ledger.postpone(entry.video, word, reason, LATER)
        (plan.gave_up if state == "gave_up" else plan.postponed).append(entry.video)


def _may_be_retried(record: dg.RunRecord, now: float) -> bool:
    """Whether Dagster has promised to do a failed run again, and still may."""
    tags = record.dagster_run.tags
    ended = record.end_time or record.update_timestamp.timestamp()
    return tags.get(WILL_RETRY_TAG) == "true" and AUTO_RETRY_RUN_ID_TAG not in tags and abs(now - ended) < GRACE_S


def _why(instance: dg.DagsterInstance, record: dg.RunRecord | None) -> tuple[str, str]:
    """Word and reason for an attempt that left no report."""
    if record is None:
        return "run_missing", "the run that was at it is not there any more"
    run = record.dagster_run
    if run.is_success:
        return "no_report", f"run {run.run_id} ended well, and there is no report"
    if run.status == DagsterRunStatus.CANCELED:
        return "canceled", f"run {run.run_id} was canceled"
    said = [
        _first_line(entry)
        for kind in (dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE)
        for entry in instance.all_logs(run.run_id, of_type=kind)
    ]
    return "run_failed", f"run {run.run_id}: {next(filter(None, said), 'failed')}"[:500]


def _first_line(entry: dg.EventLogEntry) -> str:
    event = entry.dagster_event
    if event is None:
        return ""
    if event.is_step_failure and (error := event.step_failure_data.error):
        return f"{event.step_key}: {(error.cause or error).message.strip()}"
    return (event.message or "").strip()


# What Dagster is at


def active_videos(instance: dg.DagsterInstance) -> set[str]:
    """Every video that a run or a backfill is at, or is going to be at."""
    found: set[str] = set()
    order: list[str] | None = None
    for run in instance.get_runs(RunsFilter(statuses=ACTIVE)):
        if video := run.tags.get(PARTITION_NAME_TAG):
            found.add(video)
        elif first := run.tags.get(ASSET_PARTITION_RANGE_START_TAG):
            order = order if order is not None else list(instance.get_dynamic_partitions(VIDEO_SET))
            found.update(_range(order, first, run.tags[ASSET_PARTITION_RANGE_END_TAG]))
    statuses = [BulkActionStatus.REQUESTED, BulkActionStatus.CANCELING, BulkActionStatus.FAILING]
    for backfill in instance.get_backfills(filters=BulkActionsFilter(statuses=statuses)):
        found.update(_targets(backfill))
    return found


def _range(order: list[str], first: str, last: str) -> list[str]:
    """A range of partitions is positional, in the order in which they were added."""
    if first not in order or last not in order:
        return [first, last]
    return order[order.index(first) : order.index(last) + 1]


def _targets(backfill: PartitionBackfill) -> Iterator[str]:
    """The videos of a batch for which nothing has failed yet."""
    yield from backfill.partition_names or ()
    if data := backfill.asset_backfill_data:
        failed = {key for _, key in data.failed_and_downstream_subset.iterate_asset_partitions()}
        targets = {key for _, key in data.target_subset.iterate_asset_partitions()}
        yield from (key for key in targets - failed if key is not None)
