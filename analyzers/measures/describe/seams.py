"""One event that two neighbouring stretches tell of is one event."""

import re
from collections.abc import Iterable
from dataclasses import replace

from analyzers.measures.describe.rows import DescribeRow

SAME = 0.5  # Dice coefficient of two tellings' words
STEP_S = 0.3  # from one sampled picture to the next, and a little: as much may lie between two tellings
SMALL = frozenset(
    (
        "a", "an", "the", "is", "are", "was", "were", "be", "of", "in", "on", "at", "to", "and", "or", "with", "its",
        "it", "his", "her", "their", "this", "that", "there", "into", "from", "by", "as", "picture", "screen", "video",
        "seen", "visible", "appears", "shows", "shown", "enters", "leaves",
    )
)  # fmt: skip
WORD = re.compile(r"\w+")
ENDING = re.compile(r"(ing|ed|es|s)$")


def joined(events: Iterable[tuple[int, DescribeRow]]) -> list[DescribeRow]:
    """Events, each with the number of the stretch that tells of it, each once: one that the next stretch tells of
    again, in the same window after window or the same shot, lasts from the first telling to the last."""
    kept: list[tuple[int, DescribeRow]] = []
    for number, event in events:
        same = next((i for i, before in enumerate(kept) if _is_told_again(*before, number, event)), None)
        if same is None:
            kept.append((number, event))
        else:
            kept[same] = number, _both(kept[same][1], event)
    return sorted((row for _, row in kept), key=lambda row: (row.start_s, row.end_s))


def _is_told_again(told: int, before: DescribeRow, number: int, event: DescribeRow) -> bool:
    """Told twice by one stretch: two events. Told long ago: over, and now there is another."""
    if told + 1 != number or before.shot != event.shot or not before.is_parsed or not event.is_parsed:
        return False
    meets = event.start_s <= before.end_s + STEP_S and before.start_s <= event.end_s + STEP_S
    return meets and likeness(before.text or "", event.text or "") >= SAME


def _both(before: DescribeRow, event: DescribeRow) -> DescribeRow:
    """The earlier telling with the later one's end, in the words of the longer."""
    wordier = max(before, event, key=lambda row: len(row.text or ""))
    return replace(
        before,
        start_s=min(before.start_s, event.start_s),
        end_s=max(before.end_s, event.end_s),
        text=wordier.text,
        subjects=tuple(dict.fromkeys(before.subjects + event.subjects)),
        actions=tuple(dict.fromkeys(before.actions + event.actions)),
        frames_used=tuple(sorted({*before.frames_used, *event.frames_used})),
        revision=None if before.revision is None else before.revision + 1,
    )


def likeness(one: str, other: str) -> float:
    """Of what two sentences say, 0..1, by their words without small ones and endings."""
    a, b = _stems(one), _stems(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else float(one == other)


def _stems(text: str) -> set[str]:
    return {ENDING.sub("", word) for word in WORD.findall(text.casefold()) if word not in SMALL}
