"""What users may choose: one typed file, `tiktok.toml`, in which everything is optional."""

import tomllib
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

Profile = Literal["auto", "embedded"]


class SettingsError(Exception):
    """A settings file that says something we do not understand; lists every fault at once."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every choice, with what holds where the file is silent."""

    profile: Profile = "auto"
    models: dict[str, str] = field(default_factory=dict)  # role -> model name, over the profile's choice
    disabled: tuple[str, ...] = ()  # analyzers that are not run
    frames_per_s: float = 4.0  # sampled pictures a second
    short_side_px: int = 720  # of a sampled picture
    keep_sources: bool = False  # keep decoded parts after the report; they are remade on demand
    stage_limits: dict[str, int] = field(default_factory=dict)  # steps of a stage at once within a run


def load_settings(path: Path) -> Settings:
    """Read a settings file; a file that is not there changes nothing."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    known = {f.name: f.type for f in fields(Settings)}
    faults = [_complaint(name, value, known) for name, value in given.items()]
    if faults := [fault for fault in faults if fault]:
        raise SettingsError("\n".join(f"{path}: {fault}" for fault in faults))
    if "disabled" in given:
        given["disabled"] = tuple(given["disabled"])
    return Settings(**given)


def _complaint(name: str, value: Any, known: dict[str, Any]) -> str | None:
    if name not in known:
        near = get_close_matches(name, known, n=1)
        return f"`{name}` is no setting" + (f"; did you mean `{near[0]}`?" if near else "")
    kind = known[name]
    if get_origin(kind) is Literal:
        allowed = get_args(kind)
        return None if value in allowed else f"`{name}` is {value!r}, not one of {', '.join(allowed)}"
    if get_origin(kind) is dict:
        inner = get_args(kind)[1]
        good = isinstance(value, dict) and all(type(v) is inner for v in value.values())
        return None if good else f"`{name}` must be a table of {inner.__name__}"
    if get_origin(kind) is tuple:
        good = isinstance(value, list) and all(isinstance(v, str) for v in value)
        return None if good else f"`{name}` must be a list of names"
    if kind is bool:
        return None if isinstance(value, bool) else f"`{name}` must be true or false"
    if isinstance(value, bool) or not isinstance(value, int | float) or (kind is int and not isinstance(value, int)):
        return f"`{name}` must be a number"
    return None if value > 0 else f"`{name}` must be above zero"
