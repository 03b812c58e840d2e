"""Final Cut 7 XML (xmeml 4): what Premiere imports.

Written here rather than by OpenTimelineIO's adapter, which knows no rates beside the broadcast ones, no tracks that are
switched off and no colours of markers. The texts lie on such tracks as text generators.
"""

from typing import Any
from xml.etree import ElementTree as Xml

from tiktok_assets.exports.model import Clip, Join, Marker, Text, Timeline, layers

RGB = {
    "RED": (255, 0, 0), "ORANGE": (255, 128, 0), "YELLOW": (255, 255, 0), "GREEN": (0, 192, 0), "CYAN": (0, 192, 192),
    "BLUE": (0, 64, 255), "PURPLE": (128, 0, 192), "MAGENTA": (255, 0, 255), "PINK": (255, 128, 192),
}  # fmt: skip
EFFECT = "Cross Dissolve"  # of every transition: it blends the video with itself, so nothing is done twice


def write_fcp7(timeline: Timeline) -> str:
    """The file's text."""
    root = Xml.Element("xmeml", version="4")
    sequence = Xml.SubElement(root, "sequence", id="sequence-1")
    _say(sequence, name=timeline.title, duration=timeline.length)
    _rate(sequence, timeline)
    _timecode(sequence, timeline)
    media = Xml.SubElement(sequence, "media")
    video = Xml.SubElement(media, "video")
    _picture(Xml.SubElement(video, "format"), timeline)
    _shots(Xml.SubElement(video, "track"), timeline)
    for number, layer in enumerate(layers(timeline.texts), 1):
        track = Xml.SubElement(video, "track")
        for text in layer:
            _text(track, timeline, text, number)
        _say(track, enabled="FALSE")
    audio = Xml.SubElement(media, "audio")
    if timeline.has_sound:
        track = Xml.SubElement(audio, "track")
        item = _item(track, timeline, "sound-1", "sound", 0, timeline.length)
        Xml.SubElement(item, "file", id="file-1")
        _say(Xml.SubElement(item, "sourcetrack"), mediatype="audio", trackindex=1)
    for marker in timeline.markers:
        _marker(sequence, marker)
    Xml.indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n{Xml.tostring(root, "unicode")}\n'


def _say(parent: Xml.Element, **told: Any) -> None:
    for name, value in told.items():
        Xml.SubElement(parent, name).text = str(value)


def _rate(parent: Xml.Element, timeline: Timeline) -> None:
    rate = timeline.rate
    _say(Xml.SubElement(parent, "rate"), timebase=rate.base, ntsc="TRUE" if rate.is_ntsc else "FALSE")


def _timecode(parent: Xml.Element, timeline: Timeline) -> None:
    timecode = Xml.SubElement(parent, "timecode")
    _rate(timecode, timeline)
    _say(timecode, string=timeline.rate.timecode(0), frame=0, displayformat="DF" if timeline.rate.is_drop else "NDF")


def _picture(parent: Xml.Element, timeline: Timeline) -> None:
    about = Xml.SubElement(parent, "samplecharacteristics")
    _rate(about, timeline)
    _say(about, width=timeline.width, height=timeline.height, pixelaspectratio="square", fielddominance="none")


def _shots(track: Xml.Element, timeline: Timeline) -> None:
    """Clips and transitions in turn; a clip's edge in a transition is -1, its footage reaches to the far side."""
    joins = {join.cut: join for join in timeline.joins}
    for clip in timeline.clips:
        before, after = joins.get(clip.start), joins.get(clip.end)
        if before:
            _join(track, timeline, before)
        _shot(track, timeline, clip, before, after)


def _shot(track: Xml.Element, timeline: Timeline, clip: Clip, before: Join | None, after: Join | None) -> None:
    start, end = before.start if before else clip.start, after.end if after else clip.end
    item = _item(track, timeline, f"shot-{clip.number + 1}", f"shot {clip.number + 1}", start, end)
    for name, join in (("start", before), ("end", after)):
        edge = item.find(name)
        if join and edge is not None:
            edge.text = "-1"
    file = Xml.SubElement(item, "file", id="file-1")
    if clip.number:
        return
    _say(file, name=timeline.media_name, pathurl=timeline.media_url, duration=timeline.length)
    _rate(file, timeline)
    _timecode(file, timeline)
    media = Xml.SubElement(file, "media")
    _picture(Xml.SubElement(media, "video"), timeline)
    if timeline.has_sound:
        _say(Xml.SubElement(media, "audio"), channelcount=2)


def _item(parent: Xml.Element, timeline: Timeline, key: str, name: str, start: int, end: int, tag: str = "clipitem"):
    item = Xml.SubElement(parent, tag, id=key)
    _say(item, name=name, duration=timeline.length)
    _rate(item, timeline)
    _say(item, start=start, end=end)
    _say(item, **{"in": start, "out": end})
    return item


def _join(track: Xml.Element, timeline: Timeline, join: Join) -> None:
    item = Xml.SubElement(track, "transitionitem")
    _say(item, start=join.start, end=join.end, alignment="center")
    _rate(item, timeline)
    effect = Xml.SubElement(item, "effect")
    _say(effect, name=join.kind, effectid=EFFECT, effectcategory="Dissolve", effecttype="transition", mediatype="video")


def _text(track: Xml.Element, timeline: Timeline, text: Text, layer: int) -> None:
    name = text.text.replace("\n", " ")
    key = f"text-{layer}-{text.start}"
    item = _item(track, timeline, key, name, text.start, text.end, "generatoritem")
    _say(item, enabled="FALSE")
    effect = Xml.SubElement(item, "effect")
    about = {"effectid": "Text", "effectcategory": "Text", "effecttype": "generator", "mediatype": "video"}
    _say(effect, name="Text", **about)
    size = round(text.look["cap_height_frac"] * timeline.height / 0.72)
    for key, value in (("str", text.text), ("fontsize", size)):
        _say(Xml.SubElement(effect, "parameter"), parameterid=key, name="Text" if key == "str" else "Size", value=value)


def _marker(sequence: Xml.Element, marker: Marker) -> None:
    item = Xml.SubElement(sequence, "marker")
    _say(item, name=marker.name, comment=marker.analyzer, **{"in": marker.start, "out": marker.end})
    red, green, blue = RGB[marker.colour]
    _say(Xml.SubElement(item, "color"), red=red, green=green, blue=blue, alpha=0)
