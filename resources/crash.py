"""Named crash points: where a test may end this process, to see that what it left behind is whole.

`CRASH_AT=<stage>.<point>[:n]` kills the process at the n-th passage of that point. A stage is the name of what is
being made (video, media, flow, an analyzer, report, ledger); the points are before, half_written, before_rename,
after_rename and after_event, of the ledger before_commit and after_commit. Not set, a point costs a look-up.
"""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

_stages: list[str] = []
_passed: Counter[str] = Counter()


@contextmanager
def stage(name: str) -> Iterator[None]:
    """What the points within the block belong to."""
    _stages.append(name)
    try:
        point("before")
        yield
    finally:
        _stages.pop()


def point(name: str, of: str | None = None) -> None:
    """Go on, or die here as by a power cut."""
    if wanted := os.environ.get("CRASH_AT"):
        here = f"{of or (_stages[-1] if _stages else '')}.{name}"
        where, _, count = wanted.partition(":")
        _passed[here] += 1
        if here == where and _passed[here] == int(count or 1):
            os.kill(os.getpid(), signal.SIGKILL)
