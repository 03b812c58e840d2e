"""Another version's table is kept when it is replaced: beside the tables, a few of them, whole or not at all."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resources.store import KEPT, OUTCOME, Outcome, Store, outcome_in

ROOT = Path(__file__).parents[2]
VIDEO = "local-0123456789abcdef"
ONE = Outcome("ok", 1, "first", "builtin", rows=2)


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(root=str(tmp_path))


def table(*levels: float) -> pa.Table:
    return pa.table({"start_s": [float(n) for n in range(len(levels))], "level": list(levels)})


def write(store: Store, outcome: Outcome, *levels: float, analyzer: str = "glow") -> None:
    store.write_table(analyzer, VIDEO, table(*levels), outcome)


def kept(store: Store, analyzer: str = "glow") -> list[list[float]]:
    return [pq.read_table(path)["level"].to_pylist() for path in store.earlier(analyzer, VIDEO)]


def test_a_first_table_leaves_nothing_beside_it(store, tmp_path):
    write(store, ONE, 0.1)
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()] == [
        f"tables/glow/{VIDEO}.parquet"
    ]


def test_the_same_version_written_again_keeps_nothing(store, tmp_path):
    write(store, ONE, 0.1)
    write(store, replace(ONE, seconds=3.0, made_at="2026-01-01T00:00:00+00:00"), 0.1)
    assert not (tmp_path / "earlier").exists()


@pytest.mark.parametrize(
    "other",
    [
        replace(ONE, version=2, fingerprint="second"),
        replace(ONE, fingerprint="second"),
        replace(ONE, backend="lamp", model_id="lamp", model_rev="rev 1"),
    ],
    ids=["code", "settings", "model"],
)
def test_another_version_is_kept_with_its_outcome_and_outside_the_tables(store, tmp_path, other):
    write(store, ONE, 0.1, 0.2)
    write(store, other, 0.3)
    (path,) = store.earlier("glow", VIDEO)
    assert path == tmp_path / "earlier" / "glow" / VIDEO / f"{ONE.mark}.parquet"
    assert outcome_in(path) == ONE
    assert kept(store) == [[0.1, 0.2]]
    assert store.read_table("glow", VIDEO)["level"].to_pylist() == [0.3]
    assert len(list(tmp_path.glob("tables/*/*.parquet"))) == 1


def test_a_revision_of_a_model_alone_makes_a_version(store):
    lamp = replace(ONE, backend="lamp", model_id="lamp", model_rev="rev 1")
    write(store, lamp, 0.1)
    write(store, replace(lamp, model_rev="rev 2"), 0.2)
    assert kept(store) == [[0.1]]


def test_only_the_newest_few_are_kept(store):
    for number in range(KEPT + 3):
        write(store, replace(ONE, fingerprint=str(number)), float(number))
    last = KEPT + 2
    assert kept(store) == [[float(number)] for number in range(last - 1, last - 1 - KEPT, -1)]


@pytest.mark.parametrize("status", ["failed", "skipped"])
def test_what_found_nothing_for_a_fault_is_not_kept_and_does_not_drive_out_what_did(store, status):
    write(store, ONE, 0.1)
    write(store, replace(ONE, status=status, fingerprint="second", reason="no model"))
    assert kept(store) == [[0.1]]
    write(store, replace(ONE, fingerprint="third"), 0.3)
    assert kept(store) == [[0.1]]


def test_back_to_a_former_version_is_told_apart_from_it(store):
    for fingerprint, level in (("a", 0.1), ("b", 0.2), ("a", 0.1)):
        write(store, replace(ONE, fingerprint=fingerprint), level)
    assert kept(store) == [[0.2], [0.1]]


@pytest.mark.parametrize(
    ("analyzer", "model"), [("age_estimation", "any"), ("face_detection", "yunet_sface")], ids=["analyzer", "model"]
)
def test_what_is_biometric_is_never_kept_twice(store, tmp_path, analyzer, model):
    former = replace(ONE, backend=model, model_id=model)
    write(store, former, 0.1, analyzer=analyzer)
    write(store, replace(former, fingerprint="second"), 0.2, analyzer=analyzer)
    assert not (tmp_path / "earlier").exists()


def test_a_finder_of_faces_that_knows_nobody_is_kept(store):
    write(store, replace(ONE, backend="yunet", model_id="yunet"), 0.1, analyzer="face_detection")
    write(store, replace(ONE, fingerprint="second"), 0.2, analyzer="face_detection")
    assert kept(store, "face_detection") == [[0.1]]


@pytest.mark.parametrize("passage", [1, 2], ids=["while it is kept", "while the new one is written"])
@pytest.mark.parametrize("point", ["half_written", "before_rename", "after_rename"])
def test_a_writer_that_is_killed_leaves_every_table_whole(store, tmp_path, point, passage):
    write(store, ONE, 0.1)
    code = (
        "import sys; from resources import crash; from resources.store import Outcome, Store; import pyarrow as pa\n"
        "with crash.stage('glow'):\n"
        f"    Store(root=sys.argv[1]).write_table('glow', '{VIDEO}', pa.table({{'level': [0.2]}}), "
        "Outcome('ok', 2, 'second', 'builtin'))"
    )
    surroundings = os.environ | {"CRASH_AT": f"glow.{point}:{passage}"}
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=False, env=surroundings)
    assert done.returncode == -signal.SIGKILL
    is_new = (point, passage) == ("after_rename", 2)
    assert store.read_table("glow", VIDEO)["level"].to_pylist() == ([0.2] if is_new else [0.1])
    assert kept(store) in ([], [[0.1]])
    write(store, replace(ONE, version=2, fingerprint="second"), 0.2)
    assert kept(store) == [[0.1]]


def test_a_table_of_before_these_facts_were_noted_is_read_and_so_is_one_of_a_newer_house(store):
    path = store.table_path("glow", VIDEO)
    path.parent.mkdir(parents=True)
    told = asdict(ONE)
    for name in ("made_at", "device", "settings", "software", "model_files"):
        del told[name]
    for more in ({}, {"weather": "fine"}):
        pq.write_table(table(0.1).replace_schema_metadata({OUTCOME: json.dumps(told | more).encode()}), path)
        found = store.read_outcome("glow", VIDEO)
        assert found == ONE
        assert (found.made_at, found.software, found.settings) == (None, {}, {})
