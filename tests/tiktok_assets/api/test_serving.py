"""The API as a process: what it loads, who it drops, how it ends, and one video from the request to its report."""

import http.client
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.test_architecture import HEAVY
from tests.tiktok_assets.api.conftest import TOKEN, URL, VIDEO
from tests.tiktok_assets.upkeep.test_callbacks import listening

ROOT = Path(__file__).parents[3]


@dataclass
class Served:
    process: subprocess.Popen[bytes]
    port: int

    def ask(self, path: str, body: Any = None, timeout: float = 10) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            text = None if body is None else json.dumps(body)
            connection.request("GET" if body is None else "POST", path, text, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "tiktok_assets", "serve", *words]


@contextmanager
def serving(data: Path, **env: str) -> Iterator[Served]:
    port = free_port()
    surroundings = os.environ | {"TIKTOK_DATA": str(data)} | env
    process = subprocess.Popen(command("--port", str(port)), cwd=ROOT, env=surroundings, stdout=subprocess.DEVNULL)
    served = Served(process, port)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            try:
                served.ask("/health/live")
                break
            except OSError:
                time.sleep(0.1)
        yield served
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("data")) as served:
        yield served


def test_it_answers_within_a_moment_and_loads_nothing_that_analyzes(served):
    assert served.ask("/analyze", {"url": URL})[0] == 202
    assert served.ask("/results")[1]["total"] == 1
    served.ask("/health")
    mapped = Path(f"/proc/{served.process.pid}/maps").read_text()
    loaded = {part for line in mapped.splitlines() for part in re.split(r"[/.]", line)}
    assert {"torch", "cv2", "onnxruntime", "av"} & loaded == set()


def test_building_the_api_imports_no_heavy_library():
    code = "import sys, tiktok_assets.api.serving; print(*{m.split('.')[0] for m in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) == set()


@pytest.fixture
def many_files() -> Iterator[None]:
    """This process is a thousand clients."""
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most if most == resource.RLIM_INFINITY else min(most, 4096), most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))


@pytest.mark.case("a11")
@pytest.mark.usefixtures("many_files")
def test_a_thousand_who_say_nothing_are_dropped_and_keep_nobody_waiting(served):
    silent = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(1000)]
    for sock in silent[::2]:
        sock.sendall(b"GET /results HTTP/1.1\r\nHost: 127")  # and nothing more
    took = []
    for _ in range(20):
        began = time.monotonic()
        assert served.ask("/health/live")[0] == 200
        took.append(time.monotonic() - began)
    assert sorted(took)[10] < 1
    until = time.monotonic() + 30
    for sock in silent:
        sock.settimeout(max(0.1, until - time.monotonic()))
        with suppress(ConnectionResetError):
            assert sock.recv(1) == b""
        sock.close()


def test_a_request_whose_head_never_ends_is_cut_off(served):
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as sock:
        try:
            for _ in range(100):
                sock.sendall(b"X-More: " + b"x" * 10_000 + b"\r\n")
            answer = sock.recv(100)
        except OSError:
            return
    assert answer.startswith((b"HTTP/1.1 4", b""))


def test_the_port_is_taken_once(served, tmp_path):
    words = command("--port", str(served.port), "--data", str(tmp_path))
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, "--port" in done.stderr) == (5, True)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_it_does_not_start_for_others_without_a_token(host, tmp_path):
    words = command("--host", host, "--port", str(free_port()), "--data", str(tmp_path))
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, "token" in done.stderr) == (2, True)


def test_a_token_in_a_file_is_demanded(tmp_path):
    secret, chosen = tmp_path / "token", tmp_path / "tiktok.toml"
    secret.write_text(TOKEN)
    secret.chmod(0o600)
    chosen.write_text(f'api_token_file = "{secret}"\n')
    with serving(tmp_path / "data", TIKTOK_SETTINGS=str(chosen)) as served:
        assert served.ask("/results")[0] == 401


@pytest.mark.case("a17")
def test_told_to_end_it_answers_those_it_has_and_ends_in_time(tmp_path):
    def post(number: int) -> int | None:
        try:
            return served.ask("/analyze", {"url": f"https://www.tiktok.com/@n/video/{VIDEO[:-4]}{number:04}"})[0]
        except OSError:
            return None  # it came too late to be taken

    with serving(tmp_path) as served, ThreadPoolExecutor(8) as clients:
        answers = clients.map(post, range(400))
        time.sleep(0.5)
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(timeout=12) in (0, -signal.SIGTERM)
        taken = [status for status in answers if status is not None]
    from resources.ledger import Ledger

    assert set(taken) == {202}
    assert Ledger(tmp_path).accepted() >= len(taken)
    assert Ledger(tmp_path).unaccounted() == 0


@contextmanager
def daemon(home: Path, env: dict[str, str]) -> Iterator[None]:
    words = [sys.executable, "-m", "dagster._daemon", "run", "-w", str(ROOT / "workspace.yaml")]
    with (home / "daemon.log").open("wb") as log:
        process = subprocess.Popen(words, cwd=ROOT, env=os.environ | env, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


@pytest.mark.faults
def test_one_video_from_the_request_to_its_report(tmp_path, clips):
    """A daemon, the API and a callback's receiver, each a process or a thread of its own: about a minute."""
    data, chosen = tmp_path / "data", tmp_path / "tiktok.toml"
    (data / "dagster").mkdir(parents=True)
    told = (ROOT / "dagster.yaml").read_text().replace("base_dir: data/dagster", f"base_dir: {data}/dagster")
    (tmp_path / "dagster.yaml").write_text(told)
    chosen.write_text(
        f'free_gb = 0.1\napi_folders = ["{clips[0].parent}"]\nprofile = "embedded"\ncallback_hosts = ["127.0.0.1"]\n'
    )
    env = {"DAGSTER_HOME": str(tmp_path), "TIKTOK_DATA": str(data), "TIKTOK_SETTINGS": str(chosen)}
    with listening() as listener, daemon(tmp_path, env), serving(data, **env) as served:
        asked = {"video_path": "blue.mp4", "only": ["audio_analysis"], "callback_url": listener.url}
        status, accepted = served.ask("/analyze", asked)
        assert status == 202
        assert served.ask("/analyze", asked)[1]["id"] == accepted["id"]
        events = follow(served, accepted["links"]["progress"])
        assert [kind for kind, _ in events if kind != "step"] == ["state", "state", "end"]
        assert {event["asset"] for kind, event in events if kind == "step"} >= {"source/video", "report/report"}
        whole = served.ask(accepted["links"]["self"])[1]
        fared = {name: found["status"] for name, found in whole["analyzers"].items()}
        assert (whole["status"], whole["attempts"], fared.pop("audio_analysis")) == ("done", 1, "ok")
        assert set(fared.values()) == {"skipped"}
        assert served.ask(accepted["links"]["report"])[1]["video"]["id"] == accepted["id"]
        until = time.monotonic() + 60
        while not listener.heard and time.monotonic() < until:
            time.sleep(0.5)
    assert [json.loads(body)["status"] for _, body in listener.heard] == ["done"]


def follow(served: Served, path: str) -> list[tuple[str, Any]]:
    """Server-sent events to their end."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=300)
    connection.request("GET", path)
    text = connection.getresponse().read().decode()
    return [(kind, json.loads(told)) for kind, told in re.findall(r"event: (\w+)\ndata: (.*)\n", text)]
