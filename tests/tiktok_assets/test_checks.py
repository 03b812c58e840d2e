"""The checks bite: each kind of damage to a table turns the check red that is there for it."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from resources.store import Outcome
from tiktok_assets.analysis import analyse
from tiktok_assets.checks import verdicts
from tiktok_assets.coverage import read_clock

OK = Outcome("ok", 1, "f", "builtin")


@pytest.fixture
def checked(house, store, video, settings):
    """Check a table of `glow` after some damage."""
    analyse(house["glow"], store, video, settings)
    whole, clock = store.read_table("glow", video), read_clock(store, video)

    def check(damage=lambda table: table, outcome=OK, at=clock) -> set[str]:
        found = verdicts(house["glow"], outcome, damage(whole), at)
        return {verdict.check for verdict in found if not verdict.passed}

    check.clock = clock  # type: ignore[attr-defined]
    return check


def with_column(table: pa.Table, name: str, values: list) -> pa.Table:
    at = table.column_names.index(name)
    return table.set_column(at, table.schema.field(name), pa.array(values, table.schema.field(name).type))


def test_a_whole_table_passes(checked):
    assert checked() == set()


def test_a_missing_column_is_seen(checked):
    assert checked(lambda t: t.drop_columns(["level"])) == {"schema"}


@pytest.mark.parametrize("time_s", [-0.5, 99.0])
def test_a_row_outside_the_video_is_seen(checked, time_s):
    assert "schema" in checked(lambda t: with_column(t, "start_s", [time_s] * t.num_rows))


def test_a_placeholder_is_seen(checked):
    assert checked(lambda t: with_column(t, "backend", ["x"] * t.num_rows)) == set()
    assert checked(lambda t: with_column(t, "level", [float("nan")] * t.num_rows)) == {"no_placeholders"}


def test_a_gap_is_seen(checked):
    thinned = replace(checked.clock, sampled_t_s=np.array([0.0, 1.4]))
    assert checked(at=thinned) == {"coverage"}


@pytest.mark.parametrize(("status", "is_warning"), [("failed", False), ("skipped", True), ("degraded", True)])
def test_an_outcome_is_shown(house, store, video, settings, checked, status, is_warning):
    outcome = replace(OK, status=status, reason="because", remedy="Do this")
    (verdict,) = [
        v
        for v in verdicts(house["glow"], outcome, store.read_table("glow", video), checked.clock)
        if v.check == "status"
    ]
    assert (verdict.passed, verdict.is_warning) == (False, is_warning)
    assert verdict.said == f"{status}: because. Do this"
