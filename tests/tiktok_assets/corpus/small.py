"""Small tables and posts of made-up videos: only the columns that a test speaks of, the others filled."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa

from analyzers.contract import REGISTRY, Post
from analyzers.schema import arrow_schema
from resources.store import Outcome, Store

CUTS = (1.0, 2.5, 3.1, 5.0, 5.6, 8.0, 9.9)
END_S = 12.0


def name_of(number: int) -> str:
    return f"local-{number:016x}"


def write_rows(store: Store, name: str, video: str, rows: Sequence[Mapping[str, Any]], status: str = "ok") -> None:
    schema = arrow_schema(REGISTRY[name].row)
    filled = [{part.name: row.get(part.name, _fill(part)) for part in schema} | {"video_id": video} for row in rows]
    outcome = Outcome(status, 1, "", "builtin", rows=len(rows))  # pyright: ignore[reportArgumentType]
    store.write_table(name, video, pa.Table.from_pylist(filled, schema=schema), outcome)


def write_cuts(store: Store, video: str, cuts: Sequence[float] = CUTS) -> None:
    rows = [{"level": "cut", "kind": "hard", "start_s": at, "end_s": at} for at in cuts]
    edges = [0.0, *cuts, END_S]
    whole = {"level": "video", "end_s": END_S, "cpm": 60 * len(cuts) / END_S, "asl_s": END_S / (len(cuts) + 1)}
    shots = [{"level": "shot", "start_s": a, "end_s": b} for a, b in pairwise(edges)]
    write_rows(store, "cut_analysis", video, [*rows, *shots, whole | {"median_s": 1.5, "cv": 0.5}])


def write_look(store: Store, video: str, lightness: float) -> None:
    palette = [{"hex": "#808080", "share": share, "l": lightness, "a": 0.1, "b": -0.1} for share in (0.75, 0.25)]
    whole = {"level": "video", "palette": palette, "mean_l": lightness, "contrast": lightness, "saturation": 0.1}
    write_rows(store, "color_analysis", video, [whole | {"level": "shot", "mean_l": 0.0}, whole])


def write_post(store: Store, video: str, **said: Any) -> None:
    path = Path(store.root) / "sources" / video / "post.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(Post(**said))))


def _fill(part: pa.Field) -> Any:
    if part.nullable:
        return None
    kinds = ((pa.types.is_string, "x"), (pa.types.is_boolean, False), (pa.types.is_list, []))
    return next((value for fits, value in kinds if fits(part.type)), 0)
