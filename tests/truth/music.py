"""Loudness by the EBU's own signals, tempo and beats of rendered and real music, and the keys of chords."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from analyzers.measures.sound.loudness import measure_loudness
from analyzers.sound.audio_analysis import Row, audio_analysis
from tests import music
from tests.inputs import make_audio, make_spectrum
from tests.music import RATE, Sound
from tests.truth.real import Table, _answers, _rows, _with_picture
from tests.truth.scores import event_f1

# EBU Tech 3341 v4 and 3342 v4: dBFS of a 1 kHz sine in both channels and its seconds, one after the other.
INTEGRATED = {
    "3341-1": (((-23, 20),), -23.0),
    "3341-2": (((-33, 20),), -33.0),
    "3341-3": (((-36, 10), (-23, 60), (-36, 10)), -23.0),
    "3341-4": (((-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)), -23.0),
    "3341-5": (((-26, 20), (-20, 20.1), (-26, 20)), -23.0),
}
RANGES = {
    "3342-1": (((-20, 20), (-30, 20)), 10.0),
    "3342-2": (((-20, 20), (-15, 20)), 5.0),
    "3342-3": (((-40, 20), (-20, 20)), 20.0),
    "3342-4": (((-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)), 15.0),
}
# The sine's share of the rate, its phase in degrees, its amplitude; dB between the samples
PEAKS = {
    "3341-15": (4, 0.0, 0.5, -6.0),
    "3341-16": (4, 45.0, 0.5, -6.0),
    "3341-17": (6, 60.0, 0.5, -6.0),
    "3341-18": (8, 67.5, 0.5, -6.0),
    "3341-19": (4, 45.0, 1.41, 3.0),
}
TEMPI = (70, 82.5, 95, 110, 120, 128, 140, 160, 174)
BEAT_S = 0.07
TONICS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
CADENCES = {
    "major": ((0, 4, 7), (5, 9, 12), (7, 11, 14), (0, 4, 7)),
    "minor": ((0, 3, 7), (5, 8, 12), (7, 11, 14), (0, 3, 7)),
}


def tables(media: Path) -> Iterator[Table]:
    yield loudness_table()
    yield beats_table(media)
    yield keys_table()


def loudness_table() -> Table:
    body = []
    for name, (levels, true) in INTEGRATED.items():
        body.append(_line(name, "integrated, LUFS", true, measure_loudness(_steps(levels), RATE).integrated, "±0.1"))
    for name, (levels, true) in RANGES.items():
        body.append(_line(name, "range, LU", true, measure_loudness(_steps(levels), RATE).range_lu, "±1"))
    for name, (part, phase_deg, amplitude, true) in PEAKS.items():
        wave = amplitude * np.sin(2 * np.pi / part * np.arange(3 * RATE) + np.deg2rad(phase_deg))
        wave *= np.clip(np.arange(len(wave)) / 480, 0, 1)
        found = measure_loudness(_both(wave), RATE).true_peak_db
        body.append(_line(name, "true peak, dBTP", true, found, "+0.2, -0.4"))
    head = ("signal", "what", "true", "found", "error", "EBU's tolerance")
    notes = ("Signals of EBU Tech 3341 and 3342, drawn anew; those of five channels and of programmes are left out.",)
    return Table("Loudness of the EBU's test signals", head, tuple(body), notes)


def _line(name: str, what: str, true: float, found: float | None, tolerance: str) -> tuple[str, ...]:
    if found is None:
        return name, what, f"{true:.1f}", "nothing", "", tolerance
    return name, what, f"{true:.1f}", f"{found:.2f}", f"{found - true:+.2f}", tolerance


def _steps(levels: tuple[tuple[float, float], ...]) -> np.ndarray:
    parts = [np.full(round(seconds * RATE), 10 ** (level_db / 20)) for level_db, seconds in levels]
    gain = np.concatenate(parts)
    return _both(gain * np.sin(2 * np.pi * 1000 / RATE * np.arange(len(gain))))


def _both(mono: Sound) -> np.ndarray:
    return np.repeat(mono.astype(np.float32)[:, None], 2, axis=1)


def beats_table(media: Path) -> Table:
    """Clicks, drums and drums with a tune over them, as an AAC track of 64 kb/s has them; and what is real."""
    body = []
    for what, draw in (("clicks", _clicks), ("drums", _drums), ("drums and a tune", _drums_and_tune)):
        errors, pairs, octaves = [], [], 0
        for seed, bpm in enumerate(TEMPI):
            rows = _heard(music.recoded(draw(seed, bpm), "aac", 64_000))
            tempo = rows[0].tempo_bpm
            errors.append(abs(tempo / bpm - 1) if tempo else 1.0)
            octaves += tempo is not None and any(abs(tempo / bpm / times - 1) <= 0.01 for times in (0.5, 1, 2))
            pairs.append(([row.start_s for row in rows if row.kind == "beat"], np.arange(0, 15.7, 60 / bpm)))
        right = sum(error <= 0.01 for error in errors)
        body.append((what, f"{right} of {len(TEMPI)}", f"{octaves} of {len(TEMPI)}", f"{event_f1(pairs, BEAT_S):.3f}"))
    for path, known in _answers(media / "music"):
        film = _with_picture(path)
        _, rows = _rows(film, "audio_analysis")
        film.unlink()
        tempo, true = rows[0].tempo_bpm, known["tempo_bpm"]
        beats = [row.start_s for row in rows if row.kind == "beat"]
        score = event_f1([(beats, np.arange(0, rows[0].end_s, 60 / true))], BEAT_S)
        error = abs(tempo / true - 1) if tempo else 1.0
        body.append((path.name, f"{int(error <= 0.01)} of 1", "", f"{score:.3f}"))
    head = ("music", "tempo within 1 %", "the same, or half or double", f"beats, F1 ±{1000 * BEAT_S:.0f} ms")
    notes = (
        f"Tempi from {min(TEMPI):g} to {max(TEMPI):g}, 16 s each, through an AAC track of 64 kb/s. The drums leave out "
        "strokes by chance; a tune of even eighths over them can as well be tapped twice as fast, and beats at double "
        "the tempo score 0.67. Targets: 1 %, F1 0.95 on clicks and 0.85 on real music; where fewer than nine are told, "
        "the target is missed by the octave. Of the real pieces only one has a known tempo.",
    )
    return Table("Tempo and beats of music", head, tuple(body), notes)


def _heard(mono: Sound) -> list[Row]:
    audio = make_audio(_both(mono))
    return list(audio_analysis(audio, make_spectrum(audio)))


def _clicks(seed: int, bpm: float) -> Sound:
    sound, stroke = (
        np.zeros(16 * RATE),
        np.sin(2 * np.pi * 1500 / RATE * np.arange(1440)) * np.exp(-np.arange(1440) / 300),
    )
    for at in np.arange(0, 15.7, 60 / bpm):
        sound[round(at * RATE) : round(at * RATE) + len(stroke)] += 0.5 * stroke
    return sound


def _drums(seed: int, bpm: float) -> Sound:
    return music.drums(seed, 16, bpm)


def _drums_and_tune(seed: int, bpm: float) -> Sound:
    tune = music.played(seed, 16, note_s=30 / bpm)[: 16 * RATE]
    sound = music.drums(seed, 16, bpm)
    sound[: len(tune)] += 0.5 * tune
    return 0.7 * sound


def keys_table() -> Table:
    """Cadences in every key, clean, in noise and recoded."""
    body = []
    for what in ("clean", "in noise 10 dB below", "AAC, 64 kb/s"):
        right, wrong = 0, []
        for mode, cadence in CADENCES.items():
            for tonic in range(12):
                sound = np.concatenate([_chord([60 + tonic + note for note in chord]) for chord in cadence * 2])
                if what.startswith("in"):
                    sound = music.noisy(sound, 10)
                elif what.startswith("AAC"):
                    sound = music.recoded(sound, "aac", 64_000)
                told = _heard(sound)[0]
                right += (told.key, told.mode) == (TONICS[tonic], mode)
                if (told.key, told.mode) != (TONICS[tonic], mode):
                    wrong.append(f"{TONICS[tonic]} {mode}: {told.key} {told.mode}")
        body.append((what, f"{right} of 24", "; ".join(wrong)))
    return Table("Keys of cadences", ("sound", "right", "wrong"), tuple(body))


def _chord(notes: list[int]) -> Sound:
    t = np.arange(round(0.6 * RATE)) / RATE
    tones = [(440 * 2 ** ((note - 69) / 12) * n, n) for note in notes for n in range(1, 5)]
    fade = np.minimum(1, np.minimum(t / 0.01, (0.6 - t) / 0.05))
    return 0.1 * fade * np.sum([np.sin(2 * np.pi * hz * t) / n for hz, n in tones], axis=0)
