"""What every analyzer owes the house, checked on all of them at once."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from analyzers.contract import REGISTRY, SOURCES, Detection, Spec, TextBox, Utterance
from analyzers.schema import Header, Origin, arrow_schema, fields, to_table
from tests.inputs import empty_inputs

ROOT = Path(__file__).parents[1]
every_analyzer = pytest.mark.parametrize("spec", REGISTRY.values(), ids=lambda s: s.name)


class Deaf:
    """Hears nothing, and knows nobody."""

    labels: tuple[str, ...] = ()
    window_s: float | None = None
    alike = 0.5

    def __call__(self, stretches: Iterable[np.ndarray], /) -> Iterator[np.ndarray]:
        return (np.zeros(0, np.float32) for _ in stretches)


# Models that find nothing, by role.
BLIND = {
    "cut": lambda motion: np.zeros(len(motion.t_s), np.float32),
    "read": lambda images: iter([list[TextBox]() for _ in images]),
    "detect": lambda images: iter([list[Detection]() for _ in images]),
    "transcribe": lambda audio, voice, post: iter(list[Utterance]()),
    "tag_sound": Deaf(),
    "voice_emotion": Deaf(),
    "embed_voice": Deaf(),
    "synthetic_voice": Deaf(),
    "depth": lambda images: iter([np.zeros((1, 1), np.float32) for _ in images]),
    "segment": lambda images: iter([np.zeros((0, 0), np.float32) for _ in images]),
}


def origin(spec: Spec) -> Origin:
    return Origin("local-0000000000000000", spec.name, spec.evidence, "test", None, None, np.zeros(0))


def test_every_file_in_a_group_is_one_analyzer():
    groups = {spec.group for spec in REGISTRY.values()}
    files = {path.stem for group in groups for path in (ROOT / "analyzers" / group).glob("*.py")} - {"__init__"}
    assert files == set(REGISTRY)


@every_analyzer
def test_it_has_a_test_of_its_own(spec: Spec):
    assert (ROOT / "tests/analyzers" / spec.group / f"test_{spec.name}.py").exists()


@every_analyzer
def test_inputs_exist(spec: Spec):
    assert set(spec.inputs) <= set(SOURCES) | set(REGISTRY)


@every_analyzer
def test_only_another_analyzers_rows_may_be_missing(spec: Spec):
    assert spec.optional <= set(REGISTRY)


@every_analyzer
def test_its_docstring_opens_with_one_sentence(spec: Spec):
    assert spec.doc.splitlines()[0].endswith(".")
    assert ": " in spec.doc.splitlines()[0]


@every_analyzer
def test_columns_can_be_stored_and_explain_themselves(spec: Spec):
    assert arrow_schema(spec.row).names[: len(fields(Header))] == list(fields(Header))
    unexplained = [name for name, field in fields(spec.row).items() if not field.column.doc]
    assert unexplained == []


@every_analyzer
def test_its_rows_begin_with_a_span_and_a_confidence(spec: Spec):
    assert list(fields(spec.row))[:3] == ["start_s", "end_s", "confidence"]


@every_analyzer
def test_no_column_repeats_the_header(spec: Spec):
    assert set(fields(spec.row)) & set(fields(Header)) == set()


@every_analyzer
def test_it_promises_how_closely_it_looks(spec: Spec):
    assert 0 < spec.max_gap_s <= 2


@every_analyzer
def test_nothing_in_gives_nothing_out(spec: Spec):
    empty = empty_inputs()
    inputs = {name: empty.get(name, []) for name in spec.inputs}
    model = {"model": BLIND[spec.role]} if spec.role else {}
    assert to_table(spec.row, spec.run(**inputs, **model), origin(spec)).num_rows == 0


@every_analyzer
def test_an_input_that_may_be_missing_may_be_missing(spec: Spec):
    empty = empty_inputs()
    inputs = {name: None if name in spec.optional else empty.get(name, []) for name in spec.inputs}
    model = {"model": BLIND[spec.role]} if spec.role else {}
    assert to_table(spec.row, spec.run(**inputs, **model), origin(spec)).num_rows == 0
