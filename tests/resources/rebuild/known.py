"""A video drawn from a description, and the tables that tell exactly that."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analyzers.contract import Audio, Flow, Frame, Motion
from analyzers.measures.colour.mosaic import find_mosaic
from resources.rebuild.script import Tables
from resources.render import Clicks, Move, Photo, Shot, Text, Video, pictures, truth_of
from resources.render.sound import beat_times, mix
from tests.inputs import make_audio, make_flow, make_frames, make_motion

WIDTH, HEIGHT = 160, 284
CLICKS = Clicks(bpm=120, first_s=0.25, level_db=-6)
FILM = Video(
    shots=(
        Shot(Photo("china"), 2.0, moves=(Move(0, 2, x=0.4),)),
        Shot(Photo("coffee"), 2.0, moves=(Move(0, 2, zoom=1.3),)),
    ),
    texts=(Text("so good", 0.5, 1.5, y=0.3, size=0.12, box_hex="#ff2050"),),
    sound=(CLICKS,),
    width=WIDTH,
    height=HEIGHT,
)


@dataclass(frozen=True)
class Known:
    motion: Motion
    flow: Flow
    audio: Audio
    frames: list[Frame]
    tables: Tables
    duration_s: float


def known(film: Video = FILM) -> Known:
    motion = make_motion(np.stack(list(pictures(film))))
    audio = (
        make_audio(mix(film.sound, film.seconds, 48_000)) if film.sound else make_audio(np.zeros((0, 2), np.float32))
    )
    return Known(motion, make_flow(motion), audio, make_frames(motion), tables_of(film, motion, audio), film.seconds)


def tables_of(film: Video, motion: Motion, audio: Audio) -> Tables:
    truth = truth_of(film)
    shots = [(shot.start_s, shot.end_s) for shot in truth.shots]
    return {
        "cut_analysis": [
            {"level": "shot", "start_s": a, "end_s": b, "len_frames": None, "kind": None} for a, b in shots
        ],
        "camera_analysis": _steps(truth),
        "color_analysis": [_colours(motion, a, b) for a, b in shots],
        "text_overlay": [_text(text) for text in truth.texts],
        "audio_analysis": [*_levels(audio), *_onsets(film)],
    }


def _steps(truth) -> list[dict]:
    cuts = {shot.first_frame for shot in truth.shots}
    rows = []
    for after, ((t, one), (end, two)) in enumerate(pairwise(zip(truth.t_s, truth.poses, strict=True)), 1):
        dt = end - t
        moved = (0.0, 0.0, 0.0, 0.0)
        if after not in cuts:
            zoom = one.zoom  # speeds are in widths of what is seen
            moved = (
                (two.x - one.x) * zoom / dt,
                (two.y - one.y) * zoom / dt,
                float(np.log(two.zoom / one.zoom)) / dt,
                (two.roll_deg - one.roll_deg) / dt,
            )
        names = ("dx_w_s", "dy_w_s", "zoom_rate_s", "roll_deg_s")
        rows.append({"level": "frame", "start_s": t, "end_s": end, **dict(zip(names, moved, strict=True))})
    return rows


def _colours(motion: Motion, start_s: float, end_s: float) -> dict:
    middle = motion.rgb[int(np.searchsorted(motion.t_s, (start_s + end_s) / 2 + 1e-6, side="right")) - 1]
    return {"level": "shot", "start_s": start_s, "end_s": end_s, "mosaic": find_mosaic(middle), "palette": [
        {"hex": "#808080", "share": 1.0}
    ]}  # fmt: skip


def _text(text) -> dict:
    return {
        "start_s": text.start_s, "end_s": text.end_s, "text": text.text, "x": text.x, "y": text.y, "w": text.w,
        "h": text.h, "role": "caption", "fill_hex": text.fill_hex, "stroke_hex": None, "stroke_frac": None,
        "box_hex": text.box_hex, "box_alpha": 1.0, "entrance": "cut", "entrance_s": 0.0, "exit": "cut", "exit_s": 0.0,
        "words": [],
    }  # fmt: skip


def _levels(audio: Audio) -> list[dict]:
    """Half seconds, as loud as they are."""
    if not len(audio.stereo):
        return []
    rows = []
    for first in range(0, len(audio.stereo), 24_000):
        part = audio.stereo[first : first + 24_000]
        rms = float(np.sqrt(np.mean(np.square(part))))
        level = 20 * np.log10(rms) if rms > 0 else None
        rows.append({"kind": "loudness", "start_s": first / 48_000, "end_s": first / 48_000 + 0.5, "rms_db": level})
    return rows


def _onsets(film: Video) -> list[dict]:
    times = [t for layer in film.sound if isinstance(layer, Clicks) for t in beat_times(layer, film.seconds).tolist()]
    return [{"kind": "onset", "start_s": t, "end_s": t, "strength": 1.0} for t in times]
