"""The analyzers reach their targets on the quick part of the ground truth; `make accuracy` runs all of it."""

import pytest

from analyzers.contract import REGISTRY
from tests.truth.cases import CLIPS
from tests.truth.checks import CHECKS, Check
from tests.truth.collect import Collected, score
from tests.truth.conftest import QUICK, QUICK_CRF

COVERED = [check for check in CHECKS if set(check.clips) & set(QUICK)]


@pytest.mark.parametrize("check", COVERED, ids=lambda check: f"{check.analyzer}: {check.metric}")
def test_the_score_reaches_its_target(check: Check, collected: Collected):
    value = score(check, collected, QUICK_CRF)
    assert value is not None
    assert check.passes(value), f"{value:g} {check.unit}, not {check.sense} {check.target:g}"


def test_every_check_names_clips_that_exist_and_an_analyzer_that_exists():
    assert {clip for check in CHECKS for clip in check.clips} <= set(CLIPS)
    assert {check.analyzer for check in CHECKS} <= set(REGISTRY)


def test_every_clip_is_asked_about():
    assert set(CLIPS) == {clip for check in CHECKS for clip in check.clips}


def test_every_analyzer_is_also_asked_about_the_absence_of_its_thing():
    assert {check.analyzer for check in CHECKS if check.sense == "at most" and check.target == 0} >= {
        "cut_analysis", "audio_analysis", "text_overlay", "pacing_curve"
    }  # fmt: skip
