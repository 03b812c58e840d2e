"""One plain timeline from a report's tables: what every format is written from.

The picture of the timeline is the finished video, cut where its shots begin, so it looks right in every editor. What
that picture already shows (transitions apart, which blend it with itself) lies on tracks that are switched off:
texts would be drawn twice, speeds be changed twice.

Strangers' words are cleaned here, once: no control characters, no overrides of the writing direction.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, TypeVar
from urllib.parse import quote

from analyzers.contract import Media
from resources.store import Outcome
from tiktok_assets.exports.clock import Rate, rate_of
from tiktok_assets.page.timeline import CURVES, LABELS, PARTS, WHOLE

COLOURS = ("RED", "ORANGE", "YELLOW", "GREEN", "CYAN", "BLUE", "PURPLE", "MAGENTA", "PINK")  # that all editors know
MOST_MARKERS = 500  # of one analyzer: more are a curve, which its table holds
NAME_LENGTH = 80
MUSIC_SHARE = 0.5  # of a window, from which on it counts as music
UNEVEN = "media: uneven frame times; every moment lies on the nearest frame of the nominal rate"
NO_MARKERS = {*CURVES, *WHOLE, *PARTS, "shot"} - {"beat"}  # editors cut on beats; shots are the clips
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
WINDOWS = re.compile(r"[a-z]:[\\/]", re.IGNORECASE)
NOT_TEXT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Span:
    """From one frame of the timeline to another (not included), and the exact times."""

    start: int
    end: int
    start_s: float
    end_s: float

    @property
    def length(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Clip(Span):
    """A shot."""

    number: int
    enters: str | None  # how it takes the place of the one before


@dataclass(frozen=True, slots=True)
class Join(Span):
    """A transition that takes time, around the cut between two clips."""

    kind: str
    cut: int


@dataclass(frozen=True, slots=True)
class Speed(Span):
    """Where the footage ran at another speed, or stood."""

    op: Literal["speed", "freeze", "reverse"]
    factor: float | None


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Text(Span):
    """A text on the screen."""

    text: str
    look: Mapping[str, Any]  # the columns of text_overlay that say how it looks
    words: tuple[Word, ...]

    @property
    def is_laid_over(self) -> bool:
        """Written by who made the video, and no sign that was filmed or mark that was added."""
        return self.look["role"] not in ("scene_text", "watermark")


@dataclass(frozen=True, slots=True)
class Speech(Span):
    text: str
    lang: str | None
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Sound(Span):
    """A stretch of music, or an effect."""

    kind: Literal["music", "effect"]
    name: str


@dataclass(frozen=True, slots=True)
class Marker(Span):
    analyzer: str
    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything that a timeline of an editing program can hold."""

    video: str
    title: str
    media: str  # path of the video's file, seen from where the timeline lies; or its address
    rate: Rate
    length: int
    width: int
    height: int
    is_vfr: bool
    has_sound: bool
    clips: tuple[Clip, ...]
    joins: tuple[Join, ...] = ()
    speeds: tuple[Speed, ...] = ()
    texts: tuple[Text, ...] = ()
    speech: tuple[Speech, ...] = ()
    sounds: tuple[Sound, ...] = ()
    markers: tuple[Marker, ...] = ()

    @property
    def media_name(self) -> str:
        """The file's name alone, also of a path of Windows."""
        return self.media.replace("\\", "/").rsplit("/", 1)[-1]

    @property
    def is_media_absolute(self) -> bool:
        return self.media.startswith("/") or bool(ADDRESS.match(self.media) or WINDOWS.match(self.media))

    @property
    def media_url(self) -> str:
        """The address that stands in XML and OpenTimelineIO: relative where the path is, else a file's."""
        if ADDRESS.match(self.media):
            return self.media
        path = self.media.replace("\\", "/") if WINDOWS.match(self.media) else self.media
        if WINDOWS.match(path):
            return f"file:///{quote(path, safe='/:')}"
        return f"file://{quote(path)}" if path.startswith("/") else quote(path)


class _Clock:
    """From rows' times to spans within the timeline."""

    def __init__(self, rate: Rate, length: int) -> None:
        self.rate, self.length = rate, length

    def span(self, row: Mapping[str, Any]) -> tuple[int, int, float, float]:
        """At least one frame, and within the video."""
        start = min(self.rate.frame(row["start_s"]), self.length - 1)
        end = max(min(self.rate.frame(row["end_s"]), self.length), start + 1)
        return start, end, row["start_s"], max(row["end_s"], row["start_s"])


def read_timeline(
    video: str,
    title: str,
    media_path: str,
    media: Media,
    t_s: Sequence[float],
    tables: Mapping[str, tuple[Outcome, Rows]],
) -> Timeline:
    """The timeline of one video from its frames' times and the tables that there are."""
    rate = rate_of(t_s, media.fps_nominal, is_vfr=media.is_vfr)
    length = max(rate.frame(media.duration_s), 1)
    clock = _Clock(rate, length)
    trusted = {name: rows for name, (outcome, rows) in tables.items() if outcome.is_trusted}
    cuts = trusted.get("cut_analysis", ())
    clips = _clips(cuts, clock, media.duration_s)
    return Timeline(
        video=video,
        title=clean(title, one_line=True)[:NAME_LENGTH] or video,
        media=media_path,
        rate=rate,
        length=length,
        width=media.width_px,
        height=media.height_px,
        is_vfr=media.is_vfr,
        has_sound=media.acodec is not None,
        clips=clips,
        joins=_joins(cuts, clips, clock),
        speeds=_speeds(trusted.get("speed_ops", ()), clock),
        texts=tuple(_texts(trusted.get("text_overlay", ()), clock)),
        speech=tuple(_speech(trusted.get("speech_transcription", ()), clock)),
        sounds=(
            *_music(trusted.get("audio_environment", ()), clock),
            *(_effect(row, clock) for row in trusted.get("sound_effects", ())),
        ),
        markers=(*_uneven(media, clock), *_markers(tables, trusted, clock)),
    )


def clean(text: str, *, one_line: bool = False) -> str:
    """A stranger's words without what is no text: nothing else is changed."""
    text = NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return " ".join(text.split()) if one_line else text.strip()


AnySpan = TypeVar("AnySpan", bound=Span)


def layers(spans: Iterable[AnySpan]) -> list[list[AnySpan]]:
    """Tracks for spans that may overlap: each goes on the first track with room for it."""
    tracks: list[list[AnySpan]] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        room = next((track for track in tracks if track[-1].end <= span.start), None)
        if room is None:
            tracks.append(room := [])
        room.append(span)
    return tracks


def _clips(rows: Rows, clock: _Clock, duration_s: float) -> tuple[Clip, ...]:
    """The shots, without gaps from the first frame to the last; all of the video where none are known."""
    starts = {0: 0.0} | {clock.rate.frame(row["start_s"]): row["start_s"] for row in rows if row["level"] == "shot"}
    starts = {frame: start_s for frame, start_s in sorted(starts.items()) if frame < clock.length}
    enters = {clock.rate.frame((r["start_s"] + r["end_s"]) / 2): r["kind"] for r in rows if r["level"] == "cut"}
    ends = [*list(starts)[1:], clock.length]
    ends_s = [*list(starts.values())[1:], duration_s]
    return tuple(
        Clip(start, end, start_s, end_s, number, enters.get(start) if number else None)
        for number, ((start, start_s), end, end_s) in enumerate(zip(starts.items(), ends, ends_s, strict=True))
    )


def _joins(rows: Rows, clips: Sequence[Clip], clock: _Clock) -> tuple[Join, ...]:
    """Transitions that take time, each kept to the clips beside it, and to its own half of one that it shares."""
    found: list[Join] = []
    for row in rows:
        if row["level"] != "cut" or not row["len_frames"]:
            continue
        start, end, start_s, end_s = clock.span(row)
        pairs = pairwise(clips)
        pair = min(pairs, key=lambda two: abs(two[1].start - (start + end) / 2), default=None)
        if pair is None or not start <= pair[1].start <= end:
            continue
        left = max(start, pair[0].start + 1, found[-1].end if found else 0)  # no clip is all transition
        right = min(end, pair[1].end)
        if left < right and left <= pair[1].start:
            found.append(Join(left, right, start_s, end_s, row["kind"], pair[1].start))
    return tuple(found)


def _speeds(rows: Rows, clock: _Clock) -> tuple[Speed, ...]:
    ops = ("speed", "freeze", "reverse")
    return tuple(
        Speed(*clock.span(r), r["op"], r["factor"]) for r in rows if r["op"] in ops and r["told_by"] == "picture"
    )


def _texts(rows: Rows, clock: _Clock) -> Iterable[Text]:
    headers = {"video_id", "row_id", "start_frame", "end_frame", "evidence", "backend", "model_id", "model_rev"}
    for row in rows:
        if text := clean(row["text"]):
            hidden = {"start_s", "end_s", "text", "text_norm", "words", *headers}
            look = {name: value for name, value in row.items() if value is not None and name not in hidden}
            words = tuple(Word(clean(w["word"], one_line=True), w["start_s"], w["end_s"]) for w in row["words"])
            yield Text(*clock.span(row), text, look, tuple(word for word in words if word.text))


def _speech(rows: Rows, clock: _Clock) -> Iterable[Speech]:
    words: dict[int, list[Word]] = {}
    for row in rows:
        if row["level"] == "word" and row["text"] and (word := clean(row["text"], one_line=True)):
            words.setdefault(row["segment"], []).append(Word(word, row["start_s"], row["end_s"]))
    for row in rows:
        if row["level"] == "segment" and row["text"] and (text := clean(row["text"], one_line=True)):
            yield Speech(*clock.span(row), text, row["lang"], tuple(words.get(row["segment"], ())))


def _music(rows: Rows, clock: _Clock) -> Iterable[Sound]:
    """Windows with music, joined where they touch."""
    joined: list[dict[str, float]] = []
    for row in rows:
        if row["kind"] != "window" or row["music_share"] < MUSIC_SHARE:
            continue
        if joined and row["start_s"] <= joined[-1]["end_s"] + 1e-6:
            joined[-1]["end_s"] = max(row["end_s"], joined[-1]["end_s"])
        else:
            joined.append({"start_s": row["start_s"], "end_s": row["end_s"]})
    for span in joined:
        yield Sound(*clock.span(span), "music", "music")


def _effect(row: Mapping[str, Any], clock: _Clock) -> Sound:
    return Sound(*clock.span(row), "effect", clean(row["sfx"], one_line=True)[:NAME_LENGTH] or "effect")


def _uneven(media: Media, clock: _Clock) -> Iterable[Marker]:
    """What an editor should know of a phone's video, said in every format that has markers."""
    if media.is_vfr:
        yield Marker(*clock.span({"start_s": 0.0, "end_s": 0.0}), "media", UNEVEN, COLOURS[0])


def _markers(
    tables: Mapping[str, tuple[Outcome, Rows]], trusted: Mapping[str, Rows], clock: _Clock
) -> Iterable[Marker]:
    """The events of every analyzer that have something to say, each analyzer in its colour."""
    colours = {name: COLOURS[number % len(COLOURS)] for number, name in enumerate(sorted(tables))}
    found = [marker for name, rows in trusted.items() for marker in _markers_of(name, rows, colours[name], clock)]
    return sorted(found, key=lambda marker: (marker.start, marker.analyzer, marker.end))


def _markers_of(name: str, rows: Rows, colour: str, clock: _Clock) -> list[Marker]:
    events = [row for row in rows if not {row.get("level"), row.get("kind")} & NO_MARKERS]
    labels = [(row, _label(row)) for row in events]
    told: list[Marker] = []
    for row, label in labels:
        marker = Marker(*clock.span(row), name, f"{name}: {label}", colour)
        if told and told[-1].name == marker.name and told[-1].end == marker.start < marker.end - 1:
            told[-1] = replace(told[-1], end=marker.end, end_s=marker.end_s)  # windows that say the same
        elif label:
            told.append(marker)
    return told if len(told) <= MOST_MARKERS else []


def _label(row: Mapping[str, Any]) -> str:
    """What a row says in a few words, as on the page."""
    said = next((str(row[key]) for key in LABELS if row.get(key)), "")
    return clean(said, one_line=True)[:NAME_LENGTH]
