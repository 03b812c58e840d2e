"""What the shared parts cost beside merely decoding the file."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.clips import portrait
from bench.pairs import compare
from bench.section import Line, Section
from resources import sources
from resources.decode import decode
from resources.settings import Settings
from resources.store import Store


def bare_decode(path: Path) -> int:
    """Every picture and every sound decoded, with the same threads, and thrown away."""
    import av

    count = 0
    with av.open(str(path)) as file:
        video = file.streams.video[0]
        video.thread_type = "AUTO"
        for packet in file.demux(video, file.streams.audio[0]):
            count += sum(1 for _ in packet.decode())
    return count


def measure() -> list[Section]:
    clip = portrait(30)
    folder = Path(tempfile.mkdtemp())
    store = Store(root=str(folder / "data"))
    video = sources.prepare(store, clip, Settings())

    def shared() -> None:
        shutil.rmtree(folder / "decoded", ignore_errors=True)
        (folder / "decoded").mkdir()
        decode(clip, folder / "decoded")

    def derived(derive: Callable[[Store, str], int]) -> Callable[[], object]:
        return lambda: derive(store, video)

    def bare() -> None:
        bare_decode(clip)

    mbit_s = clip.stat().st_size * 8 / 30 / 1e6
    decoding = compare(shared, bare)
    flow = compare(derived(sources.derive_flow), bare)
    spectrum = compare(derived(sources.derive_spectrum), bare)
    shutil.rmtree(folder)
    return [
        Section(
            "Decoding once",
            f"A 720x1280 H.264 clip of 30 s, 30 fps, CRF 25, with grain: {mbit_s:.1f} Mbit/s. Each against a "
            "bare decode of the same file with the same threads, in turns, five times; the median, and the range.",
            [
                Line("bare decode", f"{decoding.b_s:.2f} s"),
                Line("frames, motion and audio, written", str(decoding), "at most 1.5x", decoding.median <= 1.5),
                Line("flow, on its own", str(flow), "at most 1x more", flow.median <= 1.0),
                Line("spectrum, on its own", str(spectrum)),
            ],
        )
    ]
