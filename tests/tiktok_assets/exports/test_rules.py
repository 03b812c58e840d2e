"""The rules of the formats themselves: what stands where in an EDL and an FCPXML, and how files are addressed."""

import re
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree as Xml

import opentimelineio as otio
import pytest

from resources.render import uneven_times
from tests.tiktok_assets.exports.film import WICKED, film, text_row, timeline_of
from tiktok_assets.exports.edl import write_edl
from tiktok_assets.exports.fcp7 import write_fcp7
from tiktok_assets.exports.fcpxml import write_fcpxml
from tiktok_assets.exports.model import Timeline
from tiktok_assets.exports.otio import write_otio

NTSC = Fraction(30000, 1001)
EVENT = re.compile(r"(\d{3,})  AX       V     (C   |D   |W\d{3}) (   |\d{3})((?: \d\d:\d\d:\d\d[:;]\d\d){4})")
KINDS = {"dissolve": "D", "fade_black": "D", "zoom": "D", "slide_left": "D", "whip": "D"}
WIPES = {"wipe_right": "W001", "wipe_left": "W001", "wipe_down": "W002", "wipe_up": "W002"}

# FCPXML's DTDs 1.8 to 1.11, of the elements that are written: attributes that must be there, those that may, children.
TIMED = "lane offset name start duration enabled"
DTD = {
    "fcpxml": ("version", "", ("resources", "library")),
    "resources": ("", "", ("format", "asset", "effect")),
    "format": ("id", "name frameDuration width height colorSpace", ()),
    "asset": ("id src", "name start duration hasVideo format hasAudio audioSources audioChannels audioRate", ()),
    "effect": ("id uid", "name src", ()),
    "library": ("", "location", ("event",)),
    "event": ("", "name uid", ("project",)),
    "project": ("", "name uid", ("sequence",)),
    "sequence": ("format", "duration tcStart tcFormat", ("note", "spine", "metadata")),
    "spine": ("", "", ()),
    "transition": ("duration", "name offset", ()),
    "asset-clip": ("ref", f"{TIMED} tcFormat", ("note", "title", "marker")),
    "marker": ("start value", "duration", ()),
    "title": ("ref duration", TIMED, ("param", "text", "text-style-def")),
    "param": ("name", "key value", ()),
    "text": ("", "", ("text-style",)),
    "text-style-def": ("id", "name", ("text-style",)),
    "text-style": (
        "",
        "ref font fontSize fontFace fontColor strokeColor strokeWidth backgroundColor alignment",
        (),
    ),
}  # fmt: skip


def joined_by(kind: str) -> Timeline:
    """Two shots with a transition of half a second between them."""
    shots = [{"level": "shot", "start_s": a, "end_s": b, "kind": None, "len_frames": None} for a, b in ((0, 2), (2, 5))]
    cut = {"level": "cut", "start_s": 1.8, "end_s": 2.3, "kind": kind, "len_frames": 15}
    return timeline_of(film(), 30.0, cut_analysis=[*shots, cut], text_overlay=[])


@pytest.mark.parametrize(("kind", "code"), (KINDS | WIPES).items())
def test_a_transition_is_a_dissolve_or_a_numbered_wipe_and_named_beside_it(kind, code):
    text = write_edl(joined_by(kind))
    (event,) = [match for match in EVENT.finditer(text) if match[3].strip()]
    assert (event[2].strip(), event[3]) == (code, "015")
    (remark,) = re.findall(r"^\* TRANSITION: (.*)$", text, re.MULTILINE)
    said = {"wipe_left": "wipe_left, W001 reversed", "wipe_up": "wipe_up, W002 reversed"}
    assert remark == (kind if kind in ("dissolve", "wipe_right", "wipe_down") else said.get(kind, remark))
    assert remark.startswith(kind)
    assert ("written as a dissolve" in remark) == (code == "D" and kind != "dissolve")
    read = otio.adapters.read_from_string(text, "cmx_3600", rate=30).tracks[0]
    (join,) = [item for item in read if isinstance(item, otio.schema.Transition)]
    assert join.transition_type == ("SMPTE_Wipe" if code in WIPES.values() else "SMPTE_Dissolve")
    assert join.metadata["cmx_3600"]["transition"] == code
    assert (join.in_offset + join.out_offset).value == 15


def test_a_cut_has_no_transition():
    text = write_edl(timeline_of(film(), 30.0))
    assert [match[2].strip() for match in EVENT.finditer(text)] == ["C", "C", "C", "D", "C", "W001"]
    assert text.count("* TRANSITION: ") == 2
    assert "TRANSITION" not in write_edl(timeline_of(film(), 30.0, cut_analysis=[]))


@pytest.mark.parametrize(("rate", "mode", "point"), [(NTSC, "DROP FRAME", ";"), (NTSC * 2, "DROP FRAME", ";"),
                                                      (Fraction(24000, 1001), "NON-DROP FRAME", ":"),
                                                      (Fraction(30), "NON-DROP FRAME", ":")])  # fmt: skip
def test_frames_are_dropped_where_the_second_line_says_so(rate, mode, point):
    lines = write_edl(timeline_of(film(rate), float(rate))).split("\n")
    assert lines[1] == f"FCM: {mode}"
    events = [EVENT.fullmatch(line) for line in lines if re.match(r"\d{3}  ", line)]
    assert all(events)
    assert {time[8] for event in events if event for time in event[4].split()} == {point}


@pytest.mark.parametrize("rate", [NTSC, Fraction(25), Fraction(33, 2)])
def test_hours_and_odd_rates_come_back_frame_by_frame(rate):
    """A video of three hours, cut once in each."""
    starts = [0, round(3600 * rate) + 7, round(7200 * rate) + 11]
    length = round(3 * 3600 * rate)
    base = timeline_of(film(), 30.0, cut_analysis=[], text_overlay=[])
    clips = tuple(
        replace(base.clips[0], start=a, end=b, number=n)
        for n, (a, b) in enumerate(zip(starts, [*starts[1:], length], strict=True))
    )
    timeline = replace(base, rate=replace(base.rate, exact=rate), clips=clips, length=length, markers=())
    told = [EVENT.fullmatch(line) for line in write_edl(timeline).split("\n") if re.match(r"\d{3}  ", line)]
    assert [event[4].split()[2] for event in told if event] == [timeline.rate.timecode(start) for start in starts]
    if rate.denominator == 1 or rate == NTSC:
        read = otio.adapters.read_from_string(write_edl(timeline), "cmx_3600", rate=float(rate))
        assert [clip.source_range.start_time.to_frames() for clip in read.tracks[0]] == starts
    for clip in Xml.fromstring(write_fcpxml(timeline)).iter("asset-clip"):
        for name in ("offset", "start", "duration"):
            assert (Fraction((clip.get(name) or "").removesuffix("s")) * rate).denominator == 1


def test_every_clip_names_its_reel_and_its_file():
    text = write_edl(timeline_of(film(), 30.0))
    n_clips = len(timeline_of(film(), 30.0).clips)
    assert text.count("* FROM CLIP NAME: video.mp4") == n_clips
    assert text.count("* FROM FILE: ../../../media/v/video.mp4") == n_clips
    read = otio.adapters.read_from_string(text, "cmx_3600", rate=30)
    assert {clip.name for clip in read.tracks[0] if isinstance(clip, otio.schema.Clip)} == {"video.mp4"}


def test_an_odd_title_stays_on_its_line():
    text = write_edl(timeline_of(film(), 30.0, title="a\nFCM: DROP FRAME\r\n001  BL V C ünï 日本\x00"))
    assert text.split("\n")[:2] == ["TITLE: a FCM: DROP FRAME 001 BL V C ünï 日本", "FCM: NON-DROP FRAME"]


@pytest.mark.parametrize("case", ["plain", "29.97", "vfr", "wicked", "no cuts"])
def test_fcpxml_is_as_its_document_type_says(case):
    rows = {"text_overlay": [text_row(WICKED, 0.5, 2.0), text_row("b", 0.5, 4.0, stroke_hex="#000000")]}
    video, fps = {"29.97": (film(NTSC), float(NTSC)), "vfr": (film(30, uneven_times(5.0)), 30.0)}.get(
        case, (film(), 30.0)
    )
    timeline = timeline_of(
        video, fps, **(rows if case == "wicked" else {"cut_analysis": []} if case == "no cuts" else {})
    )
    root = Xml.fromstring(write_fcpxml(timeline))
    names = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(names) == len(set(names))
    assert {one.get(name) for one in root.iter() for name in ("ref", "format") if one.get(name)} <= set(names)
    for one in root.iter():
        needed, allowed, order = DTD[one.tag]
        assert set(needed.split()) <= set(one.attrib) <= {*needed.split(), *allowed.split()}, one.tag
        if order:
            places = [order.index(child.tag) for child in one]
            assert places == sorted(places), one.tag
    frame = Fraction(1) / timeline.rate.exact
    times = [
        one.get(name) for one in root.iter() for name in ("offset", "start", "duration", "tcStart") if one.get(name)
    ]
    assert all((Fraction((time or "").removesuffix("s")) / frame).denominator == 1 for time in times)


def test_what_is_told_of_the_place_of_the_video_is_an_address_where_one_is_asked_for():
    known = {
        "../../a b.mp4": "../../a%20b.mp4",
        "/footage/a b#1.mp4": "file:///footage/a%20b%231.mp4",
        r"C:\clips\a b.mp4": "file:///C:/clips/a%20b.mp4",
        "https://host/a.mp4": "https://host/a.mp4",
    }
    for path, address in known.items():
        timeline = replace(timeline_of(film(), 30.0), media=path)
        assert f"* FROM FILE: {path}\n" in write_edl(timeline)
        assert Xml.fromstring(write_fcp7(timeline)).findtext(".//pathurl") == address
        assert [asset.get("src") for asset in Xml.fromstring(write_fcpxml(timeline)).iter("asset")] == [address]
        read = otio.adapters.read_from_string(write_otio(timeline), "otio_json")
        assert read.tracks[0][0].media_reference.target_url == address
        assert timeline.media_name == path.replace("\\", "/").rpartition("/")[2]


def test_premieres_xml_says_rate_size_and_ends_of_every_item():
    timeline = timeline_of(film(NTSC), float(NTSC))
    root = Xml.fromstring(write_fcp7(timeline))
    assert {rate.findtext("timebase") for rate in root.iter("rate")} == {"30"}
    assert {rate.findtext("ntsc") for rate in root.iter("rate")} == {"TRUE"}
    for item in [*root.iter("clipitem"), *root.iter("generatoritem")]:
        start, end, first, last = (int(item.findtext(name) or "nan") for name in ("start", "end", "in", "out"))
        assert 0 <= first < last <= timeline.length
        if -1 not in (start, end):
            assert end - start == last - first
    assert len([file for file in root.iter("file") if len(file)]) == 1  # told once, then referred to
    assert {file.get("id") for file in root.iter("file")} == {"file-1"}
