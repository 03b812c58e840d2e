"""One call in a process of its own, with a deadline and limits; a death becomes a typed error.

Media are parsed by C code that a stranger's bytes can crash, hang or bloat (a 22-byte AAC packet kills
PyAV 18.1), so they are parsed in a process that may be lost. A fork server that has the decoder
loaded already keeps the price at about 10 ms a call.
"""

import ctypes
import io
import multiprocessing
import os
import pickle
import resource
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing import forkserver, popen_forkserver, reduction, spawn, util
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess, set_spawning_popen
from typing import Any, TypeVar

PR_SET_PDEATHSIG = 1  # prctl(2)
PRELOAD = ["resources.preload"]
Result = TypeVar("Result")
_starting = threading.Lock()


class DiedError(Exception):
    """The child gave no answer. `word` is timeout, memory or crashed."""

    def __init__(self, word: str, detail: str) -> None:
        super().__init__(word, detail)
        self.word, self.detail = word, detail


def in_child(
    work: Callable[..., Result],
    *args: Any,
    seconds: float,
    memory_bytes: int = 0,
    file_bytes: int = 0,
) -> Result:
    """What `work(*args)` returns or raises, from a process that is killed after `seconds`; limits of 0 are none.

    `work` is a function of a module; arguments and result are pickled.
    """
    server = multiprocessing.get_context("forkserver")
    start_server()
    here, there = server.Pipe(duplex=False)
    child = Child(target=_answer, args=(there, work, args, memory_bytes, file_bytes), daemon=True)
    child.start()
    there.close()
    late = threading.Event()

    def end() -> None:
        late.set()
        child.kill()

    watch = threading.Timer(seconds, end)
    watch.daemon = True
    watch.start()
    try:
        is_good, value = pickle.loads(here.recv_bytes())
    except (EOFError, OSError):
        child.join()
        raise death(child.exitcode, is_late=late.is_set(), seconds=seconds) from None
    finally:
        watch.cancel()
        child.kill()
        child.join()
        here.close()
    if is_good:
        return value
    raise value


def start_server() -> None:
    """Python 3.11's fork server looks for what it preloads on its own path, not on the caller's, and says nothing."""
    with _starting:
        forkserver.set_forkserver_preload(PRELOAD)
        before = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        try:
            forkserver.ensure_running()
        finally:
            if before is None:
                del os.environ["PYTHONPATH"]
            else:
                os.environ["PYTHONPATH"] = before


def alarm(seconds: float) -> None:
    """In a child: be killed by the kernel when this is not called again in time, even inside C code; 0 stops it."""
    signal.setitimer(signal.ITIMER_REAL, seconds)


def begin_child() -> None:
    """First thing in a child: it dies with its caller, leaves Ctrl-C to it, and writes no core file."""
    die_with_caller()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def die_with_caller() -> None:
    """In a process that a fork server made: end when whoever asked for it ends. In any other: nothing."""
    # The fork server ends when nobody holds this descriptor, and with it, by the signal below, its children:
    # a child that kept it would outlive a caller that was killed.
    server: Any = forkserver._forkserver
    if server._forkserver_alive_fd is None or server._forkserver_pid is not None:
        return
    os.close(server._forkserver_alive_fd)
    server._forkserver_alive_fd = None
    die_with_parent()


def die_with_parent() -> None:
    """Be killed by the kernel with the thread that started this process."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _answer(pipe: Connection, work: Callable[..., Any], args: tuple[Any, ...], memory: int, file_size: int) -> None:
    begin_child()
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    if file_size:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    try:
        answer = True, work(*args)
    except MemoryError as error:
        answer = False, DiedError("memory", str(error) or f"more than {memory >> 20} MB")
    except Exception as error:  # whatever it is, the caller gets it
        answer = False, error
    pipe.send_bytes(pickled(answer))


def pickled(answer: tuple[bool, Any]) -> bytes:
    try:
        said = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
        if not answer[0]:
            pickle.loads(said)  # some exceptions can be packed, but not unpacked
    except Exception:
        said = pickle.dumps((False, RuntimeError(f"{type(answer[1]).__name__}: {answer[1]}"[:500])))
    return said


def death(exitcode: int | None, *, is_late: bool, seconds: float) -> DiedError:
    if is_late:
        return DiedError("timeout", f"no answer in {seconds:g} s")
    if exitcode == -signal.SIGALRM:
        return DiedError("timeout", "no progress")
    if exitcode is not None and exitcode < 0:
        return DiedError("crashed", signal.Signals(-exitcode).name)
    return DiedError("crashed", f"exit status {exitcode}")


class _Popen(popen_forkserver.Popen):
    _fds: list[int]

    def _launch(self, process_obj: Any) -> None:
        """As inherited, but the child does not import the caller's main module, which may take seconds."""
        about = spawn.get_preparation_data(process_obj._name)
        about = {name: value for name, value in about.items() if not name.startswith("init_main")}
        said = io.BytesIO()
        set_spawning_popen(self)
        try:
            reduction.dump(about, said)
            reduction.dump(process_obj, said)
        finally:
            set_spawning_popen(None)
        self.sentinel, out = forkserver.connect_to_new_process(self._fds)
        self.finalizer = util.Finalize(self, _close, (os.dup(out), self.sentinel))
        with open(out, "wb") as pipe:
            pipe.write(said.getbuffer())
        self.pid = forkserver.read_signed(self.sentinel)


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


class Child(ForkServerProcess):
    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802
        return _Popen(process_obj)


class Descriptor:
    """An open file that can be handed to a child; `number` is its descriptor there."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __reduce__(self) -> Any:
        return _received, (reduction.DupFd(self.number),)


def _received(sent: Any) -> Descriptor:
    return Descriptor(sent.detach())
