"""Progress of a pull: a bar on a terminal, plain lines elsewhere."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import TransferSpeedColumn as SpeedColumn

from resources import receipts
from resources.models import Model
from resources.places import models_folder
from resources.pulling.pull import Pulled, Told
from resources.pulling.room import in_units
from tiktok_assets.commands.console import printable
from tiktok_assets.commands.models_tables import size_of

QUIET = ("fetching", "checking")  # seen on the bar


class PullProgress:
    """Tells what arrives, file by file."""

    def __init__(self, console: Console, is_silent: bool) -> None:
        self._console, self._is_silent = console, is_silent
        self._bar: Progress | None = None
        self._tasks: dict[tuple[str, str], TaskID] = {}
        self._begun: set[tuple[str, str]] = set()

    def announce(self, wanted: Sequence[Model], again: bool) -> None:
        """What will be fetched, and how much."""
        missing = [model for model in wanted if model.files and (again or not receipts.is_as_received(model))]
        if self._is_silent or not missing:
            return
        for model in missing:
            unused = "" if model.family else "; no analyzer uses it yet"
            size = size_of([model]) or "size not stated"
            self._console.print(f"{model.name:<36} {size:>15}   {printable(model.licence)}{unused}")
        folder = models_folder()
        there = next(parent for parent in (folder, *folder.parents) if parent.exists())
        free = in_units(shutil.disk_usage(there).free)
        size = size_of(missing) or "size not stated"
        self._console.print(f"to get: {size}, into {printable(str(folder))} ({free} free)")

    @contextmanager
    def shown(self) -> Iterator[None]:
        """While the block runs, there is a bar where there is a terminal."""
        if self._is_silent or not self._console.is_terminal:
            yield
            return
        columns = (BarColumn(30), DownloadColumn(), SpeedColumn(), TimeRemainingColumn())
        with Progress(TextColumn("{task.description}"), *columns, console=self._console, transient=True) as self._bar:
            yield
        self._bar = None

    def tell(self, told: Told) -> None:
        """Something went on with a file."""
        if self._is_silent:
            return
        which = (told.model, told.file)
        if told.what not in QUIET:
            self._console.print(f"  {printable(f'{told.model} {told.file}: {told.what}')}", style="dim")
        elif self._bar is not None:
            self._move(self._bar, which, told)
        elif which not in self._begun:
            self._begun.add(which)
            size = f", {in_units(told.total)}" if told.total else ""
            self._console.print(f"  {printable(f'{told.model} {told.file}')}{size}")

    def done(self, pulled: Pulled) -> None:
        """A model is there."""
        if self._is_silent:
            return
        self._console.print(
            f"[green]✓[/] {pulled.model} {'pulled' if pulled.status == 'pulled' else 'is there already'}"
        )
        if pulled.unsure:
            said = f"nobody states a sum of {', '.join(pulled.unsure)}: this copy is trusted, and its sum noted"
            self._console.print(f"[yellow]![/] {printable(said)}")

    def _move(self, bar: Progress, which: tuple[str, str], told: Told) -> None:
        if which not in self._tasks:
            self._tasks[which] = bar.add_task(printable(told.file), total=told.total)
        bar.update(self._tasks[which], completed=told.done, total=told.total)
