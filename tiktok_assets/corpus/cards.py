"""A video as the page over the corpus tells of it: figures for its row, words for the search, and its film.

The film is what is looked at closely: a few pictures, and the lanes of a comparison in as few bytes as may be. What
an analyzer could not see is absent; where it looked and found nothing, a count is 0.
"""

import json
import re
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from resources.store import Store
from tiktok_assets.page.html import in_script
from tiktok_assets.page.keepsakes import CONTACT, WAVEFORM, n_tiles

Row = dict[str, Any]
TRUSTED = ("ok", "none_found", "degraded")
SHOWN_LETTERS, SEARCHED_LETTERS = 280, 6000  # of a caption; of all that is written, seen and said
TILES_PX = 250  # the width of a row of pictures in the grid
TILES_ROWS = 2
TILES_QUALITY = 42
WAVE_STEPS = 360
MOST_BARS, MOST_BEATS, BAR_LETTERS = 80, 600, 48
# Marks that turn the direction of all that follows (Unicode's Bidi_Control), and what is no character.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]+")


@dataclass(frozen=True, slots=True)
class Card:
    """One video of the page."""

    row: Row
    said: str
    film: str  # JSON that may stand in a script element


def report_file(store: Store, video: str) -> Path:
    return store.report_folder(video) / "report.json"


def make_card(store: Store, video: str) -> Card:
    """From the report, and from what the page of the video keeps. Raises OSError and ValueError."""
    path = report_file(store, video)
    made_ns = path.stat().st_mtime_ns
    told = json.loads(path.read_text(encoding="utf-8"))
    tables = _Tables(told)
    row = {"id": video, "made_ns": str(made_ns), **_who(told["video"]), **_figures(told, tables)}
    film = {**_tiles(path.with_name(CONTACT), told), **_lanes(tables), **_wave(path.with_name(WAVEFORM))}
    return Card({k: v for k, v in row.items() if v is not None}, _said(told["video"], tables), in_script(film))


def calm(text: Any, most: int = SHOWN_LETTERS) -> str | None:
    """A stranger's words in one line, with nothing in them that moves the words around them."""
    line = " ".join(UNSEEN.sub(" ", str(text or "")).split())
    return (line if len(line) <= most else line[: most - 1] + "…") or None


class _Tables:
    """The report's rows, of analyzers that could look."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._fared, self._rows = told["analyzers"], told.get("tables", {})
        self.whole = told["summary"].get("whole_video", {})

    def has(self, name: str) -> bool:
        return self._fared.get(name, {}).get("status") in TRUSTED

    def rows(self, name: str, **like: str) -> list[Row]:
        return [r for r in self._rows.get(name, []) if all(r.get(k) == v for k, v in like.items())]

    def count(self, name: str, found: int) -> int | None:
        return found if self.has(name) else None


def _who(video: Mapping[str, Any]) -> Row:
    return {
        "title": calm(video.get("file_name")) or calm(video.get("caption"), 90),
        "creator": calm(video.get("author"), 60),
        "caption": calm(video.get("caption")),
        "posted": calm(video.get("created_at"), 20),
        "plays": video.get("play_count"),
    }


def _figures(told: Mapping[str, Any], tables: _Tables) -> Row:
    media, counts = told["media"], told["summary"]["analyzers"]
    cuts, sound = tables.whole.get("cut_analysis", {}), tables.whole.get("audio_analysis", {})
    heard = tables.whole.get("audio_environment", {})
    people = {row.get("person_id") for row in tables.rows("face_detection", level="track")}
    figures = {
        "length": media.get("duration_s"),
        "shots": len(tables.rows("cut_analysis", level="shot")) or None,
        "pace": cuts.get("asl_s"),
        "cuts_per_min": cuts.get("cpm"),
        "texts": tables.count("text_overlay", len(tables.rows("text_overlay"))),
        "people": tables.count("face_detection", len(people)),
        "loudness": sound.get("lufs_i"),
        "tempo": sound.get("tempo_bpm"),
        "speech": heard.get("speech_share"),
        "music": heard.get("music_share"),
        "lang": _language(tables),
        "score": (told.get("reconstruction") or {}).get("score"),
        "fared": [counts.get(s, 0) for s in ("ok", "none_found", "degraded", "skipped", "failed")],
        "lost_s": media.get("lost_s") or None,
        "width": media.get("width_px"),
        "height": media.get("height_px"),
        "sar": media.get("sar") if media.get("sar") != 1 else None,
        "fps": media.get("fps_nominal"),
        "shift": media.get("v_start_s") or None,
    }
    return {k: round(v, 3) if isinstance(v, float) else v for k, v in figures.items()}


def _language(tables: _Tables) -> str | None:
    """In which most is said."""
    spoken: Counter[str] = Counter()
    for row in tables.rows("speech_transcription", level="segment"):
        if row.get("lang"):
            spoken[row["lang"]] += row["end_s"] - row["start_s"]
    return calm(spoken.most_common(1)[0][0], 12) if spoken else None


def _said(video: Mapping[str, Any], tables: _Tables) -> str:
    """All that can be searched for, each line once."""
    lines = [*(video.get(k) for k in ("file_name", "author", "caption", "music_title", "music_author", "id"))]
    lines += [f"#{tag.lstrip('#')}" for tag in video.get("hashtags", [])]
    lines += [row.get("text") for row in tables.rows("text_overlay")]
    lines += [row.get("text") for row in tables.rows("speech_transcription", level="segment")]
    told = dict.fromkeys(line for text in lines if (line := calm(text, SEARCHED_LETTERS)))
    return "\n".join(told)[:SEARCHED_LETTERS]


def _lanes(tables: _Tables) -> Row:
    """Shots, texts, words and beats, in milliseconds."""
    shots = tables.rows("cut_analysis", level="shot")
    edges = [_ms(row["start_s"]) for row in shots] + [_ms(row["end_s"]) for row in shots[-1:]]
    beats = [_ms(row["start_s"]) for row in tables.rows("audio_analysis", kind="beat")]
    lanes = {
        "shots": edges,
        "texts": list(_bars(tables.rows("text_overlay"))),
        "words": list(_bars(tables.rows("speech_transcription", level="segment"))),
        "beats": beats[:MOST_BEATS],
    }
    return {name: found for name, found in lanes.items() if found}


def _bars(rows: list[Row]) -> Iterator[list[Any]]:
    for row in sorted(rows, key=lambda row: (row["start_s"], -row["end_s"]))[:MOST_BARS]:
        label = calm(row.get("text"), BAR_LETTERS)
        yield [_ms(row["start_s"]), _ms(row["end_s"]), *([label] if label else [])]


def _ms(t_s: float) -> int:
    return round(t_s * 1000)


def _tiles(path: Path, told: Mapping[str, Any]) -> Row:
    """A few of the kept pictures side by side: as many as two rows of the grid take."""
    if not path.is_file():
        return {}
    with Image.open(path) as opened:
        sheet = opened.convert("RGB")
    there = n_tiles(told["media"]["duration_s"] or 0.0)
    wide = sheet.width // there
    if not wide:
        return {}
    n = min(there, TILES_ROWS * max(2, round(TILES_PX / wide)))
    picked = Image.new("RGB", (wide * n, sheet.height))
    for place, number in enumerate(_liveliest(sheet, wide, there, n)):
        picked.paste(sheet.crop((number * wide, 0, (number + 1) * wide, sheet.height)), (place * wide, 0))
    file = BytesIO()
    picked.save(file, "WEBP", quality=TILES_QUALITY, method=6)
    return {"n": n, "of": there, "p": b64encode(file.getvalue()).decode()}


def _liveliest(sheet: Image.Image, wide: int, there: int, n: int) -> list[int]:
    """Of each stretch of the video the picture that shows most: none that is black, unless all are."""
    light = np.asarray(sheet.convert("L"), np.float32)[:, : wide * there].reshape(sheet.height, there, wide)
    spread = light.std(axis=(0, 2))
    edges = np.linspace(0, there, n + 1).round().astype(int).tolist()
    return [start + int(np.argmax(spread[start:end])) for start, end in pairwise(edges)]


def _wave(path: Path) -> Row:
    """How loud it is, step by step, in fewer steps than are kept."""
    told = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    if not told:
        return {}
    levels = {name: np.frombuffer(b64decode(told[name]), np.uint8) for name in ("peak", "rms")}
    together = -(-len(levels["peak"]) // WAVE_STEPS) or 1
    starts = np.arange(0, len(levels["peak"]), together)
    fewer = {name: b64encode(np.maximum.reduceat(v, starts).tobytes()).decode() for name, v in levels.items()}
    return {"wave": {"step_s": told["step_s"] * together, "offset_s": told["offset_s"], **fewer}}
