"""How near videos come that are rebuilt from their reports alone: of the demo, and of real ones."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analyzers.contract import REGISTRY
from resources.rebuild.likeness import TERMS
from resources.rebuild.script import USED
from resources.render import render
from resources.settings import Settings
from tests.truth.pipeline import Analysed
from tests.truth.real import Table
from tiktok_assets.commands.demo import DEMO
from tiktok_assets.reconstruction import WAYS, rebuild
from tiktok_assets.report import write_coverage

HEAD = ("video", "seconds", "of", "score", *TERMS)
NOTES = (
    "0 is the best single grey and silence, 100 the original itself; –: the original has nothing of it.",
    "`stills`: one still a shot that moves as its camera did; `schematic`: colours, shapes and texts.",
)


def tables(media: Path) -> Iterator[Table]:
    told = {path.name: _rebuilt(path) for path in _files(media)}
    body = [line for name, (seconds, ways) in told.items() for line in _scores(name, seconds, ways)]
    yield Table("Videos rebuilt from their reports", HEAD, tuple(body), NOTES)
    names = [name for name in USED if any(name in way["added"] for _, ways in told.values() for way in ways.values())]
    body = [(name, *(_added(ways, name) for _, ways in told.values())) for name in names]
    notes = ("By how many points the score falls without it, with stills / in colours and shapes.",)
    yield Table("What each table adds to the rebuilt videos", ("table", *told), tuple(body), notes)


def _files(media: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="truth-") as folder:
        render(DEMO, Path(folder) / "demo.mp4")
        yield Path(folder) / "demo.mp4"
    yield from sorted(p.with_name(p.name.removesuffix(".gt.json")) for p in (media / "video_cuts").glob("*.gt.json"))


def _rebuilt(path: Path) -> tuple[float, dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="truth-") as folder:
        analysed = Analysed(path, Path(folder))
        for name in USED:
            analysed.outcome(name)
        write_coverage(analysed.store, analysed.video, [REGISTRY[name] for name in USED])
        told = rebuild(analysed.store, analysed.video, Settings(keep_sources=True))
        if told["status"] != "ok":
            raise RuntimeError(f"{path.name}: {told['reason']}")
        return analysed.source("media").duration_s, told["ways"]


def _scores(name: str, seconds: float, ways: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for way in reversed(WAYS):
        yield (name, f"{seconds:.1f}", way, _points(ways[way]["score"]), *map(_points, ways[way]["terms"].values()))


def _added(ways: dict[str, Any], name: str) -> str:
    values = [ways[way]["added"].get(name) for way in reversed(WAYS)]
    return "–" if values == [None, None] else " / ".join(map(_points, values))


def _points(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"
