"""Segmenters: one mask of shares for every picture, and no weights that run code or were made up."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from resources.loaders import mediapipe_segmenter, no_mask, transformers_segmenter
from resources.models import catalogue
from resources.weights import BadModelError, Weights

RNG = np.random.default_rng(0)
PICTURES = [RNG.integers(0, 256, (*size, 3), dtype=np.uint8) for size in ((90, 60), (33, 77), (1, 1), (2, 2), (400, 3))]
NAMES = {0: "wall", 1: "person, individual", 2: "sky"}


def are_masks(masks: list[np.ndarray]) -> bool:
    return all(mask.ndim == 2 and mask.size and mask.min() >= 0 and mask.max() <= 1.0001 for mask in masks)


# MediaPipe


def real(shared: Path, name: str) -> Weights:
    if not (shared / "models" / f"{name}.tflite").is_file():
        pytest.skip(f"{name} is not here")
    return Weights(name, shared / "models", (f"{name}.tflite",))


@pytest.mark.parametrize("name", ["selfie_segmentation", "deeplabv3"])
def test_real_weights_part_a_person_from_the_room(shared: Path, name: str):
    import cv2
    from skimage import data

    model = mediapipe_segmenter.load(real(shared, name))
    (mask,) = model([data.astronaut()])
    mask = cv2.resize(mask, (512, 512))
    assert mask[130, 220] > 0.9  # her face
    assert mask[400, 250] > 0.9  # her suit
    assert mask[60, 450] < 0.1  # the shuttle behind her
    flat, masks = np.full((90, 60, 3), 90, np.uint8), list(model(PICTURES))
    assert len(masks) == len(PICTURES)
    assert are_masks(masks)
    assert next(model([flat])).mean() < 0.2


def test_the_golden_mask_is_met(shared: Path):
    """TensorFlow's own answer for its picture: background is 0."""
    import cv2
    from PIL import Image

    folder = shared / "media/objects"
    golden = np.asarray(Image.open(folder / "tfl_segmentation_golden.png").convert("L")) > 0
    rgb = np.asarray(Image.open(folder / "tfl_segmentation_input.jpg").convert("RGB"))
    (mask,) = mediapipe_segmenter.load(real(shared, "deeplabv3"))([rgb])
    found = cv2.resize(mask, golden.shape[::-1]) > 0.5
    assert (found & golden).sum() / (found | golden).sum() > 0.9


def test_what_is_no_network_is_refused(tmp_path: Path):
    for content in (b"", b"not a network", b"TFL3" * 100):
        (tmp_path / "model.tflite").write_bytes(content)
        with pytest.raises(BadModelError, match=r"model\.tflite"):
            mediapipe_segmenter.load(Weights("model", tmp_path, ("model.tflite",)))


def test_where_no_model_is_there_is_no_mask():
    masks = list(no_mask.load(Weights("none", Path()))(PICTURES))
    assert [mask.size for mask in masks] == [0] * len(PICTURES)


# transformers


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A small SegFormer of the true format."""
    import transformers as hf

    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("segformer")
    config = hf.SegformerConfig(
        hidden_sizes=[8, 8, 16, 16], depths=[1] * 4, num_attention_heads=[1, 1, 2, 2], decoder_hidden_size=16,
        id2label=NAMES, label2id={name: number for number, name in NAMES.items()},
    )  # fmt: skip
    hf.SegformerForSemanticSegmentation(config).save_pretrained(path)
    hf.SegformerImageProcessor(size={"height": 64, "width": 64}).save_pretrained(path)
    return path


def test_a_segmenter_from_the_hub_gives_every_picture_a_mask(folder: Path):
    masks = list(transformers_segmenter.load(Weights("tiny", folder))(PICTURES))
    assert [mask.shape for mask in masks] == [(16, 16)] * len(PICTURES)
    assert are_masks(masks)


def test_foreground_is_the_share_of_its_labels(folder: Path):
    one = next(transformers_segmenter.load(Weights("tiny", folder))(PICTURES))
    rest = next(transformers_segmenter.load(Weights("tiny", folder, options={"foreground": ["wall", "sky"]}))(PICTURES))
    assert one + rest == pytest.approx(np.ones_like(one), abs=1e-5)
    with pytest.raises(BadModelError, match="none of its labels"):
        transformers_segmenter.load(Weights("tiny", folder, options={"foreground": ["unicorn"]}))


def test_numbers_that_overflow_are_an_error_and_no_mask(folder: Path):
    model = transformers_segmenter.load(Weights("tiny", folder))
    torch.nn.init.constant_(model._model.decode_head.classifier.bias, torch.nan)
    with pytest.raises(BadModelError, match="overflow"):
        list(model(PICTURES[:1]))


def test_weights_that_are_missing_are_not_made_up(folder: Path, tmp_path: Path):
    from safetensors.torch import load_file, save_file

    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    tensors = load_file(tmp_path / "model.safetensors")
    del tensors["decode_head.classifier.weight"]
    save_file(tensors, tmp_path / "model.safetensors", {"format": "pt"})
    with pytest.raises(BadModelError, match="missing"):
        transformers_segmenter.load(Weights("tiny", tmp_path))


def test_a_missing_name_stops_it_when_it_is_loaded(folder: Path, tmp_path: Path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    told = json.loads((tmp_path / "config.json").read_text())
    told["id2label"]["2"] = "LABEL_2"
    (tmp_path / "config.json").write_text(json.dumps(told))
    with pytest.raises(BadModelError, match="has no name"):
        transformers_segmenter.load(Weights("tiny", tmp_path))


def test_a_folder_without_safetensors_is_refused(folder: Path, tmp_path: Path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    with pytest.raises(BadModelError):
        transformers_segmenter.load(Weights("tiny", tmp_path))


def test_every_segmenter_of_the_catalogue_knows_its_loader():
    known = {name: model.family for name, model in catalogue().items() if model.role == "segment" and model.family}
    assert known == {
        "segformer_b0": "transformers_segmenter", "selfie_multiclass": "mediapipe_segmenter",
        "selfie_segmentation": "mediapipe_segmenter", "deeplabv3": "mediapipe_segmenter",
        "motion_and_border": "no_mask",
    }  # fmt: skip
