"""One describer on a drawn clip, through its table."""

from collections.abc import Sequence
from typing import Any

from analyzers.contract import REGISTRY, Describe
from analyzers.edit.cut_analysis import CutRow
from analyzers.schema import Origin, to_table
from tests.describers import clip
from tests.inputs import make_media

SECONDS = 12.0
RED_S = (3.0, 6.5)
CUT_S = 7.0
FRAMES, MOTION = clip(SECONDS, RED_S)
CUTS = (
    CutRow(CUT_S, CUT_S, 1.0, "cut", kind="hard"),
    CutRow(0.0, CUT_S, None, "shot", shot=0),
    CutRow(CUT_S, SECONDS, None, "shot", shot=1),
)


def rows_of(
    name: str, model: Describe, frames: Sequence[Any] = FRAMES, seconds: float = SECONDS, **rows: Any
) -> list[Any]:
    spec = REGISTRY[name]
    given = {"frames": frames, "media": make_media(duration_s=seconds), "cut_analysis": CUTS} | rows
    found = list(spec.run(**{part: given.get(part) for part in spec.inputs}, model=model))
    to_table(spec.row, found, Origin("local-0000000000000000", name, "model", "test", None, None, MOTION.t_s))
    return found


def of(rows: Sequence[Any], level: str) -> list[Any]:
    return [row for row in rows if row.level == level]
