"""Runs that the API queues: one for a video, at once; none for a crowd; and none twice."""

import dagster as dg
import pytest
from dagster._core.storage.dagster_run import DagsterRunStatus

from tests.tiktok_assets.api.conftest import URL, VIDEO
from tiktok_assets.api.starter import AT_ONCE, start_few
from tiktok_assets.definitions import defs
from tiktok_assets.instance import open_instance
from tiktok_assets.partitions import VIDEO_SET
from tiktok_assets.upkeep.reconciler import active_videos


@pytest.fixture
def nobody_starts_runs():
    """Here they are started."""


@pytest.fixture
def instance(tmp_path):
    """One whose runs nobody else sees."""
    with open_instance(tmp_path / "instance") as instance:
        yield instance


def test_what_is_taken_in_has_a_queued_run_at_once(house):
    house.ledger.accept(VIDEO, URL)
    assert start_few(house) == [VIDEO]
    [run] = house.instance.get_runs()
    assert (run.job_name, run.status, run.tags["dagster/partition"]) == ("analyze", DagsterRunStatus.QUEUED, VIDEO)
    assert house.instance.get_dynamic_partitions(VIDEO_SET) == [VIDEO]
    assert active_videos(house.instance) == {VIDEO}
    assert house.store.request_path(VIDEO).exists()


def test_asked_for_again_it_has_the_one_run_that_it_has(house):
    house.ledger.accept(VIDEO, URL)
    start_few(house)
    house.ledger.accept(VIDEO, URL)
    assert start_few(house) == []
    assert len(house.instance.get_runs()) == 1


def test_the_automation_knows_that_it_is_in_progress(house):
    before = dg.evaluate_automation_conditions(defs, house.instance)
    house.ledger.accept(VIDEO, URL)
    start_few(house)
    house.instance.add_dynamic_partitions(VIDEO_SET, ["7300000000000000009"])  # as the drop folder's sensor does
    asked = dg.evaluate_automation_conditions(defs, house.instance, cursor=before.cursor)
    wanted = {
        key
        for asset in defs.resolve_asset_graph().materializable_asset_keys
        for key in asked.get_requested_partitions(asset)
    }
    assert wanted == {"7300000000000000009"}


def test_a_crowd_is_left_to_the_daemons_batches(house):
    for number in range(AT_ONCE + 1):
        house.ledger.accept(f"{VIDEO[:-1]}{number}", URL)
    assert start_few(house) == []
    assert house.instance.get_runs() == []


def test_a_video_that_waits_for_another_attempt_is_the_reconcilers(house):
    house.ledger.accept(VIDEO, URL)
    house.ledger.begin(VIDEO, "run")
    house.ledger.postpone(VIDEO, "network", "cut off", "try again", wait_s=0)
    assert start_few(house) == []
    assert house.instance.get_runs() == []


def test_a_request_queues_its_run(client, house):
    assert client.post("/analyze", json={"url": URL}).status_code == 202
    for _ in range(600):
        if runs := house.instance.get_runs():
            break
        client.get("/health/live")
    assert [run.tags["dagster/partition"] for run in runs] == [VIDEO]
