"""The decorator refuses what it cannot write down."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

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


def define(name: str, module: ModuleType, takes_model: bool = False):
    if takes_model:

        def run(frames: Frames, model: object) -> Iterator[Row]:
            yield from ()
    else:

        def run(frames: Frames, cut_analysis: list[Row] | None) -> Iterator[Row]:
            yield from ()

    run.__name__, run.__module__ = name, module.__name__
    return run


def test_it_reads_inputs_rows_and_description_off_the_function(registry, module):
    analyzer(version=3, max_gap_s=0.5, stage="gpu_light")(define("glow", module))
    spec = registry["glow"]
    assert (spec.group, spec.inputs, spec.optional) == ("picture", ("frames", "cut_analysis"), {"cut_analysis"})
    assert (spec.row, spec.version, spec.stage, spec.doc) == (Row, 3, "gpu_light", "Glow: how much it glows.")


def test_a_function_not_named_after_its_file_is_refused(registry, module):
    with pytest.raises(TypeError, match=r"must define glow\(\), not shine\(\)"):
        analyzer(version=1, max_gap_s=1)(define("shine", module))


@pytest.mark.parametrize(("role", "takes_model"), [(None, True), ("read", False)])
def test_a_model_is_taken_if_and_only_if_a_role_is_declared(registry, module, role, takes_model):
    with pytest.raises(TypeError, match="if, and only if, you declare a role"):
        analyzer(version=1, max_gap_s=1, role=role)(define("glow", module, takes_model))


def test_a_name_is_given_once(registry, module):
    analyzer(version=1, max_gap_s=1)(define("glow", module))
    with pytest.raises(TypeError, match="two analyzers are named glow"):
        analyzer(version=1, max_gap_s=1)(define("glow", module))
