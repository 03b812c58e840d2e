"""An API over an empty data folder, asked in this process."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from starlette.testclient import TestClient

from resources.settings import Settings
from tiktok_assets.api.app import create_app
from tiktok_assets.api.house import House
from tiktok_assets.instance import open_instance

URL = "https://www.tiktok.com/@name/video/7300000000000000001"
VIDEO = "7300000000000000001"
TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def folder(tmp_path) -> Path:
    """Where files may be named from."""
    path = tmp_path / "clips"
    path.mkdir()
    return path


@pytest.fixture(scope="session")
def instance(tmp_path_factory) -> Iterator[dg.DagsterInstance]:
    """An instance as the daemon has it, with databases of its own."""
    with open_instance(tmp_path_factory.mktemp("instance")) as instance:
        yield instance


@pytest.fixture(autouse=True)
def nobody_starts_runs(monkeypatch):
    """The instance is one for all these tests: no run of one is seen by another."""
    monkeypatch.setattr("tiktok_assets.api.starter.start_few", lambda house: [])


@pytest.fixture
def make_house(tmp_path, folder, monkeypatch, instance) -> Callable[..., House]:
    monkeypatch.setattr("tiktok_assets.api.jobs.shortage", lambda *_: None)
    monkeypatch.setattr("tiktok_assets.api.probes.shortage", lambda *_: None)
    data = tmp_path / "data"
    data.mkdir()

    def make(token: str | None = None, is_local: bool = True, **chosen: Any) -> House:
        settings = Settings(**{"api_folders": (str(folder),), "device": "cpu"} | chosen)
        return House(data, instance, settings, token, is_local)

    return make


@pytest.fixture
def house(make_house) -> House:
    return make_house()


def client_of(house: House) -> TestClient:
    return TestClient(create_app(house), base_url="http://127.0.0.1:8003", raise_server_exceptions=False)


@pytest.fixture
def client(house) -> Iterator[TestClient]:
    with client_of(house) as client:
        yield client


def write_report(house: House, video: str, **more: Any) -> dict[str, Any]:
    """A report as small as one may be."""
    fared = {"status": "ok", "rows": 3, "seconds": 1.5}
    told = {
        "schema_version": "1.0",
        "video": {"id": video, "file_name": "clip.mp4"},
        "media": {"duration_s": 2.0, "warnings": []},
        "summary": {"complete": True, "analyzers": {"ok": 1}},
        "analyzers": {"cut_analysis": fared},
    } | more
    folder = house.store.report_folder(video)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(told))
    return told


def finish(house: House, video: str, state: str = "done", **why: Any) -> None:
    """What the report's step tells the ledger."""
    house.ledger.finish(video, state, report_sha="0" * 64 if state in ("done", "partial") else None, **why)
