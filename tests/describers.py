"""Describers with answers known by construction: they look at the pictures, and know times by the prompt alone."""

import json
import re
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Frame, Motion, Question
from tests.inputs import make_frames, make_motion

SHOWN = re.compile(r"Picture (\d+) at ([\d.]+) s")
SPAN = re.compile(r"runs from ([\d.]+) s to ([\d.]+) s")
SIZE = 48  # pixels of a drawn clip's side


class SeesRed:
    """Tells of a red circle where a picture holds one, and of nothing else."""

    def __init__(self, most_pictures: int = 16) -> None:
        self.most_pictures = most_pictures
        self.asked: list[Question] = []

    def __call__(self, questions: Iterable[Question], /) -> Iterator[str | None]:
        for question in questions:
            self.asked.append(question)
            yield json.dumps(self._told(question))

    def _told(self, question: Question) -> dict[str, object]:
        assert 0 < len(question.pictures) <= self.most_pictures
        times_s = [float(time_s) for _, time_s in SHOWN.findall(question.prompt)]
        assert len(times_s) == len(question.pictures)
        has_red = [is_red(picture) for picture in question.pictures]
        events = [
            {"start_s": start_s, "end_s": end_s, "text": "A red circle is seen.", "subjects": ["red circle"]}
            for start_s, end_s in _runs(has_red, times_s, end_of(question))
        ]
        seen = ["red circle"] if any(has_red) else []
        told = {
            "text": "A red circle on grey." if seen else "A grey wall.",
            "subjects": seen, "people_n": 0, "screen_text": [], "events": events, "place": "studio", "light": "dim",
            "props": seen, "style": "animation",
        }  # fmt: skip
        wanted = question.schema["properties"] if question.schema else told
        return {key: value for key, value in told.items() if key in wanted}


class Answers:
    """Answers every question with what it is told to."""

    most_pictures = 8

    def __init__(self, *answers: str | Callable[[Question], str | None] | None) -> None:
        self._answers = answers
        self.asked: list[Question] = []

    def __call__(self, questions: Iterable[Question], /) -> Iterator[str | None]:
        for number, question in enumerate(questions):
            self.asked.append(question)
            answer = self._answers[number % len(self._answers)]
            yield answer(question) if callable(answer) else answer


def is_red(picture: NDArray[np.uint8]) -> bool:
    rgb = np.asarray(picture, int)
    return float(((rgb[..., 0] > 150) & (rgb[..., 1:].max(axis=2) < 100)).mean()) > 0.005


def end_of(question: Question) -> float:
    span = SPAN.search(question.prompt)
    assert span
    return float(span[2])


def _runs(flags: list[bool], times_s: list[float], end_s: float) -> Iterator[tuple[float, float]]:
    begun: float | None = None
    for flag, time_s in zip(flags, times_s, strict=True):
        if flag and begun is None:
            begun = time_s
        if not flag and begun is not None:
            yield begun, time_s
            begun = None
    if begun is not None:
        yield begun, end_s


def clip(seconds: float, *red_s: tuple[float, float], fps: float = 10.0) -> tuple[list[Frame], Motion]:
    """A grey wall, before which a red circle is seen from and to the times given."""
    rng = np.random.default_rng(8)
    wall = rng.integers(90, 130, (SIZE, SIZE, 1), np.uint8).repeat(3, axis=2)
    y, x = np.mgrid[:SIZE, :SIZE]
    disc = (y - SIZE / 2) ** 2 + (x - SIZE / 2) ** 2 < (SIZE / 5) ** 2
    pictures = np.stack([wall] * round(seconds * fps))
    for start_s, end_s in red_s:
        for frame in range(round(start_s * fps), min(round(end_s * fps), len(pictures))):
            pictures[frame][disc] = 230, 20, 30
    motion = make_motion(pictures, fps)
    return make_frames(motion), motion


def covered(rows: Iterable[object], level: str) -> list[tuple[float, float]]:
    return sorted((row.start_s, row.end_s) for row in rows if row.level == level)  # pyright: ignore[reportAttributeAccessIssue]


def is_whole(rows: Iterable[object], level: str, video_s: float) -> bool:
    """Whether the rows of a level follow each other from the video's start to its end."""
    spans = covered(rows, level)
    edges = [0.0, *(end_s for _, end_s in spans)]
    starts = [*(start_s for start_s, _ in spans), video_s]
    return bool(spans) and all(abs(a - b) < 1e-6 for a, b in zip(edges, starts, strict=True))


def overlap(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Shared time over the time of both."""
    shared = max(min(one[1], other[1]) - max(one[0], other[0]), 0.0)
    return shared / (one[1] - one[0] + other[1] - other[0] - shared)
