"""What a describer's answer says, once it is read: every value of the type that it must have, or absent."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from analyzers.measures.describe.reading import read_object

NOTHING = {"", "none", "null", "n/a", "na", "unknown", "unclear", "not visible", "nothing", "no text", "…"}
MOST_PEOPLE = 10_000  # a larger number is none
MOST_EVENTS = 200  # of one answer
NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that an answer says happens, and when."""

    text: str
    start_s: float | None
    end_s: float | None
    subjects: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """One answer. Its text is the whole of it where it could not be read."""

    text: str | None
    is_parsed: bool
    is_repaired: bool | None = None
    subjects: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    setting: str | None = None
    place: str | None = None
    light: str | None = None
    props: tuple[str, ...] = ()
    style: str | None = None
    people_n: int | None = None
    cuts_n: int | None = None
    screen_text: tuple[str, ...] | None = None  # None: it does not say; (): it says that there is none
    happenings: tuple[Happening, ...] = ()


def told(answer: str | None) -> Told:
    """Read an answer that was asked for as JSON."""
    raw = (answer or "").strip()
    found, is_repaired = read_object(raw, "text")
    if found is None or not (text := words(found["text"])):
        return Told(raw or None, is_parsed=False)
    written = found.get("screen_text")
    return Told(
        text,
        is_parsed=True,
        is_repaired=is_repaired,
        subjects=listed(found.get("subjects")),
        actions=listed(found.get("actions")),
        setting=words(found.get("setting")),
        place=words(found.get("place")),
        light=words(found.get("light")),
        props=listed(found.get("props")),
        style=words(found.get("style")),
        people_n=count(found.get("people_n")),
        cuts_n=count(found.get("cuts_n")),
        screen_text=listed(written) if isinstance(written, list | str) else None,
        happenings=tuple(_happenings(found.get("events"))),
    )


def said(answer: str | None) -> Told:
    """Take an answer that was asked for in free words."""
    text = words(answer)
    return Told(text, is_parsed=text is not None)


def words(value: Any) -> str | None:
    """A text that says something."""
    text = value.strip() if isinstance(value, str) else ""
    return text if text.lower().rstrip(".") not in NOTHING else None


def listed(value: Any) -> tuple[str, ...]:
    """The texts of a list, each once; one text is a list of one."""
    items = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(text for item in items if (text := words(item))))


def count(value: Any) -> int | None:
    number = seconds(value)
    return int(number) if number is not None and number == int(number) and 0 <= number <= MOST_PEOPLE else None


def seconds(value: Any) -> float | None:
    """A number, or the one at the beginning of a text such as "3.0 s"."""
    if isinstance(value, str) and (number := NUMBER.match(value.strip())):
        value = float(number[0])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e9 and isfinite(value) else None


def _happenings(events: Any) -> Sequence[Happening]:
    listing = events if isinstance(events, list) else []
    return [
        Happening(
            text,
            seconds(event.get("start_s")),
            seconds(event.get("end_s")),
            listed(event.get("subjects")),
            listed(event.get("actions")),
        )
        for event in listing[:MOST_EVENTS]
        if isinstance(event, dict) and (text := words(event.get("text")))
    ]
