"""The API, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from tiktok_assets.api import corpus, health, jobs, metrics, problems, progress, reference, results
from tiktok_assets.api.gatekeeper import Gatekeeper
from tiktok_assets.api.house import House
from tiktok_assets.api.probes import PROBES, Doctor
from tiktok_assets.api.starter import Starter

ABOUT = "Takes videos in, says how they fare, and hands out what was found. What runs, runs in Dagster."


def create_app(house: House) -> FastAPI:
    """The ASGI application over one house. Its documentation is shown to this machine alone."""
    doctor, starter = Doctor(house, PROBES), Starter(house)

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        starter.start()
        yield
        starter.close()
        house.let_go()
        doctor.close()

    app = FastAPI(
        title="TikTok assets",
        version="1",
        description=ABOUT,
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if house.is_local else None,
    )
    problems.handle(app)
    for router in (
        jobs.routes(house, starter.wake),
        progress.routes(house),
        results.routes(house),
        corpus.routes(house),
        health.routes(doctor),
        metrics.routes(house),
    ):
        app.include_router(router)
    if house.is_local:
        app.include_router(reference.routes(app))
    app.add_middleware(
        Gatekeeper, token=house.token, hosts=house.settings.api_hosts, per_minute=house.settings.api_per_minute
    )
    return app
