"""`make accuracy`: every analyzer's score on the ground truth, by compression, into the accuracy card.

The card is a JSON file beside what builds the pages, which ships with the package, and docs/accuracy.md.
"""

import datetime
import time
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from resources.models import Model
from resources.store import written_whole
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
    rebuilt,
    reuse,
    sold,
    sound,
    speech,
    sync,
    talking,
    trends,
)
from tests.truth.card import Scored, as_json, as_markdown, card_of, number
from tests.truth.cases import CLIPS, CRFS, ONE_QUALITY
from tests.truth.checks import CHECKS, Check
from tests.truth.collect import ANY_CRF, Collected, collect, fallbacks, score
from tiktok_assets.page.card import CARD

DOCUMENT = Path(__file__).parents[2] / "docs/accuracy.md"


def main() -> None:
    """Score, write the card, and say what falls short."""
    started = time.monotonic()

    def told(line: str) -> None:
        print(f"{time.monotonic() - started:5.0f} s  {line}", flush=True)

    stand_ins = fallbacks()
    ours, theirs = collect(CLIPS, CRFS, stand_ins, told)
    scored = [scored_check(check, ours, theirs) for check in CHECKS]
    tables: list[real.Table] = []
    write_card(scored, tables, stand_ins, time.monotonic() - started)  # what took minutes is not lost to what follows
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
            rebuilt.tables(media),
        )
        for table in chain.from_iterable(found):
            tables.append(table)
            told(table.title)
    card = write_card(scored, tables, stand_ins, time.monotonic() - started)
    for name, found in card["analyzers"].items():
        for check in found["checks"]:
            if not all(check["held"]):
                values = ", ".join(number(value, check["unit"]) for value in check["values"])
                told(f"below target: {name}, {check['metric']}: {values}")
    told(f"written: {DOCUMENT}, {CARD}")


def scored_check(check: Check, ours: Collected, theirs: Collected) -> Scored:
    """At every quality, or once where the compression of the picture changes nothing."""
    crfs = (ANY_CRF,) if set(check.clips) <= ONE_QUALITY else CRFS
    values, fallback = (tuple(score(check, found, crf) for crf in crfs) for found in (ours, theirs))
    return Scored(check, values, fallback if any(value is not None for value in fallback) else ())


def write_card(
    scored: Sequence[Scored], tables: Sequence[real.Table], stand_ins: Mapping[str, Model], seconds: float
) -> dict[str, Any]:
    """Both files, from the same values."""
    about = {"date": f"{datetime.date.today():%Y-%m-%d}", "clips": len(CLIPS), "minutes": round(seconds / 60, 1)}
    card = card_of(scored, tables, stand_ins, **about)
    for path, text in ((CARD, as_json(card)), (DOCUMENT, as_markdown(card))):
        with written_whole(path) as half:
            half.write_text(text, encoding="utf-8")
    return card


if __name__ == "__main__":
    main()
