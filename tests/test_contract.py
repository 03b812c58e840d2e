"""What every analyzer owes the house, checked on all of them at once."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from analyzers.contract import REGISTRY, SOURCES, Detection, Face, Hand, Portrait, Question, Spec, TextBox, Utterance
from analyzers.schema import Header, Origin, arrow_schema, fields, to_table
from resources import models
from resources.loaders.no_joints import NoJoints
from resources.loaders.no_products import NoProducts
from tests.inputs import empty_inputs

ROOT = Path(__file__).parents[1]
every_analyzer = pytest.mark.parametrize("spec", REGISTRY.values(), ids=lambda s: s.name)


LONGEST_GAP_S = {"blip2": 4}  # it looks at every 90th frame, of 24 a second


class Deaf:
    """Hears nothing, and knows nobody."""

    labels: tuple[str, ...] = ()
    window_s: float | None = None
    alike = 0.5

    def __call__(self, stretches: Iterable[np.ndarray], /) -> Iterator[np.ndarray]:
        return (np.zeros(0, np.float32) for _ in stretches)


class Sightless:
    """Sees nothing, and cannot read."""

    kind = "softmax"
    scale, bias = 1.0, 0.0

    def __call__(self, images: Iterable[np.ndarray], /) -> Iterator[np.ndarray]:
        return (np.zeros(1, np.float32) for _ in images)

    def embed_text(self, sentences: Sequence[str], /) -> np.ndarray:
        return np.zeros((len(sentences), 1), np.float32)


class Faceless:
    """Is shown no portraits."""

    side_px = 32
    method = "none"

    def __call__(self, portraits: Iterable[Portrait], /) -> Iterator[None]:
        return (None for _ in portraits)


class Speechless:
    """Has no word for anything."""

    most_pictures = 8

    def __call__(self, questions: Iterable[Question], /) -> Iterator[str | None]:
        return (None for _ in questions)


class NoThings:
    """Knows no thing."""

    vocab = "none"

    def __call__(self, images: Iterable[np.ndarray], /) -> Iterator[list[Detection]]:
        return iter([list[Detection]() for _ in images])


# Models that find nothing, by role.
BLIND = {
    "cut": lambda motion: np.zeros(len(motion.t_s), np.float32),
    "read": lambda images: iter([list[TextBox]() for _ in images]),
    "detect": NoThings(),
    "detect_open": NoProducts(),
    "transcribe": lambda audio, voice, post: iter(list[Utterance]()),
    "tag_sound": Deaf(),
    "voice_emotion": Deaf(),
    "embed_voice": Deaf(),
    "synthetic_voice": Deaf(),
    "depth": lambda images: iter([np.zeros((1, 1), np.float32) for _ in images]),
    "segment": lambda images: iter([np.zeros((0, 0), np.float32) for _ in images]),
    "embed_image": Sightless(),
    "face": lambda images: iter([list[Face]() for _ in images]),
    "pose": NoJoints(),
    "face_landmarks": lambda images: iter([None for _ in images]),
    "hands": lambda images: iter([list[Hand]() for _ in images]),
    "emotion": Faceless(),
    "age": Faceless(),
    "emoji": lambda images: iter([None for _ in images]),
    **{role: Speechless() for role in models.roles() if role.startswith("describe")},
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
    assert 0 < spec.max_gap_s <= LONGEST_GAP_S.get(spec.name, 2)


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
