"""Exported networks of faces: started quietly on the weights' device, shown pictures, their scores made shares."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resources.weights import BadModelError, Weights, first_line


def start(weights: Weights) -> Any:
    """A session of onnxruntime over the weights. Raises BadModelError where they are no network."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = weights.device.threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    wanted = ["CUDAExecutionProvider"] if weights.device.is_gpu else []
    providers = [p for p in wanted if p in onnxruntime.get_available_providers()] + ["CPUExecutionProvider"]
    try:
        return onnxruntime.InferenceSession(str(weights.main), options, providers=providers)
    except Exception as error:  # onnxruntime's own errors have no common class
        raise BadModelError(f"{weights.main.name} is no ONNX model: {first_line(error)}") from error


def crop(rgb: NDArray[np.uint8], box: tuple[float, float, float], side_px: int) -> NDArray[np.uint8]:
    """The part of a square picture of that width and height, that much below its middle, as a square of that side."""
    import cv2

    side = len(rgb)
    wide, high, below = (share * side for share in box)
    edges = np.array([(side - wide) / 2, (side - high) / 2 + below, (side + wide) / 2, (side + high) / 2 + below])
    left, top, right, bottom = np.clip(edges.round().astype(int), 0, side)
    part = np.ascontiguousarray(rgb[top:bottom, left:right])
    shrinks = len(part) > side_px
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, (side_px, side_px), interpolation=how), np.uint8)


def plane(rgb: NDArray[np.uint8], mean: Sequence[float], std: Sequence[float]) -> NDArray[np.float32]:
    """A picture as networks take it: (1, 3, height, width), less its mean, over its spread, both of 0..1."""
    levels = (rgb.astype(np.float32) / 255 - np.array(mean, np.float32)) / np.array(std, np.float32)
    return np.ascontiguousarray(levels.transpose(2, 0, 1)[None], np.float32)


def shares(scores: NDArray[Any]) -> NDArray[np.float32]:
    """Of sum 1, from a network's scores; such as are shares already stay as they are."""
    scores = np.asarray(scores, np.float64).ravel()
    if scores.min() >= 0 and abs(scores.sum() - 1) < 1e-3:
        return (scores / scores.sum()).astype(np.float32)
    powers = np.exp(scores - scores.max())
    return (powers / powers.sum()).astype(np.float32)
