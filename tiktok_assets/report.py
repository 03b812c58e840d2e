"""The report: everything that is known of one video, as one JSON file beside the Parquet tables.

It is a plain gathering of tables: what an analyzer found, how it fared, and which second it looked at.
Nothing is measured here, and nothing is left out in silence: an analyzer that failed is in it by name.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq

from analyzers.contract import Media, Spec
from analyzers.schema import arrow_columns
from resources import sources
from resources.settings import Settings
from resources.store import Outcome, Store, written_whole
from tiktok_assets.batches import Made, walk
from tiktok_assets.coverage import Coverage, coverage_rows, read_clock
from tiktok_assets.exports.names import FOLDER, file_names
from tiktok_assets.factory import active, asset_key
from tiktok_assets.keys import COVERAGE_KEY, RECONSTRUCTION_KEY, REPORT_KEY, VIDEOS_PER_RUN
from tiktok_assets.methods import NAME as METHODS
from tiktok_assets.methods import write_methods
from tiktok_assets.page.keepsakes import keep_parts
from tiktok_assets.page.links import result_link
from tiktok_assets.page.timeline import draw_timeline
from tiktok_assets.partitions import ON_ARRIVAL, VIDEOS
from tiktok_assets.reconstruction import told_of
from tiktok_assets.stages import on_stage
from tiktok_assets.upkeep.bookkeeping import conclude

SCHEMA_VERSION = "1.0"
CURVE_ROWS = 1000  # per kind of row; a longer curve is thinned in the JSON, its table stays whole
FEW = 100  # rows are no curve, however much each holds
CURVE_VALUES = 40_000  # likewise, of all rows of a kind: a face's row holds 80
SAID_ONCE = ("video_id", "backend", "model_id", "model_rev")  # the same in every row: stated under `analyzers`


def build_report(settings: Settings) -> list[dg.AssetsDefinition]:
    """The assets after all analyzers."""
    specs = active(settings)
    tables = [asset_key(spec.name) for spec in specs]

    def make_coverage(store: Store, video: str) -> Made:
        return Made({"dagster/row_count": len(write_coverage(store, video, specs))})

    def make_report(store: Store, video: str) -> Made:
        path = write_report(store, video, specs, settings)
        conclude(store, video)
        counts = Counter(o.status for spec in specs if (o := store.read_outcome(spec.name, video)))
        where = {"result": result_link(video), "path": dg.MetadataValue.path(path)}
        return Made({**counts, **where, "size_bytes": path.stat().st_size})

    about = "Which second of the video each analyzer looked at, and what came of it; no second is missing."
    return [
        _asset(COVERAGE_KEY, [*tables, asset_key("motion")], "parquet", about, make_coverage),
        _asset(
            REPORT_KEY,
            [COVERAGE_KEY, RECONSTRUCTION_KEY, asset_key("post"), *tables],
            "json",
            (__doc__ or "").strip(),
            make_report,
        ),
    ]


def _asset(
    key: dg.AssetKey, deps: list[dg.AssetKey], kind: str, about: str, make_one: Callable[[Store, str], Made]
) -> dg.AssetsDefinition:
    @dg.asset(
        key=key,
        deps=deps,
        group_name="report",
        description=about,
        code_version=SCHEMA_VERSION,
        partitions_def=VIDEOS,
        backfill_policy=dg.BackfillPolicy.multi_run(VIDEOS_PER_RUN),
        automation_condition=ON_ARRIVAL,
        kinds={kind},
        owners=["team:report"],
        tags={"stage": "cpu"},
        op_tags=on_stage("cpu", at_home=True),
    )
    def asset(context: dg.AssetExecutionContext, store: Store):
        yield from walk(context, [key], lambda video: {key: make_one(store, video)})

    return asset


def ran(store: Store, video: str, specs: list[Spec]) -> dict[str, tuple[Spec, Outcome]]:
    """The analyzers that have a table for this video, by name, in alphabetical order."""
    found = {spec.name: (spec, o) for spec in specs if (o := store.read_outcome(spec.name, video))}
    return dict(sorted(found.items()))


def write_coverage(store: Store, video: str, specs: list[Spec]) -> list[Coverage]:
    clock = read_clock(store, video)
    rows = [
        row
        for name, (spec, outcome) in ran(store, video, specs).items()
        for row in coverage_rows(spec, outcome, store.read_table(name, video), clock, video)
    ]
    schema = arrow_columns(Coverage)
    table = pa.Table.from_pylist([asdict(row) for row in rows], schema=schema)
    with written_whole(store.table_path("coverage", video)) as half:
        pq.write_table(table, half, compression="zstd")
    return rows


def write_report(store: Store, video: str, specs: list[Spec], settings: Settings) -> Path:
    """report.json, METHODS.md and the timeline picture; then decoded parts are cleared unless they are to be kept."""
    write_frames_table(store, video)
    path = store.report_folder(video) / "report.json"
    told = gather(store, video, specs)
    with written_whole(path) as half:
        half.write_text(_text(told), encoding="utf-8")
    write_methods(store, video, ran(store, video, specs), settings)
    for part in ("frames", "audio"):
        sources.ensure(store, video, part, settings)
    frames = store.read("frames", video)
    with written_whole(path.with_name("timeline.png")) as half:
        draw_timeline(told, frames).save(half, "PNG")
    keep_parts(path.parent, frames, store.read("audio", video), told["media"]["duration_s"])
    if not settings.keep_sources:
        sources.clear(store, video)
    return path


def write_frames_table(store: Store, video: str) -> None:
    """When every frame of the video is shown: the clock that all row times refer to."""
    motion = store.read("motion", video)
    columns = {
        "frame": pa.array(range(len(motion.t_s)), pa.int32()),
        "pts_s": motion.t_s,
        "dur_s": motion.dur_s,
        "key": motion.is_key,
        "dup": motion.is_dup,
    }
    with written_whole(store.table_path("frames", video)) as half:
        pq.write_table(pa.table(columns), half, compression="zstd")


def gather(store: Store, video: str, specs: list[Spec]) -> dict[str, Any]:
    """The report as plain values, in the order in which it is read."""
    media, post = store.read("media", video), store.read("post", video)
    fared = ran(store, video, specs)
    tables = {name: _json_rows(store.read_table(name, video)) for name in fared}
    return {
        "schema_version": SCHEMA_VERSION,
        "video": {"id": video, "file_name": store.file_name(video)} | _present(_plain(asdict(post))),
        "media": _plain(asdict(media)),
        "summary": _summary(media, fared, tables),
        "analyzers": {name: _fared(spec, outcome, store, video, tables) for name, (spec, outcome) in fared.items()},
        "tables": {name: _thinned(rows) for name, rows in tables.items()},
        "coverage": _coverage(pq.read_table(store.table_path("coverage", video)).to_pylist()),
        "reconstruction": told_of(store, video),
        "methods": METHODS,
        "exports": {to: f"{FOLDER}/{name}" for to, name in file_names(video).items()},  # made next
    }


def _fared(spec: Spec, outcome: Outcome, store: Store, video: str, tables: dict[str, list[Any]]) -> dict[str, Any]:
    n_rows = len(tables[spec.name])
    n_told = len(_thinned(tables[spec.name]))
    return {
        "status": outcome.status,
        "reason": outcome.reason,
        "remedy": outcome.remedy,
        "backend": outcome.backend,
        "model": outcome.model_id,
        "model_revision": outcome.model_rev,
        "version": outcome.version,
        "evidence": spec.evidence,
        "seconds": outcome.seconds,
        "rows": n_rows,
        "rows_here": n_told,
        "columns": store.read_table(spec.name, video).column_names,
        "table": str(store.table_path(spec.name, video).relative_to(store.root)),
    }


def _summary(
    media: Media, fared: Mapping[str, tuple[Spec, Outcome]], tables: Mapping[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    """Whether all of the video was seen by all, how they fared, and each table's row for the whole video."""
    counts = Counter(outcome.status for _, outcome in fared.values())
    whole = {name: _whole_video_row(rows) for name, rows in tables.items()}
    is_complete = not media.warnings and not {"failed", "skipped"} & set(counts)
    return {
        "complete": is_complete,
        "analyzers": dict(sorted(counts.items())),
        "whole_video": {n: row for n, row in whole.items() if row},
    }


def _whole_video_row(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    row = next((r for r in rows if r.get("level") == "video" or r.get("kind") == "summary"), None)
    hidden = {"row_id", "start_frame", "end_frame", "start_s", "end_s", "level", "kind", "evidence", "confidence"}
    return {k: v for k, v in row.items() if k not in hidden} if row else None


def _json_rows(table: pa.Table) -> list[dict[str, Any]]:
    told = table.drop_columns([name for name in SAID_ONCE if name in table.column_names])
    return [_present(_plain(row)) for row in told.to_pylist()]


def _thinned(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """At most CURVE_ROWS rows and CURVE_VALUES values of each kind, evenly spread; what is no curve stays whole."""

    def kind(row: dict[str, Any]) -> str:
        return f"{row.get('level')}/{row.get('kind')}"

    counts, values = Counter(kind(row) for row in rows), Counter[str]()
    for row in rows:
        values[kind(row)] += _values(row)
    step = {
        k: -(-max(n, values[k] * CURVE_ROWS // CURVE_VALUES if n > FEW else 0) // CURVE_ROWS) for k, n in counts.items()
    }
    seen: Counter[str] = Counter()
    kept = []
    for row in rows:
        if seen[kind(row)] % step[kind(row)] == 0:
            kept.append(row)
        seen[kind(row)] += 1
    return kept


def _values(value: Any) -> int:
    """How many numbers and words are in it."""
    if isinstance(value, dict | list):
        return sum(_values(item) for item in (value.values() if isinstance(value, dict) else value))
    return 1


def _text(told: dict[str, Any]) -> str:
    """JSON that can be read: a line for every fact, and for every row of a table one line."""
    parts = [f" {json.dumps(name)}: {_part(name, value)}" for name, value in told.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _part(name: str, value: Any) -> str:
    if name != "tables":
        return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1).replace("\n", "\n ")
    tables = (f"  {json.dumps(table)}: {_lines(rows)}" for table, rows in value.items())
    return "{\n" + ",\n".join(tables) + "\n }" if value else "{}"


def _lines(rows: list[dict[str, Any]]) -> str:
    told = (f"   {json.dumps(row, ensure_ascii=False, allow_nan=False)}" for row in rows)
    return "[\n" + ",\n".join(told) + "\n  ]" if rows else "[]"


def _coverage(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """One list per analyzer, one entry per second."""
    return {
        name: {
            "status": [row["status"] for row in seconds],
            "n_rows": [row["n_rows"] for row in seconds],
            "n_samples": [row["n_samples"] for row in seconds],
        }
        for name, seconds in ((n, list(g)) for n, g in groupby(rows, key=lambda row: row["analyzer"]))
    }


def _present(row: dict[str, Any]) -> dict[str, Any]:
    """In JSON, absence is a key that is not there."""
    return {name: value for name, value in row.items() if value is not None}


def _plain(value: Any) -> Any:
    """Microseconds and six decimals are more than any of this is exact to."""
    if isinstance(value, float):
        return round(value, 6) + 0.0  # no negative zero
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
