"""The gate: as many steps at once as the device bears, and a dead one gives its place back."""

import os
import signal
import subprocess
import sys
import time
from multiprocessing import get_context
from pathlib import Path

import pytest

from resources.gpu import TOKENS, gate

ROOT = Path(__file__).parents[2]


def hold(folder: Path, stage, log: Path, seconds: float) -> None:
    """Enter the gate, and note when this began and ended."""
    with gate(folder, stage) as weight:
        began = time.monotonic()
        time.sleep(seconds)
        with log.open("a") as lines:
            lines.write(f"{weight} {began} {time.monotonic()}\n")


def run(tmp_path, stages, seconds: float = 0.3) -> list[tuple[int, float, float]]:
    processes = [
        get_context("spawn").Process(target=hold, args=(tmp_path / "gate", stage, tmp_path / "log", seconds))
        for stage in stages
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    spans = [line.split() for line in (tmp_path / "log").read_text().splitlines()]
    return [(int(weight), float(began), float(ended)) for weight, began, ended in spans]


def heaviest(spans: list[tuple[int, float, float]]) -> int:
    """The largest weight that was inside at one moment."""
    return max(sum(w for w, began, ended in spans if began <= moment < ended) for _, moment, _ in spans)


@pytest.mark.parametrize(
    "stages", [["gpu_heavy"] * 3, ["gpu_medium"] * 4, ["gpu_heavy", "gpu_light", "gpu_light", "gpu_medium"]]
)
def test_no_more_than_the_device_bears_is_inside_at_once(tmp_path, stages):
    spans = run(tmp_path, stages)
    assert len(spans) == len(stages)
    assert heaviest(spans) <= TOKENS


def test_light_steps_share_the_device(tmp_path):
    assert heaviest(run(tmp_path, ["gpu_light"] * 3, seconds=2.0)) > 1


def test_a_step_without_a_device_does_not_wait(tmp_path):
    with gate(tmp_path, "gpu_heavy"), gate(tmp_path, "cpu") as weight:
        assert weight == 0


def test_a_killed_step_gives_its_tokens_back(tmp_path):
    code = "import sys, time; from pathlib import Path; from resources.gpu import gate\n"
    code += "with gate(Path(sys.argv[1]), 'gpu_heavy'): print('in', flush=True); time.sleep(60)"
    held = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert held.stdout.readline() == "in\n"
    os.kill(held.pid, signal.SIGKILL)
    held.wait()
    with gate(tmp_path, "gpu_heavy") as weight:
        assert weight == TOKENS
