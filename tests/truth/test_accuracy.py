"""The accuracy card says what was scored, and does not hide what falls short."""

import json
from dataclasses import replace
from math import inf, isinf
from pathlib import Path

import numpy as np
import pytest

from analyzers.contract import REGISTRY
from resources import models
from tests.truth import collect, level_a
from tests.truth.accuracy import DOCUMENT, scored_check
from tests.truth.belonging import BELONGS, belongs
from tests.truth.card import NOT_FOUND, Scored, as_json, as_markdown, card_of, number
from tests.truth.cases import CRFS
from tests.truth.checks import CHECKS, Check
from tests.truth.collect import fallbacks
from tests.truth.real import Table
from tests.truth.scores import Found
from tiktok_assets.page.card import CARD, read_card

PERFECT = {"at least": 1.0, "at most": 0.0}
WORST = {"at least": 0.0, "at most": inf}
FALLBACK = models.catalogue()["pyscenedetect_adaptive"]
REAL = Table("Texts of real pictures", ("a", "b"), (("1", "x|y"),), ("A note.",))
ABOUT = {"date": "2026-11-21", "clips": 3, "minutes": 1.0}


def perfect(check: Check) -> Scored:
    fallback = (PERFECT[check.sense],) * 3 if check.analyzer == "cut_analysis" else ()
    return Scored(check, (PERFECT[check.sense],) * 3, fallback)


def made(*other: Scored, tables: tuple[Table, ...] = ()) -> dict:
    """All is perfect but what is given."""
    given = {s.check: s for s in other}
    scored = [given.get(check, perfect(check)) for check in CHECKS]
    return card_of(scored, tables, {"cut_analysis": FALLBACK}, **ABOUT)


def check_of(card: dict, check: Check) -> dict:
    return next(c for c in card["analyzers"][check.analyzer]["checks"] if c["metric"] == check.metric)


def test_every_score_stands_in_the_card_and_what_falls_short_is_marked():
    card = made(Scored(CHECKS[0], (1.0, 0.5, 0.99), (1.0, 1.0, 1.0)), tables=(REAL,))
    text = as_markdown(card)
    assert all(check.metric in text for check in CHECKS)
    assert text.count("below target") == 1
    assert f"{len(CHECKS) - 1} of {len(CHECKS)} scores" in text
    assert "| at least 0.98 | 1 | 0.5 | 0.99 | 1 | 1 | 1 | below target |" in text
    assert "x\\|y" in text
    assert check_of(card, CHECKS[0])["held"] == [True, False, True]


def test_a_value_that_crosses_its_target_turns_the_mark():
    for value, is_held in ((0.98, True), (0.9799, False)):
        card = made(Scored(CHECKS[0], (1.0, 1.0, value), (1.0,) * 3))
        assert check_of(card, CHECKS[0])["held"] == [True, True, is_held]
        assert ("below target" in as_markdown(card)) is not is_held
        n_checks = sum(check.analyzer == "cut_analysis" for check in CHECKS)
        assert card["analyzers"]["cut_analysis"]["reached"] == n_checks - (not is_held)


def test_a_fallback_that_falls_short_is_told_apart():
    card = made(Scored(CHECKS[0], (1.0,) * 3, (1.0, 1.0, 0.5)))
    told = card["analyzers"]["cut_analysis"]
    assert told["fallback"] == {"model": FALLBACK.name, "revision": FALLBACK.revision}
    assert told["fallback_reached"] == told["reached"] - 1
    text = as_markdown(card)
    assert "| 1 | 1 | 1 | 1 | 1 | 0.5 | fallback below target |" in text
    assert "fallback, CRF 35" in text
    assert card["analyzers"]["camera_analysis"]["fallback"] is None


def test_what_nobody_scored_with_the_fallback_is_not_counted_as_reached():
    card = made(Scored(CHECKS[0], (1.0,) * 3))
    told = card["analyzers"]["cut_analysis"]
    assert told["fallback_reached"] == told["reached"] - 1
    assert "| 1 | 1 | 1 | – | – | – |" in as_markdown(card)


def test_an_analyzer_that_has_nothing_but_its_fallback_says_so():
    card = made()
    assert card["analyzers"]["product_detection"]["is_fallback"]
    assert not card["analyzers"]["cut_analysis"]["is_fallback"]
    section = as_markdown(card).split("## product_detection")[1].split("## ")[0]
    assert "This is the fallback" in section


def test_the_card_survives_being_written(tmp_path: Path):
    values = (np.float64(1.0), None, inf)
    card = made(Scored(CHECKS[0], values, (0.1234567, 1.0, 1.0)), tables=(REAL,))
    path = tmp_path / "card.json"
    path.write_text(as_json(card))
    again = json.loads(path.read_text())
    assert as_markdown(again) == as_markdown(card)
    assert check_of(again, CHECKS[0])["values"] == [1.0, None, NOT_FOUND]
    assert check_of(again, CHECKS[0])["fallback"][0] == 0.123457
    assert again["real"][0]["analyzers"] == ["text_overlay"]


def test_what_was_not_found_is_no_number():
    assert number(NOT_FOUND) == "not found"
    assert number(None) == "–"
    assert number(0.98) == "0.98"
    assert number(0.25, "s") == "0.25 s"


# What stands in


def test_whoever_has_a_fallback_without_a_download_is_scored_with_it():
    found = {name: model.name for name, model in fallbacks().items()}
    assert found["cut_analysis"] == "pyscenedetect_adaptive"
    assert found.keys() <= {check.analyzer for check in CHECKS}
    assert all(model.is_fallback and model.is_carried for model in fallbacks().values())
    assert all(models.catalogue()[name].role == REGISTRY[analyzer].role for analyzer, name in found.items())


def test_the_stand_ins_rows_are_kept_apart():
    clip = "flash"
    check = next(check for check in CHECKS if check.metric == "false cuts: flash")
    ours, theirs = collect.collect([clip], (28,), {"cut_analysis": FALLBACK})
    assert {name for name, *_ in theirs} == {"cut_analysis"}
    assert set(theirs) < set(ours)
    bent = theirs | {key: replace(found, rows=[*found.rows, a_cut(found)]) for key, found in theirs.items()}
    scored = scored_check(check, ours, bent)
    assert scored.values[1] == 0
    assert scored.fallback[1] == 1


def a_cut(found: Found):
    return replace(found.rows[0], level="cut")


def test_no_fallback_is_a_score_of_nothing():
    check = CHECKS[0]
    assert scored_check(check, {}, {}) == Scored(check, (None,) * len(CRFS), ())


# Level A


def test_all_without_error_is_a_hundred_and_nothing_found_is_nothing():
    for values, mean in ((PERFECT, 100.0), (WORST, 0.0)):
        card = made(*(Scored(check, (values[check.sense],) * 3) for check in CHECKS))
        assert card["level_a"]["of_100"] == [mean] * 3


def test_the_terms_of_the_plan_are_all_there_with_their_weights():
    score = made()["level_a"]
    assert sum(line["weight"] for line in score["terms"]) == pytest.approx(11)
    weights: dict[str, float] = {}
    for line in score["terms"]:
        weights[line["term"]] = weights.get(line["term"], 0) + line["weight"]
    assert weights == {term.says: pytest.approx(term.weight) for term in level_a.TERMS}
    known = {(check.analyzer, check.metric) for check in CHECKS}
    assert {(term.analyzer, metric) for term in level_a.TERMS for metric in term.metrics} <= known


def test_what_is_not_measured_stays_in_the_list_and_out_of_the_mean():
    score = made()["level_a"]
    unknown = [line for line in score["terms"] if not line["shares"]]
    assert {line["term"] for line in unknown} == {"words, WER", "words, error of their starts"}
    assert all(line["reason"] for line in unknown)
    assert score["weight_measured"] == pytest.approx(score["weight"] - 2)
    assert "no weights of a model that writes speech down" in as_markdown(made())


def test_an_error_lowers_its_own_term_at_its_own_quality():
    check = next(check for check in CHECKS if check.metric == "palette, worst ΔE00")
    score = made(Scored(check, (0.0, 5.0, inf)))["level_a"]
    (line,) = [line for line in score["terms"] if line["term"] == "palette"]
    assert line["shares"] == [1.0, 0.5, 0.0]
    assert score["of_100"] == pytest.approx([100, 100 * 8.5 / 9, 100 * 8 / 9], abs=0.1)


# The card that is shipped


def test_the_shipped_card_knows_every_analyzer_of_the_suite_and_the_document_is_made_of_it():
    card = read_card()
    assert set(card["analyzers"]) >= {check.analyzer for check in CHECKS}
    assert DOCUMENT.read_text(encoding="utf-8") == as_markdown(card)
    assert CARD.read_text(encoding="utf-8") == as_json(card)


def test_its_marks_are_those_of_its_values():
    checks = {(check.analyzer, check.metric): check for check in CHECKS}
    for name, found in read_card()["analyzers"].items():
        for told in found["checks"]:
            check = checks.get((name, told["metric"]))
            if check is None:  # asked where a font with emoji is installed
                continue
            assert (told["target"], told["sense"]) == (check.target, check.sense)
            values = [inf if value == NOT_FOUND else value for value in told["values"]]
            assert told["held"] == [value is not None and not isinf(value) and check.passes(value) for value in values]


def test_every_table_of_real_media_belongs_to_an_analyzer():
    """Or to what is made of the whole corpus, or of a whole report."""
    assert [table["title"] for table in read_card()["real"] if not belongs(table["title"])] == []
    assert {name for names in BELONGS.values() for name in names} <= {*REGISTRY, "trend_analysis", "reconstruction"}
    assert belongs("Pitch of rendered voices, 65 to 494 Hz") == belongs("Pitch of rendered voices") != ()
    assert belongs("A table that nobody knows") == ()
