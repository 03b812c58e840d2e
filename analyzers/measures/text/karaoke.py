"""Words that are lit one after the other while the whole text stands: karaoke captions."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Motion
from analyzers.measures.text.regions import Box

MIN_WORDS = 3  # two may change one after the other by chance
LIT = 35.0  # distance in RGB by which a word's ink changes when it is lit
ABRUPT = 0.6  # share of that which happens from one frame to the next but one
APART_S = 0.06  # between two words, at least
NOT_INK = 65  # percent of the pixels of a word's place
INKS = 3
MOST_FRAMES = 900  # longer than 30 s no caption stands
# Widths in proportional fonts, of a usual letter's.
NARROW, WIDE = frozenset("ijltfrI.,;:!'|()[]1"), frozenset("mwMW@%")
NARROW_IS, WIDE_IS, CAPITAL_IS, SPACE_IS = 0.6, 1.5, 1.2, 0.55

Lit = tuple[tuple[str, float, float], ...]


def word_spans(text: str) -> list[tuple[float, float]]:
    """From where to where each word of a line goes, in shares of the line's width."""
    spans, at = [], 0.0
    for word in text.split():
        wide = sum(_width(letter) for letter in word)
        spans.append((at, at + wide))
        at += wide + SPACE_IS
    whole = max(at - SPACE_IS, 1e-6)
    return [(a / whole, b / whole) for a, b in spans]


def _width(letter: str) -> float:
    if letter in NARROW:
        return NARROW_IS
    return WIDE_IS if letter in WIDE else CAPITAL_IS if letter.isupper() else 1.0


def lit_words(motion: Motion, lines: list[tuple[str, Box]], start_s: float, end_s: float) -> Lit:
    """Each word of a text with the time it is lit; nothing where the words are not lit in their order."""
    words = [word for text, _ in lines for word in text.split()]
    first, last = (int(i) for i in np.searchsorted(motion.t_s, [start_s - 1e-6, end_s - 1e-6]))
    if len(words) < MIN_WORDS or not 2 * len(words) < last - first <= MOST_FRAMES:
        return ()
    pieces = [_pieces(motion, box, text, first, last) for text, box in lines]
    if any(piece is None for piece in pieces):
        return ()
    tries = ([_lit_at(colours) for piece in pieces if piece for colours in piece[ink]] for ink in range(INKS))
    steps = next((found for found in tries if all(step is not None for step in found[1:])), None)
    if steps is None:
        return ()
    steps[0] = steps[0] or 0  # lit from the first frame on
    times = [float(motion.t_s[first + step]) for step in steps if step is not None]
    if any(after - before < APART_S for before, after in pairwise(times)):
        return ()
    return tuple(
        (word, begins, ends)
        for word, (begins, ends) in zip(words, pairwise([*times, max(end_s, times[-1])]), strict=True)
    )


def _pieces(motion: Motion, box: Box, text: str, first: int, last: int) -> tuple[list[NDArray[np.float32]], ...] | None:
    """The colour of each word of a line, frame by frame: of what stands out, of the brightest, of the darkest."""
    _, height, width = motion.grey.shape
    left, top, right, bottom = box.pixels(width, height)
    shares = word_spans(text)
    if right - left < 3 * len(shares) or bottom - top < 3:
        return None
    pictures = np.asarray(motion.rgb[first:last])[:, top:bottom, left:right].astype(np.float32)
    grey = np.median(pictures.mean(axis=3), axis=0)
    ground = np.median(np.concatenate([grey[0], grey[-1]]))
    inks: list[list[NDArray[np.float32]]] = []
    for ink in (np.abs(grey - ground), grey, -grey):
        words = []
        for a, b in shares:
            span = np.s_[round(a * (right - left)) : max(round(b * (right - left)), round(a * (right - left)) + 1)]
            mask = ink[:, span] >= np.percentile(ink[:, span], NOT_INK)
            words.append(pictures[:, :, span][:, mask].mean(axis=1))
        inks.append(words)
    return tuple(inks)


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
