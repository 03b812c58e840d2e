"""The page over all videos: what it tells of each, what strangers cannot do to it, and when it is made anew."""

import json
import os
import re
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import dagster as dg
import numpy as np
import pytest
from PIL import Image

from resources.store import Store
from tests.tiktok_assets.corpus.small import name_of
from tests.tiktok_assets.corpus.videos import BEATS, HOSTILE, told_of, write_told
from tests.tiktok_assets.page.test_html import Elements
from tiktok_assets.corpus import forget_video, page
from tiktok_assets.corpus.cards import Card, _liveliest, make_card
from tiktok_assets.corpus.page import (
    KEY,
    Built,
    build,
    build_corpus_page,
    current_page,
    is_current,
    page_of,
    page_path,
)
from tiktok_assets.instance import open_instance
from tiktok_assets.keys import PAGE_KEY
from tiktok_assets.partitions import VIDEO_SET, VIDEOS

ONE, OTHER = name_of(1), name_of(2)


def rows_of(store: Store) -> list[dict[str, Any]]:
    return json.loads(Elements(build(store).path.read_text(encoding="utf-8")).texts["data"])


def card_of(store: Store, told: dict[str, Any]) -> Card:
    write_told(store, ONE, told)
    return make_card(store, ONE)


# What it tells


def test_a_video_s_figures_are_those_of_its_tables(store: Store):
    about = {"author": "@anna", "caption": "how I edit", "created_at": "2026-03-02T12:00:00Z", "play_count": 1200}
    card = card_of(store, told_of(ONE, about, score=61.25))
    wanted = {
        "title": f"{ONE}.mp4", "creator": "@anna", "caption": "how I edit", "posted": "2026-03-02T12:00:00Z",
        "plays": 1200, "length": 6.0, "shots": 3, "pace": 2.0, "cuts_per_min": 20.0, "texts": 2, "people": 2,
        "loudness": -19.8, "tempo": 120.0, "speech": 0.25, "music": 0.75, "lang": "de", "score": 61.25,
        "fared": [6, 0, 0, 0, 0],
    }  # fmt: skip
    assert {name: card.row[name] for name in wanted} == wanted


def test_a_video_that_could_not_be_read_to_its_end_says_so(store: Store):
    told = told_of(ONE)
    told["media"]["lost_s"] = 1.5
    assert card_of(store, told).row["lost_s"] == 1.5


def test_what_is_not_known_is_absent_and_what_is_not_there_is_nought(store: Store):
    statuses = {"text_overlay": "none_found", "face_detection": "failed", "audio_environment": "skipped"}
    row = card_of(store, told_of(ONE, statuses=statuses)).row
    assert row["texts"] == 0
    assert {"people", "speech", "music", "score", "creator", "posted", "plays"} & set(row) == set()
    assert row["fared"] == [3, 1, 0, 1, 1]


def test_a_report_with_next_to_nothing_in_it_is_listed(store: Store):
    path = store.report_folder(ONE) / "report.json"
    path.parent.mkdir(parents=True)
    media = {"duration_s": None}
    path.write_text(
        json.dumps({"video": {"id": ONE}, "media": media, "summary": {"analyzers": {}}, "analyzers": {}, "tables": {}})
    )
    card = make_card(store, ONE)
    assert set(card.row) == {"id", "made_ns", "fared"}
    assert json.loads(card.film) == {}


def test_all_that_is_written_seen_and_said_is_searched(store: Store):
    card = card_of(store, told_of(ONE, {"author": "@anna", "caption": "a caption", "hashtags": ["edit"]}))
    assert card.said.split("\n") == [
        f"{ONE}.mp4", "@anna", "a caption", ONE, "#edit", "step 1: coffee", "step 2: fresh air", "Grüße aus Wien",
    ]  # fmt: skip


def test_lanes_are_in_milliseconds(store: Store):
    film = json.loads(card_of(store, told_of(ONE)).film)
    assert film["shots"] == [0, 2000, 5000, 6000]
    assert film["texts"] == [[500, 1500, "step 1: coffee"], [1000, 3000, "step 2: fresh air"]]
    assert film["words"] == [[200, 1200, "Grüße aus Wien"]]
    assert film["beats"] == [round(t * 1000) for t in BEATS]


def test_a_few_of_the_kept_pictures_are_in_it_from_the_first_to_the_last(store: Store):
    film = json.loads(card_of(store, told_of(ONE)).film)
    assert (film["n"], film["of"]) == (12, 12)
    film = json.loads(card_of(store, told_of(ONE, length_s=60.0)).film)
    sheet = np.asarray(Image.open(BytesIO(b64decode(film["p"]))).convert("L"), float)
    assert (film["n"], film["of"], sheet.shape) == (12, 60, (72, 480))
    shades = [sheet[:, 40 * k + 10 : 40 * k + 30].mean() for k in range(12)]
    assert shades == sorted(shades)
    assert shades[0] < 12
    assert shades[-1] > 225


def test_of_each_stretch_the_picture_that_shows_most_is_taken():
    """Videos that fade in and out are not a row of black."""
    wide, there = 8, 6
    sheet = np.zeros((16, wide * there, 3), np.uint8)
    for number in (1, 5):
        sheet[:8, number * wide : (number + 1) * wide] = 200
    assert _liveliest(Image.fromarray(sheet), wide, there, 3) == [1, 2, 5]


def test_the_wave_is_coarser_and_loses_no_peak(store: Store):
    wave = json.loads(card_of(store, told_of(ONE)).film)["wave"]
    levels = np.frombuffer(b64decode(wave["peak"]), np.uint8)
    assert (len(levels), levels.max()) == (334, 200)
    assert levels.argmax() * wave["step_s"] == pytest.approx(777 * 0.003, abs=wave["step_s"])


def test_nothing_analyzed_is_a_page_too(store: Store):
    assert rows_of(store) == []
    assert is_current(store)


# What strangers cannot do


def test_strangers_words_make_no_element_and_arrive_without_what_turns_text_around(store: Store):
    tags = [tag for tag, _ in Elements(page_of([card_of(store, told_of(ONE))])).found]
    told = told_of(ONE, {"file_name": HOSTILE, "author": HOSTILE, "caption": HOSTILE})
    told["tables"]["text_overlay"][0]["text"] = HOSTILE
    found = Elements(page_of([card_of(store, told)]))
    assert [tag for tag, _ in found.found] == tags
    [row] = json.loads(found.texts["data"])
    calm = "</script><img src=x onerror=alert(1)> <!-- {{film}} gpj.exe [31m ' \" &amp; ünï"
    assert row["title"] == row["caption"] == calm
    assert calm in json.loads(found.texts["said"])[0].split("\n")
    assert json.loads(found.texts[f"film-{ONE}"])["texts"][0][2] == calm[:47] + "…"


def test_its_policy_runs_this_script_and_lets_nothing_out(store: Store):
    text = page_of([card_of(store, told_of(ONE, {"caption": HOSTILE}))])
    found = Elements(text)
    policy = next(a["content"] for _, a in found.found if a.get("http-equiv") == "Content-Security-Policy")
    script, style = (b64encode(sha256(found.texts[name].encode()).digest()).decode() for name in ("script", "style"))
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; img-src data: 'self' file:; "
        "media-src blob: 'self' file:; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    assert set(re.findall(r"(?:https?:)?//[a-z][\w.-]*\.[a-z]{2,}[^\s\"'`]*", text)) == set()
    assert not re.search(
        r"@import|url\(|<link(?! rel=icon href=data:,>)|<iframe|fetch\(|XMLHttpRequest|WebSocket|sendBeacon|import\(",
        text,
    )
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|srcdoc", text)


def test_very_long_words_are_cut(store: Store):
    card = card_of(store, told_of(ONE, {"caption": "long " * 5000}))
    assert len(card.row["caption"]) == 280
    assert len(card.said) <= 6000


# When it is made anew


def test_only_reports_that_have_changed_are_opened_again(store: Store):
    write_told(store, ONE)
    write_told(store, OTHER)
    path = page_path(store)
    assert build(store) == Built(path, videos=2, anew=2, unreadable=0)
    first = path.read_bytes()
    assert build(store) == Built(path, videos=2, anew=0, unreadable=0)
    assert path.read_bytes() == first
    write_told(store, OTHER, told_of(OTHER, {"file_name": "another name.mp4"}))
    assert build(store).anew == 1
    assert [row["title"] for row in rows_of(store)] == [f"{ONE}.mp4", "another name.mp4"]


def test_it_is_current_until_a_report_comes_changes_or_goes(store: Store):
    report = write_told(store, ONE)
    assert not is_current(store)
    assert current_page(store) == page_path(store)
    assert is_current(store)
    os.utime(report, ns=(page_path(store).stat().st_mtime_ns + 1,) * 2)
    assert not is_current(store)
    build(store)
    later = write_told(store, OTHER)
    os.utime(later, ns=(1, 1))  # however old its file is
    assert not is_current(store)
    build(store)
    later.unlink()
    assert not is_current(store)
    assert [row["id"] for row in rows_of(store)] == [ONE]


@pytest.mark.parametrize("name", ["VERSION", "_look"])
def test_a_newer_program_makes_it_anew(store: Store, monkeypatch, name):
    write_told(store, ONE)
    build(store)
    monkeypatch.setattr(page, name, "another" if name == "VERSION" else lambda: "another")
    assert not is_current(store)
    assert build(store).anew == (name == "VERSION")


def test_a_damaged_report_is_counted_and_keeps_nobody_out(store: Store):
    write_told(store, ONE)
    write_told(store, OTHER).write_text('{"video": {')
    assert build(store) == Built(page_path(store), videos=1, anew=1, unreadable=1)
    assert is_current(store)


def test_a_damaged_page_is_made_anew(store: Store):
    write_told(store, ONE)
    whole = build(store).path.read_bytes()
    for broken in (b"", whole[:300], whole[: len(whole) // 2], b"\xff\xfe", whole.replace(b'"id"', b'"ID"')):
        page_path(store).write_bytes(broken)
        assert build(store).videos == 1
        assert page_path(store).read_bytes() == whole


def test_a_video_that_is_forgotten_is_gone_from_it(store: Store):
    write_told(store, ONE)
    report = write_told(store, OTHER)
    build(store)
    report.unlink()
    forget_video(store, OTHER)
    assert OTHER not in page_path(store).read_text(encoding="utf-8")
    assert is_current(store)
    assert [row["id"] for row in rows_of(store)] == [ONE]


# In Dagster


def test_the_asset_tells_what_it_made(store: Store):
    write_told(store, ONE)
    with open_instance(Path(store.root)) as instance:
        done = dg.materialize([build_corpus_page()], instance=instance, resources={"store": store})
        [event] = done.asset_materializations_for_node("corpus__page")
    assert event.metadata["videos"].value == 1
    assert event.metadata["videos_made_anew"].value == 1
    assert str(event.metadata["result"].value).endswith("/corpus")


def test_it_is_asked_for_every_quarter_of_an_hour_in_which_a_video_s_page_was_made(tmp_path):
    @dg.asset(key=PAGE_KEY, partitions_def=VIDEOS)
    def made() -> None: ...

    defs = dg.Definitions([made, build_corpus_page()], resources={"store": Store(root=str(tmp_path))})
    begun = datetime(2026, 3, 2, 12, 1, tzinfo=UTC)
    cursor, asked = None, []
    with open_instance(tmp_path) as instance:
        instance.add_dynamic_partitions(VIDEO_SET, [ONE])
        for minutes in range(0, 60, 5):  # 12:01, 12:06, ...; the page of a video is made at 12:21
            if minutes == 20:
                dg.materialize([made], instance=instance, partition_key=ONE)
            told = dg.evaluate_automation_conditions(
                defs, instance, cursor=cursor, evaluation_time=begun + timedelta(minutes=minutes)
            )
            cursor = told.cursor
            if told.get_num_requested(KEY):
                asked.append(minutes)
    assert asked == [30]
