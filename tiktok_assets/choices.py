"""Whether the settings name things that exist: every fault at once, before anything is touched."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import get_args

from analyzers.contract import REGISTRY, Stage
from resources import models
from resources.places import settings_path
from resources.settings import Settings, SettingsError

LANGUAGE = re.compile("[a-z]{2}")
DEVICE = re.compile("auto|cpu|cuda(:[0-9]+)?")


def check_choices(settings: Settings) -> None:
    """Raise with all that is amiss; the settings file alone cannot know what the house holds."""
    if faults := list(_faults(settings)):
        raise SettingsError("\n".join(f"{settings_path()}: {fault}" for fault in faults))


def _faults(settings: Settings) -> Iterator[str]:
    yield from _not_among(settings.disabled, REGISTRY, "analyzer")
    yield from _not_among(settings.models, models.roles(), "role of a model")
    yield from _not_among(settings.stage_limits, get_args(Stage), "stage")
    for language in settings.languages:
        if not LANGUAGE.fullmatch(language):
            yield f"`{language}` is no language of ISO 639-1: two small letters, as in en, de, ja"
    if not DEVICE.fullmatch(settings.device):
        yield f"`{settings.device}` is no device: auto, cpu, cuda or cuda:NUMBER"


def _not_among(given: Iterable[str], known: Iterable[str], what: str) -> Iterator[str]:
    known = sorted(known)
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            yield f"`{name}` is no {what}" + (f"; did you mean `{near[0]}`?" if near else "")
