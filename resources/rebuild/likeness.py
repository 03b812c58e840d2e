"""How far a rebuilt video is from the original, in terms of 0 (the same) to 1: four of the picture, two of the sound.

Structure: SSIM of the luma at 64 pixels' width (https://doi.org/10.1109/TIP.2003.819861, over squares of 7 pixels).
Colour: earth mover's distance between the histograms of Cb and of Cr. Letters: intersection over union of their
pixels. Motion: how unlike the optical flow is. Envelope: how unlike the level's course is, in steps of 50 ms. Onsets:
F1 within 50 ms.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PICTURE_TERMS = ("structure", "colour", "letters", "motion")
SOUND_TERMS = ("envelope", "onsets")
TERMS = (*PICTURE_TERMS, *SOUND_TERMS)
WEIGHTS = {"structure": 0.25, "colour": 0.15, "letters": 0.15, "motion": 0.15, "envelope": 0.2, "onsets": 0.1}
SMALL_PX = 64
WINDOW_PX = 7
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
FAR_COLOUR = 25.5  # of 255: colours so far apart on average are as far as this term goes
FEW_LETTERS = 2.0  # pixels: less ink than that is none
STILL = 0.001  # widths a frame, a sixth of a small picture's pixel: slower movement is none
STEP_S = 0.05
FAINT = 0.001  # rms: -60 dBFS, which nobody hears beside anything
NEAR_S = 0.05

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Luma:
    """A small picture's light, with what its windows are like."""

    value: NDArray[np.float32]
    mean: NDArray[np.float32]
    spread: NDArray[np.float32]  # variance


def luma_of(rgb: NDArray[np.uint8]) -> Luma:
    import cv2

    height, width = rgb.shape[:2]
    grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.float32)
    size = (SMALL_PX, max(round(height * SMALL_PX / width), WINDOW_PX))
    small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.float32)
    mean = _windowed(small)
    return Luma(small, mean, np.maximum(_windowed(small * small) - mean * mean, 0))


def structure(one: Luma, other: Luma) -> float:
    shared = _windowed(one.value * other.value) - one.mean * other.mean
    light = (2 * one.mean * other.mean + C1) / (one.mean**2 + other.mean**2 + C1)
    shape = (2 * shared + C2) / (one.spread + other.spread + C2)
    return 1 - float(np.mean(light * shape))


def flat_structure(one: Luma, level: float) -> float:
    """Of a picture of one grey."""
    light = (2 * one.mean * level + C1) / (one.mean**2 + level**2 + C1)
    return 1 - float(np.mean(light * C2 / (one.spread + C2)))


def colours_of(rgb: NDArray[np.uint8]) -> Floats:
    """Cumulated histograms of Cr and of Cb: 2 by 256."""
    import cv2

    ycc = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb), np.uint8)
    counts = [np.bincount(ycc[..., channel].ravel(), minlength=256) for channel in (1, 2)]
    return np.cumsum(counts, axis=1) / ycc[..., 0].size


def no_colours() -> Floats:
    return np.tile(np.arange(256) >= 128, (2, 1)).astype(np.float64)


def colour(one: Floats, other: Floats) -> float:
    return min(float(np.abs(one - other).sum(axis=1).mean()) / FAR_COLOUR, 1.0)


def soft(mask: NDArray[np.bool_] | NDArray[np.float32]) -> NDArray[np.float32]:
    """Letters whose edges may be a pixel off."""
    import cv2

    return np.asarray(cv2.blur(mask.astype(np.float32), (3, 3)), np.float32)


def letters(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    either = float(np.maximum(one, other).sum())
    return 0.0 if either < FEW_LETTERS else 1 - float(np.minimum(one, other).sum()) / either


def motion(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return _unlike(one.ravel(), other.ravel(), STILL)


def envelope_distances(one: Floats, other: Floats, seconds: int) -> Floats:
    """Of every second."""
    return np.array([_unlike(_second(one, s), _second(other, s), FAINT) for s in range(seconds)])


def onset_distances(one_s: Floats, other_s: Floats, seconds: int) -> Floats:
    """Of every second: what each has that the other has not."""
    pairs = _paired(one_s, other_s)
    hit_one, hit_other = {i for i, _ in pairs}, {j for _, j in pairs}
    out = np.zeros(seconds)
    for second in range(seconds):
        mine = np.flatnonzero((one_s >= second) & (one_s < second + 1)).tolist()
        theirs = np.flatnonzero((other_s >= second) & (other_s < second + 1)).tolist()
        hits = sum(i in hit_one for i in mine) + sum(j in hit_other for j in theirs)
        if mine or theirs:
            out[second] = 1 - hits / (len(mine) + len(theirs))
    return out


def envelope_of(samples: NDArray[np.float32], rate_hz: int) -> Floats:
    """Its rms in steps of 50 ms; what is left over at the end is a step too."""
    size = round(STEP_S * rate_hz)
    count = -(-len(samples) // size)
    power = np.zeros(count)
    for step in range(count):
        part = samples[step * size : (step + 1) * size].astype(np.float64)
        power[step] = np.mean(part * part)
    return np.sqrt(power)


def _windowed(values: NDArray[np.float32]) -> NDArray[np.float32]:
    import cv2

    return np.asarray(cv2.blur(values, (WINDOW_PX, WINDOW_PX), borderType=cv2.BORDER_REFLECT_101), np.float32)


def _unlike(one: NDArray[np.floating], other: NDArray[np.floating], least: float) -> float:
    """0 for equals, about 1 for what has nothing in common; what is weaker than `least` counts as nothing."""
    a, b = one.astype(np.float64), other.astype(np.float64)
    floor = len(a) * least**2
    return 1 - float((2 * (a @ b) + floor) / (a @ a + b @ b + floor)) if len(a) else 0.0


def _second(values: Floats, second: int) -> Floats:
    steps = round(1 / STEP_S)
    part = values[second * steps : (second + 1) * steps]
    return np.pad(part, (0, steps - len(part)))


def _paired(one_s: Floats, other_s: Floats) -> list[tuple[int, int]]:
    """Each with the next that is near and still alone."""
    found: list[tuple[int, int]] = []
    after = 0
    for i, t in enumerate(one_s.tolist()):
        while after < len(other_s) and other_s[after] < t - NEAR_S:
            after += 1
        if after < len(other_s) and other_s[after] <= t + NEAR_S:
            found.append((i, after))
            after += 1
    return found


def weighed(distances: Floats, terms: Sequence[str] = TERMS) -> Floats:
    """The sum over the last axis, each term by its weight."""
    return distances @ np.array([WEIGHTS[term] for term in terms])
