"""Pages under all the headers that the API sends: their videos play, though the pages come from nowhere."""

import importlib.util
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from resources.render import Flat, Shot, Video, render
from tests.tiktok_assets.api.conftest import VIDEO, write_report
from tests.tiktok_assets.corpus.videos import told_of, write_told
from tests.tiktok_assets.page.pages import made_lane, page_data, row
from tests.ui.cockpit import CHROMIUM
from tiktok_assets.api.app import create_app
from tiktok_assets.api.house import House
from tiktok_assets.page.html import build_page

OTHER = "local-0123456789abcdef"
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


@contextmanager
def opened(address: str) -> Iterator[Any]:
    """A page of a browser; what it complains about fails the test."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page: Any = browser.new_page()
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(address)
        yield page
        browser.close()
    assert page.complaints == []


def until(page: Any, truth: str) -> None:
    latest = time.monotonic() + 20
    while not page.evaluate(truth):
        assert time.monotonic() < latest, f"never: {truth}"
        page.wait_for_timeout(50)


def made_up(house: House, video: str, folder: Path) -> bytes:
    """A report, its page, and its video, which lies beside; the film's bytes."""
    film = folder / "clip.mp4"
    render(Video(shots=(Shot(Flat("#336699"), 2.0),), width=96, height=160), film)
    write_told(house.store, video, told_of(video, shots=((0.0, 2.0),), length_s=2.0))
    data = page_data([made_lane("text_overlay", [row(0.2, 0.8, text="hello")])], 2.0, exports=[f"{video}.srt"])
    data |= {"video_at": f"../../media/{video}/video.mp4"}
    (house.store.report_folder(video) / "page.html").write_text(build_page(data), encoding="utf-8")
    house.store.video_path(video).parent.mkdir(parents=True)
    house.store.video_path(video).write_bytes(film.read_bytes())
    return film.read_bytes()


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


def test_its_video_is_played_from_beside_it_and_seeks(house, tmp_path):
    made_up(house, VIDEO, tmp_path)
    with served(house) as address, opened(f"{address}/results/{VIDEO}/page.html#t=1.2") as page:
        until(page, "video.readyState >= 2 && !video.seeking")
        assert page.evaluate("[video.currentTime, origin]") == [pytest.approx(1.2, abs=0.001), "null"]
        page.evaluate("seek(0.4)")
        until(page, "video.readyState >= 2 && !video.seeking")
        assert page.evaluate("video.currentTime") == pytest.approx(0.4, abs=0.001)
        assert page.evaluate("!document.getElementById('unplayable').hidden") is False


def test_two_videos_are_compared_where_they_are_served(house, tmp_path):
    for video in (VIDEO, OTHER):
        made_up(house, video, tmp_path)
    with served(house) as address, opened(f"{address}/corpus#pair={VIDEO},{OTHER}&t=1.2") as page:
        until(page, "sides.every(side => side.film.readyState >= 2 && !side.film.seeking)")
        assert page.evaluate("sides.map(side => side.film.currentTime)") == [pytest.approx(1.2, abs=0.001)] * 2
        page.keyboard.press("Escape")
        page.locator(f"[data-id='{OTHER}'] a.open").click()
        until(page, "typeof video !== 'undefined' && video.readyState >= 2")
        assert f"/results/{OTHER}/page.html?pass=" in page.url


def test_another_site_is_not_even_told_which_videos_lie_here(house, tmp_path):
    made_up(house, VIDEO, tmp_path)
    with served(house) as address, opened("about:blank") as page:
        told = page.evaluate(
            """address => new Promise(told => {
                const film = document.createElement("video");
                film.onloadedmetadata = () => told("had it");
                film.onerror = () => told("refused");
                film.src = address;
            })""",
            f"{address}/results/{VIDEO}/video.mp4",
        )
        assert told == "refused"
        page.complaints.clear()
