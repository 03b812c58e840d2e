"""How soon the API answers when many ask at once."""

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.section import Line, Section
from resources.ledger import Ledger
from resources.places import ROOT
from tiktok_assets.instance import open_instance

CLIENTS = 20
REQUESTS = 100  # of each client, one after the other
GOAL_P99_S = 0.1
GOAL_MAX_S = 1.0
LONGEST_S = 60.0  # to wait for a run
FIRST_ID = 7300000000000000000


def measure() -> list[Section]:
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        command = [sys.executable, "-m", "tiktok_assets", "serve", "--port", str(port)]
        chosen = Path(folder, "tiktok.toml")
        chosen.write_text("api_per_minute = 1_000_000\n")  # all of them come from one address
        surroundings = os.environ | {"TIKTOK_DATA": folder, "TIKTOK_SETTINGS": str(chosen)}
        server = subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=subprocess.DEVNULL)
        try:
            _wait_for(port)
            queued_s = _until_queued(port, Path(folder))
            began = time.perf_counter()
            with ThreadPoolExecutor(CLIENTS) as clients:
                took = sorted(s for found in clients.map(lambda n: _client(port, n), range(CLIENTS)) for s in found)
            rate = len(took) / (time.perf_counter() - began)
        finally:
            server.terminate()
            server.wait()
        ledger = Ledger(Path(folder))
        lost = len(took) + CLIENTS + 2 - ledger.accepted() + ledger.unaccounted()
    p50, p99, most = took[len(took) // 2], took[int(len(took) * 0.99)], took[-1]
    how = (
        f"{CLIENTS} clients at once, each with {REQUESTS} new addresses one after the other, against `serve` on the "
        "same machine, after a first one each; an answer is given when the ledger's row is on the disk."
    )
    lines = [
        Line("one video, from its answer to its queued run", f"{queued_s:.1f} s"),
        Line("POST /analyze, half of the answers within", f"{p50 * 1000:.0f} ms"),
        Line("99 of 100 within", f"{p99 * 1000:.0f} ms", f"at most {GOAL_P99_S * 1000:.0f} ms", p99 <= GOAL_P99_S),
        Line("the slowest", f"{most * 1000:.0f} ms", f"below {GOAL_MAX_S * 1000:.0f} ms", most < GOAL_MAX_S),
        Line("answers a second", f"{rate:.0f}"),
        Line("accepted and not in the ledger", f"{lost}", "0", lost == 0),
    ]
    return [Section("HTTP API", how, lines)]


def _until_queued(port: int, data: Path) -> float:
    """Seconds from the second answer of an API that has just started to that video's run in Dagster's queue."""
    with open_instance(data) as instance:
        for number in (1, 2):
            _post(http.client.HTTPConnection("127.0.0.1", port, timeout=60), FIRST_ID - number)
            began = time.perf_counter()
            while instance.get_runs_count() < number and time.perf_counter() - began < LONGEST_S:
                time.sleep(0.02)
        return time.perf_counter() - began


def _client(port: int, number: int) -> list[float]:
    """Seconds to each answer, over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    took = []
    for request in range(REQUESTS + 1):
        began = time.perf_counter()
        _post(connection, FIRST_ID + number * (REQUESTS + 1) + request)
        took.append(time.perf_counter() - began)
    connection.close()
    return took[1:]


def _post(connection: http.client.HTTPConnection, video: int) -> None:
    body = json.dumps({"url": f"https://www.tiktok.com/@name/video/{video}"})
    connection.request("POST", "/analyze", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 202, answer.status


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the API does not start")
