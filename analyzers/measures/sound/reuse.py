"""Which sounds hold the same recording: landmarks that both have, in the same order and at the same distances.

An index turned inside out, from landmark to who has it and when, answers for one sound in the time that it takes to
read what it shares with others. What is shared by chance lies at any distance; what is the same recording lies at one.
Tunes of one synthesizer and loops of one drum machine share notes at many distances: there the best must stand out,
or nothing may be missing at it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzers.measures.sound.landmarks import HASH_BITS, Landmarks

Ints = NDArray[np.int64]

TICKS_A_S = 50
TICK_BITS, SOUND_BITS = 19, 20  # 2.9 hours of a million sounds
MOST_TICKS = 2**TICK_BITS - 1
PLACE_BITS = TICK_BITS + 2
MIN_SHARED = 14  # different landmarks; two unrelated recordings came to 12 at most
MAX_GAP_S = 5.0  # of shared landmarks within one stretch: talk over it, or a loud effect
NEAR_WINDOWS = 5  # of 40 ms: an echo of the best distance, not another one
# How often the best distance must be met as often as the next best. Tunes in one key, tempo and timbre reach 2.02.
STANDS_OUT, STANDS_ALONE = 1.7, 2.3
BIN_S, BIN_LANDMARKS = 0.25, 4  # a moment, and the landmarks that both need there for it to count
MOST_HEARD, ALL_HEARD = 0.7, 0.9  # moments in which something is shared; half of them in tunes of one synthesizer
# A sound that repeats is told by lacking nothing in so many of them; the drums of one kit in two rhythms share 33.
LOOP_MOMENTS, LOOP_SHARED = 15, 45
MOST_READ = 2_000_000  # entries of the index for one sound, its rarest landmarks first: 200 MB at work
MOST_MATCHES = 100  # others that are told of one sound, the best
MOST_STRETCHES = 4  # of one pair

assert HASH_BITS + TICK_BITS + SOUND_BITS < 63


@dataclass(frozen=True, slots=True)
class Index:
    """Every landmark of some sounds, in order: what it is, whose, and when, in the bits of one number."""

    entries: Ints
    sounds: Sequence[Landmarks]


@dataclass(frozen=True, slots=True)
class Reuse:
    """A stretch of one sound that is also in another."""

    other: int  # number of the other sound in its index
    start_s: float
    end_s: float
    other_start_s: float
    score: float  # share of the stretch's different landmarks that both have
    n_landmarks: int


@dataclass(frozen=True, slots=True)
class _Shared:
    """Landmarks that others have too."""

    mine: NDArray[np.intp]  # their numbers in the sound that is asked about
    others: Ints  # whose
    shifts: Ints  # how much later there, in ticks above -MOST_TICKS


def build_index(sounds: Sequence[Landmarks]) -> Index:
    """Of fewer than a million sounds."""
    parts = [_entries(number, sound) for number, sound in enumerate(sounds)]
    return Index(np.sort(np.concatenate(parts)) if parts else np.zeros(0, np.int64), sounds)


def find_reuse(sound: Landmarks, index: Index, before: int | None = None) -> list[Reuse]:
    """Stretches of the sound that are also in others of the index, the best first; of those below `before` alone."""
    shared = _read(sound, index, before)
    if not len(shared.mine):
        return []
    # Two windows of 80 ms each, half on top of each other: no distance is split between two of them.
    window = np.concatenate([shared.shifts >> 1, (shared.shifts >> 1) + 1])
    place = np.tile(shared.others, 2) << PLACE_BITS | window
    busy = _busy(place)
    mine, place = np.tile(shared.mine, 2)[busy], place[busy]
    if not len(mine):
        return []
    order = np.argsort(place, kind="stable")
    place, mine = place[order], mine[order]
    places, counts = _different(place, sound.hashes[mine])
    found: list[Reuse] = []
    for low, high in _best_others(places, counts):
        other = int(places[low] >> PLACE_BITS)
        told: list[Reuse] = []
        for at, ratio in _best_places(places[low:high], counts[low:high]):
            here = np.unique(mine[np.searchsorted(place, at) : np.searchsorted(place, at + 1)])
            told += _stretches(sound, index.sounds[other], here, other, at, ratio, told)
        found += sorted(told, key=lambda reuse: -reuse.n_landmarks)[:MOST_STRETCHES]
    return found


def _entries(number: int, sound: Landmarks) -> Ints:
    return (sound.hashes.astype(np.int64) << SOUND_BITS | number) << TICK_BITS | _ticks(sound)


def _ticks(sound: Landmarks) -> Ints:
    return np.clip((sound.t_s * TICKS_A_S).round().astype(np.int64), 0, MOST_TICKS)


def _read(sound: Landmarks, index: Index, before: int | None) -> _Shared:
    hashes = sound.hashes.astype(np.int64)
    low = np.searchsorted(index.entries, hashes << (SOUND_BITS + TICK_BITS))
    lengths = np.searchsorted(index.entries, (hashes + 1) << (SOUND_BITS + TICK_BITS)) - low
    rarest = np.argsort(lengths, kind="stable")
    read = rarest[np.cumsum(lengths[rarest]) <= MOST_READ]
    mine = np.repeat(read, lengths[read])
    steps = np.arange(len(mine)) - np.repeat(np.cumsum(lengths[read]) - lengths[read], lengths[read])
    entries = index.entries[np.repeat(low[read], lengths[read]) + steps]
    others = entries >> TICK_BITS & (2**SOUND_BITS - 1)
    wanted = others < before if before is not None else np.ones(len(others), bool)
    mine, others, entries = mine[wanted], others[wanted], entries[wanted]
    return _Shared(mine, others, (entries & MOST_TICKS) - _ticks(sound)[mine] + MOST_TICKS)


def _busy(place: Ints) -> NDArray[np.bool_]:
    """Which lie where so much is shared that it counts, as the best place or as one beside the best."""
    least = int(MIN_SHARED / STANDS_ALONE)
    ordered = np.sort(place)
    runs = ordered[least - 1 :] if len(ordered) >= least else ordered[:0]
    many = np.unique(runs[runs == ordered[: len(runs)]])
    if not len(many):
        return np.zeros(len(place), bool)
    return many[np.minimum(np.searchsorted(many, place), len(many) - 1)] == place


def _different(place: Ints, hashes: NDArray[np.int32]) -> tuple[Ints, Ints]:
    """Each place, and how many different landmarks are shared there: a stroke that repeats counts once."""
    order = np.lexsort((hashes, place))
    place, hashes = place[order], hashes[order]
    is_new = np.r_[True, (place[1:] != place[:-1]) | (hashes[1:] != hashes[:-1])]
    return np.unique(place[is_new], return_counts=True)


def _best_others(places: Ints, counts: Ints) -> list[tuple[int, int]]:
    """First and last place of each other sound that shares enough at one of them, the best sounds first."""
    starts = np.flatnonzero(np.diff(places >> PLACE_BITS, prepend=-1))
    most = np.maximum.reduceat(counts, starts)
    ends = np.r_[starts[1:], len(places)]
    ranked = np.argsort(-most, kind="stable")[:MOST_MATCHES]
    return [(int(starts[i]), int(ends[i])) for i in ranked if most[i] >= MIN_SHARED]


def _best_places(places: Ints, counts: Ints) -> Iterator[tuple[int, float]]:
    """Distances at which enough is shared, and how far each stands out from all others; the best first."""
    best = places[counts.argmax()]
    runner_up = counts[np.abs(places - best) > NEAR_WINDOWS].max(initial=1)
    ranked = np.argsort(-counts, kind="stable")[: 4 * MOST_STRETCHES]
    for at, count in zip(places[ranked].tolist(), counts[ranked].tolist(), strict=True):
        if count >= MIN_SHARED:
            yield at, count / runner_up if abs(at - best) <= NEAR_WINDOWS else 1.0


def _stretches(
    sound: Landmarks, there: Landmarks, mine: NDArray[np.intp], other: int, at: int, ratio: float, told: list[Reuse]
) -> Iterator[Reuse]:
    """What is shared at one distance, in stretches without a long gap, where nothing was told yet."""
    shift_s = ((at & (2**PLACE_BITS - 1)) * 2 - MOST_TICKS) / TICKS_A_S
    known = [(reuse.start_s, reuse.end_s) for reuse in told]
    for part in np.split(mine, np.flatnonzero(np.diff(sound.t_s[mine]) > MAX_GAP_S) + 1):
        start_s, end_s = float(sound.t_s[part[0]]), float(sound.t_s[part[-1]])
        n_shared = len(np.unique(sound.hashes[part]))
        if n_shared < MIN_SHARED or any(start_s < end and end_s > start for start, end in known):
            continue
        heard, moments = _moments_heard(sound.t_s, there.t_s - shift_s, sound.t_s[part], start_s, end_s)
        stands_out = ratio >= STANDS_ALONE or (ratio >= STANDS_OUT and heard >= MOST_HEARD)
        is_loop = heard >= ALL_HEARD and moments >= LOOP_MOMENTS and n_shared >= LOOP_SHARED
        if stands_out or is_loop:
            within = (sound.t_s >= start_s) & (sound.t_s <= end_s)
            score = n_shared / len(np.unique(sound.hashes[within]))
            yield Reuse(other, start_s, end_s, max(start_s + shift_s, 0.0), score, n_shared)


def _moments_heard(
    ours_s: NDArray[np.floating], theirs_s: NDArray[np.floating], shared_s: NDArray[np.floating], start_s: float,
    end_s: float,
) -> tuple[float, int]:  # fmt: skip
    """The share of moments with landmarks on both sides in which any is shared, and how many such moments there are."""
    edges = np.arange(start_s - BIN_S / 2, end_s + BIN_S, BIN_S)  # the first landmark lies amid a moment, as strokes do
    ours, theirs, shared = (np.histogram(t_s, edges)[0] for t_s in (ours_s, theirs_s, shared_s))
    counted = np.minimum(ours, theirs) >= BIN_LANDMARKS
    return float((shared[counted] > 0).mean()) if counted.any() else 1.0, int(counted.sum())
