"""The page is one file that asks nobody for anything, and that strangers' words cannot write in."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from resources.settings import Settings
from tests.tiktok_assets.page.pages import HOSTILE, made_lane, page_data, row
from tiktok_assets.analysis import analyse
from tiktok_assets.page import html
from tiktok_assets.page.html import TooLargeError, build_page, in_script, write_page
from tiktok_assets.report import write_coverage, write_report


class Elements(HTMLParser):
    """What a browser makes of the page: its elements, and the texts within those that hold raw text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.is_open = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self.is_open = tag in ("script", "style", "title")

    def handle_data(self, data):
        if self.is_open:
            tag, facts = self.found[-1]
            name = facts.get("id") or tag
            self.texts[name] = self.texts.get(name, "") + data

    def handle_endtag(self, tag):
        self.is_open = False


def hostile_page() -> str:
    texts = [row(0.5, 1.0, text=HOSTILE, role="caption", x=0.1, y=0.1, w=0.5, h=0.2)]
    return build_page(page_data([made_lane("text_overlay", texts)]))


def test_strangers_words_make_no_element():
    harmless = build_page(page_data([made_lane("text_overlay", [])]) | {"video": {"id": "local-0"}})
    tags = [tag for tag, _ in Elements(hostile_page()).found]
    assert tags == [tag for tag, _ in Elements(harmless).found]
    assert tags.count("script") == 3


def test_they_arrive_as_they_were():
    page = Elements(hostile_page())
    told = json.loads(page.texts["data"])
    assert told["lanes"][0]["events"][0]["l"] == HOSTILE
    assert page.texts["title"].startswith("</script><script>")


def test_nothing_in_the_data_can_open_or_close_an_element():
    assert "<" not in in_script({HOSTILE: [HOSTILE]})
    assert json.loads(in_script({"a": HOSTILE})) == {"a": HOSTILE}


def test_its_policy_runs_this_script_and_lets_nothing_out():
    page = Elements(hostile_page())
    policy = next(a["content"] for _, a in page.found if a.get("http-equiv") == "Content-Security-Policy")
    script, style = (b64encode(sha256(page.texts[name].encode()).digest()).decode() for name in ("script", "style"))
    assert f"script-src 'sha256-{script}';" in policy
    assert f"style-src 'sha256-{style}';" in policy
    assert policy.startswith("default-src 'none';")
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_it_names_no_address_but_that_of_svg():
    page = build_page(page_data([made_lane("text_overlay", [])]))
    assert set(re.findall(r"(?:https?:)?//[a-z][\w.-]*\.[a-z]{2,}[^\s\"'`]*", page)) == {"http://www.w3.org/2000/svg"}
    asks = r"@import|url\(|<link(?! rel=icon href=data:,>)|<iframe|fetch\(|XMLHttpRequest|WebSocket|sendBeacon|import\("
    assert not re.search(asks, page)


def test_its_script_writes_texts_as_texts():
    script = Elements(hostile_page()).texts["script"]
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|srcdoc", script)


def test_the_video_is_within_where_it_is_wanted():
    assert f">{b64encode(b'a video').decode()}<" in build_page(page_data([]), b"a video")


def test_an_empty_page_is_small():
    assert len(build_page(page_data([]))) < 80_000


@pytest.fixture
def told(house, store, video, settings) -> str:
    settings = Settings(keep_sources=False)
    for spec in house.values():
        analyse(spec, store, video, settings)
    write_coverage(store, video, list(house.values()))
    write_report(store, video, list(house.values()), settings)
    return video


def test_it_is_made_when_the_decoded_parts_are_gone(told, store):
    page = Elements(write_page(store, told).read_text(encoding="utf-8"))
    data = json.loads(page.texts["data"])
    assert data["contact"].startswith("data:image/webp;base64,")
    assert data["video_at"] == f"../../media/{told}/video.mp4"
    assert (store.report_folder(told) / data["video_at"]).resolve() == store.video_path(told).resolve()
    assert len(data["frames_us"]) == data["media"]["n_frames"]
    assert [one["name"] for one in data["lanes"]] == ["blank", "echo", "glow", "guess", "hum"]


def test_it_links_to_the_exports_that_there_are(told, store):
    folder = store.report_folder(told) / "exports"
    folder.mkdir()
    (folder / f"{told}.srt").write_text("")
    data = json.loads(Elements(write_page(store, told).read_text(encoding="utf-8")).texts["data"])
    assert data["exports"] == [f"{told}.srt"]


def test_the_same_report_gives_the_same_page(told, store):
    assert write_page(store, told).read_bytes() == write_page(store, told).read_bytes()


def test_a_large_video_stays_beside_its_page(told, store, monkeypatch):
    beside = write_page(store, told).stat().st_size
    assert write_page(store, told, embed=True).stat().st_size > beside + store.video_path(told).stat().st_size
    monkeypatch.setattr(html, "EMBED_MB", 0)
    with pytest.raises(TooLargeError):
        write_page(store, told, embed=True)
