"""Nothing leaves the machine while a video is analysed: not tried, and not needed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from resources.places import ROOT
from resources.render import Flat, Shot, Sine, Text, Video, render
from tests.eavesdrop import Eavesdropper
from tiktok_assets.surroundings import SURROUNDINGS

ADDRESS = "192.0.2.1"  # set aside for examples: nobody has it
CLIP = Video(
    shots=(Shot(Flat("#336699"), 0.8), Shot(Flat("#993333"), 0.7)),
    width=96,
    height=160,
    texts=(Text("hello", 0.2, 1.2),),
    sound=(Sine(440, level_db=-20),),
)


def is_cutting_allowed() -> bool:
    try:
        return subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


CUT = ["unshare", "-rn"] if is_cutting_allowed() else []  # a network namespace of its own, with nothing in it


def plain_environment() -> dict[str, str]:
    """This process's environment without what the house sets itself."""
    return {name: value for name, value in os.environ.items() if name not in SURROUNDINGS}


@pytest.fixture(scope="module")
def analysis(tmp_path_factory) -> tuple[dict, Eavesdropper]:
    """One analysis by all analyzers, listened to, and cut off from the network where that is allowed."""
    folder = tmp_path_factory.mktemp("quiet")
    render(CLIP, folder / "clip.mp4")
    ear = Eavesdropper(folder / "ear")
    command = [*CUT, sys.executable, "-m", "tiktok_assets", "analyze", str(folder / "clip.mp4")]
    surroundings = {"TIKTOK_DATA": str(folder / "data"), "TIKTOK_MODELS": str(folder / "models"), "NO_COLOR": "1"}
    done = subprocess.run(
        [*command, "--profile", "embedded", "--json"],
        cwd=ROOT,
        env=plain_environment() | surroundings | ear.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
    return json.loads(done.stdout), ear


def test_an_analysis_needs_no_network(analysis):
    if not CUT:
        pytest.skip("this machine does not allow a network namespace of one's own: unshare -rn")
    told, _ = analysis
    statuses = {name: facts["status"] for name, facts in told["analyzers"].items()}
    assert told["status"] == "ok"
    assert len(statuses) >= 8
    assert set(statuses.values()) <= {"ok", "none_found", "degraded", "skipped"}
    assert Path(told["report"]).exists()


def test_a_cut_network_is_cut():
    if not CUT:
        pytest.skip("this machine does not allow a network namespace of one's own: unshare -rn")
    code = f"import socket; socket.create_connection(('{ADDRESS}', 9), timeout=5)"
    done = subprocess.run([*CUT, sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "Network is unreachable" in done.stderr


def test_an_analysis_does_not_even_try(analysis):
    _, ear = analysis
    assert ear.attempts() == []
    assert len({said["pid"] for said in ear.heard("started")}) > 1, "the processes it starts were not listened to"


def test_an_attempt_would_have_been_heard(tmp_path):
    """The listener is worth nothing if it is deaf: in the process itself, and in one that it starts."""
    ear = Eavesdropper(tmp_path)
    try_it = f"import socket; s = socket.socket(); s.settimeout(0.01); s.connect_ex(('{ADDRESS}', 9))"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {try_it!r}]); {try_it}"
    subprocess.run([sys.executable, "-c", code], env=os.environ | ear.environment, check=True)
    assert len({said["pid"] for said in ear.heard("attempt")}) == 2
    assert all(ADDRESS in said["to"] for said in ear.heard("attempt"))


PROCESSES = {
    "the code location, as the daemon, the UI and every step load it": "import tiktok_assets.definitions",
    "the command line": "from tiktok_assets.commands.console import prepare; prepare(None, None)",
}


@pytest.mark.parametrize("code", PROCESSES.values(), ids=PROCESSES)
def test_every_process_tells_its_libraries_to_stay_offline(code):
    code += "\nimport json, os; print(json.dumps(dict(os.environ)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=plain_environment(), capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert {name: found.get(name) for name in SURROUNDINGS} == SURROUNDINGS


def test_the_processes_of_an_analysis_inherit_that(analysis):
    _, ear = analysis
    first, *children = ear.heard("started")
    offline = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "YOLO_OFFLINE", "YOLO_AUTOINSTALL")
    assert not set(offline) & first["environment"].keys()
    for child in children:
        assert {name: child["environment"].get(name) for name in offline} == {n: SURROUNDINGS[n] for n in offline}


def test_libraries_that_report_on_their_users_are_told_not_to(tmp_path):
    """What each makes of our environment, asked of the library itself."""
    code = """
import json
import huggingface_hub.constants as hub
from ultralytics.utils import ONLINE
from ultralytics.utils.events import events
from dagster_shared.telemetry import get_telemetry_enabled_from_dagster_yaml as dagster_tells
print(json.dumps({
    "hub": [hub.HF_HUB_OFFLINE, hub.HF_HUB_DISABLE_TELEMETRY],
    "ultralytics": [ONLINE, events.enabled],
    "dagster": dagster_tells(),
}))
"""
    ear = Eavesdropper(tmp_path / "ear")
    chosen = {"YOLO_CONFIG_DIR": str(tmp_path / "ultralytics"), "DAGSTER_HOME": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | SURROUNDINGS | ear.environment | chosen,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "hub": [True, True],
        "ultralytics": [False, False],
        "dagster": False,
    }
    assert ear.attempts() == []
