"""Description by LLaVA-NeXT-Video: what each shot and the whole video show.

A row of level `shot` tells one shot, or an equal part of one too long to be shown at once. The last row is the whole
video's, and counts the answers that could not be read.
https://llava-vl.github.io/blog/2024-04-30-llava-next-video/
"""

from collections.abc import Iterator, Sequence

from analyzers.contract import Describe, Frames, Media, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.describe.asking import describe, shots_and_whole
from analyzers.measures.describe.rows import DescribeRow
from analyzers.measures.describe.stretches import Reel
from analyzers.measures.describe.tables import Tables
from analyzers.people.face_detection import FaceRow
from analyzers.text.text_overlay import Row as TextRow
from analyzers.things.object_detection import Row as ObjectRow

EVERY_S = 0.5  # from picture to picture


@analyzer(version=1, max_gap_s=1.0, stage="gpu_heavy", role="describe_llava_next_video", evidence="model")
def llava_next_video(
    frames: Frames,
    media: Media,
    cut_analysis: Sequence[CutRow] | None,
    face_detection: Sequence[FaceRow] | None,
    object_detection: Sequence[ObjectRow] | None,
    text_overlay: Sequence[TextRow] | None,
    model: Describe,
) -> Iterator[DescribeRow]:
    reel = Reel(frames, cut_analysis, media.duration_s, EVERY_S, model.most_pictures)
    asked = shots_and_whole(reel)
    yield from describe(model, asked, frames, Tables(cut_analysis, face_detection, object_detection, text_overlay))
