"""The exports of a video lie below its report, which names them; the command writes any one of them anew."""

import csv
import io
import json
import zipfile
from pathlib import Path

import opentimelineio as otio
import pytest
from typer.testing import CliRunner

from resources.settings import Settings
from tests.tiktok_assets.test_report import make
from tiktok_assets.__main__ import app
from tiktok_assets.exports.asset import write_exports
from tiktok_assets.exports.formats import exports_folder


@pytest.fixture
def reported(house, store, video) -> dict:
    """The blue clip with its report; decoded parts are gone by then."""
    return make(house, store, video, Settings(keep_sources=False))


def test_the_report_names_what_is_made(reported, store, video):
    write_exports(store, video)
    folder = store.report_folder(video)
    assert {str(p.relative_to(folder)) for p in exports_folder(store, video).iterdir()} == set(
        reported["exports"].values()
    )


def test_the_way_to_the_video_is_relative_and_right(reported, store, video):
    write_exports(store, video)
    path = store.report_folder(video) / reported["exports"]["otio"]
    timeline = otio.adapters.read_from_file(str(path))
    address = timeline.tracks[0][0].media_reference.target_url
    assert not Path(address).is_absolute()
    assert (path.parent / address).resolve() == store.video_path(video).resolve()


def test_every_table_and_the_whole_video_are_there_for_spreadsheets(reported, store, video):
    write_exports(store, video)
    folder = store.report_folder(video)
    with zipfile.ZipFile(folder / reported["exports"]["csv"]) as packed:
        assert sorted(packed.namelist()) == [f"{name}.csv" for name in sorted(reported["analyzers"])]
        text = packed.read("glow.csv").decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(text)))) == 6
    (row,) = csv.DictReader(io.StringIO((folder / reported["exports"]["row"]).read_text("utf-8-sig")))
    assert (row["id"], row["glow.rows"], row["media.width_px"]) == (video, "6", "96")


def test_the_same_tables_give_the_same_files(reported, store, video):
    told = []
    for _ in range(2):
        write_exports(store, video)
        told.append({path.name: path.read_bytes() for path in exports_folder(store, video).iterdir()})
    assert told[0] == told[1]


def test_the_command_writes_one_format_where_it_is_told(reported, store, video, tmp_path):
    out = tmp_path / "cut list" / "film.edl"
    said = CliRunner().invoke(
        app, ["export", video, "--to", "edl", "--out", str(out), "--media", "/footage/a.mp4", "--json"]
    )
    assert said.exit_code == 0, said.output
    assert json.loads(said.stdout)["path"] == str(out)
    assert "* FROM FILE: /footage/a.mp4" in out.read_text()
    said = CliRunner().invoke(app, ["export", video, "--to", "otio"])
    assert said.exit_code == 0, said.output
    assert (store.report_folder(video) / reported["exports"]["otio"]).is_file()


def test_the_command_names_the_formats_there_are(reported, video):
    said = CliRunner().invoke(app, ["export", video, "--to", "avi"])
    assert said.exit_code == 2
    assert "otio" in said.stderr
