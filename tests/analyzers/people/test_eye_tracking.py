"""Eyes whose irises and lids are moved as is known; and real faces whose lids are painted shut."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from analyzers.people.eye_tracking import Row, eye_tracking
from analyzers.people.facial_details import DetailRow
from analyzers.schema import Origin, to_table
from tests.truth.people_eyes import GOAL_FRAMES, PORTRAITS, blinks_of, portrait_with_lids, read

OPEN = 0.3
TREMOR = np.random.default_rng(0).normal(0, 0.01, 10_000)


def sample(i: int, fps: float = 30.0, **changes) -> DetailRow:
    """A face that looks straight at us."""
    plain = DetailRow(
        i / fps, (i + 1) / fps, 0.9, "sample", 0, 0, 0.4, 0.3, 0.2, 0.2, 60.0, 0.0, 0.0, 0.0,
        left_eye_open=OPEN, right_eye_open=OPEN,
        left_iris_x=0.13, right_iris_x=-0.13, left_iris_y=-0.1, right_iris_y=-0.1,
    )  # fmt: skip
    return replace(plain, **changes)


def lids(shut: dict[int, float], n: int = 90, usual: float = OPEN, fps: float = 30.0) -> list[DetailRow]:
    """Eyes open as usual but for some frames, with the mesh's tremor."""
    rows = []
    for i in range(n):
        gap = float(usual * shut.get(i, 1.0) + usual * TREMOR[i])
        iris = {} if gap > 0.08 else dict.fromkeys(("left_iris_x", "left_iris_y", "right_iris_x", "right_iris_y"))
        rows.append(sample(i, fps, left_eye_open=gap, right_eye_open=gap, **iris))
    return rows


def mirrored(row: DetailRow) -> DetailRow:
    def other_way(value):
        return None if value is None else -value

    return replace(
        row, x=1 - row.x - row.w, yaw_deg=other_way(row.yaw_deg), roll_deg=other_way(row.roll_deg),
        left_eye_open=row.right_eye_open, right_eye_open=row.left_eye_open,
        left_iris_x=other_way(row.right_iris_x), right_iris_x=other_way(row.left_iris_x),
        left_iris_y=row.right_iris_y, right_iris_y=row.left_iris_y,
    )  # fmt: skip


def told(rows) -> list[Row]:
    found = list(eye_tracking(rows))
    to_table(Row, found, Origin("local-0", "eye_tracking", "derived", "test", None, None, np.arange(300) / 30))
    return found


def of(level: str, rows) -> list[Row]:
    return [row for row in told(rows) if row.level == level]


def look(**changes) -> Row:
    return of("sample", [sample(0, **changes)])[0]


# Gaze


def test_straight_eyes_in_a_straight_head_look_into_the_camera():
    row = look()
    assert (row.gaze_yaw_deg, row.gaze_pitch_deg) == pytest.approx((0, 0), abs=0.5)
    assert (row.is_at_camera, row.target_region, row.is_blinking, row.eyes_visible) == (True, "centre", False, 2)


@pytest.mark.parametrize("angle", [-40, -25, 25, 40])
def test_eyes_turned_in_a_straight_head_give_their_angle(angle):
    aside = 0.72 * np.sin(np.radians(angle))
    row = look(left_iris_x=0.13 + aside, right_iris_x=-0.13 + aside)
    assert row.gaze_yaw_deg == pytest.approx(angle, abs=0.5)
    assert (row.is_at_camera, row.target_region) == (False, "right" if angle > 0 else "left")
    row = look(left_iris_y=-0.1 - aside, right_iris_y=-0.1 - aside)
    assert row.gaze_pitch_deg == pytest.approx(angle, abs=0.5)
    assert row.target_region == ("top" if angle > 0 else "bottom")


@pytest.mark.parametrize("yaw", [-35, -20, 20, 35])
def test_a_turned_head_whose_eyes_stay_on_us_looks_into_the_camera(yaw):
    """The eyes turn back by as much as the head turns: the iris then lies where the eyeball's middle does."""
    aside = -0.33 * np.tan(np.radians(yaw))
    row = look(yaw_deg=float(yaw), left_iris_x=0.13 + aside, right_iris_x=-0.13 + aside)
    assert row.gaze_yaw_deg == pytest.approx(0, abs=1)
    assert row.is_at_camera


@pytest.mark.parametrize("yaw", [-35, -20, 20, 35])
def test_straight_eyes_in_a_turned_head_look_where_it_does(yaw):
    aside = (0.72 - 0.33) * np.tan(np.radians(yaw))
    row = look(yaw_deg=float(yaw), left_iris_x=0.13 + aside, right_iris_x=-0.13 + aside)
    assert row.gaze_yaw_deg == pytest.approx(yaw, abs=1)


def test_in_a_mirror_the_look_goes_to_the_other_side():
    rows = [sample(i, yaw_deg=20.0, roll_deg=10.0, left_iris_x=0.4, right_iris_x=0.1) for i in range(30)]
    ours, theirs = of("sample", rows), of("sample", [mirrored(row) for row in rows])
    for a, b in zip(ours, theirs, strict=True):
        assert b.gaze_yaw_deg == pytest.approx(-(a.gaze_yaw_deg or 0), abs=1e-6)
        assert b.gaze_pitch_deg == pytest.approx(a.gaze_pitch_deg, abs=1e-6)
    assert (ours[0].target_region, theirs[0].target_region) == ("right", "left")


def test_where_the_face_is_does_not_matter():
    here, there = (told([sample(i, x=x, left_iris_x=0.3) for i in range(9)]) for x in (0.0, 0.7))
    assert here == there


def test_a_tilted_head_looks_to_the_pictures_right_and_down():
    aside = 0.72 * np.sin(np.radians(30))
    row = look(roll_deg=90.0, left_iris_x=0.13 + aside, right_iris_x=-0.13 + aside)
    assert (row.gaze_yaw_deg, row.gaze_pitch_deg) == pytest.approx((0, -30), abs=0.5)


def test_one_trembling_frame_does_not_move_the_look():
    rows = [sample(i, **({"left_iris_x": 0.9, "right_iris_x": 0.6} if i == 10 else {})) for i in range(21)]
    assert all(row.is_at_camera for row in of("sample", rows))


# Blinks


@pytest.mark.parametrize("usual", [0.2, 0.3, 0.45])
@pytest.mark.parametrize("frames", [2, 3, 5, 10])
def test_a_blink_is_as_long_as_the_lids_are_shut(usual, frames):
    rows = lids({40 + i: 0.15 for i in range(frames)}, usual=usual)
    (blink,) = of("blink", rows)
    assert (blink.start_s, blink.end_s) == pytest.approx((40 / 30, (40 + frames) / 30))
    marked = [row.start_s for row in of("sample", rows) if row.is_blinking]
    assert marked == pytest.approx([(40 + i) / 30 for i in range(frames)])
    assert all(row.gaze_yaw_deg is None for row in of("sample", rows) if row.is_blinking)


def test_blinks_are_counted_a_minute():
    rows = lids({i + k: 0.1 for i in (30, 120, 210) for k in range(4)}, n=300)
    (track,) = of("track", rows)
    assert track.blinks_per_min == pytest.approx(18)
    assert (track.at_camera_share, track.n_samples) == (1.0, 288)


@pytest.mark.parametrize(
    "shut",
    [
        {},
        dict.fromkeys(range(30, 60), 0.7),  # eyes that look down for a second
        dict.fromkeys(range(30, 45), 0.6),  # and further down
        dict.fromkeys(range(20, 80), 0.1),  # eyes shut for two seconds
        dict.fromkeys(range(5), 0.1),  # how long they had been shut is not seen
    ],
)
def test_what_is_no_blink_is_none(shut):
    assert of("blink", lids(shut)) == []


def test_lids_that_do_not_quite_shut_blink_if_they_are_quick():
    (blink,) = of("blink", lids({40: 0.6, 41: 0.6}))
    assert (blink.start_s, blink.end_s) == pytest.approx((40 / 30, 42 / 30))
    assert of("blink", lids({i: 1 - 0.02 * min(i - 20, 60 - i) for i in range(20, 60)})) == []


def test_a_wink_is_no_blink():
    rows = [replace(row, left_eye_open=OPEN) for row in lids({40: 0.1, 41: 0.1, 42: 0.1})]
    assert of("blink", rows) == []


def test_eyes_that_are_never_open_do_not_blink():
    assert of("blink", lids({}, usual=0.07)) == []


def test_a_face_lost_while_the_lids_shut_gives_no_blink():
    rows = lids(dict.fromkeys(range(40, 50), 0.1))
    assert of("blink", rows[:42] + rows[48:]) == []


def test_a_cut_ends_what_is_known():
    rows = lids({28: 0.1, 29: 0.1}, n=30)
    second = [replace(row, track_id=1, start_s=row.start_s + 1, end_s=row.end_s + 1) for row in lids({}, n=30)]
    found = told(rows + second)
    assert [row.level for row in found].count("blink") == 0
    assert {row.track_id for row in found if row.level == "track"} == {0, 1}


# What is not known


def test_of_eyes_merely_seen_only_that_is_told():
    plain = [DetailRow(i / 30, (i + 1) / 30, 0.9, "sample", 0, 0, 0.4, 0.3, 0.2, 0.2, eyes_visible=2) for i in range(9)]
    found = told(plain)
    assert {(r.eyes_visible, r.gaze_yaw_deg, r.is_at_camera, r.is_blinking, r.blinks_per_min) for r in found} == {
        (2, None, None, None, None)
    }


def test_nobody_gives_nothing_and_any_single_frame_is_survived():
    assert told([]) == []
    assert len(told([sample(0)])) == 2
    assert len(told([sample(0, yaw_deg=90.0, pitch_deg=-90.0, left_iris_x=1.0, right_iris_x=-1.0)])) == 2
    assert all(a.start_s <= b.start_s for a, b in pairwise(told(lids({40: 0.1, 41: 0.1}))))


# Real faces


@pytest.mark.parametrize("fps", [30, 60])
def test_lids_painted_shut_on_a_real_face_are_a_blink_of_that_length(shared, tmp_path, fps):
    frames = {30: 4, 60: 7}[fps]
    video = portrait_with_lids(shared / "media/faces" / PORTRAITS[0], [(30, 30 + frames)], 60, fps, shared, tmp_path)
    found = blinks_of(read(video, shared))
    assert len(found) == 1
    assert abs((found[0].end_s - found[0].start_s) * fps - frames) <= GOAL_FRAMES + 1e-6
    assert abs(found[0].start_s * fps - 30) <= GOAL_FRAMES + 1e-6
