"""The timeline: one picture of a report, a lane per analyzer, the video's pictures above.

For people who would rather look than read. Drawn from the report alone, so it can tell nothing else.
"""

from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from analyzers.contract import Frames
from tiktok_assets.page.contact import contact_image

WIDTH_PX, MARGIN_PX, NAMES_PX = 1600, 24, 215
LANE_PX, BAR_PX, SHEET_PX, GAP_PX = 44, 30, 170, 2
PAPER, INK, FAINT, GRID = "#101218", "#e8eaf0", "#8b90a0", "#252a36"
COLOURS = ("#6ea8fe", "#63d2a1", "#f5b85c", "#ef7f9a", "#b79bf5", "#5fd0e0", "#d7e06a", "#f29b72")
LABELS = (  # what a bar may say of itself, first found
    *("text", "move", "effect", "op", "layout", "cta", "sfx", "sound_class", "bg_type", "zone", "speaker"),
    *("section", "kind", "label"),
)
CURVES = ("frame", "loudness", "onset", "beat")  # levels and kinds that are a curve, not events
PARTS = ("sample", "word", "rejected")  # what an event is made of, or what is not believed
WHOLE = ("video", "summary", "cuts", "moves", "texts")  # what holds for the whole video has no place on a timeline
SHORT_S = 0.02  # shorter than this is a moment: a line, not a bar
MOST_LAYERS = 3
FAST_WIDTHS_S = 0.5  # movement that fills the lane: half the picture's width a second


def draw_timeline(report: dict[str, Any], frames: Frames) -> Image.Image:
    """The whole report at a glance."""
    lanes = [(name, facts, report["tables"][name]) for name, facts in report["analyzers"].items()]
    height = MARGIN_PX * 3 + 40 + SHEET_PX + LANE_PX * (len(lanes) + 1)
    picture = Image.new("RGB", (WIDTH_PX, height), PAPER)
    pen = ImageDraw.Draw(picture)
    duration_s = report["media"]["duration_s"] or 1.0
    title = report["video"].get("file_name") or report["video"]["id"]
    pen.text((MARGIN_PX, MARGIN_PX), _cut(title, 70), INK, ImageFont.load_default(24))
    facts = f"{report['media']['width_px']} x {report['media']['height_px']}   {duration_s:.2f} s"
    pen.text((WIDTH_PX - MARGIN_PX, MARGIN_PX), facts, FAINT, ImageFont.load_default(20), anchor="ra")
    top = MARGIN_PX + 40
    _paste_sheet(picture, frames, top)
    top += SHEET_PX + MARGIN_PX // 2
    _draw_ruler(pen, top, height - MARGIN_PX, duration_s)
    for number, (name, facts, rows) in enumerate(lanes):
        y = top + LANE_PX // 2 + number * LANE_PX
        _draw_lane(pen, y, name, facts, rows, duration_s, COLOURS[number % len(COLOURS)])
    return picture


def _x(time_s: float, duration_s: float) -> float:
    span = WIDTH_PX - NAMES_PX - 2 * MARGIN_PX
    return MARGIN_PX + NAMES_PX + span * min(max(time_s / duration_s, 0), 1)


def _paste_sheet(picture: Image.Image, frames: Frames, top: int) -> None:
    if not len(frames):
        return
    height, width, _ = frames[0].rgb.shape
    span = WIDTH_PX - NAMES_PX - 2 * MARGIN_PX
    columns = max(1, min(40, round(span / max(SHEET_PX * width / height, 1))))
    sheet = contact_image(frames, columns, SHEET_PX)
    if sheet:
        picture.paste(sheet.resize((span, SHEET_PX)), (MARGIN_PX + NAMES_PX, top))


def _draw_ruler(pen: ImageDraw.ImageDraw, top: int, bottom: int, duration_s: float) -> None:
    step = next(s for s in (1, 2, 5, 10, 30, 60, 300, 600, 3600) if duration_s / s <= 24 or s == 3600)
    for second in np.arange(0, duration_s, step):
        x = _x(float(second), duration_s)
        pen.line((x, top, x, bottom), GRID)
        pen.text((x + 3, top), f"{int(second) // 60}:{int(second) % 60:02d}", FAINT, ImageFont.load_default(12))


def _draw_lane(
    pen: ImageDraw.ImageDraw, y: int, name: str, facts: dict[str, Any], rows: list[Any], duration_s: float, colour: str
) -> None:
    pen.text((MARGIN_PX, y + 3), name, INK, ImageFont.load_default(16))
    said = facts["status"] if facts["status"] != "ok" else f"{facts['rows']} rows"
    if facts["status"] in ("skipped", "failed"):
        reason = _cut(facts["reason"] or "", 110)
        pen.text((MARGIN_PX, y + 21), said, FAINT, ImageFont.load_default(12))
        pen.text((_x(0, 1) + 6, y + 10), reason, FAINT, ImageFont.load_default(14))
        return
    events = [r for r in rows if not {r.get("level"), r.get("kind")} & {*CURVES, *WHOLE, *PARTS}]
    spans = [r for r in events if r["end_s"] - r["start_s"] > SHORT_S]
    layers = _layers(spans)
    if hidden := len(spans) - sum(map(len, layers)):
        said += f", {hidden} more"
    pen.text((MARGIN_PX, y + 21), said, FAINT, ImageFont.load_default(12))
    for part, row in ((part, row) for part, layer in enumerate(layers) for row in layer):
        high = BAR_PX / len(layers)
        box = (
            _x(row["start_s"], duration_s),
            y + part * high,
            _x(row["end_s"], duration_s) - GAP_PX,
            y + (part + 1) * high,
        )
        _draw_bar(pen, box, row, colour)
    for row in events:
        if row["end_s"] - row["start_s"] <= SHORT_S:
            x = _x(row["start_s"], duration_s)
            pen.line((x, y, x, y + BAR_PX), INK if spans else colour, 2)
    _draw_curve(pen, y, [r for r in rows if r.get("kind") == "loudness" and "rms_db" in r], duration_s)


def _layers(spans: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Spans above one another where they overlap; the longest come first, and what finds no room is left out."""
    layers: list[list[dict[str, Any]]] = []
    for row in sorted(spans, key=lambda r: (r["start_s"] - r["end_s"], r["start_s"])):
        layer = next((layer for layer in layers if not any(_meet(row, other) for other in layer)), None)
        if layer is None and len(layers) < MOST_LAYERS:
            layers.append(layer := [])
        if layer is not None:
            layer.append(row)
    return layers


def _meet(a: dict[str, Any], b: dict[str, Any]) -> bool:
    return a["start_s"] < b["end_s"] - 1e-6 and b["start_s"] < a["end_s"] - 1e-6


def _draw_bar(
    pen: ImageDraw.ImageDraw, box: tuple[float, float, float, float], row: dict[str, Any], colour: str
) -> None:
    left, top, right, bottom = box
    if "palette" in row:
        _draw_palette(pen, row["palette"], box)
        return
    right = max(right, left + 1)
    if "motion" in row:  # a curve second by second: the faster, the higher
        top = bottom - max(2.0, (bottom - top) * min(row["motion"] / FAST_WIDTHS_S, 1.0))
    pen.rectangle((left, top, right, bottom - 1), fill=colour)
    label = next((str(row[key]) for key in LABELS if row.get(key)), "")
    size = 12 if bottom - top > 14 else 9
    room = int((right - left - 6) / (size * 0.55))
    if label and room >= 2:
        pen.text((left + 4, (top + bottom) / 2), _cut(label, room), PAPER, ImageFont.load_default(size), anchor="lm")


def _draw_curve(pen: ImageDraw.ImageDraw, y: int, rows: list[dict[str, Any]], duration_s: float) -> None:
    """How loud it is, as a line from -60 dB at the foot of the lane to 0 at its top."""
    points = [
        (_x((r["start_s"] + r["end_s"]) / 2, duration_s), y + BAR_PX * min(max(-r["rms_db"] / 60, 0), 1)) for r in rows
    ]
    if len(points) > 1:
        pen.line(points, PAPER, 2)


def _draw_palette(
    pen: ImageDraw.ImageDraw, palette: list[dict[str, Any]], box: tuple[float, float, float, float]
) -> None:
    left, top, right, bottom = box
    total = sum(swatch["share"] for swatch in palette) or 1
    at = left
    for swatch in palette:
        upto = at + (right - left) * swatch["share"] / total
        pen.rectangle((at, top, max(upto - 1, at), bottom - 1), fill=swatch["hex"])
        at = upto


def _cut(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: max(limit - 1, 1)] + "…"
