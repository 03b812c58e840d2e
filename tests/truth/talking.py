"""How exact the edges of speech and its pauses are, how fast it is told to be, and what stands out of its flow."""

import shutil
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Audio, Pitch, Spectrum, Voice
from analyzers.measures.speech.syllables import count_syllables
from analyzers.speech.speech_flow import Row as FlowRow
from analyzers.speech.speech_flow import speech_flow
from analyzers.speech.speech_rate import Row as RateRow
from analyzers.speech.speech_rate import speech_rate
from analyzers.speech.speech_transcription import Row as SpokenRow
from resources import voice
from tests.inputs import make_pitch, make_spectrum
from tests.speech import RATE, hush, sound_track, spoken
from tests.truth.real import Table, _answers
from tests.truth.speech import MUSIC, _known_spans, _sound_of

CLOSE_S = 0.06
PAUSES_S = (0.3, 0.7, 1.5)
SPEECH_RMS = 0.07
EDGE = 1600  # samples of a piece's start and end that are loud in each of their quarters: in no consonant's closure
GROUNDS = (("quiet room", "noise", 60), ("noise", "noise", 30), ("noise", "noise", 20), ("rock music", "music", 20))
SPEEDS, RATE_GOAL = (120, 160, 220), 0.1
TEXTS = {  # one passage in eight languages: The North Wind and the Sun, or a rainbow
    "en": "When the sunlight strikes raindrops in the air, they act as a prism and form a rainbow. The rainbow is a "
    "division of white light into many beautiful colors.",
    "de": "Einst stritten sich Nordwind und Sonne, wer von ihnen beiden wohl der Stärkere wäre, als ein Wanderer, der "
    "in einen warmen Mantel gehüllt war, des Weges daherkam.",
    "fr": "La bise et le soleil se disputaient, chacun assurant qu'il était le plus fort, quand ils ont vu un voyageur "
    "qui s'avançait, enveloppé dans son manteau.",
    "es": "El viento norte y el sol discutían por saber quién era el más fuerte de los dos. Mientras discutían, se "
    "acercó un viajero cubierto con un abrigo.",
    "it": "Si bisticciavano un giorno il vento di tramontana e il sole, l'uno pretendendo di essere più forte "
    "dell'altro, quando videro un viaggiatore.",
    "pt": "O vento norte e o sol discutiam qual dos dois era o mais forte, quando surgiu um viajante envolvido numa "
    "capa quente.",
    "nl": "De noordenwind en de zon hadden een discussie over de vraag wie van hun tweeën de sterkste was, toen er "
    "juist iemand voorbij kwam.",
    "pl": "Pewnego razu północny wiatr i słońce sprzeczali się, kto z nich jest silniejszy. Właśnie przechodził drogą "
    "jakiś człowiek owinięty w ciepły płaszcz.",
}
PHRASES = {
    "en": ("this is the first part of it", "and here comes another one", "what a beautiful morning"),
    "de": ("das ist der erste teil davon", "und hier kommt noch einer", "was machst du heute"),
    "fr": ("ceci est la première partie", "et en voici encore une", "nous allons à la plage"),
    "es": ("esta es la primera parte", "y aquí viene otra más", "los niños juegan en la calle"),
    "it": ("questa è la prima parte", "ed ecco un'altra ancora", "il gatto dorme sul divano"),
    "pt": ("esta é a primeira parte", "e aqui vem outra", "os meninos brincam na rua"),
    "nl": ("dit is het eerste deel", "en hier komt er nog een", "de kinderen spelen buiten"),
    "pl": ("to jest pierwsza część", "a tu jest następna", "dzieci bawią się na dworze"),
}
EVEN = "we like to see the yellow garden because many people bring little flowers every morning"
STRESSED = 5
STRESSES = (("6 dB louder and pitch 20 % up", 6.0, 1.2), ("6 dB louder", 6.0, 1.0), ("pitch 20 % up", 0.0, 1.2))
VOICES = ("en", "en+f3", "en+m3", "de", "nl+f3", "es")
NO_VOICE = "No figures: espeak-ng is not installed on the machine that wrote this."


def tables(media: Path) -> Iterator[Table]:
    yield edges_table(media)
    yield pauses_table(media)
    yield rates_table()
    yield real_rates_table(media)
    yield flow_table(media)


def _can_speak() -> bool:
    return shutil.which("espeak-ng") is not None


# Edges


def edges_table(media: Path) -> Table:
    """Where people say that speech begins and ends, against where it is found."""
    body = []
    for path, known in _answers(media / "speech"):
        told = _known_spans(known)
        if told is None or told[0] != "segments":
            continue
        mono, heard = _sound_of(path)
        joined = _joined(told[1])
        alone = voice.detected_s(heard.chance, len(mono) / RATE)
        for what, spans in (("detector alone", alone), ("moved to the sound", heard.spans_s)):
            errors = _edge_errors(joined, spans)
            body.append((path.name, what, f"{len(errors)}", _share(errors), f"{1000 * np.abs(errors).max():.0f} ms"))
    head = ("file", "edges", "labelled", "within 60 ms", "worst")
    notes = ("Against the nearest edge of the same kind. Goal: every edge within 60 ms.",)
    return Table("Edges of real speech", head, tuple(body), notes)


def _joined(spans: Sequence[Sequence[float]]) -> list[list[float]]:
    joined: list[list[float]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    return joined


def _edge_errors(true: Sequence[Sequence[float]], spans: NDArray[np.float64]) -> NDArray[np.float64]:
    errors = [
        spans[np.abs(spans[:, side] - span[side]).argmin(), side] - span[side] for span in true for side in (0, 1)
    ]
    return np.array(errors)


def _share(errors: Sequence[float] | NDArray[np.float64]) -> str:
    return f"{np.mean(np.abs(errors) <= CLOSE_S):.2f}" if len(errors) else "–"


def pauses_table(media: Path) -> Table:
    """Pauses of known length between pieces of speech whose edges are known, over several grounds."""
    music = _sound_of(media / MUSIC)[0]
    voices = {"real voices, cut": _real_pieces(media)} | ({"eight languages": _phrases()} if _can_speak() else {})
    body, held = [], True
    for what, pieces in voices.items():
        for ground, kind, below_db in GROUNDS:
            errors: dict[str, list[float]] = {"alone": [], "moved": []}
            count = 0
            for mono, true in _with_pauses(pieces, music if kind == "music" else None, below_db):
                audio = sound_track(mono)
                chance = np.concatenate(list(voice.chances(audio)))
                found = {"alone": voice.detected_s(chance, len(mono) / RATE), "moved": voice.spans_s(chance, audio)}
                count += len(true)
                for name, spans in found.items():
                    errors[name] += _pause_errors(true, spans)
            shares = [np.sum(np.abs(errors[name]) <= CLOSE_S) / count for name in ("alone", "moved")]
            held &= shares[1] >= 0.95
            missed = "" if shares[1] >= 0.95 else "missed"
            heard = f"{len(errors['moved'])} of {count}"
            worst = f"{1000 * float(np.median(np.abs(errors['moved']))):.0f} ms"
            body.append((what, f"{ground}, {below_db} dB below", heard, *(f"{s:.2f}" for s in shares), worst, missed))
    head = ("voices", "ground", "found", "within 60 ms, detector alone", "within 60 ms", "median error", "")
    notes = (
        f"Pauses of {', '.join(f'{p:g}' for p in PAUSES_S)} s. Goal: 95 % of all of them within 60 ms. Real voices are "
        "cut out of the middle of what they say, so that their edges are known and loud. Synthesized ones die away "
        "below the noise before they end: there the end that is heard is not the one that is known.",
        *([] if _can_speak() else [NO_VOICE]),
    )
    return Table("Pauses of known length", head, tuple(body), notes)


def _real_pieces(media: Path) -> list[NDArray[np.float32]]:
    """A second or so out of speech without a pause, loud from its first moment to its last."""
    rng = np.random.default_rng(4)
    pieces = []
    for path in sorted((media / "speech").glob("LJ*.wav")):
        mono, heard = _sound_of(path)
        for start_s, end_s in heard.spans_s.tolist():
            if end_s - start_s < 1.6:
                continue
            for _ in range(40):
                first = round(rng.uniform(start_s + 0.1, end_s - 1.3) * RATE)
                piece = np.array(mono[first : first + round(rng.uniform(0.7, 1.1) * RATE)])
                ends = np.concatenate([piece[:EDGE], piece[-EDGE:]]).reshape(-1, EDGE // 4)
                if min(map(_rms, ends)) > 0.3 * _rms(piece):
                    pieces.append(_faded(piece))
    return pieces


def _rms(mono: NDArray[np.float32]) -> float:
    return float(np.sqrt(np.mean(np.square(mono, dtype=np.float64))))


def _faded(mono: NDArray[np.float32]) -> NDArray[np.float32]:
    ramp = np.linspace(0, 1, 80, dtype=np.float32)
    mono[:80] *= ramp
    mono[-80:] *= ramp[::-1]
    return mono


@cache
def _phrases() -> list[NDArray[np.float32]]:
    return [spoken(text, lang + mood, 150) for lang in PHRASES for mood in ("", "+f3") for text in PHRASES[lang]]


def _with_pauses(
    pieces: Sequence[NDArray[np.float32]], music: NDArray[np.float32] | None, below_db: float
) -> Iterator[tuple[NDArray[np.float32], list[tuple[float, float]]]]:
    """Four pieces with three pauses between them, and when these are."""
    rng = np.random.default_rng(int(below_db))
    for first in range(0, len(pieces) - 3, 4):
        parts, true, at = [hush(0.8)], [], 0.8
        for i, piece in enumerate(pieces[first : first + 4]):
            parts.append((piece * (SPEECH_RMS / _rms(piece))).astype(np.float32))
            at += len(piece) / RATE
            if i < len(PAUSES_S):
                true.append((at, at + PAUSES_S[i]))
                parts.append(hush(PAUSES_S[i]))
                at += PAUSES_S[i]
        mono = np.concatenate([*parts, hush(0.6)])
        ground = rng.normal(size=len(mono)) if music is None else np.resize(music, len(mono))
        below = SPEECH_RMS * 10 ** (-below_db / 20) / _rms(ground.astype(np.float32))
        yield (mono + below * ground).astype(np.float32), true


def _pause_errors(true: Sequence[tuple[float, float]], spans: NDArray[np.float64]) -> list[float]:
    """Of the length of each pause that is found around the middle of a true one."""
    errors = []
    for start_s, end_s in true:
        after = int(np.searchsorted(spans[:, 0], (start_s + end_s) / 2))
        if 0 < after < len(spans) and spans[after - 1, 1] <= (start_s + end_s) / 2:
            errors.append(float(spans[after, 0] - spans[after - 1, 1] - (end_s - start_s)))
    return errors


# Rate


def rates_table() -> Table:
    """Synthesized speech at three speeds, its rate by its text and by its sound."""
    body: list[tuple[str, ...]] = []
    totals: dict[str, list[float]] = {"words": [], "nuclei": []}
    in_order = 0
    for lang, text in TEXTS.items() if _can_speak() else ():
        for mood in ("", "+f3"):
            errors: dict[str, list[float]] = {"words": [], "nuclei": []}
            found = []
            for speed in SPEEDS:
                mono = spoken(text, lang + mood, speed)
                seconds = len(mono) / RATE
                whole = {way: _whole(_in_quiet(mono), text, lang, way == "words") for way in errors}
                true = len(text.split()) / seconds * 60, (count_syllables(text, lang) or 0) / seconds
                errors["words"].append((whole["words"].words_per_min or 0) / true[0] - 1)
                errors["nuclei"].append((whole["nuclei"].syllables_per_s or 0) / true[1] - 1)
                found.append(whole["nuclei"].syllables_per_s or 0)
            in_order += found == sorted(found)
            for way, some in errors.items():
                totals[way] += some
            body.append((lang + mood, *(f"{e:+.2f}" for way in ("words", "nuclei") for e in errors[way])))
    for way, every in totals.items():
        if every:
            share = np.mean(np.abs(every) <= RATE_GOAL)
            goal = "" if share == 1 else "missed"
            mean = (
                f"mean {np.mean(every):+.3f}, within 10 %: {share:.2f}, worst {np.abs(every).max():.2f} {goal}".strip()
            )
            body.append((f"**{way}**", mean, *[""] * 5))
    head = ("voice", *(f"{what}, {speed}" for what in ("words/min", "syllables/s by ear") for speed in SPEEDS))
    order = (
        f"Faster is told to be faster by ear for {in_order} of {len(body) - len(totals)} voices. " if in_order else ""
    )
    notes = (f"Error of the whole, goal: within 10 %. {order}{'' if _can_speak() else NO_VOICE}".strip(),)
    return Table("Speech rate of synthesized speech", head, tuple(body), notes)


def _in_quiet(mono: NDArray[np.float32]) -> Audio:
    return sound_track(np.concatenate([hush(0.5), mono * (SPEECH_RMS / _rms(mono)), hush(0.5)]).astype(np.float32))


def _heard(audio: Audio) -> tuple[Spectrum, Voice, Pitch]:
    chance = np.concatenate(list(voice.chances(audio)))
    heard = Voice(voice.times_s(audio), chance, voice.spans_s(chance, audio))
    return make_spectrum(audio), heard, make_pitch(audio, heard)


def _whole(audio: Audio, text: str, lang: str, with_text: bool) -> RateRow:
    end_s = len(audio.mono) / RATE
    said = [SpokenRow(0.0, end_s, None, "segment", text=text, lang=lang, segment=0)] if with_text else []
    return next(row for row in speech_rate(*_heard(audio), said) if row.level == "whole")


def real_rates_table(media: Path) -> Table:
    """Syllables heard in real speech against those of its transcript."""
    body, errors = [], []
    for path, known in _answers(media / "speech"):
        text, lang = known.get("transcript"), known.get("language")
        if not text or path.suffix == ".raw" or path.name.startswith(("one_two_three_", "jfk.")):  # the same recordings
            continue
        true = count_syllables(text, lang) or 0
        rows = [row for row in speech_rate(*_heard(sound_track(_sound_of(path)[0])), []) if row.level == "whole"]
        if not rows or rows[0].syllables_per_s is None:
            body.append((path.name, str(true), "–", "–"))
            continue
        found = rows[0].syllables_per_s * rows[0].talk_s
        errors.append(found / true - 1)
        body.append((path.name, str(true), f"{found:.0f}", f"{errors[-1]:+.2f}"))
    share = np.mean(np.abs(errors) <= RATE_GOAL) if errors else 0.0
    goal = "" if share == 1 else ", missed"
    body.append(("**all**", "", "", f"mean {np.mean(errors or [0]):+.3f}, within 10 %: {share:.2f}{goal}"))
    notes = ("By ear alone. People swallow syllables that are spelt, so some of the difference is theirs.",)
    return Table("Syllables of real speech", ("file", "in the transcript", "heard", "error"), tuple(body), notes)


# Flow


def flow_table(media: Path) -> Table:
    """What is found in speech with one thing planted in it, and in speech without."""
    body: list[tuple[str, ...]] = []
    for what, louder_db, higher in STRESSES if _can_speak() else ():
        hits = false = 0
        for name in VOICES:
            audio, words = _one_by_one(name, louder_db, higher)
            found = [row for row in _flow(audio, words) if row.kind == "emphasis"]
            hits += any(row.word == words[STRESSED].text for row in found)
            false += sum(row.word != words[STRESSED].text for row in found)
        goal = "" if hits == len(VOICES) and not false else "missed"
        body.append((f"a word {what}", "emphasis", f"{hits} of {len(VOICES)}", str(false), goal))
    even = [_one_by_one(name, 0, 1) for name in VOICES] if _can_speak() else []
    if even:
        body.append(_without("words spoken alike", [_flow(*one) for one in even]))
        every = [_flow(_in_quiet(spoken(text, lang)), []) for lang, text in TEXTS.items()]
        body.append(_without("synthesized passages in eight languages", every))
    read = [_flow(sound_track(_sound_of(path)[0]), []) for path in sorted((media / "speech").glob("LJ*.wav"))]
    minutes = sum(len(_sound_of(path)[0]) for path in sorted((media / "speech").glob("LJ*.wav"))) / RATE / 60
    counts = [sum(row.kind == kind for rows in read for row in rows) for kind in ("emphasis", "stretch")]
    told = f"{counts[0] / max(minutes, 1e-9):.1f} a minute, {counts[1]} held"
    body.append(("a book read aloud, where stress is not known", "emphasis, stretch", "", told, ""))
    notes = (
        "One word of a sentence is made louder, higher, or both; the words are synthesized one by one so that no other "
        "stands out. Each of them falls in pitch by itself, in which a rise of 20 % alone is lost. Fillers and repeats "
        "are told from words, and tested on planted ones in eight languages.",
        *([] if _can_speak() else [NO_VOICE]),
    )
    return Table("Flow of speech", ("planted", "kind", "found", "found elsewhere", ""), tuple(body), notes)


def _without(what: str, flows: Sequence[Sequence[FlowRow]]) -> tuple[str, ...]:
    false = sum(row.kind in ("emphasis", "stretch") for rows in flows for row in rows)
    return (what, "emphasis, stretch", "", str(false), "missed" if false else "")


def _flow(audio: Audio, words: Sequence[SpokenRow]) -> list[FlowRow]:
    return list(speech_flow(*_heard(audio), words))


def _one_by_one(name: str, louder_db: float, higher: float) -> tuple[Audio, list[SpokenRow]]:
    """A sentence of words that are spoken alike, but for one of them."""
    from scipy.signal import resample

    parts, words, at = [hush(0.6)], [], 0.6
    for i, text in enumerate(EVEN.split()):
        mono = spoken(text, name, 150)
        mono = mono * (SPEECH_RMS / _rms(mono))
        if i == STRESSED:
            mono = np.asarray(resample(mono, int(len(mono) / higher))) * 10 ** (louder_db / 20)
        parts.append(mono.astype(np.float32))
        words.append(SpokenRow(at, at + len(mono) / RATE, None, "word", text=text, lang="en", segment=0))
        at += len(mono) / RATE
    return sound_track(np.concatenate([*parts, hush(0.6)])), words
