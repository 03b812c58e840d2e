"""The daemon, the code server and whatever they start, as real processes over one data folder."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import yaml
from dagster._core.storage.dagster_run import DagsterRunStatus, RunsFilter

from resources import sources
from resources.gpu import TOKENS
from resources.ledger import Ledger
from resources.render import Flat, Shot, Sine, Video, render
from resources.store import Store
from tiktok_assets.partitions import VIDEO_SET
from tiktok_assets.upkeep.workers import STARTED

HOME = Path(__file__).parents[2]
CLIP = Video(shots=(Shot(Flat("#336699"), 0.6),), width=64, height=96, sound=(Sine(440, level_db=-20),))
START_S = 120.0  # a process loads Dagster and the analyzers, on a machine that may be busy
STEPS_S = 240.0  # a video's run, from its request to its end


class System:
    """One data folder and what works on it."""

    def __init__(self, folder: Path, **env: str) -> None:
        self.folder, self.data, self.home = folder, folder / "data", folder / "home"
        self.mark = folder / "mark"  # the first analysis is under way; in it, the process that is at it
        self.inbox = self.data / "inbox"
        self.inbox.mkdir(parents=True)
        self.home.mkdir()
        config = yaml.safe_load((HOME / "dagster.yaml").read_text())
        base = str(self.data / "dagster")
        config["storage"]["sqlite"]["base_dir"] = base
        config["local_artifact_storage"]["config"]["base_dir"] = base
        config["compute_logs"]["config"]["base_dir"] = f"{base}/logs"
        (self.home / "dagster.yaml").write_text(yaml.safe_dump(config))
        port = str(free_port())
        server = {"grpc_server": {"host": "localhost", "port": int(port), "location_name": "lab"}}
        self.workspace = folder / "workspace.yaml"
        self.workspace.write_text(yaml.safe_dump({"load_from": [server]}))
        self.env = os.environ | {
            "DAGSTER_HOME": str(self.home),
            "TIKTOK_DATA": str(self.data),
            "MARK": str(self.mark),
            "PYTHONPATH": str(HOME),
        }
        self.env |= env
        self.commands = {
            "code": ["dagster", "api", "grpc", "-m", "tests.faults.location", "--host", "localhost", "--port", port],
            "daemon": ["dagster._daemon", "run", "-w", str(self.workspace)],
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.instance = dg.DagsterInstance.from_config(str(self.home))
        self.ledger, self.store = Ledger(self.data), Store(root=str(self.data))

    # Processes

    def start(self) -> None:
        """Whatever does not run, as systemd does: the code first, and when it serves the others."""
        for name, words in self.commands.items():
            if name not in self.processes or self.processes[name].poll() is not None:
                with (self.folder / f"{name}.log").open("ab") as log:
                    command = [sys.executable, "-m", *words]
                    self.processes[name] = subprocess.Popen(command, cwd=HOME, env=self.env, stdout=log, stderr=log)
                if name == "code":
                    until(self._is_serving, START_S)

    def _is_serving(self) -> bool:
        probe = [sys.executable, "deploy/guard.py", f"grpc://127.0.0.1:{self.commands['code'][-1]}"]
        return subprocess.run(probe, cwd=HOME, check=False).returncode == 0

    def run(self, *words: str) -> None:
        """A command of the house, to its end."""
        subprocess.run([sys.executable, "-m", *words], cwd=HOME, env=self.env, check=True, timeout=START_S)

    def kill(self, name: str) -> None:
        self.processes[name].kill()
        self.processes[name].wait()

    def cut_the_power(self) -> set[int]:
        """Everything at once: nobody sees anybody else die."""
        family = descendants(self.processes["daemon"].pid)
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in family:
                os.kill(pid, number)
        for process in self.processes.values():
            process.wait()
        until(lambda: not any(lives(pid) for pid in family), 20)
        return family

    def stop(self) -> None:
        """To the last process, also of those that a test left hanging."""
        family = {pid for process in self.processes.values() if lives(process.pid) for pid in descendants(process.pid)}
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for pid in filter(lives, family):
            os.kill(pid, signal.SIGKILL)
        self.instance.dispose()

    # Videos

    def drop(self, clip: Path) -> None:
        """Into the drop folder, in one piece."""
        shutil.copy(clip, self.inbox / f".{clip.name}")
        os.utime(self.inbox / f".{clip.name}", (0, 0))
        (self.inbox / f".{clip.name}").rename(self.inbox / clip.name)

    def begin(self, clip: Path) -> str:
        """Accept a video and ask for its run at once, as the API does."""
        video = sources.accept(self.store, clip)
        self.instance.add_dynamic_partitions(VIDEO_SET, [video])
        self.launch(video).wait(START_S)
        return video

    def launch(self, video: str) -> subprocess.Popen[bytes]:
        tags = f'{{"dagster/partition": "{video}"}}'
        words = ["dagster", "job", "launch", "-w", str(self.workspace), "-j", "analyze", "--tags", tags]
        return subprocess.Popen([sys.executable, "-m", *words], cwd=HOME, env=self.env)

    def worker_of(self, run_id: str) -> int:
        said = [entry.dagster_event.message or "" for entry in self.instance.all_logs(run_id) if entry.dagster_event]
        return int(next(found[1] for line in said if (found := STARTED.search(line))))

    def started(self) -> list[dg.DagsterRun]:
        return list(self.instance.get_runs(RunsFilter(statuses=[DagsterRunStatus.STARTED])))

    def state(self, number: int) -> str | None:
        """Of the n-th input."""
        entries = self.ledger.page(None, 0, 10)[::-1]
        return entries[number].state if len(entries) > number else None

    def is_gate_free(self) -> bool:
        tokens = list((self.data / "gate").glob("*.token*"))
        return len(tokens) == TOKENS and all(is_free(token) for token in tokens)


@contextmanager
def running(folder: Path, **env: str) -> Iterator[System]:
    """A system that is up; its environment is this one and `env`."""
    made = System(folder, **env)
    try:
        made.start()
        yield made
    finally:
        made.stop()


def clip(folder: Path, name: str, colour: str) -> Path:
    """A short video, of other bytes than one of another colour."""
    path = folder / f"{name}.mp4"
    render(Video((Shot(Flat(colour), 0.6),), width=CLIP.width, height=CLIP.height, sound=CLIP.sound), path)
    return path


def until(holds: Callable[[], object], seconds: float = 120.0) -> float:
    """Seconds until it held."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, "it never came to be"
        time.sleep(0.05)
    return time.monotonic() - began


def descendants(pid: int) -> set[int]:
    """All processes of one's family, however they were started: by the environment that they inherit."""
    marked = Path(f"/proc/{pid}/environ").read_bytes()
    mark = next(part for part in marked.split(b"\0") if part.startswith(b"MARK="))
    found = set()
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in path.read_bytes().split(b"\0"):
                found.add(int(path.parent.name))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def is_free(token: Path) -> bool:
    with token.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
