"""The page in a real browser: it lands, seeks, steps, searches and draws, and asks nobody for anything."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from resources.render import Flat, Shot, Sine, Video, render
from tests.tiktok_assets.page.pages import HOSTILE, made_lane, page_data, row
from tests.ui.browsing import Watched
from tiktok_assets.page.card import section
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
ENDLESS = "void (video.loop = true)"  # else a slow machine is not done asking before the three seconds are over
NOTED_TIMES = (
    "(() => { video.loop = true; window.times = []; setInterval(() => times.push(video.currentTime), 20); })()"
)
# Which frames are asked for, one after the other.
SEEN_FRAMES = """(() => {
  window.went = [];
  video.addEventListener("seeking", () => went.push(frameAt(video.currentTime - shift_s)));
})()"""


class Seen(Watched):
    """A page in a browser, what it asked for, and what it complained about."""

    def open(self, data: dict[str, Any], film: bytes = b"", at: str = "", is_ready: bool = True) -> None:
        self.asked.clear()
        path = self.folder / "page.html"
        path.write_text(build_page(data, film), encoding="utf-8")
        self.page.goto("about:blank")
        self.page.goto(path.as_uri() + at)
        if is_ready:
            self.wait("video.readyState >= 2 && !video.seeking")

    @property
    def now_s(self) -> float:
        self.wait("!video.seeking")
        return self.page.evaluate("video.currentTime")

    def seek_to(self, t: float) -> None:
        self.page.evaluate(f"seek({t} + INTO_FRAME_S)")
        self.wait("!video.seeking")

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


@pytest.fixture
def seen(browser, tmp_path) -> Iterator[Seen]:
    """Whatever is tried, nothing leaves the page, and nothing goes wrong in it."""
    found = Seen.begin(browser, tmp_path)
    yield found
    found.end()


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


def fared(model: str | None, **more: Any) -> dict[str, Any]:
    return {"status": "ok", "version": 2, "model": model, "model_revision": model and "1"} | more


def check(metric: str, values: list[Any], held: list[bool], **more: Any) -> dict[str, Any]:
    return {
        "metric": metric, "sense": "at least", "target": 0.9, "unit": "", "values": values, "held": held,
        "fallback": [], "fallback_held": [],
    } | more  # fmt: skip


def card_of(net: str | None = "net", **more: Any) -> dict[str, Any]:
    scored = {"version": 2, "model": "net", "revision": "1", "is_fallback": False, "fallback": None}
    rules = {"fallback": [1.0, "not found", 1.0], "fallback_held": [True, False, True]}
    cuts = scored | {
        "fallback": {"model": "rules", "revision": "1"}, "reached": 2, "fallback_reached": 1,
        "checks": [check("cuts", [1.0, 0.95, 0.912345], [True] * 3, **rules), check(HOSTILE, [1.0], [True])],
    }  # fmt: skip
    texts = scored | {"model": None, "revision": None, "reached": 0, "fallback_reached": None}
    texts |= {"checks": [check("letters", [0.95, 0.9, 0.5], [True, True, False])]}
    faces = {
        "title": "Faces of real videos", "analyzers": ["faces"], "head": ["score", "found"], "body": [["all", "7"]]
    }  # fmt: skip
    card = {"date": "2026-11-21", "crfs": [18, 28, 35], "analyzers": {"cuts": cuts, "texts": texts}, "real": [faces]}
    card["versions"] = {"faces": 1}
    here = {"cuts": fared(net, **more), "texts": fared(None), "faces": fared(None), "poetry": fared(None)}
    return section(here, card)


def test_how_right_the_analyzers_are_unfolds_and_what_falls_short_is_marked(seen, film):
    seen.open(page_data([made_lane("text_overlay", TEXTS)], card=card_of()), film)
    assert "2 of 3 scores on drawn clips reach their target; measured on 2026-11-21" in seen.text("#card > details")
    assert not seen.page.locator("#card table").first.is_visible()
    seen.page.locator("#card > details > summary").click()
    texts = seen.page.locator("[data-card=texts]")
    assert "▼ 0 / 1" in texts.inner_text()
    texts.locator("summary").click()
    cells = texts.locator("tbody td").all_inner_texts()
    assert [cell.strip() for cell in cells] == ["≥ 0.9", "0.95", "0.9", "▼ 0.5"]
    seen.page.locator("[data-card=cuts] > summary").click()
    shown = seen.text("[data-card=cuts]")
    assert "not found" in shown
    assert HOSTILE[:9] in shown
    assert seen.page.locator("[data-card=cuts] td.below").all_inner_texts() == ["▼ not found"]
    assert "Faces of real videos" in seen.text("#card")
    assert "measured with version 1, this report has 2" in seen.text("#card .whose")
    assert "Poetry" in seen.text("#card")


def test_what_does_not_hold_for_this_report_is_said_and_stays_open_in_the_other_language(seen, film):
    facts = {"status": "degraded", "version": 3}
    seen.open(page_data([made_lane("text_overlay", TEXTS)], card=card_of("rules", **facts)), film)
    seen.page.locator("#card > details > summary").click()
    cuts = seen.page.locator("[data-card=cuts]")
    assert "1 / 2" in cuts.inner_text()
    assert "measured with version 2, this report has 3" in cuts.inner_text()
    assert "ran as the fallback here" in cuts.inner_text()
    cuts.locator("summary").click()
    assert cuts.locator("thead .fallback").first.inner_text() == "with the fallback: holds for this report"
    assert cuts.locator("td.own.unheld").count() == 4
    seen.page.locator("#tongue").click()
    assert "gemessen mit Version 2, dieser Bericht hat 3" in cuts.inner_text()
    assert cuts.locator("td.own.unheld").first.is_visible()


def test_scores_of_a_model_that_did_not_run_here_are_not_counted(seen, film):
    seen.open(page_data([made_lane("text_overlay", TEXTS)], card=card_of("another")), film)
    assert "0 of 1 scores on drawn clips" in seen.text("#card > details")
    seen.page.locator("#card > details > summary").click()
    cuts = seen.page.locator("[data-card=cuts]")
    assert "measured with net (1), this report has another (1)" in cuts.inner_text()
    assert cuts.locator(".reached.unheld").count() == 1


def test_a_page_without_a_card_has_no_section_of_it(opened):
    assert not opened.page.locator("#card").is_visible()


def test_a_chosen_event_is_looped(opened):
    opened.click_at("text_overlay", 0.8)
    opened.page.evaluate(NOTED_TIMES)
    opened.page.keyboard.press("r")
    opened.wait("times.some((t, i) => i && t > 0.49 && t < 0.7 && times[i - 1] > 0.8)")
    opened.page.keyboard.press("r")
    opened.page.keyboard.press("k")
    assert opened.page.get_attribute("#loop", "aria-pressed") == "false"


def test_l_goes_on_faster_with_every_press_and_k_stops(opened):
    opened.page.evaluate(ENDLESS)
    for label, rate in (("❚❚", 1), ("2×", 2), ("4×", 4)):
        opened.page.keyboard.press("l")
        opened.wait(f"!video.paused && video.playbackRate === {rate}")
        assert opened.text("#play") == label
    opened.page.keyboard.press("k")
    opened.wait("video.paused")
    assert opened.page.evaluate("video.playbackRate") == 1
    assert opened.text("#play") == "▶"


def test_j_goes_backwards_frame_by_frame_and_stops_at_the_first(opened):
    opened.seek_to(2.9)
    opened.page.evaluate(SEEN_FRAMES)
    opened.page.keyboard.press("j")
    assert opened.text("#play") == "−1×"
    opened.wait("went.length > 3")
    opened.page.keyboard.press("j")
    opened.page.keyboard.press("j")
    assert opened.text("#play") == "−4×"
    opened.wait("now_s < 0.001 && !isMoving() && !video.seeking")
    frames = opened.page.evaluate("went")
    assert frames == sorted(frames, reverse=True)
    assert len(set(frames)) == len(frames)
    assert opened.page.evaluate("went.every(k => Number.isInteger(k))")
    assert opened.text("#play") == "▶"
    assert opened.page.evaluate("video.paused")


def test_j_turns_into_l_and_back(opened):
    opened.page.evaluate(ENDLESS)
    opened.page.keyboard.press("j")
    assert opened.page.evaluate("speedNow()") == -1
    opened.page.keyboard.press("l")
    opened.wait("!video.paused && speedNow() === 1")
    opened.page.keyboard.press("j")
    assert opened.page.evaluate("speedNow()") == -1
    opened.page.keyboard.press(" ")
    assert opened.page.evaluate("speedNow()") == 0


def test_k_held_makes_j_and_l_one_frame(opened):
    at = opened.now_s
    opened.page.keyboard.down("k")
    for key, t in (("l", at + FRAME_S), ("l", at + 2 * FRAME_S), ("j", at + FRAME_S)):
        opened.page.keyboard.press(key)
        assert opened.now_s == pytest.approx(t, abs=0.002)
        assert opened.page.evaluate("isMoving()") is False
    opened.page.keyboard.up("k")
    opened.page.keyboard.press("l")
    opened.wait("!video.paused")


def test_a_second_and_both_ends_have_keys(opened):
    for key, t in (("Shift+ArrowRight", 2.5), ("Shift+ArrowLeft", 1.5), ("End", LENGTH_S - FRAME_S), ("Home", 0.0)):
        opened.page.keyboard.press(key)
        assert opened.now_s == pytest.approx(t, abs=0.002), key


def test_what_lies_between_two_marks_is_looped(opened):
    opened.seek_to(1.0)
    opened.page.keyboard.press("i")
    opened.seek_to(1.4)
    opened.page.keyboard.press("o")
    looped = opened.page.evaluate("[looped.s, looped.e]")
    assert looped == pytest.approx([1.0, 1.4 + FRAME_S], abs=0.002)
    opened.page.evaluate(NOTED_TIMES)
    opened.page.keyboard.press("l")
    opened.wait("times.some((t, i) => i && t > 0.99 && t < 1.2 && times[i - 1] > 1.3)")
    opened.page.keyboard.press("k")
    opened.seek_to(0.5)
    opened.page.keyboard.press("o")  # before the first mark, which gives way
    assert opened.page.evaluate("[looped.s, looped.e]") == pytest.approx([0.0, 0.5 + FRAME_S], abs=0.002)
    opened.page.keyboard.press("r")
    assert opened.page.evaluate("looped") is None


def test_backwards_stays_within_a_loop(opened):
    opened.page.evaluate("setLoop({ s: 1.0, e: 1.4 })")
    opened.seek_to(1.2)
    opened.page.evaluate(SEEN_FRAMES)
    opened.page.keyboard.press("j")
    opened.wait("went.some((k, i) => i && k > went[i - 1])")
    opened.page.keyboard.press("k")
    assert opened.page.evaluate("Math.min(...went) >= 30 && Math.max(...went) <= 42")


def test_the_time_is_copied_by_a_key(opened):
    opened.page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', { value: { writeText: async t => { window.copied = t; } } })"
    )
    opened.page.locator("#unit").click()
    opened.page.keyboard.press("c")
    opened.wait("window.copied === '00:00:01:15'")


def test_keys_are_letters_while_something_is_written(opened):
    opened.page.keyboard.press("/")
    opened.page.keyboard.type("jkl io rc")
    assert opened.page.input_value("#search") == "jkl io rc"
    assert opened.page.evaluate("isMoving()") is False
    assert opened.page.evaluate("looped") is None


def test_without_a_video_that_can_be_played_the_clock_runs_both_ways(seen):
    seen.open(page_data([made_lane("text_overlay", TEXTS)]), b"no video", "#t=1.5", is_ready=False)
    seen.wait("!isPlayable")
    seen.page.keyboard.press("l")
    seen.wait("now_s > 1.7")
    seen.page.keyboard.press("j")
    seen.wait("now_s < 1.4")
    seen.page.keyboard.press("k")
    assert seen.page.evaluate("isMoving()") is False


def test_the_keys_are_told_and_a_capcut_draft_is_called_an_experiment(seen, film):
    seen.open(page_data([], exports=["local-0.capcut.zip", "local-0.otio"]), film)
    seen.page.locator("#help summary").click()
    told = " ".join(seen.text("#help").split())
    for words in ("J K L back", "I O loop", "R loop", "C copy", "Home End"):
        assert words in told
    assert seen.text("#files").split("\n")[-2:] == ["capcut (experimental)", "otio"]
    seen.page.locator("#tongue").click()
    assert "capcut (experimentell)" in seen.text("#files")
    assert "Pos1 Ende" in seen.text("#help")


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


TERMS = ("structure", "colour", "letters", "motion", "envelope", "onsets")
WAY = {"score": 84.56, "terms": dict.fromkeys(TERMS, 80.0) | {"letters": None}, "seconds": [90.0, None, -12.0]}
REBUILT = {
    "status": "ok",
    "reason": None,
    "score": 84.56,
    "weights": dict.fromkeys(TERMS, 1 / 6),
    "ways": {
        "schematic": WAY | {"score": 63.2, "added": {"text_overlay": 1.5}, "film": "reconstruction/schematic.mp4"},
        "stills": WAY | {"added": {"text_overlay": 7.0, "cut_analysis": 34.7}, "film": "reconstruction/stills.mp4"},
    },
    "stills": [],
    "coverage": {"edit": 100.0},
    "drawn": [95.0, 94.9, 94.3, "2026-11-20"],
}


def test_the_rebuilt_film_is_shown_at_the_same_moment_and_the_original_again(seen, film):
    (seen.folder / "reconstruction").mkdir()
    (seen.folder / "reconstruction/stills.mp4").write_bytes(film)
    seen.open(page_data([made_lane("text_overlay", TEXTS)], rebuilt=REBUILT), film, "#t=1.5")
    seen.page.click("[data-way=stills]")
    seen.wait("video.currentSrc.endsWith('stills.mp4') && video.readyState >= 2 && !video.seeking")
    assert seen.now_s == pytest.approx(1.5, abs=0.001)
    seen.page.click("[data-way=original]")
    seen.wait("video.currentSrc.startsWith('blob:') && video.readyState >= 2 && !video.seeking")
    assert seen.now_s == pytest.approx(1.5, abs=0.001)


def test_where_the_rebuilt_film_is_missing_the_original_comes_back(seen, film):
    seen.open(page_data([made_lane("text_overlay", TEXTS)], rebuilt=REBUILT), film, "#t=0.5")
    seen.page.click("[data-way=schematic]")
    seen.wait("shownWay === 'original' && video.readyState >= 2 && !video.seeking")
    assert seen.now_s == pytest.approx(0.5, abs=0.001)
    seen.complaints.clear()  # the browser names the file that is not there


def test_what_was_rebuilt_is_told_with_its_terms_and_what_each_table_adds(seen, film):
    seen.open(page_data([made_lane("text_overlay", TEXTS)], rebuilt=REBUILT), film)
    assert "84.6 of 100" in seen.text("#rebuilt_told summary")
    seen.page.click("#rebuilt_told summary")
    told = seen.text("#rebuilt_told")
    assert told.index("Cut analysis") < told.index("Text overlay")  # what adds most comes first
    assert "34.7" in told
    assert "94.9" in told
    assert seen.page.evaluate("tellRebuilt(0.5)").startswith("Stills  90.0\nSchematic  90.0")
    assert "–" in seen.page.evaluate("tellRebuilt(1.5)")


def test_a_video_that_was_not_rebuilt_says_why_and_one_that_nobody_tried_nothing(seen, film):
    told = {"status": "failed", "reason": f"ValueError: {HOSTILE}", "score": None, "ways": {}, "coverage": {}}
    seen.open(page_data([], rebuilt=told | {"stills": [], "drawn": REBUILT["drawn"]}), film)
    assert "ValueError: </script>" in seen.text("#rebuilt_told")
    assert seen.page.locator("#ways").is_hidden()
    seen.open(page_data([], rebuilt=None), film)
    assert seen.page.locator("#rebuilt_told").is_hidden()
    assert seen.page.locator("#rebuilt").count() == 0
