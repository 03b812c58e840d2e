"""Captions by BLIP-2: four short answers about every 90th frame.

Every sampled frame has exactly four rows, one a prompt, whatever the model answers; the frame stands for the time to
the next one. What is shorter than 90 frames may fall between two. Beyond 120 frames they lie further apart.
https://arxiv.org/abs/2301.12597
"""

from collections.abc import Iterator, Sequence

from analyzers.contract import Describe, Frames, Media, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.describe.answers import said
from analyzers.measures.describe.asking import row_of
from analyzers.measures.describe.prompts import CAPTIONS, question
from analyzers.measures.describe.rows import DescribeRow
from analyzers.measures.describe.stretches import Sight, Stretch, sights
from analyzers.measures.describe.tables import Tables
from analyzers.people.face_detection import FaceRow
from analyzers.text.text_overlay import Row as TextRow
from analyzers.things.object_detection import Row as ObjectRow

EVERY = 90  # frames
MOST = 120  # frames looked at


@analyzer(version=1, max_gap_s=4.0, stage="gpu_heavy", role="describe_blip2", evidence="model")
def blip2(
    frames: Frames,
    media: Media,
    cut_analysis: Sequence[CutRow] | None,
    face_detection: Sequence[FaceRow] | None,
    object_detection: Sequence[ObjectRow] | None,
    text_overlay: Sequence[TextRow] | None,
    model: Describe,
) -> Iterator[DescribeRow]:
    tables = Tables(cut_analysis, face_detection, object_detection, text_overlay)
    asked = [(task, stretch) for stretch in _stretches(frames, media.duration_s) for task in CAPTIONS]
    answers = model(question(stretch, task.prompt, frames, tables) for task, stretch in asked)
    for (task, stretch), answer in zip(asked, answers, strict=True):
        yield row_of(task, stretch, said(answer), tables)


def _stretches(frames: Frames, video_s: float) -> list[Stretch]:
    chosen = _chosen(frames)
    ends_s = [frame.t_s for frame in chosen[1:]] + [max(video_s, *(frame.t_s for frame in chosen[-1:]), 0.0)]
    return [
        Stretch("frame", frame.t_s, end_s, (frame,), (frame.t_s, end_s))
        for frame, end_s in zip(chosen, ends_s, strict=False)
    ]


def _chosen(frames: Frames) -> list[Sight]:
    """The sampled picture at or after every 90th frame."""
    chosen: list[Sight] = []
    for frame in sights(frames):
        if not chosen or frame.index // EVERY > chosen[-1].index // EVERY:
            chosen.append(frame)
    if len(chosen) <= MOST:
        return chosen
    return [chosen[i * len(chosen) // MOST] for i in range(MOST)]
