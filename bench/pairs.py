"""Two ways of doing something, timed in turns, so that a slow minute of the machine hits both."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Ratio:
    """How often longer the first takes than the second."""

    median: float
    low: float
    high: float
    a_s: float
    b_s: float

    def __str__(self) -> str:
        return f"{self.median:.2f}x ({self.low:.2f} to {self.high:.2f})"


def timed(action: Callable[[], Value]) -> tuple[Value, float]:
    """What an action gives, and how many seconds it took."""
    started = time.perf_counter()
    value = action()
    return value, time.perf_counter() - started


def seconds(action: Callable[[], object]) -> float:
    return timed(action)[1]


def compare(a: Callable[[], object], b: Callable[[], object], rounds: int = 5) -> Ratio:
    """A B A B ..., after one round that is not counted."""
    for action in (a, b):
        action()
    pairs = [(seconds(a), seconds(b)) for _ in range(rounds)]
    ratios = sorted(x / y for x, y in pairs)
    return Ratio(
        statistics.median(ratios),
        ratios[0],
        ratios[-1],
        statistics.median(x for x, _ in pairs),
        statistics.median(y for _, y in pairs),
    )
