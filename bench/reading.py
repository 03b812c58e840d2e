"""How often text_overlay asks the reader, against reading every sampled picture."""

import tempfile
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Read, TextBox
from analyzers.text.text_overlay import text_overlay
from bench.clips import portrait, portrait_truth
from bench.pairs import timed
from bench.section import Line, Section
from resources import models, sources, warm
from resources.gpu import CPU
from resources.settings import Settings
from resources.store import Store
from tests.truth.texts import edit_distance

TOLERATED = 0.1  # wrong characters in a text that still counts as read


class Counted:
    """A reader that counts the pictures it is shown."""

    def __init__(self, read: Read) -> None:
        self._read, self.calls = read, 0

    def __call__(self, images: Iterable[NDArray[np.uint8]]) -> Iterator[list[TextBox]]:
        def counted() -> Iterator[NDArray[np.uint8]]:
            for image in images:
                self.calls += 1
                yield image

        return self._read(counted())


def plain(text: str) -> str:
    return "".join(text.lower().split())


def recall(found: set[str], true: set[str]) -> float:
    """Share of the true texts that were read."""
    near = [any(edit_distance(plain(t), plain(f)) <= TOLERATED * len(t) for f in found) for t in true]
    return sum(near) / len(near)


def measure() -> list[Section]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(root=folder)
        video = sources.prepare(store, portrait(10), Settings())
        frames, motion = store.read("frames", video), store.read("motion", video)
        read = warm.load(models.choose("read", Settings())[0], CPU)
        list(read([frames[0].rgb]))  # the first call warms up
        every, few = Counted(read), Counted(read)
        all_lines, all_s = timed(lambda: {line.text for lines in every(f.rgb for f in frames) for line in lines})
        events, few_s = timed(lambda: {row.text for row in text_overlay(frames, motion, few)})
    true = {text.text for text in portrait_truth().texts}
    ours, theirs = recall(events, true), recall(all_lines, true)
    fewer = every.calls / max(few.calls, 1)
    return [
        Section(
            "Reading texts",
            "The ten-second clip of the other sections: photographs, camera moves, four captions. One call is one "
            "picture handed to the reader. Recall is the share of the drawn texts that were read.",
            [
                Line("every sampled picture", f"{every.calls} calls, {all_s:.1f} s, recall {theirs:.2f}"),
                Line("text_overlay", f"{few.calls} calls, {few_s:.1f} s, recall {ours:.2f}"),
                Line("calls saved", f"{fewer:.1f}x", "at least 5x at equal recall", fewer >= 5 and ours >= theirs),
            ],
        )
    ]
