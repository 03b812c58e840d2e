"""How well voices are found on real speech, how often where nobody speaks, and how exact their pitch is."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from analyzers.contract import Voice
from resources import sources, voice
from resources.pitch import track_pitch
from resources.settings import Settings
from resources.store import Store
from tests.speech import mono_audio, noise, tone
from tests.truth.real import Table, _answers, _with_picture
from tests.truth.scores import f1

STEP_S = 0.01
VOICE_GOAL = 0.95
PIECE_S = 2.0  # the samples of voices are labelled in pieces of two seconds, and not to the end of the file
MUSIC, MUSIC_DB = "audio_events/viper.mp3", (20, 10, 5)
SPOKEN_HZ = (65, 85, 110, 147, 196, 262, 349, 440, 494)
WORDLESS = (
    ("music", "kick_120bpm.mp3", "drum machine"),
    ("audio_events", "hungarian_dance.ogg", "string orchestra"),
    ("audio_events", "vibe_ace.ogg", "electronic jazz"),
    ("audio_events", "robin.ogg", "bird"),
    ("audio_events", "crunching.mp3", "crunching"),
    ("audio_events", "viper.mp3", "rock music"),
    ("audio_events", "crowd.mp3", "applause of a crowd"),
)


def tables(media: Path) -> Iterator[Table]:
    yield voices_table(media)
    yield over_music_table(media)
    yield wordless_table(media)
    yield pitch_table()


# Voices


def voices_table(media: Path) -> Table:
    """Every file whose stretches of speech or turns of speakers are known, in frames of 10 ms."""
    body: list[tuple[str, ...]] = []
    totals: dict[str, np.ndarray] = {}
    for path, known in _answers(media / "speech"):
        told = _known_spans(known)
        if told is None:
            continue
        kind, spans, until_s = told
        heard = _voice_of(path)
        count = round(min(until_s, _end_s(heard)) / STEP_S)
        true, found = _frames(spans, count), _frames(heard.spans_s.tolist(), count)
        counts = np.array([(true & found).sum(), found.sum(), true.sum()])
        totals[kind] = totals.get(kind, 0) + counts
        body.append((path.name, kind, *_scores(counts)))
    missed = [row[0] for row in body if float(row[-1]) < VOICE_GOAL]
    body += [(f"**all {kind}**", "", *_scores(counts)) for kind, counts in totals.items()]
    if totals:
        body.append(("**all**", "", *_scores(np.sum(list(totals.values()), axis=0))))
    head = ("file", "known", "speech, s", "found, s", "precision", "recall", "F1")
    notes = (
        "Frames of 10 ms. Segments were labelled by hand, up to the end of the last labelled piece of two seconds; "
        "turns of speakers include their short pauses, which the detector leaves out. "
        f"Goal: F1 of {VOICE_GOAL:g} in every file; missed: {', '.join(missed) or 'none'}.",
        "No word error rate: no weights of a model of speech are at hand. What is written down is tested on a small "
        "checkpoint of Whisper's format, what is not believed on planted utterances.",
    )
    return Table("Voices of real speech", head, tuple(body), notes)


def _known_spans(known: dict[str, Any]) -> tuple[str, list[tuple[float, float]], float] | None:
    """What kind of truth it is, the stretches, and until when it holds."""
    if segments := known.get("speech_segments"):
        last_s = segments[-1][1]
        return "segments", [(a, b) for a, b in segments], PIECE_S * float(np.ceil(last_s / PIECE_S))
    if turns := known.get("diarization"):
        return "turns", [(turn["start"], turn["end"]) for turn in turns], float("inf")
    return None


def _voice_of(path: Path) -> Voice:
    return _sound_of(path)[1]


def _sound_of(path: Path) -> tuple[np.ndarray, Voice]:
    """The samples and the voices, as every video's sound is heard: through the door, from an AAC track."""
    video = _with_picture(path)
    try:
        with tempfile.TemporaryDirectory(prefix="truth-") as folder:
            store = Store(root=folder)
            key = sources.prepare(store, video, Settings())
            return np.array(store.read("audio", key).mono), store.read("voice", key)
    finally:
        video.unlink()


def _end_s(heard: Voice) -> float:
    return float(heard.t_s[-1]) + voice.WINDOW / voice.RATE_HZ if len(heard.t_s) else 0.0


def _frames(spans: Sequence[Sequence[float]], count: int) -> np.ndarray:
    middle_s = (np.arange(count) + 0.5) * STEP_S
    inside = np.zeros(count, bool)
    for start, end in spans:
        inside |= (middle_s >= start) & (middle_s < end)
    return inside


def _scores(counts: np.ndarray) -> tuple[str, ...]:
    hits, found, true = (int(n) for n in counts)
    shares = hits / max(found, 1), hits / max(true, 1), f1(hits, found, true)
    return (f"{true * STEP_S:.2f}", f"{found * STEP_S:.2f}", *(f"{share:.3f}" for share in shares))


def over_music_table(media: Path) -> Table:
    """The same files with rock music below the voices, as videos have it."""
    music, _ = _sound_of(media / MUSIC)
    body = []
    for path, known in _answers(media / "speech"):
        told = _known_spans(known)
        if told is None or "meeting" in path.name:
            continue
        _, spans, until_s = told
        mono, _ = _sound_of(path)
        mono = mono[: int(min(until_s, len(mono) / voice.RATE_HZ) * voice.RATE_HZ)]
        below = np.resize(music, len(mono))
        scale = np.sqrt(np.mean(mono**2) / np.mean(below**2))
        cells = []
        for level_db in MUSIC_DB:
            heard = _heard(mono + below * (scale * 10 ** (-level_db / 20)))
            count = round(_end_s(heard) / STEP_S)
            true, found = _frames(spans, count), _frames(heard.spans_s.tolist(), count)
            cells.append(_scores(np.array([(true & found).sum(), found.sum(), true.sum()]))[-1])
        body.append((path.name, *cells))
    head = ("file", *(f"F1, music {level_db} dB below" for level_db in MUSIC_DB))
    notes = ("By the mean power of both. Without the meeting, in which most speakers are far from the microphone.",)
    return Table("Voices over music", head, tuple(body), notes)


def _heard(mono: np.ndarray) -> Voice:
    audio = mono_audio(mono.astype(np.float32))
    chance = np.concatenate(list(voice.chances(audio)))
    return Voice(voice.times_s(audio), chance, voice.spans_s(chance, audio))


def wordless_table(media: Path) -> Table:
    """Speech that the detector claims where there is none."""
    body = []
    for folder, name, what in WORDLESS:
        if (path := media / folder / name).exists():
            heard = _voice_of(path)
            body.append((name, what, f"{_end_s(heard):.1f}", f"{_spoken_s(heard):.1f}"))
    for what, mono in _rendered().items():
        body.append(("rendered", what, f"{len(mono) / voice.RATE_HZ:.1f}", f"{_spoken_s(_heard(mono)):.1f}"))
    head = ("file", "what it is", "length, s", "claimed as speech, s")
    notes = (
        "Sung words are speech for the detector; none of these pieces is known to have any. What a model writes where "
        "speech is claimed still has to pass the transcript's own guards.",
    )
    return Table("Speech claimed where nobody speaks", head, tuple(body), notes)


def _spoken_s(heard: Voice) -> float:
    return float(np.diff(heard.spans_s, axis=1).sum())


def _rendered() -> dict[str, np.ndarray]:
    pink = np.fft.irfft(np.fft.rfft(noise(20)) / np.sqrt(np.maximum(np.arange(160_001), 1))).astype(np.float32)
    return {
        "silence": np.zeros(320_000, np.float32),
        "white noise": noise(20),
        "pink noise": pink / np.abs(pink).max(),
        "440 Hz": tone(440, 20),
        "buzz of 120 Hz": tone(120, 20, harmonics=20),
        "chord": (tone(220, 20, 0.1, 3) + tone(277, 20, 0.1, 3) + tone(330, 20, 0.1, 3)),
    }


# Pitch


def pitch_table() -> Table:
    """Buzzes and sines at the notes of human voices, clean and in noise."""
    body = []
    for harmonics, what in ((1, "sine"), (20, "buzz")):
        for level, clean in ((0.0, "clean"), (0.03, "in noise 17 dB below")):
            errors, lost = [], 0
            for hz in SPOKEN_HZ:
                mono = tone(hz, 1.0, harmonics=harmonics) + noise(1.0, level)
                told = track_pitch(mono, 0.0, [(0.0, 1.0)]).median_hz(0.0, 1.0)
                lost += told is None
                errors += [] if told is None else [abs(told / hz - 1)]
            body.append((f"{what}, {clean}", f"{len(SPOKEN_HZ)}", f"{lost}", f"{max(errors, default=1):.4f}"))
    for what, mono in (("white noise", noise(10)), ("silence", np.zeros(160_000, np.float32))):
        hz = track_pitch(mono, 0.0, [(0.0, 10.0)]).hz
        body.append((what, "", "", f"voiced: {np.isfinite(hz).mean():.4f} of the time"))
    span = f"{SPOKEN_HZ[0]} to {SPOKEN_HZ[-1]} Hz"
    return Table(f"Pitch of rendered voices, {span}", ("sound", "notes", "not found", "worst error"), tuple(body))
