"""CapCut draft (experimental): the folder that CapCut's desktop program keeps a project in, packed as a zip.

The shots lie on the main track, each with the video's own sound. What the picture already shows lies on tracks whose
segments are hidden: texts with their looks, and stretches at another speed. Of the transitions only the plain dissolve
is written (CapCut's "Mix", which blends the video with itself); the others are told in the folder's README.

The format is not documented, and no CapCut was at hand to open what is written here. It follows what others found in
drafts of CapCut 6 to 9 (docs/adr/0019-capcut.md), and README.txt in the folder says what is sure and what is not.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid5

from tiktok_assets.exports.capcut_scope import BESIDE, plain_joins, readme, told_speeds
from tiktok_assets.exports.model import AnySpan, Clip, Join, Speed, Text, Timeline, layers
from tiktok_assets.exports.tables import zipped

IDS = UUID("5b7a0a52-6a3f-4f0e-9a58-1f1f7a6f2c11")  # from which a draft's are made, the same for the same video
US = 1_000_000  # the only unit of time in a draft
VERSION, NEW_VERSION = 360_000, "167.0.0"  # of the format, as CapCut 8 writes it
PLATFORM = {"app_id": 359289, "app_source": "cc", "app_version": "8.2.0", "os": "windows"}
HERE = "##_draftpath_placeholder_0E685133-18CE-45ED-8CB8-2904A212EC80_##"  # CapCut's word for the draft's folder
MIX = {"name": "Mix", "resource_id": "6724845717472416269", "effect_id": "6724845717472416269", "is_overlap": True}
CAP_OF_SIZE = 0.0075  # height of a capital, of the picture's, at size 1: an estimate
WIDEST_STROKE = 0.2  # CapCut's 100 %
ALWAYS = (  # what every segment of the main track refers to, in this order
    ("speeds", "speed"),
    ("placeholder_infos", "placeholder_info"),
    ("transitions", "transition"),
    ("canvases", "canvas_color"),
    ("sound_channel_mappings", "sound_channel_mapping"),
    ("material_colors", "material_color"),
    ("vocal_separations", "vocal_separation"),
)
MATERIALS = (  # lists of a draft, most of them empty
    "ai_translates audio_balances audio_effects audio_fades audio_track_indexes audios beats canvases chromas "
    "color_curves common_mask digital_humans drafts effects flowers green_screens handwrites hsl images "
    "log_color_wheels loudnesses manual_deformations material_animations material_colors multi_language_refs "
    "placeholder_infos placeholders plugin_effects primary_color_wheels realtime_denoises shapes smart_crops "
    "smart_relights sound_channel_mappings speeds stickers tail_leaders text_templates texts time_marks transitions "
    "video_effects video_trackings videos vocal_beautifys vocal_separations"
)
WHOLE_PICTURE = {
    f"{v}_{h}_{axis}": float((h == "right") if axis == "x" else (v == "lower"))
    for v in ("upper", "lower")
    for h in ("left", "right")
    for axis in "xy"
}


def write_capcut(timeline: Timeline) -> bytes:
    """The folder as a zip."""
    draft = _Draft(timeline)
    content = _json(draft.content())
    files = {
        "README.txt": readme(timeline),
        "draft_content.json": content,  # where CapCut of Windows looks
        "draft_info.json": content,  # where CapCut of macOS looks
        "draft_meta_info.json": _json(draft.about()),
    }
    return zipped({f"{timeline.video}/{name}": text for name, text in files.items()})


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1)


class _Draft:
    """Draws a timeline as a draft's tracks, and the materials that their segments refer to."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.materials: dict[str, list[dict[str, Any]]] = {name: [] for name in MATERIALS.split()}
        self.video = self.id("video")
        self.path = timeline.media if timeline.is_media_absolute else f"{HERE}/{BESIDE}/{timeline.media_name}"

    def id(self, *names: object) -> str:
        return str(uuid5(IDS, "/".join(map(str, (self.timeline.video, *names))))).upper()

    def us(self, frame: int) -> int:
        return round(frame * US / self.timeline.rate.exact)

    def range(self, start: int, end: int) -> dict[str, int]:
        """From a frame to another; what follows begins where it ends, to the microsecond."""
        return {"start": self.us(start), "duration": self.us(end) - self.us(start)}

    def content(self) -> dict[str, Any]:
        timeline = self.timeline
        self.materials["videos"].append(self.footage())
        tracks = [self.track("video", "main", 0, [self.shot(clip) for clip in timeline.clips])]
        tracks += self.hidden("video", "speed", told_speeds(timeline), self.stretch)
        tracks += self.hidden("text", "texts", timeline.texts, self.text)
        return {
            "id": self.id("draft"),
            "name": timeline.title,
            "version": VERSION,
            "new_version": NEW_VERSION,
            "platform": PLATFORM,
            "last_modified_platform": PLATFORM,
            "draft_type": "video",
            "source": "default",
            "duration": self.us(timeline.length),
            "fps": float(timeline.rate.exact),
            "is_drop_frame_timecode": timeline.rate.is_drop,
            "canvas_config": {"ratio": "original", "width": timeline.width, "height": timeline.height},
            "color_space": 0,
            "config": {"maintrack_adsorb": True, "material_save_mode": 0, "video_mute": False},
            "free_render_index_mode_on": False,
            "render_index_track_mode_on": False,
            "create_time": 0,
            "update_time": 0,
            "keyframes": {},
            "keyframe_graph_list": [],
            "relationships": [],
            "materials": self.materials,
            "tracks": tracks,
        }

    def about(self) -> dict[str, Any]:
        """The draft's line in CapCut's list, and the media that it knows."""
        name = self.timeline.media_name
        never = {"duration": -1, "start": -1}
        media = {
            "id": self.id("media"),
            "type": 0,
            "metetype": "video",
            "extra_info": name,
            "file_Path": self.path,
            "duration": self.us(self.timeline.length),
            "width": self.timeline.width,
            "height": self.timeline.height,
            "create_time": -1,
            "import_time": -1,
            "import_time_ms": -1,
            "item_source": 1,
            "md5": "",
            "roughcut_time_range": never,
            "sub_time_range": never,
        }
        kinds = (0, 1, 2, 3, 6, 7, 8)
        return {
            "draft_id": self.id("draft"),
            "draft_name": self.timeline.title,
            "draft_fold_path": "",
            "draft_root_path": "",
            "draft_cover": "",
            "draft_is_invisible": False,
            "draft_materials": [{"type": kind, "value": [media] if kind == 0 else []} for kind in kinds],
            "draft_new_version": "",
            "tm_draft_create": 0,
            "tm_draft_modified": 0,
            "tm_draft_removed": 0,
            "tm_duration": self.us(self.timeline.length),
        }

    def footage(self) -> dict[str, Any]:
        return {
            "id": self.video,
            "type": "video",
            "local_material_id": self.id("media"),
            "material_name": self.timeline.media_name,
            "path": self.path,
            "duration": self.us(self.timeline.length),
            "width": self.timeline.width,
            "height": self.timeline.height,
            "has_audio": self.timeline.has_sound,
            "category_name": "local",
            "check_flag": 63487,
            "crop": WHOLE_PICTURE,
            "crop_ratio": "free",
            "crop_scale": 1.0,
            "source_platform": 0,
        }

    def track(self, kind: str, name: str, flag: int, segments: list[dict[str, Any]]) -> dict[str, Any]:
        about = {"id": self.id("track", name), "type": kind, "name": name, "flag": flag}
        return {**about, "attribute": 0, "is_default_name": False, "segments": segments}

    def hidden(self, kind: str, name: str, spans: Iterable[AnySpan], draw: Any) -> list[dict[str, Any]]:
        """Tracks above the picture whose segments are not shown."""
        return [
            self.track(kind, f"{name} {number}", 3, [draw(span, number) for span in layer])
            for number, layer in enumerate(layers(spans), 1)
        ]

    def shot(self, clip: Clip) -> dict[str, Any]:
        key, span = ("shot", clip.number), self.range(clip.start, clip.end)
        after = next((join for join in plain_joins(self.timeline) if join.cut == clip.end), None)
        return self.segment(key, self.video, span, span, refs=self.refs(key, 1.0, after), volume=1.0)

    def stretch(self, speed: Speed, layer: int) -> dict[str, Any]:
        """Footage that ran at another speed: as much of the video as that speed needs, within the video."""
        key, factor = ("speed", layer, speed.start), speed.factor or 1.0
        target, whole = self.range(speed.start, speed.end), self.us(self.timeline.length)
        needed = min(round(target["duration"] * factor), whole)
        start = min(target["start"], whole - needed)
        source = {"start": start, "duration": needed}
        refs = self.refs(key, factor, None)
        return self.segment(key, self.video, target, source, refs=refs, speed=factor, volume=0.0, is_shown=False)

    def refs(self, key: Sequence[object], speed: float, join: Join | None) -> list[str]:
        """What a stretch of video refers to besides itself; the place of each tells CapCut what it is."""
        made: list[str] = []
        for slot, kind in ALWAYS:
            if slot == "transitions" and not join:
                continue
            material: dict[str, Any] = {"id": self.id(*key, slot), "type": kind}
            if slot == "speeds":
                material |= {"mode": 0, "speed": speed, "curve_speed": None}
            if slot == "transitions" and join:
                material |= {**MIX, "duration": self.range(join.start, join.end)["duration"], "platform": "all"}
            self.materials[slot].append(material)
            made.append(material["id"])
        return made

    def text(self, text: Text, layer: int) -> dict[str, Any]:
        key = ("text", layer, text.start)
        material = {"id": self.id(*key, "material"), **_written(text)}
        moves = {"id": self.id(*key, "moves"), "type": "sticker_animation", "animations": []}
        self.materials["texts"].append(material)
        self.materials["material_animations"].append(moves)
        look = text.look
        across, down = look["x"] + look["w"] / 2, look["y"] + look["h"] / 2
        place = {"x": 2 * across - 1, "y": 1 - 2 * down}  # halves of the picture from its middle, upwards
        span = self.range(text.start, text.end)
        drawn = self.segment(key, material["id"], span, None, refs=[moves["id"]], is_shown=False)
        drawn["clip"] |= {"transform": place, "rotation": look["angle_deg"]}
        return drawn | {"render_index": 14_000 + layer}

    def segment(
        self,
        key: Sequence[object],
        material: str,
        target: dict[str, int],
        source: dict[str, int] | None,
        *,
        refs: list[str],
        speed: float = 1.0,
        volume: float = 1.0,
        is_shown: bool = True,
    ) -> dict[str, Any]:
        return {
            "id": self.id(*key),
            "material_id": material,
            "target_timerange": target,
            "source_timerange": source,
            "extra_material_refs": refs,
            "speed": speed,
            "volume": volume,
            "last_nonzero_volume": 1.0,
            "visible": is_shown,
            "reverse": False,
            "clip": {
                "alpha": 1.0,
                "flip": {"horizontal": False, "vertical": False},
                "rotation": 0.0,
                "scale": {"x": 1.0, "y": 1.0},
                "transform": {"x": 0.0, "y": 0.0},
            },
            "uniform_scale": {"on": True, "value": 1.0},
            "common_keyframes": [],
            "keyframe_refs": [],
            "render_index": 0,
            "track_attribute": 0,
            "track_render_index": 0,
            "enable_adjust": True,
            "enable_lut": True,
        }


def _written(text: Text) -> dict[str, Any]:
    """A text and its looks: said once for CapCut's drawing, in JSON within the JSON, and once beside it."""
    look = text.look
    fill, size = look.get("fill_hex", "#ffffff"), look["cap_height_frac"] / CAP_OF_SIZE
    style: dict[str, Any] = {
        "range": [0, len(text.text.encode("utf-16-le")) // 2],
        "size": round(size, 2),
        "bold": True,
        "fill": {"alpha": 1.0, "content": _solid(fill)},
    }
    told = {"type": "text", "alignment": 1, "text_color": fill, "font_size": style["size"], "line_max_width": 0.82}
    if stroke := look.get("stroke_hex"):
        width = min(look.get("stroke_frac", 0.1) / 2, WIDEST_STROKE)
        style["strokes"] = [{"content": _solid(stroke), "width": width}]
        told |= {"border_color": stroke, "border_width": width, "border_alpha": 1.0}
    if plate := look.get("box_hex"):
        alpha = look.get("box_alpha", 1.0)
        told |= {"background_style": 1, "background_color": plate, "background_alpha": alpha}
    return told | {"content": json.dumps({"text": text.text, "styles": [style]}, ensure_ascii=False)}


def _solid(hex_rgb: str) -> dict[str, Any]:
    colour = [round(int(hex_rgb[i : i + 2], 16) / 255, 4) for i in (1, 3, 5)]
    return {"render_type": "solid", "solid": {"alpha": 1.0, "color": colour}}
