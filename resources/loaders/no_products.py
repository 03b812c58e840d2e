"""No things by their looks: what is left to say where no detector knows things by names that it is given."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Detection, DetectNamed
from resources.weights import Weights


def load(weights: Weights) -> DetectNamed:
    """Nothing to load: whoever asks has rules of its own."""
    return NoProducts()


class NoProducts:
    sure = 1.0

    def __call__(self, images: Iterable[NDArray[np.uint8]], names: Sequence[str], /) -> Iterator[list[Detection]]:
        for _ in images:
            yield []
