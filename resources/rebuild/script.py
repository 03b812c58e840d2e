"""What a report says is to be seen and heard, moment by moment: its tables, made ready to be drawn and played.

A table that is missing, or is left out on purpose, takes its part of the script with it, and nothing else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from analyzers.measures.colour.mosaic import COLUMNS
from resources.rebuild.path import CameraPath, camera_path
from resources.render.picture import rgb_of
from resources.render.transition import Change

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]
Rgb = tuple[int, int, int]
OF_PICTURE = (
    "cut_analysis", "camera_analysis", "color_analysis", "background_segmentation", "layout_composite",
    "object_detection", "face_detection", "stickers_emoji", "text_overlay", "visual_effects",
)  # fmt: skip
OF_SOUND = ("audio_analysis", "audio_environment", "speech_transcription")
USED = (*OF_PICTURE, *OF_SOUND)
EFFECTS = ("flash", "strobe", "fade_in", "fade_out", "blur", "vignette", "mirror", "invert", "bw")
MEN = ("person", "face")


@dataclass(frozen=True, slots=True)
class Colour:
    rgb: Rgb
    share: float


@dataclass(frozen=True, slots=True)
class Scene:
    """One shot."""

    start_s: float
    end_s: float
    colours: tuple[Colour, ...] = ()
    ground: Rgb | None = None  # what lies behind
    mosaic: NDArray[np.uint8] | None = None  # where which colour is, in its middle


@dataclass(frozen=True, slots=True)
class Blend:
    """A transition that takes time."""

    start_s: float
    end_s: float
    kind: Change
    after: int  # number of the scene that it leads to


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands out from the ground at a moment."""

    start_s: float
    end_s: float
    mask: NDArray[np.uint8]  # 255 where it does


@dataclass(frozen=True, slots=True)
class Box:
    start_s: float
    end_s: float
    x: float
    y: float
    w: float
    h: float
    is_alive: bool = False
    codepoint: str | None = None


@dataclass(frozen=True, slots=True)
class Script:
    duration_s: float
    scenes: tuple[Scene, ...]
    blends: tuple[Blend, ...]
    path: CameraPath
    covers: tuple[Cover, ...]
    content: tuple[Box, ...]  # the part of the frame that is no bar
    things: tuple[Box, ...]
    stickers: tuple[Box, ...]
    texts: tuple[Row, ...]
    effects: tuple[Row, ...]

    def scene_at(self, t: float) -> int:
        """Number of the shot that a moment belongs to."""
        starts = [scene.start_s for scene in self.scenes]
        return max(int(np.searchsorted(starts, t + 1e-6, side="right")) - 1, 0)


def read_script(tables: Tables, duration_s: float) -> Script:
    cuts = tables.get("cut_analysis", ())
    shots = [row for row in cuts if row["level"] == "shot"]
    spans = [(row["start_s"], row["end_s"]) for row in shots] or [(0.0, duration_s)]
    scenes = _scenes(spans, tables)
    blends = tuple(_blends(cuts, scenes))
    return Script(
        duration_s=duration_s,
        scenes=scenes,
        blends=blends,
        path=camera_path(tables.get("camera_analysis", ())),
        covers=tuple(_covers(tables.get("background_segmentation", ()))),
        content=tuple(_content(tables.get("layout_composite", ()))),
        things=tuple(_things(tables)),
        stickers=tuple(_box(row, codepoint=row["codepoint"]) for row in tables.get("stickers_emoji", ())),
        texts=tuple(tables.get("text_overlay", ())),
        effects=tuple(_effects(tables.get("visual_effects", ()), blends)),
    )


def _scenes(spans: Sequence[tuple[float, float]], tables: Tables) -> tuple[Scene, ...]:
    """Each shot with the colours of the row that covers most of it."""
    coloured = [row for row in tables.get("color_analysis", ()) if row["palette"]]
    coloured = [row for row in coloured if row["level"] == "shot"] or coloured
    behind = [row for row in tables.get("background_segmentation", ()) if row["level"] == "shot" and row["bg_hex"]]
    found = []
    for start_s, end_s in spans:
        colours = _most_shared(coloured, start_s, end_s)
        ground = _most_shared(behind, start_s, end_s)
        palette = tuple(Colour(rgb_of(c["hex"]), c["share"]) for c in colours["palette"]) if colours else ()
        behind_it = rgb_of(ground["bg_hex"]) if ground else None
        found.append(Scene(start_s, end_s, palette, behind_it, _mosaic(colours) if colours else None))
    return tuple(found)


def _mosaic(row: Row) -> NDArray[np.uint8] | None:
    if not row.get("mosaic"):
        return None
    return np.array([rgb_of(square) for square in row["mosaic"]], np.uint8).reshape(-1, COLUMNS, 3)


def _most_shared(rows: Sequence[Row], start_s: float, end_s: float) -> Row | None:
    def shared(row: Row) -> float:
        return min(row["end_s"], end_s) - max(row["start_s"], start_s)

    best = max(rows, key=shared, default=None)
    return best if best and shared(best) > 0 else None


def _blends(cuts: Sequence[Row], scenes: Sequence[Scene]) -> Iterable[Blend]:
    starts = np.array([scene.start_s for scene in scenes])
    for row in cuts:
        if row["level"] != "cut" or not row["len_frames"] or len(scenes) < 2:
            continue
        middle = (row["start_s"] + row["end_s"]) / 2
        after = int(np.argmin(np.abs(starts[1:] - middle))) + 1
        kind: Any = row["kind"] if row["kind"] in get_args(Change) else "dissolve"
        yield Blend(row["start_s"], row["end_s"], kind, after)


def _covers(rows: Sequence[Row]) -> Iterable[Cover]:
    for row in rows:
        if row["level"] == "sample" and row["mask_rle"] and row["mask_w"] and row["mask_h"]:
            runs = np.array(row["mask_rle"])
            values = np.repeat((np.arange(len(runs)) % 2 * 255).astype(np.uint8), runs)
            yield Cover(row["start_s"], row["end_s"], values.reshape(row["mask_h"], row["mask_w"]))


def _content(rows: Sequence[Row]) -> Iterable[Box]:
    for row in rows:
        if row["layout"] == "letterbox":
            yield from (
                Box(row["start_s"], row["end_s"], part["x"], part["y"], part["w"], part["h"])
                for part in row["regions"]
                if part["role"] == "content"
            )


def _effects(rows: Sequence[Row], blends: Sequence[Blend]) -> Iterable[Row]:
    """Those that are drawn, of the whole picture; a fade between two shots is their transition already."""
    for row in rows:
        joins = (b for b in blends if b.start_s < row["end_s"] and row["start_s"] < b.end_s)
        is_told = row["effect"] in ("fade_in", "fade_out") and any(b.kind.startswith("fade") for b in joins)
        if row["effect"] in EFFECTS and row["region"] is None and not is_told:
            yield row


def _things(tables: Tables) -> Iterable[Box]:
    for name in ("object_detection", "face_detection"):
        for row in tables.get(name, ()):
            if row["level"] == "sample" and row.get("label") != "moving_region":
                yield _box(row, is_alive=row.get("label", "face") in MEN)


def _box(row: Row, *, is_alive: bool = False, codepoint: str | None = None) -> Box:
    return Box(row["start_s"], row["end_s"], row["x"], row["y"], row["w"], row["h"], is_alive, codepoint)
