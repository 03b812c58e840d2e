"""One post from TikTok by way of yt-dlp, in a process of its own: see `inchild`. What it writes lies in one folder.

yt-dlp is a library here: its TikTok extractor reads the page, its clients (curl-cffi where a browser is asked for)
carry the bytes through the guard, and the writing, the counting and the choice of a variant are done here. It gets no
option from outside, no configuration file, no plugins, no cache, and no program to start.
"""

import io
import json
import os
import re
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from resources.door import MediaError
from resources.downloading.errors import DownloadError, failure
from resources.downloading.faults import typed
from resources.downloading.guard import PAGES_BYTES, Guard
from resources.downloading.links import MAIN_HOST, Kind
from resources.inchild import alarm

LEAST_BYTES_PER_S = 100_000  # in the long run; what comes more slowly is given up
BLOCK = 1 << 16
VARIANTS = 4  # tried of one post where the server does not give one
CAPTIONS_BYTES = 4 << 20
PICTURE_BYTES = 32 << 20
MOST_PICTURES = 100  # TikTok takes 35
DECODABLE = re.compile(r"(h\.?264|avc|h\.?265|hevc|hev1|hvc1|bytevc1|vp0?9|av0?1)", re.IGNORECASE)
H264 = re.compile(r"(h\.?264|avc)", re.IGNORECASE)
NEXT_VARIANT = (403, 404, 410)  # answers to one variant that say nothing of the others
BROWSER = re.compile(r"(?P<name>[a-z]+)(?::(?P<profile>[^:]+))?")
# Asked like this, short links answer with where they lead; to a browser they show a page.
LIKE_A_PREVIEW = {"User-Agent": "facebookexternalhit/1.1"}


@dataclass(frozen=True, slots=True)
class Order:
    """What the process is told."""

    url: str
    kind: Kind
    folder: str
    proxy: str
    cookies: str
    max_bytes: int
    max_s: float
    wait_s: float
    bytes_per_s: float  # 0: as fast as it comes
    also_open: frozenset[str]


@dataclass(frozen=True, slots=True)
class Found:
    """What lies in the folder: the video, or pictures and perhaps their sound; always info.json, perhaps captions."""

    kind: Kind
    pictures: tuple[str, ...] = ()
    sound: str | None = None
    left_out: tuple[str, ...] = ()  # what did not come, and why


def resolve(order: Order) -> str:
    """Where a short link leads."""
    session = _Session(order)
    from yt_dlp.networking import HEADRequest
    from yt_dlp.networking.exceptions import HTTPError

    with session.typed_errors(of_page=True):
        request: Any = HEADRequest(order.url, headers=LIKE_A_PREVIEW)
        try:
            response = session.ydl.urlopen(request)
        except HTTPError as error:
            response = error.response
            if response.url == order.url:
                raise
        response.close()
        return str(response.url)


def fetch(order: Order) -> Found:
    """The post, whole, in the order's folder."""
    session = _Session(order)
    with session.typed_errors(of_page=True):
        info = session.read_page()
        item = info.get("item") or {}
        images, variants = _images(item), ranked(info.get("formats") or [])
    if info.get("is_live") or info.get("live_status") in ("is_live", "is_upcoming"):
        raise failure("live")
    if (info.get("duration") or 0) > order.max_s:
        raise failure("too_long", f"{info['duration'] / 60:.0f} minutes")
    if not images and not variants:
        is_photos = order.kind == "slideshow" or "imagePost" in item
        raise failure("photo_post", "its page names no pictures") if is_photos else failure("unsupported_codec")
    with session.typed_errors(of_page=False):
        if images:
            return _take_pictures(session, info, images)
        taken = _take_first(session, variants)
        left_out = session.take_captions(info)
        session.note(info, taken)
    return Found("video", left_out=left_out)


class _Session:
    """One process's yt-dlp and its guard."""

    def __init__(self, order: Order) -> None:
        self.order, self.folder = order, Path(order.folder)
        alarm(order.wait_s)
        os.environ["YTDLP_NO_PLUGINS"] = "1"
        from yt_dlp.globals import plugin_dirs

        plugin_dirs.value = []
        from yt_dlp.YoutubeDL import YoutubeDL

        self.guard = Guard(order.also_open, order.proxy)
        self.heard = _Heard()
        self.status: list[tuple[int, str]] = []
        options: Any = {
            "proxy": self.guard.address,
            "logger": self.heard,
            "socket_timeout": order.wait_s,
            "allowed_extractors": ["TikTok"],
            "cachedir": False,
            "usenetrc": False,
            "enable_file_urls": False,
            "extractor_retries": 0,
            "retries": 0,
            "js_runtimes": {},
            "writesubtitles": True,  # name them; they are fetched here
            **self._cookies(),
        }
        self.ydl = YoutubeDL(options, auto_init=False)
        try:
            _ = self.ydl.cookiejar
        except Exception as error:  # yt-dlp names a dozen, and its own file format's
            raise failure("login_required", f"the cookies of `{order.cookies}` cannot be read: {error}") from error
        self.guard.close_the_rest()

    def _cookies(self) -> dict[str, Any]:
        """The file's text, not its name: yt-dlp would write back what the site sets."""
        if not self.order.cookies:
            return {}
        path = Path(self.order.cookies).expanduser()
        if path.is_file():
            return {"cookiefile": io.StringIO(path.read_text(encoding="utf-8", errors="replace"))}
        found = BROWSER.fullmatch(self.order.cookies)
        if found is None:
            raise failure("login_required", f"there is no cookies file {path}")
        return {"cookiesfrombrowser": (found["name"], found["profile"], None, None)}

    def typed_errors(self, *, of_page: bool) -> "_Typed":
        return _Typed(self, of_page)

    def read_page(self) -> dict[str, Any]:
        """What the page says, in yt-dlp's shape, with TikTok's own beside it as `item`."""
        extractor = _extractor(self)
        return extractor.extract(self.order.url.replace("/photo/", "/video/"))

    def take(self, url: str, path: Path, headers: dict[str, str], most: int) -> int:
        """An address into a file, whole: its bytes. Never more than `most`, and never slower than the least."""
        from yt_dlp.networking import Request

        url = _protected(url, self.order.also_open)
        self.guard.left = most + PAGES_BYTES
        began, done = time.monotonic(), 0
        alarm(self.order.wait_s)
        least = min(LEAST_BYTES_PER_S, self.order.bytes_per_s / 2 or LEAST_BYTES_PER_S)
        request: Any = Request(url, headers={"Accept-Encoding": "identity", **headers})
        response = self.ydl.urlopen(request)
        said = response.headers.get("Content-Length") or ""
        expected = int(said) if said.isdigit() else None
        if expected is not None and expected > most:
            raise failure("too_large", f"{expected / 1e6:.0f} MB")
        with response, path.open("wb") as file:
            while block := response.read(BLOCK):
                done += len(block)
                if done > most:
                    raise failure("too_large", f"more than {most / 1e6:.0f} MB")
                file.write(block)
                spent = time.monotonic() - began
                alarm(max(self.order.wait_s + done / least - spent, 0.001))
                if self.order.bytes_per_s and (ahead_s := done / self.order.bytes_per_s - spent) > 0:
                    time.sleep(ahead_s)
            file.flush()
            os.fsync(file.fileno())
        if expected is not None and done != expected:
            raise failure("network", f"it was cut off at {done:,} of {expected:,} bytes")
        if done == 0:
            raise failure("broken_file", "no bytes came")
        return done

    def take_captions(self, info: dict[str, Any]) -> tuple[str, ...]:
        """TikTok's captions in the language that is spoken, as captions.vtt; a post is not refused for their sake."""
        chosen = _captions(info)
        if chosen is None:
            return ()
        language, url = chosen
        path = self.folder / "captions.part"
        signal.signal(signal.SIGALRM, _too_late)  # here, being late ends the captions, not the process
        try:
            with self.typed_errors(of_page=False):
                self.take(url, path, dict(info.get("http_headers") or {}), CAPTIONS_BYTES)
        except MediaError as error:
            return (f"captions: {error}",)
        finally:
            alarm(0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
        text = path.read_text(encoding="utf-8-sig", errors="replace")
        path.unlink()
        if not text.startswith("WEBVTT"):
            return ("captions: not WebVTT",)
        (self.folder / "captions.vtt").write_text(_with_language(text, language), encoding="utf-8")
        info["subtitles_language"] = language
        return ()

    def note(self, info: dict[str, Any], taken: dict[str, Any]) -> None:
        from yt_dlp.version import __version__

        about = {name: taken.get(name) for name in ("format_id", "format_note", "width", "height", "vcodec", "tbr")}
        written = {name: value for name, value in info.items() if name not in ("formats", "subtitles", "thumbnails")}
        written |= about | {"fetched_with": f"yt-dlp {__version__}", "fetched_at": int(time.time())}
        (self.folder / "info.json").write_text(json.dumps(written, default=str))


class _Typed:
    """Whatever is raised inside leaves as one typed word."""

    def __init__(self, session: _Session, of_page: bool) -> None:
        self._session, self._of_page = session, of_page

    def __enter__(self) -> None:
        self._session.guard.forbidden = self._session.guard.unreached = ""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        if error is None or not isinstance(error, Exception) or isinstance(error, MediaError):
            return
        session = self._session
        if session.guard.is_over:
            raise failure("too_large") from error
        raise typed(
            error,
            of_page=self._of_page,
            forbidden=session.guard.forbidden,
            unreached=session.guard.unreached,
            status=session.status[-1] if session.status and self._of_page else (0, ""),
            warnings=tuple(session.heard.warnings),
        ) from error


def _too_late(number: int, frame: Any) -> None:
    raise failure("timeout")


class _Heard:
    """yt-dlp's messages, instead of a console."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def debug(self, message: str) -> None:
        pass

    def warning(self, message: str) -> None:
        self.warnings.append(message)

    def error(self, message: str) -> None:
        self.warnings.append(message)


def _extractor(session: _Session) -> Any:
    """yt-dlp's extractor, which also keeps what the page says beside what it makes of it."""
    from yt_dlp.extractor.tiktok import TikTokIE as Theirs

    origin = _origin(session.order.url)
    elsewhere = re.escape(origin or "") + r"/@(?P<user_id>[\w.-]+)?/video/(?P<id>\d+)"

    class TikTokIE(Theirs):
        _VALID_URL = elsewhere if origin else Theirs._VALID_URL

        def _get_universal_data(self, webpage: str, display_id: str) -> Any:
            data: Any = super()._get_universal_data(webpage, display_id)
            detail = (data or {}).get("webapp.video-detail") or {}
            code = detail.get("statusCode")
            session.status.append((code if isinstance(code, int) else 0, str(detail.get("statusMsg") or "")))
            return data

        def _parse_aweme_video_web(self, aweme_detail: Any, *rest: Any, **named: Any) -> Any:
            said = super()._parse_aweme_video_web(aweme_detail, *rest, **named)
            return {**said, "item": aweme_detail}

        @staticmethod
        def _create_url(user_id: str | None, video_id: str) -> str:
            return f"{origin or 'https://' + MAIN_HOST}/@{user_id or '_'}/video/{video_id}"

    return TikTokIE(session.ydl)


def _origin(url: str) -> str | None:
    """Where a page lies that is not on TikTok's own host."""
    split = urlsplit(url)
    return None if split.netloc == MAIN_HOST else f"{split.scheme}://{split.netloc}"


def _protected(url: str, also_open: frozenset[str]) -> str:
    split = urlsplit(url)
    return url if split.netloc in also_open else split._replace(scheme="https").geturl()


# Which variant


def ranked(formats: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The variants that we decode, the best first: without TikTok's mark, with sound, large, H.264, many bits."""

    def rank(variant: dict[str, Any]) -> tuple[bool, bool, int, bool, float, int]:
        note = str(variant.get("format_note") or "")
        area = (variant.get("width") or 0) * (variant.get("height") or 0)
        is_h264 = bool(H264.match(str(variant.get("vcodec") or "")))
        rate, size = variant.get("tbr") or 0.0, variant.get("filesize") or 0
        return "watermark" in note, variant.get("acodec") == "none", -area, not is_h264, -rate, -size

    usable = [v for v in formats if DECODABLE.match(str(v.get("vcodec") or "")) and _is_plain(v)]
    return sorted(usable, key=rank)


def _is_plain(variant: dict[str, Any]) -> bool:
    """One file over http(s): no list of pieces, which could name anything."""
    return urlsplit(str(variant.get("url") or "")).scheme in ("http", "https") and str(
        variant.get("protocol") or "https"
    ) in ("http", "https")


def _take_first(session: _Session, variants: list[dict[str, Any]]) -> dict[str, Any]:
    """The best variant that comes; one that the server does not give says nothing of the next."""
    small = [v for v in variants if (v.get("filesize") or 0) <= session.order.max_bytes]
    if not small:
        raise failure("too_large", f"{min(v['filesize'] for v in variants) / 1e6:.0f} MB")
    tried: list[str] = []
    failed: BaseException | None = None
    for variant in small:
        if variant["url"] in tried or len(tried) == VARIANTS:
            continue
        tried.append(variant["url"])
        try:
            headers = dict(variant.get("http_headers") or {})
            session.take(variant["url"], session.folder / "video.part", headers, session.order.max_bytes)
        except Exception as error:
            if getattr(error, "status", None) not in NEXT_VARIANT:
                raise
            failed = error
            continue
        (session.folder / "video.part").rename(session.folder / "video")
        return variant
    assert failed is not None
    raise failed


# Photo posts


def _images(item: dict[str, Any]) -> list[list[str]]:
    """The addresses of each picture of a photo post."""
    post = item.get("imagePost")
    found = post.get("images") if isinstance(post, dict) else None
    urls = [((image or {}).get("imageURL") or {}).get("urlList") or [] for image in found or []]
    return [[u for u in several if isinstance(u, str) and u.startswith("http")] for several in urls][:MOST_PICTURES]


def _take_pictures(session: _Session, info: dict[str, Any], images: list[list[str]]) -> Found:
    headers = dict(info.get("http_headers") or {})
    names = []
    for number, urls in enumerate(images):
        name = f"picture-{number:03d}"
        if not urls:
            raise failure("photo_post", f"picture {number + 1} has no address")
        _take_any(session, urls, name, headers)
        names.append(name)
    sound, left_out = None, ()
    for variant in info.get("formats") or []:
        if variant.get("vcodec") == "none" and _is_plain(variant):
            try:
                with session.typed_errors(of_page=False):
                    session.take(variant["url"], session.folder / "sound", headers, session.order.max_bytes)
                sound = "sound"
            except DownloadError as error:
                left_out = (f"sound: {error}",)
            break
    session.note(info | {"kind": "slideshow", "n_pictures": len(names)}, {})
    return Found("slideshow", tuple(names), sound, left_out)


def _take_any(session: _Session, urls: list[str], name: str, headers: dict[str, str]) -> None:
    """A picture from the first of its addresses that gives it."""
    failed: BaseException | None = None
    for url in urls:
        try:
            session.take(url, session.folder / name, headers, PICTURE_BYTES)
            return
        except Exception as error:
            if getattr(error, "status", None) not in NEXT_VARIANT:
                raise
            failed = error
    raise failure("photo_post", f"{name}: {failed}", can_retry=True) from failed


# Captions


def _captions(info: dict[str, Any]) -> tuple[str, str] | None:
    """The language and the address of the captions in the language that is spoken."""
    from yt_dlp.utils import ISO639Utils

    offered = info.get("subtitles") or {}
    plain = {
        language: entry["url"]
        for language, entries in offered.items()
        for entry in entries
        if entry.get("ext") == "vtt" and entry.get("url")
    }
    if not plain:
        return None
    item = info.get("item") or {}
    heard = [one.get("LanguageCodeName") for one in (item.get("video") or {}).get("subtitleInfos") or []
             if one.get("Source") == "ASR"]  # fmt: skip
    written = str(item.get("textLanguage") or "")

    def short(language: str) -> str:
        code = re.split(r"[-_]", language)[0].lower()
        return (ISO639Utils.long2short(code) if len(code) == 3 else None) or code

    chosen = next((one for one in heard if one in plain), None)
    chosen = chosen or next((one for one in plain if short(one) == written), None) or next(iter(plain))
    return short(chosen), plain[chosen]


def _with_language(text: str, language: str) -> str:
    """WebVTT with its language in its head, where it says none."""
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    if re.search(r"^Language:", head, re.MULTILINE):
        return f"{head}\n\n{body}"
    return f"{head}\nLanguage: {language}\n\n{body}"


__all__ = ["Found", "Order", "fetch", "ranked", "resolve"]
