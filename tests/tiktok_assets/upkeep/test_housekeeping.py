"""What may go goes, and nothing else: every video keeps its newest materializations."""

import os
import time
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pytest

from resources import sources
from resources.ledger import Ledger
from resources.store import KEPT, Outcome
from tiktok_assets.definitions import build, defs
from tiktok_assets.instance import open_instance
from tiktok_assets.partitions import VIDEO_SET
from tiktok_assets.upkeep.housekeeping import clean

GLOW = dg.AssetKey(["picture", "glow"])


@pytest.fixture
def instance(store):
    with open_instance(Path(store.root)) as made:
        yield made


def run(instance, settings, video, selection=None) -> str:
    instance.add_dynamic_partitions(VIDEO_SET, [video])
    job = build(settings).resolve_job_def("analyze")
    result = job.execute_in_process(instance=instance, partition_key=video, asset_selection=selection)
    return result.run_id


def runs_of(instance) -> set[str]:
    return {run.run_id for run in instance.get_runs()}


def test_a_replaced_run_goes_and_the_newest_of_each_asset_stays(house, store, instance, settings, clips):
    video = sources.accept(store, clips[0])
    first = run(instance, settings, video)
    second = run(instance, settings, video)
    third = run(instance, settings, video, [GLOW])  # the newest of glow alone
    logs = Path(store.root) / "dagster" / "history" / "runs"
    trial = clean(store, instance, 0.0, is_trial=True)
    assert runs_of(instance) == {first, second, third}
    assert (logs / f"{first}.db").exists()
    done = clean(store, instance, 0.0)
    assert (trial.runs, trial.videos, trial.leftovers) == (done.runs, done.videos, done.leftovers) == (1, 1, 0)
    assert runs_of(instance) == {second, third}
    assert list(logs.glob(f"{first}*")) == []
    graph = build(settings).resolve_asset_graph()
    for key in (key for key in graph.get_all_asset_keys() if graph.get(key).is_partitioned):
        assert instance.get_materialized_partitions(key) == {video}, key


def test_what_is_young_stays(house, store, instance, settings, clips):
    video = sources.accept(store, clips[0])
    first = run(instance, settings, video)
    second = run(instance, settings, video)
    assert clean(store, instance, 3600.0).runs == 0
    assert runs_of(instance) == {first, second}
    assert sources.parts(store, video)


def test_decoded_parts_go_with_the_end_of_their_video_and_are_made_again_on_demand(
    house, store, instance, settings, clips
):
    video = sources.accept(store, clips[0])
    run(instance, settings, video)
    other = sources.prepare(store, clips[1], settings)
    Ledger(Path(store.root)).begin(other, "running")
    report = (store.report_folder(video) / "report.json").read_bytes()
    assert clean(store, instance, 0.0).videos == 1
    assert sources.parts(store, video) == []
    assert sources.parts(store, other), "of a video that is being worked on"
    assert (store.report_folder(video) / "report.json").read_bytes() == report
    sources.ensure(store, video, "frames", settings)
    assert len(store.read("frames", video)) > 0


def test_leftovers_of_yesterday_go_whatever_the_age_that_was_asked_for(store, instance):
    half = Path(store.root) / "tables" / "glow" / ".x.tmp"
    half.parent.mkdir(parents=True)
    half.write_text("half")
    os.utime(half, (time.time() - 2 * 86_400,) * 2)
    assert clean(store, instance, 1e9).leftovers == 1
    assert not half.exists()


def test_former_versions_of_tables_are_kept_to_the_newest_few(store, instance):
    video = "local-0123456789abcdef"
    for number in range(KEPT + 1):
        outcome = Outcome("ok", number, str(number), "builtin")
        store.write_table("cut_analysis", video, pa.table({"start_s": [0.0]}), outcome)
    newest = store.earlier("cut_analysis", video)
    assert clean(store, instance, 0.0).earlier == 0
    older = newest[0].with_name("0-00000000.parquet")
    older.write_bytes(b"of a writer that died")
    os.utime(older, (0, 0))
    half = newest[0].with_name(".x.parquet.abc.tmp")
    half.write_text("half")
    os.utime(half, (0, 0))
    trial = clean(store, instance, 0.0, is_trial=True)
    assert (trial.earlier, trial.leftovers, older.exists()) == (1, 1, True)
    clean(store, instance, 0.0)
    assert store.earlier("cut_analysis", video) == newest
    assert not older.exists()
    assert not half.exists()


def test_it_is_done_every_day_by_itself():
    schedule = defs.resolve_schedule_def("daily_housekeeping")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING


def test_the_daily_job_runs(store, instance):
    assert defs.resolve_job_def("housekeeping").execute_in_process(instance=instance).success
