"""A new analyzer from a template: the file, and the test that it owes."""

import keyword
import re
from pathlib import Path

from resources.places import ROOT

NAME = re.compile(r"([a-z][a-z0-9_]*)/([a-z][a-z0-9_]*)")

ANALYZER = '''"""{title}: what it measures, in one sentence.

One row per sampled picture. Name the method's source here: a paper, a standard, a page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Frames, analyzer


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    level: Annotated[float, Column("mean of all pixels: 0 black, 1 white", low=0, high=1)]


@analyzer(version=1, max_gap_s=0.25)
def {name}(frames: Frames) -> Iterator[Row]:
    for frame in frames:
        yield Row(frame.t_s, frame.t_s, None, float(frame.rgb.mean()) / 255)
'''

TEST = """import numpy as np
import pytest

from analyzers.contract import Frame
from analyzers.{group}.{name} import {name}


def test_a_flat_picture_reads_its_own_level():
    (row,) = {name}([Frame(0, 1.5, np.full((4, 4, 3), 51, np.uint8))])
    assert row.start_s == 1.5
    assert row.level == pytest.approx(0.2)


def test_no_picture_gives_no_row():
    assert list({name}([])) == []
"""


class NameTakenError(Exception):
    """Two analyzers cannot share a name: it is also the table's."""


def write_analyzer(wanted: str, root: Path = ROOT) -> list[Path]:
    """Write both files; refuse a name that is taken or that is no name."""
    match = NAME.fullmatch(wanted)
    if not match or keyword.iskeyword(match[2]):
        raise ValueError(f"`{wanted}` is not of the form group/name, in small letters, digits and underscores")
    group, name = match[1], match[2]
    taken = list((root / "analyzers").glob(f"*/{name}.py"))
    if taken:
        raise NameTakenError(f"`{name}` exists already: {taken[0]}")
    title = name.replace("_", " ").capitalize()
    made = {
        root / "analyzers" / group / f"{name}.py": ANALYZER.format(title=title, name=name),
        root / "tests/analyzers" / group / f"test_{name}.py": TEST.format(group=group, name=name),
    }
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(text)
    return list(made)
