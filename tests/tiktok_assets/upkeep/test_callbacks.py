"""Callbacks: told once, signed, again when nobody listened, never to an address inside."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from resources.ledger import Ledger
from resources.posting import NotPostedError, post
from resources.settings import Settings
from tiktok_assets.upkeep import callbacks
from tiktok_assets.upkeep.callbacks import ATTEMPTS, Wish, deliver, leave_word, sign

VIDEO = "7300000000000000001"
TOKEN = "0123456789abcdef"
HERE = Settings(callback_hosts=("127.0.0.1",))


@dataclass
class Listener:
    """Somebody who wants to be told."""

    url: str = ""
    answers: list[int] = field(default_factory=list)  # of the first messages; 200 afterwards
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listener.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(listener.answers.pop(0) if listener.answers else 200)
            self.send_header("Location", "http://169.254.169.254/")
            self.end_headers()

        def log_request(self, code="-", size="-") -> None: ...

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    listener.url = f"http://127.0.0.1:{httpd.server_port}/told?key=1"
    try:
        yield listener
    finally:
        httpd.shutdown()
        httpd.server_close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(callbacks, "FIRST_PAUSE_S", 0.0)
    Ledger(tmp_path).accept(VIDEO, "https://www.tiktok.com/@n/video/" + VIDEO)
    return tmp_path


def refuse(data: Path) -> None:
    Ledger(data).finish(VIDEO, "refused", "private", "its account is private", "set cookies")


def test_nobody_is_told_before_the_end_and_everybody_once_after_it(data, listener):
    leave_word(data, VIDEO, listener.url)
    leave_word(data, VIDEO, listener.url)
    assert deliver(data, HERE) == (0, 0)
    refuse(data)
    assert deliver(data, HERE) == (1, 0)
    assert deliver(data, HERE) == (0, 0)
    [(headers, body)] = listener.heard
    told = json.loads(body)
    assert (told["id"], told["status"], told["word"], told["remedy"]) == (VIDEO, "refused", "private", "set cookies")
    assert headers["content-type"] == "application/json"
    assert "x-signature" not in headers


def test_a_result_is_told_in_short_and_signed(data, listener):
    folder = data / "reports" / VIDEO
    folder.mkdir(parents=True)
    fared = {"status": "ok", "rows": 3, "seconds": 1.0}
    (folder / "report.json").write_text(
        json.dumps({"summary": {"complete": True}, "analyzers": {"cut_analysis": fared}})
    )
    Ledger(data).finish(VIDEO, "done", report_sha="0" * 64)
    leave_word(data, VIDEO, listener.url)
    assert deliver(data, HERE, TOKEN) == (1, 0)
    [(headers, body)] = listener.heard
    assert json.loads(body)["analyzers"] == {"cut_analysis": {"status": "ok", "rows": 3}}
    assert json.loads(body)["report"] == f"/results/{VIDEO}/report.json"
    assert headers["x-signature"] == sign(body, TOKEN)


def test_who_does_not_listen_is_told_again_later(data, listener, monkeypatch):
    listener.answers = [503, 500]
    leave_word(data, VIDEO, listener.url)
    refuse(data)
    assert [deliver(data, HERE) for _ in range(4)] == [(0, 1), (0, 1), (1, 0), (0, 0)]
    monkeypatch.setattr(callbacks, "FIRST_PAUSE_S", 60.0)
    listener.answers = [503]
    leave_word(data, VIDEO, listener.url)
    assert [deliver(data, HERE) for _ in range(2)] == [(0, 1), (0, 0)]
    [path] = (data / "callbacks").glob("*.json")
    assert Wish(**json.loads(path.read_text())).due_at > time.time() + 30


def test_after_some_attempts_it_is_put_aside_not_lost(data, listener):
    listener.answers = [500] * 100
    leave_word(data, VIDEO, listener.url)
    refuse(data)
    while deliver(data, HERE) != (0, 0):
        pass
    assert len(listener.heard) == ATTEMPTS
    assert len(list((data / "callbacks" / "undelivered").glob("*.json"))) == 1


@pytest.mark.parametrize("status", [302, 404, 410])
def test_a_redirect_or_a_refusal_is_final_and_not_followed(data, listener, status):
    listener.answers = [status]
    leave_word(data, VIDEO, listener.url)
    refuse(data)
    assert [deliver(data, HERE) for _ in range(2)] == [(0, 1), (0, 0)]
    assert len(listener.heard) == 1


def test_an_address_inside_is_never_asked(data, listener):
    leave_word(data, VIDEO, listener.url)
    refuse(data)
    assert [deliver(data, Settings()) for _ in range(2)] == [(0, 1), (0, 0)]
    assert listener.heard == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "[::1]", "0x7f.1", "2130706433", "0.0.0.0", "10.1.2.3", "192.168.0.1", "172.16.0.1",
        "169.254.169.254", "[fe80::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "100.64.0.1", "224.0.0.1",
    ],
)  # fmt: skip
def test_every_spelling_of_an_address_inside_is_refused_for_good(host):
    with pytest.raises(NotPostedError) as error:
        post(f"http://{host}:9/", b"", {})
    assert error.value.is_final or "no address" in str(error.value)


def test_what_was_forgotten_is_told_to_nobody(data, listener):
    leave_word(data, VIDEO, listener.url)
    Ledger(data).forget(VIDEO)
    assert deliver(data, HERE) == (0, 0)
    assert list((data / "callbacks").glob("*.json")) == []
