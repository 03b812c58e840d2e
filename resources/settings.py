"""What users may choose: one typed file, `tiktok.toml`, in which everything is optional."""

import os
import tomllib
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

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
    describers: tuple[str, ...] = ()  # of the group `describe`, which are run; none: the best one that is installed
    describe: dict[str, str] = field(default_factory=dict)  # who describes elsewhere: endpoint, model, key_env
    load_timeout_s: float = 180.0  # for a describer's weights, until it is skipped
    biometrics: bool = False  # age, feelings, and vectors that would find a face again elsewhere
    frames_per_s: float = 4.0  # sampled pictures a second
    short_side_px: int = 720  # of a sampled picture
    rebuild: bool = True  # rebuild every video from its report, and score how near that comes
    keep_sources: bool = False  # keep decoded parts after the report; they are remade on demand
    stage_limits: dict[str, int] = field(default_factory=dict)  # steps of a stage at once within a run
    deadline_factor: float = 1.0  # how much longer than usual an analyzer may take on a slow machine
    keep_days: float = 30.0  # for finished videos: decoded parts, runs that newer ones replaced, and their logs
    free_gb: float = 0.0  # of the data folder's disk, below which nothing new is taken; 0: a tenth, within 5 and 20 GB
    download_hosts: tuple[str, ...] = ()  # hosts that speak TikTok's pages, beside TikTok's own
    cookies: str = ""  # of a TikTok account: a cookies.txt, or a browser and perhaps its profile, as in firefox:work
    proxy: str = ""  # for downloads: http://, socks5:// ...; unset: the machine's own, where it has one
    download_mb: float = 500.0  # the largest file taken
    download_minutes: float = 60.0  # the longest video taken
    download_mb_per_s: float = 0.0  # the most that a download takes of the line; 0: all of it
    download_pause_s: float = 0.0  # least time from the start of one download to the next, of all processes
    download_tries: int = 3  # of one video in a row, where trying again can help
    download_wait_s: float = 60.0  # for the page, and for the file until it comes with 100 kB/s
    api_folders: tuple[str, ...] = ()  # where `video_path` of POST /analyze may lie; none: only URLs are taken
    api_token_file: str = ""  # a file of mode 0600 with the word that every request must bear; none: no word
    api_hosts: tuple[str, ...] = ()  # names under which the API may be called, beside this machine's own
    api_per_minute: int = 6000  # requests of one client; more are answered with 429
    api_waiting: int = 10_000  # inputs that may wait; more are answered with 429
    callback_hosts: tuple[str, ...] = ()  # hosts that may be called back although their address is not public


def load_settings(path: Path) -> Settings:
    """Read a settings file; one that is not there changes nothing, unless somebody names it."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        if str(path) == os.environ.get("TIKTOK_SETTINGS"):
            raise SettingsError(f"{path}: TIKTOK_SETTINGS names it, and it is not there") from error
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
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
        if not good:
            return f"`{name}` must be a table of {inner.__name__}"
        return _about_endpoint(value) if name == "describe" else None
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


ENDPOINT = {"endpoint": True, "model": True, "key_env": False}  # what `describe` holds -> whether it has to


def _about_endpoint(given: dict[str, str]) -> str | None:
    """What is wrong with `describe`: an OpenAI-compatible endpoint, the model it is asked for, and where the key is."""
    for name in given:
        if name not in ENDPOINT:
            near = get_close_matches(name, ENDPOINT, n=1)
            return f"`describe.{name}` is no setting" + (f"; did you mean `{near[0]}`?" if near else "")
    for name, is_needed in ENDPOINT.items():
        if (is_needed and given and not given.get(name)) or given.get(name) == "":
            return f"`describe.{name}` must be a word"
    if given and not _is_bare_address(given["endpoint"]):
        return "`describe.endpoint` must be an address such as http://localhost:8000/v1, without a name or a key in it"
    return None


def _is_bare_address(said: str) -> bool:
    try:
        parts = urlsplit(said)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # a port that is no number, a bracket that is never closed
        return False
    return is_one and said.isascii() and parts.username is None and not parts.query and not parts.fragment
