"""Voices of real recordings, heard through the door like those of every video."""

from pathlib import Path

from tests.truth import talking
from tests.truth.speech import over_music_table, voices_table, wordless_table


def test_voices_are_found_where_people_labelled_them(shared: Path):
    table = voices_table(shared / "media")
    scores = {row[0]: float(row[-1]) for row in table.body}
    assert scores["**all segments**"] >= 0.95
    assert scores["**all**"] >= 0.94  # turns of speakers hold pauses that are none of speech


def test_music_below_them_does_not_hide_voices(shared: Path):
    table = over_music_table(shared / "media")
    assert min(float(cell) for row in table.body for cell in row[1:]) >= 0.85


def test_hardly_any_speech_is_claimed_in_music_and_noise(shared: Path):
    claimed = {row[1]: (float(row[3]), float(row[2])) for row in wordless_table(shared / "media").body}
    assert [what for what, (speech_s, length_s) in claimed.items() if speech_s > 0.05 * length_s] == []
    assert {what for what, (speech_s, _) in claimed.items() if speech_s} <= {"electronic jazz"}


def test_edges_of_speech_lie_where_people_labelled_them(shared: Path):
    within = {(row[0], row[1]): float(row[3]) for row in talking.edges_table(shared / "media").body}
    moved = [share for (_, what), share in within.items() if what == "moved to the sound"]
    assert moved == [1.0, 1.0]


def test_pauses_between_real_voices_are_as_long_as_they_are(shared: Path):
    rows = [row for row in talking.pauses_table(shared / "media").body if row[0] == "real voices, cut"]
    alone, moved = (sum(float(row[i]) for row in rows) / len(rows) for i in (3, 4))
    assert moved >= 0.85
    assert moved > alone + 0.2
