"""Reports of videos that nobody made, as small as the page over the corpus takes them, with what is kept beside."""

import json
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from resources.store import Store
from tiktok_assets.page.keepsakes import CONTACT, TILE_PX, WAVEFORM, n_tiles

HOSTILE = "</script><img src=x onerror=alert(1)> <!-- {{film}} \u202egpj.exe\u2066 \u2028 \x00\x1b[31m ' \" &amp; ünï"
SHOTS = ((0.0, 2.0), (2.0, 5.0), (5.0, 6.0))
TEXTS = (("step 1: coffee", 0.5, 1.5), ("step 2: fresh air", 1.0, 3.0))
WORDS = (("Grüße aus Wien", 0.2, 1.2),)
BEATS = (0.5, 1.0, 1.5)
LENGTH_S = 6.0


def spans(found: Sequence[tuple[Any, float, float]], **more: Any) -> list[dict[str, Any]]:
    return [{"start_s": s, "end_s": e, "text": text, **more} for text, s, e in found]


def told_of(
    video: str,
    about: dict[str, Any] | None = None,
    *,
    shots: Sequence[tuple[float, float]] = SHOTS,
    length_s: float = LENGTH_S,
    score: float | None = None,
    statuses: dict[str, str] | None = None,
) -> dict[str, Any]:
    """A report in which everything was found that the page tells of."""
    cuts = {"n_cuts": len(shots) - 1, "asl_s": length_s / max(1, len(shots)), "cpm": 60 * (len(shots) - 1) / length_s}
    tables = {
        "cut_analysis": [{"level": "shot", "start_s": s, "end_s": e} for s, e in shots],
        "text_overlay": spans(TEXTS),
        "speech_transcription": spans(WORDS, level="segment", lang="de"),
        "audio_analysis": [{"kind": "beat", "start_s": t, "end_s": t} for t in BEATS],
        "face_detection": [{"level": "track", "person_id": n, "start_s": 0.0, "end_s": 1.0} for n in (0, 1, 1)],
        "audio_environment": [],
    }
    fared = dict.fromkeys(tables, "ok") | (statuses or {})
    whole = {
        "cut_analysis": cuts,
        "audio_analysis": {"lufs_i": -19.8, "tempo_bpm": 120.0},
        "audio_environment": {"speech_share": 0.25, "music_share": 0.75},
    }
    return {
        "video": {"id": video, "file_name": f"{video}.mp4", "hashtags": []} | (about or {}),
        "media": {"duration_s": length_s, "width_px": 90, "height_px": 160, "fps_nominal": 30.0, "warnings": []},
        "summary": {
            "complete": True,
            "analyzers": {status: list(fared.values()).count(status) for status in fared.values()},
            "whole_video": {name: row for name, row in whole.items() if fared[name] == "ok"},
        },
        "analyzers": {name: {"status": status} for name, status in fared.items()},
        "tables": {name: rows if fared[name] == "ok" else [] for name, rows in tables.items()},
        "reconstruction": {"status": "ok", "score": score} if score is not None else None,
    }


def write_told(store: Store, video: str, told: dict[str, Any] | None = None) -> Path:
    """The report, beside it a row of pictures and how it sounds."""
    told = told or told_of(video)
    folder = store.report_folder(video)
    folder.mkdir(parents=True, exist_ok=True)
    n, wide = n_tiles(told["media"]["duration_s"] or 0.0), 40
    shades = np.repeat(np.linspace(0, 255, n).astype(np.uint8), wide)
    Image.fromarray(np.broadcast_to(shades[None, :, None], (TILE_PX, n * wide, 3)).copy()).save(folder / CONTACT)
    levels = np.zeros(2000, np.uint8)
    levels[777] = 200
    wave = b64encode(levels.tobytes()).decode()
    (folder / WAVEFORM).write_text(json.dumps({"offset_s": 0.0, "step_s": 0.003, "peak": wave, "rms": wave}))
    (folder / "report.json").write_text(json.dumps(told), encoding="utf-8")
    return folder / "report.json"
