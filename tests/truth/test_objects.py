"""Hits, misses and wrong boxes are counted as one would by hand."""

from pathlib import Path

from analyzers.contract import Detection
from tests.truth.objects import Known, Tally

CUP, CROWD = ("cup", (10.0, 10.0, 40.0, 40.0)), ("person", (200.0, 0.0, 100.0, 100.0))
KNOWN = Known(Path("photo.jpg"), (CUP, ("dog", (100.0, 100.0, 100.0, 100.0))), (CROWD,))


def box(label, x, y, w, h, confidence=0.9) -> Detection:
    return Detection(label, 0, confidence, x, y, w, h)


def counted(*found: Detection) -> tuple[int, int, int]:
    tally = Tally()
    tally.add(KNOWN, found)
    return tally.hits["all"], tally.wrong["all"], tally.true["all"]


def test_a_box_of_the_right_label_that_overlaps_by_half_is_a_hit():
    assert counted(box("cup", 12, 12, 40, 40)) == (1, 0, 2)
    assert counted(box("cup", 30, 30, 40, 40)) == (0, 1, 2)
    assert counted(box("dog", 12, 12, 40, 40)) == (0, 1, 2)


def test_a_thing_is_found_once():
    assert counted(box("cup", 12, 12, 40, 40, 0.5), box("cup", 10, 10, 40, 40)) == (1, 1, 2)


def test_boxes_in_a_crowd_count_neither_way():
    assert counted(box("person", 210, 10, 20, 60)) == (0, 0, 2)
    assert counted(box("person", 270, 10, 100, 60)) == (0, 1, 2)
    assert counted(box("cup", 210, 10, 20, 60)) == (0, 1, 2)


def test_sizes_are_those_of_coco():
    tally = Tally()
    tally.add(KNOWN, [box("cup", 10, 10, 40, 40), box("dog", 0, 0, 9, 9)])
    assert tally.told("medium") == ("1.00 (1 of 1)", "1.00 (1 of 1)")
    assert tally.told("large") == ("0.00 (0 of 1)", "no box")
    assert tally.told("small") == ("none there", "0.00 (0 of 1)")
