"""What a face expresses by an exported network of expressions.

`mobilefacenet`: https://github.com/opencv/opencv_zoo/tree/main/models/facial_expression_recognition, seven classes.
`hsemotion`: https://github.com/sb-ai-lab/EmotiEffLib, trained on AffectNet; of its eight classes contempt is left out,
and those with `_mtl` in their names tell valence and arousal, too. Each portrait is read as it is and mirrored.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Expression, Portrait, ReadExpression
from analyzers.measures.people.names import EXPRESSIONS
from resources.onnx_faces import crop, plane, shares, start
from resources.weights import BadModelError, Weights, first_line

SPAN = 4.0  # distances of the eyes in a portrait


@dataclass(frozen=True, slots=True)
class Kind:
    """How a family of networks wants its faces, and what its scores stand for."""

    names: tuple[str, ...]
    side_px: int
    box: tuple[float, float, float]  # width, height, and how far below the portrait's middle, in distances of the eyes
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


KINDS = {
    # Its five points lie where ArcFace's do: the eyes 35.24 px apart, the portrait's middle at 70.5 of 112 px.
    "mobilefacenet": Kind(EXPRESSIONS, 112, (3.18, 3.18, -0.41), (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    # A face's box, forehead to chin, stretched to a square.
    "hsemotion": Kind(
        ("angry", "contempt", "disgusted", "fearful", "happy", "neutral", "sad", "surprised"),
        224, (2.33, 2.8, 0.0), (0.485, 0.456, 0.406), (0.229, 0.224, 0.225),
    ),
}  # fmt: skip


def load(weights: Weights) -> ReadExpression:
    kind = KINDS[str(weights.options.get("kind", "mobilefacenet"))]
    network = Network(start(weights), kind)
    try:
        list(network([Portrait(np.zeros((kind.side_px, kind.side_px, 3), np.uint8))]))
    except Exception as error:  # onnxruntime's own errors have no common class
        raise BadModelError(f"{weights.main.name} is no network of expressions: {first_line(error)}") from error
    return network


class Network:
    def __init__(self, session: Any, kind: Kind) -> None:
        self._session, self._kind = session, kind
        self._input = session.get_inputs()[0].name
        self.side_px: int | None = round(kind.side_px * SPAN / kind.box[0])

    def __call__(self, portraits: Iterable[Portrait], /) -> Iterator[Expression | None]:
        for portrait in portraits:
            if portrait.rgb is None:
                yield None
            else:
                yield _mean(self._told(portrait.rgb), self._told(portrait.rgb[:, ::-1]))

    def _told(self, rgb: NDArray[np.uint8]) -> Expression:
        kind = self._kind
        wide, high, below = (edge / SPAN for edge in kind.box)
        face = crop(rgb, (wide, high, below), kind.side_px)
        (scores, *_) = self._session.run(None, {self._input: plane(face, kind.mean, kind.std)})
        scores = np.ravel(scores)
        told = [None, None]
        if len(scores) == len(kind.names) + 2:
            told = [float(np.clip(value, -1, 1)) for value in scores[-2:]]
            scores = scores[:-2]
        if len(scores) != len(kind.names):
            raise ValueError(f"{len(scores)} scores for {len(kind.names)} expressions")
        every = shares(scores)
        known = np.array([every[kind.names.index(name)] for name in EXPRESSIONS])
        return Expression((known / max(float(known.sum()), 1e-6)).astype(np.float32), *told)


def _mean(one: Expression, other: Expression) -> Expression:
    told = [
        None if a is None or b is None else (a + b) / 2
        for a, b in ((one.valence, other.valence), (one.arousal, other.arousal))
    ]
    return Expression((one.shares + other.shares) * np.float32(0.5), *told)
