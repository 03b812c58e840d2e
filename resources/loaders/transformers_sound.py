"""A classifier of sounds from the hub: AST, Wav2Vec2 and whatever else AutoModelForAudioClassification knows.

https://arxiv.org/abs/2104.01778, https://arxiv.org/abs/2006.11477

The catalogue's options say how its numbers become scores (`scores`: "softmax" where exactly one label is true,
"sigmoid" where several may be) and how long a stretch it takes (`window_s`; any without it).
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Classify
from resources.detections import class_names
from resources.hub import load_hearing
from resources.portions import in_portions
from resources.weights import BadModelError, Weights

RATE_HZ = 16_000
BATCH, BATCH_ON_CPU = 16, 1  # on a processor a batch gains nothing and takes memory
LEAST = RATE_HZ // 10  # samples; Wav2Vec2's first layers need 400 of them to say anything
Scores = Literal["softmax", "sigmoid"]


def load(weights: Weights) -> Classify:
    from transformers import AutoModelForAudioClassification

    what = "classifier of transformers"
    return Classifier(*load_hearing(weights, AutoModelForAudioClassification, what, RATE_HZ), weights)


class Classifier:
    def __init__(self, model: Any, features: Any, weights: Weights) -> None:
        self._model, self._features, self._name = model, features, weights.name
        names = class_names(model.config.id2label, model.config.num_labels, weights.name)
        self.labels = tuple(names[number] for number in range(model.config.num_labels))
        window_s = weights.options.get("window_s")
        self.window_s = float(window_s) if window_s is not None else None
        self._scores = cast(Scores, weights.options.get("scores", "softmax"))
        if self._scores not in ("softmax", "sigmoid"):
            raise BadModelError(f"{weights.name}: scores = {self._scores!r} is neither softmax nor sigmoid")
        self._batch = BATCH if weights.device.is_gpu else BATCH_ON_CPU

    def __call__(self, stretches: Iterable[NDArray[np.float32]], /) -> Iterator[NDArray[np.float32]]:
        return in_portions(stretches, self._batch, self._hear)

    def _hear(self, stretches: Sequence[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
        """Neighbours of one length together: silence that fills up a shorter one would change what is heard."""
        samples = [np.nan_to_num(np.asarray(one, np.float32), posinf=1, neginf=-1) for one in stretches]
        long_enough = [np.pad(one, (0, max(LEAST - len(one), 0))) for one in samples]
        for _, alike in groupby(long_enough, key=len):
            yield from self._classify(list(alike))

    def _classify(self, stretches: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        import torch

        heard = self._features(stretches, sampling_rate=RATE_HZ, return_tensors="pt")
        with torch.inference_mode():
            logits = self._model(**heard.to(self._model.device, self._model.dtype)).logits.float()
        if not torch.isfinite(logits).all():
            raise BadModelError(f'{self._name}: its numbers overflow; set precision = "float32" in tiktok.toml')
        scores = logits.softmax(-1) if self._scores == "softmax" else logits.sigmoid()
        return scores.cpu().numpy()
