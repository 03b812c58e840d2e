"""What pictures show and sentences say, as vectors to compare, by CLIP or SigLIP 2 with safetensors from the hub.

https://arxiv.org/abs/2103.00020, https://arxiv.org/abs/2502.14786. As they were taught, SigLIP sees the whole picture
squeezed into a square, and CLIP its middle square: of an upright video the top and the bottom are cut off.
"""

import string
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import EmbedImage
from resources.hub import load_network, picture_number
from resources.portions import in_portions
from resources.weights import BadModelError, Weights

BATCH, BATCH_ON_CPU = 32, 1  # on a processor a batch gains nothing and takes memory
SENTENCES = 32  # at a time: they are short
NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def load(weights: Weights) -> EmbedImage:
    from transformers import AutoModel, AutoProcessor

    what, number = "model of pictures and words", picture_number(weights)
    model, processor = load_network(weights, AutoModel, AutoProcessor, what, number)
    if not hasattr(model, "logit_scale"):
        raise BadModelError(f"{weights.name} is no {what}: it knows no words")
    return Embedder(model.to(weights.device.name).eval(), processor, weights)


class Embedder:
    def __init__(self, model: Any, processor: Any, weights: Weights) -> None:
        self._model, self._process, self._tokenize = model, processor.image_processor, processor.tokenizer
        self._name, self._batch = weights.name, BATCH if weights.device.is_gpu else BATCH_ON_CPU
        self.kind: Literal["softmax", "sigmoid"] = "sigmoid" if hasattr(model, "logit_bias") else "softmax"
        self.scale = float(model.logit_scale.detach().float().exp())
        self.bias = float(model.logit_bias.detach()) if self.kind == "sigmoid" else 0.0
        self._longest = int(model.config.text_config.max_position_embeddings)
        self._read: dict[str, NDArray[np.float32]] = {}  # the same sentences are asked of every video

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[NDArray[np.float32]]:
        return in_portions(images, self._batch, self._look)

    def embed_text(self, sentences: Sequence[str], /) -> NDArray[np.float32]:
        new = [sentence for sentence in dict.fromkeys(sentences) if sentence not in self._read]
        for sentence, vector in zip(new, in_portions(new, SENTENCES, self._understand), strict=True):
            self._read[sentence] = vector
        return np.stack([self._read[sentence] for sentence in sentences]) if sentences else np.zeros((0, 0), np.float32)

    def _look(self, images: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        import torch

        pixels = self._process(
            images=[np.array(rgb) for rgb in images], input_data_format="channels_last", return_tensors="pt"
        )
        with torch.inference_mode():
            told = self._model.get_image_features(**pixels.to(self._model.device, self._model.dtype))
        return self._of_length_1(told.pooler_output)

    def _understand(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        import torch

        words = self._tokenized(list(sentences)).to(self._model.device)
        with torch.inference_mode():
            return self._of_length_1(self._model.get_text_features(**words).pooler_output)

    def _tokenized(self, sentences: list[str]) -> Any:
        how: dict[str, Any] = {
            "truncation": True, "max_length": self._longest, "padding_side": "right", "return_tensors": "pt"
        }  # fmt: skip
        if self.kind == "softmax":
            return self._tokenize(sentences, padding=True, **how)
        # SigLIP was taught on lower case without punctuation, filled up and not masked; its tokenizer on the hub does
        # none of this: https://github.com/huggingface/transformers/pull/43101, https://github.com/NVlabs/RADIO/pull/142
        plain = [" ".join(sentence.lower().translate(NO_PUNCTUATION).split()) for sentence in sentences]
        return self._tokenize(plain, padding="max_length", return_attention_mask=False, **how)

    def _of_length_1(self, vectors: Any) -> NDArray[np.float32]:
        import torch

        vectors = vectors.float()
        if not torch.isfinite(vectors).all():
            raise BadModelError(f'{self._name}: its numbers overflow; set precision = "float32" in tiktok.toml')
        return torch.nn.functional.normalize(vectors, dim=-1).cpu().numpy()
