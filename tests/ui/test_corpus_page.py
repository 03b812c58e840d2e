"""The page over all videos in a browser: it finds, sorts, compares under one cursor, and asks nobody for anything."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from resources.render import Flat, Shot, Sine, Video, render
from resources.store import Store
from tests.tiktok_assets.corpus.small import name_of
from tests.tiktok_assets.corpus.videos import HOSTILE, told_of, write_told
from tests.ui.browsing import Watched
from tiktok_assets.corpus.cards import Card, make_card
from tiktok_assets.corpus.page import build, page_of

pytestmark = pytest.mark.browser

LONG_S, SHORT_S = 3.0, 1.5
ONE, TWO, THREE, FOUR, FIVE = (name_of(n) for n in range(1, 6))
ABOUT: dict[str, dict[str, Any]] = {
    ONE: {"about": {"file_name": "Grüße.mp4", "author": "@anna", "caption": "one"}, "length_s": LONG_S, "score": 70.0},
    TWO: {"about": {"file_name": HOSTILE, "author": "@ben"}, "length_s": SHORT_S, "score": 30.0},
    THREE: {"about": {"file_name": "clip 10.mp4", "author": "@anna"}, "length_s": 20.0, "shots": ((0.0, 20.0),)},
    FOUR: {"about": {"file_name": "clip 9.mp4"}, "length_s": 20.0, "statuses": {"text_overlay": "failed"}},
    FIVE: {"about": {"file_name": "clip 11.mp4"}, "length_s": 90.0, "score": 50.0},
}
MANY = 2000


class Seen(Watched):
    """A page in a browser, what it asked for, and what it complained about."""

    def open(self, at: str = "") -> None:
        self.page.goto("about:blank")
        self.page.goto((self.folder / "corpus" / "index.html").as_uri() + at)
        self.wait("performance.getEntriesByName('filled').length > 0")

    @property
    def shown(self) -> list[int]:
        """The numbers of the videos, from top to bottom."""
        found = self.page.locator("[data-id]")
        return [int(found.nth(k).get_attribute("data-id").removeprefix("local-"), 16) for k in range(found.count())]

    @property
    def times_s(self) -> list[float]:
        self.wait("sides.every(side => side.film.readyState >= 2 && !side.film.seeking)")
        return self.page.evaluate("sides.map(side => side.film.currentTime)")

    def text(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()

    def hash(self) -> str:
        return self.page.evaluate("location.hash")


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """Five videos; the first two have films."""
    root = tmp_path_factory.mktemp("data")
    store = Store(root=str(root))
    for number, (video, told) in enumerate(ABOUT.items()):
        report = write_told(store, video, told_of(video, **told))
        report.with_name("page.html").write_text(f"<title>page of {video}</title>")
        store.video_path(video).parent.mkdir(parents=True)
        if number < 2:
            shots = (Shot(Flat("#336699"), told["length_s"]),)
            clip = Video(shots=shots, width=90, height=160, fps=30, sound=(Sine(440),))
            render(clip, store.video_path(video))
    build(store)
    return root


@pytest.fixture
def seen(browser, root) -> Iterator[Seen]:
    """Whatever is tried, nothing leaves the page, and nothing goes wrong in it."""
    found = Seen.begin(browser, root)
    yield found
    found.end()


def test_all_are_listed_with_their_figures_and_the_newest_comes_first(seen):
    seen.open()
    assert seen.shown == [5, 4, 3, 2, 1]
    row = seen.page.locator(f"[data-id='{ONE}']")
    assert row.locator(".title a").inner_text() == "Grüße.mp4"
    cells = {name: row.locator(f"td.{name}").inner_text() for name in ("length", "shots", "pace", "texts", "speech")}
    assert cells == {"length": "0:03.0", "shots": "3", "pace": "1.00 s", "texts": "2", "speech": "25 %"}
    assert seen.page.locator(f"[data-id='{FOUR}'] td.texts").inner_text() == "–"
    assert "1 failed" in seen.text(f"[data-id='{FOUR}']")
    assert seen.page.evaluate(f"document.querySelector(\"[data-id='{ONE}'] canvas\").width") == 196
    assert [url for url in seen.asked if url.startswith("file")] == [(seen.folder / "corpus" / "index.html").as_uri()]


def test_strangers_words_stay_words(seen):
    seen.open()
    title = seen.text(f"[data-id='{TWO}'] .title a")
    assert title.startswith("</script><img src=x onerror=alert(1)> <!-- {{film}} gpj.exe")
    assert seen.page.locator("img, script[src]").count() == 0


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("GRÜßE.mp4", [1]),  # the others speak of Grüße
        ("grüße", [5, 4, 3, 2, 1]),  # said
        ("coffee", [5, 3, 2, 1]),  # seen; of one video the texts could not be read
        ("anna coffee", [3, 1]),
        ("</script><img", [2]),
        ("no such words", []),
    ],
)
def test_the_search_finds_what_is_written_seen_and_said(seen, words, numbers):
    seen.open()
    seen.page.keyboard.press("/")
    seen.page.keyboard.type(words)
    assert seen.shown == numbers
    assert seen.text("#count") == ("5 videos" if len(numbers) == 5 else f"{len(numbers)} of 5 videos")
    assert seen.page.locator("#nothing").is_visible() == (not numbers)
    seen.page.keyboard.press("Escape")
    assert seen.shown == [5, 4, 3, 2, 1]


def test_a_hit_is_marked_where_it_was_found(seen):
    seen.open("#q=anna+coffee")
    assert seen.text(f"[data-id='{ONE}'] .under mark") == "coffee"
    assert "step 1: coffee" in seen.text(f"[data-id='{ONE}'] .under")


def test_lengths_shots_creators_and_failures_are_chosen_from(seen):
    seen.open()
    for name, choice, numbers in (
        ("length", "15-30", [4, 3]), ("length", "-15", [2, 1]), ("shots", "1", [3]), ("shots", "2-5", [5, 4, 2, 1]),
        ("creator", "@anna", [3, 1]), ("lang", "de", [5, 4, 3, 2, 1]), ("fared", "failed", [4]),
    ):  # fmt: skip
        seen.page.locator(f"[data-filter={name}]").select_option(choice)
        assert seen.shown == numbers, (name, choice)
        seen.page.locator("#clear").click()
        assert seen.hash() in ("", "#")


def test_an_address_holds_what_is_asked_for(seen):
    seen.open("#length=2-25&shots=2-3&sort=title")
    assert seen.shown == [4, 1]
    seen.page.locator("[data-filter=creator]").select_option("@anna")
    assert seen.shown == [1]
    assert seen.hash() == "#sort=title&length=2-25&shots=2-3&creator=%40anna"
    seen.open("#sort=nonsense&length=abc&fared=x&pair=a,b&look=grid")
    assert seen.shown == [5, 4, 3, 2, 1]


def test_every_column_sorts_both_ways_and_what_is_not_known_comes_last(seen):
    seen.open()

    def sorted_by(name: str) -> Sequence[int]:
        seen.page.locator(f"[data-sort={name}]").click()
        return seen.shown

    assert sorted_by("score") == [1, 5, 2, 3, 4]
    assert sorted_by("score") == [2, 5, 1, 3, 4]
    assert sorted_by("title") == [2, 4, 3, 5, 1]  # 9 before 10 before 11
    assert sorted_by("title") == [1, 5, 3, 4, 2]
    assert sorted_by("length") == [5, 3, 4, 1, 2]  # equals as they were
    assert sorted_by("length") == [2, 1, 3, 4, 5]
    assert seen.page.locator("th[aria-sort=ascending]").inner_text() == "↑ length"
    names = seen.page.evaluate("columns.map(c => c.key)")
    for name in names:
        assert sorted(sorted_by(name)) == [1, 2, 3, 4, 5]


def test_it_is_read_by_keyboard_alone(seen):
    seen.open()
    for key in ("ArrowDown", "ArrowDown", "Space", "ArrowDown", "ArrowDown", "ArrowUp", "Space"):
        seen.page.keyboard.press(key)
    assert seen.page.evaluate("picks.map(id => Number('0x' + id.slice(6)))") == [4, 3]
    seen.page.keyboard.press("v")
    assert seen.page.locator(".card").count() == 5
    assert seen.hash() == "#look=grid"
    seen.page.keyboard.press("ArrowRight")
    seen.page.keyboard.press("v")
    assert seen.page.locator("#list").is_visible()
    seen.page.keyboard.press("ArrowUp")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url("**/page.html")  # asking the page itself fails while it is left
    assert seen.page.title().startswith("page of")


def test_two_videos_are_sought_together(seen):
    seen.open()
    for video in (ONE, TWO):
        seen.page.locator(f"[data-pick='{video}']").click()
    seen.page.locator("#compare").click()
    assert seen.hash() == f"#pair={ONE},{TWO}"
    assert seen.times_s == pytest.approx([0.0, 0.0], abs=0.01)
    canvas = seen.page.locator("#lanes canvas").nth(1)
    wide = canvas.bounding_box()["width"]
    canvas.click(position={"x": wide / 3, "y": 10})
    assert seen.times_s == pytest.approx([1.0, 1.0], abs=0.01)
    canvas.click(position={"x": wide * 5 / 6, "y": 10})
    assert seen.times_s == pytest.approx([2.5, SHORT_S], abs=0.01)
    seen.page.locator("#by_share").click()
    assert seen.times_s == pytest.approx([2.5, 1.25], abs=0.01)
    seen.page.keyboard.press("ArrowLeft")
    assert seen.times_s == pytest.approx([2.5 - 1 / 30, 1.25 - 1 / 60], abs=0.01)
    head = seen.page.locator("#head").bounding_box()["x"] - canvas.bounding_box()["x"]
    assert head == pytest.approx(wide * (2.5 - 1 / 30) / LONG_S, abs=1.5)
    assert seen.text("#figures tbody tr:first-child") == "length\t0:03.0\t0:01.5\t−1.5 s"
    kept = {urlsplit(url).path.rpartition("/reports/")[2] for url in seen.asked if url.endswith(".webp")}
    assert kept == {f"{video}/contact.webp" for video in (ONE, TWO)}


@pytest.mark.parametrize(("by", "share"), [("second", 1.0), ("share", 0.5)])
def test_they_play_and_pause_together(seen, by, share):
    seen.open(f"#pair={ONE},{TWO}&by={by}")
    assert seen.times_s == pytest.approx([0.0, 0.0], abs=0.01)
    seen.page.keyboard.press("Space")
    seen.wait("sides[0].film.currentTime > 0.5")
    one, other = seen.page.evaluate("sides.map(side => side.film.currentTime)")
    assert other == pytest.approx(one * share, abs=0.25)
    assert seen.page.evaluate("sides.map(side => side.film.muted)") == [False, True]
    seen.page.keyboard.press("2")
    assert seen.page.evaluate("sides.map(side => side.film.muted)") == [True, False]
    seen.page.keyboard.press("Space")
    assert seen.page.evaluate("sides.map(side => side.film.paused)") == [True, True]
    one, other = seen.times_s
    assert other == pytest.approx(one * share, abs=0.02)


def test_a_comparison_has_an_address_and_a_way_back(seen):
    seen.open(f"#sort=title&pair={ONE},{TWO}&by=share&t=0.5")
    assert seen.times_s == pytest.approx([LONG_S / 2, SHORT_S / 2], abs=0.01)
    assert not seen.page.locator("#main").is_visible()
    seen.page.keyboard.press("Escape")
    assert seen.shown == [2, 4, 3, 5, 1]
    assert seen.hash() == "#sort=title"
    seen.page.keyboard.press("c")
    seen.wait("!document.getElementById('pair').hidden")
    seen.page.go_back()
    seen.wait("document.getElementById('pair').hidden")
    assert seen.shown == [2, 4, 3, 5, 1]


def test_a_video_that_cannot_be_played_leaves_the_other_and_the_lanes(seen):
    seen.open(f"#pair={ONE},{THREE}")
    seen.wait("!sides[1].words.hidden")
    seen.page.locator("#lanes canvas").nth(2).click(position={"x": 10, "y": 10})
    seen.wait("sides[0].film.readyState >= 2")
    assert seen.page.evaluate("leader() === sides[0]")
    assert "cannot play" in seen.text(".side:nth-child(2)")
    seen.complaints = [said for said in seen.complaints if "ERR_FILE_NOT_FOUND" not in said]


def test_light_turns_dark_and_english_german(seen):
    seen.open()
    back = "getComputedStyle(document.body).backgroundColor"
    light = seen.page.evaluate(back)
    seen.page.locator("#theme").click()
    assert seen.page.evaluate(back) != light
    seen.page.locator("#tongue").click()
    assert "mittl. Länge" in seen.text("#heads")
    assert seen.page.evaluate("document.documentElement.lang") == "de"
    english, german = (seen.page.evaluate(f"Object.keys(WORDS.{tongue}).sort()") for tongue in ("en", "de"))
    assert english == german
    asked = "[...COLUMNS.flatMap(c => [c.key, c.head ?? c.key]), ...FIGURES, ...FILTERS.map(f => f.key)]"
    assert set(seen.page.evaluate(asked)) <= set(english)


def test_print_shows_every_video(seen):
    seen.page.set_viewport_size({"width": 1200, "height": 160})
    seen.open("#look=grid")
    seen.page.emulate_media(media="print")
    seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert seen.page.locator("#rows tr.video").count() == 5
    assert not seen.page.locator("#bar").is_visible()
    seen.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert seen.page.locator("#grid").is_visible()


def test_nothing_analyzed_says_what_to_do(browser, tmp_path):
    build(Store(root=str(tmp_path)))
    page = browser.new_page(locale="en-GB")
    page.goto((tmp_path / "corpus" / "index.html").as_uri())
    assert page.locator("#nothing").inner_text().endswith("python -m tiktok_assets demo")
    page.close()


def test_thousands_of_videos_are_found_and_sorted(seen, tmp_path, capsys):
    """How long that takes is told here; a busy machine makes no failure of it."""
    [card] = [make_card(Store(root=str(seen.folder)), ONE)]
    said = "\n".join(f"line {k} of what is said and seen in the video" for k in range(40))
    cards = [
        Card(
            card.row | {"id": name_of(n), "title": f"clip {n}", "length": n % 97 + 0.5}, f"clip {n}\n{said}", card.film
        )
        for n in range(MANY)
    ]
    seen.folder = tmp_path
    (tmp_path / "corpus").mkdir()
    path = tmp_path / "corpus" / "index.html"
    path.write_text(page_of(cards), encoding="utf-8")
    seen.open()
    marks = "performance.getEntriesByName('drawn')[0].startTime - performance.getEntriesByName('begun')[0].startTime"
    first_ms = seen.page.evaluate(marks)
    took = "(() => {{ const t = performance.now(); {}; document.body.offsetHeight; return performance.now() - t; }})()"
    find_ms = [seen.page.evaluate(took.format(f"state.q = '{q}'; asked()")) for q in ("clip 19", "clip 77", "")]
    sort_ms = seen.page.evaluate(took.format("state.sort = 'title'; asked()"))
    seen.page.keyboard.press("/")
    seen.page.keyboard.type("clip 1999")
    assert seen.shown == [MANY - 1]
    seen.page.keyboard.press("Escape")
    assert len(seen.shown) < 40
    seen.page.evaluate("main.scrollTo(0, 1e9)")
    seen.wait(f"document.querySelector('[data-id=\"{name_of(MANY - 1)}\"]') !== null")
    with capsys.disabled():
        found = ", ".join(f"{ms:.0f}" for ms in find_ms)
        print(f"\n{MANY:,} videos: first drawn in {first_ms:.0f} ms, found in {found} ms, sorted in {sort_ms:.0f} ms; "
              f"{path.stat().st_size / MANY / 1000:.1f} kB a video")  # fmt: skip
