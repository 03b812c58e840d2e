"""Counting the colours of a stretch of video, picture by picture, in memory that does not grow with it."""

import numpy as np
from numpy.typing import NDArray

from analyzers.measures.colour.grade import QUANTILES, Look, thumbnail
from analyzers.measures.colour.oklab import to_linear, to_oklab

SAMPLES = 8_000  # pixels of a picture; the share of a stripe is then good to 1 %
BITS = 5  # of each channel of the histogram's cells
CELLS = 1 << 3 * BITS
LEVELS = 256
NEARLY_BLACK, NEARLY_WHITE = 3, 252  # luma where nothing more is to be seen; encoders leave a level or two
ZONES = np.array([0.0, 0.4, 0.7, 1.01])  # OKLab lightness: shadows, midtones, highlights
NEUTRAL = 0.02  # OKLab chroma: a step of one in the encoder's chroma is 0.005; muted colour footage has 0.03
DARK = 0.2  # OKLab lightness below which chroma is mostly noise
WHITE_NORM = 6  # shades of grey, Finlayson & Trezzi 2004: between mean and maximum


class Tally:
    """The colours seen so far."""

    def __init__(self) -> None:
        self.pixels = 0
        self.cells = np.zeros(CELLS)
        self.lab_sums = np.zeros((CELLS, 3))
        self.channels = np.zeros((3, LEVELS))
        self.lightness = np.zeros(LEVELS)
        self.chroma_sum = 0.0
        self.coloured = 0
        self.lit = 0
        self.clipped = np.zeros(2)
        self.white_sums = np.zeros(3)
        self.zones = np.zeros((3, 3))  # count, sum of a, sum of b
        self.thumbnails: list[NDArray[np.float64]] = []

    def add(self, rgb: NDArray[np.uint8]) -> None:
        """One picture (height, width, 3)."""
        step = max(1, round((rgb.shape[0] * rgb.shape[1] / SAMPLES) ** 0.5))
        sample = np.ascontiguousarray(rgb[step // 2 :: step, step // 2 :: step])
        height, width, _ = sample.shape
        codes = sample.reshape(-1, 3)
        linear = to_linear(codes)
        lab = to_oklab(linear)
        chroma = np.hypot(lab[:, 1], lab[:, 2])
        self._count(codes, lab)
        self.pixels += len(codes)
        self.chroma_sum += float(chroma.sum())
        is_lit = lab[:, 0] >= DARK
        self.lit += int(is_lit.sum())
        self.coloured += int((chroma[is_lit] > NEUTRAL).sum())
        luma = codes @ np.array([0.2126, 0.7152, 0.0722], np.float32)
        is_low, is_high = luma <= NEARLY_BLACK, luma >= NEARLY_WHITE
        self.clipped += is_low.sum(), is_high.sum()
        open_light = linear[~(is_low | (codes >= NEARLY_WHITE).any(axis=1))]
        self.white_sums += (open_light.astype(np.float64) ** WHITE_NORM).sum(axis=0)
        thumb = thumbnail(lab[:, 0].reshape(height, width))
        self.thumbnails = [*self.thumbnails[:1], thumb]

    def _count(self, codes: NDArray[np.uint8], lab: NDArray[np.float32]) -> None:
        high = (codes >> 8 - BITS).astype(np.int32)
        cell = high[:, 0] << 2 * BITS | high[:, 1] << BITS | high[:, 2]
        self.cells += np.bincount(cell, minlength=CELLS)
        zone = np.digitize(lab[:, 0], ZONES[1:-1])
        self.zones[:, 0] += np.bincount(zone, minlength=3)
        for i in range(3):
            self.lab_sums[:, i] += np.bincount(cell, lab[:, i], CELLS)
            self.channels[i] += np.bincount(codes[:, i], minlength=LEVELS)
            if i:
                self.zones[:, i] += np.bincount(zone, lab[:, i], 3)
        level = np.clip(lab[:, 0] * LEVELS, 0, LEVELS - 1).astype(np.int32)
        self.lightness += np.bincount(level, minlength=LEVELS)

    def join(self, other: "Tally") -> None:
        """Add all that another tally has seen."""
        for name in (
            "pixels",
            "cells",
            "lab_sums",
            "channels",
            "lightness",
            "chroma_sum",
            "coloured",
            "lit",
            "clipped",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.white_sums += other.white_sums
        self.zones += other.zones

    def points(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(n, 3) mean OKLab of every occupied cell, and its weight."""
        occupied = np.flatnonzero(self.cells)
        weight = self.cells[occupied]
        return self.lab_sums[occupied] / weight[:, None], weight

    def lightness_at(self, share: float) -> float:
        """The OKLab lightness that `share` of the pixels lie below."""
        return (_quantile(self.lightness, np.array([share]))[0] + 0.5) / LEVELS

    @property
    def is_colourless(self) -> bool:
        return self.coloured <= 0.01 * self.lit  # a coloured logo of 1 % does not make a film a colour film

    def white(self) -> NDArray[np.float64]:
        """The light of the scene in linear sRGB, as far as the picture tells it; 0 where it is all black or clipped."""
        return self.white_sums ** (1 / WHITE_NORM)

    def look(self) -> Look:
        count = np.maximum(self.zones[:, :1], 1)
        return Look(
            thumbnails=tuple(self.thumbnails),
            quantiles=np.stack([_quantile(channel, QUANTILES) / (LEVELS - 1) for channel in self.channels]),
            zone_share=self.zones[:, 0] / max(self.pixels, 1),
            tints=self.zones[:, 1:] / count,
        )


def _quantile(histogram: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Levels below which these shares lie, between the levels."""
    below = np.concatenate([[0.0], np.cumsum(histogram)])
    steps = np.arange(len(below)) * 1e-9 * below[-1]  # empty levels: keep the curve rising
    return np.interp(share * below[-1], below + steps, np.arange(len(below)) - 0.5)
