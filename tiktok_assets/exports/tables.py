"""Spreadsheets: every table as CSV, and the whole video as one wide row.

With a byte order mark, without which Excel takes UTF-8 for something else. A text that a spreadsheet would run as a
formula (one that begins with = + - @ or a tab) has an apostrophe before it; numbers are left as they are.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

BOM = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # also full-width
ONCE = (1980, 1, 1, 0, 0, 0)  # the same tables give the same bytes


def write_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """The file's text; lists and structs are JSON, absence is an empty cell."""
    text = io.StringIO()
    text.write(BOM)
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([cell(row.get(name)) for name in columns] for row in rows)
    return text.getvalue()


def cell(value: Any) -> Any:
    """A value as a spreadsheet takes it without running it."""
    if isinstance(value, dict | list | tuple):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        value = value.replace("\x00", "")
        return f"'{value}" if value.startswith(FORMULA) else value
    return "" if value is None else value


def wide_row(report: Mapping[str, Any]) -> dict[str, Any]:
    """One video: what it is, how many rows each analyzer has and how it fared, and what it says of the whole."""
    row: dict[str, Any] = {**report["video"]}
    row |= {f"media.{name}": value for name, value in report["media"].items()}
    for name, facts in report["analyzers"].items():
        row |= {f"{name}.status": facts["status"], f"{name}.rows": facts["rows"]}
        for column, value in report["summary"]["whole_video"].get(name, {}).items():
            row[f"{name}.{column}"] = value
    return row


def zipped(files: Mapping[str, str]) -> bytes:
    """Many files as one."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            about = zipfile.ZipInfo(name, ONCE)
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, text.encode())
    return packed.getvalue()
