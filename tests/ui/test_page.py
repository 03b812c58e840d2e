"""The page in a real browser: it lands, seeks, steps, searches and draws, and asks nobody for anything."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from resources.render import Flat, Shot, Sine, Video, render
from tests.tiktok_assets.page.pages import HOSTILE, made_lane, page_data, row
from tests.ui.cockpit import CHROMIUM, WINDOW
from tiktok_assets.page.html import build_page

pytestmark = pytest.mark.browser

FPS, LENGTH_S = 30, 3.0
FRAME_S = 1 / FPS
CLIP = Video(
    shots=(Shot(Flat("#336699"), 1.5), Shot(Flat("#993333"), 1.5)), width=160, height=120, fps=FPS, sound=(Sine(440),)
)
TEXTS = [
    row(0.5, 1.0, text=f"Grüße {HOSTILE}", confidence=0.9, x=0.1, y=0.2, w=0.5, h=0.3),
    row(1.2, 1.9, text="word 7", confidence=0.4, x=0.2, y=0.2, w=0.2, h=0.2),
    row(2.0, 2.5, text="the end", confidence=0.9),
]
BODY = [{"x": 0.1 + k / 40, "y": 0.5, "confidence": 0.9} for k in range(17)]
BODIES = [row(1.2, 1.9, level="sample", track_id=0, confidence=0.9, x=0.1, y=0.1, w=0.5, h=0.5, speed=1.0, joints=BODY)]
SKIPPED = made_lane("tts_voice", [], "sound", status="skipped", reason=f"no model {HOSTILE}", remedy="models pull x")
N_ROWS = 8000


@dataclass
class Seen:
    """A page in a browser, what it asked for, and what it complained about."""

    page: Any
    folder: Path
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, data: dict[str, Any], film: bytes = b"", at: str = "", is_ready: bool = True) -> None:
        self.asked.clear()
        path = self.folder / "page.html"
        path.write_text(build_page(data, film), encoding="utf-8")
        self.page.goto("about:blank")
        self.page.goto(path.as_uri() + at)
        if is_ready:
            self.wait("video.readyState >= 2 && !video.seeking")

    def wait(self, truth: str) -> None:
        """Asked from here again and again: the page's policy does not let the browser evaluate words."""
        until = time.monotonic() + 20
        while not self.page.evaluate(truth):
            assert time.monotonic() < until, f"never: {truth}"
            self.page.wait_for_timeout(20)

    @property
    def now_s(self) -> float:
        self.wait("!video.seeking")
        return self.page.evaluate("video.currentTime")

    def text(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()

    def click_at(self, lane: str, t: float) -> None:
        canvas = self.page.locator(f"[data-lane={lane}] canvas")
        self.page.evaluate("document.getElementById('main').scrollTo(0, 0)")
        canvas.click(position={"x": self.page.evaluate(f"x({t})"), "y": 10})


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("film") / "clip.mp4"
    render(CLIP, path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


@pytest.fixture
def seen(browser, tmp_path) -> Iterator[Seen]:
    """Whatever is tried, nothing leaves the page, and nothing goes wrong in it."""
    page = browser.new_page(viewport=WINDOW, locale="en-GB", color_scheme="light")
    page.set_default_timeout(20_000)
    found = Seen(page, tmp_path)
    page.on("request", lambda request: found.asked.append(request.url))
    page.on("console", lambda said: found.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    page.on("dialog", lambda dialog: found.complaints.append(f"dialog: {dialog.message}"))
    yield found
    outside = [url for url in found.asked if urlsplit(url).scheme not in ("file", "blob", "data", "about")]
    page.close()
    assert outside == []
    assert found.complaints == []


@pytest.fixture
def opened(seen, film) -> Seen:
    lanes = [made_lane("text_overlay", TEXTS), made_lane("body_pose", BODIES, "people"), SKIPPED]
    seen.open(page_data(lanes), film, "#t=1.5")
    return seen


def test_it_lands_where_its_address_points_and_asks_for_nothing_else(opened):
    assert opened.now_s == pytest.approx(1.5, abs=0.001)
    assert opened.page.evaluate("document.body.dataset.time") == "1.500"
    assert [url for url in opened.asked if url.startswith("file")] == [(opened.folder / "page.html").as_uri()]


def test_the_video_beside_the_page_is_played_too(seen, film):
    (seen.folder / "clip.mp4").write_bytes(film)
    seen.open(page_data([made_lane("text_overlay", TEXTS)], video_at="clip.mp4"), at="#t=0.7")
    assert seen.now_s == pytest.approx(0.7, abs=0.001)
    assert {unquote(urlsplit(url).path).rpartition("/")[2] for url in seen.asked} <= {"page.html", "clip.mp4", "blank"}


def test_seconds_count_from_the_first_picture_also_where_it_comes_late_in_the_file(opened, film):
    data = page_data([made_lane("text_overlay", TEXTS)])
    opened.open(data | {"media": data["media"] | {"v_start_s": 0.25}}, film, "#t=1.5")
    assert opened.now_s == pytest.approx(1.75, abs=0.001)
    assert opened.page.evaluate("document.body.dataset.time") == "1.500"


def test_a_click_on_a_bar_goes_to_its_start_and_tells_of_it(opened):
    opened.click_at("text_overlay", 0.8)
    assert abs(opened.now_s - 0.5) < 0.06
    assert opened.page.locator("#chosen_name").text_content() == f"Text overlay: Grüße {HOSTILE}"
    opened.click_at("text_overlay", 2.8)
    assert abs(opened.now_s - 2.8) < 0.06


def test_an_arrow_is_one_frame_also_where_frames_are_uneven(opened, film):
    at = opened.now_s
    opened.page.keyboard.press("ArrowRight")
    assert opened.now_s - at == pytest.approx(FRAME_S, abs=0.002)
    opened.page.keyboard.press("ArrowLeft")
    assert opened.now_s == pytest.approx(at, abs=0.002)
    opened.open(page_data([], frames_us=[0, 100_000, 30_000, 500_000]), film)
    for t in (0.1, 0.13, 0.63, 0.63):
        opened.page.keyboard.press("ArrowRight")
        assert opened.now_s == pytest.approx(t, abs=0.001)


def test_up_and_down_go_from_event_to_event(opened):
    opened.page.locator("[data-lane=text_overlay] .title").hover()
    for key, t in (("ArrowDown", 2.0), ("ArrowUp", 1.2), ("ArrowUp", 0.5)):
        opened.page.keyboard.press(key)
        assert opened.now_s == pytest.approx(t, abs=0.01)


def test_the_search_finds_umlauts_and_what_looks_like_markup(opened):
    for words, n in (("grüsse", 0), ("GRÜßE", 1), ("Grüße", 1), ("</script>", 1), ("word 7", 1), ("e", 2)):
        opened.page.keyboard.press("/")
        opened.page.locator("#search").fill(words)
        assert opened.page.evaluate("document.getElementById('count').value") == str(n), words
    opened.page.locator("#search").fill("the end")
    opened.page.locator("#hits li").click()
    assert opened.now_s == pytest.approx(2.0, abs=0.01)


def test_boxes_and_joints_lie_over_the_picture(opened):
    assert opened.page.locator("#boxes rect").count() == 2
    assert opened.page.locator("#boxes line").count() == 16
    place = opened.page.evaluate(
        "(({x, width}) => [x.baseVal.value, width.baseVal.value])(document.querySelector('#boxes rect'))"
    )
    wide = opened.page.evaluate("document.getElementById('stage').clientWidth")
    assert place == pytest.approx([0.2 * wide, 0.2 * wide], abs=1)
    opened.page.keyboard.press("b")
    assert opened.page.locator("#boxes rect").count() == 0


def test_what_is_less_sure_than_asked_for_is_not_shown(opened):
    opened.page.locator("#confidence").fill("0.5")
    assert opened.page.locator("#boxes rect").count() == 1
    assert "word 7" not in opened.text("#now")


def test_what_was_not_run_is_one_line_with_its_remedy(opened):
    lines = opened.page.locator("#rest details")
    assert lines.count() == 1
    assert "Not run 1: Tts voice" in lines.inner_text()
    lines.locator("summary").click()
    assert opened.text("#rest code") == "models pull x"
    assert opened.page.locator("[data-lane=tts_voice]").count() == 0


def test_light_turns_dark_and_english_german(opened):
    back = "getComputedStyle(document.body).backgroundColor"
    light = opened.page.evaluate(back)
    opened.page.locator("#theme").click()
    assert opened.page.evaluate(back) != light
    opened.page.locator("#tongue").click()
    assert "Nicht gelaufen" in opened.text("#rest")
    assert opened.page.evaluate("document.documentElement.lang") == "de"


def test_both_languages_say_the_same_things(opened):
    english, german = (opened.page.evaluate(f"Object.keys(WORDS.{tongue}).sort()") for tongue in ("en", "de"))
    assert english == german


def test_a_chosen_event_is_looped(opened):
    opened.click_at("text_overlay", 0.8)
    opened.page.keyboard.press("l")
    times = [opened.page.evaluate("new Promise(r => setTimeout(() => r(video.currentTime), 120))") for _ in range(10)]
    assert max(times) < 1.3
    assert any(b < a for a, b in pairwise(times))


def test_timecode_drops_frames_at_29_97(opened):
    told = opened.page.evaluate(
        """[timecode(1799, 30000/1001), timecode(1800, 30000/1001), timecode(17981, 30000/1001),
        timecode(17982, 30000/1001), timecode(107892, 30000/1001), timecode(3600, 60000/1001),
        timecode(1800, 30), timecode(1440, 24000/1001)]"""
    )
    assert told == [
        "00:00:59;29", "00:01:00;02", "00:09:59;29", "00:10:00;00", "01:00:00;00", "00:01:00;04",
        "00:01:00:00", "00:01:00:00",
    ]  # fmt: skip
    opened.page.locator("#unit").click()
    assert opened.text("#clock") == "00:00:01:15"


def test_a_video_that_cannot_be_played_leaves_the_timeline(seen):
    seen.open(page_data([made_lane("text_overlay", TEXTS)]), b"no video", "#t=1.5", is_ready=False)
    seen.wait("!document.getElementById('unplayable').hidden")
    seen.click_at("text_overlay", 2.2)
    assert seen.page.evaluate("document.body.dataset.time") == "2.001"


def test_lanes_unfold_and_groups_fold(opened):
    shown = "strips.filter(s => !s.hidden).length"
    before = opened.page.evaluate(shown)
    opened.page.locator("[data-lane=body_pose] .more").click()
    assert opened.page.evaluate(shown) == before + 1
    opened.page.locator("[data-group=people]").click()
    assert opened.page.evaluate(shown) == before - 1
    assert not opened.page.locator("[data-lane=body_pose]").is_visible()


def test_eight_thousand_rows_are_redrawn(opened, capsys):
    """How long that takes is told here and measured by the bench; a busy machine makes no failure of it."""
    lanes = [
        made_lane(f"lane_{k}", [row(i * 3 / 200, i * 3 / 200 + 0.01, text=f"row {i} {HOSTILE}") for i in range(200)])
        for k in range(N_ROWS // 200)
    ]
    opened.open(page_data(lanes), is_ready=False)
    opened.wait("document.body.dataset.time !== undefined")
    # Reading a pixel back makes the browser finish what it was told to draw.
    many = "for (let i = 0; i < 10; i++) { drawAll(); for (const s of strips) s.pen.getImageData(0, 0, 1, 1); }"
    redraw = f"(() => {{ drawAll(); const t = performance.now(); {many} return (performance.now() - t) / 10; }})()"
    plain_ms = opened.page.evaluate(redraw)
    opened.page.locator("#search").fill("row 7")
    hits_ms = opened.page.evaluate(redraw)
    assert opened.page.evaluate("document.getElementById('count').value") == str(11 * len(lanes))
    with capsys.disabled():
        print(f"\nredraw of {N_ROWS:,} rows: {plain_ms:.1f} ms, {hits_ms:.1f} ms while searching")
    opened.complaints.clear()  # the video beside this page is none
