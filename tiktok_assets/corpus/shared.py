"""What all assets over the corpus have in common."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq

from analyzers.schema import arrow_columns
from resources.store import Store, written_whole

GROUP = "corpus"
# At most once a day, however many videos arrive: 24 minutes after housekeeping.
DAILY = dg.AutomationCondition.cron_tick_passed("4 4 * * *") & ~dg.AutomationCondition.in_progress()
# At most every quarter of an hour, and only where what it is made of is newer.
WHEN_NEWER = (
    dg.AutomationCondition.cron_tick_passed("*/15 * * * *")
    & dg.AutomationCondition.any_deps_updated().since(
        dg.AutomationCondition.newly_requested() | dg.AutomationCondition.newly_updated()
    )
    & ~dg.AutomationCondition.in_progress()
)


def as_table(row: type, rows: Sequence[Any]) -> pa.Table:
    return pa.Table.from_pylist([asdict(one) for one in rows], schema=arrow_columns(row))


def write(store: Store, name: str, table: pa.Table) -> None:
    with written_whole(store.corpus_path(name)) as half:
        pq.write_table(table, half, compression="zstd")
