"""What the measured tables say of a stretch: people, things, cuts, and what kind of picture it is."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from analyzers.edit.camera_analysis import Row as CameraRow
from analyzers.edit.cut_analysis import CutRow
from analyzers.edit.scene_segmentation import SceneRow
from analyzers.measures.describe.rows import Table
from analyzers.people.face_detection import FaceRow
from analyzers.picture.color_analysis import Row as ColourRow
from analyzers.picture.picture_tags import TagRow
from analyzers.sound.audio_environment import Row as SoundRow
from analyzers.speech.speech_transcription import Row as SpokenRow
from analyzers.text.text_overlay import Row as TextRow
from analyzers.things.object_detection import Row as ObjectRow

PERSON = "person"  # the label of people in every vocabulary of object_detection
FACE = "face"  # a label of the detector that is always there; face_detection knows better
BORDER_S = 0.05  # what reaches so little into a stretch belongs to the one beside it
Timed = TypeVar("Timed", bound=Any)  # a row with a start and an end


@dataclass(slots=True)
class Tables:
    """Rows of other analyzers; None where one did not run, or was not asked for. Only what is told of is kept."""

    cuts: Sequence[CutRow] | None = None
    faces: Sequence[FaceRow] | None = None
    objects: Sequence[ObjectRow] | None = None
    texts: Sequence[TextRow] | None = None
    scenes: Sequence[SceneRow] | None = None
    camera: Sequence[CameraRow] | None = None
    colours: Sequence[ColourRow] | None = None
    tags: Sequence[TagRow] | None = None
    speech: Sequence[SpokenRow] | None = None
    sound: Sequence[SoundRow] | None = None
    number_of: Callable[[Table, Any], int] = field(init=False)

    def __post_init__(self) -> None:
        whole = {"face_detection": self.faces, "object_detection": self.objects, "text_overlay": self.texts}
        self.number_of = lambda table, row: next(n for n, each in enumerate(whole[table] or ()) if each is row)
        self.cuts = _those(self.cuts, lambda row: row.level == "cut")
        self.faces = _those(self.faces, lambda row: row.level == "track")
        self.objects = _those(self.objects, lambda row: row.level == "track" and row.label != FACE)
        self.camera = _those(self.camera, lambda row: row.level == "segment" and row.move)
        self.tags = _those(self.tags, lambda row: row.rank == 1 and row.label)
        self.speech = _those(self.speech, lambda row: row.level == "segment")
        self.sound = _those(self.sound, lambda row: row.kind == "window")


def _those(rows: Sequence[Timed] | None, are_told: Callable[[Timed], Any]) -> list[Timed] | None:
    """A frame's or a sample's row says nothing that its segment or track does not."""
    return None if rows is None else [row for row in rows if are_told(row)]


@dataclass(frozen=True, slots=True)
class People:
    """How many people a stretch shows, by the tracks."""

    least: int  # at once
    most: int  # tracks may be one person's
    table: Table
    row: FaceRow | ObjectRow | None  # one that shows somebody


def within(rows: Sequence[Timed] | None, start_s: float, end_s: float) -> list[Timed]:
    """Rows that share time with the stretch."""
    return [row for row in rows or () if _shared_s(row, start_s, end_s) > min(BORDER_S, (row.end_s - row.start_s) / 2)]


def _shared_s(row: Any, start_s: float, end_s: float) -> float:
    return min(row.end_s, end_s) - max(row.start_s, start_s)


def people(tables: Tables, start_s: float, end_s: float) -> People | None:
    """None where nobody looked for people."""
    if tables.faces is None and tables.objects is None:
        return None
    faces = within(tables.faces, start_s, end_s)
    bodies = [row for row in within(tables.objects, start_s, end_s) if row.label == PERSON]
    return People(
        least=max(at_once(faces), at_once(bodies)),
        most=max(len({row.person_id for row in faces}), len(bodies)),
        table="face_detection" if faces or tables.objects is None else "object_detection",
        row=next(iter([*faces, *bodies]), None),
    )


def at_once(rows: Sequence[Any]) -> int:
    """The most rows that share a moment."""
    borders = sorted([(row.start_s, 1) for row in rows] + [(row.end_s, -1) for row in rows])
    now = most = 0
    for _, step in borders:
        now += step
        most = max(most, now)
    return most


def things(tables: Tables, start_s: float, end_s: float) -> dict[str, int]:
    """What else is seen, the longest on screen first, with how many of it at once."""
    tracks: dict[str, list[ObjectRow]] = {}
    for row in within(tables.objects, start_s, end_s):
        if row.label != PERSON:
            tracks.setdefault(row.label, []).append(row)
    seen_s = {label: sum(_shared_s(row, start_s, end_s) for row in rows) for label, rows in tracks.items()}
    return {label: at_once(tracks[label]) for label in sorted(tracks, key=lambda label: -seen_s[label])}


def cuts(tables: Tables, start_s: float, end_s: float) -> int | None:
    """Cuts within the stretch; None where nobody looked for them."""
    if tables.cuts is None:
        return None
    return sum(start_s + BORDER_S < at_s < end_s - BORDER_S for at_s in middles_s(tables))


def middles_s(tables: Tables) -> list[float]:
    """Of the cuts."""
    return [(row.start_s + row.end_s) / 2 for row in tables.cuts or ()]


def tag(tables: Tables, question: str, start_s: float, end_s: float) -> str | None:
    """The answer that picture_tags give for most of the stretch."""
    votes: defaultdict[str, float] = defaultdict(float)
    for row in within(tables.tags, start_s, end_s):
        if row.question == question and row.label:
            votes[row.label] += _shared_s(row, start_s, end_s)
    return max(votes, key=lambda label: votes[label], default=None)
