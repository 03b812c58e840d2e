"""A report as lanes: for each analyzer its events, its curves, and what lies where in the picture.

A table holds rows of several kinds. Events are drawn as bars, dense measurements as curves, what holds for the whole
video is stated beside the player.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from tiktok_assets.page.timeline import LABELS, WHOLE

Row = dict[str, Any]
DENSE = ("frame", "sample", "second", "loudness", "reading")  # measured again and again: curves
PERHAPS_DENSE = ("window",)  # curves, unless somebody wrote texts into them
SHOT = "shot"  # a figure for each shot: a curve too, of steps
MOMENTS = ("onset", "beat")  # so many that they are ticks
PARTS = ("word", "rejected", "pair")  # shown where a lane is unfolded
KINDS = {*DENSE, *PERHAPS_DENSE, *MOMENTS, *PARTS, *WHOLE}
NO_CURVE = {"start_s", "end_s", "start_frame", "end_frame", "x", "y", "w", "h", "confidence", "shot", "n_samples"}
UNSEEN = {
    "x",
    "y",
    "w",
    "h",
    "row_id",
    "start_frame",
    "end_frame",
    "evidence",
    "start_s",
    "end_s",
    "text_norm",
    "mask_w",
    "mask_h",
    "mosaic",
}
SAID = (
    "top",
    "facing",
    "posture",
    "gesture",
    "zone",
    "beat",
    "subject",
    "target_region",
    "product",
    "brand",
    "name",
    *LABELS,
)
FIGURES = ("age", "score", "arousal")  # told where there is no word
COUNTED = ("person_id", "track_id", "shot", "scene_id", "segment")  # what a row without a word is called
COUNTED_NAME = re.compile(rf"({'|'.join(name.removesuffix('_id') for name in COUNTED)}) [0-9]+")
SURE_JOINT = 0.3  # below, a joint is a guess at what the picture does not show
LONGEST_LIST = 40  # items; vectors and masks are for machines
MOST_POINTS = 1500  # of a curve: about a screen's width
MOST_EVENTS = 6000  # of a kind
SKELETONS = ("joints", "points")


def lane(name: str, group: str, facts: Mapping[str, Any], rows: list[Row]) -> dict[str, Any]:
    """Everything that the page draws of one analyzer."""
    kinds: dict[str, list[Row]] = {}
    for row in rows:
        kinds.setdefault(_kind(row), []).append(row)
    whole = {k for k in kinds if k in WHOLE or k == "whole"}
    dense = {k for k, found in kinds.items() if _is_dense(k, found)}
    ticks = {k for k in kinds if k in MOMENTS}
    parts = {k for k in kinds if k in PARTS}
    main = [k for k in kinds if k not in whole | dense | ticks | parts]
    events = [_event(row) for k in main for row in kinds[k][:MOST_EVENTS]]
    measured = [row for k in kinds if k in dense for row in kinds[k]]
    return {
        "name": name,
        "group": group,
        "status": facts["status"],
        "reason": facts.get("reason"),
        "remedy": facts.get("remedy"),
        "backend": facts.get("backend"),
        "model": facts.get("model"),
        "n_rows": facts.get("rows", len(rows)),
        "seconds": facts.get("seconds"),
        "events": _in_order(events or _runs(measured)),
        "parts": {k: _in_order([_event(row) for row in kinds[k][:MOST_EVENTS]]) for k in kinds if k in parts},
        "ticks": {k: [_short(row["start_s"]) for row in kinds[k]] for k in kinds if k in ticks},
        "curves": [curve for k in kinds if k in dense or k == SHOT for curve in _curves(k, kinds[k])],
        "boxes": _in_order(_boxes(measured) or _boxes(row for k in main for row in kinds[k])),
        "facts": [_shown(row) for k in kinds if k in whole for row in kinds[k]],
    }


def _in_order(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By start, the longest first."""
    return sorted(events, key=lambda e: (e["s"], -e["e"]))


def _kind(row: Row) -> str:
    """Its level, or a kind that says how the row is drawn: `onset`, but not `zoom` or `hard`."""
    kind = row.get("kind")
    return str(row.get("level") or (kind if kind in KINDS else ""))


def _is_dense(kind: str, rows: list[Row]) -> bool:
    if any("text" in row for row in rows):
        return False
    if kind in DENSE or kind in PERHAPS_DENSE:
        return True
    is_regular = all(
        abs(b["start_s"] - a["start_s"] - (rows[0]["end_s"] - rows[0]["start_s"])) < 0.01 for a, b in pairwise(rows)
    )
    return not kind and len(rows) >= 5 and is_regular and not any(_name(row) for row in rows)


def _event(row: Row) -> dict[str, Any]:
    event = {"s": row["start_s"], "e": row["end_s"], "v": _shown(row)}
    if "confidence" in row:
        event["c"] = _short(row["confidence"])
    if label := _name(row):
        event["l"] = label
        if COUNTED_NAME.fullmatch(label):
            event["n"] = 1
    return event


def _label(row: Row) -> str:
    said = next((row[key] for key in SAID if row.get(key)), "")
    return said if isinstance(said, str) else ""


def _name(row: Row) -> str:
    """What stands on its bar: a word of its own, a figure, or which person, shot or scene it is, counted from 1."""
    if label := _label(row):
        return label
    if "a_kind" in row and "b_kind" in row:
        return f"{row['a_kind']} + {row['b_kind']}"
    if figure := next((key for key in FIGURES if key in row), None):
        return f"{figure} {row[figure]:.3g}"
    counted = next((key for key in COUNTED if key in row), None)
    return f"{counted.removesuffix('_id')} {row[counted] + 1}" if counted else ""


def _shown(row: Row) -> Row:
    return {k: _short(v) for k, v in row.items() if k not in UNSEEN and v not in ([], "") and not _is_long(v)}


def _is_long(value: Any) -> bool:
    """A vector, a mask, a list of points: nothing that anybody reads."""
    return isinstance(value, list) and len(value) > LONGEST_LIST and not isinstance(value[0], dict | str)


def _short(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.4g}") if abs(value) < 10 else round(value, 3)
    if isinstance(value, dict):
        return {k: _short(v) for k, v in value.items()}
    return [_short(item) for item in value] if isinstance(value, list) else value


def _series(rows: Iterable[Row]) -> list[list[Row]]:
    """One for each face, body or thing that is followed."""
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(row.get("track_id"), []).append(row)
    return list(found.values())


def _runs(rows: list[Row]) -> list[dict[str, Any]]:
    """Measurements that say the same, one after the other, as one event."""
    found = []
    for series in _series(rows):
        run: dict[str, Any] | None = None
        for row in series:
            label = _label({k: v for k, v in row.items() if k not in ("level", "kind")})
            if run and label == run["l"] and row["start_s"] - run["e"] < 0.05:
                run["e"] = row["end_s"]
            elif label:
                found.append(run := {"s": row["start_s"], "e": row["end_s"], "l": label, "v": {}})
            else:
                run = None
    return found


def _curves(kind: str, rows: list[Row]) -> list[dict[str, Any]]:
    names = dict.fromkeys(name for row in rows for name, value in row.items() if _is_measure(name, value))
    found = []
    for name in names:
        series = [points for some in _series(rows) if (points := _thinned(_points(some, name)))]
        found.append(
            {
                "kind": kind,
                "name": name,
                "t": [[round(t, 3) for t, _ in points] for points in series],
                "v": [[_short(float(v)) for _, v in points] for points in series],
            }
        )
    return found


def _is_measure(name: str, value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and name not in NO_CURVE and not name.endswith("_id")


def _points(rows: list[Row], name: str) -> list[tuple[float, float]]:
    if rows and rows[0].get("level") == SHOT:
        return [(t, row[name]) for row in rows if name in row for t in (row["start_s"], row["end_s"])]
    return [((row["start_s"] + row["end_s"]) / 2, row[name]) for row in rows if name in row]


def _thinned(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The lowest and the highest of each short stretch, so that no peak is lost."""
    if len(points) <= MOST_POINTS:
        return points
    size = -(-2 * len(points) // MOST_POINTS)
    kept = []
    for start in range(0, len(points), size):
        part = points[start : start + size]
        kept += sorted({min(part, key=lambda p: p[1]), max(part, key=lambda p: p[1])})
    return kept


def _boxes(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Where things are in the picture, in shares of it."""
    found = []
    for row in rows:
        places = [row] if "w" in row else row.get("regions") or []
        for place in places:
            box: dict[str, Any] = {"s": row["start_s"], "e": row["end_s"], "b": [round(place[k], 3) for k in "xywh"]}
            if "confidence" in row:
                box["c"] = round(row["confidence"], 3)
            if label := _name({k: v for k, v in place.items() if k not in ("level", "kind", "shot")}) or place.get(
                "role"
            ):
                box["l"] = label
            for name in SKELETONS:
                if row.get(name):
                    box[name] = [value for point in row[name] for value in _joint(point)]
            found.append(box)
    return found


def _joint(point: Mapping[str, float]) -> tuple[float | None, float | None]:
    if point.get("confidence", 1.0) < SURE_JOINT:
        return None, None
    return round(point["x"], 3), round(point["y"], 3)
