"""Linear layers with weights of 8 bits: a quarter of float32's memory, half of float16's, for a little time.

Each row of weights keeps a scale of its own; what goes in and comes out stays in the numbers it has. Everything
else in a network, convolutions first of all, is left as it is: that is where little memory and much exactness lie.
"""

from typing import Any

LEAST = 1 << 14  # weights; smaller layers are not worth it, and often the last ones, which place boxes


def shrink(network: Any) -> int:
    """Put 8-bit layers in the place of a network's linear ones; how many bytes that saves."""
    from torch import nn

    saved = 0
    for name, layer in list(network.named_modules()):
        if isinstance(layer, nn.Linear) and layer.weight.numel() >= LEAST:
            parent = network.get_submodule(name.rpartition(".")[0])
            small = _eight_bit(layer)
            saved += layer.weight.nbytes - small.weight.nbytes - small.scale.nbytes
            setattr(parent, name.rpartition(".")[2], small)
    return saved


def _eight_bit(layer: Any) -> Any:
    import torch
    from torch import nn

    class EightBitLinear(nn.Module):
        weight: torch.Tensor
        scale: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            full = layer.weight.detach().float()
            scale = full.abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / 127
            self.register_buffer("weight", (full / scale).round().to(torch.int8))
            self.register_buffer("scale", scale)
            self.bias = layer.bias

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            bias = None if self.bias is None else self.bias.to(x.dtype)
            return nn.functional.linear(x, self.weight.to(x.dtype) * self.scale.to(x.dtype), bias)

    return EightBitLinear()
