"""What most of the picture does from frame to frame: one similarity per step, fitted on the shared flow.

Guesses through pairs of cells are voted on by all cells (Fischler and Bolles' RANSAC, https://doi.org/10.1145/358669.358692),
the winner is refined on those that agree with it. Every part of the picture has the same say, the borders more.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.contract import Flow, Motion
from analyzers.measures.camera.similarity import Floats

BATCH = 64  # steps fitted at a time: keeps memory flat
TEXTURE_STRIDE = 8  # frames that share one texture map
TEXTURE = 3.0  # grey levels squared per pixel squared: weaker corners than this say little
THIN = 0.05  # share of texture below which a part of the picture counts for less
MIN_TEXTURE = 0.05  # mean weight below which a picture shows no movement
LOST = 0.6  # of a picture's contrast: a flow that leaves more error than this has followed noise
PAIRS = 20  # guesses of two cells a step; with half the cells on the background, one in four is good
NEAR = 0.003  # widths: cells this close to a guess agree with it (half a pixel of 160)
BORDER = 3.0  # how much more a cell at the sides or the top tells of the camera than one where people stand
STILL = 1.3  # lead of "nothing moves": a moving camera leaves no large part of the picture exactly where it was
MIN_SUPPORT = 0.2  # share of the texture that must move together


def flow_similarities(motion: Motion, flow: Flow, first: int, stop: int) -> tuple[Floats, Floats]:
    """What most of the textured picture does in each step, and which share of it does so."""
    count = max(stop - first - 1, 0)
    fits, support = np.zeros((count, 4)), np.zeros(count)
    rng = np.random.default_rng(0)
    for begin in range(0, count, BATCH):
        end = min(begin + BATCH, count)
        xy = np.asarray(flow.xy[first + begin : first + end], np.float32)
        grey = motion.grey[first + begin : first + end]
        every = 2 if min(xy.shape[1:3]) >= 16 else 1  # every second cell does: neighbours overlap
        weight = np.stack([_texture(grey[i], xy.shape[1:3]) for i in range(0, len(xy), TEXTURE_STRIDE)])
        weight = weight[np.arange(len(xy)) // TEXTURE_STRIDE]
        cells = _cells(xy.shape[1:3], grey.shape[1:])
        picked = [np.ascontiguousarray(a[..., ::every, ::every]) for a in (*cells, xy[..., 0], xy[..., 1], weight)]
        fits[begin:end], support[begin:end] = _fit_batch(rng, *picked)
        is_lost = flow.residual[first + begin : first + end] > LOST * grey[:, ::4, ::4].std(axis=(1, 2)) / 255
        fits[begin:end][is_lost], support[begin:end][is_lost] = 0, 0
    return fits, support


def _cells(shape: Sequence[int], picture: Sequence[int]) -> list[NDArray[Any]]:
    """Centres of the flow's cells, in widths from the picture's centre."""
    (rows, columns), (height, width) = shape, picture
    x = (np.arange(columns, dtype=np.float32) + 0.5) / columns - 0.5
    y = ((np.arange(rows, dtype=np.float32) + 0.5) / rows - 0.5) * height / width
    return list(np.meshgrid(x, y))


def _texture(grey: NDArray[np.uint8], cells: Sequence[int]) -> NDArray[np.float32]:
    """How much each cell tells: the lesser eigenvalue of its gradients, and every part of the picture alike.

    A caption or a face has the strongest corners; what counts for the camera is how much of the picture moves along.
    """
    import cv2

    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=1 / 8)
    size = (cells[1], cells[0])
    xx, yy, xy = (
        cv2.blur(cv2.resize(a, size, interpolation=cv2.INTER_AREA), (3, 3))
        for a in (across * across, down * down, across * down)
    )
    least = np.maximum((xx + yy) / 2 - np.sqrt(((xx - yy) / 2) ** 2 + xy**2), 0)
    weight = least / (least + TEXTURE)
    return (weight / (cv2.blur(weight, (7, 7)) + THIN)).astype(np.float32)


def _fit_batch(rng: np.random.Generator, *cells: NDArray[Any]) -> tuple[Floats, Floats]:
    """The similarity of each step, and the share of the texture that follows it; both 0 where there is none."""
    x, y, u, v, weight = cells
    steps, count = len(u), x.size
    x, y, u, v, weight = x.ravel(), y.ravel(), u.reshape(steps, -1), v.reshape(steps, -1), weight.reshape(steps, -1)
    best = _refined(_voted(rng, x, y, u, v, weight), x, y, u, v, weight)
    total = weight.sum(axis=1)
    support = (weight * (_error(best, x, y, u, v) < _near(best))).sum(axis=1) / np.maximum(total, 1e-9)
    is_seen = (total / count > MIN_TEXTURE) & (support > MIN_SUPPORT)
    fits = np.stack([best[:, 0], best[:, 1], np.log1p(np.clip(best[:, 2], -0.6, 1)), best[:, 3]], axis=1)
    return np.where(is_seen[:, None], fits, 0).astype(np.float64), np.where(is_seen, support, 0).astype(np.float64)


def _voted(rng: np.random.Generator, x: Any, y: Any, u: Any, v: Any, weight: Any) -> Any:
    """The guess that most of the picture agrees with."""
    border = np.clip(2 * np.maximum(abs(x) * 2, -y / max(y.max(), 1e-6)) - 1, 0, 1)
    trust = weight * (1 + (BORDER - 1) * border)
    cumulative = np.cumsum(trust, axis=1)
    rows = np.arange(len(u))
    best = np.zeros((len(u), 4), np.float32)  # that nothing moves
    score = STILL * _votes(best, x, y, u, v, trust)
    for _ in range(PAIRS):
        i, j = (
            np.minimum((cumulative < cumulative[:, -1:] * rng.random((len(u), 1))).sum(axis=1), x.size - 1)
            for _ in range(2)
        )
        guess = _through_two(x[i], y[i], u[rows, i], v[rows, i], x[j], y[j], u[rows, j], v[rows, j])
        votes = _votes(guess, x, y, u, v, trust)
        is_better = votes > score
        best[is_better], score[is_better] = guess[is_better], votes[is_better]
    return best


def _votes(guess: Any, x: Any, y: Any, u: Any, v: Any, trust: Any) -> Any:
    return (trust * np.maximum(1 - (_error(guess, x, y, u, v) / _near(guess)) ** 2, 0)).sum(axis=1)


def _refined(guess: Any, x: Any, y: Any, u: Any, v: Any, weight: Any) -> Any:
    """Least squares on the cells that agree, ever closer."""
    for _ in range(5):
        error, near = _error(guess, x, y, u, v), _near(guess)
        agree = weight * (error < near)
        spread = np.sqrt((agree * error**2).sum(axis=1) / np.maximum(agree.sum(axis=1), 1e-9))
        limit = np.clip(3 * spread[:, None], NEAR / 6, near)
        guess = _least_squares(x, y, u, v, weight * np.maximum(1 - (error / limit) ** 2, 0) ** 2)
    return guess


def _near(model: Any) -> Any:
    """How far a cell may be from each step's similarity and agree: the flow errs more where it moves more."""
    return NEAR + 0.1 * np.hypot(model[:, 0], model[:, 1])[:, None]


def _error(model: Any, x: Any, y: Any, u: Any, v: Any) -> Any:
    tx, ty, s, r = (model[:, k, None] for k in range(4))
    return np.hypot(u - (tx + s * x - r * y), v - (ty + s * y + r * x))


def _through_two(xi: Any, yi: Any, ui: Any, vi: Any, xj: Any, yj: Any, uj: Any, vj: Any) -> Any:
    """The small similarity that moves two cells as they moved."""
    dx, dy, du, dv = xj - xi, yj - yi, uj - ui, vj - vi
    far = np.maximum(dx * dx + dy * dy, 1e-3)
    s, r = (du * dx + dv * dy) / far, (dv * dx - du * dy) / far
    return np.stack([ui - (s * xi - r * yi), vi - (s * yi + r * xi), s, r], axis=1)


def _least_squares(x: Any, y: Any, u: Any, v: Any, weight: Any) -> Any:
    total = np.maximum(weight.sum(axis=1), 1e-9)
    mx, my, mu, mv = ((weight * a).sum(axis=1) / total for a in (x, y, u, v))
    cx, cy, cu, cv = x - mx[:, None], y - my[:, None], u - mu[:, None], v - mv[:, None]
    far = np.maximum((weight * (cx * cx + cy * cy)).sum(axis=1), 1e-6)
    s = (weight * (cu * cx + cv * cy)).sum(axis=1) / far
    r = (weight * (cv * cx - cu * cy)).sum(axis=1) / far
    return np.stack([mu - (s * mx - r * my), mv - (s * my + r * mx), s, r], axis=1)
