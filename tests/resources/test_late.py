"""A limit on work that goes on: it ends between two steps of Python, and nothing of it is left behind."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from resources.late import LateError, at_most


def loads_shards() -> None:
    for _ in range(1000):
        time.sleep(0.01)


def test_work_that_takes_too_long_is_ended():
    with pytest.raises(LateError), at_most(0.05):
        loads_shards()


def test_a_handler_of_ordinary_errors_does_not_keep_it():
    def stubborn():
        try:
            loads_shards()
        except Exception:
            return "kept"

    with pytest.raises(LateError), at_most(0.05):
        stubborn()


def test_it_holds_in_any_thread():
    def work():
        with pytest.raises(LateError), at_most(0.05):
            loads_shards()
        return threading.current_thread() is not threading.main_thread()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(work).result()


def test_work_in_time_is_left_alone_and_so_is_what_follows():
    with at_most(0.02):
        done = 1 + 1
    time.sleep(0.05)
    for _ in range(1000):
        done += 1
    assert done == 1002


def test_an_error_of_the_work_itself_is_told():
    with pytest.raises(ValueError, match="broken"), at_most(5):
        raise ValueError("broken")
