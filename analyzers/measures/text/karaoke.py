"""Words that are lit one after the other while the whole line stands: karaoke captions."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Motion
from analyzers.measures.text.regions import Box

MIN_WORDS = 3  # two may change one after the other by chance
LIT = 35.0  # distance in RGB by which a word's ink changes when it is lit
ABRUPT = 0.6  # share of that which happens from one frame to the next but one
APART_S = 0.06  # between two words, at least
MOST_FRAMES = 900  # longer than 30 s no caption stands

Lit = tuple[tuple[str, float, float], ...]


def lit_words(motion: Motion, box: Box, text: str, start_s: float, end_s: float) -> Lit:
    """Each word with the time it is lit; nothing where the words are not lit in their order."""
    words = text.split()
    first, last = (int(i) for i in np.searchsorted(motion.t_s, [start_s - 1e-6, end_s - 1e-6]))
    if len(words) < MIN_WORDS or not 2 * len(words) < last - first <= MOST_FRAMES:
        return ()
    colours = _word_colours(motion, box, words, first, last)
    if colours is None:
        return ()
    steps = [_lit_at(colours[:, word]) for word in range(len(words))]
    if steps[0] is None:
        steps[0] = 0  # lit from the first frame on
    if any(step is None for step in steps):
        return ()
    times = [float(motion.t_s[first + step]) for step in steps if step is not None]
    if any(after - before < APART_S for before, after in pairwise(times)):
        return ()
    return tuple(
        (word, begins, ends)
        for word, (begins, ends) in zip(words, pairwise([*times, max(end_s, times[-1])]), strict=True)
    )


def _word_colours(motion: Motion, box: Box, words: list[str], first: int, last: int) -> NDArray[np.float32] | None:
    """The ink's colour, frame by frame and word by word: (frames, words, 3)."""
    _, height, width = motion.grey.shape
    left, top, right, bottom = box.pixels(width, height)
    if right - left < 3 * len(words) or bottom - top < 3:
        return None
    pictures = np.asarray(motion.rgb[first:last])[:, top:bottom, left:right].astype(np.float32)
    # Ink is what stands out of its surroundings in most frames.
    grey = np.median(pictures.mean(axis=3), axis=0)
    ground = np.median(np.concatenate([grey[0], grey[-1]]))
    ink = np.abs(grey - ground)
    ink = ink >= np.percentile(ink, 65)
    letters = sum(len(word) for word in words) + len(words) - 1
    edges, gone = [], 0
    for word in words:
        edges.append((gone / letters, (gone + len(word)) / letters))
        gone += len(word) + 1
    spans = [
        (round(a * (right - left)), max(round(b * (right - left)), round(a * (right - left)) + 1)) for a, b in edges
    ]
    if any(not ink[:, a:b].any() for a, b in spans):
        return None
    return np.stack([pictures[:, :, a:b][:, ink[:, a:b]].mean(axis=1) for a, b in spans], axis=1)


def _lit_at(colours: NDArray[np.float32]) -> int | None:
    """The frame at which one word's colour jumps, and stays for a moment."""
    far = np.linalg.norm(colours - np.median(colours[:2], axis=0), axis=1)
    steps = np.linalg.norm(colours[2:] - colours[:-2], axis=1)
    for index in np.flatnonzero(steps > LIT):
        held = far[index + 2 : index + 5]
        if len(held) and held.min() > ABRUPT * LIT:
            late = np.linalg.norm(colours[index + 1] - colours[index]) < ABRUPT * steps[index]
            return int(index) + (2 if late else 1)
    return None
