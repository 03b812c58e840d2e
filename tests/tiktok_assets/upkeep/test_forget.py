"""A video is forgotten: nothing of it is left on the disk, in Dagster's records or in the ledger."""

import shutil
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pytest
from dagster._core.storage.dagster_run import DagsterRunStatus, RunsFilter

from resources import sources
from resources.ledger import Ledger
from resources.store import Outcome
from tests.tiktok_assets.upkeep.small import small
from tiktok_assets.definitions import build
from tiktok_assets.instance import open_instance
from tiktok_assets.partitions import VIDEO_SET
from tiktok_assets.upkeep.forget import BusyError, forget
from tiktok_assets.upkeep.workers import this_process


@pytest.fixture
def instance(store):
    with open_instance(Path(store.root)) as made:
        yield made


def analyzed(instance, store, settings, clip) -> str:
    video = sources.accept(store, clip)
    instance.add_dynamic_partitions(VIDEO_SET, [video])
    job = build(settings).resolve_job_def("analyze")
    assert job.execute_in_process(instance=instance, partition_key=video).success
    return video


def traces(store, video: str) -> list[str]:
    """Every file that names the video, or holds its name."""
    found = []
    for path in Path(store.root).rglob("*"):
        if path.is_file() and (video in str(path) or video.encode() in path.read_bytes()):
            found.append(str(path.relative_to(store.root)))
    return found


def test_nothing_of_it_is_left_and_its_neighbour_is_whole(house, store, instance, settings, clips):
    blue, red = (analyzed(instance, store, settings, clip) for clip in clips)
    done = Path(store.root) / "inbox" / "done"
    done.mkdir(parents=True)
    shutil.copy(clips[0], done / "as it was dropped.mp4")
    shutil.copy(clips[1], done / "another.mp4")
    kept = (store.report_folder(red) / "report.json").read_bytes()
    gone = forget(store, instance, blue)
    assert gone.files > 10
    assert gone.bytes > 10_000
    assert gone.runs == 1
    databases = ("ledger.sqlite", "dagster/")  # SQLite keeps deleted bytes until it needs their place
    assert [name for name in traces(store, blue) if not name.startswith(databases)] == []
    assert [path.name for path in done.iterdir()] == ["another.mp4"]
    assert instance.get_dynamic_partitions(VIDEO_SET) == [red]
    assert instance.get_runs(RunsFilter(tags={"dagster/partition": blue})) == []
    glow = dg.AssetKey(["picture", "glow"])
    assert instance.get_materialized_partitions(glow) == {red}
    assert (store.report_folder(red) / "report.json").read_bytes() == kept
    ledger = Ledger(Path(store.root))
    assert (ledger.entry(blue), ledger.entry(red).state, ledger.unaccounted()) == (None, "done", 0)


def test_former_versions_of_its_tables_go_with_it(store, instance):
    neighbour = "local-fedcba9876543210"
    for video in (VIDEO, neighbour):
        for fingerprint in ("first", "second"):
            outcome = Outcome("ok", 1, fingerprint, "builtin")
            store.write_table("cut_analysis", video, pa.table({"start_s": [0.0]}), outcome)
    forget(store, instance, VIDEO)
    assert [name for name in traces(store, VIDEO) if name.startswith(("tables/", "earlier/"))] == []
    assert not store.earlier_folder("cut_analysis", VIDEO).exists()
    assert len(store.earlier("cut_analysis", neighbour)) == 1


def test_forgotten_twice_is_nothing_the_second_time(house, store, instance, settings, clips):
    video = analyzed(instance, store, settings, clips[0])
    forget(store, instance, video)
    again = forget(store, instance, video)
    assert (again.files, again.bytes, again.runs) == (0, 0, 0)


VIDEO = "local-0123456789abcdef"


def test_while_a_run_is_at_it_it_is_kept_unless_forced(store, instance, monkeypatch):
    monkeypatch.setattr("tiktok_assets.upkeep.forget.END_S", 0.1)
    tags = {"dagster/partition": VIDEO}
    run = instance.create_run_for_job(small, status=DagsterRunStatus.STARTED, tags=tags)
    Ledger(Path(store.root)).begin(VIDEO, run.run_id)
    with pytest.raises(BusyError, match=run.run_id):
        forget(store, instance, VIDEO)
    assert Ledger(Path(store.root)).entry(VIDEO).state == "running"
    assert forget(store, instance, VIDEO, force=True).runs == 1
    assert Ledger(Path(store.root)).entry(VIDEO) is None


def test_a_command_in_a_terminal_is_not_ended_from_afar(store, instance):
    tags = {"dagster/partition": VIDEO, "tiktok/worker": this_process()}
    instance.create_run_for_job(small, status=DagsterRunStatus.STARTED, tags=tags)
    with pytest.raises(BusyError):
        forget(store, instance, VIDEO, force=True)


def test_a_key_that_is_none_touches_nothing(store, instance):
    with pytest.raises(ValueError, match="no video key"):
        forget(store, instance, "../media")
