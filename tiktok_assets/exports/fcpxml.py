"""FCPXML 1.8: for Final Cut, and for Resolve, which takes a project only within an event of a library.

Written here rather than by OpenTimelineIO's adapter, which puts the project outside, drops the markers and rounds
29.97 down to 29 (https://github.com/AcademySoftwareFoundation/OpenTimelineIO/issues/742). Texts are titles that are
switched off: the picture shows them already. The format has no colours for markers.

Of the versions 1.8 to 1.11 the first is written, since all that read the later ones read it too, and what is written
is the same in all of them but for the asset's `src`, which since 1.9 stands in a `media-rep` within it.
"""

from collections.abc import Iterable
from fractions import Fraction
from xml.etree import ElementTree as Xml

from tiktok_assets.exports.model import Clip, Marker, Text, Timeline, layers

TITLE_EFFECT = ".../Titles.localized/Bumper:Opener.localized/Basic Title.localized/Basic Title.moti"
WHITE = "1 1 1 1"
CAP_OF_SIZE = 0.72  # height of a capital, of Helvetica's size


def write_fcpxml(timeline: Timeline) -> str:
    """The file's text."""
    root = Xml.Element("fcpxml", version="1.8")
    _resources(root, timeline)
    event = Xml.SubElement(Xml.SubElement(root, "library"), "event", name=timeline.title)
    project = Xml.SubElement(event, "project", name=timeline.title)
    sequence = Xml.SubElement(
        project,
        "sequence",
        format="r1",
        duration=_time(timeline, timeline.length),
        tcStart="0s",
        tcFormat="DF" if timeline.rate.is_drop else "NDF",
    )
    spine = Xml.SubElement(sequence, "spine")
    joins = {join.cut: join for join in timeline.joins}
    lanes = [(lane, text) for lane, layer in enumerate(layers(timeline.texts), 1) for text in layer]
    for clip in timeline.clips:
        if join := joins.get(clip.start):
            times = {"offset": _time(timeline, join.start), "duration": _time(timeline, join.length)}
            Xml.SubElement(spine, "transition", {"name": join.kind, **times})
        _shot(spine, timeline, clip, lanes)
    Xml.indent(root, " ")
    for text in root.iter("text"):  # whose spaces are part of what it says
        text.text = text[0].tail = None
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n{Xml.tostring(root, "unicode")}\n'


def _resources(root: Xml.Element, timeline: Timeline) -> None:
    resources = Xml.SubElement(root, "resources")
    size = {"width": str(timeline.width), "height": str(timeline.height)}
    Xml.SubElement(resources, "format", {"id": "r1", "frameDuration": _time(timeline, 1), **size})
    sound = {"hasAudio": "1", "audioSources": "1", "audioChannels": "2", "audioRate": "48000"}
    name, length = timeline.media_name, _time(timeline, timeline.length)
    Xml.SubElement(
        resources,
        "asset",
        {"id": "r2", "name": name, "src": timeline.media_url, "start": "0s", "duration": length, "hasVideo": "1"}
        | {"format": "r1"}
        | (sound if timeline.has_sound else {}),
    )
    if timeline.texts:
        Xml.SubElement(resources, "effect", id="r3", name="Basic Title", uid=TITLE_EFFECT)


def _shot(spine: Xml.Element, timeline: Timeline, clip: Clip, lanes: Iterable[tuple[int, Text]]) -> None:
    """A clip with what begins in it: the video's time is the timeline's, so no time needs to be converted."""
    start = _time(timeline, clip.start)
    times = {"offset": start, "start": start, "duration": _time(timeline, clip.length)}
    shot = Xml.SubElement(spine, "asset-clip", {"ref": "r2", "name": f"shot {clip.number + 1}", **times})
    shot.set("tcFormat", "DF" if timeline.rate.is_drop else "NDF")
    for lane, text in lanes:
        if clip.start <= text.start < clip.end:
            _title(shot, timeline, lane, text)
    for marker in timeline.markers:
        if clip.start <= marker.start < clip.end:
            _marker(shot, timeline, marker)


def _marker(shot: Xml.Element, timeline: Timeline, marker: Marker) -> None:
    times = {"start": _time(timeline, marker.start), "duration": _time(timeline, 1)}
    Xml.SubElement(shot, "marker", {**times, "value": marker.name})


def _title(shot: Xml.Element, timeline: Timeline, lane: int, text: Text) -> None:
    times = {"offset": _time(timeline, text.start), "duration": _time(timeline, text.length), "start": "0s"}
    name = text.text.replace("\n", " ")
    title = Xml.SubElement(shot, "title", {"ref": "r3", "lane": str(lane), "name": name, **times, "enabled": "0"})
    # A text's place: from the middle of the picture, upwards, in pixels.
    across = (text.look["x"] + text.look["w"] / 2 - 0.5) * timeline.width
    up = (0.5 - text.look["y"] - text.look["h"] / 2) * timeline.height
    param = {"name": "Position", "key": "9999/999166631/999166633/1/100/101"}
    Xml.SubElement(title, "param", {**param, "value": f"{across:.1f} {up:.1f}"})
    style = f"ts{lane}-{text.start}"
    Xml.SubElement(Xml.SubElement(title, "text"), "text-style", ref=style).text = text.text
    looks = {"font": "Helvetica", "fontFace": "Bold", "alignment": "center"}
    looks["fontSize"] = f"{max(text.look['cap_height_frac'] * timeline.height / CAP_OF_SIZE, 1):.0f}"
    looks["fontColor"] = _colour(text.look["fill_hex"]) if "fill_hex" in text.look else WHITE
    if "stroke_hex" in text.look:
        width = text.look.get("stroke_frac", 0.1) * text.look["cap_height_frac"] * timeline.height
        looks |= {"strokeColor": _colour(text.look["stroke_hex"]), "strokeWidth": f"{width:.0f}"}
    if "box_hex" in text.look:
        looks["backgroundColor"] = _colour(text.look["box_hex"])
    Xml.SubElement(Xml.SubElement(title, "text-style-def", id=style), "text-style", looks)


def _time(timeline: Timeline, frame: int) -> str:
    """Seconds as a fraction whose denominator is the rate's: what the format calls the edge of a frame."""
    if not frame:
        return "0s"
    exact: Fraction = timeline.rate.exact
    return f"{frame * exact.denominator}/{exact.numerator}s"


def _colour(hex_rgb: str) -> str:
    return " ".join(f"{int(hex_rgb[i : i + 2], 16) / 255:.3f}" for i in (1, 3, 5)) + " 1"
