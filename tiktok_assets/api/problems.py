"""Errors as callers see them: a word for programs, the reason and the remedy for people, never a trace."""

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

LOG = logging.getLogger(__name__)

# What answers with no word of their own are called, by status.
WORDS = {
    400: ("bad_request", "the request cannot be read", "See /docs for what is understood"),
    401: ("unauthorized", "the token is missing or wrong", "Send the header `Authorization: Bearer TOKEN`"),
    404: ("not_found", "there is nothing here", "See /docs for what there is, and /results for the known ids"),
    405: ("method_not_allowed", "this path does not take this method", "See /docs for what it takes"),
    408: ("too_slow", "the request did not arrive in time", "Send it again, faster"),
    413: ("too_large", "the body is larger than 64 KiB", "Send one input a request"),
    415: ("not_json", "the body is not declared as JSON", "Send the header `Content-Type: application/json`"),
    421: ("unknown_host", "the API is not served under this name", "Add the name to api_hosts in tiktok.toml"),
    422: ("invalid", "the request is not understood", "See /docs for what is understood"),
    429: ("too_many_requests", "more requests than one client may send", "Wait, then send it again"),
    500: ("internal", "something of ours fell over", "See the API's log, and report it to us"),
    503: ("unavailable", "a part of the house does not answer", "See /health, then send it again"),
}


class Said(BaseModel):
    """Every error's body."""

    error: str
    reason: str
    remedy: str


class ProblemError(Exception):
    """An answer other than the one that was hoped for."""

    def __init__(
        self,
        status: int,
        reason: str | None = None,
        remedy: str | None = None,
        word: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        usual = WORDS.get(status, WORDS[500])
        self.status, self.headers = status, dict(headers or {})
        self.said = Said(error=word or usual[0], reason=reason or usual[1], remedy=remedy or usual[2])
        super().__init__(f"{status} {self.said.error}")

    def as_response(self) -> JSONResponse:
        return JSONResponse(self.said.model_dump(), self.status, headers=self.headers)


def handle(app: FastAPI) -> None:
    """Every error of the app answered in the one shape."""
    app.add_exception_handler(ProblemError, _known)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(HTTPException, _of_the_framework)
    app.add_exception_handler(Exception, _ours)


async def _known(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)
    return error.as_response()


async def _not_understood(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return ProblemError(400, "the body is no JSON").as_response()
    return ProblemError(422, "; ".join(_told(fault) for fault in faults[:5])).as_response()


def _told(fault: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in fault["loc"] if part not in ("body", "query", "path"))
    message = str(fault["msg"]).removeprefix("Value error, ")
    return f"`{where[:100]}`: {message}" if where else message


async def _of_the_framework(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return ProblemError(error.status_code, headers=error.headers).as_response()


async def _ours(_request: Request, error: Exception) -> JSONResponse:
    LOG.error("a request fell over", exc_info=error)
    return ProblemError(500).as_response()
