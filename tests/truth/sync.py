"""Whether the offset of picture and sound is right within a frame, and told of nothing that is unrelated."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from analyzers.sound.audio_analysis import audio_analysis
from analyzers.sound.audio_visual_sync import Row, audio_visual_sync
from resources import sources
from resources.render import Clicks, Effect, Noise, Photo, Shot, Sine, Sprite, Video, render
from resources.settings import Settings
from resources.store import Store
from tests.truth.pipeline import Analysed
from tests.truth.real import Table

RATES = {"24": 24, "29.97": Fraction(30_000, 1001), "30": 30, "60": 60}
OFFSETS_S = (-0.4, -0.2, -0.05, 0.0, 0.1, 0.25, 0.4)
EVENTS = 10
# Cuts of 120 beats a minute, 16 of 20 on a beat: the others lie amid two.
SHOT_BEATS = (1, 2, 1, 1.5, 0.5, 2, 1, 1, 2, 1.5, 0.5, 1, 2, 1, 1, 2.5, 0.5, 1, 1.5, 0.5, 1)
SCENES = (Photo("cat"), Noise(11), Photo("coffee"), Photo("flower"), Noise(12), Photo("rocket"), Photo("tissue"))
REAL = ("video_people/obama_statement.mp4", "video_format/ax_sample.mp4", "video_camera/rabbit320.mp4")


def tables(media: Path) -> Iterator[Table]:
    yield offsets_table()
    yield unrelated_table(media)
    yield cuts_on_beats_table()


def moments(seed: int) -> tuple[float, ...]:
    return tuple((np.cumsum(np.random.default_rng(seed).uniform(0.45, 1.1, EVENTS)) + 0.6).round(3).tolist())


def clicks_at(times_s: tuple[float, ...], seconds: float) -> tuple[Sine, ...]:
    return tuple(Sine(1200, t, t + 0.06, -8) for t in times_s if 0 <= t < seconds - 0.1)


def flashes(times_s: tuple[float, ...], sound: tuple[Sine, ...], fps: Any) -> Video:
    effects = tuple(Effect("flash", t, t + 0.07, 0.8) for t in times_s)
    return _small(Video((Shot(Photo("coffee"), times_s[-1] + 1.2),), effects=effects, sound=sound, fps=fps))


def bounces(times_s: tuple[float, ...], sound: tuple[Sine, ...], fps: Any) -> Video:
    """A ball between floor and ceiling, which turns back at these times."""
    edges = (0.0, *times_s, times_s[-1] + 1.2)
    sprites = []
    for number, (start, end) in enumerate(pairwise(edges)):
        low, high = (0.2, 0.8) if number % 2 else (0.8, 0.2)
        speed = (high - low) / (end - start)
        sprites.append(Sprite("circle", start, end, x=0.5, y=low, w=0.22, h=0.22, speed=(0.0, speed)))
    return _small(Video((Shot(Noise(61), edges[-1]),), sprites=tuple(sprites), sound=sound, fps=fps))


def _small(video: Video) -> Video:
    return replace(video, width=180, height=320, crf=28)


def row_of(path: Path) -> Row | None:
    """What is told of a whole file, decoded like every video; cuts and texts are left out."""
    with tempfile.TemporaryDirectory(prefix="truth-") as folder:
        store = Store(root=folder)
        video = sources.prepare(store, path, Settings())
        motion, flow, audio, spectrum = (store.read(name, video) for name in ("motion", "flow", "audio", "spectrum"))
        heard = list(audio_analysis(audio, spectrum))
        return next(audio_visual_sync(motion, flow, heard, None, None), None)


def told_of(video: Video) -> Row | None:
    with tempfile.TemporaryDirectory(prefix="truth-") as folder:
        path = Path(folder) / "clip.mp4"
        render(video, path)
        return row_of(path)


def offsets_table() -> Table:
    body = []
    for what, draw in (("flashes", flashes), ("a ball that turns back", bounces)):
        for name, fps in RATES.items():
            errors = []
            for number, offset_s in enumerate(OFFSETS_S):
                times_s = moments(number)
                sound = clicks_at(tuple(t + offset_s for t in times_s), times_s[-1] + 1.2)
                told = told_of(draw(times_s, sound, fps))
                if told is not None and told.offset_s is not None:
                    errors.append(abs(told.offset_s - offset_s) * float(fps))
            within = sum(error <= 1 for error in errors)
            worst = f"{max(errors):.2f}" if errors else ""
            body.append((what, name, f"{len(errors)} of {len(OFFSETS_S)}", f"{within} of {len(errors)}", worst))
    head = ("picture", "frames a second", "offset told", "right within a frame", "worst error, frames")
    notes = (
        f"{EVENTS} events at uneven times, the sound {min(OFFSETS_S)} to +{max(OFFSETS_S)} s from the picture, written "
        "with x264 and AAC and decoded like every video. Target: within one frame.",
    )
    return Table("Offset of picture and sound", head, tuple(body), notes)


def unrelated_table(media: Path, count: int = 12) -> Table:
    claimed = 0
    for number in range(count):
        times_s = moments(100 + number)
        sound = clicks_at(moments(200 + number), times_s[-1] + 1.2)
        told = told_of((flashes, bounces)[number % 2](times_s, sound, 30))
        claimed += told is not None and told.offset_s is not None
    body = [("flashes and bounces with unrelated clicks", f"{count}", f"{claimed}", "")]
    regular = told_of(flashes(tuple(np.arange(0.5, 8, 0.5).tolist()), (), 30))
    even = replace(flashes(tuple(np.arange(0.5, 8, 0.5).tolist()), (), 30), sound=(Clicks(120, first_s=0.15),))
    told = told_of(even)
    claims = sum(row is not None and row.offset_s is not None for row in (regular, told))
    body.append(("even flashes with even clicks, or without sound", "2", f"{claims}", ""))
    for name in REAL:
        if (path := media / name).exists() and (row := row_of(path)):
            offset = "none" if row.offset_s is None else f"{row.offset_s:+.3f} s"
            body.append((Path(name).name, "1", f"{int(row.offset_s is not None)}", offset))
    head = ("film", "films", "offsets claimed", "which")
    return Table("Offsets claimed where nothing can be told", head, tuple(body))


def cuts_on_beats_table() -> Table:
    shots = tuple(Shot(SCENES[i % len(SCENES)], beats / 2) for i, beats in enumerate(SHOT_BEATS))
    at = np.cumsum(SHOT_BEATS)[:-1]
    video = replace(_small(Video(shots, sound=(Clicks(120),), fps=30)), width=360, height=640)
    with tempfile.TemporaryDirectory(prefix="truth-") as folder:
        path = Path(folder) / "clip.mp4"
        render(video, path)
        analysed = Analysed(path, Path(folder) / "data")
        heard, cuts = analysed.rows("audio_analysis"), analysed.rows("cut_analysis")
        store, key = analysed.store, analysed.video
        sources.ensure(store, key, "flow", Settings())
        rows = list(audio_visual_sync(store.read("motion", key), store.read("flow", key), heard, cuts, None))
    true = float(np.mean(at % 1 == 0))
    count = next(row for row in rows if row.kind == "cuts")
    body = [
        ("cuts", f"{len(at)}", f"{count.n}"),
        ("share on a beat", f"{true:.2f}", f"{count.on_beat_share or 0:.2f}"),
        ("share by chance", "0.28", f"{count.on_beat_chance or 0:.2f}"),
    ]
    return Table("Cuts on beats", ("what", "true", "found"), tuple(body))
