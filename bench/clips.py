"""The clips that are measured on, drawn once into the data folder."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from resources.places import data_folder
from resources.render import Clicks, Effect, Move, Photo, Shot, Text, Transition, Truth, Video, render, truth_of

PORTRAIT = Video(
    width=720,
    height=1280,
    fps=30,
    crf=25,
    shots=(
        Shot(Photo("china"), 2.0, moves=(Move(0, 2, x=0.3),)),
        Shot(Photo("coffee"), 1.5),
        Shot(Photo("rocket"), 2.0, moves=(Move(0, 2, zoom=1.3),)),
        Shot(Photo("flower"), 1.5, enter=Transition("dissolve", 0.5)),
        Shot(Photo("cat"), 3.0, moves=(Move(0, 3, x=-0.2),)),
    ),
    texts=(
        Text("three things", 0.3, 1.8, y=0.25, stroke_hex="#000000"),
        Text("nobody tells you", 2.2, 3.3, y=0.30, box_hex="#fe2c55"),
        Text("about coffee", 3.6, 5.3, y=0.30, stroke_hex="#000000"),
        Text("save this", 7.2, 9.8, y=0.7, box_hex="#ffffff", fill_hex="#111111"),
    ),
    effects=(Effect("grain", 0.0, 10.0, strength=0.03),),  # without it the file decodes as no phone's does
    sound=(Clicks(bpm=120),),
)


def portrait(seconds: int) -> Path:
    """720 x 1280, 30 fps, of a given length: ten drawn seconds, repeated without encoding them again."""
    return _repeated(_drawn("portrait", PORTRAIT), seconds)


def short() -> Path:
    """The first shots of the portrait, 3.5 seconds."""
    beginning = replace(PORTRAIT, shots=PORTRAIT.shots[:2], texts=PORTRAIT.texts[:2])
    return _drawn("short", replace(beginning, effects=(Effect("grain", 0.0, 3.5, strength=0.03),)))


def presenter(seconds: int) -> Path:
    """One person who looks at us, 720 x 1280, 30 fps, while the camera drifts."""
    shots = (Shot(Photo("astronaut", 0.45), 10.0, moves=(Move(0, 5, zoom=1.15), Move(5, 10, zoom=1 / 1.15))),)
    grain = (Effect("grain", 0.0, 10.0, strength=0.03),)
    return _repeated(_drawn("presenter", replace(PORTRAIT, shots=shots, texts=(), effects=grain)), seconds)


def portrait_truth() -> Truth:
    """What is true of the first ten seconds."""
    return truth_of(PORTRAIT)


def full_hd(seconds: int) -> Path:
    """1080 x 1920, 30 fps, of a given length."""
    return _repeated(_drawn("full_hd", replace(PORTRAIT, width=1080, height=1920)), seconds)


def _drawn(name: str, video: Video) -> Path:
    path = data_folder() / "bench" / f"{name}.mp4"
    if not path.exists():
        half = path.parent / "half" / path.name
        half.parent.mkdir(parents=True, exist_ok=True)
        render(video, half)
        half.rename(path)
    return path


def _repeated(ten: Path, seconds: int) -> Path:
    """The packets of a ten-second clip over and over, each round ten seconds later."""
    import av

    path = ten.with_name(f"{ten.stem}_{seconds}s.mp4")
    if path.exists():
        return path
    half = path.parent / "half" / path.name
    half.parent.mkdir(exist_ok=True)
    with av.open(str(half), "w") as out:
        streams: dict[int, Any] = {}
        written = dict.fromkeys(range(2), -(2**62))
        for number in range(seconds // 10):
            with av.open(str(ten)) as source:
                streams = streams or {s.index: out.add_stream_from_template(s) for s in source.streams}
                for packet in source.demux():
                    if packet.dts is None or packet.pts is None or packet.time_base is None:
                        continue
                    index, shift = packet.stream.index, int(Fraction(10 * number) / packet.time_base)
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    is_over = packet.pts * packet.time_base >= 10 * (number + 1)
                    if is_over or packet.dts <= written[index]:  # where two rounds of sound overlap
                        continue
                    written[index] = packet.dts
                    packet.stream = streams[index]
                    out.mux(packet)
    half.rename(path)
    return path
