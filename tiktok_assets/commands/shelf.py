"""What the models' commands know: which models a word means, the state of each, and which one plays a role now."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args

from resources.models import (
    ALLOWED,
    Model,
    ModelMissingError,
    Terms,
    as_set,
    catalogue,
    choose,
    is_allowed,
    licence_needed,
    roles,
)
from resources.settings import Profile, Settings

MEANING: dict[Terms, str] = {
    "permissive": "use it as you like; name its authors",
    "copyleft": "what you build on it, or offer over a network with it, must be as open as it is",
    "non_commercial": "for research and private use, not for anything that earns money",
    "unclear": "its authors do not say, or say different things in different places: ask them, or a lawyer",
}
PULLED_PROFILES = ("seed", "best")  # the others take what is there


class UnknownWordError(Exception):
    """A word that is no model, role or profile; says what was perhaps meant."""


@dataclass(frozen=True, slots=True)
class Picked:
    """What a word asks to be pulled, and what the licence profile keeps from it."""

    models: tuple[Model, ...]
    refused: tuple[Model, ...] = ()


def meant(word: str) -> list[Model]:
    """Every model of a name, a role or a profile."""
    known = catalogue().values()
    found = [m for m in known if word == m.name] or [m for m in known if word == m.role]
    found = found or [m for m in known if word in m.profiles]
    if not found:
        raise _unknown(word)
    return found


def to_pull(word: str, settings: Settings) -> Picked:
    """A name means that model, a role its best one, a profile all of its models that some analyzer can use."""
    if word in get_args(Profile) and word not in PULLED_PROFILES:
        raise UnknownWordError(f"The profile `{word}` takes what is there; pull one of: {', '.join(PULLED_PROFILES)}")
    found = meant(word)
    if word in catalogue():
        return Picked(tuple(found))
    usable = [model for model in found if model.family]
    allowed = tuple(model for model in usable or found if is_allowed(model, settings))
    refused = tuple(model for model in usable or found if not is_allowed(model, settings))
    if word not in roles():
        return Picked(tuple(model for model in allowed if model.family), refused if usable else ())
    if wanted := settings.models.get(word):
        return Picked(tuple(model for model in found if model.name == wanted))
    proper = [model for model in allowed if not (model.is_fallback or model.needs)]
    of_profile = [model for model in proper if settings.profile in model.profiles]
    return Picked(tuple((of_profile or proper or list(allowed))[:1]), () if allowed else refused)


def from_the_package_index(model: Model, settings: Settings) -> Model | None:
    """Another model of the same role that a machine can have which reaches nothing but Python packages."""
    known = (other for other in catalogue().values() if other.role == model.role and other.name != model.name)
    return next((o for o in known if any(file.wheel for file in o.files) and is_allowed(o, settings)), None)


def _unknown(word: str) -> UnknownWordError:
    near = get_close_matches(word, [*catalogue(), *roles(), *PULLED_PROFILES], n=1)
    hint = f"Did you mean `{near[0]}`? " if near else ""
    return UnknownWordError(f"{hint}List them: python -m tiktok_assets models list")


def chosen(settings: Settings) -> set[str]:
    """The model that plays each role now, where one does."""
    found = set()
    for role in roles():
        try:
            playing = choose(role, settings)
        except ModelMissingError:
            continue
        found.add(next((model.name for model in playing if not model.needs), playing[0].name))
    return found


def state(model: Model, settings: Settings) -> str:
    """In two or three words, the most important first."""
    model = as_set(model, settings)
    if model.setting and model.is_installed:
        return "in the settings"
    if model.is_installed:
        return "installed" if model.files or model.fonts else "in its wheel" if model.ships_in else "always there"
    if not is_allowed(model, settings):
        return "not allowed"
    return "not installed" if model.family else "no analyzer yet"


def on_disk(model: Model) -> int:
    """Bytes that a model's files take here."""
    paths = (model.folder / file.name for file in model.files)
    return sum(path.stat().st_size for path in paths if path.is_file())


def facts(model: Model, settings: Settings, playing: set[str]) -> dict[str, Any]:
    """A model for programs."""
    model = as_set(model, settings)
    return {
        "name": model.name,
        "role": model.role,
        "licence": model.licence,
        "terms": model.terms,
        "size_bytes": model.size_bytes if model.files else 0,
        "memory_gb": model.memory_gb,
        "state": state(model, settings),
        "is_installed": model.is_installed,
        "is_allowed": is_allowed(model, settings),
        "is_used": model.family is not None,
        "is_chosen": model.name in playing,
        "profiles": list(model.profiles),
        "revision": model.revision,
        "source": model.source,
    }


def rights(model: Model, settings: Settings) -> dict[str, Any]:
    """What one may do with a model, for programs."""
    return {
        "name": model.name,
        "licence": model.licence,
        "terms": model.terms,
        "meaning": MEANING[model.terms],
        "allowed_under": [profile for profile, terms in ALLOWED.items() if model.terms in terms],
        "needed": licence_needed(model),
        "is_allowed": is_allowed(model, settings),
        "source": model.source,
    }
