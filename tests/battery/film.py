"""Films: small clips drawn and encoded by PyAV, for the battery and for the decoder's own tests."""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

Draw = Callable[[int], NDArray[np.uint8]]
Sing = Callable[[NDArray[np.float64]], NDArray[np.float32]]  # times -> (channels, n)


def moving(width: int, height: int) -> Draw:
    """Coloured ramps with a white square on its way through, and some grain to give the encoder work."""
    down, across = np.mgrid[0:height, 0:width]
    ramp = np.stack([across * 255 // max(1, width - 1), down * 255 // max(1, height - 1), 0 * across + 90], axis=2)
    grain = np.random.default_rng(7).integers(-12, 13, (height, width, 1))
    side = max(1, min(width, height) // 4)

    def draw(i: int) -> NDArray[np.uint8]:
        picture = np.clip(np.roll(ramp, i, axis=1) + np.roll(grain, 3 * i, axis=0), 0, 255).astype(np.uint8)
        x, y = i * 3 % max(1, width - side + 1), i * 2 % max(1, height - side + 1)
        picture[y : y + side, x : x + side] = 255
        return picture

    return draw


def flat(width: int, height: int, *colour: int) -> Draw:
    picture = np.full((height, width, 3), colour, np.uint8)
    return lambda i: picture


def sine(hz: float = 440.0, channels: int = 2, level: float = 0.3) -> Sing:
    return lambda t: np.repeat((level * np.sin(2 * np.pi * hz * t)).astype(np.float32)[None], channels, axis=0)


# With threads of its own, x265 sometimes hands over the packets of a very short clip without times.
ONE_BY_ONE = "log-level=none:bframes=0:frame-threads=1"


def film(
    path: Path,
    *,
    size: tuple[int, int] = (144, 256),
    n: int = 60,
    fps: Fraction | int = 30,
    codec: str | None = "libx264",
    pix_fmt: str = "yuv420p",
    options: Mapping[str, str] | None = None,
    draw: Draw | None = None,
    frames: Callable[[int], av.VideoFrame] | None = None,
    pts: Callable[[int], int] | None = None,
    time_base: Fraction | None = None,
    sar: Fraction | None = None,
    rotation: int | None = None,
    colours: Mapping[str, int] | None = None,
    sound: str | None = "aac",
    rate: int = 44_100,
    layout: str = "stereo",
    sing: Sing | None = None,
    sound_s: float | None = None,
    sound_at_s: float = 0.0,
    form: str | None = None,
    container: Mapping[str, str] | None = None,
    metadata: Mapping[str, str] | None = None,
) -> Path:
    """Encode one clip. `pts` gives each picture's time in `time_base`."""
    width, height = size
    with av.open(str(path), "w", format=form, container_options=dict(container or {})) as file:
        file.metadata.update(metadata or {})
        video: Any = None
        audio: Any = None
        if codec:
            video = file.add_stream(codec, rate=fps, options=dict(options or _fast(codec)))
            video.width, video.height, video.pix_fmt = width, height, pix_fmt
            if time_base:
                video.time_base = video.codec_context.time_base = time_base
            if sar:
                video.codec_context.sample_aspect_ratio = sar
            if rotation is not None:
                video.set_display_rotation(rotation)
            for name, value in (colours or {}).items():
                setattr(video.codec_context, name, value)
        if sound:
            audio = file.add_stream(sound, rate=rate, layout=layout)
        seconds = sound_s if sound_s is not None else float(n / Fraction(fps))
        chunks = _sounds(audio, sing, rate, seconds, sound_at_s) if audio else iter(())
        draw = draw or moving(width, height)
        last_s = 0.0
        for i in range(n if codec else 0):
            frame = frames(i) if frames else av.VideoFrame.from_ndarray(draw(i), "rgb24")
            if frame.format.name != pix_fmt:
                frame = frame.reformat(format=pix_fmt, **_out_of_rgb(colours), threads=1)
            frame.pts = pts(i) if pts else i
            frame.time_base = time_base or 1 / Fraction(fps)
            file.mux(video.encode(frame))
            now_s = float(frame.pts * frame.time_base)
            while audio and last_s <= now_s and (chunk := next(chunks, None)):
                last_s = float(chunk.pts / rate)
                file.mux(audio.encode(chunk))
        if video:
            file.mux(video.encode(None))
        for chunk in chunks:
            file.mux(audio.encode(chunk))
        if audio:
            file.mux(audio.encode(None))
    return path


def _fast(codec: str) -> dict[str, str]:
    return {
        "libx264": {"preset": "veryfast", "g": "15"},
        "libx264rgb": {"preset": "veryfast"},
        "libx265": {"preset": "ultrafast", "x265-params": ONE_BY_ONE},
        "libsvtav1": {"preset": "12"},
        "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
        "libvpx": {"deadline": "realtime", "cpu-used": "8"},
    }.get(codec, {})


def _out_of_rgb(colours: Mapping[str, int] | None) -> dict[str, Any]:
    """How swscale makes YCbCr for what the stream says of itself."""
    said = dict(colours or {})
    return {
        "dst_colorspace": {1: 1, 9: 9}.get(said.get("colorspace", 2), 5),
        "dst_color_range": said.get("color_range"),
    }


def _sounds(stream: Any, sing: Sing | None, rate: int, seconds: float, at_s: float) -> Iterable[Any]:
    channels = stream.codec_context.layout.nb_channels
    sing = sing or sine(channels=channels)
    size = stream.codec_context.frame_size or 1024
    total = round(seconds * rate)
    resampler = av.AudioResampler(stream.codec_context.format, stream.codec_context.layout, rate, frame_size=size)

    def chunks() -> Iterable[Any]:
        for start in range(0, total, size):
            t = np.arange(start, min(start + size, total)) / rate
            # packed: PyAV 18.1 reads past the planes of an eight-channel frame
            packed = np.ascontiguousarray(sing(t).T, np.float32).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(packed, "flt", stream.codec_context.layout.name)
            frame.sample_rate, frame.pts = rate, start + round(at_s * rate)
            frame.time_base = Fraction(1, rate)
            yield from resampler.resample(frame)
        yield from resampler.resample(None)

    return iter(chunks())


def copy(
    sources: Iterable[Path],
    path: Path,
    *,
    form: str | None = None,
    container: Mapping[str, str] | None = None,
    kinds: str = "va",
    twice: bool = False,
    change: Callable[[Any, int], Any] | None = None,
) -> Path:
    """Packets of several files into one, as they are or as `change(packet, n)` returns them (None drops one)."""
    opened = [av.open(str(s)) for s in sources]
    with av.open(str(path), "w", format=form, container_options=dict(container or {})) as file:
        made: list[tuple[Any, list[Any]]] = []
        for source in opened * (2 if twice else 1):
            for stream in source.streams:
                if stream.type[0] in kinds:
                    made.append((stream, [file.add_stream_from_template(stream)]))
        outs: dict[int, list[Any]] = {}
        for stream, out in made:
            outs.setdefault(id(stream), []).extend(out)
        counts: dict[int, int] = {}
        packets = []
        for source in opened:
            for packet in source.demux([s for s in source.streams if s.type[0] in kinds]):
                if packet.dts is None:
                    continue
                number = counts[packet.stream_index] = counts.get(packet.stream_index, -1) + 1
                packets.append((packet, number))
        for packet, number in packets:
            for out in outs[id(packet.stream)]:
                sent = _clone(packet)
                sent.stream = out
                if change is not None:
                    sent = change(sent, number)
                if sent is not None:
                    file.mux(sent)
    for source in opened:
        source.close()
    return path


def _clone(packet: Any) -> Any:
    made = av.Packet(bytes(packet))
    made.pts, made.dts, made.duration = packet.pts, packet.dts, packet.duration
    made.time_base, made.is_keyframe = packet.time_base, packet.is_keyframe
    return made
