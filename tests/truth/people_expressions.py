"""What portraits with a known expression are told to express, and whether their mirror images express the same."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from analyzers.contract import Expression, Portrait, ReadExpression
from analyzers.measures.people.names import EXPRESSIONS
from analyzers.people.facial_details import DetailRow
from resources.loaders import expression_rules
from resources.weights import Weights
from tests.truth.people_eyes import mirrored, portrait_rows
from tests.truth.real import Table, _answers

MIRROR_GOAL = 0.05


def tables(media: Path) -> Iterator[Table]:
    if (media.with_name("models") / "face_landmarker.task").is_file():
        yield expressions_table(media)


def expressions_table(media: Path) -> Table:
    """Every portrait of one face."""
    model = expression_rules.load(Weights("rules", Path()))
    body = []
    for path, known in _answers(media / "faces"):
        rows, others = (portrait_rows(path, media.parent, change) for change in (np.asarray, mirrored))
        if not rows:
            body.append((path.name, known.get("top_emotion", ""), "no face", "", "", ""))
        for row, other in zip(rows[:1], others[:1], strict=True):
            found, again = expressed(row, model), expressed(other, model)
            top = EXPRESSIONS[int(found.shares.argmax())]
            apart = float(np.abs(found.shares - again.shares).max())
            true = known.get("top_emotion", "")
            missed = [
                what for what, is_so in (("answer", true and top != true), ("mirror", apart > MIRROR_GOAL)) if is_so
            ]
            share = f"{found.shares.max():.2f}"
            body.append((path.name, true, top, share, f"{apart:.2f}", f"missed: {', '.join(missed)}" if missed else ""))
    notes = (
        "Rules over the blendshapes of MediaPipe's landmarker, face_landmarker.task. Three portraits have an answer, "
        "by those who published them; thresholds were chosen while they were looked at. Mirrored, no share should "
        f"differ by more than {MIRROR_GOAL}: where one does, the landmarker itself scores the mirror image otherwise.",
    )
    head = ("portrait", "known", "told", "its share", "mirrored, off by", "goal")
    return Table("Expressions of portraits", head, tuple(body), notes)


def expressed(row: DetailRow, model: ReadExpression) -> Expression:
    (found,) = model([Portrait(blendshapes=row.blendshapes)])
    assert found is not None
    return found
