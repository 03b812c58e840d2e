"""A call in a child ends: with its answer, its exception, or a typed death; and leaves nothing behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resources.door import refusal
from resources.inchild import Descriptor, DiedError, alarm, in_child

HOME = Path(__file__).parents[2]


def _sum(a: int, b: int) -> int:
    return a + b


def _refuse() -> None:
    raise refusal("too_long", "four hours")


def _stuck_in_c() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ctypes.PyDLL(None).sleep(60)  # holds the GIL: no Python code of this process runs again


def _quiet() -> None:
    alarm(0.2)
    ctypes.PyDLL(None).sleep(60)


def _segfault() -> None:
    ctypes.string_at(0)


def _write_much(path: str) -> None:
    with open(path, "wb") as file:
        file.write(bytes(1 << 20))


def _read(handle: Descriptor) -> bytes:
    return os.pread(handle.number, 100, 0)


def _death(work: object, *args: object, seconds: float = 30.0, **limits: int) -> str:
    with pytest.raises(DiedError) as died:
        in_child(work, *args, seconds=seconds, **limits)  # pyright: ignore[reportArgumentType, reportCallIssue]
    return died.value.word


def test_an_answer_comes_back() -> None:
    assert in_child(_sum, 2, 3, seconds=30) == 5
    assert in_child(os.getpid, seconds=30) != os.getpid()


def test_an_exception_comes_back_as_it_was() -> None:
    with pytest.raises(type(refusal("too_long"))) as raised:
        in_child(_refuse, seconds=30)
    assert (raised.value.word, raised.value.can_retry) == ("too_long", False)
    assert "four hours" in raised.value.detail
    with pytest.raises(ValueError, match="invalid literal"):
        in_child(int, "x", seconds=30)


def test_what_is_stuck_in_c_code_is_killed_at_the_deadline() -> None:
    assert _death(_stuck_in_c, seconds=0.3) == "timeout"


def test_what_makes_no_progress_is_ended_by_the_kernel_long_before() -> None:
    assert _death(_quiet, seconds=50) == "timeout"


def test_a_crash_is_typed() -> None:
    assert _death(_segfault) == "crashed"
    assert _death(os._exit, 3) == "crashed"


def test_a_child_that_wants_too_much_memory_is_typed_and_one_that_does_not_is_well() -> None:
    assert _death(bytearray, 3 << 30, memory_bytes=2 << 30) == "memory"
    assert len(in_child(bytes, 1 << 20, seconds=30, memory_bytes=2 << 30)) == 1 << 20


def test_a_child_cannot_write_more_than_it_may(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="File too large"):
        in_child(_write_much, str(tmp_path / "out"), seconds=30, file_bytes=1000)
    in_child(_write_much, str(tmp_path / "out"), seconds=30, file_bytes=1 << 20)


def test_an_open_file_goes_to_the_child_without_its_name(tmp_path: Path) -> None:
    path = tmp_path / "said"
    path.write_text("hello")
    descriptor = os.open(path, os.O_RDONLY)
    path.unlink()
    assert in_child(_read, Descriptor(descriptor), seconds=30) == b"hello"
    os.close(descriptor)


def test_the_decoder_is_loaded_before_the_call() -> None:
    assert in_child(_is_loaded, seconds=30), "the preload failed: every call pays for its imports"


def _is_loaded() -> bool:
    return "av" in sys.modules and "cv2" in sys.modules


def test_a_child_dies_with_a_caller_that_is_killed(tmp_path: Path) -> None:
    said = tmp_path / "pid"
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from resources.inchild import in_child\n"
        "from tests.resources.test_inchild import _tell_and_sleep\n"
        "in_child(_tell_and_sleep, sys.argv[2], seconds=600)\n"
    )
    caller = subprocess.Popen([sys.executable, "-c", script, str(HOME), str(said)], cwd=HOME)
    _until(lambda: said.exists() and said.read_text() != "")
    child = int(said.read_text())
    assert _lives(child)
    caller.kill()
    caller.wait()
    _until(lambda: not _lives(child))


def _tell_and_sleep(path: str) -> None:
    Path(path).write_text(str(os.getpid()))
    time.sleep(600)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _until(holds: object) -> None:
    deadline = time.monotonic() + 60
    while not holds():  # pyright: ignore[reportCallIssue]
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.05)
