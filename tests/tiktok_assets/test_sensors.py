"""The drop folder's sensor: what is accepted is in the ledger at once, and becomes partitions in doses."""

import os
import shutil
import time
from pathlib import Path

import dagster as dg
import pytest

from resources.ledger import Ledger
from tiktok_assets import sensors
from tiktok_assets.arrivals import inbox as taking
from tiktok_assets.arrivals import room
from tiktok_assets.arrivals.inbox import DOSE, IN_HAND
from tiktok_assets.partitions import VIDEO_SET
from tiktok_assets.sensors import drop_folder


def url(number: int) -> str:
    return f"https://www.tiktok.com/@someone/video/{7_000_000_000_000_000_000 + number}"


def key(number: int) -> str:
    return str(7_000_000_000_000_000_000 + number)


@pytest.fixture
def inbox(store, tmp_path, monkeypatch):
    monkeypatch.setattr(sensors, "shortage", lambda *_: None)
    folder = tmp_path / "data" / "inbox"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def drop(inbox, clip, name: str, age_s: float = 60):
    path = inbox / name
    shutil.copy(clip, path)
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def drop_list(inbox, name: str, lines) -> Path:
    path = inbox / name
    path.write_text("\n".join(lines))
    os.utime(path, (0, 0))
    return path


def ask(instance, store, cursor: str | None = None) -> dg.SensorResult:
    """One evaluation, of which the daemon has not stored anything yet."""
    answer = drop_folder(dg.build_sensor_context(instance=instance, cursor=cursor, resources={"store": store}))
    assert isinstance(answer, dg.SensorResult)
    return answer


def tick(instance, store) -> list[str]:
    """One tick, and what the daemon does with its answer."""
    result = ask(instance, store)
    new = [key for request in result.dynamic_partitions_requests for key in request.partition_keys]
    instance.add_dynamic_partitions(VIDEO_SET, new)
    return new


def test_a_file_becomes_a_partition_and_is_put_away(house, inbox, clips, instance, store):
    path = drop(inbox, clips[0], "ünï \U0001f389.mp4")
    (video,) = tick(instance, store)
    assert store.video_path(video).exists()
    assert (inbox / "done" / path.name).exists()
    assert tick(instance, store) == []


def test_a_list_becomes_partitions_with_their_requests(house, inbox, instance, store):
    drop_list(inbox, "list.txt", [url(1), "nonsense", url(2)])
    assert tick(instance, store) == [key(1), key(2)]
    assert all(store.request_path(key(n)).exists() for n in (1, 2))
    assert (inbox / "done/list.txt.errors").read_text().startswith("line 2: bad_url")


def test_an_answer_that_is_lost_is_given_again(house, inbox, clips, instance, store):
    drop(inbox, clips[0], "a.mp4")
    drop_list(inbox, "list.txt", [url(n) for n in range(3)])
    lost = ask(instance, store)
    assert len(lost.dynamic_partitions_requests[0].partition_keys) == 4
    assert len(tick(instance, store)) == 4
    assert tick(instance, store) == []
    assert Ledger(Path(store.root)).accepted() == 4


class DeathError(BaseException):
    """Stands for the end of the daemon."""


@pytest.mark.parametrize("where", ["Inbox.take", "next_dose", "prepare", "_answer"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.case("u32")
def test_a_daemon_that_dies_in_a_tick_loses_nothing_and_does_nothing_twice(
    house, inbox, instance, store, monkeypatch, where, after
):
    drop_list(inbox, "list.txt", [url(n) for n in range(120)])
    owner, last = (taking.Inbox, "take") if "." in where else (sensors, where)
    real = getattr(owner, last)

    def die(*given):
        if after:
            real(*given)
        raise DeathError

    handed: list[str] = tick(instance, store) if where == "next_dose" else []
    with monkeypatch.context() as dying:
        dying.setattr(owner, last, die)
        with pytest.raises(DeathError):
            ask(instance, store)
    while new := tick(instance, store):
        handed += new
    assert handed == [key(n) for n in range(120)]
    assert Ledger(Path(store.root)).unaccounted() == 0


@pytest.mark.case("u11")
def test_many_are_handed_over_in_doses_and_in_their_order(house, inbox, instance, store):
    n_all = 5000
    drop_list(inbox, "list.txt", [url(n) for n in range(n_all)])
    drop_list(inbox, "same.txt", [url(n) for n in range(0, n_all, 2)])
    ledger, handed = Ledger(Path(store.root)), tick(instance, store)
    assert len(ledger.unfinished()) == n_all
    while len(handed) < IN_HAND:
        new = tick(instance, store)
        assert len(new) == DOSE
        handed += new
    assert tick(instance, store) == []
    assert f"{n_all:,} videos wait" in str(ask(instance, store).skip_reason)
    for video in handed[:3]:
        ledger.finish(video, "refused", "removed", "", "")
    handed += tick(instance, store)
    assert handed == [key(n) for n in range(IN_HAND + 3)]


def test_what_the_settings_no_longer_allow_is_refused_and_holds_up_nothing(house, inbox, instance, store):
    ledger = Ledger(Path(store.root))
    ledger.accept_many([(key(1), "https://no.longer.example/@a/video/7000000000000000001"), (key(2), url(2))])
    assert tick(instance, store) == [key(2)]
    assert (ledger.entry(key(1)).state, ledger.entry(key(1)).word) == ("refused", "bad_url")


def test_a_refused_file_lies_beside_its_reason_and_does_not_stop_the_others(house, inbox, clips, instance, store):
    (inbox / "link.mp4").symlink_to("/etc/passwd")
    os.utime(inbox / "link.mp4", (0, 0), follow_symlinks=False)
    drop(inbox, clips[0], "good.mp4")
    assert len(tick(instance, store)) == 1
    assert "outside_root" in (inbox / "rejected" / "link.mp4.error").read_text()


def test_an_empty_inbox_says_so(house, inbox, instance, store):
    assert "nothing new" in str(ask(instance, store).skip_reason)


@pytest.mark.case("u29")
def test_a_missing_inbox_is_made(house, inbox, instance, store):
    inbox.rmdir()
    assert "nothing new" in str(ask(instance, store).skip_reason)
    assert inbox.is_dir()


@pytest.mark.case("u29")
def test_an_inbox_that_cannot_be_used_is_told_once_and_what_waits_goes_on(house, inbox, instance, store, capfd):
    Ledger(Path(store.root)).accept(key(1), url(1))
    inbox.rmdir()
    inbox.write_text("a file in its place")
    first = ask(instance, store)
    assert first.dynamic_partitions_requests[0].partition_keys == [key(1)]
    instance.add_dynamic_partitions(VIDEO_SET, [key(1)])
    second = ask(instance, store, first.cursor)
    assert "the drop folder" in str(second.skip_reason)
    assert capfd.readouterr().err.count("the drop folder") == 1


@pytest.mark.case("u31")
def test_nothing_is_taken_or_handed_over_while_the_disk_is_nearly_full(house, inbox, instance, store, monkeypatch):
    drop_list(inbox, "list.txt", [url(1)])
    monkeypatch.setattr(sensors, "shortage", lambda *_: "the disk is nearly full: 1.2 GB")
    full = ask(instance, store)
    assert "nearly full" in str(full.skip_reason)
    monkeypatch.setattr(sensors, "shortage", lambda *_: "the disk is nearly full: 1.1 GB")
    assert ask(instance, store, full.cursor).cursor == full.cursor
    monkeypatch.setattr(sensors, "shortage", lambda *_: None)
    assert tick(instance, store) == [key(1)]


def test_a_ledger_that_cannot_be_written_is_told_and_takes_nothing(house, inbox, instance, store):
    path = drop_list(inbox, "list.txt", [url(1)])
    (inbox.parent / "ledger.sqlite").write_text("this is no database, and long enough to be looked at " * 20)
    assert "nothing can be taken" in str(ask(instance, store).skip_reason)
    assert path.exists()


@pytest.mark.parametrize(
    ("total_gb", "free_gb", "is_short"),
    [
        (1000, 4, True),
        (1000, 19, True),
        (1000, 21, False),
        (100, 9, True),
        (100, 11, False),
        (20, 4, True),
        (20, 6, False),
    ],
)
def test_room_is_a_share_of_the_disk_within_bounds(tmp_path, monkeypatch, total_gb, free_gb, is_short):
    disk = shutil._ntuple_diskusage(total_gb * 10**9, 0, free_gb * 10**9)
    monkeypatch.setattr(room.shutil, "disk_usage", lambda folder: disk)
    said = room.shortage(tmp_path / "not" / "there", free_gb=0)
    assert (said is not None) == is_short
    if said:
        assert "clean" in said


def test_who_says_how_much_must_be_free_is_heeded(tmp_path, monkeypatch):
    monkeypatch.setattr(room.shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10**12, 0, 3 * 10**9))
    assert room.shortage(tmp_path, free_gb=2) is None
    assert "4 GB must be" in (room.shortage(tmp_path, free_gb=4) or "")
