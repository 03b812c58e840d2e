"""Texts and things inside and outside the zones that the app covers."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import pytest

from analyzers.picture.safe_zone import BUTTONS_LEFT, CAPTION_TOP, MASK_VERSION, TOP, ZONES, Row, safe_zone
from analyzers.schema import Origin, to_table
from analyzers.text.text_overlay import Row as TextRow
from analyzers.things.object_detection import Row as ThingRow
from tests.inputs import make_media

PORTRAIT = make_media(width_px=1080, height_px=1920)
LANDSCAPE = make_media(width_px=1920, height_px=1080)


def text(x: float, y: float, w: float = 0.2, h: float = 0.04, start_s: float = 1.0, end_s: float = 3.0) -> TextRow:
    told: dict[str, Any] = dict.fromkeys(field.name for field in fields(TextRow))
    told |= {"start_s": start_s, "end_s": end_s, "confidence": 0.9, "role": "caption", "x": x, "y": y, "w": w, "h": h}
    return TextRow(**told)


def thing(level: str, y: float, start_s: float, end_s: float) -> ThingRow:
    return ThingRow(start_s, end_s, 0.8, level, "face", 0, "test", 7, 0.4, y, 0.2, 0.1, 0.02, None)  # pyright: ignore[reportArgumentType]


def analyse(
    texts: Sequence[TextRow] | None = None, things: Sequence[ThingRow] | None = None, media=PORTRAIT
) -> list[Row]:
    """Rows that also fit their table."""
    rows = list(safe_zone(media, texts, things))
    to_table(Row, rows, Origin("local-0", "safe_zone", "derived", "test", None, None, [0.0]))
    return rows


def test_a_text_in_the_middle_is_safe():
    assert analyse([text(0.4, 0.5), text(0.05, 0.7), text(0.3, TOP), text(0.3, CAPTION_TOP - 0.04)]) == []


@pytest.mark.parametrize(
    ("x", "y", "zone"), [(0.3, 0.01, "top_bar"), (0.1, 0.9, "caption"), (0.9, 0.5, "buttons"), (0.95, 0.95, "caption")]
)
def test_a_text_under_the_apps_own_is_covered(x: float, y: float, zone: str):
    (row,) = analyse([text(0.4, 0.5), text(x, y, w=0.04)])
    assert (row.zone, row.event, row.event_row_id) == (zone, "text", "text_overlay-00001")
    assert (row.start_s, row.end_s, row.overlap_s, row.mask_version) == (1.0, 3.0, 2.0, MASK_VERSION)
    assert row.overlap_area == pytest.approx(1.0)


def test_half_a_text_is_half_covered():
    (row,) = analyse([text(BUTTONS_LEFT - 0.05, 0.5, w=0.1)])
    assert (row.zone, row.overlap_area) == ("buttons", pytest.approx(0.5))


def test_zones_do_not_overlap_and_stay_on_the_screen():
    boxes = list(ZONES.values())
    for i, (x0, y0, x1, y1) in enumerate(boxes):
        assert 0 <= x0 < x1 <= 1
        assert 0 <= y0 < y1 <= 1
        assert all(x0 >= b[2] or x1 <= b[0] or y0 >= b[3] or y1 <= b[1] for b in boxes[i + 1 :])


def test_a_wide_video_leaves_room_above_and_below():
    assert analyse([text(0.3, 0.0), text(0.3, 0.95)], media=LANDSCAPE) == []
    (row,) = analyse([text(0.9, 0.5, w=0.08)], media=LANDSCAPE)
    assert row.zone == "buttons"


def test_a_thing_is_covered_as_long_as_its_samples_are():
    samples = [thing("sample", y, i / 4, (i + 1) / 4) for i, y in enumerate((0.5, 0.78, 0.85, 0.5))]
    (row,) = analyse(things=[thing("track", 0.6, 0.0, 1.0), *samples])
    assert (row.zone, row.event, row.label, row.event_row_id) == ("caption", "thing", "face", "object_detection-00000")
    assert (row.start_s, row.end_s, row.overlap_s) == (0.25, 0.75, 0.5)
    first = (0.88 - CAPTION_TOP) / 0.1
    assert row.overlap_area == pytest.approx((first + 1) / 2)


def test_without_boxes_there_is_nothing_to_say():
    assert analyse([], []) == []
    assert analyse([replace(text(0.3, 0.9), w=0.0)], [thing("track", 0.9, 0, 1)]) == []
