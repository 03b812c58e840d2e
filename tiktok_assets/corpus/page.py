"""Page: all videos as one HTML file to look at: find, sort, and lay two side by side.

It needs nothing but itself and, to play them, the videos beside it. Most of a video is read from the page as it was:
a report is opened again only where it has changed, so thousands of videos cost little more than those that are new.
"""

import json
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

import dagster as dg

from resources.places import alone
from resources.store import Store, written_whole
from tiktok_assets import results as listing
from tiktok_assets.corpus.cards import Card, make_card, report_file
from tiktok_assets.corpus.shared import GROUP, WHEN_NEWER
from tiktok_assets.keys import PAGE_KEY
from tiktok_assets.page.html import filled, in_script
from tiktok_assets.page.links import corpus_link
from tiktok_assets.stages import on_stage

VERSION = "1"  # bump when a card changes: every report is opened again
KEY = dg.AssetKey([GROUP, "page"])
SCRIPTS = ("words.js", "pieces.js", "corpus_words.js", "corpus.js", "corpus_compare.js")
STYLES = ("base.css", "corpus.css")
PARTS: tuple[str, ...] = ("version", "look", "videos", "data", "said", "films")
IMAGES = " 'self' file:"  # the kept pictures of a comparison lie beside the reports

HEAD = re.compile(r'<html lang="en" data-version="([^"]*)" data-look="([^"]*)" data-videos="(\d+)">')
HEAD_BYTES = 200
DATA = re.compile(r'<script id="(data|said)" type="application/json">([^<]*)</script>')
FILM = re.compile(r'<script id="film-([^"]+)" type="application/json">([^<]*)</script>')


@dataclass(frozen=True, slots=True)
class Built:
    """What a new page holds."""

    path: Path
    videos: int
    anew: int  # of them, whose report was opened
    unreadable: int  # reports that could not be read, and are not in it


def build_corpus_page() -> dg.AssetsDefinition:
    @dg.asset(
        key=KEY,
        deps=[PAGE_KEY],
        group_name=GROUP,
        description=(__doc__ or "").strip(),
        code_version=VERSION,
        automation_condition=WHEN_NEWER,
        kinds={"html"},
        owners=[f"team:{GROUP}"],
        tags={"stage": "cpu"},
        op_tags=on_stage("cpu", at_home=True),
    )
    def page(store: Store) -> dg.MaterializeResult:
        built = build(store)
        return dg.MaterializeResult(
            metadata={
                "result": corpus_link(),
                "path": dg.MetadataValue.path(built.path),
                "videos": built.videos,
                "videos_made_anew": built.anew,
                "unreadable_reports": built.unreadable,
                "size_bytes": built.path.stat().st_size,
            }
        )

    return page


def page_path(store: Store) -> Path:
    return store.corpus_path("index").with_suffix(".html")


def is_current(store: Store) -> bool:
    """Whether no report is newer than the page, and none has come or gone."""
    path = page_path(store)
    try:
        since_ns = path.stat().st_mtime_ns
        with path.open("rb") as page:
            head = HEAD.search(page.read(HEAD_BYTES).decode("utf-8", "replace"))
    except FileNotFoundError:
        return False
    videos = listing.videos(Path(store.root))
    if not head or head.groups() != (VERSION, _look(), str(len(videos))):
        return False
    return all(_changed_ns(store, video) < since_ns for video in videos)


def current_page(store: Store) -> Path:
    """The page, made anew where it is not there or tells what was."""
    return page_path(store) if is_current(store) else build(store).path


def build(store: Store) -> Built:
    """The page, written whole."""
    with _alone(store):
        begun_ns = time.time_ns()
        known, cards, anew = _read(page_path(store)), [], 0
        videos = listing.videos(Path(store.root))
        for video in videos:
            card = known.get(video)
            if card is None or card.row["made_ns"] != str(_changed_ns(store, video)):
                try:
                    card = make_card(store, video)
                except (OSError, ValueError, KeyError):  # forgotten meanwhile, or damaged by a power cut
                    continue
                anew += 1
            cards.append(card)
        path = _write(store, cards, len(videos), begun_ns)
        return Built(path, len(cards), anew, len(videos) - len(cards))


def forget_card(store: Store, video: str) -> None:
    """Take a video out of the page."""
    path = page_path(store)
    if not path.exists():
        return
    with _alone(store):
        changed_ns = path.stat().st_mtime_ns
        cards = [card for key, card in _read(path).items() if key != video]
        _write(store, cards, len(cards), changed_ns)


def page_of(cards: Sequence[Card], videos: int | None = None) -> str:
    """One text that holds all of them."""
    films = "\n".join(
        f'<script id="film-{escape(card.row["id"])}" type="application/json">{card.film}</script>' for card in cards
    )
    n_videos = str(len(cards) if videos is None else videos)
    rows, said = in_script([card.row for card in cards]), in_script([card.said for card in cards])
    parts = dict(zip(PARTS, (VERSION, _look(), n_videos, rows, said, films), strict=True))
    return filled("corpus.html", STYLES, SCRIPTS, parts, IMAGES)


@cache
def _look() -> str:
    """Of the page without its videos: it is made anew where a new program draws it differently."""
    return sha256(filled("corpus.html", STYLES, SCRIPTS, dict.fromkeys(PARTS, ""), IMAGES).encode()).hexdigest()[:16]


def _alone(store: Store) -> Any:
    """Who forgets a video waits for who is writing, or it would be back."""
    return alone(page_path(store).with_suffix(".lock"))


def _changed_ns(store: Store, video: str) -> int:
    try:
        return report_file(store, video).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _write(store: Store, cards: Sequence[Card], videos: int, as_of_ns: int) -> Path:
    """As old as what it tells: a report that is written meanwhile is newer."""
    path = page_path(store)
    with written_whole(path) as half:
        half.write_text(page_of(cards, videos), encoding="utf-8")
        os.utime(half, ns=(as_of_ns, as_of_ns))
    return path


def _read(path: Path) -> Mapping[str, Card]:
    """The videos of the page that is there; none, where it is another version's, or was not written by us."""
    try:
        page = path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return {}
    head, data, films = HEAD.search(page, 0, HEAD_BYTES), dict(DATA.findall(page)), dict(FILM.findall(page))
    if not head or head[1] != VERSION:
        return {}
    try:
        rows, said = json.loads(data["data"]), json.loads(data["said"])
        found = [Card(row, words, films[row["id"]]) for row, words in zip(rows, said, strict=True)]
    except (KeyError, ValueError):
        return {}
    return {card.row["id"]: card for card in found}
