"""What a detector's answer must be before anybody gets it: a name for every class, every box inside its picture."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Detection
from analyzers.schema import PLACEHOLDERS
from resources.weights import BadModelError

# Names that a library makes up where a model has none: "0", "class0", "LABEL_0".
MADE_UP = re.compile(r"(label|class)?[ _-]?\d+", re.IGNORECASE)
# Scores below the analyzer's threshold still tell a thing that is being followed from one that is gone.
LEAST = 0.1

COCO = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light",
    "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow", "elephant",
    "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee", "skis", "snowboard",
    "sports ball", "kite", "baseball bat", "baseball glove", "skateboard", "surfboard", "tennis racket", "bottle",
    "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich", "orange", "broccoli",
    "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch", "potted plant", "bed", "dining table", "toilet",
    "tv", "laptop", "mouse", "remote", "keyboard", "cell phone", "microwave", "oven", "toaster", "sink",
    "refrigerator", "book", "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush",
)  # fmt: skip


def class_names(
    given: Mapping[Any, Any] | Sequence[Any] | None, count: int | None, model: str, unused: Collection[int] = ()
) -> dict[int, str]:
    """The name of each of `count` classes; one without is an error of the model, except where it is `unused`."""
    pairs = given.items() if isinstance(given, Mapping) else enumerate(given or ())
    names = {int(number): str(name).strip() for number, name in pairs}
    wanted = range(count) if count is not None else range(max(names, default=0) + 1)
    for number in wanted:
        name = names.get(number, "")
        if number not in unused and (name.lower() in PLACEHOLDERS or MADE_UP.fullmatch(name)):
            raise BadModelError(f"{model}: its class {number} has no name ({name!r}); nothing may be called that")
    return {number: name for number, name in names.items() if number not in unused}


def detections(
    names: Mapping[int, str],
    found: tuple[NDArray[Any], NDArray[Any], NDArray[Any]],  # (n,) class ids, (n,) scores, (n, 4) corners in pixels
    size: tuple[int, int],  # height and width of the picture
    model: str,
) -> list[Detection]:
    """The answer for one picture, the surest first: boxes cut at the picture's edges, what has no area left out."""
    height, width = size
    numbers, scores, corners = (np.asarray(part) for part in found)
    answer = []
    for i in np.argsort(-scores, kind="stable"):
        number, score = int(numbers[i]), float(scores[i])
        if number not in names:
            raise BadModelError(f"{model}: it found something of class {number}, which has no name")
        x0, y0, x1, y1 = (float(edge) for edge in corners[i])
        x0, x1 = max(x0, 0.0), min(x1, float(width))
        y0, y1 = max(y0, 0.0), min(y1, float(height))
        if score >= LEAST and x1 > x0 and y1 > y0:  # never so where a number is not one
            answer.append(Detection(names[number], number, min(score, 1.0), x0, y0, x1 - x0, y1 - y0))
    return answer
