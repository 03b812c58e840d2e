"""Addresses: one spelling and one key for each video, and no packet for what is refused."""

import re
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resources.downloading.errors import BadUrlError
from resources.downloading.links import canonical
from resources.places import KEY
from resources.settings import Settings

ID = "7301234567890123456"
MAIN = f"https://www.tiktok.com/@some.body/video/{ID}"
NAMELESS = f"https://www.tiktok.com/@_/video/{ID}"


@pytest.mark.parametrize(
    ("url", "found"),
    [
        (MAIN, MAIN),
        (f"{MAIN}/", MAIN),
        (f"  {MAIN}\n", MAIN),
        (f"{MAIN}?_r=1&lang=de#comments", MAIN),
        pytest.param(MAIN.replace("https", "http"), MAIN, marks=pytest.mark.case("u33")),
        (MAIN.replace("www.", ""), MAIN),
        (MAIN.replace("www.", "m."), MAIN),
        (MAIN.replace("https://www", "HTTPS://WWW"), MAIN),
        (MAIN.replace("@", "%40"), MAIN),
        (f"https://m.tiktok.com/v/{ID}.html", NAMELESS),
        (f"https://www.tiktok.com/embed/v2/{ID}", NAMELESS),
        (f"https://www.tiktok.com/player/v1/{ID}?loop=1", NAMELESS),
        (f"https://www.tiktok.com/share/video/{ID}", NAMELESS),
        (f"https://www.tiktok.com/@/video/{ID}", NAMELESS),
    ],
)
def test_all_spellings_of_a_video_are_one(url: str, found: str):
    link = canonical(url, Settings())
    assert (link.video, link.url, link.kind) == (ID, found, "video")


@pytest.mark.case("u50")
def test_a_photo_post_is_a_slideshow():
    link = canonical(f"https://www.tiktok.com/@some.body/photo/{ID}", Settings())
    assert (link.video, link.kind) == (ID, "slideshow")
    assert link.url.endswith(f"/photo/{ID}")


def test_short_links_have_a_key_of_their_own():
    short = ["https://vm.tiktok.com/ZMabc123/", "https://vm.tiktok.com/ZMabc123?x=1", "http://vm.tiktok.com/ZMabc123"]
    links = {canonical(url, Settings()) for url in short}
    assert len(links) == 1
    link = links.pop()
    assert link.kind == "short"
    assert link.video.startswith("link-")
    others = [
        canonical(url, Settings()).video
        for url in ("https://vt.tiktok.com/ZMabc124/", "https://www.tiktok.com/t/ZMabc123/")
    ]
    assert len({link.video, *others}) == 3


REFUSED = [
    "", " ", "tiktok", "data:text/html,x", f"tiktokuser:{ID}", f"https://eviltiktok.com/@a/video/{ID}",
    f"https://a:b@www.tiktok.com/@a/video/{ID}", f"https://www.tiktok.com:443/@a/video/{ID}",
    f"https://www.tiktok.com:99999/@a/video/{ID}", f"https://www.tiktok.com./@a/video/{ID}",
    f"https://www.xn--tktok-7ve.com/@a/video/{ID}", f"https://[::1/@a/video/{ID}", f"https://localhost/@a/video/{ID}",
    f"https://www.tiktok.com/@a/video/\t{ID}",
    f"https://www.tiktok.com\\@127.0.0.1/@a/video/{ID}", f"https://www.tiktok.com/@a/../@b/video/{ID}",
    "https://www.tiktok.com/@a/video/1234567", "https://www.tiktok.com/@a/video/" + "1" * 25,
    "https://www.tiktok.com/@a/video/７３０１２３４５６７８９０１２", "https://www.tiktok.com/@a/video/abc",
    "https://www.tiktok.com/@ä/video/7301234567890123456", "https://vm.tiktok.com/../x",
    "https://www.youtube.com/watch?v=abcdefgh",
]  # fmt: skip
OTHER_PAGES = [
    "https://vm.tiktok.com/",
    "https://www.tiktok.com/", "https://www.tiktok.com/@some.body", "https://www.tiktok.com/@some.body?lang=de",
    "https://www.tiktok.com/@some.body/live", "https://m.tiktok.com/share/live/7301234567890123456",
    "https://www.tiktok.com/tag/film", "https://www.tiktok.com/music/a-7301234567890123456",
    "https://www.tiktok.com/search?q=a", "https://www.tiktok.com/@a/collection/b-7301234567890123456",
]  # fmt: skip


def word_of(url: str) -> str:
    with pytest.raises(BadUrlError) as refused:
        canonical(url, Settings())
    assert refused.value.detail
    assert refused.value.remedy
    assert not refused.value.can_retry
    return refused.value.word


heard: list[str] | None = None


def _listen(event: str, args: tuple) -> None:
    if heard is not None and event.startswith("socket."):
        heard.append(event)


@pytest.fixture(scope="module", autouse=True)
def ears() -> None:
    sys.addaudithook(_listen)  # for good: there is no taking it away


@contextmanager
def listening() -> Iterator[list[str]]:
    """What is asked of the network meanwhile."""
    global heard
    heard = []
    try:
        yield heard
    finally:
        heard = None


@pytest.fixture
def no_packet() -> Iterator[None]:
    with listening() as said:
        yield
    assert said == []


@pytest.mark.usefixtures("no_packet")
@pytest.mark.parametrize(
    "url",
    [
        pytest.param(f"ftp://www.tiktok.com/@a/video/{ID}", marks=pytest.mark.case("u34")),
        pytest.param("file:///etc/passwd", marks=pytest.mark.case("u35")),
        pytest.param("javascript:alert(1)", marks=pytest.mark.case("u36")),
        pytest.param(MAIN.removeprefix("https:"), marks=pytest.mark.case("u37")),
        pytest.param(MAIN.removeprefix("https://"), marks=pytest.mark.case("u38")),
        pytest.param(f"https://tiktok.com.evil.example/@a/video/{ID}", marks=pytest.mark.case("u39")),
        pytest.param(f"https://www.tiktok.com@127.0.0.1/@a/video/{ID}", marks=pytest.mark.case("u40")),
        pytest.param(f"https://www.tіktok.com/@a/video/{ID}", marks=pytest.mark.case("u41")),
        pytest.param(f"https://127.0.0.1/@a/video/{ID}", marks=pytest.mark.case("u42")),
        pytest.param(f"https://[::1]/@a/video/{ID}", marks=pytest.mark.case("u43")),
        pytest.param(f"https://2130706433/@a/video/{ID}", marks=pytest.mark.case("u44")),
        pytest.param(f"https://0x7f.1/@a/video/{ID}", marks=pytest.mark.case("u45")),
        pytest.param(f"https://www.tiktok.com:8080/@a/video/{ID}", marks=pytest.mark.case("u46")),
        pytest.param(f"https://www.tiktok.com/@a/video/{ID}?" + "x" * 8000, marks=pytest.mark.case("u47")),
        pytest.param(f"https://www.tiktok.com/@a/video/{ID}%00", marks=pytest.mark.case("u48")),
        pytest.param(f"https://www.tiktok.com/@a/video/{ID}\r\nHost: x", marks=pytest.mark.case("u48")),
        pytest.param(f"ytsearch5:{ID}", marks=pytest.mark.case("u50")),
        *REFUSED,
    ],
    ids=lambda url: repr(url[:60]),
)
def test_what_is_no_address_of_a_post_is_refused(url: str):
    assert word_of(url) == "bad_url"


@pytest.mark.case("u49")
@pytest.mark.usefixtures("no_packet")
@pytest.mark.parametrize("url", OTHER_PAGES)
def test_pages_that_are_no_single_post_are_refused_by_their_own_word(url: str):
    assert word_of(url) == "unsupported_kind"


PIECES = st.sampled_from([
    "https:", "http:", "/", "//", "@", "www.tiktok.com", "vm.tiktok.com", "evil.example", "127.0.0.1", ":", "443", "?",
    "#", "\\", "%2f", "%40", "..", "video", "photo", "t", "live", ID, "ZMabc", "\u2044", "\uff0f", " ", "\t", ".",
])  # fmt: skip
SAFE = re.compile(
    r"https://(www\.tiktok\.com/(@[\w.-]{1,64}/(video|photo)/[0-9]{8,24}|t/[A-Za-z0-9]{4,32})"
    r"|(vm|vt)\.tiktok\.com/[A-Za-z0-9]{4,32}/)",
    re.ASCII,
)


@given(st.lists(PIECES | st.text(max_size=3), max_size=12).map("".join))
@example(MAIN)
@example("https://www.tiktok.com/t/ZMabc123")
def test_whatever_is_handed_in_nothing_but_a_post_of_tiktok_comes_out(url: str):
    try:
        link = canonical(url, Settings())
    except BadUrlError:
        return
    assert SAFE.fullmatch(link.url)
    assert KEY.fullmatch(link.video)
    assert canonical(link.url, Settings()) == link


@pytest.mark.usefixtures("no_packet")
def test_no_packet_is_sent_for_an_address_that_is_taken():
    canonical(MAIN, Settings())


def test_a_packet_would_be_heard():
    with listening() as said:
        socket.create_server(("127.0.0.1", 0)).close()
    assert said


def test_a_host_of_the_settings_may_have_a_port_and_keeps_its_scheme():
    settings = Settings(download_hosts=("127.0.0.1",))
    link = canonical(f"http://127.0.0.1:8123/@a/video/{ID}?x", settings)
    assert link.url == f"http://127.0.0.1:8123/@a/video/{ID}"
    with pytest.raises(BadUrlError):
        canonical(f"http://a@127.0.0.1:8123/@a/video/{ID}", settings)
    with pytest.raises(BadUrlError):
        canonical(f"http://127.0.0.2:8123/@a/video/{ID}", settings)
