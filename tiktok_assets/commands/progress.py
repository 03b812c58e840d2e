"""Progress on a terminal: a line for each finished analyzer, and what is going on right now."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status

from resources.store import Outcome

MARKS = {
    "ok": "[green]✓[/]",
    "none_found": "[green]✓[/]",
    "degraded": "[yellow]~[/]",
    "skipped": "[yellow]-[/]",
    "failed": "[red]✗[/]",
}


class Progress:
    """Tells one video after the other; on something that is no terminal, plain lines only."""

    def __init__(self, console: Console, is_silent: bool) -> None:
        self._console, self._is_silent = console, is_silent
        self._status: Status | None = None

    @contextmanager
    def video(self, name: str, number: int, total: int) -> Iterator[None]:
        """Everything that is told about one video."""
        if self._is_silent:
            yield
            return
        counted = f" ({number} of {total})" if total > 1 else ""
        started = time.monotonic()
        self._console.print(f"[bold]{_printable(name)}[/]{counted}")
        self._status = self._console.status("decoding ...") if self._console.is_terminal else None
        if self._status:
            self._status.start()
        try:
            yield
        finally:
            if self._status:
                self._status.stop()
        self._console.print(f"  [dim]{time.monotonic() - started:.1f} s in all[/]")

    def tell(self, name: str, video: str, outcome: Outcome) -> None:
        """One analyzer has finished."""
        if self._is_silent:
            return
        found = outcome.status if outcome.status != "ok" else f"{outcome.rows} rows"
        played = f"  [dim]{outcome.backend}[/]" if outcome.model_id else ""
        self._console.print(f"  {MARKS[outcome.status]} {name:<20} {found:>12} {outcome.seconds:7.2f} s{played}")
        if outcome.status in ("skipped", "failed", "degraded"):
            for said in (outcome.reason, outcome.remedy):
                if said:
                    self._console.print(f"      {_printable(said)}", style="dim")
        if self._status:
            self._status.update(f"after {name} ...")


def _printable(text: str) -> str:
    from rich.markup import escape

    return escape("".join(c for c in text if c.isprintable()))
