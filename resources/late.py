"""A limit on work in this thread that leaves the process alive: between two steps of Python an error ends the work.

A single call into C, the reading of one tensor perhaps, is finished first: what hangs in one for good is the business
of `deadline`, which ends the process.
"""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class LateError(BaseException):
    """The time is over; no handler of ordinary errors keeps it."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise LateError within the block once it has taken so long."""
    is_over, turn, here = False, threading.Lock(), ctypes.c_ulong(threading.get_ident())
    throw = ctypes.pythonapi.PyThreadState_SetAsyncExc

    def interrupt() -> None:
        with turn:
            if not is_over:
                throw(here, ctypes.py_object(LateError))

    watch = threading.Timer(seconds, interrupt)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
        with turn:
            is_over = True
            throw(here, None)  # what was thrown, and has not arrived
