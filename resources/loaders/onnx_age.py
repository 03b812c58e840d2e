"""How old a face looks, by an exported network of ages; each portrait is read as it is and mirrored.

`fairface`: https://github.com/yakhyo/fairface-onnx, nine spans of ages. What it says of other things is not read.
`genderage`: https://github.com/deepinsight/insightface, one number of years; of its sex nothing is read.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Age, Portrait, ReadAge
from resources.onnx_faces import crop, plane, shares, start
from resources.weights import BadModelError, Weights, first_line

SPAN = 2.0  # roots of the face box's area in a portrait
BINS = ((0, 3), (3, 10), (10, 20), (20, 30), (30, 40), (40, 50), (50, 60), (60, 70), (70, 90))  # FairFace's, in years
COVERED = 0.7  # of the shares, by the neighbouring spans of ages that make up the range
WIDTH_YEARS = 5.0  # to each side of one number of years
# Of the face box; a network that gives years was trained on 1.5 longer sides of it, one of aligned faces on 2.85
# distances of the eyes: the box is 2.56 of these, by the root of its area, and its middle 0.37 below them.
GENDER_AGE_BOX = 1.76, 1.76, 0.0
FAIRFACE_BOX = 1.11, 1.11, 0.06


@dataclass(frozen=True, slots=True)
class Kind:
    """How a family of networks wants its faces, and how its answer is read."""

    method: str
    side_px: int
    box: tuple[float, float, float]  # width, height, and how far below the portrait's middle, in roots of the area
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    scores: Callable[[list[NDArray[Any]]], NDArray[np.float32]]  # of the age alone
    age: Callable[[NDArray[np.float32]], Age]


def _fairface_scores(answers: list[NDArray[Any]]) -> NDArray[np.float32]:
    """The one of its answers with as many scores as there are spans of ages."""
    (ages,) = (answer for answer in answers if answer.size == len(BINS))
    return shares(ages)


def _span_of(chances: NDArray[np.float32]) -> Age:
    """The mean, and the fewest neighbouring spans that hold most of the chance."""
    middles = np.array([(low + high) / 2 for low, high in BINS])
    first = after = int(chances.argmax())
    after += 1
    while chances[first:after].sum() < COVERED:
        before = chances[first - 1] if first > 0 else -1.0
        behind = chances[after] if after < len(BINS) else -1.0
        first, after = (first - 1, after) if before > behind else (first, after + 1)
    years = float(np.dot(middles, chances) / chances.sum())
    return Age(years, float(min(BINS[first][0], years)), float(max(BINS[after - 1][1], years)))


def _years_alone(answers: list[NDArray[Any]]) -> NDArray[np.float32]:
    (answer,) = answers
    if answer.size != 3:
        raise ValueError(f"{answer.size} numbers where sex and age are three")
    return np.array([100 * answer.ravel()[2]], np.float32)


def _around(years: NDArray[np.float32]) -> Age:
    middle = float(np.clip(years[0], 0, 100))
    return Age(middle, max(0.0, middle - WIDTH_YEARS), middle + WIDTH_YEARS)


KINDS = {
    "fairface": Kind(
        "FairFace: spans of ages", 224, FAIRFACE_BOX, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225),
        _fairface_scores, _span_of,
    ),
    # It takes levels of 0..255 as they are.
    "genderage": Kind(
        "InsightFace: years", 96, GENDER_AGE_BOX, (0.0, 0.0, 0.0), (1 / 255, 1 / 255, 1 / 255), _years_alone, _around,
    ),
}  # fmt: skip


def load(weights: Weights) -> ReadAge:
    network = Network(start(weights), KINDS[str(weights.options.get("kind", "fairface"))])
    try:
        list(network([Portrait(np.zeros((network.side_px, network.side_px, 3), np.uint8))]))
    except Exception as error:  # onnxruntime's own errors have no common class
        raise BadModelError(f"{weights.main.name} is no network of ages: {first_line(error)}") from error
    return network


class Network:
    def __init__(self, session: Any, kind: Kind) -> None:
        self._session, self._kind = session, kind
        self._input = session.get_inputs()[0].name
        self.method = kind.method
        self.side_px = round(kind.side_px * SPAN / kind.box[0])

    def __call__(self, portraits: Iterable[Portrait], /) -> Iterator[Age]:
        for portrait in portraits:
            if portrait.rgb is None:
                raise ValueError("an age is read from a picture")
            sides = [self._told(side) for side in (portrait.rgb, portrait.rgb[:, ::-1])]
            yield self._kind.age(np.mean(sides, axis=0))

    def _told(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        kind = self._kind
        wide, high, below = (edge / SPAN for edge in kind.box)
        face = crop(rgb, (wide, high, below), kind.side_px)
        return kind.scores(self._session.run(None, {self._input: plane(face, kind.mean, kind.std)}))
