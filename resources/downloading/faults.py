"""From an exception of yt-dlp to one typed word: by what the server answered, then by what TikTok's page says.

yt-dlp has one exception for all of them; what tells them apart is the status of the answer in the chain of causes,
and the words of its TikTok extractor.
"""

import email.utils
import errno
import re
import time
from collections.abc import Iterator

from resources.door import MediaError
from resources.downloading.errors import DownloadError, failure

PRIVATE = (10216, 10222)  # a private post, a private account: as yt-dlp's extractor has them
GONE = re.compile(r"(doesn.t|does not|not) exist|removed|deleted|unavailable", re.IGNORECASE)
ABROAD = re.compile(r"cross_border|region|country|geo", re.IGNORECASE)
SELF = re.compile(r"self_see|private|friend", re.IGNORECASE)
# What yt-dlp says, in the order in which it is looked for.
TEXTS = (
    (r"permission to view|account that has access|account is private", "private"),
    (r"requiring login|log in for access|login required|logged.in|use --cookies|age.restricted", "login_required"),
    (r"not available (in|from) your|geo.?restrict|in your country|in your region", "geo_blocked"),
    (r"IP address is blocked|blocked your IP", "blocked_ip"),
    (r"impersonat\w+ target|requires? impersonation", "impersonation_missing"),
    (r"livestream|not currently live|is live", "live"),
    (r"status code|been removed|no longer available|does ?n.t exist|unavailable", "removed"),
    (r"Unsupported URL|No suitable extractor", "unsupported_kind"),
    (r"Too Many Requests", "rate_limited"),
    (r"certificate|SSL|TLS", "network"),
    (r"timed? ?out", "network"),
    (r"name or service|resolve|refused|reset|unreachable|proxy|network|connection", "network"),
    (r"bytes read|more expected|incomplete", "network"),
    (r"No video formats|Requested format", "unsupported_codec"),
)
NO_BROWSER = "no impersonate target is available"  # a warning of yt-dlp's, after which it goes on without


def typed(
    error: BaseException,
    *,
    of_page: bool,
    forbidden: str = "",
    unreached: str = "",
    status: tuple[int, str] = (0, ""),
    warnings: tuple[str, ...] = (),
) -> DownloadError | MediaError:
    """The typed error for whatever was raised; `of_page`: while the page was read, not the file.

    `forbidden` and `unreached` are what the guard has seen, `status` is the code and the words of TikTok's page.
    """
    if isinstance(error, MediaError):
        return error
    if forbidden:
        return failure("bad_url", f"it leads to {forbidden}")
    chain = list(_chain(error))
    if any(getattr(link, "errno", None) == errno.EFBIG for link in chain):
        return failure("too_large")
    if answered := next((link for link in chain if _status(link)), None):
        return _of_answer(answered, of_page)
    if unreached:
        return failure("network", unreached)
    if said := _of_status(*status):
        return said
    text = " | ".join(_plain(link) for link in chain)
    if any(NO_BROWSER in warning for warning in warnings):
        return failure("impersonation_missing", _plain(error))
    word = next((word for pattern, word in TEXTS if re.search(pattern, text, re.IGNORECASE)), None)
    if word is None:
        word = "extractor_broken" if of_page and not _is_of_the_line(chain) else "network"
    return failure(word, _plain(error))


def _is_of_the_line(chain: list[BaseException]) -> bool:
    """Whether the connection failed: a library says so in more words than can be listed (`Empty reply from server`)."""
    from yt_dlp.networking.exceptions import TransportError

    return any(isinstance(link, TransportError) for link in chain)


def _of_answer(error: BaseException, of_page: bool) -> DownloadError:
    status = _status(error)
    said = f"{'TikTok' if of_page else 'the file server'} answers {status}"
    wait_s = _asked_wait(error)
    if status == 429:
        return failure("rate_limited", said, retry_after_s=wait_s)
    if status == 403:
        return failure("blocked_ip", said, can_retry=not of_page)  # a file's address is signed, and runs out
    if status == 401:
        return failure("login_required", said)
    if status == 451:
        return failure("geo_blocked", said)
    if status in (404, 410):
        return failure("removed", said, can_retry=not of_page)
    return failure("network", said, retry_after_s=wait_s)


def _of_status(code: int, words: str) -> DownloadError | None:
    """What TikTok's page says of a post that it does not show."""
    if not code:
        return None
    said = f"TikTok says {code}" + (f", {words[:80]}" if words else "")
    if code in PRIVATE or SELF.search(words):
        return failure("private", said)
    if ABROAD.search(words):
        return failure("geo_blocked", said)
    if code == 10204 and not GONE.search(words):  # also said of posts that are shown elsewhere
        return failure("blocked_ip", said)
    return failure("removed", said, can_retry=code != 10204 and not GONE.search(words))


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    queue: list[BaseException | None] = [error]
    while queue:
        link = queue.pop(0)
        if not isinstance(link, BaseException) or any(link is other for other in seen):
            continue
        seen.append(link)
        yield link
        about = getattr(link, "exc_info", None)  # yt-dlp's DownloadError keeps it there
        queue += [getattr(link, "cause", None), link.__cause__, link.__context__]
        queue.append(about[1] if isinstance(about, tuple) and len(about) == 3 else None)


def _status(error: BaseException) -> int:
    """The status of an HTTP answer that is an error."""
    status = getattr(error, "status", None)
    return status if isinstance(status, int) and status >= 400 else 0


def _asked_wait(error: BaseException) -> float | None:
    """Retry-After, in seconds or as a date."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    asked = str(headers.get("Retry-After") or "").strip() if headers is not None else ""
    if asked.isdigit():
        return float(asked)
    try:
        return max(email.utils.parsedate_to_datetime(asked).timestamp() - time.time(), 0.0)
    except ValueError:
        return None


def _plain(error: BaseException) -> str:
    """The first sentence of what an exception says, without yt-dlp's request to report it."""
    text = str(getattr(error, "orig_msg", None) or error) or type(error).__name__
    text = re.sub(r"\x1b\[[0-9;]*m", "", text).removeprefix("ERROR: ")
    return re.split(r"; please report|\. See https?://|\n", text)[0][:200]
