"""After a power cut, before the code server starts: what was running is over, and what was half written goes.

Dagster itself would leave such runs `started`, and their places in the queue taken, for as long as a run may take.
And where the clock was set back, it would ask no sensor until the time of its last tick has come again.
"""

import time
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
from dagster._core.scheduler.instigation import InstigatorType, SensorInstigatorData
from dagster._core.storage.dagster_run import DagsterRunStatus, RunsFilter

from resources.ledger import AHEAD_S, Ledger
from resources.store import Store
from tiktok_assets.upkeep.housekeeping import leftovers, remove
from tiktok_assets.upkeep.reconciler import Plan, settle
from tiktok_assets.upkeep.workers import ACTIVE, LOST, WORKER, boot_time, end, is_gone, is_launched

HEARTBEAT_S = 60.0  # a daemon that was heard of more recently is running


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was put right."""

    failed_runs: list[str] = field(default_factory=list)
    alive: list[str] = field(default_factory=list)  # runs whose process is there: left alone
    waiting: list[str] = field(default_factory=list)  # videos that wait for their next attempt
    gave_up: list[str] = field(default_factory=list)
    leftovers: int = 0
    woken: list[str] = field(default_factory=list)  # sensors, and videos, that waited for a clock that was set back


def recover(store: Store, instance: dg.DagsterInstance) -> Recovered:
    """Put right what a power cut, or a kill of everything, left behind. Safe while the system runs, too."""
    is_running = _is_running(instance)
    failed, alive = [], []
    for run in instance.get_runs(RunsFilter(statuses=[s for s in ACTIVE if s != DagsterRunStatus.QUEUED])):
        if is_gone(instance, run) or not (is_running or WORKER in run.tags or is_launched(instance, run)):
            end(instance, run, LOST)
            failed.append(run.run_id)
        else:
            alive.append(run.run_id)
    woken = [*_wake(instance), *Ledger(Path(store.root)).clock_was_ahead()]
    plan = Plan()
    settle(instance, store, plan, settle_s=0.0)
    left = list(leftovers(Path(store.root)))
    for path in left:
        remove(path)
    return Recovered(failed, alive, plan.postponed, plan.gave_up, len(left), woken)


def _wake(instance: dg.DagsterInstance) -> list[str]:
    """Sensors that were asked at a time which has yet to come are asked at once; their names."""
    now, woken = time.time(), []
    if instance.schedule_storage is None:  # of a test: no daemon ever looks at it
        return woken
    for state in instance.all_instigator_state(instigator_type=InstigatorType.SENSOR):
        asked = state.instigator_data
        if not isinstance(asked, SensorInstigatorData):
            continue
        if max(asked.last_tick_timestamp or 0.0, asked.last_tick_start_timestamp or 0.0) > now + AHEAD_S:
            data = asked._replace(last_tick_timestamp=None, last_tick_start_timestamp=None)
            instance.update_instigator_state(state.with_data(data))
            woken.append(state.instigator_name)
    return woken


def _is_running(instance: dg.DagsterInstance) -> bool:
    """Whether a daemon has been heard of a moment ago, since the machine started."""
    beats = [status.last_heartbeat for status in instance.get_daemon_statuses().values()]
    latest = max((beat.timestamp for beat in beats if beat), default=0.0)
    return latest > boot_time() and time.time() - latest < HEARTBEAT_S
