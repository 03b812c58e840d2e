"""A small house: a few analyzers made for the test, a store, and two clips of a second or two."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import pytest

from analyzers import contract
from analyzers.columns import Column, Confidence, EndS, StartS
from analyzers.contract import Audio, Frames, Motion, Spec
from resources import sources
from resources.render import Flat, Shot, Sine, Video, render
from resources.settings import Settings
from resources.store import Store


@dataclass(frozen=True, slots=True)
class Row:
    start_s: StartS
    end_s: EndS
    confidence: Confidence
    level: Annotated[float, Column("mean of all pixels", low=0, high=1)]


class Faults:
    """What the next runs of the analyzers shall suffer."""

    def __init__(self) -> None:
        self.glow: Exception | None = None
        self.calls: list[str] = []


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def house(monkeypatch, faults) -> dict[str, Spec]:
    """`glow` looks at frames, `echo` needs glow, `guess` can do without it, `hum` hears, `blank` finds nothing."""

    def glow(frames: Frames) -> Iterator[Row]:
        faults.calls.append("glow")
        if faults.glow:
            raise faults.glow
        for frame in frames:
            yield Row(frame.t_s, frame.t_s, None, float(frame.rgb.mean()) / 255)

    def echo(glow: Sequence[Row]) -> Iterator[Row]:
        faults.calls.append("echo")
        yield from glow

    def guess(motion: Motion, glow: Sequence[Row] | None) -> Iterator[Row]:
        yield Row(0.0, motion.end_s, None, 0.0 if glow is None else 1.0)

    def hum(audio: Audio) -> Iterator[Row]:
        if len(audio.mono):
            yield Row(0.0, len(audio.mono) / audio.mono_rate_hz, None, 0.5)

    def blank(motion: Motion) -> Iterator[Row]:
        yield from ()

    specs: dict[str, Spec] = {}
    monkeypatch.setattr(contract, "_specs", specs)
    for run in (glow, echo, guess, hum, blank):
        inputs = tuple(name for name in run.__annotations__ if name != "return")
        specs[run.__name__] = Spec(
            name=run.__name__,
            group="picture",
            inputs=inputs,
            optional=frozenset({"glow"} if run is guess else ()),
            role=None,
            row=Row,
            version=1,
            stage="cpu",
            max_gap_s=0.25,
            evidence="measured",
            doc=f"{run.__name__.capitalize()}: a test's own analyzer.",
            run=run,
        )
    for module in ("analysis", "choices", "coverage", "factory", "commands.analyze", "commands.docs"):
        monkeypatch.setattr(f"tiktok_assets.{module}.REGISTRY", specs, raising=False)
    monkeypatch.setattr("resources.store.REGISTRY", specs)
    return specs


@pytest.fixture
def store(tmp_path, monkeypatch) -> Store:
    monkeypatch.setenv("TIKTOK_DATA", str(tmp_path / "data"))
    return Store(root=str(tmp_path / "data"))


CLIP = Video(shots=(Shot(Flat("#336699"), 1.5),), width=96, height=160, sound=(Sine(440, level_db=-20),))


@pytest.fixture(scope="session")
def clips(tmp_path_factory) -> list[Path]:
    """A blue clip with a tone, a red one without sound."""
    folder = tmp_path_factory.mktemp("clips")
    red = replace(CLIP, shots=(Shot(Flat("#993333"), 1.2),), sound=())
    for name, video in (("blue", CLIP), ("red", red)):
        render(video, folder / f"{name}.mp4")
    return [folder / "blue.mp4", folder / "red.mp4"]


@pytest.fixture
def settings() -> Settings:
    return Settings(keep_sources=True)


@pytest.fixture
def video(store, clips, settings) -> str:
    """The blue clip, brought in and decoded."""
    return sources.prepare(store, clips[0], settings)


@pytest.fixture
def broken(tmp_path) -> Path:
    """A web page under a video's name."""
    path = tmp_path / "broken.mp4"
    path.write_text("<html>403 Forbidden</html>")
    return path
