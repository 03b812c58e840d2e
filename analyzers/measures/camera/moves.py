"""The moves that a camera's path is made of: where each starts and ends, how far it goes, how it is eased.

The path is taken apart at sudden jumps; in what lies between, a move is a stretch in which one part
of the path (x, y, ln zoom, roll) keeps going one way, far enough to be meant. Its ends, amount and
easing come from fitting whole eased moves to the path, which a shaking hand does not disturb.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.measures.camera.eased import SHAPES, Easing, fit, shape_of
from analyzers.measures.camera.path import CameraPath
from analyzers.measures.camera.similarity import Floats

Part = Literal["x", "y", "zoom", "roll"]

PARTS: tuple[Part, ...] = ("x", "y", "zoom", "roll")
CAMERA = np.array([-1.0, -1.0, 1.0, -180 / np.pi])  # from what the content does to what the camera does
VISUAL = np.array([1.0, 1.0, 0.55, 0.55 * np.pi / 180])  # widths that a typical point moves, per unit of each part
SLOWEST = np.array([0.02, 0.02, 0.015, 0.7])  # per second: slower than this is standing
LEAST = np.array([0.05, 0.05, 0.025, 1.5])  # a move that goes less far is none
SHAKES = 8.0  # a meant move goes further than this many times the shake
SWING = 3.0  # times LEAST: shorter than this and undone right away, it is a hand that sways
SMOOTH_S = 0.15  # standard deviation of the smoothing under which moves are looked for
SHAKE_HZ = 1.5  # what is slower is no shake
SHAKE_SEEN = 0.0008  # widths: an eighth of a pixel of 160; below, no frequency is told
JUMP = 0.03  # widths in one step
JUMP_RATIO = 4.0  # to the steps around it
SIMPLER = 0.7  # an eased fit must leave less than this share of the straight one's error
GOOD_FIT = 0.05  # of the amount


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a shot, from one of its frames to another; `part` is None where nothing is meant to move."""

    first: int
    last: int
    part: Part | None
    amount: float  # signed: widths, ln scale or degrees
    peak_rate: float
    easing: Easing | None
    is_jump: bool
    shake_rms: float | None
    shake_hz: float | None
    wander: float  # widths between the furthest points of the smoothed path


@dataclass(frozen=True, slots=True)
class _Candidate:
    part: int
    start_s: float
    end_s: float
    amount: float
    peak_rate: float
    easing: Easing
    power: float


def moves(path: CameraPath) -> tuple[list[Stretch], list[float | None]]:
    """The stretches of one shot, end to end, and the shake around each step."""
    steps = path.steps * CAMERA
    count = len(steps)
    if not count or path.t_s[-1] - path.t_s[0] < 1e-6:
        return [Stretch(0, count, None, 0.0, 0.0, None, False, None, None, 0.0)], [None] * count
    stretches: list[Stretch] = []
    shakes: list[float | None] = []
    jumps = [*np.flatnonzero(_is_jump(steps, path.support)), count]
    begin = 0
    for jump in jumps:
        if jump > begin:
            found, shake = _piece(path.t_s[begin : jump + 1], steps[begin:jump], begin)
            stretches += found
            shakes += shake
        if jump < count:
            stretches.append(_jump(path.t_s, steps, int(jump)))
            shakes.append(None)
        begin = jump + 1
    return stretches, shakes


def _is_jump(steps: Floats, support: Floats) -> NDArray[np.bool_]:
    size = np.sqrt(((steps * VISUAL) ** 2).sum(axis=1))
    padded = np.pad(size, 3)
    around = np.max([padded[3 + k : 3 + k + len(size)] for k in (-3, -2, -1, 1, 2, 3)], axis=0)
    return (size > JUMP) & (size > JUMP_RATIO * around) & (support > 0)


def _jump(t_s: Floats, steps: Floats, at: int) -> Stretch:
    part = int(np.argmax(abs(steps[at]) * VISUAL))
    amount = float(steps[at, part])
    rate = abs(amount) / max(float(t_s[at + 1] - t_s[at]), 1e-6)
    return Stretch(at, at + 1, PARTS[part], amount, rate, "linear", True, None, None, 0.0)


def _piece(t_s: Floats, steps: Floats, offset: int) -> tuple[list[Stretch], list[float | None]]:
    """The stretches of a part of the shot without jumps."""
    position = np.concatenate([np.zeros((1, 4)), np.cumsum(steps, axis=0)])
    grid_s, path = _even(t_s, position)
    smooth = _smoothed(path, SMOOTH_S / (grid_s[1] - grid_s[0]))
    rough = _shake(grid_s, path[:, :2])
    typical = 0.0 if rough is None else float(np.median(np.hypot(*rough.T)))
    candidates = [c for part in range(4) for c in _candidates(grid_s, path, smooth, part, typical)]
    placed = _placed(candidates, float(t_s[0]), float(t_s[-1]))
    rest = path[:, :2] - _modelled(grid_s, placed)
    shaking, drift = _shake(grid_s, rest), _smoothed(rest, SMOOTH_S / (grid_s[1] - grid_s[0]))
    stretches = []
    for start_s, end_s, found in _tiled(placed, t_s):
        first, last = (int(np.argmin(abs(t_s - s))) for s in (start_s, end_s))
        inside = (grid_s >= start_s - 1e-9) & (grid_s <= end_s + 1e-9)
        rms, hz = _shake_of(shaking, inside, grid_s[1] - grid_s[0])
        wander = float(np.hypot(*np.ptp(drift[inside], axis=0))) if inside.any() else 0.0
        told = (PARTS[found.part], found.amount, found.peak_rate, found.easing) if found else (None, 0.0, 0.0, None)
        stretches.append(Stretch(first + offset, last + offset, *told, False, rms, hz, wander))
    return stretches, _running_shake(shaking, grid_s, t_s)


def _even(t_s: Floats, position: Floats) -> tuple[Floats, Floats]:
    """The path at even times: as many as there are frames, so that a steady frame rate is left as it is."""
    grid_s = np.linspace(t_s[0], t_s[-1], len(t_s))
    return grid_s, np.stack([np.interp(grid_s, t_s, part) for part in position.T], axis=1)


def _smoothed(path: Floats, sigma: float) -> Floats:
    """Smoothed, with the ends carried on point-symmetrically so that a steady move stays as it is."""
    from scipy.ndimage import gaussian_filter1d

    pad = min(len(path) - 1, int(4 * sigma) + 1)
    before, after = 2 * path[0] - path[pad:0:-1], 2 * path[-1] - path[-2 : -pad - 2 : -1]
    return gaussian_filter1d(np.concatenate([before, path, after]), sigma, axis=0)[pad : pad + len(path)]


def _shake(grid_s: Floats, xy: Floats) -> Floats | None:
    """What is faster than a hand means to move; None where the piece is too short to tell."""
    from scipy.signal import butter, sosfiltfilt

    rate = 1 / (grid_s[1] - grid_s[0])
    if rate < 4 * SHAKE_HZ or len(xy) < max(9, 0.3 * rate):
        return None
    high = butter(2, SHAKE_HZ, "highpass", fs=rate, output="sos")
    return sosfiltfilt(high, xy, axis=0, padtype="odd", padlen=min(len(xy) - 1, int(rate)))


def _shake_of(shaking: Floats | None, inside: NDArray[np.bool_], step_s: float) -> tuple[float | None, float | None]:
    """How far and how often, on average over a stretch."""
    if shaking is None or inside.sum() < 3:
        return None, None
    xy = shaking[inside]
    rms = float(np.sqrt((xy**2).sum(axis=1).mean()))
    if rms < SHAKE_SEEN or len(xy) * step_s < 0.6:  # two swings at 4 Hz
        return rms, None
    size = 1 << int(np.ceil(np.log2(len(xy) * 4)))
    power = (abs(np.fft.rfft((xy - xy.mean(axis=0)) * np.hanning(len(xy))[:, None], size, axis=0)) ** 2).sum(axis=1)
    hz = np.fft.rfftfreq(size, step_s)
    power[hz < SHAKE_HZ] = 0
    return rms, float(hz[np.argmax(power)])


def _running_shake(shaking: Floats | None, grid_s: Floats, t_s: Floats) -> list[float | None]:
    """Root mean square within half a second of each step's start."""
    if shaking is None:
        return [None] * (len(t_s) - 1)
    square = np.concatenate([[0.0], np.cumsum((shaking**2).sum(axis=1))])
    first = np.searchsorted(grid_s, t_s[:-1] - 0.5)
    last = np.searchsorted(grid_s, t_s[:-1] + 0.5, side="right")
    mean = np.maximum(square[last] - square[first], 0) / (last - first)
    return [float(s) for s in np.sqrt(mean)]


def _candidates(grid_s: Floats, path: Floats, smooth: Floats, part: int, shake: float) -> list[_Candidate]:
    """Stretches in which one part keeps going one way, far enough."""
    speed = np.gradient(smooth[:, part], grid_s)
    runs = [r for r in _runs(speed, SLOWEST[part]) if abs(_travel(smooth, r, part)) > LEAST[part] / 2]
    least = max(LEAST[part], SHAKES * shake / VISUAL[part])
    found = []
    for i, run in enumerate(runs):
        travel = _travel(smooth, run, part)
        near = [
            abs(_travel(smooth, r, part)) for r in runs[max(i - 1, 0) : i + 2] if _travel(smooth, r, part) * travel < 0
        ]
        if abs(travel) < SWING * least and near and max(near) > 0.4 * abs(travel):
            continue
        low = runs[i - 1][1] if i else 0
        high = runs[i + 1][0] if i + 1 < len(runs) else len(grid_s) - 1
        pad = max(round(0.4 / (grid_s[1] - grid_s[0])), (run[1] - run[0]) // 3)
        low, high = max((low + run[0]) // 2 if i else 0, run[0] - pad), min(high, run[1] + pad)
        fitted = _fitted(grid_s[low : high + 1], path[low : high + 1, part], part, speed[run[0] : run[1] + 1])
        if fitted and abs(fitted.amount) >= least:
            found.append(fitted)
    return found


def _runs(speed: Floats, slowest: float) -> list[tuple[int, int]]:
    """Stretches of one direction that reach the least speed, from where half of it is reached."""
    way = np.where(abs(speed) > slowest / 2, np.sign(speed), 0)
    edges = np.flatnonzero(np.diff(way)) + 1
    bounds = [0, *edges, len(way)]
    return [(a, b - 1) for a, b in pairwise(bounds) if way[a] and b - a >= 2 and abs(speed[a:b]).max() > slowest]


def _travel(smooth: Floats, run: tuple[int, int], part: int) -> float:
    return float(smooth[run[1], part] - smooth[run[0], part])


def _fitted(grid_s: Floats, values: Floats, part: int, speed: Floats) -> _Candidate | None:
    """The eased move nearest to a stretch of the path."""
    if len(values) < 3:
        return None
    every = max(len(values) // 100, 1)
    t, p = grid_s[::every], values[::every]
    fits = {easing: min(fit(t, p, easing, power) for power in powers) for easing, powers in SHAPES.items()}
    best = min(SHAPES, key=lambda easing: fits[easing][0] * (SIMPLER if easing == "linear" else 1.0))
    error, start_s, end_s, amount, peak, power = fits[best]
    if not amount:
        return None
    if np.sqrt(error / len(t)) > GOOD_FIT * abs(amount):  # no textbook move: take the path's word
        amount = float(np.interp(end_s, grid_s, values) - np.interp(start_s, grid_s, values))
        peak = float(abs(speed).max()) if len(speed) else peak
    return _Candidate(part, start_s, end_s, amount, peak, best, power)


def _modelled(grid_s: Floats, placed: list[_Candidate]) -> Floats:
    """Where the found moves alone would have taken the camera in x and y."""
    xy = np.zeros((len(grid_s), 2))
    for move in placed:
        if move.part < 2:
            u = (grid_s - move.start_s) / (move.end_s - move.start_s)
            xy[:, move.part] += move.amount * shape_of(u, move.easing, move.power)
    return xy


def _placed(candidates: list[_Candidate], start_s: float, end_s: float) -> list[_Candidate]:
    """At most one move at a time: the one that moves the picture most."""
    placed: list[_Candidate] = []
    for move in sorted(candidates, key=lambda c: -abs(c.amount) * VISUAL[c.part]):
        low, high = max(move.start_s, start_s), min(move.end_s, end_s)
        for other in placed:
            if other.start_s <= low < other.end_s:
                low = other.end_s
            if other.start_s < high <= other.end_s:
                high = other.start_s
            if low < other.start_s and other.end_s < high:  # keep the longer side
                low, high = (low, other.start_s) if other.start_s - low > high - other.end_s else (other.end_s, high)
        if high - low > 0.6 * (move.end_s - move.start_s):
            placed.append(replace(move, start_s=low, end_s=high))
    return sorted(placed, key=lambda c: c.start_s)


def _tiled(placed: list[_Candidate], t_s: Floats) -> list[tuple[float, float, _Candidate | None]]:
    """Moves and what lies between them, on frame times, end to end."""

    def snap(at_s: float) -> float:
        return float(t_s[np.argmin(abs(t_s - at_s))])

    shortest = 2.5 * float(np.median(np.diff(t_s)))  # a lull of two frames is none
    tiles: list[tuple[float, float, _Candidate | None]] = []
    here = float(t_s[0])
    for move in placed:
        start, end = snap(move.start_s), snap(move.end_s)
        if start - here > shortest:
            tiles.append((here, start, None))
        else:
            start = here
        if end > start:
            tiles.append((start, end, move))
            here = end
    rest = float(t_s[-1]) - here
    if rest > shortest or not tiles:
        tiles.append((here, float(t_s[-1]), None))
    elif rest > 0:
        start, _, move = tiles[-1]
        tiles[-1] = (start, float(t_s[-1]), move)
    return tiles
