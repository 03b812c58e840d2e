"""Loaded models, kept for the life of the process; the one unused for longest goes when memory is short.

A cache of the module, not a resource of a run: Dagster makes resources anew in every step.
"""

import importlib
import logging
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from resources import gpu
from resources.gpu import Device
from resources.models import Model
from resources.receipts import check
from resources.threads import set_threads
from resources.weights import Weights

LOG = logging.getLogger(__name__)
Key = tuple[str, str, Device, tuple[str, ...]]  # name, options, and what it is loaded for

_loaded: OrderedDict[Key, tuple[Model, Callable[..., Any]]] = OrderedDict()


def load(
    model: Model, device: Device, *, languages: tuple[str, ...] = (), memory_gb: float = 0.0
) -> Callable[..., Any]:
    """The model as a plain callable. `memory_gb` bounds what all loaded models take together; 0: what is free."""
    key = model.name, repr(model.options), device, languages
    if key in _loaded:
        _loaded.move_to_end(key)
        return _loaded[key][1]
    check(model)
    make_room(model, device, memory_gb)
    weights = Weights(
        model.name, model.folder, tuple(file.name for file in model.files), device, languages, model.options
    )
    ready = importlib.import_module(model.loader).load(weights)
    set_threads(device.threads)  # libraries that the loader brought in
    _loaded[key] = model, ready
    LOG.info("%s is loaded on %s", model.name, device.name)
    return ready


def make_room(model: Model, device: Device, memory_gb: float) -> None:
    """Put models away, the one unused for longest first, until this one finds room; it is tried in any case."""
    while _loaded and not _has_room(model, device, memory_gb):
        (name, *_), (_, ready) = _loaded.popitem(last=False)
        LOG.info("%s is put away to make room for %s", name, model.name)
        if close := getattr(ready, "close", None):
            close()
        del ready
        gpu.give_back()


def _has_room(model: Model, device: Device, memory_gb: float) -> bool:
    taken_gb = sum(loaded.memory_gb for loaded, _ in _loaded.values())
    if memory_gb and taken_gb + model.memory_gb > memory_gb:
        return False
    return gpu.free_bytes(device) >= model.memory_gb * 2**30


def names() -> list[str]:
    """What is loaded now, the one unused for longest first."""
    return [name for name, *_ in _loaded]


def put_all_away() -> None:
    """Forget every loaded model."""
    for _, ready in _loaded.values():
        if close := getattr(ready, "close", None):
            close()
    _loaded.clear()
    gpu.give_back()
