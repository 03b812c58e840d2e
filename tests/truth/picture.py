"""How right the analyzers of the picture are: one number from what they found and what is true."""

from collections.abc import Sequence
from math import inf
from typing import Any

import numpy as np

from tests.truth.scores import Found

# Quality


def _whole(f: Found) -> Any:
    return next((row for row in f.rows if row.level == "video"), None)


def _strength(f: Found) -> float:
    return f.video.effects[0].strength if f.video.effects else 0.0


def _rank(found: Sequence[Found], column: str, steps: Sequence[float]) -> float:
    """Spearman's, of what ought to grow with the steps."""
    from scipy.stats import spearmanr

    values = [getattr(_whole(f), column, None) for f in found]
    if any(value is None for value in values):
        return -1.0
    return float(spearmanr(values, steps).statistic)


def sharpness_rank(found: Sequence[Found]) -> float:
    return _rank(found, "sharpness", [-_strength(f) for f in found])


def score_rank_by_effect(found: Sequence[Found]) -> float:
    return _rank(found, "tech_score", [-_strength(f) for f in found])


def noise_rank(found: Sequence[Found]) -> float:
    return _rank(found, "noise_sigma", [_strength(f) for f in found])


def noise_error(found: Sequence[Found]) -> float:
    """Worst error of the noise over what was added to the picture's own."""
    measured = [getattr(_whole(f), "noise_sigma", inf) for f in found]
    if inf in measured:
        return inf
    true = [float(np.hypot(255 * _strength(f), measured[0])) for f in found]
    return max(abs(m / t - 1) for m, t in zip(measured[1:], true[1:], strict=True))


def loss_rank_by_crf(found: Sequence[Found]) -> float:
    return _worst_rank_by_crf(found, "gen_loss_est", 1)


def score_rank_by_crf(found: Sequence[Found]) -> float:
    return _worst_rank_by_crf(found, "tech_score", -1)


def blockiness_rank_by_crf(found: Sequence[Found]) -> float:
    return _worst_rank_by_crf(found, "blockiness", 1)


def _worst_rank_by_crf(found: Sequence[Found], column: str, sign: int) -> float:
    """Of the pictures, each ranked over its compressions."""
    pictures = {f.video.shots[0].picture for f in found}
    ranks = []
    for picture in pictures:
        same = [f for f in found if f.video.shots[0].picture == picture]
        ranks.append(_rank(same, column, [sign * f.video.crf for f in same]))
    return min(ranks)


def clean_is_best(found: Sequence[Found]) -> float:
    """How far the first clip, which is clean, scores above the best of the others."""
    scores = [getattr(_whole(f), "tech_score", None) or 0.0 for f in found]
    return scores[0] - max(scores[1:])


# Composition


def _shot(f: Found) -> Any:
    return next((row for row in f.rows if row.level == "shot"), None)


def place_error(found: Sequence[Found]) -> float:
    """Of the subject's middle, in shares of the sides."""
    worst = 0.0
    for f in found:
        row, disc = _shot(f), f.video.sprites[0]
        if row is None or row.subject_x is None:
            return inf
        worst = max(worst, abs(row.subject_x - disc.x), abs(row.subject_y - disc.y))
    return worst


def placement_accuracy(found: Sequence[Found]) -> float:
    right = []
    for f in found:
        row, disc = _shot(f), f.video.sprites[0]
        right.append(row is not None and row.placement == ("centre" if disc.x == disc.y == 0.5 else "third"))
    return float(np.mean(right))


def horizon_error_deg(found: Sequence[Found]) -> float:
    worst = 0.0
    for f in found:
        row = _shot(f)
        if row is None or row.horizon_deg is None:
            return inf
        worst = max(worst, abs(row.horizon_deg + f.truth.poses[0].roll_deg))  # the camera turns the other way
    return worst


def symmetry(found: Sequence[Found]) -> float:
    rows = [_shot(f) for f in found]
    return min(row.symmetry if row is not None and row.symmetry is not None else 0.0 for row in rows)


def composition_claims(found: Sequence[Found]) -> float:
    rows = [row for f in found for row in f.rows]
    return float(sum((row.subject_x is not None) + (row.horizon_deg is not None) for row in rows))


# Layout

TRUE_LAYOUTS = {  # a layout, and its parts as x, y, w, h
    "duet, side by side": ("duet_h", ((0, 0, 0.5, 1), (0.5, 0, 0.5, 1))),
    "duet, one above the other": ("duet_v", ((0, 0, 1, 0.5), (0, 0.5, 1, 0.5))),
    "inset": ("pip", ((0, 0, 1, 1), (0.5, 0.125, 200 / 576, 240 / 1024))),
    "four parts": ("split_n", ((0, 0, 0.5, 0.5), (0.5, 0, 0.5, 0.5), (0, 0.5, 0.5, 0.5), (0.5, 0.5, 0.5, 0.5))),
    "black bars": ("letterbox", ((0, 0.25, 1, 0.5),)),
    "inset, 29.97 fps, large": ("pip", ((0, 0, 1, 1), (0.5, 0.125, 376 / 1080, 450 / 1920))),
    "duet, uneven times": ("duet_v", ((0, 0, 1, 0.5), (0, 0.5, 1, 0.5))),
    "blurred bars": ("blurpad", ((0, 352 / 1024, 1, 320 / 1024),)),
}


def layout_accuracy(found: Sequence[Found]) -> float:
    """Share of clips with one layout all along, the right one."""
    return float(np.mean([[row.layout for row in f.rows] == [TRUE_LAYOUTS[f.clip][0]] for f in found]))


def layout_overlap(found: Sequence[Found]) -> float:
    """The worst of all parts; what is not found overlaps nothing."""
    worst = 1.0
    for f in found:
        boxes = [(r.x, r.y, r.w, r.h) for row in f.rows[:1] for r in row.regions]
        for true in TRUE_LAYOUTS[f.clip][1]:
            worst = min(worst, max((_overlap(box, true) for box in boxes), default=0.0))
    return worst


def false_layouts(found: Sequence[Found]) -> float:
    return float(sum(row.layout != "full" for f in found for row in f.rows))


def _overlap(one: Sequence[float], other: Sequence[float]) -> float:
    across = max(min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0]), 0)
    down = max(min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1]), 0)
    return across * down / (one[2] * one[3] + other[2] * other[3] - across * down)


# Safe zone

TRUE_ZONES = {"top_bar": (0.25, 1.25), "caption": (1.0, 2.25), "buttons": (0.5, 1.5)}  # of the one clip with all three


def _covered(f: Found) -> list[Any]:
    return [row for row in f.rows if row.event == "text"]


def zones_wrong(found: Sequence[Found]) -> float:
    """Zones with too many or too few texts in them."""
    return float(sum(abs(sum(r.zone == z for r in _covered(f)) - 1) for f in found for z in TRUE_ZONES))


def covered_error_s(found: Sequence[Found]) -> float:
    worst = 0.0
    for f in found:
        for zone, (start_s, end_s) in TRUE_ZONES.items():
            row = next((row for row in _covered(f) if row.zone == zone), None)
            if row is None:
                return inf
            worst = max(worst, abs(row.start_s - start_s), abs(row.end_s - end_s), abs(row.overlap_s - end_s + start_s))
    return worst


def covered_texts(found: Sequence[Found]) -> float:
    return float(sum(len(_covered(f)) for f in found))


# Marks


def _true_marks(f: Found) -> list[tuple[float, float, float, float]]:
    """From when to when the clip's only mark has its middle where."""
    things = [*f.video.sprites, *f.video.texts]
    spans = sorted({(thing.start_s, thing.end_s) for thing in things})
    middles = [[(t.x, t.y) for t in things if (t.start_s, t.end_s) == span] for span in spans]
    return [(*span, *np.mean(where, axis=0).tolist()) for span, where in zip(spans, middles, strict=True)]


def marks_told(found: Sequence[Found]) -> float:
    """Share of clips with one row, of the right kind, with all its places and whether it jumps."""
    right = []
    for f in found:
        true = _true_marks(f)
        told = [(row.kind, len(row.positions), row.alternates) for row in f.rows]
        right.append(told == [("tiktok" if f.video.texts else "other", len(true), len(true) > 1)])
    return float(np.mean(right))


def mark_place_error(found: Sequence[Found]) -> float:
    """Worst distance of a place's middle, in shares of the picture."""
    errors = [
        max(abs(place.x + place.w / 2 - x), abs(place.y + place.h / 2 - y))
        for f in found
        for place, (_, _, x, y) in zip(f.rows[0].positions if f.rows else (), _true_marks(f), strict=False)
    ]
    return max(errors, default=inf)


def mark_time_error_s(found: Sequence[Found]) -> float:
    errors = [
        max(abs(place.start_s - start_s), abs(place.end_s - end_s))
        for f in found
        for place, (start_s, end_s, _, _) in zip(f.rows[0].positions if f.rows else (), _true_marks(f), strict=False)
    ]
    return max(errors, default=inf)
