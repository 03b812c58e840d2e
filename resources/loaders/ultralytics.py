"""YOLO as the ultralytics library runs it, from its own checkpoints and from its ONNX exports: https://docs.ultralytics.com.

The library would fetch what it misses, install what it lacks and report what is done; here it does none of that.
It gets pictures, never addresses. A checkpoint is a pickle: only if every name in it is a layer, a loss or plain
data is it read, and then by torch's weights-only reader.
"""

import ast
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Detect, Detection
from resources.detections import LEAST, class_names, detections
from resources.places import data_folder
from resources.portions import in_portions
from resources.weights import BadModelError, Weights, first_line, refuse_code

SIDE_PX = 640  # what the published checkpoints were trained at
BATCH, BATCH_ON_CPU = 16, 1  # on a processor a batch gains nothing and takes memory
OVERLAP = 0.6  # boxes of one class that share more are one thing
MOST = 300  # things in a picture

# Modules whose own classes make up a checkpoint of a detector, and the data found in real ones besides.
LAYERS = ("torch.nn.modules.", "ultralytics.nn.modules.")
CLASSES = ("ultralytics.nn.tasks", "ultralytics.utils.loss", "ultralytics.utils.tal")
DATA = {
    "ultralytics.utils.IterableSimpleNamespace",
    "ultralytics.yolo.utils.IterableSimpleNamespace",  # its name in 8.0
    "ultralytics.utils.loss.v10DetectLoss",
    "ultralytics.nn.tasks.YOLOv10DetectionModel",
    "ultralytics.nn.modules.block.Silence",
    "pathlib.PosixPath",
    "pathlib.WindowsPath",
    "pathlib._local.PosixPath",
    "pathlib._local.WindowsPath",
    "numpy.dtype",
    "numpy.core.multiarray.scalar",
    "numpy._core.multiarray.scalar",
}


def load(weights: Weights) -> Detect:
    _keep_quiet()
    if weights.main.suffix == ".onnx":
        return Yolo(*_exported(weights), weights)
    return Yolo(*_checkpoint(weights), weights)


def _keep_quiet() -> None:
    """Before the library is imported: no network, no installing, no telemetry, no code from checkpoints."""
    os.environ |= {
        "YOLO_OFFLINE": "true",
        "YOLO_AUTOINSTALL": "false",
        "YOLO_VERBOSE": "false",
        "ULTRALYTICS_SAFE_LOAD": "true",
    }
    os.environ.setdefault("YOLO_CONFIG_DIR", str(data_folder() / "cache" / "ultralytics"))
    from ultralytics import SETTINGS
    from ultralytics.nn import tasks

    if SETTINGS["sync"]:
        SETTINGS.update(sync=False)
    tasks.__dict__["SAFE_LOAD"] = True  # where somebody imported the library before


def _checkpoint(weights: Weights) -> tuple[Any, dict[int, str]]:
    refuse_code(weights.main, is_harmless)
    from ultralytics import YOLO

    try:
        model: Any = YOLO(str(weights.main), task="detect", verbose=False)
        network = model.model
        count = int(network.model[-1].nc)
    except (TypeError, AttributeError, KeyError, RuntimeError) as error:
        raise BadModelError(f"{weights.main.name} is no YOLO detector: {first_line(error)}") from error
    return model, class_names(network.names, count, weights.name)


def is_harmless(name: str) -> bool:
    """Whether a name in a checkpoint is a layer, a loss or plain data: a class, defined where it says it is."""
    module, _, attribute = name.rpartition(".")
    if name in DATA:
        return True
    if not (module.startswith(LAYERS) or module in CLASSES) or attribute.startswith("_"):
        return False
    import importlib

    try:
        found = getattr(importlib.import_module(module), attribute, None)
    except ImportError:
        return False
    return isinstance(found, type) and found.__module__ == module


def _exported(weights: Weights) -> tuple[Any, dict[int, str]]:
    import onnxruntime
    from ultralytics import YOLO

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = weights.device.threads
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(str(weights.main), options, providers=["CPUExecutionProvider"])
        noted = session.get_modelmeta().custom_metadata_map
        names = ast.literal_eval(noted.get("names", "{}"))
    except Exception as error:  # onnxruntime's own errors have no common class
        raise BadModelError(f"{weights.main.name} is no export: {first_line(error)}") from error
    # Without names in the file the library would make some up.
    rows = session.get_outputs()[0].shape[1]
    has_end = noted.get("end2end", "False") == "True" or not isinstance(rows, int)
    named = class_names(names, None if has_end else rows - 4, weights.name)
    model: Any = YOLO(str(weights.main), task="detect", verbose=False)
    model.predict([np.zeros((32, 32, 3), np.uint8)], device="cpu", verbose=False, save=False)
    model.predictor.model.backend.session = session  # the library's own takes every core
    return model, named


class Yolo:
    def __init__(self, model: Any, names: dict[int, str], weights: Weights) -> None:
        self._model, self._names, self._name = model, names, weights.name
        self.vocab = str(weights.options.get("vocab", "coco"))
        is_export = weights.main.suffix == ".onnx"
        on_gpu = weights.device.is_gpu and not is_export
        self._batch = BATCH if on_gpu else BATCH_ON_CPU
        self._how = {
            "imgsz": int(weights.options.get("imgsz", SIDE_PX)),
            "conf": LEAST,
            "iou": OVERLAP,
            "max_det": MOST,
            "device": weights.device.name if on_gpu else "cpu",
            "quantize": 16 if on_gpu and weights.device.number != "float32" else None,  # bfloat16 it does not know
            "verbose": False,
            "save": False,
        }

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[list[Detection]]:
        return in_portions(images, self._batch, self._look)

    def _look(self, images: Sequence[NDArray[np.uint8]]) -> Iterator[list[Detection]]:
        pictures = [np.ascontiguousarray(rgb[..., ::-1]) for rgb in images]
        results = self._model.predict(pictures, batch=len(pictures), **self._how)
        for rgb, result in zip(images, results, strict=True):
            rows = result.boxes.data.float().cpu().numpy()
            found = rows[:, 5].astype(int), rows[:, 4], rows[:, :4]
            yield detections(self._names, found, rgb.shape[:2], self._name)
