"""HDR to SDR: what a PQ or HLG picture looks like on an ordinary screen.

Signal to light (SMPTE ST 2084, ARIB STD-B67 with BT.2100's system gamma), BT.2020 to BT.709 primaries
(BT.2087), a curve that leaves the lower mid-tones alone and rolls the highlights off, and back to an
SDR signal. White of a page, 203 nits in HDR (BT.2408), becomes 84 % of the SDR signal.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

PQ, HLG = 16, 18  # AVColorTransferCharacteristic
WHITE_NITS = 203.0  # BT.2408: diffuse white in HDR
PEAK_NITS = 1000.0  # what HDR10 and HLG are graded for; brighter highlights clip
KNEE = 0.3  # share of diffuse white below which light is kept as it is
SDR_GAMMA = 2.2
STEPS = 4096  # of the tables: finer than 10 bits
TO_BT709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], np.float32
)  # BT.2087


def is_hdr(transfer: int) -> bool:
    return transfer in (PQ, HLG)


def to_sdr(signal: NDArray[Any], transfer: int) -> NDArray[np.uint8]:
    """8-bit BT.709 from a BT.2020 R'G'B' signal of 0..1, (height, width, 3)."""
    import cv2

    # plane by plane: numpy is four times slower along an axis of three
    red, green, blue = (np.take(_light(transfer), _steps(plane)) for plane in cv2.split(signal))  # 1 = diffuse white
    if transfer == HLG:  # BT.2100: scene light to the light of a 1000-nit screen
        luma = 0.2627 * red + 0.6780 * green + 0.0593 * blue
        gain = cv2.pow(np.maximum(luma, 1e-6), 0.2) * (PEAK_NITS / WHITE_NITS)
        red, green, blue = red * gain, green * gain, blue * gain
    light = [np.maximum(r * red + g * green + b * blue, 0) for r, g, b in TO_BT709.tolist()]
    brightest = np.maximum(np.maximum(light[0], light[1]), np.maximum(light[2], 1e-6))
    factor = np.take(_gain(), _steps(brightest * (WHITE_NITS / PEAK_NITS)))  # one for all three keeps the hue
    # a table by the light's root has its steps where the eye has them
    coded = [np.take(_sdr_code(), _steps(cv2.sqrt(plane * factor))) for plane in light]
    return np.asarray(cv2.merge(coded), np.uint8)


def _steps(share: NDArray[Any]) -> NDArray[np.int64]:
    return (np.clip(share, 0, 1) * (STEPS - 1) + 0.5).astype(np.int64)


@lru_cache
def _gain() -> NDArray[np.float32]:
    """What brightness is multiplied by, for each step up to the peak."""
    light = np.maximum(np.linspace(0, PEAK_NITS / WHITE_NITS, STEPS), 1e-6).astype(np.float32)
    return _rolled_off(light) / light


def _rolled_off(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Möbius: the identity up to the knee, smooth there, and 1 at the peak."""
    peak = PEAK_NITS / WHITE_NITS
    a = -KNEE * KNEE * (peak - 1) / (KNEE * KNEE - 2 * KNEE + peak)
    b = (KNEE * KNEE - 2 * KNEE * peak + peak) / (peak - 1)
    bent = (b * b + 2 * b * KNEE + KNEE * KNEE) / (b - a) * (light + a) / (light + b)
    return np.where(light <= KNEE, light, np.minimum(bent, 1)).astype(np.float32)


@lru_cache
def _light(transfer: int) -> NDArray[np.float32]:
    """Light for each step of the signal: PQ in diffuse whites, HLG in shares of the scene's brightest."""
    signal = np.linspace(0, 1, STEPS)
    if transfer == PQ:
        power = signal ** (1 / 78.84375)
        share = np.maximum(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)
        return (share ** (1 / 0.1593017578125) * 10_000 / WHITE_NITS).astype(np.float32)
    high = (np.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12
    return np.where(signal <= 0.5, signal**2 / 3, high).astype(np.float32)


@lru_cache
def _sdr_code() -> NDArray[np.uint8]:
    """The 8-bit code for each step of the light's square root."""
    return (np.linspace(0, 1, STEPS) ** (2 / SDR_GAMMA) * 255).round().astype(np.uint8)
