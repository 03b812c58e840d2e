"""Health and metrics: what is well is said to be well, what is not is named."""

import sqlite3
import threading
import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from resources.cards import Card
from tests.tiktok_assets.api.conftest import VIDEO, client_of, finish, write_report
from tiktok_assets.api import probes
from tiktok_assets.api.health import answers
from tiktok_assets.api.probes import Doctor, Finding


@pytest.fixture
def well(monkeypatch):
    """A daemon that is alive."""
    monkeypatch.setitem(probes.PROBES, "daemon", lambda _house: Finding("good", "alive"))
    monkeypatch.setitem(probes.PROBES, "sensors", lambda _house: Finding("good", "asked"))


def test_a_house_that_is_well_says_so(client, house):
    alive = {name: (lambda _house: Finding("good", "alive")) for name in ("daemon", "sensors")}
    found = Doctor(house, probes.PROBES | alive).examine()
    assert {name: f.found for name, f in found.items() if f.verdict == "bad"} == {}
    assert client.get("/health/live").json() == {"status": "alive"}


@pytest.mark.usefixtures("well")
def test_health_is_200_with_every_part_in_it(make_house):
    with client_of(make_house()) as client:
        answer = client.get("/health")
        assert (answer.status_code, answer.json()["status"], answer.json()["reasons"]) == (200, "ok", [])
        assert set(answer.json()["parts"]) == {*probes.PROBES, "api"}
        assert client.get("/health/ready").status_code == 200


def test_without_a_daemon_it_is_degraded_and_says_why(client):
    answer = client.get("/health")
    assert answer.status_code == 503
    assert any(reason.startswith("daemon: not heard of") for reason in answer.json()["reasons"])
    assert client.get("/health/ready").status_code == 503
    assert client.get("/health/live").status_code == 200


@pytest.mark.usefixtures("well")
@pytest.mark.parametrize(
    ("memory", "heat", "named"), [(0.95, 50, "memory"), (0.5, 85, "85 °C"), (0.5, None, None), (0.89, 79, None)]
)
def test_a_full_or_hot_card_is_named(make_house, monkeypatch, memory, heat, named):
    card = Card("A card", int(memory * 1000), 1000, heat, 0.5, None)
    monkeypatch.setattr(probes, "cards", lambda: [card])
    monkeypatch.setattr("tiktok_assets.api.metrics.cards", lambda: [card])
    with client_of(make_house()) as client:
        answer = client.get("/health")
        assert answer.status_code == (503 if named else 200)
        assert named is None or named in answer.json()["reasons"][0]
        assert read(client)["tiktok_gpu_memory_used_ratio", "0"] == memory


@pytest.mark.usefixtures("well")
def test_a_nearly_full_disk_is_named(make_house, monkeypatch):
    house = make_house()
    monkeypatch.setattr("tiktok_assets.api.probes.shortage", lambda *_: "2 GB are free")
    with client_of(house) as client:
        assert client.get("/health").json()["reasons"] == ["disk: 2 GB are free"]
        assert client.get("/health/ready").status_code == 503


@pytest.mark.usefixtures("well")
def test_a_lost_input_is_an_alarm_in_health_and_metrics(make_house):
    house = make_house()
    house.ledger.accept(VIDEO, "x")
    with sqlite3.connect(house.data / "ledger.sqlite") as db:
        db.execute("DELETE FROM inputs")
    with client_of(house) as client:
        assert "ledger: 1 accepted inputs are unaccounted for" in client.get("/health").json()["reasons"]
        assert read(client)["tiktok_ledger_unaccounted",] == 1


@pytest.mark.usefixtures("well")
@pytest.mark.case("a16")
def test_a_locked_ledger_is_named_in_time_and_the_rest_is_told(make_house):
    house = make_house()
    house.ledger.accept(VIDEO, "x")
    locked = sqlite3.connect(house.data / "ledger.sqlite", isolation_level=None)
    locked.execute("PRAGMA locking_mode = EXCLUSIVE")
    locked.execute("BEGIN EXCLUSIVE")
    with client_of(house) as client:
        began = time.monotonic()
        answer = client.get("/health")
        assert time.monotonic() - began < 10  # the lock is waited for 30 s
        assert client.get("/health/live").status_code == 200
        assert answer.status_code == 503
        assert any(reason.startswith("ledger: ") for reason in answer.json()["reasons"])
        assert answer.json()["parts"]["disk"]["verdict"] == "good"
        locked.close()


@pytest.mark.usefixtures("well")
@pytest.mark.case("a16")
def test_a_ledger_that_is_no_database_is_named(make_house):
    house = make_house()
    (house.data / "ledger.sqlite").write_bytes(b"not a database at all" * 100)
    with client_of(house) as client:
        assert "ledger: DatabaseError: file is not a database" in client.get("/health").json()["reasons"]
        found = read(client)
    assert found["tiktok_part_readable", "ledger"] == 0
    assert found["tiktok_part_readable", "dagster"] == 1


def test_a_probe_that_hangs_is_asked_once_not_over_and_over(house, monkeypatch):
    monkeypatch.setattr(probes, "ANSWER_S", 0.05)
    monkeypatch.setattr(probes, "KEPT_S", 0.0)
    is_over, asked = threading.Event(), []

    def hangs(_house):
        asked.append(1)
        is_over.wait(10)
        return Finding("good", "at last")

    doctor = Doctor(house, {"slow": hangs})
    assert [doctor.examine()["slow"].verdict for _ in range(3)] == ["bad"] * 3
    assert len(asked) == 1
    is_over.set()
    doctor.close()


def test_a_database_that_was_being_written_is_asked_once_more(house):
    asked = []

    def busy(_house):
        asked.append(1)
        if len(asked) == 1:
            raise sqlite3.OperationalError("database is locked")
        return Finding("good", "alive")

    assert Doctor(house, {"busy": busy}).examine()["busy"].verdict == "good"
    assert len(asked) == 2


def test_slow_answers_are_an_alarm():
    assert answers([0.01] * 99 + [2.0]).verdict == "bad"
    assert answers([0.01] * 990 + [2.0] * 9).verdict == "good"
    assert answers([]).verdict == "good"


# Metrics


def read(client) -> dict[tuple[str, ...], float]:
    text = client.get("/metrics").text
    families = text_string_to_metric_families(text)
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def test_metrics_count_inputs_runs_and_seconds(client, house):
    for number in range(4):
        house.ledger.accept(f"730000000000000000{number}", "x")
    house.ledger.finish("7300000000000000000", "refused", "private", "it is", "log in")
    finish(house, "7300000000000000001")
    write_report(house, "7300000000000000001")
    found = read(client)
    assert found["tiktok_inputs", "waiting"] == 2
    assert found["tiktok_inputs", "refused"] == 1
    assert found["tiktok_inputs_by_word", "refused", "private"] == 1
    assert found["tiktok_ledger_unaccounted",] == 0
    assert found["tiktok_videos_per_hour",] == 1
    assert found["tiktok_analyzer_seconds", "cut_analysis"] == 1.5
    assert found["tiktok_runs", "queued"] == 0
    assert 0 <= found["tiktok_queue_age_seconds",] < 60
    assert 0 < found["tiktok_disk_free_ratio",] < 1
    assert {value for (name, *_), value in found.items() if name == "tiktok_part_readable"} == {1}


def test_without_a_card_there_are_no_figures_of_one(client, monkeypatch):
    monkeypatch.setattr("tiktok_assets.api.metrics.cards", list)
    assert not [key for key in read(client) if key[0].startswith("tiktok_gpu")]
