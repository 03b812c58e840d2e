"""Content quality: how sharp, noisy, compressed, evenly lit and steady the picture is, shot by shot and as a whole.

A row per shot (level `shot`) and one for the video (level `video`), the median of its pictures, one of which is
looked at every second. Sizes in pixels are those of a picture with a short side of 720. `tech_score` is made of
these measures by rule, not by people's opinion; it ranks versions of one picture better than different pictures.
`aesth_score` is the opinion of a model, from picture_tags.

Sharpness: FFmpeg's blurdetect, https://doi.org/10.1109/ICIP.2002.1038902. FFmpeg's blockdetect is left aside: over
CRF 18 to 45 it rises on half of the pictures and falls on the others. Noise:
https://doi.org/10.1006/cviu.1996.0060, on the smoothest parts. The rest: analyzers/measures/quality.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Frame, Frames, Media, Motion, analyzer
from analyzers.edit.cut_analysis import CutRow
from analyzers.measures.colour.grade import LUMA
from analyzers.measures.colour.oklab import to_linear
from analyzers.measures.quality import defects
from analyzers.measures.quality.edge_width import EdgeWidth
from analyzers.measures.sampled import Sampled
from analyzers.picture.picture_tags import TagRow

STEP_S = 1.0  # between two pictures of a shot that are looked at
SHORT_SIDE_PX = 720
SHARP_EDGE_PX = 3.0  # what an edge between two pixels reads
ENLARGED = 0.5  # slope of the best edges; photographs have 0.74 to 1, the same enlarged 2.5 times 0.32 to 0.47
MIDDLE_GREY = 0.18
DARKEST_EV = -10.0  # black has no exposure
HALF_NOISE = 8.0  # grey levels of noise that halve the score
EASY_EV, EV_SCALE = 1.5, 3.0  # an exposure that far off is a matter of taste; beyond, the score falls
STEADY_S = 0.25  # brightness that comes and goes within this time flickers
EVERY = 8  # pixels: as many suffice for the mean light
BATCH = 256  # small pictures mapped at a time


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    level: Annotated[Literal["shot", "video"], Column("what the row is about")]
    shot: Annotated[int | None, Column("number of the shot in cut_analysis", low=0, bits=32)]
    sharpness: Annotated[
        float | None, Column("3 px over the mean width of its edges: 1 is the most; null without", low=0, high=1)
    ]
    noise_sigma: Annotated[float, Column("spread of white noise in the luma, in levels of 0..255", low=0)]
    blockiness: Annotated[float, Column("how much likelier a lone step is on the encoder's grid", low=0, high=1)]
    banding: Annotated[float, Column("share of the picture beside steps between two flat levels", low=0, high=1)]
    exposure_ev: Annotated[float, Column("mean light against middle grey (0.18), in stops; black is -10", low=-10)]
    flicker: Annotated[
        float | None,
        Column("rms of the brightness that comes and goes within 0.25 s, of full scale; null in shorter shots", low=0),
    ]
    gen_loss_est: Annotated[
        float,
        Column("of the parts that hold something, those without fine detail: encoding and blur do that", low=0, high=1),
    ]
    is_upscaled: Annotated[
        bool | None,
        Column("not one edge as sharp as pixels allow: enlarged some 2.5 times, or soft; null with few edges"),
    ]
    tech_score: Annotated[float | None, Column("all of this in one figure, 1 is the best; null without edges", low=0)]
    aesth_score: Annotated[
        float | None, Column("how pleasing, by picture_tags; null without a model that judges it", low=0, high=1)
    ]


@dataclass(frozen=True, slots=True)
class Look:
    """One picture."""

    edge_px: float | None
    noise_sigma: float
    blockiness: float
    banding: float
    light: float
    lost: float
    slope: float | None


@analyzer(version=2, max_gap_s=1.0)
def content_quality(
    frames: Frames,
    motion: Motion,
    media: Media,
    cut_analysis: Sequence[CutRow] | None,
    picture_tags: Sequence[TagRow] | None,
) -> Iterator[Row]:
    if not len(frames):
        return
    shots = sorted((row for row in cut_analysis or () if row.level == "shot"), key=lambda row: row.start_s)
    height, width = frames[0].rgb.shape[:2]
    edges, scale = EdgeWidth(width, height), media.width_px / width
    light, sampled = _brightness(motion), Sampled(frames)
    judged = [row for row in picture_tags or () if row.question == "aesthetics"]
    pleasing = {row.shot: row.score for row in judged}
    every: list[Look] = []
    steadiness: list[float] = []
    for shot in shots:
        looks = [_look(frame, edges, scale) for frame in sampled.spread(shot.start_s, shot.end_s, STEP_S)]
        flicker = _flicker(motion, light, shot.start_s, shot.end_s)
        steadiness += [flicker] if flicker is not None else []
        every += looks
        if looks:
            yield _row(shot.start_s, shot.end_s, "shot", shot.shot, looks, flicker, pleasing.get(shot.shot))
    if not every:
        every = [_look(frame, edges, scale) for frame in sampled.spread(0.0, media.duration_s, STEP_S)]
        flicker = _flicker(motion, light, 0.0, media.duration_s)
        steadiness = [flicker] if flicker is not None else []
    if every:
        flicker = float(np.mean(steadiness)) if steadiness else None
        yield _row(0.0, media.duration_s, "video", None, every, flicker, _mean_score(judged))


def _look(frame: Frame, edges: EdgeWidth, scale: float) -> Look:
    import cv2

    grey = np.asarray(cv2.cvtColor(frame.rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    fine = defects.residual(grey)
    width = edges(grey)
    light = to_linear(frame.rgb[::EVERY, ::EVERY]).mean(axis=(0, 1))
    return Look(
        edge_px=width * SHORT_SIDE_PX / min(grey.shape) if width is not None else None,
        noise_sigma=defects.noise_sigma(grey, fine),
        blockiness=defects.blockiness(grey, scale),
        banding=defects.banded_share(grey),
        light=float(light @ LUMA),
        lost=defects.lost_share(grey, fine),
        slope=defects.best_slope(grey),
    )


def _row(
    start_s: float,
    end_s: float,
    level: Literal["shot", "video"],
    shot: int | None,
    looks: Sequence[Look],
    flicker: float | None,
    pleasing: float | None,
) -> Row:
    widths = [look.edge_px for look in looks if look.edge_px is not None]
    slopes = [look.slope for look in looks if look.slope is not None]
    sharpness = min(SHARP_EDGE_PX / float(np.median(widths)), 1.0) if widths else None
    noise = _median(look.noise_sigma for look in looks)
    blocks = _median(look.blockiness for look in looks)
    lost = _median(look.lost for look in looks)
    light = _median(look.light for look in looks)
    exposure_ev = float(np.log2(max(light / MIDDLE_GREY, 2**DARKEST_EV)))
    return Row(
        start_s,
        end_s,
        None,
        level,
        shot,
        sharpness=sharpness,
        noise_sigma=noise,
        blockiness=blocks,
        banding=_median(look.banding for look in looks),
        exposure_ev=exposure_ev,
        flicker=flicker,
        gen_loss_est=lost,
        is_upscaled=max(slopes) < ENLARGED if slopes else None,
        tech_score=_score(sharpness, noise, blocks, lost, exposure_ev) if sharpness else None,
        aesth_score=pleasing,
    )


def _mean_score(judged: Sequence[TagRow]) -> float | None:
    """Each counts for as long as its shot is on show."""
    told = [(row.score, row.end_s - row.start_s) for row in judged if row.score is not None]
    total_s = sum(length_s for _, length_s in told)
    return min(sum(score * length_s for score, length_s in told) / total_s, 1.0) if total_s > 0 else None


def _median(values: Iterable[float]) -> float:
    return float(np.median(list(values)))


def _score(sharpness: float, noise: float, blocks: float, lost: float, exposure_ev: float) -> float:
    off = max(abs(exposure_ev) - EASY_EV, 0) / EV_SCALE
    return float(sharpness**0.5 / (1 + noise / HALF_NOISE) * (1 - blocks) * (1 - lost) * np.exp(-off * off))


def _brightness(motion: Motion) -> NDArray[np.float64]:
    """Mean grey of every frame, 0..1."""
    light = np.zeros(len(motion.t_s))
    for first in range(0, len(light), BATCH):
        light[first : first + BATCH] = motion.grey[first : first + BATCH].mean(axis=(1, 2)) / 255
    return light


def _flicker(motion: Motion, light: NDArray[np.float64], start_s: float, end_s: float) -> float | None:
    """How far frames stray from the mean of their quarter second."""
    first, last = np.searchsorted(motion.t_s, [start_s - 1e-6, end_s - 1e-6])
    times, light = motion.t_s[first:last], light[first:last]
    if len(times) < 3 or times[-1] - times[0] < STEADY_S:
        return None
    total = np.concatenate([[0.0], np.cumsum(light)])
    low, high = (np.searchsorted(times, times + offset) for offset in (-STEADY_S / 2 - 1e-6, STEADY_S / 2 + 1e-6))
    inside = (times >= times[0] + STEADY_S / 2 - 1e-6) & (times <= times[-1] - STEADY_S / 2 + 1e-6)
    if not inside.any():
        return None
    stray = (light - (total[high] - total[low]) / np.maximum(high - low, 1))[inside]
    return float(np.sqrt((stray * stray).mean()))
