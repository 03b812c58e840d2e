"""Portions: in order, and smaller once where memory runs out."""

import pytest
import torch

from resources.gpu import OutOfMemoryError
from resources.portions import in_portions


def doubled_within(limit: int, sizes: list[int]):
    """Work whose memory holds `limit` items."""

    def work(items):
        sizes.append(len(items))
        if len(items) > limit:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return [2 * item for item in items]

    return work


def test_answers_come_in_order_and_the_last_portion_is_what_is_left():
    sizes: list[int] = []
    assert list(in_portions(range(7), 3, doubled_within(3, sizes))) == [0, 2, 4, 6, 8, 10, 12]
    assert sizes == [3, 3, 1]


def test_nothing_is_worked_on_before_it_is_asked_for():
    sizes: list[int] = []
    answers = in_portions(iter(range(100)), 2, doubled_within(2, sizes))
    assert (next(answers), sizes) == (0, [2])


def test_where_memory_runs_out_half_as_many_go_at_once_and_none_is_lost():
    sizes: list[int] = []
    assert list(in_portions(range(10), 8, doubled_within(4, sizes))) == [2 * n for n in range(10)]
    assert sizes == [8, 4, 4, 2]


@pytest.mark.parametrize("limit", [0, 1])
def test_where_half_is_too_much_as_well_it_is_an_error(limit):
    sizes: list[int] = []
    with pytest.raises(OutOfMemoryError, match="2 at once"):
        list(in_portions(range(8), 4, doubled_within(limit, sizes)))
    assert sizes == [4, 2]


def test_one_that_is_too_large_by_itself_is_an_error_at_once():
    with pytest.raises(OutOfMemoryError):
        list(in_portions([1], 1, doubled_within(0, [])))


def test_other_errors_are_not_swallowed():
    def work(items):
        raise ValueError("bad picture")

    with pytest.raises(ValueError, match="bad picture"):
        list(in_portions([1, 2], 2, work))
