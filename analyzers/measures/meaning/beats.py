"""Narrative beats: which part of a video is its hook, its setup, its build, its turn, its payoff, and what ends it.

Where the signals change together a part begins. What a part is for is told by its place, by calls to action and by the
loop's seam: a convention of short videos, not an understanding of what is told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from analyzers.measures.meaning.changes import change_points, noise
from analyzers.measures.meaning.signals import Series, Signal
from analyzers.measures.meaning.spans import Span, tiles

Beat = Literal["hook", "setup", "build", "turn", "payoff", "cta", "loop"]
SHORTEST_S = 2.0  # of a part
HOOK_S, LONGEST_HOOK_S = 3.0, 6.0  # where nothing changes earlier, the first seconds; a change up to the other ends it
NEAR_S = 1.5  # two borders nearer than that are one
CLEAR = 2.5  # squared felt differences, of all signals: one and a half of one of them, or some of several
FELT = 0.8  # of a felt difference, from which on a change is named
NAMED = 2  # changes that a reason names


@dataclass(frozen=True, slots=True)
class Part:
    start_s: float
    end_s: float
    beat: Beat
    energy: float | None
    reason: str


def borders(edges_s: Series, signals: Sequence[Signal], cuts_s: Sequence[float]) -> list[float]:
    """Where the signals change together, moved onto the cut that does it."""
    if not signals:
        return []
    step_s = float(edges_s[1] - edges_s[0])
    values = np.stack([signal.values / noise(signal.values, signal.least / 2) for signal in signals], axis=1)
    felt = np.stack([signal.values / signal.least for signal in signals], axis=1)
    found = edges_s[_clear(change_points(values, max(round(SHORTEST_S / step_s), 1)), felt)]
    near = [min(cuts_s, key=lambda cut_s, at=at: abs(cut_s - at), default=at) for at in found]
    return [float(cut if abs(cut - at) <= step_s else at) for cut, at in zip(near, found, strict=True)]


def _clear(points: Sequence[int], felt: Series) -> list[int]:
    """The borders that somebody feels: the faintest is given up, until none is too faint."""
    kept = list(points)
    while kept:
        means = [felt[first:after].mean(axis=0) for first, after in pairwise([0, *kept, len(felt)])]
        contrasts = [float(((one - other) ** 2).sum()) for one, other in pairwise(means)]
        faintest = int(np.argmin(contrasts))
        if contrasts[faintest] >= CLEAR:
            break
        del kept[faintest]
    return kept


def parts(
    edges_s: Series, signals: Sequence[Signal], changes_s: Sequence[float], cta: Span | None, loop_s: float | None
) -> Iterator[Part]:
    """Parts that tile the video."""
    end_s = float(edges_s[-1])
    hook_s, is_early = _hook_end(changes_s, end_s)
    cta = (max(cta[0], hook_s), cta[1]) if cta and cta[1] > hook_s else None
    if loop_s is not None and loop_s < max(hook_s, cta[0] if cta else 0.0) + NEAR_S:
        loop_s = None
    if cta and loop_s is not None and cta[1] > loop_s - NEAR_S:
        cta = cta[0], loop_s
    fixed = [at for at in (hook_s, *(cta or ()), loop_s) if at is not None]
    spans = tiles([*fixed, *(c for c in changes_s if not _is_near(c, fixed) and c > hook_s)], end_s)
    kinds = _kinds(spans, hook_s, is_early, cta, loop_s)
    means = [_means(edges_s, signals, span) for span in spans]
    named = ["", *(_changes(signals, *both) for both in pairwise(means)), ""]
    told = [text if _is_near(span[0], changes_s) else "" for text, span in zip(named, [*spans, (end_s,)], strict=True)]
    for i, (span, kind) in enumerate(zip(spans, kinds, strict=True)):
        yield Part(*span, kind, _energy(signals, means[i]), _reason(kind, span, told[i], told[i + 1]))


def _is_near(at_s: float, times_s: Sequence[float]) -> bool:
    return any(abs(at_s - other_s) <= NEAR_S for other_s in times_s)


def _hook_end(changes_s: Sequence[float], end_s: float) -> tuple[float, bool]:
    """Where the hook ends, and whether a change says so."""
    early = [at for at in changes_s if at <= LONGEST_HOOK_S]
    if early:
        return early[0], True
    return (HOOK_S if end_s > HOOK_S + NEAR_S else end_s), False


def _kinds(spans: Sequence[Span], hook_s: float, is_early: bool, cta: Span | None, loop_s: float | None) -> list[Beat]:
    kinds: list[Beat | None] = []
    for start_s, end_s in spans:
        middle_s = (start_s + end_s) / 2
        if middle_s < hook_s:
            kinds.append("hook")
        elif loop_s is not None and middle_s > loop_s:
            kinds.append("loop")
        else:
            kinds.append("cta" if cta and cta[0] < middle_s < cta[1] else None)
    story = iter(_story(kinds.count(None), is_early))
    return [kind or next(story) for kind in kinds]


def _story(count: int, is_early: bool) -> list[Beat]:
    """What lies between the hook and the end; after a hook that no change ends, what goes on is the setup."""
    if count >= 4:
        builds: list[Beat] = ["build"] * (count - 3)
        return ["setup", *builds, "turn", "payoff"]
    stories: dict[int, list[Beat]] = {
        0: [],
        1: ["build"],
        2: ["build" if is_early else "setup", "payoff"],
        3: ["setup", "build", "payoff"],
    }
    return stories[count]


def _means(edges_s: Series, signals: Sequence[Signal], span: Span) -> list[float]:
    middles = (edges_s[1:] + edges_s[:-1]) / 2
    within = (middles >= span[0]) & (middles < span[1])
    if not within.any():
        within[int(np.abs(middles - sum(span) / 2).argmin())] = True
    return [float(signal.values[within].mean()) for signal in signals]


def _energy(signals: Sequence[Signal], means: Sequence[float]) -> float | None:
    told = [
        min(max((mean - signal.low) / (signal.high - signal.low), 0.0), 1.0)
        for signal, mean in zip(signals, means, strict=True)
        if signal.high is not None
    ]
    return sum(told) / len(told) if told else None


def _changes(signals: Sequence[Signal], before: Sequence[float], after: Sequence[float]) -> str:
    told = []
    for signal, one, other in zip(signals, before, after, strict=True):
        size = (other - one) / signal.least
        if abs(size) >= FELT:
            values = f" ({signal.unit} instead of {signal.unit})".format(other, one) if signal.unit else ""
            told.append((abs(size), (signal.more if size > 0 else signal.less) + values))
    return ", ".join(text for _, text in sorted(told, reverse=True)[:NAMED])


def _reason(kind: Beat, span: Span, changed: str, then: str) -> str:
    if kind == "hook":
        return f"the first {span[1]:.1f} s, until: {then}" if then else f"the first {span[1]:.1f} s"
    if kind == "cta":
        return "the viewer is asked to do something"
    if kind == "loop":
        return "the end runs into the beginning"
    places = {
        "setup": "after the hook", "build": "goes on", "turn": "last change before the end", "payoff": "last part"
    }  # fmt: skip
    return f"{places[kind]}: {changed}" if changed else places[kind]


def last_call(rows: Sequence[Span], end_s: float) -> Span | None:
    """The calls to action of the second half that follow one another up to the last; None without any."""
    late = [span for span in sorted(rows) if span[0] >= end_s / 2]
    if not late:
        return None
    first = len(late) - 1
    for i, (before, after) in reversed(list(enumerate(pairwise(late)))):
        if after[0] - before[1] > HOOK_S:
            break
        first = i
    stop_s = max(stop for _, stop in late)
    return late[first][0], end_s if end_s - stop_s < NEAR_S else stop_s
