"""A describer behind an endpoint: asked rightly, waited for with patience and not for ever, and alone spoken to."""

import base64
import json
import logging
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import cv2
import numpy as np
import pytest

from analyzers.contract import Question
from resources import models
from resources.loaders import endpoint_describer
from resources.loaders.endpoint_describer import EndpointError
from resources.models import catalogue, choose
from resources.settings import Settings
from resources.weights import BadModelError, Weights

SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
RED, BLUE = (np.full((40, 24, 3), colour, np.uint8) for colour in ((250, 0, 0), (0, 0, 250)))
Answer = tuple[int, dict[str, str], bytes]


class Endpoint:
    """What the server was asked, and what it says: `answers` one after the other, the last one for ever."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        self.answers: list[Answer | Callable[[BaseHTTPRequestHandler], None]] = [says("hello")]
        self.hello = 200
        self.address = ""


def says(words: Any, *, finish: str = "stop", kind: str = "application/json") -> Answer:
    body = {"choices": [{"index": 0, "message": {"role": "assistant", "content": words}, "finish_reason": finish}]}
    return 200, {"Content-Type": kind}, json.dumps(body).encode()


def refuses(status: int, **headers: str) -> Answer:
    return status, {"Content-Type": "application/json", **headers}, b'{"error": {"message": "Incorrect key: s3cret"}}'


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    told = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append((self.path, dict(self.headers), None))
            self.send_response(told.hello)
            self.end_headers()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.asked.append((self.path, dict(self.headers), json.loads(body)))
            answer = told.answers.pop(0) if len(told.answers) > 1 else told.answers[0]
            if callable(answer):
                return answer(self)
            status, headers, words = answer
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(words))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(words)
            return None

        def log_message(self, format: str, *args: Any) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    told.address = f"http://127.0.0.1:{httpd.server_port}/v1"
    yield told
    httpd.shutdown()
    httpd.server_close()


@pytest.fixture(autouse=True)
def pauses(monkeypatch) -> list[float]:
    """The pauses that were made, in no time."""
    made: list[float] = []
    monkeypatch.setattr(endpoint_describer.time, "sleep", made.append)
    return made


def load(endpoint: Endpoint, **more: str) -> Any:
    return endpoint_describer.load(Weights("openai_endpoint", models.models_folder(), options=told(endpoint, **more)))


def told(endpoint: Endpoint, **more: str) -> dict[str, str]:
    return {"endpoint": endpoint.address, "model": "qwen2.5-vl", **more}


def asked(prompt: str = "What moves?", *, schema: Any = None) -> Question:
    return Question((RED, BLUE), (3.0, 3.5), 3.0, 4.0, prompt, schema, ("a fact of the tables",), max_tokens=64)


def test_pictures_and_words_are_sent_in_order_with_their_times(endpoint):
    assert list(load(endpoint)([asked()])) == ["hello"]
    path, _, sent = endpoint.asked[-1]
    assert path == "/v1/chat/completions"
    assert (sent["model"], sent["temperature"], sent["max_tokens"]) == ("qwen2.5-vl", 0, 64)
    assert "response_format" not in sent
    (message,) = sent["messages"]
    content = message["content"]
    assert [part.get("text") for part in content] == [
        "Picture 1, at 3.00 s:", None, "Picture 2, at 3.50 s:", None, "What moves?"
    ]  # fmt: skip
    for part, rgb in ((content[1], RED), (content[3], BLUE)):
        kind, data = part["image_url"]["url"].split(",")
        assert kind == "data:image/jpeg;base64"
        shown = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
        assert shown.shape == rgb.shape
        assert np.abs(shown.astype(int) - rgb).mean() < 8
    assert "a fact of the tables" not in json.dumps(sent), "who is told the facts cannot contradict them"


def test_a_schema_is_asked_for_as_such(endpoint):
    endpoint.answers = [says('{"text": "a circle"}')]
    assert list(load(endpoint)([asked(schema=SCHEMA)])) == ['{"text": "a circle"}']
    wanted = endpoint.asked[-1][2]["response_format"]
    assert (wanted["type"], wanted["json_schema"]["schema"]) == ("json_schema", SCHEMA)


def test_one_that_knows_no_schema_is_asked_without_from_then_on(endpoint):
    endpoint.answers = [refuses(400), says("one"), says("two")]
    assert list(load(endpoint)([asked(schema=SCHEMA)] * 2)) == ["one", "two"]
    assert ["response_format" in sent for _, _, sent in endpoint.asked[1:]] == [True, False, False]


def test_no_question_knows_of_another(endpoint):
    list(load(endpoint)([asked("first"), asked("second")]))
    assert "first" not in json.dumps(endpoint.asked[-1][2])


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_one_is_asked_again_a_little_later(endpoint, pauses, status):
    endpoint.answers = [refuses(status), refuses(status), says("at last")]
    assert list(load(endpoint)([asked()])) == ["at last"]
    assert pauses == [1.0, 4.0]


def test_it_waits_as_long_as_it_is_asked_to_and_not_for_ever(endpoint, pauses):
    endpoint.answers = [refuses(429, **{"Retry-After": "7"}), refuses(429, **{"Retry-After": "9999"}), says("yes")]
    assert list(load(endpoint)([asked()])) == ["yes"]
    assert pauses == [7.0, 30.0]


def test_after_three_tries_there_is_no_answer_and_the_next_question_is_asked(endpoint):
    endpoint.answers = [refuses(500)] * 3 + [says("the second")]
    assert list(load(endpoint)([asked(), asked()])) == [None, "the second"]


def test_a_refusal_is_final(endpoint, pauses):
    endpoint.answers = [refuses(404), says("the second")]
    assert list(load(endpoint)([asked(), asked()])) == [None, "the second"]
    assert pauses == []


def slow(handler: BaseHTTPRequestHandler) -> None:
    """A byte at a time: no single one is late."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    for _ in range(100):
        WAIT(0.05)
        try:
            handler.wfile.write(b" ")
        except OSError:
            return


WAIT = time.sleep


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "9999")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [')


def test_one_that_never_comes_to_an_end_is_left(endpoint, monkeypatch):
    monkeypatch.setattr(endpoint_describer, "ANSWER_S", 0.3)
    endpoint.answers = [slow, slow, slow, says("the second")]
    assert list(load(endpoint)([asked(), asked()])) == [None, "the second"]


def test_an_answer_that_breaks_off_is_asked_for_again(endpoint):
    endpoint.answers = [cut_off, says("whole")]
    assert list(load(endpoint)([asked()])) == ["whole"]


@pytest.mark.parametrize(
    "answer",
    [
        says("hello", kind="text/html"),
        (200, {"Content-Type": "application/json"}, b"{not json"),
        (200, {"Content-Type": "application/json"}, b"[]"),
        (200, {"Content-Type": "application/json"}, b'{"choices": []}'),
        (200, {"Content-Type": "application/json"}, b"\xff\xfe"),
        (302, {"Location": "http://192.0.2.1/"}, b""),
        says(["parts"]),
    ],
    ids=["html", "no JSON", "a list", "no choice", "no text", "elsewhere", "no words"],
)
def test_what_is_no_answer_is_none(endpoint, answer):
    endpoint.answers = [answer, says("the second")]
    assert list(load(endpoint)([asked(), asked()])) == [None, "the second"]


@pytest.mark.parametrize("words", ["", "  \n", None])
def test_no_words_are_no_answer(endpoint, words):
    endpoint.answers = [says(words)]
    assert list(load(endpoint)([asked()])) == [None]


def test_words_that_were_cut_off_are_handed_on_and_told(endpoint, caplog):
    endpoint.answers = [says('{"text": "a cir', finish="length")]
    with caplog.at_level(logging.WARNING):
        assert list(load(endpoint)([asked()])) == ['{"text": "a cir']
    assert "cut off" in caplog.text


def test_malformed_json_of_the_model_is_its_own_words(endpoint):
    endpoint.answers = [says('{"text": "a circle",}')]
    assert list(load(endpoint)([asked(schema=SCHEMA)])) == ['{"text": "a circle",}']


def test_where_nobody_answers_it_is_an_error_and_no_empty_table(endpoint):
    endpoint.answers = [refuses(500)]
    model = load(endpoint)
    with pytest.raises(EndpointError):
        list(model([asked()]))
    before = len(endpoint.asked)
    with pytest.raises(EndpointError):
        list(model([asked()] * 50))
    assert len(endpoint.asked) - before == endpoint_describer.QUIET * endpoint_describer.TRIES


def test_the_key_is_sent_and_never_told(endpoint, monkeypatch, caplog):
    monkeypatch.setenv("OUR_KEY", " s3cret\n")
    endpoint.answers = [refuses(401)]
    with caplog.at_level(logging.DEBUG), pytest.raises(EndpointError) as error:
        list(load(endpoint, key_env="OUR_KEY")([asked()]))
    assert [headers["Authorization"] for _, headers, _ in endpoint.asked] == ["Bearer s3cret"] * 2
    assert "s3cret" not in caplog.text + str(error.value)


def test_without_a_key_none_is_sent(endpoint):
    list(load(endpoint)([asked()]))
    assert not any("Authorization" in headers for _, headers, _ in endpoint.asked)


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "ключ"])
def test_what_is_no_key_is_refused_unread(endpoint, monkeypatch, key):
    monkeypatch.setenv("OUR_KEY", key)
    with pytest.raises(BadModelError, match="OUR_KEY") as error:
        load(endpoint, key_env="OUR_KEY")
    assert not key or key not in str(error.value)
    assert endpoint.asked == []


@pytest.mark.parametrize("status", [200, 404, 405])
def test_whoever_answers_at_all_is_there(endpoint, status):
    endpoint.hello = status
    load(endpoint)


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_is_told_at_once(endpoint, status):
    endpoint.hello = status
    with pytest.raises(BadModelError, match="refuses the key"):
        load(endpoint)


def test_an_endpoint_that_is_not_there_is_told_at_once():
    nobody = Endpoint()
    nobody.address = "http://127.0.0.1:9/v1"
    with pytest.raises(BadModelError, match="cannot be reached"):
        load(nobody)


def test_no_proxy_is_asked(endpoint, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert list(load(endpoint)([asked()])) == ["hello"]


def test_it_is_installed_where_the_settings_name_an_endpoint(endpoint):
    entry = catalogue()["openai_endpoint"]
    assert not entry.is_installed
    assert "[describe]" in models.how_to_get(entry)
    for profile in ("auto", "seed", "best", "embedded"):
        without = {"from_tables"} if profile in ("auto", "embedded") else set()  # where nothing is pulled
        chosen = choose(entry.role, Settings(profile=profile, describe=told(endpoint)))
        assert {model.name for model in chosen} == without | {"openai_endpoint"}
        found = next(model for model in chosen if model.name == "openai_endpoint")
        assert (found.options, found.revision) == (told(endpoint), "qwen2.5-vl")
        assert chosen[0].name == "openai_endpoint", "before the fallback"
    assert not catalogue()["openai_endpoint"].is_installed
