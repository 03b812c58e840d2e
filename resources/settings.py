"""What users may choose: one typed file, `tiktok.toml`, in which everything is optional."""

import tomllib
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

Profile = Literal["auto", "seed", "best", "embedded"]
Licences = Literal["permissive", "research", "all"]
Precision = Literal["auto", "float32", "bfloat16", "float16", "int8"]


class SettingsError(Exception):
    """A settings file that says something we do not understand; lists every fault at once."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every choice, with what holds where the file is silent."""

    profile: Profile = "auto"
    models: dict[str, str] = field(default_factory=dict)  # role -> model name, over the profile's choice
    licences: Licences = "permissive"  # which weights may be used; AGPL and non-commercial ones need `research`
    languages: tuple[str, ...] = ()  # ISO 639-1, of speech and of screen text; none: every model's own judgement
    device: str = "auto"  # cpu, cuda, cuda:1; auto: the graphics card with the most free memory, or the processor
    precision: Precision = "auto"  # auto: bfloat16 where the card has it, else float16; float32 on a processor
    # int8 keeps the large weights of transformers in 8 bits, and counts as `auto` does
    memory_gb: float = 0.0  # what loaded models may take together; 0: what is free
    mirrors: dict[str, str] = field(default_factory=dict)  # address's beginning -> what to fetch from instead
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
    chosen: dict[str, Any] = {n: tuple(value) if isinstance(value, list) else value for n, value in given.items()}
    return Settings(**chosen)


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
    if kind is str:
        return None if isinstance(value, str) and value else f"`{name}` must be a word"
    if kind is bool:
        return None if isinstance(value, bool) else f"`{name}` must be true or false"
    if isinstance(value, bool) or not isinstance(value, int | float) or (kind is int and not isinstance(value, int)):
        return f"`{name}` must be a number"
    return None if value > 0 else f"`{name}` must be above zero"
