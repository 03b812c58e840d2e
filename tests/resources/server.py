"""A web server in a thread that serves a few pages, and misbehaves where a page says so."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Page:
    body: bytes = b""
    etag: str | None = '"one"'
    has_ranges: bool = True
    has_length: bool = True
    first: list[tuple[int, dict[str, str]]] = field(default_factory=list)  # status and headers of the first answers
    cuts: list[int] = field(default_factory=list)  # bytes after which the first answers break off
    headers: dict[str, str] = field(default_factory=dict)
    location: str | None = None
    piece: int = 1 << 16
    pause_s: float = 0.0  # between pieces


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    sent: int = 0  # bytes of the answer's body


@dataclass
class Server:
    address: str
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Server]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    httpd.daemon_threads = True
    httpd.served = Server(f"http://127.0.0.1:{httpd.server_port}")
    thread = Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield httpd.served
    finally:
        httpd.shutdown()
        httpd.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        served: Server = self.server.served
        asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()})
        served.asked.append(asked)
        page = served.pages.get(self.path)
        if page is None:
            return self._say(404, {})
        if page.first:
            return self._say(*page.first.pop(0))
        if page.location is not None:
            return self._say(302, {"Location": page.location, **page.headers})
        return self._serve(page, asked)

    do_HEAD = do_GET  # noqa: N815

    def _serve(self, page: Page, asked: Asked) -> None:
        begin, headers = 0, dict(page.headers)
        if page.etag:
            headers["ETag"] = page.etag
        wanted = re.fullmatch(r"bytes=(\d+)-", asked.headers.get("range", ""))
        is_same = asked.headers.get("if-range", page.etag) == page.etag
        status = 200
        if page.has_ranges and wanted and is_same:
            begin, status = int(wanted[1]), 206
            if begin >= len(page.body):
                return self._say(416, {"Content-Range": f"bytes */{len(page.body)}"})
            headers["Content-Range"] = f"bytes {begin}-{len(page.body) - 1}/{len(page.body)}"
        if page.has_length:
            headers["Content-Length"] = str(len(page.body) - begin)
        end = begin + page.cuts.pop(0) if page.cuts else len(page.body)
        self._say(status, headers)
        for at in range(begin, end, page.piece):
            part = page.body[at : min(at + page.piece, end)]
            try:
                self.wfile.write(part)
            except OSError:
                return None
            asked.sent += len(part)
            time.sleep(page.pause_s)
        return None

    def _say(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""
