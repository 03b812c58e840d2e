"""The device: which one, in what precision, how much of it is free, and who may use it at the same time.

A device has four tokens; a step takes as many as its stage weighs. Tokens are locked files: the kernel
hands them back when a process dies, however it dies, so nothing leaks and nothing has to be cleaned up.
Everything here answers without PyTorch on a machine that has no graphics card.
"""

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, NoReturn

from analyzers.contract import Stage
from resources.settings import Settings
from resources.software import processor
from resources.threads import threads_for

Number = Literal["float32", "bfloat16", "float16"]

TOKENS = 4
WEIGHTS: dict[Stage, int] = {"gpu_heavy": 4, "gpu_medium": 2, "gpu_light": 1, "cpu": 0, "net": 0}
PAUSE_S = 0.05  # between tries; a hand-over takes half of that on average
POISONED_EXIT = 70  # EX_SOFTWARE: the process cannot go on

# What CUDA says when its context is lost for good: https://docs.nvidia.com/cuda/cuda-runtime-api, "sticky" errors.
POISON = (
    "device-side assert",
    "illegal memory access",
    "illegal instruction",
    "misaligned address",
    "unspecified launch failure",
    "launch timed out",
    "uncorrectable ECC",
    "invalid program counter",
    "hardware stack error",
    "launch failure",
)
FULL = ("out of memory", "can't allocate memory", "cannot allocate memory", "failed to allocate memory")


class OutOfMemoryError(Exception):
    """The device's memory did not hold a model's work, not even in a smaller batch."""


@dataclass(frozen=True, slots=True)
class Device:
    """Where a model runs, and in which numbers."""

    name: str  # cpu, cuda:0, ...
    number: Number
    threads: int  # on the processor
    eight_bit: bool = False  # weights of linear layers in 8 bits, what goes through them in `number`

    @property
    def is_gpu(self) -> bool:
        return self.name.startswith("cuda")


CPU = Device("cpu", "float32", min(2, os.cpu_count() or 1))


class NoDeviceError(Exception):
    """The device that the settings name is not there."""


def choose_device(settings: Settings, stage: Stage = "cpu") -> Device:
    """The device that the settings name; left to itself, the card with the most free memory, else the processor."""
    threads = threads_for(stage)
    cards = _cards() if settings.device != "cpu" else 0
    if settings.device != "auto" and settings.device.split(":")[0] not in ("cpu", "cuda"):
        raise NoDeviceError(f"`{settings.device}` is no device: choose auto, cpu, cuda or cuda:NUMBER")
    if settings.device.startswith("cuda") and not cards:
        raise NoDeviceError(
            f"device `{settings.device}` is demanded, and there is no graphics card that PyTorch can use"
        )
    if not cards:
        return _device("cpu", settings, "float32", threads)
    import torch

    if ":" in settings.device:
        index = int(settings.device.split(":")[1])
        if index >= cards:
            raise NoDeviceError(f"device `{settings.device}` is demanded, and there are {cards}, counted from 0")
    else:
        index = max(range(cards), key=lambda card: torch.cuda.mem_get_info(card)[0])
    # Emulated bfloat16 does not count: Turing says yes to it, and runs it at a tenth of float16's speed.
    best: Number = "bfloat16" if torch.cuda.get_device_capability(index) >= (8, 0) else "float16"
    return _device(f"cuda:{index}", settings, best, threads)


def _device(name: str, settings: Settings, best: Number, threads: int) -> Device:
    if settings.precision in ("auto", "int8"):
        return Device(name, best, threads, eight_bit=settings.precision == "int8")
    return Device(name, settings.precision, threads)


def described(device: Device) -> str:
    """The make of a device, and the numbers that models calculate in on it; nothing that names the machine."""
    eight = ", weights in 8 bits" if device.eight_bit else ""
    if not device.is_gpu:
        return f"{processor()}, {device.number}{eight}"
    import torch

    return f"{torch.cuda.get_device_name(device.name)}, {device.number}{eight}"


def _cards() -> int:
    """How many graphics cards PyTorch can use; 0 without asking PyTorch where the driver is not there."""
    if not Path("/dev/nvidiactl").exists() or os.environ.get("CUDA_VISIBLE_DEVICES") == "":
        return 0
    import torch

    return torch.cuda.device_count() if torch.cuda.is_available() else 0


def free_bytes(device: Device) -> int:
    """Memory that a model could still take: on the card, or of the machine and its container."""
    if device.is_gpu:
        import torch

        free, _ = torch.cuda.mem_get_info(device.name)
        return free + torch.cuda.memory_reserved(device.name) - torch.cuda.memory_allocated(device.name)
    lines = Path("/proc/meminfo").read_text().splitlines()
    available = next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable"))
    return min(available, _free_in_container())


def _free_in_container() -> int:
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
        used = int(Path("/sys/fs/cgroup/memory.current").read_text())
        stat = dict(line.split() for line in Path("/sys/fs/cgroup/memory.stat").read_text().splitlines())
    except OSError:
        return sys.maxsize
    # Pages of files that nobody has open are counted as used, and given up on demand.
    return sys.maxsize if limit == "max" else int(limit) - used + int(stat.get("inactive_file", 0))


def give_back() -> None:
    """Hand what the allocators keep in reserve back to the device."""
    import gc

    gc.collect()
    if (torch := sys.modules.get("torch")) and torch.cuda.is_initialized():
        torch.cuda.empty_cache()


def is_full(error: BaseException) -> bool:
    """Whether an error says that memory ran out, on the card or in the machine."""
    return isinstance(error, MemoryError) or any(words in str(error).lower() for words in FULL)


def is_poisoned(error: BaseException) -> bool:
    """Whether an error means that this process can never use its card again."""
    said = str(error)
    return isinstance(error, RuntimeError) and "CUDA" in said and any(words in said for words in POISON)


def end_process(error: BaseException) -> NoReturn:
    """Leave at once, without the clean-up that would hang on a broken context; another process takes over."""
    sys.stderr.write(
        f"the graphics card's context is broken: {error}\n"
        "What was finished is kept. The step is started again in a new process; by hand: run the same command again.\n"
    )
    sys.stderr.flush()
    os._exit(POISONED_EXIT)


@contextmanager
def gate(folder: Path, stage: Stage, device: str = "gpu0") -> Iterator[int]:
    """Hold as many of the device's tokens as the stage weighs, for as long as the block runs."""
    wanted = WEIGHTS[stage]
    if not wanted:
        yield 0
        return
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        # One taker at a time gathers its tokens: two steps can never each hold half of what both need.
        with (folder / f"{device}.taking").open("a") as taking:
            fcntl.flock(taking, fcntl.LOCK_EX)
            free = {n: (folder / f"{device}.token{n}").open("a") for n in range(TOKENS)}
            for token in free.values():
                held.enter_context(token)
            while TOKENS - len(free) < wanted:
                number = next((n for n, token in free.items() if _lock(token)), None)
                if number is None:
                    time.sleep(PAUSE_S)
                else:
                    del free[number]
        yield wanted


def _lock(token: IO[str]) -> bool:
    try:
        fcntl.flock(token, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
