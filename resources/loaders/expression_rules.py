"""What a face expresses by rules over its movements: an expression is told by those that make it up.

The make-up is that of the emotional facial action coding, https://doi.org/10.1093/acprof:oso/9780195179644.001.0001,
as far as MediaPipe's blendshapes tell movements apart: cheeks and noses they hardly score. A smile speaks against all
but happiness; brows that somebody always holds low look angry to it.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Expression, Portrait, ReadExpression
from analyzers.measures.people.names import BLENDSHAPES, EXPRESSIONS
from resources.weights import Weights

NEUTRAL = 0.45  # strength of a movement's make-up from which on it is told
SHARPNESS = 6.0  # of the shares: a full expression has 93 %
SMILE = 0.2  # that rules the unpleasant ones out


def load(weights: Weights) -> ReadExpression:
    return Rules()


class Rules:
    side_px: int | None = None

    def __call__(self, portraits: Iterable[Portrait], /) -> Iterator[Expression | None]:
        for portrait in portraits:
            yield Expression(_shares(portrait.blendshapes)) if portrait.blendshapes else None


def _shares(shapes: Sequence[float]) -> NDArray[np.float32]:
    strengths = _strengths(shapes)
    powers = np.exp(SHARPNESS * np.array([strengths[name] for name in EXPRESSIONS]))
    return (powers / powers.sum()).astype(np.float32)


def _strengths(shapes: Sequence[float]) -> dict[str, float]:
    """How fully each expression is shown, 0..1."""

    def of(name: str, full: float) -> float:
        """A movement, the mean of both sides, as a share of what counts as full."""
        sides = [i for i, known in enumerate(BLENDSHAPES) if known in (name, f"{name}Left", f"{name}Right")]
        return min(1.0, sum(shapes[i] for i in sides) / len(sides) / full)

    smile, wide, jaw = of("mouthSmile", 0.8), of("eyeWide", 0.3), of("jawOpen", 0.5)
    inner, lowered = of("browInnerUp", 0.5), of("browDown", 0.6)
    raised = max(inner, of("browOuterUp", 0.5))
    sneer, upper = of("noseSneer", 0.3), of("mouthUpperUp", 0.5)
    tense = max(of("mouthPress", 0.6), of("eyeSquint", 0.6), sneer)
    unpleasant = max(0.0, 1 - of("mouthSmile", 1.0) / SMILE)
    return {
        "angry": unpleasant * (0.7 * lowered + 0.3 * tense),
        "disgusted": unpleasant * max(sneer, upper * lowered),
        "fearful": unpleasant * (inner * wide * of("mouthStretch", 0.4)) ** (1 / 3),
        "happy": smile * (1 - 0.6 * wide),
        "neutral": NEUTRAL,
        "sad": unpleasant * (inner * of("mouthFrown", 0.4)) ** 0.5 * (1 - jaw),
        "surprised": (raised + wide + jaw) / 3,
    }
