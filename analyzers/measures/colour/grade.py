"""Grades: are two shots the same view, and what was done to the colours of the one to make the other.

Same view: the order of light and dark over a coarse grid agrees (rank correlation), which no lift, gamma, gain or
curve changes. The difference is fitted to the quantiles of the channels, so that what moves in the picture may move.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

GRID = 8  # rows and columns of a thumbnail: finer, and a moving head makes another view
SAME_VIEW = 0.8  # rank correlation: different scenes reach 0.6, one moved by a fifteenth of its width 0.8
QUANTILES = np.linspace(0.005, 0.995, 41)
LUMA = np.array([0.2126, 0.7152, 0.0722])
SAME_GRADE = 0.02  # mean difference of the quantiles, 5 of 255 levels, of the same view
ALIKE_GRADE = 0.04  # OKLab difference of the tints of shadows, midtones and highlights, of different views
MIN_ZONE = 0.03  # share of the picture, for a zone's tint to count


@dataclass(frozen=True, slots=True)
class Look:
    """What a shot's grade is known by."""

    thumbnails: tuple[Floats, ...]  # ranks of the lightness in the first and the last picture
    quantiles: Floats  # (channels, QUANTILES) 0..1
    zone_share: Floats  # (3,) of the picture: shadows, midtones, highlights
    tints: Floats  # (3, 2) mean a, b


@dataclass(frozen=True, slots=True)
class Change:
    """later = (earlier * gain + lift) ** (1 / gamma), of 0..1."""

    lift: float
    gamma: float
    gain: Floats  # of each channel


def thumbnail(lightness: NDArray[np.floating]) -> Floats:
    """Ranks of the mean lightness over a coarse grid, with mean 0 and length 1; all 0 for a flat picture."""
    rows = np.linspace(0, lightness.shape[0], min(GRID, lightness.shape[0]) + 1).astype(int)[:-1]
    columns = np.linspace(0, lightness.shape[1], min(GRID, lightness.shape[1]) + 1).astype(int)[:-1]
    sums = np.add.reduceat(np.add.reduceat(lightness.astype(np.float64), rows, axis=0), columns, axis=1)
    counts = np.outer(np.diff(rows, append=lightness.shape[0]), np.diff(columns, append=lightness.shape[1]))
    means = (sums / counts).ravel()
    if np.ptp(means) < 0.02:
        return np.zeros(len(means))
    ranks = np.empty(len(means))
    ranks[np.argsort(means, kind="stable")] = np.arange(len(means))
    ranks -= ranks.mean()
    return ranks / max(float(np.linalg.norm(ranks)), 1e-9)


def is_same_view(one: Look, other: Look) -> bool:
    return (
        max((float(a @ b) for a in one.thumbnails for b in other.thumbnails if len(a) == len(b)), default=0)
        >= SAME_VIEW
    )


def is_same_grade(one: Look, other: Look) -> bool:
    """Of the same view."""
    return float(np.abs(one.quantiles - other.quantiles).mean()) < SAME_GRADE


def tint_distance(one: Look, other: Look) -> float:
    """How differently two views are tinted, in OKLab."""
    weight = np.minimum(one.zone_share, other.zone_share)
    weight = np.where(weight >= MIN_ZONE, weight, 0)
    if not weight.sum():
        return float("inf")
    return float((np.hypot(*(one.tints - other.tints).T) * weight).sum() / weight.sum())


def find_change(earlier: Look, later: Look) -> Change:
    """The lift, gamma and gains that turn the earlier shot's quantiles into the later one's."""
    from scipy.optimize import least_squares

    before, after = earlier.quantiles, later.quantiles
    open_range = (after > 0.01) & (after < 0.99) & (before > 0.004) & (before < 0.996)  # clipped values fit anything

    def residual(settings: Floats) -> Floats:
        graded = np.clip(before * settings[2:, None] + settings[0], 1e-4, 1) ** (1 / settings[1])
        # A pull towards "nothing was done", weak enough to cost nothing, decides what a flat picture leaves open.
        return np.append(((graded - after) * open_range).ravel(), 2e-4 * (settings - start))

    start = np.array([0.0, 1.0, 1.0, 1.0, 1.0])
    bounds = ([-0.5, 0.2, 0.1, 0.1, 0.1], [0.5, 5.0, 5.0, 5.0, 5.0])
    found = least_squares(residual, start, bounds=bounds, loss="soft_l1", f_scale=0.02).x
    return Change(float(found[0]), float(found[1]), found[2:])


def cluster_grades(looks: list[Look]) -> list[int]:
    """A number for each shot, the same where the grade is: the same view graded alike, or another tinted alike."""
    clusters: list[int] = []
    for i, look in enumerate(looks):
        twins = [j for j in range(i) if is_same_view(look, looks[j])]
        alike = [j for j in twins if is_same_grade(look, looks[j])]
        differ = {clusters[j] for j in twins} - {clusters[j] for j in alike}
        others = [j for j in range(i) if clusters[j] not in differ and j not in twins]
        near = [j for j in others if tint_distance(look, looks[j]) < ALIKE_GRADE]
        if alike:
            clusters.append(clusters[alike[-1]])
        elif near:
            clusters.append(clusters[min(near, key=lambda j: tint_distance(look, looks[j]))])
        else:
            clusters.append(max(clusters, default=-1) + 1)
    return clusters
