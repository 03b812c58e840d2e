"""One answer from the web: redirects, mirrors and the hub's token. Only what fetches models may come here.

The standard library's client: it obeys the machine's proxies and certificates, and adds no package whose own
redirects would have to be undone. Redirects are followed here, one by one: the hub says a file's sum in the
answer before the last, a token must not travel to another host, and no address but http(s) is opened.
"""

import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any, Literal
from urllib.parse import quote, urljoin, urlsplit

from resources import models

TIMEOUT_S = 60.0  # without a single byte
MAX_REDIRECTS = 8
REDIRECTS = (301, 302, 303, 307, 308)
SAID_BY_THE_HUB = ("X-Linked-Etag", "X-Repo-Commit", "ETag")

Word = Literal[
    "licence", "not_found", "not_allowed", "too_many", "unreachable", "wrong_sum", "disk", "packages", "no_source"
]


class PullError(Exception):
    """A model that cannot be had: one word for programs, what is wrong, and what to do."""

    def __init__(self, word: Word, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}. {remedy}")
        self.word, self.reason, self.remedy = word, reason, remedy


@dataclass(frozen=True, slots=True)
class Answer:
    """The last answer, still to be read, and what the hub said about the file on the way there."""

    response: HTTPResponse | urllib.error.HTTPError
    address: str
    hub: Mapping[str, str]

    @property
    def status(self) -> int:
        return int(self.response.status or 0)

    def header(self, name: str) -> str | None:
        return self.response.headers.get(name)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def get(url: str, mirrors: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
    """Ask for an address, or for its mirror instead; raises OSError or HTTPException where no answer comes."""
    address, said = mirrored(url, mirrors), {}
    for _ in range(MAX_REDIRECTS):
        response = _ask(address, headers or {})
        if _host(address) == _host(mirrored(models.HUB, mirrors)):
            said |= {name: response.headers[name] for name in SAID_BY_THE_HUB if response.headers.get(name)}
        location = response.headers.get("Location")
        if response.status not in REDIRECTS or not location:
            return Answer(response, address, said)
        response.close()
        onward = mirrored(urljoin(address, location), mirrors)
        if address.startswith("https:") and onward.startswith("http:"):
            raise PullError("unreachable", f"{url} leads to the unprotected {onward}", "Get it from another source")
        address = onward
    raise PullError("unreachable", f"{url} leads in circles", "Try again later, or set a mirror in tiktok.toml")


def _ask(address: str, headers: Mapping[str, str]) -> HTTPResponse | urllib.error.HTTPError:
    if urlsplit(address).scheme not in ("http", "https"):
        raise PullError("unreachable", f"{address} is no web address", "Mend `mirrors` in tiktok.toml")
    sent = {"User-Agent": "tiktok-assets", "Accept-Encoding": "identity", **headers, **_credentials(address)}
    request = urllib.request.Request(quote(address, safe="%/:?&=#@+,;~!$'()*[]"), headers=sent)
    try:
        return urllib.request.build_opener(_Stay).open(request, timeout=TIMEOUT_S)
    except urllib.error.HTTPError as answer:  # a refusal is an answer too
        return answer


def mirrored(url: str, mirrors: Mapping[str, str]) -> str:
    """What is fetched instead: a mirror stands in for every address that begins like it, the longest match wins."""
    fitting = [start for start in mirrors if url.startswith(start)]
    if not fitting:
        return url
    start = max(fitting, key=len)
    return mirrors[start].rstrip("/") + url[len(start.rstrip("/")) :]


def _credentials(address: str) -> dict[str, str]:
    """The user's token, for the hub itself and nobody else: no mirror, no redirect's target."""
    token = os.environ.get("HF_TOKEN", "").strip()
    return {"Authorization": f"Bearer {token}"} if token and _host(address) == _host(models.HUB) else {}


def _host(address: str) -> tuple[str, str]:
    split = urlsplit(address)
    return split.scheme, split.netloc.lower()
