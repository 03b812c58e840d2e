"""Bodies drawn as joints: how they lean, cross their arms and wave is known."""

import numpy as np
import pytest

from analyzers.people.body_language import Row, body_language
from analyzers.people.body_pose import BodyRow, Joint
from tests.inputs import make_media

MEDIA = make_media(width_px=720, height_px=1280)
TALL = 1280 / 720

# In widths of the picture, hips at the origin: someone who stands and looks at us, the arms hanging.
UPRIGHT = np.array(
    [
        (0, -0.42), (0.02, -0.44), (-0.02, -0.44), (0.05, -0.43), (-0.05, -0.43), (0.1, -0.3), (-0.1, -0.3),
        (0.13, -0.15), (-0.13, -0.15), (0.13, 0.0), (-0.13, 0.0), (0.06, 0), (-0.06, 0), (0.06, 0.25), (-0.06, 0.25),
        (0.06, 0.5), (-0.06, 0.5),
    ]
)  # fmt: skip
L_ELBOW, R_ELBOW, L_WRIST, R_WRIST = 7, 8, 9, 10


def posed(**changes: tuple[float, float]) -> np.ndarray:
    joints = UPRIGHT.copy()
    for name, place in changes.items():
        joints[{"left_wrist": L_WRIST, "right_wrist": R_WRIST, "left_elbow": L_ELBOW, "right_elbow": R_ELBOW}[name]] = (
            place
        )
    return joints


CROSSED = posed(
    left_elbow=(0.12, -0.15), right_elbow=(-0.12, -0.15), left_wrist=(-0.07, -0.17), right_wrist=(0.07, -0.17)
)
SPREAD = posed(left_elbow=(0.25, -0.3), right_elbow=(-0.25, -0.3), left_wrist=(0.4, -0.3), right_wrist=(-0.4, -0.3))


def turned(joints: np.ndarray, degrees: float) -> np.ndarray:
    """Clockwise about the hips."""
    a = np.radians(degrees)
    return joints @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])


def track(pose, *, seconds=3.0, per_s=10.0, track_id=0, at=(0.5, 0.9), noise=0.0, hidden=()) -> list[BodyRow]:
    """Rows of body_pose; `pose(t)` gives the joints."""
    random = np.random.default_rng(1)
    rows = []
    for t in np.arange(0, seconds, 1 / per_s):
        xy = pose(t) + at + random.normal(0, noise, (17, 2))
        joints = tuple(
            Joint(float(x), float(y / TALL), 0.0 if i in hidden else 0.9) for i, (x, y) in enumerate(xy)
        )  # fmt: skip
        box = 0.3, 0.1, 0.4, 0.8
        rows.append(BodyRow(float(t), float(t + 1 / per_s), 0.9, "sample", track_id, 4, *box, None, 0.0, joints))
    return rows


def seconds(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.level == "second"]


def events(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.level == "event"]


def told(*tracks: list[BodyRow]) -> list[Row]:
    return list(body_language([row for one in tracks for row in one], MEDIA))


@pytest.mark.parametrize("degrees", [-30, -15, 0, 15, 30])
def test_a_lean_is_told_within_two_degrees(degrees):
    rows = seconds(told(track(lambda t: turned(UPRIGHT, degrees), noise=0.003)))
    assert [row.lean_deg for row in rows] == pytest.approx([degrees] * 3, abs=2)


def test_every_second_of_a_track_has_a_row_and_says_who_it_is():
    rows = seconds(told(track(lambda t: UPRIGHT)))
    assert [(row.start_s, row.end_s, row.track_id, row.person_id) for row in rows] == [
        (0.0, 1.0, 0, 4), (1.0, 2.0, 0, 4), (2.0, 3.0, 0, 4)
    ]  # fmt: skip


@pytest.mark.parametrize("hz", [1.0, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("per_s", [10.0, 15.0])
def test_a_wave_is_told_with_its_hand_and_its_pace(hz, per_s):
    def wave(t):
        return posed(left_elbow=(0.2, -0.25), left_wrist=(0.2 + 0.08 * np.sin(2 * np.pi * hz * t), -0.4))

    (event,) = events(told(track(wave, noise=0.004, per_s=per_s)))
    assert (event.event, event.hand) == ("wave", "left")
    assert event.hz == pytest.approx(hz, abs=0.1)
    assert event.start_s < 0.4
    assert event.end_s > 2.5


def test_crossed_arms_are_told_while_they_are_crossed():
    rows = told(track(lambda t: CROSSED if 1.0 <= t < 2.0 else UPRIGHT, noise=0.004))
    (event,) = events(rows)
    assert event.event == "arms_crossed"
    assert (event.start_s, event.end_s) == pytest.approx((1.0, 2.0), abs=0.11)
    assert [row.is_arms_crossed for row in seconds(rows)] == [False, True, False]


def test_hanging_spread_and_folded_hands_are_no_events():
    folded = posed(left_wrist=(0.01, -0.05), right_wrist=(-0.01, -0.05))
    for pose in (UPRIGHT, SPREAD, folded):
        assert events(told(track(lambda t, pose=pose: pose, noise=0.004))) == []


def test_a_hand_that_talks_is_no_wave():
    random = np.random.default_rng(5)
    way = np.cumsum(random.normal(0, 0.02, (60, 2)), axis=0)

    def talk(t):
        return posed(left_elbow=(0.2, -0.25), left_wrist=tuple(np.array((0.2, -0.4)) + way[round(t * 10)]))

    assert [event for event in events(told(track(talk, seconds=6.0))) if event.event == "wave"] == []


def test_arms_spread_wide_are_open_and_hands_before_the_body_closed():
    wide, hanging, closed = (
        seconds(told(track(lambda t, pose=pose: pose)))[0].openness for pose in (SPREAD, UPRIGHT, CROSSED)
    )
    assert wide == 1
    assert wide > hanging > closed


def test_where_a_body_is_turned():
    away = UPRIGHT * (-1, 1)
    side = UPRIGHT * (0.2, 1)
    side[0] = -0.06, -0.42
    face = (0, 1, 2, 3, 4)
    assert seconds(told(track(lambda t: UPRIGHT)))[0].facing == "camera"
    assert seconds(told(track(lambda t: away, hidden=face)))[0].facing == "away"
    assert seconds(told(track(lambda t: side)))[0].facing == "left"


def test_who_mirrors_another_is_told_from_who_does_not():
    lifted = posed(left_elbow=(0.2, -0.35), left_wrist=(0.2, -0.5))
    mirrored = lifted[[0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]] * (-1, 1)
    alike = told(track(lambda t: lifted), track(lambda t: mirrored, track_id=1, at=(0.8, 0.9)))
    other = told(track(lambda t: lifted), track(lambda t: UPRIGHT, track_id=1, at=(0.8, 0.9)))
    assert min(row.mirroring or 0 for row in seconds(alike)) > 0.95
    assert max(row.mirroring or 0 for row in seconds(other)) < 0.85
    assert seconds(told(track(lambda t: lifted)))[0].mirroring is None


def test_who_moves_has_more_energy():
    still = seconds(told(track(lambda t: UPRIGHT)))[0].energy
    moving = seconds(told(track(lambda t: np.add(UPRIGHT, (0.3 * t, 0)))))[0].energy
    assert still == pytest.approx(0)
    assert moving == pytest.approx(1.0, rel=0.02)  # a trunk is 0.3 long


def test_what_is_not_seen_is_null():
    row = seconds(told(track(lambda t: UPRIGHT, hidden=(5, 6, 7, 8, 9, 10))))[0]
    assert (row.lean_deg, row.openness, row.facing, row.is_arms_crossed, row.mirroring) == (None,) * 5


def test_bodies_without_joints_and_nobody_give_nothing():
    boxes = [BodyRow(0.0, 0.1, 0.9, "sample", 0, None, 0.1, 0.1, 0.1, 0.1, None, None)]
    assert told(boxes) == told([]) == []
