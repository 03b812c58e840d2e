"""What the page keeps of a video's decoded parts, which are cleared away: a row of pictures, and how it sounds."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import numpy as np

from analyzers.contract import Audio, Frames
from resources.store import written_whole
from tiktok_assets.page.contact import contact_image

CONTACT, WAVEFORM = "contact.webp", "waveform.json"
TILE_PX, TILE_QUALITY = 72, 60
FEWEST_TILES, MOST_TILES = 8, 60

MOST_STEPS = 6000  # a wide screen at three times its width; two bytes each
STEP_S = 0.01


def keep_parts(folder: Path, frames: Frames, audio: Audio, duration_s: float) -> None:
    """Beside the report, in some 100 kB."""
    sheet = contact_image(frames, n_tiles(duration_s), TILE_PX)
    if sheet:
        with written_whole(folder / CONTACT) as half:
            sheet.save(half, "WEBP", quality=TILE_QUALITY, method=4)
    else:
        (folder / CONTACT).unlink(missing_ok=True)
    with written_whole(folder / WAVEFORM) as half:
        half.write_text(json.dumps(waveform(audio)), encoding="utf-8")


def n_tiles(duration_s: float) -> int:
    """Two a second, as far as they fit."""
    return int(min(max(np.ceil(duration_s * 2), FEWEST_TILES), MOST_TILES))


def waveform(audio: Audio) -> dict[str, Any] | None:
    """How far it swings and how strong it is, a byte each per step; None for a video without sound."""
    n_samples = len(audio.mono)
    if not n_samples:
        return None
    step = max(round(STEP_S * audio.mono_rate_hz), -(-n_samples // MOST_STEPS))
    starts = np.arange(0, n_samples, step)
    peak, rms = np.zeros(len(starts)), np.zeros(len(starts))
    for i, start in enumerate(starts):
        part = audio.mono[start : start + step].astype(np.float32)
        peak[i], rms[i] = np.abs(part).max(), np.sqrt(np.mean(part**2))
    return {
        "offset_s": audio.offset_s,
        "step_s": step / audio.mono_rate_hz,
        "peak": _bytes(peak),
        "rms": _bytes(rms),
    }


def _bytes(level: np.ndarray) -> str:
    return b64encode(np.clip(level * 255, 0, 255).round().astype(np.uint8).tobytes()).decode()
