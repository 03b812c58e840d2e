"""What every test may ask for, and what no test may do."""

import logging
import os
import tempfile
from pathlib import Path

import pytest

import analyzers
from tiktok_assets.imports import import_all

import_all(analyzers)
OURS = Path(tempfile.gettempdir()) / "tiktok-assets-tests"
os.environ.setdefault("YOLO_CONFIG_DIR", str(OURS / "ultralytics"))
OURS.mkdir(exist_ok=True)
(OURS / "tiktok.toml").write_text("free_gb = 0.1\n")
os.environ["TIKTOK_SETTINGS"] = str(OURS / "tiktok.toml")  # of the processes that tests start: a full disk is no fault


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real media that others made; a test that asks for it is skipped where it is absent."""
    folder = Path(os.environ.get("TIKTOK_SHARED", "../shared")).resolve()
    if not (folder / "media").is_dir():
        pytest.skip(f"no real media in {folder}: set TIKTOK_SHARED")
    return folder


@pytest.fixture(autouse=True)
def no_pulled_models(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory):
    """What is installed on this machine changes no test."""
    monkeypatch.setenv("TIKTOK_MODELS", str(tmp_path_factory.getbasetemp() / "models"))


@pytest.fixture(autouse=True)
def the_log_speaks():
    """A command that a test calls here silences the log of this process: for that test alone."""
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(autouse=True)
def no_error_is_logged(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest):
    """A test that logs an error fails, unless it says that it expects one."""
    yield
    if "expects_errors" in request.keywords:
        return
    logged = [r.getMessage() for r in caplog.get_records("call") if r.levelname in ("ERROR", "CRITICAL")]
    assert not logged, logged
