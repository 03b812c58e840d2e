"""What is checked of every table after it was written, by reading it back.

The rows were checked on their way in (analyzers/schema.py); these checks hold for what lies on the disk,
so a table that was changed, cut short or written by other code turns red.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import pyarrow as pa

from analyzers.contract import Spec
from analyzers.schema import PLACEHOLDERS, arrow_schema, fields
from resources.store import Outcome
from tiktok_assets.coverage import Clock

STATUS, SCHEMA, COVERAGE, PLACEHOLDER = "status", "schema", "coverage", "no_placeholders"
CHECKS = {
    STATUS: "the analyzer ran to its end; a warning where it was skipped or fell back",
    SCHEMA: "the table has exactly the declared columns, and its rows lie within the video",
    COVERAGE: "no stretch of the video longer than promised went unseen",
    PLACEHOLDER: "no text column holds a placeholder such as 'unknown', no number is NaN",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check on one video's table."""

    check: str
    passed: bool
    said: str
    is_warning: bool = False


def verdicts(spec: Spec, outcome: Outcome, table: pa.Table, clock: Clock) -> Iterator[Verdict]:
    yield _status(outcome)
    yield _schema(spec, table, clock)
    yield _coverage(spec, outcome, clock)
    yield _placeholders(spec, table)


def _status(outcome: Outcome) -> Verdict:
    said = ": ".join(part for part in (outcome.status, outcome.reason) if part)
    if outcome.remedy:
        said = f"{said}. {outcome.remedy}"
    return Verdict(STATUS, outcome.status in ("ok", "none_found"), said, is_warning=outcome.status != "failed")


def _schema(spec: Spec, table: pa.Table, clock: Clock) -> Verdict:
    wanted = arrow_schema(spec.row)
    if not table.schema.equals(wanted):
        odd = {str(field) for field in wanted} ^ {str(field) for field in table.schema}
        return Verdict(SCHEMA, False, "columns differ from the declaration: " + ", ".join(sorted(odd)))
    # Half a millisecond: the last frame's end is a sum of rounded times.
    end_s = max(clock.media.duration_s, _sound_end_s(clock)) + 5e-4
    starts, ends = table["start_s"].to_numpy(), table["end_s"].to_numpy()
    wrong = np.flatnonzero((starts < 0) | (ends < starts) | (ends > end_s))
    if len(wrong):
        row = wrong[0]
        said = f"row {row} spans {starts[row]:.3f}..{ends[row]:.3f} s of a video of {end_s:.3f} s"
        return Verdict(SCHEMA, False, said)
    return Verdict(SCHEMA, True, f"{len(wanted)} columns, {table.num_rows} rows")


def _sound_end_s(clock: Clock) -> float:
    return clock.media.a_end_s or 0.0


def _coverage(spec: Spec, outcome: Outcome, clock: Clock) -> Verdict:
    if not outcome.is_trusted:
        return Verdict(COVERAGE, False, f"nothing was looked at: {outcome.status}", is_warning=True)
    gap_s, frame_s = clock.largest_gap_s(spec), clock.longest_frame_s
    said = f"longest unseen stretch {gap_s:.3f} s, promised {spec.max_gap_s:g} s (and one frame of {frame_s:.3f} s)"
    return Verdict(COVERAGE, gap_s <= spec.max_gap_s + frame_s + 1e-6, said)


def _placeholders(spec: Spec, table: pa.Table) -> Verdict:
    for name, field in fields(spec.row).items():
        if name in table.column_names and (found := _lie(table[name], field.column.verbatim)) is not None:
            return Verdict(PLACEHOLDER, False, f"{name} holds {found!r}")
    return Verdict(PLACEHOLDER, True, "none")


def _lie(values: pa.ChunkedArray, is_verbatim: bool) -> Any:
    """The first value that stands for nothing, or None."""
    kind = values.type
    if pa.types.is_list(kind):
        return _lie(pa.chunked_array([chunk.flatten() for chunk in values.chunks], kind.value_type), is_verbatim)
    if pa.types.is_string(kind):
        refused = {""} if is_verbatim else PLACEHOLDERS
        return next((v for v in values.to_pylist() if v is not None and v.strip().lower() in refused), None)
    if pa.types.is_floating(kind):
        return next((v for v in values.to_pylist() if v is not None and not isfinite(v)), None)
    return None
