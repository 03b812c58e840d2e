"""Models of voices: tiny checkpoints of the real formats load and answer, and what is no such model is refused."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from resources.loaders import ecapa, no_tags, transformers_sound, transformers_voice, wav2vec2_dimensions
from resources.weights import BadModelError, Weights
from tests.speech import noise, tone

STRETCHES = [noise(1.5), tone(220, 1.5), noise(0.5, seed=1), np.zeros(0, np.float32), np.zeros(1, np.float32)]
SMALL = {
    "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32,
    "conv_dim": (8, 8), "conv_kernel": (10, 8), "conv_stride": (10, 8), "num_feat_extract_layers": 2,
    "num_conv_pos_embeddings": 16, "num_conv_pos_embedding_groups": 4,
}  # fmt: skip


def keep_extractor(folder: Path, rate_hz: int = 16_000) -> None:
    from transformers import Wav2Vec2FeatureExtractor

    Wav2Vec2FeatureExtractor(sampling_rate=rate_hz, do_normalize=True).save_pretrained(folder)


def weights(folder: Path, name: str, **options) -> Weights:
    return Weights(name, folder, (name,), options=options)


# x-vectors


@pytest.fixture(scope="module")
def wavlm(tmp_path_factory) -> Path:
    """As the hub has it: a pickled state dict, with a head for speakers."""
    from transformers import WavLMConfig, WavLMForXVector

    torch.manual_seed(0)
    config = WavLMConfig(**SMALL, tdnn_dim=(8, 8), tdnn_kernel=(5, 1), tdnn_dilation=(1, 1), xvector_output_dim=12)
    folder = tmp_path_factory.mktemp("wavlm")
    model = WavLMForXVector(config)
    model.config.architectures = ["WavLMForXVector"]
    model.config.save_pretrained(folder)
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    keep_extractor(folder)
    return folder


def test_an_x_vector_model_gives_each_stretch_a_vector_of_length_one(wavlm: Path):
    model = transformers_voice.load(weights(wavlm, "pytorch_model.bin", alike=0.86))
    vectors = list(model(STRETCHES))
    assert [vector.shape for vector in vectors] == [(12,)] * 5
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    assert model.alike == 0.86
    assert np.abs(vectors[0] - vectors[1]).max() > 1e-4
    assert list(model([])) == []


def test_an_x_vector_model_without_its_head_is_refused(wavlm: Path, tmp_path: Path):
    for file in wavlm.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    kept = torch.load(wavlm / "pytorch_model.bin", weights_only=True)
    torch.save(
        {name: value for name, value in kept.items() if "feature_extractor" in name}, tmp_path / "pytorch_model.bin"
    )
    with pytest.raises(BadModelError, match="are missing"):
        transformers_voice.load(weights(tmp_path, "pytorch_model.bin", alike=0.86))


def test_a_model_for_another_rate_is_refused(wavlm: Path, tmp_path: Path):
    for file in wavlm.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    keep_extractor(tmp_path, 8_000)
    with pytest.raises(BadModelError, match="8000 Hz"):
        transformers_voice.load(weights(tmp_path, "pytorch_model.bin", alike=0.86))


class Bomb:
    def __reduce__(self):
        return print, ("boom",)


@pytest.mark.parametrize("loader", [transformers_voice, wav2vec2_dimensions])
def test_a_pickle_that_would_run_code_is_refused_unread(loader, wavlm: Path, tmp_path: Path, capsys):
    for file in wavlm.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    torch.save({"weight": Bomb()}, tmp_path / "pytorch_model.bin")
    with pytest.raises(BadModelError, match="would run"):
        loader.load(weights(tmp_path, "pytorch_model.bin", alike=0.86))
    assert "boom" not in capsys.readouterr().out


# ECAPA


@pytest.fixture(scope="module")
def ecapa_file(tmp_path_factory) -> Path:
    """A tiny network under SpeechBrain's names, of chance numbers."""
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("ecapa") / "embedding_model.ckpt"
    torch.save(ecapa._network(16, 24, 8).state_dict(), path)
    return path


# Every name and shape of the published checkpoint's kind, at its full size.
NAMES = {
    "blocks.0.conv.conv.weight": (1024, 80, 5),
    "blocks.0.norm.norm.running_var": (1024,),
    "blocks.1.tdnn1.conv.conv.weight": (1024, 1024, 1),
    "blocks.2.res2net_block.blocks.6.conv.conv.weight": (128, 128, 3),
    "blocks.3.res2net_block.blocks.0.norm.norm.weight": (128,),
    "blocks.3.tdnn2.norm.norm.bias": (1024,),
    "blocks.1.se_block.conv1.conv.weight": (128, 1024, 1),
    "blocks.1.se_block.conv2.conv.bias": (1024,),
    "mfa.conv.conv.weight": (3072, 3072, 1),
    "asp.tdnn.conv.conv.weight": (128, 9216, 1),
    "asp.tdnn.norm.norm.num_batches_tracked": (),
    "asp.conv.conv.weight": (3072, 128, 1),
    "asp_bn.norm.running_mean": (6144,),
    "fc.conv.weight": (192, 6144, 1),
    "fc.conv.bias": (192,),
}


def test_the_networks_names_and_shapes_are_speechbrains():
    with torch.device("meta"):
        kept = ecapa._network(1024, 3072, 192).state_dict()
    assert {name: tuple(kept[name].shape) for name in NAMES} == NAMES
    # 4 bytes a number: the published file has 83.3 MB
    assert 4 * sum(value.numel() for value in kept.values()) == pytest.approx(83.3e6, rel=0.005)


def test_ecapa_gives_each_stretch_a_vector_of_length_one(ecapa_file: Path):
    model = ecapa.load(weights(ecapa_file.parent, ecapa_file.name, alike=0.28))
    vectors = list(model(STRETCHES))
    assert [vector.shape for vector in vectors] == [(8,)] * 5
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    assert model.alike == 0.28
    assert np.isfinite(vectors).all()


def test_ecapa_says_the_same_of_a_stretch_alone_and_among_others(ecapa_file: Path):
    model = ecapa.load(weights(ecapa_file.parent, ecapa_file.name, alike=0.28))
    alone, (first, *_) = next(iter(model(STRETCHES[:1]))), list(model(STRETCHES))
    assert alone == pytest.approx(first, abs=1e-5)


def test_ecapa_hears_no_loudness(ecapa_file: Path):
    """Each band is told against its own mean: a gain is a constant number of dB."""
    model = ecapa.load(weights(ecapa_file.parent, ecapa_file.name, alike=0.28))
    loud, soft = model([noise(1.5, 0.3), noise(1.5, 0.03)])
    assert loud == pytest.approx(soft, abs=1e-3)


def test_the_mel_bands_are_triangles_side_by_side():
    bands = ecapa._mel_bands().numpy()
    assert bands.shape == (80, 201)
    assert (bands >= 0).all()
    peaks = bands.argmax(axis=1) * 40
    assert (np.diff(peaks) >= 0).all()
    assert peaks[-1] == pytest.approx(7_760, abs=160)


@pytest.mark.parametrize("kept", [{}, {"weight": torch.zeros(3)}, [1, 2]], ids=["empty", "other", "list"])
def test_another_checkpoint_is_no_ecapa(kept, tmp_path: Path):
    torch.save(kept, tmp_path / "embedding_model.ckpt")
    with pytest.raises(BadModelError, match="no ECAPA-TDNN"):
        ecapa.load(weights(tmp_path, "embedding_model.ckpt", alike=0.28))


# Emotion


def test_wav2vec2_with_dimensions_tells_three_numbers_of_each_stretch(tmp_path: Path):
    """Saved under the card's names: `wav2vec2.*`, `classifier.dense`, `classifier.out_proj`."""
    from safetensors.torch import load_file, save_file
    from transformers import Wav2Vec2Config

    torch.manual_seed(0)
    labels = {0: "arousal", 1: "dominance", 2: "valence"}
    network = wav2vec2_dimensions._network()(Wav2Vec2Config(**SMALL, id2label=labels, label2id={}))
    network.config.architectures = ["Wav2Vec2ForSpeechClassification"]
    network.save_pretrained(tmp_path)
    keep_extractor(tmp_path)
    kept = load_file(tmp_path / "model.safetensors")
    heads = {
        "classifier.dense.weight",
        "classifier.dense.bias",
        "classifier.out_proj.weight",
        "classifier.out_proj.bias",
    }
    assert heads == {name for name in kept if not name.startswith("wav2vec2.")}

    model = wav2vec2_dimensions.load(weights(tmp_path, "model.safetensors"))
    told = list(model(STRETCHES))
    assert model.labels == ("arousal", "dominance", "valence")
    assert all(one.shape == (3,) and (one >= 0).all() and (one <= 1).all() for one in told)

    save_file({name: value for name, value in kept.items() if "out_proj" not in name or "wav2vec2" in name},
              tmp_path / "model.safetensors", {"format": "pt"})  # fmt: skip
    with pytest.raises(BadModelError, match="2 of its weights are missing"):
        wav2vec2_dimensions.load(weights(tmp_path, "model.safetensors"))
    save_file(kept, tmp_path / "model.safetensors", {"format": "pt"})
    config = json.loads((tmp_path / "config.json").read_text())
    config["id2label"] = {"0": "happy", "1": "sad", "2": "angry"}
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(BadModelError, match="tells happy, sad, angry"):
        wav2vec2_dimensions.load(weights(tmp_path, "model.safetensors"))


@pytest.mark.parametrize("kind", ["Wav2Vec2", "Hubert"])
def test_classifiers_of_emotion_give_every_class_its_share(kind: str, tmp_path: Path):
    import transformers

    torch.manual_seed(0)
    labels = {0: "neu", 1: "hap", 2: "ang", 3: "sad"}
    config = getattr(transformers, f"{kind}Config")(
        **SMALL, id2label=labels, label2id={}, use_weighted_layer_sum=True, classifier_proj_size=8
    )
    model = getattr(transformers, f"{kind}ForSequenceClassification")(config)
    model.config.architectures = [type(model).__name__]
    model.config.save_pretrained(tmp_path)
    torch.save(model.state_dict(), tmp_path / "pytorch_model.bin")
    keep_extractor(tmp_path)
    loaded = transformers_sound.load(weights(tmp_path, "pytorch_model.bin"))
    assert loaded.labels == ("neu", "hap", "ang", "sad")
    for told in loaded(STRETCHES):
        assert told.sum() == pytest.approx(1, abs=1e-4)


def test_without_a_model_of_emotion_no_class_is_named():
    model = no_tags.load(Weights("prosody", Path()))
    assert model.labels == ()
    assert [told.shape for told in model(STRETCHES)] == [(0,)] * 5
