"""Faces whose points are moved as is known, by a reader that is told them; and a real face by a real one."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from analyzers.contract import Mesh, Voice
from analyzers.measures.people.names import BLENDSHAPES
from analyzers.people.face_detection import FaceRow
from analyzers.people.facial_details import DetailRow, facial_details
from analyzers.schema import Origin, to_table
from resources.loaders import mediapipe_face_landmarks, opencv_face_parts
from resources.weights import Weights
from tests.inputs import Shown, make_media

WIDTH, HEIGHT = 200, 200
SILENT = Voice(np.zeros(0), np.zeros(0, np.float32), np.zeros((0, 2)))
BOX = 0.3, 0.3, 0.4, 0.4  # of the face, in shares of the picture: a look of twice its size holds it in the middle


def sample(start_s: float, end_s: float, box=BOX, track_id: int = 0, person_id: int = 0) -> FaceRow:
    return FaceRow(start_s, end_s, 0.9, "sample", track_id, person_id, *box, 0.1, 0.0, 0.0, 0.0, 0.5)


def quarters(seconds: float, box=BOX, **more) -> list[FaceRow]:
    return [sample(t, t + 0.25, box, **more) for t in np.arange(0, seconds, 0.25)]


def shown(seconds: float, fps: float = 30.0) -> Shown:
    t_s = np.arange(round(seconds * fps)) / fps
    return Shown(np.zeros((len(t_s), HEIGHT, WIDTH, 3), np.uint8), t_s)


def points(lips: float = 0.0, lids: float = 0.03, iris: float = 0.0) -> np.ndarray:
    """A face in the middle half of a look: its eyes 0.1 wide, 0.3 from one outer corner to the other."""
    mesh = np.zeros((478, 3), np.float32)
    mesh[:, :2] = 0.5
    mesh[0], mesh[1], mesh[10], mesh[152] = (0.25, 0.25, 0), (0.75, 0.75, 0), (0.5, 0.25, 0), (0.5, 0.75, 0)
    for (left, right), pairs, middle in (
        ((33, 133), ((160, 144), (159, 145), (158, 153)), 468),
        ((362, 263), ((385, 380), (386, 374), (387, 373)), 473),
    ):
        x = 0.35 if left == 33 else 0.55
        mesh[left], mesh[right] = (x, 0.4, 0), (x + 0.1, 0.4, 0)
        for upper, lower in pairs:
            mesh[upper], mesh[lower] = (x + 0.05, 0.4 - lids / 2, 0), (x + 0.05, 0.4 + lids / 2, 0)
        mesh[middle] = (x + 0.05 + iris * 0.05, 0.4, 0)
    mesh[13], mesh[14] = (0.5, 0.6, 0), (0.5, 0.6 + lips, 0)
    mesh[61], mesh[291] = (0.42, 0.6, 0), (0.58, 0.6, 0)
    return mesh


class Told:
    """Reads what it was told, one after the other."""

    def __init__(self, meshes: Sequence[Mesh | None]) -> None:
        self._meshes = meshes

    def __call__(self, images):
        for n, _ in enumerate(images):
            yield self._meshes[n % len(self._meshes)]


def found(rows, closeups, model, voice=SILENT) -> list[DetailRow]:
    media = make_media(width_px=WIDTH, height_px=HEIGHT, n_frames=len(closeups.t_s))
    details = list(facial_details(rows, closeups, media, voice, model))
    to_table(DetailRow, details, Origin("local-0", "facial_details", "model", "test", None, None, closeups.t_s))
    return details


def samples(rows: Sequence[DetailRow]) -> list[DetailRow]:
    return [row for row in rows if row.level == "sample"]


def test_every_frame_of_a_track_is_read_and_no_other():
    video = shown(2.0)
    rows = found(quarters(1.0), video, Told([Mesh(points())]))
    assert [look.index for look in video.looks] == list(range(30))
    assert [row.start_s for row in samples(rows)] == pytest.approx(video.t_s[:30].tolist())
    (track,) = [row for row in rows if row.level == "track"]
    assert (track.start_s, track.end_s, track.n_samples) == (0, 1.0, 30)


def test_of_sixty_frames_a_second_every_other_is_read():
    video = shown(1.0, fps=60.0)
    assert len(samples(found(quarters(1.0), video, Told([Mesh(points())])))) == 30


def test_looks_follow_the_face_between_its_samples():
    video = shown(0.5)
    moving = [sample(0, 0.25, (0.0, 0.3, 0.2, 0.2)), sample(0.25, 0.5, (0.5, 0.3, 0.2, 0.2))]
    list(facial_details(moving, video, make_media(width_px=WIDTH, height_px=HEIGHT), SILENT, Told([None])))
    middle = [look.x + look.w / 2 for look in video.looks]
    assert middle[4] == pytest.approx(0.1 + 0.5 * (4 / 30) / 0.25, abs=0.01)
    assert all(look.x >= 0 and look.x + look.w <= 1 for look in video.looks)


def test_frames_without_the_face_give_no_row():
    rows = found(quarters(1.0), shown(1.0), Told([Mesh(points()), None]))
    assert len(samples(rows)) == 15
    assert found(quarters(1.0), shown(1.0), Told([None])) == []
    assert found([], shown(1.0), Told([Mesh(points())])) == []


def test_a_neighbours_face_is_not_taken_for_this_one():
    aside = points()
    aside[:, 0] += 0.45
    assert found(quarters(1.0), shown(1.0), Told([Mesh(aside)])) == []


def test_lengths_become_ratios():
    rows = samples(found(quarters(0.25), shown(0.25), Told([Mesh(points(lips=0.06, lids=0.03, iris=0.5))])))
    assert rows[0].mouth_open == pytest.approx(0.2, abs=1e-4)
    assert rows[0].left_eye_open == pytest.approx(0.3, abs=1e-4)
    assert (rows[0].left_iris_x, rows[0].right_iris_x) == pytest.approx((0.5, 0.5), abs=1e-4)
    assert (rows[0].left_iris_y, rows[0].yaw_deg, rows[0].roll_deg) == pytest.approx((0, 0, 0), abs=0.1)
    assert rows[0].eye_gap_px == pytest.approx(0.2 * 0.8 * WIDTH, abs=0.1)
    assert (rows[0].x, rows[0].w) == pytest.approx((0.3, 0.4), abs=1e-4)


def test_a_shut_eye_has_no_iris():
    row = samples(found(quarters(0.25), shown(0.25), Told([Mesh(points(lids=0.004))])))[0]
    assert row.left_eye_open == pytest.approx(0.04, abs=1e-4)
    assert (row.left_iris_x, row.left_iris_y, row.right_iris_x) == (None, None, None)


def test_blendshapes_say_smile_and_brows():
    shapes = np.zeros(52, np.float32)
    for name, value in (("mouthSmileLeft", 0.8), ("mouthSmileRight", 0.6), ("browInnerUp", 0.5)):
        shapes[BLENDSHAPES.index(name)] = value
    row = samples(found(quarters(0.25), shown(0.25), Told([Mesh(points(), shapes)])))[0]
    assert (row.smile, row.is_smiling, row.brow) == (pytest.approx(0.7), True, pytest.approx(0.5))
    assert row.blendshapes is not None
    assert len(row.blendshapes) == 52


def test_without_blendshapes_nothing_is_invented():
    row = samples(found(quarters(0.25), shown(0.25), Told([Mesh(points())])))[0]
    assert (row.blendshapes, row.brow) == (None, None)
    assert row.smile is not None


def test_a_reader_of_parts_says_parts():
    rows = found(quarters(1.0), shown(1.0), Told([Mesh(is_smiling=True, eyes_visible=2)]))
    assert {(row.is_smiling, row.eyes_visible, row.mouth_open, row.yaw_deg) for row in rows} == {(True, 2, None, None)}


def mouths(hz: float, depth: float = 0.05, n: int = 90) -> Told:
    openings = depth / 2 * (1 - np.cos(2 * np.pi * hz * np.arange(n) / 30))
    return Told([Mesh(points(lips=float(lips))) for lips in openings])


def chance_of(rows: list[DetailRow]) -> float:
    return float(np.mean([row.speaking_prob for row in samples(rows) if row.speaking_prob is not None]))


def test_a_mouth_that_moves_like_syllables_speaks():
    assert chance_of(found(quarters(3.0), shown(3.0), mouths(4.0))) > 0.9


@pytest.mark.parametrize("told", [mouths(0.3), mouths(12.0), mouths(4.0, depth=0.0005), Told([Mesh(points())])])
def test_slow_fast_and_still_mouths_do_not(told):
    assert chance_of(found(quarters(3.0), shown(3.0), told)) < 0.3


def test_a_mouth_that_moves_while_nobody_is_heard_does_not_speak():
    t_s = np.arange(0, 3, 0.032)
    heard = Voice(t_s, (t_s < 1.5).astype(np.float32), np.array([[0.0, 1.5]]))
    rows = samples(found(quarters(3.0), shown(3.0), mouths(4.0), heard))
    assert np.mean([row.speaking_prob for row in rows if row.start_s < 1.2]) > 0.8
    assert np.mean([row.speaking_prob for row in rows if row.start_s > 1.9]) < 0.1


def test_two_faces_are_two_tracks():
    left, right = quarters(0.5, (0.05, 0.3, 0.2, 0.2)), quarters(0.5, (0.65, 0.3, 0.2, 0.2), track_id=1, person_id=1)
    video = shown(0.5)
    rows = found([*left, *right], video, Told([Mesh(points())]))
    assert [row.track_id for row in rows if row.level == "track"] == [0, 1]
    assert [look.index for look in video.looks] == sorted(look.index for look in video.looks)


# Real ones


def real_weights(shared: Path) -> Weights:
    weights = Weights("face_landmarker", shared / "models", ("face_landmarker.task",))
    if not weights.main.is_file():
        pytest.skip("face_landmarker is not here")
    return weights


@pytest.fixture(scope="module")
def reader(shared):
    model = mediapipe_face_landmarks.load(real_weights(shared))
    yield model
    model.close()


def astronaut(side: int = 320) -> np.ndarray:
    """The face of scikit-image's astronaut in the middle half of the picture."""
    import cv2
    from skimage.data import astronaut

    return cv2.resize(astronaut()[10:230, 115:335], (side, side), interpolation=cv2.INTER_AREA)


def read(picture: np.ndarray, reader) -> DetailRow:
    """What is said of one picture, looked at whole."""
    tall, wide = picture.shape[:2]
    video = Shown(picture[None], np.zeros(1))
    media = make_media(width_px=wide, height_px=tall)
    rows = list(facial_details([sample(0, 0.1, (0.25, 0.25, 0.5, 0.5))], video, media, SILENT, reader))
    return samples(rows)[0]


def test_a_turned_picture_turns_the_roll_alone(reader):
    import cv2

    straight = read(astronaut(), reader)
    for angle in (-40, -20, 20, 40):
        matrix = cv2.getRotationMatrix2D((159.5, 159.5), -angle, 1)
        turned = read(cv2.warpAffine(astronaut(), matrix, (320, 320), borderMode=cv2.BORDER_REPLICATE), reader)
        assert turned.roll_deg - straight.roll_deg == pytest.approx(angle, abs=3)
        assert turned.yaw_deg == pytest.approx(straight.yaw_deg, abs=3)
        assert turned.pitch_deg == pytest.approx(straight.pitch_deg, abs=5)


def test_a_mirror_swaps_left_and_right(reader):
    one, other = read(astronaut(), reader), read(np.ascontiguousarray(astronaut()[:, ::-1]), reader)
    assert one.yaw_deg is not None
    assert one.roll_deg is not None
    assert (other.yaw_deg, other.roll_deg) == pytest.approx((-one.yaw_deg, -one.roll_deg), abs=2.5)
    assert other.left_eye_open == pytest.approx(one.right_eye_open, abs=0.05)
    assert (other.mouth_open, other.smile) == pytest.approx((one.mouth_open, one.smile), abs=0.05)


def test_size_is_no_matter(reader):
    large, small = read(astronaut(320), reader), read(astronaut(160), reader)
    assert large.eye_gap_px is not None
    assert small.mouth_open == pytest.approx(large.mouth_open, abs=0.03)
    assert (small.yaw_deg, small.roll_deg) == pytest.approx((large.yaw_deg, large.roll_deg), abs=3)
    assert small.eye_gap_px == pytest.approx(large.eye_gap_px / 2, rel=0.05)


def test_she_smiles_also_for_the_cascades(reader):
    assert read(astronaut(), reader).is_smiling
    assert read(astronaut(), opencv_face_parts.load(Weights("parts", Path()))).is_smiling


def test_there_is_no_face_in_noise(reader):
    noise = np.random.default_rng(0).integers(0, 256, (320, 320, 3), dtype=np.uint8)
    assert list(reader([noise, np.zeros((1, 1, 3), np.uint8), np.zeros((2, 300, 3), np.uint8)])) == [None] * 3
