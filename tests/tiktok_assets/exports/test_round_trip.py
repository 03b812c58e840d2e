"""A timeline that is known is read back by OpenTimelineIO: the same clips within a frame, the same texts."""

from fractions import Fraction
from xml.etree import ElementTree as Xml

import opentimelineio as otio
import pytest

from resources.render import truth_of, uneven_times
from tests.tiktok_assets.exports.film import film, timeline_of
from tiktok_assets.exports.edl import write_edl
from tiktok_assets.exports.fcp7 import write_fcp7
from tiktok_assets.exports.fcpxml import write_fcpxml
from tiktok_assets.exports.otio import write_otio

NTSC = Fraction(30000, 1001)
CASES = {
    "24": (film(24), Fraction(24)),
    "29.97": (film(NTSC), NTSC),
    "30": (film(30), Fraction(30)),
    "59.94": (film(NTSC * 2), NTSC * 2),
    "60": (film(60), Fraction(60)),
    "vfr": (film(30, uneven_times(5.0)), Fraction(30)),
}
SPEEDS = [
    {"op": "speed", "factor": 0.5, "told_by": "picture", "start_s": 1.2, "end_s": 1.8},
    {"op": "freeze", "factor": 0.0, "told_by": "picture", "start_s": 4.2, "end_s": 4.8},
]


@pytest.fixture(params=CASES)
def case(request):
    video, rate = CASES[request.param]
    return timeline_of(video, float(rate), speed_ops=SPEEDS), truth_of(video), rate


def clips_of(track) -> list[tuple[float, float]]:
    found = [item for item in track if isinstance(item, otio.schema.Clip)]
    spans = [clip.range_in_parent() for clip in found]
    return [(span.start_time.value, span.end_time_exclusive().value) for span in spans]


def borders(truth, rate) -> list[float]:
    """Where the shots really meet, in frames of the timeline."""
    return [(change.start_s + change.end_s) / 2 * float(rate) for change in truth.changes]


def is_near(found: list[tuple[float, float]], truth, rate, frames: float = 1.0) -> bool:
    expected = [0.0, *borders(truth, rate), truth.duration_s * float(rate)]
    said = [found[0][0], *(end for _, end in found)]
    return len(said) == len(expected) and all(abs(a - b) <= frames for a, b in zip(said, expected, strict=True))


def test_opentimelineio_brings_back_clips_transitions_speeds_and_texts(case):
    timeline, truth, rate = case
    read = otio.adapters.read_from_string(write_otio(timeline), "otio_json")
    tracks = {track.name: track for track in read.tracks}
    assert is_near(clips_of(tracks["shots"]), truth, rate)
    joins = [item for item in tracks["shots"] if isinstance(item, otio.schema.Transition)]
    assert [join.name for join in joins] == ["dissolve", "wipe_left"]
    assert joins[0].transition_type == otio.schema.TransitionTypes.SMPTE_Dissolve
    for join, change in zip(joins, truth.changes[1:], strict=True):
        length = (join.in_offset + join.out_offset).value
        assert length == pytest.approx((change.end_s - change.start_s) * float(rate), abs=1.01)
    texts = [c for name in ("texts", "texts 2") for c in tracks[name] if isinstance(c, otio.schema.Clip)]
    assert sorted(c.metadata["tiktok_assets"]["text"] for c in texts) == ["link in bio", "so good"]
    assert {c.metadata["tiktok_assets"]["style"].get("box_hex") for c in texts} == {None, "#ff2050"}
    for clip in texts:
        true = next(t for t in truth.texts if t.text == clip.metadata["tiktok_assets"]["text"])
        assert clip.source_range.start_time.value == pytest.approx(true.start_s * float(rate), abs=1.0)
    slow, still = [c for c in tracks["speed"] if isinstance(c, otio.schema.Clip)]
    assert slow.effects[0].time_scalar == 0.5
    assert isinstance(still.effects[0], otio.schema.FreezeFrame)
    assert [t.name for t in read.tracks if t.enabled] == ["shots", "sound"]
    assert read.tracks[0][0].media_reference.target_url == "../../../media/v/video.mp4"


def test_an_edl_brings_back_the_clips(case):
    timeline, truth, rate = case
    text = write_edl(timeline)
    assert ("FCM: DROP FRAME" in text) == (rate in (NTSC, NTSC * 2))
    read = otio.adapters.read_from_string(text, "cmx_3600", rate=float(rate))
    track = read.tracks[0]
    begins = [change.start_s if change.kind != "hard" else change.end_s for change in truth.changes]
    expected = [0.0, *(begin * float(rate) for begin in begins), truth.duration_s * float(rate)]
    found = clips_of(track)
    assert [found[0][0], *(end for _, end in found)] == pytest.approx(expected, abs=1.0)
    wipe = [item for item in track if isinstance(item, otio.schema.Transition)][-1]
    assert wipe.transition_type == "SMPTE_Wipe"
    assert "* TRANSITION: wipe_left" in text


def test_fcpxml_brings_back_clips_and_titles_within_a_library(case):
    timeline, truth, rate = case
    root = Xml.fromstring(write_fcpxml(timeline))
    spine = root.find("library/event/project/sequence/spine")
    assert spine is not None
    shots = spine.findall("asset-clip")
    found = [(frames(s.get("offset"), rate), frames(s.get("duration"), rate)) for s in shots]
    assert is_near([(start, start + length) for start, length in found], truth, rate)
    assert [t.get("name") for t in spine.findall("transition")] == ["dissolve", "wipe_left"]
    titles = ["".join(t.itertext()) for t in spine.iter("text")]
    assert sorted(titles) == ["link in bio", "so good"]
    assert {t.get("enabled") for t in spine.iter("title")} == {"0"}
    assert len(spine.findall("asset-clip/marker")) == len(timeline.markers) > 0
    if rate.denominator == 1:  # OpenTimelineIO's reader knows whole rates alone
        read = otio.adapters.read_from_string(write_fcpxml(timeline), "fcpx_xml")[0]
        assert is_near(clips_of(read.tracks[0]), truth, rate)
        assert sum(len(clip.markers) for clip in read.tracks[0]) == len(timeline.markers)


def frames(seconds: str | None, rate: Fraction) -> int:
    exact = Fraction((seconds or "").removesuffix("s")) * rate
    assert exact.denominator == 1, f"{seconds} is no edge of a frame"
    return int(exact)


def test_premieres_xml_brings_back_clips_texts_and_markers(case):
    timeline, truth, rate = case
    text = write_fcp7(timeline)
    read = otio.adapters.read_from_string(text, "fcp_xml")
    assert is_near(clips_of(read.tracks[0]), truth, rate)
    assert read.tracks[0][0].media_reference.target_url == "../../../media/v/video.mp4"
    assert read.tracks[0][0].media_reference.available_range.duration.value == timeline.length
    assert read.global_start_time.value == 0
    said = [e.text for e in Xml.fromstring(text).iterfind(".//generatoritem//parameter[parameterid='str']/value")]
    assert sorted(map(str, said)) == ["link in bio", "so good"]
    assert [m.name for m in read.tracks.markers] == [m.name for m in timeline.markers]
    shown = [track.findtext("enabled", "TRUE") for track in Xml.fromstring(text).iterfind(".//video/track")]
    assert shown == ["TRUE", "FALSE", "FALSE"]


def test_uneven_frame_times_are_told():
    video, rate = CASES["vfr"]
    timeline = timeline_of(video, float(rate))
    for write in (write_otio, write_edl, write_fcpxml, write_fcp7):
        assert "uneven frame times" in write(timeline)
        assert "uneven frame times" not in write(timeline_of(film(), 30.0))


def test_a_video_without_cuts_is_one_clip():
    timeline = timeline_of(film(30), 30.0, cut_analysis=[], text_overlay=[])
    read = otio.adapters.read_from_string(write_otio(timeline), "otio_json")
    assert clips_of(read.tracks[0]) == [(0, 150)]
    assert [track.name for track in read.tracks] == ["shots", "sound"]
    for write, adapter in ((write_fcp7, "fcp_xml"), (write_edl, "cmx_3600")):
        extra = {"rate": 30} if adapter == "cmx_3600" else {}
        back = otio.adapters.read_from_string(write(timeline), adapter, **extra)
        assert clips_of(back.tracks[0]) == [(0, 150)]


def test_each_analyzer_marks_in_a_colour_of_its_own():
    timeline = timeline_of(film(30), 30.0)
    read = otio.adapters.read_from_string(write_otio(timeline), "otio_json")
    colours = {m.metadata["tiktok_assets"]["analyzer"]: m.color for m in read.tracks.markers}
    assert set(colours) == {"cut_analysis", "text_overlay"}
    assert len(set(colours.values())) == 2
