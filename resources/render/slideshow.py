"""Stills, each for its time, over a sound that goes round, as an mp4."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FPS = 30
TICKS_PER_S = 90_000
SOUND_HZ = 48_000
CRF = "20"  # a still is coded once, what follows costs nothing


def write(
    pictures: Iterator[NDArray[np.uint8]],
    size: tuple[int, int],
    each_s: float,
    sound: NDArray[np.float32] | None,
    path: Path,
) -> None:
    """Pictures are (height, width, 3) and fitted in; the sound is (samples, 2) at 48 kHz."""
    import av

    with av.open(str(path), "w", format="mp4") as file:
        stream = file.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, TICKS_PER_S)
        context = stream.codec_context
        context.color_primaries = context.color_trc = context.colorspace = 1  # BT.709
        context.color_range = 1
        stream.options = {"crf": CRF, "preset": "veryfast", "tune": "stillimage"}
        voice = file.add_stream("aac", SOUND_HZ, layout="stereo", bit_rate=192_000) if sound is not None else None
        shown = 0
        for number, picture in enumerate(pictures, 1):
            still = av.VideoFrame.from_ndarray(_fitted(picture, size), format="rgb24")
            still = still.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
            while shown < round(number * each_s * FPS):
                still.pts, still.time_base = shown * TICKS_PER_S // FPS, Fraction(1, TICKS_PER_S)
                file.mux(stream.encode(still))
                shown += 1
        file.mux(stream.encode())
        if voice is not None and sound is not None and len(sound):
            length = round(shown / FPS * SOUND_HZ)
            for first in range(0, length, 1024):
                at = np.arange(first, min(first + 1024, length)) % len(sound)
                frame = av.AudioFrame.from_ndarray(
                    np.ascontiguousarray(sound[at].T.clip(-1, 1)), format="fltp", layout="stereo"
                )
                frame.sample_rate, frame.pts, frame.time_base = SOUND_HZ, first, Fraction(1, SOUND_HZ)
                file.mux(voice.encode(frame))
            file.mux(voice.encode())


def _fitted(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """The whole picture in the middle, black around it where its shape is another."""
    import cv2

    width, height = size
    scale = min(width / picture.shape[1], height / picture.shape[0])
    inner = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    shrunk = cv2.resize(picture, inner, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    canvas = np.zeros((height, width, 3), np.uint8)
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    canvas[top : top + inner[1], left : left + inner[0]] = shrunk
    return canvas
