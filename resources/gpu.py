"""The gate: how many steps may use one device at once, on the whole machine, whoever started them.

A device has four tokens; a step takes as many as its stage weighs. Tokens are locked files: the kernel
hands them back when a process dies, however it dies, so nothing leaks and nothing has to be cleaned up.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from analyzers.contract import Stage

TOKENS = 4
WEIGHTS: dict[Stage, int] = {"gpu_heavy": 4, "gpu_medium": 2, "gpu_light": 1, "cpu": 0, "net": 0}
PAUSE_S = 0.05  # between tries; a hand-over takes half of that on average


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
