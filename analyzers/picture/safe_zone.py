"""Safe zone: which texts and things lie where the app draws its own buttons and captions, and for how long.

A row is one text or thing and one zone that it reaches into, from the first to the last moment that it does. A video
of another shape than the screen's 9:16 is fitted into it first, as the app does, with bars around it.

TikTok publishes templates as pictures, for advertisements and without numbers, and says that the zones change with
the length of the caption and with add-ons: https://ads.tiktok.com/help/article/tiktok-auction-in-feed-ads. The zones
here are estimates for a post with a short caption, on a screen of 1080x1920, within what others measured: top 130,
bottom 320 to 350, right 120 to 164 (https://blitzcutai.com/blog/best-caption-placement-short-form-video); bottom 320
to 460, right 120 to 180 (https://socaptions.com/blog/tiktok-safe-zones-2026). Where the column of buttons begins is
published nowhere: it is taken to fill the height between two fifths of the screen and the caption. Left-to-right apps
only: in Arabic and Hebrew the buttons are on the left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from analyzers.columns import Column, Confidence, EndS, Fraction, StartS
from analyzers.contract import Media, analyzer
from analyzers.text.text_overlay import Row as TextRow
from analyzers.things.object_detection import Row as ThingRow

MASK_VERSION = "2026-01"  # the app since January 2026; an estimate, see above
SCREEN = 1080, 1920
Zone = Literal["top_bar", "buttons", "caption"]
Box = tuple[float, float, float, float]  # x0, y0, x1, y1 as shares of the screen
TOP, CAPTION_TOP = 130 / SCREEN[1], 1 - 350 / SCREEN[1]
BUTTONS_LEFT, BUTTONS_TOP = 1 - 140 / SCREEN[0], 0.4
ZONES: dict[Zone, Box] = {
    "top_bar": (0.0, 0.0, 1.0, TOP),
    "buttons": (BUTTONS_LEFT, BUTTONS_TOP, 1.0, CAPTION_TOP),
    "caption": (0.0, CAPTION_TOP, 1.0, 1.0),
}
LEAST = 0.02  # of a box: as much may be the error of its edge


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    zone: Annotated[Zone, Column("what the app draws there")]
    event: Annotated[Literal["text", "thing"], Column("what reaches into it")]
    label: Annotated[str, Column("role of the text, or label of the thing")]
    overlap_s: Annotated[float, Column("how long it does", low=0)]
    overlap_area: Annotated[Fraction, Column("share of its box that lies there, on average", low=0, high=1, bits=32)]
    event_row_id: Annotated[str, Column("its row in text_overlay, or that of its track in object_detection")]
    mask_version: Annotated[str, Column("which edition of the zones was laid over")]


@analyzer(version=1, max_gap_s=0.25, evidence="derived")
def safe_zone(
    media: Media,
    text_overlay: Sequence[TextRow] | None,
    object_detection: Sequence[ThingRow] | None,
) -> Iterator[Row]:
    rows = [*_texts(text_overlay or (), media), *_things(object_detection or (), media)]
    yield from sorted(rows, key=lambda row: (row.start_s, row.event_row_id, row.zone))


def _texts(texts: Sequence[TextRow], media: Media) -> Iterator[Row]:
    for number, text in enumerate(texts):
        row_id = f"text_overlay-{number:05d}"
        for zone, share in _overlaps(_on_screen(text.x, text.y, text.w, text.h, media)):
            length_s = text.end_s - text.start_s
            yield Row(
                text.start_s,
                text.end_s,
                text.confidence,
                zone,
                "text",
                text.role,
                length_s,
                share,
                row_id,
                MASK_VERSION,
            )


def _things(things: Sequence[ThingRow], media: Media) -> Iterator[Row]:
    """Where a thing is in its samples; its track names the row."""
    samples: dict[int, list[ThingRow]] = {}
    for row in things:
        if row.level == "sample":
            samples.setdefault(row.track_id, []).append(row)
    for number, track in enumerate(things):
        if track.level != "track":
            continue
        inside: dict[Zone, list[tuple[ThingRow, float]]] = {}
        for sample in samples.get(track.track_id, ()):
            for zone, share in _overlaps(_on_screen(sample.x, sample.y, sample.w, sample.h, media)):
                inside.setdefault(zone, []).append((sample, share))
        for zone, found in inside.items():
            lengths = [sample.end_s - sample.start_s for sample, _ in found]
            yield Row(
                start_s=found[0][0].start_s,
                end_s=found[-1][0].end_s,
                confidence=track.confidence,
                zone=zone,
                event="thing",
                label=track.label,
                overlap_s=sum(lengths),
                overlap_area=sum(share for _, share in found) / len(found),
                event_row_id=f"object_detection-{number:05d}",
                mask_version=MASK_VERSION,
            )


def _on_screen(x: float, y: float, w: float, h: float, media: Media) -> Box:
    """A box of the video's as one of the screen's, into which the video is fitted."""
    shape = media.width_px * SCREEN[1] / (media.height_px * SCREEN[0])  # width over height, 1 where it fills the screen
    wide, high = min(shape, 1.0), min(1 / shape, 1.0)
    left, top = (1 - wide) / 2 + x * wide, (1 - high) / 2 + y * high
    return left, top, left + w * wide, top + h * high


def _overlaps(box: Box) -> Iterator[tuple[Zone, float]]:
    """Zones that the box reaches into, and with how much of itself."""
    area = (box[2] - box[0]) * (box[3] - box[1])
    for zone, (x0, y0, x1, y1) in ZONES.items():
        across, down = min(box[2], x1) - max(box[0], x0), min(box[3], y1) - max(box[1], y0)
        if area > 0 and across > 0 and down > 0 and across * down > LEAST * area:
            yield zone, min(across * down / area, 1.0)
