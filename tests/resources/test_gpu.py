"""The device, its gate and its threads: what is there is used, what is not is an error, the dead free their places."""

import os
import signal
import subprocess
import sys
import time
from multiprocessing import get_context
from pathlib import Path

import pytest
import torch

from resources import gpu
from resources.gpu import (
    CPU,
    POISONED_EXIT,
    TOKENS,
    WEIGHTS,
    Device,
    NoDeviceError,
    choose_device,
    free_bytes,
    gate,
    is_full,
    is_poisoned,
)
from resources.settings import Settings
from resources.threads import set_threads, threads_for

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


# The device


class Card:
    """What PyTorch says of a graphics card."""

    def __init__(self, free_gb: float, capability: tuple[int, int]) -> None:
        self.free, self.capability = int(free_gb * 2**30), capability


@pytest.fixture
def cards(monkeypatch):
    """Pretend that these cards are in the machine."""

    def plug(*found: Card) -> None:
        monkeypatch.setattr(gpu, "_cards", lambda: len(found))
        monkeypatch.setattr(torch.cuda, "mem_get_info", lambda i: (found[i].free, 80 << 30))
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda i: found[i].capability)

    return plug


def test_without_a_card_everything_runs_on_the_processor(cards):
    cards()
    device = choose_device(Settings())
    assert (device.name, device.number, device.is_gpu) == ("cpu", "float32", False)


def test_the_card_with_the_most_free_memory_is_taken_in_the_best_numbers_it_has(cards):
    cards(Card(3, (8, 6)), Card(20, (7, 5)))
    assert (choose_device(Settings()).name, choose_device(Settings()).number) == ("cuda:1", "float16")
    assert choose_device(Settings(device="cuda:0")).number == "bfloat16"
    assert choose_device(Settings(device="cpu")).name == "cpu"
    assert choose_device(Settings(precision="float32")).number == "float32"
    small = choose_device(Settings(precision="int8", device="cuda:0"))
    assert (small.number, small.eight_bit) == ("bfloat16", True)


@pytest.mark.parametrize(
    ("device", "why"),
    [("cuda", "no graphics card"), ("cuda:3", "no graphics card"), ("tpu", "`tpu` is no device")],
)
def test_a_device_that_is_not_there_is_an_error_not_a_quiet_change(cards, device, why):
    cards()
    with pytest.raises(NoDeviceError, match=why):
        choose_device(Settings(device=device))


def test_a_card_is_counted_from_0(cards):
    cards(Card(3, (8, 0)))
    with pytest.raises(NoDeviceError, match="there are 1, counted from 0"):
        choose_device(Settings(device="cuda:1"))


def test_a_hidden_card_is_not_asked_for(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert choose_device(Settings()).name == "cpu"


def test_a_device_is_told_by_its_make_and_its_numbers(monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda name: {"cuda:1": "NVIDIA H200"}[name])
    assert gpu.described(Device("cuda:1", "bfloat16", 1)) == "NVIDIA H200, bfloat16"
    assert gpu.described(Device("cuda:1", "float16", 1, eight_bit=True)) == "NVIDIA H200, float16, weights in 8 bits"
    make, _, number = gpu.described(CPU).rpartition(", ")
    assert (bool(make), number) == (True, "float32")
    assert os.uname().nodename not in make


def test_free_memory_is_that_of_machine_and_container():
    total = next(int(line.split()[1]) << 10 for line in Path("/proc/meminfo").read_text().splitlines())
    assert 0 < free_bytes(CPU) < total


@pytest.mark.parametrize(
    ("error", "full", "poisoned"),
    [
        (torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"), True, False),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: can't allocate memory"), True, False),
        (MemoryError(), True, False),
        (RuntimeError("CUDA error: device-side assert triggered\nCompile with TORCH_USE_CUDA_DSA"), False, True),
        (RuntimeError("CUDA error: an illegal memory access was encountered"), False, True),
        (RuntimeError("CUDA error: unspecified launch failure"), False, True),
        (RuntimeError("CUDA error: uncorrectable ECC error encountered"), False, True),
        (RuntimeError("CUDA error: no kernel image is available for execution on the device"), False, False),
        (ValueError("an illegal memory access of the joking kind"), False, False),
    ],
)
def test_errors_of_the_device_are_told_apart(error, full, poisoned):
    assert (is_full(error), is_poisoned(error)) == (full, poisoned)


def test_a_broken_context_ends_the_process_with_a_word_on_what_is_kept():
    code = "from resources.gpu import end_process; import atexit; atexit.register(print, 'clean-up')\n"
    code += "end_process(RuntimeError('CUDA error: device-side assert triggered'))"
    ended = subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (POISONED_EXIT, "")
    assert "device-side assert" in ended.stderr
    assert "What was finished is kept" in ended.stderr


# Threads


def test_a_step_alone_has_all_cores_and_beside_others_its_share(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(16)))
    monkeypatch.delenv("TIKTOK_STEPS_AT_ONCE", raising=False)
    assert {threads_for(stage) for stage in WEIGHTS} == {16}
    monkeypatch.setenv("TIKTOK_STEPS_AT_ONCE", "16")
    assert {stage: threads_for(stage) for stage in WEIGHTS} == {
        "gpu_heavy": 8, "gpu_medium": 4, "gpu_light": 4, "cpu": 1, "net": 1,
    }  # fmt: skip


def test_every_library_is_held_to_it(monkeypatch):
    import cv2

    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
        monkeypatch.setenv(name, "9")
    before = torch.get_num_threads(), cv2.getNumThreads()
    try:
        set_threads(1)
        assert (torch.get_num_threads(), cv2.getNumThreads(), os.environ["OMP_NUM_THREADS"]) == (1, 1, "1")
    finally:
        torch.set_num_threads(before[0])
        cv2.setNumThreads(before[1])
