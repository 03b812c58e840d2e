"""The card of a report says which of the measured scores hold for it, and what nobody measured."""

import json
from typing import Any

import pytest

from tests.tiktok_assets.page.pages import RAN
from tiktok_assets.page.card import read_card, section
from tiktok_assets.page.html import in_script

CUTS = {
    "version": 2, "model": "net", "revision": "net 1.0", "is_fallback": False,
    "fallback": {"model": "rules", "revision": "rules 0.7"}, "reached": 1, "fallback_reached": 0,
    "checks": [
        {"metric": "cuts", "sense": "at least", "target": 0.98, "unit": "", "values": [1.0, 0.991234, 1.0],
         "held": [True] * 3, "fallback": [1.0, "not found", None], "fallback_held": [True, False, False]},
    ],
}  # fmt: skip
SOUND = {
    "version": 1, "model": None, "revision": None, "is_fallback": False, "fallback": None, "reached": 0,
    "fallback_reached": None,
    "checks": [
        {"metric": "loudness", "sense": "at most", "target": 0.5, "unit": "LU", "values": [0.7], "held": [False],
         "fallback": [], "fallback_held": []},
    ],
}  # fmt: skip
TABLES = [
    {"title": "Cuts of real videos", "analyzers": ["cuts"], "notes": [], "head": ["file", "ours", ""],
     "body": [["a.mp4", "3 of 3", "missed"], ["**F1**", "**1.000**", ""]]},
    {"title": "Faces on paths", "analyzers": ["faces", "details"], "notes": [], "head": ["score", "CRF 18"],
     "body": [["found", "0.95"], ["tracks", "7"]]},
    {"title": "Faces of real videos", "analyzers": ["faces"], "notes": [], "head": ["what", "true"],
     "body": [["people", "3"]]},
]  # fmt: skip
CARD = {
    "date": "2026-11-21", "crfs": [18, 28, 35], "analyzers": {"cuts": CUTS, "sound": SOUND}, "real": TABLES,
    "versions": {"cuts": 2, "sound": 1, "faces": 2, "details": 2},
}  # fmt: skip


def facts(**other: Any) -> dict[str, Any]:
    return RAN | {"version": 2, "model": "net", "model_revision": "net 1.0"} | other


def told(name: str = "cuts", card: dict[str, Any] = CARD, **other: Any) -> dict[str, Any]:
    (one,) = section({name: facts(**other)}, card)["scored"]
    return one


def kinds(one: dict[str, Any]) -> list[str]:
    return [mark[0] for mark in one["marks"]]


def test_what_was_measured_as_it_ran_here_holds_without_a_word():
    one = told()
    assert (one["holds"], one["marks"], one["reached"]) == ("own", [], 1)
    assert one["model"] == "net (net 1.0)"
    assert one["checks"] == [["cuts", "≥", 0.98, "", [1.0, 0.9912, 1.0], [], [1.0, "not found", None], [1, 2]]]


def test_another_version_is_said():
    one = told(version=3)
    assert one["marks"] == [["version", 2, 3]]
    assert one["holds"] == "own"


def test_another_model_is_said_and_no_score_holds():
    one = told(model="better", model_revision="5")
    assert one["marks"] == [["model", "net (net 1.0)", "better (5)"]]
    assert one["holds"] == "none"


def test_another_revision_of_the_same_model_is_said():
    one = told(model_revision="net 1.1")
    assert one["marks"] == [["model", "net (net 1.0)", "net (net 1.1)"]]


def test_a_report_made_with_the_fallback_is_held_to_the_fallbacks_scores():
    one = told(status="degraded", model="rules", model_revision="rules 0.7")
    assert (one["holds"], one["reached"], kinds(one)) == ("fallback", 0, ["ran_as_fallback"])
    again = told(status="degraded", model="rules", model_revision="rules 0.8")
    assert again["marks"][0] == ["model", "rules (rules 0.7)", "rules (rules 0.8)"]


def test_an_analyzer_that_was_measured_as_its_fallback_says_so():
    card = CARD | {"analyzers": {"cuts": CUTS | {"is_fallback": True, "fallback": None}}}
    one = told(card=card, status="degraded")
    assert (one["holds"], kinds(one)) == ("own", ["is_fallback"])
    assert one["fallback"] is None


def test_one_that_read_a_fallbacks_results_says_so():
    one = told("sound", version=1, model=None, model_revision=None, status="degraded")
    assert (one["holds"], kinds(one)) == ("own", ["fed_by_fallback"])


def test_one_that_did_not_run_says_only_that():
    for status in ("skipped", "failed"):
        assert kinds(told(status=status, model=None, model_revision=None, version=9)) == ["not_run"]


def test_a_score_below_its_target_is_named_by_its_place():
    (check,) = told("sound", version=1, model=None, model_revision=None)["checks"]
    assert check == ["loudness", "≤", 0.5, "LU", [0.7], [0]]


def test_tables_of_real_media_stand_with_their_sums_where_they_belong():
    found = section({"cuts": facts(), "faces": facts(), "details": facts()}, CARD)["real"]
    assert found["cuts"]["figures"] == [["Cuts of real videos", "F1, ours 1.000"]]
    assert found["faces"]["figures"] == [["Faces on paths", "found, CRF 18 0.95"], ["Faces of real videos", ""]]
    assert found["details"]["figures"] == [["Faces on paths", "found, CRF 18 0.95"]]


def test_beside_figures_of_real_media_stands_who_answered_in_this_report():
    def marked(**other: Any) -> list[list[Any]]:
        return section({"faces": facts(**other)}, CARD)["real"]["faces"]["marks"]

    assert marked() == [["here", "net"]]
    assert marked(status="degraded", model="rules") == [["here", "rules"], ["ran_as_fallback"]]
    assert marked(status="degraded", model=None) == [["fed_by_fallback"]]
    assert marked(version=3, model=None) == [["version", 2, 3]]
    assert marked(status="skipped", version=3) == [["not_run"]]


def test_what_nobody_measured_is_listed():
    made = section({"cuts": facts(), "faces": facts(), "poetry": facts()}, CARD)
    assert made["unmeasured"] == ["poetry"]
    assert [one["name"] for one in made["scored"]] == ["cuts"]


def test_a_value_that_is_lowered_turns_the_mark():
    lower = json.loads(json.dumps(CARD))
    check = lower["analyzers"]["cuts"]["checks"][0]
    check["values"][2], check["held"][2] = 0.5, False
    lower["analyzers"]["cuts"]["reached"] = 0
    before, after = told(), told(card=lower)
    assert (before["checks"][0][5], after["checks"][0][5]) == ([], [2])
    assert (before["reached"], after["reached"]) == (1, 0)


def test_the_shipped_card_is_small_in_a_page_and_holds_every_value_that_json_can_hold():
    card = read_card()
    fared = {name: facts(**found) for name, found in card["analyzers"].items()}
    fared |= {name: facts() for table in card["real"] for name in table["analyzers"] if name not in fared}
    made = section(fared, card)
    assert len(in_script(made).encode()) < 25_000
    assert all(one["holds"] == "own" for one in made["scored"])


@pytest.mark.parametrize("name", ["date", "crfs", "analyzers", "level_a", "real", "clips", "minutes"])
def test_the_shipped_card_says_when_and_on_what_it_was_measured(name: str):
    assert read_card()[name]
