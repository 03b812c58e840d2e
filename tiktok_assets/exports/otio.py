"""OpenTimelineIO: the whole timeline, as OpenTimelineIO programs (Resolve since 18.5) read it.

V  shots        the video, cut where its shots begin; a transition of its own kind at every soft cut
V  speed        off: the stretches whose footage ran at another speed (LinearTimeWarp) or stood (FreezeFrame)
V  texts ...    off: what is written on the screen, its looks as metadata; as many tracks as texts at once
A  sound        the video's own sound
A  speech, music, effects ...    off: where they are heard
   markers      the events of every analyzer, each analyzer in a colour
"""

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tiktok_assets.exports.model import AnySpan, Clip, Join, Marker, Sound, Span, Speech, Speed, Text, Timeline, layers

if TYPE_CHECKING:
    import opentimelineio as otio

OURS = "tiktok_assets"  # key of our metadata


def write_otio(timeline: Timeline) -> str:
    """The file's text."""
    return build(timeline).to_json_string(indent=1)


def build(timeline: Timeline) -> "otio.schema.Timeline":
    import opentimelineio as otio

    pen = _Pen(timeline)
    whole = otio.schema.Timeline(timeline.title, global_start_time=pen.time(0), metadata={OURS: _facts(timeline)})
    tracks = [pen.shots()]
    tracks += pen.layered("speed", timeline.speeds, pen.speed)
    tracks += pen.layered("texts", timeline.texts, pen.text)
    if timeline.has_sound:
        tracks.append(pen.sound())
    tracks += pen.layered("speech", timeline.speech, pen.speech, is_sound=True)
    for kind, name in (("music", "music"), ("effect", "effects")):
        tracks += pen.layered(name, [s for s in timeline.sounds if s.kind == kind], pen.heard, is_sound=True)
    whole.tracks.extend(tracks)
    whole.tracks.markers.extend(pen.marker(marker) for marker in timeline.markers)
    return whole


def _facts(timeline: Timeline) -> dict[str, Any]:
    return {
        "video_id": timeline.video,
        "rate": str(timeline.rate.exact),
        "is_vfr": timeline.is_vfr,
        "width_px": timeline.width,
        "height_px": timeline.height,
    }


class _Pen:
    """Draws a timeline's parts as OpenTimelineIO's."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline, self.fps = timeline, float(timeline.rate.exact)

    def time(self, frame: int) -> "otio.opentime.RationalTime":
        import opentimelineio as otio

        return otio.opentime.RationalTime(frame, self.fps)

    def range(self, start: int, length: int) -> "otio.opentime.TimeRange":
        import opentimelineio as otio

        return otio.opentime.TimeRange(self.time(start), self.time(length))

    def clip(self, span: Span, name: str, metadata: dict[str, Any], generator: str | None = None) -> Any:
        """A stretch of the video, or of something that is drawn."""
        import opentimelineio as otio

        if generator:
            media = otio.schema.GeneratorReference(
                generator, generator, available_range=self.range(span.start, span.length)
            )
        else:
            media = otio.schema.ExternalReference(self.timeline.media_url, self.range(0, self.timeline.length))
            media.name = self.timeline.media_name
        return otio.schema.Clip(
            name, media, self.range(span.start, span.length), metadata={OURS: json.loads(json.dumps(metadata))}
        )

    def track(self, name: str, *, is_sound: bool = False, is_on: bool = True) -> "otio.schema.Track":
        import opentimelineio as otio

        kind = otio.schema.TrackKind.Audio if is_sound else otio.schema.TrackKind.Video
        track = otio.schema.Track(name, kind=kind)
        track.enabled = is_on
        return track

    def shots(self) -> "otio.schema.Track":
        track = self.track("shots")
        joins = {join.cut: join for join in self.timeline.joins}
        for clip in self.timeline.clips:
            if clip.start in joins:
                track.append(self.join(joins[clip.start]))
            track.append(self.shot(clip))
        return track

    def shot(self, clip: Clip) -> Any:
        return self.clip(clip, f"shot {clip.number + 1}", {"shot": clip.number, "enters": clip.enters})

    def join(self, join: Join) -> Any:
        import opentimelineio as otio

        types = otio.schema.TransitionTypes
        return otio.schema.Transition(
            join.kind,
            types.SMPTE_Dissolve if join.kind == "dissolve" else types.Custom,
            self.time(join.cut - join.start),
            self.time(join.end - join.cut),
            metadata={OURS: {"kind": join.kind}},
        )

    def sound(self) -> "otio.schema.Track":
        track = self.track("sound", is_sound=True)
        track.append(self.clip(Span(0, self.timeline.length, 0.0, 0.0), "sound", {}))
        return track

    def layered(
        self, name: str, spans: Sequence[AnySpan], draw: Callable[[AnySpan], Any], *, is_sound: bool = False
    ) -> list["otio.schema.Track"]:
        """Tracks that are switched off, with gaps between what lies on them."""
        import opentimelineio as otio

        tracks = []
        for number, layer in enumerate(layers(spans)):
            track = self.track(f"{name} {number + 1}" if number else name, is_sound=is_sound, is_on=False)
            at = 0
            for span in layer:
                if span.start > at:
                    track.append(otio.schema.Gap(source_range=self.range(0, span.start - at)))
                track.append(draw(span))
                at = span.end
            tracks.append(track)
        return tracks

    def speed(self, speed: Speed) -> Any:
        import opentimelineio as otio

        clip = self.clip(speed, speed.op, {"op": speed.op, "factor": speed.factor})
        if speed.op == "freeze":
            clip.effects.append(otio.schema.FreezeFrame())
        else:
            factor = -1.0 if speed.op == "reverse" else speed.factor
            clip.effects.append(otio.schema.LinearTimeWarp(time_scalar=1.0 if factor is None else factor))
        return clip

    def text(self, text: Text) -> Any:
        words = [{"word": w.text, "start_s": w.start_s, "end_s": w.end_s} for w in text.words]
        metadata = {"text": text.text, "style": dict(text.look), "words": words}
        clip = self.clip(text, text.text.replace("\n", " "), metadata, generator="text")
        clip.media_reference.parameters["text"] = text.text
        return clip

    def speech(self, speech: Speech) -> Any:
        words = [{"word": w.text, "start_s": w.start_s, "end_s": w.end_s} for w in speech.words]
        return self.clip(speech, speech.text, {"text": speech.text, "lang": speech.lang, "words": words})

    def heard(self, sound: Sound) -> Any:
        return self.clip(sound, sound.name, {"kind": sound.kind})

    def marker(self, marker: Marker) -> Any:
        import opentimelineio as otio

        return otio.schema.Marker(
            marker.name, self.range(marker.start, marker.length), marker.colour, {OURS: {"analyzer": marker.analyzer}}
        )
