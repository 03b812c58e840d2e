"""An operator's walk through the Dagster UI: start a backfill, see it done, find out why one video was refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from resources import sources
from resources.render import Flat, Shot, Sine, Video, render
from resources.store import Store
from tests.eavesdrop import Eavesdropper
from tests.ui.cockpit import (
    Heard,
    browser_page,
    dagster_ui,
    launch_backfill,
    open_lineage,
    open_partition,
    wait_until_done,
)
from tiktok_assets.instance import open_instance
from tiktok_assets.partitions import VIDEO_SET

pytestmark = pytest.mark.browser

COLOURS = {"blue": "#336699", "red": "#993333", "green": "#339966"}
# Two cheap analyzers besides; the second has no model, and falls back.
CHOSEN = 'group:"source" or key:"edit/cut_analysis" or key:"speech/speech_transcription"'
PATIENCE_S = 450
CUTS, SPEECH = dg.AssetKey(["edit", "cut_analysis"]), dg.AssetKey(["speech", "speech_transcription"])
DECODED = dg.AssetKey(["source", "motion"])


@dataclass
class Walk:
    """What the operator has before them."""

    page: Any
    heard: Heard
    address: str
    videos: list[str]
    broken: str
    instance: dg.DagsterInstance

    def text(self) -> str:
        return " ".join(self.page.locator("body").inner_text().split())


@pytest.fixture(scope="module")
def ear(tmp_path_factory) -> Eavesdropper:
    return Eavesdropper(tmp_path_factory.mktemp("ear"))


@pytest.fixture(scope="module")
def walk(tmp_path_factory, ear) -> Iterator[Walk]:
    """Three videos and a web page under a video's name, handed in; a backfill over them started by clicking."""
    folder = tmp_path_factory.mktemp("cockpit")
    data, models = folder / "data", folder / "models"
    store = Store(root=str(data))
    videos = [sources.accept(store, _video(folder, name, colour)) for name, colour in COLOURS.items()]
    page_of_text = folder / "broken.mp4"
    page_of_text.write_text("<html>403 Forbidden</html>")
    broken = sources.accept(store, page_of_text)
    with open_instance(data) as instance:
        instance.add_dynamic_partitions(VIDEO_SET, [*videos, broken])
        environment = ear.environment | {"TIKTOK_MODELS": str(models)}
        with dagster_ui(data, environment) as address, browser_page() as (page, heard):
            launch_backfill(page, address, CHOSEN)
            wait_until_done(instance, PATIENCE_S)
            yield Walk(page, heard, address, videos, broken, instance)


def _video(folder: Path, name: str, colour: str) -> Path:
    shots = (Shot(Flat(colour), 1.0), Shot(Flat("#dddd55"), 1.0))
    render(Video(shots=shots, width=96, height=160, sound=(Sine(440, level_db=-20),)), folder / f"{name}.mp4")
    return folder / f"{name}.mp4"


def test_a_backfill_started_by_clicking_makes_the_good_videos_and_leaves_out_the_bad_one(walk):
    for key in (DECODED, CUTS, SPEECH):
        assert set(walk.instance.get_materialized_partitions(key)) == set(walk.videos)


def test_the_lineage_shows_what_was_made(walk):
    open_lineage(walk.page, walk.address, CHOSEN)
    for group in ("source", "edit", "speech"):
        walk.page.get_by_text(group, exact=True).first.wait_for()


def test_a_partition_reads_at_a_glance(walk):
    open_partition(walk.page, walk.address, "edit/cut_analysis", walk.videos[0])
    walk.page.get_by_text("seconds_per_video_second").wait_for()
    walk.page.locator("img[src^='data:image/svg']").wait_for()
    said = walk.text()
    assert "status ok" in said
    assert f"http://127.0.0.1:8003/results/{walk.videos[0]}" in said
    assert all(column in said for column in ("start_s", "end_s", "dagster/row_count", "backend"))


def test_the_video_itself_shows_its_pictures(walk):
    open_partition(walk.page, walk.address, "source/video", walk.videos[0])
    walk.page.get_by_text("contact_sheet").wait_for()
    walk.page.locator("img[src^='data:image/svg']").wait_for()


def test_a_fallback_says_how_it_is_mended(walk):
    open_partition(walk.page, walk.address, "speech/speech_transcription", walk.videos[0])
    walk.page.get_by_text("models pull").first.wait_for()
    assert "status degraded" in walk.text()
    walk.page.goto(f"{walk.address}/assets/speech/speech_transcription?view=checks&checkDetail=status")
    walk.page.get_by_text("models pull").first.wait_for()


def test_a_refused_video_is_red_and_one_click_from_its_reason_and_remedy(walk):
    open_partition(walk.page, walk.address, "source/motion", walk.broken)
    walk.page.get_by_text("did not materialize this asset").wait_for()
    walk.page.get_by_role("link", name="View logs").or_(walk.page.get_by_role("button", name="View logs")).first.click()
    walk.page.get_by_text("not_media: these bytes are no video").first.wait_for()
    assert "check what was saved: often an error page" in walk.text()


def test_nothing_asks_anybody_outside_and_no_page_complains(walk, ear):
    """Last: it speaks for all pages above, and for the webserver, the daemon and every step."""
    assert walk.heard.outside == []
    assert walk.heard.complaints == []
    assert ear.attempts() == []
    assert len({said["pid"] for said in ear.heard("started")}) > 5
