"""Exactly four rows a sampled frame: every 90th frame, at most 120 of them."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from analyzers.contract import Frame
from tests.analyzers.describe.told import rows_of
from tests.describers import Answers

PICTURE = np.zeros((4, 4, 3), np.uint8)


def sampled(seconds: float, fps: float) -> list[Frame]:
    """Four pictures a second, as the decoder samples."""
    return [Frame(i, i / fps, PICTURE) for i in range(0, round(seconds * fps), round(fps / 4))]


@pytest.mark.parametrize(
    ("seconds", "fps", "looks"), [(0.2, 30, 1), (9, 30, 3), (9.1, 30, 4), (12, 60, 8), (60, 24, 16), (600, 30, 120)]
)
def test_every_looked_at_frame_has_four_rows(seconds: float, fps: float, looks: int):
    rows = rows_of("blip2", Answers("a wall", None, ""), sampled(seconds, fps), seconds=seconds)
    counts = Counter(row.frames_used for row in rows)
    assert set(counts.values()) == {4}
    assert len(counts) == looks
    assert {len(used) for used in counts} == {1}
    assert len({row.prompt_id for row in rows}) == 4


def test_frames_lie_ninety_apart_and_stand_for_the_time_to_the_next():
    rows = rows_of("blip2", Answers("a wall"), sampled(12, 30), seconds=12)
    used = sorted({row.frames_used[0] for row in rows})
    assert all(85 <= b - a <= 97 for a, b in pairwise(used))
    spans = sorted({(row.start_s, row.end_s) for row in rows})
    assert [end_s for _, end_s in spans] == [*(start_s for start_s, _ in spans[1:]), 12.0]


def test_an_answer_that_never_came_is_a_failed_row():
    rows = rows_of("blip2", Answers("a wall", None), sampled(3, 30), seconds=3)
    assert [(row.text, row.is_parsed) for row in rows] == [("a wall", True), (None, False)] * 2
