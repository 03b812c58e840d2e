"""The five most telling rows of a table, as the Dagster UI shows them: what was found, before anybody opens a file.

Whoever made the video wrote some of its words. They are cells of a table here, which the UI draws as plain text.
"""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import dagster as dg
import numpy as np
import pyarrow as pa

from analyzers.schema import Header
from tiktok_assets.page.strip import without
from tiktok_assets.page.timeline import CURVES, PARTS

ROWS, COLUMNS = 5, 7
LONGEST_CELL = 60  # characters
TELLS_KINDS_APART = ("level", "kind")
SAID_ELSEWHERE = {field.name for field in fields(Header)} | {"confidence"}
FIRST = ("start_s", "end_s", *TELLS_KINDS_APART)


def peek(table: pa.Table) -> dg.TableMetadataValue | None:
    """One row of each kind, the rarest kinds first and the longest of each, in order of time; None without rows."""
    if not table.num_rows:
        return None
    table = without(table, *CURVES, *PARTS)
    rows = table.take(_picked(table)).to_pylist()
    names = _columns(table.schema, rows)
    types = {name: str(table.schema.field(name).type) for name in names}
    return dg.TableMetadataValue(
        records=[dg.TableRecord({name: _cell(row[name]) for name in names}) for row in rows],
        schema=dg.TableSchema([dg.TableColumn(name, _plain(kind)) for name, kind in types.items()]),
    )


def _picked(table: pa.Table) -> list[int]:
    """Which rows, in order of time."""
    parts = [table[name].to_pylist() for name in TELLS_KINDS_APART if name in table.column_names]
    kinds = list(zip(*parts, strict=True)) if parts else [()] * table.num_rows
    numbers = {kind: number for number, kind in enumerate(dict.fromkeys(kinds))}
    kind_of = np.array([numbers[kind] for kind in kinds])
    starts, ends = table["start_s"].to_numpy(), table["end_s"].to_numpy()
    longest = np.lexsort((starts, starts - ends))
    members = [longest[kind_of[longest] == number] for number in range(len(numbers))]
    members.sort(key=len)
    chosen = [int(group[turn]) for turn in range(ROWS) for group in members if turn < len(group)][:ROWS]
    return sorted(chosen, key=lambda row: (starts[row], row))


def _columns(schema: pa.Schema, rows: list[dict[str, Any]]) -> list[str]:
    """The columns that say most of these rows, in their declared order: filled in most often, not all the same."""

    def rank(name: str) -> tuple[bool, bool, bool, int]:
        said = {_cell(row[name]) for row in rows}
        filled = sum(_cell(row[name]) is not None for row in rows)
        return name not in FIRST, name.endswith("_id"), len(said) == 1 < len(rows), -filled

    told = [n for n in schema.names if n not in SAID_ELSEWHERE and any(_cell(row[n]) is not None for row in rows)]
    kept = set(sorted(told, key=rank)[:COLUMNS])
    return [name for name in schema.names if name in kept]


def _cell(value: Any) -> str | int | float | bool | None:
    if isinstance(value, float):
        return round(value, 3)
    if value is None or isinstance(value, bool | int):
        return value
    text = value if isinstance(value, str) else ", ".join(_items(value))
    text = " ".join(text.split())
    return (text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…") or None


def _items(value: Any) -> Iterator[str]:
    """A list's items in short: of a structure, the first thing that it says."""
    for item in value if isinstance(value, list) else [value]:
        said = next(iter(item.values()), "") if isinstance(item, dict) else item
        yield str(_cell(said))


def _plain(kind: str) -> str:
    """A type in the words of somebody who does not programme."""
    if kind in ("float", "double"):
        return "number"
    return {"int32": "whole number", "int64": "whole number", "bool": "yes or no", "string": "text"}.get(kind, "list")
