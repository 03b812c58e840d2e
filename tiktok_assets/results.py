"""What has been analyzed, read back from the reports."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from resources.places import KEY

PROSE = ("file", "reason", "remedy")  # may be broken over lines


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows for programs, and the same as a table for people."""

    title: str
    columns: tuple[str, ...]
    rows: list[dict[str, Any]]

    def as_table(self) -> Table:
        table = Table(title=self.title, title_justify="left", box=None, pad_edge=False)
        shown = [column for column in self.columns if any(row.get(column) is not None for row in self.rows)]
        for column in shown:
            table.add_column(column, overflow="fold", no_wrap=column not in PROSE)
        for row in self.rows:
            table.add_row(*(_shown(row.get(column)) for column in shown))
        return table


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.2f}"
    return "" if value is None else escape("".join(c for c in str(value) if c.isprintable()))


def report_path(data: Path, video: str) -> Path:
    return data / "reports" / video / "report.json"


def videos(data: Path) -> list[str]:
    """Every video with a report, by key."""
    return sorted(p.parent.name for p in (data / "reports").glob("*/report.json") if KEY.fullmatch(p.parent.name))


def of_all(data: Path) -> Listing:
    """One line per video."""
    rows = []
    for video in videos(data):
        told = json.loads(report_path(data, video).read_text(encoding="utf-8"))
        statuses = told["summary"]["analyzers"]
        rows.append(
            {
                "video_id": video,
                "file": told["video"].get("file_name"),
                "seconds": told["media"]["duration_s"],
                "analyzers": ", ".join(f"{n} {status}" for status, n in statuses.items()),
            }
        )
    return Listing("", ("video_id", "file", "seconds", "analyzers"), rows)


def of_one(data: Path, video: str) -> Listing:
    """One line per analyzer."""
    told = json.loads(report_path(data, video).read_text(encoding="utf-8"))
    rows = [{"analyzer": name} | facts for name, facts in told["analyzers"].items()]
    title = f"{told['video'].get('file_name') or video}   {told['media']['duration_s']:.2f} s"
    return Listing(title, ("analyzer", "status", "rows", "seconds", "backend", "reason", "remedy"), rows)


def in_short(path: Path) -> Table:
    """The row for the whole video of every table that has one."""
    told = json.loads(path.read_text(encoding="utf-8"))
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, row in told["summary"]["whole_video"].items():
        for number, (column, value) in enumerate(row.items()):
            shown = ", ".join(s["hex"] for s in value) if column == "palette" else _shown(value)
            table.add_row(name if number == 0 else "", column, shown)
    for number, (way, points) in enumerate(_rebuilt_points(told).items()):
        table.add_row("reconstruction" if number == 0 else "", way, f"{points:.1f} of 100")
    return table


def _rebuilt_points(told: Mapping[str, Any]) -> dict[str, float]:
    """How near the video comes that was rebuilt from this report, each way that has a score."""
    ways = (told.get("reconstruction") or {}).get("ways", {})
    return {way: said["score"] for way, said in ways.items() if said["score"] is not None}
