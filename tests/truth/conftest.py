"""The quick part of the suite, drawn and analysed once for all tests of this folder."""

import pytest

from tests.truth.collect import Collected, collect

QUICK_CRF = 28
QUICK = (
    "hard cuts, uneven times", "flash", "text pop",
    "pan", "zoom", "static, moving foreground",
    "flat #c04020", "palette", "two grades",
    "clicks 120", "noise -14", "sine 440", "chord A minor", "silence", "no sound",
    "stroke", "two lines", "no text, photographs",
    "grain 0, hardly compressed", "grain 8, hardly compressed",
    "disc on a third", "horizon 5", "inset", "level edge of a table", "texts under the app's own",
    "neither subject nor horizon",
    "repeats", "loop, there and back", "broken off, pan", "two places in turn", "twice, then half as fast",
    "pacing", "pacing, nothing happens",
    "a code crosses", "before a green screen", "before a moving ground",
)  # fmt: skip


@pytest.fixture(scope="session")
def collected() -> Collected:
    return collect(QUICK, (QUICK_CRF,))[0]
