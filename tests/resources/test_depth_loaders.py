"""Models of depth: a map for every picture, and no weights that were made up."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from resources.loaders import transformers_depth
from resources.models import catalogue
from resources.weights import BadModelError, Weights

RNG = np.random.default_rng(0)
PICTURES = [RNG.integers(0, 256, (*size, 3), dtype=np.uint8) for size in ((90, 60), (33, 77), (40, 40), (60, 300))]


@pytest.fixture(scope="module", params=["relative", "metric"])
def folder(request, tmp_path_factory) -> Path:
    """A small Depth Anything of the true format."""
    import transformers as hf

    torch.manual_seed(0)
    path = tmp_path_factory.mktemp(request.param)
    backbone = hf.Dinov2Config(
        hidden_size=16, num_hidden_layers=4, num_attention_heads=2, mlp_ratio=2, image_size=56, patch_size=14,
        out_features=["stage1", "stage2", "stage3", "stage4"], reshape_hidden_states=False, apply_layernorm=True,
    )  # fmt: skip
    config = hf.DepthAnythingConfig(
        backbone_config=backbone, patch_size=14, reassemble_hidden_size=16, reassemble_factors=[4, 2, 1, 0.5],
        neck_hidden_sizes=[8, 8, 16, 16], fusion_hidden_size=8, head_hidden_size=8, head_in_index=-1,
        depth_estimation_type=request.param, max_depth=20 if request.param == "metric" else 1,
    )  # fmt: skip
    model = hf.DepthAnythingForDepthEstimation(config)
    for weight in model.parameters():
        if weight.dim() > 1:
            torch.nn.init.kaiming_normal_(weight)  # numbers of the size that trained networks have
    model.save_pretrained(path)
    size = {"height": 56, "width": 56}
    hf.DPTImageProcessor(size=size, keep_aspect_ratio=True, ensure_multiple_of=14).save_pretrained(path)
    return path


def test_every_picture_gets_a_map_of_its_own_shape(folder: Path):
    model = transformers_depth.load(Weights("tiny", folder))
    maps = list(model(PICTURES))
    assert len(maps) == len(PICTURES)
    for told, picture in zip(maps, PICTURES, strict=True):
        assert told.dtype == np.float32
        assert np.isfinite(told).all()
        assert told.min() >= 0
        assert (told.shape[0] > told.shape[1]) == (picture.shape[0] > picture.shape[1])


def test_pictures_of_one_size_read_alike_alone_and_together(folder: Path):
    model = transformers_depth.load(Weights("tiny", folder))
    pictures = [PICTURES[0], PICTURES[0][::-1].copy(), PICTURES[0]]
    together = list(model._look(pictures))
    assert together[0] == pytest.approx(next(model(pictures[:1])), abs=1e-2)
    assert together[2] == pytest.approx(together[0], abs=1e-2)
    assert together[1] != pytest.approx(together[0], abs=1e-2)
    assert len(list(model._look(PICTURES))) == len(PICTURES)


def test_it_says_whether_it_tells_metres(folder: Path):
    assert transformers_depth.load(Weights("tiny", folder)).is_metric == folder.name.startswith("metric")


def test_numbers_that_overflow_are_an_error_and_no_map(folder: Path):
    model = transformers_depth.load(Weights("tiny", folder))
    torch.nn.init.constant_(model._model.head.conv3.weight, torch.nan)
    with pytest.raises(BadModelError, match="overflow"):
        list(model(PICTURES[:1]))


def test_weights_that_are_missing_are_not_made_up(folder: Path, tmp_path: Path):
    from safetensors.torch import load_file, save_file

    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    tensors = load_file(tmp_path / "model.safetensors")
    del tensors["head.conv3.weight"]
    save_file(tensors, tmp_path / "model.safetensors", {"format": "pt"})
    with pytest.raises(BadModelError, match="missing"):
        transformers_depth.load(Weights("tiny", tmp_path))


def test_a_folder_without_safetensors_is_refused(folder: Path, tmp_path: Path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    with pytest.raises(BadModelError):
        transformers_depth.load(Weights("tiny", tmp_path))


def test_no_fallback_tells_depth():
    models = [model for model in catalogue().values() if model.role == "depth"]
    assert not any(model.is_fallback for model in models)
    assert {model.name for model in models if model.family} == {"depth_anything_v2_small"}
