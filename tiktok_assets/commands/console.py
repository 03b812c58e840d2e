"""What every command shares: exit codes, the two consoles, settings and surroundings."""

import logging
import os
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.console import Console

from resources.places import settings_path
from resources.settings import Profile, Settings, SettingsError, load_settings
from tiktok_assets.surroundings import settle

OK, SOME_FAILED, USAGE, REFUSED, MODEL_MISSING, ENVIRONMENT = 0, 1, 2, 3, 4, 5
INTERRUPTED = 130

out, err = Console(highlight=False, soft_wrap=True), Console(stderr=True, highlight=False, soft_wrap=True)

DataFolder = Annotated[Path | None, typer.Option("--data", help="data folder (default: ./data, or TIKTOK_DATA)")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON for programs, one object a line")]


def fail(what: str, remedy: str, code: int) -> typer.Exit:
    """Say what is wrong and what to do, without a trace."""
    err.print(f"[red]✗[/] {printable(what)}")
    if remedy:
        err.print(f"  {printable(remedy[0].upper() + remedy[1:])}")
    return typer.Exit(code)


def printable(text: str) -> str:
    """A stranger's words on a terminal: no markup, no control characters."""
    from rich.markup import escape

    return escape("".join(c for c in text if c.isprintable() or c == "\n"))


def prepare(data: Path | None, profile: str | None, verbose: bool = False) -> Settings:
    """Settings and surroundings, before anything heavy is imported."""
    if data is not None:
        os.environ["TIKTOK_DATA"] = str(data.resolve())
    settle()
    if not verbose:
        warnings.filterwarnings("ignore")
        logging.disable(logging.CRITICAL)  # the progress lines say what went wrong, -v shows where
    try:
        settings = load_settings(settings_path())
    except SettingsError as error:
        raise fail(str(error), "Mend the settings file, or remove what it does not know.", USAGE) from None
    if profile is None:
        return settings
    if profile not in get_args(Profile):
        raise fail(f"`{profile}` is no profile", f"Choose one of: {', '.join(get_args(Profile))}", USAGE)
    return replace(settings, profile=profile)  # pyright: ignore[reportArgumentType]
