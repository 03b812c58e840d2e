"""Open detectors: whatever they find has one of the names that were asked for, and lies inside its picture."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers as hf

from resources.loaders import no_products, transformers_open_detector
from resources.models import catalogue
from resources.weights import BadModelError, Weights

RNG = np.random.default_rng(0)
PICTURES = [RNG.integers(0, 256, (*size, 3), dtype=np.uint8) for size in ((90, 60), (33, 77), (40, 40), (1, 1))]
SURE = {"sure": 0.3}
NAMES = ("lipstick", "Sneaker", "hand bag")
WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", "lip", "##stick", "sneaker", "hand", "bag", "a")


def save_owl(path: Path) -> None:
    """OWLv2 with four layers, and letters for words."""
    letters = [chr(code) for code in range(33, 127)]
    words = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    vocab = {word: number for number, word in enumerate(words)}
    (path / "vocab.json").write_text(json.dumps(vocab))
    (path / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = hf.CLIPTokenizer(str(path / "vocab.json"), str(path / "merges.txt"), pad_token="!", model_max_length=16)
    sizes = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    text = sizes | {"vocab_size": len(vocab), "max_position_embeddings": 16, "pad_token_id": 0}
    text |= {"bos_token_id": len(vocab) - 2, "eos_token_id": len(vocab) - 1}
    vision = sizes | {"image_size": 64, "patch_size": 16}
    config = hf.Owlv2Config(text_config=text, vision_config=vision, projection_dim=16)
    hf.Owlv2ForObjectDetection(config).save_pretrained(path)
    images = hf.Owlv2ImageProcessor(size={"height": 64, "width": 64})
    save_processor(hf.Owlv2Processor(images, tokenizer), path)


def save_dino(path: Path) -> None:
    """Grounding DINO with a layer of each kind, and a dozen words."""
    (path / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    text = hf.BertConfig(
        vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=64,
    )  # fmt: skip
    backbone = hf.SwinConfig(
        embed_dim=16, depths=[1, 1, 1, 1], num_heads=[1, 1, 2, 2], window_size=4, image_size=64,
        out_features=["stage2", "stage3", "stage4"],
    )  # fmt: skip
    config = hf.GroundingDinoConfig(
        backbone_config=backbone, text_config=text, d_model=64, encoder_layers=1, decoder_layers=2, num_queries=10,
        encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=32, decoder_ffn_dim=32, max_text_len=16,
    )  # fmt: skip
    hf.GroundingDinoForObjectDetection(config).save_pretrained(path)
    images = hf.GroundingDinoImageProcessor(size={"shortest_edge": 64, "longest_edge": 96})
    save_processor(hf.GroundingDinoProcessor(images, hf.BertTokenizer(str(path / "vocab.txt"))), path)


def save_processor(processor, path: Path) -> None:
    """In the files that the hub's repositories have."""
    processor.image_processor.save_pretrained(path)
    processor.tokenizer.save_pretrained(path)
    if not (path / "preprocessor_config.json").exists():
        (path / "processor_config.json").rename(path / "preprocessor_config.json")
    (path / "special_tokens_map.json").write_text(json.dumps(processor.tokenizer.special_tokens_map))


@pytest.fixture(scope="module", params=["owlv2_base_ensemble", "grounding_dino_tiny"])
def folder(request, tmp_path_factory) -> Path:
    """A small checkpoint of the true format: just the files that the catalogue names."""
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp(request.param)
    (save_owl if "owl" in request.param else save_dino)(path)
    known = {file.name for file in catalogue()[request.param].files}
    for file in path.iterdir():
        if file.name not in known:
            file.unlink()
    assert {file.name for file in path.iterdir()} == known
    return path


def test_what_is_found_has_a_name_that_was_asked_for_and_lies_in_its_picture(folder: Path):
    model = transformers_open_detector.load(Weights("tiny", folder, options=SURE))
    found = list(model(PICTURES, NAMES))
    assert model.sure == 0.3
    assert len(found) == len(PICTURES)
    assert sum(map(len, found)) > 0
    for things, picture in zip(found, PICTURES, strict=True):
        for thing in things:
            assert thing.label == NAMES[thing.label_id]
            assert 0.1 <= thing.confidence <= 1
            assert min(thing.x, thing.y) >= 0
            assert thing.x + thing.w <= picture.shape[1] + 1e-3
            assert thing.y + thing.h <= picture.shape[0] + 1e-3


def test_the_boxes_and_scores_are_those_of_the_library(folder: Path):
    """Its own way from a picture to boxes, before any is left out as a repetition."""
    weights = Weights("tiny", folder, options=SURE)
    model = transformers_open_detector.load(weights)
    picture, is_owl = PICTURES[0], "owl" in folder.name
    kind = hf.Owlv2Processor if is_owl else hf.GroundingDinoProcessor
    process = kind.from_pretrained(folder)
    asked = [[f"a photo of a {name}" for name in NAMES]] if is_owl else "lipstick. sneaker. hand bag."
    more = {"truncation": True, "max_length": 16} if is_owl else {}
    inputs = process(text=asked, images=picture, return_tensors="pt", input_data_format="channels_last", **more)
    with torch.inference_mode():
        answer = model._model(**inputs)
        (found,) = model._look([picture], NAMES)
    where = {"target_sizes": [picture.shape[:2]], "threshold": 0.1}
    (told,) = process.post_process_grounded_object_detection(answer, **where)
    numbers, scores, corners = found
    if is_owl:
        assert numbers.tolist() == told["labels"].tolist()
        assert scores == pytest.approx(told["scores"].numpy(), abs=1e-4)
        assert corners == pytest.approx(told["boxes"].numpy(), abs=1e-3)
        return
    # The library lets a dot score too, and its words are not put back together.
    best = {tuple(box.round(2)): float(score) for box, score in zip(told["boxes"].numpy(), told["scores"], strict=True)}
    assert len(scores) > 0
    for score, corner in zip(scores, corners, strict=True):
        assert score <= best[tuple(corner.round(2))] + 1e-4


def test_pictures_read_alike_alone_and_together(folder: Path):
    model = transformers_open_detector.load(Weights("tiny", folder, options=SURE))
    with torch.inference_mode():
        together = model._look([PICTURES[0], PICTURES[0][::-1].copy()], NAMES)
        (alone,) = model._look([PICTURES[0]], NAMES)
    assert together[0][1] == pytest.approx(alone[1], abs=1e-3)
    assert together[0][2] == pytest.approx(alone[2], abs=0.05)


def test_more_names_than_one_sentence_holds_are_asked_for_one_sentence_after_the_other(folder: Path):
    model = transformers_open_detector.load(Weights("tiny", folder, options=SURE))
    names = [f"{name} {'a ' * i}".strip() for i in range(2) for name in NAMES]
    labels = {thing.label for things in model(PICTURES[:1], names) for thing in things}
    assert labels
    assert labels <= set(names)


def test_nothing_asked_is_nothing_found(folder: Path):
    model = transformers_open_detector.load(Weights("tiny", folder, options=SURE))
    assert list(model(PICTURES, ())) == [[]] * len(PICTURES)
    assert list(model([], NAMES)) == []


def test_a_thing_without_a_name_is_not_looked_for(folder: Path):
    model = transformers_open_detector.load(Weights("tiny", folder, options=SURE))
    with pytest.raises(BadModelError, match="no name"):
        list(model(PICTURES, ("lipstick", "class 1")))


def test_numbers_that_overflow_are_an_error_and_no_box(folder: Path):
    model = transformers_open_detector.load(Weights("tiny", folder, options=SURE))
    for weight in model._model.parameters():
        torch.nn.init.constant_(weight, torch.nan)
    with pytest.raises(BadModelError, match="overflow"):
        list(model(PICTURES[:1], NAMES))


def test_weights_that_are_missing_are_not_made_up(folder: Path, tmp_path: Path):
    from safetensors.torch import load_file, save_file

    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    tensors = load_file(tmp_path / "model.safetensors")
    del tensors[next(name for name in tensors if "layer_norm" in name or "layers.0" in name)]
    save_file(tensors, tmp_path / "model.safetensors", {"format": "pt"})
    with pytest.raises(BadModelError, match="missing"):
        transformers_open_detector.load(Weights("tiny", tmp_path, options=SURE))


def test_other_folders_are_refused(folder: Path, tmp_path: Path):
    with pytest.raises(BadModelError, match=r"config\.json"):
        transformers_open_detector.load(Weights("tiny", tmp_path, options=SURE))
    (tmp_path / "config.json").write_text('{"model_type": "detr"}')
    with pytest.raises(BadModelError, match="neither"):
        transformers_open_detector.load(Weights("tiny", tmp_path, options=SURE))
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    with pytest.raises(BadModelError):
        transformers_open_detector.load(Weights("tiny", tmp_path, options=SURE))


def test_where_no_model_is_nothing_is_found_by_its_looks():
    assert list(no_products.load(Weights("none", Path()))(PICTURES, NAMES)) == [[]] * len(PICTURES)


def test_every_open_detector_of_the_catalogue_knows_its_loader():
    known = {name: model.family for name, model in catalogue().items() if model.role == "detect_open"}
    assert known == {
        "grounding_dino_base": "transformers_open_detector", "owlv2_base_ensemble": "transformers_open_detector",
        "yoloe_26x": None, "grounding_dino_tiny": "transformers_open_detector", "words_and_codes": "no_products",
    }  # fmt: skip
    assert [name for name in known if catalogue()[name].is_fallback] == ["words_and_codes"]
