"""Things pasted on known paths, by detectors that say what was planted, and by real ones."""

import json
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import pytest
from PIL import Image

from analyzers.contract import Detection, Motion
from analyzers.edit.cut_analysis import CutRow
from analyzers.people.face_detection import FaceRow
from analyzers.schema import Origin, to_table
from analyzers.things.object_detection import Row, object_detection
from resources.loaders import opencv_detector, ultralytics, yolox
from resources.weights import Weights
from tests.inputs import make_frames, make_media, make_motion

WIDTH, HEIGHT = 360, 640
N = 16  # samples, four a second


class Planted:
    """Finds in the n-th picture what was planted there: (label, label_id, confidence, x, y, w, h)."""

    vocab = "planted"

    def __init__(self, *things: list[tuple | None]) -> None:
        self._things = things

    def __call__(self, images):
        for n, _ in enumerate(images):
            yield [Detection(*thing[n]) for thing in self._things if n < len(thing) and thing[n]]


def thing(label, start, step, confidence=0.9, size=(60, 90), label_id=7):
    """A box that moves by `step` pixels from sample to sample."""
    return [
        (label, label_id, confidence, start[0] + n * step[0], start[1] + n * step[1], *size) for n in range(N)
    ]  # fmt: skip


def grey_video(n=N) -> Motion:
    return make_motion(np.full((n, HEIGHT, WIDTH, 3), 90, np.uint8), fps=4.0)


def found(model, motion=None, cuts=None, faces=None) -> list[Row]:
    motion = motion or grey_video()
    media = make_media(n_frames=len(motion.t_s), duration_s=motion.end_s)
    return list(object_detection(make_frames(motion), media, cuts, faces, model))


def tracks(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.level == "track"]


def cut_at(time_s: float) -> CutRow:
    return CutRow(time_s, time_s, 1.0, "cut", kind="hard")


def test_a_thing_on_a_known_path_is_one_track_of_the_right_speed():
    rows = found(Planted(thing("dog", (20, 100), (12, 9))))
    (track,) = tracks(rows)
    true = float(np.hypot(12, 9)) * 4 / WIDTH
    assert (track.label, track.label_id, track.vocab, track.track_id) == ("dog", 7, "planted", 0)
    assert (track.start_s, track.end_s, track.n_samples) == (0.0, 4.0, N)
    assert track.speed == pytest.approx(true, rel=0.05)
    assert track.path_len == pytest.approx(true * 3.75, rel=0.05)
    assert (track.x, track.y) == pytest.approx(((20 + 7.5 * 12) / WIDTH, (100 + 7.5 * 9) / HEIGHT))
    samples = [row for row in rows if row.level == "sample"]
    assert [row.start_s for row in samples] == [n / 4 for n in range(N)]
    assert [row.end_s for row in samples] == [(n + 1) / 4 for n in range(N)]
    assert {row.track_id for row in samples} == {0}
    assert [row.speed for row in samples] == pytest.approx([true] * N)
    assert samples[3].x == pytest.approx((20 + 3 * 12) / WIDTH)
    assert samples[3].screen_share == pytest.approx(60 * 90 / WIDTH / HEIGHT)


class SeesGreen:
    """Finds the green rectangle of a picture, where it really is."""

    vocab = "colours"

    def __call__(self, images):
        for rgb in images:
            rows, columns = np.nonzero(rgb[..., 1] > 180)
            size = (float(np.ptp(columns)) + 1, float(np.ptp(rows)) + 1) if len(rows) else ()
            yield [Detection("leaf", 3, 0.9, float(columns.min()), float(rows.min()), *size)] if size else []


def times_of(rate: float | None) -> np.ndarray:
    """Of four seconds at that rate, or at none."""
    if rate:
        return np.arange(round(4 * rate)) / rate
    steps_s = np.random.default_rng(11).uniform(1 / 60, 1 / 12, 80)
    return np.cumsum(steps_s) - steps_s[0]


@pytest.mark.parametrize("rate", [24, 29.97, 30, 60, None])
@pytest.mark.parametrize("way", [(0.0, 0.0), (0.15, 0.1), (0.2, -0.25)], ids=["stands", "slow", "fast"])
def test_a_thing_on_a_drawn_path_is_one_track_at_any_rate_of_frames(rate, way):
    t_s = times_of(rate)
    pictures = np.full((len(t_s), 160, 90, 3), 60, np.uint8)
    lefts, tops = (8 + way[0] * 90 * t_s).astype(int), (100 + way[1] * 90 * t_s).astype(int)
    for picture, left, top in zip(pictures, lefts, tops, strict=True):
        picture[top : top + 20, left : left + 14] = (20, 220, 30)
    rows = found(SeesGreen(), make_motion(pictures, t_s=t_s))
    (track,) = tracks(rows)
    assert {row.track_id for row in rows} == {track.track_id}
    samples = [row for row in rows if row.level == "sample"]
    assert len(samples) == len(make_frames(make_motion(pictures, t_s=t_s))) == track.n_samples
    for row in samples:
        drawn = int(np.argmin(abs(t_s - row.start_s)))
        assert (row.x * 90, row.y * 160) == pytest.approx((lefts[drawn], tops[drawn]), abs=0.01)
    gone = float(np.hypot(*way)) * samples[-1].start_s
    assert track.path_len == pytest.approx(gone, rel=0.05, abs=1e-6)


def test_two_things_that_cross_keep_their_numbers():
    rows = found(Planted(thing("dog", (20, 100), (15, 0)), thing("cat", (245, 120), (-15, 0), label_id=8)))
    assert [(t.label, t.track_id, t.n_samples) for t in tracks(rows)] == [("dog", 0, N), ("cat", 1, N)]
    labels = {(row.track_id, row.label) for row in rows}
    assert labels == {(0, "dog"), (1, "cat")}


def test_a_missed_sample_does_not_split_a_track():
    path: list = thing("dog", (20, 100), (12, 0))
    path[6] = None
    (track,) = tracks(found(Planted(path)))
    assert (track.n_samples, track.start_s, track.end_s) == (N - 1, 0.0, 4.0)
    assert track.speed == pytest.approx(12 * 4 / WIDTH, rel=0.05)


def test_a_cut_ends_tracks_and_samples():
    rows = found(Planted(thing("dog", (20, 100), (0, 0))), cuts=[cut_at(1.9)])
    assert [(t.start_s, t.end_s) for t in tracks(rows)] == [(0.0, 1.9), (2.0, 4.0)]
    assert {row.end_s for row in rows if row.level == "sample" and row.start_s == 1.75} == {1.9}


def test_a_shot_of_one_sample_shows_what_is_sure():
    cuts = [cut_at(1.0), cut_at(1.2)]
    (track,) = tracks(found(Planted([None] * 4 + thing("dog", (20, 100), (0, 0))[:1]), cuts=cuts))
    assert (track.n_samples, track.speed, track.path_len, track.end_s) == (1, None, None, 1.2)
    assert found(Planted([None] * 4 + thing("dog", (20, 100), (0, 0), confidence=0.5)[:1]), cuts=cuts) == []


def test_what_is_seen_once_in_a_longer_shot_is_no_thing():
    assert found(Planted([None] * 5 + thing("dog", (20, 100), (0, 0))[:1])) == []


def test_unsure_boxes_are_no_thing():
    assert found(Planted(thing("dog", (20, 100), (0, 0), confidence=0.3))) == []


def test_one_box_has_one_name():
    rows = found(Planted(thing("truck", (20, 100), (5, 0), 0.5), thing("car", (21, 101), (5, 0), 0.8)))
    assert [t.label for t in tracks(rows)] == ["car"]


def test_a_blind_detector_gives_no_rows():
    assert found(Planted()) == []


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (3, 501)])
def test_boxes_at_the_edges_of_tiny_pictures_can_be_stored(shape):
    motion = make_motion(np.zeros((2, *shape, 3), np.uint8), fps=4.0)
    height, width = shape
    rows = found(Planted([("dog", 0, 1.0, 0.0, 0.0, float(width), float(height))] * 2), motion)
    origin = Origin("local-0000000000000000", "object_detection", "model", "test", None, None, motion.t_s)
    assert to_table(Row, rows, origin).num_rows == 3


def test_a_nameless_class_cannot_be_written():
    rows = found(Planted(thing("unknown", (20, 100), (0, 0))))
    with pytest.raises(ValueError, match="placeholder"):
        to_table(Row, rows, Origin("local-0000000000000000", "x", "model", "test", None, None, np.zeros(1)))


@pytest.mark.parametrize("level", [0, 255])
@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 1, 1), (2, 2, 2), (5, 37, 501), (5, 301, 3)])
def test_empty_pictures_of_any_size_hold_nothing(shape, level):
    times = np.cumsum(np.random.default_rng(2).choice([0.004, 0.3, 1.7], shape[0]))
    motion = make_motion(np.full((*shape, 3), level, np.uint8), t_s=times - times[0])
    assert found(opencv_detector.load(Weights("opencv_detector", Path())), motion) == []


def test_two_sights_at_uneven_times_end_where_the_next_picture_begins():
    motion = make_motion(np.full((4, HEIGHT, WIDTH, 3), 90, np.uint8), t_s=np.array([0.0, 0.1, 0.9, 1.0]))
    rows = found(Planted([None, *thing("dog", (20, 100), (0, 0))[:2]]), motion)  # 0.1 is not sampled
    assert [(row.start_s, row.end_s) for row in rows if row.level == "sample"] == [(0.9, 1.0), (1.0, motion.end_s)]


def face(t_s: float, level: Literal["sample", "track"] = "sample") -> FaceRow:
    return FaceRow(t_s, t_s + 0.25, 0.9, level, 0, 0, 0.25, 0.5, 0.2, 0.1, 0.02, None, None, None, sharp=0.5)


def test_faces_are_those_of_the_face_pass_where_the_detector_leaves_them_to_it():
    model = Planted()
    faces = [face(0.0, "track"), *(face(t) for t in (0.0, 0.25, 0.5))]
    assert found(model, faces=faces) == []
    model.vocab = "opencv"
    rows = found(model, faces=faces)
    assert [(row.level, row.label, row.label_id) for row in rows] == [("track", "face", 1)] + [
        ("sample", "face", 1)
    ] * 3
    assert (rows[1].x, rows[1].y, rows[1].w, rows[1].h) == pytest.approx((0.25, 0.5, 0.2, 0.1))


# Real detectors


def texture() -> np.ndarray:
    rng = np.random.default_rng(5)
    sizes = (4, 8, 16, 32, 64)
    layers = [
        cv2.resize(rng.normal(0, 16, (2 * n, n, 3)), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC) for n in sizes
    ]
    return np.clip(120 + sum(layers), 0, 255).astype(np.uint8)


def pasted(shared: Path, name: str, label: str) -> tuple[Motion, list[tuple[float, ...]]]:
    """The largest thing of that label, cut out of its photograph and moved over a texture; its true boxes."""
    path = shared / "media" / "objects" / name
    things = json.loads(path.with_name(name + ".gt.json").read_text())["objects"]
    x, y, w, h = max((t["bbox_xywh"] for t in things if t["label"] == label), key=lambda box: box[2] * box[3])
    photo = np.asarray(Image.open(path).convert("RGB"))
    left, top = int(max(x - 6, 0)), int(max(y - 6, 0))
    piece = photo[top : int(y + h + 6), left : int(x + w + 6)]
    scale = min(180 / piece.shape[1], 260 / piece.shape[0])
    piece = cv2.resize(piece, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ground, pictures, boxes = texture(), [], []
    for n in range(N):
        at = 10 + round((WIDTH - 20 - piece.shape[1]) * n / (N - 1)), 100 + 10 * n
        picture = ground.copy()
        picture[at[1] : at[1] + piece.shape[0], at[0] : at[0] + piece.shape[1]] = piece
        pictures.append(picture)
        boxes.append((at[0] + (x - left) * scale, at[1] + (y - top) * scale, w * scale, h * scale))
    return make_motion(np.stack(pictures), fps=4.0), boxes


def shared_overlap(row: Row, box: tuple[float, ...]) -> float:
    x, y, w, h = row.x * WIDTH, row.y * HEIGHT, row.w * WIDTH, row.h * HEIGHT
    across = min(x + w, box[0] + box[2]) - max(x, box[0])
    down = min(y + h, box[1] + box[3]) - max(y, box[1])
    both = max(across, 0) * max(down, 0)
    return both / (w * h + box[2] * box[3] - both)


@pytest.fixture(scope="module", params=["yolox_nano", "yolov8n_int8"])
def real(request, shared):
    folder = shared / "models"
    if not (folder / f"{request.param}.onnx").is_file():
        pytest.skip("its weights are not here")
    family = yolox if request.param == "yolox_nano" else ultralytics
    return family.load(Weights(request.param, folder, (f"{request.param}.onnx",)))


@pytest.mark.parametrize(
    ("name", "label"), [("coco_000000568290.jpg", "bus"), ("coco_000000177977.jpg", "oven")], ids=["bus", "oven"]
)
def test_a_real_thing_on_a_known_path_is_named_placed_and_followed(real, shared, name, label):
    motion, boxes = pasted(shared, name, label)
    rows = found(real, motion)
    (track,) = tracks(rows)
    assert (track.label, track.n_samples) == (label, N)
    first, last = (np.array(box[:2]) for box in (boxes[0], boxes[-1]))
    assert track.speed == pytest.approx(np.linalg.norm(last - first) / WIDTH / 3.75, rel=0.05)
    samples = [row for row in rows if row.level == "sample"]
    assert min(shared_overlap(row, boxes[round(row.start_s * 4)]) for row in samples) >= 0.7


def noise() -> Motion:
    return make_motion(np.random.default_rng(7).integers(0, 256, (8, HEIGHT, WIDTH, 3), dtype=np.uint8), fps=4.0)


def still() -> Motion:
    return make_motion(np.repeat(texture()[None], 8, axis=0), fps=4.0)


@pytest.mark.parametrize("clip", [noise, still])
def test_a_real_detector_finds_nothing_where_nothing_is(real, clip):
    assert found(real, clip()) == []


@pytest.mark.parametrize("clip", [noise, still, grey_video])
def test_the_classical_detector_finds_nothing_where_nothing_is(clip):
    assert found(opencv_detector.load(Weights("opencv_detector", Path())), clip()) == []
