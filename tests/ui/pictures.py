"""The README's two pictures of the Dagster UI, taken anew: three short videos and a broken one, all assets.

python -m tests.ui.pictures
"""

import tempfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from resources import sources
from resources.places import ROOT
from resources.render import Clicks, Video, render
from resources.store import Store
from tests.ui.cockpit import browser_page, dagster_ui, launch_backfill, open_lineage, open_partition, wait_until_done
from tiktok_assets.commands.demo import DEMO, SHOTS, TEXTS
from tiktok_assets.instance import open_instance
from tiktok_assets.partitions import VIDEO_SET

PATIENCE_S = 900
SETTLE_MS = 3000  # the graph is laid out, and pictures are drawn, a moment after the page says that it is there
SHOWN = "things/object_detection"


def parts() -> dict[str, Video]:
    """The demo video in three parts, small."""
    small = replace(DEMO, width=360, height=640, sprites=(), sound=(Clicks(120, level_db=-7),))
    later = tuple(replace(text, start_s=text.start_s - 7, end_s=text.end_s - 7) for text in TEXTS[3:6])
    return {
        "first": replace(small, shots=SHOTS[:4], texts=TEXTS[:3]),
        "second": replace(small, shots=SHOTS[4:7], texts=later),
        "third": replace(small, shots=SHOTS[7:], texts=()),
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        store = Store(root=str(folder / "data"))
        paths = {name: folder / f"{name}.mp4" for name in (*parts(), "broken")}
        for name, video in parts().items():
            render(video, paths[name])
        paths["broken"].write_text("<html>403 Forbidden</html>")
        videos = [sources.accept(store, path) for path in paths.values()]
        with open_instance(folder / "data") as instance:
            instance.add_dynamic_partitions(VIDEO_SET, videos)
            quiet = {"TIKTOK_MODELS": str(folder / "models")}
            with dagster_ui(folder / "data", quiet) as address, browser_page() as (page, _):
                launch_backfill(page, address, "")
                wait_until_done(instance, PATIENCE_S)
                take(page, address, videos[1])


def take(page: Any, address: str, video: str) -> None:
    """Both pictures, of a house where all is done."""
    open_lineage(page, address, f'+key:"{SHOWN}"')
    page.get_by_role("button", name="Hide navigation").click()
    page.keyboard.press("Alt+e")  # all groups open
    page.wait_for_timeout(SETTLE_MS)
    page.reload()  # the open groups are in the address: now they are fitted to the window
    page.get_by_placeholder("Jump to").locator("xpath=following::button[1]").click()
    page.wait_for_timeout(SETTLE_MS)
    _keep(page, "lineage")
    open_partition(page, address, SHOWN, video)
    page.get_by_text("models pull").wait_for()
    page.wait_for_timeout(SETTLE_MS)
    _keep(page, "asset")


def _keep(page: Any, name: str) -> None:
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    picture.save(ROOT / f"docs/ui-{name}.png", optimize=True)


if __name__ == "__main__":
    main()
