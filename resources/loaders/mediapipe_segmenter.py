"""Foreground and background as MediaPipe's image segmenter parts them: people, or the classes that a model knows.

https://ai.google.dev/edge/mediapipe/solutions/vision/image_segmenter. A model of one mask gives the foreground's; one
of several gives the background's first. Models without a description of their input take pictures as 0..1.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Segment
from resources.pulling.tflite import METADATA, edited
from resources.weights import BadModelError, Weights, first_line

SIDE_PX = 256  # what the models see, or nearly; larger masks are only blown up


def load(weights: Weights) -> Segment:
    from mediapipe.tasks.python.core.base_options import BaseOptions
    from mediapipe.tasks.python.vision import ImageSegmenter, ImageSegmenterOptions

    class Task(ImageSegmenter):
        def __del__(self) -> None:
            """Nothing: it is freed by `close`. Its own way fails aloud when the interpreter is half gone."""

    try:
        model = weights.main.read_bytes()
        model = model if METADATA in model else edited(model, "unit_range")
        task = Task.create_from_options(ImageSegmenterOptions(BaseOptions(model_asset_buffer=model)))
        return Segmenter(task, weights)
    except OSError as error:
        if not isinstance(error, FileNotFoundError):  # its own library links against them, though it draws nothing here
            raise OSError(f"MediaPipe does not start: {error}. Run: apt install libegl1 libgles2") from error
        raise BadModelError(f"{weights.main.name} is no segmenter of MediaPipe: {first_line(error)}") from error
    except Exception as error:  # a broken file fails anywhere in the reading of its tree
        raise BadModelError(f"{weights.main.name} is no segmenter of MediaPipe: {first_line(error)}") from error


class Segmenter:
    def __init__(self, task: Any, weights: Weights) -> None:
        self._task, self._name = task, weights.name
        self._masks(np.zeros((SIDE_PX, SIDE_PX, 3), np.uint8))

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[NDArray[np.float32]]:
        import cv2

        for rgb in images:
            small = cv2.resize(rgb, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
            masks = self._masks(np.asarray(small, np.uint8))
            yield masks[0] if len(masks) == 1 else 1 - _shares(masks)[0]

    def _masks(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        import mediapipe

        result = self._task.segment(mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=rgb))
        masks = np.stack([mask.numpy_view().reshape(SIDE_PX, SIDE_PX) for mask in result.confidence_masks])
        if not np.isfinite(masks).all():
            raise BadModelError(f"{self._name}: its numbers overflow")
        return masks

    def close(self) -> None:
        self._task.close()


def _shares(masks: NDArray[np.float32]) -> NDArray[np.float32]:
    """Shares that add up to 1; a model whose description names no activation gives what comes before them."""
    if masks.min() >= 0 and masks.max() <= 1.01:
        return masks
    grown = np.exp(masks - masks.max(axis=0))
    return grown / grown.sum(axis=0)
