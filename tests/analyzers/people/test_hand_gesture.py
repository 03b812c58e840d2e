"""Coloured boxes on known paths, each a hand by a finder that finds what was drawn."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from analyzers.contract import Hand, Motion
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.people.names import JOINTS
from analyzers.people.body_pose import BodyRow, Joint
from analyzers.people.face_detection import FaceRow
from analyzers.people.hand_gesture import FIRST_LOOKS_IN_ALL, LOOK_S, HandRow, hand_gesture
from tests.hands import hand_shape
from tests.inputs import Shown, make_closeups, make_frames, make_media, make_motion

WIDTH, HEIGHT, FPS = 180, 320, 30.0
SIZE = 30  # of a hand, in pixels
RIGHT, LEFT = (0, 200, 0), (0, 0, 200)
Path = Callable[[int], tuple[int, int] | None]


class Finder:
    """Every green box is a right hand that points up, every blue one a left hand that does."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, images):
        for rgb in images:
            self.calls += 1
            yield [hand for side, channel in (("right", 1), ("left", 2)) for hand in self._hands(rgb, side, channel)]

    def _hands(self, rgb, side, channel):
        is_one = (rgb[..., channel] > 150) & (rgb[..., 0] < 100)
        _, _, stats, _ = cv2.connectedComponentsWithStats(is_one.astype(np.uint8))
        for x, y, w, h, area in stats[1:]:
            if area > 30 and w > 5 and h > 5:
                yield Hand(0.9, side, shape_in(x, y, w, h, side), "Pointing_Up", 0.8)


def shape_in(x: float, y: float, w: float, h: float, side: str) -> np.ndarray:
    """A hand that fills this box."""
    shape = hand_shape(["index"], is_left=side == "left")
    low, high = shape[:, :2].min(axis=0), shape[:, :2].max(axis=0)
    scale = np.array([w, h]) / (high - low)
    points = np.column_stack([(shape[:, :2] - low) * scale + (x, y), shape[:, 2] * scale[0]])
    return points.astype(np.float32)


def film(*hands: tuple[tuple[int, int, int], Path], n: int = 60) -> Motion:
    pictures = np.full((n, HEIGHT, WIDTH, 3), 60, np.uint8)
    for number in range(n):
        for colour, path in hands:
            if place := path(number):
                x, y = place
                pictures[number, y : y + SIZE, x : x + SIZE] = colour
    return make_motion(pictures, fps=FPS)


def found(motion: Motion, model, *, cuts=None, bodies=None, faces=None, closeups: Shown | None = None) -> list[HandRow]:
    media = make_media(n_frames=len(motion.t_s), duration_s=motion.end_s, width_px=WIDTH, height_px=HEIGHT)
    looks = closeups or make_closeups(motion)
    return list(hand_gesture(make_frames(motion), media, looks, cuts, bodies, faces, None, model))


def body(t_s: float, right: tuple[float, float], left: tuple[float, float], certain: float = 0.9) -> BodyRow:
    """Somebody whose wrists are there, in pixels, each below its elbow."""
    joints = [Joint(0.5, 0.1, 0.9)] * 17
    for side, (x, y) in (("right", right), ("left", left)):
        joints[JOINTS.index(f"{side}_wrist")] = Joint(x / WIDTH, y / HEIGHT, certain)
        joints[JOINTS.index(f"{side}_elbow")] = Joint(x / WIDTH, (y + 30) / HEIGHT, certain)
        joints[JOINTS.index(f"{side}_shoulder")] = Joint(0.5, 0.2, 0.0)
    box = 0.1, 0.1, 0.8, 0.8
    return BodyRow(t_s, t_s + LOOK_S, 0.9, "sample", 3, 7, *box, "stand", 0.0, tuple(joints))


def face(t_s: float) -> FaceRow:
    return FaceRow(t_s, t_s + 0.25, 0.9, "sample", 0, 0, 0.4, 0.1, 0.2, 0.1, 0.02, None, None, None, sharp=0.5)


def tracks(rows: list[HandRow]) -> list[HandRow]:
    return [row for row in rows if row.level == "track"]


def samples(rows: list[HandRow]) -> list[HandRow]:
    return [row for row in rows if row.level == "sample"]


def test_a_hand_alone_is_one_track_and_every_point_is_where_it_was_drawn():
    rows = found(film((RIGHT, lambda n: (20 + n, 100))), Finder())
    (track,) = tracks(rows)
    assert (track.start_s, track.hand, track.gesture, track.fingers_up) == (0.0, "right", "Pointing_Up", ("index",))
    assert track.n_samples == len(samples(rows)) == pytest.approx(2.0 / LOOK_S, abs=1)
    for row in samples(rows):
        true = shape_in(20 + round(row.start_s * FPS), 100, SIZE, SIZE, "right")
        drawn = np.array([(point.x * WIDTH, point.y * HEIGHT) for point in row.points])
        assert drawn == pytest.approx(true[:, :2], abs=1.5)
        across, down = (true[8] - true[5])[:2]
        assert row.pointing_dir_deg == pytest.approx(np.degrees(np.arctan2(-down, across)), abs=5)
        assert (row.x * WIDTH, row.w * WIDTH) == pytest.approx((20 + round(row.start_s * FPS), SIZE), abs=1.5)


def test_rows_of_a_track_follow_one_another_without_a_gap():
    rows = samples(found(film((RIGHT, lambda n: (40, 100))), Finder()))
    assert [row.end_s for row in rows[:-1]] == [row.start_s for row in rows[1:]]


def test_wrists_that_are_known_are_looked_at_and_say_whose_hands_they_are():
    motion = film((RIGHT, lambda n: (30, 150)), (LEFT, lambda n: (120, 150)))
    bodies = [body(t, (45, 178), (135, 178)) for t in motion.t_s[::3]]
    closeups = make_closeups(motion)
    rows = found(motion, Finder(), bodies=bodies, closeups=closeups)
    assert {(track.hand, track.person_id) for track in tracks(rows)} == {("right", 7), ("left", 7)}
    assert len(tracks(rows)) == 2
    assert max(look.w for look in closeups.looks) < 0.5
    assert len({(row.track_id, row.start_s) for row in samples(rows)}) == len(samples(rows)) == 2 * len(bodies)


def test_every_frame_is_looked_at_while_two_wrists_meet():
    def apart(n: int) -> int:
        return 32 + min(abs(n - 30) * 8, 40)

    motion = film((RIGHT, lambda n: (90 - apart(n), 150)), (LEFT, lambda n: (60 + apart(n), 150)))
    bodies = [body(t, (105 - apart(n), 178), (75 + apart(n), 178)) for n, t in enumerate(motion.t_s) if n % 3 == 0]
    rows = samples(found(motion, Finder(), bodies=bodies))
    times = {round(row.start_s * FPS) for row in rows}
    assert set(range(27, 34)) <= times
    assert set(range(12)) & times == {0, 3, 6, 9}


def test_a_body_without_wrists_in_sight_is_looked_at_seldom_until_a_hand_shows():
    hidden = film(n=120)
    shown = film((LEFT, lambda n: (40, 60) if n >= 60 else None), n=120)
    bodies = [body(t, (45, 178), (135, 178), certain=0.1) for t in hidden.t_s[::3]]
    model = Finder()
    assert found(hidden, model, bodies=bodies) == []
    assert model.calls == pytest.approx(8, abs=1)
    (track,) = tracks(found(shown, Finder(), bodies=bodies))
    assert (track.hand, track.person_id) == ("left", None)
    assert (track.start_s, track.end_s) == (pytest.approx(2.0, abs=0.15), pytest.approx(4.0))


def test_a_face_alone_has_its_picture_looked_at():
    motion = film((RIGHT, lambda n: (40, 100)))
    (track,) = tracks(found(motion, Finder(), faces=[face(t) for t in np.arange(0, 2, 0.25)]))
    assert (track.start_s, track.end_s) == (0.0, pytest.approx(2.0))


def test_a_cut_ends_a_track():
    motion = film((RIGHT, lambda n: (20, 100) if n < 30 else (110, 120)))
    rows = found(motion, Finder(), cuts=[CutRow(1.0, 1.0, 1.0, "cut", kind="hard")])
    assert [(track.start_s, track.end_s) for track in tracks(rows)] == [(0.0, 1.0), (1.0, 2.0)]


def test_where_nobody_is_little_is_looked_at_and_nothing_decoded_again():
    motion = film(n=900)
    cuts = [CutRow(t, t, 1.0, "cut", kind="hard") for t in np.arange(0.5, 30, 0.5)]
    closeups, model = make_closeups(motion), Finder()
    assert found(motion, model, cuts=cuts, closeups=closeups) == []
    assert closeups.looks == []
    assert 0 < model.calls <= FIRST_LOOKS_IN_ALL


def test_a_hand_of_one_look_alone_is_none():
    motion = film((RIGHT, lambda n: (40, 100) if 14 <= n <= 16 else None))
    bodies = [body(t, (55, 130), (140, 250)) for t in motion.t_s[::3]]
    assert found(motion, Finder(), bodies=bodies) == []
