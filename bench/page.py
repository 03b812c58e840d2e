"""How large the page of a minute of video is, how long it takes to be there, and what rebuilding the video costs."""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.clips import portrait
from bench.pairs import seconds
from bench.section import Line, Section
from resources import sources
from resources.places import ROOT
from resources.settings import Settings
from resources.store import Store
from tests.tiktok_assets.page.pages import made_lane, page_data, row
from tests.ui.cockpit import CHROMIUM
from tiktok_assets import definitions
from tiktok_assets.page.html import build_page, write_page
from tiktok_assets.reconstruction import PARTS, TOLD, folder_of, rebuild

LENGTH_S = 60
N_ROWS, N_LANES = 8000, 40
REDRAW_MS = 50.0
TRIES = 7
REDRAW = """async () => {
  const took = [];
  for (let i = 0; i < 9; i++) { const from = performance.now(); drawAll(); took.push(performance.now() - from); }
  return took.sort((a, b) => a - b)[4];
}"""
LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"


def measure() -> list[Section]:
    assert definitions.defs  # every analyzer is registered
    with tempfile.TemporaryDirectory() as name:
        store, video = _analyzed(Path(name))
        lines = [*_page_lines(store, video), *_rebuilt_lines(store, video)]
    about = f"{LENGTH_S} s of 720x1280 with all analyzers, profile embedded; {N_ROWS:,} drawn rows in {N_LANES} lanes."
    return [Section("The page, and the video rebuilt", f"{about} Chromium without a window.", lines)]


def _analyzed(folder: Path) -> tuple[Store, str]:
    clip = portrait(LENGTH_S)
    env = os.environ | {"TIKTOK_DATA": str(folder)}
    command = [sys.executable, "-m", "tiktok_assets", "analyze", str(clip), "--profile", "embedded", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    return Store(root=str(folder)), json.loads(done.stdout)["video_id"]


def _page_lines(store: Store, video: str) -> list[Line]:
    page = write_page(store, video)
    report = page.with_name("report.json")
    lines = [
        Line("report.json", f"{report.stat().st_size / 1e6:.2f} MB", "1 to 5 MB"),
        Line("page.html, the video beside it", f"{page.stat().st_size / 1e3:.0f} kB"),
    ]
    if not CHROMIUM or not importlib.util.find_spec("playwright"):
        return [*lines, Line("load and redraw", "not measured: no Chromium")]
    full = page.with_name("full.html")
    full.write_text(build_page(_many_rows()), encoding="utf-8")
    return [*lines, *_in_browser(page, full)]


def _many_rows() -> dict[str, Any]:
    each = N_ROWS // N_LANES
    step = LENGTH_S / each
    rows = [row(i * step, (i + 1) * step, text=f"row {i}", confidence=0.9) for i in range(each)]
    return page_data([made_lane(f"lane_{n}", rows) for n in range(N_LANES)], float(LENGTH_S))


def _in_browser(page: Path, full: Path) -> list[Line]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        loads, redraws = [], []
        for _ in range(TRIES):
            tab = browser.new_page(viewport={"width": 1500, "height": 900})
            tab.goto(page.as_uri())
            loads.append(float(tab.evaluate(LOADED)))
            redraws.append(float(tab.evaluate(REDRAW)))
            tab.close()
        tab = browser.new_page(viewport={"width": 1500, "height": 900})
        tab.goto(full.as_uri())
        redraw = float(tab.evaluate(REDRAW))
        browser.close()
    return [
        Line("from the address to all lanes drawn", f"{sorted(loads)[TRIES // 2]:.0f} ms, middle of {TRIES}"),
        Line("redraw of that page", f"{max(redraws):.0f} ms", f"at most {REDRAW_MS:.0f} ms", max(redraws) <= REDRAW_MS),
        Line(f"redraw of {N_ROWS:,} rows", f"{redraw:.0f} ms", f"at most {REDRAW_MS:.0f} ms", redraw <= REDRAW_MS),
    ]


def _rebuilt_lines(store: Store, video: str) -> list[Line]:
    folder = folder_of(store, video)
    told = json.loads((folder / TOLD).read_text())
    films = [
        f"{way['score']:.1f} ({name}, {(folder / f'{name}.mp4').stat().st_size / 1e3:.0f} kB)"
        for name, way in told["ways"].items()
    ]
    settings = Settings(keep_sources=True)
    for part in PARTS:  # what the report cleared away
        sources.ensure(store, video, part, settings)

    def again() -> None:
        (folder / TOLD).unlink()
        rebuild(store, video, settings)

    took = seconds(again)
    return [
        Line("score of 100 rebuilt from the report alone", ", ".join(films)),
        Line("rebuilding it twice, scoring, leaving each table out", f"{took:.1f} s: {took / LENGTH_S:.3f} s a second"),
    ]
