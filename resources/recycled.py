"""A model that leaks, kept in a process of its own which is replaced when it has grown too large.

EasyOCR grows by up to 33 MB a picture (https://github.com/JaidedAI/EasyOCR/issues/815); the process that
analyses must not. The child dies with its caller, and a call that hangs is ended by a deadline.
"""

import os
import pickle
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Generic, TypeVar

from resources.inchild import Child, DiedError, begin_child, death, pickled, start_server

GROWTH_BYTES = 500 << 20  # beyond what it had after its first answer
Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Recycled(Generic[Item, Answer]):
    """`make(*args)` gives a function; calling this calls it, elsewhere."""

    def __init__(
        self,
        make: Callable[..., Callable[[Item], Answer]],
        *args: Any,
        start_s: float,
        call_s: float,
        growth_bytes: int = GROWTH_BYTES,
    ) -> None:
        self._make, self._args = make, args
        self._start_s, self._call_s, self._growth = start_s, call_s, growth_bytes
        self._child: Child | None = None
        self._pipe: Connection | None = None
        self._first_bytes = 0
        self.n_started = 0
        self._start()  # what cannot be loaded is told at once

    def __call__(self, item: Item) -> Answer:
        """The answer; a process that died of the item before gets one successor to try it again."""
        try:
            return self._ask(item)
        except DiedError as error:
            if error.word == "timeout":
                raise
            return self._ask(item)

    def close(self) -> None:
        """End the process; the next call starts another."""
        if self._child is not None and self._pipe is not None:
            self._child.kill()
            self._child.join()
            self._pipe.close()
        self._child = self._pipe = None

    def _start(self) -> Connection:
        start_server()
        self._pipe, there = get_context("forkserver").Pipe()
        self._child = Child(target=_serve, args=(there, self._make, self._args), daemon=True)
        self._child.start()
        there.close()
        self.n_started += 1
        self._first_bytes = 0
        self._answer(self._pipe, self._start_s)
        return self._pipe

    def _ask(self, item: Item) -> Answer:
        pipe = self._pipe or self._start()
        try:
            pipe.send_bytes(pickle.dumps(item, pickle.HIGHEST_PROTOCOL))
        except OSError:
            raise self._death(is_late=False, seconds=self._call_s) from None
        answer, taken = self._answer(pipe, self._call_s)
        self._first_bytes = self._first_bytes or taken
        if taken - self._first_bytes > self._growth:
            self.close()
        return answer

    def _answer(self, pipe: Connection, seconds: float) -> Any:
        if not pipe.poll(seconds):
            raise self._death(is_late=True, seconds=seconds)
        try:
            is_good, value = pickle.loads(pipe.recv_bytes())
        except (EOFError, OSError):
            raise self._death(is_late=False, seconds=seconds) from None
        if not is_good:
            if self._first_bytes == 0:
                self.close()
            raise value
        return value

    def _death(self, *, is_late: bool, seconds: float) -> DiedError:
        child = self._child
        if child is not None and not is_late:
            child.join(1)
        code = None if child is None else child.exitcode
        self.close()
        return death(code, is_late=is_late, seconds=seconds)


def _serve(pipe: Connection, make: Callable[..., Callable[[Any], Any]], args: tuple[Any, ...]) -> None:
    begin_child()
    try:
        work = make(*args)
    except Exception as error:  # whatever it is, the caller gets it
        pipe.send_bytes(pickled((False, error)))
        return
    pipe.send_bytes(pickled((True, None)))
    while True:
        try:
            item = pickle.loads(pipe.recv_bytes())
        except EOFError:
            return
        try:
            answer = True, (work(item), _resident_bytes())
        except Exception as error:
            answer = False, error
        pipe.send_bytes(pickled(answer))


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
