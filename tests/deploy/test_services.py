"""The services as the units start them: they come up, answer, come back after kill -9, and leave nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.deploy.units import FOLDER, ROOT, command, read

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]

ORDER = ("code", "daemon", "webserver", "api", "monitor")
COME_UP_S = 180.0
LEAVE_S = 60.0  # TimeoutStopSec


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return tried.getsockname()[1]


# ProtectSystem=strict with ReadWritePaths=data and PrivateTmp, as far as one can have them without systemd.
READ_ONLY = """
set -e
mount --make-rprivate /
mount --bind "$0/data" "$0/data"
mount -t tmpfs tmpfs "$0/tmp"
mount -o remount,bind,ro /
cd "$0"
exec "$@"
"""


# MemoryDenyWriteExecute=yes; kernels before 6.3 do not know the question and change nothing.
NO_COMPILING = "import ctypes, os, sys; ctypes.CDLL(None).prctl(65, 1, 0, 0, 0); os.execvp(sys.argv[1], sys.argv[1:])"


def confined(folder: Path, name: str) -> list[str]:
    """What to put before a command so that it may do no more than as a unit, as far as this machine can see to it."""
    can = subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True).returncode == 0
    words = ["unshare", "--mount", "sh", "-c", READ_ONLY, str(folder)] if can else []
    if read(FOLDER / f"tiktok-{name}.service")["Service"]["MemoryDenyWriteExecute"] == ["yes"]:
        words += [sys.executable, "-c", NO_COMPILING]
    return words


class House:
    """The units of one machine, with systemd's part played by this class."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.mark = folder, f"house-{os.getpid()}-{time.time_ns()}"
        self.ports = {"3000": str(free_port()), "4266": str(free_port()), "8003": str(free_port())}
        for name in (".venv", "tiktok_assets", "resources", "analyzers", "dagster.yaml"):
            (folder / name).symlink_to(ROOT / name)
        (folder / "deploy").mkdir()
        (folder / "deploy/guard.py").write_text((ROOT / "deploy/guard.py").read_text())
        workspace = (ROOT / "deploy/workspace.yaml").read_text()
        (folder / "deploy/workspace.yaml").write_text(workspace.replace("4266", self.ports["4266"]))
        (folder / "data").mkdir()
        (folder / "tiktok.toml").write_text("free_gb = 0.1\n")
        (folder / "tmp").mkdir()
        self.env = os.environ | {
            "DAGSTER_HOME": str(folder),
            "TIKTOK_DATA": str(folder / "data"),
            "TIKTOK_SETTINGS": str(folder / "tiktok.toml"),
            "TMPDIR": str(folder / "tmp"),
            "HOUSE": self.mark,
        }
        self.guards: dict[str, subprocess.Popen[bytes]] = {}

    def command(self, name: str, key: str = "ExecStart") -> list[str]:
        words = command(name, key)
        for usual, here in self.ports.items():
            words = [word.replace(usual, here) for word in words]
        if name == "api":
            words += ["--port", self.ports["8003"]]
        return words

    def start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            if name == "code":
                before = self.command(name, "ExecStartPre")
                subprocess.run(
                    [*confined(self.folder, name), *before],
                    cwd=self.folder,
                    env=self.env,
                    stdout=log,
                    stderr=log,
                    check=True,
                    timeout=120,
                )
            self.guards[name] = subprocess.Popen(
                [*confined(self.folder, name), *self.command(name)],
                cwd=self.folder,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def is_well(self, name: str) -> bool:
        probe = self.command(name)[:3]
        return subprocess.run(probe, cwd=self.folder, env=self.env, capture_output=True, check=False).returncode == 0

    def wait_until_well(self, *names: str) -> None:
        until = time.monotonic() + COME_UP_S
        missing = list(names)
        while missing and time.monotonic() < until:
            time.sleep(1)
            for name in missing:
                assert self.guards[name].poll() is None, f"{name} ended: {self.log(name)}"
            missing = [name for name in missing if not self.is_well(name)]
        assert not missing, {name: self.log(name) for name in missing}

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")[-2000:]

    def service(self, name: str) -> psutil.Process:
        """The process that the guard runs; probes come and go beside it."""
        children = psutil.Process(self.guards[name].pid).children()
        return next(child for child in children if "guard.py" not in " ".join(child.cmdline()))

    def processes(self) -> list[psutil.Process]:
        """Everything that was started from here, whosever child it is now."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("HOUSE") == self.mark and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
                continue
        return found

    def end_group(self, name: str) -> None:
        """What KillMode=control-group does with what a dead main process left."""
        try:
            os.killpg(self.guards[name].pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def ask(self, service: str, path: str, body: dict | None = None) -> dict:
        port = self.ports[{"webserver": "3000", "api": "8003"}[service]]
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house"))
    try:
        for name in ORDER:
            house.start(name)
        house.wait_until_well(*ORDER)
        yield house
    finally:
        for process in house.processes():
            process.kill()
        for guard in house.guards.values():
            guard.wait()


LOCATIONS = "{workspaceOrError{... on Workspace{locationEntries{name loadStatus}}}}"


def test_the_page_shows_the_code(house):
    entries = house.ask("webserver", "/graphql", {"query": LOCATIONS})["data"]["workspaceOrError"]["locationEntries"]
    assert entries == [{"name": "tiktok_assets", "loadStatus": "LOADED"}]


def test_the_api_hears_of_the_daemon(house):
    assert house.ask("api", "/results")
    beats = (house.folder / "data/logs/system_metrics.jsonl").read_text().splitlines()
    assert json.loads(beats[-1])["unaccounted"] == 0


@pytest.mark.parametrize("name", ORDER)
def test_a_service_that_is_killed_comes_back(house, name):
    others = [other for other in ORDER if other != name]
    house.service(name).kill()
    assert house.guards[name].wait(30) == 128 + signal.SIGKILL  # so that systemd knows
    house.end_group(name)
    house.start(name)
    house.wait_until_well(name)
    assert [other for other in others if house.guards[other].poll() is not None] == []
    house.wait_until_well(*others)


def test_a_service_whose_guard_is_killed_goes_with_it_and_comes_back(house):
    orphan = house.service("api")
    house.guards["api"].kill()
    assert psutil.wait_procs([orphan], timeout=20)[1] == []
    house.start("api")
    house.wait_until_well("api")


def test_the_page_still_shows_the_code(house):
    test_the_page_shows_the_code(house)


def test_all_of_them_leave_when_told_and_leave_nothing_behind(house):
    for guard in house.guards.values():
        guard.terminate()
    until = time.monotonic() + LEAVE_S
    for guard in house.guards.values():
        guard.wait(max(1.0, until - time.monotonic()))
    time.sleep(1)
    left = [" ".join(process.cmdline())[:200] for process in house.processes()]
    assert left == []
