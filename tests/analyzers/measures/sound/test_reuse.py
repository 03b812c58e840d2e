"""A recording is found again whatever was done to it short of another speed, and nothing else is."""

from itertools import combinations

import numpy as np
import pytest

from analyzers.measures.sound import reuse
from analyzers.measures.sound.landmarks import HASH_BITS, Landmarks, find_landmarks
from analyzers.measures.sound.reuse import Reuse, build_index, find_reuse
from tests.inputs import make_audio, make_spectrum
from tests.music import RATE, Sound, chords, drums, noisy, played, recoded


def landmarks(mono: Sound) -> Landmarks:
    stereo = np.repeat(np.asarray(mono, np.float32)[:, None], 2, axis=1)
    return find_landmarks(make_spectrum(make_audio(stereo)))


def found_in(sound: Sound, others: list[Sound]) -> list[Reuse]:
    return find_reuse(landmarks(sound), build_index([landmarks(other) for other in others]))


@pytest.mark.parametrize(("codec", "bit_rate"), [("aac", 64_000), ("libmp3lame", 64_000)])
@pytest.mark.parametrize("seed", [1, 2])
def test_recoded_shifted_and_in_noise_it_is_found(codec: str, bit_rate: int, seed: int):
    tune = played(seed, 12)
    late = np.concatenate([np.zeros(3 * RATE), tune])
    (match,) = found_in(recoded(noisy(late, 10, seed), codec, bit_rate), [played(8, 12), tune, played(9, 12)])
    assert match.other == 1
    assert match.other_start_s - match.start_s == pytest.approx(-3, abs=0.05)
    assert match.end_s - match.start_s > 10


def test_another_volume_is_the_same_sound():
    tune = played(3, 10)
    (match,) = found_in(tune * 0.03, [tune])
    assert match.score > 0.9


def test_a_stretch_amid_other_music_has_its_borders():
    tune = played(4, 8)
    (match,) = found_in(np.concatenate([played(5, 6), tune, played(6, 6)]), [tune])
    assert (match.start_s, match.end_s) == pytest.approx((6, 14), abs=0.8)
    assert match.other_start_s == pytest.approx(match.start_s - 6, abs=0.03)


def test_a_loop_is_found_though_it_fits_at_every_turn():
    loop = np.tile(drums(1, 4), 4)
    assert [match.other for match in found_in(loop, [drums(2, 16), loop])][:1] == [1]


def test_tunes_of_one_synthesizer_in_one_key_and_tempo_are_not_the_same():
    tunes = [played(seed, 15) for seed in range(6)] + [chords(seed, 15) for seed in range(6)]
    index = build_index([landmarks(tune) for tune in tunes])
    assert [find_reuse(index.sounds[a], index, before=a) for a in range(len(tunes))] == [[]] * len(tunes)


def test_drums_noise_tones_and_silence_have_nothing_in_common():
    t = np.arange(10 * RATE) / RATE
    rng = np.random.default_rng(0)
    sounds = [drums(seed, 10) for seed in range(4)] + [rng.normal(size=len(t)) * 0.1 for _ in range(3)]
    sounds += [0.5 * np.sin(2 * np.pi * hz * t) for hz in (220, 440, 1000)] * 2 + [np.zeros(len(t))] * 2
    marks = [landmarks(sound) for sound in sounds]
    assert [len(m.hashes) for m in marks[-8:]] == [0] * 8  # a held tone and silence have no landmarks
    for a, b in combinations(marks, 2):
        assert find_reuse(a, build_index([b])) == []


def test_hashes_fit_their_bits_and_lie_in_order_of_time():
    marks = landmarks(played(1, 5))
    assert len(marks.hashes) > 100
    assert marks.hashes.min() >= 0
    assert marks.hashes.max() < 2**HASH_BITS
    assert (np.diff(marks.t_s) >= 0).all()


def test_a_long_sound_has_the_landmarks_of_its_parts():
    """It is read in slices of ten seconds: nothing is lost or added at their borders."""
    tune = played(1, 25)
    cut = landmarks(tune[3 * RATE :])
    assert found_in(tune, [tune[3 * RATE :]])[0].score > 0.95
    assert len(cut.hashes) == pytest.approx(len(landmarks(tune).hashes) * 22 / 25, rel=0.05)


def test_of_a_crowd_with_one_sound_only_so_much_is_read(monkeypatch: pytest.MonkeyPatch):
    marks = landmarks(played(1, 10))
    index = build_index([marks] * 50)
    monkeypatch.setattr(reuse, "MOST_READ", 20_000)
    monkeypatch.setattr(reuse, "MOST_MATCHES", 10)
    found = find_reuse(marks, index, before=40)
    assert len(found) == 10
    assert {match.other for match in found} <= set(range(40))


def test_nothing_matches_nothing():
    empty = Landmarks(np.zeros(0, np.float32), np.zeros(0, np.int32))
    assert find_reuse(empty, build_index([])) == []
    assert find_reuse(landmarks(played(1, 3)), build_index([empty])) == []
