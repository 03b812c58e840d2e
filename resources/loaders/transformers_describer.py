"""Answers about pictures by chat models of transformers with safetensors from the hub.

Qwen2-VL, Qwen2.5-VL, Qwen3-VL and Qwen3.5 read pictures and words in any order, so each picture's time stands before
it. LLaVA reads all pictures first, and finds their times in the prompt. LLaVA-NeXT-Video and Video-LLaVA read them as
one video. Tarsier is a LLaVA whose
network, in its authors' code (https://github.com/bytedance/tarsier), reads a word of its own after each row of a
picture and another after each picture; here these words are put into the question.

Where a network's own preparation would cut a picture to its middle square, it is filled up to a square first: captions
of upright videos stand where the cut would be.
"""

import importlib.util
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Describe, Question
from resources.asking import label, refuse_too_many
from resources.eight_bit import shrink
from resources.hub import load_network
from resources.portions import in_portions
from resources.weights import BadModelError, Weights, first_line
from resources.words import be_greedy, number_of, write

Rgb = NDArray[np.uint8]

BATCH, BATCH_ON_CPU = 4, 1
MOST_ON_CPU = 8  # pictures: each takes a processor seconds, whatever is asked
PIXELS = 448 * 800  # of a picture that the network takes in any size: 350 to 460 words long for the families of Qwen
VICUNA = "USER: {} ASSISTANT:"  # what these were taught, for checkpoints without a template of their own
NEEDED = {"awq": ("gptqmodel", "accelerate")}  # packages that weights of 4 bits need


def load(weights: Weights) -> Describe:
    from transformers import AutoModelForImageTextToText, AutoProcessor

    config = _config(weights)
    kind = "tarsier" if "image_newline_idx" in config else config.get("model_type")
    if kind not in DESCRIBERS:
        raise BadModelError(f"{weights.name} is no chat model that is known here: {kind}")
    number = "float16" if _is_packed(config, weights.name) else number_of(weights)
    prepares = NextVideoFiles if kind == "llava_next_video" else AutoProcessor
    model, processor = load_network(weights, AutoModelForImageTextToText, prepares, "chat model of pictures", number)
    if weights.device.eight_bit:
        shrink(model)
    be_greedy(model, processor.tokenizer)
    return DESCRIBERS[kind](model.to(weights.device.name).eval(), processor, weights)


def _config(weights: Weights) -> dict[str, Any]:
    try:
        config = json.loads((weights.folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadModelError(f"{weights.name} has no config.json of transformers: {first_line(error)}") from error
    return config if isinstance(config, dict) else {}


def _is_packed(config: dict[str, Any], name: str) -> bool:
    """Whether its weights are packed in 4 bits, and the packages that unpack them are here."""
    method = (config.get("quantization_config") or {}).get("quant_method")
    if method is None:
        return False
    if method not in NEEDED:
        raise BadModelError(f"{name} has packed weights ({method}), which nothing here reads")
    if missing := [package for package in NEEDED[method] if importlib.util.find_spec(package) is None]:
        raise BadModelError(
            f"{name} has packed weights ({method}), which need the Python packages {' and '.join(missing)}; "
            'without them: precision = "int8" in tiktok.toml, and a model whose weights are not packed'
        )
    return True


class Describer:
    """What all have in common: questions in portions, prepared by the network's own processor, answered greedily."""

    most_pictures = 32

    def __init__(self, model: Any, processor: Any, weights: Weights) -> None:
        self._model, self._process, self._name = model, processor, weights.name
        self._batch = BATCH if weights.device.is_gpu else BATCH_ON_CPU
        if not weights.device.is_gpu:
            self.most_pictures = min(self.most_pictures, MOST_ON_CPU)

    def __call__(self, questions: Iterable[Question], /) -> Iterator[str | None]:
        return in_portions(questions, self._batch, self._answer)

    def _answer(self, questions: Sequence[Question]) -> list[str | None]:
        for question in questions:
            refuse_too_many(question, self.most_pictures)
        prepared = self._prepared(questions).to(self._model.device, self._model.dtype)
        return write(self._model, self._process.tokenizer, prepared, questions, self._name)

    def _prepared(self, questions: Sequence[Question]) -> Any:
        pictures = [self._shown(np.asarray(rgb)) for question in questions for rgb in question.pictures]
        texts = [self._text(question) for question in questions]
        return self._process(text=texts, images=pictures or None, return_tensors="pt", **self._how(texts))

    def _how(self, texts: Sequence[str]) -> dict[str, Any]:
        """Where the template does not write the beginning of a text, the tokenizer does."""
        begin = self._process.tokenizer.bos_token
        return {"padding": True, "add_special_tokens": not (begin and texts[0].startswith(begin))}

    def _text(self, question: Question) -> str:
        """The question as the network's own template writes it."""
        if self._process.chat_template is None:
            return self._plain(question)
        asked = [{"role": "user", "content": self._content(question)}]
        template = self._process.chat_template
        silent = {"enable_thinking": False} if "enable_thinking" in template else {}  # no thinking before the answer
        return self._process.apply_chat_template(asked, tokenize=False, add_generation_prompt=True, **silent)

    def _content(self, question: Question) -> list[dict[str, str]]:
        return [*[{"type": "image"}] * len(question.pictures), {"type": "text", "text": question.prompt}]

    def _plain(self, question: Question) -> str:
        shown = self._process.image_token * len(question.pictures)
        return VICUNA.format(f"{shown}\n{question.prompt}")

    def _shown(self, rgb: Rgb) -> Rgb:
        return rgb


class Qwen(Describer):
    def _content(self, question: Question) -> list[dict[str, str]]:
        content: list[dict[str, str]] = []
        for number in range(len(question.pictures)):
            content += [{"type": "text", "text": label(question, number)}, {"type": "image"}]
        return [*content, {"type": "text", "text": question.prompt}]

    def _plain(self, question: Question) -> str:
        raise BadModelError(f"{self._name} has no chat template")

    def _shown(self, rgb: Rgb) -> Rgb:
        import cv2

        height, width = rgb.shape[:2]
        scale = (PIXELS / (height * width)) ** 0.5
        if scale >= 1:
            return rgb
        size = max(round(width * scale), 1), max(round(height * scale), 1)
        return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


class Llava(Describer):
    most_pictures = 5  # 576 words each, of 4096 that its language model holds at once

    def __init__(self, model: Any, processor: Any, weights: Weights) -> None:
        super().__init__(model, processor, weights)
        if processor.patch_size is None:  # its checkpoint is older than the processor's own file
            processor.patch_size = model.config.vision_config.patch_size
            processor.vision_feature_select_strategy = model.config.vision_feature_select_strategy
            processor.num_additional_image_tokens = 1  # CLIP's, for the picture as a whole

    def _shown(self, rgb: Rgb) -> Rgb:
        prepare = self._process.image_processor
        return _square(rgb, prepare.image_mean) if prepare.do_center_crop else rgb


class Tarsier(Llava):
    most_pictures = 6  # 601 words each

    def _text(self, question: Question) -> str:
        """As its authors ask: https://github.com/bytedance/tarsier, dataset/processor.py."""
        return VICUNA.format(f"{self._process.image_token * len(question.pictures)} {question.prompt}")

    def _shown(self, rgb: Rgb) -> Rgb:
        """Its authors stretch pictures to a square."""
        import cv2

        side = max(rgb.shape[:2])
        return np.asarray(cv2.resize(rgb, (side, side), interpolation=cv2.INTER_LINEAR), np.uint8)

    def _prepared(self, questions: Sequence[Question]) -> Any:
        import torch

        prepared = super()._prepared(questions)
        rows = [
            self._parted(ids[mask.bool()].tolist())
            for ids, mask in zip(prepared["input_ids"], prepared["attention_mask"], strict=True)
        ]
        filled = self._process.tokenizer.pad({"input_ids": rows}, padding=True, return_tensors="pt")
        prepared["input_ids"] = torch.as_tensor(filled["input_ids"])
        prepared["attention_mask"] = torch.as_tensor(filled["attention_mask"])
        return prepared

    def _parted(self, ids: list[int]) -> list[int]:
        """A word after each row of a picture, and another after its last."""
        config = self._model.config
        side = config.vision_config.image_size // config.vision_config.patch_size
        parted, seen = [], 0
        for word in ids:
            parted.append(word)
            if word == config.image_token_id:
                seen += 1
                if seen % side == 0:
                    parted.append(config.image_newline_idx)
                if seen % side**2 == 0:
                    parted.append(config.image_new_idx)
        return parted


class Video(Describer):
    """One that is shown all pictures as one video."""

    def _answer(self, questions: Sequence[Question]) -> list[str | None]:
        if len({len(question.pictures) for question in questions}) > 1:  # videos of different lengths do not stack
            return [answer for question in questions for answer in self._answer([question])]
        return super()._answer(questions)

    def _prepared(self, questions: Sequence[Question]) -> Any:
        texts = [self._text(question) for question in questions]
        videos = [
            np.stack([self._shown(np.asarray(rgb)) for rgb in question.pictures])
            for question in questions
            if question.pictures
        ]
        return self._process(
            text=texts, videos=videos or None, return_tensors="pt", do_sample_frames=False, **self._how(texts)
        )

    def _content(self, question: Question) -> list[dict[str, str]]:
        words = {"type": "text", "text": question.prompt}
        return [{"type": "video"}, words] if question.pictures else [words]

    def _plain(self, question: Question) -> str:
        shown = f"{self._process.video_token}\n" if question.pictures else ""
        return VICUNA.format(f"{shown}{question.prompt}")

    def _shown(self, rgb: Rgb) -> Rgb:
        import cv2

        prepare = self._process.video_processor
        side = prepare.crop_size["height"]
        square = _square(rgb, prepare.image_mean)
        return np.asarray(cv2.resize(square, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


class VideoLlava(Video):
    most_pictures = 8  # as many as it was taught with


class LlavaNextVideo(Video):
    most_pictures = 20  # 144 words each, of 4096


class NextVideoFiles:
    """LLaVA-NeXT-Video's processor from its parts: the library, reading the files of 2024, would call itself for ever.

    Those name an image processor whose name becomes, once "Image" is replaced by "Video", the processor's own.
    """

    @staticmethod
    def from_pretrained(folder: str, *, local_files_only: Literal[True]) -> Any:
        import transformers as hf

        parts = {
            "video_processor": hf.LlavaNextVideoVideoProcessor,
            "image_processor": hf.LlavaNextImageProcessor,
            "tokenizer": hf.AutoTokenizer,
        }
        made = {name: part.from_pretrained(folder, local_files_only=True) for name, part in parts.items()}
        told = json.loads(Path(folder, "processor_config.json").read_text("utf-8"))
        template = Path(folder, "chat_template.json")
        if template.is_file():
            told |= json.loads(template.read_text("utf-8"))
        known = ("chat_template", "patch_size", "vision_feature_select_strategy", "num_additional_image_tokens")
        return hf.LlavaNextVideoProcessor(**made, **{name: told[name] for name in known if name in told})


def _square(rgb: Rgb, mean: Sequence[float]) -> Rgb:
    """In the middle of a square of the colour that the network takes for nothing."""
    height, width = rgb.shape[:2]
    side = max(height, width)
    square = np.empty((side, side, 3), np.uint8)
    square[:] = np.round(np.array(mean) * 255)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = rgb
    return square


DESCRIBERS: dict[str | None, Callable[..., Describer]] = {
    "qwen2_vl": Qwen,
    "qwen2_5_vl": Qwen,
    "qwen3_vl": Qwen,
    "qwen3_5": Qwen,
    "llava": Llava,
    "tarsier": Tarsier,
    "llava_next_video": LlavaNextVideo,
    "video_llava": VideoLlava,
}
