"""Things by YOLO, through the ultralytics library."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Detect, Detection
from resources import yolo
from resources.detections import detections
from resources.portions import in_portions
from resources.weights import Weights


def load(weights: Weights) -> Detect:
    return Yolo(*yolo.load_network(weights, "detect"), weights)


class Yolo:
    def __init__(self, model: Any, names: dict[int, str], weights: Weights) -> None:
        self._model, self._names, self._name = model, names, weights.name
        self.vocab = str(weights.options.get("vocab", "coco"))
        self._batch, self._how = yolo.batch_of(weights), yolo.how_to_predict(weights)

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[list[Detection]]:
        return in_portions(images, self._batch, self._look)

    def _look(self, images: Sequence[NDArray[np.uint8]]) -> Iterator[list[Detection]]:
        pictures = [np.ascontiguousarray(rgb[..., ::-1]) for rgb in images]
        results = self._model.predict(pictures, batch=len(pictures), **self._how)
        for rgb, result in zip(images, results, strict=True):
            rows = result.boxes.data.float().cpu().numpy()
            found = rows[:, 5].astype(int), rows[:, 4], rows[:, :4]
            yield detections(self._names, found, rgb.shape[:2], self._name)
