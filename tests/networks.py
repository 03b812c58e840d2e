"""Tiny exported networks, written by hand: mean levels of a picture, weighed into scores."""

import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np

FLOAT, INT, INTS = 1, 2, 7  # of onnx.proto: an element's type, and kinds of attributes


def write_network(path: Path, side_px: int, outputs: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> None:
    """Takes (1, 3, side, side); each output is the channels' means times a (3, n) matrix, plus (n,)."""
    keep = _text(1, "keepdims") + _number(3, 0) + _number(20, INT)
    axes = _text(1, "axes") + _number(8, 2) + _number(8, 3) + _number(20, INTS)
    nodes = [_node("ReduceMean", ["input"], "means", [keep, axes])]
    tensors, given = [], []
    for name, (matrix, plus) in outputs.items():
        nodes.append(_node("Gemm", ["means", f"{name}_matrix", f"{name}_plus"], name, []))
        tensors += [_tensor(f"{name}_matrix", matrix), _tensor(f"{name}_plus", plus)]
        given.append(_value(name, (1, len(plus))))
    graph = b"".join(_part(1, node) for node in nodes) + _text(2, "tiny")
    graph += b"".join(_part(5, tensor) for tensor in tensors)
    graph += _part(11, _value("input", (1, 3, side_px, side_px))) + b"".join(_part(12, value) for value in given)
    opset = _part(8, _text(1, "") + _number(2, 13))
    path.write_bytes(_number(1, 8) + _part(7, graph) + opset)


def _node(kind: str, inputs: list[str], output: str, attributes: list[bytes]) -> bytes:
    told = b"".join(_text(1, name) for name in inputs) + _text(2, output) + _text(4, kind)
    return told + b"".join(_part(5, attribute) for attribute in attributes)


def _tensor(name: str, values: np.ndarray) -> bytes:
    sizes = b"".join(_number(1, size) for size in values.shape)
    return sizes + _number(2, FLOAT) + _text(8, name) + _part(9, values.astype("<f4").tobytes())


def _value(name: str, sizes: tuple[int, ...]) -> bytes:
    shape = b"".join(_part(1, _number(1, size)) for size in sizes)
    return _text(1, name) + _part(2, _part(1, _number(1, FLOAT) + _part(2, shape)))


def _text(field: int, value: str) -> bytes:
    return _part(field, value.encode())


def _part(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _varint(value: int) -> bytes:
    found = []
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return struct.pack(f"{len(found) + 1}B", *found, value)
