"""PySceneDetect's AdaptiveDetector, fed with the small pictures: https://www.scenedetect.com."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Cut, Motion
from resources.weights import Weights

BATCH = 256  # frames mapped at a time
TICK = Fraction(1, 1_000_000)  # times are kept to the microsecond


def load(weights: Weights) -> Cut:
    from scenedetect import AdaptiveDetector
    from scenedetect.common import FrameTimecode, Timecode

    def cut(motion: Motion, /) -> NDArray[np.float32]:
        import cv2

        answers = np.zeros(len(motion.t_s), np.float32)
        if len(answers) < 2:
            return answers
        rate = Fraction((len(answers) - 1) / max(float(motion.t_s[-1]), 1e-3)).limit_denominator(1001)
        detector = AdaptiveDetector(min_scene_len=1)  # its own 0.5 s would lose the quick cuts of short videos
        for first in range(0, len(answers), BATCH):
            for index, picture in enumerate(motion.rgb[first : first + BATCH], first):
                time = FrameTimecode(Timecode(round(float(motion.t_s[index]) / TICK), TICK), rate)
                bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
                for found in detector.process_frame(time, bgr):
                    new = int(np.searchsorted(motion.t_s, found.seconds - float(TICK)))
                    answers[max(new - 1, 0)] = 1.0
        return answers

    return cut
