"""8-bit layers: nearly the same answers from a quarter of the memory."""

import pytest
import torch
from torch import nn

from resources.eight_bit import shrink


@pytest.fixture
def network() -> nn.Module:
    torch.manual_seed(1)
    inner = nn.Sequential(nn.Linear(256, 256), nn.GELU(), nn.Linear(256, 4))
    return nn.Sequential(nn.Conv1d(1, 1, 3, padding=1), inner, nn.LayerNorm(4)).eval()


def test_answers_hardly_change(network):
    x = torch.randn(8, 1, 256)
    before = network[1](x)
    shrink(network)
    assert (network[1](x) - before).abs().max() < 0.02 * before.abs().max()


def test_three_quarters_of_the_large_layers_go_and_nothing_else(network):
    kinds = [type(layer).__name__ for layer in network.modules()]
    assert shrink(network) == 256 * 256 * 3 - 256 * 4
    after = [type(layer).__name__ for layer in network.modules()]
    assert [new for old, new in zip(kinds, after, strict=True) if old != new] == ["EightBitLinear"]
    assert network[1][2].weight.dtype == torch.float32


def test_what_goes_in_and_comes_out_keeps_its_numbers(network):
    shrink(network)
    layer = network[1][0]
    for dtype in (torch.float32, torch.bfloat16):
        assert layer(torch.ones(2, 256, dtype=dtype)).dtype == dtype


def test_a_row_of_zeros_stays_one():
    layer = nn.Sequential(nn.Linear(128, 128))
    nn.init.zeros_(layer[0].weight)
    nn.init.zeros_(layer[0].bias)
    shrink(layer)
    assert torch.equal(layer(torch.randn(3, 128)), torch.zeros(3, 128))


def test_a_network_without_large_layers_is_left_alone():
    network = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Linear(8, 8))
    assert shrink(network) == 0
