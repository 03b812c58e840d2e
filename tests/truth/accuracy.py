"""`make accuracy`: every analyzer's score on the ground truth, by compression, into docs/accuracy.md."""

import datetime
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from math import isinf
from pathlib import Path

from analyzers.contract import REGISTRY
from resources import models
from resources.settings import Settings
from tests.truth import (
    asked,
    backwards,
    describing,
    diarization,
    emotion,
    ground,
    meaning,
    music,
    objects,
    people_bodies,
    people_expressions,
    people_eyes,
    people_faces,
    people_hands,
    real,
    reuse,
    sold,
    sound,
    speech,
    sync,
    talking,
    trends,
)
from tests.truth.cases import CLIPS, CRFS, ONE_QUALITY
from tests.truth.checks import CHECKS, Check
from tests.truth.collect import ANY_CRF, FALLBACK_CRF, Collected, collect, score

CARD = Path(__file__).parents[2] / "docs/accuracy.md"
FALLBACK = "pyscenedetect_adaptive"
FALLBACKS = {"cut_analysis": Settings(models={"cut": FALLBACK})}
LEVEL_A = (  # the terms of the reconstruction score, each of 0..1, all of the same weight
    ("cut_analysis", "hard cuts, F1 ±1 frame"),
    ("cut_analysis", "transitions, right kind"),
    ("text_overlay", "characters wrong"),
    ("text_overlay", "boxes, worst overlap (IoU)"),
    ("camera_analysis", "pan 0.2 widths/s, error"),
    ("camera_analysis", "zoom 1.1×/s, error"),
    ("color_analysis", "palette, worst ΔE00"),
    ("audio_analysis", "beats, F1 ±70 ms"),
    ("audio_analysis", "loudness of noise, error"),
)


@dataclass(frozen=True, slots=True)
class Scored:
    check: Check
    values: tuple[float | None, ...]  # by CRF
    fallback: float | None

    @property
    def holds(self) -> bool:
        return all(value is not None and self.check.passes(value) for value in self.values)


def main() -> None:
    """Score, write the card, and say what falls short."""
    started = time.monotonic()

    def told(line: str) -> None:
        print(f"{time.monotonic() - started:5.0f} s  {line}", flush=True)

    ours, other = collect(CLIPS, CRFS, (Settings(), FALLBACKS["cut_analysis"]), told)
    scored = [_scored(check, ours, other) for check in CHECKS]
    tables: list[real.Table] = []
    CARD.write_text(card(scored, tables, time.monotonic() - started))  # what took minutes is not lost to what follows
    if media := real.media_folder():
        found = (
            real.tables(media),
            speech.tables(media),
            talking.tables(media),
            diarization.tables(media),
            emotion.tables(media),
            asked.tables(),
            describing.tables(),
            sold.tables(),
            music.tables(media),
            sound.tables(media),
            sync.tables(media),
            reuse.tables(media),
            trends.tables(media),
            backwards.tables(media),
            objects.tables(media, media.with_name("models")),
            [ground.masks_table(media, media.with_name("models"))],
            people_faces.tables(media),
            meaning.tables(),
            people_bodies.tables(media),
            people_hands.tables(media),
            people_eyes.tables(media),
            people_expressions.tables(media),
        )
        for table in chain.from_iterable(found):
            tables.append(table)
            told(table.title)
    CARD.write_text(card(scored, tables, time.monotonic() - started))
    for s in scored:
        if not s.holds:
            values = ", ".join(number(v, s.check) for v in s.values)
            told(f"below target: {s.check.analyzer}, {s.check.metric}: {values}")
    told(f"written: {CARD}")


def _scored(check: Check, ours: Collected, other: Collected) -> Scored:
    crfs = (ANY_CRF,) if set(check.clips) <= ONE_QUALITY else CRFS
    values = tuple(score(check, ours, crf) for crf in crfs)
    fallback = score(check, other, FALLBACK_CRF) if check.analyzer in FALLBACKS else None
    return Scored(check, values, fallback)


def card(scored: Sequence[Scored], tables: Sequence[real.Table], seconds: float) -> str:
    holding = sum(s.holds for s in scored)
    parts = [
        "# Accuracy",
        "Written by `make accuracy`; do not edit. Each score is what an analyzer found in clips drawn by "
        "`resources/render.py` (`tests/truth/cases.py`), written with x264 at three qualities, decoded and analysed "
        "the way every video is, against what the clips hold by construction (`tests/truth/checks.py`).",
        f"{datetime.date.today():%Y-%m-%d}: {holding} of {len(scored)} scores reach their target; "
        f"{len(CLIPS)} clips, {seconds / 60:.1f} minutes.",
    ]
    for analyzer in dict.fromkeys(s.check.analyzer for s in scored):
        parts.append(_section(analyzer, [s for s in scored if s.check.analyzer == analyzer]))
    parts.append(_level_a(scored))
    if tables:
        parts.append("# Real media")
        parts.append(
            "Media that others made, with answers by others. Thresholds of camera, cuts, sound and objects were chosen "
            "while these files were looked at too: the figures are not held out."
        )
        parts += [_table_of(table) for table in tables]
    return "\n\n".join(parts) + "\n"


def _section(analyzer: str, scored: Sequence[Scored]) -> str:
    spec = REGISTRY[analyzer]
    played = "no model"
    if spec.role:
        model = models.choose(spec.role, Settings())[0]
        played = f"{model.name} ({model.revision})"
    head = ["score", "target", *(f"CRF {crf}" for crf in CRFS), ""]
    with_fallback = any(s.fallback is not None for s in scored)
    if with_fallback:
        head.insert(-1, f"with {FALLBACK}, CRF {FALLBACK_CRF}")
    body = []
    for s in scored:
        values = [number(v, s.check) for v in s.values]
        if len(values) == 1:
            values *= len(CRFS)
        row = [s.check.metric, f"{s.check.sense} {number(s.check.target, s.check)}", *values]
        if with_fallback:
            row.append(number(s.fallback, s.check))
        body.append((*row, "" if s.holds else "below target"))
    return f"## {analyzer}\n\nVersion {spec.version}, {played}.\n\n{_markdown(head, body)}"


def _level_a(scored: Sequence[Scored]) -> str:
    """How well the video's parameters are recovered, at CRF 28: 100 is all of them without error."""
    body, shares = [], []
    for analyzer, metric in LEVEL_A:
        found = next((s for s in scored if (s.check.analyzer, s.check.metric) == (analyzer, metric)), None)
        value = found.values[len(found.values) // 2] if found else None
        if found is None or value is None:
            continue
        # An error of five times its target is worth nothing.
        share = value if found.check.sense == "at least" else max(0.0, 1 - value / (5 * found.check.target))
        shares.append(share)
        body.append((f"{analyzer}: {metric}", number(value, found.check), f"{100 * share:.1f}"))
    mean = 100 * sum(shares) / max(len(shares), 1)
    body.append(("**mean**", "", f"**{mean:.1f}**"))
    head = ("term", "score at CRF 28", "of 100")
    return f"## Reconstruction score, level A\n\n{_markdown(head, body)}"


def _table_of(table: real.Table) -> str:
    notes = "".join(f"{note}\n\n" for note in table.notes)
    return f"## {table.title}\n\n{notes}{_markdown(table.head, table.body)}"


def number(value: float | None, check: Check) -> str:
    if value is None:
        return "–"
    if isinf(value):
        return "not found"
    text = f"{value:.3f}".rstrip("0").rstrip(".") if abs(value) >= 0.0005 or value == 0 else f"{value:.0e}"
    return f"{text} {check.unit}".strip()


def _markdown(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    main()
