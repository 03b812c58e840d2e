"""Joints of real people as MediaPipe's own tests expect them, moved and mirrored with the picture; and YOLO's form."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from analyzers.contract import Body
from analyzers.measures.people.names import JOINTS
from resources import yolo
from resources.loaders import mediapipe_pose, ultralytics_pose
from resources.loaders.mediapipe_pose import OF_COCO
from resources.weights import BadModelError, Weights

MODEL = "pose_landmarker_lite.task"
SWAPPED = [JOINTS.index(n.replace("left", "?").replace("right", "left").replace("?", "right")) for n in JOINTS]


@pytest.fixture(scope="module")
def finder(shared: Path):
    if not (shared / "models" / MODEL).is_file():
        pytest.skip(f"{MODEL} is not here")
    found = mediapipe_pose.load(Weights("pose", shared / "models", (MODEL,)))
    yield found
    found.close()


@pytest.fixture(scope="module")
def picture(shared: Path) -> np.ndarray:
    return cv2.cvtColor(cv2.imread(str(shared / "media/poses/mp_pose_person.jpg")), cv2.COLOR_BGR2RGB)


def only(finder, rgb: np.ndarray) -> Body:
    (bodies,) = finder([np.ascontiguousarray(rgb)])
    (body,) = bodies
    return body


def apart(body: Body, joints: np.ndarray) -> float:
    """The median joint's distance, as a share of the box's larger side; of joints that are seen."""
    assert body.joints is not None
    seen = body.joints[:, 2] > 0.5
    return float(np.median(np.linalg.norm(body.joints[seen, :2] - joints[seen, :2], axis=1))) / max(body.w, body.h)


def test_joints_are_where_mediapipes_own_test_expects_them(finder, picture, shared):
    truth = json.loads((shared / "media/poses/mp_pose_person.jpg.gt.json").read_text())
    expected = np.array(truth["landmarks_33_xyz_lite"])[list(OF_COCO), :2] * picture.shape[1::-1]
    assert apart(only(finder, picture), expected) < 0.02


@pytest.mark.parametrize("shift", [(-120, 40), (80, -30)])
def test_joints_move_with_the_picture(finder, picture, shift):
    before = only(finder, picture)
    moved = cv2.warpAffine(picture, np.array([[1, 0, shift[0]], [0, 1, shift[1]]], float), picture.shape[1::-1])
    assert before.joints is not None
    assert apart(only(finder, moved), before.joints[:, :2] + shift) < 0.03


@pytest.mark.parametrize("scale", [0.5, 0.75, 1.4])
def test_joints_grow_with_the_picture(finder, picture, scale):
    before = only(finder, picture)
    assert before.joints is not None
    assert apart(only(finder, cv2.resize(picture, None, fx=scale, fy=scale)), before.joints[:, :2] * scale) < 0.03


def test_a_mirror_swaps_left_and_right(finder, picture):
    before, mirrored = only(finder, picture), only(finder, picture[:, ::-1])
    assert before.joints is not None
    assert apart(mirrored, before.joints[SWAPPED, :2] * (-1, 1) + (picture.shape[1], 0)) < 0.03


@pytest.mark.parametrize("name", ["faces/no_faces.jpg", "objects/coffee.png", "objects/chelsea_cat.png"])
def test_where_nobody_is_nobody_is_found(finder, shared, name):
    rgb = cv2.cvtColor(cv2.imread(str(shared / "media" / name)), cv2.COLOR_BGR2RGB)
    noise = np.random.default_rng(1).integers(0, 255, rgb.shape, np.uint8)
    assert list(finder([rgb, noise])) == [[], []]


def test_a_file_that_is_no_landmarker_is_refused(tmp_path):
    (tmp_path / MODEL).write_bytes(b"PK\x03\x04 no bundle")
    with pytest.raises(BadModelError, match="no pose landmarker"):
        mediapipe_pose.load(Weights("pose", tmp_path, (MODEL,)))


@pytest.fixture(scope="module", params=["yolov8n-pose", "yolo26n-pose"])
def checkpoint(request, tmp_path_factory) -> Path:
    """As the library saves it, of chance weights that find somebody everywhere."""
    return saved(request.param, tmp_path_factory.mktemp("yolo"), {0: "person"})


def saved(name: str, folder: Path, names: dict[int, str]) -> Path:
    yolo.keep_quiet()
    import torch
    from ultralytics import YOLO
    from ultralytics.nn.tasks import PoseModel

    model = YOLO(f"{name}.yaml", task="pose", verbose=False)
    model.model = PoseModel(f"{name}.yaml", nc=len(names), verbose=False)
    model.model.names, model.model.task = names, "pose"
    head = model.model.model[-1]
    for branch in (*head.cv3, *getattr(head, "one2one_cv3", ())):
        torch.nn.init.zeros_(branch[-1].bias)
    path = folder / f"{name}.pt"
    model.save(path)
    return path


def of(path: Path) -> Weights:
    return Weights(path.stem, path.parent, (path.name,))


def test_a_checkpoint_of_yolo_gives_boxes_inside_the_picture_and_17_joints(checkpoint):
    finder = ultralytics_pose.load(of(checkpoint))
    rgb = np.random.default_rng(2).integers(0, 255, (320, 180, 3), np.uint8)
    found = list(finder([rgb, rgb]))
    assert finder.knows_joints
    assert found[0]
    for body in (body for bodies in found for body in bodies):
        assert 0 <= body.x < body.x + body.w <= 180
        assert 0 <= body.y < body.y + body.h <= 320
        assert body.joints is not None
        assert (body.joints.shape, 0 <= body.joints[:, 2].min() <= 1) == ((17, 3), True)


def test_what_finds_the_joints_of_something_else_is_refused(tmp_path):
    with pytest.raises(BadModelError, match="tiger"):
        ultralytics_pose.load(of(saved("yolov8n-pose", tmp_path, {0: "tiger"})))


def test_a_detector_is_no_finder_of_joints(tmp_path):
    yolo.keep_quiet()
    from ultralytics import YOLO

    YOLO("yolov8n.yaml", task="detect", verbose=False).save(tmp_path / "yolov8n.pt")
    with pytest.raises(BadModelError, match="no YOLO of poses"):
        ultralytics_pose.load(of(tmp_path / "yolov8n.pt"))
