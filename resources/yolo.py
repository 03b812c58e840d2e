"""YOLO as the ultralytics library runs it, from its own checkpoints and from its ONNX exports: https://docs.ultralytics.com.

The library would fetch what it misses, install what it lacks and report what is done; here it does none of that.
It gets pictures, never addresses. A checkpoint is a pickle: only if every name in it is a layer, a loss or plain
data is it read, and then by torch's weights-only reader.
"""

import ast
import os
from typing import Any, Literal

import numpy as np

from resources.detections import LEAST, class_names
from resources.places import data_folder
from resources.weights import BadModelError, Weights, first_line, refuse_code

SIDE_PX = 640  # what the published checkpoints were trained at
BATCH, BATCH_ON_CPU = 16, 1
OVERLAP = 0.6  # boxes of one class that share more are one thing
MOST = 300  # things in a picture
Task = Literal["detect", "pose"]
KINDS: dict[Task, str] = {"detect": "detector", "pose": "of poses"}

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


def keep_quiet() -> None:
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


def load_network(weights: Weights, task: Task) -> tuple[Any, dict[int, str]]:
    """The library's model, and the names of its classes. Raises BadModelError."""
    keep_quiet()
    return (_exported if weights.main.suffix == ".onnx" else _checkpoint)(weights, task)


def _checkpoint(weights: Weights, task: Task) -> tuple[Any, dict[int, str]]:
    refuse_code(weights.main, is_harmless)
    from ultralytics import YOLO

    try:
        model: Any = YOLO(str(weights.main), task=task, verbose=False)
        network = model.model
        count = int(network.model[-1].nc)
    except (TypeError, AttributeError, KeyError, RuntimeError) as error:
        raise BadModelError(f"{weights.main.name} is no YOLO {KINDS[task]}: {first_line(error)}") from error
    if model.task != task:
        raise BadModelError(f"{weights.main.name} is no YOLO {KINDS[task]}: it was made to {model.task}")
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


def _exported(weights: Weights, task: Task) -> tuple[Any, dict[int, str]]:
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
    model: Any = YOLO(str(weights.main), task=task, verbose=False)
    model.predict([np.zeros((32, 32, 3), np.uint8)], device="cpu", verbose=False, save=False)
    model.predictor.model.backend.session = session  # the library's own takes every core
    return model, named


def batch_of(weights: Weights) -> int:
    """Pictures in one call; on a processor more gain nothing and take memory."""
    return BATCH if _on_gpu(weights) else BATCH_ON_CPU


def how_to_predict(weights: Weights) -> dict[str, Any]:
    """What every call of the library's model is told."""
    on_gpu = _on_gpu(weights)
    return {
        "imgsz": int(weights.options.get("imgsz", SIDE_PX)),
        "conf": LEAST,
        "iou": OVERLAP,
        "max_det": MOST,
        "device": weights.device.name if on_gpu else "cpu",
        "quantize": 16 if on_gpu and weights.device.number != "float32" else None,  # bfloat16 it does not know
        "verbose": False,
        "save": False,
    }


def _on_gpu(weights: Weights) -> bool:
    return weights.device.is_gpu and weights.main.suffix != ".onnx"
