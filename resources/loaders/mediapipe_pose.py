"""People and their joints by MediaPipe's pose landmarker (BlazePose): COCO's 17 of its 33 points.

https://ai.google.dev/edge/mediapipe/solutions/vision/pose_landmarker. Every picture is read by itself: the smoothing
of its modes for videos would round off a wave of the hand.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Body, FindBodies
from resources.mediapipe_tasks import as_image, start
from resources.weights import Weights

PEOPLE = 4  # in a picture at most
LEAST = 0.5  # certainty of the finder inside, and of a pose
# Its points that are COCO's joints, in COCO's order.
OF_COCO = (0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)
SEEN = 0.3  # certainty of a point that counts for the box
ROOM = 0.06  # around the points, of the box's larger side: hair, hands and feet go beyond joints


def load(weights: Weights) -> FindBodies:
    from mediapipe.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions

    task = start(
        PoseLandmarker,
        PoseLandmarkerOptions,
        weights,
        "pose landmarker",
        num_poses=PEOPLE,
        min_pose_detection_confidence=LEAST,
        min_pose_presence_confidence=LEAST,
    )
    return Finder(task)


class Finder:
    knows_joints = True

    def __init__(self, task: Any) -> None:
        self._task = task

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[list[Body]]:
        for rgb in images:
            found = self._task.detect(as_image(rgb)).pose_landmarks
            bodies = (_body(points, rgb.shape[1], rgb.shape[0]) for points in found)
            yield [body for body in bodies if body]

    def close(self) -> None:
        self._task.close()


def _body(points: Any, width: int, height: int) -> Body | None:
    """In pixels; None of a pose of which too little lies in the picture to say where somebody is."""
    every = np.array([(p.x * width, p.y * height, p.visibility * p.presence) for p in points], np.float32)
    joints = every[list(OF_COCO)]
    is_inside = ((joints[:, :2] >= 0) & (joints[:, :2] <= (width, height))).all(axis=1)
    seen = joints[is_inside & (joints[:, 2] >= SEEN)]
    if len(seen) < 3 or not np.isfinite(joints).all():
        return None
    low, high = seen[:, :2].min(axis=0), seen[:, :2].max(axis=0)
    room = ROOM * float((high - low).max())
    x, y = np.maximum(low - room, 0)
    right, bottom = np.minimum(high + room, (width, height))
    if right <= x or bottom <= y:
        return None
    return Body(float(seen[:, 2].mean()), float(x), float(y), float(right - x), float(bottom - y), joints)
