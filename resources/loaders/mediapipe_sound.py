"""A classifier of sounds as MediaPipe's Tasks read them: YAMNet, 521 sounds of AudioSet, a second at a time.

https://github.com/tensorflow/models/tree/master/research/audioset/yamnet
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Classify
from resources.detections import class_names
from resources.mediapipe_tasks import start
from resources.weights import Weights

RATE_HZ = 16_000
WINDOW = 15_600  # samples: the stretch that YAMNet takes, 0.975 s


def load(weights: Weights) -> Classify:
    from mediapipe.tasks.python.audio import AudioClassifier, AudioClassifierOptions

    task = start(AudioClassifier, AudioClassifierOptions, weights, "classifier", max_results=-1)
    return Classifier(task, weights)


class Classifier:
    window_s: float | None = WINDOW / RATE_HZ

    def __init__(self, task: Any, weights: Weights) -> None:
        self._task = task
        told = self._told(np.zeros(WINDOW, np.float32))
        names = class_names({one.index: one.category_name or "" for one in told}, len(told), weights.name)
        self.labels = tuple(names[number] for number in range(len(told)))

    def __call__(self, stretches: Iterable[NDArray[np.float32]], /) -> Iterator[NDArray[np.float32]]:
        for stretch in stretches:
            scores = np.zeros(len(self.labels), np.float32)
            for one in self._told(_whole(stretch)):
                scores[one.index] = one.score
            yield scores

    def _told(self, window: NDArray[np.float32]) -> Any:
        from mediapipe.tasks.python.components.containers.audio_data import AudioData

        (result,) = self._task.classify(AudioData.create_from_array(window, RATE_HZ))
        return result.classifications[0].categories

    def close(self) -> None:
        self._task.close()


def _whole(stretch: NDArray[np.float32]) -> NDArray[np.float32]:
    """Exactly a window: MediaPipe crashes where it gets no samples, and answers twice where it gets too many."""
    samples = np.nan_to_num(np.asarray(stretch[:WINDOW], np.float32), posinf=1, neginf=-1)
    return np.pad(samples, (0, WINDOW - len(samples)))
