"""The command line: what it prints, what it exits with, and what it does with nonsense."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.battery.film import copy

ROOT = Path(__file__).parents[2]


def cli(*words: str, data: Path, **env: str) -> subprocess.CompletedProcess[str]:
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


def test_report_shows_where_it_is_and_prints_it_whole(analyzed):
    data, done = analyzed
    video = json.loads(done.stdout.splitlines()[0])["video_id"]
    assert str(data / "reports" / video / "report.json") in cli("report", video, data=data).stdout
    whole = json.loads(cli("report", video, "--json", data=data).stdout)
    assert whole["video"]["id"] == video


def test_plain_lines_where_there_is_no_terminal(tmp_path, clips):
    done = cli("analyze", str(clips[1]), "--only", "audio_analysis", data=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "audio_analysis" in done.stdout
    assert "none_found" in done.stdout
    assert "\x1b" not in done.stdout
    assert "report.json" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["analyze"], "Missing argument"),
        (["analyse"], "No such command"),
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


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path):
    done = cli("analyze", str(tmp_path / "nowhere.mp4"), data=tmp_path)
    assert done.returncode == 3
    assert "not_found" in done.stderr
    assert "nowhere.mp4" in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_that_are_not_understood_stop_everything_first(tmp_path):
    path = tmp_path / "tiktok.toml"
    path.write_text("profil = 1\n")
    done = cli("analyze", "x.mp4", data=tmp_path, TIKTOK_SETTINGS=str(path))
    assert done.returncode == 2
    assert "did you mean `profile`" in done.stderr


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


def test_the_doctor_says_what_an_unwritable_folder_costs(tmp_path):
    (tmp_path / "file").touch()
    done = cli("doctor", data=tmp_path / "file" / "data")
    assert done.returncode == 5
    assert "--data DIR" in done.stdout


def test_a_data_folder_that_cannot_be_written_is_the_environments_fault(tmp_path, clips):
    (tmp_path / "file").touch()
    done = cli("analyze", str(clips[1]), data=tmp_path / "file" / "data")
    assert done.returncode == 5
    assert "--data DIR" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_closed_pipe_is_no_error(analyzed):
    data, _ = analyzed
    command = f"{sys.executable} -m tiktok_assets results --json | head -c 1"
    done = subprocess.run(
        command,
        shell=True,
        cwd=ROOT,
        env=os.environ | {"TIKTOK_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
