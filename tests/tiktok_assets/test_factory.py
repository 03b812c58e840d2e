"""The assets, run for real on tiny videos."""

import dagster as dg
import pytest

from resources import sources
from resources.decode import MediaError
from tiktok_assets.batches import _failure
from tiktok_assets.definitions import build
from tiktok_assets.partitions import VIDEO_SET

GLOW, FRAMES, REPORT = dg.AssetKey(["picture", "glow"]), dg.AssetKey(["source", "frames"]), dg.AssetKey(["report"] * 2)


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def run(instance, settings, videos, selection=None):
    """One run over a range of videos, as the daemon starts it."""
    instance.add_dynamic_partitions(VIDEO_SET, videos)
    job = build(settings).resolve_job_def("analyze")
    tags = {"dagster/asset_partition_range_start": videos[0], "dagster/asset_partition_range_end": videos[-1]}
    return job.execute_in_process(instance=instance, tags=tags, raise_on_error=False, asset_selection=selection)


def evaluations(result) -> dict[tuple[str, str, str | None], bool]:
    found = [e.event_specific_data for e in result.all_events if e.event_type_value == "ASSET_CHECK_EVALUATION"]
    return {(e.asset_key.path[-1], e.check_name, e.partition): e.passed for e in found}


def test_one_run_makes_everything_for_every_video(house, store, clips, settings, instance):
    videos = [sources.accept(store, clip) for clip in clips]
    result = run(instance, settings, videos)
    assert result.success
    for key in (GLOW, FRAMES, REPORT):
        assert set(instance.get_materialized_partitions(key)) == set(videos)
    for video in videos:
        assert (store.report_folder(video) / "report.json").exists()
        assert store.read_table("glow", video).num_rows > 0
        for check in ("status", "schema", "coverage", "no_placeholders"):
            assert evaluations(result)["glow", check, video]


def test_a_bad_video_is_recorded_while_its_neighbours_stay(house, store, clips, broken, settings, instance):
    videos = [sources.accept(store, path) for path in (clips[0], broken, clips[1])]
    result = run(instance, settings, videos, [dg.AssetKey(["source", name]) for name in ("video", *PARTS)])
    assert not result.success
    good = {videos[0], videos[2]}
    assert set(instance.get_materialized_partitions(FRAMES)) == good
    (failure,) = [e.step_failure_data.user_failure_data for e in result.all_events if e.is_step_failure]
    (told,) = failure.metadata["refused"].value.values()
    assert list(failure.metadata["refused"].value) == [videos[1]]
    assert told["word"] == "not_media"
    assert told["remedy"]
    assert "2 other videos of the batch are kept" in failure.description


@pytest.mark.parametrize("can_retry", [True, False])
def test_a_step_is_tried_again_only_where_that_may_help(can_retry):
    refused = {"local-1": MediaError("timeout", "too slow", "try later", can_retry=can_retry)}
    assert _failure(refused, 0).allow_retries is can_retry


PARTS = ("media", "motion", "frames", "audio")


@pytest.mark.expects_errors
def test_an_analyzer_that_fails_is_red_for_that_video_and_the_report_is_made(
    house, store, clips, settings, instance, faults
):
    faults.glow = ValueError("broken")
    videos = [sources.accept(store, clip) for clip in clips]
    result = run(instance, settings, videos)
    assert result.success
    assert evaluations(result)["glow", "status", videos[0]] is False
    assert evaluations(result)["hum", "status", videos[0]] is True
    assert set(instance.get_materialized_partitions(REPORT)) == set(videos)


def test_a_single_videos_checks_are_filed_under_it(house, store, clips, settings, instance):
    video = sources.accept(store, clips[0])
    instance.add_dynamic_partitions(VIDEO_SET, [video])
    job = build(settings).resolve_job_def("analyze")
    result = job.execute_in_process(instance=instance, partition_key=video)
    assert evaluations(result)["glow", "schema", video]


def test_assets_carry_what_the_ui_shows(house, settings):
    graph = build(settings).resolve_asset_graph()
    node = graph.get(GLOW)
    assert (node.group_name, node.tags["stage"], node.owners) == ("picture", "cpu", ["team:picture"])
    assert node.code_version
    columns = node.metadata["dagster/column_schema"].columns
    assert [c.name for c in columns][-1] == "level"
    assert columns[-1].description == "mean of all pixels"
    assert node.parent_keys == {FRAMES}
    assert node.backfill_policy.max_partitions_per_run == 8


def test_a_disabled_analyzer_is_no_asset(house, settings):
    from dataclasses import replace

    keys = build(replace(settings, disabled=("hum",))).resolve_asset_graph().get_all_asset_keys()
    assert dg.AssetKey(["picture", "hum"]) not in keys
    assert GLOW in keys
