"""The reconstruction score's level A: how well the parameters of drawn clips are recovered, 100 for all without error.

Each of the plan's terms has the weight 1, shared evenly where several checks measure it. A share of 1 is no error: an
F1, an accuracy or an overlap is its own share; an error of five times its target is worth nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isinf
from typing import Any

WORTHLESS = 5  # times the target
NO_WORDS = "not measured: no weights of a model that writes speech down are at hand"


@dataclass(frozen=True, slots=True)
class Term:
    says: str  # as the plan has it
    analyzer: str
    metrics: tuple[str, ...] = ()  # checks of the analyzer; none: nothing here measures it
    weight: float = 1.0
    reason: str = ""


TERMS = (
    Term("cuts", "cut_analysis", ("hard cuts, F1 ±1 frame",)),
    Term("kinds of transitions", "cut_analysis", ("transitions, right kind",)),
    Term("text", "text_overlay", ("characters wrong",)),
    Term("boxes of text", "text_overlay", ("boxes, worst overlap (IoU)",)),
    Term("words, WER", "speech_transcription", reason=NO_WORDS),
    Term("words, error of their starts", "speech_transcription", reason=NO_WORDS),
    Term(
        "camera's path",
        "camera_analysis",
        ("pan 0.2 widths/s, error", "tilt 0.2 widths/s, error", "zoom 1.1×/s, error", "roll by 18°, error"),
    ),
    Term("palette", "color_analysis", ("palette, worst ΔE00",)),
    Term("beats", "audio_analysis", ("beats, F1 ±70 ms",)),
    Term("loudness", "audio_analysis", ("loudness of noise, error",)),
    Term("layout", "layout_composite", ("places of the parts, worst overlap (IoU)",), weight=0.5),
    Term("layers", "stickers_emoji", ("place, worst overlap (IoU)",), weight=0.5),
)


def share(value: float, sense: str, target: float) -> float:
    """What a value is worth, 0 to 1."""
    if isinf(value):
        return 0.0
    return min(max(value, 0.0), 1.0) if sense == "at least" else max(0.0, 1 - value / (WORTHLESS * target))


def level_a(checks: Mapping[str, Sequence[Mapping[str, Any]]], crfs: Sequence[int]) -> dict[str, Any]:
    """Every term with its values, shares and weight by CRF, and the mean of those that are measured."""
    terms = [line for term in TERMS for line in _lines(term, checks.get(term.analyzer, ()), len(crfs))]
    known = [line for line in terms if line["shares"]]
    weight = sum(line["weight"] for line in known)
    means = [sum(line["weight"] * line["shares"][i] for line in known) / (weight or 1.0) for i in range(len(crfs))]
    return {
        "terms": terms,
        "weight": sum(line["weight"] for line in terms),
        "weight_measured": weight,
        "of_100": [round(100 * mean, 1) for mean in means] if known else [],
    }


def _lines(term: Term, checks: Sequence[Mapping[str, Any]], n_crfs: int) -> list[dict[str, Any]]:
    """One for each check that measures the term."""
    about = {"term": term.says, "analyzer": term.analyzer}
    if not term.metrics:
        return [about | {"metric": None, "weight": term.weight, "values": [], "shares": [], "reason": term.reason}]
    lines = []
    for metric in term.metrics:
        check = next((check for check in checks if check["metric"] == metric), None)
        values = _spread(check["values"] if check else [None], n_crfs)
        line = about | {"metric": metric, "weight": term.weight / len(term.metrics), "values": values, "shares": []}
        if check is None or None in values:
            line |= {"values": [], "reason": "not measured in this run"}
        else:
            line |= {"unit": check["unit"], "shares": [_share(value, check) for value in values]}
        lines.append(line)
    return lines


def _spread(values: Sequence[Any], n_crfs: int) -> list[Any]:
    """What the compression of the picture does not touch is the same at every quality."""
    return list(values) * n_crfs if len(values) == 1 else list(values)


def _share(value: float | str, check: Mapping[str, Any]) -> float:
    number = float("inf") if isinstance(value, str) else value
    return round(share(number, check["sense"], check["target"]), 4)
