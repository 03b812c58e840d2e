"""Model files out of a wheel: what pip brings, what is put together of it, and that MediaPipe's Tasks read that."""

import hashlib
import os
import subprocess
import sys
import zipfile
from ctypes.util import find_library
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from resources.models import File, Model, catalogue
from resources.pulling import tflite, wheel
from resources.pulling.pull import pull
from resources.pulling.web import PullError
from resources.settings import Settings

PARTS = {"detector.tflite": b"d" * 1001, "landmarks.tflite": b"l" * 77}


@pytest.fixture
def index(tmp_path, monkeypatch) -> Path:
    """A folder that pip takes for its only index, with one wheel in it."""
    folder = tmp_path / "index"
    folder.mkdir()
    files = {f"lamps/{name}": body for name, body in PARTS.items()} | {
        "lamps-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: lamps\nVersion: 1.0\n",
        "lamps-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "lamps-1.0.dist-info/RECORD": b"",
    }
    with zipfile.ZipFile(folder / "lamps-1.0-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in files.items():
            packed.writestr(name, body)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("TIKTOK_MODELS", str(tmp_path / "models"))
    return folder


@pytest.fixture
def with_pip():
    base = getattr(sys, "_base_executable", sys.executable)
    if subprocess.run([base, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
        pytest.skip(f"no pip in {base}")


def lamp(index: Path, sha256: str | None = None, of_wheel: str | None = None) -> Model:
    of_wheel = of_wheel or hashlib.sha256((index / "lamps-1.0-py3-none-any.whl").read_bytes()).hexdigest()
    parts = tuple((name, f"lamps/{name}") for name in PARTS)
    file = File("lamp.task", sha256=sha256, wheel=f"lamps==1.0 --hash=sha256:{of_wheel}", parts=parts)
    return Model("lamp", "shine", "MIT", "https://example.org", "lamps 1.0", files=(file,))


def assert_reads_as_a_bundle(path: Path) -> None:
    """Stored, in order, each at a multiple of 16 bytes: what lies there can be mapped as it is."""
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as packed:
        assert packed.testzip() is None
        for info in packed.infolist():
            begin = info.header_offset + 30 + len(info.filename) + len(info.extra)
            assert info.compress_type == zipfile.ZIP_STORED
            assert begin % 16 == 0
            assert whole[begin : begin + info.file_size] == packed.read(info)


def test_a_bundle_is_the_same_bytes_every_time(tmp_path):
    for name in ("a.task", "b.task"):
        wheel.bundle(PARTS, tmp_path / name)
    assert (tmp_path / "a.task").read_bytes() == (tmp_path / "b.task").read_bytes()
    assert_reads_as_a_bundle(tmp_path / "a.task")
    with zipfile.ZipFile(tmp_path / "a.task") as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == PARTS


def test_pip_brings_the_wheel_and_the_bundle_is_made_of_it(index, with_pip):
    model = lamp(index)
    assert pull(model, Settings()).unsure == ("lamp.task",)
    assert_reads_as_a_bundle(model.folder / "lamp.task")
    assert sorted(path.name for path in model.folder.iterdir()) == ["lamp.task", "receipt.json"]
    known = hashlib.sha256((model.folder / "lamp.task").read_bytes()).hexdigest()
    assert pull(lamp(index, sha256=known), Settings(), again=True).unsure == ()


def test_a_wheel_of_another_sum_is_refused_by_pip(index, with_pip):
    with pytest.raises(PullError) as error:
        pull(lamp(index, of_wheel="0" * 64), Settings())
    assert error.value.word == "packages"
    assert "DO NOT MATCH THE HASHES" in error.value.reason
    assert not lamp(index).folder.exists()


def test_an_index_without_the_wheel_says_so_in_pips_words(index, with_pip):
    model = lamp(index)
    (index / "lamps-1.0-py3-none-any.whl").unlink()
    with pytest.raises(PullError, match="No matching distribution") as error:
        pull(model, Settings())
    assert "--from DIR" in error.value.remedy


def test_a_bundle_of_another_sum_is_refused(index, with_pip):
    with pytest.raises(PullError) as error:
        pull(lamp(index, sha256="0" * 64), Settings())
    assert error.value.word == "wrong_sum"
    assert not lamp(index).folder.exists()


def test_a_machine_without_pip_is_told_what_to_do(index, monkeypatch):
    monkeypatch.setattr(sys, "_base_executable", "/nowhere/python")
    with pytest.raises(PullError, match="--from DIR"):
        pull(lamp(index), Settings())


def test_a_wheel_brought_by_hand_serves_as_well(index, monkeypatch):
    monkeypatch.setattr(sys, "_base_executable", "/nowhere/python")
    assert pull(lamp(index), Settings(), source=index).status == "pulled"
    assert_reads_as_a_bundle(lamp(index).folder / "lamp.task")


def test_a_wheel_without_the_part_is_refused(index):
    model = lamp(index)
    file = File("lamp.task", wheel=model.files[0].wheel, parts=(("a", "lamps/none"),))
    with pytest.raises(PullError, match="does not hold lamps/none"):
        pull(Model("lamp", "shine", "MIT", "", "1", files=(file,)), Settings(), source=index)


def test_a_model_that_does_not_say_what_it_takes_is_told_apart_by_its_metadata():
    from mediapipe.tasks.metadata import metadata_schema_py_generated as meta
    from mediapipe.tasks.metadata import schema_py_generated as tfl

    tensors = [tfl.TensorT(shape=[1, 8, 8, 3], name="in"), tfl.TensorT(shape=[1, 4], name="out")]
    graph = tfl.SubGraphT(tensors=tensors, inputs=[0], outputs=[1], operators=[])
    bare = tfl.ModelT(version=3, subgraphs=[graph], buffers=[tfl.BufferT()], operatorCodes=[], description="bare")
    whole = tflite.edited(tflite._packed(bare, b"TFL3"), "unit_range")
    assert whole == tflite.edited(tflite._packed(bare, b"TFL3"), "unit_range")
    read: Any = tfl.ModelT.InitFromPackedBuf(whole)
    assert [entry.name for entry in read.metadata] == [b"TFLITE_METADATA"]
    told: Any = meta.ModelMetadataT.InitFromPackedBuf(bytes(read.buffers[read.metadata[0].buffer].data))
    (unit,) = told.subgraphMetadata[0].inputTensorMetadata[0].processUnits
    assert (list(unit.options.mean), list(unit.options.std)) == ([0.0], [255.0])
    assert len(told.subgraphMetadata[0].outputTensorMetadata) == 1


def test_every_refined_point_of_a_face_comes_from_one_branch():
    """Lips and eyes are points of the mesh, each refined once; the irises come after the mesh."""
    eyes = {*tflite.LEFT_EYE, *tflite.RIGHT_EYE}
    assert (len(tflite.LIPS), len(eyes), len(set(tflite.LIPS))) == (80, 142, 80)
    assert not eyes & set(tflite.LIPS)
    assert max(eyes | set(tflite.LIPS)) < tflite.MESH
    assert (*tflite.LEFT_IRIS, *tflite.RIGHT_IRIS) == tuple(range(468, 478))


# the true wheel, where an index has it


@pytest.fixture(scope="module")
def pulled(tmp_path_factory):
    """Every model of MediaPipe's old wheel, pulled from the index that this machine's pip is set to."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TIKTOK_MODELS", str(tmp_path_factory.mktemp("models")))
        found = {name: model for name, model in catalogue().items() if name.startswith("mediapipe_wheel_")}
        for model in found.values():
            try:
                assert pull(model, Settings()).unsure == ()
            except PullError as error:
                if error.word != "packages":
                    raise
                pytest.skip(f"no index with the wheel within reach: {error.reason[:200]}")
        yield {name: str(model.folder / model.files[0].name) for name, model in found.items()}


@pytest.fixture
def vision():
    if not (find_library("EGL") and find_library("GLESv2")):
        pytest.skip("MediaPipe's Tasks need libEGL and libGLESv2")
    from mediapipe.tasks.python import vision

    return vision


def image(rgb: np.ndarray):
    import mediapipe

    return mediapipe.Image(mediapipe.ImageFormat.SRGB, np.ascontiguousarray(rgb))


def based_on(path: str):
    from mediapipe.tasks.python.core.base_options import BaseOptions

    return BaseOptions(model_asset_path=path)


def astronaut() -> np.ndarray:
    from skimage import data

    return data.astronaut()


BLACK = np.zeros((240, 240, 3), np.uint8)


def test_the_bundles_of_the_true_wheel_have_the_catalogues_sums(pulled):
    assert len(pulled) == 7
    for path in pulled.values():
        if path.endswith(".task"):
            assert_reads_as_a_bundle(Path(path))


def test_the_face_has_478_points_with_irises_between_the_lids(pulled, vision):
    options = vision.FaceLandmarkerOptions(base_options=based_on(pulled["mediapipe_wheel_face_landmarker"]))
    with vision.FaceLandmarker.create_from_options(options) as task:
        (face,) = task.detect(image(astronaut())).face_landmarks
        assert task.detect(image(BLACK)).face_landmarks == []
    assert len(face) == 478
    for iris, (outer, inner) in ((468, (33, 133)), (473, (263, 362))):
        left, right = sorted((face[outer].x, face[inner].x))
        assert left < face[iris].x < right
        assert abs(face[iris].y - (face[outer].y + face[inner].y) / 2) < 0.02


def test_the_face_agrees_with_the_published_bundle(pulled, vision, shared):
    picture = str(shared / "media" / "faces" / "mp_business_person.png")
    points = []
    for path in (pulled["mediapipe_wheel_face_landmarker"], str(shared / "models" / "face_landmarker.task")):
        import mediapipe

        options = vision.FaceLandmarkerOptions(base_options=based_on(path))
        with vision.FaceLandmarker.create_from_options(options) as task:
            (face,) = task.detect(mediapipe.Image.create_from_file(picture)).face_landmarks
        points.append([(point.x, point.y) for point in face])
    off = np.abs(np.subtract(*points))
    assert off.mean() < 0.003  # of the picture's sides
    assert off.max() < 0.01


@pytest.mark.parametrize("name", ["mediapipe_wheel_face_detector", "mediapipe_wheel_face_short_range"])
def test_the_face_detectors_find_the_face_and_nothing_in_the_dark(pulled, vision, name):
    with vision.FaceDetector.create_from_options(vision.FaceDetectorOptions(based_on(pulled[name]))) as task:
        (found,) = task.detect(image(astronaut())).detections
        assert task.detect(image(BLACK)).detections == []
    box = found.bounding_box
    assert 180 < box.origin_x + box.width / 2 < 270  # her face is at (225, 115)
    assert 70 < box.origin_y + box.height / 2 < 160


@pytest.mark.parametrize("name", ["mediapipe_wheel_hand_landmarker", "mediapipe_wheel_hand_lite"])
def test_the_hand_landmarkers_find_a_thumb_that_points_up(pulled, vision, shared, name):
    import mediapipe

    picture = mediapipe.Image.create_from_file(str(shared / "media" / "hands" / "mp_thumbs_up.png"))
    options = vision.HandLandmarkerOptions(based_on(pulled[name]), num_hands=2)
    with vision.HandLandmarker.create_from_options(options) as task:
        (hand,) = task.detect(picture).hand_landmarks
        assert task.detect(image(astronaut())).hand_landmarks == []
    assert len(hand) == 21
    assert hand[4].y == min(point.y for point in hand)  # the thumb's tip


def test_the_pose_landmarker_finds_the_astronaut(pulled, vision):
    options = vision.PoseLandmarkerOptions(based_on(pulled["mediapipe_wheel_pose_landmarker"]))
    with vision.PoseLandmarker.create_from_options(options) as task:
        (pose,) = task.detect(image(astronaut())).pose_landmarks
        assert task.detect(image(BLACK)).pose_landmarks == []
    assert len(pose) == 33
    assert pose[12].x < pose[0].x < pose[11].x  # the nose between the shoulders
    assert pose[0].y < min(pose[11].y, pose[12].y)


def test_the_selfie_model_tells_a_person_from_what_is_behind(pulled, vision):
    options = vision.ImageSegmenterOptions(
        based_on(pulled["mediapipe_wheel_selfie_segmentation"]), output_confidence_masks=True
    )
    with vision.ImageSegmenter.create_from_options(options) as task:
        (mask,) = task.segment(image(astronaut())).confidence_masks
        person = mask.numpy_view()[..., 0]
    assert person[70:160, 180:270].mean() > 0.9
    assert person[:60, :60].mean() < 0.1
