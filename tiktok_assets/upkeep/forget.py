"""A video is forgotten: its files, tables, report, runs, partition, and its row in the ledger.

What Dagster cannot forget: runs over several videos, which hold the others' materializations too. They name the
video by its key and by where its files were; nothing of what was found in it is in them.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
from dagster._core.storage.dagster_run import RunsFilter
from dagster._core.storage.tags import PARTITION_NAME_TAG

from resources import decode
from resources.door import MediaError, opened
from resources.ledger import Ledger
from resources.places import check_key
from resources.store import Store
from tiktok_assets.corpus import forget_video
from tiktok_assets.partitions import VIDEO_SET
from tiktok_assets.upkeep.housekeeping import remove, run_files, size
from tiktok_assets.upkeep.workers import ACTIVE, WORKER, is_gone

END_S = 20.0  # for a run to end when it is canceled
PUT_AWAY = ("done", "rejected")  # where the drop folder keeps what it has taken


class BusyError(Exception):
    """A run is at the video."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What went."""

    files: int
    bytes: int
    runs: int


def forget(store: Store, instance: dg.DagsterInstance, video: str, *, force: bool = False) -> Forgotten:
    """Remove all of a video. Raises BusyError while a run is at it, unless forced: such a run is ended first."""
    check_key(video)
    runs = instance.get_runs(RunsFilter(tags={PARTITION_NAME_TAG: video}))
    active = [run for run in runs if run.status in ACTIVE]
    for run in active:
        if not is_gone(instance, run) and (not force or WORKER in run.tags):  # a command in a terminal is ended there
            raise BusyError(f"run {run.run_id} is at {video}")
    for run in active:
        _end(instance, run)
    instance.delete_dynamic_partition(VIDEO_SET, video)  # first, so that nothing starts on it again
    data = Path(store.root)
    paths = [path for path in _paths(store, video) if path.exists() or path.is_symlink()]
    files = sum(sum(not p.is_dir() for p in path.rglob("*")) if path.is_dir() else 1 for path in paths)
    freed = sum(size(path) for path in paths)
    for path in paths:
        remove(path)
    forget_video(store, video)
    for run in runs:
        instance.delete_run(run.run_id)
        for path in run_files(data, run.run_id):
            remove(path)
    Ledger(data).forget(video)  # last: who is interrupted finds it still there, and asks again
    return Forgotten(files, freed, len(runs))


def _end(instance: dg.DagsterInstance, run: dg.DagsterRun) -> None:
    """Cancel a run, and wait for its processes: they would write again what is removed."""
    if not is_gone(instance, run):
        instance.run_coordinator.cancel_run(run.run_id)
        latest = time.monotonic() + END_S
        while time.monotonic() < latest and not _is_over(instance, run.run_id):
            time.sleep(0.2)
    if not _is_over(instance, run.run_id):
        instance.report_run_canceled(run, "Its video is being forgotten.")


def _is_over(instance: dg.DagsterInstance, run_id: str) -> bool:
    run = instance.get_run_by_id(run_id)
    return run is None or run.is_finished


def _paths(store: Store, video: str) -> list[Path]:
    data = Path(store.root)
    original = _original(store, video)
    return [
        *([original] if original else []),
        store.folder("media", video),
        store.folder("sources", video),
        store.folder("sources", video).with_suffix(".lock"),
        store.report_folder(video),
        *sorted(data.glob(f"tables/*/{video}.parquet")),
        *sorted(data.glob(f"earlier/*/{video}")),
        *sorted(data.glob(f"attempts/*-{video}.json")),
    ]


def _original(store: Store, video: str) -> Path | None:
    """The file as it was dropped, where the drop folder has put it: found by its content, not by its name."""
    if not video.startswith("local-"):
        return None
    try:
        wanted = store.video_path(video).stat().st_size
    except FileNotFoundError:
        return None
    for folder in PUT_AWAY:
        for path in (Path(store.root) / "inbox" / folder).glob("*"):
            if path.is_file() and not path.is_symlink() and path.stat().st_size == wanted and _is(path, video):
                return path
    return None


def _is(path: Path, video: str) -> bool:
    try:
        with opened(path) as descriptor:
            return video == f"local-{decode.sha256(descriptor)[:16]}"
    except MediaError:
        return False
