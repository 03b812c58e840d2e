"""The accuracy card: one set of plain values, from which both docs/accuracy.md and a page's section are written."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isinf
from typing import Any

from analyzers.contract import REGISTRY
from resources import models
from resources.settings import Settings
from tests.truth.belonging import belongs
from tests.truth.cases import CRFS
from tests.truth.checks import Check
from tests.truth.level_a import level_a
from tests.truth.real import Table

NOT_FOUND = "not found"  # for infinity, which JSON cannot hold
WIDE = 320  # characters of a line of JSON: a score is one line


@dataclass(frozen=True, slots=True)
class Scored:
    check: Check
    values: tuple[float | None, ...]  # by CRF; one, where the compression of the picture changes nothing
    fallback: tuple[float | None, ...] = ()  # likewise; none: nobody stands in


def card_of(
    scored: Sequence[Scored],
    tables: Iterable[Table],
    stand_ins: Mapping[str, models.Model],
    **about: Any,
) -> dict[str, Any]:
    """Plain values; `about` says when it was measured and on how much."""
    names = list(dict.fromkeys(s.check.analyzer for s in scored))
    found = {n: _analyzer(n, [s for s in scored if s.check.analyzer == n], stand_ins.get(n)) for n in names}
    return {
        **about,
        "crfs": list(CRFS),
        "analyzers": found,
        "versions": {name: spec.version for name, spec in sorted(REGISTRY.items())},
        "level_a": level_a({name: told["checks"] for name, told in found.items()}, CRFS),
        "real": [asdict(table) | {"analyzers": belongs(table.title)} for table in tables],
    }


def _analyzer(name: str, scored: Sequence[Scored], stand_in: models.Model | None) -> dict[str, Any]:
    spec = REGISTRY[name]
    model = models.choose(spec.role, Settings())[0] if spec.role else None
    checks = [_check(s) for s in scored]
    return {
        "version": spec.version,
        "model": model.name if model else None,
        "revision": model.revision if model else None,
        "is_fallback": bool(model and model.is_fallback),
        "fallback": {"model": stand_in.name, "revision": stand_in.revision} if stand_in else None,
        "reached": sum(_is_held(check["held"]) for check in checks),
        "fallback_reached": sum(_is_held(check["fallback_held"]) for check in checks) if stand_in else None,
        "checks": checks,
    }


def _check(scored: Scored) -> dict[str, Any]:
    check = scored.check
    return {
        "metric": check.metric,
        "sense": check.sense,
        "target": check.target,
        "unit": check.unit,
        "values": [_plain(value) for value in scored.values],
        "held": [_holds(check, value) for value in scored.values],
        "fallback": [_plain(value) for value in scored.fallback],
        "fallback_held": [_holds(check, value) for value in scored.fallback],
    }


def _holds(check: Check, value: float | None) -> bool:
    return value is not None and bool(check.passes(value))  # scores come as NumPy numbers too


def _is_held(held: Sequence[bool]) -> bool:
    return bool(held) and all(held)


def _plain(value: float | None) -> float | str | None:
    """Six digits are more than any of this is exact to."""
    if value is None:
        return None
    return NOT_FOUND if isinf(value) else float(f"{value:.6g}")


def as_json(card: Any) -> str:
    """What fits is one line, so that a score that changed is one line of a comparison."""
    return _written(card, 0) + "\n"


def _written(value: Any, depth: int) -> str:
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if depth + len(line) <= WIDE or not isinstance(value, dict | list | tuple):
        return line
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {_written(item, depth + 1)}" for key, item in value.items()]
    else:
        parts = [_written(item, depth + 1) for item in value]
    pad = "\n" + " " * (depth + 1)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}{pad}{f',{pad}'.join(parts)}{pad[:-1]}{closing}"


def as_markdown(card: Mapping[str, Any]) -> str:
    checks = [check for told in card["analyzers"].values() for check in told["checks"]]
    holding = sum(all(check["held"]) for check in checks)
    parts = [
        "# Accuracy",
        "Written by `make accuracy`; do not edit. Each score is what an analyzer found in clips drawn by "
        "`resources/render.py` (`tests/truth/cases.py`), written with x264 at three qualities, decoded and analysed "
        "the way every video is, against what the clips hold by construction (`tests/truth/checks.py`). The same as "
        "data: `tiktok_assets/page/accuracy_card.json`.",
        f"{card['date']}: {holding} of {len(checks)} scores reach their target; {card['clips']} clips, "
        f"{card['minutes']:g} minutes.",
    ]
    parts += [_section(name, told, card["crfs"]) for name, told in card["analyzers"].items()]
    parts.append(_level_a(card["level_a"], card["crfs"]))
    if card["real"]:
        parts.append("# Real media")
        parts.append(
            "Media that others made, with answers by others. Thresholds of camera, cuts, sound and objects were chosen "
            "while these files were looked at too: the figures are not held out."
        )
        parts += [_table(table) for table in card["real"]]
    return "\n\n".join(parts) + "\n"


def _section(name: str, told: Mapping[str, Any], crfs: Sequence[int]) -> str:
    played = f"{told['model']} ({told['revision']})" if told["model"] else "no model"
    said = [f"Version {told['version']}, {played}.", f"{told['reached']} of {len(told['checks'])} reach their target."]
    if told["is_fallback"]:
        said.append("This is the fallback: nothing better is installed where this was measured.")
    stand_in = told["fallback"]
    if stand_in:
        said.append(
            f"With the fallback, {stand_in['model']} ({stand_in['revision']}), {told['fallback_reached']} reach it."
        )
    head = ["score", "target", *(f"CRF {crf}" for crf in crfs)]
    head += [f"fallback, CRF {crf}" for crf in crfs] if stand_in else []
    body = []
    for check in told["checks"]:
        row = [check["metric"], f"{check['sense']} {number(check['target'], check['unit'])}"]
        for values in (check["values"], check["fallback"] or [None]) if stand_in else (check["values"],):
            row += [number(value, check["unit"]) for value in values * (len(crfs) if len(values) == 1 else 1)]
        body.append((*row, _shortfall(check)))
    return f"## {name}\n\n{' '.join(said)}\n\n{_markdown([*head, ''], body)}"


def _shortfall(check: Mapping[str, Any]) -> str:
    """What falls short, at any quality."""
    if all(check["held"]):
        return "" if all(check["fallback_held"]) else "fallback below target"
    return "below target" if all(check["fallback_held"]) else "below target, with the fallback too"


def _level_a(score: Mapping[str, Any], crfs: Sequence[int]) -> str:
    body = []
    for line in score["terms"]:
        name = f"{line['analyzer']}: {line['metric'] or line['term']}"
        if line["shares"]:
            values = [
                f"{number(value, line['unit'])} → {100 * share:.1f}"
                for value, share in zip(line["values"], line["shares"], strict=True)
            ]
        else:
            values = [line["reason"], *[""] * (len(crfs) - 1)]
        body.append((line["term"], name, f"{line['weight']:g}", *values))
    means = [f"**{mean:.1f}**" for mean in score["of_100"]]
    body.append(("**mean of what is measured**", "", f"{score['weight_measured']:g} of {score['weight']:g}", *means))
    head = ("term", "measured by", "weight", *(f"CRF {crf}" for crf in crfs))
    note = (
        "How well the video's parameters are recovered: the score, and what it is worth of 100. An F1, an accuracy or "
        "an overlap is its own share; an error of five times its target is worth nothing."
    )
    return f"## Reconstruction score, level A\n\n{note}\n\n{_markdown(head, body)}"


def _table(table: Mapping[str, Any]) -> str:
    notes = "".join(f"{note}\n\n" for note in table["notes"])
    return f"## {table['title']}\n\n{notes}{_markdown(table['head'], table['body'])}"


def number(value: float | str | None, unit: str = "") -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    text = f"{value:.3f}".rstrip("0").rstrip(".") if abs(value) >= 0.0005 or value == 0 else f"{value:.0e}"
    return f"{text} {unit}".strip()


def _markdown(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
