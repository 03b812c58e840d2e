"""A row type, as Arrow sees it. Nothing else in the house spells a dtype.

The author of an analyzer declares what a row says; HEADER is what every row of every table carries
besides, filled in when the table is made.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
import pyarrow as pa

from analyzers.columns import Column, FrameNo
from analyzers.contract import Evidence

PLACEHOLDERS = {"", "unknown", "n/a", "none", "null", "placeholder", "todo"}
_ARROW = {
    (int, 64): pa.int64(),
    (int, 32): pa.int32(),
    (float, 64): pa.float64(),
    (float, 32): pa.float32(),
    (str, 64): pa.string(),
    (bool, 64): pa.bool_(),
}


@dataclass(frozen=True, slots=True)
class Header:
    """What every row carries, whatever it says."""

    video_id: Annotated[str, Column("partition key of the video")]
    row_id: Annotated[str, Column("analyzer and number of the row, unique within the video")]
    start_frame: FrameNo
    end_frame: Annotated[int, Column("index of the first frame after the row", low=0, bits=32)]
    evidence: Annotated[Evidence, Column("how the row came about")]
    backend: Annotated[str, Column("what produced it")]
    model_id: Annotated[str | None, Column("the model's name, where one was used")]
    model_rev: Annotated[str | None, Column("the model's pinned revision")]


@dataclass(frozen=True, slots=True)
class Field:
    """One column, taken apart."""

    plain: Any  # the Python type without None and notes
    nullable: bool
    many: bool  # tuple[plain, ...]
    column: Column


def fields(row: type) -> dict[str, Field]:
    """Each column's plain Python type, and what it says of itself."""
    found: dict[str, Field] = {}
    for name, noted in get_type_hints(row, include_extras=True).items():
        hint, outer = _without_notes(noted)
        nullable = get_origin(hint) in (Union, UnionType) and NoneType in get_args(hint)
        plain = next(arg for arg in get_args(hint) if arg is not NoneType) if nullable else hint
        plain, inner = _without_notes(plain)  # `HexColour | None` carries its note inside
        many = get_origin(plain) is tuple  # tuple[float, ...]: an embedding, a palette
        found[name] = Field(get_args(plain)[0] if many else plain, nullable, many, outer or inner or Column())
    return found


def _without_notes(hint: Any) -> tuple[Any, Column | None]:
    if get_origin(hint) is not Annotated:
        return hint, None
    plain, *notes = get_args(hint)
    return plain, next((note for note in notes if isinstance(note, Column)), None)


def arrow_schema(row: type) -> pa.Schema:
    """Derive a table's schema from its rows' dataclass; a type we do not store is a TypeError."""
    return pa.unify_schemas([arrow_columns(Header), arrow_columns(row)])


def arrow_columns(row: type) -> pa.Schema:
    """One dataclass's columns, without the header."""
    return pa.schema([_arrow_field(name, field) for name, field in fields(row).items()])


def _arrow_field(name: str, field: Field) -> pa.Field:
    if is_dataclass(field.plain):
        assert isinstance(field.plain, type)
        kind = pa.struct([_arrow_field(n, f) for n, f in fields(field.plain).items()])
    else:
        base = str if get_origin(field.plain) is Literal else field.plain
        kind = _ARROW.get((base, field.column.bits))
        if kind is None:
            raise TypeError(f"{name}: {field.plain} of {field.column.bits} bits cannot be stored")
    return pa.field(name, pa.list_(kind) if field.many else kind, field.nullable, {"doc": field.column.doc})


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a table's rows come from: the part of the header that the analyzer does not know."""

    video_id: str
    analyzer: str
    evidence: Evidence
    backend: str
    model_id: str | None
    model_rev: str | None
    frame_t_s: Sequence[float] | np.ndarray  # start of every frame of the video


def to_table(row: type, rows: Iterable[Any], origin: Origin) -> pa.Table:
    """Collect rows into a table of the declared shape, or say what is wrong with them."""
    schema = arrow_schema(row)
    declared = fields(row)
    records = [asdict(r) for r in rows]
    for name, field in declared.items():
        _check([record[name] for record in records], name, field, row.__module__)
    first, last = _frame_span(records, np.asarray(origin.frame_t_s))
    header = {
        "video_id": [origin.video_id] * len(records),
        "row_id": [f"{origin.analyzer}-{number:05d}" for number in range(len(records))],
        "start_frame": first,
        "end_frame": last,
        "evidence": [origin.evidence] * len(records),
        "backend": [origin.backend] * len(records),
        "model_id": [origin.model_id] * len(records),
        "model_rev": [origin.model_rev] * len(records),
    }
    values = header | {name: [record[name] for record in records] for name in declared}
    return pa.table([pa.array(values[f.name], f.type) for f in schema], schema=schema)


def _frame_span(records: list[dict[str, Any]], frame_t_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The frames on show between each row's start and end: [first, last)."""
    half_a_tick = 5e-7  # times are kept to the microsecond
    starts = np.array([record["start_s"] for record in records], float)
    ends = np.array([record["end_s"] for record in records], float)
    first = np.searchsorted(frame_t_s, starts + half_a_tick, side="right") - 1
    last = np.searchsorted(frame_t_s, ends - half_a_tick, side="left")
    first = np.clip(first, 0, max(len(frame_t_s) - 1, 0))
    return first, np.maximum(last, first)


def _check(values: list[Any], name: str, field: Field, where: str) -> None:
    """Refuse what the declaration does not allow: undeclared nulls, values out of range, placeholders."""
    present = [value for value in values if value is not None]
    if len(present) < len(values) and not field.nullable:
        raise ValueError(f"{where}: {name} has {len(values) - len(present)} nulls")
    if field.many:
        present = [item for value in present for item in value]
    if is_dataclass(field.plain):
        assert isinstance(field.plain, type)
        for inner, inner_field in fields(field.plain).items():
            _check([item[inner] for item in present], f"{name}.{inner}", inner_field, where)
    elif get_origin(field.plain) is Literal:
        allowed = get_args(field.plain)
        if wrong := [value for value in present if value not in allowed]:
            raise ValueError(f"{where}: {name} is {wrong[0]!r}, not one of {', '.join(allowed)}")
    elif field.plain is str:
        refused = {""} if field.column.verbatim else PLACEHOLDERS
        if wrong := [value for value in present if value.strip().lower() in refused]:
            raise ValueError(f"{where}: {name} is the placeholder {wrong[0]!r}; absence is None or no row")
    elif field.plain in (int, float) and present:
        numbers = np.asarray(present)
        column = field.column
        wrong = numbers[~((numbers >= column.low) & (numbers <= column.high))]  # NaN is wrong too
        if not wrong.size and field.plain is float:
            wrong = numbers[~np.isfinite(numbers)]
        if wrong.size:
            raise ValueError(f"{where}: {name} is {wrong[0]}, not {column.low:g}..{column.high:g}")
