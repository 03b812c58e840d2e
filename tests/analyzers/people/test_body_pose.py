"""Stick figures on known paths, by a finder that finds what was drawn; and a real one on a real person."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from analyzers.contract import Body, Frame, Motion
from analyzers.edit.cut_analysis import CutRow
from analyzers.people.body_pose import FIRST_LOOKS_IN_ALL, LOOK_S, BodyRow, body_pose
from analyzers.people.face_detection import FaceRow
from analyzers.things.object_detection import Row as ObjectRow
from resources.loaders import no_joints
from resources.weights import Weights
from tests.inputs import Shown, make_closeups, make_flow, make_frames, make_media, make_motion

WIDTH, HEIGHT, FPS = 180, 320, 30.0
GREEN = (0, 200, 0)

# Shares of the box, in COCO's order: someone who stands and looks at us.
STANDING = [
    (0.5, 0.07), (0.55, 0.05), (0.45, 0.05), (0.6, 0.06), (0.4, 0.06), (0.7, 0.2), (0.3, 0.2), (0.8, 0.35), (0.2, 0.35),
    (0.85, 0.5), (0.15, 0.5), (0.62, 0.52), (0.38, 0.52), (0.62, 0.75), (0.38, 0.75), (0.62, 0.97), (0.38, 0.97),
]  # fmt: skip


class Finder:
    """Every green box is a person."""

    knows_joints = True

    def __init__(self, joints=STANDING) -> None:
        self.joints, self.calls = joints, 0

    def __call__(self, images):
        for rgb in images:
            self.calls += 1
            is_green = (rgb[..., 1] > 150) & (rgb[..., 0] < 100)
            _, _, stats, _ = cv2.connectedComponentsWithStats(is_green.astype(np.uint8))
            yield [self._body(*box[:4]) for box in stats[1:] if box[4] > 30]

    def _body(self, x, y, w, h) -> Body:
        joints = [(x + w * across, y + h * down, 0.9) for across, down in self.joints]
        return Body(0.9, x, y, w, h, np.array(joints, np.float32))


def film(*paths, n=60) -> Motion:
    """Green boxes 36 x 90 whose upper left corner is at path(n); None where it is not there."""
    pictures = np.full((n, HEIGHT, WIDTH, 3), 60, np.uint8)
    for number in range(n):
        for path in paths:
            if place := path(number):
                x, y = place
                pictures[number, y : y + 90, x : x + 36] = GREEN
    return make_motion(pictures, fps=FPS)


def found(motion: Motion, model, *, cuts=None, faces=None, things=None, closeups: Shown | None = None) -> list[BodyRow]:
    media = make_media(n_frames=len(motion.t_s), duration_s=motion.end_s, width_px=WIDTH, height_px=HEIGHT)
    looks = closeups or make_closeups(motion)
    frames: list[Frame] = make_frames(motion)
    return list(body_pose(frames, media, looks, make_flow(motion), cuts, faces, things, model))


def person(t_s: float, x: float, y: float) -> ObjectRow:
    box = x / WIDTH, y / HEIGHT, 36 / WIDTH, 90 / HEIGHT
    return ObjectRow(t_s, t_s + 0.25, 0.9, "sample", "person", 0, "coco", 0, *box, screen_share=0.05, speed=None)


def face(t_s: float, x: float, y: float, person_id: int) -> FaceRow:
    box = (x + 8) / WIDTH, y / HEIGHT, 20 / WIDTH, 16 / HEIGHT
    turn = None, None, None
    return FaceRow(t_s, t_s + 0.25, 0.9, "sample", 0, person_id, *box, 0.01, *turn, sharp=0.5)


def tracks(rows: list[BodyRow]) -> list[BodyRow]:
    return [row for row in rows if row.level == "track"]


def test_one_person_is_one_track_and_every_joint_is_where_it_was_drawn():
    rows = found(film(lambda n: (20 + n, 100)), Finder())
    (track,) = tracks(rows)
    samples = [row for row in rows if row.level == "sample"]
    assert (track.start_s, track.posture, track.n_samples) == (0.0, "stand", len(samples))
    assert len(samples) == pytest.approx(2.0 / LOOK_S, abs=1)
    for row in samples:
        n = round(row.start_s * FPS)
        assert row.x * WIDTH == pytest.approx(20 + n, abs=1.5)
        for joint, (across, down) in zip(row.joints, STANDING, strict=True):
            assert joint.x * WIDTH == pytest.approx(20 + n + 36 * across, abs=2)
            assert joint.y * HEIGHT == pytest.approx(100 + 90 * down, abs=2)


def test_rows_of_a_track_follow_one_another_without_a_gap():
    samples = [row for row in found(film(lambda n: (40, 100)), Finder()) if row.level == "sample"]
    assert [row.end_s for row in samples[:-1]] == [row.start_s for row in samples[1:]]


def test_people_who_are_known_are_looked_at_one_by_one():
    motion = film(lambda n: (20, 100), lambda n: (110, 150))
    known = [person(t, x, y) for t in np.arange(0, 2, 0.25) for x, y in ((20, 100), (110, 150))]
    closeups = make_closeups(motion)
    rows = found(motion, Finder(), things=known, closeups=closeups)
    assert sorted(round(track.x * WIDTH) for track in tracks(rows)) == [20, 110]
    assert max(look.w for look in closeups.looks) < 0.5
    assert len({(row.track_id, row.start_s) for row in rows if row.level == "sample"}) == len(rows) - 2


def test_a_cut_ends_a_track_and_the_face_says_who_it_is():
    motion = film(lambda n: (20, 100) if n < 30 else (110, 120))
    faces = [face(t, *((20, 100) if t < 1 else (110, 120)), person_id=5) for t in np.arange(0, 2, 0.25)]
    rows = found(motion, Finder(), cuts=[CutRow(1.0, 1.0, 1.0, "cut", kind="hard")], faces=faces)
    assert [(track.track_id, track.person_id) for track in tracks(rows)] == [(0, 5), (1, 5)]
    assert tracks(rows)[0].end_s == pytest.approx(1.0)


def test_where_nobody_is_little_is_looked_at_and_nothing_decoded_again():
    motion = film(n=300)
    cuts = [CutRow(t, t, 1.0, "cut", kind="hard") for t in np.arange(0.5, 10, 0.5)]
    closeups, model = make_closeups(motion), Finder()
    assert found(motion, model, cuts=cuts, closeups=closeups) == []
    assert closeups.looks == []
    assert 0 < model.calls <= FIRST_LOOKS_IN_ALL


def test_only_the_shot_that_somebody_is_in_is_looked_through():
    motion = film(lambda n: (20, 100) if n >= 30 else None)
    closeups = make_closeups(motion)
    found(motion, Finder(), cuts=[CutRow(1.0, 1.0, 1.0, "cut", kind="hard")], closeups=closeups)
    assert min(look.index for look in closeups.looks) == 30


def test_without_joints_the_people_who_were_found_are_boxes_that_move():
    motion = film(lambda n: (20 + n, 100))
    known = [person(t, 20 + t * FPS, 100) for t in np.arange(0, 2, 0.25)]
    closeups = make_closeups(motion)
    rows = found(motion, no_joints.load(Weights("none", Path())), things=known, closeups=closeups)
    assert {(row.joints, row.posture, row.person_id) for row in rows} == {((), None, None)}
    assert (len(tracks(rows)), len(rows), closeups.looks) == (1, 9, [])
    assert (tracks(rows)[0].motion or 0) > 0.05


def test_who_moves_is_told_from_who_stands_still():
    still, moving = (
        tracks(found(film(path), Finder()))[0].motion for path in (lambda n: (60, 100), lambda n: (20 + n, 100))
    )
    assert still == pytest.approx(0, abs=0.01)
    assert moving is not None
    assert moving > 0.05


def figure(knee: tuple[float, float], ankle: tuple[float, float], *, is_lying=False):
    """The standing one with other legs; lying: turned by a quarter."""
    joints = [*STANDING]
    for number, side in ((13, 0.62), (14, 0.38)):
        joints[number] = side + knee[0], knee[1]
        joints[number + 2] = side + ankle[0], ankle[1]
    return [(down, across) for across, down in joints] if is_lying else joints


@pytest.mark.parametrize(
    ("joints", "posture"),
    [
        (STANDING, "stand"),
        (figure((0.6, 0.56), (0.6, 0.8)), "sit"),  # thighs to the side
        (figure((0.02, 0.6), (0.02, 0.85)), "sit"),  # thighs towards us
        (figure((0, 0.75), (0, 0.97), is_lying=True), "lie"),
    ],
)
def test_posture_is_that_of_trunk_and_thighs(joints, posture):
    rows = found(film(lambda n: (40, 100)), Finder(joints))
    assert tracks(rows)[0].posture == posture
