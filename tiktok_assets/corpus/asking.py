"""Questions to the catalog: one SELECT at a time, that can read the tables and do nothing else.

The connection is read-only, and locked: of the disk it sees the tables alone. DuckDB lets who may read a folder write
there too, by a COPY within a WITH or from within some functions, so a question is looked at before it is asked: it is
made of plain SELECTs, its table functions are known ones, and it is asked as a part of another, where DuckDB itself
takes nothing that writes.
"""

import json
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from resources.store import Store
from tiktok_assets.corpus.catalog import current, limits, unreadable
from tiktok_assets.corpus.views import ACROSS, READY, declared, place

# DuckDB 2.0.0 may wait for itself forever where LIMIT ends a query over a materialized WITH; it can be interrupted.
LONGEST_S = 300.0
SPILL = "10GB"  # of the disk, for what does not fit into memory
PARTS = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
FUNCTIONS = {"unnest", "range", "generate_series", "duckdb_columns", "duckdb_tables", "duckdb_views"}
IS_PATTERN = re.compile(r"[*?\[\]]")
NO_TABLE = re.compile(r"Table with name (.+?) does not exist")

Row = dict[str, Any]


class QuestionError(Exception):
    """What is wrong with a question, and what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


class DamagedError(QuestionError):
    """The question is good, but a file could not be read."""


@dataclass(frozen=True, slots=True)
class Answer:
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    has_more: bool
    left_out: list[str]  # damaged files
    has_videos: bool

    def records(self) -> Iterator[Row]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)


def ask(store: Store, sql: str, limit: int | None = None) -> Answer:
    """At most so many rows. Raises QuestionError."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="query-") as folder:
        path = current(store, Path(folder) / "catalog.duckdb")
        with _locked(store, path, Path(folder)) as connection:
            timer = threading.Timer(LONGEST_S, connection.interrupt)
            timer.start()
            try:
                found = connection.execute(f"SELECT * FROM (\n{_looked_at(connection, sql)}\n)")
                columns = _told_apart([column[0] for column in found.description])
                rows = found.fetchall() if limit is None else found.fetchmany(limit + 1)
            except duckdb.Error as error:
                raise _as_told(error) from None
            except RuntimeError as error:  # what Ctrl-C becomes in DuckDB
                raise KeyboardInterrupt from error
            finally:
                timer.cancel()
            [(has_videos,)] = connection.execute("SELECT count(*) > 0 FROM kept.videos").fetchall()
        has_more = limit is not None and len(rows) > limit
        return Answer(columns, rows[:limit], has_more, unreadable(path), has_videos)


@contextmanager
def _locked(store: Store, path: Path, folder: Path) -> Iterator[Any]:
    """A connection that sees the tables, and can no longer be told to see more."""
    import duckdb

    narrow = {"python_enable_replacements": False, "allow_community_extensions": False}
    spill = folder / "spill"
    config = limits(spill) | narrow | {"max_temp_directory_size": SPILL}
    connection = duckdb.connect(str(path), read_only=True, config=config)
    try:
        home = _home(store, folder)
        files = [str(home / place(name, "")) for name in ACROSS]
        connection.execute("SET VARIABLE data = ?", [f"{home}/"])
        connection.execute(f"SET allowed_directories = [{_quoted(f'{home}/tables/')}]")
        connection.execute(f"SET allowed_paths = [{', '.join(map(_quoted, files))}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection
    finally:
        connection.close()


def _home(store: Store, folder: Path) -> Path:
    """The data folder under a name that is no pattern, as files are found by patterns."""
    data = Path(store.root).resolve()
    if not IS_PATTERN.search(str(data)):
        return data
    link = folder / "data"
    link.symlink_to(data)
    return link


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _looked_at(connection: Any, sql: str) -> str:
    """The one SELECT in it, without what ends it."""
    statements = connection.extract_statements(sql)
    if len(statements) != 1:
        raise QuestionError(f"{len(statements)} statements", "Ask one question at a time")
    if statements[0].type.name != "SELECT":
        kind = statements[0].type.name
        hint = "Name its values: PIVOT ... ON column IN ('a', 'b')" if kind == "MULTI" else "Ask with SELECT"
        raise QuestionError(f"{kind} is refused: the catalog is only read", hint)
    plain = statements[0].query.strip().rstrip(";")
    [(tree,)] = connection.execute("SELECT json_serialize_sql(?)", [plain]).fetchall()
    parsed = json.loads(tree)
    if parsed.get("error"):
        raise QuestionError("this question cannot be looked into, and is refused", "Ask with a plain SELECT")
    for part in _parts(parsed):
        kind, name = part.get("type"), _function(part)
        if isinstance(kind, str) and kind.endswith("_NODE") and kind not in PARTS:
            what = kind.removesuffix("_NODE").removesuffix("_QUERY")
            raise QuestionError(f"{what} is refused: the catalog is only read", "Ask with SELECT")
        if kind == "TABLE_FUNCTION" and name not in FUNCTIONS:
            known = ", ".join(sorted(FUNCTIONS))
            raise QuestionError(f"{name}() is refused", f"Ask the views: SHOW TABLES. Table functions: {known}")
    return plain


def _parts(tree: Any) -> Iterator[Row]:
    left = [tree]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            yield part
            left.extend(part.values())
        elif isinstance(part, list):
            left.extend(part)


def _function(part: Row) -> str | None:
    function = part.get("function")
    return function.get("function_name") if isinstance(function, dict) else None


def _told_apart(names: list[str]) -> tuple[str, ...]:
    """Each name once: a second `n` is n_2."""
    found: list[str] = []
    for name in names:
        number, told = 1, name
        while told in found:
            number, told = number + 1, f"{name}_{number + 1}"
        found.append(told)
    return tuple(found)


def _as_told(error: Exception) -> QuestionError:
    """DuckDB's error, with what to do about it."""
    import duckdb

    what = str(error).split("\n\nLINE ")[0].split("\n\n")[0].strip()
    if isinstance(error, duckdb.CatalogException) and (missing := NO_TABLE.search(what)):
        return _no_table(missing[1])
    if isinstance(error, duckdb.BinderException) and "column" in what:
        return QuestionError(what, 'A view\'s columns: query "DESCRIBE shots", and docs/tables.md')
    if isinstance(error, duckdb.InterruptException):
        remedy = "Ask for fewer videos; or without LIMIT in the SQL, by query --limit N"
        return QuestionError(f"no answer within {LONGEST_S:g} s", remedy)
    if isinstance(error, duckdb.PermissionException):
        return QuestionError("only the catalog's views can be read", 'They are listed by: query "SHOW TABLES"')
    if isinstance(error, duckdb.OutOfMemoryException):
        return QuestionError(what, "Ask for fewer videos at a time, or for fewer columns")
    if ".parquet" in what or type(error) is duckdb.Error:  # of a damaged page, Thrift's reader names no file
        return DamagedError(what, "If a table's file is damaged, analyze that video again")
    return QuestionError(what, "Ready questions: query --examples")


def _no_table(name: str) -> QuestionError:
    views = [*READY, *declared()]
    near = get_close_matches(name, views, n=3)
    hint = f"Did you mean {' or '.join(near)}? " if near else ""
    return QuestionError(f"there is no view `{name}`", f'{hint}They are listed by: query "SHOW TABLES"')
