"""What describers' tables hold: the columns that all of them share."""

from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal, TypeVar

from analyzers.columns import Column, Confidence, EndS, StartS

Level = Literal["frame", "shot", "scene", "video", "window", "event"]
Table = Literal["face_detection", "object_detection", "text_overlay", "cut_analysis"]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Where the words and a measured table disagree. Which of the two is right is not said."""

    table: Annotated[Table, Column("the table that says otherwise")]
    row: Annotated[int | None, Column("number of its row, as in row_id; null where none says so", low=0, bits=32)]
    why: Annotated[str, Column("what the words say, and what the table says", verbatim=True)]


@dataclass(frozen=True, slots=True)
class DescribeRow:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    level: Annotated[
        Level, Column("what the row is about; shots, windows and the video have no gap, events are what they tell of")
    ]
    text: Annotated[
        str | None, Column("the model's words; the whole answer where it could not be read", verbatim=True)
    ] = None
    subjects: Annotated[tuple[str, ...], Column("who and what is seen, in the model's words", verbatim=True)] = ()
    actions: Annotated[tuple[str, ...], Column("what they do, in the model's words", verbatim=True)] = ()
    setting: Annotated[str | None, Column("where it is, in the model's words", verbatim=True)] = None
    shot: Annotated[int | None, Column("number of the shot in cut_analysis; null beyond shots", low=0, bits=32)] = None
    window: Annotated[int | None, Column("number of the window that told it first; null without", 0, bits=32)] = None
    revision: Annotated[int | None, Column("event: how many later windows told of it again", low=0, bits=32)] = None
    people_n: Annotated[int | None, Column("people that the model says it sees; null if it does not", 0, bits=32)] = (
        None
    )
    screen_text: Annotated[tuple[str, ...], Column("writing that the model says it reads", verbatim=True)] = ()
    frames_used: Annotated[
        tuple[int, ...], Column("indices into the frames table of the pictures that were shown", low=0)
    ] = ()
    prompt_id: Annotated[str | None, Column("the question and its version; null where nothing was asked")] = None
    is_parsed: Annotated[
        bool | None, Column("the answer could be read; null where nothing was asked, for want of a picture")
    ] = None
    is_repaired: Annotated[bool | None, Column("its JSON was broken, and was mended; null where not parsed")] = None
    contradictions: Annotated[tuple[Contradiction, ...], Column("measured tables that say otherwise")] = ()
    n_asked: Annotated[int | None, Column("video: questions that were asked", low=0, bits=32)] = None
    n_failed: Annotated[int | None, Column("video: answers that could not be read, or never came", 0, bits=32)] = None
    parse_rate: Annotated[float | None, Column("video: share of the answers that could be read", 0, 1, bits=32)] = None


Wider = TypeVar("Wider", bound=DescribeRow)


def widened(row: DescribeRow, to: type[Wider], **more: Any) -> Wider:
    """The row with the columns that its own table has besides."""
    return to(**{field.name: getattr(row, field.name) for field in fields(row)}, **more)
