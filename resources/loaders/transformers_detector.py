"""A detection transformer with safetensors from the hub: RT-DETRv2, D-FINE, RF-DETR and their like.

https://arxiv.org/abs/2407.17140, https://arxiv.org/abs/2410.13842, https://arxiv.org/abs/2511.09554
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Detect, Detection
from resources.detections import LEAST, class_names, detections
from resources.eight_bit import shrink
from resources.hub import load_network, picture_number
from resources.portions import in_portions
from resources.weights import BadModelError, Weights

BATCH, BATCH_ON_CPU = 16, 1  # on a processor a batch gains nothing and takes memory


def load(weights: Weights) -> Detect:
    import torch
    from transformers import AutoImageProcessor, AutoModelForObjectDetection

    what, number = "detector of transformers", picture_number(weights)
    # Counts of batches matter in training alone.
    model, processor = load_network(
        weights, AutoModelForObjectDetection, AutoImageProcessor, what, number, spare="num_batches_tracked$"
    )
    if weights.device.eight_bit:
        shrink(model)
    model = model.to(weights.device.name, memory_format=torch.channels_last)  # a quarter faster on a processor
    return Detector(model.eval(), processor, weights)


class Detector:
    def __init__(self, model: Any, processor: Any, weights: Weights) -> None:
        self._model, self._process, self._name = model, processor, weights.name
        self.vocab = str(weights.options.get("vocab", "coco"))
        self._names = class_names(
            model.config.id2label, None, weights.name, unused=weights.options.get("unused_ids", ())
        )
        self._batch = BATCH if weights.device.is_gpu else BATCH_ON_CPU

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[list[Detection]]:
        return in_portions(images, self._batch, self._look)

    def _look(self, images: Sequence[NDArray[np.uint8]]) -> Iterator[list[Detection]]:
        import torch

        sizes = [rgb.shape[:2] for rgb in images]
        pixels = self._process(
            images=[np.array(rgb) for rgb in images], input_data_format="channels_last", return_tensors="pt"
        )
        with torch.inference_mode():
            answer = self._model(**pixels.to(self._model.device, self._model.dtype))
        if not torch.isfinite(answer.logits).all():
            raise BadModelError(f'{self._name}: its numbers overflow; set precision = "float32" in tiktok.toml')
        answer.logits, answer.pred_boxes = answer.logits.float(), answer.pred_boxes.float()
        results = self._process.post_process_object_detection(answer, threshold=LEAST, target_sizes=sizes)
        for size, result in zip(sizes, results, strict=True):
            found = tuple(result[part].cpu().numpy() for part in ("labels", "scores", "boxes"))
            yield detections(self._names, found, size, self._name)
