"""What happens is told once over windows that overlap, at its time."""

import pytest

from tests.analyzers.describe.told import of, rows_of
from tests.describers import SeesRed, clip, overlap


@pytest.mark.parametrize("red_s", [(3.0, 6.5), (0.0, 4.0), (29.0, 33.0), (12.0, 40.0), (38.0, 40.0)])
@pytest.mark.parametrize("most", [8, 64])
def test_an_event_across_seams_is_one(red_s: tuple[float, float], most: int):
    frames, _ = clip(40, red_s)
    rows = rows_of("tarsier_video_description", SeesRed(most), frames, seconds=40.0, cut_analysis=None)
    (event,) = of(rows, "event")
    assert overlap((event.start_s, event.end_s), red_s) >= 0.5


def test_nothing_happens_before_a_wall():
    frames, _ = clip(40)
    assert of(rows_of("tarsier_video_description", SeesRed(), frames, seconds=40.0, cut_analysis=None), "event") == []
