"""Sections of a sound track: where its colour and level change for good, and which stretches sound alike.

A border lies where the mean spectrum of the seconds before differs most from that of the seconds after (Foote 2000,
https://doi.org/10.1109/ICME.2000.869637, with decibels in place of a self-similarity matrix).
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

BANDS = 16  # coarser than a melody moves
SPAN_S = 4.0  # compared before and after a border; the shortest section
BORDER_DB = 7.5  # difference of the mean spectra, over the bands
ALIKE_DB = 6.0  # sections nearer than this share a letter
FLOOR_DB = 50.0  # below the loudest: what is quieter is not heard beside it


@dataclass(frozen=True, slots=True)
class Section:
    first: int
    after: int
    label: str


def find_sections(power: NDArray[np.float64], rate_hz: float) -> list[Section]:
    """Sections of (n, bands) power, `rate_hz` rows a second."""
    if not len(power) or power.max() <= 0:
        return []
    coarse = power.reshape(len(power), BANDS, -1).sum(axis=2)
    total = np.concatenate([np.zeros((1, BANDS)), np.cumsum(coarse, axis=0)])
    floor = max(float(_means(total, 0, len(coarse)).max()), 1e-12) * 10 ** (-FLOOR_DB / 10)

    def colour(first: int, after: int) -> NDArray[np.float64]:
        return 10 * np.log10(_means(total, first, after) + floor)

    borders = [0, *_borders(colour, len(coarse), round(SPAN_S * rate_hz)), len(coarse)]
    found: list[Section] = []
    known: dict[str, NDArray[np.float64]] = {}
    for first, after in pairwise(borders):
        here = colour(first, after)
        distances = {label: _distance(here, there) for label, there in known.items()}
        label = min(distances, key=lambda name: distances[name], default="")
        if not label or distances[label] > ALIKE_DB:
            label = _letters(len(known))
            known[label] = here
        if found and found[-1].label == label:
            first = found.pop().first
        found.append(Section(first, after, label))
    return found


def _means(total: NDArray[np.float64], first: int, after: int) -> NDArray[np.float64]:
    return (total[after] - total[first]) / (after - first)


def _distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(np.sqrt(((one - other) ** 2).mean()))


def _borders(colour: Callable[[int, int], NDArray[np.float64]], length: int, span: int) -> list[int]:
    novelty = np.zeros(length)
    for i in range(span, length - span + 1):
        novelty[i] = _distance(colour(i - span, i), colour(i, i + span))
    found: list[int] = []
    while novelty.max(initial=0) >= BORDER_DB:
        best = int(novelty.argmax())
        found.append(best)
        novelty[max(best - span + 1, 0) : best + span] = 0
    return sorted(found)


def _letters(number: int) -> str:
    """A to Z, then AA, AB, and so on."""
    letters = ""
    number += 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters
