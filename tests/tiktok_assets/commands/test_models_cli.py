"""The commands about models: what they print, what they exit with, and what they do with nonsense."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from resources import models
from resources.pulling import patience
from tests.resources.server import Page, serving
from tiktok_assets.__main__ import app

ROOT = Path(__file__).parents[3]
BODY = random.Random(7).randbytes(50_000)
SUM = hashlib.sha256(BODY).hexdigest()

CATALOGUE = """
[best]
role = "shine"
family = "lamp"
licence = "Apache-2.0"
source = "https://example.org/best"
revision = "1"
profiles = ["best"]
memory_gb = 8
files = [{{ name = "best.bin", url = "{server}/best.bin", sha256 = "{sum}", size_bytes = 50_000 }}]

[old]
role = "shine"
family = "lamp"
licence = "AGPL-3.0"
terms = "copyleft"
source = "https://example.org/old"
revision = "v8"
profiles = ["seed"]
files = [{{ name = "old.pt", url = "{server}/old.pt", sha256 = "{sum}" }}]

[second]
role = "shine"
family = "lamp"
licence = "MIT"
source = "https://example.org/second"
revision = "1"
profiles = ["seed"]
files = [{{ name = "second.onnx", url = "{server}/second.onnx" }}]

[candle]
role = "shine"
family = "lamp"
licence = "MIT"
source = "https://example.org/candle"
revision = "json 2"
ships_in = "json"
is_fallback = true

[unused]
role = "glow"
licence = "MIT"
source = "https://example.org/unused"
revision = "1"
profiles = ["seed"]
files = [{{ name = "unused.bin", url = "{server}/unused.bin" }}]

[gone]
role = "glow"
family = "lamp"
licence = "MIT"
source = "https://example.org/gone"
revision = "1"
profiles = ["best"]
files = [{{ name = "gone.bin", url = "{server}/gone.bin" }}]
"""


@pytest.fixture
def server():
    with serving() as served:
        for name in ("best.bin", "old.pt", "second.onnx", "unused.bin"):
            served.pages[f"/{name}"] = Page(BODY)
        yield served


@pytest.fixture
def cli(server, tmp_path, monkeypatch):
    """Run a command on a small catalogue of its own."""
    path = tmp_path / "catalogue.toml"
    path.write_text(CATALOGUE.format(server=server.address, sum=SUM))
    known = models.read_catalogue(path)
    for module in ("resources.models", "tiktok_assets.commands.shelf"):
        monkeypatch.setattr(f"{module}.catalogue", lambda: known)
    monkeypatch.setattr(patience, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setenv("TIKTOK_MODELS", str(tmp_path / "models"))
    (tmp_path / "tiktok.toml").touch()
    monkeypatch.setenv("TIKTOK_SETTINGS", str(tmp_path / "tiktok.toml"))
    monkeypatch.setenv("COLUMNS", "100")
    return lambda *words: CliRunner().invoke(app, ["models", *words])


def objects(done) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def states(done) -> dict[str, str]:
    return {row["name"]: row["state"] for row in objects(done)}


def test_list_says_the_state_of_each_model_and_who_plays(cli):
    assert states(cli("list", "--json")) == {
        "best": "not installed",
        "old": "not allowed",
        "second": "not installed",
        "candle": "in its wheel",
        "unused": "no analyzer yet",
        "gone": "not installed",
    }
    assert cli("pull", "second").exit_code == 0
    rows = objects(cli("list", "shine", "--json"))
    assert [(row["name"], row["state"]) for row in rows if row["is_chosen"]] == [("second", "installed")]
    shown = cli("list").stdout
    assert "●    second" in shown
    assert "1 pulled (50 kB" in shown


def test_list_fits_a_terminal_of_a_hundred_columns(cli):
    assert max(len(line.rstrip()) for line in cli("list").stdout.splitlines()[:-2]) <= 100
    assert max(len(line.rstrip()) for line in cli("licences").stdout.splitlines()[:-1]) <= 100


def test_pull_takes_the_best_that_is_allowed_for_a_role(cli, server):
    done = cli("pull", "shine")
    assert done.exit_code == 0
    assert "to get: 50 kB" in done.stdout
    assert "✓ best pulled" in done.stdout
    assert [asked.path for asked in server.asked] == ["/best.bin"]
    assert "best is there already" in cli("pull", "shine").stdout
    assert len(server.asked) == 1


def test_pull_takes_the_users_own_choice_for_a_role(cli, tmp_path):
    (tmp_path / "tiktok.toml").write_text('[models]\nshine = "second"\n')
    done = cli("pull", "shine")
    assert "✓ second pulled" in done.stdout
    assert "nobody states a sum of second.onnx" in done.stdout


def test_pull_takes_what_some_analyzer_can_use_of_a_profile_and_names_what_is_refused(cli):
    done = cli("pull", "seed")
    assert done.exit_code == 0
    assert "✓ second pulled" in done.stdout
    assert "unused" not in done.stdout
    assert 'not for the licence profile "permissive": old (AGPL-3.0)' in done.stderr


def test_one_failure_does_not_stop_the_others_and_decides_the_exit_code(cli):
    done = cli("pull", "gone", "best")
    assert done.exit_code == 3
    assert "gone.bin answers 404" in done.stderr
    assert "✓ best pulled" in done.stdout
    rows = objects(cli("pull", "gone", "best", "--json"))
    assert [(row["model"], row["status"], row.get("word")) for row in rows] == [
        ("gone", "failed", "not_found"),
        ("best", "present", None),
    ]


def test_a_licence_that_is_not_allowed_is_refused_with_setting_and_alternative(cli, server, tmp_path):
    done = cli("pull", "old")
    assert done.exit_code == 3
    assert 'Set licences = "research" in tiktok.toml, or models.shine = "best" (Apache-2.0)' in done.stderr
    assert server.asked == []
    (tmp_path / "tiktok.toml").write_text('licences = "research"\n')
    assert cli("pull", "old").exit_code == 0


def test_a_full_disk_is_the_environments_fault(cli, monkeypatch):
    from resources.pulling import room

    monkeypatch.setattr(room, "RESERVE", 1 << 60)
    done = cli("pull", "best")
    assert done.exit_code == 5
    assert "TIKTOK_MODELS" in done.stderr


def test_pull_from_a_folder_asks_nobody(cli, server, tmp_path):
    (tmp_path / "usb").mkdir()
    (tmp_path / "usb" / "renamed").write_bytes(BODY)
    assert cli("pull", "best", "--from", str(tmp_path / "usb")).exit_code == 0
    assert server.asked == []
    done = cli("pull", "gone", "--from", str(tmp_path / "usb"))
    assert done.exit_code == 3
    assert "gone.bin (any sum)" in done.stderr


def test_verify_names_what_has_changed_and_the_command_that_mends_it(cli):
    cli("pull", "best", "second")
    assert cli("verify").exit_code == 0
    path = models.models_folder() / "best" / "best.bin"
    seen = path.stat()
    path.write_bytes(BODY[:-1] + bytes([BODY[-1] ^ 1]))
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    done = cli("verify")
    assert done.exit_code == 4
    assert "best.bin has changed" in done.stderr
    assert "Run: python -m tiktok_assets models pull best --again" in done.stderr
    assert "1 of 2 files of 2 models" in done.stdout
    assert [row["verdict"] for row in objects(cli("verify", "best", "--json"))] == ["changed"]
    assert cli("pull", "best", "--again").exit_code == 0
    assert cli("verify").exit_code == 0


def test_verify_of_a_model_that_is_not_there_says_what_is_missing(cli):
    done = cli("verify", "best")
    assert done.exit_code == 4
    assert "best.bin is missing" in done.stderr


def test_licences_say_what_each_allows_and_under_which_setting(cli):
    rows = {row["name"]: row for row in objects(cli("licences", "--json"))}
    assert (rows["old"]["is_allowed"], rows["old"]["allowed_under"]) == (False, ["research", "all"])
    assert rows["best"]["allowed_under"] == ["permissive", "research", "all"]
    shown = cli("licences").stdout
    assert "as open as it is" in shown
    assert 'licences = "permissive" in tiktok.toml: permissive; 5 of 6 models are allowed' in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["list", "shin"], "Did you mean `shine`"),
        (["pull", "bst"], "Did you mean `best`"),
        (["pull", "best", "nonsense"], "models list"),
        (["pull", "auto"], "pull one of: seed, best"),
        (["verify", "secnd"], "Did you mean `second`"),
        (["pull"], "Missing argument"),
        (["fetch"], "No such command"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_wrong_usage_exits_with_2_and_fetches_nothing(cli, server, words, said):
    done = cli(*words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert server.asked == []


def test_an_interrupted_pull_exits_with_130_and_keeps_what_it_received(server, tmp_path):
    url = models.catalogue()["yolox_nano"].files[0].url
    host, path = url.split("//")[1].split("/", 1)
    server.pages[f"/{path}"] = Page(BODY * 40, piece=20_000, pause_s=0.05)
    (tmp_path / "tiktok.toml").write_text(f'[mirrors]\n"https://{host}" = "{server.address}"\n')
    folders = {"TIKTOK_MODELS": str(tmp_path / "models"), "TIKTOK_SETTINGS": str(tmp_path / "tiktok.toml")}
    command = [sys.executable, "-m", "tiktok_assets", "models", "pull", "yolox_nano"]
    pulling = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | folders, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while sum(asked.sent for asked in server.asked) < 100_000 and time.monotonic() < deadline:
        time.sleep(0.02)
    pulling.send_signal(signal.SIGINT)
    _, said = pulling.communicate(timeout=60)
    assert pulling.returncode == 130
    assert "What was received is kept" in said
    assert "Traceback" not in said
    assert not (tmp_path / "models" / "yolox_nano").exists()
    assert sum(path.stat().st_size for path in (tmp_path / "models" / ".partial" / "yolox_nano").iterdir()) > 50_000


def test_the_true_catalogue_is_listed_as_json_and_without_colours():
    command = [sys.executable, "-m", "tiktok_assets", "models", "list"]
    surroundings = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    shown = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=True)
    assert "\x1b" not in shown.stdout
    assert max(len(line.rstrip()) for line in shown.stdout.splitlines()[:-2]) <= 100
    told = subprocess.run([*command, "--json"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {json.loads(line)["name"] for line in told.stdout.splitlines()} == set(models.catalogue())
