"""The models' listings for people: lines that fit a terminal of 100 columns."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from resources.models import ALLOWED, Model, Terms, is_allowed
from resources.places import models_folder
from resources.pulling.room import in_units
from resources.settings import Settings
from tiktok_assets.commands.console import printable
from tiktok_assets.commands.shelf import MEANING, on_disk, state

COLOURS = {"installed": "green", "in its wheel": "green", "always there": "green", "not installed": "yellow"}
NARROWEST, WIDEST = 100, 140


def width(console: Console) -> int:
    return min(max(console.width, NARROWEST), WIDEST)


def of_models(found: Sequence[Model], settings: Settings, playing: set[str]) -> Table:
    """A line for each model, under its role, best first."""
    table = Table(box=None, pad_edge=False, expand=True)
    table.add_column("", width=1)
    table.add_column("model", no_wrap=True)
    table.add_column("licence", no_wrap=True, overflow="ellipsis", ratio=1)
    for name in ("size", "memory"):
        table.add_column(name, no_wrap=True, justify="right")
    table.add_column("state", no_wrap=True)
    for role in dict.fromkeys(model.role for model in found):
        table.add_row("", f"[bold]{role}[/]")
        for model in (model for model in found if model.role == role):
            said = state(model, settings)
            table.add_row(
                "●" if model.name in playing else "",
                f"  {model.name}",
                printable(model.licence),
                _size(model),
                f"{model.memory_gb:.1f} GB",
                f"[{COLOURS.get(said, 'dim')}]{said}[/]",
            )
    return table


def _size(model: Model) -> str:
    if not model.files:
        return ""
    return in_units(on_disk(model)) if model.is_installed else size_of([model]) or "?"


def size_of(found: Sequence[Model]) -> str:
    """What is to be fetched, with a plus where some files' sizes are not known; nothing where none is."""
    sizes = [file.size_bytes for model in found for file in model.files]
    known = sum(size for size in sizes if size)
    return in_units(known) + ("+" if None in sizes else "") if known else ""


def in_short(found: Sequence[Model], settings: Settings) -> str:
    """How much is there, and what to do next."""
    pulled = [model for model in found if model.files and model.is_installed]
    carried = [model for model in found if not model.files and model.is_installed]
    lacking = [model for model in found if state(model, settings) == "not installed"]
    size = in_units(sum(on_disk(model) for model in pulled))
    said = f"{len(pulled)} pulled ({size} in {models_folder()}), {len(carried)} need no download; ● plays its role now"
    if lacking:
        said += f"\n{len(lacking)} more could be used: python -m tiktok_assets models pull ROLE|NAME|PROFILE"
    return printable(said)


def of_licences(found: Sequence[Model]) -> Table:
    """A line for each model and one for its source, under what its licence's kind means."""
    table = Table(box=None, pad_edge=False, show_header=False, expand=True)
    table.add_column("model", no_wrap=True)
    table.add_column("licence", ratio=1, overflow="fold")
    for terms in MEANING:
        models = [model for model in found if model.terms == terms]
        if not models:
            continue
        table.add_row(f"[bold]{terms}[/]", f"[bold]{MEANING[terms]}; allowed with licences = {_profiles(terms)}[/]")
        for model in models:
            table.add_row(model.name, f"{printable(model.licence)}\n[dim]{printable(model.source)}[/]")
    return table


def _profiles(terms: Terms) -> str:
    return " or ".join(f'"{profile}"' for profile, allowed in ALLOWED.items() if terms in allowed)


def licences_in_short(found: Sequence[Model], settings: Settings) -> str:
    """What the current profile allows."""
    allowed = sum(is_allowed(model, settings) for model in found)
    kinds = ", ".join(ALLOWED[settings.licences])
    return f'licences = "{settings.licences}" in tiktok.toml: {kinds}; {allowed} of {len(found)} models are allowed'
