"""A process that is replaced: when it grows, when it dies, and when it hangs."""

import os
import signal
import time
from collections.abc import Callable

import pytest

from resources.inchild import DiedError
from resources.recycled import Recycled


def echo() -> Callable[[int], tuple[int, int]]:
    return lambda item: (item, os.getpid())


def leak() -> Callable[[int], int]:
    kept = []

    def work(size: int) -> int:
        kept.append(b"x" * size)
        return len(kept)

    return work


def fragile(marks: str) -> Callable[[str], str]:
    def work(item: str) -> str:
        if item == "always":
            os.kill(os.getpid(), signal.SIGSEGV)
        if item == "once" and not os.path.exists(marks):
            open(marks, "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
        if item == "hang":
            time.sleep(60)
        if item == "bad":
            raise ValueError("no picture")
        return item

    return work


def broken() -> Callable[[int], int]:
    raise FileNotFoundError("craft.pth")


def start(make, *args, **more) -> Recycled:
    return Recycled(make, *args, start_s=30, call_s=more.pop("call_s", 30), **more)


@pytest.fixture
def play(tmp_path):
    recycled = start(fragile, str(tmp_path / "mark"), call_s=1)
    yield recycled
    recycled.close()


def test_it_answers_from_one_other_process_in_order():
    recycled = start(echo)
    answers = [recycled(n) for n in range(5)]
    assert [n for n, _ in answers] == list(range(5))
    assert len({pid for _, pid in answers} - {os.getpid()}) == 1
    recycled.close()


def test_a_process_that_grew_is_replaced_and_nothing_is_lost():
    recycled = start(leak, growth_bytes=50 << 20)
    answers = [recycled(20 << 20) for _ in range(8)]
    assert recycled.n_started >= 2
    assert max(answers) < 8
    recycled.close()


def test_one_that_does_not_grow_stays():
    recycled = start(leak, growth_bytes=50 << 20)
    assert [recycled(10) for _ in range(50)][-1] == 50
    assert recycled.n_started == 1
    recycled.close()


def test_an_error_is_the_callers_and_the_process_goes_on(play):
    assert play("first") == "first"
    with pytest.raises(ValueError, match="no picture"):
        play("bad")
    assert play("good") == "good"
    assert play.n_started == 1


def test_a_death_gets_one_more_try(play):
    assert play("once") == "once"
    assert play.n_started == 2


def test_what_always_kills_it_is_an_error_and_the_next_item_is_served(play):
    with pytest.raises(DiedError, match="SIGSEGV"):
        play("always")
    assert play("next") == "next"


def test_a_hang_is_ended_and_the_next_item_is_served(play):
    with pytest.raises(DiedError, match="timeout"):
        play("hang")
    assert play("next") == "next"


def test_what_cannot_be_loaded_is_told_at_once():
    with pytest.raises(FileNotFoundError, match=r"craft\.pth"):
        start(broken)


def test_closed_it_leaves_no_process():
    recycled = start(echo)
    _, pid = recycled(1)
    recycled.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
