"""How right each analyzer of a report is: its scores on drawn clips, from the card that ships with the package.

The card was measured with one version and one model of each analyzer, on one machine. Where a report was made with
another, that is said beside the scores; what nobody measured is said to be unmeasured.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

CARD = Path(__file__).with_name("accuracy_card.json")  # written by `make accuracy`
RAN = ("ok", "none_found", "degraded")
LONGEST_SUM = 140  # characters of a real table's figures; more is read in docs/accuracy.md
DIGITS = 4  # of a score that somebody looks at


@cache
def read_card() -> dict[str, Any]:
    return json.loads(CARD.read_text(encoding="utf-8"))


def section(fared: Mapping[str, Mapping[str, Any]], card: Mapping[str, Any]) -> dict[str, Any]:
    """The card of one report's analyzers, as the page takes it: those with scores, and what the others have."""
    known = card["analyzers"]
    real = {
        name: {"figures": figures, "marks": _marks_of_real(facts, card["versions"].get(name))}
        for name, facts in fared.items()
        if (figures := _real(name, card["real"]))
    }
    return {
        "date": card["date"],
        "crfs": card["crfs"],
        "scored": [_scored(name, facts, known[name]) for name, facts in fared.items() if name in known],
        "real": real,
        "unmeasured": [name for name in fared if name not in known and name not in real],
    }


def _scored(name: str, facts: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """One analyzer: its checks, which of its scores hold for this report, and why perhaps none does."""
    holds = which_holds(facts, told)
    reached = told["fallback_reached"] if holds == "fallback" else told["reached"]
    stand_in = told["fallback"]
    return {
        "name": name,
        "version": told["version"],
        "model": _model(told["model"], told["revision"]),
        "fallback": _model(stand_in["model"], stand_in["revision"]) if stand_in else None,
        "reached": reached,
        "holds": holds,
        "marks": marks(facts, told),
        "checks": [_check(check) for check in told["checks"]],
    }


def which_holds(facts: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    """`own`, `fallback`, or `none`: nobody measured the model that made this report's rows."""
    if facts["status"] not in RAN or facts.get("model") == told["model"]:
        return "own"
    stand_in = told["fallback"]
    return "fallback" if stand_in and facts.get("model") == stand_in["model"] else "none"


def marks(facts: Mapping[str, Any], told: Mapping[str, Any]) -> list[list[Any]]:
    """What a reader has to know besides: each a kind, and what the card and this report say where they differ."""
    found: list[list[Any]] = [["is_fallback"]] if told["is_fallback"] else []
    if facts["status"] not in RAN:
        return [*found, ["not_run"]]
    if facts["version"] != told["version"]:
        found.append(["version", told["version"], facts["version"]])
    holds = which_holds(facts, told)
    measured = told["fallback"] if holds == "fallback" else told
    revision = facts.get("model_revision")
    if holds == "none" or (revision or None) != measured["revision"]:
        found.append(["model", _model(measured["model"], measured["revision"]), _model(facts.get("model"), revision)])
    if holds == "fallback":
        found.append(["ran_as_fallback"])
    elif facts["status"] == "degraded" and not told["is_fallback"] and holds == "own":
        found.append(["fed_by_fallback"])
    return found


def _marks_of_real(facts: Mapping[str, Any], version: int | None) -> list[list[Any]]:
    """Tables of real media name their models themselves; whose answers this report holds is said beside them."""
    if facts["status"] not in RAN:
        return [["not_run"]]
    found: list[list[Any]] = [] if facts["version"] == version else [["version", version, facts["version"]]]
    if facts.get("model"):
        found.append(["here", facts["model"]])
    if facts["status"] == "degraded":
        found.append(["ran_as_fallback" if facts.get("model") else "fed_by_fallback"])
    return found


def _model(name: str | None, revision: str | None) -> str:
    """`` where there is none."""
    return f"{name} ({revision})" if name and revision else name or ""


def _check(check: Mapping[str, Any]) -> list[Any]:
    """As short as it can be: metric, sense, target, unit, values, which of them fall short; and the fallback's."""
    made = [
        check["metric"],
        "≥" if check["sense"] == "at least" else "≤",
        check["target"],
        check["unit"],
        [_short(value) for value in check["values"]],
        _short_of(check["held"]),
    ]
    if check["fallback"]:
        made += [[_short(value) for value in check["fallback"]], _short_of(check["fallback_held"])]
    return made


def _short_of(held: list[bool]) -> list[int]:
    return [i for i, is_held in enumerate(held) if not is_held]


def _short(value: Any) -> Any:
    return round(value, DIGITS) + 0.0 if isinstance(value, float) else value


def _real(name: str, tables: list[dict[str, Any]]) -> list[list[str]]:
    """Titles of the tables on real media that belong to an analyzer, each with its sums where it has some."""
    return [[table["title"], _sums(table)] for table in tables if name in table["analyzers"]]


def _sums(table: Mapping[str, Any]) -> str:
    """The rows in bold, or of a list of scores the first."""
    bold = [row for row in table["body"] if row[0].startswith("**")]
    rows = bold or (table["body"][:1] if table["head"][0] == "score" else [])
    told = "; ".join(_row(table["head"], row) for row in rows)
    return told if len(told) <= LONGEST_SUM else ""


def _row(head: list[str], row: list[str]) -> str:
    cells = [f"{name} {cell}" if name else cell for name, cell in zip(head[1:], row[1:], strict=True) if cell]
    return ", ".join([row[0], *cells]).replace("**", "")
