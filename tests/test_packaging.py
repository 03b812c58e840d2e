"""One lock, complete, without an address; one OpenCV, whole; every library of the card loads."""

import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text()
PINNED = dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", LOCK, re.MULTILINE))
# The libraries of the project's card, by import name.
CARD = (
    "dagster, dagster_webserver, torch, transformers, ultralytics, whisper, easyocr, mediapipe, librosa, cv2, yt_dlp, "
    "pandas, pyarrow"
)


def test_the_lock_names_no_registry():
    assert not re.search(r"://|--(extra-)?index-url|--find-links", LOCK)


def test_every_locked_file_has_its_hash():
    blocks = re.split(r"\n(?=[a-z0-9])", LOCK)
    assert [b.split()[0] for b in blocks if "==" in b and "--hash=sha256:" not in b] == []


def test_every_declared_package_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = project["dependencies"] + project["optional-dependencies"]["dev"]
    assert {re.split(r"[\[<>=]", name)[0] for name in declared} <= PINNED.keys()


def test_what_is_installed_is_what_is_locked():
    installed = {re.sub(r"[-_.]+", "-", d.name.lower()): d.version for d in importlib.metadata.distributions()}
    assert installed == PINNED


def test_there_is_one_opencv_and_it_is_whole():
    import cv2

    assert [name for name in PINNED if name.startswith("opencv")] == ["opencv-contrib-python-headless"]
    assert not cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_alt2.xml").empty()  # pyright: ignore[reportAttributeAccessIssue]


def test_torchaudio_stays_out():
    """With torchaudio installed beside this torch, transformers' processors cannot be imported."""
    assert "torchaudio" not in PINNED


def test_the_libraries_of_the_card_load():
    code = f"import {CARD}; from transformers import AutoProcessor"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).exists()]


def test_no_committed_text_names_a_folder_of_one_machine():
    texts = [path for path in committed() if path.suffix in (".py", ".md", ".toml", ".yaml", ".lock", "")]
    assert [p for p in texts if re.search(r"/(root|home|work)/\w", p.read_text(errors="replace"))] == []


def test_no_committed_file_is_larger_than_a_megabyte():
    assert [path for path in committed() if path.stat().st_size > 1_000_000] == []
