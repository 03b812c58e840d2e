"""The page with its video within, under all the headers that the API sends: it plays, though it comes from nowhere."""

import importlib.util
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from resources.render import Flat, Shot, Video, render
from tests.tiktok_assets.api.conftest import VIDEO, write_report
from tests.tiktok_assets.page.pages import made_lane, page_data, row
from tests.ui.cockpit import CHROMIUM
from tiktok_assets.api.app import create_app
from tiktok_assets.api.house import House
from tiktok_assets.page.html import build_page

no_browser = not (CHROMIUM and importlib.util.find_spec("playwright"))
pytestmark = [pytest.mark.browser, pytest.mark.skipif(no_browser, reason="no browser")]


@contextmanager
def served(house: House) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(create_app(house), port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def test_it_plays_from_its_address(house, tmp_path):
    from playwright.sync_api import sync_playwright

    write_report(house, VIDEO)
    data = page_data([made_lane("text_overlay", [row(0.2, 0.8, text="hello")])], 2.0, exports=[f"{VIDEO}.srt"])
    film = tmp_path / "clip.mp4"
    render(Video(shots=(Shot(Flat("#336699"), 2.0),), width=96, height=160), film)
    page_file = house.store.report_folder(VIDEO) / "page.html"
    page_file.write_text(build_page(data, film.read_bytes()), encoding="utf-8")
    complaints: list[str] = []
    with served(house) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{address}/results/{VIDEO}/page.html#t=1.2")
        until = time.monotonic() + 20
        while not page.evaluate("video.readyState >= 2 && !video.seeking") and time.monotonic() < until:
            page.wait_for_timeout(50)
        assert page.evaluate("video.currentTime") == pytest.approx(1.2, abs=0.001)
        browser.close()
    assert complaints == []
