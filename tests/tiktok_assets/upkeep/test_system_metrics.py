"""The monitor: lines that say how the machine fares, in files that do not grow for ever."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resources.ledger import Ledger
from tiktok_assets.upkeep import system_metrics
from tiktok_assets.upkeep.system_metrics import NAME, AlreadyWatchedError, Processor, measure, monitor

ROOT = Path(__file__).parents[3]


@pytest.fixture
def ended(monkeypatch):
    """A monitor in this process, told to end when it has written so many lines."""

    def after(lines: int):
        true, written = system_metrics.measure, []

        def counted(data, processor):
            written.append(1)
            if len(written) >= lines:
                os.kill(os.getpid(), signal.SIGTERM)
            return true(data, processor)

        monkeypatch.setattr(system_metrics, "measure", counted)

    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield after
    for number, handler in handlers.items():
        signal.signal(number, handler)


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_line_says_how_the_machine_fares(tmp_path):
    Ledger(tmp_path).accept("12345678", "a test")
    said = json.loads(json.dumps(measure(tmp_path, Processor())))
    for share in ("cpu_used_share", "memory_used_share", "disk_free_share"):
        assert 0 <= said[share] <= 1, share
    assert said["inputs"]["waiting"] == 1
    assert said["unaccounted"] == 0
    assert said["processes"] >= 1
    assert isinstance(said["gpus"], list)


def test_a_busy_processor_is_seen():
    processor = Processor()
    until = time.process_time() + 0.5
    while time.process_time() < until:
        pass
    assert processor.used_share() > 0


def test_a_process_that_nobody_took_notice_of_is_counted(tmp_path):
    child = subprocess.Popen(["true"])
    before = measure(tmp_path, Processor())["zombies"]
    for _ in range(100):
        if (before := measure(tmp_path, Processor())["zombies"]) >= 1:
            break
        time.sleep(0.02)
    assert before >= 1
    child.wait()


def test_a_ledger_that_does_not_answer_stops_nothing(tmp_path):
    (tmp_path / "ledger.sqlite").write_text("this is no database, however long one looks at it" * 50)
    said = measure(tmp_path, Processor())
    assert said["inputs"] is said["unaccounted"] is None
    assert said["disk_free_gb"] > 0


def test_a_driver_that_does_not_answer_stops_nothing(tmp_path, monkeypatch):
    def lost():
        raise RuntimeError("GPU is lost")

    monkeypatch.setattr(system_metrics, "cards", lost)
    assert measure(tmp_path, Processor())["gpus"] is None


def test_lines_are_written_until_it_is_told_to_end(tmp_path, ended):
    ended(3)
    monitor(tmp_path, every_s=0.01)
    found = lines(tmp_path / "logs" / NAME)
    assert len(found) == 3
    assert [line["at"] for line in found] == sorted({line["at"] for line in found})


def test_a_full_file_makes_room_for_the_next(tmp_path, ended, monkeypatch):
    monkeypatch.setattr(system_metrics, "FILE_BYTES", 2000)
    monkeypatch.setattr(system_metrics, "FILES", 3)
    ended(40)
    monitor(tmp_path, every_s=0.001)
    found = sorted(tmp_path.glob(f"logs/{NAME}*"))
    assert [path.name for path in found] == [NAME, f"{NAME}.1", f"{NAME}.2"]
    assert all(path.stat().st_size < 2600 for path in found)
    assert all(lines(path) for path in found)


def test_a_second_monitor_is_refused(tmp_path, ended, monkeypatch):
    def second(data, processor):
        with pytest.raises(AlreadyWatchedError):
            monitor(data, every_s=0.01)
        os.kill(os.getpid(), signal.SIGTERM)
        return {}

    ended(1)
    monkeypatch.setattr(system_metrics, "measure", second)
    monitor(tmp_path, every_s=0.01)


def test_the_command_writes_and_ends_well(tmp_path):
    path = tmp_path / "logs" / NAME
    command = [sys.executable, "-m", "tiktok_assets", "monitor", "--data", str(tmp_path)]
    child = subprocess.Popen(command, cwd=ROOT)
    for _ in range(600):
        if path.exists() and path.read_text().endswith("\n"):
            break
        time.sleep(0.1)
    child.terminate()
    assert child.wait(20) == 0
    assert len(lines(path)) == 1
