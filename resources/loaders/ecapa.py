"""ECAPA-TDNN, https://arxiv.org/abs/2005.07143: whose voice it is, with the weights that SpeechBrain publishes.

The network is written here, under that checkpoint's names; so is what it hears: 80 mel bands of 25 ms windows, in dB,
each band against its mean over the stretch. A voice's vector is not compared with the mean of all voices: SpeechBrain's
own verification does not do so either.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import EmbedVoice
from resources.portions import in_portions
from resources.weights import BadModelError, Weights, first_line, state_dict

RATE_HZ = 16_000
WINDOW, HOP, MELS = 400, 160, 80
LEAST_POWER, RANGE_DB = 1e-10, 80.0
LEAST = RATE_HZ // 5  # samples: 20 frames, more than the widest filter reaches
BATCH, BATCH_ON_CPU = 64, 4
SCALE, ATTENTION = 8, 128


def load(weights: Weights) -> EmbedVoice:
    tensors = state_dict(weights.main)
    try:
        channels = tensors["blocks.0.conv.conv.weight"].shape[0]
        wide, size = tensors["mfa.conv.conv.weight"].shape[0], tensors["fc.conv.weight"].shape[0]
        network = _network(channels, wide, size)
        network.load_state_dict(tensors)
    except (KeyError, TypeError, AttributeError, RuntimeError) as error:
        raise BadModelError(f"{weights.main.name} is no ECAPA-TDNN of SpeechBrain: {first_line(error)}") from error
    return Ecapa(network.to(weights.device.name).eval(), weights)


class Ecapa:
    def __init__(self, network: Any, weights: Weights) -> None:
        self._network, self._name, self._device = network, weights.name, weights.device.name
        self.alike = float(weights.options["alike"])
        self._bands = _mel_bands().to(self._device)
        self._batch = BATCH if weights.device.is_gpu else BATCH_ON_CPU

    def __call__(self, stretches: Iterable[NDArray[np.float32]], /) -> Iterator[NDArray[np.float32]]:
        return in_portions(stretches, self._batch, self._hear)

    def _hear(self, stretches: Sequence[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
        samples = [np.nan_to_num(np.asarray(one, np.float32), posinf=1, neginf=-1) for one in stretches]
        long_enough = [
            np.resize(one, max(len(one), LEAST)) if len(one) else np.zeros(LEAST, np.float32) for one in samples
        ]
        for _, alike in groupby(long_enough, key=len):
            yield from self._embed(np.stack(list(alike)))

    def _embed(self, stretches: NDArray[np.float32]) -> NDArray[np.float32]:
        import torch

        with torch.inference_mode():
            heard = _features(torch.from_numpy(stretches).to(self._device), self._bands)
            vectors = torch.nn.functional.normalize(self._network(heard), dim=1)
        if not torch.isfinite(vectors).all():
            raise BadModelError(f"{self._name}: its numbers overflow")
        return vectors.cpu().numpy()


def _features(sound: Any, bands: Any) -> Any:
    """(n, samples) to (n, MELS, frames)."""
    import torch

    window = torch.hamming_window(WINDOW, device=sound.device)
    waves = torch.stft(sound, WINDOW, HOP, WINDOW, window, center=True, pad_mode="constant", return_complex=True)
    level = 10 * torch.log10((bands @ waves.abs().square()).clamp(min=LEAST_POWER))
    level = torch.maximum(level, level.amax(dim=(1, 2), keepdim=True) - RANGE_DB)
    return level - level.mean(dim=2, keepdim=True)


def _mel_bands() -> Any:
    """(MELS, bins) triangles: each as wide to both sides as its lower neighbour is far."""
    import torch

    mel = torch.linspace(0, 2595 * float(np.log10(1 + RATE_HZ / 2 / 700)), MELS + 2)
    hz = 700 * (10 ** (mel / 2595) - 1)
    middle, width = hz[1:-1, None], (hz[1:] - hz[:-1])[:-1, None]
    slope = (torch.linspace(0, RATE_HZ // 2, WINDOW // 2 + 1) - middle) / width
    return torch.minimum(1 + slope, 1 - slope).clamp(min=0)


def _network(channels: int, wide: int, size: int) -> Any:
    import torch
    from torch import nn

    class Conv(nn.Module):
        def __init__(self, taken: int, given: int, kernel: int = 1, dilation: int = 1) -> None:
            super().__init__()
            reach = dilation * (kernel - 1) // 2
            self.conv = nn.Conv1d(taken, given, kernel, dilation=dilation, padding=reach, padding_mode="reflect")

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.conv(x)

    class Norm(nn.Module):
        def __init__(self, width: int) -> None:
            super().__init__()
            self.norm = nn.BatchNorm1d(width)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.norm(x)

    class Layer(nn.Module):
        def __init__(self, taken: int, given: int, kernel: int = 1, dilation: int = 1) -> None:
            super().__init__()
            self.conv, self.norm = Conv(taken, given, kernel, dilation), Norm(given)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.norm(torch.relu(self.conv(x)))

    class Steps(nn.Module):
        """Each part of the channels is heard together with what came of the part before."""

        def __init__(self, width: int, dilation: int) -> None:
            super().__init__()
            part = width // SCALE
            self.blocks = nn.ModuleList([Layer(part, part, 3, dilation) for _ in range(SCALE - 1)])

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            first, *parts = torch.chunk(x, SCALE, dim=1)
            said = [first]
            for number, (block, part) in enumerate(zip(self.blocks, parts, strict=True)):
                said.append(block(part + said[-1] if number else part))
            return torch.cat(said, dim=1)

    class Squeeze(nn.Module):
        def __init__(self, width: int) -> None:
            super().__init__()
            self.conv1, self.conv2 = Conv(width, ATTENTION), Conv(ATTENTION, width)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x * torch.sigmoid(self.conv2(torch.relu(self.conv1(x.mean(dim=2, keepdim=True)))))

    class Block(nn.Module):
        def __init__(self, width: int, dilation: int) -> None:
            super().__init__()
            self.tdnn1, self.res2net_block = Layer(width, width), Steps(width, dilation)
            self.tdnn2, self.se_block = Layer(width, width), Squeeze(width)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + self.se_block(self.tdnn2(self.res2net_block(self.tdnn1(x))))

    class Pool(nn.Module):
        """Mean and deviation over time, weighted by what the stretch as a whole makes important."""

        def __init__(self, width: int) -> None:
            super().__init__()
            self.tdnn, self.conv = Layer(3 * width, ATTENTION), Conv(ATTENTION, width)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            mean, deviation = _moments(x, torch.full_like(x[:, :1], 1 / x.shape[2]))
            whole = torch.cat([x, mean.expand_as(x), deviation.expand_as(x)], dim=1)
            weight = torch.softmax(self.conv(torch.tanh(self.tdnn(whole))), dim=2)
            return torch.cat(_moments(x, weight), dim=1)

    def _moments(x: torch.Tensor, weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        mean = (weight * x).sum(dim=2, keepdim=True)
        return mean, (weight * (x - mean).square()).sum(dim=2, keepdim=True).clamp(min=1e-12).sqrt()

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.blocks = nn.ModuleList([Layer(MELS, channels, 5), *(Block(channels, d) for d in (2, 3, 4))])
            self.mfa, self.asp, self.asp_bn = Layer(3 * channels, wide), Pool(wide), Norm(2 * wide)
            self.fc = Conv(2 * wide, size)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            heard = [self.blocks[0](x)]
            for block in list(self.blocks)[1:]:
                heard.append(block(heard[-1]))
            return self.fc(self.asp_bn(self.asp(self.mfa(torch.cat(heard[1:], dim=1))))).squeeze(2)

    return Network()
