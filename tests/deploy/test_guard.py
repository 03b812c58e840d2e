"""The guard: it ends a service that is not well, says so to systemd, and lets nothing outlive it."""

import http.server
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
GUARD = ROOT / "deploy/guard.py"
# The guard as it is, but for its patience.
HASTY = f"""
import importlib.util, sys
about = importlib.util.spec_from_file_location("guard", {str(GUARD)!r})
guard = importlib.util.module_from_spec(about)
about.loader.exec_module(guard)
guard.EVERY_S, guard.PATIENCE_S, guard.END_S = 0.2, 1.5, 1.0
sys.exit(guard.main(sys.argv[1:]))
"""
LONG = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"]


def ask(probe: str) -> int:
    return subprocess.run([sys.executable, GUARD, probe], check=False, capture_output=True).returncode


def guarded(probe: str, command: list[str], **env: str) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", HASTY, probe, "--", *command], env=os.environ | env)


def child_of(guard: subprocess.Popen, mark: str = "sleep") -> psutil.Process:
    for _ in range(100):
        for child in psutil.Process(guard.pid).children():
            if mark in " ".join(child.cmdline()):
                return child
        time.sleep(0.05)
    raise AssertionError("no child")


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(503 if self.path == "/health" else 200)
        self.end_headers()

    def log_message(self, format, *args):
        pass


@pytest.fixture(scope="module")
def page():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_page_that_answers_is_well_whatever_it_says(page):
    assert ask(f"{page}/") == 0
    assert ask(f"{page}/health") == 0


def test_a_page_that_does_not_answer_is_not():
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        port = deaf.getsockname()[1]
        assert ask(f"http://127.0.0.1:{port}/") == 1
        assert ask(f"grpc://127.0.0.1:{port}") == 1


def test_a_file_is_well_while_it_is_fresh(tmp_path):
    path = tmp_path / "alive"
    assert ask(f"fresh:{path}") == 1
    path.touch()
    assert ask(f"fresh:{path}") == 0
    os.utime(path, (time.time() - 600,) * 2)
    assert ask(f"fresh:{path}") == 1


def test_a_probe_that_it_does_not_know_is_no_answer():
    assert ask("ftp://x") == 1
    assert subprocess.run([sys.executable, GUARD], check=False, capture_output=True).returncode == 2


def test_the_end_of_the_service_is_the_end_of_the_guard(tmp_path):
    alive = tmp_path / "alive"
    alive.touch()
    assert guarded(f"fresh:{alive}", [sys.executable, "-c", "raise SystemExit(7)"]).wait(20) == 7
    killed = [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]
    assert guarded(f"fresh:{alive}", killed).wait(20) == 128 + 9


def test_a_service_that_is_not_well_is_ended_even_when_it_does_not_listen(tmp_path):
    guard = guarded(f"fresh:{tmp_path / 'never'}", DEAF)
    child = child_of(guard)
    assert guard.wait(30) == 128 + signal.SIGKILL
    assert not child.is_running()


def test_a_service_that_is_well_is_left_alone(page):
    guard = guarded(f"{page}/", LONG)
    time.sleep(4)  # more than twice its patience
    assert guard.poll() is None
    guard.terminate()
    assert guard.wait(20) == 128 + signal.SIGTERM


def test_a_request_to_leave_is_passed_on(page):
    polite = "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(3)); time.sleep(60)"
    guard = guarded(f"{page}/", [sys.executable, "-c", polite])
    child_of(guard)
    time.sleep(1)
    guard.terminate()
    assert guard.wait(20) == 3


def test_a_guard_that_is_killed_takes_its_service_along(page):
    guard = guarded(f"{page}/", DEAF)
    child = child_of(guard)
    guard.kill()
    guard.wait()
    assert psutil.wait_procs([child], timeout=10)[1] == []


def test_systemd_is_told(page, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(20)
        guard = guarded(f"{page}/", LONG, NOTIFY_SOCKET=str(tmp_path / "notify"))
        assert systemd.recv(100) == b"READY=1\nWATCHDOG=1"
        assert systemd.recv(100) == b"READY=1\nWATCHDOG=1"
        guard.terminate()
        guard.wait(20)
        said = [systemd.recv(100)]
        while said[-1] != b"STOPPING=1":
            said.append(systemd.recv(100))


def test_systemd_is_not_told_that_a_service_is_well_which_is_not(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        guard = guarded(f"fresh:{tmp_path / 'never'}", LONG, NOTIFY_SOCKET=str(tmp_path / "notify"))
        guard.wait(30)
        systemd.setblocking(False)
        with pytest.raises(BlockingIOError):
            systemd.recv(100)
