"""Which tracks of faces are one person's, within one video.

By vectors of a network that knows persons, where the finder gives them. Else by looks: the face, hair and clothes each
speak for or against, and the sum decides. People mostly keep their clothes within a video; somebody who changes them
is found again only where the face looks much the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzers.measures.people.looks import Appearance

VECTORS_ALIKE = 0.363  # cosine from which on SFace's vectors are rather of one person: the border its authors state
EXAMPLES = 6  # sights of a track that speak for it, the sharpest of as many equal parts of its time
KEPT = 8  # tracks of a person that newcomers are compared with, the latest
FACES = 4  # best of the pairs of two tracks' sights: those of the most similar turn and expression
# How like each other two sights of one person's and of two persons' faces are parts them at about the first number;
# the second is what a difference counts. Within one video hair and clothes, with what lies behind them, share more than
# this of their colours, those of two people seldom do.
FACE, HAIR, CLOTHES = (0.42, 5.0), (0.67, 4.0), (0.7, 4.0)


@dataclass(frozen=True, slots=True)
class Track:
    """One face in one shot."""

    pictures: frozenset[int]  # that show it
    patches: NDArray[np.float32]  # (n, size), each of length 1
    hair: NDArray[np.float32] | None  # shares of colours
    clothes: NDArray[np.float32] | None
    vector: NDArray[np.float32] | None  # of length 1


def track_of(pictures: Sequence[int], looks: Sequence[Appearance], vectors: Sequence[NDArray[np.float32]]) -> Track:
    parts = np.array_split(np.arange(len(looks)), min(EXAMPLES, len(looks)))
    best = [max(part, key=lambda i: looks[i].sharp) for part in parts]
    vector = np.mean(vectors, axis=0) if len(vectors) else None
    return Track(
        frozenset(pictures),
        np.stack([looks[i].patch.ravel() for i in best]).astype(np.float32),
        _mean([looks[i].hair for i in best]),
        _mean([looks[i].clothes for i in best]),
        None if vector is None else (vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float32),
    )


def persons(tracks: Sequence[Track]) -> list[int]:
    """A number for each track, 0 for the first person seen. Tracks that share a picture are never one person's."""
    known: list[list[Track]] = []
    numbers: list[int] = []
    for track in tracks:
        scores = [_score(track, person) for person in known]
        best = int(np.argmax(scores)) if scores else -1
        if best < 0 or scores[best] <= 0:
            best = len(known)
            known.append([])
        known[best].append(track)
        numbers.append(best)
    return numbers


def _score(track: Track, person: Sequence[Track]) -> float:
    """Above 0 where the track is rather this person's."""
    if any(track.pictures & other.pictures for other in person):
        return -np.inf
    return max(alike(track, other) for other in person[-KEPT:])


def alike(a: Track, b: Track) -> float:
    """How much more two tracks look like one person's than like two people's; 0 where it is open."""
    if a.vector is not None and b.vector is not None:
        return float(a.vector @ b.vector) - VECTORS_ALIKE
    faces = np.sort((a.patches @ b.patches.T).ravel())[-FACES:]
    score = FACE[1] * (float(faces.mean()) - FACE[0])
    for one, other, (border, weight) in ((a.hair, b.hair, HAIR), (a.clothes, b.clothes, CLOTHES)):
        if one is not None and other is not None:
            score += weight * (float(np.minimum(one, other).sum()) - border)
    return score


def _mean(shares: Sequence[NDArray[np.float16]]) -> NDArray[np.float32] | None:
    """Of the sights where that part of the picture is seen; None where none shows it."""
    seen = [each for each in shares if len(each)]
    return np.stack(seen).mean(axis=0).astype(np.float32) if seen else None
