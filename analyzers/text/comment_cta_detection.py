"""Calls to action: what the viewer is asked to do, aloud, on the screen and in the post's caption.

A row is one call: to follow, like, comment, share, save, go to a link, buy, tag somebody, duet, see another part, watch
to the end, or to answer a question. It lasts as long as its words are said or its text is shown; what the caption asks
for holds for the whole video. A channel whose source failed has no rows, the others have theirs.

Found by a grammar of English, German, French, Spanish, Italian and Portuguese (analyzers/measures/asks): an imperative
counts where nobody is its subject, an idiom anywhere; what is negated, quoted or reported is no call. A question
counts where it asks for the viewer's own opinion or life. Writing on things that were filmed, marks and an app's own
buttons are no call of the video's.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from analyzers.columns import BoxH, BoxW, BoxX, BoxY, Column, Confidence, EndS, StartS
from analyzers.contract import Media, Post, analyzer
from analyzers.measures.asks.english import ENGLISH
from analyzers.measures.asks.french import FRENCH
from analyzers.measures.asks.german import GERMAN
from analyzers.measures.asks.grammar import Cta, Grammar, calls
from analyzers.measures.asks.italian import ITALIAN
from analyzers.measures.asks.portuguese import PORTUGUESE
from analyzers.measures.asks.spanish import SPANISH
from analyzers.speech.speech_transcription import Row as SpokenRow
from analyzers.text.text_overlay import Row as TextRow

GRAMMARS = tuple(Grammar(language) for language in (ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE))
NOT_THE_VIDEOS = ("scene_text", "watermark", "ui", "username")  # roles of texts that ask for nothing
PAUSE_S = 0.5  # a longer one parts two segments of speech, whatever their punctuation
# Captions that follow the voice show a word or three at a time: those that come at each other's place are read as one.
FEW = 3  # words
BLINK_S, MEETING_S, SAME_PLACE = 0.35, 0.1, 0.06  # after the one before, before its end, of the picture's height


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    cta: Annotated[Cta, Column("what the viewer is asked to do")]
    channel: Annotated[Literal["speech", "screen", "caption"], Column("where it is asked")]
    quote: Annotated[str, Column("the words that ask, as they were said or written", verbatim=True)]
    x: BoxX | None = None
    y: BoxY | None = None
    w: BoxW | None = None
    h: BoxH | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text that has a time of its own."""

    text: str
    start_s: float
    end_s: float
    confidence: float | None
    box: tuple[float, float, float, float] | None = None


@analyzer(version=1, max_gap_s=0.25, evidence="derived")
def comment_cta_detection(
    media: Media,
    post: Post,
    speech_transcription: Sequence[SpokenRow] | None,
    text_overlay: Sequence[TextRow] | None,
) -> Iterator[Row]:
    for text in _spoken(speech_transcription or ()):
        yield from _rows("speech", text)
    for text in _shown(text_overlay or ()):
        yield from _rows("screen", text)
    if post.caption and media.duration_s > 0:
        yield from _rows("caption", [Part(post.caption, 0.0, media.duration_s, None)])


def _rows(channel: Literal["speech", "screen", "caption"], parts: Sequence[Part]) -> Iterator[Row]:
    text = " ".join(part.text for part in parts)
    ends: list[int] = []
    for part in parts:
        ends.append((ends[-1] + 1 if ends else 0) + len(part.text))
    for call in calls(text, GRAMMARS):
        asking = [
            part
            for part, end in zip(parts, ends, strict=True)
            if end > call.first and end - len(part.text) < call.after
        ]
        known = [part.confidence for part in asking if part.confidence is not None]
        yield Row(
            asking[0].start_s,
            max(part.end_s for part in asking),
            min(known, default=None),
            call.cta,
            channel,
            text[call.first : call.after],
            *(asking[0].box or ()),
        )


def _spoken(rows: Sequence[SpokenRow]) -> Iterator[list[Part]]:
    """What is said without a pause, in words that have times, or in segments where words have none."""
    said: list[Part] = []
    for segment in (row for row in rows if row.level == "segment" and row.text):
        words = [row for row in rows if row.level == "word" and row.segment == segment.segment]
        parts = [Part(row.text, row.start_s, row.end_s, row.confidence) for row in words or [segment] if row.text]
        if said and (said[-1].text[-1] in ".!?…" or parts[0].start_s - said[-1].end_s > PAUSE_S):
            yield said
            said = []
        said += parts
    if said:
        yield said


def _shown(rows: Iterable[TextRow]) -> list[list[Part]]:
    """The screen's texts; captions that take each other's place are one."""
    texts: list[list[Part]] = []
    for row in sorted(rows, key=lambda row: row.start_s):
        if row.role in NOT_THE_VIDEOS:
            continue
        part = Part(row.text, row.start_s, row.end_s, row.confidence, (row.x, row.y, row.w, row.h))
        before = next((text for text in texts if row.role == "caption" and _goes_on(text[-1], part)), None)
        if before is None:
            texts.append([part])
        else:
            before.append(part)
    return texts


def _goes_on(before: Part, part: Part) -> bool:
    (_, one_y, _, one_h), (_, other_y, _, other_h) = before.box or (0,) * 4, part.box or (0,) * 4
    are_short = all(len(each.text.split()) <= FEW for each in (before, part))
    is_there = abs(one_y + one_h / 2 - other_y - other_h / 2) < SAME_PLACE
    return are_short and is_there and -MEETING_S <= part.start_s - before.end_s <= BLINK_S
