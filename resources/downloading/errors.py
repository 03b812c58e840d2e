"""What can go wrong with a download, each with a word, what to do, and whether trying again can help."""

from typing import Any

from resources.door import MediaError

# word: (what it means, what to do, whether trying again can help)
WORDS = {
    "bad_url": ("this is no address of a TikTok video", "give https://www.tiktok.com/@name/video/<digits>", False),
    "unsupported_kind": ("this address is no single video", "give the address of one video or photo post", False),
    "live": ("this is a live stream", "wait until it has ended and was posted as a video", False),
    "removed": ("the post does not exist any more", "bring the file itself, if you have it", False),
    "private": (
        "the post or its account is private",
        "set `cookies` in tiktok.toml to those of an account that may see it",
        False,
    ),
    "login_required": (
        "TikTok shows the post to those only who are logged in",
        "set `cookies` in tiktok.toml: a cookies.txt, or the browser that is logged in",
        False,
    ),
    "geo_blocked": ("the post is not shown in this country", "set `proxy` in tiktok.toml to one elsewhere", False),
    "blocked_ip": (
        "TikTok refuses this machine's address",
        "try again later, or set `proxy` or `cookies` in tiktok.toml",
        False,
    ),
    "impersonation_missing": (
        "TikTok answers browsers only, and what we look like one with does not work here",
        "install curl-cffi in the version of requirements.lock: make bootstrap",
        False,
    ),
    "rate_limited": ("TikTok asks us to slow down", "try again later, or set `proxy` in tiktok.toml", True),
    "photo_post": (
        "this post is made of pictures, and they could not be had",
        "bring the pictures and the sound in a folder of their own",
        False,
    ),
    "too_large": ("the file is larger than `download_mb` allows", "raise `download_mb` in tiktok.toml", False),
    "too_long": (
        "the video is longer than `download_minutes` allows",
        "raise `download_minutes` in tiktok.toml",
        False,
    ),
    "unsupported_codec": (
        "the post has no variant that we decode",
        "bring the file itself as H.264, HEVC, VP9 or AV1",
        False,
    ),
    "broken_file": ("what came is not a whole video", "try again later", True),
    "network": ("the network did not carry it", "check the connection and the proxy, then try again", True),
    "timeout": (
        "the download made too little progress",
        "try again later, or raise `download_wait_s` in tiktok.toml",
        True,
    ),
    "extractor_broken": (
        "TikTok's page is not what yt-dlp expects",
        "try again later; where it stays, update yt-dlp",
        True,
    ),
}


class DownloadError(MediaError):
    """A download that cannot be had; `retry_after_s` is how long the server asks us to wait, where it says so."""

    def __init__(
        self, word: str, detail: str, remedy: str, *, can_retry: bool = False, retry_after_s: float | None = None
    ) -> None:
        super().__init__(word, detail, remedy, can_retry=can_retry)
        self.retry_after_s = retry_after_s

    def __reduce__(self) -> Any:
        return _made_again, (type(self), self.word, self.detail, self.remedy, self.can_retry, self.retry_after_s)


class BadUrlError(DownloadError):
    """An address that is refused before anything is asked of the network."""


def _made_again(
    kind: type[DownloadError], word: str, detail: str, remedy: str, can_retry: bool, retry_after_s: float | None
) -> DownloadError:
    return kind(word, detail, remedy, can_retry=can_retry, retry_after_s=retry_after_s)


def failure(
    word: str, because: str = "", *, can_retry: bool | None = None, retry_after_s: float | None = None
) -> DownloadError:
    """The error for a word of the list, with what was seen of this video."""
    meaning, remedy, usual = WORDS[word]
    detail = meaning + (f" ({because})" if because else "")
    kind = BadUrlError if word in ("bad_url", "unsupported_kind") else DownloadError
    return kind(word, detail, remedy, can_retry=usual if can_retry is None else can_retry, retry_after_s=retry_after_s)
