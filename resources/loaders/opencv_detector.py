"""People and moving regions by what lies in OpenCV's wheel: an answer of lesser quality, and no download.

People who stand or walk: gradients and a linear classifier, https://doi.org/10.1109/CVPR.2005.177. What moves before a
background that stands: a mixture of Gaussians, https://doi.org/10.1109/ICPR.2004.1333992. Faces are in its vocabulary,
and are left to face_detection, which finds them in any case.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from analyzers.contract import Detect, Detection
from resources.detections import detections
from resources.lookout import Found, Lookout, Picture, around, corners, shrunk, small_of, sureness
from resources.weights import Weights

PERSON, FACE, MOVING = range(3)
NAMES = {PERSON: "person", FACE: "face", MOVING: "moving_region"}

PEOPLE_EVERY = 3  # changed pictures of a shot from one search of the whole to the next
PEOPLE_SIDE_PX = 360  # short side; people are found from a hundred of these pixels on. 480 finds no more
PEOPLE_STEP = 1.07  # from one size of window to the next; with coarser ones people between two sizes are lost
PEOPLE_MARGIN = 0.8  # least distance from the classifier's border: from 0 on it takes every lamp post for a person
PEOPLE_NEAR = 0.2  # the same, where somebody was: chance has less room there
PEOPLE_SURE = 2.5  # distance at which its confidence is 0.9
WINDOW_PX = 64, 128  # the classifier's
IN_WINDOW = 0.6, 0.78  # of its width and height that a person fills: it was trained with room around people
LEARNING = 0.02  # what one picture adds to the background: what stands for six of them belongs to it
WARM_UP = 3  # pictures until there is one
MOVING_LEAST, MOVING_MOST = 0.008, 0.4  # share of the picture; more than that is the camera, or a cut
MOVING_CONFIDENCE = 0.5  # it knows no degrees


def load(weights: Weights) -> Detect:
    import cv2

    people = cv2.HOGDescriptor()
    people.setSVMDetector(np.array(cv2.HOGDescriptor.getDefaultPeopleDetector()))
    return Classical(people)


class Classical:
    vocab = "opencv"

    def __init__(self, people: Any) -> None:
        self._people = people

    def __call__(self, images: Iterable[Picture], /) -> Iterator[list[Detection]]:
        import cv2

        background = cv2.createBackgroundSubtractorMOG2(varThreshold=36, detectShadows=True)
        lookout = Lookout(lambda grey, near: _people(self._people, grey, near), PEOPLE_EVERY)
        for number, rgb in enumerate(images):
            small, scale = small_of(rgb)
            found = [(PERSON, *person) for person in lookout.found(rgb, small)]
            found += [(MOVING, *region) for region in _moving(background, small, scale, number)]
            parts = [np.array([item[i] for item in found]) for i in range(2)]
            boxes = np.array([item[2] for item in found], float).reshape(-1, 4)
            yield detections(NAMES, (parts[0], parts[1], boxes), rgb.shape[:2], "opencv_detector")


def _people(classifier: Any, grey: Picture, near: list[float] | None) -> Iterator[Found]:
    """People who stand, of any size; or one in surroundings that show it a fifth larger than the classifier needs."""
    part, left, top = around(grey, near)
    scale = min(1.0, PEOPLE_SIDE_PX / min(grey.shape))
    if near:
        scale = 1.2 * WINDOW_PX[1] * IN_WINDOW[1] / (near[3] - near[1])
    small = shrunk(part, scale)
    if small.shape[0] < WINDOW_PX[1] or small.shape[1] < WINDOW_PX[0]:
        return
    boxes, margins = classifier.detectMultiScale(
        small,
        hitThreshold=PEOPLE_NEAR if near else PEOPLE_MARGIN,
        winStride=(8, 8),
        padding=(16, 16),
        scale=PEOPLE_STEP,
        groupThreshold=2,
    )
    across, down = IN_WINDOW
    for (x, y, w, h), margin in zip(boxes, np.ravel(margins), strict=True):
        box = x + (1 - across) / 2 * w, y + (1 - down) / 2 * h, across * w, down * h
        yield sureness(float(margin) / PEOPLE_SURE), corners(box, scale, left, top)


def _moving(background: Any, small: Picture, scale: float, number: int) -> Iterator[Found]:
    """Regions that differ from what was there before, unless too much does."""
    import cv2

    solid = (background.apply(small, learningRate=LEARNING) == 255).astype(np.uint8)  # 127 are shadows
    solid = cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    solid = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    if number < WARM_UP or solid.mean() > MOVING_MOST:
        return
    _, _, stats, _ = cv2.connectedComponentsWithStats(solid)
    for x, y, w, h, area in stats[1:]:
        if area >= MOVING_LEAST * solid.size and area >= 0.3 * w * h:
            yield MOVING_CONFIDENCE, corners((x, y, w, h), scale)
