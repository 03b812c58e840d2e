"""The Dagster UI as an operator has it before them: the real processes, a real browser, a data folder of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import dagster as dg

from resources.places import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WINDOW = {"width": 1500, "height": 900}
START_S = 120  # both processes load Dagster and the analyzers, on a machine that may be busy

# The daemon looks at backfills every 30 s, once for every layer of the lineage, and that is not to be chosen.
DAEMON = """
from dagster._daemon import controller
controller.DEFAULT_DAEMON_INTERVAL_SECONDS = 1
from dagster._daemon.cli import main
main()
"""


@contextmanager
def dagster_ui(data: Path, environment: dict[str, str]) -> Iterator[str]:
    """Webserver and daemon, everything that they write below `data`; the address of the UI."""
    (data / "dagster" / "logs").mkdir(parents=True, exist_ok=True)
    (data / "home").mkdir()
    config = (ROOT / "dagster.yaml").read_text().replace("data/dagster", str(data / "dagster"))
    (data / "home" / "dagster.yaml").write_text(config)
    environment = os.environ | {"DAGSTER_HOME": str(data / "home"), "TIKTOK_DATA": str(data)} | environment
    port = _free_port()
    webserver = ["-m", "dagster_webserver", "-h", "127.0.0.1", "-p", str(port), "-w", "workspace.yaml"]
    daemon = ["-c", DAEMON, "run", "-w", "workspace.yaml"]
    with ExitStack() as running:
        started = running.enter_context(_process(webserver, environment, data / "webserver.log"))
        running.enter_context(_process(daemon, environment, data / "daemon.log"))
        _wait_until_up(f"http://127.0.0.1:{port}", started, data / "webserver.log")
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _process(words: Sequence[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process with all that it starts; none of them outlives the block."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, env=environment, stdout=said, stderr=said, start_new_session=True
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
        with ExitStack() as gone:
            gone.callback(process.wait)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def _wait_until_up(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/server_info", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise AssertionError(f"the UI did not come up: {log.read_text(errors='replace')[-3000:]}")


@dataclass
class Heard:
    """What the browser asked of whom, and what the page complained about."""

    outside: list[str] = field(default_factory=list)  # requests to anybody but the UI itself
    complaints: list[str] = field(default_factory=list)


@contextmanager
def browser_page() -> Iterator[tuple[Any, Heard]]:
    """A page in a headless browser that reaches nothing but this machine."""
    from playwright.sync_api import sync_playwright

    heard = Heard()

    def pass_on(route: Any) -> None:
        if _is_inside(route.request.url):
            route.continue_()
        else:
            heard.outside.append(route.request.url)
            route.abort()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport=WINDOW)
        page.set_default_timeout(30_000)
        page.route("**/*", pass_on)
        page.on("console", lambda said: heard.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: heard.complaints.append(str(error)))
        page.on("websocket", lambda line: None if _is_inside(line.url) else heard.outside.append(line.url))
        try:
            yield page, heard
        finally:
            browser.close()


def _is_inside(url: str) -> bool:
    where = urlsplit(url)
    return where.scheme in ("data", "blob") or where.hostname == "127.0.0.1"


# What an operator does


def launch_backfill(page: Any, address: str, assets: str) -> None:
    """Choose assets in the lineage, all their partitions, and start."""
    open_lineage(page, address, assets)
    page.get_by_role("button", name="Materialize").first.click()
    page.get_by_role("button", name="All", exact=True).click()
    page.get_by_role("button", name="Launch backfill").click()
    page.get_by_text("Launch backfill").wait_for(state="detached")


def open_lineage(page: Any, address: str, assets: str) -> None:
    chosen = f"~{quote(assets, safe='')}/" if assets else ""
    page.goto(f"{address}/asset-groups{chosen}", wait_until="networkidle")
    page.get_by_role("button", name="Materialize all").wait_for()


def open_partition(page: Any, address: str, asset: str, video: str) -> None:
    page.goto(f"{address}/assets/{asset}?view=partitions&partition={video}")
    page.get_by_text("Latest materialization").wait_for()


def wait_until_done(instance: dg.DagsterInstance, patience_s: float) -> None:
    """Until no backfill is under way, whatever came of it."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        found = instance.get_backfills()
        if found and all(backfill.status.value.startswith("COMPLETED") for backfill in found):
            return
        time.sleep(1)
    raise AssertionError(f"not done after {patience_s:g} s: {instance.get_backfills()}")
