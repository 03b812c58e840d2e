"""What is said of rendered and of real sound, at the figures that are promised."""

from pathlib import Path

import pytest

from tests.truth.sound import can_speak, effects_table, events_table, kinds_table, models, noise_table, rooms_table


def test_kinds_of_rendered_sound_are_told_apart():
    table = kinds_table(models(None))
    assert float(table.body[-1][-1].strip("*")) >= 0.95


def test_reverberation_is_within_a_quarter_of_the_rooms_where_it_is_told():
    true = (0.3, 0.3, 0.8, 0.8, 1.5, 1.5)
    cells = [(cell, seconds) for row in rooms_table().body[:-1] for cell, seconds in zip(row[2:], true, strict=True)]
    told = [abs(float(cell) / seconds - 1) for cell, seconds in cells if cell != "none"]
    assert len(told) >= 0.9 * len(cells)
    assert max(told) <= 0.25


def test_speech_over_noise_is_within_two_decibels():
    if not can_speak():
        pytest.skip("espeak-ng is not installed: apt install espeak-ng")
    table = noise_table()
    true = [float(cell.removesuffix(" dB")) for cell in table.head[1:]]
    for row in table.body[:-1]:
        assert [float(cell) for cell in row[1:]] == pytest.approx(true, abs=2), row[0]


def test_nine_in_ten_effects_are_found_as_what_they_are_and_none_made_up():
    scores = {row[0]: (float(row[-2]), int(row[-1])) for row in effects_table().body}
    assert all(share >= 0.9 for bed, (share, _) in scores.items() if bed != "speech")
    assert sum(false for _, false in scores.values()) == 0


def test_sounds_of_real_recordings_have_their_names(shared: Path):
    playing = models(shared / "media")
    if "YAMNet" not in playing:
        pytest.skip("yamnet.tflite is not here")
    told = {row[0]: row[3] for row in events_table(shared / "media", playing["YAMNet"]).body[:-1]}
    assert told
    assert set(told.values()) == {"yes"}
