"""Loaded models: kept, put away when room is short, and never loaded unchecked."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from resources import gpu, warm
from resources.gpu import CPU
from resources.models import File, Model
from resources.receipts import note, sha256
from resources.weights import BadModelError


@pytest.fixture
def loads(monkeypatch):
    """A family of models that notes each load and each close."""
    told: list[str] = []
    family = ModuleType("resources.loaders.noted")

    class Play:
        def __init__(self, weights) -> None:
            self.weights = weights
            told.append(f"load {weights.name}")

        def __call__(self) -> str:
            return self.weights.name

        def close(self) -> None:
            told.append(f"close {self.weights.name}")

    family.load = Play
    monkeypatch.setitem(sys.modules, "resources.loaders.noted", family)
    warm.put_all_away()
    yield told
    warm.put_all_away()


def model(name: str, memory_gb: float = 1.0, files: tuple[File, ...] = ()) -> Model:
    return Model(name, "shine", "MIT", "https://example.org", "1", "noted", memory_gb=memory_gb, files=files)


def test_a_model_is_loaded_once(loads):
    assert [warm.load(model("a"), CPU)() for _ in range(3)] == ["a"] * 3
    assert loads == ["load a"]


def test_another_device_or_language_is_another_model(loads):
    warm.load(model("a"), CPU)
    warm.load(model("a"), gpu.Device("cpu", "bfloat16", 2))
    warm.load(model("a"), CPU, languages=("de",))
    assert loads == ["load a"] * 3


def test_within_a_budget_the_one_unused_for_longest_goes_first(loads):
    for name in ("a", "b", "a", "c"):
        warm.load(model(name), CPU, memory_gb=2.0)
    assert loads == ["load a", "load b", "close b", "load c"]
    assert warm.names() == ["a", "c"]


def test_a_large_model_takes_the_place_of_several_small_ones(loads):
    for name in ("a", "b", "c"):
        warm.load(model(name), CPU, memory_gb=4.0)
    warm.load(model("large", 3.5), CPU, memory_gb=4.0)
    assert warm.names() == ["large"]


def test_without_a_budget_it_is_free_memory_that_counts(loads, monkeypatch):
    free = {"gb": 10.0}
    monkeypatch.setattr(gpu, "free_bytes", lambda device: free["gb"] * 2**30)
    warm.load(model("a"), CPU)
    warm.load(model("b"), CPU)
    free["gb"] = 0.5
    warm.load(model("c"), CPU)
    assert warm.names() == ["c"]


def test_a_model_larger_than_everything_is_tried_all_the_same(loads):
    assert warm.load(model("huge", 1e6), CPU)() == "huge"


def pulled(folder: Path, content: bytes, is_noted: bool = True, published: str | None = None) -> Model:
    played = model("net", files=(File("net.onnx", sha256=published),))
    (folder / "net").mkdir()
    (folder / "net" / "net.onnx").write_bytes(content)
    if is_noted:
        note(folder / "net", played, {"net.onnx": sha256(folder / "net" / "net.onnx")})
    return played


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("TIKTOK_MODELS", str(tmp_path))
    return tmp_path


def test_files_as_they_were_received_are_loaded(loads, folder):
    assert warm.load(pulled(folder, b"weights"), CPU)() == "net"


def test_a_file_that_changed_since_is_not_loaded(loads, folder):
    played = pulled(folder, b"weights")
    (folder / "net" / "net.onnx").write_bytes(b"other weights")
    with pytest.raises(BadModelError, match=r"changed since it was pulled.*models pull net.*--again"):
        warm.load(played, CPU)
    assert loads == []


def test_a_file_that_nobody_checked_is_not_loaded(loads, folder):
    with pytest.raises(BadModelError, match="never checked"):
        warm.load(pulled(folder, b"weights", is_noted=False), CPU)


def test_a_planted_receipt_does_not_outweigh_the_catalogue(loads, folder):
    with pytest.raises(BadModelError, match="changed"):
        warm.load(pulled(folder, b"evil", published="0" * 64), CPU)


def test_a_file_that_is_gone_names_the_command(loads, folder):
    played = pulled(folder, b"weights")
    (folder / "net" / "net.onnx").unlink()
    with pytest.raises(BadModelError, match=r"missing.*models pull net"):
        warm.load(played, CPU)
