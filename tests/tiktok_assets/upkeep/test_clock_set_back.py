"""The clock was ahead and was set back: nothing waits for a time that was written down by it."""

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    SensorInstigatorData,
)
from dagster._core.storage.dagster_run import DagsterRunStatus
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

from resources.ledger import Ledger
from tests.tiktok_assets.upkeep.small import small
from tiktok_assets.api.probes import sensors
from tiktok_assets.upkeep.recover import recover

KEY, OTHER = "local-0123456789abcdef", "local-fedcba9876543210"
TWO_HOURS_S = 7200.0
REPOSITORY = RemoteRepositoryOrigin(ManagedGrpcPythonEnvCodeLocationOrigin(LoadableTargetOrigin(module_name="m")), "r")


@pytest.fixture
def instance(tmp_path):
    with dg.DagsterInstance.local_temp(str(tmp_path)) as made:
        yield made


@pytest.fixture
def clock(monkeypatch):
    shift = [0.0]
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + shift[0])
    return shift


def asked_at(instance, at_s: float, again: InstigatorState | None = None) -> InstigatorState:
    """A sensor that was asked then."""
    data = SensorInstigatorData(last_tick_timestamp=at_s, last_tick_start_timestamp=at_s, min_interval=10, cursor="c")
    if again:
        return instance.update_instigator_state(again.with_data(data))
    origin = RemoteInstigatorOrigin(REPOSITORY, "drop_folder")
    state = InstigatorState(origin, InstigatorType.SENSOR, InstigatorStatus.RUNNING, data)
    return instance.add_instigator_state(state)


def told(instance, state: InstigatorState) -> SensorInstigatorData:
    return instance.get_instigator_state(state.instigator_origin_id, state.selector_id).instigator_data


def test_a_sensor_that_was_asked_in_the_future_is_asked_again_and_keeps_its_cursor(store, instance):
    state = asked_at(instance, time.time() + TWO_HOURS_S)
    house: Any = SimpleNamespace(instance=instance)
    assert "recover" in sensors(house).remedy
    assert recover(store, instance).woken == ["drop_folder"]
    now = told(instance, state)
    assert (now.last_tick_timestamp, now.last_tick_start_timestamp, now.cursor) == (None, None, "c")
    asked_at(instance, time.time(), again=state)
    assert sensors(house).verdict == "good"


def test_a_sensor_that_was_asked_just_now_is_left_alone(store, instance):
    state = asked_at(instance, time.time() - 3)
    before = told(instance, state)
    assert recover(store, instance).woken == []
    assert told(instance, state) == before


def test_an_input_that_was_accepted_in_the_future_is_due_now(store, instance, clock):
    ledger = Ledger(Path(store.root))
    ledger.accept(OTHER, "a")
    ledger.put_off(OTHER, TWO_HOURS_S)
    clock[0] = TWO_HOURS_S
    ledger.accept(KEY, "b")
    clock[0] = 0.0
    assert ledger.due(10) == []
    assert recover(store, instance).woken == [KEY]
    assert [entry.video for entry in ledger.due(10)] == [KEY], "one that was put off on purpose waits on"
    assert recover(store, instance).woken == []


def test_a_retry_that_was_promised_in_the_future_is_not_waited_for(store, instance, clock):
    clock[0] = TWO_HOURS_S
    run_id = instance.create_run_for_job(small, tags={"dagster/partition": KEY}).run_id
    instance.report_run_failed(instance.get_run_by_id(run_id))
    instance.add_run_tags(run_id, {"dagster/will_retry": "true"})
    ledger = Ledger(Path(store.root))
    ledger.begin(KEY, run_id)
    assert recover(store, instance).waiting == []
    clock[0] = 0.0
    assert instance.get_run_by_id(run_id).status == DagsterRunStatus.FAILURE
    assert recover(store, instance).waiting == [KEY]
    assert ledger.entry(KEY).state == "waiting"
