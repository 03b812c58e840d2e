"""METHODS.md tells how a report came about: all that was noted, nothing else, in the same bytes each time."""

import json
import os
import re
import subprocess
from dataclasses import asdict, replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from markdown_it import MarkdownIt

from analyzers.contract import Post
from resources import software
from resources.models import File, Model
from resources.settings import Settings
from resources.store import OUTCOME, Outcome, Store
from tests.tiktok_assets.test_markdown import HOSTILE
from tiktok_assets import methods
from tiktok_assets.analysis import analyse
from tiktok_assets.page.html import gather_page
from tiktok_assets.report import ran, write_coverage, write_report
from tiktok_assets.wishes import file_wish

LAMP = Model(
    "lamp", "shine", "MIT", "https://lamp.example", "0" * 40, "lamp", files=(File("lamp.onnx", sha256="a" * 64),)
)


@pytest.fixture
def made(house, store, video, settings) -> str:
    """The report's METHODS.md."""
    for spec in house.values():
        analyse(spec, store, video, settings)
    write_coverage(store, video, list(house.values()))
    report = write_report(store, video, list(house.values()), settings)
    assert json.loads(report.read_text())["methods"] == methods.NAME
    return report.with_name(methods.NAME).read_text()


def again(house, store, video, settings) -> str:
    return methods.methods(store, video, ran(store, video, list(house.values())), settings)


def section(text: str, title: str) -> str:
    return text.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def noted(store: Store, analyzer: str, video: str, **more) -> None:
    """Note something else in a table's outcome."""
    outcome = replace(store.read_outcome(analyzer, video), **more)
    table = store.read_table(analyzer, video).replace_schema_metadata({OUTCOME: json.dumps(asdict(outcome)).encode()})
    pq.write_table(table, store.table_path(analyzer, video))


def test_it_says_what_the_file_is_and_when_it_was_taken(made, store, video):
    media = store.read("media", video)
    told = section(made, "The file")
    for fact in (f"`{media.sha256}`", "`blue.mp4`", "`h264`, 96 x 160", "45, 30 a second nominally", "(CFR)", "1.5 s"):
        assert fact in told
    at = json.loads(store.taken_path(video).read_text())["at"]
    assert f"copied from a local file at {at}" in section(made, "Where it comes from")
    assert "Times are seconds from the presentation time (PTS) of the first picture" in made
    assert "half-open" in made


def test_it_says_what_ran_on_what_and_with_what(made):
    rows = section(made, "What ran")
    assert re.search(r"\| `glow` \| ok \| 6 \| \d+\.\d\d \| 1 \|", rows)
    assert re.search(r"\| `blank` \| none found \| 0 \|", rows)
    told = section(made, "Software and machine")
    assert f"| tiktok-assets | `{software.loaded()['tiktok-assets']}` |" in told
    assert software.loaded()[software.LOCK] in told
    assert "av, which decoded it" in told
    assert "ffmpeg, which decoded it" in told
    assert software.processor() in told
    assert "frames_per_s = 4.0" in section(made, "Settings")


def test_the_page_links_to_it_where_it_is(made, store, video):
    told = json.loads((store.report_folder(video) / "report.json").read_text())
    assert gather_page(store, video, told)["methods"] == methods.NAME
    (store.report_folder(video) / methods.NAME).unlink()
    assert gather_page(store, video, told)["methods"] is None


def test_it_names_neither_the_machine_nor_a_folder_nor_a_person(made, store, clips):
    for secret in (os.uname().nodename, str(Path.home()), store.root, str(clips[0].parent)):
        assert secret not in made


def test_a_file_without_a_picture_has_its_zero_in_the_sound(made, house, store, video, settings):
    path = store.folder("sources", video) / "media.json"
    media = json.loads(path.read_text()) | {"n_frames": 0, "vcodec": None, "fps_nominal": None, "v_start_s": None}
    path.write_text(json.dumps(media))
    told = again(house, store, video, settings)
    assert "seconds from the first sound" in told
    assert "PTS" not in told
    assert "| picture |" not in told


def test_what_is_odd_about_a_file_is_told(made, house, store, video, settings):
    path = store.folder("sources", video) / "media.json"
    odd = {"is_vfr": True, "rotation_deg": 90, "v_start_s": 1.4, "a_start_s": -0.021, "warnings": ["truncated"]}
    path.write_text(json.dumps(json.loads(path.read_text()) | odd | {"lost_s": 2.5}))
    told = again(house, store, video, settings)
    for fact in ("(VFR)", "90° counter-clockwise", "clock shows at 1.4 s", "-0.021000 s", "truncated (", "2.5 s that"):
        assert fact in told
        assert fact not in made


def test_written_again_it_has_the_same_bytes(made, house, store, video, settings):
    assert again(house, store, video, settings) == made


def test_what_did_not_run_is_told_with_its_reason_and_remedy(made, house, store, video, settings):
    title = "What did not run, or ran with less than the best"
    assert title not in made
    noted(store, "glow", video, status="failed", reason="ValueError: the bulb", remedy="Change the bulb")
    noted(store, "echo", video, status="skipped", reason="needs glow, which failed", remedy="Change the bulb")
    told = section(again(house, store, video, settings), title)
    assert "| failed | `glow` | ValueError: the bulb | `Change the bulb` |" in told
    assert "| skipped | `echo` | needs glow, which failed | `Change the bulb` |" in told
    assert "hum" not in told


def test_a_model_is_told_by_revision_licence_and_sums(made, house, store, video, settings, monkeypatch):
    assert "## Models" not in made
    monkeypatch.setattr(methods, "catalogue", lambda: {"lamp": LAMP})
    noted(store, "glow", video, model_id="lamp", model_rev="0" * 40, model_files={"lamp.onnx": "b" * 64})
    told = section(again(house, store, video, settings), "Models")
    assert f"| `lamp` | `{'0' * 40}` | MIT | `https://lamp.example` | `lamp.onnx` `{'b' * 64}` |" in told


def test_sums_that_were_not_noted_are_told_only_of_the_same_revision(house, store, video, settings, monkeypatch, made):
    monkeypatch.setattr(methods, "catalogue", lambda: {"lamp": LAMP})
    for rev, is_told in (("0" * 40, True), ("1" * 40, False)):
        noted(store, "glow", video, model_id="lamp", model_rev=rev)
        assert ("a" * 64 in again(house, store, video, settings)) is is_told


def test_tables_of_before_these_facts_were_noted_leave_them_out(made, house, store, video, settings):
    for name in house:
        noted(store, name, video, made_at=None, device=None, settings={}, software={})
    store.taken_path(video).unlink()
    (store.folder("sources", video) / "decoder.json").unlink()
    told = again(house, store, video, settings)
    assert "## Software and machine" not in told
    assert "## Where it comes from" not in told
    assert "None" not in told
    assert "Analysed with tiktok-assets. 5 of 5" in told


def test_tables_of_several_versions_are_counted(made, house, store, video, settings):
    noted(store, "glow", video, software={"numpy": "0.9"})
    told = section(again(house, store, video, settings), "Software and machine")
    assert re.search(r"\| numpy \| `[0-9.]+` \(4 tables\), `0\.9` \(1 table\) \|", told)


def test_a_table_of_other_settings_is_told(made, house, store, video, settings):
    assert "other settings" not in made
    noted(store, "glow", video, settings={"frames_per_s": 2.0, "short_side_px": 720})
    told = section(again(house, store, video, settings), "Settings")
    assert "- `glow`: `frames_per_s = 2.0`" in told
    assert "echo" not in told


def test_what_a_request_wished_for_is_told(made, house, store, video, settings):
    file_wish(store, video, {"profile": "embedded", "only": ["glow"]})
    told = section(again(house, store, video, settings), "Settings")
    assert 'profile = "embedded"' in told
    assert "these analyzers alone: `glow`" in told


def test_secrets_of_the_settings_are_not_told(made, house, store, video):
    secret = {"endpoint": "http://box.lan:8000/v1", "model": "qwen", "key_env": "BOX_KEY"}
    settings = Settings(describe=secret, cookies="firefox:work", proxy="http://me@proxy", api_folders=("/srv/me",))
    told = again(house, store, video, settings)
    assert "`qwen`" in told
    for part in ("box.lan", "BOX_KEY", "firefox", "proxy", "/srv/me"):
        assert part not in told


def test_the_settings_can_be_put_into_a_settings_file(made, house, store, video):
    import tomllib

    chosen = Settings(models={"cut": "transnetv2"}, languages=("de", "en"), disabled=("glow",), biometrics=True)
    block = section(again(house, store, video, chosen), "Settings").split("```toml\n")[1].split("```")[0]
    told = tomllib.loads(block)
    assert {name: told[name] for name in ("models", "languages", "disabled", "biometrics")} == {
        "models": {"cut": "transnetv2"}, "languages": ["de", "en"], "disabled": ["glow"], "biometrics": True,
    }  # fmt: skip


def test_it_is_its_own_list_of_sums(made, store, video):
    check = section(made, "Check the files").split("```sh\n")[1].split("\n```")[0]

    def checked() -> int:
        return subprocess.run(check, shell=True, cwd=store.root, check=False, capture_output=True).returncode

    assert checked() == 0
    assert made.count(f"  tables/glow/{video}.parquet\n") == 1
    path = store.table_path("glow", video)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"?")
    assert checked() == 1
    path.write_bytes(whole)
    store.video_path(video).unlink()
    assert checked() == 0, "a report may be handed on without its video"


@pytest.mark.parametrize("text", HOSTILE)
def test_strangers_words_become_nothing_else(made, house, store, video, settings, text):
    post = Post(url="https://www.tiktok.com/@a/video/7", author=text, caption=text, music_title=text)
    (store.folder("sources", video) / "post.json").write_text(json.dumps(asdict(post)))
    name = text.replace("\ud800", "\udcff")  # which a file's name may hold
    store.request_path(video).write_text(json.dumps({"name": name}))
    noted(store, "glow", video, status="failed", reason=text, remedy=text)
    now = again(house, store, video, settings)
    blocks, inline = tokens(now)
    assert inline <= {"text", "code_inline", "em_open", "em_close", "softbreak"}
    assert "html_block" not in blocks
    assert blocks.count("table_open") == tokens(made)[0].count("table_open") + 1
    assert all(sign.isprintable() or sign == "\n" for sign in now)
    assert sorted(headings(now)) == sorted([*headings(made), "## What did not run, or ran with less than the best"])


def tokens(text: str) -> tuple[list[str], set[str]]:
    """What a reader of Markdown that lets HTML pass makes of a text: its blocks, and the kinds of signs in them."""
    blocks = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    return [block.type for block in blocks], {part.type for block in blocks for part in block.children or ()}


def headings(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.startswith("#")]


def test_a_download_is_told_with_its_tool_and_a_local_file_is_not_believed_to_be_one(
    made, house, store, video, settings
):
    info = {"fetched_at": 1_760_000_000, "fetched_with": "yt-dlp 2026.01.01"}
    store.info_path(video).write_text(json.dumps(info))
    assert "yt-dlp" not in again(house, store, video, settings)
    post = "7300000000000000000"
    for kind in ("media", "sources", "reports"):
        store.folder(kind, video).rename(store.folder(kind, post))
    for name in house:
        store.table_path(name, video).rename(store.table_path(name, post))
    told = section(again(house, store, post, settings), "Where it comes from")
    assert "downloaded 2025-10-09T08:53:20+00:00 by `yt-dlp 2026.01.01`" in told


def test_an_outcome_of_a_model_says_what_it_was_made_with(made, store, video):
    told = store.read_outcome("glow", video)
    assert isinstance(told, Outcome)
    assert told.settings == {"frames_per_s": 4.0, "short_side_px": 720}
    assert store.read_outcome("hum", video).settings == {}
    assert told.made_at.endswith("+00:00")
