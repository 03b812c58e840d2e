"""A CapCut draft, read back as JSON: the same clips within a frame, the same texts, and nothing that refers nowhere."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from resources.render import truth_of
from tests.tiktok_assets.exports.film import WICKED, film, text_row, timeline_of
from tests.tiktok_assets.exports.test_model import anything
from tests.tiktok_assets.exports.test_round_trip import CASES, SPEEDS, borders
from tiktok_assets.exports.capcut import US, write_capcut
from tiktok_assets.exports.model import Timeline

REVERSE = {"op": "reverse", "factor": -1.0, "told_by": "picture", "start_s": 2.6, "end_s": 3.0}


def unpacked(timeline: Timeline) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(write_capcut(timeline))) as packed:
        assert packed.testzip() is None
        return {name.removeprefix(f"{timeline.video}/"): packed.read(name).decode() for name in packed.namelist()}


def draft_of(timeline: Timeline) -> dict[str, Any]:
    return json.loads(unpacked(timeline)["draft_content.json"])


def segments(draft: dict[str, Any], kind: str | None = None) -> Iterator[dict[str, Any]]:
    for track in draft["tracks"]:
        if kind in (None, track["type"]):
            yield from track["segments"]


def everything(told: Any) -> Iterator[dict[str, Any]]:
    """Every object of a JSON, within others too."""
    if isinstance(told, dict):
        yield told
    for value in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        yield from everything(value)


@pytest.fixture(params=CASES)
def case(request):
    video, rate = CASES[request.param]
    return timeline_of(video, float(rate), speed_ops=[*SPEEDS, REVERSE]), truth_of(video), rate


def test_the_clips_come_back_within_a_frame_and_without_gaps(case):
    timeline, truth, rate = case
    draft = draft_of(timeline)
    main = draft["tracks"][0]
    starts = [shot["target_timerange"]["start"] for shot in main["segments"]]
    ends = [start + shot["target_timerange"]["duration"] for start, shot in zip(starts, main["segments"], strict=True)]
    assert main["type"] == "video"
    assert starts[0] == 0
    assert ends[:-1] == starts[1:]
    assert ends[-1] == draft["duration"]
    assert [start * rate / US for start in starts[1:]] == pytest.approx(borders(truth, rate), abs=1.0)
    assert ends[-1] / US == pytest.approx(truth.duration_s, abs=float(1 / rate))
    for shot in main["segments"]:
        assert shot["source_timerange"] == shot["target_timerange"]
        assert (shot["speed"], shot["volume"], shot["visible"]) == (1.0, 1.0, True)
    assert draft["fps"] == pytest.approx(float(rate))
    assert draft["is_drop_frame_timecode"] == (rate in (Fraction(30000, 1001), Fraction(60000, 1001)))


def test_the_texts_come_back_with_place_colours_and_times(case):
    timeline, truth, rate = case
    draft = draft_of(timeline)
    by_id = {text["id"]: text for text in draft["materials"]["texts"]}
    found = {json.loads(by_id[s["material_id"]]["content"])["text"]: s for s in segments(draft, "text")}
    assert set(found) == {text.text for text in truth.texts}
    for true in truth.texts:
        segment, material = found[true.text], by_id[found[true.text]["material_id"]]
        span = segment["target_timerange"]
        assert span["start"] * rate / US == pytest.approx(true.start_s * rate, abs=1.0)
        assert (span["start"] + span["duration"]) * rate / US == pytest.approx(true.end_s * rate, abs=1.0)
        assert segment["clip"]["transform"]["y"] == pytest.approx(1 - 2 * (true.y + true.h / 2), abs=1e-6)
        assert not segment["visible"]  # the picture shows it already
        (style,) = json.loads(material["content"])["styles"]
        colour = [int(true.fill_hex[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        assert style["fill"]["content"]["solid"]["color"] == pytest.approx(colour, abs=1e-3)
        assert ("strokes" in style) == bool(true.stroke_hex)
        assert material.get("background_color") == true.box_hex


def test_every_id_is_there_once_and_nothing_refers_nowhere(case):
    draft = draft_of(case[0])
    kept = {material["id"]: name for name, some in draft["materials"].items() for material in some}
    ids = [one["id"] for one in everything(draft) if "id" in one]
    assert len(ids) == len(set(ids))
    referred = [ref for segment in segments(draft) for ref in (segment["material_id"], *segment["extra_material_refs"])]
    assert set(referred) == set(kept)
    own = [ref for segment in segments(draft) for ref in segment["extra_material_refs"]]
    assert len(own) == len(set(own))
    about = json.loads(unpacked(case[0])["draft_meta_info.json"])
    (media,) = about["draft_materials"][0]["value"]
    assert draft["materials"]["videos"][0]["local_material_id"] == media["id"]
    assert about["draft_id"] == draft["id"]


def test_times_are_whole_and_nothing_overlaps(case):
    draft = draft_of(case[0])
    for segment in segments(draft):
        for span in (segment["target_timerange"], segment["source_timerange"]):
            if span is not None:
                assert all(isinstance(time, int) for time in span.values())
                assert span["start"] >= 0
                assert span["duration"] > 0
                assert span["start"] + span["duration"] <= draft["duration"]
    for track in draft["tracks"]:
        spans = [segment["target_timerange"] for segment in track["segments"]]
        assert all(a["start"] + a["duration"] <= b["start"] for a, b in pairwise(spans))


def test_a_dissolve_is_capcuts_and_what_it_has_not_is_told(case):
    timeline = case[0]
    draft, said = draft_of(timeline), unpacked(timeline)["README.txt"]
    (mix,) = draft["materials"]["transitions"]
    (first,) = [s for s in segments(draft, "video") if mix["id"] in s["extra_material_refs"]]
    dissolve = timeline.joins[0]
    assert first["target_timerange"]["start"] == pytest.approx(timeline.clips[1].start_s * US, abs=34_000)
    assert mix["duration"] == pytest.approx(dissolve.length / timeline.rate.exact * US, abs=1)
    for missing in ("wipe_left", "freeze", "reverse"):
        assert missing in said
    assert "dissolve" not in said
    assert "EXPERIMENTAL" in said
    assert "No CapCut has opened this draft" in said
    assert ("uneven" in said) == timeline.is_vfr


def test_speeds_lie_hidden_and_silent_and_keep_capcuts_sum(case):
    draft = draft_of(case[0])
    speeds = {material["id"]: material["speed"] for material in draft["materials"]["speeds"]}
    (slow,) = [s for s in segments(draft, "video") if s["speed"] != 1.0]
    assert slow["speed"] == speeds[slow["extra_material_refs"][0]] == 0.5
    assert slow["source_timerange"]["duration"] == pytest.approx(slow["target_timerange"]["duration"] * 0.5, abs=1)
    assert not slow["visible"]
    assert slow["volume"] == 0.0


def test_the_video_is_looked_for_beside_the_draft_or_where_it_is_told():
    timeline = timeline_of(film(), 30.0)
    told = unpacked(timeline)
    assert json.loads(told["draft_content.json"])["materials"]["videos"][0]["path"].endswith("_##/Resources/video.mp4")
    assert "Put a copy of the video (video.mp4)" in told["README.txt"]
    for path, name in (("/footage/a b.mp4", "a b.mp4"), (r"C:\clips\a.mp4", "a.mp4")):
        told = unpacked(replace(timeline, media=path))
        footage = json.loads(told["draft_content.json"])["materials"]["videos"][0]
        assert (footage["path"], footage["material_name"]) == (path, name)
        assert json.loads(told["draft_meta_info.json"])["draft_materials"][0]["value"][0]["file_Path"] == path
        assert path in told["README.txt"]


def test_both_names_hold_the_same_draft_and_the_same_tables_give_the_same_bytes():
    timeline = timeline_of(film(), 30.0)
    told = unpacked(timeline)
    assert told["draft_content.json"] == told["draft_info.json"]
    assert write_capcut(timeline) == write_capcut(timeline)


def test_a_strangers_text_stays_a_text_and_is_counted_as_capcut_counts():
    rows = [text_row(WICKED, 0.5, 2.0), text_row("🙂 ok", 2.0, 3.0)]
    draft = draft_of(timeline_of(film(), 30.0, title=WICKED, text_overlay=rows))
    first, second = (json.loads(text["content"]) for text in draft["materials"]["texts"])
    assert first["text"] == WICKED.translate({0: None, 0x1B: None, 0x202E: None}).strip()
    assert second["styles"][0]["range"] == [0, 5]  # an emoji is two of UTF-16


@pytest.mark.parametrize("seed", range(20))
def test_any_rows_make_a_draft_that_refers_nowhere_else(seed):
    timeline = timeline_of(film(), 30.0, **anything(seed))
    draft = draft_of(timeline)
    ids = [one["id"] for one in everything(draft) if "id" in one]
    assert len(ids) == len(set(ids))
    kept = {material["id"] for some in draft["materials"].values() for material in some}
    assert {ref for s in segments(draft) for ref in (s["material_id"], *s["extra_material_refs"])} == kept
    ends = [s["target_timerange"]["start"] + s["target_timerange"]["duration"] for s in segments(draft)]
    assert max(ends) == draft["duration"]


def test_a_video_of_one_picture_without_sound_or_texts_is_a_draft():
    timeline = timeline_of(film(), 30.0, cut_analysis=[], text_overlay=[])
    draft = draft_of(replace(timeline, has_sound=False))
    assert len(draft["tracks"]) == 1
    assert not draft["materials"]["videos"][0]["has_audio"]
