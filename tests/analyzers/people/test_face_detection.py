"""Faces on known paths, by finders that say what was planted; drawn people who look different."""

import numpy as np
import pytest

from analyzers.contract import Face, Motion
from analyzers.edit.cut_analysis import CutRow
from analyzers.people.face_detection import FaceRow, face_detection
from analyzers.schema import Origin, to_table
from resources.loaders import yunet
from resources.weights import Weights
from tests.inputs import make_frames, make_media, make_motion

WIDTH, HEIGHT, N = 180, 320, 16  # samples, four a second
SIZE = 48
ANNA, BORIS = 1, 2  # seeds of how they look


class Planted:
    """Finds in the n-th picture the faces that were planted there."""

    def __init__(self, faces: list[list[Face]]) -> None:
        self._faces = faces

    def __call__(self, images):
        for n, _ in enumerate(images):
            yield self._faces[n]


def points(x: float, y: float, size: float):
    """Of a face that looks straight at us, in a box of that size."""
    places = ((0.25, 0.34), (0.75, 0.34), (0.5, 0.62), (0.29, 0.86), (0.71, 0.86))
    return tuple((x + px * size, y + py * size) for px, py in places)


def face(x: float, y: float, size: float = SIZE, confidence: float = 0.9, **more) -> Face:
    return Face(confidence, x, y, size, size, points(x, y, size), **more)


def person(picture: np.ndarray, seed: int, x: int, y: int, light: float = 1.0) -> None:
    """Draw somebody: a face of soft blotches, hair above and clothes below, each of their own colour."""
    rng = np.random.default_rng(seed)
    hair, clothes = rng.integers(30, 220, (2, 3))
    blotches = np.kron(rng.integers(90, 220, (8, 8)), np.ones((SIZE // 8, SIZE // 8)))
    picture[max(0, y - 14) : y, x : x + SIZE] = np.clip(hair * light, 0, 255)
    picture[y + SIZE : y + 3 * SIZE, max(0, x - 30) : x + SIZE + 30] = np.clip(clothes * light, 0, 255)
    picture[y : y + SIZE, x : x + SIZE] = np.clip(blotches[..., None] * light, 0, 255)


def video(*places: list[tuple[int, int, int] | None], light: float = 1.0) -> tuple[Motion, Planted]:
    """People who walk: each a list of (who, x, y), one a sample."""
    pictures = np.full((len(places[0]), HEIGHT, WIDTH, 3), 120, np.uint8)
    faces: list[list[Face]] = [[] for _ in pictures]
    for path in places:
        for n, at in enumerate(path):
            if at:
                person(pictures[n], *at, light=light if n >= len(path) // 2 else 1.0)
                faces[n].append(face(at[1], at[2]))
    return make_motion(pictures, fps=4.0), Planted(faces)


def found(motion: Motion, model, cuts=None) -> list[FaceRow]:
    media = make_media(n_frames=len(motion.t_s), duration_s=motion.end_s)
    return list(face_detection(make_frames(motion), media, cuts, model))


def tracks(rows: list[FaceRow]) -> list[FaceRow]:
    return [row for row in rows if row.level == "track"]


def cut_at(time_s: float) -> CutRow:
    return CutRow(time_s, time_s, 1.0, "cut", kind="hard")


def path(who: int, x: int = 20, y: int = 60, step: int = 3, n: int = N) -> list[tuple[int, int, int] | None]:
    return [(who, x + step * i, y + i) for i in range(n)]


def test_a_face_on_a_path_is_one_track_where_it_was_planted():
    rows = found(*video(path(ANNA)))
    (track,) = tracks(rows)
    samples = [row for row in rows if row.level == "sample"]
    assert (track.start_s, track.end_s, track.n_samples) == (0, 4, N)
    for n, row in enumerate(samples):
        assert (row.x, row.y) == pytest.approx(((20 + 3 * n) / WIDTH, (60 + n) / HEIGHT))
        assert row.size_frac == pytest.approx(SIZE * SIZE / WIDTH / HEIGHT)
        assert (row.yaw_deg, row.roll_deg) == pytest.approx((0, 0), abs=0.01)
        assert abs(row.pitch_deg) < 15
    assert {row.track_id for row in rows} == {row.person_id for row in rows} == {0}


def test_a_cut_ends_the_track_and_not_the_person():
    half = N // 2
    walk = path(ANNA, n=half) + path(ANNA, 80, 140, -3, n=half)
    first, second = tracks(found(*video(walk), cuts=[cut_at(2.0)]))
    assert (first.track_id, second.track_id) == (0, 1)
    assert first.person_id == second.person_id == 0
    assert first.end_s == second.start_s == 2.0


def test_somebody_else_after_the_cut_is_somebody_else():
    half = N // 2
    walk = path(ANNA, n=half) + path(BORIS, 80, 140, -3, n=half)
    assert [row.person_id for row in tracks(found(*video(walk), cuts=[cut_at(2.0)]))] == [0, 1]


def test_people_come_back_in_other_light():
    third = [path(ANNA, n=4), path(BORIS, n=4), path(ANNA, 60, 100, n=4), path(BORIS, 60, 100, n=4)]
    walk = [at for part in third for at in part]
    rows = found(*video(walk, light=0.85), cuts=[cut_at(1.0), cut_at(2.0), cut_at(3.0)])
    assert [row.person_id for row in tracks(rows)] == [0, 1, 0, 1]


def test_two_faces_in_one_picture_are_two_people_however_alike():
    twins = video(path(ANNA, 5, 40, 1), path(ANNA, 110, 200, -1))
    assert [row.person_id for row in tracks(found(*twins))] == [0, 1]


def test_vectors_decide_where_there_are_any():
    one, other = np.eye(4, dtype=np.float32)[:2]
    half = N // 2
    motion, _ = video(path(ANNA, n=N))
    changed = Planted([[face(20 + 3 * n, 60 + n, vector=one if n < half else other)] for n in range(N)])
    assert [row.person_id for row in tracks(found(motion, changed, [cut_at(2.0)]))] == [0, 1]
    motion, _ = video(path(ANNA, n=half) + path(BORIS, n=half))
    same = Planted([[face(20 + 3 * (n % half), 60 + n % half, vector=one)] for n in range(N)])
    assert [row.person_id for row in tracks(found(motion, same, [cut_at(2.0)]))] == [0, 0]


def test_boxes_without_points_have_no_angles():
    motion, _ = video(path(ANNA))
    boxes = Planted([[Face(0.9, 20 + 3 * n, 60 + n, SIZE, SIZE)] for n in range(N)])
    rows = found(motion, boxes)
    assert len(tracks(rows)) == 1
    assert {(row.yaw_deg, row.pitch_deg, row.roll_deg) for row in rows} == {(None, None, None)}


def test_what_is_never_surely_a_face_is_left_out():
    motion, _ = video(path(ANNA))
    assert found(motion, Planted([[face(20, 60, confidence=0.75)] for _ in range(N)])) == []
    assert found(motion, Planted([[face(20, 60)] if n == 5 else [] for n in range(N)])) == []
    assert found(motion, Planted([[] for _ in range(N)])) == []


def test_a_blurred_face_is_less_sharp():
    import cv2

    motion, model = video(path(ANNA))
    soft = np.stack([cv2.GaussianBlur(picture, (0, 0), 3) for picture in motion.rgb[:]])
    (crisp,), (blurred,) = tracks(found(motion, model)), tracks(found(make_motion(soft, fps=4.0), model))
    assert crisp.sharp > 1.5 * blurred.sharp


@pytest.mark.parametrize(("wide", "tall"), [(1, 1), (2, 2), (3, 200), (33, 77)])
def test_pictures_of_any_size_fit_the_table(wide, tall):
    motion = make_motion(np.zeros((2, tall, wide, 3), np.uint8), fps=4.0)
    whole = [[Face(0.95, 0, 0, wide, tall, points(0, 0, wide))], [Face(0.95, 0, 0, wide, tall)]]
    rows = found(motion, Planted(whole))
    origin = Origin("local-0", "face_detection", "model", "test", None, None, motion.t_s)
    assert to_table(FaceRow, rows, origin).num_rows == len(rows) == 3


def test_a_real_face_crosses_the_picture(shared):
    """The astronaut of scikit-image, by YuNet: on its path in every sample, one track, one person across a cut."""
    weights = Weights("yunet", shared / "models", ("face_detection_yunet_2026may.onnx",))
    if not weights.main.is_file():
        pytest.skip("yunet is not here")
    from resources.render.picture import Photo, draw

    photo, n = draw(Photo("astronaut"), 240, 426), 8
    left, top, size = 56.0, 53.0, 75.0  # of the face, as people see it
    pictures = np.full((n, 640, 360, 3), 128, np.uint8)
    for i in range(n):
        x, y = (10 + 14 * i, 30 + 20 * i) if i < n // 2 else (110 - 12 * (i - 4), 180)
        pictures[i, y : y + 426, x : x + 240] = photo
    rows = found(make_motion(pictures, fps=4.0), yunet.load(weights), [cut_at(1.0)])
    samples = [row for row in rows if row.level == "sample"]
    assert len(samples) == n
    assert [(row.track_id, row.person_id) for row in tracks(rows)] == [(0, 0), (1, 0)]
    for i, row in enumerate(samples):
        x, y = (10 + 14 * i, 30 + 20 * i) if i < n // 2 else (110 - 12 * (i - 4), 180)
        middle = (row.x + row.w / 2) * 360, (row.y + row.h / 2) * 640
        assert middle == pytest.approx((x + left + size / 2, y + top + 0.6 * size), abs=15)
        assert abs(row.yaw_deg) < 10
        assert abs(row.roll_deg) < 8


def test_nothing_is_found_in_noise(shared):
    weights = Weights("yunet", shared / "models", ("face_detection_yunet_2026may.onnx",))
    if not weights.main.is_file():
        pytest.skip("yunet is not here")
    noise = np.random.default_rng(0).integers(0, 256, (6, 320, 180, 3), dtype=np.uint8)
    assert found(make_motion(noise, fps=4.0), yunet.load(weights)) == []
