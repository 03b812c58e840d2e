"""Scene description: what place each shot shows, in what light, with what in it, how many people, and in what style.

A row of level `shot` tells one shot, or an equal part of one too long to be shown at once; the last row is the whole
video's, and counts the answers that could not be read. A number of people that the tracks do not bear out is a
contradiction of the row.

A vision-language model looks at one picture a second; without one, the measured tables say what they can.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Annotated

from analyzers.columns import Column
from analyzers.contract import Describe, Frames, Media, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.describe.asking import Asked, answered, counted, row_of
from analyzers.measures.describe.prompts import TELL_PLACE
from analyzers.measures.describe.rows import DescribeRow, widened
from analyzers.measures.describe.stretches import Reel
from analyzers.measures.describe.tables import Tables
from analyzers.people.face_detection import FaceRow
from analyzers.picture.color_analysis import Row as ColourRow
from analyzers.picture.picture_tags import TagRow
from analyzers.text.text_overlay import Row as TextRow
from analyzers.things.object_detection import Row as ObjectRow

EVERY_S = 1.0  # from picture to picture: a place changes less than what happens in it


@dataclass(frozen=True, slots=True)
class PlaceRow(DescribeRow):
    place: Annotated[str | None, Column("what kind of place it is, in the model's words", verbatim=True)] = None
    light: Annotated[str | None, Column("what light there is, in the model's words", verbatim=True)] = None
    props: Annotated[tuple[str, ...], Column("things in it, in the model's words", verbatim=True)] = ()
    style: Annotated[str | None, Column("how it is made, in the model's words", verbatim=True)] = None


@analyzer(version=1, max_gap_s=1.5, stage="gpu_heavy", role="describe", evidence="model")
def scene_description(
    frames: Frames,
    media: Media,
    cut_analysis: Sequence[CutRow] | None,
    face_detection: Sequence[FaceRow] | None,
    object_detection: Sequence[ObjectRow] | None,
    text_overlay: Sequence[TextRow] | None,
    color_analysis: Sequence[ColourRow] | None,
    picture_tags: Sequence[TagRow] | None,
    model: Describe,
) -> Iterator[PlaceRow]:
    reel = Reel(frames, cut_analysis, media.duration_s, EVERY_S, model.most_pictures)
    tables = Tables(
        cut_analysis, face_detection, object_detection, text_overlay, colours=color_analysis, tags=picture_tags
    )
    asked = ((TELL_PLACE, stretch) for stretch in chain(reel.shots(), reel.video()))
    yield from counted(_rows(model, asked, frames, tables))


def _rows(model: Describe, asked: Iterator[Asked], frames: Frames, tables: Tables) -> Iterator[PlaceRow]:
    for task, stretch, told in answered(model, asked, frames, tables):
        row = row_of(task, stretch, told, tables)
        more = {name: getattr(told, name) for name in ("place", "light", "props", "style")} if told else {}
        yield widened(row, PlaceRow, **more)
