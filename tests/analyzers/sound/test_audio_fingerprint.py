"""Landmarks on the videos' clock, small enough to keep, and the same after what happens to videos."""

from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest

from analyzers.contract import Audio
from analyzers.schema import Origin, to_table
from analyzers.sound.audio_fingerprint import Row, audio_fingerprint
from tests.inputs import empty_inputs, make_audio, make_spectrum
from tests.music import RATE, played


def both(mono: np.ndarray) -> Audio:
    return make_audio(np.stack([mono, mono], axis=1).astype(np.float32))


def rows_of(audio: Audio) -> list[Row]:
    rows = list(audio_fingerprint(make_spectrum(audio)))
    to_table(Row, rows, Origin("local-0", "audio_fingerprint", "measured", "test", None, None, [0.0]))
    return rows


def test_rows_are_stretches_of_ten_seconds_with_their_landmarks():
    rows = rows_of(both(played(1, 25)))
    assert [row.start_s for row in rows] == [0, 10, 20]
    assert rows[-1].end_s == pytest.approx(25, abs=0.02)
    for row in rows:
        assert row.n_landmarks == len(row.hashes) == len(row.times_s)
        assert row.start_s <= min(row.times_s) <= max(row.times_s) < row.start_s + 10


def test_the_landmarks_are_those_of_the_sound_not_of_its_place():
    tune = played(1, 12)
    here, later = rows_of(both(tune)), rows_of(both(np.concatenate([np.zeros(RATE), tune])))
    shared = {h for row in here for h in row.hashes} & {h for row in later for h in row.hashes}
    assert len(shared) > 0.8 * len({h for row in here for h in row.hashes})


def test_times_lie_on_the_videos_clock():
    audio = both(played(1, 8))
    plain, late, early = (rows_of(replace(audio, offset_s=offset_s)) for offset_s in (0.0, 0.5, -0.5))
    assert late[0].times_s[0] == pytest.approx(plain[0].times_s[0] + 0.5, abs=1e-5)
    assert min(time_s for row in early for time_s in row.times_s) >= 0


def test_a_minute_takes_less_than_200_kb(tmp_path):
    music = played(1, 60, note_s=0.1) + np.random.default_rng(0).normal(size=60 * RATE) * 0.05
    origin = Origin("local-0", "audio_fingerprint", "measured", "test", None, None, np.arange(1800) / 30)
    pq.write_table(to_table(Row, rows_of(both(music)), origin), tmp_path / "t.parquet", compression="zstd")
    assert (tmp_path / "t.parquet").stat().st_size < 200_000


@pytest.mark.parametrize(
    "sound", [np.zeros(5 * RATE), np.full(5 * RATE, 0.5), 0.5 * np.sin(np.arange(5 * RATE) * 0.1)],
    ids=["silence", "an offset", "a held tone"],
)  # fmt: skip
def test_what_has_no_moments_has_no_rows(sound: np.ndarray):
    assert rows_of(both(sound)) == []


def test_no_sound_no_rows():
    assert list(audio_fingerprint(empty_inputs()["spectrum"])) == []  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("samples", [1, 2, 479, 481, 19_000, 48_001])
@pytest.mark.parametrize("level", [0.0, 1e-7, 0.1, 3.0])
def test_the_odd_is_survived(samples: int, level: float):
    rows_of(both(np.random.default_rng(0).normal(size=samples) * level))
