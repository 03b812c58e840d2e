"""Whether settings and analyzers name things that exist: every fault at once, before anything is touched."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import get_args

from analyzers.contract import REGISTRY, SOURCES, Stage
from resources import models
from resources.downloading.tiktok import BROWSER
from resources.places import settings_path
from resources.settings import Settings, SettingsError
from tiktok_assets import describers

LANGUAGE = re.compile("[a-z]{2}")
DEVICE = re.compile("auto|cpu|cuda(:[0-9]+)?")


def check_choices(settings: Settings) -> None:
    """Raise with all that is amiss; the settings file alone cannot know what the house holds. Raises SettingsError."""
    faults = [f"{settings_path()}: {fault}" for fault in _faults(settings)]
    if faults := [*faults, *_missing_inputs(), *_circle()]:
        raise SettingsError("\n".join(faults))


def _faults(settings: Settings) -> Iterator[str]:
    yield from _not_among(settings.disabled, REGISTRY, "analyzer")
    yield from _not_among(settings.describers, describers.BEST_FIRST, "describer")
    yield from _not_among(settings.models, models.roles(), "role of a model")
    yield from _not_among(settings.stage_limits, get_args(Stage), "stage")
    for language in settings.languages:
        if not LANGUAGE.fullmatch(language):
            yield f"`{language}` is no language of ISO 639-1: two small letters, as in en, de, ja"
    if not DEVICE.fullmatch(settings.device):
        yield f"`{settings.device}` is no device: auto, cpu, cuda or cuda:NUMBER"
    yield from _relative(settings)


def _relative(settings: Settings) -> Iterator[str]:
    """Paths that would lead elsewhere in a service than in a shell."""
    cookies = () if BROWSER.fullmatch(settings.cookies) else (settings.cookies,)
    named = {"api_folders": settings.api_folders, "api_token_file": (settings.api_token_file,), "cookies": cookies}
    for name, paths in named.items():
        for path in filter(None, paths):
            if not Path(path).expanduser().is_absolute():
                yield f"`{name}` says {path!r}: give the whole path, from / or ~"


# What the analyzers themselves say


def _missing_inputs() -> Iterator[str]:
    for spec in REGISTRY.values():
        for name in _not_among(spec.inputs, {*SOURCES, *REGISTRY}, "source and no analyzer"):
            yield f"{spec.name}: {name}"


def _circle() -> Iterator[str]:
    needed = {name: [other for other in spec.inputs if other in REGISTRY] for name, spec in REGISTRY.items()}
    try:
        TopologicalSorter(needed).prepare()
    except CycleError as error:
        yield f"analyzers that need each other: {' -> '.join(error.args[1])}"


def _not_among(given: Iterable[str], known: Iterable[str], what: str) -> Iterator[str]:
    known = sorted(known)
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            yield f"`{name}` is no {what}" + (f"; did you mean `{near[0]}`?" if near else "")
