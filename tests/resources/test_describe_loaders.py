"""Describers of transformers: what they are shown and asked reaches the network whole and in order."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from analyzers.contract import Question
from resources import eight_bit, portions
from resources.gpu import CPU
from resources.loaders import transformers_blip2, transformers_describer
from resources.loaders.transformers_describer import Qwen
from resources.models import catalogue
from resources.weights import BadModelError, Weights
from tests.resources.tiny_describers import save

RNG = np.random.default_rng(0)
UPRIGHT = [RNG.integers(0, 256, (90, 60, 3), dtype=np.uint8) for _ in range(4)]
QWEN = ("qwen2_vl", "qwen2_5_vl", "qwen3_vl", "qwen3_5")
CHATS = (*QWEN, "llava", "tarsier", "llava_next_video", "video_llava")
ENTRIES = {
    "qwen2_vl": "qwen2_vl_2b", "qwen2_5_vl": "qwen2_5_vl_7b", "qwen3_vl": "qwen3_vl_2b", "qwen3_5": "qwen3_5_0_8b",
    "tarsier": "tarsier_7b", "llava_next_video": "llava_next_video_7b", "video_llava": "video_llava_7b",
    "blip2": "blip2_opt_2_7b",
}  # fmt: skip


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("describers")
    return {kind: save(kind, root / kind) for kind in (*CHATS, "blip2")}


def load(kind: str, folder: Path, **device: Any) -> Any:
    family = transformers_blip2 if kind == "blip2" else transformers_describer
    return family.load(Weights(kind, folder, device=replace(CPU, **device)))


@pytest.fixture(scope="module")
def chats(folders) -> dict[str, Any]:
    return {kind: load(kind, folder) for kind, folder in folders.items()}


@pytest.fixture(params=CHATS)
def chat(request, chats) -> Any:
    return chats[request.param]


def asked(*pictures: np.ndarray, prompt: str = "What moves?", most: int = 6, first_s: float = 3.0) -> Question:
    times = tuple(first_s + n / 2 for n in range(len(pictures)))
    return Question(pictures, times, first_s, first_s + 2, prompt, max_tokens=most)


def words_of(model: Any, question: Question) -> str:
    return model._process.tokenizer.decode(model._prepared([question])["input_ids"][0])


def pixels_of(model: Any, question: Question) -> torch.Tensor:
    prepared = model._prepared([question])
    return prepared["pixel_values_videos" if "pixel_values_videos" in prepared else "pixel_values"]


def logits_of(model: Any, question: Question) -> torch.Tensor:
    with torch.inference_mode():
        return model._model(**model._prepared([question])).logits[0, -1]


@pytest.mark.parametrize("kind", QWEN)
def test_the_time_of_each_picture_stands_before_it_and_the_prompt_after_all(chats, kind):
    shown = words_of(chats[kind], asked(*UPRIGHT[:3]))
    picture = "<|vision_start|>" + "<|image_pad|>" * 6 + "<|vision_end|>"
    expected = "".join(f"Picture {n + 1}, at {3 + n / 2:.2f} s:{picture}" for n in range(3))
    assert f"<|im_start|>user\n{expected}What moves?<|im_end|>\n<|im_start|>assistant\n" in shown
    assert shown.startswith("<|im_start|>system") == (kind in ("qwen2_vl", "qwen2_5_vl"))
    assert shown.endswith("<think>\n\n</think>\n\n") == (kind == "qwen3_5")


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("llava", "<s>USER: " + "<image><image><image><image>\n" * 2),
        ("tarsier", "<s>USER: " + "<image><image><line><image><image><line><new>" * 2 + " "),
        ("llava_next_video", "<s>USER: " + "<video>" * 8 + "\n"),  # sixteen places a picture, four of which make one
        ("video_llava", "<s>USER: " + "<video>" * 10 + "\n"),  # four places a picture and one for the whole
    ],
)
def test_those_that_read_pictures_first_read_the_prompt_after_them(chats, kind, shown):
    assert words_of(chats[kind], asked(*UPRIGHT[:2])) == f"{shown}What moves? ASSISTANT:"


def test_pictures_reach_the_network_in_their_order(chat):
    a, b = UPRIGHT[:2]
    both, turned = pixels_of(chat, asked(a, b)), pixels_of(chat, asked(b, a))
    assert not torch.equal(both, turned)
    half = both.flatten(0, 1) if both.dim() == 5 else both
    other = turned.flatten(0, 1) if turned.dim() == 5 else turned
    n = len(half) // 2
    assert torch.equal(torch.cat([half[n:], half[:n]]), other)
    assert torch.equal(half[:n].flatten(), pixels_of(chat, asked(a)).flatten())


def test_what_is_shown_and_in_which_order_changes_what_it_thinks(chat):
    a, b = UPRIGHT[:2]
    alike = {"atol": 1e-5, "rtol": 1e-4}
    thought = logits_of(chat, asked(a, b))
    assert torch.allclose(thought, logits_of(chat, asked(a, b)), **alike)
    for other in (asked(b, a), asked(a, a), asked(a, b, prompt="What stays?")):
        assert not torch.allclose(thought, logits_of(chat, other), **alike)
    if isinstance(chat, Qwen):
        assert not torch.allclose(thought, logits_of(chat, asked(a, b, first_s=4.0)), **alike)


def test_each_question_is_a_conversation_of_its_own(chat):
    first = asked(*UPRIGHT[:2])
    alone = list(chat([first]))
    assert list(chat([asked(UPRIGHT[3], prompt="Something else, and longer?"), first]))[1:] == alone
    assert list(chat([first, first])) == alone * 2
    assert list(chat([])) == []


def test_questions_are_answered_alike_alone_and_together(chat):
    questions = [asked(*UPRIGHT[:2]), asked(UPRIGHT[2], UPRIGHT[1], prompt="And what, in one long sentence?", most=9)]
    assert chat._answer(questions) == [chat._answer([question])[0] for question in questions]


def test_each_answer_ends_at_its_own_limit(chats):
    model = chats["qwen2_vl"]
    long, short = model._answer([asked(UPRIGHT[0], most=8), asked(UPRIGHT[0], most=2)])
    assert long != short
    assert short == next(model([asked(UPRIGHT[0], most=2)]))


def test_nothing_of_an_upright_picture_is_cut_off(chats):
    """Networks that see a square would see its middle alone."""
    for kind in ("llava", "llava_next_video", "video_llava", "tarsier"):
        upright = np.zeros((160, 90, 3), np.uint8)
        captioned = upright.copy()
        captioned[:12] = 255
        assert not torch.equal(pixels_of(chats[kind], asked(upright)), pixels_of(chats[kind], asked(captioned)))


def test_large_pictures_are_made_smaller_and_keep_their_shape(chats):
    large = chats["qwen2_vl"]._shown(np.zeros((1280, 720, 3), np.uint8))
    assert large.shape[0] * large.shape[1] == pytest.approx(transformers_describer.PIXELS, rel=0.01)
    assert large.shape[0] / large.shape[1] == pytest.approx(1280 / 720, rel=0.01)
    assert chats["qwen2_vl"]._shown(UPRIGHT[0]) is UPRIGHT[0]


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (33, 77)])
def test_pictures_of_any_size_are_looked_at(chat, size):
    assert len(list(chat([asked(np.zeros((*size, 3), np.uint8))]))) == 1


def test_a_question_may_show_nothing_but_not_too_much(chat):
    assert len(list(chat([asked()]))) == 1
    with pytest.raises(ValueError, match="at most"):
        list(chat([asked(*[UPRIGHT[0]] * (chat.most_pictures + 1))]))


def test_questions_that_the_memory_does_not_hold_at_once_are_asked_in_halves(chats, monkeypatch):
    model, at_once = chats["qwen2_vl"], []
    questions = [asked(picture) for picture in UPRIGHT]
    whole, answer = list(model(questions)), model._answer

    def narrow(portion):
        at_once.append(len(portion))
        if len(portion) > 2:
            raise RuntimeError("CUDA out of memory")
        return answer(portion)

    monkeypatch.setattr(portions, "give_back", lambda: None)
    monkeypatch.setattr(model, "_answer", narrow)
    monkeypatch.setattr(model, "_batch", 4)
    assert list(model(questions)) == whole
    assert at_once == [4, 2, 2]


@pytest.mark.parametrize("kind", ["qwen2_vl", "qwen3_vl", "llava", "blip2"])
def test_weights_of_8_bits_answer_too(folders, monkeypatch, kind):
    monkeypatch.setattr(eight_bit, "LEAST", 0)
    model = load(kind, folders[kind], eight_bit=True)
    assert any(weight.dtype == torch.int8 for weight in model._model.buffers())
    assert len(list(model([asked(UPRIGHT[0])]))) == 1


@pytest.mark.parametrize("number", ["bfloat16", "float16"])
def test_half_the_precision_of_a_processor_is_bfloat16(folders, number):
    model = load("qwen2_vl", folders["qwen2_vl"], number=number)
    assert model._model.dtype == torch.bfloat16
    assert len(list(model([asked(UPRIGHT[0])]))) == 1


@pytest.mark.parametrize("kind", ["qwen2_vl", "blip2"])
def test_numbers_that_overflow_are_an_error_and_no_words(folders, kind):
    model = load(kind, folders[kind])
    torch.nn.init.constant_(model._model.get_output_embeddings().weight, torch.nan)
    with pytest.raises(BadModelError, match="overflow"):
        list(model([asked(UPRIGHT[0])]))


def renamed(folder: Path, into: Path, name) -> Path:
    from safetensors.torch import load_file, save_file

    shutil.copytree(folder, into, dirs_exist_ok=True)
    tensors = {new: tensor for old, tensor in load_file(into / "model.safetensors").items() if (new := name(old))}
    save_file(tensors, into / "model.safetensors", {"format": "pt"})
    return into


@pytest.mark.parametrize("kind", [*CHATS, "blip2"])
@pytest.mark.parametrize("change", [None, "elsewhere.weight"], ids=["missing", "renamed"])
def test_weights_that_are_missing_are_not_made_up(folders, tmp_path, kind, change):
    lost = "patch_embed" if kind.startswith("qwen") else "patch_embedding.weight"
    broken = renamed(
        folders[kind], tmp_path, lambda name: change if lost in name and "image_tower" not in name else name
    )
    with pytest.raises(BadModelError, match="missing"):
        load(kind, broken)


@pytest.mark.parametrize("kind", ["llava", "tarsier", "llava_next_video", "video_llava"])
def test_names_of_weights_as_repositories_of_2024_have_them_are_known(folders, tmp_path, kind):
    towers = ("vision_tower.", "video_tower.", "image_tower.")

    def older(name: str) -> str:
        tower = next((tower for tower in towers if name.startswith(tower)), None)
        return f"{tower}vision_model.{name.removeprefix(tower)}" if tower else name

    again = load(kind, renamed(folders[kind], tmp_path, older))
    question = asked(*UPRIGHT[:2])
    assert list(again([question])) == list(load(kind, folders[kind])([question]))


@pytest.mark.parametrize("kind", [*CHATS, "blip2"])
def test_a_folder_without_safetensors_is_refused(folders, tmp_path, kind):
    shutil.copytree(folders[kind], tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    with pytest.raises(BadModelError):
        load(kind, tmp_path)


@pytest.mark.parametrize("kind", ENTRIES)
def test_what_the_catalogue_pulls_is_enough(folders, tmp_path, kind):
    entry = catalogue()[ENTRIES[kind]]
    for file in (*entry.files, *[type(entry.files[0])("model.safetensors")]):
        if (folders[kind] / file.name).is_file():
            shutil.copy(folders[kind] / file.name, tmp_path)
    if not (tmp_path / "chat_template.json").is_file() and (folders[kind] / "chat_template.json").is_file():
        template = json.loads((folders[kind] / "chat_template.json").read_text())["chat_template"]
        (tmp_path / "chat_template.jinja").write_text(template)  # as newer repositories hold it
    assert entry.family == ("transformers_blip2" if kind == "blip2" else "transformers_describer")
    assert len(list(load(kind, tmp_path)([asked(UPRIGHT[0])]))) == 1


@pytest.mark.parametrize(
    ("method", "told"), [("awq", "gptqmodel.*int8"), ("bitsandbytes", "bitsandbytes.*nothing here reads")]
)
def test_packed_weights_are_refused_with_what_they_need(folders, tmp_path, method, told):
    shutil.copytree(folders["qwen2_vl"], tmp_path, dirs_exist_ok=True)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"quantization_config": {"quant_method": method}}))
    with pytest.raises(BadModelError, match=told):
        load("qwen2_vl", tmp_path)


def test_a_model_that_chats_about_no_pictures_is_refused(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    with pytest.raises(BadModelError, match="no chat model that is known here: llama"):
        load("llama", tmp_path)
    (tmp_path / "config.json").write_text("[]")
    with pytest.raises(BadModelError, match="no chat model"):
        load("llama", tmp_path)


@pytest.mark.parametrize("prompt", ["Question: what moves? Answer:", "a photo of", ""])
def test_blip2_goes_on_with_the_prompt(chats, prompt):
    assert words_of(chats["blip2"], asked(UPRIGHT[0], prompt=prompt)) == "<image>" * 4 + "</s>" + prompt


def test_blip2_sees_the_picture_alone_and_together(chats):
    model = chats["blip2"]
    questions = [asked(UPRIGHT[0]), asked(UPRIGHT[1], prompt="a photo of somebody who")]
    assert model._answer(questions) == [model._answer([question])[0] for question in questions]
    assert not torch.allclose(logits_of(model, questions[0]), logits_of(model, asked(UPRIGHT[1])), atol=1e-5)
    assert list(model([questions[0], questions[0]])) == list(model(questions[:1])) * 2


def test_blip2_sees_one_picture(chats):
    with pytest.raises(ValueError, match="at most 1"):
        list(chats["blip2"]([asked(*UPRIGHT[:2])]))
