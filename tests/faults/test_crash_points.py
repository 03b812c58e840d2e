"""Killed anywhere, done again: the result is the undisturbed one, and the ledger knows it at every moment.

A handful of places in every run of the tests; all of them under `make faults`.
"""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from resources.ledger import Ledger
from resources.render import Flat, Shot, Sine, Video, render
from tests.faults.lab import ANALYZERS, Lab, sha, told
from tiktok_assets.instance import open_instance
from tiktok_assets.upkeep.housekeeping import leftovers

CLIP = Video(shots=(Shot(Flat("#336699"), 0.6),), width=64, height=96, sound=(Sine(440, level_db=-20),))
STAGES = ("video", "media", "post", "flow", "spectrum", "voice", "pitch", *ANALYZERS, "coverage", "report")
POINTS = ("before", "half_written", "before_rename", "after_rename", "after_event")
LEDGER = [f"ledger.{point}:{n}" for point in ("before_commit", "after_commit") for n in (1, 2, 3)]
# Of the report: its frames table, the JSON itself, how it came about, the timeline's picture.
REPORT = [f"report.{point}:{n}" for point in ("half_written", "before_rename", "after_rename") for n in (2, 3, 4)]
EVERYWHERE = [f"{stage}.{point}" for stage in STAGES for point in POINTS] + LEDGER + REPORT
HANDFUL = (
    "video.before_rename", "media.half_written", "flow.after_rename", f"{ANALYZERS[0]}.before_rename",
    "report.after_rename:2", "ledger.before_commit:3", "ledger.after_commit:3",
)  # fmt: skip


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    made = Lab()
    yield made
    made.close()


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    render(CLIP, path)
    return path


@pytest.fixture(scope="module")
def empty(tmp_path_factory) -> Path:
    """Dagster's databases, made once: half of what a case would take."""
    data = tmp_path_factory.mktemp("empty")
    with open_instance(data) as instance:
        instance.get_runs(limit=1)
        instance.all_asset_keys()
    return data


@pytest.fixture(scope="module")
def undisturbed(lab, clip, empty, tmp_path_factory) -> dict:
    data = tmp_path_factory.mktemp("undisturbed") / "data"
    shutil.copytree(empty, data)
    assert lab.analyse(data, clip) == 0
    return told(data)


@pytest.fixture
def data(tmp_path, empty) -> Path:
    shutil.copytree(empty, tmp_path / "data")
    return tmp_path / "data"


def is_accounted_for(data: Path) -> None:
    """What holds at every moment, whoever has just been killed."""
    ledger = Ledger(data)
    assert ledger.unaccounted() == 0
    for entry in ledger.page(None, 0, 100):
        if entry.state in ("done", "partial"):
            assert entry.report_sha == sha(data)
    for path in (data / "tables").rglob("*.parquet"):
        if not path.name.startswith("."):
            pq.read_table(path)


def is_as_undisturbed(data: Path, undisturbed: dict) -> None:
    is_accounted_for(data)
    assert told(data) == undisturbed
    (entry,) = Ledger(data).page(None, 0, 100)
    assert (entry.state, entry.attempts <= 2) == ("done", True)


def survives(lab, clip, data, undisturbed, place: str) -> None:
    assert lab.analyse(data, clip, CRASH_AT=place) == -signal.SIGKILL, f"{place} is never passed"
    is_accounted_for(data)
    assert lab.analyse(data, clip) == 0
    is_as_undisturbed(data, undisturbed)
    for path in leftovers(data, older_s=-1):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert list(leftovers(data, older_s=-1)) == []


@pytest.mark.parametrize("place", HANDFUL)
def test_killed_and_done_again_it_is_as_undisturbed(lab, clip, data, undisturbed, place):
    survives(lab, clip, data, undisturbed, place)


@pytest.mark.faults
@pytest.mark.parametrize("place", [place for place in EVERYWHERE if place not in HANDFUL])
def test_killed_anywhere_and_done_again_it_is_as_undisturbed(lab, clip, data, undisturbed, place):
    survives(lab, clip, data, undisturbed, place)


def fails_and_recovers(lab, clip, data, undisturbed, number: int, error: str) -> bool:
    """Whether there was an n-th write to fail."""
    mark = data.parent / f"{number} has failed"
    lab.analyse(
        data, clip, FAIL_AT=f"{number}:{error}", FAIL_MARK=str(mark)
    )  # an analyzer's step is done again at once
    is_accounted_for(data)
    assert list(leftovers(data, older_s=-1)) == [], "a write that failed cleans up after itself"
    assert lab.analyse(data, clip) == 0
    is_as_undisturbed(data, undisturbed)
    return mark.exists()


@pytest.mark.parametrize(("number", "error"), [(4, "ENOSPC"), (15, "EIO")])
def test_a_write_that_fails_costs_nothing_but_the_attempt(lab, clip, data, undisturbed, number, error):
    assert fails_and_recovers(lab, clip, data, undisturbed, number, error)


@pytest.mark.faults
@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_whichever_write_fails_nothing_is_lost(lab, clip, empty, tmp_path, undisturbed, error):
    number, has_failed = 0, True
    while has_failed:
        number += 1
        data = tmp_path / str(number)
        shutil.copytree(empty, data)
        has_failed = fails_and_recovers(lab, clip, data, undisturbed, number, error)
        shutil.rmtree(data)
    assert number > 12
