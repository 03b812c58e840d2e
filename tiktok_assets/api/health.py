"""Health: whether the house is alive, ready for work, and well; with the reasons where it is not."""

from collections.abc import Sequence
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from tiktok_assets.api.probes import RESPONSE_S, Doctor, Finding

READY = ("daemon", "sensors", "ledger", "disk")  # what a request needs, so that it is done some day
SLOWEST = 100  # of the last answers, one in so many may be slower than the alarm


class Part(BaseModel):
    verdict: Literal["good", "note", "bad"]
    found: str
    remedy: str | None = None
    facts: dict = Field(default_factory=dict)


class Health(BaseModel):
    status: Literal["ok", "degraded"]
    reasons: list[str] = Field(description="what is bad, in words")
    parts: dict[str, Part]


class Alive(BaseModel):
    status: Literal["alive"] = "alive"


def routes(doctor: Doctor) -> APIRouter:
    router = APIRouter(prefix="/health")
    degraded: dict[int | str, dict] = {503: {"model": Health, "description": "a part is bad; `reasons` says which"}}

    @router.get("", summary="How the house is", response_model=Health, responses=degraded)
    def health(request: Request) -> JSONResponse:
        """503 when something needs looking after; `parts` has everything that was looked at."""
        found = doctor.examine() | {"api": answers(request.state.took)}
        return _answer(found)

    @router.get("/ready", summary="Whether work would be done", response_model=Health, responses=degraded)
    def ready() -> JSONResponse:
        found = doctor.examine()
        return _answer({name: found[name] for name in READY if name in found})

    @router.get("/live", summary="Whether this process answers")
    async def live() -> Alive:
        return Alive()

    return router


def answers(took: Sequence[float]) -> Finding:
    """How fast the API itself answered lately."""
    ranked = sorted(took)
    if not ranked:
        return Finding("good", "nothing was asked yet")
    slow = ranked[min(len(ranked) - 1, int(len(ranked) * (1 - 1 / SLOWEST)))]
    facts = {"p50_s": round(ranked[len(ranked) // 2], 4), "p99_s": round(slow, 4), "answers": len(ranked)}
    if slow > RESPONSE_S and len(ranked) >= SLOWEST:
        return Finding("bad", f"one answer in {SLOWEST} takes {slow:.1f} s", "See what else this machine does", facts)
    return Finding("good", f"99 of 100 answers within {slow * 1000:.0f} ms", facts=facts)


def _answer(found: dict[str, Finding]) -> JSONResponse:
    bad = {name: finding for name, finding in found.items() if finding.verdict == "bad"}
    told = Health(
        status="degraded" if bad else "ok",
        reasons=[f"{name}: {finding.found}" for name, finding in bad.items()],
        parts={
            name: Part(verdict=f.verdict, found=f.found, remedy=f.remedy, facts=f.facts) for name, f in found.items()
        },
    )
    return JSONResponse(told.model_dump(), 503 if bad else 200)
