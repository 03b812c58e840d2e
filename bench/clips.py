"""The clips that are measured on, drawn once into the data folder."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from resources.places import data_folder
from resources.render import Clicks, Move, Photo, Shot, Text, Transition, Truth, Video, render, truth_of

PORTRAIT = Video(
    width=720,
    height=1280,
    fps=30,
    crf=28,
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
    sound=(Clicks(bpm=120),),
)


def portrait(seconds: int) -> Path:
    """720 x 1280, 30 fps, of a given length: ten drawn seconds, repeated without encoding them again."""
    return _repeated(_drawn("portrait", PORTRAIT), seconds)


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
        streams = None
        for round_number in range(seconds // 10):
            with av.open(str(ten)) as source:
                if streams is None:
                    streams = {s.index: out.add_stream_from_template(s) for s in source.streams}
                for packet in source.demux():
                    if packet.dts is None or packet.pts is None or packet.time_base is None:
                        continue
                    shift = int(Fraction(10 * round_number) / packet.time_base)
                    packet.pts += shift
                    packet.dts += shift
                    if packet.pts * packet.time_base < 10 * (round_number + 1):
                        packet.stream = streams[packet.stream.index]
                        out.mux(packet)
    half.rename(path)
    return path
