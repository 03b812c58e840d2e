"""The gatekeeper: who may ask, how often, how much at once; every request passes here before anything reads it."""

import asyncio
import hmac
import time
from collections import OrderedDict, deque
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tiktok_assets.api.problems import ProblemError

BODY_BYTES = 64 << 10  # the longest honest request is a few hundred
BODY_S = 10.0  # for the whole body, however it drips
OWN_NAMES = ("127.0.0.1", "localhost", "[::1]", "::1")
OPEN_PATHS = ("/health", "/health/live", "/health/ready")  # asked by supervisors that bear no token
CLIENTS = 10_000  # remembered at once; who was not seen for longest is forgotten

# Nothing that we serve loads anything from elsewhere, runs in a frame, or is guessed at by a browser.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


class Gatekeeper:
    """ASGI middleware. Looks at the host, the client's pace, the token, and the body, in this order."""

    def __init__(self, app: ASGIApp, token: str | None, hosts: Iterable[str], per_minute: int) -> None:
        self._app = app
        self._token = token.encode() if token else None
        self._hosts = {*OWN_NAMES, *(host.lower() for host in hosts)}
        self._pace = Pace(per_minute)
        self.took: deque[float] = deque(maxlen=1000)  # seconds of the last requests, streams left out

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})["took"] = self.took
        started = time.monotonic()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                self.took.append(time.monotonic() - started)
            await send(message)

        try:
            body = await self._look(scope, receive)
        except ProblemError as problem:
            await problem.as_response()(scope, receive, answer)
            return
        await self._app(scope, _replayed(body, receive), answer)

    async def _look(self, scope: Scope, receive: Receive) -> bytes:
        headers = Headers(scope=scope)
        if _host(headers.get("host", "")) not in self._hosts:
            raise ProblemError(
                400, "the API is not served under this name", "Add it to api_hosts in tiktok.toml", "host"
            )
        client = scope["client"][0] if scope.get("client") else "unix"
        if wait_s := self._pace.wait(client):
            raise ProblemError(429, headers={"Retry-After": str(int(wait_s) + 1)})
        if scope["path"] not in OPEN_PATHS:
            self._check_token(headers.get("authorization", ""))
        body = await _read(headers, receive)
        if scope["method"] in ("POST", "PUT", "PATCH") and not _is_json(headers):
            raise ProblemError(415)
        return body

    def _check_token(self, given: str) -> None:
        if self._token is None:
            return
        kind, _, word = given.partition(" ")
        is_same = hmac.compare_digest(word.strip().encode("utf-8", "surrogateescape"), self._token)
        if kind.lower() != "bearer" or not is_same:
            raise ProblemError(401, headers={"WWW-Authenticate": "Bearer"})


class Pace:
    """A bucket of requests for each client, that fills at an even pace."""

    def __init__(self, per_minute: int) -> None:
        self._per_s, self._most = per_minute / 60, max(1.0, per_minute / 6)  # ten seconds' worth at once
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Seconds until the client may ask; 0, and one request is taken out, when it may now."""
        now = time.monotonic()
        left, then = self._left.pop(client, (self._most, now))
        left = min(self._most, left + (now - then) * self._per_s)
        may = left >= 1
        self._left[client] = (left - may, now)
        if len(self._left) > CLIENTS:
            self._left.popitem(last=False)
        return 0.0 if may else (1 - left) / self._per_s


def _host(header: str) -> str:
    name, colon, port = header.lower().rpartition(":")
    return name if colon and port.isdigit() else header.lower()


def _is_json(headers: Headers) -> bool:
    return headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


async def _read(headers: Headers, receive: Receive) -> bytes:
    """The whole body, or a refusal as soon as it is too large or too slow."""
    declared = headers.get("content-length", "0")
    if not declared.isdigit() or int(declared) > BODY_BYTES:
        raise ProblemError(413, headers={"Connection": "close"})
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return b""
                body += message.get("body", b"")
                if len(body) > BODY_BYTES:
                    raise ProblemError(413, headers={"Connection": "close"})
                if not message.get("more_body"):
                    return bytes(body)
    except TimeoutError:
        raise ProblemError(408, headers={"Connection": "close"}) from None


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body once more, then whatever the client does next."""
    is_told = False

    async def again() -> Message:
        nonlocal is_told
        if is_told:
            return await receive()
        is_told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
