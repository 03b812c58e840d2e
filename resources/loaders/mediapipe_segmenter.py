"""Foreground and background as MediaPipe's image segmenter parts them: people, or the classes that a model knows.

https://ai.google.dev/edge/mediapipe/solutions/vision/image_segmenter. A model of one mask gives the foreground's; one
of several gives the background's first. Models without a description of their input take pictures as 0..1.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Segment
from resources.mediapipe_tasks import as_image, start
from resources.pulling.tflite import METADATA, edited
from resources.weights import BadModelError, Weights

SIDE_PX = 256  # what the models see, or nearly; larger masks are only blown up


def load(weights: Weights) -> Segment:
    from mediapipe.tasks.python.vision import ImageSegmenter, ImageSegmenterOptions

    def trial(task: Any) -> None:
        _masks(task, np.zeros((SIDE_PX, SIDE_PX, 3), np.uint8), weights.name)

    def mend(model: bytes) -> bytes:
        return model if METADATA in model else edited(model, "unit_range")

    task = start(ImageSegmenter, ImageSegmenterOptions, weights, "segmenter", mend=mend, trial=trial)
    return Segmenter(task, weights)


class Segmenter:
    def __init__(self, task: Any, weights: Weights) -> None:
        self._task, self._name = task, weights.name

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[NDArray[np.float32]]:
        import cv2

        for rgb in images:
            small = cv2.resize(rgb, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
            masks = _masks(self._task, np.asarray(small, np.uint8), self._name)
            yield masks[0] if len(masks) == 1 else 1 - _shares(masks)[0]

    def close(self) -> None:
        self._task.close()


def _masks(task: Any, rgb: NDArray[np.uint8], name: str) -> NDArray[np.float32]:
    result = task.segment(as_image(rgb))
    masks = np.stack([mask.numpy_view().reshape(SIDE_PX, SIDE_PX) for mask in result.confidence_masks])
    if not np.isfinite(masks).all():
        raise BadModelError(f"{name}: its numbers overflow")
    return masks


def _shares(masks: NDArray[np.float32]) -> NDArray[np.float32]:
    """Shares that add up to 1; a model whose description names no activation gives what comes before them."""
    if masks.min() >= 0 and masks.max() <= 1.01:
        return masks
    grown = np.exp(masks - masks.max(axis=0))
    return grown / grown.sum(axis=0)
