"""Models of pictures and words: one space, the library's own likeness, and no weights that were made up."""

import json
import shutil
import string
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import pre_tokenizers

from resources import portions
from resources.loaders import transformers_clip
from resources.loaders.transformers_clip import Embedder
from resources.models import catalogue
from resources.weights import BadModelError, Weights

RNG = np.random.default_rng(0)
PICTURES = [RNG.integers(0, 256, (*size, 3), dtype=np.uint8) for size in ((90, 60), (33, 77), (1, 1), (2, 2), (40, 40))]
SENTENCES = ["a photo of a cat", "a frame of a video filmed in a kitchen", "text", "a photo of a cat and another cat"]
ENTRIES = {"clip": "clip_vit_l14", "siglip": "siglip2_base"}
SIZE_PX = 28


def small(vocabulary: int, words: int, **more: int) -> dict[str, dict]:
    tower = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, **more}
    return {
        "text_config": tower | {"vocab_size": vocabulary, "max_position_embeddings": words},
        "vision_config": tower | {"image_size": SIZE_PX, "patch_size": 14},
    }


def clip(path: Path) -> None:
    """A small CLIP as its authors' repository on the hub holds it, older ways of writing included."""
    import transformers as hf

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    pieces = [*letters, *(letter + "</w>" for letter in letters), "ph", "ot", "phot", "photo</w>"]
    vocabulary = {piece: i for i, piece in enumerate([*pieces, "<|startoftext|>", "<|endoftext|>"])}
    merges = [("p", "h"), ("o", "t"), ("ph", "ot"), ("phot", "o</w>")]
    hf.CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=77).save_pretrained(path)
    (path / "vocab.json").write_text(json.dumps(vocabulary))
    (path / "merges.txt").write_text("\n".join(["#version: 0.2", *(" ".join(pair) for pair in merges)]))
    prepared = {
        "crop_size": SIZE_PX, "do_center_crop": True, "do_normalize": True, "do_resize": True,
        "feature_extractor_type": "CLIPFeatureExtractor", "image_mean": [0.48, 0.46, 0.41],
        "image_std": [0.27, 0.26, 0.28], "resample": 3, "size": SIZE_PX,
    }  # fmt: skip
    (path / "preprocessor_config.json").write_text(json.dumps(prepared))
    sizes = small(len(vocabulary), 77, projection_dim=12)
    # Their configuration names another end of a text than their tokenizer: the library looks for the highest number.
    sizes["text_config"] |= {"eos_token_id": 2, "bos_token_id": 0, "pad_token_id": 1}
    hf.CLIPModel(hf.CLIPConfig(**sizes, projection_dim=12)).save_pretrained(path)


def siglip(path: Path) -> None:
    """A small SigLIP 2 of one size of pictures as its authors' repository on the hub holds it."""
    import transformers as hf

    letters = ["▁", *string.ascii_letters, *string.punctuation, *string.digits]
    pieces = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", *(f"<0x{byte:02X}>" for byte in range(256)), *letters]
    vocabulary = {piece: i for i, piece in enumerate([*pieces, "ph", "ot", "phot", "photo"])}
    merges = [("p", "h"), ("o", "t"), ("ph", "ot"), ("phot", "o")]
    tokenizer = hf.GemmaTokenizer(
        vocab=vocabulary, merges=merges, add_bos_token=False, add_eos_token=True, padding_side="right",
        do_lower_case=True, model_input_names=["input_ids"],
    )  # fmt: skip
    tokenizer.save_pretrained(path)
    prepared = {
        "do_convert_rgb": None, "do_normalize": True, "do_rescale": True, "do_resize": True, "image_mean": [0.5] * 3,
        "image_processor_type": "SiglipImageProcessor", "image_std": [0.5] * 3, "processor_class": "SiglipProcessor",
        "resample": 2, "rescale_factor": 1 / 255, "size": {"height": SIZE_PX, "width": SIZE_PX},
    }  # fmt: skip
    (path / "preprocessor_config.json").write_text(json.dumps(prepared))
    sizes = small(len(vocabulary), 64)
    sizes["text_config"] |= {"projection_size": 16, "eos_token_id": 1, "bos_token_id": 2, "pad_token_id": 0}
    model = hf.SiglipModel(hf.SiglipConfig(**sizes))
    with torch.no_grad():  # what these two have learned by the end
        model.logit_scale.fill_(4.7)
        model.logit_bias.fill_(-16.5)
    model.save_pretrained(path)


@pytest.fixture(scope="module", params=["clip", "siglip"])
def folder(request, tmp_path_factory) -> Path:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp(request.param) / request.param
    path.mkdir()
    {"clip": clip, "siglip": siglip}[request.param](path)
    return path


@pytest.fixture
def model(folder: Path) -> Embedder:
    ready = transformers_clip.load(Weights("tiny", folder))
    assert isinstance(ready, Embedder)
    return ready


def test_pictures_and_sentences_become_vectors_of_length_1_in_one_space(model: Embedder):
    seen, read = np.stack(list(model(PICTURES))), model.embed_text(SENTENCES)
    assert seen.shape == (len(PICTURES), read.shape[1])
    assert read.shape[0] == len(SENTENCES)
    for vectors in (seen, read):
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert list(model([])) == []
    assert len(model.embed_text([])) == 0


def test_their_products_make_the_librarys_own_logits(folder: Path, model: Embedder):
    from transformers import AutoModel, AutoProcessor

    library = AutoModel.from_pretrained(folder, local_files_only=True).eval()
    process = AutoProcessor.from_pretrained(folder, local_files_only=True)
    how = {"padding": "max_length", "max_length": 64} if folder.name == "siglip" else {"padding": True}
    with torch.no_grad():
        told = library(**process(text=SENTENCES, images=PICTURES[:2], return_tensors="pt", **how)).logits_per_image
    product = np.stack(list(model(PICTURES[:2]))) @ model.embed_text(SENTENCES).T
    assert product * model.scale + model.bias == pytest.approx(told.numpy(), abs=1e-3)
    assert model.kind == ("sigmoid" if folder.name == "siglip" else "softmax")


def test_nothing_depends_on_what_stands_beside_it(folder: Path, model: Embedder):
    together = model.embed_text(SENTENCES)
    for n, sentence in enumerate(SENTENCES):
        alone = transformers_clip.load(Weights("tiny", folder)).embed_text([sentence])
        assert alone[0] == pytest.approx(together[n], abs=1e-5)
    batch = model._look(PICTURES[::-1])
    assert batch[::-1] == pytest.approx(np.stack(list(model(PICTURES))), abs=1e-5)


def test_pictures_that_the_memory_does_not_hold_at_once_are_seen_in_halves(model: Embedder, monkeypatch):
    whole, at_once, look = np.stack(list(model(PICTURES))), [], model._look

    def narrow(images):
        at_once.append(len(images))
        if len(images) > 2:
            raise MemoryError
        return look(images)

    monkeypatch.setattr(portions, "give_back", lambda: None)
    monkeypatch.setattr(model, "_look", narrow)
    model._batch = 4
    assert np.stack(list(model(PICTURES))) == pytest.approx(whole, abs=1e-5)
    assert at_once == [4, 2, 2, 1]


def test_a_sentence_is_read_once(model: Embedder, monkeypatch):
    read = model.embed_text(SENTENCES)
    monkeypatch.setattr(model, "_understand", lambda sentences: pytest.fail(f"reads {sentences} again"))
    assert np.array_equal(model.embed_text([*SENTENCES[::-1], SENTENCES[0]]), [*read[::-1], read[0]])


def test_a_sentence_that_is_too_long_is_cut(model: Embedder):
    assert np.isfinite(model.embed_text(["a cat and " * 100])).all()


def test_capitals_and_punctuation_change_nothing_that_siglip_reads(folder: Path, model: Embedder):
    plain, dressed = model.embed_text(["a photo of a cat", "A Photo of a  cat."])
    assert (plain == pytest.approx(dressed, abs=1e-5)) == (folder.name == "siglip")


def test_siglip_reads_as_it_was_taught(tmp_path: Path):
    """Sixty-four pieces without a beginning, the end after the last word, filled up and not masked."""
    siglip(tmp_path)
    model = transformers_clip.load(Weights("tiny", tmp_path))
    assert isinstance(model, Embedder)
    told = model._tokenized(["A photo!"])
    assert set(told) == {"input_ids"}
    names = model._tokenize.convert_ids_to_tokens(told["input_ids"][0].tolist())
    assert names == ["a", "▁", "photo", "<eos>", *["<pad>"] * 60]


def test_clip_looks_at_the_middle_square_and_siglip_at_all(folder: Path, model: Embedder):
    upright = RNG.integers(0, 256, (120, 60, 3), dtype=np.uint8)
    other = upright.copy()
    other[:20] = 0
    one, two = model([upright, other])
    assert (one == pytest.approx(two, abs=1e-4)) == (folder.name == "clip")


def test_numbers_that_overflow_are_an_error_and_no_vector(model: Embedder):
    torch.nn.init.constant_(next(model._model.vision_model.parameters()), torch.nan)
    with pytest.raises(BadModelError, match="overflow"):
        list(model(PICTURES[:1]))


@pytest.mark.parametrize("lost", ["logit_scale", "text_model.embeddings.token_embedding.weight"])
def test_weights_that_are_missing_are_not_made_up(folder: Path, tmp_path: Path, lost: str):
    from safetensors.torch import load_file, save_file

    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    tensors = load_file(tmp_path / "model.safetensors")
    del tensors[lost]
    save_file(tensors, tmp_path / "model.safetensors", {"format": "pt"})
    with pytest.raises(BadModelError, match="missing"):
        transformers_clip.load(Weights("tiny", tmp_path))


def test_a_folder_without_safetensors_is_refused(folder: Path, tmp_path: Path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    with pytest.raises(BadModelError):
        transformers_clip.load(Weights("tiny", tmp_path))


def test_a_model_of_pictures_alone_is_refused(tmp_path: Path):
    import transformers as hf

    hf.Dinov2Model(hf.Dinov2Config(hidden_size=16, num_hidden_layers=1, num_attention_heads=2)).save_pretrained(
        tmp_path
    )
    hf.BitImageProcessor().save_pretrained(tmp_path)
    with pytest.raises(BadModelError, match="model of pictures and words"):
        transformers_clip.load(Weights("tiny", tmp_path))


def test_what_the_catalogue_pulls_is_enough(folder: Path, tmp_path: Path):
    entry = catalogue()[ENTRIES[folder.name]]
    for file in entry.files:
        if (folder / file.name).is_file():
            shutil.copy(folder / file.name, tmp_path)
    made = {path.name for path in tmp_path.iterdir()}
    assert {file.name for file in entry.files} - made <= {"special_tokens_map.json"}
    assert transformers_clip.load(Weights("tiny", tmp_path)).embed_text(SENTENCES).shape[0] == len(SENTENCES)


def test_no_fallback_tells_what_pictures_show():
    models = [model for model in catalogue().values() if model.role == "embed_image"]
    assert not any(model.is_fallback for model in models)
    assert {model.name for model in models if model.family} == {"siglip2_so400m", "siglip2_base", "clip_vit_l14"}
