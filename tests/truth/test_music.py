"""Music is measured as the EBU and the render say."""

from pathlib import Path

from tests.truth.music import keys_table, loudness_table


def test_the_ebus_signals_have_their_loudness_range_and_peak():
    for name, what, _, _, error, _ in loudness_table().body:
        allowed = 0.1 if what.startswith("integrated") else 0.5
        assert abs(float(error)) <= allowed, name


def test_cadences_have_their_keys():
    assert {right for _, right, _ in keys_table().body} == {"24 of 24"}


def test_the_real_music_has_its_tempo_and_beats(shared: Path):
    from tests.truth.music import beats_table

    body = {row[0]: row for row in beats_table(shared / "media").body}
    assert body["clicks"][1:] == ("9 of 9", "9 of 9", "1.000")
    assert body["kick_120bpm.mp3"][1] == "1 of 1"
    assert float(body["kick_120bpm.mp3"][-1]) >= 0.85
    assert int(body["drums"][2].split()[0]) >= 8
