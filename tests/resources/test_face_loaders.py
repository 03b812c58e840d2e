"""Finders and readers of faces: every picture has an answer, every box lies in its picture, no file runs code."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from analyzers.contract import Face
from analyzers.measures.people.head import turn_of_points
from resources import models
from resources.loaders import mediapipe_face_landmarks, mediapipe_faces, opencv_face_parts, opencv_faces, yunet
from resources.settings import Settings
from resources.weights import BadModelError, Weights

RNG = np.random.default_rng(0)
SIZES = ((90, 60), (33, 77), (1, 1), (2, 2), (400, 3), (16, 16))
PICTURES = [RNG.integers(0, 256, (*size, 3), dtype=np.uint8) for size in SIZES]
YUNET = "face_detection_yunet_2026may.onnx"


def inside(face: Face, picture: np.ndarray) -> bool:
    tall, wide = picture.shape[:2]
    return face.x >= 0 and face.y >= 0 and face.x + face.w <= wide + 1e-6 and face.y + face.h <= tall + 1e-6


def portrait() -> np.ndarray:
    from skimage.data import astronaut

    return astronaut()


@pytest.fixture(scope="module")
def models_folder(shared) -> Path:
    folder = shared / "models"
    if not ((folder / YUNET).is_file() and (folder / "face_landmarker.task").is_file()):
        pytest.skip("the models of faces are not here")
    return folder


@pytest.fixture(scope="module")
def short_range(models_folder, tmp_path_factory) -> Weights:
    """The finder that lies in the face landmarker's bundle."""
    folder = tmp_path_factory.mktemp("short")
    with zipfile.ZipFile(models_folder / "face_landmarker.task") as bundle:
        (folder / "face_detector.tflite").write_bytes(bundle.read("face_detector.tflite"))
    return Weights("short_range", folder, ("face_detector.tflite",))


@pytest.fixture(params=["yunet", "mediapipe_faces", "opencv_faces"])
def finder(request, models_folder, short_range):
    if request.param == "yunet":
        yield yunet.load(Weights("yunet", models_folder, (YUNET,)))
    elif request.param == "opencv_faces":
        yield opencv_faces.load(Weights("opencv_faces", Path()))
    else:
        model = mediapipe_faces.load(short_range)
        yield model
        model.close()


def test_a_finder_finds_the_astronaut_where_she_is(finder):
    found, nobody = finder([portrait(), np.full((300, 200, 3), 90, np.uint8)])
    (face,) = (one for one in found if one.confidence > 0.8)
    assert nobody == []
    assert (face.x + face.w / 2, face.y + face.h / 2) == pytest.approx((225, 118), abs=14)
    assert face.h == pytest.approx(110, abs=20)
    if face.points:
        turn = turn_of_points(face.points)
        assert turn is not None
        yaw, _, roll = turn
        assert abs(yaw) < 10
        assert roll == pytest.approx(3, abs=4)


def test_a_finder_takes_pictures_of_any_size(finder):
    answers = list(finder(PICTURES))
    assert len(answers) == len(PICTURES)
    assert all(inside(face, picture) for found, picture in zip(answers, PICTURES, strict=True) for face in found)
    assert list(finder([])) == []


def test_yunet_follows_a_face_that_is_tilted(models_folder):
    model = yunet.load(Weights("yunet", models_folder, (YUNET,)))
    picture = Image.fromarray(portrait()[:300, 60:400])
    rolls = []
    for angle in (-20, 0, 20):
        turned = picture.rotate(-angle, resample=Image.Resampling.BICUBIC, fillcolor=(128, 128, 128))
        (found,) = model([np.asarray(turned)])
        turn = turn_of_points(max(found, key=lambda face: face.confidence).points)
        assert turn is not None
        rolls.append(turn[2])
    assert np.diff(rolls) == pytest.approx([20, 20], abs=3)


def test_yunet_answers_alike_whoever_runs_its_network(models_folder):
    """OpenCV's own reading of the network's answer is what ours is held against, at sizes that fill no whole cells."""
    model = yunet.load(Weights("yunet", models_folder, (YUNET,)))
    by_opencv = yunet.YuNet(yunet.ByOpenCv(str(models_folder / YUNET)), None)
    crowd = np.concatenate([portrait()[:300, 60:400], portrait()[:300, 60:400][:, ::-1]], axis=1)
    pictures = [portrait(), crowd, crowd[:251, :333], np.full((300, 200, 3), 90, np.uint8), *PICTURES]
    answers = list(zip(model(pictures), by_opencv(pictures), strict=True))
    assert [len(ours) for ours, _ in answers[:4]] == [1, 2, 1, 0]
    for ours, theirs in answers:
        assert [(one.x, one.y, one.w, one.h, one.confidence) for one in ours] == [
            pytest.approx((one.x, one.y, one.w, one.h, one.confidence), abs=0.01) for one in theirs
        ]


def test_a_long_picture_is_found_in_once_and_everywhere(short_range):
    model = mediapipe_faces.load(short_range)
    long = np.concatenate([portrait(), np.full((300, 512, 3), 128, np.uint8), portrait()])
    (found,) = model([long])
    assert sorted(round(face.y / 100) for face in found if face.confidence > 0.8) == [1, 9]
    model.close()


@pytest.mark.parametrize(
    ("loader", "name"),
    [(yunet, "a.onnx"), (mediapipe_faces, "a.tflite"), (mediapipe_face_landmarks, "a.task")],
)
def test_a_broken_file_is_refused(loader, name, tmp_path):
    for content in (b"", b"not a network", b"PK\x03\x04" + bytes(50)):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadModelError, match="no "):
            loader.load(Weights("broken", tmp_path, (name,)))
    with pytest.raises(BadModelError):
        loader.load(Weights("missing", tmp_path / "nowhere", (name,)))


@pytest.mark.parametrize("name", ["yolox_nano.onnx", "yolov8n_int8.onnx"])
def test_yunet_refuses_a_network_of_something_else(models_folder, name):
    if not (models_folder / name).is_file():
        pytest.skip(f"{name} is not here")
    with pytest.raises(BadModelError, match="no network of faces"):
        yunet.load(Weights("other", models_folder, (name,)))


def test_a_landmarker_without_movements_and_pose_reads_points(models_folder, tmp_path):
    """As the one put together from an old wheel, which has neither."""
    with (
        zipfile.ZipFile(models_folder / "face_landmarker.task") as whole,
        zipfile.ZipFile(tmp_path / "face.task", "w") as part,
    ):
        for name in ("face_detector.tflite", "face_landmarks_detector.tflite"):
            part.writestr(name, whole.read(name))
    model = mediapipe_face_landmarks.load(Weights("part", tmp_path, ("face.task",)))
    (mesh,) = model([portrait()[10:230, 115:335]])
    assert mesh is not None
    assert mesh.points.shape == (478, 3)
    assert (mesh.blendshapes, mesh.matrix) == (None, None)
    model.close()


def test_of_two_faces_the_one_in_the_middle_is_read(models_folder):
    model = mediapipe_face_landmarks.load(Weights("face", models_folder, ("face_landmarker.task",)))
    face = portrait()[10:230, 115:335]
    beside = np.concatenate([face[:, 110:], face, face], axis=1)[:, :440]
    (mesh,) = model([beside])
    assert mesh is not None
    assert mesh.points[:, 0].mean() == pytest.approx(0.5, abs=0.1)
    model.close()


def test_cascades_read_a_smile_and_eyes():
    face = portrait()[10:230, 115:335]
    answers = list(opencv_face_parts.load(Weights("parts", Path()))([face, *PICTURES]))
    assert answers[0] is not None
    assert (answers[0].is_smiling, answers[0].eyes_visible) == (True, 2)
    assert answers[1:] == [None] * len(PICTURES)


# Who may play the role


def test_a_finder_that_knows_people_again_needs_the_switch(monkeypatch, tmp_path):
    monkeypatch.setenv("TIKTOK_MODELS", str(tmp_path))
    for name in ("yunet_sface", "face_detection_yunet_2026may"):
        model = models.catalogue()[name]
        model.folder.mkdir()
        for file in model.files:
            (model.folder / file.name).write_bytes(b"")
    assert models.choose("face", Settings())[0].name == "face_detection_yunet_2026may"
    assert models.choose("face", Settings(biometrics=True))[0].name == "yunet_sface"
    with pytest.raises(models.ModelMissingError) as refused:
        models.choose("face", Settings(models={"face": "yunet_sface"}))
    assert refused.value.remedy.startswith("Set biometrics = true in tiktok.toml")
    assert "biometrics are switched off" in refused.value.reason
