"""The results: what was taken in and how it fared, and every file that came of it."""

import contextlib
import json
import re
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from starlette.responses import RedirectResponse, Response

from resources.ledger import Entry, State
from tiktok_assets import results as listing
from tiktok_assets.api.files import UNKNOWN, file_at, has_pass, sent, with_pass
from tiktok_assets.api.house import House
from tiktok_assets.api.problems import ProblemError, Said
from tiktok_assets.api.requests import Forgotten, Page, Told, VideoId, Whole, links
from tiktok_assets.methods import NAME as METHODS
from tiktok_assets.page.html import PAGE_NAME as PAGE
from tiktok_assets.page.keepsakes import CONTACT
from tiktok_assets.upkeep.forget import BusyError, forget

FILES = ("report.json", METHODS, "timeline.png", PAGE, CONTACT)  # of a report's folder, as callers name them
TABLE = re.compile(r"[a-z][a-z0-9_]{0,99}")
EXPORT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
REBUILT = "reconstruction"  # the folder, and its address
MOST = 1000  # results a page


def routes(house: House) -> APIRouter:
    router = APIRouter(prefix="/results")

    @router.get("", summary="List the results", responses={422: {"model": Said}})
    def listed(
        state: State | None = None,
        offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
    ) -> Page:
        """Every input, the newest first, with what became of it; reports that were made by hand come last."""
        counts = house.ledger.counts()
        accepted = counts[state] if state else sum(counts.values())
        told = [_told(entry) for entry in house.ledger.page(state, offset, limit)]
        by_hand = _by_hand(house) if state in (None, "done") else []
        begin = max(0, offset - accepted)
        told += [Told(id=v, status="done", links=links(v)) for v in by_hand[begin : begin + limit - len(told)]]
        return Page(total=accepted + len(by_hand), offset=offset, results=told)

    @router.get("/{video}", summary="One result", response_model=Whole, responses=UNKNOWN)
    def one(request: Request, video: VideoId) -> Any:
        """How it fared, what its report says in short, and the files that there are. Browsers are sent to the page."""
        told = _known(house, video)
        if "text/html" in request.headers.get("accept", "") and (house.store.report_folder(video) / PAGE).is_file():
            return RedirectResponse(f"/results/{video}/{PAGE}", 303)
        short = {}
        with contextlib.suppress(FileNotFoundError):
            report = json.loads(listing.report_path(house.data, video).read_text(encoding="utf-8"))
            short = {"summary": report["summary"], "analyzers": report["analyzers"]}
        return Whole(**told.model_dump(), **short, files=sorted(_files(house, video)))

    @router.delete("/{video}", summary="Forget a video", responses=UNKNOWN | {409: {"model": Said}})
    def forgotten(video: VideoId) -> Forgotten:
        """Removes the video, all that was made of it, and its place in the lists."""
        known(house, video)
        try:
            gone = forget(house.store, house.instance, video)
        except BusyError as error:
            raise ProblemError(409, str(error), "Wait until it has ended, then send it again", "busy") from error
        return Forgotten(id=video, files=gone.files, bytes=gone.bytes, runs=gone.runs)

    @file_at(router, "/{video}/tables/{name}.parquet")
    def table(request: Request, video: VideoId, name: Annotated[str, InPath(pattern=f"^{TABLE.pattern}$")]) -> Response:
        """One analyzer's table, whole."""
        return sent(request, house.data / "tables", house.store.table_path(name, video))

    @file_at(router, "/{video}/exports/{name}")
    def export(
        request: Request, video: VideoId, name: Annotated[str, InPath(pattern=f"^{EXPORT.pattern}$")]
    ) -> Response:
        """A file for an editing program."""
        folder = house.store.report_folder(video) / "exports"
        return sent(request, folder, folder / name, is_saved=True)

    @file_at(router, "/{video}/reconstruction/{name}")
    def rebuilt(
        request: Request, video: VideoId, name: Annotated[str, InPath(pattern=f"^{EXPORT.pattern}$")]
    ) -> Response:
        """A film or a still that the video was rebuilt with."""
        folder = house.store.report_folder(video) / REBUILT
        return sent(request, folder, folder / name, is_foreign=has_pass(house, request))

    @file_at(router, "/{video}/video.mp4")
    def clip(request: Request, video: VideoId) -> Response:
        """The video itself, for a player that asks for it in parts."""
        path = house.store.video_path(video)
        return sent(request, house.data / "media", path, is_foreign=has_pass(house, request))

    for name in FILES:
        _add_file(router, house, name)
    return router


def _add_file(router: APIRouter, house: House, name: str) -> None:
    def file(request: Request, video: VideoId) -> Response:
        folder = house.store.report_folder(video)
        if name == PAGE and (folder / PAGE).is_file() and (elsewhere := with_pass(house, request)):
            return elsewhere
        is_foreign = name == CONTACT and has_pass(house, request)
        return sent(request, folder, folder / name, is_foreign=is_foreign)

    file_at(router, f"/{{video}}/{name}", name=name)(file)


def known(house: House, video: str) -> Entry | None:
    """The ledger's row; None for a report that was made by hand. Raises the answer 404."""
    entry = house.ledger.entry(video)
    if entry is None and not listing.report_path(house.data, video).exists():
        raise ProblemError(404, "no such video was ever accepted", "List them: GET /results")
    return entry


def _known(house: House, video: str) -> Told:
    entry = known(house, video)
    return _told(entry) if entry else Told(id=video, status="done", links=links(video))


def _told(entry: Entry) -> Told:
    return Told(
        id=entry.video,
        status=entry.state,
        source=entry.source,
        attempts=entry.attempts,
        run_id=entry.run_id,
        word=entry.word,
        reason=entry.reason,
        remedy=entry.remedy,
        accepted_at=entry.accepted_at,
        changed_at=entry.changed_at,
        links=links(entry.video),
    )


def _by_hand(house: House) -> list[str]:
    """Reports of videos that no ledger knows."""
    accepted = {entry.video for entry in house.ledger.page(None, 0, 10**9)}
    return [video for video in listing.videos(house.data) if video not in accepted]


def _files(house: House, video: str) -> Iterator[str]:
    """Where each file of a video is to be had."""
    base, folder = f"/results/{video}", house.store.report_folder(video)
    yield from (f"{base}/{name}" for name in FILES if (folder / name).is_file())
    yield from (f"{base}/exports/{path.name}" for path in folder.glob("exports/*") if EXPORT.fullmatch(path.name))
    yield from (f"{base}/{REBUILT}/{p.name}" for p in (folder / REBUILT).glob("*") if EXPORT.fullmatch(p.name))
    for path in (house.data / "tables").glob(f"*/{video}.parquet"):
        yield f"{base}/tables/{path.parent.name}.parquet"
    if house.store.video_path(video).is_file():
        yield f"{base}/video.mp4"
