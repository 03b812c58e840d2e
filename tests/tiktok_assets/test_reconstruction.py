"""Every video is rebuilt from its tables: films, stills, a score; and what goes wrong there costs nobody the report."""

import json
from dataclasses import replace

import av
import jsonschema
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analyzers.contract import REGISTRY
from resources import sources
from resources.render import Clicks, Photo, Shot, Text, Video, render
from resources.settings import Settings
from tests.tiktok_assets.test_report import make
from tiktok_assets import reconstruction
from tiktok_assets.analysis import analyse
from tiktok_assets.commands.docs import report_schema
from tiktok_assets.reconstruction import folder_of, looked_at, rebuild, told_of
from tiktok_assets.report import write_coverage

FILM = Video(
    shots=(Shot(Photo("china"), 1.5), Shot(Photo("coffee"), 1.5)),
    texts=(Text("so good", 0.5, 2.5, y=0.3, size=0.12, box_hex="#ff2050"),),
    sound=(Clicks(bpm=120, first_s=0.25),),
    width=288,
    height=512,
)
NAMES = ("cut_analysis", "color_analysis", "text_overlay", "audio_analysis")


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    made = tmp_path_factory.mktemp("film") / "film.mp4"
    render(FILM, made)
    return made


@pytest.fixture
def analysed(store, path) -> str:
    settings = Settings(keep_sources=True)
    video = sources.prepare(store, path, settings)
    for name in NAMES:
        analyse(REGISTRY[name], store, video, settings)
    write_coverage(store, video, [REGISTRY[name] for name in NAMES])
    return video


def test_films_stills_a_table_and_a_score_come_of_the_tables(store, analysed):
    told = rebuild(store, analysed, Settings(keep_sources=True))
    assert told["status"] == "ok", told["reason"]
    assert told["score"] == told["ways"]["stills"]["score"] > 75
    assert 20 < told["ways"]["schematic"]["score"] < told["score"]
    assert told["ways"]["stills"]["terms"]["letters"] > 20
    assert len(told["stills"]) == 2
    assert told["coverage"] == {"edit": 100.0, "picture": 100.0, "sound": 100.0, "text": 100.0}
    for name in ("schematic.mp4", "stills.mp4", "still-001.webp", "still-002.webp"):
        assert (folder_of(store, analysed) / name).stat().st_size > 0
    rows = pq.read_table(store.table_path("reconstruction", analysed)).to_pylist()
    assert [(row["way"], row["second"]) for row in rows] == [(w, s) for w in ("schematic", "stills") for s in range(3)]
    assert [row["score"] for row in rows if row["way"] == "stills"] == told["ways"]["stills"]["seconds"]


def test_the_films_are_as_long_as_the_video_and_have_its_sound(store, analysed):
    rebuild(store, analysed, Settings(keep_sources=True))
    for name in ("schematic.mp4", "stills.mp4"):
        with av.open(str(folder_of(store, analysed) / name)) as film:
            assert film.duration is not None
            assert film.duration / av.time_base == pytest.approx(3.0, abs=0.1)
            assert film.streams.audio[0].codec.name == "aac"
            assert film.streams.video[0].width == 288


def test_leaving_the_texts_out_costs_the_letters(store, analysed):
    whole = rebuild(store, analysed, Settings(keep_sources=True))
    assert whole["ways"]["stills"]["added"]["text_overlay"] > 2
    text = store.read_outcome("text_overlay", analysed)
    store.write_table(
        "text_overlay", analysed, store.read_table("text_overlay", analysed)[:0], replace(text, fingerprint="x")
    )
    less = rebuild(store, analysed, Settings(keep_sources=True))
    assert less["ways"]["stills"]["terms"]["letters"] is None  # nobody knows of any
    assert "text_overlay" not in less["ways"]["stills"]["added"]


def test_what_was_rebuilt_of_the_same_tables_is_not_made_again(store, analysed):
    settings = Settings(keep_sources=True)
    first = rebuild(store, analysed, settings)
    film = folder_of(store, analysed) / "stills.mp4"
    made = film.stat().st_mtime_ns
    assert rebuild(store, analysed, settings) == first
    assert film.stat().st_mtime_ns == made


def test_the_score_of_other_tables_is_not_told(store, analysed):
    rebuild(store, analysed, Settings(keep_sources=True))
    assert told_of(store, analysed) is not None
    cuts = store.read_outcome("cut_analysis", analysed)
    store.write_table(
        "cut_analysis", analysed, store.read_table("cut_analysis", analysed), replace(cuts, fingerprint="other")
    )
    assert told_of(store, analysed) is None


def test_who_does_not_want_it_gets_the_report_without(house, store, video):
    settings = Settings(keep_sources=True, rebuild=False)
    assert rebuild(store, video, settings)["status"] == "skipped"
    told = make(house, store, video, settings)
    assert told["reconstruction"]["reason"] == "`rebuild` is switched off in the settings"
    jsonschema.validate(told, report_schema())
    assert pq.read_table(store.table_path("reconstruction", video)).num_rows == 0


def test_a_fault_is_told_and_the_report_is_made(house, store, video, settings, monkeypatch):
    def broken(*_):
        raise ValueError("no such thing")

    write_coverage(store, video, list(house.values()))
    monkeypatch.setattr(reconstruction, "read_original", broken)
    assert rebuild(store, video, settings)["status"] == "failed"
    told = make(house, store, video, settings)
    assert told["reconstruction"]["reason"] == "ValueError: no such thing"
    jsonschema.validate(told, report_schema())
    monkeypatch.undo()


def test_the_report_holds_it_in_the_published_shape(house, store, video, settings):
    for spec in house.values():
        analyse(spec, store, video, settings)
    write_coverage(store, video, list(house.values()))
    rebuild(store, video, settings)
    told = make(house, store, video, settings)
    assert told["reconstruction"]["status"] == "ok"
    jsonschema.validate(told, report_schema())
    json.dumps(told, allow_nan=False)


def test_a_video_without_tables_or_sound_is_rebuilt_of_nothing(house, store, clips, settings):
    video = sources.prepare(store, clips[1], settings)
    write_coverage(store, video, [])
    told = rebuild(store, video, settings)
    assert told["status"] == "ok", told["reason"]
    assert told["ways"]["stills"]["score"] > 95  # a still of a video that stands still
    assert told["ways"]["stills"]["terms"]["envelope"] is None


def test_seconds_that_were_looked_at_count_with_and_without_a_finding():
    name = "cut_analysis"
    statuses = ["measured", "none_found", "degraded", "skipped"]
    table = pa.table({"analyzer": [name] * 4 + ["gone"], "status": [*statuses, "measured"]})
    assert looked_at(table) == {"edit": 50.0}
