"""Who speaks when: stretches of speech, each given to one of the video's unnamed speakers.

A row is a stretch without a pause in which one person speaks: S1 is who speaks first, S2 the next new voice, and so on.
Where two speak at once only one is told. Each second and a half of a stretch becomes a vector that is alike for one
voice; vectors that lie together are one speaker (average linkage of their cosines, cut where the model itself tells
two voices apart), so nobody has to know how many there are. Without a model of voices there is no answer at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from analyzers.columns import Column, Confidence, EndS, Fraction, StartS
from analyzers.contract import Audio, EmbedVoice, Voice, analyzer
from analyzers.measures.speech.stretches import sound_of

WINDOW_S, HOP_S = 1.5, 0.75  # a shorter window knows the voice badly, a longer one mixes two
LEAST_S = 0.4  # a shorter stretch says nothing of whose it is: it goes to whom is next to it


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    speaker: Annotated[str, Column("S1, S2 and so on, in the order in which they are first heard")]
    share: Annotated[Fraction, Column("of all speech of the video that is this speaker's")]


@dataclass(frozen=True, slots=True)
class _Window:
    span: int  # number of the stretch of speech
    start_s: float
    end_s: float


@analyzer(version=1, stage="gpu_light", role="embed_voice", max_gap_s=0.75, evidence="model")
def speaker_diarization(audio: Audio, voice: Voice, model: EmbedVoice) -> Iterator[Row]:
    spans = voice.spans_s.tolist()
    windows = [window for number, span in enumerate(spans) for window in _windows(number, *span)]
    if not windows:
        return
    vectors = np.stack(list(model(sound_of(audio, window.start_s, window.end_s) for window in windows)))
    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    owners = _in_order(_without_strays(windows, vectors, _clusters(vectors, model.alike)))
    turns = _turns(spans, windows, owners, _sureness(vectors, owners))
    total_s = sum(end_s - start_s for start_s, end_s, _, _ in turns)
    spoken_s = np.bincount([owner for *_, owner, _ in turns], [end_s - start_s for start_s, end_s, *_ in turns])
    for start_s, end_s, owner, sureness in turns:
        share = min(float(spoken_s[owner]) / total_s, 1.0) if total_s else 0.0
        yield Row(max(start_s, 0.0), max(end_s, 0.0), sureness, f"S{owner + 1}", share)


def _windows(number: int, start_s: float, end_s: float) -> list[_Window]:
    """Evenly over a stretch, the last one ending with it; one where it is short, none where it is too short."""
    length_s = end_s - start_s
    if length_s < LEAST_S:
        return []
    count = max(1, 1 + round((length_s - WINDOW_S) / HOP_S))
    size_s = min(WINDOW_S, length_s)
    return [_Window(number, at, at + size_s) for at in np.linspace(start_s, end_s - size_s, count).tolist()]


def _clusters(vectors: NDArray[np.float32], alike: float) -> NDArray[np.int64]:
    """A number for each vector, the same for those of one voice."""
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(vectors) == 1:
        return np.zeros(1, np.int64)
    tree = linkage(np.asarray(vectors, np.float64), "average", "cosine")
    return fcluster(tree, 1 - alike, "distance").astype(np.int64) - 1


def _without_strays(
    windows: Sequence[_Window], vectors: NDArray[np.float32], owners: NDArray[np.int64]
) -> NDArray[np.int64]:
    """A lone window inside a stretch of others is two voices mixed, or a laugh: it goes to the likest voice.

    Who has a stretch to himself, however short, or two windows in a row, is a speaker.
    """
    spans = np.array([window.span for window in windows])
    proven = set()
    for i, owner in enumerate(owners.tolist()):
        is_alone = int((spans == spans[i]).sum()) == 1
        goes_on = i + 1 < len(owners) and spans[i + 1] == spans[i] and owners[i + 1] == owner
        if is_alone or goes_on:
            proven.add(owner)
    if not proven:
        return np.zeros_like(owners)
    known = sorted(proven)
    centres = _centres(vectors, owners, known)
    likest = np.array(known)[(vectors @ centres.T).argmax(axis=1)]
    return np.where(np.isin(owners, known), owners, likest)


def _centres(vectors: NDArray[np.float32], owners: NDArray[np.int64], known: Sequence[int]) -> NDArray[np.float32]:
    centres = np.stack([vectors[owners == owner].mean(axis=0) for owner in known])
    return centres / np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)


def _in_order(owners: NDArray[np.int64]) -> NDArray[np.int64]:
    """Numbered by first appearance."""
    numbers = {owner: number for number, owner in enumerate(dict.fromkeys(owners.tolist()))}
    return np.array([numbers[owner] for owner in owners.tolist()])


def _sureness(vectors: NDArray[np.float32], owners: NDArray[np.int64]) -> NDArray[np.float64]:
    """Cosine of each window with the middle of its speaker."""
    centres = _centres(vectors, owners, range(int(owners.max()) + 1))
    return np.einsum("ij,ij->i", vectors, centres[owners]).clip(0, 1).astype(np.float64)


def _turns(
    spans: Sequence[Sequence[float]],
    windows: Sequence[_Window],
    owners: NDArray[np.int64],
    sureness: NDArray[np.float64],
) -> list[tuple[float, float, int, float | None]]:
    """Start, end, speaker and sureness: each stretch parted halfway between the windows of two speakers."""
    found: list[tuple[float, float, int, float | None]] = []
    for number, (start_s, end_s) in enumerate(spans):
        inside = [i for i, window in enumerate(windows) if window.span == number]
        if not inside:
            found.append((start_s, end_s, _nearest(start_s, end_s, windows, owners), None))
            continue
        runs = np.split(np.array(inside), np.flatnonzero(np.diff(owners[inside])) + 1)
        middles = [(windows[i].start_s + windows[i].end_s) / 2 for i in range(len(windows))]
        edges = [start_s, *((middles[a[-1]] + middles[b[0]]) / 2 for a, b in pairwise(runs)), end_s]
        for run, (first_s, after_s) in zip(runs, pairwise(edges), strict=True):
            found.append((first_s, after_s, int(owners[run[0]]), float(sureness[run].mean())))
    return found


def _nearest(start_s: float, end_s: float, windows: Sequence[_Window], owners: NDArray[np.int64]) -> int:
    gaps = [max(start_s - window.end_s, window.start_s - end_s) for window in windows]
    return int(owners[int(np.argmin(gaps))])
