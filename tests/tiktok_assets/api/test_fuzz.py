"""Requests that nobody would think of, made from the API's own document: no answer is ever a fault of ours."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tiktok_assets.api.conftest import VIDEO, client_of, finish, write_report

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
WORDS = st.sampled_from(
    [VIDEO, "local-0123456789abcdef", "..", "%2e%2e", "a\0", "report.json", "cut_analysis", "-1", "1e9", "done", "*"]
) | st.text(max_size=30)
BODY = (
    st.fixed_dictionaries(
        {},
        optional={
            "url": WORDS
            | st.sampled_from([f"https://www.tiktok.com/@n/video/{VIDEO}", "https://vm.tiktok.com/ZMabc/"]),
            "video_path": WORDS,
            "profile": st.sampled_from(["auto", "embedded"]) | JSON,
            "only": st.lists(WORDS, max_size=2) | JSON,
            "callback_url": WORDS | st.just("https://example.com/x"),
            "more": JSON,
        },
    )
    | JSON
)


@pytest.fixture
def served(make_house) -> Iterator[tuple[Any, dict[str, Any]]]:
    house = make_house(api_per_minute=10**9)
    write_report(house, VIDEO)
    finish(house, VIDEO)
    with client_of(house) as client:
        yield client, client.get("/openapi.json").json()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_request_is_answered_by_a_fault(served, data):
    client, document = served
    path, methods = data.draw(st.sampled_from(sorted(document["paths"].items())))
    method, told = data.draw(st.sampled_from(sorted(methods.items())))
    query = {}
    for given_ in told.get("parameters", []):
        value = data.draw(WORDS, label=given_["name"])
        if given_["in"] == "path":
            path = path.replace(f"{{{given_['name']}}}", quote(value, safe=""))
        elif data.draw(st.booleans()):
            query[given_["name"]] = value
    more = {"json": data.draw(BODY)} if "requestBody" in told else {}
    headers = data.draw(st.dictionaries(st.sampled_from(["Range", "If-None-Match", "If-Range", "Accept"]), RANGES))
    answer = client.request(method, path, params=query, headers=headers, follow_redirects=False, **more)
    degraded = path.startswith("/health") and answer.status_code == 503
    assert answer.status_code < 500 or degraded, answer.text
    check(document, told, answer)


RANGES = st.sampled_from(
    ["bytes=0-", "bytes=5-1", "bytes=-0", "bytes=a-b", "lines=1", "*", "text/html", 'W/"a"', "bytes=0-0,2-3"]
)


def check(document: dict[str, Any], told: dict[str, Any], answer: Any) -> None:
    """A JSON answer is what the document says it is; an error has the one shape."""
    if answer.headers.get("content-type") != "application/json" or not answer.content:
        return
    said = told["responses"].get(str(answer.status_code), {}).get("content", {}).get("application/json", {})
    schema = said.get("schema")
    if answer.status_code >= 400 and "parts" not in answer.json():
        assert set(answer.json()) == {"error", "reason", "remedy"}
    elif schema:
        jsonschema.validate(answer.json(), schema | {"components": document["components"]})


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=200) | st.just(b'{"url": Infinity}') | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_body_is_answered_by_a_fault(served, raw):
    client, _ = served
    answer = client.post("/analyze", content=raw, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500
