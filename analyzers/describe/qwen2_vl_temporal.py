"""Description in time: what each shot, each scene and the whole video show, and what happens when.

A row of level `shot` tells one shot, or an equal part of one too long to be shown at once; an `event` is what the
model says happens in it, by the times of the pictures it was shown; `scene` rows tell visits of several shots. The
last row is the video's, and counts the answers that could not be read. Two pictures a second, shot by shot.

The best vision-language model that is installed: Qwen2-VL (https://arxiv.org/abs/2409.12191) and its successors, which
tie pictures to times. Without one, sentences are derived from the measured tables, and marked so.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from analyzers.contract import Describe, Frames, Media, analyzer
from analyzers.edit.camera_analysis import Row as CameraRow
from analyzers.edit.cut_analysis import CutRow
from analyzers.edit.scene_segmentation import SceneRow
from analyzers.measures.describe.asking import describe
from analyzers.measures.describe.prompts import TELL, TELL_EVENTS, TELL_WHOLE
from analyzers.measures.describe.rows import DescribeRow
from analyzers.measures.describe.stretches import Reel
from analyzers.measures.describe.tables import Tables
from analyzers.people.face_detection import FaceRow
from analyzers.picture.color_analysis import Row as ColourRow
from analyzers.picture.picture_tags import TagRow
from analyzers.sound.audio_environment import Row as SoundRow
from analyzers.speech.speech_transcription import Row as SpokenRow
from analyzers.text.text_overlay import Row as TextRow
from analyzers.things.object_detection import Row as ObjectRow

EVERY_S = 0.5  # from picture to picture: the two a second that Qwen2-VL was trained with


@analyzer(version=1, max_gap_s=1.0, stage="gpu_heavy", role="describe", evidence="model")
def qwen2_vl_temporal(
    frames: Frames,
    media: Media,
    cut_analysis: Sequence[CutRow] | None,
    face_detection: Sequence[FaceRow] | None,
    object_detection: Sequence[ObjectRow] | None,
    text_overlay: Sequence[TextRow] | None,
    scene_segmentation: Sequence[SceneRow] | None,
    camera_analysis: Sequence[CameraRow] | None,
    color_analysis: Sequence[ColourRow] | None,
    picture_tags: Sequence[TagRow] | None,
    speech_transcription: Sequence[SpokenRow] | None,
    audio_environment: Sequence[SoundRow] | None,
    model: Describe,
) -> Iterator[DescribeRow]:
    reel = Reel(frames, cut_analysis, media.duration_s, EVERY_S, model.most_pictures)
    asked = chain(
        ((TELL_EVENTS, shot) for shot in reel.shots()),
        ((TELL, scene) for scene in reel.scenes(scene_segmentation)),
        ((TELL_WHOLE, video) for video in reel.video()),
    )
    tables = Tables(
        cut_analysis, face_detection, object_detection, text_overlay, scene_segmentation, camera_analysis,
        color_analysis, picture_tags, speech_transcription, audio_environment,
    )  # fmt: skip
    yield from describe(model, asked, frames, tables)
