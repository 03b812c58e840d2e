"""Description by Tarsier: what happens, movement by movement, in windows of eight seconds.

Rows of level `window` follow each other without a gap; an `event` is what the model says happens, told once though two
windows overlap. The last row is the whole video's, and counts the answers that could not be read. Tarsier was trained
to tell the events of short clips. https://arxiv.org/abs/2407.00634
"""

from collections.abc import Iterator, Sequence

from analyzers.contract import Describe, Frames, Media, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.describe.asking import describe, windows_and_whole
from analyzers.measures.describe.rows import DescribeRow
from analyzers.measures.describe.stretches import Reel
from analyzers.measures.describe.tables import Tables
from analyzers.people.face_detection import FaceRow
from analyzers.text.text_overlay import Row as TextRow
from analyzers.things.object_detection import Row as ObjectRow

EVERY_S = 1.0  # from picture to picture: eight of a window, which its language model can hold
WINDOW_S, OVERLAP_S = 8.0, 1.0


@analyzer(version=1, max_gap_s=1.5, stage="gpu_heavy", role="describe_tarsier", evidence="model")
def tarsier_video_description(
    frames: Frames,
    media: Media,
    cut_analysis: Sequence[CutRow] | None,
    face_detection: Sequence[FaceRow] | None,
    object_detection: Sequence[ObjectRow] | None,
    text_overlay: Sequence[TextRow] | None,
    model: Describe,
) -> Iterator[DescribeRow]:
    reel = Reel(frames, cut_analysis, media.duration_s, EVERY_S, model.most_pictures)
    asked = windows_and_whole(reel, WINDOW_S, OVERLAP_S)
    yield from describe(model, asked, frames, Tables(cut_analysis, face_detection, object_detection, text_overlay))
