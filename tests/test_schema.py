"""A table that breaks its own declaration cannot be made."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import numpy as np
import pytest

from analyzers.columns import Column, Confidence, EndS, HexColour, StartS
from analyzers.schema import Header, Origin, arrow_columns, fields, to_table


@dataclass(frozen=True, slots=True)
class Swatch:
    hex: Annotated[str, Column("colour")]
    share: Annotated[float, Column("share", low=0, high=1, bits=32)]


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    label: Annotated[str | None, Column("a word")] = None
    said: Annotated[str | None, Column("a stranger's words", verbatim=True)] = None
    move: Annotated[Literal["pan", "tilt"] | None, Column("a kind")] = None
    vector: Annotated[tuple[float, ...], Column("numbers")] = ()
    palette: Annotated[tuple[Swatch, ...], Column("colours")] = ()
    count: Annotated[int | None, Column("a number", low=0, bits=32)] = None
    tint: HexColour | None = None


PLAIN = Row(0.5, 1.0, 0.9)
ORIGIN = Origin("local-0123456789abcdef", "thing", "measured", "builtin", None, None, np.arange(10) / 10)


def table(*rows: Row):
    return to_table(Row, rows, ORIGIN)


def test_the_schema_is_read_off_the_dataclass():
    schema = arrow_columns(Row)
    assert schema.names == list(fields(Row))
    assert [f.name for f in schema if not f.nullable] == ["start_s", "end_s", "vector", "palette"]
    assert schema.field("label").metadata == {b"doc": b"a word"}
    assert schema.field("tint").nullable
    assert schema.field("tint").metadata == {b"doc": b"sRGB as #rrggbb"}
    assert [str(schema.field(name).type) for name in ("confidence", "count", "move")] == ["float", "int32", "string"]
    assert str(schema.field("vector").type) == "list<item: double>"
    assert "struct<hex: string not null, share: float not null>" in str(schema.field("palette").type)


def wrong(**change: Any) -> Row:
    return replace(PLAIN, **change)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (wrong(confidence=1.3), r"confidence is 1\.3, not 0\.\.1"),
        (wrong(start_s=-1.0), r"start_s is -1\.0"),
        (wrong(start_s=float("nan")), "start_s is nan"),
        (wrong(end_s=float("inf")), "end_s is inf"),
        (wrong(start_s=None), "start_s has 1 nulls"),
        (wrong(label="unknown"), "label is the placeholder 'unknown'"),
        (wrong(label=" "), "label is the placeholder"),
        (wrong(said=""), "said is the placeholder ''"),
        (wrong(move="zoom"), "move is 'zoom', not one of pan, tilt"),
        (wrong(vector=(1.0, float("nan"))), "vector is nan"),
        (wrong(palette=(Swatch("#fff", 2.0),)), r"palette\.share is 2\.0"),
        (wrong(palette=(Swatch("n/a", 0.2),)), r"palette\.hex is the placeholder"),
        (wrong(count=-1), "count is -1"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_a_row_outside_its_declaration_is_refused(row: Row, complaint: str):
    with pytest.raises(ValueError, match=complaint):
        table(row)


def test_a_word_that_means_nothing_is_a_word_when_it_stood_on_the_screen():
    assert table(wrong(said="Unknown"))["said"].to_pylist() == ["Unknown"]


def test_a_good_row_comes_back_as_it_went_in_with_its_header():
    row = wrong(label="dog", move="pan", vector=(0.5, 2.0), palette=(Swatch("#aabbcc", 0.25),), count=3)
    (back,) = table(row).to_pylist()
    assert {name: back[name] for name in ("label", "move", "vector", "count")} == {
        "label": "dog",
        "move": "pan",
        "vector": [0.5, 2.0],
        "count": 3,
    }
    assert back["palette"] == [{"hex": "#aabbcc", "share": 0.25}]
    assert {name: back[name] for name in fields(Header)} == {
        "video_id": "local-0123456789abcdef",
        "row_id": "thing-00000",
        "start_frame": 5,
        "end_frame": 10,
        "evidence": "measured",
        "backend": "builtin",
        "model_id": None,
        "model_rev": None,
    }


@pytest.mark.parametrize(
    ("start_s", "end_s", "span"),
    [(0.0, 0.1, (0, 1)), (0.1, 0.3, (1, 3)), (0.15, 0.25, (1, 3)), (0.2, 0.2, (2, 2)), (0.0, 99.0, (0, 10))],
)
def test_a_span_names_the_frames_on_show_during_it(start_s, end_s, span):
    (row,) = table(wrong(start_s=start_s, end_s=end_s)).to_pylist()
    assert (row["start_frame"], row["end_frame"]) == span


def test_no_rows_make_a_table_of_the_same_shape():
    assert table().schema.equals(table(PLAIN).schema)


def test_a_type_that_cannot_be_stored_is_named():
    @dataclass(frozen=True)
    class Odd:
        start_s: StartS
        when: Annotated[complex, Column("no")]

    with pytest.raises(TypeError, match=r"when: .*complex"):
        arrow_columns(Odd)
