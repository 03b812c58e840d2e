"""Whose voice it is, by an x-vector model from the hub: WavLM, Wav2Vec2 and their like with a head for speakers.

https://arxiv.org/abs/2110.13900. At which cosine two voices are one, each model's card says: the option `alike`.
"""

import pickle
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import EmbedVoice
from resources.portions import in_portions
from resources.weights import BadModelError, Weights, first_line, refuse_code

RATE_HZ = 16_000
BATCH, BATCH_ON_CPU = 32, 1  # on a processor a batch gains nothing and takes memory
LEAST = RATE_HZ * 2 // 5  # samples: the head's own filters reach over 15 frames of 20 ms


def load(weights: Weights) -> EmbedVoice:
    import torch
    from transformers import AutoFeatureExtractor, AutoModelForAudioXVector
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    for pickled in weights.folder.glob("*.bin"):
        refuse_code(pickled)
    folder = str(weights.folder)
    try:
        features: Any = AutoFeatureExtractor.from_pretrained(folder, local_files_only=True)
        model: Any
        model, told = AutoModelForAudioXVector.from_pretrained(
            folder,
            local_files_only=True,
            weights_only=True,
            dtype=getattr(torch, weights.device.number if weights.device.is_gpu else "float32"),
            output_loading_info=True,
        )
    except (OSError, ValueError, KeyError, RuntimeError, pickle.UnpicklingError) as error:
        raise BadModelError(f"{weights.name} is no x-vector model of transformers: {first_line(error)}") from error
    # Which of the training's speakers it is nobody asks; the library fills with chance what else is missing.
    if missing := sorted(key for key in told["missing_keys"] if not key.startswith("objective.")):
        raise BadModelError(f"{weights.name}: {len(missing)} of its weights are missing, {missing[0]} the first")
    if features.sampling_rate != RATE_HZ:
        raise BadModelError(f"{weights.name} hears at {features.sampling_rate} Hz, and sound here has {RATE_HZ} Hz")
    return Voices(model.to(weights.device.name).eval(), features, weights)


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
