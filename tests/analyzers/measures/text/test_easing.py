"""Ways that are gone by a known rule, seen through a little noise."""

import numpy as np
import pytest

from analyzers.measures.text.easing import easing_of
from resources.render.picture import eased

NAMES = {"linear": "linear", "in": "ease_in", "out": "ease_out", "smooth": "ease_in_out", "overshoot": "overshoot"}


def told(ease: str, fps: int = 30, seconds: float = 0.45, noise: float = 0.01):
    """A way of 0.4 widths that begins 0.2 s in and is watched for 0.3 s longer."""
    t_s = 0.2 + np.arange(round((seconds + 0.3) * fps)) / fps
    share = np.clip((t_s - 0.2) / seconds, 0, 1)
    gone = np.array([0.4 * eased(float(u), ease) for u in share])  # pyright: ignore[reportArgumentType]
    return easing_of(t_s, gone + 0.4 * noise * np.random.default_rng(0).normal(size=len(gone)), 0.4, 0.0125)


@pytest.mark.parametrize("fps", [24, 30, 60])
@pytest.mark.parametrize("ease", ["linear", "in", "out", "overshoot"])
def test_a_way_runs_as_it_was_made_to(ease, fps):
    assert told(ease, fps) == NAMES[ease]


def test_what_runs_by_no_rule_has_no_name():
    steps = np.repeat([0.0, 0.2, 0.1, 0.4, 0.4], 4)
    assert easing_of(np.arange(20) / 30, steps, 0.4, 0.0125) is None


@pytest.mark.parametrize("count", [0, 1, 4])
def test_a_few_moments_tell_no_curve(count):
    assert easing_of(np.arange(count) / 30, np.linspace(0, 1, count), 1.0, 0.05) is None
