"""Progress of one video, as server-sent events: how its state changes and which asset is made, until it has ended."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import dagster as dg
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from resources.ledger import TERMINAL
from tiktok_assets.api.house import House
from tiktok_assets.api.problems import ProblemError, Said
from tiktok_assets.api.requests import VideoId
from tiktok_assets.api.results import known

LOOK_S = 1.0  # between two looks at the run's log
SILENCE_S = 15.0  # after which a comment is sent, so that nobody in between hangs up
STREAMS = 100  # at once
MOST = 500  # events a look
LATE_S = 10.0  # that the run's log may be behind the ledger
TOLD = {
    dg.DagsterEventType.STEP_START: "started",
    dg.DagsterEventType.ASSET_MATERIALIZATION: "made",
    dg.DagsterEventType.STEP_FAILURE: "failed",
    dg.DagsterEventType.STEP_UP_FOR_RETRY: "again",
}


def routes(house: House) -> APIRouter:
    router = APIRouter()
    streams = asyncio.Semaphore(STREAMS)

    @router.get(
        "/results/{video}/progress",
        summary="Follow a video",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {}}}, 404: {"model": Said}, 503: {"model": Said}},
    )
    async def progress(request: Request, video: VideoId) -> StreamingResponse:
        """Events `state`, `step` and, as the last one, `end`, each with JSON."""
        await run_in_threadpool(known, house, video)
        if streams.locked():
            raise ProblemError(
                503, "too many follow already", "Ask GET /results/{id} now and then", headers={"Retry-After": "30"}
            )
        return StreamingResponse(_stream(house, video, request, streams), media_type="text/event-stream")

    return router


async def _stream(house: House, video: str, request: Request, streams: asyncio.Semaphore) -> AsyncIterator[str]:
    async with streams:
        watcher = Watcher(house, video)
        spoke = time.monotonic()
        while not await request.is_disconnected():
            for kind, told in await run_in_threadpool(watcher.look):
                spoke = time.monotonic()
                yield f"event: {kind}\ndata: {json.dumps(told)}\n\n"
                if kind == "end":
                    return
            if time.monotonic() - spoke > SILENCE_S:
                spoke = time.monotonic()
                yield ": still here\n\n"
            await asyncio.sleep(LOOK_S)


@dataclass
class Watcher:
    """What has been told of a video, and what is new since."""

    house: House
    video: str
    state: str | None = None
    run_id: str | None = None
    cursor: str | None = None
    over_at: float | None = None

    def look(self) -> list[tuple[str, dict[str, Any]]]:
        entry = self.house.ledger.entry(self.video)
        state = entry.state if entry else "done"  # a report made by hand, or forgotten meanwhile
        found: list[tuple[str, dict[str, Any]]] = []
        if entry and entry.run_id != self.run_id:
            self.run_id, self.cursor = entry.run_id, None
        is_over = state in TERMINAL and self._is_all_logged()
        if self.run_id:
            found += [("step", told) for told in self._steps(self.run_id)]
        told = {"id": self.video, "status": state}
        if entry and entry.word:
            told |= {"word": entry.word, "reason": entry.reason or "", "remedy": entry.remedy or ""}
        if is_over:
            found.append(("end", told))
        elif state != self.state and state not in TERMINAL:
            found.insert(0, ("state", told | ({"run_id": self.run_id} if self.run_id else {})))
        self.state = state
        return found

    def _is_all_logged(self) -> bool:
        """The ledger knows of the end before the run's log does: the last events are waited for, but not for long."""
        self.over_at = self.over_at or time.monotonic()
        run = self.house.instance.get_run_by_id(self.run_id) if self.run_id else None
        return run is None or run.is_finished or time.monotonic() - self.over_at > LATE_S

    def _steps(self, run_id: str) -> Iterator[dict[str, Any]]:
        """New events of the run's log that concern this video, or the whole batch."""
        page = self.house.instance.get_records_for_run(run_id, self.cursor, set(TOLD), limit=MOST)
        self.cursor = page.cursor
        for record in page.records:
            event = record.event_log_entry.dagster_event
            if event is None or (event.partition or self.video) != self.video:
                continue
            asset = event.asset_key.to_user_string() if event.asset_key else None
            yield {"step": event.step_key, "what": TOLD[event.event_type], "asset": asset, "at": record.timestamp}
