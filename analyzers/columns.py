"""Columns that mean the same thing in every table: one name, one unit, one range."""

from dataclasses import dataclass
from math import inf
from typing import Annotated, Literal


@dataclass(frozen=True)
class Column:
    """What a value is, for the UI and the docs, how wide it is stored, and the range it must keep to."""

    doc: str = ""
    low: float = -inf
    high: float = inf
    bits: Literal[32, 64] = 64
    verbatim: bool = False  # a stranger's own words: "None" on a screen is a text, not a placeholder


StartS = Annotated[float, Column("start, in seconds from the first picture", low=0)]
EndS = Annotated[float, Column("end (not included), in seconds from the first picture", low=0)]
FrameNo = Annotated[int, Column("index into the frames table", low=0, bits=32)]
Confidence = Annotated[float | None, Column("the method's own score; null where it has none", low=0, high=1, bits=32)]
Fraction = Annotated[float, Column("share of the whole", low=0, high=1, bits=32)]
BoxX = Annotated[float, Column("left edge, as a share of the picture's width", low=0, high=1, bits=32)]
BoxY = Annotated[float, Column("top edge, as a share of the picture's height", low=0, high=1, bits=32)]
BoxW = Annotated[float, Column("width, as a share of the picture's width", low=0, high=1, bits=32)]
BoxH = Annotated[float, Column("height, as a share of the picture's height", low=0, high=1, bits=32)]
HexColour = Annotated[str, Column("sRGB as #rrggbb")]
