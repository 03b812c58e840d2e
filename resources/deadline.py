"""A deadline for work in this process, C code included, and what is remembered of work that did not come back.

A thread ends the process in time and says so; where the work holds Python's lock, a timer of the kernel does it.
A mark on the disk tells the next process: what ran out of time is not tried again, what crashed is tried once more.
"""

import ctypes
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from analyzers.contract import Stage

# For a hang, not for a slow machine: 30 to 300 times as long as the video, which the slowest processor needs for
# the largest model that it holds, and the time to load it.
BASE_S: dict[Stage, float] = {"cpu": 300, "net": 300, "gpu_light": 600, "gpu_medium": 900, "gpu_heavy": 1800}
PER_VIDEO_S: dict[Stage, float] = {"cpu": 30, "net": 30, "gpu_light": 60, "gpu_medium": 120, "gpu_heavy": 300}
GRACE_S = 3.0  # for the thread, before the kernel does it
CRASHES = 2  # without coming back, until it is no longer tried
LATE_EXIT = 124  # as timeout(1)
CLOCK_MONOTONIC, SIGEV_SIGNAL = 1, 0  # timer_create(2)


class _SigEvent(ctypes.Structure):
    _fields_ = (
        ("value", ctypes.c_void_p),
        ("signo", ctypes.c_int),
        ("notify", ctypes.c_int),
        ("pad", ctypes.c_byte * 48),
    )


class _TimerSpec(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_long) for name in ("again_s", "again_ns", "first_s", "first_ns"))


def seconds_for(stage: Stage, duration_s: float, factor: float) -> float:
    """How long one attempt on a video of this length may take."""
    return factor * (BASE_S[stage] + PER_VIDEO_S[stage] * duration_s)


@contextmanager
def deadline(seconds: float, mark: Path) -> Iterator[None]:
    """End this process if the block takes longer; `mark` stays behind where the process ended within the block."""
    times = _read(mark).get("times", 0) + 1
    said = {"times": times, "started": time.monotonic(), "seconds": seconds, "boot": _boot()}
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(json.dumps(said))
    watch = threading.Timer(seconds, _end, (seconds, mark, said))
    watch.daemon = True
    watch.start()
    try:
        with _kernel_timer(seconds + GRACE_S):
            yield
    finally:
        watch.cancel()
        mark.unlink(missing_ok=True)


def given_up(mark: Path) -> Literal["timeout", "crashed"] | None:
    """Why this work is not to be tried again, from its mark; the mark is gone then: who asks again, tries again."""
    said = _read(mark)
    if not said:
        return None
    is_late = said.get("late") or (said["boot"] == _boot() and time.monotonic() - said["started"] >= said["seconds"])
    if not is_late and said["times"] < CRASHES:
        return None
    mark.unlink(missing_ok=True)
    return "timeout" if is_late else "crashed"


def _end(seconds: float, mark: Path, said: dict[str, Any]) -> None:
    mark.write_text(json.dumps(said | {"late": True}))
    sys.stderr.write(
        f"{mark.name}: no end in {seconds:.0f} s, this process is given up. What was finished is kept; "
        "the next run goes on from there, without it.\n"
    )
    sys.stderr.flush()
    os._exit(LATE_EXIT)


@contextmanager
def _kernel_timer(seconds: float) -> Iterator[None]:
    """SIGKILL from the kernel after so long. A timer of its own: SIGALRM may be in use, and can be caught."""
    libc = ctypes.CDLL(None, use_errno=True)
    timer = ctypes.c_void_p()
    event = _SigEvent(signo=signal.SIGKILL, notify=SIGEV_SIGNAL)
    if libc.timer_create(CLOCK_MONOTONIC, ctypes.byref(event), ctypes.byref(timer)):
        raise OSError(ctypes.get_errno(), "timer_create")
    whole = int(seconds)
    once = _TimerSpec(0, 0, whole, int((seconds - whole) * 1e9))
    libc.timer_settime(timer, 0, ctypes.byref(once), None)
    try:
        yield
    finally:
        libc.timer_delete(timer)


def _read(mark: Path) -> dict[str, Any]:
    try:
        return json.loads(mark.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
