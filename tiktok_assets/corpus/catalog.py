"""Catalog: every table of every video as a view of one DuckDB file, for questions across videos.

It holds no rows of the tables, but where they lie and how each analyzer fared: most of a new one is taken from the one
before, only files that have changed are opened. What cannot be read is left out of the views and named in `runs`.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq

from analyzers.contract import REGISTRY, Media, Post
from analyzers.schema import arrow_columns
from resources.places import KEY, alone
from resources.store import OUTCOME, Store, written_whole
from resources.threads import threads_for
from tiktok_assets.corpus.shared import GROUP, WHEN_NEWER
from tiktok_assets.corpus.views import ACROSS, FRAMES, READY, declared, place, table_view
from tiktok_assets.keys import REPORT_KEY
from tiktok_assets.stages import on_stage

CATALOG = "catalog"
VERSION = "1"  # bump when a view or what is kept changes
MEMORY = "1GB"  # of DuckDB
BLOCK_BYTES = 16_384  # the smallest: most of the file is views, and sixty tables of nothing
ALL = "*.parquet"
NONE = "none.parquet"

KEPT_FILES = pa.schema(
    [
        ("analyzer", pa.string()),
        ("video_id", pa.string()),
        ("changed_ns", pa.int64()),
        ("is_analyzer", pa.bool_()),
        ("is_readable", pa.bool_()),
        ("status", pa.string()),
        ("n_rows", pa.int64()),
        ("seconds", pa.float64()),
        ("backend", pa.string()),
        ("model_id", pa.string()),
        ("model_rev", pa.string()),
        ("version", pa.int64()),
        ("reason", pa.string()),
        ("remedy", pa.string()),
        ("made_at", pa.string()),
        ("device", pa.string()),
    ]
)
KEPT_VIDEOS = pa.schema(
    [("video_id", pa.string()), ("file_name", pa.string()), *arrow_columns(Post), *arrow_columns(Media)]
)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Catalog:
    """What a new catalog holds."""

    path: Path
    videos: int
    files: int
    anew: int  # of them, that were opened
    unreadable: tuple[str, ...]  # from the data folder on


def build_catalog() -> dg.AssetsDefinition:
    @dg.asset(
        key=[GROUP, CATALOG],
        deps=[REPORT_KEY],
        group_name=GROUP,
        description=(__doc__ or "").strip(),
        code_version=VERSION,
        automation_condition=WHEN_NEWER,
        kinds={"duckdb"},
        owners=[f"team:{GROUP}"],
        tags={"stage": "cpu"},
        op_tags=on_stage("cpu", at_home=True),
    )
    def catalog(store: Store) -> dg.MaterializeResult:
        built = build(store)
        return dg.MaterializeResult(
            metadata={
                "path": dg.MetadataValue.path(built.path),
                "videos": built.videos,
                "tables": built.files,
                "tables_opened": built.anew,
                "unreadable_tables": len(built.unreadable),
                "unreadable": ", ".join(built.unreadable[:20]),
                "size_bytes": built.path.stat().st_size,
            }
        )

    return catalog


def catalog_path(store: Store) -> Path:
    return store.corpus_path(CATALOG).with_suffix(".duckdb")


def is_current(store: Store) -> bool:
    """Whether no table, post or media file has come, changed or gone since it was made."""
    return _kept(catalog_path(store), "SELECT stamp FROM kept.made") == [(_stamp(store),)]


def current(store: Store, elsewhere: Path) -> Path:
    """The catalog, made anew where it tells what was; elsewhere, where the data folder cannot be written to."""
    if is_current(store):
        return catalog_path(store)
    try:
        return build(store).path
    except OSError:
        return build(store, elsewhere).path


def build(store: Store, to: Path | None = None) -> Catalog:
    """The catalog, written whole."""
    path = to or catalog_path(store)
    with alone(path.with_suffix(".lock")), tempfile.TemporaryDirectory(prefix="catalog-") as folder:
        stamp, tables = _stamp(store), declared()
        files, anew = _files(store, tables, _known(catalog_path(store)))
        videos = sorted({row["video_id"] for row in files} | set(_names(Path(store.root) / "sources")))
        made = Path(folder) / "made.duckdb"
        with _connected(made, Path(folder)) as connection:
            _keep(connection, "files", pa.Table.from_pylist(files, schema=KEPT_FILES))
            rows = [_video(store, video) for video in videos]
            _keep(connection, "videos", pa.Table.from_pylist(rows, schema=KEPT_VIDEOS))
            _keep(connection, "made", pa.table({"stamp": [stamp]}))
            _declare(connection, store, tables, files, Path(folder))
            for name, view in READY.items():
                connection.execute(f'CREATE VIEW "{name}" AS {view.sql}')
        with written_whole(path) as half:
            shutil.copyfile(made, half)
    unreadable = [place(row["analyzer"], f"{row['video_id']}.parquet") for row in files if not row["is_readable"]]
    return Catalog(path, len(videos), len(files), anew, tuple(unreadable))


def unreadable(path: Path) -> list[str]:
    """The files that a catalog's views leave out, from the data folder on."""
    found = _kept(path, "SELECT analyzer, video_id FROM kept.files WHERE NOT is_readable ORDER BY ALL")
    return [place(name, f"{video}.parquet") for name, video in found]


def forget_in_catalog(store: Store) -> None:
    """Make it anew without the videos that are gone."""
    if catalog_path(store).exists():
        build(store)


@contextmanager
def _connected(path: Path, spill: Path, *, is_read_only: bool = False) -> Iterator[Any]:
    import duckdb

    connection = duckdb.connect(str(path), read_only=is_read_only, config=limits(spill))
    try:
        yield connection
    finally:
        connection.close()


def limits(spill: Path) -> dict[str, Any]:
    """What DuckDB may take of the machine; nothing is fetched."""
    return {
        "threads": threads_for("cpu"),
        "memory_limit": MEMORY,
        "temp_directory": str(spill),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "default_block_size": BLOCK_BYTES,
    }


def _kept(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """What an earlier catalog says; nothing where there is none, or it is damaged or another version's."""
    import duckdb

    if not path.is_file():
        return []
    try:
        with tempfile.TemporaryDirectory() as spill, _connected(path, Path(spill), is_read_only=True) as connection:
            return connection.execute(sql).fetchall()
    except duckdb.Error:
        return []


def _known(path: Path) -> dict[tuple[str, str], Row]:
    """The files that the catalog has looked into, if their columns are still declared as they were."""
    if not _kept(path, f"SELECT 1 FROM kept.made WHERE stamp LIKE '{_shape()}%'"):
        return {}
    columns = KEPT_FILES.names
    rows = _kept(path, f"SELECT {', '.join(columns)} FROM kept.files")
    return {(row[0], row[1]): dict(zip(columns, row, strict=True)) for row in rows}


def _shape() -> str:
    """Of the views and of the columns that are declared."""
    told = [VERSION, *(f"{name} {schema}" for name, schema in declared().items()), *(v.sql for v in READY.values())]
    return sha256("\n".join(told).encode()).hexdigest()[:16]


def _stamp(store: Store) -> str:
    """Changes with everything that the catalog tells: a file that takes its place changes its folder's time."""
    data, told = Path(store.root), sha256()
    paths = [data / "tables" / name for name in sorted(declared())]
    paths += [data / place(name, "") for name in ACROSS]
    for video in _names(data / "sources"):
        paths += [data / "sources" / video / name for name in ("media.json", "post.json")]
        paths.append(store.request_path(video))
    for path in paths:
        told.update(f"{path.relative_to(data)} {_changed_ns(path)}\n".encode())
    return f"{_shape()}-{told.hexdigest()}"


def _changed_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _names(folder: Path) -> list[str]:
    """The videos that have a folder there."""
    return sorted(name for name in os.listdir(folder) if KEY.fullmatch(name)) if folder.is_dir() else []


def _files(
    store: Store, tables: Mapping[str, pa.Schema], known: Mapping[tuple[str, str], Row]
) -> tuple[list[Row], int]:
    """Every table's file, and how many were opened: one that is as old as the known one is that."""
    found, anew = [], 0
    for name, schema in tables.items():
        for video in store.videos_with(name):
            path = store.table_path(name, video)
            row = known.get((name, video))
            if row is None or row["changed_ns"] != _changed_ns(path):
                row = _look_into(path, name, video, schema)
                anew += 1
            found.append(row)
    return found, anew


def _look_into(path: Path, name: str, video: str, declared_: pa.Schema) -> Row:
    about = {"analyzer": name, "video_id": video, "changed_ns": _changed_ns(path), "is_analyzer": name in REGISTRY}
    try:
        there = pq.read_schema(path)
        outcome = json.loads((there.metadata or {})[OUTCOME]) if name in REGISTRY else {}
    except (OSError, pa.ArrowInvalid, KeyError, ValueError):
        return about | {"is_readable": False, "reason": "its file is damaged", "remedy": "Analyze the video again"}
    if not _fits(there, declared_):
        reason = "its columns are of another shape than today's"
        return about | {"is_readable": False, "reason": reason, "remedy": "Analyze the video again"}
    told = {column: outcome.get(column) for column in KEPT_FILES.names if column not in about}
    return about | told | {"is_readable": True, "n_rows": outcome.get("rows")}


def _fits(there: pa.Schema, declared_: pa.Schema) -> bool:
    """Numbers and texts are cast to what is declared; a list is no number."""
    both = set(there.names) & set(declared_.names)
    return all(_nesting(there.field(name).type) == _nesting(declared_.field(name).type) for name in both)


def _nesting(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"list {_nesting(kind.value_type)}"
    return "struct" if pa.types.is_struct(kind) else ""


def _video(store: Store, video: str) -> Row:
    """What its small files say; what is missing or damaged is not known."""
    row: Row = {"video_id": video}
    for name in ("post", "media"):
        try:
            row |= asdict(store.read(name, video))
        except (OSError, ValueError, TypeError, KeyError):
            continue
    try:
        row["file_name"] = store.file_name(video)
    except (OSError, ValueError):
        row["file_name"] = None
    return row


def _keep(connection: Any, name: str, table: pa.Table) -> None:
    connection.execute("CREATE SCHEMA IF NOT EXISTS kept")
    connection.register("given", table)
    connection.execute(f"CREATE TABLE kept.{name} AS FROM given")
    connection.unregister("given")


def _declare(
    connection: Any, store: Store, tables: Mapping[str, pa.Schema], files: Sequence[Row], folder: Path
) -> None:
    """One view a table. A view is checked against the files when it is made: against empty ones, as they are quick."""
    connection.execute("CREATE SCHEMA declared")
    connection.execute("SET VARIABLE data = ?", [f"{folder}/"])
    good: dict[str, list[str]] = {name: [] for name in tables}
    for row in files:
        if row["is_readable"]:
            good[row["analyzer"]].append(f"{row['video_id']}.parquet")
    for name, schema in tables.items():
        connection.register("given", schema.empty_table())
        connection.execute(f'CREATE TABLE declared."{name}" AS FROM given')
        connection.unregister("given")
        described = connection.execute(f'DESCRIBE declared."{name}"').fetchall()
        listed = _listed(store, name, good[name])
        _stand_in(folder, name, schema, listed)
        connection.execute(table_view(name, {column: kind for column, kind, *_ in described}, listed))


def _listed(store: Store, name: str, good: Sequence[str]) -> list[str]:
    """A pattern, which takes in what comes later, unless it would take in what cannot be read."""
    if name in ACROSS:
        return [NONE] if _is_readable(store.corpus_path(name)) else []
    there = [path.name for path in (Path(store.root) / "tables" / name).glob(ALL)]
    return [ALL] if there and len(there) == len(good) else list(good)


def _is_readable(path: Path) -> bool:
    try:
        pq.read_schema(path)
    except (OSError, pa.ArrowInvalid):
        return False
    return True


def _stand_in(folder: Path, name: str, schema: pa.Schema, listed: Sequence[str]) -> None:
    """An empty file for each that a view names."""
    empty = schema.remove(schema.get_field_index("video_id")) if name == FRAMES else schema
    first, *others = [folder / place(name, NONE if file == ALL else file) for file in listed] or [folder / NONE]
    first.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(empty.empty_table(), first)
    for path in others:
        path.hardlink_to(first)
