"""People and their joints by YOLO-pose, through the ultralytics library: COCO's 17 joints as they come."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Body, FindBodies
from resources import yolo
from resources.detections import detections
from resources.portions import in_portions
from resources.weights import BadModelError, Weights

JOINTS = [17, 3]  # of a person: x, y and certainty
PEOPLE = {0: "person"}


def load(weights: Weights) -> FindBodies:
    model, names = yolo.load_network(weights, "pose")
    if names != PEOPLE:
        raise BadModelError(f"{weights.name} finds the joints of {', '.join(names.values())}, not of people")
    finder = Finder(model, weights)
    list(finder([np.zeros((64, 64, 3), np.uint8)]))
    return finder


class Finder:
    knows_joints = True

    def __init__(self, model: Any, weights: Weights) -> None:
        self._model, self._name = model, weights.name
        self._batch, self._how = yolo.batch_of(weights), yolo.how_to_predict(weights)

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[list[Body]]:
        return in_portions(images, self._batch, self._look)

    def _look(self, images: Sequence[NDArray[np.uint8]]) -> Iterator[list[Body]]:
        pictures = [np.ascontiguousarray(rgb[..., ::-1]) for rgb in images]
        results = self._model.predict(pictures, batch=len(pictures), **self._how)
        for rgb, result in zip(images, results, strict=True):
            yield list(self._bodies(rgb, result))

    def _bodies(self, rgb: NDArray[np.uint8], result: Any) -> Iterator[Body]:
        rows = result.boxes.data.float().cpu().numpy()
        joints = result.keypoints.data.float().cpu().numpy()
        if list(joints.shape[1:]) != JOINTS:
            raise BadModelError(f"{self._name} gives {joints.shape[1:]} joints a person, not 17 with their certainty")
        for row, points in zip(rows, joints, strict=True):
            found = row[5:6].astype(int), row[4:5], row[None, :4]
            for box in detections(PEOPLE, found, rgb.shape[:2], self._name):
                yield Body(box.confidence, box.x, box.y, box.w, box.h, points.astype(np.float32))
