"""The timeline that all formats are written from: whole, in order, and within the video, whatever the tables say."""

from dataclasses import replace
from xml.etree import ElementTree as Xml

import numpy as np
import opentimelineio as otio
import pytest

from resources.render import truth_of
from tests.tiktok_assets.exports.film import OK, film, media_of, text_row, timeline_of
from tiktok_assets.exports.ass import write_ass
from tiktok_assets.exports.edl import write_edl
from tiktok_assets.exports.fcp7 import write_fcp7
from tiktok_assets.exports.fcpxml import write_fcpxml
from tiktok_assets.exports.model import MOST_MARKERS, clean, layers, read_timeline
from tiktok_assets.exports.otio import write_otio
from tiktok_assets.exports.subtitles import write_srt, write_vtt

KINDS = ("hard", "dissolve", "fade_black", "wipe_up", "whip", "jump_cut")


def anything(seed: int, end_s: float = 5.0) -> dict[str, list[dict]]:
    """Rows as no analyzer tells them: shots of no length, transitions over each other, texts beyond the end."""
    rng = np.random.default_rng(seed)

    def span(longest_s: float) -> dict[str, float]:
        start_s = float(rng.uniform(0, end_s + 0.5))
        return {"start_s": start_s, "end_s": start_s + float(rng.choice([0, 0.001, rng.uniform(0, longest_s)]))}

    shots = [{"level": "shot", "kind": None, "len_frames": None, **span(1.0)} for _ in range(rng.integers(0, 9))]
    joins = [{"level": "cut", "kind": str(rng.choice(KINDS)), "len_frames": int(rng.integers(0, 20)), **span(1.5)}
             for _ in range(rng.integers(0, 9))]  # fmt: skip
    texts = [text_row("so good", **span(3.0)) for _ in range(rng.integers(0, 6))]
    speeds = [{"op": "speed", "factor": 2.0, "told_by": "picture", **span(2.0)} for _ in range(3)]
    return {"cut_analysis": shots + joins, "text_overlay": texts, "speed_ops": speeds}


@pytest.mark.parametrize("seed", range(40))
def test_any_rows_make_a_whole_timeline_that_all_can_read(seed):
    timeline = timeline_of(film(), 30.0, **anything(seed))
    borders = [(clip.start, clip.end) for clip in timeline.clips]
    assert borders[0][0] == 0
    assert borders[-1][1] == timeline.length == 150
    assert all(a < b for a, b in borders)
    assert [end for _, end in borders[:-1]] == [start for start, _ in borders[1:]]
    for read, write, extra in (
        ("otio_json", write_otio, {}),
        ("cmx_3600", write_edl, {"rate": 30}),
        ("fcp_xml", write_fcp7, {}),
        ("fcpx_xml", write_fcpxml, {}),
    ):
        back = otio.adapters.read_from_string(write(timeline), read, **extra)
        back = back[0] if isinstance(back, otio.schema.SerializableCollection) else back
        clips = [item for item in back.tracks[0] if isinstance(item, otio.schema.Clip)]
        assert len(clips) == len(timeline.clips)
        assert back.tracks[0].duration().value == 150
        for item in back.tracks[0]:
            if isinstance(item, otio.schema.Clip) and read != "cmx_3600":
                assert item.range_in_parent().duration == item.source_range.duration
    Xml.fromstring(write_fcp7(timeline))
    for write in (write_srt, write_vtt, write_ass):
        assert write(timeline)


def test_a_video_of_one_picture_and_one_of_none_have_a_timeline():
    truth = truth_of(film())
    for t_s, duration_s in (([0.0], 0.033), ([], 0.0)):
        media = replace(media_of(truth, 30.0), duration_s=duration_s, fps_nominal=None, n_frames=len(t_s))
        timeline = read_timeline("v", "", "video.mp4", media, t_s, {})
        assert [(clip.start, clip.end) for clip in timeline.clips] == [(0, 1)]
        assert timeline.title == "v"
        for write in (write_otio, write_edl, write_fcp7, write_fcpxml, write_srt, write_vtt, write_ass):
            assert write(timeline)


def test_a_table_that_failed_is_not_believed():
    truth = truth_of(film())
    failed = replace(OK, status="failed")
    rows = anything(3)["cut_analysis"]
    timeline = read_timeline("v", "", "video.mp4", media_of(truth, 30.0), truth.t_s, {"cut_analysis": (failed, rows)})
    assert len(timeline.clips) == 1
    assert timeline.markers == ()


def test_texts_that_overlap_lie_on_tracks_of_their_own():
    timeline = timeline_of(film(), 30.0)
    tracks = layers(timeline.texts)
    assert [[text.text for text in track] for track in tracks] == [["so good"], ["link in bio"]]


def test_windows_that_say_the_same_are_one_marker_and_beats_are_many():
    windows = [{"kind": "window", "sound_class": "music", "music_share": 1.0, "start_s": s / 2, "end_s": (s + 1) / 2}
               for s in range(6)]  # fmt: skip
    beats = [{"kind": "beat", "start_s": s / 2, "end_s": s / 2} for s in range(6)]
    timeline = timeline_of(film(), 30.0, cut_analysis=[], text_overlay=[], audio_environment=windows, beats=beats)
    assert [(m.start, m.end) for m in timeline.markers if m.analyzer == "audio_environment"] == [(0, 90)]
    assert [m.start for m in timeline.markers if m.analyzer == "beats"] == [0, 15, 30, 45, 60, 75]
    assert [(s.kind, s.start, s.end) for s in timeline.sounds] == [("music", 0, 90)]


def test_a_curve_makes_no_markers():
    rows = [{"label": "dog", "start_s": s / 200, "end_s": s / 200} for s in range(MOST_MARKERS + 1)]
    timeline = timeline_of(film(), 30.0, cut_analysis=[], text_overlay=[], dogs=rows)
    assert timeline.markers == ()


def test_cleaning_keeps_every_script_and_drops_what_is_no_text():
    kept = "ümlaut 日本語 עברית 👨‍👩‍👧 \ufffd tab\there\nline"
    assert clean(kept) == kept
    assert clean("a\x00b\x1b[31mc\u202ed\u2028e\ud800f\r\ng") == "ab[31mcdef\ng"
