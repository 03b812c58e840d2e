"""How things stand, on one screen: inputs by state, what runs now, who lives, the disk, and what failed last."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.execution.stats import StepEventStatus
from dagster._core.storage.dagster_run import DagsterRunStatus, RunsFilter
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
)

from resources.ledger import Entry, Ledger, State
from resources.settings import Settings
from tiktok_assets.arrivals.room import shortage
from tiktok_assets.upkeep.workers import is_gone

LATE_S = 120.0  # a daemon that has been silent for longer is taken for dead
LAST = 5  # failures that are shown
FAILED: tuple[State, ...] = ("refused", "gave_up", "partial")


@dataclass(frozen=True, slots=True)
class Running:
    """A run in progress."""

    run_id: str
    video: str  # or the first and the last of a range
    step: str | None  # the latest that has begun and not ended
    seconds: float  # since that step began, or the run
    is_alive: bool


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that came to a bad end."""

    video: str
    state: State
    word: str | None
    reason: str | None
    remedy: str | None
    at: float


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the screen."""

    inputs: dict[State, int]
    unaccounted: int  # 0, or something is badly wrong
    running: list[Running]
    queued: int  # runs
    oldest_waiting_s: float | None
    daemons: dict[str, float | None]  # seconds since each was heard of
    disk_free_gb: float
    disk_used: float  # share of the disk
    shortage: str | None
    failures: list[Failure]  # the latest first

    @property
    def is_good(self) -> bool:
        """Whether nothing needs a hand."""
        beats = [age for age in self.daemons.values() if age is not None]
        is_late = bool(self.inputs["waiting"]) and (not beats or min(beats) > LATE_S)
        return not (self.unaccounted or self.shortage or is_late)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"good": self.is_good}


def look(data: Path, instance: dg.DagsterInstance, settings: Settings) -> Overview:
    ledger, now = Ledger(data), time.time()
    disk = shutil.disk_usage(next(path for path in (data, *data.parents) if path.exists()))
    waiting = ledger.due(1)
    failed = sorted((e for s in FAILED for e in ledger.in_state(s, LAST)), key=lambda e: -e.changed_at)
    return Overview(
        inputs=ledger.counts(),
        unaccounted=ledger.unaccounted(),
        running=list(_running(instance, now)),
        queued=instance.get_runs_count(RunsFilter(statuses=[DagsterRunStatus.QUEUED])),
        oldest_waiting_s=round(now - waiting[0].accepted_at, 1) if waiting else None,
        daemons=_daemons(instance, now),
        disk_free_gb=round(disk.free / 1e9, 1),
        disk_used=round(disk.used / disk.total, 3),
        shortage=shortage(data, settings.free_gb),
        failures=[_failure(entry) for entry in failed[:LAST]],
    )


def _running(instance: dg.DagsterInstance, now: float) -> Iterator[Running]:
    statuses = [DagsterRunStatus.STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.CANCELING]
    for record in instance.get_run_records(RunsFilter(statuses=statuses)):
        run = record.dagster_run
        steps = instance.get_run_step_stats(run.run_id)
        open_steps = [s for s in steps if s.status == StepEventStatus.IN_PROGRESS and s.start_time]
        latest = max(open_steps, key=lambda s: s.start_time or 0.0, default=None)
        since = (latest and latest.start_time) or record.start_time or record.create_timestamp.timestamp()
        yield Running(
            run.run_id,
            _video(run.tags),
            latest and latest.step_key,
            round(now - since, 1),
            not is_gone(instance, run),
        )


def _video(tags: Any) -> str:
    if video := tags.get(PARTITION_NAME_TAG):
        return video
    first, last = tags.get(ASSET_PARTITION_RANGE_START_TAG), tags.get(ASSET_PARTITION_RANGE_END_TAG)
    return f"{first} .. {last}" if first != last else first or "-"


def _daemons(instance: dg.DagsterInstance, now: float) -> dict[str, float | None]:
    found = instance.get_daemon_statuses()
    return {
        name: round(now - status.last_heartbeat.timestamp, 1) if status.last_heartbeat else None
        for name, status in sorted(found.items())
    }


def _failure(entry: Entry) -> Failure:
    return Failure(entry.video, entry.state, entry.word, entry.reason, entry.remedy, entry.changed_at)


def lines(seen: Overview) -> Iterator[str]:
    """The screen, line by line, without markup."""
    yield "inputs    " + "   ".join(f"{state} {n}" for state, n in seen.inputs.items())
    if seen.unaccounted:
        yield f"          {seen.unaccounted} UNACCOUNTED FOR: the ledger is damaged; restore it from a backup"
    oldest = f", the oldest for {_span(seen.oldest_waiting_s)}" if seen.oldest_waiting_s is not None else ""
    yield f"queue     {seen.queued} runs queued{oldest}"
    for run in seen.running:
        gone = "" if run.is_alive else "   its process is gone: it will be started again"
        yield f"running   {run.video}   {run.step or 'starting'}   {_span(run.seconds)}{gone}"
    if not seen.running:
        yield "running   nothing"
    beats = [age for age in seen.daemons.values() if age is not None]
    if not beats:
        yield "daemon    never seen here; start it with: make ui"
    elif min(beats) > LATE_S:
        yield f"daemon    silent for {_span(min(beats))}: nothing is started; start it again"
    else:
        late = [name for name, age in seen.daemons.items() if age is None or age > LATE_S]
        yield f"daemon    alive {_span(min(beats))} ago" + (f"; silent: {', '.join(late)}" if late else "")
    yield f"disk      {seen.disk_free_gb:.1f} GB free, {seen.disk_used:.0%} used"
    if seen.shortage:
        yield f"          {seen.shortage}; free some: python -m tiktok_assets clean --older-than 7d"
    for failure in seen.failures:
        yield f"{failure.state:<9} {failure.video}   {failure.word}: {failure.reason}"
        if failure.remedy:
            yield f"          {failure.remedy}"


def _span(seconds: float) -> str:
    """A span of time, short."""
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
