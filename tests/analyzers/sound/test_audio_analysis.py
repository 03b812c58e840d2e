"""Sounds made in the test: clicks, chords, noise and silence, whose answers are known."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from analyzers.contract import Audio
from analyzers.measures.sound.sections import find_sections
from analyzers.measures.sound.tonality import TONICS
from analyzers.schema import Origin, to_table
from analyzers.sound.audio_analysis import Row, audio_analysis
from tests.inputs import empty_inputs, make_audio, make_spectrum

RATE = 48_000
TOLERANCE_S = 0.07  # MIREX's window for beats


def seconds(duration_s: float) -> np.ndarray:
    return np.arange(round(duration_s * RATE)) / RATE


def sine(hz: float, duration_s: float, peak: float = 0.5) -> np.ndarray:
    return peak * np.sin(2 * np.pi * hz * seconds(duration_s))


def noise(duration_s: float, level: float = 0.1, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=round(duration_s * RATE)) * level


def beats_at(bpm: float, duration_s: float, first_s: float = 0.25) -> np.ndarray:
    return np.arange(first_s, duration_s - 0.1, 60 / bpm)


def clicks(times_s: np.ndarray, duration_s: float, peaks: np.ndarray | float = 0.5) -> np.ndarray:
    sound = np.zeros(round(duration_s * RATE))
    click = np.exp(-seconds(0.025) / 0.005) * np.sin(2 * np.pi * 1000 * seconds(0.025))
    for time_s, peak in zip(times_s, np.broadcast_to(peaks, times_s.shape), strict=True):
        start = round(time_s * RATE)
        sound[start : start + len(click)] += peak * click
    return sound


def drums(bpm: float, duration_s: float, seed: int = 1) -> np.ndarray:
    """Kick, snare and hi-hats in eighths."""
    rng = np.random.default_rng(seed)
    sound = rng.normal(size=round(duration_s * RATE)) * 0.002
    t = seconds(0.15)
    kick = 0.8 * np.sin(2 * np.pi * (50 * t + 1.3 * (1 - np.exp(-t / 0.03)))) * np.exp(-t / 0.05)
    for beat, time_s in enumerate(np.arange(0, duration_s - 0.5, 60 / bpm)):
        snare = rng.normal(size=len(t)) * 0.3 * np.exp(-t / 0.03)
        hats = [rng.normal(size=len(t)) * 0.1 * np.exp(-t / 0.012) for _ in range(2)]
        for late_s, stroke in ((0, kick if beat % 2 == 0 else snare), (0, hats[0]), (30 / bpm, hats[1])):
            start = round((time_s + late_s) * RATE)
            sound[start : start + len(stroke)] += stroke[: len(sound) - start]
    return sound


def notes(chords: list[tuple[int, ...]], each_s: float = 0.6, harmonics: int = 4) -> np.ndarray:
    """Chords of MIDI notes, one after the other."""
    t = seconds(each_s)
    fade = np.minimum(1, np.minimum(t / 0.01, (each_s - t) / 0.05))
    played = []
    for chord in chords:
        tones = [440 * 2 ** ((note - 69) / 12) * n for note in chord for n in range(1, harmonics + 1)]
        weights = [1 / n for _ in chord for n in range(1, harmonics + 1)]
        played.append(fade * 0.1 * sum(w * np.sin(2 * np.pi * hz * t) for hz, w in zip(tones, weights, strict=True)))
    return np.concatenate(played)


def both(left: np.ndarray, right: np.ndarray | None = None) -> Audio:
    return make_audio(np.stack([left, left if right is None else right], axis=1).astype(np.float32))


def load(path: Path) -> Audio:
    resampler = av.AudioResampler("fltp", "stereo", RATE)
    with av.open(str(path)) as file:
        pieces = [piece.to_ndarray() for frame in file.decode(audio=0) for piece in resampler.resample(frame)]
    return make_audio(np.ascontiguousarray(np.concatenate(pieces, axis=1).T))


def analyse(audio: Audio) -> list[Row]:
    """Rows that also fit their table."""
    rows = list(audio_analysis(audio, make_spectrum(audio)))
    to_table(Row, rows, Origin("local-0", "audio_analysis", "measured", "test", None, None, [0.0]))
    return rows


def of(rows: list[Row], kind: str) -> list[Row]:
    return [row for row in rows if row.kind == kind]


def f1(found_s: list[float], true_s: np.ndarray) -> float:
    """Share of beats found and right, each counted once."""
    left = list(found_s)
    hits = 0
    for time_s in true_s:
        near = [t for t in left if abs(t - time_s) <= TOLERANCE_S]
        if near:
            left.remove(min(near, key=lambda t: abs(t - time_s)))
            hits += 1
    return 2 * hits / (len(found_s) + len(true_s))


# Tempo and beats


@pytest.mark.parametrize("bpm", [60, 75, 88.5, 97, 110, 120, 128, 141, 163, 174, 180])
def test_clicks_are_counted(bpm: float) -> None:
    rows = analyse(both(clicks(beats_at(bpm, 12), 12)))
    assert rows[0].tempo_bpm == pytest.approx(bpm, rel=0.01)
    beats_s = [row.start_s for row in of(rows, "beat")]
    assert f1(beats_s, beats_at(bpm, 12)) >= 0.95
    assert np.median([min(abs(t - b) for b in beats_s) for t in beats_at(bpm, 12)]) < 0.005


@pytest.mark.parametrize("bpm", [90, 100, 124, 140])
def test_the_beat_of_drums_is_not_its_double(bpm: float) -> None:
    rows = analyse(both(drums(bpm, 15)))
    assert rows[0].tempo_bpm == pytest.approx(bpm, rel=0.01)
    assert f1([row.start_s for row in of(rows, "beat")], np.arange(0, 14.5, 60 / bpm)) >= 0.9


def test_players_who_waver_still_keep_a_tempo() -> None:
    times_s = beats_at(100, 15) + np.random.default_rng(2).normal(size=len(beats_at(100, 15))) * 0.015
    rows = analyse(both(clicks(times_s, 15)))
    assert rows[0].tempo_bpm == pytest.approx(100, rel=0.02)
    assert f1([row.start_s for row in of(rows, "beat")], times_s) >= 0.95


def test_what_has_no_pulse_gets_no_tempo() -> None:
    rng = np.random.default_rng(5)
    any_time = np.cumsum(rng.exponential(0.4, 40))
    without = {
        "noise": noise(12),
        "rumble": np.cumsum(noise(12)) * 0.002,
        "tone": sine(440, 12),
        "clicks at any time": clicks(any_time[any_time < 11.8], 12),
        "two clicks": clicks(np.array([3.0, 7.0]), 12),
        "silence": np.zeros(12 * RATE),
    }
    for name, sound in without.items():
        rows = analyse(both(sound))
        assert rows[0].tempo_bpm is None, name
        assert rows[0].pulse_clarity is None, name
        assert not of(rows, "beat"), name


def test_beats_begin_with_the_music() -> None:
    rows = analyse(both(np.concatenate([noise(12, 0.01), drums(128, 12)])))
    assert rows[0].tempo_bpm == pytest.approx(128, rel=0.01)
    assert 11.9 < of(rows, "beat")[0].start_s < 12.6


@pytest.mark.parametrize("meter", [3, 4])
def test_accents_make_bars(meter: int) -> None:
    times_s = beats_at(120, 14)
    first = 1
    loud = np.arange(len(times_s)) % meter == first
    rows = of(analyse(both(clicks(times_s, 14, np.where(loud, 0.8, 0.3)))), "beat")
    assert len(rows) == len(times_s)
    assert [row.is_downbeat for row in rows] == loud.tolist()
    assert [row.beat_in_bar for row in rows] == [(i - first) % meter + 1 for i in range(len(rows))]


def test_even_beats_have_no_bars() -> None:
    rows = of(analyse(both(clicks(beats_at(120, 14), 14))), "beat")
    assert {row.is_downbeat for row in rows} == {row.beat_in_bar for row in rows} == {None}


def test_onsets_are_found_where_they_are_and_nowhere_in_a_held_sound() -> None:
    times_s = np.array([0.5, 1.1, 1.35, 2.9, 4.0])
    found = of(analyse(both(clicks(times_s, 5))), "onset")
    assert [row.start_s for row in found] == pytest.approx(times_s.tolist(), abs=0.015)
    assert max(row.strength or 0 for row in found) == 1
    assert not of(analyse(both(sine(440, 5))), "onset")
    assert not of(analyse(both(noise(5))), "onset")


# Loudness


def test_a_known_tone_has_its_loudness() -> None:
    rows = analyse(both(sine(1000, 10, 0.1)))
    assert rows[0].lufs_i == pytest.approx(-20, abs=0.1)
    assert rows[0].true_peak_db == pytest.approx(-20, abs=0.1)
    assert rows[0].lra_lu == pytest.approx(0, abs=0.1)
    grid = of(rows, "loudness")
    assert [row.start_s for row in grid] == pytest.approx(np.arange(0, 10, 0.5).tolist())
    assert grid[10].lufs_m == pytest.approx(-20, abs=0.1)
    assert grid[10].lufs_s == pytest.approx(-20, abs=0.1)
    assert grid[10].rms_db == pytest.approx(-23.01, abs=0.02)
    assert grid[3].lufs_s is None  # 2 s in, there are no 3 s to look back on


def test_noise_at_minus_14_lufs() -> None:
    # K-weighting lifts white noise by 3.12 dB in each of two channels: -13.86 LUFS at 0.1 (EBU meters agree)
    rows = analyse(both(noise(10, 0.1 * 10 ** (-0.14 / 20)), noise(10, 0.1 * 10 ** (-0.14 / 20), seed=1)))
    assert rows[0].lufs_i == pytest.approx(-14, abs=0.5)


def test_peaks_between_the_samples_count() -> None:
    # A quarter of the rate, an eighth of a turn late: every sample is 3 dB below the crest.
    samples = 0.9 * np.sin(np.pi / 2 * np.arange(5 * RATE) + np.pi / 4) * np.minimum(seconds(5) / 0.1, 1)
    assert np.abs(samples).max() < 0.64
    assert analyse(both(samples))[0].true_peak_db == pytest.approx(20 * np.log10(0.9), abs=0.3)


def test_the_loudness_range_is_that_between_loud_and_soft() -> None:
    rows = analyse(both(np.concatenate([sine(1000, 20, 0.1), sine(1000, 20, 0.0316)])))  # EBU 3342, case 1: 10 LU
    assert rows[0].lra_lu == pytest.approx(10, abs=1)


def test_silence_says_so_and_no_more() -> None:
    rows = analyse(both(np.zeros(6 * RATE)))
    summary = rows[0]
    assert summary.silence_share == 1
    silent = (
        "lufs_i",
        "true_peak_db",
        "lra_lu",
        "tempo_bpm",
        "key",
        "mode",
        "stereo_width",
        "centroid_hz",
        "dominant_hz",
    )
    assert {getattr(summary, name) for name in silent} == {None}
    assert {row.kind for row in rows} == {"summary", "loudness"}
    assert {v for row in of(rows, "loudness") for v in (row.lufs_m, row.lufs_s, row.rms_db)} == {None}


def test_half_silence_is_half() -> None:
    rows = analyse(both(np.concatenate([sine(300, 5), np.zeros(5 * RATE)])))
    assert rows[0].silence_share == pytest.approx(0.5, abs=0.02)


# Tone


def test_440_hz_is_found() -> None:
    summary = analyse(both(sine(440, 5)))[0]
    assert summary.dominant_hz == pytest.approx(440, abs=2)
    assert summary.centroid_hz == pytest.approx(440, rel=0.02)
    assert summary.key is None  # one tone is no key


MAJOR_CHORDS = [(0, 4, 7), (5, 9, 12), (7, 11, 14), (0, 4, 7)]
MINOR_CHORDS = [(0, 3, 7), (5, 8, 12), (7, 11, 14), (0, 3, 7)]
POP_CHORDS = [(0, 4, 7), (7, 11, 14), (9, 12, 16), (5, 9, 12)]


@pytest.mark.parametrize("tonic", range(12))
@pytest.mark.parametrize(("chords", "mode"), [(MAJOR_CHORDS, "major"), (MINOR_CHORDS, "minor"), (POP_CHORDS, "major")])
def test_chords_have_their_key(tonic: int, chords: list[tuple[int, ...]], mode: str) -> None:
    summary = analyse(both(notes([tuple(60 + tonic + note for note in chord) for chord in chords])))[0]
    assert (summary.key, summary.mode) == (TONICS[tonic], mode)


@pytest.mark.parametrize(
    ("steps", "mode"), [((0, 2, 4, 5, 7, 9, 11, 12), "major"), ((0, 2, 3, 5, 7, 8, 11, 12), "minor")]
)
def test_scales_have_their_key(steps: tuple[int, ...], mode: str) -> None:
    for tonic in (0, 4, 9):
        up = [(57 + tonic + step,) for step in steps]
        summary = analyse(both(notes([*up, *up[::-1]], 0.3, harmonics=1)))[0]
        assert (summary.key, summary.mode) == (TONICS[(9 + tonic) % 12], mode)


def test_an_orchestra_tuned_high_keeps_its_key() -> None:
    sharp = [tuple(60.35 + note for note in chord) for chord in MAJOR_CHORDS]  # 35 cents
    assert analyse(both(notes(sharp)))[0].key == "C"  # pyright: ignore[reportArgumentType]


def test_noise_and_drums_have_no_key() -> None:
    assert analyse(both(noise(8)))[0].key is None
    assert analyse(both(drums(100, 8)))[0].key is None


# Width, clipping, sections


def test_width_runs_from_mono_to_opposite() -> None:
    one, other = noise(4), noise(4, seed=1)
    assert analyse(both(one))[0].stereo_width == pytest.approx(0, abs=1e-6)
    assert analyse(both(one, other))[0].stereo_width == pytest.approx(1, abs=0.02)
    assert analyse(both(one, -one))[0].stereo_width == 1
    assert analyse(both(one + 0.5 * other, one))[0].stereo_width == pytest.approx(0.11, abs=0.03)


def test_opposite_channels_are_still_heard() -> None:
    summary = analyse(both(sine(440, 4), -sine(440, 4)))[0]
    assert summary.dominant_hz == pytest.approx(440, abs=2)


@pytest.mark.parametrize("hz", [50, 220, 1000, 3000])
def test_a_clipped_sine_is_clipped_and_a_full_one_is_not(hz: float) -> None:
    over = np.concatenate([sine(hz, 2, 0.5), np.clip(sine(hz, 1, 1.6), -1, 1), sine(hz, 2, 0.5)])
    rows = analyse(both(over))
    (span,) = of(rows, "clipping")
    assert (span.start_s, span.end_s) == pytest.approx((2, 3), abs=0.02)
    assert rows[0].clipping_share == pytest.approx(0.2 * 0.57, abs=0.03)  # |1.6 sin| > 1 for 57 % of the turn
    for peak in (0.5, 0.99, 0.9995, 1.0):
        rows = analyse(both(sine(hz, 3, peak)))
        assert not of(rows, "clipping")
        assert rows[0].clipping_share == 0


def test_samples_beyond_full_scale_are_clipped_when_played() -> None:
    assert of(analyse(both(sine(220, 3, 1.3))), "clipping")


def test_sections_are_lettered_and_return() -> None:
    hum, hiss = sine(110, 8, 0.3), noise(8, 0.1)
    sections = of(analyse(both(np.concatenate([hum, hiss, hum]))), "section")
    assert [row.section for row in sections] == ["A", "B", "A"]
    assert [row.start_s for row in sections] == pytest.approx([0, 8, 16], abs=0.3)
    assert [row.section for row in of(analyse(both(noise(20))), "section")] == ["A"]
    assert [row.section for row in of(analyse(both(drums(100, 20))), "section")] == ["A"]


def test_after_z_comes_aa() -> None:
    power = np.zeros((30 * 80, 64))
    for i in range(30):
        power[i * 80 : (i + 1) * 80, (i * 4) % 64] = 1.0
        power[i * 80 : (i + 1) * 80, (i * 4 + 4 * (1 + i // 16)) % 64] = 1.0
    labels = [section.label for section in find_sections(power, 10)]
    assert len(labels) == 30
    assert labels[25:28] == ["Z", "AA", "AB"]


# The clock, and the odd


def test_rows_lie_on_the_videos_clock() -> None:
    audio = both(clicks(beats_at(120, 8), 8))
    for offset_s in (0.4, -0.4):
        rows = analyse(replace(audio, offset_s=offset_s))
        expected = [t for t in beats_at(120, 8) + offset_s if t >= 0]
        assert [row.start_s for row in of(rows, "beat")] == pytest.approx(expected, abs=0.01)
        assert rows[0].start_s == max(offset_s, 0)
        assert rows[0].end_s == pytest.approx(8 + offset_s)
        assert of(rows, "loudness")[-1].end_s == pytest.approx(8 + offset_s)


def test_no_sound_no_rows() -> None:
    nothing = empty_inputs()
    assert list(audio_analysis(nothing["audio"], nothing["spectrum"])) == []  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("samples", [1, 2, 479, 481, 4_800, 19_000, 30_001])
@pytest.mark.parametrize("level", [0.0, 1e-7, 0.1, 3.0])
def test_the_odd_is_survived(samples: int, level: float) -> None:
    rows = analyse(both(np.random.default_rng(0).normal(size=samples) * level))
    assert [row.kind for row in rows[:2]] == ["summary", "loudness"]


# Real recordings


def test_a_real_kick_drum(shared: Path) -> None:
    path = shared / "media/music/kick_120bpm.mp3"
    truth = json.loads(Path(f"{path}.gt.json").read_text())
    rows = analyse(load(path))
    assert rows[0].tempo_bpm == pytest.approx(truth["tempo_bpm"], rel=0.01)
    assert f1([row.start_s for row in of(rows, "beat")], np.arange(0, 10, truth["beat_period_s"])) >= 0.95


def test_real_music_has_tempo_and_key(shared: Path) -> None:
    swing = analyse(load(shared / "media/audio_events/vibe_ace.ogg"))[0]
    assert swing.tempo_bpm == pytest.approx(130, rel=0.02)
    dance = analyse(load(shared / "media/audio_events/hungarian_dance.ogg"))[0]
    assert (dance.key, dance.mode) == ("G", "minor")


@pytest.mark.parametrize(
    "name",
    ["speech/jfk.flac", "speech/meeting_4spk_30s.wav", "speech/two_speakers_phone_30s.wav", "audio_events/crowd.mp3"],
)
def test_real_speech_and_applause_have_neither(shared: Path, name: str) -> None:
    rows = analyse(load(shared / "media" / name))
    assert (rows[0].tempo_bpm, rows[0].key) == (None, None)
    assert not of(rows, "beat")


def test_hearing_compiles_nothing():
    """librosa's other modules compile for 20 s when they are imported; two processes at once spoil what they keep."""
    code = """
import sys
import numpy as np
from analyzers.sound.audio_analysis import audio_analysis
from tests.inputs import make_audio, make_spectrum
audio = make_audio(np.random.default_rng(0).normal(size=(96_000, 2)).astype(np.float32) * 0.1)
assert list(audio_analysis(audio, make_spectrum(audio)))
print(*sys.modules)
"""
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "librosa.filters" in loaded
    assert not {"librosa.onset", "librosa.feature.spectral", "librosa.core.audio", "librosa.core.pitch"} & loaded
