"""The decorator refuses what it cannot write down."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import FunctionType, ModuleType

import pytest

from analyzers import contract
from analyzers.columns import Confidence, EndS, StartS
from analyzers.contract import Frames, analyzer


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence


@pytest.fixture
def registry(monkeypatch):
    """A registry of its own, so that a test's analyzers do not join the house."""
    specs: dict = {}
    monkeypatch.setattr(contract, "_specs", specs)
    return specs


@pytest.fixture
def module(monkeypatch):
    """A module `analyzers.picture.glow` to define analyzers in."""
    made = ModuleType("analyzers.picture.glow", "Glow: how much it glows.")
    monkeypatch.setitem(sys.modules, made.__name__, made)
    return made


def plain(frames: Frames, cut_analysis: list[Row] | None) -> Iterator[Row]:
    yield from ()


def with_model(frames: Frames, model: object) -> Iterator[Row]:
    yield from ()


def define(name: str, module: ModuleType, run=plain):
    """A function of that name in that module."""
    made = FunctionType(run.__code__, run.__globals__, name)
    made.__annotations__, made.__module__ = run.__annotations__, module.__name__
    return made


def test_it_reads_inputs_rows_and_description_off_the_function(registry, module):
    analyzer(version=3, max_gap_s=0.5, stage="gpu_light")(define("glow", module))
    spec = registry["glow"]
    assert (spec.group, spec.inputs, spec.optional) == ("picture", ("frames", "cut_analysis"), {"cut_analysis"})
    assert (spec.row, spec.version, spec.stage, spec.doc) == (Row, 3, "gpu_light", "Glow: how much it glows.")


def test_a_function_not_named_after_its_file_is_refused(registry, module):
    with pytest.raises(TypeError, match=r"must define glow\(\), not shine\(\)"):
        analyzer(version=1, max_gap_s=1)(define("shine", module))


@pytest.mark.parametrize(("role", "run"), [(None, with_model), ("read", plain)])
def test_a_model_is_taken_if_and_only_if_a_role_is_declared(registry, module, role, run):
    with pytest.raises(TypeError, match="if, and only if, you declare a role"):
        analyzer(version=1, max_gap_s=1, role=role)(define("glow", module, run))


def test_a_name_is_given_once(registry, module):
    analyzer(version=1, max_gap_s=1)(define("glow", module))
    with pytest.raises(TypeError, match="two analyzers are named glow"):
        analyzer(version=1, max_gap_s=1)(define("glow", module))
