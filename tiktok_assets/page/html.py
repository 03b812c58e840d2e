"""The page: one HTML file a video, that needs nothing but itself and the video.

Whoever made the video wrote some of its words, so the page runs the one script whose hash its policy names, sends no
request, and writes texts as texts: browsers that know Trusted Types refuse anything else.
"""

import html
import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from analyzers.contract import REGISTRY
from resources.store import Store, written_whole
from tiktok_assets.methods import NAME as METHODS
from tiktok_assets.page.card import read_card, section
from tiktok_assets.page.keepsakes import CONTACT, WAVEFORM, n_tiles
from tiktok_assets.page.lanes import lane

WEB = Path(__file__).parent / "web"
SCRIPTS = (
    "words.js",
    "pieces.js",
    "clock.js",
    "drawing.js",
    "player.js",
    "shuttle.js",
    "panels.js",
    "card.js",
    "rebuilt.js",
    "page.js",
)
STYLES = ("base.css", "page.css", "card.css", "rebuilt.css")
POLICY = (
    "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; img-src data:{images}; "
    "media-src blob: 'self' file:; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
PLACE = re.compile(r"\{\{(\w+)\}\}")
EMBED_MB = 25  # of a video that is put into the page; base64 adds a third, and a browser holds it twice
PAGE_NAME = "page.html"


class TooLargeError(Exception):
    """The video is too large to be put into the page."""


def write_page(store: Store, video: str, *, embed: bool = False) -> Path:
    """The page beside its report.json; with `embed`, the video is in it."""
    told = json.loads((store.report_folder(video) / "report.json").read_text(encoding="utf-8"))
    path = store.report_folder(video) / PAGE_NAME
    film = b""
    if embed:
        if store.video_path(video).stat().st_size > EMBED_MB * 1_000_000:
            raise TooLargeError(f"the video has more than {EMBED_MB} MB")
        film = store.video_path(video).read_bytes()
    page = build_page(gather_page(store, video, told), film)
    with written_whole(path) as half:
        half.write_text(page, encoding="utf-8")
    return path


def build_page(data: Mapping[str, Any], film: bytes = b"") -> str:
    """One text that holds all: styles, script, what is told, and perhaps the video."""
    parts = {
        "title": html.escape(str(data["video"].get("file_name") or data["video"]["id"])),
        "data": in_script(data),
        "film": b64encode(film).decode(),
    }
    return filled("page.html", STYLES, SCRIPTS, parts)


def filled(
    frame: str, styles: Sequence[str], scripts: Sequence[str], parts: Mapping[str, str], images: str = ""
) -> str:
    """A page of web/ with its styles, its script, and the policy that lets it run that script alone."""
    style, script = _together(styles), _together(scripts)
    policy = POLICY.format(style=_hash(style), script=_hash(script), images=images)
    parts = {"policy": policy, "style": style, "script": script, **parts}
    return PLACE.sub(lambda place: parts[place[1]], (WEB / frame).read_text(encoding="utf-8"))


def in_script(data: Any) -> str:
    """JSON that cannot end the element it stands in, nor open a comment: no `<` is left in it."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def gather_page(store: Store, video: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """The report as the page takes it: lanes, pictures and sound, and the files that there are."""
    folder = store.report_folder(video)
    lanes = [
        _lane(store, video, name, facts, told["tables"].get(name, [])) for name, facts in told["analyzers"].items()
    ]
    return {
        "video": told["video"],
        "media": {k: v for k, v in told["media"].items() if k != "sha256"},
        "lanes": lanes,
        "card": section(told["analyzers"], read_card()),
        "rebuilt": _rebuilt(told.get("reconstruction")),
        "coverage": {name: seconds["status"] for name, seconds in told["coverage"].items()},
        "frames_us": _frames_us(store, video),
        "contact": _picture(folder / CONTACT),
        "n_tiles": n_tiles(told["media"]["duration_s"] or 0.0),
        "sound": _json(folder / WAVEFORM),
        "methods": METHODS if (folder / METHODS).is_file() else None,
        "video_at": f"../../media/{video}/video.mp4",
        "exports": sorted(path.name for path in (folder / "exports").glob("*") if path.is_file()),
    }


def _rebuilt(told: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """With how well parameters are recovered where all are known: of 100 at each compression, and since when."""
    level_a = read_card()["level_a"]
    return {**told, "drawn": [*level_a["of_100"], read_card()["date"]]} if told else None


def _lane(store: Store, video: str, name: str, facts: Mapping[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """From the report where it holds every row, else from the table."""
    known = REGISTRY.get(name)
    docs: dict[str, str] = {}
    path = store.table_path(name, video)
    if rows and path.is_file():
        schema = pq.read_schema(path)
        docs = {field.name: (field.metadata or {}).get(b"doc", b"").decode() for field in schema}
        if facts.get("rows_here", len(rows)) < facts.get("rows", 0):
            whole = pq.read_table(path).to_pylist()
            rows = [{k: v for k, v in row.items() if v is not None} for row in whole]
            for row in rows:
                for hidden in ("video_id", "backend", "model_id", "model_rev"):
                    row.pop(hidden, None)
    made = lane(name, known.group if known else "other", facts, rows)
    used = {key for event in made["events"] for key in event["v"]} | {c["name"] for c in made["curves"]}
    return made | {
        "about": known.doc.split("\n")[0] if known else "",
        "docs": {column: doc for column, doc in docs.items() if doc and column in used},
        "table": f"../../tables/{name}/{video}.parquet",
    }


def _frames_us(store: Store, video: str) -> list[int]:
    """When each picture is shown: the first in microseconds, then the steps from one to the next."""
    try:
        times = pq.read_table(store.table_path("frames", video), columns=["pts_s"])["pts_s"].to_numpy()
    except FileNotFoundError:
        return []
    whole = np.rint(times * 1e6).astype(np.int64)
    return np.diff(whole, prepend=0).tolist()


def _picture(path: Path) -> str | None:
    return f"data:image/webp;base64,{b64encode(path.read_bytes()).decode()}" if path.is_file() else None


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _together(names: Sequence[str]) -> str:
    return "\n" + "".join((WEB / name).read_text(encoding="utf-8") for name in names)


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()
