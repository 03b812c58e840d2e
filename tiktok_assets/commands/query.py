"""A question to the catalog, and its answer as a table for people, as JSON or as CSV."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

from rich.console import Console
from rich.table import Table

from tiktok_assets.commands.console import printable
from tiktok_assets.corpus.asking import Answer
from tiktok_assets.corpus.questions import QUESTIONS
from tiktok_assets.exports.tables import write_csv

SHOWN_LETTERS = 60  # of one cell; all of it is in the JSON and the CSV
SHOWN_PARTS = 4  # of a list
TOO_WIDE = 1.5  # of the terminal's width: beyond that, every row is a list of its columns


def show(answer: Answer, console: Console) -> None:
    """For people, as wide as they can see; a file or a pipe takes any width."""
    table = as_table(answer)
    wide = console.measure(table, options=console.options.update(max_width=100_000)).maximum
    if not console.is_terminal:
        console.width = max(wide, console.width)
        console.print(table)
    elif wide <= TOO_WIDE * console.width:
        console.print(table)
    else:
        for number, row in enumerate(answer.rows, start=1):
            console.print(f"[bold]row {number}[/]")
            console.print(_as_list(answer.columns, row))


def as_table(answer: Answer) -> Table:
    """Numbers to the right, short, and every text in one line."""
    table = Table(box=None, pad_edge=False)
    for number, column in enumerate(answer.columns):
        values = [row[number] for row in answer.rows if row[number] is not None]
        is_number = bool(values) and all(_is_number(value) for value in values)
        table.add_column(printable(column), justify="right" if is_number else "left", overflow="fold")
    for row in answer.rows:
        table.add_row(*map(_shown, row))
    return table


def _as_list(columns: tuple[str, ...], row: tuple[Any, ...]) -> Table:
    table = Table(box=None, show_header=False)
    for column, value in zip(columns, row, strict=True):
        if value is not None:
            table.add_row(printable(column), _shown(value))
    return table


def as_json(answer: Answer) -> Iterator[str]:
    """An object a row."""
    for record in answer.records():
        yield json.dumps(plain(record), ensure_ascii=False, allow_nan=False)


def as_csv(answer: Answer) -> str:
    return write_csv(answer.columns, (plain(record) for record in answer.records()))


def examples() -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, question in QUESTIONS.items():
        table.add_row(name, question.asks)
    return table


def plain(value: Any) -> Any:
    """A value as JSON has it; what is no number is null."""
    if isinstance(value, dict):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, Decimal):
        return plain(float(value))
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float | Decimal):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    if isinstance(value, list) and not any(isinstance(part, dict | list) for part in value):
        more = ["…"] if len(value) > SHOWN_PARTS else []
        return ", ".join([*map(_shown, value[:SHOWN_PARTS]), *more])
    if isinstance(value, dict | list):
        value = json.dumps(plain(value), ensure_ascii=False)
    line = "".join(c for c in " ".join(str(value).split()) if c.isprintable())
    return printable(line if len(line) <= SHOWN_LETTERS else line[: SHOWN_LETTERS - 1] + "…")
