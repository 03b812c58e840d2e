"""The accuracy card says what was scored, and does not hide what falls short."""

from math import inf

from tests.truth.accuracy import Scored, card, number
from tests.truth.checks import CHECKS
from tests.truth.real import Table

PERFECT = {"at least": 1.0, "at most": 0.0}


def test_every_score_stands_in_the_card_and_what_falls_short_is_marked():
    scored = [Scored(check, (PERFECT[check.sense],) * 3, None) for check in CHECKS[1:]]
    short = Scored(CHECKS[0], (1.0, 0.5, 0.97), 0.4)
    text = card([short, *scored], [Table("Real things", ("a", "b"), (("1", "x|y"),))], 60)
    assert all(check.metric in text for check in CHECKS)
    assert text.count("below target") == 1
    assert f"{len(CHECKS) - 1} of {len(CHECKS)} scores" in text
    assert "| 0.5 | 0.97 | 0.4 | below target |" in text
    assert "x\\|y" in text


def test_what_was_not_found_is_no_number():
    assert number(inf, CHECKS[0]) == "not found"
    assert number(None, CHECKS[0]) == "–"
    assert number(0.98, CHECKS[0]) == "0.98"
