"""Whose voice it is, by an x-vector model from the hub: WavLM, Wav2Vec2 and their like with a head for speakers.

https://arxiv.org/abs/2110.13900. At which cosine two voices are one, each model's card says: the option `alike`.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import EmbedVoice
from resources.hub import load_hearing
from resources.portions import in_portions
from resources.weights import BadModelError, Weights

RATE_HZ = 16_000
BATCH, BATCH_ON_CPU = 32, 1  # on a processor a batch gains nothing and takes memory
LEAST = RATE_HZ * 2 // 5  # samples: the head's own filters reach over 15 frames of 20 ms


def load(weights: Weights) -> EmbedVoice:
    from transformers import AutoModelForAudioXVector

    what = "x-vector model of transformers"
    # Which of the training's speakers it is nobody asks.
    model, features = load_hearing(weights, AutoModelForAudioXVector, what, RATE_HZ, spare=r"^objective\.")
    return Voices(model, features, weights)


class Voices:
    def __init__(self, model: Any, features: Any, weights: Weights) -> None:
        self._model, self._features, self._name = model, features, weights.name
        self.alike = float(weights.options["alike"])
        self._batch = BATCH if weights.device.is_gpu else BATCH_ON_CPU

    def __call__(self, stretches: Iterable[NDArray[np.float32]], /) -> Iterator[NDArray[np.float32]]:
        return in_portions(stretches, self._batch, self._hear)

    def _hear(self, stretches: Sequence[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
        samples = [np.nan_to_num(np.asarray(one, np.float32), posinf=1, neginf=-1) for one in stretches]
        long_enough = [
            np.resize(one, max(len(one), LEAST)) if len(one) else np.zeros(LEAST, np.float32) for one in samples
        ]
        for _, alike in groupby(long_enough, key=len):
            yield from self._embed(list(alike))

    def _embed(self, stretches: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        import torch

        heard = self._features(stretches, sampling_rate=RATE_HZ, return_tensors="pt")
        with torch.inference_mode():
            vectors = self._model(**heard.to(self._model.device, self._model.dtype)).embeddings.float()
        if not torch.isfinite(vectors).all():
            raise BadModelError(f'{self._name}: its numbers overflow; set precision = "float32" in tiktok.toml')
        return torch.nn.functional.normalize(vectors, dim=1).cpu().numpy()
