"""How right the analyzers of the edit are: one number from what they found and what is true."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf
from typing import Any

import numpy as np

from resources.render import shown_moments
from tests.truth.scores import Found, f1

# Repeats, gaps, freezes, flicker

FREEZE_S = 0.25  # a still of this length is one


def _true_runs(f: Found) -> Iterator[tuple[int, int]]:
    """First frame and frame after of every run that shows one moment."""
    moments = shown_moments(f.video)
    starts = [0, *(np.flatnonzero(np.diff(moments) != 0) + 1).tolist(), len(moments)]
    yield from pairwise(starts)


def _is_freeze(f: Found, first: int, after: int) -> bool:
    return (after - first) / f.video.fps >= FREEZE_S


def _true_repeats(f: Found) -> set[int]:
    return {frame for a, b in _true_runs(f) if not _is_freeze(f, a, b) for frame in range(a + 1, b)}


def _true_missing(f: Found) -> set[int]:
    """Frames before which some are missing and were not made up for by repeats."""
    moments, repeats = shown_moments(f.video), _true_repeats(f)
    jumps = np.flatnonzero(np.diff(moments) > 1.5 / float(f.video.fps)) + 1
    return {
        int(k)
        for k in jumps
        if k - 1 not in repeats and not any(b == k and _is_freeze(f, a, b) for a, b in _true_runs(f))
    }


def _named(f: Found, kind: str) -> set[int]:
    return {frame for row in f.rows if row.kind == kind for frame in row.frames or ()}


def _frames_f1(pairs: Sequence[tuple[set[int], set[int]]]) -> float:
    hits = sum(len(found & true) for found, true in pairs)
    return f1(hits, sum(len(found) for found, _ in pairs), sum(len(true) for _, true in pairs))


def repeats_f1(found: Sequence[Found]) -> float:
    """Repeated frames named by their exact index."""
    return _frames_f1([(_named(f, "dup"), _true_repeats(f)) for f in found])


def missing_f1(found: Sequence[Found]) -> float:
    return _frames_f1([(_named(f, "drop"), _true_missing(f)) for f in found])


def freezes_f1(found: Sequence[Found]) -> float:
    """Freezes whose first and last frame are both exact. A shot of a still picture is one."""
    pairs = []
    for f in found:
        times = np.array(f.truth.t_s)
        ours = {
            tuple(np.searchsorted(times, [r.start_s - 1e-6, r.end_s - 1e-6]).tolist())
            for r in f.rows
            if r.kind == "freeze"
        }
        true = {run for run in _true_runs(f) if _is_freeze(f, *run)}
        if f.video.moments_s is None:
            true = {(shot.first_frame, shot.end_frame) for shot in f.truth.shots}
        pairs.append((ours, true))
    return _frames_f1(pairs)


def cadence_error_hz(found: Sequence[Found]) -> float:
    """Of the one row that tells how often a frame is shown twice."""
    worst = 0.0
    for f in found:
        told = [row.hz for row in f.rows if row.kind == "dup"]
        starts = [a for a, b in _true_runs(f) if b - a > 1]
        true = (len(starts) - 1) / (f.truth.t_s[starts[-1]] - f.truth.t_s[starts[0]])
        worst = max(worst, abs(told[0] - true) if len(told) == 1 and told[0] else inf)
    return worst


def flicker_error_hz(found: Sequence[Found]) -> float:
    worst = 0.0
    for f in found:
        told = [row.hz for row in f.rows if row.kind == "flicker"]
        worst = max(worst, abs(told[0] - f.video.effects[0].hz) if len(told) == 1 else inf)
    return worst


def flicker_time_error_s(found: Sequence[Found]) -> float:
    """Of the start and the end of the only flicker."""
    worst = 0.0
    for f in found:
        rows, true = [row for row in f.rows if row.kind == "flicker"], f.video.effects[0]
        told = [abs(rows[0].start_s - true.start_s), abs(rows[0].end_s - true.end_s)] if len(rows) == 1 else [inf]
        worst = max(worst, *told)
    return worst


def torn_f1(found: Sequence[Found]) -> float:
    pairs = []
    for f in found:
        times = np.array(f.truth.t_s)
        true = {
            i
            for e in f.video.effects
            for i in np.flatnonzero((times >= e.start_s - 1e-6) & (times < e.end_s - 1e-6)).tolist()
        }
        spans = [np.searchsorted(times, [r.start_s - 1e-6, r.end_s - 1e-6]) for r in f.rows if r.kind == "warp"]
        pairs.append(({i for a, b in spans for i in range(a, b)}, true))
    return _frames_f1(pairs)


def false_findings(found: Sequence[Found]) -> float:
    """Of any kind but stills and black, in clips whose pictures run evenly."""
    return float(sum(row.kind not in ("freeze", "black") for f in found for row in f.rows))


def false_freezes(found: Sequence[Found]) -> float:
    return float(sum(row.kind == "freeze" for f in found for row in f.rows))


# Loops


def _told(f: Found, column: str) -> float | None:
    return getattr(f.rows[0], column) if len(f.rows) == 1 else None


def _goes_round(f: Found) -> bool:
    return f.clip.startswith("loop")


def _auc(found: Sequence[Found], column: str) -> float:
    """Chance that a clip that goes round has a smaller seam than one that does not; what is not told loses."""
    round_, broken = ([_told(f, column) for f in found if _goes_round(f) is kind] for kind in (True, False))
    pairs = [(a, b) for a in round_ for b in broken]
    return float(np.mean([0.0 if a is None or b is None else (a < b) + (a == b) / 2 for a, b in pairs]))


def visual_seam_auc(found: Sequence[Found]) -> float:
    return _auc(found, "visual_seam")


def audio_seam_auc(found: Sequence[Found]) -> float:
    return _auc(found, "audio_seam")


def loops_told_right(found: Sequence[Found]) -> float:
    return float(np.mean([_told(f, "is_loop") is _goes_round(f) for f in found]))


# Scenes


def _true_visits(f: Found) -> list[str]:
    """What each shot shows, by the picture that it was drawn from; a scene that goes on is told once."""
    names = [repr(shot.picture) for shot in f.video.shots]
    return [name for i, name in enumerate(names) if i == 0 or name != names[i - 1]]


def scene_count_error(found: Sequence[Found]) -> float:
    """Scenes too many or too few, and visits to them."""
    worst = 0.0
    for f in found:
        visits = _true_visits(f)
        worst = max(
            worst, abs(len({row.scene_id for row in f.rows}) - len(set(visits))), abs(len(f.rows) - len(visits))
        )
    return worst


def returns_right(found: Sequence[Found]) -> float:
    """Share of visits that rightly name the scene returned to, or none."""
    right: list[bool] = []
    for f in found:
        visits = _true_visits(f)
        order = list(dict.fromkeys(visits))
        true = [order.index(name) if name in visits[:i] else None for i, name in enumerate(visits)]
        told = [row.returns_to for row in f.rows]
        right += [a == b for a, b in zip(told, true, strict=False)] + [False] * abs(len(told) - len(true))
    return float(np.mean(right))


# Speed


def _true_paces(f: Found) -> list[tuple[float, float, float]]:
    """(start, end, factor beside the longest) of every stretch of one speed."""
    steps = np.round(np.diff(shown_moments(f.video)) * float(f.video.fps), 6)
    borders = [0, *(np.flatnonzero(np.diff(steps)) + 1).tolist(), len(steps)]
    longest = int(np.argmax(np.diff(borders)))
    times = [*f.truth.t_s, f.truth.duration_s]
    return [(times[a], times[b], float(steps[a] / steps[borders[longest]])) for a, b in pairwise(borders)]


def speed_error(found: Sequence[Found]) -> float:
    """Of a factor, worst of all; a stretch that is not found, or not where it is, is not told at all."""
    worst = 0.0
    for f in found:
        rows = [row for row in f.rows if row.op == "speed"]
        true = [pace for pace in _true_paces(f) if pace[2] != 1]
        if len(rows) != len(true):
            return inf
        for row, (start_s, end_s, factor) in zip(rows, true, strict=True):
            slack_s = 2.5 / float(f.video.fps)
            is_there = abs(row.start_s - start_s) <= slack_s and abs(row.end_s - end_s) <= slack_s
            worst = max(worst, abs(row.factor / factor - 1) if is_there else inf)
    return worst


def reversed_share(found: Sequence[Found]) -> float:
    """Share of the time of clips that run backwards that is told to; of all of them together."""
    told = sum(row.end_s - row.start_s for f in found for row in f.rows if row.op == "reverse")
    return told / sum(f.truth.duration_s for f in found)


def way_back_error_s(found: Sequence[Found]) -> float:
    """Of the beginning and the end of the second half, which is the first one backwards."""
    worst = 0.0
    for f in found:
        rows = [row for row in f.rows if row.op == "reverse"]
        turn_s = f.truth.t_s[int(np.argmax(shown_moments(f.video)))]
        told = [abs(rows[0].start_s - turn_s), abs(rows[0].end_s - f.truth.duration_s)] if len(rows) == 1 else [inf]
        worst = max(worst, *told)
    return worst


def false_speeds(found: Sequence[Found]) -> float:
    """Speeds and reverses in footage that is as it was shot. A drawn scene that stands still is a freeze."""
    return float(sum(row.op in ("speed", "reverse") for f in found for row in f.rows))


def false_stops(found: Sequence[Found]) -> float:
    """Still pictures of a slide show taken for frozen footage."""
    return float(sum(row.op == "freeze" for f in found for row in f.rows))


# Effects

NAMED = {"split": "rgb_split"}  # where the renderer's word is another
WIDTHS_PER_BLUR = 0.01  # of the renderer's strength


def _true_effects(f: Found) -> list[tuple[str, int, int, float | None, float | None]]:
    """Name, first frame and frame after that it changes, strength, frequency."""
    times, true = np.array(f.truth.t_s), []
    for e in f.video.effects:
        inside = np.flatnonzero((times >= e.start_s - 1e-6) & (times < e.end_s - 1e-6))
        if e.kind == "strobe":
            inside = inside[(times[inside] - e.start_s + 1e-6) * e.hz % 1 < 0.5]
        size = {"invert": None, "mirror": None, "bw": None, "blur": e.strength * WIDTHS_PER_BLUR}.get(
            e.kind, e.strength
        )
        name, hz = NAMED.get(e.kind, e.kind), e.hz if e.kind in ("strobe", "shake") else None
        true.append((name, int(inside[0]), int(inside[-1]) + 1, size, hz))
    return true + [("freeze", *run, None, None) for run in _true_runs(f) if _is_freeze(f, *run)]


def _matched(f: Found) -> Iterator[tuple[Any, tuple[str, int, int, float | None, float | None]]]:
    """Rows and the effects that they tell, both ends within two frames."""
    times = np.array(f.truth.t_s)
    for name, first, after, size, hz in _true_effects(f):
        for row in f.rows:
            a, b = np.searchsorted(times, [row.start_s - 1e-6, row.end_s - 1e-6]).tolist()
            if row.effect == name and abs(a - first) <= 2 and abs(b - after) <= 2:
                yield row, (name, first, after, size, hz)
                break


def effects_f1(found: Sequence[Found]) -> float:
    hits = sum(1 for f in found for _ in _matched(f))
    return f1(hits, sum(len(f.rows) for f in found), sum(len(_true_effects(f)) for f in found))


def effect_strength_error(found: Sequence[Found]) -> float:
    """As a share, of those effects that were found and have one."""
    return max(
        (abs(row.strength / size - 1) for f in found for row, (*_, size, _) in _matched(f) if size is not None),
        default=inf,
    )


def strobe_error_hz(found: Sequence[Found]) -> float:
    return max((abs(row.hz - hz) for f in found for row, (*_, hz) in _matched(f) if hz is not None), default=inf)


OTHERS = {  # effects that other tables tell, by clip
    "twice, then half as fast": "ramp",
    "three times as fast, 60 fps": "fast",
    "half as fast, 24 fps, things that pass": "slow",
    "loop, there and back": "reverse",
    "inset": "overlay",
    "before a green screen": "greenscreen",
}


def others_told(found: Sequence[Found]) -> float:
    """Share of the clips whose only row names the right effect, within two frames of its start and end."""
    right = []
    for f in found:
        frame_s = float(1 / f.video.fps)
        start_s, end_s = 0.0, f.truth.duration_s
        if f.video.moments_s:
            steps = np.round(np.diff(shown_moments(f.video)) * float(f.video.fps), 6)
            start_s = f.truth.t_s[int(np.argmax(steps != steps[0]))]
            last = int(len(steps) - np.argmax(steps[::-1] != 1))
            end_s = f.truth.t_s[last] if last < len(steps) else end_s
        told = [(row.effect, row.start_s, row.end_s) for row in f.rows]
        right.append(
            len(told) == 1
            and told[0][0] == OTHERS[f.clip]
            and abs(told[0][1] - start_s) <= 2.5 * frame_s
            and abs(told[0][2] - end_s) <= 2.5 * frame_s
        )
    return float(np.mean(right))
