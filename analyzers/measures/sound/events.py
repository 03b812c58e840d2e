"""Events that a model names: stretches in which it is sure of one name, with the other names it has for them.

A model's windows overlap, so that a stretch is known to about half a window; its start is moved to where the sound
sets in, where one sets in near it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analyzers.measures.sound.tags import Tag

SURE, HELD = 0.5, 0.25  # scores that an event must reach once, and may not fall below
GAP_S = 0.6  # a shorter doubt is bridged
SAME_SHARE = 0.5  # of the longer of two stretches, that they share: one event under two names
WITHIN_SHARE, FAINTER = 0.8, 0.75  # a fainter name for a part of a stretch is no event of its own
# Names of AudioSet's ontology that have finer ones below them: told only where no finer one is.
BROAD = frozenset(
    (
        "Animal", "Domestic animals, pets", "Livestock, farm animals, working animals", "Wild animals", "Bird",
        "Hands", "Human group actions", "Crowd", "Vehicle", "Motor vehicle (road)", "Rail transport", "Engine",
        "Water", "Liquid", "Wind", "Fire", "Alarm", "Mechanisms", "Tools", "Power tool", "Explosion", "Wood", "Glass",
        "Domestic sounds, home sounds", "Sound effect", "Surface contact", "Insect", "Canidae, dogs, wolves",
    )
)  # fmt: skip

STEP = 160  # samples of 16 kHz: 10 ms
BEFORE_S = 0.3  # of a stretch's first window, where its sound may set in
SETS_IN_DB, MEAN = 6.0, 5  # a step of so many decibels between the means of so many steps before and after


class Window(Protocol):
    @property
    def start_s(self) -> float: ...
    @property
    def end_s(self) -> float: ...
    @property
    def tags(self) -> tuple[Tag, ...]: ...


@dataclass(frozen=True, slots=True)
class Event:
    """One stretch and its names, the best first."""

    start_s: float
    end_s: float
    score: float
    names: tuple[str, ...]


def find_events(windows: Sequence[Window]) -> list[Event]:
    """Events in the order of time."""
    stretches = sorted(_stretches(windows), key=lambda one: (one.names[0] in BROAD, -one.score))
    found: list[Event] = []
    for one in stretches:
        same = next((i for i, other in enumerate(found) if _is_same(one, other)), None)
        if same is None:
            found.append(one)
        else:
            best = found[same]
            names = tuple(dict.fromkeys((*best.names, *one.names)))
            found[same] = Event(best.start_s, best.end_s, best.score, names)
    return sorted(found, key=lambda event: event.start_s)


def _is_same(one: Event, other: Event) -> bool:
    """Whether the first, of a lower rank, is but another name for the second."""
    shared = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
    if one.names[0] in BROAD and other.names[0] not in BROAD:
        return shared > 0
    if shared >= SAME_SHARE * max(one.end_s - one.start_s, other.end_s - other.start_s):
        return True
    return shared >= WITHIN_SHARE * (one.end_s - one.start_s) and one.score < FAINTER * other.score


def _stretches(windows: Sequence[Window]) -> Iterator[Event]:
    """Every name's stretches."""
    heard: dict[str, list[tuple[float, float, float]]] = {}
    for window in windows:
        for tag in window.tags:
            if tag.group == "event" and tag.score >= HELD:
                heard.setdefault(tag.label, []).append((window.start_s, window.end_s, tag.score))
    for name, parts in heard.items():
        run: list[tuple[float, float, float]] = []
        for part in [*parts, None]:
            if run and (part is None or part[0] - run[-1][1] > GAP_S):
                if (score := max(one[2] for one in run)) >= SURE:
                    yield Event(run[0][0], run[-1][1], score, (name,))
                run = []
            if part:
                run.append(part)


def sets_in_s(mono: NDArray[np.float32], offset_s: float, event: Event, window_s: float) -> float:
    """When the sound of an event sets in: the greatest step up near its start, or its start where there is none."""
    first = max(round((event.start_s - BEFORE_S - offset_s) * 16_000), 0)
    last = round((event.start_s + window_s + BEFORE_S - offset_s) * 16_000)
    samples = np.nan_to_num(mono[first : max(last, 0)], posinf=1, neginf=-1).astype(float)
    power = (samples[: len(samples) // STEP * STEP].reshape(-1, STEP) ** 2).mean(axis=1) + 1e-8
    if len(power) < 2 * MEAN + 1:
        return event.start_s
    means = np.convolve(power, np.ones(MEAN) / MEAN, "valid")
    steps = 10 * np.log10(means[MEAN:] / means[:-MEAN])
    at = int(steps.argmax())
    if steps[at] < SETS_IN_DB:
        return event.start_s
    found_s = max(offset_s + (first + (at + MEAN) * STEP) / 16_000, 0.0)
    return found_s if found_s < event.end_s else event.start_s
