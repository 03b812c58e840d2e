"""What befalls the whole machine: the power is cut, the disk is full, the clock jumps."""

import os
import shutil
import sqlite3
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from dagster._core.storage.dagster_run import IN_PROGRESS_RUN_STATUSES, RunsFilter

from tests.faults.system import START_S, STEPS_S, System, clip, lives, running, until
from tiktok_assets.partitions import VIDEO_SET

pytestmark = pytest.mark.faults
BACK_AT_WORK_S = 60.0
TWO_HOURS_S = 2 * 3600
ROOM_BYTES = 400 << 20  # of the disk that is filled
SOME_ROOM = "free_gb = 0.1\n"


def in_progress(system: System) -> list[str]:
    found = system.instance.get_runs(RunsFilter(statuses=list(IN_PROGRESS_RUN_STATUSES)))
    return [run.run_id for run in found]


def test_after_a_power_cut_work_goes_on_within_a_minute(tmp_path):
    with running(tmp_path) as system:
        video = system.begin(clip(tmp_path, "blue", "#336699"))
        until(system.mark.exists, STEPS_S)
        (before,) = in_progress(system)
        family = system.cut_the_power()
        assert {int(system.mark.read_text()), system.worker_of(before)} < family
        assert in_progress(system) == [before], "nobody was left to write that it is over"
        began = time.monotonic()
        system.run("tiktok_assets", "recover")
        assert in_progress(system) == []
        assert system.is_gate_free()
        system.start()
        until(system.started, STEPS_S)
        back_s = time.monotonic() - began
        assert before not in in_progress(system)
        until(lambda: system.state(0) == "done", STEPS_S)
        print(f"back at work {back_s:.0f} s after the cut")
        assert back_s <= BACK_AT_WORK_S
        assert system.ledger.entry(video).attempts <= 2  # Dagster's own retry of what failed is not another
        assert (system.ledger.unaccounted(), system.is_gate_free()) == (0, True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    data = tmp_path / "data"
    data.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM_BYTES}", "tmpfs", str(data)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no file system may be mounted here: not root, or a container without the right")
    yield data
    subprocess.run(["umount", "--lazy", str(data)], check=True)


def fill(disk: Path) -> Path:
    """To the last byte; the file to remove."""
    path, piece = disk / "filling", 1 << 20
    with path.open("wb", buffering=0) as file:
        while piece:
            try:
                file.write(bytes(piece))
            except OSError:
                piece //= 2
    return path


def is_whole(data: Path) -> bool:
    for path in [*data.rglob("*.db"), *data.rglob("*.sqlite")]:
        with sqlite3.connect(path) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",), path
        db.close()
    for path in (data / "tables").rglob("*.parquet"):
        if not path.name.startswith("."):
            pq.read_table(path)
    return True


def test_a_full_disk_loses_nothing_and_work_goes_on_when_there_is_room(tmp_path, small_disk):
    (tmp_path / "tiktok.toml").write_text(SOME_ROOM)
    with running(tmp_path, HOW="held", TIKTOK_SETTINGS=str(tmp_path / "tiktok.toml")) as system:
        system.begin(clip(tmp_path, "blue", "#336699"))
        until(system.mark.exists, STEPS_S)
        (run,) = system.started()
        worker = system.worker_of(run.run_id)
        red = clip(tmp_path, "red", "#993333")
        (system.inbox / ".red.mp4").write_bytes(red.read_bytes())
        os.utime(system.inbox / ".red.mp4", (0, 0))
        filling = fill(small_disk)
        (system.inbox / ".red.mp4").rename(system.inbox / "red.mp4")
        (tmp_path / "held").touch()
        try:
            ended = f"ended after {until(lambda: not lives(worker), 45):.0f} s"
        except AssertionError:
            ended = "waits"
        assert (system.inbox / "red.mp4").exists()
        services = {name: process.poll() for name, process in system.processes.items()}
        filling.unlink()
        is_whole(system.data)
        taken_s = until(lambda: [system.start(), system.ledger.accepted() == 2][1], BACK_AT_WORK_S)
        done_s = until(lambda: [system.start(), system.state(0) == "done"][1], STEPS_S)
        print(f"on the full disk: the run {ended}, services {services}")
        print(f"with room: the next is taken after {taken_s:.0f} s, this one done {done_s:.0f} s later")
        assert not system.instance.get_run_by_id(run.run_id).is_success
        assert is_whole(system.data)
        assert (system.ledger.unaccounted(), system.is_gate_free()) == (0, True)


class Clock:
    """What the processes of a system take for the time of day."""

    def __init__(self, folder: Path) -> None:
        self._path, library = folder / "clock", folder / "clock.so"
        self.set(0)
        if not (compiler := shutil.which("cc")):
            pytest.skip("no C compiler to make a wrong clock with: apt install gcc")
        source = Path(__file__).with_name("clock.c")
        subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True)
        self.env = {"CLOCK": str(self._path), "LD_PRELOAD": str(library)}

    def set(self, wrong_s: int) -> None:
        """At once, for all of them: they have the file mapped."""
        with self._path.open("r+b" if self._path.exists() else "wb") as file:
            file.write(struct.pack("l", wrong_s))


def test_a_clock_that_jumps_by_two_hours_and_back_loses_nothing(tmp_path):
    """Forward, Dagster takes the run for one without end; back, its daemon waits until it is restarted."""
    clock = Clock(tmp_path)
    with running(tmp_path, HOW="asleep", **clock.env) as system:
        system.begin(clip(tmp_path, "blue", "#336699"))
        until(system.mark.exists, STEPS_S)
        step = int(system.mark.read_text())
        clock.set(TWO_HOURS_S)
        until(lambda: not lives(step), START_S)
        forward_s = until(lambda: system.state(0) == "done", STEPS_S)
        clock.set(0)
        system.drop(clip(tmp_path, "red", "#993333"))
        system.kill("daemon")  # its loops wait by the time of day, the run queue's too: it is to be restarted
        system.run("tiktok_assets", "recover")
        system.start()
        back_s = until(lambda: len(system.instance.get_dynamic_partitions(VIDEO_SET)) == 2, BACK_AT_WORK_S)
        system.launch(system.ledger.page(None, 0, 1)[0].video)
        until(lambda: system.state(1) == "done", STEPS_S)
        print(f"done {forward_s:.0f} s after the jump forward, the next taken {back_s:.0f} s after the jump back")
        assert (system.ledger.unaccounted(), system.is_gate_free()) == (0, True)
