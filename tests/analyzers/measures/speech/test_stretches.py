"""Speech in stretches that a model takes: over short pauses together, never longer than asked for."""

import numpy as np

from analyzers.measures.speech.stretches import sound_of, stretches_s
from tests.speech import mono_audio

LIMITS = {"longest_s": 6.0, "shortest_s": 1.0, "pause_s": 0.5}


def test_short_pauses_part_nothing_and_long_ones_do():
    assert stretches_s([[0, 1], [1.3, 2.5], [4, 6]], **LIMITS) == [(0, 2.5), (4, 6)]


def test_what_is_too_short_is_left_out_and_what_is_too_long_is_parted_evenly():
    found = stretches_s([[0, 0.8], [3, 15]], **LIMITS)
    assert found == [(3, 9), (9, 15)]
    assert len(stretches_s([[3, 15.1]], **LIMITS)) == 3


def test_nothing_gives_nothing():
    assert stretches_s(np.zeros((0, 2)), **LIMITS) == []


def test_the_samples_of_a_span_are_those_of_the_videos_clock():
    audio = mono_audio(np.arange(16_000, dtype=np.float32), offset_s=1.0)
    assert sound_of(audio, 1.25, 1.5)[[0, -1]].tolist() == [4000, 7999]
    assert len(sound_of(audio, 0.0, 0.9)) == 0
    assert len(sound_of(audio, 0.9, 5.0)) == 16_000
