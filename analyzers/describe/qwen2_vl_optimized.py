"""Description on a small card: what each shot and the whole video show, by a small or quantised model.

A row of level `shot` tells one shot, or an equal part of one too long to be shown at once. The last row is the whole
video's, and counts the answers that could not be read, the time they took and the memory: one picture a second, and
no events. Qwen2-VL in 4 bits (AWQ, https://arxiv.org/abs/2306.00978), or of 2 billion parameters.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from time import monotonic
from typing import Annotated

from analyzers.columns import Column
from analyzers.contract import Describe, Frames, Media, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.describe.asking import describe
from analyzers.measures.describe.prompts import TELL, TELL_WHOLE
from analyzers.measures.describe.rows import DescribeRow, widened
from analyzers.measures.describe.stretches import Reel
from analyzers.measures.describe.tables import Tables
from analyzers.people.face_detection import FaceRow
from analyzers.text.text_overlay import Row as TextRow
from analyzers.things.object_detection import Row as ObjectRow

EVERY_S = 1.0  # from picture to picture: half as many as the large model sees


@dataclass(frozen=True, slots=True)
class CostRow(DescribeRow):
    vram_gb: Annotated[
        float | None, Column("video: most memory of the card that the model took; null without a card", 0, bits=32)
    ] = None
    s_per_video: Annotated[float | None, Column("video: seconds that the answers took", low=0, bits=32)] = None


@analyzer(version=1, max_gap_s=1.5, stage="gpu_heavy", role="describe_small", evidence="model")
def qwen2_vl_optimized(
    frames: Frames,
    media: Media,
    cut_analysis: Sequence[CutRow] | None,
    face_detection: Sequence[FaceRow] | None,
    object_detection: Sequence[ObjectRow] | None,
    text_overlay: Sequence[TextRow] | None,
    model: Describe,
) -> Iterator[CostRow]:
    started_s = monotonic()
    reel = Reel(frames, cut_analysis, media.duration_s, EVERY_S, model.most_pictures)
    shots = ((TELL, shot) for shot in reel.shots())
    asked = chain(shots, ((TELL_WHOLE, video) for video in reel.video()))
    for row in describe(model, asked, frames, Tables(cut_analysis, face_detection, object_detection, text_overlay)):
        if row.level != "video":
            yield widened(row, CostRow)
            continue
        took_s = monotonic() - started_s
        yield widened(row, CostRow, vram_gb=getattr(model, "vram_gb", None), s_per_video=took_s)
