"""Edges of speech, moved from a detector's windows to where sounds made here begin and end."""

import numpy as np
import pytest

from resources.voice_edges import moved
from tests.speech import RATE, noise, tone

FIRST, LAST = (1.0, 2.0), (2.7, 3.5)  # when somebody speaks


def said(level: float = 0.1, ground: float = 1e-3) -> np.ndarray:
    """Two buzzes over the noise of a room."""
    mono = noise(4.5, ground)
    for start_s, end_s in (FIRST, LAST):
        first = round(start_s * RATE)
        buzz = tone(150, end_s - start_s, level, 20)
        mono[first : first + len(buzz)] += buzz
    return mono


def heard(late_s: float, early_s: float = 0.0) -> np.ndarray:
    return np.array([(a - early_s, b + late_s) for a, b in (FIRST, LAST)])


@pytest.mark.parametrize("ground", [0, 1e-4, 1e-3, 1e-2])
@pytest.mark.parametrize(("late_s", "early_s"), [(0.0, 0.032), (0.1, 0.0), (0.2, 0.064), (-0.03, -0.05)])
def test_an_edge_moves_to_where_the_sound_is(ground: float, late_s: float, early_s: float):
    assert moved(heard(late_s, early_s), said(ground=ground)) == pytest.approx(np.array([FIRST, LAST]), abs=0.02)


def test_a_hissed_end_is_speech_too_below_the_hum_of_a_room():
    mono = said() + tone(50, 4.5, 0.05)
    hiss = np.diff(noise(0.15, 0.01), append=0)
    mono[round(2.0 * RATE) : round(2.15 * RATE)] += hiss.astype(np.float32)
    assert moved(heard(0.2), mono)[0, 1] == pytest.approx(2.15, abs=0.02)


def test_a_click_in_the_pause_is_none_of_it():
    mono = said()
    mono[round(2.1 * RATE)] += 0.5
    mono[round(2.6 * RATE)] += 0.5
    assert moved(heard(0.05), mono) == pytest.approx(np.array([FIRST, LAST]), abs=0.02)


def test_over_loud_noise_the_detectors_edges_stay():
    spans = heard(0.1, 0.032)
    assert np.array_equal(moved(spans, said(level=0.01, ground=0.1)), spans)
    assert np.array_equal(moved(spans, np.zeros(round(4.5 * RATE), np.float32)), spans)


def test_stretches_keep_their_order_and_some_length():
    rng = np.random.default_rng(3)
    for _ in range(50):
        spans = np.sort(rng.uniform(0, 4.5, 8)).reshape(-1, 2)
        edges = moved(spans, said(ground=rng.choice([0, 1e-3, 0.05]))).ravel()
        assert (np.diff(edges) >= 0).all()
        assert edges[0] >= 0
        assert edges[-1] <= 4.5


@pytest.mark.parametrize("samples", [0, 1, 79, 400])
def test_next_to_no_sound_does_no_harm(samples: int):
    spans = np.array([[0.0, samples / RATE]])
    assert np.array_equal(moved(spans, np.zeros(samples, np.float32)), spans)
    assert moved(spans[:0], np.zeros(samples, np.float32)).shape == (0, 2)
