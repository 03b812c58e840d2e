"""Whether the process behind a run still lives. Dagster's default launcher does not look (it has no health check)."""

import os
import re
from pathlib import Path

import dagster as dg
from dagster._core.storage.dagster_run import DagsterRunStatus, RunsFilter
from dagster._core.storage.tags import GRPC_INFO_TAG

WORKER = "tiktok/worker"  # tag of a run within a command's process: host, process and when that began
ACTIVE = [
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]
STARTED = re.compile(r"Started process for run \(pid: (\d+)\)")
LOST = "its process is gone: killed, or lost in a power cut"


def this_process() -> str:
    """The tag's value for a run in this process."""
    return f"{os.uname().nodename} {os.getpid()} {_born(os.getpid())}"


def is_gone(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether it is certain that nobody works on a run any more. A run that waits for its process is not gone."""
    if worker := run.tags.get(WORKER):
        host, pid, born = worker.split()
        return host == os.uname().nodename and _born(int(pid)) != int(born)
    if run.status not in (DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING) or not _is_here(run):
        return False
    return (worker := _launched(instance, run)) is not None and not _lives(*worker)


def is_launched(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether a process that a code server started for a run is there."""
    return (worker := _launched(instance, run)) is not None and _lives(*worker)


def fail_gone(instance: dg.DagsterInstance) -> list[str]:
    """Report every run as failed whose process is gone; their ids."""
    found = []
    for run in instance.get_runs(RunsFilter(statuses=ACTIVE)):
        if is_gone(instance, run):
            end(instance, run, LOST)
            found.append(run.run_id)
    return found


def end(instance: dg.DagsterInstance, run: dg.DagsterRun, why: str) -> None:
    """Write down that a run is over, the way it was going to end."""
    if run.status == DagsterRunStatus.CANCELING:
        instance.report_run_canceled(run, f"Canceled; {why}.")
    else:
        instance.report_run_failed(run, f"This run is over: {why}.")


def _is_here(run: dg.DagsterRun) -> bool:
    """Whether a run was started by a code server of this machine."""
    return '"localhost"' in run.tags.get(GRPC_INFO_TAG, "")


def _launched(instance: dg.DagsterInstance, run: dg.DagsterRun) -> tuple[int, float] | None:
    """The process that a code server started for a run, and when it said so."""
    said = [
        (int(found[1]), entry.timestamp)
        for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT)
        if (found := STARTED.search((entry.dagster_event.message or "") if entry.dagster_event else ""))
    ]
    return said[-1] if said else None


def _lives(pid: int, since: float) -> bool:
    """Whether it is that process: numbers are given anew."""
    born = _born(pid)
    return born is not None and boot_time() + born / os.sysconf("SC_CLK_TCK") <= since + 2


def _born(pid: int) -> int | None:
    """When a process began, in clock ticks since the machine did; None for one that is no more."""
    try:
        state, *others = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state == "Z" else int(others[18])


def boot_time() -> float:
    """When this machine started."""
    line = next(line for line in Path("/proc/stat").read_text().splitlines() if line.startswith("btime"))
    return float(line.split()[1])
