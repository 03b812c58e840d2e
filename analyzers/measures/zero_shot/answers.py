"""Questions to a model of pictures and words: how a picture's one vector is shared out among sentences.

An answer told in several sentences is the mean of their vectors, https://arxiv.org/abs/2103.00020, section 3.1.4. Where
the model judges every sentence by itself, its judgements are divided by their sum.
"""

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import EmbedImage
from analyzers.measures.zero_shot.questions import PAIRS, QUESTIONS, Asked, Scored

Vectors = NDArray[np.float32]


class Examiner:
    """All questions, put into the model's words once, and put to as many pictures as one likes."""

    def __init__(self, model: EmbedImage) -> None:
        self._model = model
        self.labels: dict[Asked, list[str | None]] = {q.name: [label for label, _ in q.answers] for q in QUESTIONS}
        self._answers: dict[Asked, Vectors] = {q.name: answer_vectors(model, q.sentences()) for q in QUESTIONS}
        self._opposites: dict[Scored, list[Vectors]] = {
            name: [answer_vectors(model, [[way] for way in pair]) for pair in pairs] for name, pairs in PAIRS.items()
        }

    def shares(self, picture: Vectors) -> dict[Asked, NDArray[np.float64]]:
        """Of each question's answers, in the order of its labels."""
        return {name: shares(self._model, picture, answers) for name, answers in self._answers.items()}

    def scores(self, picture: Vectors) -> dict[Scored, float]:
        """How much each pair of opposites leans to its better side, 0..1, the mean of a question's pairs."""
        return {
            name: float(np.mean([shares(self._model, picture, pair)[0] for pair in pairs]))
            for name, pairs in self._opposites.items()
        }


def answer_vectors(model: EmbedImage, answers: Sequence[Sequence[str]]) -> Vectors:
    """One vector of length 1 for each answer."""
    told = iter(model.embed_text(list(chain.from_iterable(answers))))
    means = np.stack([np.mean([next(told) for _ in ways], axis=0) for ways in answers])
    return means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)


def shares(model: EmbedImage, picture: Vectors, answers: Vectors) -> NDArray[np.float64]:
    """How likely a picture fits each of rival answers; they sum up to 1."""
    logits = (answers @ picture).astype(np.float64) * model.scale + model.bias
    if model.kind == "sigmoid":
        logits = -np.logaddexp(0.0, -logits)  # log of the sigmoid: what is normalised below are the sigmoids themselves
    likely = np.exp(logits - logits.max())
    return likely / likely.sum()
