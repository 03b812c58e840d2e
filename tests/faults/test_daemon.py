"""The daemon and the code server as real processes: a killed run worker, and what comes after it."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster._core.storage.dagster_run import DagsterRunStatus, RunsFilter

from resources.ledger import Ledger
from resources.render import Flat, Shot, render
from tests.faults.test_workers import CLIP, HOME, lives, until
from tiktok_assets.upkeep.workers import STARTED

pytestmark = pytest.mark.faults


class System:
    """One data folder, its code server and its daemon."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data, self.home = folder, folder / "data", folder / "home"
        self.home.mkdir()
        config = yaml.safe_load((HOME / "dagster.yaml").read_text())
        base = str(self.data / "dagster")
        config["storage"]["sqlite"]["base_dir"] = base
        config["local_artifact_storage"]["config"]["base_dir"] = base
        config["compute_logs"]["config"]["base_dir"] = f"{base}/logs"
        (self.home / "dagster.yaml").write_text(yaml.safe_dump(config))
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        server = {"grpc_server": {"host": "localhost", "port": self.port, "location_name": "lab"}}
        (folder / "workspace.yaml").write_text(yaml.safe_dump({"load_from": [server]}))
        self.env = os.environ | {
            "DAGSTER_HOME": str(self.home),
            "TIKTOK_DATA": str(self.data),
            "MARK": str(folder / "mark"),
            "PYTHONPATH": str(HOME),
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.start("code", "dagster", "code-server", "start", "-m", "tests.faults.location", "-p", str(self.port))
        self.start("daemon", "dagster._daemon", "run", "-w", str(folder / "workspace.yaml"))
        self.instance = dg.DagsterInstance.from_config(str(self.home))
        self.ledger = Ledger(self.data)

    def start(self, name: str, module: str, *words: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            command = [sys.executable, "-m", module, *words]
            self.processes[name] = subprocess.Popen(command, cwd=HOME, env=self.env, stdout=log, stderr=log)

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        self.instance.dispose()

    def drop(self, clip: Path) -> None:
        inbox = self.data / "inbox"
        inbox.mkdir(parents=True, exist_ok=True)
        shutil.copy(clip, inbox / f".{clip.name}")
        os.utime(inbox / f".{clip.name}", (0, 0))
        (inbox / f".{clip.name}").rename(inbox / clip.name)

    def worker_of(self, run_id: str) -> int:
        said = [entry.dagster_event.message or "" for entry in self.instance.all_logs(run_id) if entry.dagster_event]
        return int(next(found[1] for line in said if (found := STARTED.search(line))))

    def state(self, number: int) -> str | None:
        """Of the n-th input."""
        entries = self.ledger.page(None, 0, 10)[::-1]
        return entries[number].state if len(entries) > number else None


@pytest.fixture
def system(tmp_path):
    made = System(tmp_path)
    yield made
    made.stop()


def test_a_killed_run_worker_costs_an_attempt_and_nothing_else(system, tmp_path):
    """In the middle of an analyzer: noticed within a minute, done again, the gate free, the next video well."""
    blue, red = tmp_path / "blue.mp4", tmp_path / "red.mp4"
    render(CLIP, blue)
    render(replace(CLIP, shots=(Shot(Flat("#993333"), 0.6),)), red)
    system.drop(blue)
    spent = {"arrives and is at the analyzer": until((tmp_path / "mark").exists, 240)}
    step = int((tmp_path / "mark").read_text())
    (run,) = system.instance.get_runs(RunsFilter(statuses=[DagsterRunStatus.STARTED]))
    os.kill(system.worker_of(run.run_id), signal.SIGKILL)
    spent["its step is gone"] = until(lambda: not lives(step), 5)
    spent["the run is known to have failed"] = until(lambda: system.instance.get_run_by_id(run.run_id).is_failure, 60)
    spent["done"] = until(lambda: system.state(0) == "done", 300)
    (entry,) = system.ledger.page(None, 0, 10)
    assert entry.attempts <= 2
    for token in (system.data / "gate").glob("*"):
        with token.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    system.drop(red)
    spent["the next video is done"] = until(lambda: system.state(1) == "done", 240)
    print({what: round(seconds, 1) for what, seconds in spent.items()})
    assert system.ledger.unaccounted() == 0

    # Two runs over one video, submitted at once: one waits for the other.
    submit = [
        sys.executable, "-m", "dagster", "job", "launch", "-w", str(tmp_path / "workspace.yaml"), "-j", "analyze",
        "--tags", f'{{"dagster/partition": "{entry.video}"}}',
    ]  # fmt: skip
    both = [subprocess.Popen(submit, cwd=HOME, env=system.env) for _ in range(2)]
    assert [process.wait(120) for process in both] == [0, 0]
    at_once, deadline = 0, time.monotonic() + 240
    mine = RunsFilter(tags={"dagster/partition": entry.video})
    busy = (DagsterRunStatus.STARTED, DagsterRunStatus.STARTING)
    runs = system.instance.get_runs(mine)
    while not all(each.is_finished for each in runs):
        assert time.monotonic() < deadline
        at_once = max(at_once, sum(each.status in busy for each in runs))
        time.sleep(0.1)
        runs = system.instance.get_runs(mine)
    assert at_once == 1
    assert sum(each.is_success for each in runs) >= 3
