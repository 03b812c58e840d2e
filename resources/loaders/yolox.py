"""YOLOX, exported to ONNX without its decoder: https://arxiv.org/abs/2107.08430.

It takes a picture of fixed size in BGR, 0..255, as it is, in the top left corner of a grey one.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Detect, Detection
from resources.detections import COCO, LEAST, class_names, detections
from resources.weights import BadModelError, Weights, first_line

STRIDES = (8, 16, 32)
GREY = 114  # what its training puts around a picture
OVERLAP = 0.45  # boxes of one class that share more are one thing; its authors' own


def load(weights: Weights) -> Detect:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = weights.device.threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    wanted = ["CUDAExecutionProvider"] if weights.device.is_gpu else []
    providers = [p for p in wanted if p in onnxruntime.get_available_providers()] + ["CPUExecutionProvider"]
    try:
        session = onnxruntime.InferenceSession(str(weights.main), options, providers=providers)
    except Exception as error:  # onnxruntime's own errors have no common class
        raise BadModelError(f"{weights.main.name} is no ONNX model: {first_line(error)}") from error
    return Yolox(session, weights)


class Yolox:
    """Looks at one picture at a time: its export takes no more."""

    def __init__(self, session: Any, weights: Weights) -> None:
        self._session, self._name = session, weights.name
        self.vocab = str(weights.options.get("vocab", "coco"))
        (given,), (answer,) = session.get_inputs(), session.get_outputs()
        self._input, self._size = given.name, (int(given.shape[2]), int(given.shape[3]))
        self._cells, self._steps = _grid(self._size)
        if tuple(answer.shape[1:2]) != (len(self._cells),):
            raise BadModelError(f"{weights.name}: {answer.shape[1]} answers where YOLOX gives {len(self._cells)}")
        self._names = class_names(weights.options.get("names", COCO), int(answer.shape[2]) - 5, weights.name)

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[list[Detection]]:
        for rgb in images:
            batch, scale = _letterboxed(rgb, self._size)
            (raw,) = self._session.run(None, {self._input: batch})
            ids, scores, corners = self._decoded(raw[0])
            yield detections(self._names, (ids, scores, corners / scale), rgb.shape[:2], self._name)

    def _decoded(self, raw: NDArray[np.float32]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Class, score and corners of what is left after suppression, in pixels of the picture that the network saw."""
        import cv2

        chances = raw[:, 4:5] * raw[:, 5:]
        ids = chances.argmax(axis=1)
        scores = chances[np.arange(len(ids)), ids]
        kept = np.flatnonzero(scores >= LEAST)
        ids, scores = ids[kept], scores[kept]
        middles = (raw[kept, :2] + self._cells[kept]) * self._steps[kept]
        sizes = np.exp(np.minimum(raw[kept, 2:4], 10)) * self._steps[kept]
        boxes = np.concatenate([middles - sizes / 2, sizes], axis=1).astype(np.float64)
        if len(kept):
            best = cv2.dnn.NMSBoxesBatched(boxes.tolist(), scores.tolist(), ids.tolist(), LEAST, OVERLAP)
            best = np.asarray(best, int).reshape(-1)
        else:
            best = np.zeros(0, int)
        corners = np.concatenate([boxes[best, :2], boxes[best, :2] + boxes[best, 2:]], axis=1)
        return ids[best], scores[best], corners


def _grid(size: tuple[int, int]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Column and row of every cell, and how many pixels it spans, in the order of the answers."""
    cells, steps = [], []
    for stride in STRIDES:
        rows, columns = np.mgrid[: size[0] // stride, : size[1] // stride]
        cells.append(np.stack([columns.ravel(), rows.ravel()], axis=1))
        steps.append(np.full((rows.size, 1), stride))
    return np.concatenate(cells).astype(np.float32), np.concatenate(steps).astype(np.float32)


def _letterboxed(rgb: NDArray[np.uint8], size: tuple[int, int]) -> tuple[NDArray[np.float32], float]:
    import cv2

    height, width = rgb.shape[:2]
    scale = min(size[0] / height, size[1] / width)
    inner = max(1, round(width * scale)), max(1, round(height * scale))
    canvas = np.full((*size, 3), GREY, np.uint8)
    canvas[: inner[1], : inner[0]] = cv2.resize(rgb[..., ::-1], inner, interpolation=cv2.INTER_LINEAR)
    return canvas.transpose(2, 0, 1)[None].astype(np.float32), scale
