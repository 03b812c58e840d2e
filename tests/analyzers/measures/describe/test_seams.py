"""Two tellings of one event are one row; two events are two."""

from analyzers.measures.describe.rows import DescribeRow
from analyzers.measures.describe.seams import joined, likeness


def event(window: int, start_s: float, end_s: float, text: str, shot: int | None = None) -> tuple[int, DescribeRow]:
    revision = None if shot is not None else 0
    return window, DescribeRow(
        start_s, end_s, None, "event", text, shot=shot, window=window, revision=revision, is_parsed=True
    )


def spans(*events: tuple[int, DescribeRow]) -> list[tuple[float, float, int | None]]:
    return [(row.start_s, row.end_s, row.revision) for row in joined(events)]


def test_an_event_that_three_windows_tell_of_is_one_that_was_revised_twice():
    told = event(0, 3, 6, "A red circle appears."), event(1, 5, 11, "a red circle"), event(2, 10, 12, "The red circle.")
    assert spans(*told) == [(3, 12, 2)]


def test_two_things_at_one_time_are_two_events():
    assert len(spans(event(0, 3, 6, "A red circle appears."), event(1, 5, 9, "A man opens the door."))) == 2


def test_the_same_thing_later_is_another_event():
    assert len(spans(event(0, 1, 2, "A man jumps."), event(1, 5.5, 7, "A man jumps."))) == 2
    assert len(spans(event(0, 1, 6, "A man jumps."), event(2, 5.5, 7, "A man jumps."))) == 2


def test_one_window_tells_of_two_alike_events_as_two():
    assert len(spans(event(0, 1, 2, "A man jumps."), event(0, 2, 3, "A man jumps."))) == 2


def test_shots_keep_their_events_apart_and_parts_of_a_shot_do_not():
    assert len(spans(event(0, 3, 5, "A dog runs.", 0), event(1, 5, 6, "A dog runs.", 1))) == 2
    assert spans(event(0, 3, 5, "A dog runs.", 0), event(1, 5, 6, "A dog runs.", 0)) == [(3, 6, None)]


def test_likeness_goes_by_what_words_mean_not_by_small_ones():
    assert likeness("A man is walking into the room", "The man walks in a room") > 0.7
    assert likeness("A dog in the picture", "A cat in the picture") == 0
