"""Answers about pictures by a model that somebody else runs behind an OpenAI-compatible endpoint, as vLLM serves them.

The settings name it (`[describe]` in tiktok.toml); nothing else is ever spoken to: no redirect is followed, and no
proxy is asked. Pictures of the video leave this machine for it. Each question is a conversation of its own.
"""

import base64
import http.client
import json
import logging
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Describe, Question
from resources.asking import label, refuse_too_many
from resources.weights import BadModelError, Weights

LOG = logging.getLogger(__name__)

ANSWER_S = 180.0  # for one answer, from the first byte sent to the last one received
HELLO_S = 10.0  # for the list of its models, which tells whether anybody is there
TRIES = 3
PAUSES_S = 1.0, 4.0  # between tries; or as long as the endpoint itself asks for
LONGEST_PAUSE_S = 30.0
LATER = (408, 409, 425, 429)  # answers after which a later try may go well, beside those from 500 on
MOST_BYTES = 4 << 20  # of an answer
QUIET = 3  # questions in a row that nobody answered, after which nobody is there
QUALITY = 90  # of JPEG; small letters stay legible


class EndpointError(OSError):
    """No answer came: what was wrong, without any word of the key."""


def load(weights: Weights) -> Describe:
    told = {name: str(word) for name, word in weights.options.items()}
    key = ""
    if name := told.get("key_env"):
        key = os.environ.get(name, "").strip()
        if not key:
            raise BadModelError(f"the environment has no {name}, which [describe] in tiktok.toml names for the key")
        if not (key.isascii() and key.isprintable()) or " " in key:  # told by the client in full, otherwise
            raise BadModelError(f"what the environment has as {name} is no key: it holds more than letters and signs")
    line = Line(told["endpoint"], key)
    try:
        status = line.ask("GET", "/models", None, HELLO_S).status
    except EndpointError as error:
        raise BadModelError(f"the endpoint of [describe] in tiktok.toml cannot be reached: {error}") from error
    if status in (401, 403):
        raise BadModelError(f"the endpoint of [describe] in tiktok.toml refuses the key ({status})")
    return EndpointDescriber(line, told["model"])


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    kind: str  # of content
    after: str | None  # seconds until the endpoint wants to be asked again
    body: bytes


class Line:
    """The way to the one host that the settings name."""

    def __init__(self, endpoint: str, key: str) -> None:
        self._parts = urlsplit(endpoint)
        self._headers = {"User-Agent": "tiktok-assets", "Accept": "application/json"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"

    def ask(self, method: str, path: str, body: bytes | None, seconds: float) -> Reply:
        """One request and its whole answer, within so many seconds. Raises EndpointError."""
        parts, late = self._parts, threading.Event()
        host = parts.hostname or ""
        if parts.scheme == "https":
            secure = ssl.create_default_context()
            connection = http.client.HTTPSConnection(host, parts.port, timeout=seconds, context=secure)
        else:
            connection = http.client.HTTPConnection(host, parts.port, timeout=seconds)

        opened: list[socket.socket] = []  # the connection forgets its own once the answer is the last one

        def cut_off() -> None:
            late.set()
            for end in opened:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

        watch = threading.Timer(seconds, cut_off)
        watch.daemon = True
        watch.start()
        headers = self._headers | ({"Content-Type": "application/json"} if body else {})
        try:
            connection.connect()
            opened.append(connection.sock)
            connection.request(method, parts.path.rstrip("/") + path, body, headers)
            answer = connection.getresponse()
            words = answer.read(MOST_BYTES + 1)
        except (OSError, http.client.HTTPException) as error:
            why = f"no answer in {seconds:.0f} s" if late.is_set() else f"{type(error).__name__}: {error}"
            raise EndpointError(why) from error
        finally:
            watch.cancel()
            connection.close()
        if late.is_set():
            raise EndpointError(f"no answer in {seconds:.0f} s")
        if answer.length and len(words) <= MOST_BYTES:  # of what was announced, still to come
            raise EndpointError("its answer broke off")
        return Reply(answer.status, answer.getheader("Content-Type", ""), answer.getheader("Retry-After"), words)


class EndpointDescriber:
    most_pictures = 32

    def __init__(self, line: Line, model: str) -> None:
        self._line, self._model, self._has_grammar = line, model, True

    def __call__(self, questions: Iterable[Question], /) -> Iterator[str | None]:
        """Raises EndpointError where nobody is there: no rows would look as if there were nothing to say."""
        quiet, is_heard = 0, False
        for question in questions:
            refuse_too_many(question, self.most_pictures)
            try:
                answer = self._answer(question)
                quiet, is_heard = 0, True
            except EndpointError as error:
                LOG.warning("no answer to a question about %.2f to %.2f s: %s", question.start_s, question.end_s, error)
                quiet, answer = quiet + 1, None
                if quiet == QUIET:
                    raise
            yield answer
        if quiet and not is_heard:
            raise EndpointError("the endpoint of [describe] in tiktok.toml answered no question")

    def _answer(self, question: Question) -> str | None:
        reply = self._patiently(self._request(question))
        if reply.status == 400 and question.schema is not None and self._has_grammar:
            reply = self._patiently(self._request(question, has_grammar=False))
            if reply.status == 200:
                LOG.warning("the endpoint knows no JSON Schema: its answers are asked for without one")
                self._has_grammar = False
        if reply.status != 200:
            raise EndpointError(f"it answered {reply.status}")
        return _words(reply)

    def _patiently(self, request: Mapping[str, Any]) -> Reply:
        """The answer after at most so many tries."""
        body = json.dumps(request).encode()
        for last in range(TRIES):
            is_last = last == TRIES - 1
            pause_s = PAUSES_S[min(last, len(PAUSES_S) - 1)]
            try:
                reply = self._line.ask("POST", "/chat/completions", body, ANSWER_S)
                if is_last or not (reply.status in LATER or reply.status >= 500):
                    return reply
                pause_s = _asked_pause(reply.after, pause_s)
            except EndpointError:
                if is_last:
                    raise
            time.sleep(pause_s)
        raise AssertionError("the last try returns or raises")

    def _request(self, question: Question, *, has_grammar: bool = True) -> dict[str, Any]:
        content: list[dict[str, Any]] = []
        for number, rgb in enumerate(question.pictures):
            content += [{"type": "text", "text": label(question, number)}, _picture(rgb)]
        content.append({"type": "text", "text": question.prompt})
        request: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": "user", "content": content}],
            "temperature": 0,
            "max_tokens": question.max_tokens,
        }
        if question.schema is not None and has_grammar and self._has_grammar:
            named = {"name": "answer", "schema": dict(question.schema)}
            request["response_format"] = {"type": "json_schema", "json_schema": named}
        return request


def _picture(rgb: NDArray[np.uint8]) -> dict[str, Any]:
    import cv2

    told, jpeg = cv2.imencode(".jpg", np.asarray(rgb)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not told:
        raise ValueError(f"a picture of {rgb.shape} cannot be written as JPEG")
    return {
        "type": "image_url",
        "image_url": {"url": "data:image/jpeg;base64," + base64.b64encode(jpeg.tobytes()).decode()},
    }


def _asked_pause(asked: str | None, otherwise_s: float) -> float:
    """As long as the endpoint asks for, where it says seconds."""
    return min(float(asked), LONGEST_PAUSE_S) if asked and asked.isdecimal() else otherwise_s


def _words(reply: Reply) -> str | None:
    """The model's own words. Raises EndpointError where it is no such answer."""
    if len(reply.body) > MOST_BYTES:
        raise EndpointError(f"its answer is longer than {MOST_BYTES >> 20} MB")
    if "json" not in reply.kind:
        raise EndpointError(f"its answer is no JSON but {reply.kind or 'of no kind'}")
    try:
        choice = json.loads(reply.body)["choices"][0]
        words = choice["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise EndpointError(f"its answer is no chat completion: {type(error).__name__}") from error
    if choice.get("finish_reason") == "length":
        LOG.warning("an answer of the endpoint was cut off at the limit of its words")
    if words is not None and not isinstance(words, str):
        raise EndpointError("its answer holds no words")
    return (words or "").strip() or None
