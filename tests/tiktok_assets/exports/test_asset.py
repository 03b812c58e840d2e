"""The exports of a video lie below its report, which names them; the command writes any one of them anew."""

import csv
import io
import json
import zipfile
from pathlib import Path

import dagster as dg
import opentimelineio as otio
import pytest
from typer.testing import CliRunner

from resources.settings import Settings
from tests.tiktok_assets.test_report import make
from tiktok_assets.__main__ import app
from tiktok_assets.exports import formats
from tiktok_assets.exports.asset import FORMATS, build_exports, write_exports
from tiktok_assets.exports.formats import exports_folder
from tiktok_assets.keys import EXPORTS_KEY, PAGE_KEY
from tiktok_assets.page.asset import build_page_asset
from tiktok_assets.partitions import VIDEO_SET


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


def test_a_format_that_fails_is_told_and_the_others_are_there(reported, store, video, monkeypatch):
    def broken(timeline):
        raise ZeroDivisionError("no frames\nat all")

    monkeypatch.setitem(formats.TIMELINES, "fcpxml", broken)
    made = write_exports(store, video)
    there = {path.name for path in exports_folder(store, video).iterdir()}
    known = {path.removeprefix("exports/") for path in reported["exports"].values()}
    assert there == known - {f"{video}.fcpxml"} | {f"{video}.failed.txt"}
    (verdict,) = made.verdicts
    assert not verdict.passed
    assert made.metadata["failed"] == ["fcpxml: ZeroDivisionError: no frames at all"]
    told = (exports_folder(store, video) / f"{video}.failed.txt").read_text()
    assert told == "fcpxml: ZeroDivisionError: no frames at all\n"
    monkeypatch.undo()
    assert write_exports(store, video).verdicts[0].passed
    assert {path.name for path in exports_folder(store, video).iterdir()} == known


def test_tables_that_no_timeline_can_be_read_from_are_told_for_every_format(reported, store, video):
    store.table_path("frames", video).unlink()
    made = write_exports(store, video)
    assert len(made.metadata["failed"]) == len(reported["exports"])
    assert [path.name for path in exports_folder(store, video).iterdir()] == [f"{video}.failed.txt"]


def test_the_page_is_made_though_no_format_was(reported, store, video, monkeypatch):
    for to in formats.TIMELINES:
        monkeypatch.setitem(formats.TIMELINES, to, lambda _: 1 / 0)
    with dg.instance_for_test() as instance:
        instance.add_dynamic_partitions(VIDEO_SET, [video])
        done = dg.materialize(
            [*build_exports(), *build_page_asset()],
            instance=instance,
            partition_key=video,
            resources={"store": store},
            selection=[EXPORTS_KEY, PAGE_KEY],
        )
        assert done.success
        (check,) = done.get_asset_check_evaluations()
    assert (check.check_name, check.passed) == (FORMATS, False)
    page = (store.report_folder(video) / "page.html").read_text(encoding="utf-8")
    assert f'"{video}.failed.txt"' in page
    assert f'"{video}.otio"' not in page


def test_the_command_says_that_a_capcut_draft_is_an_experiment(reported, store, video):
    said = CliRunner().invoke(app, ["export", video, "--to", "capcut", "--media", "/footage/a.mp4"])
    assert said.exit_code == 0, said.output
    path = store.report_folder(video) / reported["exports"]["capcut"]
    with zipfile.ZipFile(path) as packed:
        assert sorted(packed.namelist()) == sorted(
            f"{video}/{name}"
            for name in ("README.txt", "draft_content.json", "draft_info.json", "draft_meta_info.json")
        )
        assert "EXPERIMENTAL" in packed.read(f"{video}/README.txt").decode()
    help_text = CliRunner().invoke(app, ["export", "--help"], env={"COLUMNS": "300"}).output
    assert "experimental: never opened in CapCut" in " ".join(help_text.split())
