"""The whole way: a film is rendered, analysed, exported, read back: its clips within a frame, its texts as written."""

from dataclasses import asdict, replace
from fractions import Fraction
from itertools import pairwise

import opentimelineio as otio
import pytest

from resources.render import Photo, Shot, Text, Transition, Video, render, uneven_times
from tests.tiktok_assets.exports.test_round_trip import clips_of, is_near
from tests.truth.cases import at_speeds, panning
from tests.truth.pipeline import Analysed
from tiktok_assets.exports.model import Timeline, read_timeline
from tiktok_assets.exports.otio import write_otio

FILM = Video(
    shots=(
        Shot(Photo("coffee"), 1.0),
        Shot(Photo("china"), 1.2),
        Shot(Photo("rocket"), 1.3, enter=Transition("dissolve", 0.5)),
    ),
    width=180,
    height=320,
)
RATES = {"24": 24, "29.97": Fraction(30000, 1001), "30": 30, "60": 60}


def exported(analysed: Analysed, *names: str) -> tuple[Timeline, otio.schema.Timeline]:
    media, motion = analysed.source("media"), analysed.source("motion")
    tables = {name: (analysed.outcome(name), list(map(asdict, analysed.rows(name)))) for name in names}
    timeline = read_timeline("v", "film.mp4", "video.mp4", media, motion.t_s.tolist(), tables)
    return timeline, otio.adapters.read_from_string(write_otio(timeline), "otio_json")


@pytest.mark.parametrize("name", [*RATES, "vfr"])
def test_clips_come_back_within_a_frame(name, tmp_path):
    film = replace(FILM, fps=RATES.get(name, 30), times_s=uneven_times(3.5) if name == "vfr" else None)
    truth = render(film, tmp_path / "film.mp4")
    timeline, read = exported(Analysed(tmp_path / "film.mp4", tmp_path / "data"), "cut_analysis")
    assert timeline.is_vfr == (name == "vfr")
    if name != "vfr":
        assert timeline.rate.exact == film.fps
        assert timeline.length == len(truth.t_s)
    longest_s = max(b - a for a, b in pairwise(truth.t_s))  # of uneven frames one may last two of the timeline's
    frames = max(1.0, longest_s * timeline.rate.exact + 0.5) if name == "vfr" else 1.0
    assert is_near(clips_of(read.tracks[0]), truth, timeline.rate.exact, frames)


def test_texts_come_back_as_written(tmp_path):
    text = Text("Wait for it", 0.5, 2.5, y=0.3, size=0.1, box_hex="#ff2050")
    film = replace(FILM, width=360, height=640, texts=(text,))
    truth = render(film, tmp_path / "film.mp4")
    analysed = Analysed(tmp_path / "film.mp4", tmp_path / "data")
    _, read = exported(analysed, "cut_analysis", "text_overlay")
    track = next(track for track in read.tracks if track.name == "texts")
    clips = [item for item in track if isinstance(item, otio.schema.Clip)]
    told = {clip.metadata["tiktok_assets"]["text"]: clip for clip in clips}
    assert "Wait for it" in told
    span = told["Wait for it"].source_range
    assert span.start_time.value == pytest.approx(truth.texts[0].start_s * 30, abs=1)
    assert span.end_time_exclusive().value == pytest.approx(truth.texts[0].end_s * 30, abs=1)
    assert told["Wait for it"].metadata["tiktok_assets"]["style"]["box_hex"]


def test_speeds_come_back_as_time_warps(tmp_path):
    render(at_speeds(panning(4), (40, 1), (20, 2), (24, 0.5)), tmp_path / "film.mp4")
    _, read = exported(Analysed(tmp_path / "film.mp4", tmp_path / "data"), "cut_analysis", "speed_ops")
    track = next(track for track in read.tracks if track.name == "speed")
    clips = [item for item in track if isinstance(item, otio.schema.Clip)]
    assert [clip.effects[0].time_scalar for clip in clips] == pytest.approx([2, 0.5], rel=0.05)
    borders = [time for a, b in clips_of(track) for time in (a, b)]
    assert borders == pytest.approx([40, 60, 60, 84], abs=1)
