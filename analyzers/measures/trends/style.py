"""How a video is edited, as a vector: one number a trait, in units of what makes a difference.

The units are fixed, not the corpus's own spread: two videos are as alike today as they are tomorrow, in a corpus of
ten as in one of ten thousand, and two copies of one video are alike where nothing else is there to compare with.
A trait that is not known is NaN, and two videos are compared by the traits that both have.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]  # (video, trait), NaN where not known

LEAST_KNOWN = 6  # traits that two videos must have in common to be compared
TOLD_TRAITS = 4  # of a style: those in which it differs most from the corpus
TOLD_FROM = 0.7  # units from the corpus's median
SHARE = 0.25  # of the time: one unit of every share


@dataclass(frozen=True, slots=True)
class Trait:
    """One number of a style."""

    name: str
    unit: float  # what makes a difference; of ln(1 + value) where many
    is_many: bool = False  # a count or a length: from 1 to 2 is as far as from 10 to 20
    is_look: bool = False  # of the picture's colours


TRAITS = (
    Trait("cuts_per_min", 0.6, is_many=True),
    Trait("shot_mean_s", 0.6, is_many=True),
    Trait("shot_median_s", 0.6, is_many=True),
    Trait("shot_spread", 0.4),
    Trait("hard_cut_share", SHARE),
    Trait("jump_cut_share", SHARE),
    Trait("soft_cut_share", SHARE),
    Trait("static_share", SHARE),
    Trait("pan_share", SHARE),
    Trait("zoom_share", SHARE),
    Trait("handheld_share", SHARE),
    Trait("whip_share", SHARE),
    Trait("speech_share", SHARE),
    Trait("music_share", SHARE),
    Trait("words_per_s", 0.8),
    Trait("texts_per_min", 0.6, is_many=True),
    Trait("texts_on_screen", 0.6, is_many=True),
    Trait("caption_share", SHARE),
    Trait("text_height", 0.02),
    Trait("text_middle_y", 0.15),
    Trait("parted_share", SHARE),
    Trait("inset_share", SHARE),
    Trait("barred_share", SHARE),
    Trait("faces_on_screen", 0.5, is_many=True),
    Trait("largest_face", 0.1),
    Trait("lightness", 0.12, is_look=True),  # OKLab, like the others of the look
    Trait("contrast", 0.2, is_look=True),
    Trait("saturation", 0.04, is_look=True),
    Trait("palette_a", 0.03, is_look=True),
    Trait("palette_b", 0.03, is_look=True),
)
IS_LOOK = np.array([trait.is_look for trait in TRAITS])


def style_vectors(values: Mapping[str, NDArray[np.float64]], videos: int) -> Vectors:
    """The traits of every video, in units; a trait without values is not known of any."""
    made = np.full((videos, len(TRAITS)), np.nan, np.float32)
    for column, trait in enumerate(TRAITS):
        if trait.name in values:
            raw = values[trait.name]
            made[:, column] = (np.log1p(np.maximum(raw, 0)) if trait.is_many else raw) / trait.unit
    made[~np.isfinite(made)] = np.nan
    return made


def distances(some: Vectors, others: Vectors, least_known: int = LEAST_KNOWN) -> NDArray[np.float32]:
    """Root mean square difference of the traits that both have; infinite where these are too few."""
    known, others_known = (~np.isnan(some)).astype(np.float32), (~np.isnan(others)).astype(np.float32)
    here, there = np.nan_to_num(some), np.nan_to_num(others)
    shared = known @ others_known.T
    squares = (here**2) @ others_known.T + known @ (there**2).T - 2 * here @ there.T
    far = np.sqrt(np.maximum(squares, 0) / np.maximum(shared, 1))
    return np.where(shared >= least_known, far, np.inf).astype(np.float32)


def told_traits(vectors: Vectors, members: NDArray[np.int64]) -> list[tuple[str, float]]:
    """In what some videos differ most from all, in units above the corpus's median."""
    known = [column for column in range(len(TRAITS)) if not np.isnan(vectors[members, column]).all()]
    away = {c: float(np.nanmedian(vectors[members, c]) - np.nanmedian(vectors[:, c])) for c in known}
    first = sorted(away, key=lambda column: -abs(away[column]))[:TOLD_TRAITS]
    return [(TRAITS[column].name, away[column]) for column in first if abs(away[column]) >= TOLD_FROM]
