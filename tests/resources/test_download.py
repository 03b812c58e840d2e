"""Downloads from a TikTok on this machine, which behaves, and misbehaves in every way we know of."""

import json
import os
import shutil
import socket
import ssl
import struct
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from resources import download, sources
from resources.door import MediaError
from resources.downloading import guard, turns
from resources.downloading import tiktok as tiktok_child
from resources.downloading.errors import BadUrlError, DownloadError
from resources.ledger import Ledger
from resources.render import Clicks, Flat, Shot, Video, render
from resources.store import Store
from tests.resources.server import Page
from tests.resources.tiktok import VIDEO, VTT, TikTok, tiktok

OTHER = "7309999999999999999"
PIECES = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    render(Video((Shot(Flat("#3060c0"), 1.0),), width=64, height=64, sound=(Clicks(bpm=120),)), path)
    return path.read_bytes()


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[TikTok]:
    monkeypatch.setattr(download, "FIRST_PAUSE_S", 0.01)
    with tiktok(monkeypatch, download_wait_s=20.0) as found:
        yield found


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(root=str(tmp_path / "data"))


def bring(store: Store, there: TikTok, url: str | None = None, **settings: object) -> str:
    there.settings = there.settings.__class__(**{**_as_dict(there.settings), **settings})
    video = sources.accept_url(store, url or there.url(), there.settings)
    sources.fetch(store, video, there.settings)
    return video


def _as_dict(settings: object) -> dict:
    return {name: getattr(settings, name) for name in settings.__slots__}


def refused(store: Store, there: TikTok, url: str | None = None, **settings: object) -> MediaError:
    """The refusal of a download, which leaves nothing behind that could be taken for a video."""
    with pytest.raises(MediaError) as raised:
        bring(store, there, url, **settings)
    for folder in (Path(store.root) / "media").iterdir():
        if folder.is_dir():
            assert {path.name for path in folder.iterdir()} == {".lock", "request.json"}
    assert raised.value.remedy
    return raised.value


def test_a_post_comes_with_all_that_tiktok_says_of_it(store: Store, there: TikTok, clip: bytes):
    there.post(clip)
    video = bring(store, there, there.url() + "?_r=1")
    assert video == VIDEO
    assert store.video_path(video).read_bytes() == clip
    post = sources.write_post(store, video)
    assert (post.id, post.author, post.url) == (VIDEO, "some.body", there.url())
    assert post.caption == "Morning light #Film #fyp"
    assert (post.play_count, post.like_count, post.save_count) == (1000, 200, 5)
    assert post.created_at == "2023-11-14T22:13:20Z"
    assert post.subtitles == VTT.replace("WEBVTT\n", "WEBVTT\nLanguage: en\n")
    assert store.read("post", video) == post
    info = store.info_path(video).read_text()
    assert json.loads(info)["item"]["locationCreated"] == "DE"
    assert "/cdn/" not in info
    assert sorted(path.name for path in store.folder("media", video).iterdir()) == [
        ".lock", "captions.vtt", "info.json", "request.json", "video.mp4",
    ]  # fmt: skip


def test_what_is_here_is_not_asked_for_again(store: Store, there: TikTok, clip: bytes):
    there.post(clip)
    bring(store, there)
    n_asked = len(there.server.asked)
    bring(store, there)
    assert len(there.server.asked) == n_asked


def test_accepting_writes_the_ledger_and_the_request_and_asks_nothing(store: Store, there: TikTok):
    video = sources.accept_url(store, there.url(), there.settings)
    entry = Ledger(Path(store.root)).entry(video)
    assert (entry.state, entry.source) == ("waiting", there.url())
    request = json.loads(store.request_path(video).read_text())
    assert request == {"url": there.url()}
    assert there.server.asked == []
    with pytest.raises(BadUrlError):
        sources.accept_url(store, "https://example.com/", there.settings)
    assert Ledger(Path(store.root)).accepted() == 1


@pytest.mark.parametrize(
    ("status", "headers", "word", "can_retry", "wait_s"),
    [
        (403, {}, "blocked_ip", False, None),
        (404, {}, "removed", False, None),
        pytest.param(429, {"Retry-After": "900"}, "rate_limited", True, 900.0, marks=pytest.mark.case("n6")),
        pytest.param(503, {}, "network", True, None, marks=pytest.mark.case("n7")),
    ],
)
def test_a_page_that_is_refused(
    store: Store, there: TikTok, status: int, headers: dict, word: str, can_retry: bool, wait_s: float | None
):
    there.server.pages[f"/@some.body/video/{VIDEO}"] = Page(first=[(status, headers)])
    error = refused(store, there)
    assert isinstance(error, DownloadError)
    assert (error.word, error.can_retry, error.retry_after_s) == (word, can_retry, wait_s)


@pytest.mark.parametrize(
    ("code", "words", "word"),
    [
        pytest.param(10216, "", "private", marks=pytest.mark.case("n1")),
        (10222, "", "private"),
        pytest.param(10217, "status_deleted", "removed", marks=pytest.mark.case("n2")),
        pytest.param(10231, "cross_border_violation", "geo_blocked", marks=pytest.mark.case("n3")),
        pytest.param(10204, "item doesn't exist", "removed", marks=pytest.mark.case("n5")),
        (10204, "", "blocked_ip"),
    ],
)
def test_a_page_without_a_post(store: Store, there: TikTok, code: int, words: str, word: str):
    there.says(code, words)
    error = refused(store, there, download_tries=3)
    assert (error.word, error.can_retry) == (word, False)
    assert there.asked(f"/@some.body/video/{VIDEO}") == 1


@pytest.mark.case("n4")
def test_a_login_wall(store: Store, there: TikTok):
    there.server.pages[f"/@some.body/video/{VIDEO}"] = Page(location="/login?redirect=x")
    there.server.pages["/login?redirect=x"] = Page(b"<html>log in</html>")
    assert refused(store, there).word == "login_required"


def test_a_page_that_is_no_longer_as_it_was(store: Store, there: TikTok):
    there.server.pages[f"/@some.body/video/{VIDEO}"] = Page(b"<html>All new!</html>")
    error = refused(store, there)
    assert (error.word, error.can_retry) == ("extractor_broken", True)


@pytest.mark.parametrize(
    ("status", "word", "can_retry"),
    [
        pytest.param(403, "blocked_ip", True, marks=pytest.mark.case("n8")),
        (404, "removed", True),
        pytest.param(429, "rate_limited", True, marks=pytest.mark.case("n6")),
        pytest.param(503, "network", True, marks=pytest.mark.case("n7")),
    ],
)
def test_a_file_that_is_refused(store: Store, there: TikTok, clip: bytes, status: int, word: str, can_retry: bool):
    there.post(clip).first = [(status, {})]
    error = refused(store, there)
    assert (error.word, error.can_retry) == (word, can_retry)


def test_a_file_that_is_refused_at_first_is_asked_for_again(store: Store, there: TikTok, clip: bytes):
    there.post(clip).first = [(503, {"Retry-After": "0"}), (403, {})]
    bring(store, there, download_tries=3)
    assert store.video_path(VIDEO).read_bytes() == clip
    assert there.asked(f"/cdn/{VIDEO}.mp4") == 3


@pytest.mark.case("n22")
def test_a_post_that_is_deleted_before_its_file_came_is_gone_at_the_next_try(store: Store, there: TikTok, clip: bytes):
    there.post(clip).first = [(404, {})]
    error = refused(store, there)
    assert (error.word, error.can_retry) == ("removed", True)  # the file's address may only have run out
    there.says(10204, "item doesn't exist")
    error = refused(store, there)
    assert (error.word, error.can_retry) == ("removed", False)


@pytest.mark.case("n9")
def test_a_host_that_no_name_server_knows_is_the_network_s_fault(store: Store, there: TikTok):
    """`.invalid` is never given out (RFC 6761)."""
    url = f"https://nowhere.invalid/@some.body/video/{VIDEO}"
    error = refused(store, there, url, download_hosts=("nowhere.invalid",))
    assert (error.word, error.can_retry) == ("network", True)
    assert "nowhere.invalid" in error.detail


@pytest.mark.case("n10")
@pytest.mark.parametrize("how", ["refused", "reset"])
def test_a_connection_that_is_not_had_is_the_network_s_fault(store: Store, there: TikTok, monkeypatch, how: str):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        if how == "refused":
            listener.close()
        else:
            Thread(target=hang_up, args=(listener,), daemon=True).start()
        monkeypatch.setattr(guard, "ALSO_OPEN", frozenset({host}))
        error = refused(store, there, f"http://{host}/@some.body/video/{VIDEO}")
    assert (error.word, error.can_retry) == ("network", True), error.detail


def hang_up(listener: socket.socket) -> None:
    """On everybody, with a packet that says so."""
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        client.recv(100)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()


@pytest.mark.case("n20")
def test_two_at_once_ask_for_a_video_once(store: Store, there: TikTok, clip: bytes):
    page = there.post(clip)
    page.piece, page.pause_s = len(clip) // 4, 0.2
    video = sources.accept_url(store, there.url(), there.settings)
    with ThreadPoolExecutor(2) as both:
        paths = list(both.map(lambda _: sources.fetch(store, video, there.settings), range(2)))
    assert [path.read_bytes() for path in paths] == [clip, clip]
    assert there.asked(f"/cdn/{VIDEO}.mp4") == 1


def test_a_variant_that_is_gone_gives_way_to_the_next(store: Store, there: TikTok, clip: bytes):
    better = {"PlayAddr": {"UrlList": [f"{there.server.address}/cdn/better.mp4"], "UrlKey": "v0_h264_1080p_900000"}}
    video = there.item()["video"] | {"bitrateInfo": [better]}
    there.post(clip, video=video)
    bring(store, there)
    assert (there.asked("/cdn/better.mp4"), there.asked(f"/cdn/{VIDEO}.mp4")) == (1, 1)


@pytest.mark.case("n11")
def test_a_body_that_is_cut_off_is_not_taken_for_whole(store: Store, there: TikTok, clip: bytes):
    there.post(clip).cuts = [len(clip) // 2]
    error = refused(store, there)
    assert (error.word, error.can_retry) == ("network", True)
    there.post(clip).cuts = [len(clip) // 2]
    bring(store, there, download_tries=2)
    assert store.video_path(VIDEO).read_bytes() == clip


@pytest.mark.case("n12")
def test_a_drip_is_given_up(store: Store, there: TikTok, clip: bytes):
    page = there.post(clip)
    page.piece, page.pause_s = 1, 0.1
    begun = time.monotonic()
    error = refused(store, there, download_wait_s=3.0)
    assert (error.word, error.can_retry) == ("timeout", True)
    assert time.monotonic() - begun < 15


@pytest.mark.case("n13")
def test_a_body_without_end_is_stopped_at_the_limit(store: Store, there: TikTok):
    page = there.post(b"x" * 50_000_000)
    page.has_length = False
    error = refused(store, there, download_mb=1.0)
    assert (error.word, error.can_retry) == ("too_large", False)
    assert there.server.asked[-1].sent < 20_000_000


def test_a_file_that_says_it_is_too_large_is_not_begun(store: Store, there: TikTok):
    there.post(b"x" * 3_000_000)
    assert refused(store, there, download_mb=1.0).word == "too_large"


def test_a_page_without_end_is_stopped_too(store: Store, there: TikTok, monkeypatch: pytest.MonkeyPatch):
    page = there.server.pages[f"/@some.body/video/{VIDEO}"] = Page(b"x" * (guard.PAGES_BYTES + 30_000_000))
    page.has_length = False
    assert refused(store, there).word == "too_large"


def test_a_video_that_is_too_long_is_not_begun(store: Store, there: TikTok, clip: bytes):
    there.post(clip, video=there.item()["video"] | {"duration": 7200})
    assert refused(store, there).word == "too_long"
    assert there.asked(f"/cdn/{VIDEO}.mp4") == 0


@pytest.mark.parametrize("target", ["http://127.0.0.1:9/secret", "http://169.254.169.254/latest/meta-data",
                                    "https://[::1]/", "http://localhost:9/", "file:///etc/passwd"])  # fmt: skip
@pytest.mark.parametrize("who", ["page", "file"])
@pytest.mark.case("n15")
def test_a_redirect_inwards_is_not_followed(store: Store, there: TikTok, clip: bytes, target: str, who: str):
    """The page is asked for by curl-cffi, the file by yt-dlp's own client: both go through the guard."""
    page = there.post(clip)
    if who == "page":
        page = there.server.pages[f"/@some.body/video/{VIDEO}"]
    page.location = target
    error = refused(store, there)
    assert error.word == ("bad_url" if target.startswith("http") else error.word)
    assert not any("secret" in one.path for one in there.server.asked)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<html>Sorry, try again later</html>", marks=pytest.mark.case("n14")),
        b"",
        b"\0" * 5000,
    ],
    ids=["a page", "nothing", "zeros"],
)
def test_what_is_no_video_is_not_taken_for_one(store: Store, there: TikTok, body: bytes):
    there.post(body).headers = {"Content-Type": "video/mp4"}
    error = refused(store, there)
    assert (error.word, error.can_retry) == ("broken_file", True)


@pytest.mark.case("n16")
def test_a_list_of_pieces_in_a_videos_place_is_not_opened(store: Store, there: TikTok):
    there.post(PIECES)
    error = refused(store, there)
    assert (error.word, error.can_retry) == ("forbidden_container", False)


@pytest.mark.case("n21")
def test_a_post_in_a_codec_that_nobody_decodes(store: Store, there: TikTok, clip: bytes):
    address = f"{there.server.address}/cdn/{VIDEO}.mp4"
    one = {"PlayAddr": {"UrlList": [address], "UrlKey": "v0_bytevc2_720p_900000"}}
    there.post(clip, video={"bitrateInfo": [one], "width": 576, "height": 1024, "duration": 1})
    assert refused(store, there).word == "unsupported_codec"


def test_the_best_variant_is_whole_unmarked_large_and_plain():
    def variant(name: str, height: int, codec: str = "h264", **more: object) -> dict:
        return {"format_id": name, "url": f"https://cdn.example/{name}", "width": height, "height": height,
                "vcodec": codec, "acodec": "aac", **more}  # fmt: skip

    offered = [
        variant("marked", 1080, format_note="watermarked"),
        variant("silent", 1080, acodec="none"),
        variant("hevc", 720, "h265", tbr=900),
        variant("small", 540, tbr=2000),
        variant("thin", 720, tbr=500),
        variant("thick", 720, tbr=800),
        variant("odd", 2160, "bytevc2"),
        variant("sound", 0, "none"),
        variant("list", 1080, protocol="m3u8_native"),
        variant("inside", 1080) | {"url": "file:///etc/passwd"},
    ]
    names = [one["format_id"] for one in tiktok_child.ranked(offered)]
    assert names == ["thick", "thin", "hevc", "small", "silent", "marked"]


@pytest.mark.parametrize("how", ["gone", "drip", "html"])
def test_captions_that_do_not_come_do_not_keep_the_video_out(store: Store, there: TikTok, clip: bytes, how: str):
    there.post(clip)
    drip = Page(VTT.encode(), piece=1, pause_s=0.3)
    there.server.pages[f"/cdn/{VIDEO}.vtt"] = {"gone": Page(first=[(404, {})]), "drip": drip}.get(how, Page(b"<html>"))
    bring(store, there, download_wait_s=3.0)
    assert sources.write_post(store, VIDEO).subtitles is None


def test_a_short_link_is_resolved_when_it_is_fetched(store: Store, there: TikTok, clip: bytes):
    there.post(clip)
    short = f"{there.server.address}/t/ZMabc123"
    there.server.pages["/t/ZMabc123"] = Page(location=f"/@some.body/video/{VIDEO}?_t=8x")
    video = bring(store, there, short)
    assert video.startswith("link-")
    assert sources.write_post(store, video).id == VIDEO
    request = json.loads(store.request_path(video).read_text())
    assert request["leads_to"] == there.url()
    assert "duplicate_of" not in request


@pytest.mark.case("u15")
def test_a_short_link_to_what_is_here_is_its_duplicate(store: Store, there: TikTok, clip: bytes):
    there.post(clip)
    bring(store, there)
    there.server.pages["/t/ZMabc123"] = Page(location=f"/@some.body/video/{VIDEO}")
    video = bring(store, there, f"{there.server.address}/t/ZMabc123")
    assert json.loads(store.request_path(video).read_text())["duplicate_of"] == VIDEO
    assert there.asked(f"/cdn/{VIDEO}.mp4") == 1
    assert store.video_path(video).samefile(store.video_path(VIDEO))
    assert sources.write_post(store, video).id == VIDEO


@pytest.mark.parametrize(
    ("target", "word"),
    [("/", "removed"), ("/@some.body/live", "live"), ("/@some.body", "unsupported_kind"),
     ("http://169.254.169.254/", "bad_url"), ("/t/ZMabc124", "bad_url")],
)  # fmt: skip
def test_a_short_link_that_leads_to_no_post(store: Store, there: TikTok, target: str, word: str):
    there.server.pages |= {"/t/ZMabc123": Page(location=target), "/": Page(b"home"), "/@some.body": Page(b"x")}
    there.server.pages |= {"/@some.body/live": Page(b"x"), "/t/ZMabc124": Page(b"x")}
    assert refused(store, there, f"{there.server.address}/t/ZMabc123").word == word


def test_cookies_go_to_their_site_alone_and_their_file_stays_as_it_was(
    store: Store, there: TikTok, clip: bytes, tmp_path: Path
):
    line = "{}\tFALSE\t/\tFALSE\t{}\t{}\t{}\n"
    later = int(time.time()) + 86400
    text = "# Netscape HTTP Cookie File\n" + line.format("127.0.0.1", later, "sid_tt", "word")
    text += line.format("elsewhere.example", later, "other", "secret")
    (tmp_path / "cookies.txt").write_text(text)
    there.post(clip)
    bring(store, there, cookies=str(tmp_path / "cookies.txt"))
    sent = [one.headers.get("cookie", "") for one in there.server.asked if one.path.startswith("/@")]
    assert sent == ["sid_tt=word"]
    assert (tmp_path / "cookies.txt").read_text() == text
    assert "word" not in store.info_path(VIDEO).read_text()


@pytest.mark.parametrize("cookies", ["/nowhere/cookies.txt", "nobrowser"])
def test_cookies_that_cannot_be_read_are_said(store: Store, there: TikTok, cookies: str):
    error = refused(store, there, cookies=cookies)
    assert error.word == "login_required"
    assert cookies in error.detail


def test_this_machine_is_closed_to_settings_alone(store: Store, there: TikTok, clip: bytes, monkeypatch):
    monkeypatch.setattr(guard, "ALSO_OPEN", frozenset())
    there.post(clip)
    assert refused(store, there).word == "bad_url"
    assert there.server.asked == []


@pytest.mark.case("n19")
def test_a_killed_process_leaves_nothing_in_the_way(store: Store, there: TikTok, clip: bytes):
    left = store.folder("media", VIDEO) / ".fetch-old" / "attempt-1"
    left.mkdir(parents=True)
    (left / "video.part").write_bytes(b"half")
    there.post(clip)
    bring(store, there)
    assert not left.exists()


@pytest.mark.case("n6")
def test_while_tiktok_says_slow_down_nobody_asks(store: Store, there: TikTok, clip: bytes):
    page = f"/@some.body/video/{VIDEO}"
    there.server.pages[page] = Page(first=[(429, {"Retry-After": "600"})])
    assert refused(store, there, download_tries=3).word == "rate_limited"
    there.post(clip, OTHER)
    error = refused(store, there, there.url(OTHER))
    assert isinstance(error, DownloadError)
    assert error.word == "rate_limited"
    assert error.retry_after_s == pytest.approx(600, abs=60)
    assert there.asked(page) == 1
    assert there.asked(f"/@some.body/video/{OTHER}") == 0


def test_downloads_begin_at_a_distance(tmp_path: Path):
    begun = time.monotonic()
    for _ in range(3):
        turns.await_turn(tmp_path, 0.2)
    assert time.monotonic() - begun >= 0.4


@pytest.mark.case("n18")
def test_after_twenty_pages_in_a_row_that_were_not_understood_nobody_is_asked_for_a_while(tmp_path: Path):
    for number in range(turns.BROKEN_IN_A_ROW):
        turns.await_turn(tmp_path, 0.0)
        turns.note(tmp_path, str(number % 4), is_broken=True)
    with pytest.raises(DownloadError) as raised:
        turns.await_turn(tmp_path, 0.0)
    assert raised.value.word == "extractor_broken"
    assert (raised.value.retry_after_s or 0) > 3000


def test_one_page_that_was_understood_in_between_ends_the_row(tmp_path: Path):
    for number in range(2 * turns.BROKEN_IN_A_ROW):
        turns.note(tmp_path, str(number), is_broken=number % 15 != 14)
    turns.await_turn(tmp_path, 0.0)


def test_one_video_alone_does_not_stop_the_others(tmp_path: Path):
    for _ in range(2 * turns.BROKEN_IN_A_ROW):
        turns.note(tmp_path, "1", is_broken=True)
    turns.await_turn(tmp_path, 0.0)


def test_a_clock_that_was_set_back_keeps_nobody_waiting(tmp_path: Path):
    (tmp_path / "downloads.json").write_text(json.dumps({"next_s": time.time() + 1e6}))
    turns.await_turn(tmp_path, 0.0)
    (tmp_path / "downloads.json").write_text("half")
    turns.await_turn(tmp_path, 0.0)


def test_a_partition_added_by_hand_is_tiktok_s_own_number(store: Store, monkeypatch: pytest.MonkeyPatch):
    asked = []
    monkeypatch.setattr(download, "bring", lambda link, *_: asked.append(link) or _no())
    with pytest.raises(MediaError):
        sources.fetch(store, VIDEO)
    assert asked[0].url == f"https://www.tiktok.com/@_/video/{VIDEO}"
    with pytest.raises(MediaError) as raised:
        sources.fetch(store, "local-0123456789abcdef")
    assert raised.value.word == "not_found"


def _no() -> None:
    raise MediaError("removed", "gone", "bring it")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate with")
@pytest.mark.case("n17")
def test_a_certificate_that_nobody_vouches_for_is_refused(store: Store, there: TikTok, tmp_path: Path, monkeypatch):
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "1"]
    names = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    subprocess.run([*made, *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    httpd.socket = context.wrap_socket(httpd.socket, server_side=True)
    httpd.handle_error = lambda *_: None
    Thread(target=httpd.serve_forever, daemon=True).start()
    host = f"127.0.0.1:{httpd.server_port}"
    monkeypatch.setattr(guard, "ALSO_OPEN", frozenset({host}))
    try:
        error = refused(store, there, f"https://{host}/@some.body/video/{VIDEO}")
    finally:
        httpd.shutdown()
    assert (error.word, error.can_retry) == ("network", True)
    assert "certificate" in error.detail


def test_no_process_is_left_behind(store: Store, there: TikTok, clip: bytes):
    page = there.post(clip)
    page.piece, page.pause_s = 1, 0.1
    refused(store, there, download_wait_s=2.0)
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    names = [Path(f"/proc/{child}/stat").read_text().split()[2] for child in children]
    assert "Z" not in names
