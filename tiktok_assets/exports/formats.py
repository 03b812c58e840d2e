"""The formats by name, and one video in each of them."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from resources.store import Outcome, Store, written_whole
from tiktok_assets.exports.ass import write_ass
from tiktok_assets.exports.capcut import write_capcut
from tiktok_assets.exports.edl import write_edl
from tiktok_assets.exports.fcp7 import write_fcp7
from tiktok_assets.exports.fcpxml import write_fcpxml
from tiktok_assets.exports.model import Timeline, read_timeline
from tiktok_assets.exports.names import FOLDER, file_names
from tiktok_assets.exports.otio import write_otio
from tiktok_assets.exports.subtitles import write_srt, write_vtt
from tiktok_assets.exports.tables import wide_row, write_csv, zipped

TIMELINES: Mapping[str, Callable[[Timeline], str | bytes]] = {
    "otio": write_otio,
    "edl": write_edl,
    "fcpxml": write_fcpxml,
    "xml": write_fcp7,
    "srt": write_srt,
    "vtt": write_vtt,
    "ass": write_ass,
    "capcut": write_capcut,
}


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of one video, read once for all formats."""

    timeline: Timeline
    report: Mapping[str, Any]
    columns: Mapping[str, list[str]]  # of every table
    rows: Mapping[str, list[dict[str, Any]]]


def find(store: Store, video: str) -> Found:
    """Read a video's report and tables; the media path is set when the place of a file is known."""
    report = json.loads((store.report_folder(video) / "report.json").read_text(encoding="utf-8"))
    tables, columns = {}, {}
    for name in report["analyzers"]:
        outcome = store.read_outcome(name, video)
        table = store.read_table(name, video)
        tables[name] = (outcome or Outcome("failed", 0, "", ""), table.to_pylist())
        columns[name] = table.column_names
    t_s = pq.read_table(store.table_path("frames", video), columns=["pts_s"])["pts_s"].to_pylist()
    title = store.file_name(video) or video
    timeline = read_timeline(video, title, "", store.read("media", video), t_s, tables)
    return Found(timeline, report, columns, {name: rows for name, (_, rows) in tables.items()})


def in_format(found: Found, to: str, media: str) -> bytes:
    """One file's content. `media` is where the video lies, seen from there."""
    if to == "row":
        row = wide_row(found.report)
        return write_csv(list(row), [row]).encode()
    if to == "csv":
        return zipped(as_csv(found))
    content = TIMELINES[to](replace(found.timeline, media=media))
    return content.encode() if isinstance(content, str) else content


def as_csv(found: Found) -> dict[str, str]:
    """Every table, by file name."""
    return {f"{name}.csv": write_csv(found.columns[name], rows) for name, rows in found.rows.items()}


def seen_from(folder: Path, store: Store, video: str) -> str:
    """The video's file from a folder: it stays right when the data folder is moved as a whole."""
    return Path(os.path.relpath(store.video_path(video).resolve(), folder.resolve())).as_posix()


def exports_folder(store: Store, video: str) -> Path:
    return store.report_folder(video) / FOLDER


def contents(store: Store, video: str) -> tuple[dict[str, bytes], dict[str, str]]:
    """Every export of a video by file name, and why there is none in a format: one's failure leaves the others."""
    made: dict[str, bytes] = {}
    failed: dict[str, str] = {}
    try:
        found = find(store, video)
    except Exception as error:  # whatever is wrong with the tables: the page needs fewer of them, and comes next
        return made, dict.fromkeys(file_names(video), _reason(error))
    media = seen_from(exports_folder(store, video), store, video)
    for to, name in file_names(video).items():
        try:
            made[name] = in_format(found, to, media)
        except Exception as error:  # whatever a format's writer trips over in a stranger's video
            failed[to] = _reason(error)
    return made, failed


def _reason(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def export_one(
    store: Store, video: str, to: str, out: Path | None, media: str | None, *, only_texts: bool = False
) -> Path:
    """Write one format, among the exports unless told otherwise."""
    path = out or exports_folder(store, video) / file_names(video)[to]
    found = find(store, video)
    if only_texts:
        found = replace(found, timeline=replace(found.timeline, speech=()))
    content = in_format(found, to, media or seen_from(path.parent, store, video))
    with written_whole(path) as half:
        half.write_bytes(content)
    return path
