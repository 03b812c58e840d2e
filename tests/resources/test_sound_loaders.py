"""Classifiers of sound: every label has a name, every stretch an answer, and no weights run code."""

import ctypes
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from mediapipe.tasks.python.audio import AudioClassifier

from resources import hub
from resources.gpu import Device
from resources.loaders import mediapipe_sound, no_tags, transformers_sound
from resources.models import catalogue
from resources.receipts import sha256
from resources.weights import BadModelError, Weights
from tests.speech import noise, tone

LENGTHS = (20_000, 20_000, 16_000, 0, 1, 399, 8_000)
STRETCHES = [noise(length / 16_000, seed=length) for length in LENGTHS]
NAMES = {0: "Speech", 1: "Music", 2: "Dog"}
SURE = Weights("tiny", Path())


# transformers


def tiny(kind: str):
    """A small network of the true class, and what turns sound into its features."""
    import transformers as hf

    torch.manual_seed(0)
    named = {"id2label": NAMES, "label2id": {name: number for number, name in NAMES.items()}}
    shared = {"hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 16}
    if kind == "ast":
        config = hf.ASTConfig(num_hidden_layers=1, max_length=128, num_mel_bins=32, **shared, **named)
        return hf.ASTForAudioClassification(config), hf.ASTFeatureExtractor(max_length=128, num_mel_bins=32)
    config = hf.Wav2Vec2Config(
        num_hidden_layers=2, conv_dim=(8,) * 7, num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=2,
        classifier_proj_size=8, use_weighted_layer_sum=True, **shared, **named,
    )  # fmt: skip
    return hf.Wav2Vec2ForSequenceClassification(config), hf.Wav2Vec2FeatureExtractor()


@pytest.fixture(scope="module", params=["ast", "wav2vec2"])
def folder(request, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp(request.param)
    model, features = tiny(request.param)
    model.save_pretrained(path)
    features.save_pretrained(path)
    return path


@pytest.mark.parametrize("scores", ["softmax", "sigmoid"])
def test_a_classifier_from_the_hub_scores_every_label_of_every_stretch(folder, scores):
    model = transformers_sound.load(Weights("tiny", folder, options={"scores": scores, "window_s": 1.25}))
    answers = np.stack(list(model(STRETCHES)))
    assert model.labels == tuple(NAMES.values())
    assert model.window_s == 1.25
    assert answers.shape == (len(LENGTHS), 3)
    assert np.all((answers >= 0) & (answers <= 1))
    sums = answers.sum(axis=1)
    assert np.allclose(sums, 1, atol=1e-5) if scores == "softmax" else np.ptp(sums) > 0
    assert list(model([])) == []


def test_a_stretch_is_scored_alike_whatever_comes_with_it(folder):
    model = transformers_sound.load(Weights("tiny", folder))
    alone = [next(model([stretch])) for stretch in STRETCHES]
    model._batch = 16  # as on a graphics card
    assert np.stack(list(model(STRETCHES))) == pytest.approx(np.stack(alone), abs=1e-4)


def test_it_takes_any_stretch_where_the_catalogue_names_no_length(folder):
    assert transformers_sound.load(Weights("tiny", folder)).window_s is None


def test_numbers_that_are_none_are_heard_as_silence(folder):
    model = transformers_sound.load(Weights("tiny", folder))
    (answer,) = model([np.full(8_000, np.nan, np.float32)])
    assert np.isfinite(answer).all()


def test_scores_that_overflow_are_an_error_and_not_nothing(folder):
    model = transformers_sound.load(Weights("tiny", folder))
    with torch.no_grad():
        list(model._model.parameters())[-1].fill_(torch.nan)
    with pytest.raises(BadModelError, match="overflow"):
        list(model(STRETCHES[:1]))


def test_another_way_to_scores_than_the_two_is_an_error_of_the_catalogue(folder):
    with pytest.raises(BadModelError, match="neither"):
        transformers_sound.load(Weights("tiny", folder, options={"scores": "argmax"}))


def test_a_model_of_another_sampling_rate_is_refused(folder, tmp_path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "preprocessor_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"sampling_rate": 48_000}))
    with pytest.raises(BadModelError, match="48000 Hz"):
        transformers_sound.load(Weights("tiny", tmp_path))


@pytest.mark.parametrize(
    "names",
    [{"0": "Speech", "1": "LABEL_1", "2": "Dog"}, {"0": "Speech", "1": "", "2": "Dog"}, {"0": "Speech", "2": "Dog"},
     {"0": "Speech", "1": "unknown", "2": "Dog"}, None],
    ids=["made up", "empty", "deleted", "unknown", "none at all"],
)  # fmt: skip
def test_a_missing_name_stops_it_when_it_is_loaded(folder, tmp_path, names):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "config.json"
    told = json.loads(path.read_text()) | {"id2label": names}
    if names is None:
        del told["id2label"]
    path.write_text(json.dumps(told))
    with pytest.raises(BadModelError):
        transformers_sound.load(Weights("tiny", tmp_path))


def test_weights_that_are_missing_are_not_made_up(folder, tmp_path):
    from safetensors.torch import load_file, save_file

    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    tensors = load_file(tmp_path / "model.safetensors")
    del tensors[next(name for name in tensors if "classifier" in name)]
    save_file(tensors, tmp_path / "model.safetensors", {"format": "pt"})
    with pytest.raises(BadModelError, match="missing"):
        transformers_sound.load(Weights("tiny", tmp_path))


def test_a_folder_without_weights_is_refused(folder, tmp_path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(BadModelError, match="no classifier"):
        transformers_sound.load(Weights("tiny", tmp_path))


def as_pickle(folder: Path, path: Path, **more: object) -> Path:
    """The same weights as older checkpoints hold them: a pickle, with the names of older versions."""
    from safetensors.torch import load_file

    shutil.copytree(folder, path, dirs_exist_ok=True)
    (path / "model.safetensors").unlink()
    old = {"parametrizations.weight.original0": "weight_g", "parametrizations.weight.original1": "weight_v"}
    tensors = load_file(folder / "model.safetensors")
    for new, before in old.items():
        tensors = {name.replace(new, before): tensor for name, tensor in tensors.items()}
    torch.save(tensors | more, path / "pytorch_model.bin")
    return path


def test_a_pickle_of_plain_tensors_says_what_its_safetensors_say(folder, tmp_path):
    new = list(transformers_sound.load(Weights("tiny", folder))(STRETCHES))
    old = list(transformers_sound.load(Weights("tiny", as_pickle(folder, tmp_path)))(STRETCHES))
    assert np.stack(new) == pytest.approx(np.stack(old), abs=1e-5)


class Bomb:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return os.system, (f"touch {self.mark}",)


@pytest.mark.parametrize("is_watched", [True, False], ids=["by us", "by the library"])
def test_a_pickle_that_would_run_code_is_refused_and_not_run(folder, tmp_path, monkeypatch, is_watched):
    mark = tmp_path / "pwned"
    path = as_pickle(folder, tmp_path / "model", note=Bomb(mark))
    if not is_watched:
        monkeypatch.setattr(hub, "refuse_code", lambda path: None)
    with pytest.raises(BadModelError):
        transformers_sound.load(Weights("tiny", path))
    assert not mark.exists()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no graphics card")
@pytest.mark.parametrize("number", ["float32", "bfloat16", "float16"])
def test_on_a_graphics_card_it_says_what_it_says_on_the_processor(folder, number):
    here = np.stack(list(transformers_sound.load(Weights("tiny", folder))(STRETCHES)))
    there = transformers_sound.load(Weights("tiny", folder, device=Device("cuda:0", number, 2)))
    assert np.stack(list(there(STRETCHES))) == pytest.approx(here, abs=0.02)


# YAMNet


@pytest.fixture(scope="module")
def yamnet(shared: Path):
    path = shared / "models" / "yamnet.tflite"
    if not path.is_file():
        pytest.skip("yamnet.tflite is not here")
    try:
        model = mediapipe_sound.load(Weights("yamnet", path.parent, (path.name,)))
    except OSError as error:
        pytest.skip(str(error))
    yield model
    model.close()


def test_the_shared_weights_are_the_catalogues(shared: Path):
    (file,) = catalogue()["yamnet"].files
    assert sha256(shared / "models" / file.name) == file.sha256


def best(model, stretch: np.ndarray) -> str:
    (scores,) = model([stretch])
    return model.labels[int(scores.argmax())]


def test_it_knows_521_sounds_by_name(yamnet):
    assert len(yamnet.labels) == len(set(yamnet.labels)) == 521
    assert (yamnet.labels[0], yamnet.labels[132], yamnet.labels[494]) == ("Speech", "Music", "Silence")
    assert yamnet.window_s == pytest.approx(0.975)


def test_it_names_what_is_rendered(yamnet):
    assert best(yamnet, np.zeros(15_600, np.float32)) == "Silence"
    assert best(yamnet, tone(440, 0.975)) == "Sine wave"
    assert best(yamnet, noise(0.975)) in ("White noise", "Noise", "Static", "Pink noise")


def test_it_answers_stretches_of_any_length(yamnet):
    lengths = (0, 1, 15_599, 15_600, 15_601, 40_000)
    answers = list(yamnet([np.zeros(length, np.float32) for length in lengths]))
    assert len(answers) == len(lengths)
    assert all(np.all((scores >= 0) & (scores <= 1)) for scores in answers)
    assert list(yamnet([])) == []


def test_it_hears_no_number_as_silence(yamnet):
    assert best(yamnet, np.full(15_600, np.nan, np.float32)) == "Silence"


def test_what_is_no_network_is_refused(tmp_path):
    (tmp_path / "model.tflite").write_bytes(b"not a network" * 100)
    with pytest.raises(BadModelError, match=r"model\.tflite"):
        mediapipe_sound.load(Weights("model", tmp_path, ("model.tflite",)))


def test_a_network_that_names_nothing_is_refused(shared: Path):
    with pytest.raises(BadModelError, match="no classifier"):
        mediapipe_sound.load(Weights("model", shared / "models", ("selfie_segmentation.tflite",)))


def test_without_its_libraries_it_says_how_to_get_them(tmp_path, monkeypatch):
    def missing(options):
        ctypes.CDLL("libEGL-that-is-nowhere.so.1")

    (tmp_path / "model.tflite").write_bytes(b"a model")
    monkeypatch.setattr(AudioClassifier, "create_from_options", missing)
    with pytest.raises(OSError, match="apt install libegl1 libgles2"):
        mediapipe_sound.load(Weights("model", tmp_path, ("model.tflite",)))


# Without a model


def test_where_no_model_is_there_are_no_names():
    model = no_tags.load(SURE)
    assert model.labels == ()
    assert [len(scores) for scores in model(STRETCHES)] == [0] * len(STRETCHES)
