"""A palette from a histogram of colours, and what its hues make together.

K-means in OKLab over the histogram's occupied cells (each with its own mean, so flat colours stay exact), from seeds
that are chosen by weight and distance, not by chance: the same picture gives the same palette.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Harmony = Literal["monochrome", "analogous", "complementary", "triadic", "split_complementary", "tetradic"]

MAX_COLOURS = 12
NEAR = 0.04  # colours nearer than this in OKLab are one: about 3 of CIEDE2000
MIN_SHARE = 0.01
ROUNDS = 12  # k-means has settled to 0.001 by then

COLOURED = 0.04  # OKLab chroma from which a hue is seen
ONE_HUE_DEG = 30.0
SPEAKING_SHARE = 0.08  # of all chroma: a smaller hue is an accent
ANALOGOUS_DEG = 90.0
SLACK_DEG = 30.0
GAPS: dict[Harmony, tuple[int, ...]] = {  # between neighbouring hues, smallest first
    "complementary": (180, 180),
    "triadic": (120, 120, 120),
    "split_complementary": (60, 150, 150),
    "tetradic": (90, 90, 90, 90),
}


def find_colours(lab: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """(n, 3) colours and their shares, the largest first, from weighted points in OKLab."""
    if not weight.sum():
        return np.zeros((0, 3)), np.zeros(0)
    centres = _settled(lab, weight, _seeds(lab, weight))
    centres, share = _merged(*_means(lab, weight, centres))
    order = np.argsort(-share, kind="stable")
    order = order[share[order] >= min(MIN_SHARE, share.max())]
    return centres[order], share[order]


def find_harmony(lab: Floats, share: Floats) -> Harmony | None:
    """The classic chord that the hues form; None where there are none, or no such chord."""
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    seen = chroma >= COLOURED
    if not seen.any():
        return None
    hues = _hues(np.rad2deg(np.arctan2(lab[seen, 2], lab[seen, 1])) % 360, (share * chroma)[seen])
    gaps = np.diff(hues, append=hues[0] + 360)
    if len(hues) == 1:
        return "monochrome"
    if 360 - gaps.max() <= ANALOGOUS_DEG:
        return "analogous"
    for name, ideal in GAPS.items():
        if len(gaps) == len(ideal) and np.abs(np.sort(gaps) - ideal).max() <= SLACK_DEG:
            return name
    return None


def _seeds(lab: Floats, weight: Floats) -> Floats:
    """The heaviest point, then whichever is heavy and far from those chosen."""
    chosen = [int(weight.argmax())]
    apart = ((lab - lab[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < MAX_COLOURS:
        best = int((weight * apart).argmax())
        if apart[best] < NEAR**2 / 4:
            break
        chosen.append(best)
        apart = np.minimum(apart, ((lab - lab[best]) ** 2).sum(axis=1))
    return lab[chosen]


def _settled(lab: Floats, weight: Floats, centres: Floats) -> Floats:
    for _ in range(ROUNDS):
        moved, _ = _means(lab, weight, centres)
        if len(moved) == len(centres) and np.abs(moved - centres).max() < 1e-3:
            return moved
        centres = moved
    return centres


def _means(lab: Floats, weight: Floats, centres: Floats) -> tuple[Floats, Floats]:
    """The mean colour and share of the points nearest to each centre; empty centres are dropped."""
    distance = (centres**2).sum(axis=1) - 2 * lab @ centres.T
    nearest = distance.argmin(axis=1)
    total = np.bincount(nearest, weight, len(centres))
    sums = np.stack([np.bincount(nearest, weight * lab[:, i], len(centres)) for i in range(3)], axis=1)
    kept = total > 0
    return sums[kept] / total[kept, None], total[kept] / total.sum()


def _merged(centres: Floats, share: Floats) -> tuple[Floats, Floats]:
    while len(centres) > 1:
        apart = np.sqrt(((centres[:, None] - centres[None]) ** 2).sum(axis=2)) + np.eye(len(centres)) * 9
        i, j = np.unravel_index(int(apart.argmin()), apart.shape)
        if apart[i, j] >= NEAR:
            break
        both = share[i] + share[j]
        centres[i] = (centres[i] * share[i] + centres[j] * share[j]) / both
        share[i] = both
        centres, share = np.delete(centres, j, axis=0), np.delete(share, j)
    return centres, share


def _hues(hue_deg: Floats, weight: Floats) -> Floats:
    """The hues that speak, in order around the circle, near ones taken together."""
    groups: list[complex] = []
    for hue, heavy in sorted(zip(hue_deg, weight, strict=True), key=lambda pair: -pair[1]):
        arrow = heavy * np.exp(1j * np.deg2rad(hue))
        near = [i for i, g in enumerate(groups) if abs(np.rad2deg(np.angle(arrow / g))) <= ONE_HUE_DEG]
        if near:
            groups[near[0]] += arrow
        else:
            groups.append(arrow)
    speaking = [g for g in groups if abs(g) >= SPEAKING_SHARE * weight.sum()]
    return np.sort(np.rad2deg(np.angle(speaking or groups[:1])) % 360)
