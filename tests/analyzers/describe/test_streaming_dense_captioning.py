"""An event that goes on through windows is told once, and revised by each that sees it."""

from tests.analyzers.describe.told import RED_S, SECONDS, of, rows_of
from tests.describers import SeesRed, clip, overlap


def test_the_event_keeps_its_window_and_counts_its_revisions():
    frames, _ = clip(SECONDS, (1.0, 11.0))
    rows = rows_of("streaming_dense_captioning", SeesRed(), frames)
    (event,) = of(rows, "event")
    windows = of(rows, "window")
    assert [row.window for row in windows] == list(range(len(windows)))
    assert (event.window, event.revision) == (0, len(windows) - 1)
    assert overlap((event.start_s, event.end_s), (1.0, 11.0)) >= 0.9


def test_an_event_in_one_window_is_not_revised():
    frames, _ = clip(SECONDS, (0.5, 1.5))
    (event,) = of(rows_of("streaming_dense_captioning", SeesRed(), frames), "event")
    assert (event.window, event.revision) == (0, 0)


def test_two_events_are_two():
    frames, _ = clip(SECONDS, (1.0, 3.0), (8.0, 10.0))
    assert len(of(rows_of("streaming_dense_captioning", SeesRed(), frames), "event")) == 2
    (one,) = of(rows_of("streaming_dense_captioning", SeesRed()), "event")
    assert overlap((one.start_s, one.end_s), RED_S) >= 0.8
