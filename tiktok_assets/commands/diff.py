"""Two versions of one table of one video: which there are, what each was made with, and what differs between them."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from rich.table import Table

from analyzers.contract import REGISTRY
from resources.software import PROJECT
from resources.store import Outcome, Store, outcome_in
from tiktok_assets.commands.console import printable
from tiktok_assets.comparing import FRAMES, HARD, NAMES, TEXTS, TIME, Change, Comparison, compare

PRESENT = "present"
SHOWN = 40  # differences on a terminal; --json has all
LONGEST = 60  # signs of a value there
MOST = 5  # columns of a row there
HIDDEN = ("video_id", "row_id", "backend", "model_id", "model_rev", "evidence", *FRAMES)
SAID = ("confidence", *HARD, *NAMES, *TEXTS)  # of a row that came or went: not said again beside its name


class NoVersionError(Exception):
    """There is nothing to compare with: what is missing, and what to do."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a table."""

    mark: str
    path: Path
    outcome: Outcome
    is_present: bool

    @property
    def in_words(self) -> str:
        made = f", made {self.outcome.made_at}" if self.outcome.made_at else ""
        now = f" ({PRESENT})" if self.is_present else ""
        return f"{self.mark}{now}: {self.outcome.status}, {self.outcome.rows} rows by {self.outcome.backend}{made}"


@dataclass(frozen=True, slots=True)
class Difference:
    """Two versions, and what differs between them."""

    video: str
    analyzer: str
    before: Version
    after: Version
    rows_before: pa.Table
    rows_after: pa.Table
    found: Comparison


def versions(store: Store, analyzer: str, video: str) -> list[Version]:
    """The present table and the earlier ones that are kept, the newest first; none where it has not run."""
    path = store.table_path(analyzer, video)
    present = outcome_in(path)
    if present is None:
        return []
    earlier = ((old, outcome_in(old)) for old in store.earlier(analyzer, video))
    kept = [Version(o.mark, old, o, is_present=False) for old, o in earlier if o and o.mark != present.mark]
    return [Version(present.mark, path, present, is_present=True), *kept]


def diff(
    store: Store,
    video: str,
    analyzer: str,
    *,
    before: str | None = None,
    after: str | None = None,
    other: Store | None = None,
) -> Difference:
    """Compare the newest earlier version with the present one, or the present one with another folder's.

    `before` and `after` name other versions by their marks, or the beginnings of them. Raises NoVersionError.
    """
    here = _some(store, analyzer, video)
    there = _some(other, analyzer, video) if other else here
    if before is None and other is None and after is None and len(here) < 2:
        raise _nothing_else(analyzer, video, here)
    first = _named(before, here) if before else here[0] if other else _former(here, after)
    second = _named(after, there) if after else there[0]
    old, new = pq.read_table(first.path), pq.read_table(second.path)
    return Difference(video, analyzer, first, second, old, new, compare(old, new))


def _some(store: Store, analyzer: str, video: str) -> list[Version]:
    found = versions(store, analyzer, video)
    if not found:
        others = ", ".join(store.videos_with(analyzer)[:3])
        remedy = f"It has run on: {others}" if others else "Analyze a video first: python -m tiktok_assets analyze FILE"
        raise NoVersionError(f"{analyzer} has no table of {video} in {store.root}", remedy)
    return found


def _former(here: list[Version], after: str | None) -> Version:
    """The newest one that is not the one it is compared with."""
    second = _named(after, here) if after else here[0]
    found = next((version for version in here if version.mark != second.mark and not version.is_present), None)
    return found or here[0]


def _named(said: str, known: list[Version]) -> Version:
    """The version of that mark, or the only one whose mark begins so."""
    if said == PRESENT:
        return known[0]
    found = [version for version in known if version.mark.startswith(said)]
    exact = [version for version in found if version.mark == said]
    if len(exact or found) != 1:
        what = "several versions begin with" if found else "there is no version"
        raise NoVersionError(f"{what} `{said}`", f"there are: {_listed(known)}")
    return (exact or found)[0]


def _listed(known: list[Version]) -> str:
    return "; ".join(version.in_words for version in known)


def _nothing_else(analyzer: str, video: str, here: list[Version]) -> NoVersionError:
    why = f"{analyzer} has no earlier version of {video}, only {_listed(here)}"
    if analyzer in REGISTRY and REGISTRY[analyzer].is_biometric:
        why += "; what is said of people's bodies and minds is never kept twice"
    remedy = "One is kept when another version takes its place. Or compare with another data folder: --data-of DIR"
    return NoVersionError(why, remedy)


# For programs


def as_json(made: Difference) -> dict[str, Any]:
    """Everything."""
    found = made.found
    before, after = _rows(made.rows_before), _rows(made.rows_after)
    return {
        "video_id": made.video,
        "analyzer": made.analyzer,
        "from": _head(made.before),
        "to": _head(made.after),
        "columns": {
            "added": found.new_columns,
            "removed": found.gone_columns,
            "retyped": {name: list(types) for name, types in found.retyped.items()},
        },
        "counts": _counts(found),
        "changed_columns": dict(_by_column(found)),
        "changed": [
            {
                "from": before[change.before],
                "to": after[change.after],
                "columns": {
                    name: [before[change.before].get(name), after[change.after].get(name)] for name in change.columns
                },
            }
            for change in found.changed
        ],
        "removed": [before[row] for row in found.removed],
        "added": [after[row] for row in found.added],
    }


def _head(version: Version) -> dict[str, Any]:
    return {"mark": version.mark, "is_present": version.is_present} | asdict(version.outcome)


def _counts(found: Comparison) -> dict[str, int]:
    return {
        "unchanged": found.unchanged,
        "changed": len(found.changed),
        "added": len(found.added),
        "removed": len(found.removed),
    }


def _by_column(found: Comparison) -> list[tuple[str, int]]:
    return Counter(name for change in found.changed for name in change.columns).most_common()


def _rows(table: pa.Table) -> list[dict[str, Any]]:
    """Rows as plain values without what is absent; a figure of 32 bits as short as it can be told."""
    narrow = {name for name in table.column_names if table[name].type == pa.float32()}
    return [
        {name: _short(value) if name in narrow else value for name, value in row.items() if value is not None}
        for row in table.to_pylist()
    ]


def _short(value: float) -> float:
    return float(str(np.float32(value)))


# For people


def lines(made: Difference) -> Iterator[str | Table]:
    """The screen: what the versions are, how many rows differ, in which columns, and the first of them."""
    yield f"{made.analyzer} of {made.video}"
    yield _heads(made)
    counts = _counts(made.found)
    yield "rows: " + ", ".join(f"{n} {word}" for word, n in counts.items())
    found = made.found
    if found.new_columns:
        yield f"new columns: {', '.join(found.new_columns)}"
    if found.gone_columns:
        yield f"columns that are gone: {', '.join(found.gone_columns)}"
    for name, (old, new) in found.retyped.items():
        yield f"{name}: {old} -> {new}"
    if by_column := _by_column(found):
        yield "changed: " + ", ".join(f"{name} {n}" for name, n in by_column)
    told = _in_time(made)
    if told:
        yield _differences(made, told[:SHOWN])
    if len(told) > SHOWN:
        yield f"{len(told) - SHOWN} more differences: --json has all of them"
    if found.is_same:
        yield "no difference"


def _heads(made: Difference) -> Table:
    """The facts of both, side by side; those that do not differ and say little are left out."""
    table = Table(box=None, pad_edge=False)
    for title in ("", "from", "to"):
        table.add_column(title, overflow="fold")
    before, after = _facts(made.before, made.found, 0), _facts(made.after, made.found, 1)
    for name in before | after:
        old, new = before.get(name, ""), after.get(name, "")
        if name in ("version", "made", "status", "by", "rows") or old != new:
            style = "" if old == new or name == "made" else "[bold]"
            table.add_row(name, f"{style}{printable(old)}", f"{style}{printable(new)}")
    return table


def _facts(version: Version, found: Comparison, side: int) -> dict[str, str]:
    outcome = version.outcome
    by = " ".join(part for part in (outcome.backend, outcome.model_rev) if part)
    facts: dict[str, Any] = {
        "version": f"{version.mark}{f' ({PRESENT})' if version.is_present else ''}",
        "made": outcome.made_at,
        "status": outcome.status,
        "reason": outcome.reason,
        "by": by,
        "rows": outcome.rows,
        "calculated on": outcome.device,
        "evidence": found.once["evidence"][side] if "evidence" in found.once else None,
    }
    facts |= {name: json.dumps(value) for name, value in outcome.settings.items()}
    facts |= {name: value for name, value in outcome.software.items() if name in (PROJECT, "python")}
    return {name: str(value) for name, value in facts.items() if value not in (None, "")}


def _in_time(made: Difference) -> list[Change | tuple[str, int]]:
    """Every difference, in the order of time: pairs of rows, and rows that went (-) or came (+)."""
    before, after = _starts(made.rows_before), _starts(made.rows_after)
    told: list[tuple[float, Change | tuple[str, int]]] = [(after[c.after], c) for c in made.found.changed]
    told += [(before[row], ("-", row)) for row in made.found.removed]
    told += [(after[row], ("+", row)) for row in made.found.added]
    return [difference for _, difference in sorted(told, key=lambda pair: pair[0])]


def _starts(table: pa.Table) -> list[float]:
    has_times = "start_s" in table.column_names
    return [at or 0.0 for at in table["start_s"].to_pylist()] if has_times else [0.0] * len(table)


def _told(made: Difference, one: Change | tuple[str, int]) -> tuple[str, str, str, str]:
    """One difference: its sign, its time, its name, and what is other."""
    if isinstance(one, Change):
        old, new = _row(made.rows_before, one.before), _row(made.rows_after, one.after)
        names = sorted(one.columns, key=lambda name: _weight(name, new.get(name, old.get(name))))
        return "~", _span(old), _name(old), _some_of([f"{n} {_values(old.get(n), new.get(n))}" for n in names])
    sign, number = one
    row = _row(made.rows_before if sign == "-" else made.rows_after, number)
    said = {k: v for k, v in row.items() if v is not None and k not in (*HIDDEN, *TIME, *SAID)}
    names = sorted(said, key=lambda name: _weight(name, said[name]))
    return sign, _span(row), _name(row), _some_of([f"{name} {_value(said[name])}" for name in names])


def _weight(name: str, value: Any) -> int:
    """What is read first: times and names, then words, then figures and places, lists last."""
    if name in (*TIME, *HARD, *NAMES, *TEXTS):
        return 0
    return 3 if isinstance(value, list | dict) else 1 if isinstance(value, str) else 2


def _some_of(said: list[str]) -> str:
    more = f", {len(said) - MOST} more" if len(said) > MOST else ""
    return ", ".join(said[:MOST]) + more


def _row(table: pa.Table, number: int) -> dict[str, Any]:
    return table.slice(number, 1).to_pylist()[0]


def _span(row: Mapping[str, Any]) -> str:
    return " - ".join(f"{row[name]:.3f}" for name in TIME if row.get(name) is not None)


def _name(row: Mapping[str, Any]) -> str:
    """What a row is about, in its own words; numbers of tracks have a mark."""
    told = [row[name] for name in (*HARD, *NAMES, *TEXTS) if row.get(name) is not None]
    return " ".join(f"#{value}" if isinstance(value, int) else _cut(str(value)) for value in told)


def _values(old: Any, new: Any) -> str:
    """Two values as short as they can be told apart."""
    short, other = _value(old), _value(new)
    if short != other:
        return f"{short} -> {other}"
    return "differs" if isinstance(old, list | dict) else f"{_cut(repr(old))} -> {_cut(repr(new))}"


def _value(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return f"[{len(value)}]"
    return "nothing" if value is None else _cut(str(value))


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 2] + " …"


def _differences(made: Difference, shown: list[Change | tuple[str, int]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("", "seconds", "what", "difference"):
        table.add_column(title, overflow="fold", no_wrap=title in ("", "seconds"))
    colours = {"~": "yellow", "-": "red", "+": "green"}
    for one in shown:
        sign, span, name, words = _told(made, one)
        table.add_row(f"[{colours[sign]}]{sign}[/]", span, printable(name), printable(words))
    return table
