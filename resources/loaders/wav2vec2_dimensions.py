"""Arousal, dominance and valence of a voice: Wav2Vec2 with a regression head of its own, as audEERING publishes it.

https://arxiv.org/abs/2203.07378. The head lies on the mean of the last layer's states: one hidden layer with tanh.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Classify
from resources.detections import class_names
from resources.hub import load_hearing
from resources.portions import in_portions
from resources.weights import BadModelError, Weights

RATE_HZ = 16_000
BATCH, BATCH_ON_CPU = 16, 1
LEAST = RATE_HZ // 10  # samples; the first layers need 400 of them to say anything
KNOWN = {"arousal", "dominance", "valence"}


def load(weights: Weights) -> Classify:
    return Dimensions(*load_hearing(weights, _network(), "Wav2Vec2 with dimensions", RATE_HZ), weights)


def _network() -> Any:
    import torch
    from torch import nn
    from transformers import Wav2Vec2Model, Wav2Vec2PreTrainedModel

    class Head(nn.Module):
        def __init__(self, config: Any) -> None:
            super().__init__()
            self.dense = nn.Linear(config.hidden_size, config.hidden_size)
            self.out_proj = nn.Linear(config.hidden_size, config.num_labels)

        def forward(self, state: torch.Tensor) -> torch.Tensor:
            return self.out_proj(torch.tanh(self.dense(state)))

    class WithDimensions(Wav2Vec2PreTrainedModel):
        def __init__(self, config: Any) -> None:
            super().__init__(config)
            self.wav2vec2 = Wav2Vec2Model(config)
            self.classifier = Head(config)
            self.post_init()

        def forward(self, sound: torch.Tensor) -> torch.Tensor:
            return self.classifier(self.wav2vec2(sound).last_hidden_state.mean(dim=1))

    return WithDimensions


class Dimensions:
    window_s: float | None = None

    def __init__(self, model: Any, features: Any, weights: Weights) -> None:
        self._model, self._features, self._name = model, features, weights.name
        names = class_names(model.config.id2label, model.config.num_labels, weights.name)
        self.labels = tuple(names[number] for number in range(model.config.num_labels))
        if set(self.labels) != KNOWN:
            raise BadModelError(f"{weights.name} tells {', '.join(self.labels)}, not {', '.join(sorted(KNOWN))}")
        self._batch = BATCH if weights.device.is_gpu else BATCH_ON_CPU

    def __call__(self, stretches: Iterable[NDArray[np.float32]], /) -> Iterator[NDArray[np.float32]]:
        return in_portions(stretches, self._batch, self._hear)

    def _hear(self, stretches: Sequence[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
        samples = [np.nan_to_num(np.asarray(one, np.float32), posinf=1, neginf=-1) for one in stretches]
        long_enough = [np.pad(one, (0, max(LEAST - len(one), 0))) for one in samples]
        for _, alike in groupby(long_enough, key=len):  # silence that fills up a shorter one would change what is heard
            yield from self._tell(list(alike))

    def _tell(self, stretches: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        import torch

        heard = self._features(stretches, sampling_rate=RATE_HZ, return_tensors="pt").input_values
        with torch.inference_mode():
            told = self._model(heard.to(self._model.device, self._model.dtype)).float()
        if not torch.isfinite(told).all():
            raise BadModelError(f'{self._name}: its numbers overflow; set precision = "float32" in tiktok.toml')
        return told.clamp(0, 1).cpu().numpy()
