"""A face in detail by MediaPipe's face landmarker: 478 points, 52 movements of the face, and the pose of the head.

https://ai.google.dev/edge/mediapipe/solutions/vision/face_landmarker. A bundle may lack the network of movements, or
the canonical face that poses are fitted with: then these are None. Every picture is read by itself: the smoothing of
its modes for videos would move blinks and syllables in time.
"""

import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Mesh, ReadFace
from resources.mediapipe_tasks import as_image, start
from resources.weights import BadModelError, Weights, first_line

FACES = 2  # read at most; of a neighbour who looks into the picture, too
LEAST = 0.5  # certainty of the finder inside, and of the mesh


def load(weights: Weights) -> ReadFace:
    from mediapipe.tasks.python.vision import FaceLandmarker, FaceLandmarkerOptions

    def trial(task: Any) -> None:
        list(Reader(task)([np.zeros((64, 64, 3), np.uint8)]))

    parts = _parts(weights)
    task = start(
        FaceLandmarker,
        FaceLandmarkerOptions,
        weights,
        "face landmarker",
        trial=trial,
        num_faces=FACES,
        min_face_detection_confidence=LEAST,
        min_face_presence_confidence=LEAST,
        output_face_blendshapes=any("blendshapes" in part for part in parts),
        output_facial_transformation_matrixes=any("geometry" in part for part in parts),
    )
    return Reader(task)


def _parts(weights: Weights) -> list[str]:
    """What the bundle holds."""
    try:
        return zipfile.ZipFile(weights.main).namelist()
    except (OSError, zipfile.BadZipFile) as error:
        raise BadModelError(f"{weights.main.name} is no face landmarker of MediaPipe: {first_line(error)}") from error


class Reader:
    def __init__(self, task: Any) -> None:
        self._task = task

    def __call__(self, images: Iterable[NDArray[np.uint8]], /) -> Iterator[Mesh | None]:
        for rgb in images:
            yield _nearest(self._task.detect(as_image(rgb)))

    def close(self) -> None:
        self._task.close()


def _nearest(result: Any) -> Mesh | None:
    """The face whose middle lies nearest to the picture's."""
    meshes = [np.array([(p.x, p.y, p.z) for p in face], np.float32) for face in result.face_landmarks]
    whole = [i for i, points in enumerate(meshes) if np.isfinite(points).all()]
    if not whole:
        return None
    nearest = min(whole, key=lambda i: float(np.linalg.norm(meshes[i][:, :2].mean(axis=0) - 0.5)))
    shapes, poses = result.face_blendshapes, result.facial_transformation_matrixes
    scores = np.array([shape.score for shape in shapes[nearest]], np.float32) if shapes else None
    return Mesh(meshes[nearest], scores, np.asarray(poses[nearest], np.float32) if poses else None)
