"""`source/video` and `source/post` of an address: what is tried again and what is not, and what the post then says."""

import json
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from resources import download, sources
from resources.ledger import Ledger
from resources.settings import Settings
from resources.store import Store
from tests.resources.server import Page
from tests.resources.tiktok import VIDEO, TikTok, tiktok
from tiktok_assets import sources as assets
from tiktok_assets.definitions import build
from tiktok_assets.partitions import VIDEO_SET

FETCHED = [dg.AssetKey(["source", "video"])]
TOLD = [dg.AssetKey(["source", name]) for name in ("video", "media", "motion", "frames", "audio", "post")]
OTHER = "7309999999999999999"


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[TikTok]:
    monkeypatch.setattr(download, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(assets, "AFTER_A_DOWNLOAD", dg.RetryPolicy(max_retries=1))
    with tiktok(monkeypatch) as found:
        yield found


def run(store: Store, settings: Settings, videos: list[str], selection: list[dg.AssetKey]) -> dg.ExecuteInProcessResult:
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(VIDEO_SET, videos)
        tags = {"dagster/asset_partition_range_start": videos[0], "dagster/asset_partition_range_end": videos[-1]}
        job = build(settings).resolve_job_def("analyze")
        return job.execute_in_process(instance=instance, tags=tags, raise_on_error=False, asset_selection=selection)


def asked_for_page(there: TikTok) -> int:
    return there.asked(f"/@some.body/video/{VIDEO}")


@pytest.mark.case("n5")
def test_a_post_that_is_gone_is_asked_for_once(house, store: Store, there: TikTok):
    there.says(10204, "item doesn't exist")
    video = sources.accept_url(store, there.url(), there.settings)
    result = run(store, there.settings, [video], FETCHED)
    assert not result.success
    assert asked_for_page(there) == 1
    (failure,) = [e.step_failure_data.user_failure_data for e in result.all_events if e.is_step_failure]
    told = failure.metadata["refused"].value[video]
    assert told["word"] == "removed"
    assert told["remedy"]
    entry = Ledger(Path(store.root)).entry(video)
    assert (entry.state, entry.word) == ("refused", "removed")


@pytest.mark.case("n7")
def test_what_may_pass_is_tried_again_in_the_same_run(house, store: Store, there: TikTok, clips: list[Path]):
    there.post(clips[0].read_bytes())
    there.server.pages[f"/@some.body/video/{VIDEO}"].first = [(503, {})]
    video = sources.accept_url(store, there.url(), there.settings)
    assert run(store, there.settings, [video], FETCHED).success
    assert asked_for_page(there) == 2


@pytest.mark.case("n6")
def test_a_long_pause_that_the_server_asks_for_is_left_to_the_ledger(house, store: Store, there: TikTok):
    there.server.pages[f"/@some.body/video/{VIDEO}"] = Page(first=[(429, {"Retry-After": "900"})])
    video = sources.accept_url(store, there.url(), there.settings)
    assert not run(store, there.settings, [video], FETCHED).success
    assert asked_for_page(there) == 1
    entry = Ledger(Path(store.root)).entry(video)
    assert (entry.state, entry.word) == ("waiting", "rate_limited")
    assert entry.due_at - entry.changed_at >= 800


def test_one_bad_address_does_not_hold_up_its_neighbours(house, store: Store, there: TikTok, clips: list[Path]):
    there.post(clips[0].read_bytes())
    there.says(10222, video=OTHER)
    videos = [sources.accept_url(store, there.url(number), there.settings) for number in (VIDEO, OTHER)]
    assert not run(store, there.settings, videos, FETCHED).success
    assert store.video_path(VIDEO).exists()
    assert not store.video_path(OTHER).exists()


def test_the_report_s_post_is_what_tiktok_says(house, store: Store, there: TikTok, clips: list[Path]):
    there.post(clips[0].read_bytes())
    video = sources.accept_url(store, there.url(), there.settings)
    assert run(store, there.settings, [video], TOLD).success
    post = json.loads((store.folder("sources", video) / "post.json").read_text())
    assert (post["author"], post["music_title"], post["share_count"]) == ("some.body", "original sound", 4)
    assert post["subtitles"].startswith("WEBVTT\nLanguage: en\n")
