"""How near or far each place of a picture is, by a network with safetensors from the hub: Depth Anything V2.

https://arxiv.org/abs/2406.09414. It tells how near, on a scale of each picture's own; its metric sisters tell metres.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Range
from resources.hub import load_network, picture_number
from resources.portions import in_portions
from resources.weights import BadModelError, Weights

BATCH, BATCH_ON_CPU = 8, 1  # on a processor a batch gains nothing and takes memory


def load(weights: Weights) -> Range:
    from transformers import AutoImageProcessor, AutoModelForDepthEstimation

    number = picture_number(weights)
    model, processor = load_network(weights, AutoModelForDepthEstimation, AutoImageProcessor, "model of depth", number)
    return Ranger(model.to(weights.device.name).eval(), processor, weights)


class Ranger:
    def __init__(self, model: Any, processor: Any, weights: Weights) -> None:
        self._model, self._process, self._name = model, processor, weights.name
        self.is_metric = getattr(model.config, "depth_estimation_type", "relative") == "metric"
        self._batch = BATCH if weights.device.is_gpu else BATCH_ON_CPU

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[NDArray[np.float32]]:
        return in_portions(images, self._batch, self._look)

    def _look(self, images: Sequence[NDArray[np.uint8]]) -> Iterator[NDArray[np.float32]]:
        import torch

        if len({rgb.shape for rgb in images}) > 1:  # each size makes a map of its own, and those cannot be stacked
            for rgb in images:
                yield from self._look([rgb])
            return
        pixels = self._process(
            images=[np.array(rgb) for rgb in images], input_data_format="channels_last", return_tensors="pt"
        )
        with torch.inference_mode():
            told = self._model(**pixels.to(self._model.device, self._model.dtype)).predicted_depth.float()
        if not torch.isfinite(told).all():
            raise BadModelError(f'{self._name}: its numbers overflow; set precision = "float32" in tiktok.toml')
        yield from told.clamp(min=0).cpu().numpy()
