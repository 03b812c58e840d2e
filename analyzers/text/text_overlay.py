"""Text overlay: every text on the screen with its words, its life, its place and its looks.

A row is one text from its first frame to its last. Lines that stand together, look alike and live together
are one text, joined by a line break; a text in another place, of another look, or that takes the place of
the one before, is a row of its own. Times are those of the small pictures, frame by frame: `start_s` is the
first frame that shows any of it, also where it fades, slides or is typed. The box holds the ink, outline
included, where the text rests.

Every sampled picture is looked at, four a second; only where strokes are new or changed it is read
(PP-OCRv6, https://arxiv.org/abs/2109.03144 and its successors), and all of it every two and a half seconds.
What single readings said is not kept: a row's text is what most of them say, letter by letter, and `votes` how
many said just that.
Between readings a text is followed by its own pixels. Texts that travel with the picture behind them are
`scene_text`; a sign filmed by a camera that stands still cannot be told from an overlay. A word on screen for less
than a quarter of a second may fall between two samples. A font's class is not measured.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from analyzers.columns import BoxH, BoxW, BoxX, BoxY, Column, Confidence, EndS, Fraction, HexColour, StartS
from analyzers.contract import Frames, Motion, Read, analyzer
from analyzers.measures.text.easing import Easing
from analyzers.measures.text.events import Event, events
from analyzers.measures.text.roles import Role, language_of, normalized, role_of
from analyzers.measures.text.style import as_hex

Anchor = Literal[
    "top_left", "top", "top_right", "left", "center", "right", "bottom_left", "bottom", "bottom_right"
]  # fmt: skip
ROWS = (("top_left", "top", "top_right"), ("left", "center", "right"), ("bottom_left", "bottom", "bottom_right"))


@dataclass(frozen=True, slots=True)
class Word:
    word: Annotated[str, Column("the word as it is written", verbatim=True)]
    start_s: StartS
    end_s: EndS
    highlight: Annotated[Literal["lit", "appears"], Column("whether it takes another colour, or was not there before")]


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    text: Annotated[str, Column("as it is written; lines are joined by a line break", verbatim=True)]
    text_norm: Annotated[
        str | None, Column("case folded, without marks around words; null where nothing is left", verbatim=True)
    ]
    lang: Annotated[str | None, Column("ISO 639-1, where its script or its small words leave no doubt")]
    role: Annotated[Role, Column("what it is for, as far as words, place and life tell")]
    x: BoxX
    y: BoxY
    w: BoxW
    h: BoxH
    angle_deg: Annotated[float, Column("turn of the line, clockwise", low=-180, high=180, bits=32)]
    anchor: Annotated[Anchor, Column("ninth of the picture that holds its middle")]
    cap_height_frac: Annotated[Fraction, Column("height of a capital, of the picture's height", low=0, high=1, bits=32)]
    fill_hex: Annotated[HexColour | None, Column("colour of the letters, sRGB as #rrggbb")]
    stroke_hex: Annotated[HexColour | None, Column("colour of the letters' outline; null without one")]
    stroke_frac: Annotated[float | None, Column("width of the outline, of a capital's height", low=0, high=1, bits=32)]
    box_hex: Annotated[HexColour | None, Column("colour of the plate behind it; null without one")]
    box_alpha: Annotated[float | None, Column("share of the picture that the plate covers up", low=0, high=1, bits=32)]
    entrance: Annotated[
        Literal["cut", "fade", "pop", "slide", "typewriter", "karaoke"] | None,
        Column("how it came; null where the video begins with it"),
    ]
    entrance_s: Annotated[float | None, Column("how long that took", low=0, bits=32)]
    exit: Annotated[
        Literal["cut", "fade", "pop", "slide", "typewriter"] | None,
        Column("how it went; null where the video ends with it"),
    ]
    exit_s: Annotated[float | None, Column("how long that took", low=0, bits=32)]
    easing: Annotated[
        Easing | None, Column("how its entrance runs; null for a cut, for letters, and where it is too short to tell")
    ]
    exit_easing: Annotated[Easing | None, Column("the same of its exit")]
    words: Annotated[tuple[Word, ...], Column("when each word came or was lit; empty where all came at once")]
    chars_per_s: Annotated[float, Column("letters and digits to read a second", low=0, bits=32)]
    votes: Annotated[int, Column("readings that said exactly this", low=1, bits=32)]
    track_id: Annotated[int, Column("number of the text within the video", low=0, bits=32)]
    n_samples: Annotated[int, Column("sampled pictures that show it", low=1, bits=32)]


@analyzer(version=2, max_gap_s=0.25, role="read", evidence="model")
def text_overlay(frames: Frames, motion: Motion, model: Read) -> Iterator[Row]:
    for number, event in enumerate(events(frames, motion, model)):
        yield _row(number, event, motion.end_s)


def _row(number: int, event: Event, video_s: float) -> Row:
    box = event.box
    middle = box.x + box.w / 2, box.y + box.h / 2
    life_s = event.end_s - event.start_s
    return Row(
        start_s=event.start_s,
        end_s=event.end_s,
        confidence=event.confidence,
        text=event.text,
        text_norm=normalized(event.text),
        lang=language_of(event.text),
        role=role_of(
            event.text,
            start_s=event.start_s,
            life_share=life_s / video_s,
            middle=middle,
            cap_height=event.cap_height,
            angle_deg=event.angle_deg,
            is_in_scene=event.is_in_scene,
            has_plate=event.plate is not None,
        ),
        x=box.x,
        y=box.y,
        w=box.w,
        h=box.h,
        angle_deg=event.angle_deg,
        anchor=_anchor(*middle),
        cap_height_frac=event.cap_height,
        fill_hex=as_hex(event.fill),
        stroke_hex=as_hex(event.stroke),
        stroke_frac=event.stroke_share,
        box_hex=as_hex(event.plate),
        box_alpha=event.plate_alpha,
        entrance="karaoke" if event.is_lit else event.entrance,
        entrance_s=event.entrance_s,
        exit=event.exit,  # pyright: ignore[reportArgumentType]
        exit_s=event.exit_s,
        easing=event.easing,
        exit_easing=event.exit_easing,
        words=tuple(
            Word(word, start_s, end_s, "lit" if event.is_lit else "appears") for word, start_s, end_s in event.words
        ),
        chars_per_s=sum(letter.isalnum() for letter in event.text) / max(life_s, 1e-3),
        votes=event.votes,
        track_id=number,
        n_samples=event.n_samples,
    )


def _anchor(x: float, y: float) -> Anchor:
    return ROWS[min(int(3 * y), 2)][min(int(3 * x), 2)]  # pyright: ignore[reportReturnType]
