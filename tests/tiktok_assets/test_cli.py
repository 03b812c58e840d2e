"""The command line: what it prints, what it exits with, and what it does with nonsense."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from resources.ledger import Ledger
from tests.battery.film import copy

ROOT = Path(__file__).parents[2]


def cli(*words: str | bytes, data: Path, **env: str) -> subprocess.CompletedProcess[str]:
    surroundings = os.environ | {"TIKTOK_DATA": str(data), "NO_COLOR": "1", "COLUMNS": "120"} | env
    command = [sys.executable, "-m", "tiktok_assets", *words]
    return subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def analyzed(tmp_path_factory, clips) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Three files, the one in the middle no video, analyzed by the quick analyzers alone."""
    data = tmp_path_factory.mktemp("data")
    page = data / "page.mp4"
    page.write_text("<html>403 Forbidden</html>")
    files = [str(clips[0]), str(page), str(clips[1])]
    return data, cli("analyze", *files, "--only", "audio_analysis", "--json", data=data)


@pytest.mark.case("k5")
def test_json_is_one_object_a_video(analyzed):
    _, done = analyzed
    blue, page, red = [json.loads(line) for line in done.stdout.splitlines()]
    assert (blue["status"], page["status"], red["status"]) == ("ok", "refused", "ok")
    assert set(blue["analyzers"]["audio_analysis"]) == {"status", "rows", "seconds", "backend"}
    assert blue["analyzers"]["audio_analysis"]["status"] == "ok"
    assert red["analyzers"]["audio_analysis"]["status"] == "none_found"
    assert Path(blue["report"]).exists()
    assert (page["word"], bool(page["remedy"])) == ("not_media", True)


def test_a_refused_file_decides_the_exit_code_and_costs_the_others_nothing(analyzed):
    _, done = analyzed
    assert done.returncode == 3
    assert done.stderr == ""


def test_a_damaged_file_is_used_as_far_as_it_goes_and_says_what_is_gone(tmp_path, clips):
    whole = copy([clips[0]], tmp_path / "front.mp4", container={"movflags": "+faststart"})
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    done = cli("analyze", str(cut), "--only", "audio_analysis", "--json", data=tmp_path)
    told = json.loads(done.stdout)
    assert (done.returncode, told["status"], told["warnings"]) == (0, "partial", ["truncated"])
    report = json.loads(Path(told["report"]).read_text())
    assert report["summary"]["complete"] is False
    assert report["media"]["lost_s"] > 0
    assert report["coverage"]["audio_analysis"]["status"][-1] == "lost"


def test_results_lists_videos_and_their_analyzers(analyzed):
    data, done = analyzed
    video = json.loads(done.stdout.splitlines()[0])["video_id"]
    assert "blue.mp4" in cli("results", data=data).stdout
    rows = [json.loads(line) for line in cli("results", video, "--json", data=data).stdout.splitlines()]
    assert [(row["analyzer"], row["status"]) for row in rows] == [("audio_analysis", "ok")]


def test_report_names_its_page_and_puts_the_video_into_it(analyzed):
    data, done = analyzed
    blue = json.loads(done.stdout.splitlines()[0])
    page = Path(blue["report"]).with_name("page.html")
    beside = page.stat().st_size
    told = cli("report", blue["video_id"], "--embed", data=data)
    assert str(page) in "".join(told.stdout.split())
    assert page.stat().st_size > beside


def test_report_shows_where_it_is_and_prints_it_whole(analyzed):
    data, done = analyzed
    video = json.loads(done.stdout.splitlines()[0])["video_id"]
    assert str(data / "reports" / video / "report.json") in cli("report", video, data=data).stdout
    whole = json.loads(cli("report", video, "--json", data=data).stdout)
    assert whole["video"]["id"] == video


@pytest.mark.case("k4")
def test_plain_lines_where_there_is_no_terminal(tmp_path, clips):
    done = cli("analyze", str(clips[1]), "--only", "audio_analysis", data=tmp_path, NO_COLOR="", TERM="xterm-256color")
    assert done.returncode == 0, done.stderr
    assert "audio_analysis" in done.stdout
    assert "none_found" in done.stdout
    assert "\x1b" not in done.stdout
    assert "report.json" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["analyze", "x.mp4", "--only", "cut_analyses"], "Did you mean `cut_analysis`"),
        (["analyze", "x.mp4", "--profile", "fast"], "`fast` is no profile"),
        (["results", "local-0000000000000000"], "no report of a video"),
        (["report", "../../etc/passwd"], "no report of a video"),
        (["new", "Bad Name"], "is not of the form group/name"),
        (["new", "edit/cut_analysis"], "exists already"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_wrong_usage_exits_with_2_says_what_is_wrong_and_shows_no_trace(tmp_path, words, said):
    done = cli(*words, data=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.case("k1")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["analyse"], "No such command 'analyse'. Did you mean 'analyze'?"),
        (["analyze", "x.mp4", "--nope"], "No such option: --nope"),
        (["analyze"], "Missing argument"),
        (["serve", "--port", "0"], "greater than or equal to 1"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_what_is_no_command_exits_with_2_and_shows_the_usage(tmp_path, words, said):
    done = cli(*words, data=tmp_path / "data")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: python -m tiktok_assets")
    assert said in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.case("k12")
def test_a_worker_without_the_variable_that_names_its_broker_says_so(tmp_path):
    done = cli("worker", "home", data=tmp_path, TIKTOK_BROKER="")
    assert done.returncode == 2
    assert "TIKTOK_BROKER=redis://" in done.stderr


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path):
    done = cli("analyze", str(tmp_path / "nowhere.mp4"), data=tmp_path)
    assert done.returncode == 3
    assert "not_found" in done.stderr
    assert "nowhere.mp4" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            'profil = 1\nkeep_days = "3"\nfree_gb = -1\n',
            ["did you mean `profile`", "`keep_days` must be a number", "`free_gb` must be above zero"],
            marks=pytest.mark.case("k9", "k10", "k11"),
        ),
        pytest.param(
            'disabled = ["cut_analyses"]\napi_folders = ["clips"]\n',
            ["did you mean `cut_analysis`", "`api_folders` says 'clips'"],
            marks=pytest.mark.case("k12", "k14"),
        ),
        pytest.param(None, ["TIKTOK_SETTINGS names it"], marks=pytest.mark.case("k8")),
    ],
    ids=["the file's own", "names and paths", "none"],
)
@pytest.mark.parametrize("words", [("analyze", "x.mp4"), ("serve",), ("watch", ".", "--once")], ids=lambda w: w[0])
def test_settings_that_are_not_understood_stop_everything_first(tmp_path, words, text, said):
    path = tmp_path / "tiktok.toml"
    if text is not None:
        path.write_text(text)
    done = cli(*words, data=tmp_path / "data", TIKTOK_SETTINGS=str(path))
    assert done.returncode == 2
    assert [part for part in said if part not in done.stderr] == []
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.case("k16")
def test_a_ledger_of_a_newer_version_stops_everything_and_says_what_to_do(tmp_path, clips):
    with sqlite3.connect(tmp_path / "ledger.sqlite") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    for words in (("analyze", str(clips[1])), ("watch", str(clips[1].parent), "--once"), ("status",)):
        done = cli(*words, data=tmp_path)
        assert done.returncode == 5, done.stderr
        assert "update the program" in done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "media").exists()


def test_a_model_that_was_demanded_and_is_not_there_has_a_code_of_its_own(tmp_path, clips):
    path = tmp_path / "tiktok.toml"
    path.write_text('[models]\ncut = "no_such_model"\n')
    done = cli("analyze", str(clips[1]), "--only", "cut_analysis", data=tmp_path, TIKTOK_SETTINGS=str(path))
    assert done.returncode == 4
    assert "Set models.cut in tiktok.toml to one of: transnetv2, pyscenedetect_adaptive" in done.stdout


def test_a_fallback_that_the_user_chose_is_told(tmp_path, clips):
    path = tmp_path / "tiktok.toml"
    path.write_text('[models]\ncut = "pyscenedetect_adaptive"\n')
    words = ("analyze", str(clips[1]), "--only", "cut_analysis", "--json")
    done = cli(*words, data=tmp_path, TIKTOK_SETTINGS=str(path))
    found = json.loads(done.stdout)["analyzers"]["cut_analysis"]
    assert (done.returncode, found["status"], found["backend"]) == (0, "degraded", "pyscenedetect_adaptive")


def test_an_empty_data_folder_says_how_to_begin(tmp_path):
    assert "tiktok_assets demo" in cli("results", data=tmp_path).stdout


def test_the_doctor_finds_this_machine_fit(tmp_path):
    done = cli("doctor", "--json", data=tmp_path)
    found = {line["what"]: line["verdict"] for line in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 0, done.stdout
    assert found["packages"] == found["opencv"] == found["data folder"] == "good"
    assert found["model: read"] == found["model: cut"] == "good"


@pytest.mark.case("k13")
def test_the_doctor_says_what_an_unwritable_folder_costs(tmp_path):
    (tmp_path / "file").touch()
    done = cli("doctor", data=tmp_path / "file" / "data")
    assert done.returncode == 5
    assert "--data DIR" in done.stdout


@pytest.mark.case("k13")
def test_a_data_folder_that_cannot_be_written_is_the_environments_fault(tmp_path, clips):
    (tmp_path / "file").touch()
    done = cli("analyze", str(clips[1]), data=tmp_path / "file" / "data")
    assert done.returncode == 5
    assert "--data DIR" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.case("k3")
@pytest.mark.parametrize(
    "words", [("results",), ("results", "--json"), ("status",), ("--help",), ("analyze", "nowhere.mp4", "--json")],
    ids=" ".join,
)  # fmt: skip
def test_a_closed_pipe_is_no_error(analyzed, words):
    """Closed before the first word, so that no buffer saves it."""
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb") as closed:
        command = [sys.executable, "-m", "tiktok_assets", *words]
        environment = os.environ | {"TIKTOK_DATA": str(analyzed[0])}
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=closed, stderr=subprocess.PIPE, check=False)
    assert (done.returncode in (0, 1), done.stderr) == (True, b"")


@pytest.mark.case("k5")
@pytest.mark.parametrize(
    "words",
    [
        ("results",), ("status",), ("recover",), ("clean", "--older-than", "30d", "--dry-run"),
        ("forget", "7000000000000000001"), ("analyze", "nowhere.mp4", "https://example.org/", "."), ("models", "list"),
        ("analyze", b"no\xfftext\n\xf0\x9f\x8e\x89.mp4"),
    ],
    ids=lambda words: str(words[0]),
)  # fmt: skip
def test_what_is_asked_for_as_json_is_json(analyzed, words):
    command = [sys.executable, "-m", "tiktok_assets", *words, "--json"]
    surroundings = os.environ | {"TIKTOK_DATA": str(analyzed[0]), "FORCE_COLOR": "1"}
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, check=False)
    told = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert told
    assert all(isinstance(one, dict) for one in told)
    assert b"Traceback" not in done.stderr


@pytest.mark.case("k6")
def test_a_file_is_analyzed_whatever_it_is_called(tmp_path, clips):
    names = {
        b"two\nlines.mp4": "two\nlines.mp4",
        "\U0001f389 ünï [red].mp4".encode(): "\U0001f389 ünï [red].mp4",
        b"\xff\xfe.mp4": "\ufffd\ufffd.mp4",
    }
    paths = [os.path.join(os.fsencode(tmp_path), name) for name in names]
    for path in paths:
        shutil.copy(clips[1], path)
    done = cli("analyze", *paths, "--only", "audio_analysis", "--json", data=tmp_path / "data")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    shown = list(names.values())
    assert [(one["status"], one["file"]) for one in told] == [("ok", f"{tmp_path}/{name}") for name in shown]
    assert json.loads(Path(told[-1]["report"]).read_text())["video"]["file_name"] == shown[-1]
    (listed,) = cli("results", "--json", data=tmp_path / "data").stdout.splitlines()
    assert json.loads(listed)["file"] == shown[-1]


@pytest.mark.case("k7")
def test_the_same_video_twice_at_once_is_analyzed_twice_and_kept_once(tmp_path, clips):
    words = ("analyze", str(clips[1]), "--only", "audio_analysis", "--json")
    with ThreadPoolExecutor(2) as both:
        done = list(both.map(lambda _: cli(*words, data=tmp_path), range(2)))
    told = [json.loads(one.stdout) for one in done]
    assert [(one.returncode, one.stderr) for one in done] == [(0, "")] * 2
    assert [one["status"] for one in told] == ["ok"] * 2
    (entry,) = Ledger(tmp_path).page(None, 0, 10)
    assert (entry.video, entry.state) == (told[0]["video_id"], "done")
    assert Path(told[0]["report"]) == Path(told[1]["report"])
    assert json.loads(Path(told[0]["report"]).read_text())["summary"]["complete"] is True


@pytest.mark.case("k2")
def test_ctrl_c_in_the_middle_leaves_nothing_half_done(tmp_path, clips):
    surroundings = os.environ | {"TIKTOK_DATA": str(tmp_path), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "tiktok_assets", "analyze", str(clips[0]), "--json"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    ledger = Ledger(tmp_path)
    while process.poll() is None and not ledger.in_state("running"):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    said, complaint = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "")
    assert "interrupted" in complaint
    assert "Traceback" not in complaint
    (entry,) = ledger.page(None, 0, 10)
    assert (entry.state, entry.attempts) == ("waiting", 0)
    assert not list(tmp_path.glob("reports/*/report.json"))
