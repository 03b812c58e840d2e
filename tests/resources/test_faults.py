"""Whatever yt-dlp raises becomes one typed word, with what to do and whether trying again can help."""

import errno
import pickle
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from yt_dlp.networking.exceptions import HTTPError, IncompleteRead, ProxyError, TransportError
from yt_dlp.utils import DownloadError as YtDlpError
from yt_dlp.utils import ExtractorError, UnsupportedError, UserNotLive

from resources.downloading.errors import WORDS, BadUrlError, DownloadError, failure
from resources.downloading.faults import NO_BROWSER, typed


class _Response:
    reason = "said so"

    def __init__(self, status: int, headers: dict[str, str]) -> None:
        self.status, self.headers = status, headers


def answered(status: int, **headers: str) -> HTTPError:
    return HTTPError(_Response(status, {name.replace("_", "-"): value for name, value in headers.items()}))


def on_the_page(cause: Exception) -> ExtractorError:
    """As the extractor wraps what went wrong while it read the page."""
    return ExtractorError(f"Unable to download webpage: {cause}", cause=cause)


@pytest.mark.parametrize(
    ("status", "of_page", "word", "can_retry"),
    [
        (401, True, "login_required", False),
        (403, True, "blocked_ip", False),
        (403, False, "blocked_ip", True),
        (404, True, "removed", False),
        (404, False, "removed", True),
        (410, True, "removed", False),
        (429, True, "rate_limited", True),
        (429, False, "rate_limited", True),
        (451, True, "geo_blocked", False),
        (500, True, "network", True),
        (503, False, "network", True),
    ],
)
def test_an_answer_is_told_by_its_status(status: int, of_page: bool, word: str, can_retry: bool):
    error = on_the_page(answered(status)) if of_page else answered(status)
    found = typed(error, of_page=of_page)
    assert (found.word, found.can_retry) == (word, can_retry)
    assert str(status) in found.detail


def test_the_status_is_found_however_deep_it_lies():
    try:
        try:
            raise answered(429, Retry_After="7")
        except HTTPError as error:
            raise on_the_page(error) from error
    except ExtractorError as error:
        wrapped = YtDlpError("ERROR: Unable to download webpage", (type(error), error, None))
    found = typed(wrapped, of_page=True)
    assert isinstance(found, DownloadError)
    assert (found.word, found.retry_after_s) == ("rate_limited", 7.0)


def test_the_wait_may_be_a_date_or_nonsense():
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    found = typed(answered(503, Retry_After=soon), of_page=False)
    assert isinstance(found, DownloadError)
    assert found.retry_after_s == pytest.approx(90, abs=5)
    for said in ("soon", "", "-3"):
        assert typed(answered(503, Retry_After=said), of_page=False).retry_after_s is None


@pytest.mark.parametrize(
    ("code", "words", "word", "can_retry"),
    [
        (10216, "", "private", False),
        (10222, "author_secret", "private", False),
        (10204, "", "blocked_ip", False),
        (10204, "item doesn't exist", "removed", False),
        (10231, "cross_border_violation", "geo_blocked", False),
        (10215, "status_self_see", "private", False),
        (10217, "status_deleted", "removed", False),
        (10999, "", "removed", True),
    ],
)
def test_a_page_without_a_post_is_told_by_its_code_and_its_words(code: int, words: str, word: str, can_retry: bool):
    error = ExtractorError(f"Video not available, status code {code}", video_id="1")
    found = typed(error, of_page=True, status=(code, words))
    assert (found.word, found.can_retry) == (word, can_retry)


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (ExtractorError("TikTok is requiring login for access to this content", expected=True), "login_required"),
        pytest.param(
            ExtractorError("This post may not be comfortable for some audiences. Log in for access"),
            "login_required",
            marks=pytest.mark.case("n4"),
        ),
        (ExtractorError("You do not have permission to view this post. Log into an account"), "private"),
        (ExtractorError("Your IP address is blocked from accessing this post", expected=True), "blocked_ip"),
        (ExtractorError("This video is not available from your location due to geo restriction"), "geo_blocked"),
        (ExtractorError("Video not available, status code 10999", video_id="1"), "removed"),
        (ExtractorError("This livestream has ended", expected=True), "live"),
        (UserNotLive(video_id="somebody"), "live"),
        (UnsupportedError("https://www.tiktok.com/"), "unsupported_kind"),
        (ExtractorError("Unable to extract universal data for rehydration"), "extractor_broken"),
        (ExtractorError("Unable to extract challenge data"), "extractor_broken"),
        (ExtractorError("Unable to solve JS challenge"), "extractor_broken"),
        (ExtractorError("Unexpected response from webpage request"), "extractor_broken"),
        (KeyError("video"), "extractor_broken"),
        (ExtractorError("No video formats found!"), "unsupported_codec"),
        (ExtractorError("HTTP Error 429: Too Many Requests"), "rate_limited"),
        pytest.param(
            TransportError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate has expired"),
            "network",
            marks=pytest.mark.case("n17"),
        ),
        (on_the_page(TransportError("Connection reset by peer")), "network"),
        (on_the_page(TransportError("The read operation timed out")), "network"),
        (on_the_page(TransportError("Failed to perform, curl: (52) Empty reply from server")), "network"),
        (ExtractorError("The extractor requires impersonation"), "impersonation_missing"),
    ],
)  # fmt: skip
def test_the_rest_is_told_by_what_the_extractor_says(error: Exception, word: str):
    found = typed(error, of_page=True)
    assert found.word == word
    assert found.can_retry == WORDS[word][2]
    assert found.remedy


def test_a_page_that_is_not_understood_without_a_browser_says_so():
    error = ExtractorError("Unexpected response from webpage request")
    warned = f"[TikTok] The extractor is attempting impersonation, but {NO_BROWSER}"
    assert typed(error, of_page=True, warnings=(warned,)).word == "impersonation_missing"
    private = typed(error, of_page=True, warnings=(warned,), status=(10216, ""))
    assert private.word == "private"


def test_what_the_guard_has_seen_is_believed_first():
    error = ProxyError("connection not allowed by ruleset")
    found = typed(error, of_page=False, forbidden="169.254.169.254 is a link-local address")
    assert (found.word, found.can_retry) == ("bad_url", False)
    assert "169.254.169.254" in found.detail
    found = typed(error, of_page=True, unreached="www.tiktok.com is not known to the name servers")
    assert (found.word, found.can_retry) == ("network", True)


def test_a_body_that_ends_early_is_the_network_s_fault():
    assert typed(IncompleteRead(100, 50), of_page=False).word == "network"


def test_the_kernel_s_limit_on_a_file_is_too_large():
    assert typed(OSError(errno.EFBIG, "File too large"), of_page=False).word == "too_large"


def test_neither_colours_nor_a_call_to_report_reach_the_reader():
    error = ExtractorError("\x1b[0;31mERROR:\x1b[0m something odd", video_id="1")
    found = typed(error, of_page=True)
    assert "\x1b" not in str(found)
    assert "report" not in str(found)


def test_every_word_says_what_to_do_and_survives_the_way_between_processes():
    for word in WORDS:
        error = failure(word, "seen", retry_after_s=3.0)
        again = pickle.loads(pickle.dumps(error))
        assert vars(again) == vars(error)
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert again.remedy
    assert type(failure("bad_url")) is type(failure("unsupported_kind")) is BadUrlError
