"""What the measured tables say of a stretch, in plain sentences, and the same as values of an answer.

A stranger's words, spoken or on the screen, stand within quotation marks and hold none themselves: they are data.
"""

from collections.abc import Iterator
from typing import Any

from analyzers.measures.describe import tables as said
from analyzers.measures.describe.stretches import Stretch
from analyzers.measures.describe.tables import Tables
from analyzers.text.text_overlay import Row as TextRow

MOST_THINGS, MOST_TEXTS, MOST_MOVES = 6, 6, 3  # in the sentences of one stretch
LONGEST = 200  # characters of a quotation
HEARD = 0.3  # share of a stretch with speech or music, from which on it is told
DARK, BRIGHT, PALE = 0.25, 0.8, 0.03  # mean OKLab lightness, and chroma
FEW = ("nobody", "one person", "two people", "three people", "four people")
PLACED = {"int": "indoors", "ext": "outdoors"}
LIT = {"day": "by day", "night": "by night", "dusk": "at dusk or dawn"}
MOVES = {
    "pan_left": "pans left", "pan_right": "pans right", "tilt_up": "tilts up", "tilt_down": "tilts down",
    "zoom_in": "zooms in", "zoom_out": "zooms out", "dolly_in": "moves in", "dolly_out": "moves back",
    "roll_cw": "turns clockwise", "roll_ccw": "turns counter-clockwise", "whip": "whips", "track": "travels sideways",
    "handheld": "is held by hand", "static": "stands still",
}  # fmt: skip
KINDS = {"shot": "This shot", "scene": "This scene", "video": "The video", "window": "This part", "frame": "This part"}


def facts(tables: Tables, stretch: Stretch) -> tuple[str, ...]:
    """Sentences, the most telling first after the span."""
    at = stretch.start_s, stretch.end_s
    found = [
        _span(tables, stretch),
        *_place(tables, *at),
        *_seen(tables, *at),
        *_written(tables, *at),
        *_moves(tables, *at),
        *_colours(tables, stretch),
        *_heard(tables, *at),
    ]
    return tuple(found)


def known(tables: Tables, stretch: Stretch) -> dict[str, Any]:
    """The same as values under the keys of an answer; what no table tells is absent."""
    at = stretch.start_s, stretch.end_s
    people, labels = said.people(tables, *at), list(said.things(tables, *at))[:MOST_THINGS]
    place = said.tag(tables, "place", *at)
    side, light = (said.tag(tables, question, *at) for question in ("int_ext", "day_night"))
    values = {
        "subjects": ([said.PERSON] if people and people.least else []) + labels,
        "actions": ["speaking"] if said.within(tables.speech, *at) else [],
        "setting": ", ".join(part for part in (place, PLACED.get(side or "")) if part) or None,
        "place": place,
        "light": LIT.get(light or ""),
        "props": labels,
        "people_n": people.least if people else None,
        "style": said.tag(tables, "style", *at),
        "screen_text": None if tables.texts is None else [row.text for row in said.within(tables.texts, *at)],
        "cuts_n": said.cuts(tables, *at),
        "events": list(_events(tables, *at)),
    }
    return {key: value for key, value in values.items() if value is not None}


def quoted(text: str) -> str:
    """A stranger's words on one line."""
    line = " ".join(text.replace('"', "'").split())
    return f'"{line if len(line) <= LONGEST else line[:LONGEST] + "…"}"'


def clock(time_s: float) -> str:
    return f"{round(time_s, 2):.10g} s"


def _span(tables: Tables, stretch: Stretch) -> str:
    length = f"{KINDS[stretch.level]} lasts {clock(stretch.end_s - stretch.start_s)}"
    if stretch.level == "video":
        count = said.cuts(tables, stretch.start_s, stretch.end_s)
        return f"{length}." if count is None else f"{length} and has {_many(count, 'cut')}."
    return f"{length}, from {clock(stretch.start_s)} to {clock(stretch.end_s)}."


def _place(tables: Tables, start_s: float, end_s: float) -> Iterator[str]:
    place, side, light = (said.tag(tables, name, start_s, end_s) for name in ("place", "int_ext", "day_night"))
    where = [place, PLACED.get(side or ""), LIT.get(light or "")]
    if told := ", ".join(part for part in where if part):
        yield f"The place looks like this: {told}."
    if (style := said.tag(tables, "style", start_s, end_s)) and style != "footage":
        yield f"The picture looks like this: {style}."
    visits = said.within(tables.scenes, start_s, end_s)
    if len(visits) == 1 and visits[0].returns_to is not None:
        yield "It was seen before in the video."


def _seen(tables: Tables, start_s: float, end_s: float) -> Iterator[str]:
    people = said.people(tables, start_s, end_s)
    seen = [FEW[people.least] if people.least < len(FEW) else f"{people.least} people"] if people else []
    seen = [] if seen == [FEW[0]] else seen
    named = list(said.things(tables, start_s, end_s).items())[:MOST_THINGS]
    seen += [label if count == 1 else f"{label} ({count} of them)" for label, count in named]
    if seen:
        yield f"The picture shows: {', '.join(seen)}."
    elif people:
        yield "No person is seen."


def _written(tables: Tables, start_s: float, end_s: float) -> Iterator[str]:
    for row in said.within(tables.texts, start_s, end_s)[:MOST_TEXTS]:
        a, b = max(row.start_s, start_s), min(row.end_s, end_s)
        yield f"From {clock(a)} to {clock(b)} {_bearer(row)} {quoted(row.text)}."


def _bearer(row: TextRow) -> str:
    return "writing in the picture says" if row.role == "scene_text" else "the screen says"


def _moves(tables: Tables, start_s: float, end_s: float) -> Iterator[str]:
    told = dict.fromkeys(MOVES[row.move] for row in said.within(tables.camera, start_s, end_s) if row.move)
    if told:
        yield f"The camera {', then '.join(list(told)[:MOST_MOVES])}."


def _colours(tables: Tables, stretch: Stretch) -> Iterator[str]:
    level = "shot" if stretch.shot is not None else "video"
    row = next((r for r in tables.colours or () if r.level == level and r.shot == stretch.shot), None)
    if row is None:
        return
    light = "dark" if row.mean_l < DARK else "bright" if row.mean_l > BRIGHT else None
    colour = "black and white" if row.is_bw else "pale" if row.saturation < PALE else None
    if told := " and ".join(part for part in (light, colour) if part):
        yield f"The picture is {told}."


def _heard(tables: Tables, start_s: float, end_s: float) -> Iterator[str]:
    for row in said.within(tables.speech, start_s, end_s)[:MOST_TEXTS]:
        when = f"From {clock(max(row.start_s, start_s))} to {clock(min(row.end_s, end_s))} somebody"
        yield f"{when} says {quoted(row.text)}." if row.text else f"{when} speaks."
    windows = said.within(tables.sound, start_s, end_s)
    if windows and sum(row.music_share for row in windows) / len(windows) > HEARD:
        yield "Music plays."


def _events(tables: Tables, start_s: float, end_s: float) -> Iterator[dict[str, Any]]:
    """What comes and goes within the stretch."""
    for row in said.within(tables.texts, start_s, end_s):
        yield _event(row, start_s, end_s, f"{_bearer(row).capitalize()} {quoted(row.text)}.")
    for row in said.within(tables.objects, start_s, end_s):
        yield _event(row, start_s, end_s, f"The picture shows: {row.label}.") | {"subjects": [row.label]}
    for row in said.within(tables.speech, start_s, end_s):
        yield _event(row, start_s, end_s, f"Somebody says {quoted(row.text)}." if row.text else "Somebody speaks.")


def _event(row: Any, start_s: float, end_s: float, text: str) -> dict[str, Any]:
    return {"start_s": max(row.start_s, start_s), "end_s": min(row.end_s, end_s), "text": text}


def _many(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"
