"""How much of the speech is given to the wrong voice, and how the analyzer fares with voices whose owner is known."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Audio, Voice
from analyzers.speech.speaker_diarization import speaker_diarization
from tests.truth.real import Table
from tests.truth.speech import _sound_of

STEP_S = 0.01
GOAL = 0.10  # error rate
CHANCES = (0.0, 0.5, 0.8, 1.0)  # length of what is added to a voice's vector of length 1
SIZE = 192  # numbers of a voice, as ECAPA has
Turn = tuple[float, float, str]


def error_rate(true: Sequence[Turn], told: Sequence[Turn]) -> float:
    """Missed, invented and confused speech, of all true speech; no collar, overlapping speakers counted each.

    Speakers told are matched with true ones so that most agrees (https://doi.org/10.1007/11965152_28).
    """
    from scipy.optimize import linear_sum_assignment

    end_s = max((turn[1] for turn in (*true, *told)), default=0.0)
    ours, theirs = _frames(told, end_s), _frames(true, end_s)
    shared = np.array([[(a & b).sum() for b in theirs.values()] for a in ours.values()]).reshape(len(ours), len(theirs))
    rows, columns = linear_sum_assignment(-shared)
    right = int(shared[rows, columns].sum())
    n_true, n_told = (np.sum(list(frames.values()), axis=0) for frames in (theirs, ours))
    wrong = int(np.maximum(n_true, n_told).sum()) - right
    return wrong / max(int(n_true.sum()), 1)


def _frames(turns: Sequence[Turn], end_s: float) -> dict[str, NDArray[np.int64]]:
    middle_s = (np.arange(round(end_s / STEP_S)) + 0.5) * STEP_S
    found = {name: np.zeros(len(middle_s), np.int64) for _, _, name in turns}
    for start, end, name in turns:
        found[name] |= ((middle_s >= start) & (middle_s < end)).astype(np.int64)
    return found or {"": np.zeros(len(middle_s), np.int64)}


class Planted:
    """A model that knows who speaks: each sample of the sound is the number of its speaker, from 1; 0 is nobody.

    A stretch's vector is the mean of its speakers', by the time they have in it, and as much chance as told.
    """

    alike = 0.5

    def __init__(self, speakers: int, noise: float, seed: int = 0) -> None:
        self._rng = np.random.default_rng(seed)
        self._voices = self._rng.normal(size=(speakers, SIZE))
        self._voices /= np.linalg.norm(self._voices, axis=1, keepdims=True)
        self._noise = noise

    def __call__(self, stretches: Iterable[NDArray[np.float32]], /) -> Iterator[NDArray[np.float32]]:
        for stretch in stretches:
            shares = np.array([(np.round(stretch) == number + 1).mean() for number in range(len(self._voices))])
            chance = self._rng.normal(size=SIZE) / np.sqrt(SIZE)
            vector = shares @ self._voices + self._noise * chance * max(float(shares.sum()), 0.1)
            yield (vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float32)


def planted(true: Sequence[Turn], spans: NDArray[np.float64], end_s: float) -> tuple[Audio, Voice, list[str]]:
    """A sound track that holds the numbers of its speakers, and their names in that order."""
    names = list(dict.fromkeys(name for _, _, name in true))
    mono = np.zeros(round(end_s * 16_000), np.float32)
    for start, end, name in true:
        mono[round(start * 16_000) : round(end * 16_000)] = names.index(name) + 1
    return Audio(np.zeros((0, 2), np.float32), mono), Voice(np.zeros(0), np.zeros(0, np.float32), spans), names


def told_with(true: Sequence[Turn], spans: NDArray[np.float64], noise: float, seed: int = 0) -> list[Turn]:
    end_s = max(float(spans.max(initial=0)), max(end for _, end, _ in true))
    audio, voice, names = planted(true, spans, end_s)
    rows = speaker_diarization(audio, voice, Planted(len(names), noise, seed))
    return [(row.start_s, row.end_s, row.speaker) for row in rows]


def drawn(speakers: int, seed: int, turns: int = 24, has_pauses: bool = True) -> list[Turn]:
    """A conversation: turns of 1.2 to 6 s, with pauses of 0.3 to 1 s between them or with none."""
    rng = np.random.default_rng(seed)
    made, at, last = [], 0.5, -1
    for _ in range(turns):
        last = int(rng.choice([one for one in range(speakers) if one != last or speakers == 1]))
        length = float(rng.uniform(1.2, 6.0))
        made.append((at, at + length, f"P{last}"))
        at += length + (float(rng.uniform(0.3, 1.0)) if has_pauses else 0.0)
    return made


def tables(media: Path) -> Iterator[Table]:
    yield clustering_table(media)


def clustering_table(media: Path) -> Table:
    body = []
    for has_pauses in (True, False):
        for speakers in (1, 2, 3, 4):
            name = f"{speakers} speakers, {'with' if has_pauses else 'without'} pauses"
            cells = [_drawn_cell(speakers, chance, has_pauses) for chance in CHANCES]
            body.append((name, *cells, "0.000"))
    for name in ("two_speakers_phone_30s.wav", "meeting_4spk_30s.wav"):
        path = media / "speech" / name
        if path.is_file():
            body.append((name, *_real_cells(path)))
    notes = (
        "No weights of a model of voices are at hand, so the vectors are planted: one for each speaker, the mean where "
        "two are heard, and chance of the given length added to a voice of length 1. What is measured is the rest: "
        "windows, clusters, borders. Missed, invented and confused speech over all speech, in frames of 10 ms without "
        f"a collar; in brackets how many speakers were told. Goal: at most {GOAL:.2f} for two speakers that alternate.",
        "Of the two recordings the turns are people's, and the stretches of speech the detector's. Nobody who tells "
        "one speaker at a time can do better there than the last column: the rest is where several speak at once. "
        "There the goal is missed.",
    )
    head = ("conversation", *(f"chance {chance}" for chance in CHANCES), "at best")
    return Table("Speakers, with planted voices", head, tuple(body), notes)


def _drawn_cell(speakers: int, chance: float, has_pauses: bool) -> str:
    errors, counts = [], []
    for seed in range(3):
        true = drawn(speakers, seed, has_pauses=has_pauses)
        spans = [turn[:2] for turn in true] if has_pauses else [(true[0][0], true[-1][1])]
        told = told_with(true, np.array(spans), chance, seed)
        errors.append(error_rate(true, told))
        counts.append(len({name for *_, name in told}))
    return f"{np.mean(errors):.3f} ({min(counts)}–{max(counts)})"


def _real_cells(path: Path) -> list[str]:
    true, spans = turns_of(path), _sound_of(path)[1].spans_s
    cells = []
    for chance in CHANCES:
        told = told_with(true, spans, chance)
        cells.append(f"{error_rate(true, told):.3f} ({len({name for *_, name in told})})")
    return [*cells, f"{least_error(true, spans):.3f}"]


def least_error(true: Sequence[Turn], spans: NDArray[np.float64]) -> float:
    """What is left where every frame of these stretches is given to one who speaks there."""
    end_s = max(float(spans.max(initial=0)), max(end for _, end, _ in true))
    n_true = np.sum(list(_frames(true, end_s).values()), axis=0)
    n_told = _frames([(start, end, "voice") for start, end in spans.tolist()], end_s)["voice"]
    return float(np.maximum(n_true, n_told).sum() - np.minimum(n_true, n_told).sum()) / max(int(n_true.sum()), 1)


def turns_of(path: Path) -> list[Turn]:
    known: dict[str, Any] = json.loads(path.with_name(f"{path.name}.gt.json").read_text())
    return [(turn["start"], turn["end"], turn["speaker"]) for turn in known["diarization"]]
