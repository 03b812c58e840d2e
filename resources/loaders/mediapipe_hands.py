"""Hands by MediaPipe: 21 points each, whose hand it is, and, by a bundle that knows gestures, which one it shows.

https://ai.google.dev/edge/mediapipe/solutions/vision/hand_landmarker and /gesture_recognizer. Its pages say that
"left" and "right" hold for a mirrored picture; MediaPipe 1.2.2 says them of the person's own hand in a picture that is
not mirrored, as people show whose arms are in sight, so they are taken as they come. Every picture is read by itself.
"""

import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import FindHands, Hand
from resources.mediapipe_tasks import as_image, start
from resources.weights import Weights

HANDS = 4  # in a picture at most
LEAST = 0.5  # certainty of the finder inside, and of a hand
OF_GESTURES = "hand_gesture_recognizer.task"  # the part that only a gesture recognizer's bundle holds
NO_GESTURE = ("None", "")  # as the model names a hand that shows none of its gestures


def load(weights: Weights) -> FindHands:
    from mediapipe.tasks.python.vision import (
        GestureRecognizer,
        GestureRecognizerOptions,
        HandLandmarker,
        HandLandmarkerOptions,
    )

    choices = dict.fromkeys(("min_hand_detection_confidence", "min_hand_presence_confidence"), LEAST)
    if _knows_gestures(weights):
        task = start(
            GestureRecognizer, GestureRecognizerOptions, weights, "gesture recognizer", num_hands=HANDS, **choices
        )
        return Finder(task, task.recognize)
    task = start(HandLandmarker, HandLandmarkerOptions, weights, "hand landmarker", num_hands=HANDS, **choices)
    return Finder(task, task.detect)


def _knows_gestures(weights: Weights) -> bool:
    try:
        with zipfile.ZipFile(weights.main) as bundle:
            return OF_GESTURES in bundle.namelist()
    except (zipfile.BadZipFile, OSError):
        return False  # what is wrong with it is said where it is started


class Finder:
    def __init__(self, task: Any, look: Any) -> None:
        self._task, self._look = task, look

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[list[Hand]]:
        for rgb in images:
            found = self._look(as_image(rgb))
            gestures = getattr(found, "gestures", None) or [()] * len(found.hand_landmarks)
            hands = (
                _hand(points, side, gesture, rgb.shape[1], rgb.shape[0])
                for points, side, gesture in zip(found.hand_landmarks, found.handedness, gestures, strict=True)
            )
            yield [hand for hand in hands if hand]

    def close(self) -> None:
        self._task.close()


def _hand(points: Any, sides: Any, gestures: Any, width: int, height: int) -> Hand | None:
    """In pixels; MediaPipe counts depth in widths of the picture, away from the camera."""
    every = np.array([(p.x * width, p.y * height, -p.z * width) for p in points], np.float32)
    if not np.isfinite(every).all():
        return None
    named = gestures[0] if gestures and gestures[0].category_name not in NO_GESTURE else None
    return Hand(
        min(float(sides[0].score), 1.0),
        "left" if sides[0].category_name == "Left" else "right",
        every,
        named.category_name if named else None,
        min(float(named.score), 1.0) if named else None,
    )
