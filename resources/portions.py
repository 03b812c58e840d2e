"""Work handed to a model in portions that the device's memory holds."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TypeVar

from resources.gpu import OutOfMemoryError, give_back, is_full

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def in_portions(
    items: Iterable[Item], size: int, work: Callable[[Sequence[Item]], Iterable[Answer]]
) -> Iterator[Answer]:
    """What `work` says of each item, in order. Where memory runs out it gets half as many at once: one time only."""
    left, may_shrink = iter(items), size > 1
    while portion := list(islice(left, size)):
        try:
            answers = list(work(portion))
        except Exception as error:
            if not is_full(error):
                raise
            if not may_shrink:
                raise OutOfMemoryError(f"memory ran out with {len(portion)} at once: {error}") from error
            answers = None
        if answers is None:  # outside the handler, whose error keeps the failed call's tensors alive
            give_back()
            may_shrink, size, left = False, size // 2, chain(portion, left)
        else:
            yield from answers
