"""Who plays an analyzer's role on one video: chosen without loading, then loaded, the next best where one is broken."""

import logging
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from analyzers.contract import Post, Spec
from resources import gpu, models, warm
from resources.gpu import Device
from resources.late import LateError, at_most
from resources.models import Model, ModelMissingError
from resources.settings import Settings
from resources.weights import BadModelError, LibraryMissingError
from tiktok_assets import describers

LOG = logging.getLogger(__name__)
LOADING_FAULTS = (BadModelError, ImportError, OSError, RuntimeError, ValueError, MemoryError)

LIMITED = "describe"  # roles that begin so: their weights are tens of gigabytes


class UnableError(Exception):
    """A model is here that cannot be had in this surrounding: nobody's failure, and there is a remedy."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


class LoadTimeoutError(UnableError):
    """A describer's weights were not loaded in time."""

    def __init__(self, model: Model, seconds: float) -> None:
        remedy = f"Raise load_timeout_s in tiktok.toml, or choose a smaller model: models.{model.role}"
        super().__init__(f"load_timeout: {model.name} was not loaded in {seconds:g} s", remedy)


@dataclass(frozen=True, slots=True)
class Casting:
    """Who plays an analyzer's role: the models to try, best first, or why there is none."""

    candidates: tuple[Model, ...] = ()
    missing: ModelMissingError | None = None


def cast(spec: Spec, settings: Settings) -> Casting:
    """Find the models for an analyzer's role without loading any."""
    if spec.is_biometric and not settings.biometrics:
        return Casting(missing=ModelMissingError("biometrics are switched off", "Set biometrics = true in tiktok.toml"))
    if spec.role is None:
        return Casting()
    if refusal := describers.refusal(spec, settings):
        return Casting(missing=refusal)
    try:
        return Casting(candidates=models.choose(spec.role, settings))
    except ModelMissingError as missing:
        return Casting(missing=missing)


def able(candidates: Iterable[Model], post: Post) -> list[Model]:
    """Those that find in the post what they work with."""
    return [model for model in candidates if model.needs is None or getattr(post, model.needs)]


@dataclass(frozen=True, slots=True)
class Played:
    """The model that plays the role, as a plain callable, and what was wrong with those before it."""

    play: Callable[..., Any] | None = None
    model: Model | None = None
    faults: tuple[str, ...] = ()


def load(candidates: Iterable[Model], device: Device, settings: Settings) -> Played:
    """The first candidate that can be loaded; the next one where a library or its weights are broken.

    Raises UnableError where all that is wanting are libraries of the system.
    """
    faults: list[str] = []
    lacking: list[LibraryMissingError] = []
    for model in candidates:
        try:
            return Played(_in_time(model, device, settings), model, tuple(faults))
        except LOADING_FAULTS as error:
            if gpu.is_poisoned(error):
                raise
            LOG.warning("model %s cannot be loaded: %s", model.name, error)
            faults.append(f"{model.name}: {error}")
            lacking += [error] if isinstance(error, LibraryMissingError) else []
    if faults and len(lacking) == len(faults):
        raise UnableError(lacking[0].reason, lacking[0].remedy)
    if faults:
        raise RuntimeError("no model for the role can be loaded: " + "; ".join(faults))
    return Played()


def _in_time(model: Model, device: Device, settings: Settings) -> Callable[..., Any]:
    """The loaded model. Raises LoadTimeoutError."""
    limit_s = settings.load_timeout_s
    try:
        with at_most(limit_s) if model.role.startswith(LIMITED) else nullcontext():
            return _warm(model, device, settings)
    except LateError:
        pass
    gpu.give_back()  # outside the handler, whose error keeps what was loaded so far alive
    raise LoadTimeoutError(model, limit_s)


def _warm(model: Model, device: Device, settings: Settings) -> Callable[..., Any]:
    """The loaded model. Where memory runs out, once more with no other model beside it."""
    try:
        return warm.load(model, device, languages=settings.languages, memory_gb=settings.memory_gb)
    except (RuntimeError, MemoryError) as error:
        if not gpu.is_full(error) or not warm.names():
            raise
    warm.put_all_away()
    return warm.load(model, device, languages=settings.languages, memory_gb=settings.memory_gb)
