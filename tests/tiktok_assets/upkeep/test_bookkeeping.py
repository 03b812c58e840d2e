"""What the ledger is told while a video goes through its assets."""

import hashlib
from pathlib import Path

import dagster as dg
import pytest

from resources import sources
from resources.door import MediaError, refusal
from resources.downloading.errors import DownloadError
from resources.ledger import Ledger
from tiktok_assets.definitions import build
from tiktok_assets.partitions import VIDEO_SET
from tiktok_assets.upkeep.bookkeeping import told

TIKTOK = "7000000000000000001"


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


@pytest.fixture
def ledger(store) -> Ledger:
    return Ledger(Path(store.root))


def run(instance, settings, video):
    instance.add_dynamic_partitions(VIDEO_SET, [video])
    job = build(settings).resolve_job_def("analyze")
    return job.execute_in_process(instance=instance, partition_key=video, raise_on_error=False)


def test_a_partition_added_by_hand_is_accepted_and_done(house, store, instance, ledger, clips, settings):
    video = sources.accept(store, clips[0])
    ledger.forget(video)
    result = run(instance, settings, video)
    entry = ledger.entry(video)
    report = (store.report_folder(video) / "report.json").read_bytes()
    assert (entry.state, entry.run_id, entry.source) == ("done", result.run_id, "by hand")
    assert entry.report_sha == hashlib.sha256(report).hexdigest()


@pytest.mark.expects_errors
def test_a_report_with_a_failure_is_partial_and_names_it(house, store, instance, ledger, clips, settings, faults):
    faults.glow = ValueError("broken")
    video = sources.accept(store, clips[0])
    run(instance, settings, video)
    entry = ledger.entry(video)
    assert (entry.state, entry.word) == ("partial", "some_failed")
    assert "glow: ValueError: broken" in entry.reason
    assert entry.remedy


def test_a_file_that_is_no_video_is_refused_once_and_for_all(house, store, instance, ledger, broken, settings):
    video = sources.accept(store, broken)
    run(instance, settings, video)
    entry = ledger.entry(video)
    assert (entry.state, entry.word, entry.attempts) == ("refused", "not_media", 1)
    assert entry.remedy


def refuse(store, video: str, error: MediaError) -> None:
    with pytest.raises(MediaError), told(store, video):
        raise error


def test_a_download_that_may_come_later_is_postponed_as_long_as_the_server_asks(store, ledger):
    ledger.begin(TIKTOK, "1")
    error = DownloadError("rate_limited", "too many", "wait", can_retry=True, retry_after_s=7200)
    refuse(store, TIKTOK, error)
    entry = ledger.entry(TIKTOK)
    assert (entry.state, entry.word) == ("waiting", "rate_limited")
    assert entry.due_at - entry.changed_at == pytest.approx(7200, abs=1)


@pytest.mark.parametrize(
    "word",
    [
        pytest.param("network", marks=pytest.mark.case("n9", "n10")),
        "rate_limited",
        pytest.param("extractor_broken", marks=pytest.mark.case("n18")),
    ],
)
def test_an_evening_without_a_network_costs_no_attempt(store, ledger, word):
    for number in range(10):
        ledger.begin(TIKTOK, str(number))
        refuse(store, TIKTOK, DownloadError(word, "not now", "wait", can_retry=True))
    assert (ledger.entry(TIKTOK).state, ledger.entry(TIKTOK).attempts) == ("waiting", 0)


def test_patience_has_an_end(store, ledger, monkeypatch):
    monkeypatch.setattr("tiktok_assets.upkeep.bookkeeping.PATIENCE_S", 0.0)
    for number in range(3):
        ledger.begin(TIKTOK, str(number))
        refuse(store, TIKTOK, DownloadError("network", "not now", "wait", can_retry=True))
    assert ledger.entry(TIKTOK).state == "gave_up"


def test_what_was_downloaded_and_does_not_open_is_downloaded_anew(store, ledger):
    ledger.begin(TIKTOK, "1")
    store.video_path(TIKTOK).parent.mkdir(parents=True)
    store.video_path(TIKTOK).write_text("<html>")
    refuse(store, TIKTOK, refusal("not_media"))
    assert ledger.entry(TIKTOK).state == "waiting"
    assert not store.video_path(TIKTOK).exists()


def test_what_no_retry_helps_is_refused(store, ledger):
    ledger.begin(TIKTOK, "1")
    refuse(store, TIKTOK, DownloadError("removed", "it is gone", "nothing", can_retry=False))
    assert (ledger.entry(TIKTOK).state, ledger.entry(TIKTOK).reason) == ("refused", "it is gone")
