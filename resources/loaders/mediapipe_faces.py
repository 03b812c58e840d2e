"""Faces by MediaPipe's face detector, BlazeFace: boxes, eyes, nose and mouth. https://arxiv.org/abs/1907.05047

It looks at squares, so a long picture is looked at in three of them, at its ends and in its middle;
what both see counts once. Of the mouth it knows the middle: the corners are put where they are on a face that rests.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Face, FindFaces, Point
from resources.mediapipe_tasks import as_image, start
from resources.weights import Weights

LEAST = 0.5  # its own default
EVEN = 0.5  # power that brings its scores to the scale of others: faces far away have 0.65 instead of 0.8
SAME = 0.3  # overlap of two boxes that are one face
FOREHEAD = 0.17  # of its square, which begins at the brows, that is added above: other finders begin at the hair
CORNER = 0.42  # from the middle of the mouth to a corner, of the distance between the eyes
Box = tuple[float, float, float, float]


def load(weights: Weights) -> FindFaces:
    from mediapipe.tasks.python.vision import FaceDetector, FaceDetectorOptions

    def trial(task: Any) -> None:
        list(Finder(task)([np.zeros((64, 64, 3), np.uint8)]))

    task = start(
        FaceDetector, FaceDetectorOptions, weights, "face detector", trial=trial, min_detection_confidence=LEAST
    )
    return Finder(task)


class Finder:
    def __init__(self, task: Any) -> None:
        self._task = task

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[list[Face]]:
        for rgb in images:
            found = [face for x, y, part in _squares(rgb) for face in self._faces(part, x, y, rgb.shape[:2])]
            yield _once(found)

    def _faces(self, part: NDArray[np.uint8], x: int, y: int, size: tuple[int, ...]) -> Iterator[Face]:
        tall, wide = part.shape[:2]
        for one in self._task.detect(as_image(part)).detections:
            box = one.bounding_box
            left, right = box.origin_x, box.origin_x + box.width
            top, bottom = box.origin_y - FOREHEAD * box.height, box.origin_y + box.height
            left, top = max(0.0, left + x), max(0.0, top + y)
            right, bottom = min(float(size[1]), right + x), min(float(size[0]), bottom + y)
            if right - left < 1 or bottom - top < 1:
                continue
            eye, other, nose, mouth = (complex(p.x * wide + x, p.y * tall + y) for p in one.keypoints[:4])
            aside = CORNER * (other - eye)
            points = (_point(eye), _point(other), _point(nose), _point(mouth - aside), _point(mouth + aside))
            score = min(1.0, float(one.categories[0].score)) ** EVEN
            yield Face(score, left, top, right - left, bottom - top, points)

    def close(self) -> None:
        self._task.close()


def _point(place: complex) -> Point:
    return float(place.real), float(place.imag)


def _squares(rgb: NDArray[np.uint8]) -> list[tuple[int, int, NDArray[np.uint8]]]:
    """The picture, or the squares at the two ends of a long one and in its middle, each with its corner."""
    tall, wide = rgb.shape[:2]
    side = min(tall, wide)
    if max(tall, wide) < 1.4 * side:
        return [(0, 0, rgb)]
    far = max(tall, wide) - side
    steps = sorted({0, far // 2, far})
    if tall > wide:
        return [(0, y, rgb[y : y + side]) for y in steps]
    return [(x, 0, rgb[:, x : x + side]) for x in steps]


def _once(faces: list[Face]) -> list[Face]:
    """Without second sights of one face, the surer one kept."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: -face.confidence):
        if all(_overlap(face, other) < SAME for other in kept):
            kept.append(face)
    return kept


def _overlap(a: Face, b: Face) -> float:
    """What the two share, of the smaller one: a face at a square's edge is seen in part."""
    across = min(a.x + a.w, b.x + b.w) - max(a.x, b.x)
    down = min(a.y + a.h, b.y + b.h) - max(a.y, b.y)
    return max(across, 0.0) * max(down, 0.0) / min(a.w * a.h, b.w * b.h)
