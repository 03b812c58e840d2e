"""What is real is found again, and told apart from what is rendered to be confused."""

from pathlib import Path

from tests.truth.reuse import real_sounds, rendered_sounds, reuse_table

WANTED = ("vibe_ace.ogg", "crunching.mp3", "jfk", "cards_005.wav", "two_speakers_phone_30s.wav")


def test_sounds_are_found_again_and_never_in_others(shared: Path):
    real = {name: sound for name, sound in real_sounds(shared / "media").items() if name in WANTED}
    rendered = {name: sound for name, sound in rendered_sounds().items() if name in ("tune 0", "tune 1", "440 Hz")}
    *_, (_, found, false, _) = reuse_table(real | rendered).body
    assert found.startswith("**1.000")
    assert false.startswith("**0 of")
