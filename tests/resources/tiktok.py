"""A TikTok of one's own: pages in TikTok's shape and files behind them, on a local server."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from resources.downloading import guard
from resources.settings import Settings
from tests.resources.server import Page, Server, serving

VIDEO = "7301234567890123456"
VTT = "WEBVTT\n\n00:00:00.100 --> 00:00:00.900\nHello there\n"


@dataclass
class TikTok:
    """The server, and settings with which it is asked instead of TikTok."""

    server: Server
    settings: Settings

    def url(self, video: str = VIDEO, kind: str = "video") -> str:
        return f"{self.server.address}/@some.body/{kind}/{video}"

    def post(self, body: bytes, number: str = VIDEO, **item: Any) -> Page:
        """A post whose one variant is these bytes, and what is otherwise than usual; gives the page of the file."""
        file = self.server.pages[f"/cdn/{number}.mp4"] = Page(body)
        self.server.pages[f"/cdn/{number}.vtt"] = Page(VTT.encode())
        self.server.pages[f"/@some.body/video/{number}"] = Page(page_of(item_of(number, self.server.address) | item))
        return file

    def item(self) -> dict[str, Any]:
        return item_of(VIDEO, self.server.address)

    def says(self, code: int, words: str = "", video: str = VIDEO) -> None:
        """A page without a post."""
        self.server.pages[f"/@some.body/video/{video}"] = Page(page_of(None, code, words))

    def asked(self, path: str) -> int:
        return sum(one.path == path for one in self.server.asked)


@contextmanager
def tiktok(monkeypatch: pytest.MonkeyPatch, **settings: Any) -> Iterator[TikTok]:
    """TikTok on this machine, which the guard lets through for once."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving() as server:
        host = server.address.removeprefix("http://")
        monkeypatch.setattr(guard, "ALSO_OPEN", frozenset({host}))
        usual = Settings(download_hosts=("127.0.0.1",), download_tries=1)
        yield TikTok(server, replace(usual, **settings))


def page_of(item: dict[str, Any] | None, code: int = 0, words: str = "") -> bytes:
    """A post's page as far as it is read: one script with everything in it."""
    detail = {"statusCode": code, "statusMsg": words} | ({"itemInfo": {"itemStruct": item}} if item else {})
    data = json.dumps({"__DEFAULT_SCOPE__": {"webapp.video-detail": detail}})
    script = '<script id="__UNIVERSAL_DATA_FOR_REHYDRATION__" type="application/json">'
    return f"<!DOCTYPE html><html><head>{script}{data}</script></head><body></body></html>".encode()


def item_of(video: str, address: str) -> dict[str, Any]:
    """A post as the page holds it, in the shape that yt-dlp's extractor reads."""
    return {
        "id": video,
        "desc": "Morning light #Film #fyp",
        "createTime": "1700000000",
        "textLanguage": "en",
        "locationCreated": "DE",
        "author": {"id": "6812345", "uniqueId": "some.body", "nickname": "Some Body", "secUid": "MS4wLjABAAAA"},
        "music": {
            "id": "7300000000000000001",
            "title": "original sound",
            "authorName": "Some Body",
            "original": True,
            "duration": 2,
            "playUrl": f"{address}/cdn/{video}.m4a?mime_type=audio_mp4",
        },
        "challenges": [{"id": "1", "title": "film"}, {"id": "2", "title": "fyp"}],
        "stats": {"playCount": 1000, "diggCount": 200, "commentCount": 30, "shareCount": 4, "collectCount": "5"},
        "video": {
            "width": 576,
            "height": 1024,
            "duration": 2,
            "playAddr": f"{address}/cdn/{video}.mp4",
            "subtitleInfos": [
                {"LanguageCodeName": "deu-DE", "Format": "webvtt", "Source": "MT", "Url": f"{address}/cdn/nothing.vtt"},
                {
                    "LanguageCodeName": "eng-US",
                    "Format": "webvtt",
                    "Source": "ASR",
                    "Url": f"{address}/cdn/{video}.vtt",
                },
            ],
        },
    }
