"""A timeline that is known: a film by its description, and the rows that tell of it without a mistake."""

from dataclasses import asdict
from fractions import Fraction
from typing import Any

from analyzers.contract import Media
from resources.render import Flat, Shot, Text, Transition, Truth, Video, truth_of
from resources.store import Outcome
from tiktok_assets.exports.model import Timeline, read_timeline

OK = Outcome("ok", 1, "", "test")
WICKED = '=cmd|"x"!A1 {\\pos(0,0)}\\N<b>&</b> ]]> --> 2\x00\x1b\u202e'
HEADER = {
    "row_id": "x-00000",
    "video_id": "v",
    "start_frame": 0,
    "end_frame": 1,
    "backend": "test",
    "evidence": "model",
}


def film(fps: int | Fraction = 30, times_s: tuple[float, ...] | None = None) -> Video:
    """Four shots: a cut, a dissolve, a wipe; two texts that overlap."""
    return Video(
        shots=(
            Shot(Flat("#335577"), 1.0),
            Shot(Flat("#aa8833"), 1.5),
            Shot(Flat("#228855"), 1.5, enter=Transition("dissolve", 0.5)),
            Shot(Flat("#bb3344"), 1.0, enter=Transition("wipe_left", 0.4)),
        ),
        texts=(
            Text("so good", 0.5, 2.5, y=0.3, stroke_hex="#000000"),
            Text("link in bio", 2.0, 4.0, box_hex="#ff2050"),
        ),
        width=96,
        height=160,
        fps=fps,
        times_s=times_s,
    )


def media_of(truth: Truth, fps: float, *, is_vfr: bool = False) -> Media:
    return Media(
        "mp4", "h264", "aac", 96, 160, 1.0, 0, False, False, fps, is_vfr, len(truth.t_s), truth.duration_s, 0.0, 0.0,
        0.0, 48_000, 2, None, 1, "0" * 64, (),
    )  # fmt: skip


def cut_rows(truth: Truth) -> list[dict[str, Any]]:
    """As cut_analysis tells them: shots meet in the middle of a soft transition."""
    meet = [(change.start_s + change.end_s) / 2 for change in truth.changes]
    borders = list(zip([0.0, *meet], [*meet, truth.duration_s], strict=True))
    shots = [{"level": "shot", "start_s": a, "end_s": b, "kind": None, "len_frames": None} for a, b in borders]
    cuts = [
        {"level": "cut", "start_s": change.start_s, "end_s": change.end_s, "kind": change.kind}
        | {"len_frames": 0 if change.kind == "hard" else change.end_frame - change.first_frame}
        for change in truth.changes
    ]
    return shots + cuts


def text_row(text: str, start_s: float, end_s: float, **look: Any) -> dict[str, Any]:
    plain = {"role": "caption", "x": 0.2, "y": 0.3, "w": 0.6, "h": 0.1, "angle_deg": 0.0, "cap_height_frac": 0.05}
    return {**HEADER, "start_s": start_s, "end_s": end_s, "text": text, "text_norm": None, "words": [], **plain, **look}


def text_rows(truth: Truth) -> list[dict[str, Any]]:
    names = ("x", "y", "w", "h", "fill_hex", "stroke_hex", "box_hex", "entrance", "exit")
    return [
        text_row(true.text, true.start_s, true.end_s, **{name: asdict(true)[name] for name in names})
        for true in truth.texts
    ]


def speech_rows(text: str, start_s: float = 0.2, word_s: float = 0.25) -> list[dict[str, Any]]:
    words = text.split()
    shared = {"lang": "en", "segment": 0}
    spoken = {"level": "segment", "text": text, "start_s": start_s, "end_s": start_s + word_s * len(words), **shared}
    return [spoken] + [
        {"level": "word", "text": w, "start_s": start_s + i * word_s, "end_s": start_s + (i + 0.8) * word_s, **shared}
        for i, w in enumerate(words)
    ]


def timeline_of(video: Video, fps: float, *, title: str = "film.mp4", **tables: list[dict[str, Any]]) -> Timeline:
    """The timeline that is read from tables without a mistake, and from others that are given."""
    truth = truth_of(video)
    known = {"cut_analysis": cut_rows(truth), "text_overlay": text_rows(truth)} | tables
    media = media_of(truth, fps, is_vfr=video.times_s is not None)
    path = "../../../media/v/video.mp4"
    return read_timeline("v", title, path, media, truth.t_s, {name: (OK, rows) for name, rows in known.items()})
