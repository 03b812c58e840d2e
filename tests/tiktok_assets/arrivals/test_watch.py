"""`watch DIR`: what is put into a folder is analyzed here and now; what fails is told, and tried again when due."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer

from resources import sources
from resources.door import MediaError
from resources.ledger import ATTEMPTS, Ledger
from resources.settings import Settings
from tiktok_assets.arrivals import watch
from tiktok_assets.arrivals.room import shortage
from tiktok_assets.arrivals.watch import Watcher, watch_folder
from tiktok_assets.commands.analyze import Workshop, is_address, workshop
from tiktok_assets.definitions import silent

ROOT = Path(__file__).parents[3]
QUICK = 'disabled = ["camera_analysis", "color_analysis", "cut_analysis", "object_detection", "pacing_curve", ' + (
    '"speech_transcription", "text_overlay"]\n'
)


def url(number: int) -> str:
    return f"https://www.tiktok.com/@someone/video/{7_000_000_000_000_000_000 + number}"


def key(number: int) -> str:
    return str(7_000_000_000_000_000_000 + number)


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    return made


@pytest.fixture(autouse=True)
def here(monkeypatch):
    """Enough room on the disk, this process's signals left alone, and no waiting between two downloads."""
    monkeypatch.setattr(watch, "shortage", lambda *_: None)
    monkeypatch.setattr(watch, "stop_cleanly", lambda: None)
    monkeypatch.setattr("tiktok_assets.sources.AFTER_A_DOWNLOAD", None)


@pytest.fixture
def ledger(store) -> Ledger:
    return Ledger(Path(store.root))


@pytest.fixture
def downloads(monkeypatch, clips) -> dict[str, MediaError]:
    """What each video's download is answered with; a clip, where nothing is said."""
    answers: dict[str, MediaError] = {}
    real = sources.fetch

    def fetch(store, video, *rest):
        if video.startswith("local-"):
            return real(store, video, *rest)
        if video in answers:
            raise answers[video]
        store.video_path(video).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(clips[0], store.video_path(video))
        return store.video_path(video)

    monkeypatch.setattr(sources, "fetch", fetch)
    return answers


def drop(folder: Path, name: str, content: str | Path) -> None:
    path = folder / name
    if isinstance(content, Path):
        shutil.copy(content, path)
    else:
        path.write_text(content)
    os.utime(path, (0, 0))


def once(folder: Path, capfd, settings: Settings) -> tuple[int, list[dict]]:
    capfd.readouterr()
    code = watch_folder(folder, settings, is_once=True, as_json=True)
    return code, [json.loads(line) for line in capfd.readouterr().out.splitlines()]


def test_lists_and_media_are_analyzed_and_put_away(house, folder, store, settings, clips, downloads, ledger, capfd):
    drop(folder, "a.mp4", clips[1])
    drop(folder, "list.txt", f"{url(1)}\nnonsense\n")
    code, told = once(folder, capfd, settings)
    assert [one["status"] for one in told] == ["refused", "ok", "ok"]
    assert {one["file"] for one in told} == {"list.txt", url(1), str(folder / "a.mp4")}
    assert all(Path(one["report"]).exists() for one in told[1:])
    assert (code, ledger.counts()["done"]) == (3, 2)
    assert {path.name for path in (folder / "done").iterdir()} == {"a.mp4", "list.txt", "list.txt.errors"}
    assert once(folder, capfd, settings) == (0, [])


def test_a_download_that_fails_is_told_with_its_remedy_and_tried_again_when_due(
    house, folder, store, settings, downloads, ledger, capfd
):
    downloads[key(1)] = MediaError("network", "the network did not carry it", "check it", can_retry=True)
    downloads[key(2)] = MediaError("removed", "the post does not exist", "bring the file", can_retry=False)
    drop(folder, "list.txt", f"{url(1)}\n{url(2)}\n")
    code, (later, never) = once(folder, capfd, settings)
    assert (code, later["word"], later["remedy"]) == (3, "network", "check it")
    assert later["tried_again_at"] > time.time()
    assert (never["word"], never["tried_again_at"]) == ("removed", None)
    assert once(folder, capfd, settings) == (0, [])
    del downloads[key(1)]
    ledger.put_off(key(1), 0)
    code, (again,) = once(folder, capfd, settings)
    assert (code, again["status"], again["video_id"]) == (0, "ok", key(1))


@pytest.mark.parametrize(
    ("word", "told"), [("broken_file", f", for the 2nd of {ATTEMPTS} times\n"), ("network", "Tried again at ")]
)
def test_people_read_one_line_a_finished_video(house, folder, store, settings, clips, downloads, capfd, word, told):
    downloads[key(1)] = MediaError(word, "the network did not carry it", "check it", can_retry=True)
    drop(folder, "a.mp4", clips[1])
    drop(folder, "list.txt", url(1))
    watch_folder(folder, settings, is_once=True, as_json=False)
    said = capfd.readouterr()
    assert len([line for line in said.out.splitlines() if "a.mp4" in line and "report.json" in line]) == 1
    assert "Check it" in said.err
    assert told in said.err
    assert ("times" in said.err) == (word == "broken_file")


@pytest.fixture
def shop(house, store, settings):
    with workshop(settings, [], silent) as made:
        yield made


def test_what_a_killed_process_was_at_is_gone_on_with(shop, folder, downloads, ledger):
    ledger.accept(key(1), url(1))
    ledger.begin(key(1), "a run that nobody knows any more")
    (result,) = Watcher(shop, folder).results(is_once=True)
    assert (result.status, result.video_id) == ("ok", key(1))
    assert ledger.entry(key(1)).attempts == 2


def test_what_kills_every_process_is_given_up_in_the_end(shop, folder, downloads, ledger):
    ledger.accept(key(1), url(1))
    for attempt in range(ATTEMPTS):
        ledger.begin(key(1), f"run {attempt}")
        Watcher(shop, folder)._resume()
    assert ledger.entry(key(1)).state == "gave_up"
    assert list(Watcher(shop, folder).results(is_once=True)) == []


def test_an_interruption_costs_no_attempt(shop, folder, downloads, ledger, monkeypatch):
    drop(folder, "list.txt", url(1))

    def interrupt(store, video, *_):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)

    with monkeypatch.context() as interrupted:
        interrupted.setattr(sources, "fetch", interrupt)
        with pytest.raises(KeyboardInterrupt):
            list(Watcher(shop, folder).results(is_once=True))
    entry = ledger.entry(key(1))
    assert (entry.state, entry.attempts) == ("waiting", 0)
    (result,) = Watcher(shop, folder).results(is_once=True)
    assert result.status == "ok"


def test_where_the_daemon_runs_it_keeps_what_it_was_handed(shop, folder, downloads, ledger, monkeypatch):
    ledger.accept_many([(key(1), url(1)), (key(2), url(2))])
    shop.instance.add_dynamic_partitions("videos", [key(1)])
    monkeypatch.setattr(watch, "_daemon_is_alive", lambda shop: True)
    drop(folder, "list.txt", url(3))
    done = [result.video_id for result in Watcher(shop, folder).results(is_once=True)]
    assert done == [key(2), key(3)]
    assert ledger.entry(key(1)).state == "waiting"


def test_a_step_of_ours_that_falls_over_is_tried_again_and_given_up(shop, folder, ledger, monkeypatch):
    def fall(*_):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(sources, "fetch", fall)
    ledger.accept(key(1), url(1))
    for _ in range(ATTEMPTS):
        ledger.put_off(key(1), 0)
        (result,) = Watcher(shop, folder).results(is_once=True)
        assert result.status == "error"
        assert "a fault of ours" in result.reason
    assert ledger.entry(key(1)).state == "gave_up"


def test_a_disk_that_fills_up_stops_taking_and_is_told(house, folder, store, settings, capfd, monkeypatch):
    drop(folder, "list.txt", url(1))
    monkeypatch.setattr(watch, "shortage", lambda *_: "the disk is nearly full")
    with pytest.raises(typer.Exit) as stopped:
        watch_folder(folder, settings, is_once=True, as_json=False)
    assert stopped.value.exit_code == 5
    assert "nearly full" in capfd.readouterr().err
    assert (folder / "list.txt").exists()


@pytest.mark.parametrize(
    ("given", "is_one"),
    [
        ("https://www.tiktok.com/@a/video/7000000000000000001", True),
        ("www.tiktok.com/@a/video/7000000000000000001", True),
        ("file:///etc/passwd", True),
        ("clip.mp4", False),
        ("tiktok.com.mp4", False),
        ("/videos/tiktok/a.mp4", False),
    ],
)
def test_addresses_are_told_from_files(given, is_one):
    assert is_address(given) == is_one


def test_an_address_is_analyzed_like_a_file(shop: Workshop, downloads, ledger):
    result = shop.analyze(url(1) + "?_r=1")
    assert (result.status, result.video_id, result.file) == ("ok", key(1), url(1) + "?_r=1")
    downloads[key(2)] = MediaError("private", "the post is private", "set `cookies`", can_retry=False)
    result = shop.analyze(url(2))
    assert (result.status, result.word, result.remedy) == ("refused", "private", "set `cookies`")
    assert ledger.counts()["refused"] == 1


# As a process


def command(*words: str, data: Path, settings: str = "") -> subprocess.Popen[str]:
    data.mkdir(exist_ok=True)
    (data / "tiktok.toml").write_text("free_gb = 0.1\n" + settings)
    surroundings = os.environ | {
        "TIKTOK_DATA": str(data),
        "TIKTOK_SETTINGS": str(data / "tiktok.toml"),
        "NO_COLOR": "1",
        "COLUMNS": "200",
    }
    words = (sys.executable, "-m", "tiktok_assets", *words)
    return subprocess.Popen(
        words, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_ctrl_c_ends_it_cleanly(tmp_path, folder, clips):
    if short := shortage(tmp_path, 0.1):
        pytest.skip(short)
    drop(folder, "a.mp4", clips[1])
    running = command("watch", str(folder), data=tmp_path / "data", settings=QUICK)
    lines = [running.stdout.readline(), running.stdout.readline()]
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")
    assert "Ctrl-C ends it" in lines[0]
    assert "a.mp4" in lines[1]
    assert "stopped" in out


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path):
    running = command("watch", str(tmp_path / "nowhere"), data=tmp_path / "data")
    _, err = running.communicate(timeout=60)
    assert running.returncode == 2
    assert "there is no such folder" in err


def test_addresses_that_cannot_be_taken_are_refused_one_by_one_without_a_trace(tmp_path):
    given = ("https://example.org/@a/video/7000000000000000001", "https://www.tiktok.com/@a/live", url(1)[8:])
    running = command("analyze", *given, data=tmp_path / "data")
    _, err = running.communicate(timeout=60)
    assert running.returncode == 3
    assert [line.split(": ")[1] for line in err.splitlines() if "✗" in line] == [
        "bad_url",
        "unsupported_kind",
        "bad_url",
    ]
    assert "https://www.tiktok.com/@name/video/" in err
    assert "Traceback" not in err
