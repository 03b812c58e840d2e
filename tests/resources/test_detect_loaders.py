"""Detectors: every class has a name, every box lies in its picture, and no weights run code."""

import json
import os
import pickle
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from analyzers.contract import Detection
from resources import eight_bit, yolo
from resources.detections import COCO, class_names, detections
from resources.gpu import Device
from resources.loaders import opencv_detector, transformers_detector, ultralytics, yolox
from resources.weights import BadModelError, Weights

RNG = np.random.default_rng(0)
PICTURES = [RNG.integers(0, 256, (*size, 3), dtype=np.uint8) for size in ((90, 60), (33, 77), (1, 1), (2, 2), (400, 3))]


def inside(found: list[Detection], picture: np.ndarray) -> bool:
    height, width = picture.shape[:2]
    return all(
        box.x >= 0 and box.y >= 0 and box.w > 0 and box.h > 0 and box.x + box.w <= width and box.y + box.h <= height
        for box in found
    )


# Names


@pytest.mark.parametrize(
    "names",
    [{0: "person", 2: "cup"}, {0: "person", 1: "", 2: "cup"}, {0: "person", 1: "  ", 2: "cup"},
     ["person", "unknown", "cup"], ["person", "N/A", "cup"], ["person", "LABEL_1", "cup"], ["person", "1", "cup"],
     ["person", "class1", "cup"],
     ["person", None, "cup"], ["person", "dog"], {}, None],
)  # fmt: skip
def test_a_class_without_a_name_is_an_error_of_the_model(names):
    with pytest.raises(BadModelError, match="has no name"):
        class_names(names, 3, "model")


def test_a_class_that_is_known_to_be_unused_needs_no_name():
    assert class_names(["person", "N/A", "cup"], 3, "model", unused=(1,)) == {0: "person", 2: "cup"}


def test_something_of_an_unnamed_class_is_never_handed_out():
    found = np.array([0, 5]), np.array([0.9, 0.8]), np.array([[0, 0, 5, 5], [1, 1, 4, 4]])
    with pytest.raises(BadModelError, match="class 5"):
        detections({0: "person"}, found, (10, 10), "model")


def test_boxes_are_cut_at_the_edges_and_those_of_no_area_left_out():
    corners = np.array([[-3, 2, 4, 30], [5, 5, 5, 9], [12, 0, 20, 5], [np.nan, 0, 5, 5], [1, 1, 3, 3]])
    found = np.zeros(5, int), np.array([0.9, 0.9, 0.9, 0.9, 0.05]), corners
    assert detections({0: "cup"}, found, (10, 10), "model") == [Detection("cup", 0, 0.9, 0, 2, 4, 8)]


# YOLOX


@pytest.fixture(scope="module")
def yolox_weights(shared) -> Weights:
    return real_weights(shared, "yolox_nano")


@pytest.fixture(scope="module")
def yolov8_weights(shared) -> Weights:
    return real_weights(shared, "yolov8n_int8")


def real_weights(shared: Path, name: str) -> Weights:
    if not (shared / "models" / f"{name}.onnx").is_file():
        pytest.skip(f"{name} is not here")
    return Weights(name, shared / "models", (f"{name}.onnx",))


def family(weights: Weights):
    return yolox if weights.name.startswith("yolox") else ultralytics


@pytest.fixture(scope="module", params=["yolox_nano", "yolov8n_int8"])
def real(request, shared):
    weights = real_weights(shared, request.param)
    return family(weights).load(weights)


def test_real_weights_find_what_people_annotated(real, shared):
    """Both small models find the four people of this picture, and place them."""
    path = shared / "media/objects/coco_000000000790.jpg"
    things = json.loads(path.with_name(path.name + ".gt.json").read_text())["objects"]
    (found,) = real([np.asarray(Image.open(path).convert("RGB"))])
    people = [box for box in found if box.label == "person" and box.confidence > 0.4]
    true = [thing["bbox_xywh"] for thing in things if thing["label"] == "person"]
    assert sum(max(overlap(box, (p.x, p.y, p.w, p.h)) for p in people) > 0.7 for box in true) >= 4
    assert {"dog", "dining table", "chair", "potted plant"} <= {box.label for box in found if box.confidence > 0.4}


def overlap(a, b) -> float:
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    both = max(across, 0) * max(down, 0)
    return both / (a[2] * a[3] + b[2] * b[3] - both)


def test_real_weights_take_pictures_of_any_size(real):
    answers = list(real(PICTURES))
    assert len(answers) == len(PICTURES)
    assert all(inside(found, picture) for found, picture in zip(answers, PICTURES, strict=True))
    assert list(real([])) == []
    assert real.vocab == "coco"


def test_a_missing_name_stops_yolox_when_it_is_loaded(yolox_weights):
    names = [*COCO[:38], *COCO[39:]]
    with pytest.raises(BadModelError, match="class 79 has no name"):
        yolox.load(Weights("yolox_nano", yolox_weights.folder, yolox_weights.files, options={"names": names}))


def test_a_network_of_another_kind_is_no_yolox(yolov8_weights):
    with pytest.raises(BadModelError, match="answers"):
        yolox.load(yolov8_weights)


@pytest.mark.parametrize("loader", [yolox, ultralytics])
def test_a_broken_export_is_refused(loader, tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"not a network")
    with pytest.raises(BadModelError, match=r"model\.onnx"):
        loader.load(Weights("model", tmp_path, ("model.onnx",)))


# Ultralytics


@pytest.mark.parametrize("instead", ["", "'unknown'", "'38'"], ids=["deleted", "unknown", "made up"])
def test_a_missing_name_stops_an_export_when_it_is_loaded(yolov8_weights, tmp_path, instead):
    entry = re.compile(rb", 38: 'tennis racket'")
    changed = b", 38: " + instead.encode() if instead else b""
    whole = yolov8_weights.main.read_bytes()
    (tmp_path / "model.onnx").write_bytes(entry.sub(lambda found: changed.ljust(len(found[0])), whole))
    with pytest.raises(BadModelError, match="class 38 has no name"):
        ultralytics.load(Weights("model", tmp_path, ("model.onnx",)))


def test_an_export_without_names_is_refused_though_the_library_would_make_some_up(yolox_weights):
    with pytest.raises(BadModelError, match="has no name"):
        ultralytics.load(yolox_weights)


def saved(name: str, folder: Path) -> Path:
    """A checkpoint as the library saves it, of chance weights that find something everywhere."""
    yolo.keep_quiet()
    from ultralytics import YOLO

    model = YOLO(f"{name}.yaml", task="detect", verbose=False)
    model.model.names = dict(enumerate(COCO))
    head = model.model.model[-1]
    for branch in (*head.cv3, *getattr(head, "one2one_cv3", ())):  # the latter since YOLO26, which suppresses nothing
        torch.nn.init.zeros_(branch[-1].bias)
    path = folder / f"{name}.pt"
    model.save(path)
    return path


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory) -> Path:
    return saved("yolov8n", tmp_path_factory.mktemp("yolo"))


@pytest.fixture(scope="module", params=["yolov8s", "yolo11n", "yolo26n"])
def any_checkpoint(request, tmp_path_factory) -> Path:
    """One of each generation that the catalogue holds."""
    return saved(request.param, tmp_path_factory.mktemp("yolo"))


def of(path: Path) -> Weights:
    return Weights("yolov8n", path.parent, (path.name,))


def test_a_checkpoint_finds_named_things_inside_the_picture(any_checkpoint):
    model = ultralytics.load(of(any_checkpoint))
    answers = list(model(PICTURES))
    assert answers[0]
    assert all(inside(found, picture) for found, picture in zip(answers, PICTURES, strict=True))
    assert all(box.label == COCO[box.label_id] for found in answers for box in found)


@pytest.mark.parametrize("name", [None, "", "unknown", "38"])
def test_a_missing_name_stops_a_checkpoint_when_it_is_loaded(any_checkpoint, tmp_path, name):
    changed = torch.load(any_checkpoint, weights_only=False)
    changed["model"].names = {**changed["model"].names, 38: name}
    if name is None:
        del changed["model"].names[38]
    torch.save(changed, tmp_path / "changed.pt")
    with pytest.raises(BadModelError, match="class 38 has no name"):
        ultralytics.load(of(tmp_path / "changed.pt"))


def test_a_name_that_is_lost_later_stops_the_run(checkpoint):
    model = ultralytics.load(of(checkpoint))
    for number in range(80):
        del model._names[number]
    with pytest.raises(BadModelError, match="has no name"):
        list(model(PICTURES[:1]))


class Calls:
    """Unpickled, it calls."""

    def __init__(self, function, *arguments) -> None:
        self._call = function, arguments

    def __reduce__(self):
        return self._call


def hostile(mark: Path):
    return [
        Calls(os.system, f"touch {mark}"),
        Calls(eval, f"open({str(mark)!r}, 'w')"),
        Calls(getattr, str, "upper"),
        Calls(torch.hub.load, "owner/repository", "model"),
        Calls(ultralytics.load, None),
    ]


@pytest.mark.parametrize("which", range(5), ids=["os.system", "eval", "getattr", "torch.hub.load", "our own"])
@pytest.mark.parametrize("is_hidden", [False, True], ids=["alone", "in a real checkpoint"])
def test_a_hostile_checkpoint_is_refused_and_never_run(checkpoint, tmp_path, which, is_hidden):
    mark, path = tmp_path / "pwned", tmp_path / "model.pt"
    bomb = hostile(mark)[which]
    whole = torch.load(checkpoint, weights_only=False) if is_hidden else {}
    torch.save(whole | {"train_args": {"note": bomb}}, path)
    with pytest.raises(BadModelError, match="would run"):
        ultralytics.load(of(path))
    assert not mark.exists()


@pytest.mark.parametrize("which", range(5), ids=["os.system", "eval", "getattr", "torch.hub.load", "our own"])
def test_torchs_own_reader_refuses_what_the_list_would_have_missed(checkpoint, tmp_path, monkeypatch, which):
    mark, path = tmp_path / "pwned", tmp_path / "model.pt"
    torch.save(torch.load(checkpoint, weights_only=False) | {"note": hostile(mark)[which]}, path)
    monkeypatch.setattr(yolo, "refuse_code", lambda *_: None)
    with pytest.raises(BadModelError, match="no YOLO detector"):
        ultralytics.load(of(path))
    assert not mark.exists()


def test_the_bomb_would_go_off(tmp_path):
    torch.save(hostile(tmp_path / "pwned")[0], tmp_path / "model.pt")
    torch.load(tmp_path / "model.pt", weights_only=False)
    assert (tmp_path / "pwned").exists()


@pytest.mark.parametrize("how", ["plain pickle", "old format"])
def test_a_pickle_of_another_form_is_refused(tmp_path, how):
    mark, path = tmp_path / "pwned", tmp_path / "model.pt"
    bomb = hostile(mark)[0]
    if how == "plain pickle":
        path.write_bytes(pickle.dumps(bomb))
    else:
        torch.save(bomb, path, _use_new_zipfile_serialization=False)
    with pytest.raises(BadModelError, match="no checkpoint"):
        ultralytics.load(of(path))
    assert not mark.exists()


@pytest.mark.parametrize(
    "name",
    ["os.system", "builtins.eval", "builtins.getattr", "torch.hub.load", "torch.load", "posix.system",
     "subprocess.Popen", "torch.nn.modules.module.torch", "torch.nn.modules.container._copy_to_script_wrapper",
     "ultralytics.nn.tasks.torch_safe_load", "ultralytics.nn.tasks.Path",
     "ultralytics.utils.downloads.safe_download", "torch.nn.modules.no_such.Thing"],
)  # fmt: skip
def test_what_may_run_is_not_harmless(name):
    assert not yolo.is_harmless(name)


def test_layers_losses_and_data_are_harmless():
    for name in (
        "ultralytics.nn.tasks.DetectionModel", "ultralytics.nn.modules.block.C2f", "torch.nn.modules.conv.Conv2d",
        "ultralytics.utils.loss.v8DetectionLoss", "ultralytics.utils.tal.TaskAlignedAssigner",
        "torch.nn.modules.loss.BCEWithLogitsLoss", "ultralytics.utils.IterableSimpleNamespace",
    ):  # fmt: skip
        assert yolo.is_harmless(name)


def test_a_checkpoint_of_no_detector_is_refused(tmp_path):
    torch.save({"model": torch.nn.Sequential(torch.nn.Linear(2, 2))}, tmp_path / "model.pt")
    with pytest.raises(BadModelError, match="no YOLO detector"):
        ultralytics.load(of(tmp_path / "model.pt"))


def test_the_library_neither_reports_nor_fetches(checkpoint):
    ultralytics.load(of(checkpoint))
    from ultralytics import SETTINGS
    from ultralytics.nn import tasks
    from ultralytics.utils import AUTOINSTALL, ONLINE

    assert (SETTINGS["sync"], AUTOINSTALL, ONLINE, vars(tasks)["SAFE_LOAD"]) == (False, False, False, True)


# transformers

NAMES = {0: "person", 1: "dog", 2: "cup"}


def tiny(kind: str):
    """A small network of the true class, and its processor's class."""
    import transformers as hf

    torch.manual_seed(0)
    named = {"id2label": NAMES, "label2id": {name: number for number, name in NAMES.items()}}
    shared = {
        "encoder_hidden_dim": 16, "encoder_ffn_dim": 16, "encoder_attention_heads": 2, "d_model": 16, "num_queries": 10,
        "decoder_in_channels": [16] * 3, "decoder_ffn_dim": 16, "decoder_layers": 2, "decoder_attention_heads": 2,
    }  # fmt: skip
    stages = {"out_features": ["stage2", "stage3", "stage4"]}
    if kind == "rt_detr_v2":
        backbone = hf.RTDetrResNetConfig(
            embedding_size=8, hidden_sizes=[8, 8, 16, 16], depths=[1] * 4, layer_type="basic", **stages
        )
        config = hf.RTDetrV2Config(backbone_config=backbone, encoder_in_channels=[8, 16, 16], **shared, **named)
        return hf.RTDetrV2ForObjectDetection(config), hf.RTDetrImageProcessor
    if kind == "d_fine":
        backbone = hf.HGNetV2Config(
            stem_channels=[3, 8, 8], stage_in_channels=[8, 8, 16, 16], stage_mid_channels=[8] * 4,
            stage_out_channels=[8, 16, 16, 16], stage_num_blocks=[1] * 4, stage_numb_of_layers=[1] * 4,
            hidden_sizes=[8, 16, 16, 16], depths=[1] * 4, **stages,
        )  # fmt: skip
        config = hf.DFineConfig(backbone_config=backbone, encoder_in_channels=[16] * 3, **shared, **named)
        return hf.DFineForObjectDetection(config), hf.RTDetrImageProcessor
    backbone = hf.RfDetrDinov2Config(
        hidden_size=16, num_hidden_layers=3, num_attention_heads=2, mlp_ratio=2, image_size=64, patch_size=16,
        num_windows=2, out_indices=[1, 2, 3],
    )  # fmt: skip
    config = hf.RfDetrConfig(
        backbone_config=backbone, d_model=16, decoder_layers=2, decoder_ffn_dim=16, decoder_self_attention_heads=2,
        decoder_cross_attention_heads=2, num_queries=10, c2f_num_blocks=1, group_detr=1, **named,
    )  # fmt: skip
    return hf.RfDetrForObjectDetection(config), hf.RfDetrImageProcessor


@pytest.fixture(scope="module", params=["rt_detr_v2", "d_fine", "rf_detr"])
def folder(request, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp(request.param)
    model, processor = tiny(request.param)
    for name, weight in model.named_parameters():
        if weight.dim() > 1:
            torch.nn.init.kaiming_normal_(weight)  # numbers of the size that trained networks have
        elif "class_embed" in name:
            torch.nn.init.zeros_(weight)  # it finds something everywhere
    model.save_pretrained(path)
    processor(size={"height": 64, "width": 64}).save_pretrained(path)
    return path


def test_a_detector_from_the_hub_finds_named_things_inside_the_picture(folder):
    model = transformers_detector.load(Weights("tiny", folder))
    answers = list(model(PICTURES))
    assert len(answers) == len(PICTURES)
    assert answers[0]
    assert all(inside(found, picture) for found, picture in zip(answers, PICTURES, strict=True))
    assert all(box.label == NAMES[box.label_id] for found in answers for box in found)


def test_with_weights_of_eight_bits_it_still_finds_named_things(folder, monkeypatch):
    monkeypatch.setattr(eight_bit, "LEAST", 1)
    small = transformers_detector.load(Weights("tiny", folder, device=Device("cpu", "float32", 2, eight_bit=True)))
    assert "EightBitLinear" in {type(layer).__name__ for layer in small._model.modules()}
    (found,) = small(PICTURES[:1])
    assert found
    assert inside(found, PICTURES[0])


def test_boxes_are_in_pixels_of_the_picture_given(folder):
    model = transformers_detector.load(Weights("tiny", folder))
    small = np.full((64, 64, 3), 90, np.uint8)
    large = np.full((256, 128, 3), 90, np.uint8)
    one, other = model([small, large])
    corners = np.array([(box.x * 2, box.y * 4) for box in one])
    assert corners == pytest.approx(np.array([(box.x, box.y) for box in other]), abs=0.05)


def test_numbers_that_overflow_are_an_error_and_not_nothing(folder):
    model = transformers_detector.load(Weights("tiny", folder))
    for name, weight in model._model.named_parameters():
        if "class_embed" in name and weight.dim() == 1:
            torch.nn.init.constant_(weight, torch.nan)
    with pytest.raises(BadModelError, match="overflow"):
        list(model(PICTURES[:1]))


def changed(folder: Path, path: Path, names: dict | None) -> Weights:
    shutil.copytree(folder, path, dirs_exist_ok=True)
    told = json.loads((path / "config.json").read_text())
    told["id2label"] = names
    if names is None:
        del told["id2label"]
    (path / "config.json").write_text(json.dumps(told))
    return Weights("tiny", path)


@pytest.mark.parametrize(
    "names",
    [{"0": "person", "1": "LABEL_1", "2": "cup"}, {"0": "person", "1": "", "2": "cup"}, {"0": "person", "2": "cup"},
     {"0": "person", "1": "unknown", "2": "cup"}, None],
    ids=["made up", "empty", "deleted", "unknown", "none at all"],
)  # fmt: skip
def test_a_missing_name_stops_a_detector_from_the_hub_when_it_is_loaded(folder, tmp_path, names):
    with pytest.raises(BadModelError):
        transformers_detector.load(changed(folder, tmp_path, names))


def test_weights_that_are_missing_are_not_made_up(folder, tmp_path):
    from safetensors.torch import load_file, save_file

    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    tensors = load_file(tmp_path / "model.safetensors")
    lost = next(name for name in tensors if "conv" in name and name.endswith("weight"))
    del tensors[lost]
    save_file(tensors, tmp_path / "model.safetensors", {"format": "pt"})
    with pytest.raises(BadModelError, match="missing"):
        transformers_detector.load(Weights("tiny", tmp_path))


def test_a_pickled_checkpoint_from_the_hub_is_not_looked_at(folder, tmp_path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.safetensors").unlink()
    torch.save(hostile(tmp_path / "pwned")[0], tmp_path / "pytorch_model.bin")
    with pytest.raises(BadModelError):
        transformers_detector.load(Weights("tiny", tmp_path))
    assert not (tmp_path / "pwned").exists()


# OpenCV


@pytest.fixture(scope="module")
def classical():
    return opencv_detector.load(Weights("opencv_detector", Path()))


OUTLINE = [
    (-13, 19), (13, 19), (16, 50), (10, 52), (8, 98), (2, 98), (0, 58), (-2, 98), (-8, 98), (-10, 52), (-16, 50)
]  # fmt: skip


def somebody(middle: float, top: float, height: float, size=(1280, 720)) -> np.ndarray:
    """A dark figure who stands before a light ground."""
    import cv2

    picture = np.random.default_rng(7).integers(190, 210, (*size, 3), dtype=np.uint8)
    scale = height / 100
    points = np.array([(middle + x * scale, top + y * scale) for x, y in OUTLINE], np.int32)
    cv2.fillPoly(picture, [points], (50, 40, 40))
    head = int(middle), int(top + 8 * scale)
    cv2.ellipse(picture, head, (int(6 * scale), int(8 * scale)), 0, 0, 360, (50, 40, 40), -1)
    return np.asarray(cv2.GaussianBlur(picture, (5, 5), 0), np.uint8)


def people(found: list[Detection]) -> list[Detection]:
    return [box for box in found if box.label == "person"]


@pytest.mark.parametrize("height", [200, 400, 700])
def test_somebody_who_stands_upright_is_found(classical, height):
    (found,) = classical([somebody(360, 300, height)])
    (person,) = people(found)
    wide = 0.32 * height
    assert overlap((person.x, person.y, person.w, person.h), (360 - wide / 2, 300, wide, height)) > 0.5


@pytest.fixture
def counted():
    """The detector, and how many pixels its classifier was shown each time."""
    model = opencv_detector.load(Weights("opencv_detector", Path()))
    classifier, model.shown = model._people, []

    def search(picture, *args, **kwargs):
        model.shown.append(picture.size)
        return classifier.detectMultiScale(picture, *args, **kwargs)

    model._people = SimpleNamespace(detectMultiScale=search)
    return model


def walker(middle: float) -> np.ndarray:
    return somebody(middle, 150, 300, (640, 360))


def nobody() -> np.ndarray:
    return np.random.default_rng(7).integers(190, 210, (640, 360, 3), dtype=np.uint8)


def test_a_picture_that_stands_still_is_searched_once_and_keeps_its_answer(counted):
    noise = np.random.default_rng(4)
    still = [np.clip(walker(180) + noise.normal(0, 3, (640, 360, 1)), 0, 255).astype(np.uint8) for _ in range(6)]
    answers = [people(found) for found in counted(still)]
    assert len(counted.shown) == 1
    assert len(answers[0]) == 1
    assert answers == answers[:1] * 6


def test_who_walks_is_found_in_every_picture_by_fewer_searches_of_the_whole(counted):
    middles = range(100, 260, 20)
    for middle, found in zip(middles, counted([walker(middle) for middle in middles]), strict=True):
        (person,) = people(found)
        assert overlap((person.x, person.y, person.w, person.h), (middle - 48, 150, 96, 300)) > 0.5
    assert counted.shown.count(max(counted.shown)) == 3


def test_who_comes_in_during_a_shot_is_seen_two_pictures_later_at_the_latest(counted):
    pictures = [nobody(), *[walker(180 + 8 * n) for n in range(4)]]
    answers = [len(people(found)) for found in counted(pictures)]
    assert answers[0] == 0
    assert answers[3:] == [1, 1]


def test_the_first_picture_of_a_shot_is_searched_as_a_whole(counted):
    other = np.repeat(np.repeat(RNG.integers(0, 255, (8, 6, 3), dtype=np.uint8), 80, axis=0), 60, axis=1)
    answers = [len(people(found)) for found in counted([other, walker(220), other, walker(140)])]
    assert answers == [0, 1, 0, 1]


def test_faces_are_left_to_those_who_look_for_them(classical):
    from skimage import data

    assert {box.label for found in classical([data.astronaut()] * 2) for box in found} <= {"person"}


def test_what_moves_is_found_and_nothing_else(classical):
    ground = np.repeat(np.repeat(RNG.integers(90, 140, (32, 18, 3), dtype=np.uint8), 20, axis=0), 20, axis=1)
    pictures = []
    for n in range(12):
        picture = ground.copy()
        if n >= 4:
            picture[200:320, 20 + 25 * (n - 4) : 120 + 25 * (n - 4)] = (230, 40, 40)
        pictures.append(picture)
    answers = list(classical(pictures))
    assert [len(found) for found in answers[:4]] == [0] * 4
    for n, found in enumerate(answers[5:], 5):
        (region,) = found
        assert region.label == "moving_region"
        assert region.x <= 20 + 25 * (n - 4) + 50 <= region.x + region.w


def test_each_call_begins_with_a_background_of_its_own(classical):
    bright, dark = np.full((64, 64, 3), 200, np.uint8), np.full((64, 64, 3), 20, np.uint8)
    half = dark.copy()
    half[:, :20] = 200
    list(classical([dark] * 8))
    assert list(classical([half] * 8)) == [[]] * 8
    assert list(classical([bright])) == [[]]


def test_the_classical_detector_takes_pictures_of_any_size(classical):
    for picture in PICTURES:
        assert all(inside(found, picture) for found in classical([picture] * 5))
