"""What may go: decoded parts of finished videos, runs that newer ones replaced, their logs, half-written leftovers,
and former versions of tables beyond the newest few.

Materializations live in run records: a run that holds the newest one of any asset for any video stays.
"""

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
from dagster._core.storage.dagster_run import FINISHED_STATUSES, RunsFilter
from dagster._core.storage.tags import PARTITION_NAME_TAG

from resources import sources
from resources.ledger import TERMINAL, Ledger
from resources.places import settings_path
from resources.settings import load_settings
from resources.store import KEPT, Store, newest_first
from tiktok_assets.partitions import VIDEO_SET
from tiktok_assets.upkeep.workers import ACTIVE

DAY_S = 86_400.0
LEFTOVER_S = DAY_S  # a file that is still being written is younger
WRITTEN = ("media", "sources", "tables", "earlier", "reports", "attempts", "corpus")
PART_OF_A_QUERY = 500  # ids


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What went, or would go."""

    videos: int  # whose decoded parts went
    runs: int
    leftovers: int
    earlier: int  # versions of tables
    bytes: int


def clean(store: Store, instance: dg.DagsterInstance, older_s: float, *, is_trial: bool = False) -> Cleaned:
    """Remove what is older than that and of no more use; a trial only counts it."""
    data = Path(store.root)
    videos = list(_with_parts(store, older_s))
    parts = [path for video in videos for path in sources.parts(store, video)]
    left, former = list(leftovers(data)), list(_beyond_the_newest(data))
    runs = _superseded(instance, older_s)
    logs = [path for run_id in runs for path in _files_of(data, run_id)]
    freed = sum(size(path) for path in (*parts, *left, *former, *logs))
    if not is_trial:
        for run_id in runs:
            instance.delete_run(run_id)
        for path in (*parts, *left, *former, *logs):
            remove(path)
    return Cleaned(len(videos), len(runs), len(left), len(former), freed)


def leftovers(data: Path, older_s: float = LEFTOVER_S) -> Iterator[Path]:
    """Files and folders that a process which was killed left half written."""
    latest = time.time() - older_s
    for kind in WRITTEN:
        for folder, folders, files in os.walk(data / kind):
            for name in (*folders, *files):
                path = Path(folder, name)
                if name.startswith(".") and name.endswith(".tmp") and path.lstat().st_mtime < latest:
                    yield path
            folders[:] = [name for name in folders if not name.endswith(".tmp")]


def _beyond_the_newest(data: Path) -> Iterator[Path]:
    """Former versions of tables that are one too many: of before fewer were kept, or left by a writer that died."""
    for folder in sorted((data / "earlier").glob("*/*/")):
        yield from newest_first(folder)[KEPT:]


def remove(path: Path) -> None:
    """A file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def size(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    if path.is_dir() and not path.is_symlink():
        return sum(file.lstat().st_size for file in path.rglob("*") if not file.is_dir())
    return path.lstat().st_size if path.exists() else 0


def _with_parts(store: Store, older_s: float) -> Iterator[str]:
    """Videos that came to an end so long ago and still have decoded parts."""
    latest, ledger = time.time() - older_s, Ledger(Path(store.root))
    for state in TERMINAL:
        for entry in ledger.in_state(state, most=10**6):
            if entry.changed_at < latest and sources.parts(store, entry.video):
                yield entry.video


def _superseded(instance: dg.DagsterInstance, older_s: float) -> list[str]:
    """Finished runs of so long ago that hold nobody's newest materialization, and are not a video's newest run."""
    before = datetime.fromtimestamp(time.time() - older_s, UTC)
    old = instance.get_run_records(RunsFilter(statuses=FINISHED_STATUSES, updated_before=before))
    if not old:
        return []
    kept = _holders(instance) | _newest(instance)
    return [record.dagster_run.run_id for record in old if record.dagster_run.run_id not in kept]


def _holders(instance: dg.DagsterInstance) -> set[str]:
    """Runs with the newest materialization of some asset for some video."""
    found: set[str] = set()
    for key in instance.all_asset_keys():
        if (whole := instance.get_latest_materialization_event(key)) is not None:  # of assets without partitions
            found.add(whole.run_id)
        newest = instance.get_latest_storage_id_by_partition(key, dg.DagsterEventType.ASSET_MATERIALIZATION)
        ids = sorted(newest.values())
        for at in range(0, len(ids), PART_OF_A_QUERY):
            part = ids[at : at + PART_OF_A_QUERY]
            wanted = dg.AssetRecordsFilter(asset_key=key, storage_ids=part)
            found.update(record.run_id for record in instance.fetch_materializations(wanted, limit=len(part)).records)
    return found


def _newest(instance: dg.DagsterInstance) -> set[str]:
    """Each video's newest run: what failed last is looked up there."""
    found: dict[str, str] = {}
    for run in instance.get_runs(RunsFilter(statuses=[*FINISHED_STATUSES, *ACTIVE])):  # the newest first
        if video := run.tags.get(PARTITION_NAME_TAG):
            found.setdefault(video, run.run_id)
    known = set(instance.get_dynamic_partitions(VIDEO_SET))
    return {run_id for video, run_id in found.items() if video in known}


def _files_of(data: Path, run_id: str) -> list[Path]:
    return [path for path in run_files(data, run_id) if path.exists()]


def run_files(data: Path, run_id: str) -> list[Path]:
    """What a run leaves beside the databases: its event log, which is emptied and not removed, and its output."""
    base = data / "dagster"
    shards = [base / "history" / "runs" / f"{run_id}.db{ending}" for ending in ("", "-wal", "-shm")]
    return [*shards, base / "logs" / run_id, base / "storage" / run_id]


# Every day


@dg.op(description="Removes what is older than `keep_days` of the settings.")
def clean_up(context: dg.OpExecutionContext, store: Store) -> None:
    days = load_settings(settings_path()).keep_days
    cleaned = clean(store, context.instance, days * DAY_S)
    context.log.info(f"{cleaned.runs} runs, parts of {cleaned.videos} videos: {cleaned.bytes / 1e6:.0f} MB")


@dg.job(executor_def=dg.in_process_executor, description="What may go, goes: see `keep_days` in the settings.")
def housekeeping():
    clean_up()


DAILY = dg.ScheduleDefinition(
    name="daily_housekeeping",
    job=housekeeping,
    cron_schedule="40 3 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
