"""Where a describer's words and the measured tables disagree: people, writing on the screen, cuts.

Both may be wrong, so it is told, not settled. Where a table could not look, nothing disagrees with it.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from analyzers.measures.describe import tables as said
from analyzers.measures.describe.answers import Told
from analyzers.measures.describe.rows import Contradiction
from analyzers.measures.describe.stretches import Stretch
from analyzers.measures.describe.tables import Tables
from analyzers.text.text_overlay import Row as TextRow

ALIKE = 0.7  # of two texts' letters: readers confuse some
LEAST_LETTERS = 3  # of a text that can be compared
OVERLAID = ("caption", "title", "cta", "username", "sticker")  # texts that nobody overlooks
NEAR_S = 0.5  # around a stretch, where its texts may come and go

NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
SOME = r"(?:\w+ )?(?:people|persons|men|women|boys|girls|children|kids|friends)"
COUNTED = re.compile(rf"\b(two|three|four|five|six|\d{{1,2}}) {SOME}\b", re.IGNORECASE)
NOBODY = re.compile(r"\b(no people|no persons?|nobody|no one)\b(?! else)", re.IGNORECASE)
SOMEBODY = re.compile(
    r"\b(person|people|someone|somebody|man|men|woman|women|boys?|girls?|child|children|kids?|he|she|they|his|her|their)\b",
    re.IGNORECASE,
)


def contradictions(told: Told, stretch: Stretch, tables: Tables) -> tuple[Contradiction, ...]:
    if not told.is_parsed:
        return ()
    return (*_people(told, stretch, tables), *_writing(told, stretch, tables), *_cuts(told, stretch, tables))


def people_told(told: Told) -> int | None:
    """How many people the words speak of: their own count, or the only one in the prose."""
    if told.people_n is not None:
        return told.people_n
    counts = {NUMBERS.get(word.lower()) or int(word) for word in COUNTED.findall(told.text or "")}
    if len(counts) == 1:
        return counts.pop()
    rest, denials = NOBODY.subn("", told.text or "")
    return 0 if denials and not counts and not SOMEBODY.search(rest) else None


def _people(told: Told, stretch: Stretch, tables: Tables) -> Iterator[Contradiction]:
    count, found = people_told(told), said.people(tables, stretch.start_s, stretch.end_s)
    if count is None or found is None or found.least <= count <= found.most:
        return
    tracks = f"{found.least}" if found.least == found.most else f"{found.least} to {found.most}"
    number = None if found.row is None else tables.number_of(found.table, found.row)
    yield Contradiction(found.table, number, f"the words count {count} people, the tracks {tracks}")


def _writing(told: Told, stretch: Stretch, tables: Tables) -> Iterator[Contradiction]:
    if told.screen_text is None or tables.texts is None:
        return
    read = said.within(tables.texts, stretch.start_s - NEAR_S, stretch.end_s + NEAR_S)
    letters = [_letters(row.text) for row in read]
    for text in told.screen_text:
        claimed = _letters(text)
        if len(claimed) >= LEAST_LETTERS and not any(_is_like(claimed, each) for each in [*letters, "".join(letters)]):
            yield Contradiction("text_overlay", None, f'the words read "{text}" on the screen, the table does not')
    if not told.screen_text:
        for row in [row for row in read if row.role in OVERLAID and _is_shown(row, stretch)][:1]:
            why = f'the words read nothing on the screen, the table "{row.text}"'
            yield Contradiction("text_overlay", tables.number_of("text_overlay", row), why)


def _is_shown(row: TextRow, stretch: Stretch) -> bool:
    """Whether one of the pictures that were shown holds it: coming and going take half a picture's time."""
    return any(row.start_s + NEAR_S / 2 <= frame.t_s < row.end_s - NEAR_S / 2 for frame in stretch.frames)


def _cuts(told: Told, stretch: Stretch, tables: Tables) -> Iterator[Contradiction]:
    """Of cuts between the pictures that were shown: those within the stretch, as each shot was shown."""
    count = said.cuts(tables, stretch.start_s, stretch.end_s)
    if told.cuts_n is None or count is None or told.cuts_n == count or told.cuts_n == _between(stretch, tables):
        return
    yield Contradiction("cut_analysis", None, f"the words count {told.cuts_n} cuts, the table {count}")


def _between(stretch: Stretch, tables: Tables) -> int:
    """Steps from picture to picture with a cut in them: all that can be seen."""
    times_s: Sequence[float] = [frame.t_s for frame in stretch.frames]
    return sum(any(a < at_s <= b for at_s in said.middles_s(tables)) for a, b in pairwise(times_s))


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def _is_like(one: str, other: str) -> bool:
    if not one or not other:
        return False
    if len(one) >= LEAST_LETTERS and (one in other or (len(other) >= LEAST_LETTERS and other in one)):
        return True
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE
