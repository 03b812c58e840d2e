"""Describe a video, get an mp4 and what is true of it: for the demo, the tests and the accuracy figures.

    from resources.render import Clicks, Move, Photo, Shot, Text, Transition, Video, render

    video = Video(
        shots=(
            Shot(Photo("china"), 2.0, moves=(Move(0, 2, x=0.4),)),  # the camera goes 0.4 widths to the right
            Shot(Photo("coffee"), 2.0, enter=Transition("dissolve", 0.5)),  # no `enter`: a hard cut
        ),
        texts=(Text("so good", 0.5, 1.5, y=0.3, box_hex="#ff2050"),),
        sound=(Clicks(bpm=120),),
    )
    truth = render(video, tmp_path / "clip.mp4")
    truth.t_s         time of every frame        truth.shots       start and end of every shot
    truth.changes     how each shot came in      truth.poses       where the camera was, frame by frame
    truth.texts       every text, its box and its times
    truth.stickers    every sticker and emoji, its box and its times

Everything is drawn from the description alone: the same description gives the same bytes. Places are shares of
the picture (x, y: 0..1), lengths are shares of its width, times are seconds from the first picture. Without
sound there is no sound track. Variants: `replace(video, width=1080, height=1920, fps=60, crf=35)`, and with uneven
frame times `replace(video, times_s=uneven_times(4.0))`. Frames without a file: `for rgb in pictures(video)`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from resources.render.picture import (
    Canvas,
    Code,
    Effect,
    Flat,
    Grade,
    Gradient,
    Move,
    Noise,
    Patches,
    Photo,
    Picture,
    Pose,
    Shake,
    Sprite,
    apply_effect,
    apply_letterbox,
    apply_sprite,
    pose_at,
)
from resources.render.sound import Backwards, Chord, Clicks, Dings, Fade, Hush, Layer, PinkNoise, Sine, Sweep, mix
from resources.render.sticker import Sticker, StickerLayer
from resources.render.text import Text, TextLayer
from resources.render.transition import Change, blend

__all__ = [
    "Backwards", "Change", "Chord", "Clicks", "Code", "Dings", "Effect", "Fade", "Flat", "Grade", "Gradient", "Hush",
    "Inset", "Move", "Noise", "Patches", "Photo", "PinkNoise", "Shake", "Shot", "Sine", "Sprite", "Sticker",
    "Sweep", "Text", "Transition", "Truth", "Video", "frame_times", "pictures", "render", "shown_moments", "truth_of",
    "uneven_times",
]  # fmt: skip

TICKS_PER_S = 90_000  # time base of what is written: every usual frame rate is a whole number of ticks
HALF_TICK_S = 0.5 / TICKS_PER_S
SOUND_HZ = 48_000


@dataclass(frozen=True, slots=True)
class Transition:
    """How a shot comes in over the one before, during its own first seconds."""

    kind: Change
    seconds: float


@dataclass(frozen=True, slots=True)
class Shot:
    picture: Picture
    seconds: float
    moves: tuple[Move, ...] = ()
    shake: Shake | None = None
    shutter: float = 0.0  # share of a frame's time that is exposed: 0.5 smears fast movement as a camera does
    grade: Grade | None = None
    enter: Transition | None = None


@dataclass(frozen=True, slots=True)
class Video:
    """A whole clip. Sprites, effects and texts lie over the shots, on the clip's own clock."""

    shots: tuple[Shot, ...]
    sprites: tuple[Sprite, ...] = ()
    effects: tuple[Effect, ...] = ()
    texts: tuple[Text, ...] = ()
    sound: tuple[Layer, ...] = ()
    width: int = 720
    height: int = 1280
    fps: int | Fraction = 30
    crf: int = 23
    letterbox: float = 0.0  # height of each black bar, as a share of the picture's height
    times_s: tuple[float, ...] | None = None  # explicit frame times: a variable frame rate
    insets: tuple["Inset", ...] = ()  # over effects, below texts
    stickers: tuple[Sticker, ...] = ()  # over insets, below texts
    moments_s: tuple[float, ...] | None = (
        None  # of the scene, one a frame: repeated, left out, slowed, played backwards
    )

    @property
    def seconds(self) -> float:
        return sum(shot.seconds for shot in self.shots)


@dataclass(frozen=True, slots=True)
class Inset:
    """A clip of its own in the clip, frame by frame: the size is its own too."""

    video: Video
    x: float  # left edge
    y: float  # top edge
    start_s: float = 0.0
    end_s: float = inf


@dataclass(frozen=True, slots=True)
class TrueShot:
    start_s: float
    end_s: float
    first_frame: int
    end_frame: int


@dataclass(frozen=True, slots=True)
class TrueChange:
    """From the first picture that shows both shots to the first that shows only the later one."""

    kind: Change | Literal["hard"]
    start_s: float
    end_s: float
    first_frame: int  # of the later shot, where the cut is hard
    end_frame: int


@dataclass(frozen=True, slots=True)
class TrueText:
    """One text, where it rests and how it looks there."""

    text: str  # lines joined by a line break
    start_s: float  # of the first picture that shows any of it
    end_s: float
    x: float  # left edge of the ink, stroke included, as a share of the picture
    y: float
    w: float
    h: float
    fill_hex: str
    stroke_hex: str | None
    box_hex: str | None
    entrance: str
    exit: str
    is_moving: bool


@dataclass(frozen=True, slots=True)
class TrueSticker:
    """One sticker, where it rests."""

    sticker: Sticker
    start_s: float  # of the first picture that shows any of it
    end_s: float
    x: float  # left edge, as a share of the picture
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class Truth:
    """What the description means, frame by frame."""

    t_s: tuple[float, ...]
    duration_s: float
    shots: tuple[TrueShot, ...]
    changes: tuple[TrueChange, ...]
    poses: tuple[Pose, ...]  # of the shot that a frame belongs to
    texts: tuple[TrueText, ...]
    sound: tuple[Layer, ...]
    stickers: tuple[TrueSticker, ...] = ()


def uneven_times(seconds: float, seed: int = 7) -> tuple[float, ...]:
    """Frame times as a phone in bad light makes them: steps of 1/60 to 1/15 s."""
    rng = np.random.default_rng(seed)
    steps = rng.choice([1 / 60, 1 / 30, 1 / 24, 1 / 15], size=int(seconds * 60))
    times = np.concatenate([[0.0], np.cumsum(steps)])
    ticks = np.round(times[times < seconds - 1 / 60] * TICKS_PER_S)
    return tuple((ticks / TICKS_PER_S).tolist())


def frame_times(video: Video) -> NDArray[np.float64]:
    """When each frame begins, on the tick."""
    if video.times_s is not None:
        return np.array(video.times_s)
    count = round(video.seconds * video.fps) if video.moments_s is None else len(video.moments_s)
    ticks = [round(i * TICKS_PER_S / Fraction(video.fps).limit_denominator(1001)) for i in range(count)]
    return np.array(ticks) / TICKS_PER_S


def shown_moments(video: Video) -> NDArray[np.float64]:
    """Which moment of the scene each frame shows: its own, unless the footage was retimed."""
    return frame_times(video) if video.moments_s is None else np.array(video.moments_s)


def render(video: Video, path: Path) -> Truth:
    """Write the clip; what is true of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(video, path)
    return truth_of(video)


def truth_of(video: Video) -> Truth:
    times, moments = frame_times(video), shown_moments(video)
    owners = _owners(video, moments)
    starts = _shot_starts(video)
    end_s = _end_s(video)

    def time_of(frame: int) -> float:
        return float(times[frame]) if frame < len(times) else end_s

    shots, changes = [], []
    for i, shot in enumerate(video.shots):
        first, end = np.searchsorted(owners, [i, i + 1]).tolist()
        shots.append(TrueShot(time_of(first), time_of(end), first, end))
        if i:
            mixed_until = starts[i] + (shot.enter.seconds if shot.enter else 0) - HALF_TICK_S
            done = max(first, int(np.searchsorted(times, mixed_until)))
            kind = shot.enter.kind if shot.enter else "hard"
            changes.append(TrueChange(kind, time_of(first), time_of(done), first, done))
    poses = [
        pose_at(video.shots[i].moves, video.shots[i].shake, t - starts[i]) for i, t in zip(owners, moments, strict=True)
    ]
    texts = [true for text in video.texts if (true := _true_text(video, text, times, end_s))]
    stickers = [true for sticker in video.stickers if (true := _true_sticker(video, sticker, times, end_s))]
    return Truth(
        tuple(times.tolist()), end_s, tuple(shots), tuple(changes), tuple(poses), tuple(texts), video.sound,
        tuple(stickers),
    )  # fmt: skip


def pictures(video: Video) -> Iterator[NDArray[np.uint8]]:
    """Every frame, drawn."""
    moments = shown_moments(video)
    starts = _shot_starts(video)
    texts = [(text, TextLayer(text, video.width, video.height)) for text in video.texts]
    stickers = [StickerLayer(sticker, video.width, video.height) for sticker in video.stickers]
    insets = [(inset, pictures(inset.video)) for inset in video.insets]
    canvases: dict[int, Canvas] = {}
    frame_s = _frame_s(video)
    for t, i in zip(moments, _owners(video, moments), strict=True):
        shot = video.shots[i]
        picture = _shot_picture(video, canvases, i, t - starts[i])
        if i and shot.enter and t < starts[i] + shot.enter.seconds - HALF_TICK_S:
            before = _shot_picture(video, canvases, i - 1, t - starts[i - 1])
            share = min((t - starts[i] + frame_s / 2) / shot.enter.seconds, 1.0)
            picture = blend(shot.enter.kind, before, picture, share)
        for stale in [n for n in canvases if n < i - 1]:
            del canvases[stale]
        for sprite in video.sprites:
            picture = apply_sprite(picture, sprite, t)
        for effect in video.effects:
            picture = apply_effect(picture, effect, t)
        for inset, inner in insets:
            picture = _with_inset(picture, inset, inner, t)
        for sticker in stickers:
            picture = sticker.onto(picture, t)
        for _, layer in texts:
            picture = layer.onto(picture, t)
        yield apply_letterbox(picture, video.letterbox)


def _with_inset(
    rgb: NDArray[np.uint8], inset: Inset, inner: Iterator[NDArray[np.uint8]], t: float
) -> NDArray[np.uint8]:
    if not inset.start_s - HALF_TICK_S <= t < inset.end_s - HALF_TICK_S:
        return rgb
    piece = next(inner)
    out = rgb.copy()
    top, left = round(inset.y * len(rgb)), round(inset.x * rgb.shape[1])
    out[top : top + len(piece), left : left + piece.shape[1]] = piece
    return out


def _shot_picture(video: Video, canvases: dict[int, Canvas], i: int, t: float) -> NDArray[np.uint8]:
    shot = video.shots[i]
    if i not in canvases:
        follows = video.shots[i + 1].enter if i + 1 < len(video.shots) else None
        seconds = shot.seconds + (follows.seconds if follows else 0)
        canvases[i] = Canvas(
            shot.picture, shot.moves, shot.shake, shot.grade, seconds, video.width, video.height,
            shot.shutter * _frame_s(video),
        )  # fmt: skip
    return canvases[i].at(t)


def _shot_starts(video: Video) -> list[float]:
    return np.concatenate([[0.0], np.cumsum([shot.seconds for shot in video.shots])])[:-1].tolist()


def _owners(video: Video, times: NDArray[np.float64]) -> NDArray[np.int64]:
    """Which shot each frame belongs to. A frame that begins within half a frame of a border is behind it."""
    slack = HALF_TICK_S if video.times_s is not None else _frame_s(video) / 2
    return np.searchsorted(np.array(_shot_starts(video)) - slack, times, side="right") - 1


def _frame_s(video: Video) -> float:
    return float(1 / video.fps)


def _end_s(video: Video) -> float:
    times = frame_times(video)
    return float(times[-1]) + round(_frame_s(video) * TICKS_PER_S) / TICKS_PER_S


def _on_show(one: Text | Sticker, times: NDArray[np.float64], end_s: float) -> tuple[float, float] | None:
    """When it comes and goes, frame by frame; None where no frame shows it."""
    shown = np.flatnonzero((times >= one.start_s - HALF_TICK_S) & (times < one.end_s - HALF_TICK_S))
    if not len(shown):
        return None
    after = int(shown[-1]) + 1
    return float(times[shown[0]]), float(times[after]) if after < len(times) else end_s


def _true_sticker(video: Video, one: Sticker, times: NDArray[np.float64], end_s: float) -> TrueSticker | None:
    if (span := _on_show(one, times, end_s)) is None:
        return None
    left, top, wide, tall = StickerLayer(one, video.width, video.height).box()
    return TrueSticker(one, *span, left / video.width, top / video.height, wide / video.width, tall / video.height)


def _true_text(video: Video, text: Text, times: NDArray[np.float64], end_s: float) -> TrueText | None:
    if (span := _on_show(text, times, end_s)) is None:
        return None
    boxes = [box for _, box in TextLayer(text, video.width, video.height).lines()]
    left, top = min(x for x, *_ in boxes), min(y for _, y, *_ in boxes)
    right, bottom = max(x + w for x, _, w, _ in boxes), max(y + h for _, y, _, h in boxes)
    return TrueText(
        text=text.text,
        start_s=span[0],
        end_s=span[1],
        x=left / video.width,
        y=top / video.height,
        w=(right - left) / video.width,
        h=(bottom - top) / video.height,
        fill_hex=text.fill_hex,
        stroke_hex=text.stroke_hex,
        box_hex=text.box_hex,
        entrance="karaoke" if text.words_s else text.entrance,
        exit=text.exit,
        is_moving=text.drift != (0.0, 0.0),
    )


def _yuv420(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """BT.709, rounded: swscale's own way from RGB is off by one or two."""
    import cv2

    height, width = rgb.shape[:2]
    red, blue = 0.2126, 0.0722
    green = 1 - red - blue
    luma = np.array([red, green, blue]) * 219
    cb = np.array([-red, -green, 1 - blue]) * (112 / (1 - blue))
    cr = np.array([1 - red, -green, -blue]) * (112 / (1 - red))
    matrix = np.column_stack([np.array([luma, cb, cr]) / 255, [16, 128, 128]])
    yuv = np.asarray(cv2.transform(rgb, matrix), np.uint8)
    chroma = np.asarray(cv2.resize(yuv, (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.uint8)
    planes = [yuv[..., 0], chroma[..., 1], chroma[..., 2]]
    return np.concatenate([plane.ravel() for plane in planes]).reshape(height * 3 // 2, width)


def _write(video: Video, path: Path) -> None:
    import av

    times = frame_times(video)
    ticks = np.round(np.append(times, _end_s(video)) * TICKS_PER_S).astype(int)
    with av.open(str(path), "w", format="mp4") as file:
        rate = Fraction(video.fps).limit_denominator(1001)
        stream = file.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = video.width, video.height, "yuv420p"
        stream.time_base = Fraction(1, TICKS_PER_S)
        context = stream.codec_context
        context.time_base = Fraction(1, TICKS_PER_S)
        context.color_primaries = context.color_trc = context.colorspace = 1  # BT.709, as phones write
        context.color_range = 1  # 16..235
        # The thread count is part of what x264 writes: fixed, so that the bytes are.
        stream.options = {"crf": str(video.crf), "preset": "veryfast", "threads": "2", "g": "120"}
        # The usual 128 kbit/s and the better coder take 0.5 dB off a noise; these take 0.15.
        options = {"aac_coder": "fast"}
        sound = file.add_stream("aac", SOUND_HZ, options, layout="stereo", bit_rate=320_000) if video.sound else None
        for rgb, tick, after in zip(pictures(video), ticks, ticks[1:], strict=False):
            frame = av.VideoFrame.from_ndarray(_yuv420(rgb), format="yuv420p")
            frame.pts, frame.time_base, frame.duration = int(tick), Fraction(1, TICKS_PER_S), int(after - tick)
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
        if sound is not None:
            samples = mix(video.sound, _end_s(video), SOUND_HZ)
            for first in range(0, len(samples), 1024):
                block = np.ascontiguousarray(samples[first : first + 1024].T)
                frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
                frame.sample_rate, frame.pts, frame.time_base = SOUND_HZ, first, Fraction(1, SOUND_HZ)
                file.mux(sound.encode(frame))
            file.mux(sound.encode())
