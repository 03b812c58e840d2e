"""The report tells all, in the published shape, and the same video gives the same report."""

import json
from pathlib import Path

import jsonschema
import pyarrow.parquet as pq
import pytest

from resources import sources
from resources.settings import Settings
from tiktok_assets.analysis import analyse
from tiktok_assets.commands.docs import report_schema
from tiktok_assets.report import CURVE_ROWS, CURVE_VALUES, FEW, _text, _thinned, write_coverage, write_report


def make(house, store, video, settings) -> dict:
    for spec in house.values():
        analyse(spec, store, video, settings)
    write_coverage(store, video, list(house.values()))
    return json.loads(write_report(store, video, list(house.values()), settings).read_text())


def without_times(told: dict) -> dict:
    for facts in told["analyzers"].values():
        del facts["seconds"]
    return told


def test_it_opens_with_its_version_and_holds_every_part(house, store, video, settings):
    told = make(house, store, video, settings)
    assert list(told) == [
        "schema_version", "video", "media", "summary", "analyzers", "tables", "coverage", "reconstruction", "methods",
        "exports",
    ]  # fmt: skip
    assert told["video"]["id"] == video
    assert told["video"]["file_name"] == "blue.mp4"
    assert told["analyzers"]["glow"]["rows"] == len(told["tables"]["glow"]) == 6
    assert told["analyzers"]["blank"]["status"] == "none_found"
    assert told["coverage"]["glow"]["status"] == ["measured", "measured"]
    assert (store.report_folder(video) / "timeline.png").stat().st_size > 0


@pytest.mark.expects_errors
def test_it_keeps_to_its_schema_also_where_analyzers_failed(house, store, video, settings, faults):
    faults.glow = ValueError("broken")
    told = make(house, store, video, settings)
    jsonschema.validate(told, report_schema())
    assert told["analyzers"]["glow"]["status"] == "failed"
    assert told["analyzers"]["echo"]["status"] == "skipped"
    assert told["summary"]["analyzers"] == {"failed": 1, "none_found": 1, "ok": 2, "skipped": 1}


def test_a_row_with_a_wrong_column_breaks_the_schema(house, store, video, settings):
    told = make(house, store, video, settings)
    told["tables"]["glow"][0]["levle"] = 0.1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(told, report_schema())


def test_the_same_video_gives_the_same_report(house, store, clips, tmp_path, settings):
    from resources.store import Store

    other = Store(root=str(tmp_path / "elsewhere"))
    told = []
    for place in (store, other):
        video = sources.prepare(place, clips[0], settings)
        told.append(without_times(make(house, place, video, settings)))
    assert json.dumps(told[0]) == json.dumps(told[1])
    for name in house:
        assert store.read_table(name, video).equals(other.read_table(name, video))


def test_decoded_parts_are_cleared_after_the_report_and_remade_on_demand(house, store, video):
    settings = Settings(keep_sources=False)
    first = make(house, store, video, settings)
    large = [path for path in Path(store.root, "sources").rglob("*.raw") if path.stat().st_size > 20_000]
    assert large == []
    from dataclasses import replace

    house["glow"] = replace(house["glow"], version=2)
    second = make(house, store, video, settings)
    assert second["tables"]["glow"] == first["tables"]["glow"]


def test_the_frames_table_holds_every_frame_of_the_clock(house, store, video, settings):
    make(house, store, video, settings)
    table = pq.read_table(store.table_path("frames", video))
    assert table.num_rows == 45
    assert table["pts_s"].to_pylist()[:2] == [0.0, pytest.approx(1 / 30)]


def test_long_curves_are_thinned_and_events_are_not():
    curve = [{"level": "frame", "n": n} for n in range(2 * CURVE_ROWS + 1)]
    events = [{"level": "segment", "n": n} for n in range(5)]
    kept = _thinned(curve + events)
    assert sum(row["level"] == "segment" for row in kept) == 5
    assert CURVE_ROWS / 2 < sum(row["level"] == "frame" for row in kept) <= CURVE_ROWS


def test_rows_that_hold_much_are_thinned_sooner_unless_they_are_few():
    face = {"level": "sample", "points": [0.5] * 99}
    kept = _thinned([dict(face) for _ in range(900)])
    assert CURVE_VALUES / 2 < 100 * len(kept) <= CURVE_VALUES
    heavy = {"level": "video", "hashes": [7] * CURVE_VALUES}
    assert len(_thinned([heavy] * FEW)) == FEW


def test_every_row_is_one_line_and_the_whole_is_json():
    told = {"summary": {"a": [1, 2]}, "tables": {"x": [{"t": "a\nb"}, {"t": "c"}], "y": []}, "coverage": {}}
    text = _text(told)
    assert json.loads(text) == told
    assert '   {"t": "a\\nb"},\n   {"t": "c"}\n' in text
    assert json.loads(_text({"tables": {}})) == {"tables": {}}
