"""Whether a sound is found again after what happens to sounds, and never in another one."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from analyzers.measures.sound.landmarks import Landmarks, find_landmarks
from analyzers.measures.sound.reuse import build_index, find_reuse
from tests import music
from tests.inputs import make_audio, make_spectrum
from tests.music import RATE, Sound
from tests.truth.real import Table

FOLDERS = ("audio_events", "music", "speech")
SAME = ("jfk", "one_two_three")  # one recording in several formats
LONGEST_S = 20.0
SHIFT_S = 3.0
SNR_DB = 10.0
CODECS = {"AAC, 64 kb/s": ("aac", 64_000), "MP3, 64 kb/s": ("libmp3lame", 64_000)}


def tables(media: Path) -> Iterator[Table]:
    yield reuse_table(real_sounds(media) | rendered_sounds())


def real_sounds(media: Path) -> dict[str, Sound]:
    found: dict[str, Sound] = {}
    for folder in FOLDERS:
        for path in sorted((media / folder).iterdir()):
            known = next((name for name in SAME if path.name.startswith(name)), path.name)
            if path.suffix in (".ogg", ".mp3", ".wav", ".flac", ".aiff") and known not in found:
                found[known] = _read(path)
    return found


def rendered_sounds() -> dict[str, Sound]:
    """Tunes and chords of one synthesizer in one key and tempo, drums of one tempo, noise, tones, silence."""
    t = np.arange(round(LONGEST_S * RATE)) / RATE
    drawn = {"tune": music.played, "chords": music.chords, "drums": music.drums}
    found = {f"{name} {seed}": draw(seed, LONGEST_S) for name, draw in drawn.items() for seed in range(4)}
    found |= {f"noise {seed}": 0.1 * np.random.default_rng(seed).normal(size=len(t)) for seed in range(3)}
    return found | {"440 Hz": 0.4 * np.sin(880 * np.pi * t), "441 Hz": 0.4 * np.sin(882 * np.pi * t), "silence": 0 * t}


def reuse_table(sounds: dict[str, Sound]) -> Table:
    names = list(sounds)
    marks = [_landmarks(sound) for sound in sounds.values()]
    index = build_index(marks)
    false = sum(len({reuse.other for reuse in find_reuse(mark, index, before=i)}) for i, mark in enumerate(marks))
    pairs = len(names) * (len(names) - 1) // 2
    body = [("as they are, each with each other", "", f"{false} of {pairs}", "")]
    hits = asked = wrong = others = 0
    for what, (codec, bit_rate) in CODECS.items():
        missed, claimed, found = [], 0, 0
        for i, (name, sound) in enumerate(sounds.items()):
            if not len(marks[i].hashes):
                continue  # a held tone and silence: nothing to be found by
            late = np.concatenate([np.zeros(round(SHIFT_S * RATE)), sound])
            matches = find_reuse(
                _landmarks(music.recoded(music.noisy(late, SNR_DB, seed=1000 + i), codec, bit_rate)), index
            )
            is_found = any(m.other == i and abs(m.other_start_s - m.start_s + SHIFT_S) < 0.1 for m in matches)
            found, claimed = found + is_found, claimed + len({m.other for m in matches if m.other != i})
            missed += [] if is_found else [name]
        count = sum(len(mark.hashes) > 0 for mark in marks)
        hits, asked, wrong, others = hits + found, asked + count, wrong + claimed, others + count * (len(names) - 1)
        body.append(
            (f"{what}, {SHIFT_S:g} s later, noise at {SNR_DB:g} dB", _share(found, count),
             f"{claimed} of {count * (len(names) - 1)}", ", ".join(missed))
        )  # fmt: skip
    body.append(("**all**", f"**{_share(hits, asked)}**", f"**{wrong + false} of {others + pairs}**", ""))
    notes = (
        f"{len(names)} sounds of up to {LONGEST_S:g} s: real speech, music and noises, and rendered ones made to be "
        "confused. Target: 0.95 found, no false match. A bare drum loop under noise has too few landmarks that differ.",
    )
    return Table("Sounds found again", ("sounds", "found", "false matches", "missed"), tuple(body), notes)


def _share(hits: int, count: int) -> str:
    return f"{hits / max(count, 1):.3f} ({hits} of {count})"


def _landmarks(mono: Sound) -> Landmarks:
    return find_landmarks(make_spectrum(make_audio(np.repeat(mono.astype(np.float32)[:, None], 2, axis=1))))


def _read(path: Path) -> Sound:
    import av

    resampler = av.AudioResampler("fltp", "mono", RATE)
    with av.open(str(path)) as file:
        pieces = (piece.to_ndarray()[0] for frame in file.decode(audio=0) for piece in resampler.resample(frame))
        return np.concatenate(list(pieces))[: round(LONGEST_S * RATE)].astype(np.float64)
