"""A rebuilt video as a small file to look at."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resources.rebuild.picture import Drawer
from resources.rebuild.sound import RATE_HZ, Score, played

WIDTH_PX = 288
FPS = 15.0
MOST_PICTURES = 1800  # of a longer film fewer a second
TICKS_PER_S = 90_000
CRF, SOUND_BPS = 30, 48_000


def film_size(width: int, height: int) -> tuple[int, int]:
    """As small as that, with even sides."""
    return WIDTH_PX, max(round(height * WIDTH_PX / max(width, 1) / 2) * 2, 2)


def shown(t_s: NDArray[np.float64], duration_s: float) -> Iterator[float]:
    """Moments of the original's own frames, so that cuts lie where they were."""
    step_s = max(1 / FPS, duration_s / MOST_PICTURES)
    due_s = 0.0
    for t in t_s.tolist():
        if t >= due_s - 1e-6:
            yield t
            due_s = max(due_s + step_s, t)


def write_film(
    path: Path, drawer: Drawer, size: tuple[int, int], t_s: NDArray[np.float64], score: Score, duration_s: float
) -> None:
    """Pictures and sound of a script, as H.264 and AAC."""
    import av
    import cv2

    width, height = size
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as file:
        stream = file.add_stream("libx264", rate=Fraction(15))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = stream.time_base = Fraction(1, TICKS_PER_S)
        stream.codec_context.max_b_frames = 0
        stream.options = {"crf": str(CRF), "preset": "veryfast", "threads": "2", "g": "30"}
        sound = None if score.is_silent else file.add_stream("aac", RATE_HZ, layout="mono", bit_rate=SOUND_BPS)
        for t in shown(t_s, duration_s):
            planes = np.asarray(cv2.cvtColor(drawer.at(t), cv2.COLOR_RGB2YUV_I420), np.uint8)
            frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            frame.pts, frame.time_base = round(t * TICKS_PER_S), Fraction(1, TICKS_PER_S)
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
        if sound is not None:
            first = 0
            for block in played(score, duration_s):
                frame = av.AudioFrame.from_ndarray(block[None], format="fltp", layout="mono")
                frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, first, Fraction(1, RATE_HZ)
                first += len(block)
                file.mux(sound.encode(frame))
            file.mux(sound.encode())
