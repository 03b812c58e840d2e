"""Foreground and background by a network that names every pixel, with safetensors from the hub: SegFormer.

https://arxiv.org/abs/2105.15203. Foreground are people, animals, vehicles and what is carried about; the option
`foreground` names other labels. https://groups.csail.mit.edu/vision/datasets/ADE20K: SegFormer's 150 labels.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Segment
from resources.detections import class_names
from resources.hub import load_network, picture_number
from resources.portions import in_portions
from resources.weights import BadModelError, Weights

BATCH, BATCH_ON_CPU = 16, 1  # on a processor a batch gains nothing and takes memory
FOREGROUND = (
    "person", "animal", "car", "bus", "truck", "van", "bicycle", "minibike", "boat", "airplane", "bottle", "bag",
    "food", "book", "ball", "plaything", "flower", "glass",
)  # fmt: skip


def load(weights: Weights) -> Segment:
    from transformers import AutoImageProcessor, AutoModelForSemanticSegmentation

    what, number = "segmenter of transformers", picture_number(weights)
    # Counts of batches matter in training alone.
    model, processor = load_network(
        weights, AutoModelForSemanticSegmentation, AutoImageProcessor, what, number, spare="num_batches_tracked$"
    )
    return Segmenter(model.to(weights.device.name).eval(), processor, weights)


class Segmenter:
    def __init__(self, model: Any, processor: Any, weights: Weights) -> None:
        self._model, self._process, self._name = model, processor, weights.name
        names = class_names(model.config.id2label, model.config.num_labels, weights.name)
        wanted = tuple(weights.options.get("foreground", FOREGROUND))
        self._front = [number for number, name in names.items() if name.split(",")[0].strip().lower() in wanted]
        if not self._front:
            raise BadModelError(f"{weights.name}: none of its labels is foreground: {', '.join(wanted)}")
        self._batch = BATCH if weights.device.is_gpu else BATCH_ON_CPU

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[NDArray[np.float32]]:
        return in_portions(images, self._batch, self._look)

    def _look(self, images: Sequence[NDArray[np.uint8]]) -> Iterator[NDArray[np.float32]]:
        import torch

        pixels = self._process(
            images=[np.array(rgb) for rgb in images], input_data_format="channels_last", return_tensors="pt"
        )
        with torch.inference_mode():
            logits = self._model(**pixels.to(self._model.device, self._model.dtype)).logits.float()
        if not torch.isfinite(logits).all():
            raise BadModelError(f'{self._name}: its numbers overflow; set precision = "float32" in tiktok.toml')
        yield from logits.softmax(dim=1)[:, self._front].sum(dim=1).clamp(0, 1).cpu().numpy()
