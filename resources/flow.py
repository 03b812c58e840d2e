"""The shared optical flow: one dense pass over the small pictures, read by every analyzer of movement.

DIS flow (Kroeger et al., https://arxiv.org/abs/1603.03590) as OpenCV carries it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Motion
from resources.store import describe_array, write_array

CELL = 4  # the flow is kept once per 4x4 pixels of the small picture
BATCH = 256  # frames mapped at a time
FINEST_SCALE = 1  # half size. The preset's quarter size reads a slow zoom 13 % short and blurs edges over 32 px
PATCH_STRIDE = 6  # pixels between patches of 8: half the cost of the preset's 4, and a hundredth less exact
SMALLEST_PX = 16  # DIS needs room for its patches

Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class FlowStep:
    xy: NDArray[np.float16]  # (rows, columns, 2) in widths of the picture
    residual: float  # mean grey error, 0..1, after moving the earlier picture along the flow


def flow_steps(motion: Motion) -> Iterator[FlowStep]:
    """The flow from each frame to the next, in order: one step fewer than there are frames."""
    import cv2

    count, height, width = motion.grey.shape
    if count < 2:
        return
    find = _finder()
    across, down = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    for first in range(0, count - 1, BATCH):
        pictures = motion.grey[first : first + BATCH + 1]
        for before, after in pairwise(pictures):
            flow = find(before, after)
            moved = cv2.remap(
                after,
                across + flow[..., 0],
                down + flow[..., 1],
                cv2.INTER_LINEAR,
                None,
                cv2.BORDER_REPLICATE,
            )
            residual = cv2.absdiff(moved, before).mean() / 255
            yield FlowStep(_cells(flow), float(residual))


def flow_between() -> Callable[[Grey, Grey], NDArray[np.float16]]:
    """Makes the flow of any two small pictures, as it is kept."""
    find = _finder()
    return lambda before, after: _cells(find(before, after))


def _finder() -> Callable[[Grey, Grey], NDArray[np.float32]]:
    """Makes the flow of two pictures, pixel by pixel."""
    import cv2

    cv2.setNumThreads(2)
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
    dis.setFinestScale(FINEST_SCALE)
    dis.setPatchStride(PATCH_STRIDE)

    def find(before: Grey, after: Grey) -> NDArray[np.float32]:
        nothing = np.zeros((*before.shape, 2), np.float32)
        return nothing if min(before.shape) < SMALLEST_PX else np.asarray(dis.calc(before, after, nothing), np.float32)

    return find


def _cells(flow: NDArray[np.float32]) -> NDArray[np.float16]:
    import cv2

    height, width = flow.shape[:2]
    size = (max(width // CELL, 1), max(height // CELL, 1))
    return (cv2.resize(flow, size, interpolation=cv2.INTER_AREA) / width).astype(np.float16)


def write_flow(motion: Motion, folder: Path) -> int:
    """Fill a folder with the flow of one video; the number of steps."""
    _, height, width = motion.grey.shape
    residuals: list[float] = []
    with (folder / "xy.raw").open("wb") as raw:
        for step in flow_steps(motion):
            step.xy.tofile(raw)
            residuals.append(step.residual)
    shape = (len(residuals), max(height // CELL, 1), max(width // CELL, 1), 2)
    describe_array(folder, "xy", shape, np.float16)
    write_array(folder, "residual", np.array(residuals, np.float32))
    write_array(folder, "t_s", motion.t_s[1:])
    return len(residuals)
