"""What a sound track is told to be, in what room, over what noise, and which effects and events are found in it."""

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from analyzers.contract import Audio, Classify, Spectrum, Voice
from analyzers.sound.audio_analysis import audio_analysis
from analyzers.sound.audio_environment import audio_environment
from analyzers.sound.sound_effects import sound_effects
from resources.loaders import mediapipe_sound, no_tags
from resources.weights import Weights
from tests import sounds
from tests.inputs import make_spectrum, make_voice
from tests.sounds import Sound
from tests.truth.real import Table
from tests.truth.speech import _sound_of

SECONDS = 12.0
EVENTS = {  # file: what people call it, and the names of AudioSet that say the same
    "audio_events/robin.ogg": ("a robin's call", {"Bird", "Bird vocalization, bird call, bird song", "Chirp, tweet"}),
    "audio_events/crowd.mp3": ("applause of a crowd", {"Applause", "Clapping", "Cheering", "Crowd"}),
    "audio_events/crunching.mp3": ("crunching", {"Crunch", "Crumpling, crinkling", "Chewing, mastication"}),
    "audio_events/viper.mp3": ("rock music", {"Music"}),
    "audio_events/vibe_ace.ogg": ("electronic jazz", {"Music"}),
    "audio_events/hungarian_dance.ogg": ("string orchestra", {"Music"}),
    "music/kick_120bpm.mp3": ("drum machine", {"Music"}),
}
BEDS = ("silence", "hiss", "music", "speech")


@dataclass(frozen=True, slots=True)
class Heard:
    audio: Audio
    spectrum: Spectrum
    voice: Voice
    rows: tuple[Any, ...]  # of audio_analysis

    def environment(self, model: Classify) -> list[Any]:
        return list(audio_environment(self.audio, self.spectrum, self.voice, self.rows, model))

    def effects(self, model: Classify) -> list[Any]:
        rows = self.environment(model)
        return list(sound_effects(self.audio, self.spectrum, self.voice, rows, None, None, None))


def hear(audio: Audio) -> Heard:
    spectrum = make_spectrum(audio)
    return Heard(audio, spectrum, make_voice(audio), tuple(audio_analysis(audio, spectrum)))


def models(media: Path | None) -> dict[str, Classify]:
    """By the names of their columns."""
    found: dict[str, Classify] = {"rules": no_tags.load(Weights("spectral_rules", Path()))}
    if media and (media.parent / "models/yamnet.tflite").is_file():
        found["YAMNet"] = mediapipe_sound.load(Weights("yamnet", media.parent / "models", ("yamnet.tflite",)))
    return found


def tables(media: Path) -> Iterator[Table]:
    playing = models(media)
    yield kinds_table(playing)
    yield real_kinds_table(media, playing)
    yield rooms_table()
    yield noise_table()
    yield effects_table()
    yield false_effects_table(media, playing)
    if "YAMNet" in playing:
        yield events_table(media, playing["YAMNet"])


def can_speak() -> bool:
    return shutil.which("espeak-ng") is not None


# Kinds


@cache
def rendered_heard() -> dict[str, list[tuple[str, Heard]]]:
    """The same after AAC."""
    return {
        kind: [(name, hear(sounds.coded(sound, 64_000))) for name, sound in parts] for kind, parts in rendered().items()
    }


def rendered() -> dict[str, list[tuple[str, Sound]]]:
    """Sounds of each kind."""
    loud, clock = sounds.loud, sounds.clock(SECONDS)
    sines = [np.sin(2 * np.pi * hz * clock) for hz in (440, 262, 330, 392)]
    siren = np.sin(2 * np.pi * np.cumsum(700 + 300 * np.sin(np.pi * clock)) / sounds.RATE)
    swaying = 1 - 0.8 * (0.5 + 0.5 * np.sin(2 * np.pi * 0.4 * clock))
    kinds = {
        "silence": [("digital", np.zeros(len(clock))), ("hiss at -75 dB", loud(sounds.coloured(SECONDS), -75))],
        "noise": [
            *((f"1/f^{e}", loud(sounds.coloured(SECONDS, e, 11 + e), -25)) for e in range(3)),
            ("swaying pink", loud(sounds.coloured(SECONDS, 1, 15) * swaying, -25)),
        ],
        "tonal": [("440 Hz", 0.1 * sines[0]), ("held chord", 0.05 * sum(sines[1:])), ("siren", 0.1 * siren)],
        "music": [
            (f"{name}, {bpm} a minute", loud(play(SECONDS, bpm, 21 + bpm), -20))
            for bpm in (75, 95, 115, 135)
            for name, play in (("melody", sounds.melody), ("drums", sounds.beat), ("song", sounds.song))
        ],
    }  # fmt: skip
    if can_speak():
        kinds["speech"] = [
            (voice, loud(sounds.talk(SECONDS, voice, seed), -22))
            for seed, voice in enumerate(("en", "de+f2", "fr", "es+m4", "it+f4", "en-us+m1"))
        ]
        noisy = loud(sounds.talk(SECONDS, "en", 3), -22) + loud(sounds.coloured(SECONDS, 1, 31), -37)
        kinds["speech"].append(("en over noise 15 dB below", noisy))
    return kinds


def kinds_table(playing: dict[str, Classify]) -> Table:
    body, right, told = [], Counter[str](), Counter[str]()
    for kind, parts in rendered_heard().items():
        cells: dict[str, Counter[str]] = {name: Counter() for name in playing}
        for _, heard in parts:
            for name, model in playing.items():
                cells[name].update(_counted(kind, heard, heard.environment(model)))
        for name, found in cells.items():
            right[name] += found[kind]
            told[name] += found.total()
        body.append((kind, str(len(parts)), *(_shares(found) for found in cells.values())))
    body.append(("**all, right**", "", *(f"**{right[name] / told[name]:.3f}**" for name in playing)))
    notes = (
        "Rows of half a second, through AAC at 64 kbit/s. Of speech those that lie in it whole: its pauses are silence "
        "or noise.",
    )
    return Table("Kinds of rendered sound", ("true", "sounds", *playing), tuple(body), notes)


def _counted(kind: str, heard: Heard, rows: Sequence[Any]) -> Iterator[str]:
    for row in rows:
        if row.kind == "window" and (kind != "speech" or _is_inside(row, heard.voice)):
            yield row.sound_class


def _is_inside(row: Any, voice: Voice) -> bool:
    return any(start <= row.start_s and row.end_s <= end for start, end in voice.spans_s.tolist())


def _shares(found: Counter[str]) -> str:
    return ", ".join(f"{kind} {count / found.total():.3f}" for kind, count in found.most_common())


def real_kinds_table(media: Path, playing: dict[str, Classify]) -> Table:
    """How the time of real recordings is told, by the rules and by a model."""
    known = {path: what for path, (what, _) in EVENTS.items()}
    known |= {f"speech/{name}": "speech" for name in ("LJ050-0161.wav", "jfk.flac", "silero_vad_test.wav",
                                                      "two_speakers_phone_30s.wav")}  # fmt: skip
    body = []
    for path, what in known.items():
        if (media / path).exists():
            heard = _recorded(media / path)
            told = [Counter(row.sound_class for row in heard.environment(m) if row.kind == "window")
                    for m in playing.values()]  # fmt: skip
            body.append((path, what, *(_shares(found) for found in told)))
    return Table("Kinds of real sound", ("file", "what it is", *playing), tuple(body))


@cache
def _recorded(path: Path) -> Heard:
    """A recording as every video's sound is heard: through the door, from an AAC track."""
    mono, voice = _sound_of(path)
    from scipy.signal import resample_poly

    stereo = np.repeat(np.asarray(resample_poly(mono, 3, 1), np.float32)[:, None], 2, axis=1)
    audio = Audio(stereo, mono)
    spectrum = make_spectrum(audio)
    return Heard(audio, spectrum, voice, tuple(audio_analysis(audio, spectrum)))


# Rooms


def rooms_table() -> Table:
    body, worst, untold = [], 0.0, 0
    sources = {"claps": sounds.claps(np.arange(0.5, 14, 1.7).tolist(), 15.0)}
    if can_speak():
        sources |= {f"speech, {voice}": sounds.talk(15.0, voice, seed, 0.6)
                    for seed, voice in enumerate(("en", "de", "fr+f2", "es"))}  # fmt: skip
    rules = no_tags.load(Weights("spectral_rules", Path()))
    for what, dry in sources.items():
        cells = []
        for true_s in (0.3, 0.8, 1.5):
            for hiss_db in (None, -30):
                wet = sounds.loud(sounds.in_room(dry, sounds.room(true_s, seed=int(true_s * 10), direct_db=0)), -22)
                if hiss_db is not None:
                    wet = wet + sounds.loud(sounds.coloured(15.0, 1, 41), -22 + hiss_db)
                told = hear(sounds.coded(wet, 128_000)).environment(rules)[0].rt60_s
                worst = max(worst, abs(told / true_s - 1) if told else 0.0)
                untold += told is None
                cells.append("none" if told is None else f"{told:.2f}")
        dry_told = hear(sounds.coded(sounds.loud(dry, -22), 128_000)).environment(rules)[0].rt60_s
        body.append((what, "none" if dry_told is None else f"{dry_told:.2f}", *cells))
    body.append((f"**worst error {worst:.2f}, target at most 0.25; not told {untold}**", *[""] * 7))
    head = ("source", "dry", *(f"{s} s{noise}" for s in (0.3, 0.8, 1.5) for noise in ("", ", noise 30 dB below")))
    notes = ("Answers of rooms made of falling noise, as strong as the direct sound; through AAC at 128 kbit/s.",)
    return Table("Reverberation of rendered rooms, seconds", head, tuple(body), notes)


def noise_table() -> Table:
    """How far speech stands out of noise, of several colours."""
    from scipy.signal import resample_poly

    levels = (0, 5, 10, 20, 30)
    rules = no_tags.load(Weights("spectral_rules", Path()))
    body, worst, untold = [], 0.0, 0
    for seed, voice in enumerate(("en", "de", "fr+f2", "es") if can_speak() else ()):
        clean = sounds.talk(SECONDS, voice, seed)
        spoken = np.zeros(round(SECONDS * 16_000), bool)
        for at_s, said in sounds.talk_placed(SECONDS, voice, seed):
            spoken[round(at_s * 16_000) : round((at_s + len(said) / sounds.RATE) * 16_000)] = True
        power = np.mean(np.asarray(resample_poly(clean, 1, 3))[spoken] ** 2)
        for exponent, colour in enumerate(("white", "pink")):
            noise = sounds.coloured(SECONDS, exponent, 51 + seed)
            scale = np.sqrt(power / np.mean(np.asarray(resample_poly(noise, 1, 3)) ** 2))
            cells = []
            for level_db in levels:
                mixed = sounds.loud(clean + noise * scale * sounds.gain(-level_db), -22)
                told = hear(sounds.coded(mixed, 128_000)).environment(rules)[0].snr_db
                worst = max(worst, abs(told - level_db) if told is not None else 0.0)
                untold += told is None
                cells.append("none" if told is None else f"{told:.1f}")
            body.append((f"{voice}, {colour}", *cells))
    body.append((f"**worst error {worst:.1f} dB, target at most 2 dB; not told {untold}**", *[""] * len(levels)))
    head = ("speech, noise", *(f"{level} dB" for level in levels))
    return Table("Speech over noise", head, tuple(body), ("Below 8 kHz; speech by its power while it lasts.",))


# Effects


@dataclass(frozen=True, slots=True)
class Laid:
    """One effect in a rendered mix."""

    name: str
    start_s: float
    hit_s: float  # the moment that editors lay upon a cut


def mixes(bed: str, count: int = 6, first: int = 700) -> Iterator[tuple[list[Laid], Sound]]:
    """Effects of chance shape, loudness and distance over a bed."""
    for seed in range(first, first + count):
        rng = np.random.default_rng(seed)
        laid, truth, at_s = [], [], 0.8
        while True:
            name, sound, hit_s = _effect(rng)
            if at_s + len(sound) / sounds.RATE > 13.5:
                break
            laid.append((at_s, sound))
            truth.append(Laid(name, at_s, at_s + hit_s))
            at_s += len(sound) / sounds.RATE + rng.uniform(0.4, 1.5)
        yield truth, sounds.placed(laid, 14.0) + _bed(bed, seed)


def _bed(bed: str, seed: int) -> Sound | float:
    if bed == "hiss":
        return sounds.loud(sounds.coloured(14.0, 1, seed), -55)
    if bed == "music":
        return sounds.loud(sounds.song(14.0, 90 + 15 * (seed % 4), seed), -32)
    if bed == "speech":
        return sounds.loud(sounds.talk(14.0, ("en", "de", "fr")[seed % 3], seed), -28)
    return 0.0


def _effect(rng: np.random.Generator) -> tuple[str, Sound, float]:
    name, seed, peak = (
        str(rng.choice(("whoosh", "ding", "boom", "riser"))),
        int(rng.integers(1e9)),
        sounds.gain(rng.uniform(-14, -3)),
    )
    if name == "whoosh":
        seconds = rng.uniform(0.25, 0.9)
        sound = sounds.whoosh(seconds, rng.uniform(200, 800), rng.uniform(1500, 6000), peak, seed)
        return name, sound, seconds / 2
    if name == "ding":
        return name, sounds.ding(rng.uniform(1, 2), rng.uniform(900, 3200), rng.uniform(0.15, 0.7), peak), 0.0
    if name == "boom":
        return name, sounds.boom(rng.uniform(1, 2), rng.uniform(35, 70), rng.uniform(0.2, 0.6), peak, seed), 0.0
    seconds, rise_db = rng.uniform(1.2, 3.5), rng.uniform(20, 36)
    low_hz, high_hz = rng.uniform(150, 500), rng.uniform(2500, 8000)
    sound = sounds.riser(seconds, low_hz, high_hz, rise_db, seed, peak, bool(rng.random() < 0.4))
    return name, sound, seconds


def hit_s(row: Any) -> float:
    return {"whoosh": row.peak_s, "riser": row.end_s}.get(row.sfx, row.start_s)


def effects_table() -> Table:
    """Effects over beds: how many are found, and how exactly."""
    rules = no_tags.load(Weights("spectral_rules", Path()))
    body = []
    for bed in BEDS:
        if bed == "speech" and not can_speak():
            continue
        true, right, errors, false = Counter[str](), Counter[str](), dict[str, list[float]](), 0
        for truth, sound in mixes(bed):
            rows = hear(sounds.coded(sound, 128_000)).effects(rules)
            for one in truth:
                true[one.name] += 1
                near = [row for row in rows if row.sfx == one.name and abs(hit_s(row) - one.hit_s) < 0.1]
                if near:
                    right[one.name] += 1
                    errors.setdefault(one.name, []).append(abs(hit_s(near[0]) - one.hit_s))
                    rows.remove(near[0])
            false += len(rows)
        cells = [f"{right[name]} of {true[name]}, {1000 * max(errors.get(name, [0])):.0f} ms"
                 for name in ("whoosh", "riser", "ding", "boom")]  # fmt: skip
        share = right.total() / true.total()
        body.append((bed, *cells, f"{share:.3f}", str(false)))
    head = ("over", "whoosh", "riser", "ding", "boom", "found as what it is", "false rows")
    notes = (
        "Found as what it is within 100 ms, and the worst error of those: of a whoosh's peak, a riser's end, a ding's "
        "and a boom's onset. Peaks of the effects at -14 to -3 dB; music at -32 dB, speech at -28 dB, hiss at -55 dB "
        "rms; through AAC at 128 kbit/s. Targets: within 50 ms, 0.9 found as what they are. Both the sounds and the "
        "rules are ours: a library of real effects is not at hand.",
    )
    return Table("Rendered sound effects", head, tuple(body), notes)


def false_effects_table(media: Path, playing: dict[str, Classify]) -> Table:
    """Effects that are claimed where there are none."""
    cases: list[tuple[str, Heard]] = [
        (f"rendered: {kind}, {name}", heard) for kind, parts in rendered_heard().items() for name, heard in parts
    ]
    real = [*EVENTS, *sorted(f"speech/{path.name}" for path in (media / "speech").glob("*.*") if _is_sound(path))]
    cases += [(path, _recorded(media / path)) for path in real if (media / path).exists()]
    body, seconds, rows_of_speech = [], Counter[str](), 0
    for what, heard in cases:
        found = [[row.sfx for row in heard.effects(model)] for model in playing.values()]
        group = what.split("/")[0].split(",")[0]
        seconds[group] += len(heard.audio.mono) / 16_000  # pyright: ignore[reportArgumentType]
        rows_of_speech += len(found[0]) if "speech" in group else 0
        if any(found):
            body.append((what, *map(_counts, found)))
    lengths = ", ".join(f"{group.removeprefix('rendered: ')} {length:.0f} s" for group, length in seconds.items())
    notes = (f"Only what has rows, of: {lengths}. Without a model {rows_of_speech} rows in speech. "
             "What a model names is right in some of these.",)  # fmt: skip
    return Table("Sound effects where no editor laid any", ("sound", *playing), tuple(body), notes)


def _counts(names: Sequence[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in Counter(names).items()) or "–"


def _is_sound(path: Path) -> bool:
    return path.suffix in (".wav", ".flac", ".mp3", ".ogg", ".aiff")


# Events


def events_table(media: Path, model: Classify) -> Table:
    """What a model calls real recordings: the surest name of an event, or of music."""
    body, right = [], 0
    for path, (what, names) in EVENTS.items():
        if not (media / path).exists():
            continue
        heard = _recorded(media / path)
        rows = heard.environment(model)
        events = heard.effects(model)
        longest = max(events, key=lambda row: row.end_s - row.start_s, default=None)
        told = longest.sfx if "Music" not in names and longest else rows[0].tags[0].label
        right += told in names
        others = [f"{row.sfx} {row.start_s:.1f} to {row.end_s:.1f} s" for row in events]
        body.append((path, what, told, "yes" if told in names else "no", ", ".join(others) or "–"))
    body.append(("**all**", "", "", f"**{right} of {len(body)}**", ""))
    head = ("file", "what it is", "told", "right", "rows of sound_effects")
    notes = ("The name of the longest event; of music the surest name of the whole.",)
    return Table("Sound events of real recordings, YAMNet", head, tuple(body), notes)
