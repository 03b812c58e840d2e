"""An analyzer by name on a file, outside Dagster, through the same door, models, schema and tables."""

from copy import copy
from pathlib import Path
from typing import Any

import analyzers
from analyzers.contract import REGISTRY
from resources import sources
from resources.settings import Settings
from resources.store import Outcome, Store
from tiktok_assets.analysis import analyse
from tiktok_assets.imports import import_all

import_all(analyzers)


class Analysed:
    """One decoded file, and what the analyzers say of it, each asked once."""

    def __init__(self, path: Path, root: Path, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self.store = Store(root=str(root))
        self.video = sources.accept(self.store, path)
        sources.fetch(self.store, self.video, self._settings)
        sources.decode_video(self.store, self.video, self._settings)
        sources.write_post(self.store, self.video)  # flow and spectrum are made when an analyzer asks for them
        self._outcomes: dict[str, Outcome] = {}

    def again(self, settings: Settings) -> "Analysed":
        """The same decoded file under other settings."""
        other = copy(self)
        other._settings, other._outcomes = settings, {}
        return other

    def outcome(self, name: str) -> Outcome:
        """How the analyzer fared, after those whose rows it reads."""
        if name not in self._outcomes:
            for part in REGISTRY[name].inputs:
                if part in REGISTRY:
                    self.outcome(part)
            self._outcomes[name] = analyse(REGISTRY[name], self.store, self.video, self._settings)
        return self._outcomes[name]

    def rows(self, name: str) -> list[Any]:
        """The analyzer's rows, as a reader of its table gets them. A failure is one: it is not zero rows."""
        outcome = self.outcome(name)
        if outcome.status in ("failed", "skipped"):
            raise RuntimeError(f"{name} {outcome.status}: {outcome.reason}. {outcome.remedy}")
        return self.store.read(name, self.video)

    def source(self, name: str) -> Any:
        return self.store.read(name, self.video)

    def input(self, name: str) -> Any:
        """A source as an analyzer takes it, made where it is not there yet."""
        return sources.as_input(self.store, self.video, name, self._settings)
