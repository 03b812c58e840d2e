"""A describer at work: questions out, answers in, rows of both. Every answer is a row, whatever it is worth."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from analyzers.contract import Describe, Frames
from analyzers.measures.describe.answers import Happening, Told, told
from analyzers.measures.describe.contradictions import contradictions
from analyzers.measures.describe.prompts import TELL, TELL_EVENTS, TELL_WHOLE, Task, ask
from analyzers.measures.describe.rows import DescribeRow
from analyzers.measures.describe.seams import joined
from analyzers.measures.describe.stretches import Reel, Stretch
from analyzers.measures.describe.tables import Tables

Asked = tuple[Task, Stretch]
AnyRow = TypeVar("AnyRow", bound=DescribeRow)
TICK_S = 1e-3


def shots_and_whole(reel: Reel) -> Iterator[Asked]:
    """What to ask of whoever tells shot by shot."""
    yield from ((TELL, shot) for shot in reel.shots())
    yield from ((TELL_WHOLE, video) for video in reel.video())


def windows_and_whole(reel: Reel, window_s: float, overlap_s: float) -> Iterator[Asked]:
    """What to ask of whoever tells events window by window."""
    yield from ((TELL_EVENTS, window) for window in reel.windows(window_s, overlap_s))
    yield from ((TELL_WHOLE, video) for video in reel.video())


def describe(model: Describe, asked: Iterable[Asked], frames: Frames, tables: Tables) -> Iterator[DescribeRow]:
    """A row a stretch and a row an event; the last row, of the video, says how many answers could be read."""
    yield from counted(_rows(model, asked, frames, tables))


def _rows(model: Describe, asked: Iterable[Asked], frames: Frames, tables: Tables) -> Iterator[DescribeRow]:
    events: list[tuple[int, DescribeRow]] = []
    for number, (task, stretch, answer) in enumerate(answered(model, asked, frames, tables)):
        yield row_of(task, stretch, answer, tables)
        events += [(number, _event(task, stretch, each)) for each in (answer.happenings if answer else ())]
    yield from joined(events)


def counted(rows: Iterable[AnyRow]) -> Iterator[AnyRow]:
    """The video's row at the end, with the count of all answers; events are parts of answers."""
    last, parsed = None, list[bool]()
    for row in rows:
        if row.level != "event" and row.is_parsed is not None:
            parsed.append(row.is_parsed)
        if row.level == "video":
            last = row
        else:
            yield row
    if last is not None:
        failed = parsed.count(False)
        yield replace(last, n_asked=len(parsed), n_failed=failed, parse_rate=1 - failed / len(parsed))


def answered(
    model: Describe, asked: Iterable[Asked], frames: Frames, tables: Tables
) -> Iterator[tuple[Task, Stretch, Told | None]]:
    """Each stretch with its answer; None where it holds no sampled picture, and nothing was asked."""
    listing = list(asked)
    answers = iter(model(ask(task, stretch, frames, tables) for task, stretch in listing if stretch.frames))
    for task, stretch in listing:
        yield task, stretch, told(next(answers)) if stretch.frames else None


def row_of(task: Task, stretch: Stretch, answer: Told | None, tables: Tables) -> DescribeRow:
    bare = DescribeRow(*stretch.own_s, None, stretch.level, shot=stretch.shot, window=stretch.window)
    if answer is None:
        return bare
    return replace(
        bare,
        text=answer.text,
        subjects=answer.subjects,
        actions=answer.actions,
        setting=answer.setting,
        people_n=answer.people_n,
        screen_text=answer.screen_text or (),
        frames_used=tuple(frame.index for frame in stretch.frames),
        prompt_id=task.prompt_id,
        is_parsed=answer.is_parsed,
        is_repaired=answer.is_repaired,
        contradictions=contradictions(answer, stretch, tables),
    )


def _event(task: Task, stretch: Stretch, happening: Happening) -> DescribeRow:
    """What it tells of, at its times; where those lie outside of what was asked about, it counts as not read."""
    span = _span(stretch, happening)
    return DescribeRow(
        *(span or stretch.own_s),
        None,
        "event",
        happening.text,
        happening.subjects,
        happening.actions,
        shot=stretch.shot,
        window=stretch.window,
        revision=None if stretch.window is None else 0,
        frames_used=tuple(frame.index for frame in stretch.frames),
        prompt_id=task.prompt_id,
        is_parsed=span is not None,
    )


def _span(stretch: Stretch, happening: Happening) -> tuple[float, float] | None:
    if happening.start_s is None or happening.end_s is None or happening.end_s < happening.start_s:
        return None
    start_s, end_s = max(happening.start_s, stretch.start_s), min(happening.end_s, stretch.end_s)
    if end_s < start_s or start_s >= stretch.end_s:
        return None
    return start_s, end_s if end_s > start_s + TICK_S else _next_picture_s(stretch, start_s)


def _next_picture_s(stretch: Stretch, time_s: float) -> float:
    """What is seen in one picture alone lasts until the next."""
    times_s = [frame.t_s for frame in stretch.frames] + [stretch.end_s]
    return times_s[min(bisect_right(times_s, time_s + TICK_S), len(times_s) - 1)]
