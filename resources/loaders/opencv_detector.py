"""People, faces and moving regions by what lies in OpenCV's wheel: an answer of lesser quality, and no download.

People who stand or walk: gradients and a linear classifier, https://doi.org/10.1109/CVPR.2005.177. Faces seen from
the front: a cascade, https://doi.org/10.1109/CVPR.2001.990517. What moves before a background that stands: a mixture
of Gaussians, https://doi.org/10.1109/ICPR.2004.1333992.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Detect, Detection
from resources.detections import detections
from resources.weights import Weights

Found = tuple[int, float, list[float]]  # class, confidence, corners
PERSON, FACE, MOVING = range(3)
NAMES = {PERSON: "person", FACE: "face", MOVING: "moving_region"}

SHORT_SIDE_PX = 360  # people are looked for from a hundred of these pixels on; 480 finds no more, and costs twice
PEOPLE_STEP = 1.07  # from one size of window to the next; with coarser ones people between two sizes are lost
PEOPLE_MARGIN = 0.8  # least distance from the classifier's border: from 0 on it takes every lamp post for a person
PEOPLE_SURE = 2.5  # distance at which its confidence is 0.9
FACE_STEP = 1.15  # 1.1 finds the same portraits, and costs half as much again
FACE_NEIGHBOURS = 4  # hits on top of each other that make a face
FACE_SHARE = 0.07  # smallest face, of the short side
FACE_MARGIN = 3.5  # least sum of the last stage: whole faces seen from the front reach 4.7 to 12, patterns mostly 2
FACE_SURE = 10.0  # sum at which its confidence is 0.9
MOTION_SIDE_PX = 120  # short side, for what moves
LEARNING = 0.02  # what one picture adds to the background: what stands for six of them belongs to it
WARM_UP = 3  # pictures until there is one
MOVING_LEAST, MOVING_MOST = 0.008, 0.4  # share of the picture; more than that is the camera, or a cut
MOVING_CONFIDENCE = 0.5  # it knows no degrees


def load(weights: Weights) -> Detect:
    import cv2

    people = cv2.HOGDescriptor()
    people.setSVMDetector(np.array(cv2.HOGDescriptor.getDefaultPeopleDetector()))
    faces = cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_default.xml"))
    return Classical(people, faces)


class Classical:
    vocab = "opencv"

    def __init__(self, people: Any, faces: Any) -> None:
        self._people, self._faces = people, faces

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[list[Detection]]:
        import cv2

        background = cv2.createBackgroundSubtractorMOG2(varThreshold=36, detectShadows=True)
        for number, rgb in enumerate(images):
            found = [*self._upright(rgb), *_moving(background, rgb, number)]
            parts = [np.array([item[i] for item in found]) for i in range(2)]
            corners = np.array([item[2] for item in found], float).reshape(-1, 4)
            yield detections(NAMES, (parts[0], parts[1], corners), rgb.shape[:2], "opencv_detector")

    def _upright(self, rgb: NDArray[np.uint8]) -> Iterator[Found]:
        import cv2

        grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
        scale = min(1.0, SHORT_SIDE_PX / min(grey.shape))
        small = _shrunk(grey, scale)
        yield from self._people_in(small, scale)
        yield from self._faces_in(small, scale)

    def _people_in(self, small: NDArray[np.uint8], scale: float) -> Iterator[Found]:
        if small.shape[0] >= 128 and small.shape[1] >= 64:
            boxes, margins = self._people.detectMultiScale(
                small,
                hitThreshold=PEOPLE_MARGIN,
                winStride=(8, 8),
                padding=(16, 16),
                scale=PEOPLE_STEP,
                groupThreshold=2,
            )
            kept: list[Any] = []
            for n in np.argsort(-np.ravel(margins), kind="stable"):
                x, y, w, h = boxes[n]
                if any(kx <= x + w / 2 <= kx + kw and ky <= y + h / 2 <= ky + kh for kx, ky, kw, kh in kept):
                    continue  # a part of somebody
                kept.append(boxes[n])
                trimmed = x + 0.2 * w, y + 0.11 * h, 0.6 * w, 0.78 * h  # it was trained with room around people
                yield PERSON, _sureness(float(np.ravel(margins)[n]) / PEOPLE_SURE), _corners(trimmed, scale)

    def _faces_in(self, small: NDArray[np.uint8], scale: float) -> Iterator[Found]:
        least = round(FACE_SHARE * min(small.shape))
        if least < 16:
            return
        boxes, _, sums = self._faces.detectMultiScale3(
            small, FACE_STEP, FACE_NEIGHBOURS, minSize=(least, least), outputRejectLevels=True
        )
        for box, total in zip(boxes, np.ravel(sums), strict=True):
            if total < FACE_MARGIN:
                continue
            yield FACE, _sureness(float(total) / FACE_SURE), _corners(box, scale)


def _moving(background: Any, rgb: NDArray[np.uint8], number: int) -> Iterator[Found]:
    """Regions that differ from what was there before, unless too much does."""
    import cv2

    scale = min(1.0, MOTION_SIDE_PX / min(rgb.shape[:2]))
    small = cv2.GaussianBlur(_shrunk(rgb, scale), (5, 5), 0)
    solid = (background.apply(small, learningRate=LEARNING) == 255).astype(np.uint8)  # 127 are shadows
    solid = cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    solid = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    if number < WARM_UP or solid.mean() > MOVING_MOST:
        return
    _, _, stats, _ = cv2.connectedComponentsWithStats(solid)
    for x, y, w, h, area in stats[1:]:
        if area >= MOVING_LEAST * solid.size and area >= 0.3 * w * h:
            yield MOVING, MOVING_CONFIDENCE, _corners((x, y, w, h), scale)


def _shrunk(picture: NDArray[Any], scale: float) -> NDArray[np.uint8]:
    import cv2

    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _corners(box: Any, scale: float) -> list[float]:
    x, y, w, h = (float(edge) / scale for edge in box)
    return [x, y, x + w, y + h]


def _sureness(share: float) -> float:
    """0.9 where the share is 1, 0.5 where it is 0.3, 0 where it is 0."""
    return float(1 - 0.1 ** max(share, 0.0))
